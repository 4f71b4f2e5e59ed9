"""Numbers whose squares leave the floating-point range are refused: distances and variances would be infinite, or 0."""

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
