"""Linear regression: the plane through the data with the least squared error, and how sure it is of its slopes.

    minimise  sum_i s_i (y_i - b - x_i . w)^2 + alpha |w|^2

The steps: ``shifted_columns`` writes the data as one matrix (1, X, y), each row times sqrt(s_i). ``triangle`` factorises
it, block by block, into Q R with orthogonal Q and a small triangular R that keeps all inner products. ``slopes`` solves
the same problem for R, and ``standard_errors`` reads off how far chance may have moved the answer. The normal equations
X'X w = X'y are never formed: they would square the condition number and lose half of the digits.

Letters: n samples, d features; X (n, d), y (n,), s (n,) weights, w (d,) coefficients, b intercept, e = 1 with an
intercept, else 0. R (e + d + 1, e + d + 1).

Not here: several targets at once, sparse input, weights that count identical rows (they are precisions: the errors of
row i have the variance sigma^2 / s_i, and the degrees of freedom count rows).

Sources: Golub and Van Loan, Matrix Computations (2013), sections 5.3 and 5.5; Hastie, Tibshirani and Friedman, The
Elements of Statistical Learning (2009), sections 3.2 and 3.4.
"""

import warnings
from typing import NamedTuple

import numpy as np
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.utils.validation import validate_data

from scratchwork.arrays import check_number
from scratchwork.blocks import map_blocks, row_blocks, single_threaded_blas
from scratchwork.models._checked_input import FLOATS, checked_rows, checked_weights

BLOCK_ROWS = 16_384


def central_values(A):
    """Of each column the value that is nearest to its mean: a constant column less this is exactly 0."""
    A = A.astype(np.float64)
    nearest = np.abs(A - A.mean(axis=0)).argmin(axis=0)
    return A[nearest, np.arange(A.shape[1])]


def shifted_columns(X, y, s, shift, intercept):
    """The rows (1, x - shift, y - shift of y) in float64, each times sqrt(s_i); without the 1 if ``intercept`` is False.

    ``shift`` (d + 1,) is any point amid the data: seen from there, the digits of the numbers are those that differ.
    """
    A = np.ones((len(X), intercept + X.shape[1] + 1))
    A[:, intercept:-1] = X - shift[:-1]
    A[:, -1] = y - shift[-1]
    return A * np.sqrt(s)[:, None]


def triangle(X, y, s, shift, intercept):
    """R (e + d + 1, e + d + 1), upper triangular, with R'R = A'A for the matrix A of ``shifted_columns``.

    The R of two stacked blocks is the R of their stacked R's, so the pass needs the memory of one block for each core.
    """
    width = intercept + X.shape[1] + 1

    def part(rows):
        A = shifted_columns(X[rows], y[rows], s[rows], shift, intercept)
        return np.linalg.qr(A, mode="r")

    R = np.linalg.qr(np.vstack(map_blocks(part, row_blocks(len(X), max(BLOCK_ROWS, 2 * width)))), mode="r")
    # Fewer rows than columns leave R short; rows of zeros change no inner product.
    return np.vstack([R, np.zeros((width - len(R), width))])


class Slopes(NamedTuple):
    """What ``slopes`` finds.

    ``w`` (d,) coefficients; ``inverse`` (d, d) that of X'X + alpha (its pseudo-inverse if the rank is short); ``rank``;
    ``free`` (d,), True where the data do not determine a coefficient.
    """

    w: np.ndarray
    inverse: np.ndarray
    rank: int
    free: np.ndarray


def slopes(R, target, alpha):
    """The shortest w that minimises |R w - target|^2 + alpha |w|^2, for R (d, d) and target (d,).

    The penalty is d more rows, sqrt(alpha) w = 0. The columns are scaled to length 1, so that units do not decide what
    counts as zero, and the singular values U S V' of the result tell the rank: what is below its rounding is 0. Where
    the rank is short, w may move along a null space N without changing any prediction; the part of w in N is removed.
    """
    d = R.shape[1]
    A = np.vstack([R, np.sqrt(alpha) * np.eye(d)]) if alpha > 0 else R
    length = np.linalg.norm(A, axis=0)
    length[length == 0] = 1
    U, S, V = np.linalg.svd(A / length, full_matrices=False)
    noise = 10 * max(A.shape) * np.finfo(np.float64).eps * S[0]
    kept = (noise < S) & (S > 0)
    root = V[kept].T / S[kept] / length[:, None]
    w = root @ (U[: len(target), kept].T @ target)
    N = np.linalg.qr(V[~kept].T / length[:, None])[0]
    away = np.eye(d) - N @ N.T
    return Slopes(away @ w, away @ root @ root.T @ away, int(kept.sum()), np.linalg.norm(N, axis=1) > 1e-8)


def intercept_at(R, w, shift):
    """b, from the first row of the triangle: there the mean of y - b - x . w is 0, shifted back."""
    return float((R[0, -1] - R[0, 1:-1] @ w) / R[0, 0] + shift[-1] - shift[:-1] @ w)


def residual_sum(R, w, intercept):
    """sum s_i (y_i - b - x_i . w)^2: what is left below the intercept's row."""
    left = R[intercept:, -1] - R[intercept:, :-1][:, intercept:] @ w
    return float(left @ left)


def standard_errors(R, found, shift, alpha, n, intercept):
    """(errors of w (d,), error of b, residual standard deviation sigma, degrees of freedom).

    y = X w + noise of variance sigma^2 makes w = M X'y vary by sigma^2 M X'X M, M the inverse of X'X + alpha. A ridge
    uses up trace(M X'X) degrees of freedom, plain least squares the rank; NaN where none are left, and for coefficients
    that the data do not determine. With alpha > 0 the errors leave out the bias that the penalty causes.
    """
    X = R[intercept:, intercept:-1]
    M = found.inverse
    used = float(np.trace(M @ (X.T @ X))) if alpha > 0 else found.rank
    freedom = n - intercept - used
    sigma = np.sqrt(residual_sum(R, found.w, intercept) / freedom) if freedom > 1e-9 else np.nan
    # |X m|^2 for the rows m of M is the diagonal of M X'X M, without forming X'X.
    errors = sigma * np.linalg.norm(X @ M, axis=0)
    errors = np.where(found.free, np.nan, errors)
    if not intercept:
        return errors, 0.0, float(sigma), freedom
    middle = R[0, 1:-1] / R[0, 0] + shift[:-1]
    variance = 1 / R[0, 0] ** 2 + np.linalg.norm(X @ (M @ middle)) ** 2
    return errors, float(sigma * np.sqrt(variance)), float(sigma), freedom


class LinearRegression(RegressorMixin, BaseEstimator):
    """Least squares, or ridge regression with ``alpha`` > 0, by an orthogonal factorisation.

    Parameters
    ----------
    alpha : float, default=0.0
        Weight of the penalty alpha |coefficients|^2, as in scikit-learn's Ridge; the intercept is not penalised.
    fit_intercept : bool, default=True

    Attributes
    ----------
    coef_ : ndarray (d,)
        The shortest of the best coefficients, if there is more than one.
    intercept_ : float
    rank_ : int
        Of the (centred) data; below d the coefficients are not determined one by one, and fitting warns.
    coef_standard_errors_ : ndarray (d,)
        NaN for coefficients that the data do not determine, and for all of them when no degree of freedom is left.
    intercept_standard_error_ : float
    residual_std_ : float
        Estimate of the standard deviation of the noise.
    degrees_of_freedom_ : float
        Rows of positive weight, less the parameters used.

    Examples
    --------
    >>> import numpy as np
    >>> from scratchwork import LinearRegression
    >>> model = LinearRegression().fit(np.array([[0.0], [1.0], [2.0], [3.0]]), [1.0, 3.0, 5.0, 7.0])
    >>> model.predict(np.array([[4.0]])).round(6)
    array([9.])
    """

    def __init__(self, *, alpha=0.0, fit_intercept=True):
        self.alpha = alpha
        self.fit_intercept = fit_intercept

    def fit(self, X, y, sample_weight=None):
        """Find the plane for X (n, d) and numbers y (n,); return self. Weights are precisions, see the module."""
        check_number("alpha", self.alpha, at_least=0, below=np.inf)
        X, y = validate_data(self, X, y, dtype=FLOATS, y_numeric=True)
        y = y.astype(np.float64)
        s = checked_weights(sample_weight, len(X))
        if not s.all():
            X, y, s = X[s > 0], y[s > 0], s[s > 0]
        intercept, d = int(bool(self.fit_intercept)), X.shape[1]
        shift = central_values(np.column_stack([X[:1000], y[:1000]])) * intercept
        # BLAS on several threads is slower than on one for factors this small, and much slower on a busy machine.
        with single_threaded_blas():
            R = triangle(X, y, s, shift, intercept)
            found = slopes(R[intercept:, intercept:-1], R[intercept:, -1], self.alpha)
        if found.rank < d:
            self._say_rank(found.rank, d)
        self.rank_, self.coef_ = found.rank, found.w.astype(X.dtype)
        self.intercept_ = intercept_at(R, found.w, shift) if intercept else 0.0
        errors = standard_errors(R, found, shift, self.alpha, len(X), intercept)
        self.coef_standard_errors_, self.intercept_standard_error_, self.residual_std_, freedom = errors
        self.degrees_of_freedom_ = float(freedom)
        return self

    def _say_rank(self, rank, d):
        warnings.warn(
            f"X has the rank {rank}, less than its {d} columns: some are constant or sums of others, or there are too few "
            "rows. The coefficients are the shortest of the best ones; predictions for rows of the same kind are not "
            "affected. Drop columns or give alpha > 0.",
            np.exceptions.RankWarning,
            stacklevel=3,
        )

    def predict(self, X):
        """(n,) the plane's value for each row of X (n, d)."""
        X = checked_rows(self, X)
        return X @ self.coef_ + X.dtype.type(self.intercept_)
