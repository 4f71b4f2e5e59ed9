"""The penalty and the recorded loss of logistic and linear regression, seen along the path of fit."""

import re

import numpy as np

from scratchwork.checks import reference
from scratchwork.checks.findings import CannotCheck, find
from scratchwork.checks.linear_path import (
    KINDS,
    _own_scaling,
    _stepping,
    followed,
    gradient,
)
from scratchwork.checks.registry import probe


@probe("SW-G2", "SW-G3", "SW-G4", "SW-G5", "SW-T2", roles=KINDS)
def the_penalty_shrinks_the_weights(target, call):
    """With lambda > 0 the second step gains a positive multiple of the weights, and nothing for the intercept."""
    path = followed(target, call)
    if {"SW-G18", "SW-G1", "SW-G13"} & target.namespace.get("found", set()):
        raise CannotCheck("the steps are wrong without a penalty")
    if not path.model.takes("lambda"):
        raise CannotCheck("it has no penalty that can be set")
    lam, where = 0.5, _stepping(target, path.model)
    a, b = path.at(2), path.at(2, **{"lambda": lam})
    at_one, with_one = path.at(1), path.at(1, **{"lambda": lam})
    moved = at_one.joined() - with_one.joined()
    if np.abs(moved).max() > 1e-12 and np.allclose(path.start.joined(), 0):
        size = at_one.w.size
        if reference.fitted_factor(moved[:size], gradient(path, path.start)[:size])[1] < 1e-3:
            yield find(
                "SW-G3",
                f"At zero weights lambda = {lam} already moves them, along the gradient itself.",
                function=where,
            )
            return
        raise CannotCheck("the penalty already acts at zero weights")
    start = path.start if not np.allclose(path.start.joined(), 0) else at_one
    if start is path.start:
        a, b = at_one, with_one
    added, size = (a.joined() - b.joined()) / path.lr, a.w.size
    if np.abs(added).max() < 1e-12:
        if not {"SW-T2"} & target.namespace.get("found", set()):
            yield from _no_penalty(path, lam, where)
        return
    factor, residual = reference.fitted_factor(added[:size], start.w.ravel())
    if residual < 1e-3 and factor < 0:
        yield find(
            "SW-G2",
            f"lambda = {lam} adds {factor:.4g} w to the gradient: it pushes the weights away from zero.",
            function=where,
        )
    elif residual > 1e-3 and reference.fitted_factor(added, gradient(path, start))[1] < 1e-3:
        yield find(
            "SW-G3",
            f"lambda = {lam} adds a multiple of the gradient itself, and nothing that depends on the weights.",
            function=where,
        )
    elif a.b is not None and np.abs(added[size:]).max() > 1e-9 and np.abs(start.b).max() > 1e-6:
        share = added[size] / start.b.ravel()[0]
        yield find("SW-G4", f"lambda = {lam} adds {share:.4g} times the intercept to its gradient.", function=where)


def _no_penalty(path, lam, where):
    """lambda moves no weight: does it move the reported loss?"""
    plain, more = (_history(path.model, path, **{"lambda": value}) for value in (0.0, lam))
    if plain is not None and more is not None and not np.allclose(plain, more):
        yield find(
            "SW-G5",
            f"lambda = {lam} changes the recorded loss ({plain[-1]:.5g} to {more[-1]:.5g}) and no weight.",
            function=where,
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


@probe("SW-T14", "SW-G9", "SW-G7", roles=KINDS)
def the_history_is_the_loss(target, call):
    """What is recorded at each iteration is the loss of the parameters before or after the step."""
    from scratchwork.checks import loss_values
    from scratchwork.checks.probe_loss_functions import judge_readings

    path = followed(target, call)
    epochs = 6
    series = _history(path.model, path, epochs)
    if series is None or len(series) != epochs:
        raise CannotCheck("no history of the loss is kept")
    points = [path.start, *[path.at(t) for t in (1, 2, 3)]]
    readings = []
    for shift in (0, 1):
        outputs = []
        for t in (0, 1, 2):
            p = points[t + shift]
            Z = path.X @ p.w + (0.0 if p.b is None else p.b)
            P = (
                Z
                if path.model.kind == "linear"
                else (reference.softmax(Z, axis=1) if path.C > 1 else reference.sigmoid(Z))
            )
            outputs.append(loss_values.Point(float(series[t]), P, path.Y))
        readings.append((path.C, "", outputs, loss_values.identify(outputs)))
    where = _recording(target, path.model)
    known = [entry for entry in readings if entry[3]]
    if not known:
        if _own_scaling(target, path) or path.C > 1:
            raise CannotCheck("what the history holds is not known")
        yield find(
            "SW-T14",
            f"The first recorded number is {series[0]:.5g}; it is no usual loss of the parameters before the step ({loss_values.usual(readings[0][2][0])['binary cross-entropy' if path.model.kind == 'logistic' else 'half squared error']:.5g}) or after it.",
            function=where,
        )
        return
    if path.model.kind == "linear":
        return
    if any("entropy" in entry[3][0] for entry in known):
        for finding in judge_readings(target, [entry for entry in known if "entropy" in entry[3][0]], True, False):
            yield finding.at(function=where)
    else:
        yield find(
            "SW-T14",
            f"The recorded number is the {known[0][3][0]}, while the steps follow the cross-entropy.",
            function=where,
        )


def _recording(target, model):
    names = [key.split(".")[-1] for key in target.namespace.get("nodes", {}) if key.startswith(f"{target.name}.")]
    return next((name for name in names if re.search(r"loss|cost|entropy|likelihood", name)), model.fit_name)
