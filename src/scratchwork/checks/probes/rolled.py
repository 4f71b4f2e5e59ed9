"""Costs of a rolled theta: the gradient beside differences of the cost, with the penalty and without."""

import re

import numpy as np

from scratchwork.checks.findings import CannotCheck, find
from scratchwork.checks.registry import probe
from scratchwork.checks.running import replay
from scratchwork.checks.views import network, reference, rolled_calls
from scratchwork.checks.views.network_build import probe_data
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


@probe("SW-G1", "SW-G18", "SW-G8", "SW-G2", roles=("training run",))
def an_optimiser_is_handed_a_cost_and_its_gradient(target, call):
    """The gradient that the program hands to an optimiser of SciPy is the slope of the cost that it hands with it."""
    space = target.namespace["namespace"]
    if not isinstance(target.value, replay.Program) or not HANDS.search(space.get("__text__", "")):
        raise CannotCheck("it hands no gradient to an optimiser of SciPy")
    if "__handed__" not in space:
        rolled_calls.calls_of(space, space["__tree__"], call, space.get("__file__", ""))
    if not space.get("__handed__"):
        raise CannotCheck("no call of an optimiser of SciPy is reached")
    for pair in space["__handed__"]:
        finding = (
            _handed(pair)
            if not {"SW-G1", "SW-G18", "SW-G8", "SW-G2", "SW-G5"} & space.get("__found__", set())
            else None
        )
        if finding:
            yield finding
            return


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
