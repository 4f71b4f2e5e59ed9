"""Nearest centres by one matrix product, exactly.

|x - c|^2 = |x - o|^2 - 2 (x - o).(c - o) + |c - o|^2 for any origin o, so the distances of many rows to all centres are
one matrix product, ten to fifty times faster than the differences. But the product rounds. How much is known: a dot
product of d terms is off by at most d u |x||c| in whatever order it is summed, u the unit roundoff of the type
(N. Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., section 3.1). So:

- where the best product beats the second by more than both can be off, the best is the nearest;
- where it does not, the few candidates are compared by their differences in float64, the lowest index first.

The label is then always the one that ``kmeans.assign`` gives. An origin amid the centres keeps |c - o| small. Only when
the rows lie far from zero compared with their spread are they copied with the origin subtracted.

Letters: X (n, d), centers (k, d), origin o (d,), Z the rows that are multiplied: X or X - o.
"""

import numpy as np

from scratchwork.blocks import map_blocks, row_blocks
from scratchwork.models._kmeans_common import LARGE
from scratchwork.models._kmeans_distances import nearest_of, own_distances, squared_distances, tie

FAR = 4.0  # |o| in root mean square distances from o, beyond which the rows are copied relative to o
ROWS = 2048  # rows of one task
SHORT = 64  # numbers of a row below which NumPy goes through it slowly
PAIRS = 2**20  # numbers compared at once where the product cannot decide


class Screen:
    """Distances of the rows of X to centres, approximate and with a bound on the error; and exact labels.

    Attributes
    ----------
    squares : ndarray (n,)
        |x_i - o|^2 in float64.
    reach : ndarray (n,)
        At least |z_i| + |o|: what the error of a product grows with.
    """

    def __init__(self, X, centers):
        self.X = X
        self.origin = centers.mean(axis=0, dtype=np.float64).astype(X.dtype)
        self.squares = own_distances(X, self.origin[None], np.zeros(len(X), dtype=np.intp))
        size = float(np.linalg.norm(self.origin.astype(np.float64)))
        far = size > FAR * np.sqrt(self.squares.mean())
        self.Z = X - self.origin if far else X
        self.reach = np.sqrt(self.squares) + (0 if far else 2 * size)
        self.shift = np.zeros_like(self.origin) if far else self.origin
        self.aim(centers)

    def aim(self, centers):
        """Look at these centres (k, d) from now on."""
        relative = centers.astype(np.float64) - self.origin
        self.centers, self.tie = centers, tie(centers)
        self.relative = relative.astype(self.X.dtype)
        self.columns = np.ascontiguousarray(-2 * self.relative.T)
        # z.r - shift.r is (x - o).r, so the constant of each column holds |r|^2 + 2 shift.r
        self.constants = np.einsum("ij,ij->i", relative, relative) + 2 * relative @ self.shift.astype(np.float64)
        self.longest = float(np.sqrt(np.einsum("ij,ij->i", relative, relative).max()))

    def slack(self, rows):
        """How far each squared distance of these rows may be off, (r,): product, sums and the rounding of r."""
        u, d = np.finfo(self.X.dtype).eps, self.X.shape[1]  # eps is twice the unit roundoff: room for the second order
        return u * ((d + 8) * self.reach[rows] * self.longest + 4 * (self.squares[rows] + self.longest**2))

    def distances(self, rows, Z):
        """Approximate squared distances (r, k) of the rows, whose part of ``Z`` is given, in the type of X.

        Those to few centres of few features lie in memory centre by centre: NumPy is slow on short rows.
        """
        few = max(self.columns.shape) < SHORT  # of many features the product takes longer than the rest, this way round
        product = np.dot(self.columns.T, Z.T).T if few else Z @ self.columns
        product += self.constants.astype(product.dtype)
        product += self.squares[rows].astype(product.dtype)[:, None]
        return product

    def own_distance(self, rows, Z, labels):
        """Approximate squared distance (r,) of each row to the centre that its label names; the labels must rise."""
        product = np.empty(len(rows), dtype=Z.dtype)
        cuts = np.searchsorted(labels, np.arange(len(self.relative) + 1))
        for j in np.flatnonzero(np.diff(cuts)):
            np.dot(Z[cuts[j] : cuts[j + 1]], self.relative[j], out=product[cuts[j] : cuts[j + 1]])
        return self.squares[rows] - 2 * product.astype(np.float64) + self.constants[labels]

    def decide(self, rows, distances, slack):
        """Exact labels from approximate distances (r, k) of the rows, with the approximate distance to the label's
        centre and the smallest one to any other, three times (r,)."""
        labels, own, other = two_smallest(distances)
        # the squares of distances that are a tie, (r + t)^2 and r^2, differ by 2 r t + t^2
        limit = own + 2 * slack + self.tie * (2 * np.sqrt(np.maximum(own, 0) + slack) + self.tie)
        unsure = np.flatnonzero(~(other > limit))
        if len(unsure):
            near = distances[unsure]
            labels[unsure] = self.compare(rows[unsure], near <= limit[unsure, None])
            own[unsure] = distances[unsure, labels[unsure]]
            near[np.arange(len(unsure)), labels[unsure]] = np.inf
            other[unsure] = near.min(axis=1)
        return labels, own, other

    def compare(self, rows, candidates):
        """As ``nearest_of``, among the ``candidates`` (r, k) of each row, by differences in float64."""
        which, centre = np.nonzero(candidates)  # by row, then by centre
        exact = np.empty(len(which))
        for pairs in row_blocks(len(which), max(1, PAIRS // self.X.shape[1])):
            difference = np.subtract(self.X[rows[which[pairs]]], self.centers[centre[pairs]], dtype=np.float64)
            exact[pairs] = np.einsum("ij,ij->i", difference, difference)
        first = np.searchsorted(which, np.arange(len(rows)))
        exact = np.sqrt(exact)
        ties = np.flatnonzero(exact <= np.minimum.reduceat(exact, first)[which] + self.tie)
        return centre[ties[np.searchsorted(which[ties], np.arange(len(rows)))]]


def smallest(table):
    """The smallest number of each row of (r, k), by columns where the rows are short."""
    return table.min(axis=1) if table.shape[1] >= SHORT else np.ascontiguousarray(table.T).min(axis=0)


def two_smallest(table):
    """Of each row of (r, k) the place of the smallest number, that number, and the smallest of the others (inf of none).

    >>> [column.tolist() for column in two_smallest(np.array([[3.0, 1.0, 2.0], [5.0, 5.0, 7.0]]))]
    [[1, 0], [1.0, 5.0], [2.0, 5.0]]
    """
    if table.shape[1] < SHORT:
        return two_smallest_by_columns(np.ascontiguousarray(table.T))
    every, place = np.arange(len(table)), table.argmin(axis=1)
    least = table[every, place]
    table[every, place] = np.inf
    second = table.min(axis=1)
    table[every, place] = least
    return place, least, second


def two_smallest_by_columns(columns):
    """``two_smallest`` of few ``columns`` (k, r): each is compared with the two smallest so far."""
    least, second = columns[0].copy(), np.full(columns.shape[1], np.inf, columns.dtype)
    place, larger = np.zeros(columns.shape[1], dtype=np.intp), np.empty_like(least)
    for j, column in enumerate(columns[1:], 1):
        np.copyto(place, j, where=column < least)
        np.minimum(second, np.maximum(column, least, out=larger), out=second)
        np.minimum(least, column, out=least)
    return place, least, second


def nearest(X, centers):
    """Labels (n,) as ``kmeans.assign`` gives them.

    >>> nearest(np.array([[0.0], [1.0], [9.0]]), np.array([[0.0], [2.0]]))
    array([0, 0, 1], dtype=int32)
    """
    if X.size * len(centers) < LARGE:
        return nearest_of(squared_distances(X, centers), centers).astype(np.int32)
    screen = Screen(X, centers)

    def partial(part):
        rows = np.arange(part.start, part.stop)
        return screen.decide(rows, screen.distances(rows, screen.Z[part]), screen.slack(rows))[0]

    return np.concatenate(map_blocks(partial, row_blocks(len(X), ROWS))).astype(np.int32)
