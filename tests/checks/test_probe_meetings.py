"""Targets and answers of two shapes, seen where they meet in the program's own run."""

import pytest

from scratchwork.checks.engine import check_here
from scratchwork.checks.files.file_hints import Hints
from scratchwork.checks.files.source import load_source

PROGRAM = """
import numpy as np

rng = np.random.default_rng(0)
X = rng.normal(size=(60, 2))
y = (X[:, 0] > 0).astype(float)
y_column = y.reshape(-1, 1)
w = np.zeros(2)

def sigmoid(z):
    return 1 / (1 + np.exp(-z))

for step in range(300):
    w -= 0.1 * X.T @ (sigmoid(X @ w) - y) / len(y)

y_pred = (sigmoid(X @ w) > 0.5).astype(float)
print("accuracy", (y_pred == y).mean())
"""
PAIRS = "table = np.abs(y[:, None] - y_pred)\nfar = y_pred[:, np.newaxis] == y\n"  # tables that are asked for


def tables(text, tmp_path):
    path = tmp_path / "theirs.py"
    path.write_text(text)
    return [finding for finding in check_here(str(path)).findings if finding.code == "SW-E1"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("(y_pred == y)", "(y_pred == y_column)"),
        ("y_pred = (sigmoid(X @ w) > 0.5)", "y_pred = (sigmoid(X @ w[:, None]) > 0.5)"),
    ],
)
def test_a_column_beside_a_flat_array_is_seen_where_they_are_compared(tmp_path, old, new):
    assert old in PROGRAM
    found = tables(PROGRAM.replace(old, new), tmp_path)
    assert [finding.severity for finding in found] == ["error"]
    assert "(60," in found[0].observed
    assert "a table of 60 x 60" in found[0].observed


def test_one_shape_and_tables_that_are_asked_for_are_left_alone(tmp_path):
    assert tables(PROGRAM + PAIRS, tmp_path) == []


ASKED = """
def predict(X, w):
    return (sigmoid(X @ w) > 0.5).astype(float)

y = y.ravel()
print(np.mean(predict(X[:, :2], w) == y))
"""


def test_the_function_that_answers_with_a_column_is_named(tmp_path):
    path = tmp_path / "theirs.py"
    for text, codes in ((ASKED, []), (ASKED.replace("(float)", "(float)[:, None]"), ["SW-P8", "SW-E1"])):
        path.write_text(PROGRAM + text)
        found = [finding for finding in check_here(str(path)).findings if finding.code in ("SW-P8", "SW-E1")]
        assert [finding.code for finding in found] == codes
        assert {finding.function for finding in found[:1]} <= {"predict"}


FRAME = """
import pandas as pd
from sklearn.model_selection import train_test_split

frame = pd.read_csv("wine.csv")
first, rest = train_test_split(frame, test_size=0.25)
late = rest.iloc[:40].copy()
names = [c for c in frame.columns if c != "grade"]

def prepared(part):
    return part["alcohol"] / part["ash"]

print(prepared(first), late["hue"])
"""


def test_columns_are_known_by_what_is_asked_of_the_parts_of_a_table(tmp_path):
    path = tmp_path / "theirs.py"
    path.write_text(FRAME)
    source = load_source(path)
    hints = Hints(source.tree, source.text, "")
    assert hints.same(["frame"]) == {"frame", "first", "rest", "late", "part"}
    assert set(hints.titles(["frame"])) == {"alcohol", "ash", "hue", "grade"}
