"""``check_gradient``: a function, its gradient, a point; central differences say whether they belong together."""

import time

import numpy as np

from scratchwork.checks.findings import Recognised, Result, find
from scratchwork.checks.reference import fitted_factor
from scratchwork.numerics import numerical_gradient

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

    Returns
    -------
    Result
        With no finding; or SW-G8 for one constant factor, SW-G18 for the opposite sign, SW-G15 for a wrong shape, else SW-G1.

    Examples
    --------
    >>> check_gradient(lambda w: float((w**2).sum()), lambda w: 2 * w, [1.0, 2.0]).findings
    []
    """
    start = time.monotonic()
    x = np.array(x, dtype=np.float64)
    name = getattr(gradient, "__name__", "gradient")
    claimed = np.asarray(gradient(x.copy()) if callable(gradient) else gradient)
    numeric = numerical_gradient(lambda point: float(np.asarray(function(point)).sum()), x, h=h)
    result = Result(name, [Recognised(name, "gradient")], checked=True)
    finding = _compare(claimed, numeric, max(tolerance, TOLERANCE.get(claimed.dtype, 0.0)), name)
    if finding is None:
        result.passed = ["SW-G1"]
    else:
        result.findings.append(finding)
    result.seconds = time.monotonic() - start
    return result


def _compare(claimed, numeric, tolerance, name):
    if claimed.shape != numeric.shape and claimed.squeeze().shape != numeric.squeeze().shape:
        observed = f"The gradient has shape {claimed.shape}, the argument {numeric.shape}."
        return find("SW-G15", observed, function=name)
    claimed = np.asarray(claimed, dtype=np.float64).reshape(numeric.shape)
    factor, residual = fitted_factor(claimed, numeric)
    size = np.linalg.norm(claimed) + np.linalg.norm(numeric)
    if size == 0 or np.linalg.norm(claimed - numeric) <= tolerance * size:
        return None
    if residual <= 10 * tolerance and factor < 0:
        observed = f"The gradient is {factor:.6g} times the central differences: it points uphill instead of downhill."
        return find("SW-G18", observed, function=name)
    if residual <= 10 * tolerance:
        observed = f"The gradient is {factor:.6g} times the central differences, in every entry."
        return find("SW-G8", observed, function=name)
    index = np.unravel_index(int(np.argmax(np.abs(claimed - numeric))), numeric.shape)
    observed = (
        f"Entry {tuple(map(int, index))} is {claimed[index]:.6g}, central differences give {numeric[index]:.6g}; "
        f"relative difference {np.linalg.norm(claimed - numeric) / size:.2g}."
    )
    return find("SW-G1", observed, function=name)
