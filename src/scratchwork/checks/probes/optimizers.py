"""Optimisers: step by step against the usual rules, with a changing and with a constant gradient."""

import contextlib

import numpy as np

from scratchwork.checks.findings import CannotCheck, find
from scratchwork.checks.recognising import binding, vocabulary
from scratchwork.checks.registry import probe
from scratchwork.checks.views.optimizer import Optimizer, follow, rules

FAMILIES = (("nesterov", "nesterov"), ("adamax", "other"), ("nadam", "other"), ("adamw", "adam"), ("amsgrad", "other"), ("adadelta", "other"),
            ("adam", "adam"), ("rms", "rms"), ("adagrad", "adagrad"), ("momentum", "momentum"), ("sgd", "sgd"), ("gradient_descent", "sgd"))  # fmt: skip
LIKE_SGD = ("sgd", "momentum", "nesterov")
# Hyperparameters that no rule can mistake for each other.
TELLING = {"lr": 0.037, "momentum": 0.7, "mu": 0.7, "rho": 0.7, "decay_rate": 0.7, "gamma": 0.7, "beta1": 0.6, "b1": 0.6,
           "beta2": 0.8, "b2": 0.8, "beta": 0.7}  # fmt: skip


def material():
    """A start w (2, 3) and five gradients that change."""
    rng = np.random.default_rng(81)
    return rng.normal(size=(2, 3)), [rng.normal(size=(2, 3)) + 0.3 for _ in range(5)]


def family_of(name):
    """The rule that a class's name promises, or None."""
    plain = vocabulary.plain(name)
    return next((family for word, family in FAMILIES if word in plain), None)


@probe("SW-T1", "SW-T2", "SW-T3", "SW-T5", "SW-G18", "SW-T4", "SW-P90", roles=("optimizer",))
def the_steps_are_those_of_the_rule(target, call):
    """Five steps equal those of the rule that the name promises, in one of its usual forms."""
    view = Optimizer(target.value, target.name, call)
    w, gradients = material()
    got = _told(view, w, gradients)
    table, family = _table(view), family_of(target.name)
    for kind, code, rule in table.values():
        if code is None and family in (None, "other", kind, *LIKE_SGD) and _agree(got, follow(rule, w, gradients)):
            yield from _without_memory(view, family, kind)
            yield from _of_biases(view, family, w, gradients, got)
            return
    table = _own_first(_table(view, pairs=True), family)
    for name, (_, code, rule) in table.items():
        if code and _agree(got, follow(rule, w, gradients)):
            step = np.abs(got[0] - w)
            yield find(
                code,
                f"Its five steps are exactly those of {name}; the first entry of the first is {step[0, 0]:.5g}.",
                function=view.told_name,
            )
            return
    yield from _unknown(target, view, family, w, gradients, got, table)


def _of_biases(view, family, w, gradients, got):
    """What is done to the biases of a layer, where it is not what is done to its weights, by the rule that it follows."""
    other = got if view.of_biases is None else view.of_biases(w, gradients)
    if _agree(got, other) or all(np.array_equal(item, w) for item in other):
        return
    table = _own_first(_table(view, pairs=True), family)
    for name, (_, code, rule) in table.items():
        if code and _agree(other, follow(rule, w, gradients)):
            said = f"The five steps of the biases are exactly those of {name}; those of the weights are not."
            yield find(code, said, function=view.told_name)
            return


def _without_memory(view, family, kind):
    """T2 where a momentum is taken, and five steps are those of plain descent."""
    taken = [name for name in _telling(view) if vocabulary.meaning(name) == "momentum"]
    if kind == "sgd" and family in ("momentum", "nesterov") and taken:
        said = f"With {taken[0]} = 0.7 its five steps are those of plain descent: nothing is remembered."
        yield find("SW-T2", said, function=view.told_name)


def _telling(view):
    """{parameter: value} of the hyperparameters that an optimiser takes, all different."""
    exact = {}
    for entry in binding.parameters(view.factory):
        words = [vocabulary.plain(entry.name), vocabulary.meaning(entry.name)]
        value = next((TELLING[word] for word in words if word in TELLING), None)
        if value is not None and not isinstance(entry.default, bool):
            exact[entry.name] = value
    return exact


def _told(view, w, gradients):
    """The steps with hyperparameters that differ from each other, where it takes them; else with its own."""
    exact = _telling(view)
    try:
        return view.run(w, gradients, **{"lambda": 0.0, "exact": exact})
    except CannotCheck:
        return view.run(w, gradients, **{"lambda": 0.0})


def _own_first(table, family):
    """The rules of the family that the name promises before the others."""
    ordered = sorted(table.items(), key=lambda item: family is not None and item[1][0] != family)
    return dict(ordered)


def _table(view, pairs=False):
    lr = view.number("lr", "alpha", default=0.01)
    mu = view.number("momentum", "gamma", "beta", "beta1", "mu", "rho", default=0.9)
    b1, b2 = view.number("beta1", "beta_1", "b1", default=0.9), view.number("beta2", "beta_2", "b2", default=0.999)
    rho = view.number("rho", "decay", "decay_rate", "gamma", "beta", "beta1", "beta2", default=0.9)
    return rules(lr, mu, b1, b2, rho, view.number("eps", default=1e-8), pairs)


def _agree(a, b):
    return all(np.allclose(x, y, rtol=1e-6, atol=1e-10) for x, y in zip(a, b))


def _without_effect(view, family, w, gradients, got):
    """A finding for each hyperparameter of which half gives the same steps."""
    exact = _telling(view)
    for name, value in exact.items():
        with contextlib.suppress(CannotCheck):
            other = view.run(w, gradients, **{"lambda": 0.0, "exact": {**exact, name: value / 2}})
            if _agree(got, other) and np.any(got[0] != w):
                observed = f"With {name} = {value:g} and {value / 2:g} its five steps are the same to the last digit."
                sure = family in ("adam", "rms", "momentum") and "decay" not in name
                code = "SW-T1" if vocabulary.meaning(name) == "lr" else "SW-T2"
                yield find(code, observed, function=view.told_name, severity=None if sure else "warning")


def _unknown(target, view, family, w, gradients, got, table):
    """No usual rule: does each hyperparameter count? Else judge by a constant gradient, where the right answer is known."""
    if dead := list(_without_effect(view, family, w, gradients, got)):
        yield dead[0]
        return
    if family in (None, "other"):
        raise CannotCheck("it is no rule that is known here")
    constant = view.run(w, [np.ones_like(w)] * 6, **{"lambda": 0.0})
    sizes = [float(np.abs(b - a).mean()) for a, b in zip([w, *constant], constant)]
    if max(sizes) == 0:
        raise CannotCheck("its steps move nothing when it is called like this")
    lr, where = view.number("lr", "alpha", default=0.01), view.step_name
    shown = ", ".join(f"{size / lr:.3g}" for size in sizes[:4])
    if (constant[-1] > w).all():
        observed = f"With a constant gradient of 1 the parameters rise, by {sizes[0]:.4g} in the first step."
        yield find("SW-G18", observed, function=where)
    elif family == "adam" and max(abs(size / lr - 1) for size in sizes) > 0.05:
        observed = f"With a constant gradient every step should be the rate; the first four are {shown} times the rate."
        yield find("SW-T5", observed, function=where)
    elif family == "momentum":
        observed = (
            f"With a constant gradient of 1 the steps are {shown}, ... times the rate, as in no usual form of momentum."
        )
        yield find("SW-T3", observed, function=where)
    elif family == "sgd":
        step = f"{got[0][0, 0] - w[0, 0]:.5g} for a gradient of {gradients[0][0, 0]:.5g} and rate {lr:g}"
        yield find("SW-P90", f"The first step is {step}.", function=where, severity="warning")
