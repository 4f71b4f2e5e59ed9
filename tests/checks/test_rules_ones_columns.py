"""The column of ones stands at one end: the rule fires on one changed line and is silent without it."""

import pytest

from scratchwork.checks.files.source import load_source
from scratchwork.checks.rules.ones_columns import the_ones_stand_at_one_end

STACKED = """import numpy as np
class Line:
    def learn(self, X, y):
        A = np.hstack([np.ones((len(X), 1)), X])
        self.w = np.linalg.lstsq(A, y, rcond=None)[0]
    def predict(self, X):
        A = np.column_stack((np.ones(len(X)), X))
        return A @ self.w
"""
INSERTED = """import numpy as np
def theta(X, y):
    Z = np.insert(X, 0, 1, axis=1)
    return np.linalg.pinv(Z) @ y
def estimate(theta, X):
    ones = np.ones((X.shape[0], 1))
    return np.c_[ones, X] @ theta
"""
FILLED = """import numpy as np
def widen(X):
    return np.c_[np.ones(len(X)), X]
def train(X, y):
    return np.linalg.pinv(widen(X)) @ y
def predict(w, X):
    Z = np.ones((X.shape[0], X.shape[1] + 1))
    Z[:, 1:] = X
    return Z @ w
"""
CASES = (
    (STACKED, "(np.ones(len(X)), X)", "(X, np.ones(len(X)))", "predict"),
    (INSERTED, "np.c_[ones, X]", "np.c_[X, ones]", "estimate"),
    (FILLED, "Z[:, 1:]", "Z[:, :-1]", "predict"),
)


@pytest.mark.parametrize(("text", "old", "new", "where"), CASES)
def test_the_ones_stand_at_one_end(tmp_path, text, old, new, where):
    assert old in text
    for now, expected in ((text, []), (text.replace(old, new), [("SW-P10", where)])):
        (tmp_path / "theirs.py").write_text(now)
        found = the_ones_stand_at_one_end(load_source(tmp_path / "theirs.py"))
        assert [(finding.code, finding.function) for finding in found] == expected


def test_two_classes_may_differ(tmp_path):
    both = STACKED + STACKED.replace("import numpy as np\n", "").replace("class Line", "class Other").replace(
        "[np.ones((len(X), 1)), X]", "[X, np.ones((len(X), 1))]"
    ).replace("(np.ones(len(X)), X)", "(X, np.ones(len(X)))")
    (tmp_path / "theirs.py").write_text(both)
    assert not list(the_ones_stand_at_one_end(load_source(tmp_path / "theirs.py")))


def test_ones_beside_zeros_are_labels(tmp_path):
    text = STACKED + "labels = np.concatenate([np.zeros(90), np.ones(110)])\n"
    (tmp_path / "theirs.py").write_text(
        text.replace("class Line:\n", "").replace("    def", "def").replace("self", "box")
    )
    assert not list(the_ones_stand_at_one_end(load_source(tmp_path / "theirs.py")))
