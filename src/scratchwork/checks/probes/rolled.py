"""Costs of a rolled theta: the gradient beside differences of the cost, with the penalty and without; the start."""

import inspect
import re

import numpy as np

from scratchwork.checks.findings import CannotCheck, find
from scratchwork.checks.recognising import binding, vocabulary
from scratchwork.checks.registry import probe
from scratchwork.checks.running import replay
from scratchwork.checks.views import estimator, network, objective, reference, rolled_calls, rolled_parts
from scratchwork.checks.views.network_build import N, probe_data
from scratchwork.checks.views.rolled_net import RolledNet

ENTRIES, H, LAMBDA = 40, 1e-5, 0.7
HANDS = re.compile(r"jac *=|fprime *=|fmin_(cg|bfgs|ncg|tnc|l_bfgs_b)\(")


def _view(target):
    if not isinstance(target.value, RolledNet):
        raise CannotCheck("it is no cost of a rolled theta")
    return target.value


def _needs(view, *roles):
    if not set(roles) <= set(view.ways):
        raise CannotCheck(f"there is no {' and '.join(role for role in roles if role not in view.ways)} of this theta")


def _differences(view, X, y, picked, lam):
    """Central differences of the cost in some entries of theta."""
    flat, found = view.layout.joined(view.root), []
    for index in picked:
        sides = []
        for step in (H, -H):
            moved = flat.copy()
            moved[index] += step
            sides.append(view._loss(X, y, lam=lam, **view.layout.pieces(moved)))
        found.append((sides[0] - sides[1]) / (2 * H))
    return np.array(found)


def _pair(view, lam):
    """(entries, gradient, differences of the cost) at a generic point."""
    X, labels = probe_data(d=view.n_in, n_out=view.n_out)
    y = network.label_forms(labels, view.n_out)[view.form]
    size = view.layout.size
    rng = np.random.default_rng(17)
    picked = np.arange(size) if size <= ENTRIES else np.sort(rng.choice(size, ENTRIES, replace=False))
    got = view.layout.joined(view._gradient(X, y, lam=lam, **view.root))[picked]
    return picked, got, _differences(view, X, y, picked, lam)


@probe("SW-G1", "SW-G8", "SW-G18", roles=("rolled cost",))
def the_gradient_is_that_of_the_cost(target, call):
    """The gradient that is handed to an optimiser equals central differences of the cost handed with it."""
    view = _view(target)
    _needs(view, "loss", "backward")
    picked, got, wanted = _pair(view, 0.0)
    factor, residual = reference.fitted_factor(got, wanted)
    where, cost = view.ways["backward"].name, view.ways["loss"].name
    if residual > 1e-4:
        worst = int(np.argmax(np.abs(got - wanted)))
        observed = f"Entry {picked[worst]} of the gradient is {got[worst]:.5g}; central differences of {cost} give {wanted[worst]:.5g}. Relative difference {min(residual, 99):.2g} after the best common factor."
        yield find("SW-G1", observed, function=where)
    elif factor < 0:
        yield find("SW-G18", f"The gradient is {factor:.4g} times that of {cost}: it points uphill.", function=where)
    elif abs(factor - 1) > 1e-3:
        yield find("SW-G8", f"The gradient is {factor:.4g} times that of {cost}.", function=where)


@probe("SW-G1", "SW-G5", "SW-G8", roles=("rolled cost", "network functions"))
def the_penalty_of_the_gradient_is_that_of_the_cost(target, call):
    """What lambda adds to the gradient is what it adds to the slope of the cost: an optimiser is given both."""
    view = _view(target)
    _needs(view, "loss", "backward")
    if not any(view.ways[role].takes("lambda") for role in ("loss", "backward")):
        raise CannotCheck("it has no penalty")
    found = target.namespace.setdefault("found", set())
    if found & {"SW-G2", "SW-G3", "SW-G4"}:
        return
    (picked, plain, base), (_, more, risen) = _pair(view, 0.0), _pair(view, LAMBDA)
    factor, residual = reference.fitted_factor(plain, base)
    if residual > 1e-4:
        raise CannotCheck("the gradient without a penalty is not that of the cost")
    added, wanted = (more - plain) / factor, risen - base
    size = max(np.abs(added).max(), np.abs(wanted).max())
    off = np.abs(added - wanted)
    if size < 1e-7 or off.max() <= 1e-3 * size:
        return
    yield _told(view, picked, added, wanted, int(np.argmax(off)))


def _told(view, picked, added, wanted, worst):
    where, cost = view.ways["backward"].name, view.ways["loss"].name
    if np.abs(added).max() < 1e-7:
        return find("SW-G5", f"lambda = {LAMBDA} adds {wanted[worst]:.4g} to a slope of the cost and leaves the gradient as it was.", function=where)  # fmt: skip
    if np.abs(wanted).max() < 1e-7:
        return find("SW-G5", f"lambda = {LAMBDA} adds {added[worst]:.4g} to an entry of the gradient and leaves {cost} as it was.", function=cost)  # fmt: skip
    share, residual = reference.fitted_factor(added, wanted)
    if residual < 1e-3:
        words = (
            f"The penalty in the gradient is {share:.4g} times the slope of that in {cost}, relative to the data's part"
        )
        return find("SW-G8", f"{words}: an optimiser is given two that do not belong together.", function=cost, severity="warning", weight=60)  # fmt: skip
    words = f"With lambda = {LAMBDA} entry {picked[worst]} of the gradient grows by {added[worst]:.4g}, the slope of {cost} by {wanted[worst]:.4g}"
    return find("SW-G1", f"{words}.", function=where)


@probe("SW-G15", roles=("rolled cost", "network functions"))
def theta_keeps_its_shape(target, call):
    """What the training gives back is as large as what it was given."""
    view = _view(target)
    _needs(view, "train")
    way = view.ways["train"]
    size, made = view.layout.size, rolled_parts.arrays(way.call.result)
    wide = next((item for item in made if item.shape == (size, size)), None)
    if wide is not None and size not in [item.size for item in made]:
        shape = next(iter(view.layout.given.values())).shape
        yield find("SW-G15", f"A theta of shape {shape} goes into {way.name}, one of {wide.shape} comes out: a row was subtracted from a column.", function=way.name)  # fmt: skip


@probe("SW-N3", roles=("network functions",))
def the_softmax_is_over_the_classes(target, call):
    """The probabilities of one sample sum to 1, not those of one class."""
    view = _view(target)
    if view.across:
        observed = f"What follows the last layer's output is a softmax over the {N} samples: the probabilities of one class sum to 1."
        yield find("SW-N3", observed, function=view.across)


@probe("SW-T17", roles=("network functions",))
def the_start_of_hidden_weights_is_not_constant(target, call):
    """A function that starts the weights of a network with a hidden layer gives different numbers."""
    view = _view(target)
    if view.spec is None or len(view.spec.layers) < 2:
        raise CannotCheck("there is no hidden layer")
    for name, function in target.namespace.get("namespace", {}).items():
        if not inspect.isfunction(function) or vocabulary.role_of_name(name) != "init":
            continue
        required = [entry for entry in binding.parameters(function) if entry.default is entry.empty]
        if len(required) == 2:
            made = np.asarray(call(function, 5, 7))
            if made.dtype.kind == "f" and made.ndim == 2 and min(made.shape) > 1 and np.ptp(made) == 0:
                observed = f"{name}(5, 7) gives {made.shape[0]} by {made.shape[1]} numbers that are all {made.ravel()[0]:.4g}: hidden units that start equal stay equal."
                yield find("SW-T17", observed, function=name)
    if view.start is not None:
        yield from _equal_units(view)


def _equal_units(view):
    """The theta with which the program begins has hidden units that are all the same."""
    pairs = view.spec.weights({(label,): item for label, item in view.layout.pieces(view.start).items()})
    for number, (W, b) in enumerate(pairs[:-1], 1):
        if W.shape[1] > 1 and np.ptp(W, axis=1).max() < 1e-12 and (b is None or np.ptp(b) < 1e-12):
            observed = f"The theta that the training begins with has {W.shape[1]} equal units in hidden layer {number}, each with the weights {W[0, 0]:.4g}, ...: they stay equal."
            yield find("SW-T17", observed, function=view.starter)
            return


@probe("SW-P5", roles=("network functions", "rolled cost"))
def one_of_many_thetas_wins(target, call):
    """A function that predicts from one theta for each class gives one label for each sample."""
    space, found = target.namespace.get("namespace", {}), target.namespace.setdefault("found", set())
    for name, function in space.items():
        if not inspect.isfunction(function) or vocabulary.role_of_name(name) != "predict" or "SW-P5" in found:
            continue
        params = list(objective.parameter_names(function))
        entries = [entry.name for entry in binding.parameters(function) if entry.default is entry.empty]
        data = [key for key in entries if "X" in vocabulary.meanings(key) and key not in params]
        params = params or [key for key in entries if "theta" in key.lower() and key not in data]
        if len(params) != 1 or len(data) != 1 or "all" not in f"{name} {params[0]}".lower():
            continue
        rest = {key: 5 for key in entries if key not in (*params, *data)}
        yield from _named_wrongly(call, function, name, params[0], data[0], rest)


def _named_wrongly(call, function, name, theta, data, rest):
    rng = np.random.default_rng(5)
    A, X = rng.normal(size=(5, 4)), rng.normal(size=(23, 3))
    whole = np.column_stack([np.ones(len(X)), X])
    for shown in (X, whole):
        try:
            said = np.asarray(call(function, **{theta: A, data: shown}, **rest))
        except CannotCheck:
            continue
        if said.dtype.kind not in "iufb":
            return
        if said.size in (1, 5):
            yield find("SW-P5", f"{name} gives {said.size} labels for {len(X)} samples of 5 classes.", function=name)
        return


@probe("SW-G1", "SW-G18", "SW-G8", "SW-G2", roles=("training run", "mlp", "estimator", "logistic", "linear"))
def an_optimiser_is_handed_a_cost_and_its_gradient(target, call):
    """The gradient that the program, or a fit, hands to an optimiser of SciPy is the slope of the cost that it hands with it."""
    space = target.namespace["namespace"]
    maker = getattr(target.value, "extras", {}).get("maker", target.value)
    if not isinstance(maker, (replay.Program, estimator.Estimator)) or not HANDS.search(space.get("__text__", "")):
        raise CannotCheck("it hands no gradient to an optimiser of SciPy")
    if "__handed__" not in space and isinstance(maker, replay.Program):
        rolled_calls.calls_of(space, space["__tree__"], call, space.get("__file__", ""))
    handed = space.get("__handed__") if isinstance(maker, replay.Program) else _by_a_fit(maker, space)
    if not handed:
        raise CannotCheck("no call of an optimiser of SciPy is reached")
    for pair in handed:
        finding = (
            _handed(pair)
            if not {"SW-G1", "SW-G18", "SW-G8", "SW-G2", "SW-G5"} & space.get("__found__", set())
            else None
        )
        if finding:
            yield finding
            return


def _by_a_fit(maker, space):
    """What the optimisers are handed while an object is fitted to data of three classes, or of two."""
    for count in (3, 2):
        X, labels = probe_data(n_out=count)
        sizes = {"n_in": X.shape[1], "n_hidden": 7, "n_out": count, "n_classes": count, "sizes": [X.shape[1], 7, count]}
        handed = rolled_calls.handed_by(lambda X=X, y=labels, sizes=sizes: maker.fit(X, y, **sizes), space)
        if handed:
            return handed
    return []


def _handed(pair):
    """What is wrong with a cost and a gradient that were handed over together; or None."""
    owner, _, name = (pair.slope or "").rpartition(".")
    at = {"function": name or None} | ({"object": owner} if owner else {})
    factor, residual = reference.fitted_factor(pair.claimed, pair.numeric)
    cost = pair.cost or "the cost"
    if residual > max(2e-5, 3 * float(np.linalg.norm(pair.noise) / np.linalg.norm(pair.numeric))):
        for beside in (pair.beside, pair.without):
            share, rest = reference.fitted_factor(pair.claimed - pair.numeric, beside)
            if rest < 1e-2 and share < 0:
                observed = f"Beside the slope of {cost} the gradient that is handed to the optimiser holds {share:.4g} theta: a penalty with the wrong sign, or left out."
                return find("SW-G2", observed, **at)
        worst = int(np.argmax(np.abs(pair.claimed - pair.numeric)))
        observed = f"Along one direction the gradient that is handed to the optimiser says {pair.claimed[worst]:.5g}, differences of {cost} {pair.numeric[worst]:.5g}."
        return find("SW-G1", observed, **at)
    if factor < 0:
        return find(
            "SW-G18",
            f"The gradient that is handed to the optimiser is {factor:.4g} times that of {cost}: uphill.",
            **at,
        )
    if abs(factor - 1) > 1e-3:
        return find(
            "SW-G8", f"The gradient that is handed to the optimiser is {factor:.4g} times that of {cost}.", **at
        )
    return None
