"""Which functions of a file are a cost of a rolled theta, its gradient, the descent on it and the prediction from it."""

import difflib
import inspect
import re
import time

import numpy as np

from scratchwork.checks.findings import CannotCheck, OutOfTime
from scratchwork.checks.probes import gradient as probe_gradient
from scratchwork.checks.recognising import binding, outside, recognise, vocabulary
from scratchwork.checks.views import cost_pairs, objective, rolled_calls, rolled_parts, rolled_ways
from scratchwork.checks.views.rolled_net import RolledNet

MOST_NETS, GUESS_SECONDS = 3, 2.5


def subjects(namespace, tree, caller, nodes):
    """Subjects of the kind ``network functions`` (where layers are recognised in the cost) or ``rolled cost``."""
    functions = {name: item for name, item in namespace.items() if inspect.isfunction(item) and item.__module__ == "user_module"}  # fmt: skip
    if not any(_may_be(item) for item in functions.values()):
        return []
    calls = rolled_calls.calls_of(namespace, tree, caller, namespace.get("__file__", ""))
    roles = _sorted(calls)
    nets = list(_seen(roles, namespace, caller, nodes)) or list(_guessed(functions, namespace, caller, nodes))
    kinds = [(net, "network functions" if net.spec is not None else "rolled cost") for net in nets]
    return [recognise.Subject(kind, net.name, net, net.extras["line"]) for net, kind in kinds]


def _may_be(function):
    """Whether a function may be a cost or a gradient of what it is given."""
    role = vocabulary.role_of_name(function.__name__)
    return _is_cost(function) or (role in ("loss", "backward") and len(binding.parameters(function)) >= 3)


def _is_cost(function):
    """Whether a function takes parameters, data and labels, and nothing that a forward pass makes."""
    params = rolled_ways.parameter_names(function)
    words = {name: vocabulary.meanings(name) for name in binding.meanings_of(function) if name not in params}
    has = {word for found in words.values() for word in found}
    made = [name for name in words if re.match(r"(a|z|h|cache|yhat|y_hat|y_pred|out\w*)_?\d*$", vocabulary.plain(name))]
    return objective.is_objective(function) or bool(params and {"X", "y"} <= has and not made)


def _sorted(calls):
    """{role: [Way]}: the cost gives a number, the gradient arrays of theta's size, the training has a rate or rounds."""
    found = {"loss": [], "backward": [], "train": [], "predict": []}
    for call in sorted(calls, key=lambda call: (not call.optimised, -rolled_calls._size(call.given))):
        way = rolled_ways.of_call(call)
        for role in _roles(way) if way else ():
            if not any(other.call.function is call.function for other in found[role]):
                found[role].append(way)
    return found


def _roles(way):
    """The roles that a call shows."""
    size = sum(np.size(way.call.given[name]) for name in way.params)
    sizes = [item.size for item in rolled_parts.arrays(way.call.result)]
    steep = size in sizes or sum(sizes) in (size, 2 * size)
    if way.y is None:
        return ["predict"] if vocabulary.role_of_name(way.name) == "predict" else []
    if way.form is None or size < 2 or vocabulary.role_of_name(way.name) in ("predict", "accuracy"):
        return []
    if way.takes("epochs", "lr", "alpha") and not way.call.optimised:
        return ["train"] if steep or size**2 in sizes else []
    if outside.numbers_outside(way.call.function) and vocabulary.role_of_name(way.name) in ("train", "update"):
        return []  # it takes steps, and is told nothing of them
    one = size == 1 or bool(rolled_parts.scalars(way.call.result))
    return [role for role, holds in (("loss", one), ("backward", steep)) if holds]


def _kin(way, others):
    """Of several ways the one that belongs to this: with a penalty where it has one, of like name and arguments."""

    def near(other):
        name = difflib.SequenceMatcher(None, _bare(way.name), _bare(other.name)).ratio()
        return (
            other.call.function is way.call.function,
            bool(other.takes("lambda")) == bool(way.takes("lambda")),
            other.call.optimised == way.call.optimised,
            name,
        )

    size = _theta(way)
    fitting = [other for other in others if _theta(other) == size and other.form.width == way.form.width]
    return max(fitting, key=near, default=None)


def _training_of(slope, cost, roles):
    """The training that is kin of a gradient; where the file has several gradients, none that calls only others."""
    own = {way.name for way in (slope, cost) if way is not None}
    others = {way.name for role in ("loss", "backward") for way in roles[role]} - own
    ours = [way for way in roles["train"] if cost_pairs.called_in(way.call.function, own) or not cost_pairs.called_in(way.call.function, others)]  # fmt: skip
    return _kin(slope, ours)


def _theta(way):
    return [np.shape(np.ravel(way.call.given[name])) for name in way.params]


def _bare(name):
    plain = vocabulary.plain(name)
    for word in (
        "gradients",
        "gradient",
        "gradiente",
        "grad",
        "cost",
        "coste",
        "loss",
        "function",
        "compute",
        "_",
        "fun",
    ):
        plain = plain.replace(word, "")
    return plain


def _seen(roles, namespace, caller, nodes):
    """The nets of the program's own calls, one for each gradient, else one for each training."""
    chosen = []
    for slope in roles["backward"]:
        cost = _kin(slope, roles["loss"])
        if cost is not None and not slope.takes("lambda") and any(other.takes("lambda") for other in roles["backward"]):
            cost = cost.without_penalty()  # a step on the way to the gradient that has it
        chosen.append({"loss": cost, "backward": slope, "train": _training_of(slope, cost, roles)})
    if not chosen:
        chosen = [{"loss": _kin(train, roles["loss"]), "train": train} for train in roles["train"]]
    if not chosen:
        chosen = [{"loss": cost} for cost in roles["loss"]]
    for ways in chosen[:MOST_NETS]:
        ways = {role: way for role, way in ways.items() if way is not None}
        yield from _made(ways, roles["predict"], namespace, caller, nodes)


def _made(ways, predictions, namespace, caller, nodes):
    """The net of some ways in a list; an empty list where it cannot be run on data of ours."""
    first = ways.get("loss") or ways.get("backward") or ways["train"]
    wanted = [way for way in predictions if way.name not in {way.name for way in ways.values()}]
    predict = next((way for way in wanted if _theta(way) == _theta(first)), next(iter(wanted), None))
    try:
        return [RolledNet(ways | ({"predict": predict} if predict else {}), namespace, caller, nodes)]
    except OutOfTime:
        raise
    except CannotCheck as failure:
        namespace.setdefault("__rolled__", []).append(f"{first.name}: {failure}")
        return []


def _guessed(functions, namespace, caller, nodes):
    """The net of functions that nobody calls: the first guess at their arguments that a usual loss explains, else the best."""
    chosen = {name: item for name, item in functions.items() if _is_cost(item) and not binding.takes(item, "epochs") and vocabulary.role_of_name(name) not in ("train", "update")}  # fmt: skip
    tables = {}
    for name, function in chosen.items():
        if vocabulary.role_of_name(name) in ("predict", "accuracy"):
            continue
        for key, call in rolled_ways.guessed(function):
            tables.setdefault(key, []).append(call)
    predictions = [way for way in map(_prediction, functions.values()) if way]
    best, ends = None, time.process_time() + GUESS_SECONDS
    for calls in tables.values():
        if time.process_time() > ends:
            break
        roles = _sorted([call for call in calls if _runs(call, caller)])
        for net in _seen(roles | {"predict": predictions}, namespace, caller, nodes):
            score = _score(net)
            if best is None or score < best[0]:
                best = (score, net)
        if best is not None and best[0] <= 1e-5:
            break
    if best is None:
        return []
    best[1].extras["ones"] = best[1].data.ones  # a column that we put there: its row of theta need not be an intercept
    return [best[1]]


def _runs(call, caller):
    """Whether a guessed call gives something finite; that is kept."""
    try:
        call.result = caller(call.function, **call.given)
    except OutOfTime:
        raise
    except CannotCheck:
        return False
    return all(np.isfinite(item) for item in rolled_parts.scalars(call.result)) and call.result is not None


def _score(net):
    """How well a usual loss explains the gradient under a guess; more than 1 where only the author's own cost does, or none."""
    if net.spec is None:
        return 5.0
    try:
        verdict = probe_gradient.judged(net)
    except CannotCheck:
        return 4.0
    usual = min((residual for _, residual in verdict.standard.values()), default=9.0)
    strange = 0.0 if verdict.own is None else min(verdict.own[1], 0.5)  # the cost may be that of another gradient
    return usual + strange if usual <= 1e-4 else 1.0 + min(verdict.best[2], 2.0)


def _prediction(function):
    """The Way of a function that predicts, by the names of what it takes."""
    entries = binding.parameters(function)
    words = {entry.name: binding.meaning_in(entry, entries) for entry in entries}
    params = list(rolled_ways.parameter_names(function))
    X = next((name for name in words if "X" in vocabulary.meanings(name) and name not in params), None)
    if (
        vocabulary.role_of_name(function.__name__) != "predict"
        or X is None
        or not params
        or len(words) != len(params) + 1
    ):
        return None
    given = dict.fromkeys([*params, X], np.zeros(2))
    return rolled_ways.Way(rolled_calls.Call(function.__name__, function, given), params, X, None, words)
