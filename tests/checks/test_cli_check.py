"""``scratchwork check``: text and JSON, exit codes, options, folders."""

import json

import pytest
from click.testing import CliRunner

from scratchwork.cli.check import check, parse_codes, parse_roles

GOOD = "import numpy as np\n\ndef sigmoid(z):\n    return np.exp(-np.logaddexp(0, -z))\n"
WRONG = (
    "import numpy as np\n\ndef tanh(z):\n    return np.tanh(z)\n\ndef tanh_derivative(z):\n    return 1 - np.tanh(z)\n"
)
STUB = "def sigmoid(z):\n    raise NotImplementedError\n"


@pytest.fixture
def run(tmp_path):
    def call(*arguments, **files):
        for name, text in files.items():
            (tmp_path / f"{name}.py").write_text(text)
        places = [str(tmp_path / word) if "." in word else word for word in arguments]
        return CliRunner().invoke(check, places)

    return call


def test_exit_codes(run):
    assert run("good.py", good=GOOD).exit_code == 0
    assert run("wrong.py", wrong=WRONG).exit_code == 1
    assert run("stub.py", stub=STUB).exit_code == 2
    assert run(".", good=GOOD, wrong=WRONG, stub=STUB).exit_code == 1


def test_the_text_names_code_place_numbers_and_remedy(run):
    said = run("wrong.py", wrong=WRONG).output
    assert "ERROR SW-G11  Derivative of another activation  [tanh_derivative, line 6]" in said
    assert "tanh_derivative at z = " in said
    assert "    try   Use the derivative that belongs to the activation of the forward pass." in said
    assert "tanh             activation  (line 3)" in said
    assert "checked and passed: SW-G10 SW-G17 SW-G91" in said


def test_json_of_one_target_is_an_object_in_the_documented_form(run):
    found = json.loads(run("wrong.py", "--format", "json", wrong=WRONG).output)
    assert list(found) == ["target", "recognised", "findings", "passed", "not_checked", "seconds"]
    keys = {"code", "severity", "object", "function", "role", "file", "line", "cell", "observed", "means", "try"}
    assert keys <= set(found["findings"][0])
    assert found["findings"][0]["line"] == 6
    assert set(found["recognised"][0]) == {"object", "role", "line"}
    assert set(found["not_checked"][0]) == {"code", "why"}


def test_json_of_a_folder_is_a_list(run):
    found = json.loads(run(".", "--format", "json", good=GOOD, wrong=WRONG).output)
    assert [entry["target"].rsplit("/", 1)[1] for entry in found] == ["good.py", "wrong.py"]


def test_several_targets_are_a_list_in_the_order_they_are_named(run):
    found = json.loads(run("wrong.py::tanh", "good.py", "--format", "json", good=GOOD, wrong=WRONG).output)
    assert [entry["target"].rpartition("/")[2] for entry in found] == ["wrong.py::tanh", "good.py"]
    assert found[0]["findings"] == []


def test_a_code_is_explained(run):
    answer = run("--explain", "g12", good=GOOD)
    assert answer.exit_code == 0
    assert answer.output.startswith("SW-G12  Backward pass uses weights that were already updated (error)\n  means ")
    refused = run("--explain", "G777", good=GOOD)
    assert refused.exit_code == 2
    assert "Did you mean SW-G7?" in refused.output


def test_hints_go_from_symptom_to_place_to_remedy(run):
    first, second, third = (run("wrong.py", "--hints", level, wrong=WRONG).output for level in "123")
    assert "seen" in first
    assert "[tanh_derivative" not in first
    assert "[tanh_derivative, line 6]" in second
    assert "try " not in second
    assert "try " in third


def test_one_object(run):
    found = json.loads(run("wrong.py::tanh", "--format", "json", wrong=WRONG).output)
    assert [entry["object"] for entry in found["recognised"]] == ["tanh"]
    assert found["findings"] == []


def test_a_code_can_be_ignored(run):
    assert run("wrong.py", "--ignore", "SW-G11", wrong=WRONG).exit_code == 0


def test_missing_file_and_wrong_kind_of_file(run, tmp_path):
    from scratchwork.errors import DataError

    missing = run("none.py")
    assert isinstance(missing.exception, DataError)
    assert str(missing.exception) == f"{tmp_path / 'none.py'} does not exist."
    (tmp_path / "table.csv").write_text("a\n")
    other = run("table.csv")
    assert str(other.exception) == f"{tmp_path / 'table.csv'} is neither a Python file (.py) nor a notebook (.ipynb)."


def test_words_of_wrong_options():
    import click

    with pytest.raises(click.BadParameter, match=r"'backward' must be ROLE=NAME, such as backward=my_step"):
        parse_roles(["backward"])
    with pytest.raises(click.BadParameter, match=r"'SW-G777' is no code of the checker. Did you mean SW-G7\?"):
        parse_codes(["G777"])
    assert parse_roles(["backward=my_step"]) == {"backward": "my_step"}
    assert parse_codes(["g1"]) == ("SW-G1",)
