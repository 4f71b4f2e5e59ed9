"""The systems of equations that a program solves or inverts while it runs: their matrices, and the rows they were made of."""

import contextlib
import dataclasses
import sys

import numpy as np

from scratchwork.checks.watching.tape import tape_name

SOLVERS, MOST, WIDEST, LATEST = ("solve", "inv", "pinv", "lstsq"), 200, 60, 60


@dataclasses.dataclass
class Ridge:
    """A matrix that was solved in a line, as ``X'WX + diag(added)`` up to a usual factor."""

    function: str
    line: int
    rows: np.ndarray
    added: np.ndarray


@contextlib.contextmanager
def noted(tape):
    """While it lasts the solvers write (matrix, function, line, time) of what they are handed into ``tape.systems``."""
    tape.systems, space = [], tape.namespace
    kept = {name: getattr(np.linalg, name) for name in SOLVERS}
    made = {name: _noting(function, tape) for name, function in kept.items()}
    bound = {key: name for key, item in space.items() for name in SOLVERS if item is kept[name]}
    try:
        vars(np.linalg).update(made)
        space.update({key: made[name] for key, name in bound.items()})
        yield
    finally:
        vars(np.linalg).update(kept)
        space.update({key: kept[name] for key, name in bound.items() if space.get(key) is made[name]})


def _noting(function, tape):
    def solver(a, *rest, **named):
        frame, matrix = sys._getframe(1), np.asarray(a)
        square = matrix.ndim == 2 and matrix.dtype.kind == "f" and 2 <= len(matrix) == matrix.shape[1] <= WIDEST
        if square and frame.f_globals is tape.namespace and len(tape.systems) < MOST and np.isfinite(matrix).all():
            tape.systems.append((matrix.copy(), tape_name(frame), frame.f_lineno, tape.clock))
        return function(a, *rest, **named)

    return solver


def ridges(tape):
    """The Ridge of each line that solves for the weights of rows seen on the tape: the one with the most added to it."""
    found = {}
    for matrix, function, line, time in tape.systems:
        fitted = _ridge(tape, matrix, time)
        if fitted and (line not in found or np.abs(fitted[1]).max() > np.abs(found[line].added).max()):
            found[line] = Ridge(function, line, *fitted)
    return list(found.values())


def _ridge(tape, matrix, time):
    """(rows, what is added) of a matrix: X'X of rows seen by then, or X'WX, beside its diagonal; or None."""
    earlier, seen = [sight.value for sight in tape.sights if sight.time <= time + 1], set()
    for value in reversed(earlier):
        for X in (value, value.T) if value.ndim == 2 and value.dtype.kind == "f" else ():
            if X.shape[1] != len(matrix) or len(X) <= len(matrix) or (X.shape, X.tobytes()) in seen:
                continue
            seen.add((X.shape, X.tobytes()))
            for weights in (np.ones(len(X)), *_weights(earlier[-LATEST:], len(X))):
                added = _added(matrix, X, weights)
                if added is not None:
                    return X, added
    return None


def _weights(latest, n):
    """What a Newton step may weigh n rows with: numbers seen last, and p (1 - p) of probabilities."""
    for value in latest:
        if value.dtype.kind == "f" and value.size in (n, n * n) and n > 1:
            flat = value.ravel() if value.size == n else np.diag(value.reshape(n, n))
            if (flat > 0).all() and np.ptp(flat) > 0:
                yield flat
                yield flat * (1 - flat)


def _added(matrix, X, weights):
    """The diagonal of a matrix beyond X'WX, in its units, where the rest is that up to a usual factor; or None."""
    moments = X.T @ (X * weights[:, None])
    beside, size = ~np.eye(len(moments), dtype=bool), np.abs(moments).max()
    for share in (1.0, 1 / len(X), 2.0, 2 / len(X), 0.5, 0.5 / len(X)):
        rest = matrix / share - moments
        if np.abs(moments[beside]).max() > 1e-6 * size > 10 * np.abs(rest[beside]).max():
            return np.diag(rest)
    return None
