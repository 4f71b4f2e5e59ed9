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
    labels = (Y.mean() < Y).astype(float)
    for target, start in ((Y, 0.0), (labels, 0.5)):
        assert list(seen_ridge.ridges(seen(1e-9 * X.T @ (start - target), X, target))) == []
    positive = 50 * np.abs(X)  # and the step of a fit whose probabilities are all 1
    assert list(seen_ridge.ridges(seen(positive.T @ (1.0 - labels) / 40, positive, labels))) == []
    small = 1e-7 * X[:, 1:]
    assert list(seen_ridge.ridges(seen(RNG.normal(size=3), small, 1e-7 * Y))) == []
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
    for _ in range(9):
        p = 1 / (1 + np.exp(-A @ u))
        u = u - np.linalg.solve(A.T @ np.diag(p * (1 - p)) @ A + keep, A.T @ (p - t) + keep @ u)
    return u
climb(np.c_[dice.normal(size=(48, 3)), np.ones(48)][:, ::-1], (dice.random(48) > 0.4) * 1.0, 3.0)
"""


def recorded(tmp_path, text):
    """{(strength, that on the constant column)} of the weights that are seen in a run."""
    from scratchwork.checks.files.source import load_source
    from scratchwork.checks.running import replay
    from scratchwork.checks.running.call import Caller
    from scratchwork.checks.running.loading import load
    from scratchwork.checks.watching import recorded

    path = tmp_path / "theirs.py"
    path.write_text(text)
    source, caller = load_source(path), Caller(10, 60, str(path))
    space = load(source, caller).namespace
    space["__tree__"], space["__text__"] = source.tree, source.text
    tape = recorded.of_program(replay.Program(replay.blocks(source.tree)[0], space), caller, space)
    return {(round(one.strength, 3), round(one.of_constant, 3)) for one in seen_ridge.ridges(tape.sights)}


@pytest.mark.parametrize(
    ("text", "old", "new", "strength"),
    [(FOLDS, "away[0, 0] = 0", "away[1, 2] = 0", 72.0), (NEWTON, "[0, 1, 1, 1]", "[1, 1, 1, 1]", 3.0)],
)
def test_folds_in_a_loop_and_the_end_of_newtons_method(tmp_path, text, old, new, strength):
    assert recorded(tmp_path, text) == {(strength, 0.0)}
    assert old in text
    assert recorded(tmp_path, text.replace(old, new)) == {(strength, strength)}


SOLVING = """
import numpy as np

class Ridge:
    def __init__(self, lam=1.0):
        self.lam = lam

    def solve_at_once(self, X, y):
        A = np.column_stack([np.ones(len(X)), X])
        pull = self.lam * np.eye(A.shape[1])
        pull[0, 0] = 0.0
        both = np.linalg.solve(A.T @ A + pull, A.T @ y)
        self.b, self.w = both[0], both[1:]

    def predict(self, X):
        return X @ self.w + self.b

    def fit(self, X, y):
        self.w, self.b = np.zeros(X.shape[1]), 0.0
        for _ in range(500):
            off = self.predict(X) - y
            self.w -= 0.1 * (X.T @ off + self.lam * self.w) / len(X)
            self.b -= 0.1 * off.mean()
"""


def test_a_second_way_to_fit_of_a_class(judge):
    assert not [finding for finding in judge(SOLVING).findings if finding.code == "SW-G4"]
    (found,) = (one for one in judge(SOLVING.replace("pull[0, 0] = 0.0", "pass")).findings if one.code == "SW-G4")
    assert found.function == "solve_at_once"


def test_a_file_that_solves_no_system_is_not_asked(judge):
    """The same numbers where no word tells of solving: gradient descent may come by such weights."""
    hidden = PROGRAM.replace("+ strength", "- strength").replace("np.linalg.inv(", "turned(")
    hidden = hidden.replace("first = 120", 'first = 120\nturned = getattr(np.linalg, "i" "nv")')
    assert "SW-G2" not in {finding.code for finding in judge(hidden).findings}


def test_a_first_step_beside_what_it_leaves_is_no_ridge():
    """Xw - y, after the step w = X'y / n, gives X'(Xw - y) - X'Xw = -n w."""
    w = 0.2 * X[:, 1:].T @ Y / len(Y)
    assert list(seen_ridge.ridges(seen(w, X[:, 1:], X[:, 1:] @ w - Y))) == []
