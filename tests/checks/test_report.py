"""What a user reads: each thing once, in its place, and nothing said to be passed that was left out."""

import json

import pytest

from scratchwork.checks import check, text
from scratchwork.checks.findings import Recognised, Result, find
from scratchwork.checks.finishing import in_words

RELU = "import numpy as np\n\n\ndef relu(z):\n    return np.maximum(z, 0)\n"
TANH = "import numpy as np\n\n\ndef tanh(z):\n    return np.tanh(z)\n\n\ndef tanh_derivative(z):\n    return 1 - np.tanh(z)\n"


@pytest.fixture
def file(tmp_path):
    def write(text, name="theirs.py"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return str(path)

    return write


def notebook(*cells):
    made = [
        {"cell_type": "code", "source": cell, "outputs": [], "execution_count": 1, "metadata": {}} for cell in cells
    ]
    return json.dumps({"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def test_a_code_that_is_ignored_is_neither_found_nor_passed(file):
    path = file(TANH)
    assert "SW-G11" in [entry.code for entry in check(path).findings]
    result = check(path, ignore=("SW-G11",))
    assert result.findings == []
    assert "SW-G11" not in result.passed
    assert "SW-G11" not in [code for code, _ in result.not_checked]


def test_findings_told_in_short_stand_under_each_other_and_those_of_one_code_in_one_line():
    some = [find("SW-N1", "case 0"), find("SW-N1", "case 1"), find("SW-N5", "a", function="f", line=3)]
    more = [find("SW-N5", "b", function="g", line=7), find("SW-G1", "c", function="h")]
    lines = text.render(Result("a.py", findings=[*some, *more], checked=True)).splitlines()
    assert lines[-4:-2] == [
        "  WARNING SW-N5  Logarithm of zero: a  [f, line 3]; also g line 7",
        "  ERROR SW-G1  The gradient is not that of the loss: c  [h]",
    ]


def test_many_reasons_are_told_in_part():
    result = Result(
        "a.py", not_checked=[(f"SW-G{number}", f"reason {number}") for number in range(1, 14)], checked=True
    )
    said = text.render(result)
    assert "reason 8" in said
    assert "not checked either: SW-G10 SW-G11 SW-G12 SW-G13 SW-G9 (--format json says why)" in said


def test_an_estimator_of_no_known_kind_is_said_to_be_so():
    bayes = [Recognised("GaussianNB", "estimator", 4), Recognised("GaussianNB.fit", "train", 5)]
    said = "GaussianNB: no algorithm that the checker knows"
    assert said in text.render(Result("a.py", recognised=bayes, passed=["SW-P2"], checked=True))
    assert said not in text.render(Result("a.py", recognised=bayes, passed=["SW-P2", "SW-G1"], checked=True))


def test_an_object_in_two_roles_is_told_once():
    entries = [
        Recognised("cost", "objective functions", 3),
        Recognised("cost", "loss", 3),
        Recognised("relu", "activation", 9),
    ]
    said = text.render(Result("a.py", recognised=entries, checked=True))
    assert "    cost  objective functions, loss  (line 3)\n    relu  activation  (line 9)" in said


def test_nothing_is_recognised_twice_and_the_line_is_known_in_each_role(file):
    path = file(
        "import numpy as np\ndef sigmoid(z):\n    return np.exp(-np.logaddexp(0, -z))\ndef cost(theta, X, y):\n"
        "    p = sigmoid(X @ theta)\n    return -(y * np.log(p) + (1 - y) * np.log(1 - p)).mean()\n"
        "def gradient(theta, X, y):\n    return X.T @ (sigmoid(X @ theta) - y) / len(y)\n"
    )
    found = [(entry.object, entry.role, entry.line) for entry in check(path).recognised]
    assert len(found) == len(set(found))
    assert ("cost", "objective functions", 4) in found


def test_one_reason_is_told_once_with_the_objects_it_holds_for():
    result = Result("a.py", not_checked=[("SW-N1", "relu: it is no sigmoid"), ("SW-N1", "softmax: it is no sigmoid")])
    assert "  not checked: SW-N1: it is no sigmoid (relu, softmax)\n" in text.render(result)


def test_reasons_hold_no_name_of_ours():
    assert in_words("net: called raised CallFailed: fit raised ValueError: x") == "net: fit raised ValueError: x"
    assert in_words("the program: the data are not seen;") == "the program: the data are not seen"


def test_lines_of_a_notebook_are_counted_in_their_cells(file):
    path = file(
        notebook(
            "import numpy as np\nfrom sklearn.preprocessing import StandardScaler\nfrom sklearn.model_selection import train_test_split",
            "from sklearn.datasets import load_wine\nX, y = load_wine(return_X_y=True)\nX = StandardScaler().fit_transform(X)",
            "X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)",
        ),
        "theirs.ipynb",
    )
    (finding,) = [entry for entry in check(path).findings if entry.code == "SW-D1"]
    assert "Line 3 of cell 1" in finding.observed
    assert "line 1 of cell 2" in finding.observed
    assert (finding.cell, finding.line) == (1, 3)


def test_a_broken_file_is_told_with_its_line_and_without_its_bytes(file):
    broken = check(file("x = 1\n\ndef f(:\n")).findings[0]
    assert (broken.code, broken.line) == ("SW-X90", 3)
    binary = check(file(b"\x00\x01\xff\x1b[31m binary")).findings[0]
    assert binary.observed == "The file holds binary data (a null byte), not the text of a program."


def test_a_cell_that_cannot_be_read_is_told_and_the_others_are_checked(file):
    result = check(file(notebook(RELU, "x = (1,"), "theirs.ipynb"))
    assert "SW-G91" in result.passed
    assert [why for code, why in result.not_checked if code == "SW-X90"] == [
        "cell 1 cannot be read: Line 1 is not Python: '(' was never closed (x = (1,). Nothing of the file can be read until it parses."
    ]


def test_where_nothing_is_recognised_the_reason_is_told(file):
    assert check(file("")).not_checked == [("SW-X90", "there is no code in it")]
    ((code, why),) = check(file("def f(x):\n    return x\n")).not_checked
    assert code == "SW-X90"
    assert why.startswith("nothing in it is recognised; --as KIND tells what it is")


def test_of_one_object_only_its_own_findings_are_told(file):
    path = file(RELU + "\n\ndef study(x, rate=1):\n    return relu(x)\n")
    assert [entry.function for entry in check(path).findings] == ["study"]
    assert check(path + "::relu").findings == []
    assert [entry.function for entry in check(path + "::study").findings] == ["study"]


def test_one_fault_seen_in_a_function_and_in_the_whole_program_is_told_once():
    from scratchwork.checks.order import ordered

    whole = find("SW-G18", "seen in the program", object="the program", function="fit", line=9)
    (one,) = ordered([find("SW-G18", "seen in fit", function="fit", line=9), whole])
    assert one.observed == "seen in fit"
    assert "  [fit, line 9]\n" in text.render(Result("a.py", findings=[whole], checked=True))
    loop = find("SW-G18", "x", object="the training loop", function="training_loop", line=3)
    assert "  [the training loop, line 3]\n" in text.render(Result("a.py", findings=[loop], checked=True))


STEPS = """import numpy as np


class Line:
    def __init__(self, lr=0.01, n_iter=100):
        self.lr, self.n_iter = lr, n_iter

    def fit(self, X, y):
        self.w = np.zeros(X.shape[1])
        for _ in range(self.n_iter):
            self.w = self.w - RATE * (X.T @ (X @ self.w - y)) / len(y)
        return self

    def predict(self, X):
        return X @ self.w
"""


def test_a_rate_stored_beside_others_and_never_read_is_placed_where_the_literal_stands():
    from scratchwork.checks.files.source import source_from_text
    from scratchwork.checks.reading import read_source

    (finding,) = read_source(source_from_text(STEPS.replace("RATE", "0.01")))
    assert (finding.code, finding.object, finding.function, finding.line) == ("SW-T1", "Line", "fit", 11)
    assert list(read_source(source_from_text(STEPS.replace("RATE", "self.lr")))) == []


def test_a_folder_ends_with_a_line_for_each_file_and_a_count():
    from scratchwork.checks import folder

    wrong = Result("a.py", findings=[find("SW-G1", "x")], checked=True)
    results = [wrong, wrong, Result("b.py", checked=True), Result("c.py")]
    assert folder.report(".", results, "text", None).endswith(
        """
  a.py  1 error: SW-G1 The gradient is not that of the loss
  a.py  1 error: SW-G1 The gradient is not that of the loss
  b.py  nothing found
  c.py  nothing could be checked
4 files: 2 with errors, 1 without, 1 that could not be checked"""
    )
    assert "  a.py  1 error\n" in folder.report(".", results, "text", 1)


def test_a_program_that_was_only_read_is_not_said_to_have_been_run(file):
    said = text.render(check(file("import os\n\nfor i in range(3):\n    print(i)\n")))
    assert "nothing found by reading it; nothing in it could be run and checked (" in said


def test_strings_of_the_user_do_not_steer_the_terminal():
    said = text.render(Result("a.py", findings=[find("SW-G1", "labels \x1b[2J\x07")], checked=True))
    assert "labels ?[2J?" in said


def test_codes_to_ignore_may_stand_in_one_word():
    from scratchwork.cli.check import parse_codes

    assert parse_codes(["g1,SW-N1", "M6"]) == ("SW-G1", "SW-N1", "SW-M6")
