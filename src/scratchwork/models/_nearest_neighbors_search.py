"""The same neighbours as ``distances`` and ``nearest``, with less work: a rough score first, the exact distance last.

|q - x|^2 = |q|^2 - 2 s with the score s(q, x) = q.x - |x|^2 / 2, so the nearest rows are those with the largest scores,
and the scores of all pairs are one matrix product, in float32 on centred rows. Rounding makes a score wrong by at most

    e(q, x) = g (|q|^2 + |x|^2),        g = (d + 64) 2^-23

(a dot product of d float32 terms is off by less than d 2^-24 |q||x|; the rest covers the roundings of the rows, of
|x|^2 and of the bounds themselves). So scores cannot rank, but they can exclude: a row that scores less than the k-th best
by more than these errors is not among the k nearest. The few rows that remain are measured by ``paired_distances``,
from the differences in float64, and ranked by distance, then index. So the answer is that of the plain way, to the bit.

Letters: n training rows X (n, d), m queries Q (m, d), k neighbours; C (n, d) the centred float32 rows; b rows a block.
"""

from typing import NamedTuple

import numpy as np

from scratchwork.blocks import map_blocks, row_blocks
from scratchwork.errors import InvalidArgumentError

METRICS = ("euclidean", "manhattan", "cosine")
LARGEST = 1e150  # squares of larger numbers leave float64
QUERY_ROWS, REFERENCE_ROWS = 64, 16384  # one block of scores: 64 x 16384 float32, 4 MB
PAIR_VALUES = 2**18  # differences held at a time: 2 MB of float64


def check_size(X):
    """Return ``X`` if squared distances between such rows stay finite."""
    peak = max(float(X.max()), -float(X.min()))
    if peak > LARGEST:
        raise InvalidArgumentError(
            f"X holds a value of size {peak:.3g}, and squared distances of such values overflow. "
            f"Rescale X to at most {LARGEST:g}."
        )
    return X


def unit_rows(X, name):
    """Each row of ``X`` divided by its length, in its floating type: the rows whose |u - v|^2 / 2 is 1 - cos."""
    units = np.empty(X.shape, dtype=X.dtype if X.dtype.kind == "f" else np.float64)
    for rows in row_blocks(len(X), max(1, PAIR_VALUES // X.shape[1])):
        block = X[rows].astype(np.float64)
        peaks = np.abs(block).max(axis=1, keepdims=True)  # divided out first: the square of 1e-200 would vanish
        if not peaks.all():
            row = rows.start + int(np.argmin(peaks[:, 0] != 0))
            raise InvalidArgumentError(
                f"{name} row {row} is all zeros, and the cosine metric knows no angle for it. "
                "Remove the row or use metric='euclidean'."
            )
        block /= peaks
        units[rows] = block / np.sqrt(np.einsum("ij,ij->i", block, block))[:, None]
    return units


def paired_distances(A, B, metric):
    """The distance of each row of ``A`` (p, d) to the same row of ``B`` (p, d) or (1, d): the one that ranks, (p,).

    In float64 from the differences; under "cosine" A and B hold unit rows. The sum of a row does not depend on p.
    """
    difference = np.subtract(A, B, dtype=np.float64)
    if metric == "manhattan":
        return np.abs(difference, out=difference).sum(axis=1)
    squared = np.einsum("ij,ij->i", difference, difference)
    return squared / 2 if metric == "cosine" else np.sqrt(squared)


class Nearest(NamedTuple):
    """The k nearest so far: ``distances`` (m, k) float64 and ``indices`` (m, k), nearest first."""

    distances: np.ndarray
    indices: np.ndarray


def best_of_candidates(rows, indices, distances, m, k):
    """The k best of a flat list of candidates (query, index, distance), ranked by distance, then index.

    Every query 0..m-1 must have at least k candidates.
    """
    order = np.lexsort((indices, distances, rows))
    starts = np.searchsorted(rows[order], np.arange(m))
    chosen = order[starts[:, None] + np.arange(k)]
    return Nearest(distances[chosen], indices[chosen])


def merge(best, rows, indices, distances, m, k):
    """The best of an earlier result and of new candidates."""
    if best is not None:
        rows = np.concatenate([np.repeat(np.arange(m), k), rows])
        indices = np.concatenate([best.indices.ravel(), indices])
        distances = np.concatenate([best.distances.ravel(), distances])
    return best_of_candidates(rows, indices, distances, m, k)


def kth_largest(S, k):
    """For each row of ``S`` (m, b) a lower bound of its k-th largest entry, (m,).

    The k-th largest of the maxima of disjoint groups is such a bound, as k groups each hold an entry at least as large;
    maxima are found many times faster than an order.
    """
    m, b = S.shape
    groups = 16 * k
    if b >= 8 * groups:
        depth = b // groups
        S = S[:, : depth * groups].reshape(m, depth, groups).max(axis=1)
    return np.partition(S, S.shape[1] - k, axis=1)[:, S.shape[1] - k]


class Search:
    """The training rows, prepared for ``nearest``.

    Parameters
    ----------
    X : ndarray of shape (n, d), float32 or float64
        Kept, not copied; of unit length under "cosine".
    metric : {"euclidean", "manhattan", "cosine"}
    """

    def __init__(self, X, metric):
        self.X, self.metric = X, metric
        self.error = (X.shape[1] + 64) * 2.0**-23  # g
        if metric != "manhattan" and self.error < 0.01:
            self.shift, self.scale = frame(X)
            self.C = centred(X, self.shift, self.scale)
            self.half = np.einsum("ij,ij->i", self.C, self.C) / 2
        else:
            self.C = None

    def nearest(self, Q, k):
        """The k nearest rows of every query, by distance, then index.

        Parameters
        ----------
        Q : ndarray of shape (m, d), float32 or float64
        k : int, at most n

        Returns
        -------
        distances, indices : ndarray of shape (m, k)
        """
        blocks = row_blocks(len(Q), max(1, min(QUERY_ROWS, 2**20 // k)))
        results = map_blocks(lambda rows: self._nearest(Q[rows], k), blocks)
        if len(results) == 1:
            return results[0]
        return Nearest(*(np.concatenate(parts) for parts in zip(*results)))

    def _nearest(self, Q, k):
        if self.C is None:
            return self.measure_all(Q, k)
        with np.errstate(over="ignore"):
            A = centred(Q, self.shift, self.scale)
            squares = np.einsum("ij,ij->i", A, A, dtype=np.float64)
        if squares.max() > 1e30:  # so far from the training rows that its products would leave float32
            return self.measure_all(Q, k)
        return self.screen(Q, A, squares, k)

    def measure_all(self, Q, k):
        """Every distance, one query at a time: n distances in memory."""
        found = []
        D = np.empty(len(self.X))
        for q in Q:
            for rows in row_blocks(len(D), max(1, PAIR_VALUES // self.X.shape[1])):
                D[rows] = paired_distances(self.X[rows], q[None], self.metric)
            farthest = np.partition(D, k - 1)[k - 1]
            near = np.flatnonzero(farthest >= D)
            order = near[np.argsort(D[near], kind="stable")[:k]]
            found.append((D[order], order))
        return Nearest(*map(np.stack, zip(*found)))

    def screen(self, Q, A, squares, k):
        """Scores of blocks of rows; what the error bounds cannot exclude is measured and merged.

        With reach >= the squared distance of the k-th nearest so far, a row nearer than that has
        |x|^2 <= 2 |q|^2 + 2 reach, hence e(q, x) <= g (3 |q|^2 + 2 reach), and a true score of at least
        (|q|^2 - reach) / 2.
        """
        best, g, m = None, self.error, len(A)
        for rows in row_blocks(len(self.X), max(REFERENCE_ROWS, 4 * k)):
            S = A @ self.C[rows].T
            S -= self.half[rows]
            # the k-th best score s of the block: |q - x|^2 = |q|^2 - 2 s up to 2 e(q, x), solved for |q - x|^2
            reach = None
            if rows.stop - rows.start >= k:
                reach = (squares * (1 + 6 * g) - 2.0 * kth_largest(S, k)) / (1 - 4 * g)
            if best is not None:
                known = self.squared(best.distances[:, -1]) * (1 + g)
                reach = known if reach is None else np.minimum(reach, known)
            reach = np.maximum(reach, 0)
            least = (squares - reach) / 2 - g * (3 * squares + 2 * reach) - 1e-35
            flat = np.flatnonzero(np.greater_equal(S, least.astype(np.float32)[:, None]))
            queries, indices = np.divmod(flat, S.shape[1])
            indices += rows.start
            best = merge(best, queries, indices, self.measure(Q, queries, indices), m, k)
        return best

    def squared(self, distances):
        """The squared distance, in the units of C, of a distance in the units of X."""
        return distances * 2 if self.metric == "cosine" else (distances * self.scale) ** 2

    def measure(self, Q, queries, indices):
        """The exact distances of pairs (query, index), in pieces that fit into the cache."""
        if len(queries) * Q.shape[1] <= PAIR_VALUES:
            return paired_distances(self.X[indices], Q[queries], self.metric)
        D = np.empty(len(queries))
        for part in row_blocks(len(D), max(1, PAIR_VALUES // Q.shape[1])):
            D[part] = paired_distances(self.X[indices[part]], Q[queries[part]], self.metric)
        return D


def frame(X):
    """The shift and the scale (a power of 2) that bring the rows near to the origin and to the middle of float32.

    (None, 1.0) where float32 rows lie well as they are: then no copy of them is made.
    """
    low, high, shift = (
        X.min(axis=0).astype(np.float64),
        X.max(axis=0).astype(np.float64),
        X.mean(axis=0, dtype=np.float64),
    )
    peak = float(np.maximum(high - shift, shift - low).max())
    fits = peak == 0 or 2.0**-20 < peak < 2.0**20
    spread = np.square(high - low).sum()
    if X.dtype == np.float32 and fits and np.square(shift).sum() <= spread:
        return None, 1.0
    return shift, 1.0 if fits else 2.0 ** -np.frexp(peak)[1]


def centred(X, shift, scale):
    """(X - shift) scale in float32, computed in float64, in blocks; X itself where ``frame`` found nothing to do."""
    if shift is None:
        return X.astype(np.float32, copy=False)
    if len(X) * X.shape[1] <= PAIR_VALUES:
        return (np.subtract(X, shift, dtype=np.float64) * scale).astype(np.float32)
    C = np.empty(X.shape, dtype=np.float32)
    for rows in row_blocks(len(X), max(1, PAIR_VALUES // X.shape[1])):
        C[rows] = np.subtract(X[rows], shift, dtype=np.float64) * scale
    return C
