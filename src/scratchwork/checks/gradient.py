"""``check_gradient``: a function, its gradient, a point; central differences say whether they belong together."""

import time

import numpy as np

from scratchwork.checks.findings import Recognised, Result, find
from scratchwork.checks.views.reference import fitted_factor
from scratchwork.numerics import numerical_gradient

MOST_REFINED = 300  # entries that are taken with care; a wrong gradient is wrong in most of them
TOLERANCE = {np.dtype(np.float32): 1e-2}


def check_gradient(function, gradient, x, *, tolerance=1e-6, h=1e-5):
    """Compare an analytic gradient with central differences.

    Parameters
    ----------
    function : callable
        Takes an array of the shape of ``x``, returns a number.
    gradient : callable or array_like
        Its gradient, as a function of the same array, or already computed at ``x``.
    x : array_like
        The point.
    tolerance : float
        How far ``|a - n| / |a|`` may be from zero.
    h : float
        Step of the differences.

        Entries that seem wrong are differentiated again with other steps, absolute and relative to the entry.

    Returns
    -------
    Result
        With no finding; or SW-G8 for one constant factor, SW-G18 for the opposite sign, SW-G15 for a wrong shape, else SW-G1.
        What the differences themselves leave open is no finding: rounding beside a large constant, a kink. Where the function
        is not finite around the point, SW-G1 is "not checked".

    Examples
    --------
    >>> check_gradient(lambda w: float((w**2).sum()), lambda w: 2 * w, [1.0, 2.0]).findings
    []
    """
    start = time.monotonic()
    x = np.array(x, dtype=np.float64)
    name = getattr(gradient, "__name__", "gradient")
    claimed = np.asarray(gradient(x.copy()) if callable(gradient) else gradient)
    result = Result(name, [Recognised(name, "gradient")])
    numeric, doubt = _differences(lambda point: float(np.asarray(function(point)).sum()), x, claimed, tolerance, h)
    if np.isfinite(numeric).all():
        result.checked = True
        finding = _compare(claimed, numeric, doubt, max(tolerance, TOLERANCE.get(claimed.dtype, 0.0)), name)
        if finding is None:
            result.passed = ["SW-G1"]
        else:
            result.findings.append(finding)
    else:
        index = tuple(map(int, np.argwhere(~np.isfinite(numeric))[0]))
        result.not_checked.append(
            ("SW-G1", f"the function is not finite on both sides of entry {index}, however small the step")
        )
    result.seconds = time.monotonic() - start
    return result


def _differences(function, x, claimed, tolerance, h):
    """Central differences of every entry, and how far each may be off; those that disagree with the claim are taken with care."""
    with np.errstate(all="ignore"):
        numeric, doubt = numerical_gradient(function, x, h=h), np.zeros(x.shape)
        if claimed.size != numeric.size:
            return numeric, doubt
        wanted = np.asarray(claimed, dtype=np.float64).reshape(x.shape)
        off = ~(np.abs(numeric - wanted) <= tolerance * np.abs(wanted))
        for index in map(tuple, np.argwhere(off)[:MOST_REFINED]):
            numeric[index], doubt[index] = _refined(function, x, index, h)
    return numeric, doubt


def _refined(function, x, index, h):
    """The most certain difference of one entry over several steps, and its doubt."""
    at = abs(float(x[index]))
    sizes = {max(at, 1.0), at} - {0.0}
    tried = [_one_step(function, x, index, factor * h * size) for size in sizes for factor in (100, 10, 1, 0.1)]
    tried = sorted(((value, doubt) for value, doubt in tried if np.isfinite(doubt)), key=lambda pair: pair[1])
    if not tried:
        return np.nan, np.inf
    values = [value for value, _ in tried[:3]]
    return values[0], max(tried[0][1], max(values) - min(values))


def _one_step(function, x, index, step):
    """The difference by one step and its half, and how far it may be off: the step, rounding, a kink."""
    ahead, behind, near, far, here = (
        _moved(function, x, index, move) for move in (step, -step, step / 2, -step / 2, 0.0)
    )
    values = np.array([ahead, behind, near, far, here])
    single = np.all(values == values.astype(np.float32))  # then it was most likely computed so
    eps = np.finfo(np.float32 if single else np.float64).eps
    wide, narrow = (ahead - behind) / (2 * step), (near - far) / step
    bend, half_bend = abs(ahead - 2 * here + behind) / step, 2 * abs(near - 2 * here + far) / step
    kink = half_bend / 2 if half_bend > 0.75 * bend else 0.0  # of a smooth function it halves with the step
    return (4 * narrow - wide) / 3, abs(wide - narrow) + 8 * eps * np.abs(values).max() / step + kink


def _moved(function, x, index, move):
    point = x.copy()
    point[index] += move
    return function(point)


def _compare(claimed, numeric, doubt, tolerance, name):
    if claimed.shape != numeric.shape and claimed.squeeze().shape != numeric.squeeze().shape:
        observed = f"The gradient has shape {claimed.shape}, the argument {numeric.shape}."
        return find("SW-G15", observed, function=name)
    claimed = np.asarray(claimed, dtype=np.float64).reshape(numeric.shape)
    factor, residual = fitted_factor(claimed, numeric)
    size = np.linalg.norm(claimed) + np.linalg.norm(numeric)
    if np.linalg.norm(np.maximum(np.abs(claimed - numeric) - doubt, 0)) <= tolerance * size:
        return None
    unsure = np.linalg.norm(doubt) / size
    if residual <= 10 * tolerance + unsure and factor < 0:
        observed = f"The gradient is {factor:.6g} times the central differences: it points uphill instead of downhill."
        return find("SW-G18", observed, function=name)
    if residual <= 10 * tolerance + unsure:
        observed = f"The gradient is {factor:.6g} times the central differences, in every entry."
        return find("SW-G8", observed, function=name)
    index = np.unravel_index(int(np.argmax(np.abs(claimed - numeric))), numeric.shape)
    observed = (
        f"Entry {tuple(map(int, index))} is {claimed[index]:.6g}, central differences give {numeric[index]:.6g}; "
        f"relative difference {np.linalg.norm(claimed - numeric) / size:.2g}."
    )
    return find("SW-G1", observed, function=name)
