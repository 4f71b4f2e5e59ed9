"""The gradient that a fit follows is that of the cost it reports, whatever both are called."""

import ast
import re

import numpy as np

from scratchwork.checks.findings import CannotCheck, find
from scratchwork.checks.recognising import vocabulary
from scratchwork.checks.registry import probe
from scratchwork.checks.views import reference
from scratchwork.checks.watching import linear_steps, linear_trail, siblings

KINDS = ("logistic", "linear", "estimator")
SATURATED, DRAWS = 1e6, re.compile(r"random|randint|choice|permut|rng\.|integers\(")
EARLIER = {"SW-G1", "SW-G2", "SW-G3", "SW-G4", "SW-G5", "SW-G13", "SW-G18", "SW-G7", "SW-G10", "SW-G15", "SW-P13"}


@probe("SW-G1", "SW-G5", "SW-G13", "SW-G7", "SW-G8", roles=KINDS)
def the_gradient_belongs_to_the_cost(target, call):
    """What a function of fit returns as gradient equals central differences of the cost beside it, up to one factor."""
    if EARLIER & target.namespace.get("found", set()):
        raise CannotCheck("the gradient or its penalty is wrong already")
    record, made = _watched(target, call)
    found = siblings.pairs(record, made, target.namespace.get("namespace", {}), call, learns=(target.name,))
    if not found:
        raise CannotCheck("no function of fit gives a gradient beside a cost of the same arguments")
    for pair in found:
        yield from _judged(target, call, pair)


def _watched(target, call):
    try:
        trail = linear_trail.trailed(target, call, _strength(target, call))
        return trail.record, trail.made
    except CannotCheck:
        model = linear_trail.modelled(target, call)
        X, y = linear_trail.trail_data(model)
        made, record = linear_trail.watched_fit(model, X, y, epochs=5)
        if record is None:
            raise
        return record, made


def _strength(target, call):
    """The penalty with which the cost is compared, where one can be set."""
    return 0.5 if linear_trail.modelled(target, call).takes("lambda") else 0.0


def _judged(target, call, pair):
    node = target.namespace.get("nodes", {}).get(f"{target.name}.{pair.gradient}")
    if node is not None and DRAWS.search(ast.unparse(node)):
        return  # of rows that are drawn, where the cost is of all
    claimed = np.concatenate([item.ravel() for item in pair.claimed])
    numeric = np.concatenate([item.ravel() for item in pair.numeric])
    if np.abs(claimed).max() > SATURATED:
        return  # at a prediction of 0 or 1: what is clipped has no slope
    factor, residual = reference.fitted_factor(claimed, numeric)
    if residual < 1e-4:
        if abs(abs(factor) - 1) > 1e-3:
            observed = f"{pair.gradient} is {abs(factor):.4g} times the derivative of {pair.cost}."
            yield find("SW-G8", observed, function=pair.gradient)
        return
    yield _named(target, call, pair, claimed, numeric, residual)


def _lacks_the_gradient(target, pair, share):
    """Whether the penalty is missing in the gradient; CannotCheck where the cost may be the error alone, with another for the whole."""
    costs = [name for name in target.methods() if vocabulary.role_of_name(name) == "loss"]
    if share > 0 and len(costs) > 1 and re.search("mse|error|entropy|likel|data", pair.cost):
        raise CannotCheck(f"{pair.cost} is the error alone")
    return share < 0


def _named(target, call, pair, claimed, numeric, residual):
    """The part that does not fit: one parameter of several, or a multiple of the weights, else the numbers."""
    apart = _one_apart(pair)
    if apart is not None:
        index, factor = apart
        entry = f"{pair.claimed[index].ravel()[0]:.5g} for {pair.names[index]}; {factor:.4g} times the derivative of {pair.cost}"
        observed = (
            f"{pair.gradient} gives {entry}, as for the others, is {factor * pair.numeric[index].ravel()[0]:.5g}."
        )
        return find(
            "SW-G13" if pair.claimed[index].size < max(item.size for item in pair.claimed) else "SW-G1",
            observed,
            function=pair.gradient,
        )
    weights = np.concatenate([item.ravel() for item in pair.values])
    main = max(range(len(pair.values)), key=lambda j: pair.values[j].size)
    table = np.stack([pair.numeric[main].ravel(), pair.values[main].ravel()], axis=1)
    shares, *_ = np.linalg.lstsq(table, pair.claimed[main].ravel(), rcond=None)
    left = np.linalg.norm(pair.claimed[main].ravel() - table @ shares) / (np.linalg.norm(claimed) + 1e-300)
    if weights.any() and left < 1e-5:
        if linear_steps.known_right(target, call, _strength(target, call)) and abs(shares[0] - 1) > 1e-3:
            observed = f"Beside its penalty the cost {pair.cost} is {1 / shares[0]:.4g} times the one whose gradient is followed."
            return find("SW-G7", observed, function=pair.cost, severity="warning")
        lacks = _lacks_the_gradient(target, pair, shares[1] / shares[0])
        observed = f"{pair.gradient} differs from the derivative of {pair.cost} by {shares[1]:.4g} times the weights: the penalty is in the {'cost' if lacks else 'gradient'} only."
        return find(
            "SW-G5", observed, function=pair.gradient if lacks else pair.cost, severity="error" if lacks else "warning"
        )
    index = int(np.argmax(np.abs(claimed - numeric)))
    observed = f"{pair.gradient} gives {claimed[index]:.5g} where central differences of {pair.cost} give {numeric[index]:.5g}; relative difference {residual:.2g} after the best common factor."
    blame = pair.cost if linear_steps.known_right(target, call, _strength(target, call)) else pair.gradient
    return find("SW-G1", observed, function=blame, severity="warning" if blame == pair.cost else "error")


def _one_apart(pair):
    """(index, factor) of the one parameter whose gradient does not go with those of the others, or None."""
    if len(pair.claimed) < 2:
        return None
    for index in range(len(pair.claimed)):
        others = [j for j in range(len(pair.claimed)) if j != index]
        a = np.concatenate([pair.claimed[j].ravel() for j in others])
        b = np.concatenate([pair.numeric[j].ravel() for j in others])
        if a.size > 2:
            factor, residual = reference.fitted_factor(a, b)
            if residual < 1e-4:
                return index, factor
    return None
