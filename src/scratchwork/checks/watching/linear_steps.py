"""What a step of a linear model is made of: the gradient on the rows that went into it, a decay of the weights, one row.

Letters: A (m, p) design, T (m, C) targets, W (p, C), b (C,).
"""

import dataclasses
import re

import numpy as np

from scratchwork.checks.findings import CannotCheck
from scratchwork.checks.views import reference
from scratchwork.checks.watching.linear_trail import Point, trailed


@dataclasses.dataclass
class Fit:
    """A step as ``-(rate * gradient + decay * weights)``: how well it fits, and with which data."""

    residual: float
    rate: float
    decay: float
    bias_rate: float | None  # minus the intercept's step over its gradient
    bias_decay: float  # what stands beside the intercept
    rows: int


def designs(trail, point):
    """(A, T) pairs that may have gone into a step: ours, and those held at that moment."""
    (p, C), n = point.W.shape, len(trail.X)
    ones = np.ones((n, 1))
    tables = [trail.X] if p == trail.X.shape[1] else [np.hstack([ones, trail.X]), np.hstack([trail.X, ones])]
    targets = [as_target(np.asarray(trail.y, dtype=float), trail, C)]
    for name, item in point.around.items():
        if not isinstance(item, np.ndarray) or item.dtype.kind not in "fiub" or item.size < 2:
            continue
        if (
            item.ndim == 2
            and item.shape[1] == p
            and 1 < len(item) <= n
            and not re.search("cov|hess|grad", name.split(":")[-1])
        ):
            tables.append(item.astype(float))
        elif item.ndim == 2 and item.shape[0] == p and item.shape[1] == n:
            tables.append(item.T.astype(float))
        if item.ndim == 2 and C > 1 and item.shape[1] == C and len(item) <= n and set(np.unique(item)) == {0, 1}:
            targets.append(item.astype(float))
        elif item.size == max(item.shape) and item.size <= n and _is_target(item, trail):
            targets.append(as_target(item.ravel().astype(float), trail, C))
    return [(A, T) for A in tables for T in targets if len(A) == len(T)]


def _is_target(item, trail):
    values = np.unique(item)
    if trail.model.kind == "linear":
        y = np.asarray(trail.y, dtype=float)
        return np.isin(np.round(item, 9), np.round(y, 9)).all() or (
            item.size == y.size and np.ptp(item) > 0 and abs(abs(np.corrcoef(item.ravel(), y)[0, 1]) - 1) < 1e-9
        )
    return len(values) == 2 and set(values.tolist()) <= {-1.0, 0.0, 1.0, 2.0}


def as_target(T, trail, outputs):
    """(m, C) of values, or of zeros and ones."""
    if trail.model.kind != "linear":
        T = np.greater(T, T.mean()).astype(float)
    return T.reshape(-1, 1) if outputs == 1 else np.stack([1 - T, T], axis=1)


KINDS_OF_ERROR = {
    "right": lambda p, z, t, linear: z - t if linear else p - t,
    "squared": lambda p, z, t, linear: (p - t) * p * (1 - p),
    "linear": lambda p, z, t, linear: z - t,
    "hard": lambda p, z, t, linear: (z >= 0) - t,
    "margin": lambda p, z, t, linear: np.where(t > 0.5, -p, 1 - p),  # the sigmoid of the wrong sign
    "positive": lambda p, z, t, linear: z if linear else p,
}


def fitted(trail, point, kind="right"):
    """The best Fit of a step over the data that may have gone into it."""
    best = None
    for A, T in designs(trail, point):
        Z = A @ point.W + (0.0 if point.b is None else point.b)
        links = [reference.sigmoid] if T.shape[1] == 1 else [lambda Z: reference.softmax(Z, axis=1), reference.sigmoid]
        for link in links:
            error = KINDS_OF_ERROR[kind](link(Z), Z, T, trail.model.kind == "linear")
            fit = _decomposed(point, A, error)
            if best is None or fit.residual < best.residual:
                best = fit
    return best


def _decomposed(point, A, error):
    """A step as a multiple of the gradient and of the weights, the intercept apart."""
    g, g_b, step = (A.T @ error / len(A)), error.mean(axis=0), -point.dW
    spot = (
        next((j for j in range(A.shape[1]) if np.ptp(A[:, j]) == 0 and A[0, j] == 1), None) if point.b is None else None
    )
    free, own = point.W.copy(), np.zeros_like(point.W)
    if spot is not None:
        free[spot], own[spot] = 0.0, point.W[spot]
    basis = [g, *[item for item in (free, own) if np.abs(item).max() > 1e-9]]
    size = np.linalg.norm(step) + 1e-300
    plain = float((g * step).sum() / ((g * g).sum() + 1e-300))
    shares, off = [plain, 0.0, 0.0], np.linalg.norm(step - plain * g) / size
    if off > 1e-7 and len(basis) > 1:
        table = np.stack([item.ravel() for item in basis], axis=1)
        found = np.linalg.lstsq(table, step.ravel(), rcond=None)[0]
        off = np.linalg.norm(step.ravel() - table @ found) / size
        shares = [*map(float, found), 0.0, 0.0]
    return Fit(float(off), shares[0], shares[1], *_intercept_of(point, g_b, shares), len(A))


def _intercept_of(point, g_b, shares):
    """(rate of the intercept, its decay)."""
    if point.b is None:
        return None, shares[2]
    rate = None if np.linalg.norm(g_b) < 1e-12 else float(-point.db @ g_b / (g_b @ g_b))
    left = -point.db - shares[0] * g_b
    return rate, 0.0 if np.abs(point.b).max() < 1e-9 else float(left @ point.b / (point.b @ point.b))


def row_of(trail, point):
    """(row number, share, row) where a step goes along one row of the design; else (None, 0, None)."""
    (p, C), n = point.W.shape, len(trail.X)
    if C > 1 or p == 1:  # of one variable, every row is along every other
        return None, 0.0, None
    ones, step = np.ones((n, 1)), point.dW[:, 0]
    tables = [trail.X] if p == trail.X.shape[1] else [np.hstack([ones, trail.X]), np.hstack([trail.X, ones])]
    tables += [item for item in point.around.values() if isinstance(item, np.ndarray) and item.shape == (n, p)]
    for A in tables:
        share = A @ step / ((A**2).sum(axis=1) + 1e-300)
        off = np.abs(step - share[:, None] * A).max(axis=1)
        i = int(off.argmin())
        if off[i] < 1e-7 * (np.abs(step).max() + 1e-300):
            return i, float(share[i]), A[i]
    return None, 0.0, None


def known_right(target, call, penalty=0.0):
    """Whether the first steps of fit are multiples of the gradient, downhill, the intercept with the weights."""
    key = f"right {penalty}"
    if key not in target.namespace:
        try:
            trail = trailed(target, call, penalty)
            fits = [fitted(trail, point) for point in trail.points[1:]]
            rates = [fit.rate for fit in fits] + [fit.bias_rate for fit in fits if fit.bias_rate is not None]
            target.namespace[key] = all(fit.residual < 1e-5 for fit in fits) and min(rates) > 0
        except CannotCheck:
            target.namespace[key] = False
    return target.namespace[key]


def rows_visited(trail, most):
    """The numbers of the rows along which the first steps go, one for each change of the weights."""
    moved = [change for change in trail.record.changes if change.name == trail.key and change.before is not None]
    found = []
    for change in moved[:most]:
        if np.shape(change.before) != np.shape(change.after):
            break
        before, after = trail._table(change.before), trail._table(change.after)
        row = row_of(trail, Point(before, None, after - before, None, change.around, change.function))[0]
        if row is None:
            break
        found.append(row)
    return found
