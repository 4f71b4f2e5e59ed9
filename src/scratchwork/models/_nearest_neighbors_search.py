"""The same neighbours as ``distances`` and ``nearest``, with less work: rough scores exclude, exact distances rank.

``Search`` chooses the way. ``Search.screen`` scores every row with one matrix product and measures what
``_nearest_neighbors_bounds.py`` cannot exclude. Where many queries come to many rows with leading directions,
``_nearest_neighbors_prune.py`` excludes most rows from a part of their features. Where no score helps (Manhattan
distances; queries so far away that float32 fails) ``Search.measure_all`` measures every row. All three give the same
answer, to the bit.

Letters: n training rows X (n, d), m queries Q (m, d), k neighbours; C (n, d) and A (m, d) are X and Q centred, in
float32; b the rows of a block.
"""

import itertools

import numpy as np

from scratchwork.blocks import map_blocks, row_blocks, single_threaded_blas
from scratchwork.models._nearest_neighbors_bounds import (
    BLOCK_VALUES,
    Nearest,
    best_of_pairs,
    centred,
    error_factor,
    find_frame,
    least_score,
    paired_distances,
    reach_of_score,
)
from scratchwork.models._nearest_neighbors_prune import Pruned, can_find, halve

QUERY_ROWS, REFERENCE_ROWS = 64, 16384  # one block of scores: 64 x 16384 float32, 4 MB
TILE_ROWS = 1280  # queries that go through the pruned rows together
PRUNE_ROWS = 16384  # fewer rows are scored as quickly as they are sorted out
SORTING = 1000  # sorting rows for ``prune`` takes as long as scoring them all for about so many queries

# Far queries may leave float32 and are noticed. The input is finite, so what else NumPy would report are flags that the
# unused lanes of a BLAS kernel have left.
quiet = np.errstate(over="ignore", invalid="ignore")


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

    @quiet
    def __init__(self, X, metric):
        self.X, self.metric = X, metric
        self.error = error_factor(X.shape[1])
        self.C, self.pruned, self.undecided = None, None, False
        if metric == "manhattan" or self.error > 0.01:
            return
        self.frame = find_frame(X)
        self.C = centred(X, self.frame)
        self.half = np.einsum("ij,ij->i", self.C, self.C) / 2
        self.asked, self.undecided = 0, len(X) >= PRUNE_ROWS

    @quiet
    def decide(self, m):
        """With ``m`` more queries: whether to sort the rows for ``prune``; done where enough can then be excluded.

        Scoring until the queries have cost about as much as sorting, and sorting then, wastes no more than that sorting costs,
        however many queries come (the ski rental problem).
        """
        self.asked += m
        if self.asked >= SORTING:
            with single_threaded_blas():
                pruned = Pruned(self.C, self.half, self.error)
                self.pruned = pruned if pruned.pays() else None
            self.undecided = False

    def nearest(self, Q, k):
        """The k nearest rows of every query, by distance, then index.

        Parameters
        ----------
        Q : ndarray of shape (m, d), float32 or float64
        k : int, at most n

        Returns
        -------
        Nearest
            ``distances`` (m, k) float64 and ``indices`` (m, k).
        """
        if self.undecided and can_find(len(self.X), k):
            self.decide(len(Q))
        if self.pruned is not None and can_find(len(self.X), k):
            order, tiles = self.tiles(Q)
            with single_threaded_blas():  # also for a single tile: its products are small
                parts = map_blocks(lambda tile: self.prune(Q[order[tile]], k), tiles)
            found = Nearest(np.empty((len(Q), k)), np.empty((len(Q), k), np.intp))
            found.distances[order] = np.concatenate([part.distances for part in parts])
            found.indices[order] = np.concatenate([part.indices for part in parts])
            return found
        blocks = self.query_blocks(len(Q), k)
        if len(blocks) == 1:
            return self.screen(Q, k)
        parts = map_blocks(lambda rows: self.screen(Q[rows], k), blocks)
        return Nearest(*map(np.concatenate, zip(*parts)))

    def query_blocks(self, m, k):
        return row_blocks(m, max(1, min(QUERY_ROWS, 2**20 // k)))

    @quiet
    def tiles(self, Q):
        """An order of the queries that brings like ones together, and slices of it."""
        z = [centred(Q[rows], self.frame) @ self.pruned.box_basis for rows in row_blocks(len(Q), 4096)]
        order, starts = halve(np.concatenate(z), TILE_ROWS)
        return order, [slice(a, b) for a, b in itertools.pairwise(starts)]

    @quiet
    def prune(self, Q, k):
        """The nearest of a tile of queries by the pruned rows; by scores where too little can be excluded."""
        A, squares, fits = self.rough(Q)
        pairs = self.pruned.pairs(A, squares, k) if fits else None
        if pairs is None:
            parts = [self.screen(Q[rows], k) for rows in self.query_blocks(len(Q), k)]
            return Nearest(*map(np.concatenate, zip(*parts)))
        return best_of_pairs(*pairs, self.measure(Q, *pairs), len(Q), k)

    def rough(self, Q):
        """The centred queries, their |q|^2 (m,), and whether these are small enough for products in float32."""
        A = centred(Q, self.frame)
        squares = np.vecdot(A, A).astype(np.float64)
        return A, squares, squares.max() < 1e30

    @quiet
    def screen(self, Q, k):
        """Scores of blocks of rows; what the bounds cannot exclude is measured, and the best of all blocks merged."""
        if self.C is None:
            return self.measure_all(Q, k)
        A, squares, fits = self.rough(Q)
        if not fits:
            return self.measure_all(Q, k)
        m, reach, best = len(Q), None, None
        for rows in row_blocks(len(self.X), max(REFERENCE_ROWS, 4 * k)):
            S = A @ self.C[rows].T
            S -= self.half[rows]
            if best is not None:
                reach = np.minimum(reach, self.squared(best.distances[:, -1]) * (1 + self.error))
            if rows.stop - rows.start >= k:
                here = reach_of_score(kth_largest(S, k), squares, self.error)
                reach = here if reach is None else np.minimum(reach, here)
            hit = np.flatnonzero(np.greater_equal(S, least_score(reach, squares, self.error)[:, None]))
            queries, indices = np.divmod(hit, S.shape[1])
            indices += rows.start
            distances = self.measure(Q, queries, indices)
            if best is not None:  # the best so far compete with the rows of this block
                queries = np.concatenate([np.repeat(np.arange(m), k), queries])
                indices = np.concatenate([best.indices.ravel(), indices])
                distances = np.concatenate([best.distances.ravel(), distances])
            best = best_of_pairs(queries, indices, distances, m, k)
        return best

    def measure_all(self, Q, k):
        """Every distance, one query at a time, with n distances in memory."""
        found, D = [], np.empty(len(self.X))
        for q in Q:
            for rows in row_blocks(len(D), max(1, BLOCK_VALUES // self.X.shape[1])):
                D[rows] = paired_distances(self.X[rows], q[None], self.metric)
            farthest = np.partition(D, k - 1)[k - 1]
            near = np.flatnonzero(farthest >= D)
            order = near[np.argsort(D[near], kind="stable")[:k]]
            found.append((D[order], order))
        return Nearest(*map(np.stack, zip(*found)))

    def squared(self, distances):
        """The squared distance, in the units of C, of a distance in the units of X."""
        return distances * 2 if self.metric == "cosine" else (distances * self.frame.scale) ** 2

    def measure(self, Q, queries, indices):
        """The exact distances of pairs (query, index), in pieces that stay in the cache."""
        if len(queries) * Q.shape[1] <= BLOCK_VALUES:
            return paired_distances(self.X[indices], Q[queries], self.metric)
        pieces = row_blocks(len(queries), max(1, BLOCK_VALUES // Q.shape[1]))
        D = np.empty(len(queries))
        for piece in pieces:
            D[piece] = paired_distances(self.X[indices[piece]], Q[queries[piece]], self.metric)
        return D
