"""Numbers whose squares leave the floating-point range are refused: distances and variances would be infinite, or 0."""

import math

import numpy as np
from sklearn.utils import assert_all_finite

from scratchwork.blocks import map_blocks, row_blocks
from scratchwork.errors import InvalidArgumentError

BLOCK = 2**20  # numbers of one task

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


def check_entries(X, estimator_name):
    """Raise unless every entry of X (n, d) is finite and can be squared.

    One pass over X in blocks on all cores settles it for all but strange data: the sum of the squares.
    """

    @np.errstate(all="ignore")  # overflow shows in the sum
    def partial(rows):
        block = X[rows].ravel()
        return float(block @ block)

    if not squares_are_safe(sum(map_blocks(partial, row_blocks(len(X), max(1, BLOCK // X.shape[1])))), X):
        look_at_entries(X, estimator_name)


def look_at_entries(X, estimator_name):
    """As ``check_entries``, entry by entry."""
    assert_all_finite(X, estimator_name=estimator_name, input_name="X")
    check_squares(X)


def squares_are_safe(total, X):
    """Whether the sum of the squares of X, ``total``, alone shows that X is finite and that ``check_squares`` is content.

    No entry is larger than the root of the sum, and the largest is not smaller than the root of the mean. An entry that is
    infinite or missing makes the sum so.

    >>> import numpy as np
    >>> squares_are_safe(25.0, np.array([[3.0, 4.0]])), squares_are_safe(np.nan, np.array([[3.0, np.nan]]))
    (True, False)
    """
    dtype = X.dtype.name
    return math.isfinite(total) and SMALLEST[dtype] ** 2 * X.size <= total <= LARGEST[dtype] ** 2
