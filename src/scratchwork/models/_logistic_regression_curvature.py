"""The second derivatives of the log-likelihood, and what follows from them.

Letters as in ``logistic_regression.py``; A (n, d + 1) is X with a column of ones for the intercept, or X itself.
"""

import numpy as np

from scratchwork.blocks import row_blocks
from scratchwork.numerics import sigmoid, softmax


def with_ones(X, intercept):
    """A in float64: X, and a last column of ones if there is an intercept."""
    return np.hstack([X, np.ones((len(X), 1))]) if intercept else X.astype(np.float64, copy=False)


def curvature_terms(A, Z, s):
    """The part of the Hessian that comes from one block of rows; sums of these make the whole.

    One column: A' diag(s p (1 - p)) A. More: diagonal blocks A' diag(s p_a) A, minus B'B where the row of sample i in B
    is sqrt(s_i) (p_i1 a_i, p_i2 a_i, ..., p_ik a_i).
    """
    Z = Z.astype(np.float64)
    if Z.shape[1] == 1:
        return A.T @ (A * (s[:, None] * sigmoid(Z) * sigmoid(-Z)))
    P, width = softmax(Z), A.shape[1]
    B = ((np.sqrt(s)[:, None] * P)[:, :, None] * A[:, None, :]).reshape(len(A), -1)
    H = -(B.T @ B)
    for a, block in enumerate(row_blocks(len(H), width)):
        H[block, block] += A.T @ (A * (s * P[:, a])[:, None])
    return H


def without_flat_direction(H, m):
    """H with a curvature of its own in the direction that has none: the same change of all ``m`` classes' coefficients.

    Softmax ignores what all logits share. The gradient has no part in that direction, so Newton's step is the same, and
    the coefficients of the classes keep the sum 0 they start with; but now H can be factorised.
    """
    if m == 1:
        return H
    width = len(H) // m
    shared = np.diag(H.diagonal().reshape(m, width).mean(axis=0))
    return H + np.tile(shared, (m, m))


def flattest(H, A, s, m):
    """The smallest curvature along any change of the logits, in units of the mean square of that change.

    It is a weighted mean of p (1 - p) over the rows whose logits change: next to 0 only if all of these are certain.
    """
    spread = A.T @ (A * s[:, None])
    values, vectors = np.linalg.eigh(spread)
    kept = values > len(values) * np.finfo(np.float64).eps * values[-1]
    unit = np.kron(np.eye(m), vectors[:, kept] / np.sqrt(values[kept]))
    shared = 0 if m == 1 else np.kron(np.full((m, m), 1 / m), np.eye(kept.sum()))
    return float(np.linalg.eigvalsh(unit.T @ H @ unit + shared)[0])


def curvature_bound(X, W, s, l2, *, whole=True):
    """A number that no curvature of the objective exceeds (``whole``), or the mean of such numbers over single rows.

    The matrix of p_a [a = b] - p_a p_b has no eigenvalue above 1/4 (one column) or 1/2 (more); the rest is that of A'A.
    """
    A = with_ones(X, len(W) > X.shape[1])
    half = 0.25 if W.shape[1] == 1 else 0.5
    if not whole:
        return half * float(s @ (A * A).sum(axis=1)) + l2
    A = A * np.sqrt(s)[:, None]
    gram = A.T @ A if len(A) >= A.shape[1] else A @ A.T
    return half * float(np.linalg.norm(gram, 2)) + l2


def inverse(H, m):
    """The covariance that belongs to the curvature H: its inverse, for coefficients that sum to 0 over ``m`` classes.

    Scaled to a diagonal of 1 first; a pseudo-inverse where the data leave a direction without curvature.
    """
    H = without_flat_direction(H, m)
    scale = 1 / np.sqrt(np.where(H.diagonal() > 0, H.diagonal(), 1))
    covariance = scale[:, None] * np.linalg.pinv(H * scale[:, None] * scale, hermitian=True) * scale
    if m == 1:
        return covariance
    to_sum_zero = np.kron(np.eye(m) - 1 / m, np.eye(len(H) // m))
    return to_sum_zero @ covariance @ to_sum_zero
