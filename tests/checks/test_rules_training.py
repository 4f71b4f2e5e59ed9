"""What a prediction is handed and how a fit begins: each rule fires on one changed line and is silent without it."""

import pytest

from scratchwork.checks.files.source import load_source
from scratchwork.checks.rules import training

PRICE = """import numpy as np
def price(theta, house, mu, sigma):
    z = (house - mu) / sigma
    return theta[0] + z @ theta[1:]
"""
CURVE = """import numpy as np
class Line:
    def __init__(self):
        self.w, self.curve = None, []
    def fit(self, X, y):
        self.w = np.zeros(X.shape[1])
        self.curve = []
        for _ in range(9):
            r = X @ self.w - y
            self.w -= 0.1 * X.T @ r
            self.curve.append(float(r @ r))
"""
BELOW = """RATE = -0.05
def move(w, slope):
    w += RATE * slope
"""
SUMMED = """def train(rows, goals, w, b, eta, turns):
    dw, db = [0.0] * len(w), 0.0
    for turn in range(turns):
        dw, db = [0.0] * len(w), 0.0
        for row, goal in zip(rows, goals):
            miss = sum(a * x for a, x in zip(w, row)) + b - goal
            for j, x in enumerate(row):
                dw[j] += miss * x
            db += miss
        for j in range(len(w)):
            w[j] -= eta * dw[j] / len(rows)
        b -= eta * db / len(rows)
"""
BATCHES = """import numpy as np
class Net:
    def step(self, batches, lr):
        for batch in batches:
            self.total = np.zeros_like(self.W)
            for x, y in batch:
                self.total += self.slope(x, y)
            self.W -= lr / len(batch) * self.total
"""
ONCE = """            self.total = np.zeros_like(self.W)
"""
CASES = (
    ("sums_of_gradients_begin_anew", SUMMED, "        dw, db = [0.0] * len(w), 0.0\n        for row", "        for row", "SW-G1"),
    ("sums_of_gradients_begin_anew", BATCHES, "        for batch in batches:\n" + ONCE, ONCE[4:] + "        for batch in batches:\n", "SW-G1"),
    ("rates_are_in_proportion", BELOW, "w += RATE", "w -= RATE", "SW-T7"),
    ("constants_do_not_replace_what_was_learnt", PRICE, "(house - mu) / sigma", "house", "SW-P11"),
    ("a_second_fit_begins_a_new_history", CURVE, "        self.curve = []\n", "", "SW-P12"),
)  # fmt: skip


@pytest.mark.parametrize(("rule", "text", "old", "new", "code"), CASES)
def test_what_training_did_is_done_again(tmp_path, rule, text, old, new, code):
    assert old in text
    for now, expected in ((text, set()), (text.replace(old, new), {code})):
        (tmp_path / "theirs.py").write_text(now)
        found = getattr(training, rule)(load_source(tmp_path / "theirs.py"))
        assert {finding.code for finding in found} == expected


def test_a_class_that_goes_on_training_keeps_its_history(tmp_path):
    goes_on = CURVE.replace("        self.w = np.zeros(X.shape[1])\n        self.curve = []\n", "")
    (tmp_path / "theirs.py").write_text(goes_on)
    assert not list(training.a_second_fit_begins_a_new_history(load_source(tmp_path / "theirs.py")))
