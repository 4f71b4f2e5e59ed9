"""Numbers whose squares leave the floating-point range are refused: distances and variances would be infinite, or 0."""

import math

from scratchwork.errors import InvalidArgumentError

LARGEST = {"float64": 1e140, "float32": 1e15}  # squares still leave room for sums over any table that fits in memory
SMALLEST = {"float64": 1e-140, "float32": 1e-30}


def check_squares(X):
    """Raise when the largest entry of X (n, d) is too large, or too small but not 0, to be squared and summed.

    >>> import numpy as np
    >>> check_squares(np.array([[1e200]]))
    Traceback (most recent call last):
    ...
    scratchwork.errors.InvalidArgumentError: X has entries up to 1e+200, whose squares overflow in float64. Scale X.
    """
    largest, dtype = max(float(X.max()), -float(X.min())), X.dtype.name
    if largest > LARGEST[dtype]:
        raise InvalidArgumentError(f"X has entries up to {largest:.0e}, whose squares overflow in {dtype}. Scale X.")
    if 0 < largest < SMALLEST[dtype]:
        raise InvalidArgumentError(f"X has entries up to {largest:.0e}, whose squares vanish in {dtype}. Scale X.")


def squares_are_safe(variance, mean, X):
    """Whether the mean (d,) and the total variance of X (n, d) show that X is finite and that ``check_squares`` is content.

    The sum of the squares is (n - 1) variance + n mean'mean. No entry is larger than its root, and the largest is not
    smaller than the root of the mean square. An entry that is infinite or missing makes mean and variance so.

    >>> import numpy as np
    >>> squares_are_safe(0.5, np.array([3.5]), np.array([[3.0], [4.0]]))
    True
    >>> squares_are_safe(np.nan, np.array([np.nan]), np.array([[3.0], [np.nan]]))
    False
    """
    dtype = X.dtype.name
    if not (
        math.isfinite(variance)
        and abs(mean).max() <= LARGEST[dtype] / 2
        and variance <= LARGEST[dtype] ** 2 / (4 * len(X))
    ):
        return False
    return (len(X) - 1) * variance + len(X) * float(mean @ mean) >= SMALLEST[dtype] ** 2 * X.size
