"""Exercise: linear regression, and how sure it is of its slopes.

The plane through the data with the least squared error:

    minimise  sum_i s_i (y_i - b - x_i . w)^2 + alpha |w|^2

by an orthogonal factorisation A = Q R of the data: R is small and keeps all inner products, and X'X is never formed.

Fill in the steps in their order. Everything else is given: the imports, which the model's own solution uses and yours
need not, and the class at the end, which only calls your steps. Feedback, as often as you like, from the top folder:

    python -m doctest exercises/linear_regression.py             the small examples in the docstrings
    scratchwork check exercises/linear_regression.py --hints 1   what is wrong; 2 also says where, 3 also what to try
    python exercises/hint.py linear_regression STEP --level 1    a question that helps; levels 2 and 3 say more

The solution is the model itself, src/scratchwork/models/linear_regression.py; ``python exercises/solve.py linear_regression`` pastes it in.

Letters: n samples, d features; X (n, d), y (n,), s (n,) weights, w (d,) coefficients, b intercept, e = 1 with an
intercept, else 0; R (e + d + 1, e + d + 1).
"""

# ruff: noqa: F401

from typing import NamedTuple

import numpy as np

from scratchwork.blocks import map_blocks, row_blocks

BLOCK_ROWS = 16_384


def central_values(A):
    """Of each column the value that is nearest to its mean: a constant column less this is exactly 0."""
    raise NotImplementedError("step 1: central_values")


def shifted_columns(X, y, s, shift, intercept):
    """The rows (1, x - shift, y - shift of y) in float64, each times sqrt(s_i); without the 1 if ``intercept`` is False.

    ``shift`` (d + 1,) is any point amid the data: seen from there, the digits of the numbers are those that differ.
    """
    raise NotImplementedError("step 2: shifted_columns")


def triangle(X, y, s, shift, intercept):
    """R (e + d + 1, e + d + 1), upper triangular, with R'R = A'A for the matrix A of ``shifted_columns``.

    The R of two stacked blocks is the R of their stacked R's, so the pass needs the memory of one block for each core.
    """
    raise NotImplementedError("step 3: triangle")


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
    raise NotImplementedError("step 4: slopes")


def intercept_at(R, w, shift):
    """b, from the first row of the triangle: there the mean of y - b - x . w is 0, shifted back."""
    raise NotImplementedError("step 5: intercept_at")


def residual_sum(R, w, intercept):
    """sum s_i (y_i - b - x_i . w)^2: what is left below the intercept's row."""
    raise NotImplementedError("step 6: residual_sum")


def standard_errors(R, found, shift, alpha, n, intercept):
    """(errors of w (d,), error of b, residual standard deviation sigma, degrees of freedom).

    y = X w + noise of variance sigma^2 makes w = M X'y vary by sigma^2 M X'X M, M the inverse of X'X + alpha. A ridge
    uses up trace(M X'X) degrees of freedom, plain least squares the rank; NaN where none are left, and for coefficients
    that the data do not determine. With alpha > 0 the errors leave out the bias that the penalty causes.
    """
    raise NotImplementedError("step 7: standard_errors")


class LinearRegression:
    """Given: least squares, or ridge regression with ``alpha`` > 0, from your steps."""

    def __init__(self, alpha=0.0):
        self.alpha = alpha

    def fit(self, X, y):
        X, y = np.array(X, dtype=np.float64), np.array(y, dtype=np.float64)
        shift = central_values(np.column_stack([X, y]))
        R = triangle(X, y, np.ones(len(X)), shift, 1)
        found = slopes(R[1:, 1:-1], R[1:, -1], self.alpha)
        self.coef_, self.intercept_ = found.w, intercept_at(R, found.w, shift)
        self.coef_standard_errors_ = standard_errors(R, found, shift, self.alpha, len(X), 1)[0]
        return self

    def predict(self, X):
        return np.asarray(X, dtype=np.float64) @ self.coef_ + self.intercept_
