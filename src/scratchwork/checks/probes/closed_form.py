"""Functions that solve least squares in one call: against the exact answer, with and without a ridge."""

import numpy as np

from scratchwork.checks.findings import CannotCheck, find
from scratchwork.checks.recognising import binding
from scratchwork.checks.registry import probe
from scratchwork.checks.running import data

RIDGE = 0.7


def solvers(functions):
    """{name: whether it takes a ridge} of the functions of data and target that give weights."""
    found = {}
    for name, function in functions.items():
        meant = binding.meanings_of(function)
        required = [entry.name for entry in binding.parameters(function) if entry.default is entry.empty]
        words = set(meant.values())
        if {"X", "y"} <= words <= {"X", "y", "lambda", None} and set(required) <= {
            key for key, word in meant.items() if word in ("X", "y", "lambda")
        }:
            found[name] = "lambda" in words
    return found


def exact(X, y, ridge, spared=None):
    """Weights of (X'X + ridge I) w = X'y; the column ``spared`` is left out of the penalty."""
    eye = np.eye(X.shape[1])
    if spared is not None:
        eye[spared, spared] = 0.0
    return np.linalg.solve(X.T @ X + ridge * eye, X.T @ y)


@probe("SW-P90", "SW-G2", "SW-G4", "SW-T2", roles=("objective functions", "linear functions"))
def solved_exactly(target, call):
    """The normal equations give the least squares answer, and the ridge draws it towards zero."""
    names = solvers(target.value)
    if not names:
        raise CannotCheck("no function solves for the weights in one call")
    X, y = data.line(43, 4, seed=7)
    for name, ridged in names.items():
        plain = _weights(call, target.value[name], X, y, 0.0)
        if plain is None or not _solves(call, target.value[name], X, y, plain):
            continue
        yield from _judge(name, X, y, plain, _weights(call, target.value[name], X, y, RIDGE) if ridged else None)


def _weights(call, function, X, y, ridge):
    """The weights as a vector, or None where the function gives something else."""
    for shaped in (y, y.reshape(-1, 1)):
        try:
            value = binding.call_by_meaning(call, function, {"X": X, "y": shaped, "lambda": ridge}, override={"lambda"})
        except CannotCheck:
            continue
        item = np.asarray(value[0] if isinstance(value, tuple) else value)
        if item.size in (X.shape[1], X.shape[1] + 1) and item.dtype.kind == "f":
            return item.ravel()
    return None


def _solves(call, function, X, y, plain):
    """Whether the weights grow in a straight line with the target, as those of least squares do; a logistic fit does not."""
    double, triple = (_weights(call, function, X, times * y, 0.0) for times in (2, 3))
    if double is None or triple is None or not plain.any():
        return False
    return np.allclose(triple - double, double - plain, rtol=1e-4, atol=1e-6) and not np.allclose(double, plain)


def _judge(name, X, y, plain, ridged):
    ones = np.ones((len(X), 1))
    designs = [(X, None), (np.hstack([ones, X]), 0), (np.hstack([X, ones]), X.shape[1])]
    designs = [(A, spot) for A, spot in designs if A.shape[1] == len(plain)]
    design = next((pair for pair in designs if np.allclose(plain, exact(pair[0], y, 0.0), atol=1e-4)), None)
    if design is not None:
        yield from _judge_ridge(name, *design, y, plain, ridged) if ridged is not None else ()
        return
    rest = y - y.mean()  # of rows that are centred here, or by the caller
    centred = [exact(rows, rest, 0.0) for rows in (X - X.mean(axis=0), X)]
    if len(plain) != X.shape[1] or not any(np.allclose(plain, item, atol=1e-4) for item in centred):
        wanted = exact(designs[0][0], y, 0.0)
        observed = f"The first weight is {plain[0]:.5g}; least squares gives {wanted[0]:.5g}."
        yield find("SW-P90", observed, function=name, severity="warning")  # it may be meant to be another fit


def _judge_ridge(name, A, spot, y, plain, ridged):
    """The ridge draws the weights towards zero, by its strength times 1, n, 1/2 or 2, and spares the intercept."""
    right = [exact(A, y, share * RIDGE, spared) for share in (1.0, len(A), 0.5, 2.0) for spared in (spot, None)]
    if any(np.allclose(ridged, item, rtol=1e-4) for item in right):
        if spot is not None and np.allclose(ridged, exact(A, y, RIDGE), rtol=1e-4):
            observed = f"With a ridge of {RIDGE} the intercept is {ridged[spot]:.5g}: it is drawn towards zero as well."
            yield find("SW-G4", observed, function=name, severity="warning")
    elif np.allclose(ridged, plain):
        yield find("SW-T2", f"A ridge of {RIDGE} changes none of {len(plain)} weights.", function=name)
    elif np.linalg.norm(ridged) > np.linalg.norm(plain):
        norms = f"from {np.linalg.norm(plain):.5g} to {np.linalg.norm(ridged):.5g}"
        observed = f"A ridge of {RIDGE} raises the norm of the weights {norms}; it should lower it."
        yield find("SW-G2", observed, function=name)
