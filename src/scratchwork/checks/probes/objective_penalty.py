"""The penalty of an objective: in cost and gradient alike, pulling towards zero, leaving the intercept out."""

import ast
import dataclasses
import re

import numpy as np

from scratchwork.checks.findings import CannotCheck, find
from scratchwork.checks.probes.objective import KINDS, viewed
from scratchwork.checks.recognising import binding
from scratchwork.checks.registry import probe
from scratchwork.checks.views import reference
from scratchwork.checks.views.objective import join

LAMBDA = 0.7


@probe("SW-G1", "SW-G2", "SW-G3", "SW-G4", "SW-G5", "SW-T2", roles=KINDS)
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
    spot = _left_out_last(view, setting, grow, cost) or _intercept(view, setting)
    mask[spot] = False
    where = view.gradient_name
    size, in_cost = np.abs(grow[mask]).max(), 0.0 if cost is None else np.abs(cost[mask]).max()
    shown = f"With theta of norm {np.linalg.norm(theta):.3g}, {word}"
    if size < 1e-8 and in_cost < 1e-6:
        if cost is not None:
            yield find("SW-T2", f"{shown} changes neither cost nor gradient.", function=where, severity="warning")
    elif size < 1e-8:
        yield find("SW-G5", f"{shown} changes the cost and leaves the gradient as it was.", function=where)
    elif cost is not None and in_cost < 1e-6:
        yield find("SW-G5", f"{shown} changes the gradient and leaves the cost as it was.", function=view.cost_name)
    else:
        yield from _pull(view, setting, grow, cost, spot, theta, mask)


def _pull(view, setting, grow, cost, spot, theta, mask):
    """The penalty acts: which way, on what, and does the cost agree?"""
    where = view.gradient_name
    factor, residual = reference.fitted_factor(grow[mask], theta[mask])
    times, rest = reference.fitted_factor(grow[mask], join(view.gradient(setting), setting)[mask])
    if residual < 1e-3 and factor < 0:
        observed = f"The penalty adds {factor:.4g} theta to the gradient: it pushes the weights away from zero."
        yield find("SW-G2", observed, function=where)
        return
    if residual > 1e-3 and rest < 1e-3:
        yield find("SW-G3", f"The penalty adds {times:.4g} times the gradient itself.", function=where)
        return
    yield from _intercept_left_out(view, grow, cost, spot, theta, where)
    if cost is not None:
        own, misfit = reference.fitted_factor(cost[mask], theta[mask])
        if misfit < 1e-3 and own < 0 < factor:
            observed = f"The cost falls by {-own / 2:.4g} |theta|^2 where the gradient's penalty says it rises."
            yield find("SW-G2", observed, function=view.cost_name)
        elif misfit < 1e-3 and residual < 1e-3:
            yield from _share(view, setting, factor, own)


def _share(view, setting, factor, own):
    """The penalty in the gradient is the slope of that in the cost, by the same factor as the rest of the gradient."""
    got, wanted = join(view.gradient(setting, lam=0.0), setting), join(view.numeric(setting, lam=0.0), setting)
    times, residual = reference.fitted_factor(got, wanted)
    if residual < 1e-4 and abs(factor / (times * own) - 1) > 1e-2:
        observed = f"The penalty adds {factor:.4g} theta to the gradient; its share in {view.cost_name} has the slope {times * own:.4g} theta."
        yield find("SW-G1", observed, function=view.gradient_name, severity="warning")


FRONT = re.compile(r"ones\([^\n]*?\)\)?, *\w*x|insert\(\w+, 0", re.IGNORECASE)


def _left_out_last(view, setting, grow, cost):
    """[the last entry], where it alone is left out of the penalty everywhere, and nothing says that the ones stand in front."""
    left = np.flatnonzero(np.abs(grow) < 1e-9).tolist() == [len(grow) - 1] and (cost is None or abs(cost[-1]) < 1e-6)
    text = "\n".join(ast.unparse(node) for node in view.nodes.values())
    return [len(grow) - 1] if left and setting.intercept and not FRONT.search(text) else []


def _intercept(view, setting):
    """Indices of the intercept in the joined parameters: where it is one entry of the weights, the one that counts without rows."""
    start = 0
    if setting.intercept and len(setting.point[setting.intercept[0]]) > setting.X.shape[1]:
        bare = dataclasses.replace(setting, X=0 * setting.X, shown=0 * setting.shown)
        alone = np.flatnonzero(np.abs(join(view.gradient(bare), bare)) > 1e-12)
        if len(alone) == 1:
            return alone.tolist()
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
    own = [view.nodes[name] for name in (view.cost_name, view.gradient_name) if name in view.nodes]
    text = " ".join(ast.unparse(node) for node in view.nodes.values()).lower()
    told = " ".join(ast.unparse(node) for node in own or view.nodes.values()).lower()
    return (
        any(word in text for word in ("intercept", "theta[0]"))
        or bool(re.search(r"ones\(|bias|\[:-1\]|\[1:\]|\bb\)", told))
        or len(view.setting.point) > 1
    )
