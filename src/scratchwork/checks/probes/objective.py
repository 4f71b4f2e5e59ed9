"""Cost functions of parameters and data: gradient, penalty, intercept, and the descent that uses them."""

import contextlib

import numpy as np

from scratchwork.checks.findings import CannotCheck, Unseen, find
from scratchwork.checks.probes.loss_functions import judge_readings
from scratchwork.checks.recognising import vocabulary
from scratchwork.checks.registry import once, probe
from scratchwork.checks.views import loss_values, reference
from scratchwork.checks.views.objective import Objective, join, parameter_names, settings_for
from scratchwork.numerics import numerical_gradient

KINDS = ("objective functions", "logistic", "linear")


def viewed(target, call):
    """The Objective of a target, made once: of bare functions, or of the methods of an object."""
    return once(
        target.namespace, "objective", lambda: Objective(_functions(target), call, target.namespace.get("nodes"))
    )


def _functions(target):
    if isinstance(target.value, dict):
        return target.value
    made = target.value.build()
    found = {name: getattr(made, name) for name in target.value.methods() if not name.startswith("__")}
    return {
        name: item for name, item in found.items() if name not in ("fit", "train", "predict", "predict_proba", "score")
    }


@probe("SW-G1", "SW-G8", "SW-G18", "SW-N3", "SW-G15", roles=KINDS)
def gradient_belongs_to_cost(target, call):
    """The gradient function equals central differences of the cost function, up to one factor."""
    view = viewed(target, call)
    setting = view.setting
    if view.cost_name is None or view.gradient_name is None:
        raise CannotCheck("there is no pair of a cost and its gradient")
    got, wanted = join(view.gradient(setting), setting), join(view.numeric(setting), setting)
    factor, residual = reference.fitted_factor(got, wanted)
    where, cost = view.gradient_name, view.cost_name
    if residual > 1e-4:
        cost, factor = view.cost_of(got, _written(target)) or (cost, factor)
    if residual > 1e-4 and cost == view.cost_name:
        across = _softmax_across(target, call, setting)
        if across:
            yield across
            return
        where = view.cost_name if the_cost_is_odd(setting, got, wanted) else where
        index = int(np.argmax(np.abs(got - wanted)))
        observed = f"Entry {index} of the gradient is {got[index]:.5g}; central differences of {view.cost_name} give {wanted[index]:.5g}. Relative difference {residual:.2g} after the best common factor."
        yield find("SW-G1", observed, function=where)
    elif factor < 0:
        yield find(
            "SW-G18",
            f"The gradient is {factor:.4g} times that of {cost}: it points uphill.",
            function=where,
            severity="warning",
        )
    elif abs(factor - 1) > 1e-3:
        yield find("SW-G8", f"The gradient is {factor:.4g} times that of {cost}.", function=where)
    else:
        target.namespace.get("namespace", {}).setdefault("__followed__", set()).update((cost, where))


def _written(target):
    """The functions of the file."""
    found = target.namespace.get("namespace", {})
    return {name: item for name, item in found.items() if getattr(item, "__module__", "") == "user_module"}


def _softmax_across(target, call, setting):
    """The finding that a softmax of the file normalises over the samples, in the layout that this setting has; or None."""
    if setting.Y.shape[1] < 2:
        return None
    own, other = (0, 1) if setting.columns else (1, 0)
    for name, got in _shares(target, call, setting):
        if not np.allclose(got.sum(axis=own), 1, atol=1e-5) and np.allclose(got.sum(axis=other), 1, atol=1e-5):
            kept = "columns" if setting.columns else "rows"
            observed = f"Samples are {kept} here, and the probabilities of the first of {got.shape[other]} samples sum to {got.sum(axis=own)[0]:.4g}; those of one class sum to 1."
            return find("SW-N3", observed, function=name)
    return None


def _shares(target, call, setting):
    """(name, table) of what the softmax of the file makes of scores, and of what its other functions make of parameters and rows."""
    from scratchwork.checks.probes.functions import called, which

    view, shape = viewed(target, call), setting.Y.T.shape if setting.columns else setting.Y.shape
    for name, item in _written(target).items():
        if hasattr(item, "__code__") and which(name) == "softmax":
            scores = np.random.default_rng(71).normal(size=(3, 7) if setting.columns else (7, 3))
            got = np.asarray(called(call, item, scores), dtype=float)
            if got.shape == scores.shape:
                yield name, got
    for name in view.functions.keys() - {view.cost_name, view.gradient_name, view.train_name}:
        with contextlib.suppress(CannotCheck, TypeError, ValueError):
            got = np.asarray(view.call(name, setting), dtype=float)
            if got.shape == shape:
                yield name, got


@probe("SW-G9", "SW-G7", "SW-N6", "SW-N7", roles=KINDS)
def the_cost_is_a_usual_one(target, call):
    """The cost is the cross-entropy or the squared error of the model's own output, up to a constant."""
    view = viewed(target, call)
    if view.cost_name is None:
        raise CannotCheck("there is no cost function")
    setting, linear = view.setting, _is_linear(view)
    readings = [_reading(view, setting, linear)]
    if readings[0][3] is None and not linear and view.gradient_name is None:
        readings = list(_other_readings(view))  # nothing told which shapes are meant
    readings = [reading for reading in readings if reading[3]]
    found = readings[0][3] if readings else None
    if found and not linear:
        for finding in judge_readings(target, readings, "entropy" in found[0], False):
            yield finding.at(function=view.cost_name)
    if not linear and setting.Y.shape[1] == 1:
        yield from _at_zero(view, setting)
    if not linear and not found:
        raise Unseen("the cost is none of the usual ones")


def _reading(view, setting, linear):
    """(outputs, "", values at three points, what loss they are) of the cost under one setting of shapes."""
    rng, points = np.random.default_rng(61), []
    for _ in range(3):
        point = {
            name: 0.5 * rng.normal(size=np.shape(item)) if np.ndim(item) else float(rng.normal())
            for name, item in setting.point.items()
        }
        value = view.cost(setting, point)
        if value is None or not np.isfinite(value):
            raise CannotCheck("the cost is not finite at random parameters")
        points.append(loss_values.Point(value, _output(setting, point, linear), setting.Y))
    return setting.Y.shape[1], "", points, loss_values.identify(points)


def _other_readings(view):
    for setting in settings_for(parameter_names(view.functions[view.cost_name])):
        with contextlib.suppress(CannotCheck, ValueError, IndexError):
            yield _reading(view, setting, False)


def _at_zero(view, setting):
    zero = {name: np.zeros(np.shape(item)) if np.ndim(item) else 0.0 for name, item in setting.point.items()}
    value = view.cost(setting, zero)
    off = min((abs(value / scale - np.log(2)), scale) for scale in (1.0, len(setting.X)))
    if 1e-9 < off[0] < 1e-4:
        yield find(
            "SW-N6",
            f"At theta = 0 the cost is {value / off[1]:.10g}, ln 2 = {np.log(2):.10g}: an epsilon stands inside the logarithm.",
            function=view.cost_name,
        )


def _output(setting, point, linear):
    """The model's output (n, C) by our own formula."""
    if np.ndim(setting.shown) == 1:
        return _of_two_numbers(setting, point, linear)
    W = next(
        np.asarray(item, dtype=float)
        for item in point.values()
        if np.ndim(item) and np.size(item) >= setting.X.shape[1]
    )
    b = next(
        (
            np.asarray(item, dtype=float).ravel()
            for name, item in point.items()
            if item is not None and np.size(item) != W.size
        ),
        0.0,
    )
    X, C = setting.X, setting.Y.shape[1]
    if W.ndim == 2 and W.shape == (C, X.shape[1]) and C > 1:
        W = W.T
    if W.ndim == 1 or C == 1:
        W = W.reshape(-1, 1)
    if len(W) == X.shape[1] + 1:
        last = len(W) - 1
        Z = X @ W[:last] + W[last]
    else:
        Z = X @ W + b
    return Z if linear else (reference.softmax(Z, axis=1) if C > 1 else reference.sigmoid(Z))


def _of_two_numbers(setting, point, linear):
    """The output (n, 1) where a slope and an intercept are all that is learnt."""
    kinds = {"b" if "b" in vocabulary.meanings(name) else "w": float(item) for name, item in point.items()}
    Z = kinds["w"] * setting.X + kinds["b"]
    return Z if linear else reference.sigmoid(Z)


def the_cost_is_odd(setting, got, wanted):
    """Whether the flat gradient ``got`` is that of a usual loss, and the differences of the cost, ``wanted``, are of none."""
    return _is_usual(setting, got) and not _is_usual(setting, wanted)


def _is_usual(setting, got):
    """Whether a flat gradient is that of a usual loss of the model's own output, up to a factor."""
    for linear in (True, False):

        def loss(point, linear=linear):
            values = reference.loss_values(_output(setting, point, linear), setting.Y)
            return values["half squared error" if linear else "cross-entropy" if setting.Y.shape[1] > 1 else "binary cross-entropy"]  # fmt: skip

        try:
            parts = {
                name: numerical_gradient(
                    lambda moved, name=name: loss({**setting.point, name: moved}), np.asarray(item, dtype=float), 1e-5
                )
                for name, item in setting.point.items()
            }
        except (ValueError, StopIteration):
            return False
        if reference.fitted_factor(got, join(parts, setting))[1] < 1e-4:
            return True
    return False


def _is_linear(view):
    """Whether the cost is a squared error of the plain linear output: quadratic along every direction."""
    setting = view.setting
    name = next(iter(setting.point))
    values = []
    for factor in (-2.0, -1.0, 0.0, 1.0, 2.0):
        values.append(view.cost(setting, {**setting.point, name: np.asarray(setting.point[name]) * factor}))
    fourth = values[0] - 4 * values[1] + 6 * values[2] - 4 * values[3] + values[4]
    return abs(fourth) < 1e-6 * (abs(values[0]) + abs(values[4]) + 1e-12)


# the descent ------------------------------------------------------------------------------------------------------
