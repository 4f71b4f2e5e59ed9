"""What predict, transform and score do as they are written: each rule fires on one changed line and is silent without it."""

import pytest

from scratchwork.checks.files.source import load_source
from scratchwork.checks.findings import find
from scratchwork.checks.order import ordered
from scratchwork.checks.rules import answers

GROUPS = """import numpy as np
class Groups:
    def fit(self, X):
        self.centres_ = X[:3]
        self.mean_ = X.mean(axis=0)
        return self
    def predict(self, X):
        if self.centres_ is None:
            self.fit(X)
        return ((X[:, None] - self.centres_) ** 2).sum(-1).argmin(1)
    def transform(self, X):
        Z = X - self.mean_
        return Z
"""
NET = """import numpy as np
class Net:
    def run(self, X, training=False):
        h = np.maximum(X @ self.W, 0)
        if training:
            h = h * (self.rng.random(h.shape) > self.drop_rate) / (1 - self.drop_rate)
        e = np.exp(h @ self.V)
        return e / e.sum(axis=1, keepdims=True)
    def learn(self, X, T):
        self.V -= self.slope(X, self.run(X, training=True) - T)
    def predict(self, X):
        return np.argmax(self.run(X), axis=1)
"""
TURNED = """import numpy as np
def softmax(rows, w):
    e = np.exp(rows @ w)
    return e.T / np.sum(e, axis=1)
def named(rows, w):
    p = softmax(rows, w)
    return np.argmax(p, axis=0)
"""
NAMED = """import numpy as np
class Many:
    def fit(self, X, y):
        self.labels_, codes = np.unique(y, return_inverse=True)
        self.W = solve(X, np.eye(len(self.labels_))[codes])
        return self
    def _scores(self, X):
        assert len(self.labels_) > 1
        return X @ self.W
    def predict(self, X):
        return self.labels_[np.argmax(self._scores(X), axis=1)]
"""
CASES = (
    ("asking_learns_nothing", GROUPS, "        return ((X", "        self.fit(X)\n        return ((X", "SW-P3"),
    ("asking_learns_nothing", GROUPS, "        Z = X", "        self.mean_ = X.mean(axis=0)\n        Z = X", "SW-P3"),
    ("asking_drops_no_units", NET, "self.run(X), axis", "self.run(X, training=True), axis", "SW-T20"),
    ("asking_drops_no_units", NET, "self.run(X), axis", "self.run(X, True), axis", "SW-T20"),
    ("the_class_is_sought_along_the_classes", NET, "self.run(X), axis=1", "self.run(X), axis=0", "SW-P5"),
    ("the_class_is_sought_along_the_classes", TURNED, "p, axis=0", "p, axis=1", "SW-P5"),
    ("labels_are_given_back", NAMED, "self.labels_[np.argmax(self._scores(X), axis=1)]",
     "np.argmax(self._scores(X), axis=1)", "SW-P6"),
)  # fmt: skip


def test_a_softmax_that_is_turned_back_adds_up_along_the_axis_it_says(tmp_path):
    text = TURNED.replace("e.T / np.sum(e, axis=1)", "(e.T / np.sum(e, axis=1)).T")
    (tmp_path / "theirs.py").write_text(text)
    found = answers.the_class_is_sought_along_the_classes(load_source(tmp_path / "theirs.py"))
    assert [finding.code for finding in found] == ["SW-P5"]
    (tmp_path / "theirs.py").write_text(text.replace("p, axis=0", "p, axis=1"))
    assert not list(answers.the_class_is_sought_along_the_classes(load_source(tmp_path / "theirs.py")))


@pytest.mark.parametrize(("rule", "text", "old", "new", "code"), CASES)
def test_what_is_asked_answers(tmp_path, rule, text, old, new, code):
    assert old in text
    for now, expected in ((text, set()), (text.replace(old, new), {code})):
        (tmp_path / "theirs.py").write_text(now)
        found = getattr(answers, rule)(load_source(tmp_path / "theirs.py"))
        assert {finding.code for finding in found} == expected


@pytest.mark.parametrize(
    "text",
    [
        "class Keep:\n    def fit(self, X):\n        self.seen = X\n    def predict(self, X):\n        if self.seen is None:\n            self.fit(X)\n        return self.seen\n",
        NAMED.replace("self.labels_[np", "np.array([self.labels_[k] for k in np").replace("axis=1)]", "axis=1)])"),
        "def first(flags):\n    import numpy as np\n    return np.argmax(flags > 0.5)\n",
        NET.replace("e.sum(axis=1", "e.sum(axis=-1"),
    ],
)
def test_what_is_right_is_left_alone(tmp_path, text):
    (tmp_path / "theirs.py").write_text(text)
    source = load_source(tmp_path / "theirs.py")
    assert not [finding for rule, *_ in CASES for finding in getattr(answers, rule)(source)]


def test_a_cause_that_was_read_stands_before_what_it_does_in_a_run():
    read = find("SW-T20", "predict passes training=True", severity="warning", object="Net", function="predict")
    seen = find("SW-P2", "alone 0.1, among others 0.3", severity="error", object="Net", function="predict")
    elsewhere = find("SW-P2", "alone 0.1, among others 0.3", severity="error", object="Other", function="predict")
    assert [(entry.code, entry.severity) for entry in ordered([seen, read])][:1] == [("SW-T20", "error")]
    assert [(entry.code, entry.severity) for entry in ordered([elsewhere, read])][1:] == [("SW-T20", "warning")]
    early = find("SW-T13", "line 9 ends the loop at once", severity="warning", object="fit", function="fit")
    still = find("SW-T1", "two rates give the same weights", severity="error", object="fit", function="fit")
    assert [entry.code for entry in ordered([still, early])] == ["SW-T13", "SW-T1"]
