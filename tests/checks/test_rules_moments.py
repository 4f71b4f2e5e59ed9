"""Adam, momentum and the order of the rows as they are written: each rule fires on one changed line and is silent without it."""

import pytest

from scratchwork.checks.files.source import load_source
from scratchwork.checks.rules.moments import averages_are_those_of_adam
from scratchwork.checks.rules.row_order import batches_are_drawn_in_random_order

ADAM = """import numpy as np
class Adam:
    def __init__(self, lr=0.01, beta1=0.9, beta2=0.999):
        self.lr, self.beta1, self.beta2, self.t = lr, beta1, beta2, 0
        self.m, self.v = 0, 0
    def nudge(self, w, dw):
        self.t += 1
        self.m = self.beta1 * self.m + (1 - self.beta1) * dw
        self.v = self.beta2 * self.v + (1 - self.beta2) * dw ** 2
        mh = self.m / (1 - self.beta1 ** self.t)
        vh = self.v / (1 - self.beta2 ** self.t)
        return w - self.lr * mh / (np.sqrt(vh) + 1e-8)
"""
ADAM_MISTAKES = (
    ("self.beta2 * self.v +", "self.beta1 * self.v +"),
    ("        self.t += 1\n", "        self.t = 1\n"),
    ("(1 - self.beta1 ** self.t)", "(1 - self.beta1)"),
    ("(1 - self.beta1 ** self.t)", "(1 - self.beta1) ** self.t"),
    ("(1 - self.beta1 ** self.t)", "(1 - self.beta1 * self.t)"),
    ("mh = self.m / (1 - self.beta1 ** self.t)", "mh = self.m"),
    ("np.sqrt(vh)", "vh"),
    ("* dw ** 2", "* dw"),
)
MOMENTUM = """import numpy as np
def train(X, y, lr=0.1, mu=0.9, epochs=10):
    w, v = np.zeros(X.shape[1]), 0
    for _ in range(epochs):
        grad = X.T @ (X @ w - y) / len(X)
        v = mu * v + grad
        w = w - lr * v
    return w
"""
SCRIPT = """import numpy as np
rows = np.random.default_rng(0).permutation(90)
training, test = rows[:60], rows[60:]
for turn in range(20):
    np.random.shuffle(training)
    for i in training:
        error = X[i] @ w - y[i]
        w -= 0.1 * error * X[i]
"""


def told(rule, tmp_path, text):
    (tmp_path / "theirs.py").write_text(text)
    return [(finding.code, finding.function) for finding in rule(load_source(tmp_path / "theirs.py"))]


@pytest.mark.parametrize(("old", "new"), ADAM_MISTAKES)
def test_adam_is_read(tmp_path, old, new):
    assert old in ADAM
    assert told(averages_are_those_of_adam, tmp_path, ADAM) == []
    assert told(averages_are_those_of_adam, tmp_path, ADAM.replace(old, new)) == [("SW-T5", "nudge")]


def test_a_count_from_zero_divides_by_zero(tmp_path):
    loop = """import numpy as np
def train(w, slope, n, b1=0.9, b2=0.999):
    m = v = 0
    for t in range(1, n):
        g = slope(w)
        m = b1 * m + (1 - b1) * g
        v = b2 * v + (1 - b2) * np.square(g)
        w -= 0.1 * (m / (1 - b1**t)) / (np.sqrt(v / (1 - b2**t)) + 1e-8)
    return w
"""
    assert told(averages_are_those_of_adam, tmp_path, loop) == []
    assert told(averages_are_those_of_adam, tmp_path, loop.replace("range(1, n)", "range(n)")) == [("SW-T5", "train")]


def test_a_velocity_is_scaled_once(tmp_path):
    assert told(averages_are_those_of_adam, tmp_path, MOMENTUM) == []
    assert told(averages_are_those_of_adam, tmp_path, MOMENTUM.replace("w - lr * v", "w - v")) == [("SW-T3", "train")]
    assert told(averages_are_those_of_adam, tmp_path, MOMENTUM.replace("+ grad", "+ lr * grad")) == [("SW-T3", "train")]
    other = MOMENTUM.replace("+ grad", "+ lr * grad").replace("w - lr * v", "w - v")
    assert told(averages_are_those_of_adam, tmp_path, other) == []
    named = (
        MOMENTUM.replace("+ grad", "- pace * grad").replace("w - lr * v", "w + v").replace("mu=0.9", "mu=0.9, pace=1")
    )
    assert told(averages_are_those_of_adam, tmp_path, named) == []


def test_a_program_draws_its_rows_anew(tmp_path):
    assert told(batches_are_drawn_in_random_order, tmp_path, SCRIPT) == []
    in_order = SCRIPT.replace("    np.random.shuffle(training)\n", "")
    assert told(
        batches_are_drawn_in_random_order, tmp_path, in_order.replace("default_rng(0).permutation", "arange")
    ) == [("SW-T12", None)]
    summed = SCRIPT.replace("    np.random.shuffle(training)\n", "    step = 0\n").replace(
        "w -= 0.1 * error", "step -= error"
    )
    assert told(batches_are_drawn_in_random_order, tmp_path, summed + "    w += rate * step\n") == []


CUT = """def pieces(rows, goals, size):
    for start in range(0, len(rows), size):
        yield rows[start : start + size], goals[start : start + size]
def learn(net, rows, goals, rng):
    for epoch in range(20):
        now = rng.permutation(len(rows))
        for r, g in pieces(rows[now], goals[now], 16):
            net.update(r, g)
"""


def test_pieces_cut_by_a_generator_come_in_the_order_of_the_rows(tmp_path):
    assert told(batches_are_drawn_in_random_order, tmp_path, CUT) == []
    in_order = CUT.replace("        now = rng.permutation(len(rows))\n", "").replace("[now]", "")
    assert told(batches_are_drawn_in_random_order, tmp_path, in_order) == [("SW-T12", "learn")]
