"""Exercise: logistic regression.

How probable is each class, given a row of numbers? The log-odds are linear in the features, and the coefficients
make the observed labels most probable, held back by a penalty on their squares:

    minimise  J(W) = sum_i s_i (-log p_i) + l2/2 |W without its intercepts|^2

Fill in the steps in their order. Everything else is given: the imports, which the model's own solution uses and yours
need not, and the class at the end, which only calls your steps. Feedback, as often as you like, from the top folder:

    python -m doctest exercises/logistic_regression.py             the small examples in the docstrings
    scratchwork check exercises/logistic_regression.py --hints 1   what is wrong; 2 also says where, 3 also what to try
    python exercises/hint.py logistic_regression STEP --level 1    a question that helps; levels 2 and 3 say more

The solution is the model itself, src/scratchwork/models/logistic_regression.py; ``python exercises/solve.py logistic_regression`` pastes it in.

Letters: n samples, d features, k classes; m columns of logits, 1 for two classes, else k; X (n, d), Y (n, m) labels as 0 and
1, s (n,) weights that sum to 1, W (d + 1, m) coefficients, the last row the intercepts, Z (n, m) logits.
"""

# ruff: noqa: F401

import numpy as np

from scratchwork.blocks import map_blocks, row_blocks
from scratchwork.models import _logistic_regression_setup as setup
from scratchwork.models._checked_input import checked_rows, checked_weights
from scratchwork.models._logistic_regression_curvature import curvature_terms, inverse, with_ones
from scratchwork.numerics import log_softmax, sigmoid, softmax

BLOCK_ROWS = 8192


def logits(X, W):
    """Z (n, m): the log-odds of each class, against the other one if m = 1, else up to a constant of the row."""
    raise NotImplementedError("step 1: logits")


def probabilities(Z):
    """(n, k): rows on the simplex, from Z (n, m)."""
    raise NotImplementedError("step 2: probabilities")


def losses(Z, Y):
    """(n,): -log of the probability given to each row's own class.

    For two classes p = 1 / (1 + exp(-z)) or 1 - p = 1 / (1 + exp(z)): the loss is log(1 + exp(-z)) or log(1 + exp(z)).
    """
    raise NotImplementedError("step 3: losses")


def data_terms(X, Y, W, s):
    """The weighted loss of one block of rows and its gradient (the shape of W); sums of these make the whole.

    With p the softmax (or sigmoid) of z, d(-log p_y) / dz = p - y, and dz / dW = x: the gradient is X'(s (P - Y)).
    """
    raise NotImplementedError("step 4: data_terms")


def objective_and_gradient(X, Y, W, s, l2):
    """J(W) and its gradient, of W's shape and X's precision: a sum over blocks of rows, and the penalty."""
    raise NotImplementedError("step 5: objective_and_gradient")


def objective(X, Y, W, s, l2):
    """J(W), a number."""
    raise NotImplementedError("step 6: objective")


def gradient(X, Y, W, s, l2):
    """dJ/dW, of the shape of W."""
    raise NotImplementedError("step 7: gradient")


def hessian(X, W, s, l2):
    """The second derivatives of J, (W.size, W.size) in float64, in the order of ``W.T.ravel()``: class by class.

    The derivative of p_a by z_b is p_a (1 if a = b) - p_a p_b, and of z by W it is x: the block of classes a and b is
    X' diag(s (p_a [a = b] - p_a p_b)) X. The penalty adds l2 to the diagonal, except at the intercepts.
    """
    raise NotImplementedError("step 8: hessian")


def coefficient_covariance(model, X, sample_weight=None):
    """The inverse curvature of a fitted model's summed objective: how far chance may have moved the coefficients.

    (m (d + 1), m (d + 1)) in the order d coefficients, intercept (if any), class by class. The roots of its diagonal
    are standard errors; exp(coefficient +- 1.96 standard errors) is a 95 % interval of an odds ratio. ``sample_weight``
    counts identical rows. With a finite ``C`` the curvature of the penalty is part of it.
    """
    raise NotImplementedError("step 9: coefficient_covariance")


class LogisticRegression:
    """Given: steps of Newton's method with your gradient and your curvature."""

    def __init__(self, C=1.0, max_iter=100):
        self.C = C
        self.max_iter = max_iter

    def fit(self, X, y):
        X = np.array(X, dtype=np.float64)
        self.classes_, codes = np.unique(y, return_inverse=True)
        k = len(self.classes_)
        Y = (codes[:, None] == (1 if k == 2 else np.arange(k))).astype(np.float64)
        s, l2 = np.full(len(X), 1 / len(X)), 1 / (self.C * len(X))
        W = np.zeros((X.shape[1] + 1, Y.shape[1]))
        for _ in range(self.max_iter):
            slope, curvature = gradient(X, Y, W, s, l2), hessian(X, W, s, l2)
            step = np.linalg.lstsq(curvature, slope.T.ravel(), rcond=None)[0].reshape(W.T.shape).T
            size, before = 1.0, objective(X, Y, W, s, l2)
            while size > 1e-10 and objective(X, Y, W - size * step, s, l2) > before:
                size /= 2
            W = W - size * step
            if np.abs(slope).max() < 1e-10:
                break
        self.coef_, self.intercept_ = W[:-1].T, W[-1]
        return self

    def predict_proba(self, X):
        return probabilities(logits(np.asarray(X, dtype=np.float64), np.vstack([self.coef_.T, self.intercept_])))

    def predict(self, X):
        return self.classes_[self.predict_proba(X).argmax(axis=1)]
