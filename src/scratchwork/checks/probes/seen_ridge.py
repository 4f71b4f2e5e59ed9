"""Weights that a program solves for in one step: what ties them to its rows and its target says how it penalises them.

With r = y - Xw, least squares has X'r = 0, and a ridge of strength s has X'r = s w. So the entries of X'r divided by those of w
tell s column by column, to the last digit: 0 for least squares, one positive number for a ridge. Of other weights only those
have that which X'X merely stretches (principal axes, the first step on whitened rows), and those of a few rows of zeros and ones.
Where Newton's method has arrived in a logistic regression, the same holds of r = y - p.
"""

import contextlib
import dataclasses
import re

import numpy as np

from scratchwork.checks.findings import CannotCheck, find
from scratchwork.checks.probes.nudged import at
from scratchwork.checks.recognising import binding
from scratchwork.checks.registry import probe
from scratchwork.checks.running import data, replay
from scratchwork.checks.views import estimator, reference
from scratchwork.checks.watching import recorded
from scratchwork.checks.watching.tape import Tape

EQUAL = LEAST = 1e-6  # strengths that are the same; one beside X'X that is more than a guard against singular rows
MOST_TABLES, MOST_WEIGHTS, LEAST_ROWS = 8, 12, 10
SOLVES = re.compile(r"solve|inv\(|lstsq|cho_factor|qr\(|svd|\.I\b|\*\* ?-1|optimize|gauss|elimin|invers", re.IGNORECASE)
BAYES = re.compile("bayes|posterior|prior|gauss", re.IGNORECASE)


@dataclasses.dataclass
class Solved:
    """Weights that solve penalised normal equations: where they came up, the strength, that on the constant column (or None), other columns."""

    sight: object
    strength: float
    of_constant: float | None
    slopes: int


@probe("SW-G2", "SW-G4", roles=("training run", "linear", "estimator"))
def a_solved_ridge_pulls_the_slopes_towards_zero(target, call):
    """The weights of a ridge are drawn towards zero, and the one of the column of ones is spared."""
    space, text = target.namespace["namespace"], target.source.text if target.source else ""
    if not SOLVES.search(text):
        raise CannotCheck("nothing in the file solves a system")
    if isinstance(target.value, replay.Program):
        tapes = [recorded.of_program(target.value, call, space)]
    else:
        tapes = _of_class(target.value, call, space) if isinstance(target.value, estimator.Estimator) else ()
    solved = [entry for tape in tapes for entry in ridges(tape.sights)]
    if not solved:
        raise CannotCheck("no weights are seen that solve penalised normal equations")
    for entry in solved:
        if entry.strength < 0:
            said = f"{_named(entry.sight)} solves (X'X - {-entry.strength:.3g} I) w = X'y: the penalty makes the weights larger."
            yield find("SW-G2", said, severity="error" if entry.slopes > 2 else "warning", **at(entry.sight.function))
            return
    spared = not any(entry.of_constant for entry in solved)
    if not spared and not BAYES.search(text):
        entry = next(entry for entry in solved if entry.of_constant)
        said = f"{_named(entry.sight)} solves (X'X + {entry.strength:.3g} I) w = X'y with the column of ones under the penalty as well."
        yield find("SW-G4", said, severity="warning", **at(entry.sight.function))


def _named(sight):
    return sight.label or f"What {sight.function} returns"


def _of_class(maker, call, space):
    """The tapes of the methods of a class that are given rows and a target and solve for the weights in one call."""
    (X, y), (_, v) = data.line(43, 4, seed=7), data.line(43, 1, seed=7)
    for name, method in maker.methods().items():
        solves = {"solve", "inv", "pinv"} & set(getattr(getattr(method, "__code__", None), "co_names", ()))
        if solves and {"X", "y"} <= set(binding.meanings_of(method).values()):
            for rows, wanted in ((X, y), (X[:, 0], v)):  # of one variable as its values
                tape, made = Tape(space), getattr(maker.build(**{"lambda": 0.7}), name)
                known = {"X": rows, "y": wanted, "lambda": 0.7}
                with contextlib.suppress(CannotCheck):
                    call.raw(tape.run, binding.call_by_meaning, call, made, known, None, (), {"lambda"}, True)
                    yield tape
                    break


def ridges(sights):
    """Solved for all weights among the sights of a run that come after the rows and the target that they solve for."""
    arrays = [sight for sight in sights if sight.value.dtype.kind in "fiu" and np.isfinite(sight.value).all()]
    tables = [
        sight
        for sight in arrays
        if sight.value.ndim == 2 and 2 <= sight.value.shape[1] < len(sight.value) >= LEAST_ROWS
    ]
    for rows in _distinct(tables):
        n, d = rows.value.shape
        weights = [
            sight for sight in arrays if sight.value.size == d and sight.time > rows.time and _is_plain(sight.value)
        ]
        for y in _distinct([sight for sight in arrays if n <= sight.value.size == max(sight.value.shape, default=0)]):
            later = [one for one in _latest(weights) if one.time > y.time and _within(rows, one) and _within(y, one)]
            for part in _parts(y.value.ravel().astype(float), n) if later else ():
                yield from (entry for sight in later for entry in _solved(rows.value.astype(float), part, sight))


def _latest(sights):
    """The last few sights of each name."""
    found = {}
    for sight in sights:
        found.setdefault((sight.function, sight.label), []).append(sight)
    return [sight for held in found.values() for sight in held[-MOST_WEIGHTS:]]


def _within(sight, weights):
    """Whether an array is within reach where the weights come up: in their function, in an object, or in the program."""
    return sight.function in (weights.function, "<module>") or sight.label.startswith("self")


def _distinct(sights):
    """The first few sights of each function, those of equal values once."""
    found, count = {}, {}
    for sight in sights:
        key = sight.function, sight.value.shape, sight.value.tobytes()
        count[sight.function] = count.get(sight.function, 0) + (key not in found)
        if count[sight.function] <= MOST_TABLES:
            found.setdefault(key, sight)
    return list(found.values())


def _parts(y, n):
    """A target, or where it is longer than the rows its first part and its last."""
    parts = [y] if len(y) == n else [y[:n], y[-n:]]
    return [part for part in parts if np.ptp(part) > 0]


def _is_plain(w):
    """Whether an array may be weights: several numbers, not all whole."""
    return bool((w != 0).sum() > 1 and (w != np.round(w)).any())


def _tells_nothing(rows, y, w):
    """Whether what is left is along w by itself: X'X merely stretches w, w is a step from 0, or the target a sum of the columns."""
    along = [rows.T @ (rows @ w), rows.T @ y, rows.T @ (y - 0.5)]
    rest = y - rows @ np.linalg.lstsq(rows, y, rcond=None)[0]
    return any(_parallel(vector, w) for vector in along) or np.linalg.norm(rest) < 1e-6 * np.linalg.norm(y)


def _parallel(one, other):
    across = one - (one @ other) / (other @ other) * other
    return np.linalg.norm(across) <= 1e-4 * np.linalg.norm(one)


def _solved(rows, y, sight):
    """[Solved] where the weights solve penalised normal equations of these rows and this target, or those of a logistic fit."""
    score = rows @ sight.value.ravel().astype(float)
    guesses = [score]
    if (
        np.isin(y, (0, 1)).all() and np.median(np.abs(score)) < 5
    ):  # far out all probabilities are 0 and 1, whatever w is
        guesses.append(reference.sigmoid(score))
    return [entry for guess in guesses for entry in _tied(rows, y, sight, guess)]


def _tied(rows, y, sight, guess):
    """[Solved] where X'(y - guess) is one multiple of the slopes."""
    w, pull = sight.value.ravel().astype(float), rows.T @ (y - guess)
    size = np.abs(rows).T @ (np.abs(y) + np.abs(rows) @ np.abs(w))
    constant = np.ptp(rows, axis=0) == 0
    slopes = ~constant & (np.abs(w) > 1e-9 * np.abs(w).max())
    several = (
        slopes if slopes.sum() > 1 else slopes | constant
    )  # one slope tells by the constant, where that is pulled alike
    if constant.sum() > 1 or several.sum() < 2 or not w[several].all() or (np.abs(pull) <= 1e-10 * size).all():
        return []
    each = pull[several] / w[several]
    strength = float(np.median(each))
    if (
        not np.allclose(each, strength, rtol=EQUAL, atol=0)
        or abs(strength) < LEAST * (rows**2).sum(axis=0)[slopes].min()
    ):
        return []
    if _tells_nothing(rows, y, w) or (strength < 0 and w @ (rows.T @ y) < 0):
        return []  # a step from 0 beside what it leaves, taken the other way round, looks like a ridge turned over
    if not constant.any():
        return [Solved(sight, strength, None, slopes.sum())]
    on_it, bound = float(pull[constant][0]), EQUAL * abs(strength * w[constant][0]) + 1e-10 * size[constant][0]
    if abs(on_it) <= bound:
        return [Solved(sight, strength, 0.0, slopes.sum())]
    return [Solved(sight, strength, strength, slopes.sum())] if abs(on_it - strength * w[constant][0]) <= bound else []
