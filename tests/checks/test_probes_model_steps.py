"""The steps of models without layers on a tape: a usual slope, a decay that shrinks, the reported cost's own penalty."""

import numpy as np
import pytest

from scratchwork.checks.probes.model_steps import _judged
from scratchwork.checks.watching import step_shares
from scratchwork.checks.watching.model_steps import Steps
from scratchwork.checks.watching.tape import Tape

RIDGE = """
import numpy as np

def table(k):
    g = np.random.default_rng(k)
    A = g.normal(size=(40, 3)) + 0.5
    return A, A @ [1.0, -2.0, 0.5] + 3 + g.normal(size=40)

def price(k, off, A, t, ridge):
    left = A @ k + off - t
    return (left ** 2).mean() + ridge * (k ** 2).sum()

def slopes(k, off, A, t, ridge):
    left = A @ k + off - t
    return 2 * A.T @ left / len(t) + 2 * ridge * k, 2 * left.mean()

def learn(rounds=9, rate=0.05, ridge=0.3):
    A, t = table(4)
    k, off = np.zeros(3), 0.0
    for _ in range(rounds):
        told = price(k, off, A, t, ridge)
        dk, doff = slopes(k, off, A, t, ridge)
        k = k - rate * dk
        off = off - rate * doff
    return k, off
"""
SIGNS = """
import numpy as np

class Border:
    def __init__(self):
        g = np.random.RandomState(1)
        self.rows = np.column_stack([np.ones(50), g.randn(50, 2) + 0.3])
        self.side = np.where(self.rows[:, 1] + g.randn(50) > 0, 1.0, -1.0)
        self.vec = np.array([0.4, -0.2, 0.1])

    def loss(self):
        return np.log1p(np.exp(-self.side * (self.rows @ self.vec))).mean()

    def turn(self):
        m = self.side * (self.rows @ self.vec)
        drag = 0.1 * self.vec
        drag[0] = 0
        slope = -(self.side / (1 + np.exp(m))) @ self.rows / 50 + drag
        self.vec = self.vec - 0.5 * slope

def learn():
    border = Border()
    for _ in range(9):
        border.turn()
        border.loss()
"""


def findings(text):
    space = {"__name__": "user_module"}
    exec(compile(text, "theirs.py", "exec"), space)
    tape = Tape(space)
    tape.run(space["learn"])
    steps = Steps(tape, 8)
    assert steps.readings
    return [(found.code, found.function) for reading in steps.readings for found in _judged(steps, reading)]


@pytest.mark.parametrize("text", [RIDGE, SIGNS])
def test_right_steps_are_silent(text):
    assert findings(text) == []


@pytest.mark.parametrize(
    ("text", "old", "new", "code", "where"),
    [
        (RIDGE, "+ 2 * ridge * k,", "- 2 * ridge * k,", "SW-G2", "slopes"),
        (RIDGE, "+ 2 * ridge * k,", ",", "SW-G5", "slopes"),
        (RIDGE, "2 * left.mean()", "2 * left.mean() + 2 * ridge * off", "SW-G4", "slopes"),
        (RIDGE, "off - rate * doff", "off + rate * doff", "SW-G18", "learn"),
        (RIDGE, "2 * left.mean()", "2 * left.sum()", "SW-G13", "slopes"),
        (RIDGE, "A.T @ left", "A.T @ np.abs(left)", "SW-G1", "slopes"),
        (
            RIDGE,
            "2 * A.T @ left / len(t) + 2 * ridge * k",
            "2 * A.T @ left / len(t) * (1 + ridge)",
            "SW-G3",
            "slopes",
        ),
        (SIGNS, "drag[0] = 0", "", "SW-G4", "turn"),
        (SIGNS, "self.vec - 0.5", "self.vec + 0.5", "SW-G18", "turn"),
        (SIGNS, "np.exp(m)", "np.exp(-m)", "SW-G1", "turn"),
    ],
)
def test_each_mistake_is_named_where_it_is(text, old, new, code, where):
    assert old in text
    assert (code, where) in findings(text.replace(old, new))


def test_a_batch_is_rows_of_what_stood_before():
    text = RIDGE.replace("for _ in range(rounds):", "for i in range(rounds):\n        B, s = A[i:i + 9], t[i:i + 9]")
    text = text.replace("off, A, t, ridge)\n        dk", "off, B, s, ridge)\n        dk").replace(
        "= slopes(k, off, A, t", "= slopes(k, off, B, s"
    )
    assert findings(text) == []
    assert ("SW-G2", "slopes") in findings(text.replace("+ 2 * ridge * k,", "- 2 * ridge * k,"))


def test_a_slope_that_makes_up_nothing_explains_no_step():
    dice = np.random.default_rng(8)
    slope, weights = dice.normal(size=(2, 12))
    assert step_shares.solved(0.3 * weights, [slope, weights], 1e-7) is None
    assert np.allclose(step_shares.solved(0.1 * slope + 0.3 * weights, [slope, weights], 1e-7), [0.1, 0.3])
