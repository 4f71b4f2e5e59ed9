"""Steps of an intercept beside those of the weights: of a line, where any step is along its gradient and only the rates tell."""

import numpy as np

from scratchwork.checks.findings import find
from scratchwork.checks.views import reference
from scratchwork.checks.watching import linear_steps

LATER = "The intercept's step is along its gradient at the weights that were moved already."


def astray(trail, points, biases, rates, where):
    """Of a line: the part whose steps are at one rate along its gradient is right, the other is not."""
    if np.ptp(biases) < 1e-6 * abs(biases[0]):
        yield from _slope_astray(trail, points, biases[0], rates, where)
    elif np.ptp(rates) < 1e-6 * abs(rates[0]):
        yield from _intercept_astray(trail, points, biases, rates, where)


def _slope_astray(trail, points, rate, rates, where):
    """The intercept of a line moves by the rate times its gradient; its slope does not, nor by a penalty besides."""
    x, y = trail.X.ravel(), np.ravel(trail.y)
    slope, ahead = (
        np.array([float(np.ravel(item)[0]) for item in part]) for part in zip(*[(p.W, p.dW) for p in points])
    )
    free, later = (np.array([np.mean((p.W[0, 0] * x + (p.b + k * p.db)[0] - y) * x) for p in points]) for k in (0, 1))
    share, later = (ahead + rate * free) / slope, -ahead / later
    if np.ptp(later) < 1e-6 * abs(later[0]):
        observed = "The slope's step is computed after the intercept was moved."
        yield find("SW-G12", observed, function=where, severity="warning")
    elif np.ptp(share) > 1e-3 * np.abs(share).max() and np.ptp(rates) > 1e-2 * rate:
        observed = f"The steps of the intercept are {rate:.4g} times its gradient, those of the slope {rates[0]:.4g}, {rates[1]:.4g}, ... times its own."
        yield find("SW-G1", observed, function=where)


def _intercept_astray(trail, points, biases, rates, where):
    """The slope of a line moves by the rate times its gradient; its intercept does not."""
    if after_the_weights(trail, points, rates):
        yield find("SW-G12", LATER, function=where, severity="warning")
        return
    if all(_solved(trail, point) for point in points):
        return
    where = intercept_maker(trail, points[0], rates[0])[0] or where
    observed = f"The steps of the slope are {rates[0]:.4g} times its gradient, those of the intercept {biases[0]:.4g}, {biases[1]:.4g}, ... times its own."
    yield find("SW-G1", observed, function=where)


def _solved(trail, point):
    """Whether the intercept is put where the residuals add up to zero."""
    ends = [A @ (point.W + point.dW) + point.b + point.db - T for A, T in linear_steps.designs(trail, point)]
    return any(np.abs(end.mean(axis=0)).max() < 1e-9 * (1 + np.abs(end).max()) for end in ends)


def after_the_weights(trail, points, rates):
    """Whether each step of the intercept is along its gradient where the weights were moved already."""

    def along(point, rate, A, T):
        Z = A @ (point.W + point.dW) + point.b
        if trail.model.kind != "linear":
            Z = reference.sigmoid(Z) if T.shape[1] == 1 else reference.softmax(Z, axis=1)
        return np.allclose(point.db, -rate * (Z - T).mean(axis=0), rtol=1e-6)

    pairs = [linear_steps.designs(trail, point) for point in points]
    return all(any(along(point, rate, *pair) for pair in near) for point, rate, near in zip(points, rates, pairs))


def intercept_maker(trail, point, rate):
    """(the function that returned the number by which the intercept moves, over the rate; whether it moves along it), or (None, False)."""
    if point.db is None or rate == 0:
        return None, False
    for call in reversed(trail.record.calls):
        items = call.returned if isinstance(call.returned, (tuple, list)) else (call.returned,)
        for item in items if call.done else ():
            numbers = isinstance(item, (float, np.ndarray, np.floating)) and np.size(item) == point.db.size
            sizes = [np.abs(np.ravel(item) * rate * factor) for factor in (1, 0.5, 2)] if numbers else ()
            if any(np.allclose(size, np.abs(point.db), rtol=1e-6) for size in sizes):
                return call.function, bool((np.ravel(item) * point.db).sum() > 0)
    return None, False
