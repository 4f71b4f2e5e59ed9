"""The steps of a linear model, seen from inside its fit: along the gradient, downhill, the intercept with the weights."""

import re

import numpy as np

from scratchwork.checks.findings import CannotCheck, find
from scratchwork.checks.probes import line_steps
from scratchwork.checks.registry import probe
from scratchwork.checks.views import reference
from scratchwork.checks.watching import linear_steps, linear_trail
from scratchwork.checks.watching.linear_steps import KINDS_OF_ERROR, fitted, row_of
from scratchwork.checks.watching.linear_trail import trailed

KINDS = ("logistic", "linear")
WORDS = {
    "squared": "(p - t) p (1 - p) x, the gradient of the squared error",
    "linear": "(z - t) x, without the sigmoid",
    "margin": "the sigmoid of the margin with the wrong sign times x",
    "positive": "p x: the target is missing",
}


@probe("SW-G1", "SW-G18", "SW-G2", "SW-G3", "SW-G4", "SW-G12", "SW-G13", "SW-T1", "SW-T12", roles=KINDS)
def the_steps_of_fit_follow_the_gradient(target, call):
    """Each step of the weights is minus the gradient at the weights before, on the rows held then, and a decay that shrinks."""
    trail = trailed(target, call)
    if target.namespace.get("followed"):
        raise CannotCheck("its path was followed from outside")
    rows = [row_of(trail, point) for point in trail.points]
    if all(row[0] is not None for row in rows):
        yield from _one_row_at_a_time(target, trail, rows)
        return
    points = trail.points[1:] if not trail.points[0].W.any() else trail.points
    fits = [fitted(trail, point) for point in points]
    if all(fit is not None and fit.residual < 1e-5 for fit in fits):
        yield from _judged(target, trail, points, fits)
        return
    yield from _named(target, trail, points)


def _judged(target, trail, points, fits):
    """Signs and the intercept of steps that are multiples of the gradient."""
    where, update = maker(trail, points[0]), points[0].function
    rates = np.array([fit.rate for fit in fits])
    biases = [fit.bias_rate for fit in fits if fit.bias_rate is not None]
    if points[0].W.size == 1 and max(np.ptp(biases or [0.0]), np.ptp(rates)) > 1e-6 * np.abs(rates).min():
        if len(biases) > 2:
            yield from line_steps.astray(trail, points, biases, rates, where)
        return  # of one variable any step is along any gradient: only the rates tell
    if (rates < 0).all():
        also = "; the intercept moves downhill" if biases and min(biases) > 0 else ""
        observed = f"The steps of the weights are {rates[0]:+.4g} times minus the gradient: uphill{also}."
        yield find("SW-G18", observed, function=update)
    elif len(biases) > 1 and np.ptp(biases) < 1e-6 * np.abs(biases).max() and np.ptp(rates) < 1e-6 * rates.max():
        share = biases[0] / rates[0]
        words = deaf(target, trail.model.caller) if abs(share - 1) > 1e-5 else None
        if words:
            yield find("SW-T1", words, function=update)
        elif abs(share - 1) > 1e-5:
            observed = f"The intercept's step is {share:.5g} times what goes with the steps of the weights."
            source, right = line_steps.intercept_maker(trail, points[0], rates[0])
            uphill = abs(share + 1) < 1e-5 and (source is None or right)
            yield find("SW-G18" if uphill else "SW-G13", observed, function=update if uphill else source or where)
    elif len(biases) > 1 and line_steps.after_the_weights(trail, points, rates):
        yield find("SW-G12", line_steps.LATER, function=update, severity="warning")
    elif len(biases) > 1 and min(abs(item) for item in biases) < 1e-12:
        yield find("SW-G13", "The intercept does not move while the weights do.", function=where)
    yield from _decay(fits, where)
    yield from _penalised(target, trail, rates)


def deaf(target, call):
    """The words, where the first step of the weights or of the intercept is the same whatever the learning rate is."""
    steps = []
    if not linear_trail.modelled(target, call).takes("lr", "alpha"):
        return None
    for lr in (0.02, 0.05):
        try:
            other = trailed(target, call, 0.0, lr)
        except CannotCheck:
            return None
        steps.append(other.points[0])
    for part, words in (("dW", "weights"), ("db", "intercept")):
        a, b = (getattr(step, part) for step in steps)
        if a is not None and b is not None and a.shape == b.shape and a.any() and np.allclose(a, b, rtol=1e-6, atol=0):
            moved = f"{a.ravel()[0]:+.4g} with a learning rate of 0.02 and with one of 0.05"
            return f"The first step of the {words} is {moved}."
    return None


PENALTY = 0.5


def _penalised(target, trail, rates):
    """The same steps with a penalty: what it adds is a positive multiple of the weights."""
    if not trail.model.takes("lambda") or {"SW-G18", "SW-G13"} & target.namespace.get("found", set()):
        return
    more = trailed(target, trail.model.caller, PENALTY)
    points = more.points[1:] if not more.points[0].W.any() else more.points
    fits, where = [fitted(more, point) for point in points], maker(more, points[0])
    if all(fit.residual < 1e-5 for fit in fits):
        yield from _decay(fits, where)
        still = max(abs(fit.decay) for fit in fits) < 1e-9
        if still and fits[0].rate > 1.01 * rates[0]:
            observed = f"With a penalty of {PENALTY} the steps are {fits[0].rate / rates[0]:.4g} times those without, and hold nothing of the weights."
            yield find("SW-G3", observed, function=where)


def _decay(fits, where):
    decays = [fit.decay / fit.rate for fit in fits]
    inside = [fit.bias_decay / fit.rate for fit in fits]
    if max(decays) < -1e-7 and np.ptp(decays) < 1e-3 * abs(min(decays)):
        observed = (
            f"Each step holds {decays[0]:.4g} times the weights beside the gradient: they are pushed away from zero."
        )
        yield find("SW-G2", observed, function=where)
    elif max(decays) < 1e-9 and min(inside) > 1e-7 and np.ptp(inside) < 1e-3 * max(inside):
        observed = f"Each step draws the intercept towards zero by {inside[0]:.4g} of itself, and no weight."
        yield find("SW-G4", observed, function=where)
    elif min(decays) > 1e-7 and np.allclose(decays, inside, rtol=1e-3) and min(inside) > 1e-7:
        observed = f"Each step draws the intercept towards zero by {inside[0]:.4g} of itself, as it does the weights."
        yield find("SW-G4", observed, function=where)


def _one_row_at_a_time(target, trail, rows):
    """Steps along single rows: their sizes follow p - t with a rate that changes slowly, and the rows are shuffled."""
    known = target.namespace.get("squashes") or re.search("logi|softmax|maxent", target.name.lower())
    logistic = trail.model.kind == "logistic" and known
    ratios = {kind: _ratios(trail, rows, kind) for kind in KINDS_OF_ERROR}
    if logistic and not _steady(ratios["right"]):
        kind = next((kind for kind in WORDS if _steady(ratios[kind])), None)
        if kind:
            observed = f"The step of a row is {WORDS[kind]}; (p - t) x is the gradient."
            yield find("SW-G1", observed, function=maker(trail, trail.points[1]))
    elif (logistic or (known and _steady(ratios["right"]))) and (ratios["right"] < 0).all():
        observed = f"Each step is {-ratios['right'][0]:+.4g} times the gradient of its row: uphill."
        yield find("SW-G18", observed, function=trail.points[0].function)
    yield from _never_shuffled(trail)


def _ratios(trail, rows, kind):
    """The rate that each step had if its size were that of ``kind``."""
    found = []
    for point, (i, share, a) in zip(trail.points, rows):
        z = float((a @ point.W)[0] + (0.0 if point.b is None else point.b[0]))
        p = 1 / (1 + np.exp(-np.clip(z, -500, 500)))
        t = float(trail.y[i])
        e = KINDS_OF_ERROR[kind](p, z, t, trail.model.kind == "linear")
        found.append(-share / e if abs(e) > 1e-12 else np.nan)
    return np.array(found)


def _steady(ratios):
    """Whether rates have one sign and neither jump up and down nor stand at not-a-number."""
    if not np.isfinite(ratios).all() or not ((ratios > 0).all() or (ratios < 0).all()):
        return False
    moved = np.diff(np.abs(ratios))
    flat = np.abs(moved) < 1e-6 * np.abs(ratios).max()
    return bool((flat | (moved < 0)).all() or (flat | (moved > 0)).all())


def _never_shuffled(trail):
    """The rows come in the order of the data, in the first epoch and in the second."""
    n = len(trail.X)
    order = linear_steps.rows_visited(trail, 2 * n)
    if len(order) >= n + 5 and order[: n + 5] == [i % n for i in range(n + 5)]:
        observed = f"The {n} rows are taken in the order of the data, 0, 1, 2, ..., in the first epoch and again in the second."
        yield find("SW-T12", observed, function=trail.points[0].function)


def _named(target, trail, points):
    """The mistakes that leave a whole gradient wrong, or one entry of it."""
    entry = _one_entry(trail, points)
    if entry:
        yield find(*entry, function=maker(trail, points[0]))
        return
    if trail.model.kind != "logistic":
        raise CannotCheck("its steps are not multiples of the gradient: another method, or a moving average")
    for kind, words in WORDS.items():
        fits = [fitted(trail, point, kind) for point in points]
        if all(fit is not None and fit.residual < 1e-5 and fit.rate > 0 for fit in fits):
            if re.search("logi|softmax|maxent", target.name.lower()) or trail.model.maker.find(("predict_proba",)):
                severity = "warning" if kind == "squared" else "error"
                observed = f"Each step of the weights is {words}; (p - t) x is the gradient of the cross-entropy."
                yield find("SW-G1", observed, function=maker(trail, points[0]), severity=severity)
            return
    raise CannotCheck("its steps are not multiples of the gradient: another method, or a moving average")


def maker(trail, point):
    """The function in which the gradient was made: the one that held an array parallel to the step, else the one that steps."""
    found = [call.function for call in reversed(trail.record.calls) if call.done and _gives(call.returned, point)]
    for name, item in point.around.items():
        if (
            name == trail.key
            or name.startswith("self.")
            or not isinstance(item, np.ndarray)
            or item.size != point.W.size
        ):
            continue
        if _parallel(item, point):
            found.append(name.split(":")[0])
    return next((name for name in found if name != point.function), point.function)


def blamed(target, call, otherwise):
    """The function that makes the gradient, seen from inside; else the one that other means gave."""
    try:
        trail = trailed(target, call)
        return maker(trail, trail.points[-1])
    except CannotCheck:
        return otherwise


def _one_entry(trail, points):
    """(code, words) where most entries move at one rate and a few do not, in every step; or None."""
    found = []
    for point in points:
        for A, T in linear_steps.designs(trail, point):
            if len(A) != len(trail.X) or T.shape[1] > 1:
                continue
            Z = A @ point.W + (0.0 if point.b is None else point.b)
            E = (Z if trail.model.kind == "linear" else reference.sigmoid(Z)) - T
            ratios = (-point.dW / (A.T @ E / len(A))).ravel()
            middle = float(np.median(ratios))
            off = np.abs(ratios - middle) > 1e-6 * abs(middle)
            if middle > 0 and 0 < off.sum() <= max(1, len(off) // 3):
                found.append((middle, int(np.argmax(off)), ratios, A))
                break
    if (
        len(found) < len(points)
        or len({entry[1] for entry in found}) > 1
        or np.ptp([entry[0] for entry in found]) > 1e-6 * found[0][0]
    ):
        return None
    rate, j, ratios, A = found[-1]
    words = f"Entry {j} of the weights moves {ratios[j] / rate:.4g} times as far as its gradient says; the others all move at the rate {rate:.4g}."
    return "SW-G13" if np.ptp(A[:, j]) == 0 else "SW-G1", words


def _parallel(item, point):
    """Whether an array points along a step."""
    if not isinstance(item, np.ndarray) or item.size != point.dW.size or item.dtype.kind != "f":
        return False
    flat, step = item.ravel(), point.dW.ravel() if item.shape != point.dW.T.shape else point.dW.T.ravel()
    length = np.linalg.norm(flat) * np.linalg.norm(step)
    return bool(length > 0 and abs(abs(flat @ step) / length - 1) < 1e-9)


def _gives(value, point):
    """Whether what a function returned holds an array along the step."""
    items = value.values() if isinstance(value, dict) else value if isinstance(value, (tuple, list)) else (value,)
    return any(_parallel(item, point) for item in items)
