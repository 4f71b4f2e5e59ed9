"""Logistic and linear regression whose gradient is inside fit: their path is followed from iteration to iteration.

fit with 0, 1, 2, 3 iterations gives the parameters along the path; each difference over the rate is a gradient, to be
compared with ours at the point before. Letters: w (d, C), b (C,), X (n, d), Y (n, C).
"""

import ast
import contextlib
import re

import numpy as np

from scratchwork.checks.findings import CannotCheck, find
from scratchwork.checks.probes import line_steps
from scratchwork.checks.probes import trail as probe_trail
from scratchwork.checks.registry import probe, unasked
from scratchwork.checks.views import reference
from scratchwork.checks.views.linear_path import (
    KINDS,
    Parameters,
    Path,
    _own_scaling,
    _stepping,
    _stochastic,
    followed,
    gradient,
    steps,
    tiny_step,
)
from scratchwork.checks.views.model import modelled
from scratchwork.checks.watching import linear_trail

AT_ONCE = r"inv\(|solve\(|lstsq|qr\(|svd\(|cholesky|\*\* ?-1|\.I\b"


@probe("SW-G1", "SW-G18", "SW-P15", "SW-G13", "SW-T3", roles=KINDS)
def the_path_follows_the_gradient(target, call):
    """Each step of fit is the rate times minus the gradient of the loss at the point before, up to one factor."""
    path = followed(target, call)
    pairs = steps(path)
    right = [gradient(path, before) for before, _ in pairs]
    where = probe_trail.blamed(target, call, _stepping(target, path.model))
    if where in target.namespace.get("namespace", {}).get(
        "__followed__", ()
    ):  # the slope of its cost: who steps is at fault
        where = path.model.fit_name or target.name
    fits = [reference.fitted_factor(step, wanted) for (_, step), wanted in zip(pairs, right)]
    if not path.model.takes("momentum", "beta"):
        unasked(target, "it has no momentum", "SW-T3")
    later = _one_after_the_other(path, pairs, max(residual for _, residual in fits))
    if later:
        observed = f"Each step of the {later} is along its gradient where the other part was moved already."
        yield find("SW-G12", observed, function=_stepper(target, path, where), severity="warning")
    elif all(residual < 1e-3 for _, residual in fits):
        yield from _factors(path, fits, where)
    else:
        yield from _explained(target, path, pairs, fits, where)
    target.namespace["followed"] = True


def _factors(path, fits, where):
    factors = [factor for factor, _ in fits]
    if factors[0] < 0:
        yield from _uphill(path, f"Each step is {-factors[0]:+.4g} times the gradient: the loss rises.", where)
    elif max(factors) / min(factors) > 1.01 and factors[-1] > factors[0]:
        yield find(
            "SW-T3",
            f"The steps are {', '.join(f'{f:.4g}' for f in factors)} times the gradient although the rate is constant.",
            function=where,
            severity="warning",
        )


def _explained(target, path, pairs, fits, where):
    """One named mistake after another; else the numbers."""
    others = (
        ("SW-P15", "the gradient without the first row", {"X": path.X[1:], "Y": path.Y[1:]}),
        ("SW-P15", "the gradient without the last row", {"X": path.X[:-1], "Y": path.Y[:-1]}),
        ("SW-G1", "(p - y) p (1 - p) X, the gradient of the squared error", {"kind": "squared"}),
        ("SW-G1", "(z - y) X, without the sigmoid", {"kind": "linear"}),
        ("SW-G1", "p X: the target is missing", {"kind": "positive"}),
    )  # fmt: skip
    for code, words, change in others:
        if path.model.kind == "linear" and "kind" in change:
            continue
        fitted = [reference.fitted_factor(step, gradient(path, before, **change)) for before, step in pairs]
        if all(residual < 1e-3 for _, residual in fitted):
            severity = "warning" if change.get("kind") == "squared" else "error"
            yield find(
                code,
                f"Each step of fit is {words} (the full gradient differs by {fits[0][1]:.2g}).",
                function=where,
                severity=severity,
            )
            return
    rows = path.X - path.X.mean(axis=0)
    for Y in (path.Y, path.Y - path.Y.mean(axis=0)):
        if all(reference.fitted_factor(step, gradient(path, before, rows, Y))[1] < 1e-3 for before, step in pairs):
            raise CannotCheck("it centres the rows, and learns along the gradient there")
    yield from _unnamed(target, path, pairs, where)


def _unnamed(target, path, pairs, where):
    """Many small steps uphill, a rate that is not heard, one part of the gradient wrong; else the numbers."""
    uphill = None if _own_scaling(target, path) else _uphill_in_small_steps(path)
    if uphill:
        yield from _uphill(path, uphill, where)
        return
    if path.start.w.size == 1:
        raise CannotCheck("of one variable any step is along its gradient: they are followed from inside")
    if _own_scaling(target, path) or _stochastic(path) or _learns_by_mistakes(path):
        raise CannotCheck("it scales the data, takes several steps an epoch, or uses another optimiser")
    deaf = probe_trail.deaf(target, path.model.caller)
    if deaf:
        yield find("SW-T1", deaf, function=path.model.fit_name)
    else:
        yield from _bias_or_weights(target, path, pairs, where)


def _learns_by_mistakes(path):
    """Whether three iterations with ten times the rate go exactly ten times as far: a perceptron, whose rate is but a scale."""
    near, far = (path.at(3, lr=rate).joined() - path.start.joined() for rate in (0.02, 0.2))
    once = path.at(1, lr=0.02).joined() - path.start.joined()  # where nothing moves later, one step is all there is
    return bool(near.any() and np.allclose(far, 10 * near, rtol=1e-9, atol=1e-12) and not np.allclose(once, near))


def _uphill(path, words, where):
    """The finding for steps uphill, unless the answers follow the labels: then rows score by minus the weights."""
    right = 0.0
    with contextlib.suppress(CannotCheck):
        made = path.model.fit(path.X, path.y, epochs=200, lr=path.lr)
        right = np.mean(np.ravel(path.model.answer(made, path.X)) == path.y)
    if path.model.kind == "logistic" and right > 0.6:
        raise CannotCheck("its answers follow the labels, though its weights run the other way")
    yield find("SW-G18", words, function=where)


def _uphill_in_small_steps(path):
    """The words, where an iteration of many small steps moves everything, or the weights alone, up the gradient."""
    step, wanted = tiny_step(path)
    size, words = path.start.w.size, None
    factor, residual = reference.fitted_factor(step[:size], wanted[:size])
    if residual < 1e-2 and factor < 0:
        apart = wanted[size:] * factor
        same, turned = (np.allclose(step[size:], sign * apart, rtol=0.02, atol=1e-9) for sign in (1, -1))
        words = "everything" if same else "the weights" if turned else None
    if words is None:
        return None
    return f"With a tiny rate one iteration moves {words} {abs(factor):.4g} times the rate times the gradient: uphill."


def _stepper(target, path, otherwise):
    """The function that moves the weights, seen from inside; else what other means gave."""
    try:
        return linear_trail.trailed(target, path.model.caller).points[0].function
    except CannotCheck:
        return otherwise


def _intercepts(target, path, rate, where):
    """The function that was seen to give the intercept's gradient, else ``where``."""
    try:
        trail = linear_trail.trailed(target, path.model.caller)
        return line_steps.intercept_maker(trail, trail.points[1], rate)[0] or where
    except CannotCheck:
        return where


def _one_after_the_other(path, pairs, residual):
    """The words, where the gradient of one part is that at the other after its move, in each step, and not by chance; else None."""
    size, found = path.start.w.size, set()
    for before, step in pairs[1:] if path.start.b is not None and size > 1 else ():
        w, b = (
            before.w - path.lr * step[:size].reshape(before.w.shape),
            before.b - path.lr * step[size:].reshape(before.b.shape),
        )
        plain, at_w, at_b = (
            gradient(path, Parameters(*place)) for place in ((before.w, before.b), (w, before.b), (before.w, b))
        )
        wanted = {"intercept": (plain[:size], at_w[size:]), "weights": (at_b[:size], plain[size:])}
        off = {words: reference.fitted_factor(step, np.concatenate(parts))[1] for words, parts in wanted.items()}
        found.add(min(off, key=off.get) if min(off.values()) < min(1e-4, 0.01 * residual) else None)
    return found.pop() if len(found) == 1 else None


def _bias_or_weights(target, path, pairs, where):
    size = path.start.w.size
    step, wanted = pairs[1][1], gradient(path, pairs[1][0])
    factor, residual = reference.fitted_factor(step[:size], wanted[:size])
    if residual < 1e-3 and path.start.b is not None:
        got, right = step[size:], factor * wanted[size:]
        where = _intercepts(target, path, path.lr, where)
        if factor < 0 and np.allclose(got, -right, rtol=1e-2):
            observed = f"The weights move {-factor:+.4g} times their gradient, uphill; the intercept moves down."
            yield find("SW-G18", observed, function=where)
            return
        free, owed = pairs[2][1][size:], gradient(path, pairs[2][0])[size:]
        steady = path.C > 1 or np.allclose(got * owed, free * wanted[size:], rtol=1e-3)
        if np.allclose(got, 0):
            yield find("SW-G13", f"The intercept never moves; its gradient is {right[0]:.4g}.", function=where)
        else:
            observed = (
                f"The intercept's gradient is {got[0]:.5g}; beside that of the weights it should be {right[0]:.5g}."
            )
            yield find("SW-G13" if steady else "SW-G1", observed, function=where)
        return
    index = int(np.argmax(np.abs(step - wanted)))
    yield find(
        "SW-G1",
        f"In the second iteration entry {index} moves by {-step[index]:.5g} times the rate; minus the gradient is {-wanted[index]:.5g}.",
        function=where,
        severity="warning",  # rows held back, weights of the samples or another loss give such steps too
    )


@probe("SW-T13", "SW-T15", "SW-P90", roles=KINDS)
def it_stops_when_it_has_arrived(target, call):
    """With its own stopping rule and many iterations it neither stops at once nor far from the optimum."""
    model = modelled(target, call)
    path = Path(model, 2)
    lr = {"lr": 0.1} if model.takes("lr", "alpha") else {}
    made = model.fit(path.X, path.y, epochs=800, **lr, **({"lambda": 0.0} if model.takes("lambda") else {}))
    taken = _iterations(made)
    parameters = path.read(made)
    slope = np.linalg.norm(gradient(path, parameters))
    start = np.linalg.norm(
        gradient(path, Parameters(parameters.w * 0, None if parameters.b is None else parameters.b * 0))
    )
    if taken is not None and taken <= 5 and slope > 0.2 * start and model.takes("epochs"):
        yield find(
            "SW-T13",
            f"It stops after {taken} of 800 iterations, where the gradient norm is still {slope:.3g} ({start:.3g} at the start).",
            function=next(leaving(target, model), model.fit_name),
        )
    elif model.kind == "linear" and not model.takes("epochs") and not model.takes("lambda", "alpha", "C"):
        text = " ".join(map(ast.unparse, target.reached(model.fit_name).values()))
        if re.search(r"^ *(for|while) ", text, re.MULTILINE) and not re.search(AT_ONCE, text):
            raise CannotCheck("it goes by steps, whose number cannot be set")
        yield from _closed_form(path, parameters, model, made)


def leaving(target, model):
    """The methods that fit reaches whose loop can be left: a break or return in it, or a while."""
    leaves = (ast.Break, ast.Return, ast.While)
    for name, node in target.reached(model.fit_name).items():
        loops = [item for item in ast.walk(node) if isinstance(item, (ast.For, ast.While))]
        if any(isinstance(item, leaves) for loop in loops for item in ast.walk(loop)):
            yield name


def _answers_like(model, made, X, wanted):
    """Whether what it answers is what is wanted."""
    try:
        return np.allclose(np.ravel(model.answer(made, X)), wanted, rtol=1e-3, atol=1e-3)
    except (CannotCheck, ValueError, TypeError):
        return False


def _closed_form(path, parameters, model, made):
    """The exact answer is unique: least squares with (or without) an intercept."""
    A = np.hstack([path.X, np.ones((len(path.X), 1))]) if parameters.b is not None else path.X
    exact = np.linalg.lstsq(A, path.y, rcond=None)[0]
    got = parameters.joined()
    centred = np.linalg.lstsq(path.X - path.X.mean(axis=0), path.y - path.y.mean(), rcond=None)[0]
    if _answers_like(model, made, path.X, A @ exact):
        return  # its weights stand in another order, or belong to other columns
    if not np.allclose(got, exact, rtol=1e-3, atol=1e-3) and not np.allclose(parameters.w.ravel(), centred, atol=1e-3):
        index = int(np.argmax(np.abs(got - exact)))
        yield find(
            "SW-P90",
            f"Weight {index} is {got[index]:.5g}; least squares gives {exact[index]:.5g}.",
            function=model.fit_name,
        )


def _iterations(made):
    """How many iterations an object says, or shows by its history, that it took."""
    for key, item in vars(made).items() if hasattr(made, "__dict__") else ():
        if re.search(r"n_iter_$|iterations_run|n_iter_run|stopped_at|epochs_run|num_iters_run", key) and isinstance(
            item, (int, np.integer)
        ):
            return int(item)
    for key, item in vars(made).items() if hasattr(made, "__dict__") else ():
        if (
            isinstance(item, list)
            and re.search(r"loss|cost|hist|error|obj|j_", key.lower())
            and item
            and isinstance(item[0], (float, np.floating))
        ):
            return len(item)
    return None
