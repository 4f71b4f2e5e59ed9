"""The fast route to the optimum of many classes: L-BFGS that starts from the curvature instead of guessing it.

The same objective, the same two-loop recursion and the same end as the plain ``lbfgs``, with three changes:

1. *The first curvature.* L-BFGS builds on a first guess H0 of the curvature; the plain one takes a multiple of the
   identity. At W = 0 all probabilities are 1/k and, for changes that sum to 0 over the classes, the Hessian is exactly
   X'X / (k n) for every class: one matrix, inverted once. Away from 0, the block of class a is X' diag(p_a (1 - p_a)) X;
   the blocks are estimated from a few thousand rows and rebuilt a few times. For each class the rows are drawn where
   p_a (1 - p_a) is large, because the others hardly count. H0 only steers: however rough, the optimum is the same.
2. *No pass over the data in the line search.* The logits Z = W A' are kept. Along a direction D they change by t D A',
   which one product gives for every t; value, slope and curvature along the line then cost k x n numbers each, and
   Newton's method in t finds the step length in one or two trials.
3. *Class-major arrays.* Z is (k, n), so that maxima and sums over classes run along long rows.

An iteration is two products with X, one forward and one back, in blocks of rows that fit the cache, on all cores.

Letters as in ``logistic_regression.py``, but class-major: V (k, d + 1) is W transposed, Z and P are (k, n).
"""

from collections import deque

import numpy as np

from scratchwork.blocks import map_blocks, row_blocks, single_threaded_blas
from scratchwork.models._logistic_regression_solvers import largest, step_at, two_loops

WIDEST = 4096
BLOCK_NUMBERS = 30_000_000
REFRESH = (10, 30, 100, 300)
MEMORY = 20
SHARED_ROWS = 8
CLASS_ROWS = 4


class Passes:
    """The data, the logits at V and along a direction, and the passes over the rows that update them."""

    def __init__(self, X, labels, s, l2, V):
        self.X, self.labels, self.s = X, labels, s
        self.d = X.shape[1]
        self.penalty = np.full(V.shape[1], l2)
        self.penalty[self.d :] = 0
        self.blocks = row_blocks(len(X), max(1024, 400_000 // self.d))
        self.Z = np.zeros((len(V), len(X)), X.dtype)
        self.along = np.zeros_like(self.Z)
        self.P = np.empty_like(self.Z)

    def forward(self, D, out):
        """out = D A': the logits of parameters D, for all rows."""
        D = D.astype(self.X.dtype)

        def fill(rows):
            np.add((self.X[rows] @ D[:, : self.d].T).T, D[:, self.d :].sum(axis=1, keepdims=True), out=out[:, rows])

        map_blocks(fill, self.blocks)

    def probe(self, t):
        """(loss, slope, curvature) in t of the weighted loss at Z + t along; leaves the probabilities there in P.

        With q the logits' change per t and a mean over the classes by p: the slope is sum s (mean q - q_y), the curvature
        sum s (mean q^2 - (mean q)^2).
        """
        t = self.X.dtype.type(t)

        def part(rows):
            P, q, s, y = self.P[:, rows], self.along[:, rows], self.s[rows], self.labels[rows]
            own = np.arange(len(y))
            np.multiply(q, t, out=P)
            P += self.Z[:, rows]
            P -= P.max(axis=0)
            own_logit = P[y, own]
            np.exp(P, out=P)
            total = P.sum(axis=0)
            P /= total
            weighted = P * q
            mean = weighted.sum(axis=0)
            weighted *= q
            loss = s @ (np.log(total) - own_logit)
            return loss, s @ (mean - q[y, own]), s @ (weighted.sum(axis=0) - mean * mean)

        return np.sum(map_blocks(part, self.blocks), axis=0, dtype=np.float64)

    def backward(self, V):
        """The gradient at the parameters V, from the probabilities in P: (P - Y) diag(s) A, and the penalty."""

        def part(rows):
            R = self.P[:, rows].copy()
            R[self.labels[rows], np.arange(R.shape[1])] -= 1
            R *= self.s[rows]
            G = R @ self.X[rows]
            return np.hstack([G, R.sum(axis=1, keepdims=True)]) if V.shape[1] > self.d else G

        return np.sum(map_blocks(part, self.blocks), axis=0, dtype=np.float64) + self.penalty * V


def preconditioned_lbfgs(X, Y, s, l2, W, *, tol, max_iter):
    """Steps of the same kind as ``lbfgs``, to the same optimum, for m > 1 columns; the arguments are those of the model.

    Yields
    ------
    Step
    """
    V = W.T.copy()
    passes, pairs = Passes(X, Y.argmax(axis=1), s, l2, V), deque(maxlen=MEMORY)
    rng = np.random.default_rng(0)  # draws the rows that estimate H0; the optimum does not depend on it
    F = passes.probe(0)[0]
    G = passes.backward(V)
    inverse = shared_inverse(passes, V, rng)
    stalled = 0
    for iteration in range(1, max_iter + 1):
        if iteration - 1 in REFRESH and V.size * V.shape[1] <= BLOCK_NUMBERS:
            inverse = class_inverses(passes, V, rng)
        D = direction(G, pairs, inverse)
        t, F_new = step_length(passes, V, D, F, float((D * G).sum()))
        if t == 0:
            # The remembered steps no longer help; without them the direction is downhill again, unless V is the end.
            pairs.clear()
            stalled += 1
            F_new = passes.probe(0)[0] + penalty_at(passes, V)
        V_new = V + t * D
        passes.Z += X.dtype.type(t) * passes.along
        G_new = passes.backward(V_new)
        if t and ((V_new - V) * (G_new - G)).sum() > 0:
            pairs.append((V_new - V, G_new - G))
            stalled = 0
        V, F, G = V_new, F_new, G_new
        yield step_at(iteration, F, G.T.astype(X.dtype), V.T)
        if largest(G) <= tol or stalled == 2:
            return


def penalty_at(passes, V):
    return 0.5 * float((passes.penalty * V * V).sum())


def direction(G, pairs, inverse):
    """Where L-BFGS goes from here, with H0 scaled to the newest pair: S'Y / Y' H0^-1 Y.

    Softmax ignores what all classes share, and the gradient has no part there; so neither may the direction.
    """
    with single_threaded_blas():
        scale = 1.0
        if pairs:
            S, Y = pairs[-1]
            scale = (S * Y).sum() / (Y * inverse(Y)).sum()
        D = -two_loops(G, pairs, lambda Q: scale * inverse(Q))
        return D - D.mean(axis=0)


def step_length(passes, V, D, F, descent):
    """(t, objective there): where the slope along D has fallen to 0.3 of ``descent``, or (0, F) if F cannot fall.

    The objective is convex, so its slope along a line only grows: where it is negative t is too short, else too long.
    """
    passes.forward(D, out=passes.along)
    bent = float((passes.penalty * D * D).sum())
    tilt = float((passes.penalty * V * D).sum())
    low, high, t = 0.0, np.inf, 1.0
    for _ in range(30):
        loss, slope, curvature = passes.probe(t)
        slope, curvature = slope + tilt + t * bent, curvature + bent
        F_new = loss + penalty_at(passes, V + t * D)
        if abs(slope) <= 0.3 * abs(descent) and F_new <= F + 10 * np.finfo(passes.X.dtype).eps * abs(F):
            return t, F_new
        low, high = (t, high) if slope < 0 else (low, t)
        t = t - slope / curvature if curvature > 0 else np.inf
        if not low < t < high:
            t = (low + high) / 2 if high < np.inf else 2 * low
    return 0.0, F


def shared_inverse(passes, V, rng):
    """H0^-1 for V = 0, where the curvature of every class is A'A / (k n); from at most ten rows for each column."""
    n, (k, width) = len(passes.X), V.shape
    rows = np.sort(rng.choice(n, min(n, max(SHARED_ROWS * width, 1000)), replace=False))
    with single_threaded_blas():
        inverse = inverted_gram(passes, rows, 1 / (k * len(rows)))
    return lambda G: (G.astype(inverse.dtype) @ inverse).astype(np.float64)


def class_inverses(passes, V, rng):
    """H0^-1 for V as it is, class by class, each from four rows for each column, drawn by s p (1 - p)."""
    size = max(CLASS_ROWS * V.shape[1], 1000)

    def one(a):
        weights = np.cumsum(passes.s * passes.P[a] * (1 - passes.P[a]), dtype=np.float64)
        drawn = np.searchsorted(weights, (np.arange(size) + rng_offsets[a]) * (weights[-1] / size))
        return inverted_gram(passes, np.minimum(drawn, len(weights) - 1), weights[-1] / size)

    rng_offsets = rng.random((len(V), size))
    with single_threaded_blas():
        inverses = np.stack(map_blocks(one, range(len(V))))
    return lambda G: np.matmul(G[:, None, :].astype(inverses.dtype), inverses)[:, 0].astype(np.float64)


def inverted_gram(passes, rows, factor):
    """(factor A'A + penalty)^-1 over some rows, positive definite whatever they are.

    It is scaled to a diagonal of 1 and raised by a trifle until Cholesky's factor L exists; L^-1' L^-1 then cannot have
    a negative direction, as a rounded inverse of its own could.
    """
    A = passes.X[rows]
    if len(passes.penalty) > passes.d:
        A = np.hstack([A, np.ones((len(A), 1), A.dtype)])
    H = A.T @ A * A.dtype.type(factor)
    H[np.diag_indices_from(H)] += passes.penalty.astype(A.dtype)
    diagonal = H.diagonal()
    scale = 1 / np.sqrt(np.where(diagonal > 0, diagonal, 1))
    H *= scale[:, None] * scale
    trifle = 10 * np.finfo(A.dtype).eps
    while True:
        H[np.diag_indices_from(H)] = 1 + trifle
        try:
            L_inverse = triangular_inverse(np.linalg.cholesky(H)) * scale
            return L_inverse.T @ L_inverse
        except np.linalg.LinAlgError:
            trifle *= 10


def triangular_inverse(L):
    """The inverse of a lower triangular matrix by halves, [A 0; B C]^-1 = [A^-1 0; -C^-1 B A^-1 C^-1].

    Nearly all of it is products of large blocks; ``np.linalg.inv``, which knows nothing of the zeros, takes ten times
    as long.
    """
    if len(L) <= 96:
        return np.linalg.inv(L)
    half = len(L) // 2
    A, C = triangular_inverse(L[:half, :half]), triangular_inverse(L[half:, half:])
    inverse = np.zeros_like(L)
    inverse[:half, :half], inverse[half:, half:] = A, C
    inverse[half:, :half] = -C @ (L[half:, :half] @ A)
    return inverse
