"""What the plain k-means and its fast route share: the record of a step, and an order of the points to draw along.

Letters as in ``kmeans``: X (n, d), centers (k, d), labels (n,), w (n,) sample weights.
"""

from typing import NamedTuple

import numpy as np

from scratchwork.blocks import map_blocks, row_blocks

LARGE = 2**15  # n d k from which the fast routes pay
LARGER = 2**18  # n d k from which the fast start pays


class Step(NamedTuple):
    """One iteration: centres, the labels they give, their inertia, and how many labels differ from the step before."""

    iteration: int
    inertia: float
    changed: int
    centers: np.ndarray
    labels: np.ndarray
    restart: int = 0


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
    order = np.argsort(first)  # not stable, but far faster than the sort by both, which only equal numbers need
    if np.any(first[order[1:]] == first[order[:-1]]):
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
