"""Squared distances from the differences themselves, in float64.

|x|^2 - 2 x.p + |p|^2 would be one matrix product, but far from the origin it subtracts two large numbers that agree in
most digits. The difference does not, equal rows are at distance 0 exactly, and a row gets the same number wherever it
stands. ``_kmeans_screen`` uses the product and comes back here where the product cannot decide.

Letters: X (n, d), centers (k, d), labels (n,), w (n,) sample weights or None.
"""

import numpy as np

from scratchwork.blocks import map_blocks, row_blocks

CACHED = 2**16  # numbers of X that stay in the cache while they are used
SMALL = 2**13  # n m d up to which all differences are taken at once
TIE = 1e-12  # differences below this share of the coordinates are rounding: a mean is a sum of rounded terms


def squared_distances(X, points):
    """|x_i - p_j|^2 as float64 (n, m).

    >>> squared_distances(np.array([[1e8], [1e8 + 2]]), np.array([[1e8]]))
    array([[0.],
           [4.]])
    """
    if X.size * len(points) < SMALL:
        difference = np.subtract(X[:, None], points, dtype=np.float64)  # (n, m, d)
        return np.einsum("ijk,ijk->ij", difference, difference)
    distances = np.empty((len(X), len(points)))
    for rows in row_blocks(len(X), max(1, CACHED // X.shape[1])):
        for j, point in enumerate(points):
            difference = np.subtract(X[rows], point, dtype=np.float64)  # (rows, d)
            distances[rows, j] = np.einsum("ij,ij->i", difference, difference)
    return distances


def own_distances(X, centers, labels):
    """|x_i - c_{l_i}|^2 as float64 (n,): the column of ``squared_distances`` that each label names."""

    def partial(rows):
        difference = X[rows].astype(np.float64)
        difference -= centers[0] if len(centers) == 1 else centers[labels[rows]]
        return np.einsum("ij,ij->i", difference, difference)

    return np.concatenate(map_blocks(partial, row_blocks(len(X), max(1, CACHED // X.shape[1]))))


def nearest_of(distances, centers):
    """Of squared distances (n, k) to ``centers``, the lowest index among the nearest: (n,).

    The centres are known up to rounding. Were ties decided by it, the order in which a mean is summed could decide
    them, so distances that differ by no more than ``tie(centers)`` are the same.

    >>> nearest_of(np.array([[1.0, 1.0 - 1e-15], [1.0, 0.5]]), np.array([[3.0], [5.0]]))
    array([0, 1])
    """
    return np.argmax(np.sqrt(distances) <= np.sqrt(distances.min(axis=1, keepdims=True)) + tie(centers), axis=1)


def tie(centers):
    """The difference of two distances that means nothing."""
    return TIE * float(np.abs(centers).max())


def mean_variance(X, w=None):
    """The mean over the features of their weighted variances: the scale of ``tol``."""
    mean = np.average(X, axis=0, weights=w).astype(np.float64)
    distances = np.concatenate([squared_distances(X[rows], mean[None]) for rows in row_blocks(len(X), 8192)])[:, 0]
    return float(np.average(distances, weights=w)) / X.shape[1]


def distances_to(X, rows, point):
    """|x_i - p|^2 (r,) of the rows."""

    def partial(block):
        difference = np.subtract(X.take(rows[block], axis=0), point, dtype=np.float64)
        return np.einsum("ij,ij->i", difference, difference)

    blocks = row_blocks(len(rows), max(1, CACHED // X.shape[1]))
    return np.concatenate([np.empty(0), *map_blocks(partial, blocks)])
