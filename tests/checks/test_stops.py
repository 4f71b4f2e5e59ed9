"""Loops that end too early: seen by letting them go on, whatever the test looks like."""

import ast

import pytest

from scratchwork.checks.files.source import load_source
from scratchwork.checks.running import replay
from scratchwork.checks.running.call import Caller
from scratchwork.checks.running.loading import load
from scratchwork.checks.watching import going_on

DESCENT = """
import numpy as np
dice = np.random.default_rng(4)
A = np.c_[np.ones(60), dice.normal(size=(60, 2))]
t = (A @ np.array([0.2, 1.0, -1.5]) + dice.normal(size=60) > 0).astype(float)
def height(u):
    p = 1 / (1 + np.exp(-A @ u))
    return -np.mean(t * np.log(p) + (1 - t) * np.log(1 - p))
def settle(rate=0.5, close=1e-6):
    u = np.zeros(3)
    before = height(u)
    for _ in range(900):
        u = u - rate * A.T @ (1 / (1 + np.exp(-A @ u)) - t) / len(t)
        now = height(u)
        if before - now < close:
            break
        before = now
    return u
settle()
"""
NEWTON = """
import numpy as np
dice = np.random.default_rng(4)
A = np.c_[np.ones(60), dice.normal(size=(60, 2))]
t = (A @ np.array([0.2, 1.0, -1.5]) + dice.normal(size=60) > 0).astype(float)
u, rise, old = np.zeros(3), 1.0, -50.0
while abs(rise) > 1e-8:
    p = 1 / (1 + np.exp(-A @ u))
    u = u + 0.5 * np.linalg.solve(A.T * (p * (1 - p)) @ A, A.T @ (t - p))
    new = float(np.sum(t * np.log(p) + (1 - t) * np.log(1 - p)))
    rise, old = old - new, new
"""
GROUPS = """
import numpy as np
dice = np.random.default_rng(4)
P = np.concatenate([dice.normal(m, 1.2, size=(40, 2)) for m in (0, 2, 4, 6)])
C = P[:4].copy()
while True:
    near = ((P[:, None] - C[None]) ** 2).sum(axis=2).argmin(axis=1)
    new = np.array([P[near == j].mean(axis=0) for j in range(4)])
    if np.allclose(new, C):
        break
    C = new
"""
CASES = (
    (DESCENT, "before - now < close", "now - before < close"),
    (DESCENT, "before - now < close", "abs(before - now) > close"),
    (NEWTON, "while abs(rise) > 1e-8", "while rise > 1e-8"),
    (NEWTON, "while abs(rise) > 1e-8", "while abs(rise) < 1e-8"),
    (GROUPS, "if np.allclose(new, C)", "if not np.allclose(new, C)"),
    (GROUPS, "if np.allclose(new, C)", "if (new != C).any()"),
)


def early(tmp_path, text):
    """(how many tests were asked, [Ended]) of a program."""
    path = tmp_path / "theirs.py"
    path.write_text(text)
    source = load_source(path)
    caller = Caller(10, 60, str(path))
    namespace = load(source, caller).namespace
    namespace["__tree__"], namespace["__text__"] = source.tree, source.text
    return going_on.ended_early(replay.blocks(source.tree)[0], caller, namespace)


@pytest.mark.parametrize(("text", "old", "new"), CASES)
def test_a_loop_that_is_left_while_it_changes(tmp_path, text, old, new):
    assert old in text
    asked, right = early(tmp_path, text)
    assert asked
    assert not right
    _, (found,) = early(tmp_path, text.replace(old, new))
    assert new in text.replace(old, new).splitlines()[found.line - 1]
    assert found.round <= 2
    assert abs(found.changes[-1]) < abs(found.changes[1])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("close=1e-6", "close=0.2"),  # a loose tolerance is one's own choice
        ("rate=0.5", "rate=80.0"),  # a loss that rises may end a loop
        ("if before - now < close", "if _ > 3 and before - now < close"),
        ("if before - now < close", "if now > 1e3"),
    ],
)
def test_an_end_that_was_meant_is_none_too_early(tmp_path, old, new):
    assert old in DESCENT
    assert not early(tmp_path, DESCENT.replace(old, new))[1]


def test_the_tree_of_a_program_is_left_as_it_was(tmp_path):
    path = tmp_path / "theirs.py"
    path.write_text(DESCENT)
    source = load_source(path)
    caller = Caller(10, 60, str(path))
    namespace = load(source, caller).namespace
    namespace["__tree__"], namespace["__text__"] = source.tree, source.text
    before = ast.dump(source.tree)
    going_on.ended_early(replay.blocks(source.tree)[0], caller, namespace)
    assert ast.dump(source.tree) == before
