"""The penalty and the recorded loss of logistic and linear regression, seen along the path of fit."""

import re

import numpy as np

from scratchwork.checks.findings import CannotCheck, find
from scratchwork.checks.probes import trail as probe_trail
from scratchwork.checks.probes.loss_functions import judge_readings
from scratchwork.checks.registry import probe
from scratchwork.checks.views import loss_values, reference
from scratchwork.checks.views.linear_path import (
    KINDS,
    _own_scaling,
    _stepping,
    followed,
    gradient,
)


@probe("SW-G2", "SW-G3", "SW-G4", "SW-G5", "SW-T2", roles=KINDS)
def the_penalty_shrinks_the_weights(target, call):
    """With lambda > 0 the second step gains a positive multiple of the weights, and nothing for the intercept."""
    path = followed(target, call)
    if {"SW-G18", "SW-G1", "SW-G13"} & target.namespace.get("found", set()):
        raise CannotCheck("the steps are wrong without a penalty")
    if not path.model.takes("lambda"):
        raise CannotCheck("it has no penalty that can be set")
    where = probe_trail.blamed(target, call, _stepping(target, path.model))
    added = _added(path)
    if added is None:
        yield from _grown(path, where)
        return
    before, added = added
    size = before.w.size
    if np.abs(added).max() < 1e-12:
        if not {"SW-T2", "SW-G5"} & target.namespace.get("found", set()):
            yield from _no_penalty(path, LAMBDA, where)
        return
    factor, residual = reference.fitted_factor(added[:size], before.w.ravel())
    along = reference.fitted_factor(added[:size], gradient(path, before)[:size])[1]
    grown = np.abs(before.w).max() > 1e-6  # else there is nothing yet to be pulled
    if grown and residual < 1e-3 and factor < 0:
        observed = f"lambda = {LAMBDA} adds {factor:.4g} w to the gradient: it pushes the weights away from zero."
        yield find("SW-G2", observed, function=where)
    elif (residual > 1e-3 or not grown) and along < 1e-3:
        observed = f"lambda = {LAMBDA} adds a multiple of the gradient itself, and nothing that depends on the weights."
        yield find("SW-G3", observed, function=where)
    elif not grown:
        raise CannotCheck("the penalty already acts at zero weights")
    elif before.b is not None and np.abs(added[size:]).max() > 1e-9 and np.abs(before.b).max() > 1e-6:
        share = added[size] / before.b.ravel()[0]
        yield find("SW-G4", f"lambda = {LAMBDA} adds {share:.4g} times the intercept to its gradient.", function=where)


LAMBDA = 0.5


def _added(path):
    """(parameters, what lambda adds to the gradient there): at the start, or after one step from zero weights; or None."""
    plain, more = path.at(1), path.at(1, **{"lambda": LAMBDA})
    moved = (plain.joined() - more.joined()) / path.lr
    if np.abs(path.start.w).max() > 1e-6:
        return path.start, moved
    if np.abs(moved).max() > 1e-9:
        rate = path.lr / 2
        half = path.at(1, lr=rate).joined() - path.at(1, lr=rate, **{"lambda": LAMBDA}).joined()
        if not np.allclose(half / rate, moved, rtol=0.1, atol=1e-12):
            return None  # it takes more than one step where one iteration is asked for
        return path.start, moved
    return plain, (path.at(2).joined() - path.at(2, **{"lambda": LAMBDA}).joined()) / path.lr


def _grown(path, where):
    """Of many small steps in one iteration: the stronger the penalty is, the longer are the weights that it ends with."""
    fits = [path.at(8, lr=0.01, **{"lambda": strength}).w for strength in (0.0, 0.05, 0.1, 0.2)]
    sizes = [float(np.linalg.norm(w)) for w in fits]
    if np.isfinite(sizes).all() and min(np.diff(sizes)) > 1e-3 * sizes[0]:
        observed = f"With the penalties 0, 0.05, 0.1 and 0.2 the weights are {', '.join(f'{size:.4g}' for size in sizes)} long."
        yield find("SW-G2", observed, function=where, severity="warning")


def _no_penalty(path, lam, where):
    """lambda moves no weight: does it move the reported loss?"""
    plain, more = (_history(path.model, path, **{"lambda": value}) for value in (0.0, lam))
    if plain is not None and len(plain) < 2:
        return
    if plain is not None and more is not None and not np.allclose(plain, more):
        yield find(
            "SW-G5",
            f"lambda = {lam} changes the recorded loss ({plain[-1]:.5g} to {more[-1]:.5g}) and no weight.",
            function=where,
            severity="warning",
        )


def _history(model, path, epochs=6, **settings):
    made = model.fit(
        path.X,
        path.y,
        **{
            "lr": path.lr,
            "epochs": epochs,
            "tol": 0.0,
            "momentum": 0.0,
            "lambda": 0.0,
            "batch_size": len(path.X),
            **settings,
        },
    )
    return history_of(made, epochs)


def history_of(made, epochs):
    """A list of one number for each iteration that the object keeps, as an array; or None."""
    for key, item in vars(made).items() if hasattr(made, "__dict__") else ():
        if (
            isinstance(item, (list, np.ndarray))
            and len(np.shape(item)) == 1
            and len(item) in (epochs, epochs + 1)
            and re.search(r"loss|cost|hist|error|obj|j_", key.lower())
        ):
            return np.asarray(item, dtype=float)
    return None


def _returned(path, epochs):
    """A list of one number for each iteration that fit gives back, as an array; or None."""
    value = getattr(path.model.returned, "_told", path.model.returned)
    weights = path.points[0].joined().size
    for item in value if isinstance(value, tuple) else (value,):
        flat = isinstance(item, list) or (isinstance(item, np.ndarray) and item.size != weights)
        if flat and np.shape(item) in ((epochs,), (epochs, 1)) and np.asarray(item).dtype.kind == "f":
            return np.ravel(np.asarray(item, dtype=float))
    return _last_told(path, epochs)


def _last_told(path, epochs):
    """The one number beside the weights that a function gives at its end, after 1, 2, ... iterations; or None."""
    series = []
    for count in range(1, epochs + 1):
        _history(path.model, path, count)
        made = path.model.returned
        told = getattr(made, "_told", None)
        numbers = [item for item in told if np.ndim(item) == 0] if isinstance(told, tuple) else []
        if len(numbers) != 1 or not isinstance(numbers[0], (float, np.floating)) or hasattr(made, "bias"):
            return None
        series.append(float(numbers[0]))
    return np.array(series) if np.ptp(series[:4]) > 0 else None  # it stops at once


@probe("SW-T14", "SW-G9", "SW-G7", roles=KINDS)
def the_history_is_the_loss(target, call):
    """What is recorded at each iteration is the loss of the parameters before or after the step."""
    path = followed(target, call)
    series, named = _history(path.model, path, epochs=8), True
    if series is None:
        series, named = _returned(path, 8), False
    if series is None or len(series) not in (8, 9):  # the loss at the start, perhaps, and that of each round
        raise CannotCheck("no history of the loss is kept")
    readings = _readings(path, series)
    where = _recording(target, path.model)
    known = [entry for entry in readings if entry[3]]
    crossed = [entry for entry in known if "entropy" in entry[3][0]]
    if not known:
        if not named or _own_scaling(target, path) or path.C > 1:
            raise CannotCheck("what the history holds is not known")
        name = "binary cross-entropy" if path.model.kind == "logistic" else "half squared error"
        before = [float(loss_values.usual(point)[name]) for point in readings[0][2]]
        t = int(np.argmax(np.abs(series[: len(before)] - before)))
        told = f"it is no usual loss of the parameters before the step ({before[t]:.5g}) or after it"
        yield find("SW-T14", f"The recorded number {t + 1} is {series[t]:.5g}; {told}.", function=where)
    elif path.model.kind == "logistic" and crossed:
        for finding in judge_readings(target, crossed, True, False):
            yield finding.at(function=where)
    elif path.model.kind == "logistic" and named:
        observed = f"The recorded number, {series[0]:.5g} at first, is the {known[0][3][0]}, while the steps follow the cross-entropy."
        yield find("SW-T14", observed, function=where)


def _readings(path, series):
    """What the first three numbers are, taken as the loss before the step and as the loss after it."""
    points, readings = [path.start, *[path.at(t) for t in (1, 2, 3)]], []
    for shift in (0, 1):
        values = []
        for t in (0, 1, 2):
            p = points[t + shift]
            Z = path.X @ p.w + (0.0 if p.b is None else p.b)
            if path.model.kind == "logistic":
                Z = reference.softmax(Z, axis=1) if path.C > 1 and not path.apart else reference.sigmoid(Z)
            values.append(loss_values.Point(float(series[t]), Z, path.Y))
        readings.append((path.C, "", values, loss_values.identify(values)))
    return readings


def _recording(target, model):
    names = [key.split(".")[-1] for key in target.namespace.get("nodes", {}) if key.startswith(f"{target.name}.")]
    return next((name for name in names if re.search(r"loss|cost|entropy|likelihood", name)), model.fit_name)
