"""What the user asks for by name: a part of the file, a role; what is not there is refused in one line."""

import json
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from click.testing import CliRunner

from scratchwork.checks import check, text
from scratchwork.checks.findings import find
from scratchwork.cli import check as command
from scratchwork.errors import DataError, InvalidArgumentError

NET = """import numpy as np


class Trainer:
    def __init__(self, n_in, n_hidden, n_out):
        r = np.random.default_rng(0)
        self.p = {"A": r.normal(size=(n_in, n_hidden)) * 0.3, "a": np.zeros(n_hidden)}
        self.p |= {"B": r.normal(size=(n_hidden, n_out)) * 0.3, "b": np.zeros(n_out)}

    def push(self, x):
        self.h = np.tanh(x @ self.p["A"] + self.p["a"])
        s = self.h @ self.p["B"] + self.p["b"]
        e = np.exp(s - s.max(1, keepdims=True))
        return e / e.sum(1, keepdims=True)

    def pull(self, x, t):
        d = (self.push(x) - t) / len(x)
        k = d @ self.p["B"].T * (1 - self.h**2)
        return {"B": self.h.T @ d, "b": d.sum(0), "A": x.T @ k, "a": k.sum(0)}

    def go(self, x, t, rate=0.1, rounds=50):
        for _ in range(rounds):
            g = self.pull(x, t)
            for n in self.p:
                self.p[n] -= rate * g[n]
"""
ROLES = {"forward": "push", "backward": "pull", "train": "go"}


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "theirs.py"
    path.write_text(NET)
    return str(path)


def test_roles_alone_make_a_class_of_odd_names_a_network(file, tmp_path):
    right = check(file, roles=ROLES)
    assert {("Trainer", "mlp"), ("Trainer.push", "forward"), ("Trainer.pull", "backward")} <= {
        (entry.object, entry.role) for entry in right.recognised
    }
    assert {"SW-G1", "SW-G11"} <= set(right.passed)
    assert right.exit_code == 0
    (tmp_path / "theirs.py").write_text(NET.replace("self.h**2", "self.h"))
    wrong = check(file, roles=ROLES).findings[0]
    assert (wrong.code, wrong.object, wrong.function) == ("SW-G11", "Trainer", "pull")


@pytest.mark.parametrize(
    ("part", "roles", "words"),
    [
        ("::trainer", {}, "defines no trainer. Did you mean Trainer?"),
        ("::Trainer.go", {}, "Trainer.go is a part of Trainer; check the whole: "),
        ("", {"forwrd": "push"}, "'forwrd' is no role. Did you mean forward? Roles are "),
        ("", {"forward": "psh"}, "defines no psh. Did you mean push?"),
    ],
)
def test_what_is_not_in_the_file_is_refused(file, part, roles, words):
    with pytest.raises(DataError) as caught:
        check(file + part, roles=roles)
    assert words in str(caught.value)


def test_a_part_of_a_folder_is_refused_and_a_role_is_used_where_it_is(file, tmp_path):
    (tmp_path / "other.py").write_text("import numpy as np\n\n\ndef relu(z):\n    return np.maximum(z, 0)\n")
    run = CliRunner().invoke
    refused = run(command.check, [f"{tmp_path}::Trainer"])
    assert "is a folder; Trainer can be checked in one file of it" in str(refused.exception)
    assert str(run(command.check, [""]).exception) == "Name a file or a folder to check."
    pairs = [word for role, name in ROLES.items() for word in ("--role", f"{role}={name}")]
    both = run(command.check, [str(tmp_path), *pairs, "--format", "json", "--fast"])
    assert [bool(entry["passed"]) for entry in json.loads(both.output)] == [True, True]
    assert both.exit_code == 0


def test_hints_hold_back_in_json_too(tmp_path):
    path = tmp_path / "theirs.py"
    path.write_text(
        "import numpy as np\n\n\ndef tanh(z):\n    return np.tanh(z)\n\n\ndef tanh_derivative(z):\n    return 1 - np.tanh(z)\n"
    )

    def told(level):
        (finding,) = json.loads(
            CliRunner().invoke(command.check, [str(path), "--format", "json", "--hints", level]).output
        )["findings"]
        return {key for key in ("observed", "function", "line", "means", "title", "cause", "try") if finding[key]}

    assert told("1") == {"observed"}
    assert told("2") == {"observed", "function", "line", "means", "title"}
    assert told("3") == {"observed", "function", "line", "means", "title", "cause", "try"}


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="POSIX signals")
@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_told_to_end_it_leaves_nothing(tmp_path, name, heeding):
    theirs, temporary = tmp_path / "theirs.py", tmp_path / "temporary"
    theirs.write_text("def sigmoid(z):\n    while True:\n        pass\n")
    temporary.mkdir()
    process = subprocess.Popen(
        [sys.executable, "-m", "scratchwork", "check", str(theirs)],
        env={**os.environ, "TMPDIR": str(temporary)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=heeding,
    )
    until = time.monotonic() + 30
    while not list(temporary.iterdir()) and time.monotonic() < until:
        time.sleep(0.05)
    assert list(temporary.iterdir())
    process.send_signal(getattr(signal, name))
    assert process.wait(timeout=20) == 128 + getattr(signal, name)
    assert list(temporary.iterdir()) == []


REFUSED = (
    ({"kind": "nonsense"}, "kind must be one of logistic, .*; it is 'nonsense'"),
    ({"ignore": ["G777"]}, "no code of the checker. Did you mean SW-G7?"),
)


@pytest.mark.parametrize(("options", "words"), REFUSED)
def test_options_that_are_none_are_refused(tmp_path, options, words):
    (tmp_path / "theirs.py").write_text("x = 1\n")
    with pytest.raises(InvalidArgumentError, match=words):
        check(str(tmp_path / "theirs.py"), **options)


@pytest.mark.parametrize(
    ("name", "words"), [("nothing.py", "does not exist"), ("", "is a folder"), ("a.txt", "must be a .py file")]
)
def test_targets_that_are_no_file_are_refused(tmp_path, name, words):
    (tmp_path / "a.txt").write_text("x")
    with pytest.raises(DataError, match=words):
        check(str(tmp_path / name))


METRICS = """import numpy as np
def precision(y_true, y_pred):
    return np.sum((y_true == 1) & (y_pred == 1)) / np.sum(y_true == 1)
def recall(y_true, y_pred):
    return np.sum((y_true == 1) & (y_pred == 1)) / np.sum(y_pred == 1)
"""


def test_short_codes_are_ignored_and_one_object_is_one_object(tmp_path):
    (tmp_path / "theirs.py").write_text(METRICS)
    both = check(str(tmp_path / "theirs.py"))
    assert {entry.object for entry in both.recognised} == {"precision", "recall"}
    one = check(f"{tmp_path / 'theirs.py'}::recall")
    assert {entry.object for entry in one.recognised} == {"recall"}
    assert {entry.function for entry in one.findings} == {"recall"}
    assert "SW-E7" in {entry.code for entry in one.findings}
    assert "SW-E7" not in {entry.code for entry in check(str(tmp_path / "theirs.py"), ignore=["E7"]).findings}


def test_a_data_file_that_is_missing_is_named(tmp_path):
    (tmp_path / "theirs.py").write_text("import numpy as np\nX = np.loadtxt('heart.csv')\nw = X.mean(0)\n")
    assert "heart.csv, which line 2 reads, is missing" in dict(check(str(tmp_path / "theirs.py")).not_checked)["SW-X90"]
    np.savetxt(tmp_path / "heart.csv", np.ones((4, 2)))
    assert "is missing" not in str(check(str(tmp_path / "theirs.py")).not_checked)


def test_what_names_its_line_is_told_by_what_it_leads_to():
    named = find("SW-T13", "Line 9 compares w with old, which is the same array.")
    seen = find("SW-G18", "one step of 0.001 raised the loss from 1.10 to 1.13")
    assert (text.symptom(named), text.symptom(seen)) == (named.means, seen.observed)
