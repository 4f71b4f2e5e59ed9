"""Classes that count labels and predictions as they come: each method is judged, of all classes or of each."""

import pytest

from scratchwork.checks import check

TALLY = """
from collections import Counter, defaultdict


class Tally:
    def __init__(self):
        self.reset()

    def reset(self):
        self.pairs = defaultdict(Counter)
        self.seen = 0

    def update(self, actual, predicted):
        for a, p in zip(actual, predicted):
            self.pairs[str(a)][str(p)] += 1
            self.seen += 1

    @property
    def labels(self):
        return sorted(set(self.pairs) | {p for row in self.pairs.values() for p in row})

    def accuracy(self):
        return sum(self.pairs[c][c] for c in list(self.labels)) / self.seen

    def precision(self, label):
        called = sum(self.pairs[a][label] for a in list(self.labels))
        return self.pairs[label][label] / called if called else 0.0

    def recall(self, label):
        there = sum(self.pairs[label].values())
        return self.pairs[label][label] / there if there else 0.0

    def report(self):
        print(f"accuracy {100 * self.accuracy():.1f} %")
"""
MATRIX = """
import numpy as np


class ConfusionMeter:
    def __init__(self, num_classes):
        self.num_classes = num_classes
        self.mat = np.zeros((num_classes, num_classes), dtype=int)

    def reset(self):
        self.mat[:] = 0

    def observe(self, y_true, y_pred):
        np.add.at(self.mat, (y_true, y_pred), 1)

    @property
    def accuracy(self):
        return np.trace(self.mat) / self.mat.sum()

    def precision(self):
        return np.diag(self.mat) / np.maximum(self.mat.sum(axis=0), 1)

    def recall(self):
        return np.diag(self.mat) / np.maximum(self.mat.sum(axis=1), 1)
"""
ONE_BY_ONE = """
class Score:
    def __init__(self):
        self.tp = self.fp = self.fn = self.tn = 0

    def add(self, truth, guess):
        if truth == 1 and guess == 1:
            self.tp += 1
        elif guess == 1:
            self.fp += 1
        elif truth == 1:
            self.fn += 1
        else:
            self.tn += 1

    def clear(self):
        self.tp = self.fp = self.fn = self.tn = 0

    def precision(self):
        return self.tp / max(self.tp + self.fp, 1)

    def recall(self):
        return self.tp / max(self.tp + self.fn, 1)
"""


def told(tmp_path, text, old=None, new=None):
    """{(code, function)} of the errors and warnings of a file with one change in it."""
    assert old is None or old in text
    path = tmp_path / "scores.py"
    path.write_text(text if old is None else text.replace(old, new))
    return {(entry.code, entry.function) for entry in check(path).findings if entry.severity != "remark"}


@pytest.mark.parametrize("text", [TALLY, MATRIX, ONE_BY_ONE])
def test_right_counts_pass(tmp_path, text):
    assert not told(tmp_path, text)


@pytest.mark.parametrize(
    ("text", "old", "new", "found"),
    [
        (TALLY, "self.pairs[str(a)][str(p)]", "self.pairs[str(p)][str(a)]", ("SW-E8", "update")),
        (TALLY, "called = sum(self.pairs[a][label] for a in list(self.labels))", "called = sum(self.pairs[label].values())", ("SW-E7", "precision")),
        (TALLY, "        self.pairs = defaultdict(Counter)\n        self.seen = 0", "        self.pairs = getattr(self, 'pairs', defaultdict(Counter))\n        self.seen = 0", ("SW-P12", "reset")),
        (MATRIX, "(y_true, y_pred), 1", "(y_pred, y_true), 1", ("SW-E8", "observe")),
        (MATRIX, "np.maximum(self.mat.sum(axis=1), 1)", "np.maximum(self.mat.sum(axis=0), 1)", ("SW-E7", "recall")),
        (MATRIX, "        np.add.at(", "        self.mat[:] = 0\n        np.add.at(", ("SW-P12", "observe")),
        (MATRIX, "np.trace(self.mat) / self.mat.sum()", "(self.mat.sum() - self.mat[0, 1:].sum() - self.mat[1:, 0].sum()) / self.mat.sum()", ("SW-E2", "accuracy")),
        (ONE_BY_ONE, "self.tp + self.fn, 1", "self.tp + self.fp, 1", ("SW-E7", "recall")),
        (ONE_BY_ONE, "    def clear(self):\n        self.tp = self.fp", "    def clear(self):\n        self.fp = self.fp", ("SW-P12", "clear")),
    ],
)  # fmt: skip
def test_one_changed_line_is_seen(tmp_path, text, old, new, found):
    assert found in told(tmp_path, text, old, new)


ERRORS = '''
import numpy as np


def mape(y, f):
    """The mean absolute percentage error, in percent."""
    y, f = np.ravel(y).astype(float), np.ravel(f).astype(float)
    return 100 * np.mean(np.abs((y - f) / y))


def r2(y, f):
    y, f = np.ravel(y).astype(float), np.ravel(f).astype(float)
    total = np.sum((y - y.mean()) ** 2)
    return 1 - np.sum((y - f) ** 2) / total if total else 0.0
'''


def test_percent_and_single_letters(tmp_path):
    assert not told(tmp_path, ERRORS)
    assert told(tmp_path, ERRORS, "return 100 * np.mean", "return np.mean") == {("SW-E10", "mape")}
    assert told(tmp_path, ERRORS, "(y - f) / y))", "(y - f) / f))") == {("SW-E7", "mape")}
    assert told(tmp_path, ERRORS, "(y - y.mean())", "(f - f.mean())") == {("SW-E7", "r2")}


CURVE = """
import numpy as np


def roc_curve(y_true, scores):
    order = np.argsort(-scores)
    y = y_true[order]
    tpr, fpr = np.cumsum(y) / y.sum(), np.cumsum(1 - y) / (1 - y).sum()
    return np.r_[0, fpr], np.r_[0, tpr]
"""


def test_a_curve_starts_in_the_corner(tmp_path):
    assert not told(tmp_path, CURVE)
    assert told(tmp_path, CURVE, "return np.r_[0, fpr], np.r_[0, tpr]", "return fpr, tpr") == {("SW-E4", "roc_curve")}
