"""Cost functions of parameters and data: gradient, penalty, intercept, and the descent that uses them."""

import numpy as np

from scratchwork.checks import binding, loss_values, reference, returned
from scratchwork.checks.findings import CannotCheck, find
from scratchwork.checks.objective import Objective, join
from scratchwork.checks.probe_functions import judge_readings
from scratchwork.checks.registry import probe

KINDS = ("objective functions", "logistic", "linear")
LAMBDA = 0.7


def viewed(target, call):
    """The Objective of a target, made once: of bare functions, or of the methods of an object."""
    if "objective" not in target.namespace:
        try:
            target.namespace["objective"] = Objective(_functions(target), call, target.namespace.get("nodes"))
        except CannotCheck as failure:
            target.namespace["objective"] = failure
    if isinstance(target.namespace["objective"], Exception):
        raise target.namespace["objective"]
    return target.namespace["objective"]


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
    where = view.gradient_name
    if residual > 1e-4:
        across = _softmax_across(target, call, setting)
        if across:
            yield across
            return
        index = int(np.argmax(np.abs(got - wanted)))
        observed = f"Entry {index} of the gradient is {got[index]:.5g}; central differences of {view.cost_name} give {wanted[index]:.5g}. Relative difference {residual:.2g} after the best common factor."
        yield find("SW-G1", observed, function=where)
    elif factor < 0:
        yield find(
            "SW-G18",
            f"The gradient is {factor:.4g} times that of {view.cost_name}: it points uphill.",
            function=where,
            severity="warning",
        )
    elif abs(factor - 1) > 1e-3:
        yield find("SW-G8", f"The gradient is {factor:.4g} times that of {view.cost_name}.", function=where)


def _softmax_across(target, call, setting):
    """The finding that a softmax of the file normalises over the samples, in the layout that this setting has; or None."""
    from scratchwork.checks.probe_functions import called, which

    if setting.Y.shape[1] < 2:
        return None
    for name, item in target.namespace.get("namespace", {}).items():
        if hasattr(item, "__code__") and which(name) == "softmax" and getattr(item, "__module__", "") == "user_module":
            scores = np.random.default_rng(71).normal(size=(3, 7) if setting.columns else (7, 3))
            got = np.asarray(called(call, item, scores), dtype=float)
            own, other = (0, 1) if setting.columns else (1, 0)
            if (
                got.shape == scores.shape
                and not np.allclose(got.sum(axis=own), 1, atol=1e-5)
                and np.allclose(got.sum(axis=other), 1, atol=1e-5)
            ):
                kept = "columns" if setting.columns else "rows"
                observed = f"Samples are {kept} here, and the probabilities of the first of 7 samples sum to {got.sum(axis=own)[0]:.4g}; those of one class sum to 1."
                return find("SW-N3", observed, function=name)
    return None


@probe("SW-G2", "SW-G3", "SW-G4", "SW-G5", "SW-T2", roles=KINDS)
def the_penalty_leaves_the_intercept(target, call):
    """lambda adds a positive multiple of the weights to the gradient and its integral to the cost; the intercept stays out."""
    view = viewed(target, call)
    setting = view.setting
    word, low, high = _penalty(view)
    if view.gradient_name is None:
        raise CannotCheck("there is no gradient function")
    # With C the data's part is scaled instead of the penalty: C * data + penalty.
    scale = low[word] / high[word] if word == "C" else 1.0
    grow = join(view.gradient(setting, **_as(high)), setting) * scale - join(
        view.gradient(setting, **_as(low)), setting
    )
    grow = -grow / (1 - scale) if word == "C" else grow
    cost = None
    if view.cost_name:
        cost = join(view.numeric(setting, **_as(high)), setting) * scale - join(
            view.numeric(setting, **_as(low)), setting
        )
        cost = -cost / (1 - scale) if word == "C" else cost
    yield from _judge(view, setting, grow, cost, word)


def _as(values):
    return {"lam": values["lambda"]} if "lambda" in values else dict(values)


def _penalty(view):
    """(meaning, low setting, high setting) of the strength of the penalty."""
    for name in (view.gradient_name, view.cost_name):
        if name is None:
            continue
        words = set(binding.meanings_of(view.functions[name]).values())
        if "lambda" in words or "alpha" in words:
            return "lambda", {"lambda": 0.0}, {"lambda": LAMBDA}
        if "C" in words:
            return "C", {"C": 1.0}, {"C": 3.0}
    raise CannotCheck("there is no penalty")


def _judge(view, setting, grow, cost, word):
    theta = join(setting.point, setting)
    mask = np.ones(len(theta), dtype=bool)
    spot = _intercept(setting, grow, cost)
    mask[spot] = False
    where = view.gradient_name
    size, in_cost = np.abs(grow[mask]).max(), 0.0 if cost is None else np.abs(cost[mask]).max()
    if size < 1e-8 and in_cost < 1e-6:
        if cost is not None:
            yield find(
                "SW-T2", f"{word} changes neither the cost nor the gradient.", function=where, severity="warning"
            )
        return
    if size < 1e-8:
        yield find("SW-G5", f"{word} changes the cost and leaves the gradient as it was.", function=where)
        return
    if cost is not None and in_cost < 1e-6:
        yield find("SW-G5", f"{word} changes the gradient and leaves the cost as it was.", function=view.cost_name)
        return
    factor, residual = reference.fitted_factor(grow[mask], theta[mask])
    if residual < 1e-3 and factor < 0:
        yield find(
            "SW-G2",
            f"The penalty adds {factor:.4g} theta to the gradient: it pushes the weights away from zero.",
            function=where,
        )
        return
    times, rest = reference.fitted_factor(grow[mask], join(view.gradient(setting), setting)[mask])
    if residual > 1e-3 and rest < 1e-3:
        yield find("SW-G3", f"The penalty adds {times:.4g} times the gradient itself.", function=where)
        return
    yield from _intercept_left_out(view, grow, cost, spot, theta, where)
    if cost is not None:
        own, misfit = reference.fitted_factor(cost[mask], theta[mask])
        if misfit < 1e-3 and own < 0 < factor:
            yield find(
                "SW-G2",
                f"The cost falls by {-own / 2:.4g} |theta|^2 where the gradient's penalty says it rises.",
                function=view.cost_name,
            )


def _intercept(setting, grow, cost):
    """Indices of the intercept in the joined parameters."""
    start = 0
    for name, item in setting.point.items():
        size = np.size(item)
        if setting.intercept and setting.intercept[0] == name:
            return [start + setting.intercept[1]]
        if np.ndim(item) == 0 or (len(setting.point) > 1 and name != next(iter(setting.point))):
            return list(range(start, start + size))
        start += size
    return []


def _intercept_left_out(view, grow, cost, spot, theta, where):
    if not spot:
        return
    pulled = np.abs(grow[spot]).max() > 1e-6
    counted = cost is not None and np.abs(cost[spot]).max() > 1e-6
    if pulled and counted and not _speaks_of_intercept(view):
        return  # a model without intercept: the caller's column of ones is not its business
    if pulled:
        share = grow[spot[0]] / theta[spot[0]]
        both = (
            ", and the cost counts it too"
            if counted
            else ", and the cost does not count it"
            if cost is not None
            else ""
        )
        observed = f"The penalty adds {share:.4g} times the intercept to its gradient{both}."
        yield find("SW-G4", observed, function=where, severity="warning" if counted else "error")
    elif counted:
        yield find(
            "SW-G4", "The cost counts the intercept in its penalty; the gradient does not.", function=view.cost_name
        )


def _speaks_of_intercept(view):
    """Whether the code adds a column of ones or treats one entry apart."""
    import ast

    text = " ".join(ast.unparse(node) for node in view.nodes.values()).lower()
    return (
        any(word in text for word in ("ones(", "intercept", "bias", "theta[0]", "[:-1]", "[1:]", "b)"))
        or len(view.setting.point) > 1
    )


@probe("SW-G9", "SW-G7", "SW-N6", "SW-N7", roles=KINDS)
def the_cost_is_a_usual_one(target, call):
    """The cost is the cross-entropy or the squared error of the model's own output, up to a constant."""
    view = viewed(target, call)
    if view.cost_name is None:
        raise CannotCheck("there is no cost function")
    setting, points = view.setting, []
    rng = np.random.default_rng(61)
    linear = _is_linear(view)
    for _ in range(3):
        point = {
            name: 0.5 * rng.normal(size=np.shape(item)) if np.ndim(item) else float(rng.normal())
            for name, item in setting.point.items()
        }
        value = view.cost(setting, point)
        if value is None or not np.isfinite(value):
            raise CannotCheck("the cost is not finite at random parameters")
        points.append(loss_values.Point(value, _output(setting, point, linear), setting.Y))
    found = loss_values.identify(points)
    if found and not linear:
        for finding in judge_readings(target, [(setting.Y.shape[1], "", points, found)], "entropy" in found[0], False):
            yield finding.at(function=view.cost_name)
    if not linear and setting.Y.shape[1] == 1:
        yield from _at_zero(view, setting)


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


@probe("SW-G1", "SW-G12", "SW-G18", "SW-G4", roles=("objective functions",))
def descent_follows_the_gradient(target, call):
    """One step of the training function goes against the gradient of the cost, all parameters at once."""
    view = viewed(target, call)
    if view.train_name is None or view.cost_name is None:
        raise CannotCheck("there is no training function that takes the parameters")
    setting, where = view.setting, view.train_name
    wanted = join(view.numeric(setting), setting)
    small, large = (view.step(setting, lr) for lr in (1e-6, 0.3))
    if small is None:
        raise CannotCheck("the training function does not return the parameters")
    moved = -join(small, setting)
    factor, residual = reference.fitted_factor(moved, wanted)
    if residual > 1e-3:
        if {"SW-G1", "SW-G15"} & target.namespace.get("found", set()):
            return
        index = int(np.argmax(np.abs(moved - wanted)))
        yield find(
            "SW-G1",
            f"Entry {index} of the step divided by the rate is {-moved[index]:.5g}; minus the gradient of {view.cost_name} is {-wanted[index]:.5g}.",
            function=where,
        )
    elif factor < 0:
        yield find("SW-G18", f"One step raises the cost: it is {-factor:+.4g} times the gradient.", function=where)
    elif reference.fitted_factor(-join(large, setting), wanted)[1] > 1e-3 and not _stochastic(view, setting):
        differ = reference.fitted_factor(-join(large, setting), wanted)[1]
        yield find(
            "SW-G12",
            f"With rate 0.3 one step differs from the gradient by {differ:.2g}, with rate 1e-6 it does not: later entries use earlier ones already updated.",
            function=where,
        )


def _stochastic(view, setting):
    """Whether one epoch takes several steps (one for each sample or batch)."""
    import ast

    node = view.nodes.get(view.train_name)
    text = ast.unparse(node) if node is not None else ""
    return any(
        word in text
        for word in (
            "batch",
            "shuffle",
            "permutation",
            "randint",
            "for i in range(m)",
            "for i in range(n)",
            "zip(X, y)",
            "choice",
        )
    )


@probe("SW-T1", "SW-T2", "SW-T8", "SW-T14", roles=("objective functions",))
def descent_keeps_its_promises(target, call):
    """The rate matters, the caller's parameters stay, and the recorded history is the cost of the parameters."""
    view = viewed(target, call)
    if view.train_name is None:
        raise CannotCheck("there is no training function that takes the parameters")
    setting, where = view.setting, view.train_name
    point = {name: np.array(item, dtype=float) if np.ndim(item) else item for name, item in setting.point.items()}
    override = {"lr", "epochs", "batch_size"}
    value = view.call(where, setting, {"lr": 0.05, "epochs": 7}, override, raw=True, point=point)
    for name, item in point.items():
        if np.ndim(item) and not np.array_equal(item, setting.point[name]):
            yield find(
                "SW-T8",
                f"After {where} the caller's {name} holds {np.ravel(item)[0]:.5g} where it held {np.ravel(setting.point[name])[0]:.5g}.",
                function=where,
            )
            break
    words = binding.meanings_of(view.functions[where]).values()
    if "lr" in words:
        a, b = (
            join(view.step(setting, 1.0, epochs=5) if lr is None else _after(view, setting, lr), setting)
            for lr in (0.01, 0.05)
        )
        if np.array_equal(a, b):
            yield find(
                "SW-T1",
                f"The rates 0.01 and 0.05 give the same parameters to the last digit: {a[0]:.6g}, ...",
                function=where,
            )
    if view.cost_name:
        yield from _history(view, setting, value, where)


def _after(view, setting, lr):
    moved = view.step(setting, lr, epochs=5)
    if moved is None:
        raise CannotCheck("the training function does not return the parameters")
    return {name: np.asarray(setting.point[name]) + lr * moved[name] for name in moved}


def _history(view, setting, value, where):
    """The last recorded number is the cost before or after the last step."""
    series = [
        np.asarray(item, dtype=float).ravel()
        for item in (value if isinstance(value, tuple) else ())
        if np.size(item) in (7, 8) and np.ndim(item) <= 2
    ]
    series = [
        item
        for item in series
        if len(item) in (7, 8) and not any(np.size(p) == len(item) for p in setting.point.values())
    ]
    if not series:
        return
    costs = []
    for epochs in (0, 1, 6, 7):
        moved = view.step(setting, 0.05, epochs=epochs) if epochs else {name: 0.0 for name in setting.point}
        if moved is None:
            return
        point = {name: np.asarray(setting.point[name]) + 0.05 * moved[name] for name in moved}
        costs.append(
            view.cost(setting, {name: float(item) if np.ndim(item) == 0 else item for name, item in point.items()})
        )
    first, last = series[0][0], series[0][-1]
    before = abs(first - costs[0]) <= 1e-6 * abs(costs[0]) and abs(last - costs[2]) <= 1e-6 * abs(costs[2])
    after = abs(first - costs[1]) <= 1e-6 * abs(costs[1]) or abs(last - costs[3]) <= 1e-6 * abs(costs[3])
    if not before and not after:
        yield find(
            "SW-T14",
            f"The last recorded number is {last:.5g}; the cost of the returned parameters is {costs[3]:.5g}, one step before {costs[2]:.5g}.",
            function=where,
        )


__all__ = ["returned"]
