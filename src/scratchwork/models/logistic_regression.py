"""Logistic regression: how probable is each class, given a row of numbers?

The log-odds of the classes are linear in the features, and the coefficients are those that make the observed labels
most probable, held back by a penalty on their squares:

    minimise  J(W) = sum_i s_i (-log p_i) + l2/2 |W without its intercepts|^2,   p_i the probability given to i's class

The steps: ``logits`` -> ``probabilities`` -> ``losses``, summed to ``objective_and_gradient``. That and ``hessian`` are
all that a solver sees: ``newton``, ``lbfgs``, ``descend`` or ``stochastic``, in ``_logistic_regression_solvers.py``.

Letters: n samples, d features, k classes; m columns of logits, 1 for two classes, else k.
    X (n, d) data     Y (n, m) labels as 0 and 1     s (n,) weights of the samples, which sum to 1
    W (d + 1, m) coefficients, the last row the intercepts; (d, m) without intercepts
    Z (n, m) logits   P probabilities               l2 = 1 / (C x total weight), which makes C scikit-learn's

Not here: sparse input, the L1 penalty, one-versus-rest. ``_logistic_regression_fast.py`` and ``_small.py`` are faster
routes to the same optimum. Source: Hastie, Tibshirani and Friedman, The Elements of Statistical Learning (2009), 4.4.
"""

from functools import partial

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin

from scratchwork.blocks import map_blocks, row_blocks
from scratchwork.models import _logistic_regression_setup as setup
from scratchwork.models._checked_input import checked_rows, checked_weights
from scratchwork.models._logistic_regression_curvature import curvature_bound, curvature_terms, inverse, with_ones
from scratchwork.models._logistic_regression_solvers import Step, descend, epochs, lbfgs, newton, stochastic
from scratchwork.models._polynomial_features import map_features
from scratchwork.numerics import log_softmax, sigmoid, softmax

__all__ = [
    "LogisticRegression", "Step", "coefficient_covariance", "curvature_bound", "data_terms", "descend", "epochs",
    "gradient", "hessian", "lbfgs", "logits", "losses", "map_features", "newton", "objective", "objective_and_gradient",
    "probabilities", "stochastic",
]  # fmt: skip

BLOCK_ROWS = 8192


def logits(X, W):
    """Z (n, m): the log-odds of each class, against the other one if m = 1, else up to a constant of the row."""
    d = X.shape[1]
    W = W.astype(X.dtype, copy=False)
    return X @ W[:d] + W[d] if len(W) > d else X @ W


def probabilities(Z):
    """(n, k): rows on the simplex, from Z (n, m)."""
    return np.hstack([sigmoid(-Z), sigmoid(Z)]) if Z.shape[1] == 1 else softmax(Z)


def losses(Z, Y):
    """(n,): -log of the probability given to each row's own class.

    For two classes p = 1 / (1 + exp(-z)) or 1 - p = 1 / (1 + exp(z)): the loss is log(1 + exp(-z)) or log(1 + exp(z)).
    """
    if Z.shape[1] == 1:
        return np.logaddexp(0, (1 - 2 * Y[:, 0]) * Z[:, 0])
    return -(Y * log_softmax(Z)).sum(axis=1)


def data_terms(X, Y, W, s):
    """The weighted loss of one block of rows and its gradient (the shape of W); sums of these make the whole.

    With p the softmax (or sigmoid) of z, d(-log p_y) / dz = p - y, and dz / dW = x: the gradient is X'(s (P - Y)).
    """
    Z = logits(X, W)
    P = sigmoid(Z) if Z.shape[1] == 1 else softmax(Z)
    R = s[:, None] * (P - Y)
    G = X.T @ R
    if len(W) > X.shape[1]:
        G = np.vstack([G, R.sum(axis=0)])
    return float(s @ losses(Z, Y)), G


def objective_and_gradient(X, Y, W, s, l2):
    """J(W) and its gradient, of W's shape and X's precision: a sum over blocks of rows, and the penalty."""
    d = X.shape[1]
    parts = map_blocks(lambda rows: data_terms(X[rows], Y[rows], W, s[rows]), row_blocks(len(X), BLOCK_ROWS))
    F = sum(loss for loss, _ in parts) + l2 / 2 * float((W[:d] ** 2).sum())
    G = np.sum([part for _, part in parts], axis=0, dtype=np.float64)
    G[:d] += l2 * W[:d]
    return F, G.astype(X.dtype)


def objective(X, Y, W, s, l2):
    """J(W), a number."""
    return objective_and_gradient(X, Y, W, s, l2)[0]


def gradient(X, Y, W, s, l2):
    """dJ/dW, of the shape of W."""
    return objective_and_gradient(X, Y, W, s, l2)[1]


def hessian(X, W, s, l2):
    """The second derivatives of J, (W.size, W.size) in float64, in the order of ``W.T.ravel()``: class by class.

    The derivative of p_a by z_b is p_a (1 if a = b) - p_a p_b, and of z by W it is x: the block of classes a and b is
    X' diag(s (p_a [a = b] - p_a p_b)) X. The penalty adds l2 to the diagonal, except at the intercepts.
    """
    intercept = len(W) > X.shape[1]
    parts = map_blocks(
        lambda rows: curvature_terms(with_ones(X[rows], intercept), logits(X[rows], W), s[rows]),
        row_blocks(len(X), min(BLOCK_ROWS, max(1024, -(-len(X) // 2)))),
    )
    penalty = np.full(W.shape, l2)
    penalty[X.shape[1] :] = 0
    return sum(parts) + np.diag(penalty.T.ravel())


def coefficient_covariance(model, X, sample_weight=None):
    """The inverse curvature of a fitted model's summed objective: how far chance may have moved the coefficients.

    (m (d + 1), m (d + 1)) in the order d coefficients, intercept (if any), class by class. The roots of its diagonal
    are standard errors; exp(coefficient +- 1.96 standard errors) is a 95 % interval of an odds ratio. ``sample_weight``
    counts identical rows. With a finite ``C`` the curvature of the penalty is part of it.
    """
    X = checked_rows(model, X)
    weights = checked_weights(sample_weight, len(X))
    total = float(weights.sum())
    H = hessian(X, setup.stacked(model), weights / total, 1 / (model.C * total))
    return inverse(total * H, len(model.coef_))


class LogisticRegression(ClassifierMixin, BaseEstimator):
    """Classify by log-odds that are linear in the features, for two classes or more.

    Parameters
    ----------
    C : float, default=1.0
        Inverse strength of the penalty: C x summed loss + 1/2 |coefficients|^2, as in scikit-learn. ``numpy.inf`` means
        no penalty. Intercepts are never penalised.
    fit_intercept : bool, default=True
    class_weight : None, "balanced" or dict of class to weight, default=None
        Multiplies the weights of the samples; "balanced" gives all classes the same total.
    solver : {"auto", "newton", "lbfgs", "gd", "momentum", "sgd"}, default="auto"
        "auto" is "newton" while (features + 1) x (classes - 1) is at most 1,000, else "lbfgs".
    max_iter : int, default=100
        Iterations, at most; epochs for "sgd".
    tol : float, default=1e-10
        Stop when no entry of the gradient of the mean objective is larger, or than its rounding if that is more.
    learning_rate : float, default=None
        For "gd", "momentum" and "sgd". None means 1 / the largest possible curvature, which cannot overshoot.
    momentum : float, default=0.9
        For "momentum": the part of the last step that is taken again.
    batch_size : int, default=32
        For "sgd".
    random_state : int, Generator or None, default=None
        For "sgd": the order of the samples.

    Attributes
    ----------
    classes_ : ndarray (k,)
    coef_ : ndarray (m, d), with m = 1 for two classes, else k
    intercept_ : ndarray (m,)
    n_iter_ : int
    history_ : dict of lists, one entry for each iteration
        "objective": the mean loss plus penalty; "gradient_norm": the largest absolute entry of its gradient.

    Warns
    -----
    ConvergenceWarning
        With the gradient norm, whenever the coefficients are not the best ones.

    Examples
    --------
    >>> import numpy as np
    >>> from scratchwork import LogisticRegression
    >>> model = LogisticRegression().fit(np.array([[0.0], [1.0], [2.0], [3.0]]), ["no", "no", "yes", "yes"])
    >>> model.predict(np.array([[0.2], [2.9]])).tolist()
    ['no', 'yes']
    """

    def __init__(self, *, C=1.0, fit_intercept=True, class_weight=None, solver="auto", max_iter=100, tol=1e-10,
                 learning_rate=None, momentum=0.9, batch_size=32, random_state=None):  # fmt: skip
        self.C = C
        self.fit_intercept = fit_intercept
        self.class_weight = class_weight
        self.solver = solver
        self.max_iter = max_iter
        self.tol = tol
        self.learning_rate = learning_rate
        self.momentum = momentum
        self.batch_size = batch_size
        self.random_state = random_state

    def fit(self, X, y, sample_weight=None):
        """Find the coefficients for X (n, d) and labels y (n,); return self."""
        for _ in self.fit_steps(X, y, sample_weight):
            pass
        return self

    def fit_steps(self, X, y, sample_weight=None):
        """The fit as a generator: one ``Step`` for each iteration (epoch), after which the model can predict."""
        problem = self._begin(X, y, sample_weight)
        steps = setup.solver_steps(self, problem, objective_and_gradient, hessian)
        if self.solver == "sgd":
            slope = partial(objective_and_gradient, problem.X, problem.Y, s=problem.s, l2=problem.l2)
            steps = epochs(steps, slope, -(-len(problem.X) // self.batch_size), problem.tol)
        for step in steps:
            yield self._keep(step, problem)
        setup.warn_unless_optimal(self, problem, step, hessian, logits)

    def update_steps(self, X, y, sample_weight=None):
        """One ``Step`` for each update of the parameters; for "sgd" its loss and gradient are those of the batch."""
        problem = self._begin(X, y, sample_weight)
        for step in setup.solver_steps(self, problem, objective_and_gradient, hessian):
            yield self._keep(step, problem)

    def _begin(self, X, y, sample_weight):
        problem = setup.training_problem(self, X, y, sample_weight)
        self.classes_ = problem.classes
        self.history_ = {"objective": [], "gradient_norm": []}
        return problem

    def _keep(self, step, problem):
        step = setup.shifted_back(step, problem.shift)
        W, d = step.W.T.astype(problem.X.dtype), problem.X.shape[1]
        self.coef_, self.n_iter_ = W[:, :d], step.iteration
        self.intercept_ = W[:, d] if self.fit_intercept else np.zeros(len(W), W.dtype)
        self.history_["objective"].append(step.objective)
        self.history_["gradient_norm"].append(step.gradient_norm)
        return step

    def decision_function(self, X):
        """Logits: (n,) of the second class against the first, or (n, k)."""
        Z = self._logits(X)
        return Z[:, 0] if Z.shape[1] == 1 else Z

    def predict_proba(self, X):
        """(n, k) probabilities in the order of ``classes_``."""
        return probabilities(self._logits(X))

    def predict_log_proba(self, X):
        """(n, k) logarithms of the probabilities, finite where a probability itself is rounded to 0."""
        Z = self._logits(X)
        return log_softmax(np.hstack([np.zeros_like(Z), Z]) if Z.shape[1] == 1 else Z)

    def predict(self, X):
        """(n,) the most probable class of each row."""
        Z = self._logits(X)
        return self.classes_[(Z[:, 0] > 0).astype(np.intp) if Z.shape[1] == 1 else Z.argmax(axis=1)]

    def _logits(self, X):
        X = checked_rows(self, X)
        return logits(X, setup.stacked(self))
