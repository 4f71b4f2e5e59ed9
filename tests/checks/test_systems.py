"""Ridge regression solved in one call: what is added to the moments is seen in the matrix that NumPy is handed."""

import pytest

from scratchwork.checks.files.source import load_source
from scratchwork.checks.probes.systems import judged
from scratchwork.checks.running import replay
from scratchwork.checks.running.call import Caller
from scratchwork.checks.running.loading import load
from scratchwork.checks.watching import recorded, systems

FOLDS = """
import numpy as np
from numpy.linalg import pinv
dice = np.random.default_rng(5)
raw, goal = dice.normal(size=(48, 3)), dice.normal(size=48)
A = np.c_[np.ones(48), raw]
for strength in (0.0, 2.0):
    away = np.eye(4) * strength
    away[0, 0] = 0
    for i in range(4):
        rest = np.delete(np.arange(48), slice(12 * i, 12 * i + 12))
        B = A[rest]
        w = pinv(B.T @ B / 36 + away) @ B.T @ goal[rest] / 36
"""
NEWTON = """
import numpy as np
dice = np.random.default_rng(5)
def climb(A, t, strength):
    u = np.zeros(4)
    keep = np.diag([0, 1, 1, 1]) * strength
    for _ in range(5):
        p = 1 / (1 + np.exp(-A @ u))
        u = u - np.linalg.solve(A.T @ np.diag(p * (1 - p)) @ A + keep, A.T @ (p - t) + keep @ u)
    return u
climb(np.c_[dice.normal(size=(48, 3)), np.ones(48)][:, ::-1], (dice.random(48) > 0.4) * 1.0, 3.0)
"""


def codes(tmp_path, text):
    path = tmp_path / "theirs.py"
    path.write_text(text)
    source, caller = load_source(path), Caller(10, 60, str(path))
    namespace = load(source, caller).namespace
    namespace["__tree__"], namespace["__text__"] = source.tree, source.text
    tape = recorded.of_program(replay.Program(replay.blocks(source.tree)[0], namespace), caller, namespace)
    return [judged(ridge.rows, ridge.added)[0] for ridge in systems.ridges(tape)]


@pytest.mark.parametrize(
    ("text", "old", "new", "code"),
    [
        (FOLDS, "away[0, 0] = 0", "away[1, 2] = 0", "SW-G4"),
        (FOLDS, "/ 36 + away", "/ 36 - away", "SW-G2"),
        (FOLDS, "(0.0, 2.0)", "(0.0, 1e-9)", None),
        (NEWTON, "[0, 1, 1, 1]", "[1, 1, 1, 1]", "SW-G4"),
    ],
)
def test_the_diagonal_of_the_matrix_that_is_solved(tmp_path, text, old, new, code):
    assert codes(tmp_path, text) == [None]
    assert old in text
    assert codes(tmp_path, text.replace(old, new)) == [code]
