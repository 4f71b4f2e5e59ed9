"""Exclude most rows without looking at all of their features, and lose no neighbour.

The trick, in five steps:

1. Rotate. A rotation B changes no distance, and along the leading principal directions most of the length of a row
   gathers in few coordinates: c = (z, rest) with z = c B and |rest| = r = sqrt(|c|^2 - |z|^2).
2. Bound. By Cauchy and Schwarz the rest adds at most r_q r_x to a product, so a score is at most

       s(q, x) <= z_q.z_x + r_q r_x - |x|^2 / 2,

   one matrix product with two columns more than z. A row whose bound stays below what the k-th neighbour needs is out.
   The first bound uses FIRST coordinates, for whole blocks; the second SECOND of them, pair by pair.
3. Skip. The rows are sorted into blocks by halving at medians (a k-d tree with big leaves). A block whose box, in the
   first BOX coordinates, lies farther from a query than its ``reach`` needs no product at all.
4. Aim. ``reach``, the squared distance within which the k nearest must lie, comes from the full scores of a few
   promising rows in the blocks whose centres are nearest to the query.
5. Score. The full scores of what is left, query by query, leave little more than the k neighbours to measure.

Nothing here is approximate. A basis from a sample prunes a little less than the best one, never wrongly: any
orthonormal basis gives a valid bound, and the errors of float32 are allowed for as in ``_nearest_neighbors_bounds.py``.
Where rows have no leading directions (uniform noise) little can be excluded; then ``pairs`` gives up early, with None.

Letters: C (n, d) centred float32 rows, A (m, d) centred queries, z (n, SECOND) rotated rows, g the factor of the error.
"""

from typing import NamedTuple

import numpy as np

from scratchwork.blocks import map_blocks, row_blocks
from scratchwork.models._nearest_neighbors_bounds import least_score, reach_of_score

FIRST, SECOND, BOX = 96, 208, 8  # coordinates in the first bound, in the second, and in the boxes
BLOCK_ROWS = 256
HOME_BLOCKS = 3  # blocks that give the first reach
HITS, SURVIVORS = 0.05, 0.02  # with larger shares of the pairs left by the bounds, scoring every row is quicker
MEASURED = 100  # with at most so many values left for each neighbour wanted, measuring all is quicker than scoring
PAIRS = 2**12  # pairs in the second bound at a time, so that they stay in the cache


def principal_basis(C, width):
    """Nearly the ``width`` leading principal directions of the rows ``C``, as orthonormal columns (d, width).

    Subspace iteration: each product with the covariance of a sample turns a basis towards the leading directions.
    """
    rng = np.random.default_rng(0)  # any start is valid; a fixed one makes the work repeatable
    sample = C[rng.choice(len(C), min(len(C), 3000), replace=False)]
    sample = sample - sample.mean(axis=0, dtype=np.float64).astype(np.float32)
    covariance = (sample.T @ sample).astype(np.float64)
    basis = rng.standard_normal((C.shape[1], min(C.shape[1], width + 16)))
    for _ in range(2):
        basis = np.linalg.qr(covariance @ basis)[0]
    turn = np.linalg.eigh(basis.T @ covariance @ basis)[1][:, ::-1]
    return np.linalg.qr(basis @ turn[:, :width])[0].astype(np.float32)


def halve(z, most):
    """An order of the rows of ``z`` (n, BOX) that keeps near rows together, and the starts of its blocks.

    A part of more than ``most`` rows is cut at the median of its widest coordinate.

    >>> halve(np.array([[0.0], [5.0], [1.0], [6.0]]), 2)[1]
    array([0, 2, 4])
    """
    blocks, parts = [], [np.arange(len(z))]
    while parts:
        part = parts.pop()
        if len(part) <= most:
            blocks.append(part)
            continue
        values, half = z[part], len(part) // 2
        widest = np.argmax(values.max(axis=0) - values.min(axis=0))
        cut = np.argpartition(values[:, widest], half)
        parts += [part[cut[half:]], part[cut[:half]]]
    return np.concatenate(blocks), np.cumsum([0] + [len(block) for block in blocks])


def can_find(n, k):
    """Whether ``k`` neighbours among ``n`` rows are few enough to aim at."""
    return 4 * k <= min(BLOCK_ROWS, n // 8)


class Rotated(NamedTuple):
    """Rotated rows ``z`` (n, SECOND) and what is left of their length after FIRST and SECOND coordinates, (n,) each."""

    z: np.ndarray
    r1: np.ndarray
    r2: np.ndarray


class Pruned:
    """The rotated training rows, in blocks.

    Parameters
    ----------
    C : ndarray of shape (n, d), float32
    half : ndarray of shape (n,), float32
        |x|^2 / 2 of the rows.
    g : float
    """

    def __init__(self, C, half, g):
        self.C, self.half, self.g = C, half, g
        self.first, second, box = (min(width, C.shape[1]) for width in (FIRST, SECOND, BOX))
        self.basis = principal_basis(C, second)
        self.box_basis = self.basis[:, :box]
        rows = self.rotate(C, 2 * half)
        self.order, self.starts = halve(rows.z[:, :box], BLOCK_ROWS)
        z, r1, r2 = (part[self.order] for part in rows)
        self.head = np.column_stack([z[:, : self.first], r1, -half[self.order]])  # the first bound of the score ...
        self.tail = np.column_stack([z[:, self.first :], r2, r1])  # ... and what turns it into the second
        starts = self.starts[:-1]
        self.low, self.high = np.minimum.reduceat(z[:, :box], starts), np.maximum.reduceat(z[:, :box], starts)
        self.centers = np.add.reduceat(z[:, : self.first], starts) / np.diff(self.starts)[:, None].astype(np.float32)

    def rotate(self, C, squares):
        """Coordinates and rests of the rows ``C``; a rest is made larger by what rounding can have taken from it."""
        z = np.empty((len(C), self.basis.shape[1]), np.float32)
        map_blocks(lambda rows: np.dot(C[rows], self.basis, out=z[rows]), row_blocks(len(C), 4096))
        head, tail = z[:, : self.first], z[:, self.first :]
        rest1 = squares - np.einsum("ij,ij->i", head, head)
        rest2 = rest1 - np.einsum("ij,ij->i", tail, tail)
        return Rotated(z, *(np.sqrt(np.maximum(r, 0) + 2 * self.g * squares, dtype=np.float32) for r in (rest1, rest2)))

    def pays(self):
        """Whether much can be excluded, tried with some of the rows as queries."""
        A = self.C[self.order[:: max(1, len(self.C) // 128)]]
        return self.pairs(A, np.einsum("ij,ij->i", A, A, dtype=np.float64), min(6, len(A))) is not None

    def pairs(self, A, squares, k):
        """The pairs (queries, indices) that can be among the k nearest, or None where too many are left.

        Parameters
        ----------
        A : ndarray of shape (m, d), float32
            A tile of centred queries, best near to each other.
        squares : ndarray of shape (m,), float64
            Their |q|^2.
        k : int
        """
        rotated = self.rotate(A, squares)
        reach = self.aim(A, rotated.z, squares, k)
        found = self.bound(rotated, squares, reach, k)
        return None if found is None else self.score(A, squares, *found, k)

    def aim(self, A, z, squares, k):
        """``reach`` (m,), from the k best scores among promising rows of the nearest blocks."""
        near = z[:, : self.first] @ self.centers.T - np.einsum("ij,ij->i", self.centers, self.centers) / 2
        homes = min(HOME_BLOCKS, near.shape[1])
        home = np.argpartition(near, near.shape[1] - homes, axis=1)[:, near.shape[1] - homes :].ravel()
        promising = np.empty((len(A) * homes, k), np.intp)
        by_block = np.argsort(home, kind="stable")
        cuts = np.searchsorted(home[by_block], np.arange(len(self.centers) + 1))
        for block in np.flatnonzero(np.diff(cuts)):
            chosen = by_block[cuts[block] : cuts[block + 1]]
            rows = slice(self.starts[block], self.starts[block + 1])
            queries = chosen // homes
            S = z[queries, : self.first] @ self.head[rows, : self.first].T
            S += z[queries, self.first :] @ self.tail[rows, :-2].T
            S += self.head[rows, -1]
            promising[chosen] = np.argpartition(S, S.shape[1] - k, axis=1)[:, S.shape[1] - k :] + rows.start
        promising = self.order[promising].reshape(len(A), -1)
        scores = [self.C[rows] @ a - self.half[rows] for a, rows in zip(A, promising)]
        kth = np.partition(scores, promising.shape[1] - k, axis=1)[:, promising.shape[1] - k]
        return reach_of_score(kth, squares, self.g)

    def gaps(self, z):
        """The squared distance of every query to the box of every block, (m, blocks)."""
        total = np.zeros((len(z), len(self.low)), np.float32)
        for j in range(self.low.shape[1]):
            gap = np.maximum(self.low[:, j] - z[:, j, None], z[:, j, None] - self.high[:, j])
            total += np.square(np.maximum(gap, 0, out=gap), out=gap)
        return total

    def bound(self, rotated, squares, reach, k):
        """The pairs (queries, positions in ``order``) that both bounds leave, sorted by query; None if too many."""
        z, r1, r2 = rotated
        least = least_score(reach, squares, self.g)
        open_blocks = self.gaps(z) <= (squares - 2.0 * least)[:, None]
        head = np.column_stack([z[:, : self.first], r1, np.ones_like(r1)])
        tail = np.column_stack([z[:, self.first :], r2, -r1])
        total = len(z) * len(self.order)
        hits, kept = 0, [(np.empty(0, np.intp),) * 2]
        for block in np.flatnonzero(open_blocks.any(axis=0)):
            queries = np.flatnonzero(open_blocks[:, block])
            rows = slice(self.starts[block], self.starts[block + 1])
            S = head[queries] @ self.head[rows].T
            hit = np.flatnonzero(np.greater_equal(S, least[queries, None]))
            hits += len(hit)
            if hits > HITS * total + 64 * k * len(z):
                return None
            for part in row_blocks(len(hit), PAIRS):
                q, x = np.divmod(hit[part], S.shape[1])
                q, x = queries[q], x + rows.start
                second = S.ravel()[hit[part]] + np.einsum("ij,ij->i", tail[q], self.tail[x])
                keep = second >= least[q]
                kept.append((q[keep], x[keep]))
        q, x = map(np.concatenate, zip(*kept))
        by_query = np.argsort(q, kind="stable")
        return (q[by_query], x[by_query]) if len(q) <= SURVIVORS * total + 64 * k * len(z) else None

    def score(self, A, squares, q, x, k):
        """Of these pairs the ones (queries, indices) that their full scores cannot exclude."""
        indices = self.order[x]
        if len(q) * A.shape[1] <= MEASURED * k * len(A):
            return q, indices
        cuts = np.searchsorted(q, np.arange(len(A) + 1))
        scores, kth = np.empty(len(q), np.float32), np.empty(len(A), np.float32)
        for i, (a, start, stop) in enumerate(zip(A, cuts, cuts[1:])):
            rows = indices[start:stop]
            s = scores[start:stop]
            np.subtract(self.C[rows] @ a, self.half[rows], out=s)
            kth[i] = np.partition(s, len(s) - k)[len(s) - k]
        least = least_score(reach_of_score(kth, squares, self.g), squares, self.g)
        keep = scores >= least[q]
        return q[keep], indices[keep]
