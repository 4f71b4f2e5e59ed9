"""Weights solved for in one step: what ties them to the rows and the target tells the penalty on each of them."""

import numpy as np
import pytest

from scratchwork.checks.probes import seen_ridge
from scratchwork.checks.watching.tape import Sight

RNG = np.random.default_rng(3)
X = np.column_stack([np.ones(40), RNG.normal(size=(40, 3))])
Y = 5.0 + X @ np.array([0.0, 1.0, -2.0, 0.5]) + 0.1 * RNG.normal(size=40)


def seen(w, rows=X, y=Y):
    return [
        Sight(time, "solve", label, (), value) for time, (label, value) in enumerate([("X", rows), ("y", y), ("w", w)])
    ]


def solved(penalties, rows=X, y=Y):
    return np.linalg.solve(rows.T @ rows + np.diag(penalties), rows.T @ y)


@pytest.mark.parametrize(
    ("penalties", "strength", "of_constant"),
    [((0, 3, 3, 3), 3.0, 0.0), ((3, 3, 3, 3), 3.0, 3.0), ((0, -3, -3, -3), -3.0, 0.0)],
)
def test_the_strength_is_read_off_the_weights(penalties, strength, of_constant):
    (entry,) = seen_ridge.ridges(seen(solved(penalties).reshape(-1, 1)))
    assert (entry.strength, entry.of_constant) == pytest.approx((strength, of_constant))


@pytest.mark.parametrize(
    "w", [solved((0, 0, 0, 0)), solved((1e-8,) * 4), solved((0, 3, 3, 9)), np.arange(4.0), RNG.normal(size=4)]
)
def test_other_weights_are_no_ridge(w):
    assert list(seen_ridge.ridges(seen(w))) == []


def test_weights_that_the_rows_merely_stretch_tell_nothing():
    """A principal axis beside its scores, made longer; the first step on whitened rows; the corners of a square."""
    Z = X[:, 1:] - X[:, 1:].mean(axis=0)
    U, S, V = np.linalg.svd(Z, full_matrices=False)
    assert list(seen_ridge.ridges(seen(V[0] * S[0], Z, Z @ V[0]))) == []
    white = U * np.sqrt(len(U))
    assert list(seen_ridge.ridges(seen(0.2 * white.T @ (Y - Y.mean()), white, Y - Y.mean()))) == []
    corners = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    assert list(seen_ridge.ridges(seen(np.array([1.0, 1.0]), corners, np.array([0.0, 1.0, 1.0, 0.0])))) == []


def test_rows_without_ones_have_no_intercept_to_spare():
    (entry,) = seen_ridge.ridges(seen(solved((2, 2, 2), X[:, 1:], Y - Y.mean()), X[:, 1:], Y - Y.mean()))
    assert entry.of_constant is None


PROGRAM = """
import numpy as np

table = np.loadtxt("flats.txt")
first = 120
A = np.c_[np.ones(len(table)), table[:, :4]]
price = table[:, 4]
seen, kept = A[np.arange(0, first)], A[first:]
spare = np.eye(5)
spare[0, 0] = 0
for strength in (1.0, 10.0):
    w = np.linalg.inv(seen.T @ seen + strength * spare) @ seen.T @ price[:first]
    print(strength, np.mean((kept @ w - price[first:]) ** 2))
"""


@pytest.mark.parametrize(
    ("change", "code"),
    [(("", ""), None), (("spare[0, 0] = 0", "pass"), "SW-G4"), (("+ strength", "- strength"), "SW-G2")],
)
def test_a_flat_program_that_solves_a_ridge(judge, change, code):
    result = judge(PROGRAM.replace(*change))
    assert [entry.code for entry in result.findings if entry.severity != "remark"][:1] == ([code] if code else [])
    assert code or {"SW-G2", "SW-G4"} <= set(result.passed)
