"""Gradient descent as a function: it follows the gradient of its cost, keeps the caller's parameters, records the cost."""

import numpy as np

from scratchwork.checks.findings import CannotCheck, find
from scratchwork.checks.probes.objective import the_cost_is_odd, viewed
from scratchwork.checks.recognising import binding
from scratchwork.checks.registry import probe
from scratchwork.checks.views import reference
from scratchwork.checks.views.objective import join


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
    near, far = (reference.fitted_factor(-join(step, setting), wanted) for step in (small, large))
    factor, residual = far if near[1] > 1e-3 >= far[1] else near  # a tiny step is lost in the rounding of float32
    if moved.size > 2 and np.ptp(np.abs(moved)) < 1e-3 * np.abs(moved).max():
        raise CannotCheck("its first step is as long in every direction, as that of Adam or RMSprop is")
    if residual > 1e-3:
        if {"SW-G1", "SW-G15"} & target.namespace.get("found", set()):
            return
        index = int(np.argmax(np.abs(moved - wanted)))
        yield find(
            "SW-G1",
            f"Entry {index} of the step divided by the rate is {-moved[index]:.5g}; minus the gradient of {view.cost_name} is {-wanted[index]:.5g}.",
            function=view.cost_name if the_cost_is_odd(setting, moved, wanted) else where,
        )
    elif factor < 0:
        yield find("SW-G18", f"One step raises the cost: it is {-factor:+.4g} times the gradient.", function=where)
    elif far[1] > 1e-3 and not _stochastic(view, setting):
        yield find(
            "SW-G12",
            f"With rate 0.3 one step differs from the gradient by {far[1]:.2g}, with rate 1e-6 it does not: later entries use earlier ones already updated.",
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
    if view.step(setting, 1e-6) is not None:  # else in place is how the result is handed over
        yield from _in_place(view, setting, point, where)
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


def _in_place(view, setting, point, where):
    """T8 where a function that returns the parameters has changed the caller's own."""
    for name, item in point.items():
        plain = isinstance(
            getattr(view.functions[where], "__globals__", {}).get(name), (int, float)
        )  # it is one number
        if np.ndim(item) and not plain and not np.array_equal(item, setting.point[name]):
            held, now = np.ravel(setting.point[name])[0], np.ravel(item)[0]
            observed = f"After {where} the caller's {name} holds {now:.5g} where it held {held:.5g}."
            yield find("SW-T8", observed, function=where)
            return


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
        moved = view.step(setting, 0.05, epochs=epochs) if epochs else dict.fromkeys(setting.point, 0.0)
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
