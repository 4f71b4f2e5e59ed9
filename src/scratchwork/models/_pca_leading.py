"""The leading eigenvectors of a covariance, from products with it: block Lanczos, and a proof that none was missed.

``eigh`` finds all d eigenvectors; fifty of 784 need not cost that much. The powers S^k Q of a few random columns Q lean
ever more towards the leading eigenvectors. All of them together, made orthonormal as they come, span a small space,

    V = orth [Q, S Q, S^2 Q, ..],    T = V' S V (small),    T s = t s   gives   S (V s) = t (V s) + rest,

and the eigenvectors of T, taken back by V, are nearly those of S. S V_j reaches no further than block j + 1, so T has
blocks on three diagonals only, and a new block W = S V_j needs just

    W - V_j A_j - V_{j-1} B_{j-1}' = V_{j+1} B_j    (B_j from a QR),    A_j = V_j' W.

In floating point that identity leaks, so W is made orthogonal to all of V once more. The length of the rest is that of
B_j times the last rows of s: known without another product.

A random start can miss one of several equal eigenvalues. So in the end all that was found is taken out of S, and sigma,
a little above the smallest value found, is put over it: sigma I - (S - sum t v v') has a Cholesky factor only if no
eigenvalue above sigma is left.

Sources: G. Golub, R. Underwood, The block Lanczos method for computing eigenvalues (1977); B. Parlett, The Symmetric
Eigenvalue Problem (1998), sections 3.3 (inertia) and 13.10.
"""

import numpy as np

BLOCK = 8  # random columns
WIDEST = 2  # the space ends at this part of all d directions
GROWTH = 1.2  # of the space, from one look at the eigenvalues of T to the next
TOLERANCE = 1e-8  # length of the rest, in units of the largest eigenvalue: below what float32 rows give the covariance
ROUNDING = 1e-13  # of the trace: a new column no longer than this holds rounding alone


def leading_directions(cov, m):
    """The m leading eigenvalues (m,) of cov (d, d) in falling order and their vectors as rows (m, d), or None.

    None stands for "not sure": the space grew too wide, its new columns ran out, or an eigenvalue was missed.

    >>> values, vectors = leading_directions(np.diag(0.5 ** np.arange(100)), 2)
    >>> values.round(6), np.abs(vectors).argmax(axis=1)
    (array([1. , 0.5]), array([0, 1]))
    """
    found = lanczos(cov, m)
    return found if found is not None and nothing_larger_is_left(cov, *found) else None


def lanczos(cov, m):
    """As ``leading_directions``, without the proof."""
    d, look = len(cov), 2 * m
    V, T = np.empty((d, d // WIDEST + BLOCK), order="F"), np.zeros((d // WIDEST + BLOCK,) * 2)
    block, _ = np.linalg.qr(np.random.default_rng(0).standard_normal((d, BLOCK)))
    for size in range(BLOCK, d // WIDEST + 1, BLOCK):  # columns of V, this block included
        V[:, size - BLOCK : size] = block
        block, B = np.linalg.qr(multiply(cov, V[:, :size], T[:size, :size]))
        exhausted = np.abs(np.diag(B)).min() <= ROUNDING * np.trace(cov)
        if size >= look or (exhausted and size >= m):
            look = GROWTH * size
            values, vectors = np.linalg.eigh(T[:size, :size])
            if np.linalg.norm(B @ vectors[-BLOCK:, -m:], axis=0).max() <= TOLERANCE * values[-1]:
                return values[: -m - 1 : -1], (V[:, :size] @ vectors[:, : -m - 1 : -1]).T
        if exhausted:
            return None
    return None


def multiply(cov, V, T):
    """cov times the last block of V (d, size), less its part in V; writes the last blocks of T (size, size) in place."""
    here, near = slice(-BLOCK, None), slice(-2 * BLOCK, None)
    rest = cov @ V[:, here]
    T[near, here] = V[:, near].T @ rest
    T[here, near] = T[near, here].T
    rest -= V[:, near] @ T[near, here]
    return rest - V @ (V.T @ rest)


def nothing_larger_is_left(cov, values, vectors):
    """Whether every eigenvalue of cov (d, d) but those found is at most the smallest one found, up to the tolerance."""
    left = (vectors.T * values) @ vectors - cov
    left[np.diag_indices_from(left)] += values[-1] + 10 * TOLERANCE * values[0]
    try:
        np.linalg.cholesky(left)
    except np.linalg.LinAlgError:
        return False
    return True
