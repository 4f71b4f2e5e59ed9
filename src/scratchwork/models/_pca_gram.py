"""The mean and the covariance of many rows, without a centred copy of them.

A covariance is a sum over rows, so it is a sum over blocks of rows: each block gives its X'X (d, d) and the sum of its
rows. The product of a block runs in the type of the data, at full speed; the blocks add up in float64, so the rounding
does not grow with n. The mean comes off at the end:

    sum (x - mean)(x - mean)' = X'X - n mean mean'.

That difference loses digits when the data lie far from the origin compared with their spread. Then, and only then, a
second pass subtracts the mean from each block before its product.
"""

import numpy as np

from scratchwork.blocks import map_blocks, row_blocks
from scratchwork.models._squares import look_at_entries, squares_are_safe

BLOCK = 8192  # rows of one product
SUMS = 8  # sums that are formed side by side, whatever the number of threads, so that the result does not depend on it
FAR = 10.0  # |mean|^2 in variances from which the data count as far from the origin


def moments(X, shift=None):
    """Sum of the rows (d,) and X'X (d, d) in float64, of X - shift when a shift is given."""
    blocks = row_blocks(len(X), -(-len(X) // -(-len(X) // BLOCK)))  # equally long
    shares = [blocks[i::SUMS] for i in range(min(SUMS, len(blocks)))]

    @np.errstate(all="ignore")  # overflow shows in the sums
    def partial(share):
        total, gram = np.zeros(X.shape[1]), np.zeros((X.shape[1], X.shape[1]))
        for rows in share:
            block = X[rows] if shift is None else X[rows] - shift
            total += np.ones(len(block), dtype=block.dtype) @ block
            gram += block.T @ block
        return total, gram

    totals, grams = zip(*map_blocks(partial, shares))
    return np.sum(totals, axis=0), sum(grams[1:], start=grams[0])


def blocked_covariance(X):
    """Mean (d,) and covariance (d, d) of the rows, in float64, as ``pca.covariance`` gives them.

    The entries need not be checked before: where the sum of their squares leaves a doubt, ``look_at_entries`` looks and raises.

    >>> blocked_covariance(np.array([[0.0, 0.0], [2.0, 4.0]]))
    (array([1., 2.]), array([[2., 4.],
           [4., 8.]]))
    """
    n = len(X)
    total, gram = moments(X)
    mean = total / n
    if not squares_are_safe(float(np.trace(gram)), X):
        look_at_entries(X, "PCA")
    if n * (mean @ mean) > FAR * (np.trace(gram) - n * (mean @ mean)):
        shift = mean.astype(X.dtype)
        total, gram = moments(X, shift)
        mean = total / n
        return shift + mean, (gram - n * np.outer(mean, mean)) / (n - 1)
    return mean, (gram - n * np.outer(mean, mean)) / (n - 1)
