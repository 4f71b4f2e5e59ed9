"""The exact distance of a pair, and how far a rough score of it can be trusted.

|q - x|^2 = |q|^2 - 2 s with the score s(q, x) = q.x - |x|^2 / 2: the nearest rows are those with the largest scores,
and the scores of many pairs are one matrix product. It is taken in float32, on centred rows, so a score is wrong by at
most

    e(q, x) = g (|q|^2 + |x|^2),        g = (d + 64) 2^-23

(a dot product of d float32 terms is off by less than d 2^-24 |q||x|; the rest covers the rounding of the rows, of |x|^2
and of the bounds). Scores therefore cannot rank. But they exclude: with ``reach``, a squared distance within which the
k nearest lie, a row among them has |x|^2 <= 2 |q|^2 + 2 reach, a true score of at least (|q|^2 - reach) / 2, and so a
computed one of at least ``least_score``. Whoever has less is not among them. The rows that remain are measured by
``paired_distances``, from their differences in float64.

Letters: q, x centred rows; m queries Q (m, d), n training rows X (n, d), k neighbours, p pairs.
"""

from typing import NamedTuple

import numpy as np

from scratchwork.blocks import row_blocks
from scratchwork.errors import InvalidArgumentError

METRICS = ("euclidean", "manhattan", "cosine")
LARGEST = 1e150  # squares of larger numbers leave float64
BLOCK_VALUES = 2**17  # differences held at a time: 1 MB of float64, so that they stay in the cache


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
    for rows in row_blocks(len(X), max(1, BLOCK_VALUES // X.shape[1])):
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


class Frame(NamedTuple):
    """Where float32 is precise: rows are moved by ``shift`` (None: not at all) and multiplied by ``scale``, 2^i."""

    shift: np.ndarray | None
    scale: float


def find_frame(X):
    """The frame around the rows ``X``; the empty one where float32 rows lie well as they are, to save the copy."""
    low, high = X.min(axis=0).astype(np.float64), X.max(axis=0).astype(np.float64)
    middle = low / 2 + high / 2
    spread = high / 2 - low / 2
    peak = float(spread.max())
    fits = peak == 0 or 2.0**-20 < peak < 2.0**20
    if X.dtype == np.float32 and fits and np.square(middle).sum() <= np.square(spread).sum():
        return Frame(None, 1.0)
    return Frame(middle, 1.0 if fits else 2.0 ** -np.frexp(peak)[1])


def centred(X, frame):
    """(X - shift) scale in float32, from float64, in blocks of rows; X itself in the empty frame."""
    if frame.shift is None:
        return X.astype(np.float32, copy=False)
    C = np.empty(X.shape, dtype=np.float32)
    for rows in row_blocks(len(X), max(1, BLOCK_VALUES // X.shape[1])):
        C[rows] = np.subtract(X[rows], frame.shift, dtype=np.float64) * frame.scale
    return C


def error_factor(d):
    """g of the bound e(q, x) = g (|q|^2 + |x|^2) for scores of rows with ``d`` features."""
    return (d + 64) * 2.0**-23


def reach_of_score(score, squares, g):
    """A squared distance that a row with this computed ``score`` cannot exceed, (m,), from |q|^2 in ``squares`` (m,).

    |q - x|^2 <= |q|^2 - 2 score + 2 e(q, x), and |x|^2 <= 2 |q|^2 + 2 |q - x|^2, solved for |q - x|^2.
    """
    return np.maximum((squares * (1 + 6 * g) - 2.0 * score) / (1 - 4 * g), 0)


def least_score(reach, squares, g):
    """The computed score below which no row lies within ``reach``, (m,) float32; the last term covers underflow."""
    # (|q|^2 - reach) / 2 - g (3 |q|^2 + 2 reach)
    return (squares * (0.5 - 3 * g) - reach * (0.5 + 2 * g) - 1e-35).astype(np.float32)


class Nearest(NamedTuple):
    """The k nearest: ``distances`` (m, k) float64 and ``indices`` (m, k), by distance, then index."""

    distances: np.ndarray
    indices: np.ndarray


def best_of_pairs(queries, indices, distances, m, k):
    """The k best of each query 0..m-1 in a list of pairs that has at least k of each, by distance, then index.

    >>> best_of_pairs(np.array([0, 0, 0]), np.array([7, 2, 5]), np.array([1.0, 1.0, 0.5]), 1, 2)
    Nearest(distances=array([[0.5, 1. ]]), indices=array([[5, 2]]))
    """
    order = np.lexsort((indices, distances, queries))
    chosen = order[np.searchsorted(queries[order], np.arange(m))[:, None] + np.arange(k)]
    return Nearest(distances[chosen], indices[chosen])
