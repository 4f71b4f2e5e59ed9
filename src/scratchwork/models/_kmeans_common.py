"""What the plain k-means and its fast route share: exact distances, and an order of the points.

Letters as in ``kmeans``: X (n, d), centers (k, d), labels (n,), w (n,) sample weights.
"""

from typing import NamedTuple

import numpy as np

from scratchwork.blocks import map_blocks, row_blocks


class Step(NamedTuple):
    """One iteration: centres, the labels they give, their inertia, and how many labels differ from the step before."""

    iteration: int
    inertia: float
    changed: int
    centers: np.ndarray
    labels: np.ndarray
    restart: int = 0


def squared_distances(X, points):
    """|x_i - p_j|^2 as float64 (n, m), from the differences themselves.

    |x|^2 - 2 x.p + |p|^2 would be one matrix product, but far from the origin it subtracts two large numbers that agree
    in most digits. The difference does not, and equal rows are at distance 0 exactly.

    >>> squared_distances(np.array([[1e8], [1e8 + 2]]), np.array([[1e8]]))
    array([[0.],
           [4.]])
    """
    distances = np.empty((len(X), len(points)))
    for rows in row_blocks(len(X), max(1, 2**17 // X.shape[1])):
        for j, point in enumerate(points):
            difference = np.subtract(X[rows], point, dtype=np.float64)  # (rows, d)
            distances[rows, j] = np.einsum("ij,ij->i", difference, difference)
    return distances


def own_distances(X, centers, labels):
    """|x_i - c_{l_i}|^2 as float64 (n,): the column of ``squared_distances`` that each label names."""

    def partial(rows):
        difference = np.subtract(X[rows], centers[labels[rows]], dtype=np.float64)
        return np.einsum("ij,ij->i", difference, difference)

    return np.concatenate(map_blocks(partial, row_blocks(len(X), max(1, 2**17 // X.shape[1]))))


def mean_variance(X, w=None):
    """The mean over the features of their weighted variances: the scale of ``tol``."""
    mean = np.average(X, axis=0, weights=w).astype(np.float64)
    distances = np.concatenate([squared_distances(X[rows], mean[None]) for rows in row_blocks(len(X), 8192)])[:, 0]
    return float(np.average(distances, weights=w)) / X.shape[1]


def projections(X):
    """X (n, d) on two fixed directions: float64 (2, n).

    Each row is summed on its own, in float64 and always in the same way, so that equal rows get equal numbers; a matrix
    product may sum a row differently when it stands elsewhere in the table.
    """
    d = X.shape[1]
    directions = np.random.default_rng(1).uniform(0.5, 1.5, size=(2, d))
    directions[0, 0] = 1.0  # one feature is its own order

    def partial(rows):
        block = np.ascontiguousarray(X[rows], dtype=np.float64)
        return np.stack([np.einsum("ij,j->i", block, direction) for direction in directions])

    return np.concatenate(map_blocks(partial, row_blocks(len(X), max(1, 2**17 // d))), axis=1)


def data_order(X):
    """An order of the points that the data determine, whatever the order of their rows: by ``projections``.

    Two distinct points share both projections only by accident of rounding; then the earlier row goes first.

    Returns
    -------
    order : ndarray of shape (n_samples,)
        Row indices, sorted.
    place : ndarray of shape (n_samples,)
        For each row the number of its point, 0 to (distinct points) - 1: equal rows share one.

    >>> data_order(np.array([[2.0], [1.0], [2.0]]))
    (array([1, 0, 2]), array([1, 0, 1]))
    """
    first, second = projections(X)
    order = np.lexsort((second, first))
    tied = np.flatnonzero((np.diff(first[order]) == 0) & (np.diff(second[order]) == 0))  # with the next in order
    new_place = np.ones(len(X), dtype=np.intp)
    new_place[0] = 0
    for rows in row_blocks(len(tied), max(1, 2**18 // X.shape[1])):
        here = tied[rows]
        new_place[here + 1] = np.any(X[order[here]] != X[order[here + 1]], axis=1)
    place = np.empty(len(X), dtype=np.intp)
    place[order] = np.cumsum(new_place)
    return order, place


def draw(weights, order, uniform):
    """Indices of points drawn with probability proportional to ``weights``, from numbers ``uniform`` in [0, 1).

    The weights accumulate along ``order``. Were it the order of the rows, shuffling them would change what a seed
    draws. Along an order that the data determine, a point owns the same stretch wherever its row stands, and a row of
    weight 3 owns what three equal rows own together.

    >>> draw(np.array([1.0, 3.0]), np.array([0, 1]), np.array([0.0, 0.2, 0.3, 0.9]))
    array([0, 0, 1, 1])
    """
    cumulative = np.cumsum(weights[order])
    place = np.searchsorted(cumulative, np.asarray(uniform) * cumulative[-1], side="right")
    last = np.searchsorted(cumulative, cumulative[-1])  # rounding must not reach a point of weight 0 at the end
    return order[np.minimum(place, last)]
