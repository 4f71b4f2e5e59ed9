"""From the caller's arguments to arrays: labels as 0 and 1, weights that sum to 1, parameters within their rules."""

import warnings
from functools import partial
from typing import NamedTuple

import numpy as np
from sklearn.exceptions import ConvergenceWarning

from scratchwork.arrays import check_choice, check_number, one_hot, random_generator
from scratchwork.blocks import single_threaded_blas
from scratchwork.errors import InvalidArgumentError
from scratchwork.models._checked_input import checked_training_set, checked_weights
from scratchwork.models._logistic_regression_curvature import (
    curvature_bound,
    flattest,
    with_ones,
    without_flat_direction,
)
from scratchwork.models._logistic_regression_fast import WIDEST, preconditioned_lbfgs
from scratchwork.models._logistic_regression_small import FEW_NUMBERS, newton_two_classes
from scratchwork.models._logistic_regression_solvers import descend, lbfgs, newton, newton_direction, stochastic

SOLVERS = ("auto", "newton", "lbfgs", "gd", "momentum", "sgd")
NEWTON_SIZE = 1000


class Problem(NamedTuple):
    """What there is to minimise; the letters are those of ``logistic_regression.py``.

    ``shift`` (d,) is what was taken from each column of X, or None; the intercepts make up for it at the end.
    """

    X: np.ndarray
    Y: np.ndarray
    s: np.ndarray
    l2: float
    W: np.ndarray
    classes: np.ndarray
    tol: float
    shift: np.ndarray | None


def training_problem(model, X, y, sample_weight):
    """Check the parameters of ``model`` and its training data; return the Problem, starting at W = 0."""
    check_parameters(model)
    X, y = checked_training_set(model, X, y)
    if sample_weight is None and model.class_weight is None:
        weights = None
        total = float(len(X))
    else:
        X, y, weights = weighted_rows(X, y, sample_weight, model.class_weight)
        total = float(weights.sum())
    classes, indices = np.unique(y, return_inverse=True)
    if len(classes) < 2:
        raise InvalidArgumentError(
            f"y must hold at least two classes; all {len(y)} samples are of the class {classes[0].item()!r}."
        )
    n, m = len(X), 1 if len(classes) == 2 else len(classes)
    Y = indices[:, None].astype(X.dtype) if m == 1 else one_hot(indices, m, X.dtype)
    s = np.full(n, 1 / n, X.dtype) if weights is None else (weights / total).astype(X.dtype)
    W = np.zeros((X.shape[1] + bool(model.fit_intercept), m))
    shift = far_means(X) if model.fit_intercept else None
    X = X if shift is None else X - shift
    return Problem(X, Y, s, 1 / (model.C * total), W, classes, attainable(model.tol, X), shift)


def check_parameters(model):
    check_number("C", model.C, above=0)
    check_choice("solver", model.solver, SOLVERS)
    check_number("tol", model.tol, at_least=0)
    check_number("max_iter", model.max_iter, integer=True, at_least=1)
    check_number("momentum", model.momentum, at_least=0, below=1)
    check_number("batch_size", model.batch_size, integer=True, at_least=1)
    if model.learning_rate is not None:
        check_number("learning_rate", model.learning_rate, above=0)


def far_means(X):
    """The middles of the columns if one of them lies more than 300 of its ranges from 0, else None.

    Such a column is nearly a multiple of the intercept's ones, and its digits are used up by the distance. The intercept
    is free, so the optimum of the shifted data is the same one. Judged by some thousand rows.
    """
    rows = X[:: len(X) // 1000 + 1]
    low, high = rows.min(axis=0), rows.max(axis=0)
    if (np.abs(low) > 300 * (high - low)).any():
        return low + (high - low) / 2
    return None


def shifted_back(step, shift):
    """``step`` with the intercepts that belong to the data before the shift; its gradient is that of the shifted data."""
    if shift is None:
        return step
    W = step.W.copy()
    W[-1] -= shift @ W[:-1]
    return step._replace(W=W)


def attainable(tol, X):
    """``tol``, or the rounding of the sums that make the gradient, if that is more; judged by some thousand rows."""
    rows = np.abs(X[:: len(X) // 1000 + 1])
    size = float(rows.sum(axis=0).max()) / len(rows)
    return max(tol, 4 * float(np.finfo(X.dtype).eps) * max(1.0, size))


def weighted_rows(X, y, sample_weight, class_weight):
    """(X, y, weights) of the rows whose weight is positive; a row of weight 0 counts as absent."""
    weights = checked_weights(sample_weight, len(X))
    if not weights.all():
        kept = weights > 0
        X, y, weights = X[kept], y[kept], weights[kept]
    classes, indices = np.unique(y, return_inverse=True)
    weights = weights * class_factors(class_weight, classes, np.bincount(indices, weights))[indices]
    if not weights.all():
        kept = weights > 0
        X, y, weights = X[kept], y[kept], weights[kept]
    return X, y, weights


def class_factors(class_weight, classes, totals):
    """The factor of each class: 1, or what ``class_weight`` says; "balanced" gives every class the same total."""
    if class_weight is None:
        return np.ones(len(classes))
    if isinstance(class_weight, str) and class_weight == "balanced":
        return totals.sum() / (len(classes) * totals)
    if not isinstance(class_weight, dict):
        raise InvalidArgumentError(
            f"class_weight={class_weight!r} must be None, 'balanced' or a dict of class to weight."
        )
    known = classes.tolist()
    for label, factor in class_weight.items():
        check_number(f"class_weight[{label!r}]", factor, at_least=0)
        if label not in known:
            raise InvalidArgumentError(f"class_weight names the class {label!r}, but y holds only {known}.")
    return np.array([float(class_weight.get(label, 1)) for label in known])


def solver_steps(model, problem, objective_and_gradient, hessian):
    """The generator of Steps that ``model.solver`` names, at work on ``problem``.

    Beyond a few numbers, BLAS is held to one thread while a step is made, and only then: its own threads wait for each
    other at every small product, which on a busy machine costs many times the product.
    """
    steps = chosen_steps(model, problem, objective_and_gradient, hessian)
    if problem.X.size * problem.W.shape[1] <= FEW_NUMBERS:
        yield from steps
        return
    while True:
        with single_threaded_blas():
            step = next(steps, None)
        if step is None:
            return
        yield step


def chosen_steps(model, problem, objective_and_gradient, hessian):
    """The steps of the solver and the route that suit ``problem``."""
    X, Y, s, l2, W, _, tol, _ = problem
    solver = chosen_solver(model.solver, W)
    end = {"tol": tol, "max_iter": model.max_iter}
    if solver == "newton" and W.shape[1] == 1 and l2 > 0 and X.size <= FEW_NUMBERS:
        return newton_two_classes(X, Y, s, l2, W, **end)
    if solver == "lbfgs" and W.shape[1] > 1 and len(W) <= WIDEST:
        return preconditioned_lbfgs(X, Y, s, l2, W, **end)
    slope = partial(objective_and_gradient, X, Y, s=s, l2=l2)
    if solver == "newton":
        return newton(slope, lambda W: without_flat_direction(hessian(X, W, s, l2), W.shape[1]), W, **end)
    if solver == "lbfgs":
        return lbfgs(slope, W, **end)
    rate = model.learning_rate or 1 / curvature_bound(X, W, s, l2, whole=solver != "sgd")
    if solver != "sgd":
        return descend(slope, W, rate=rate, momentum=model.momentum if solver == "momentum" else 0.0, **end)

    def batch_slope(rows, W):
        # n / batch makes the expectation of the batch's sum the sum over all rows.
        return objective_and_gradient(X[rows], Y[rows], W, s[rows] * (len(X) / len(rows)), l2)

    rng, size = random_generator(model.random_state), model.batch_size
    return stochastic(batch_slope, len(X), W, rate=rate, batch_size=size, max_iter=model.max_iter, rng=rng)


def chosen_solver(solver, W):
    """What "auto" means: newton while (features + 1) x (classes - 1) is at most 1,000, else lbfgs."""
    if solver != "auto":
        return solver
    columns = max(W.shape[1] - 1, 1)
    return "newton" if len(W) * columns <= NEWTON_SIZE else "lbfgs"


def stacked(model):
    """W of a fitted model: its coefficients above its intercepts, if it has any."""
    return np.vstack([model.coef_.T, model.intercept_]) if model.fit_intercept else model.coef_.T


def warn_unless_optimal(model, problem, step, hessian, logits):
    """A ConvergenceWarning if the last ``step`` is not at the optimum, or if there is none."""
    if step.gradient_norm > problem.tol:
        text = (
            f"LogisticRegression(solver={model.solver!r}) stopped after {step.iteration} iterations, where the largest "
            f"entry of the gradient is {step.gradient_norm:.3g}, above the tolerance {problem.tol:.3g}: these are not "
            "the best coefficients. Raise max_iter, scale the features to mean 0 and standard deviation 1, or take "
            "solver='newton'."
        )
    elif problem.l2 == 0 and not has_settled(problem, step, hessian, logits):
        text = (
            "The coefficients have not settled, although the largest entry of the gradient is only "
            f"{step.gradient_norm:.3g}. Without a penalty (C=inf) classes that a plane can separate have no best "
            "coefficients: they grow for ever. Give a finite C; if the classes overlap, lower tol."
        )
    else:
        return
    warnings.warn(text, ConvergenceWarning, stacklevel=4)


def has_settled(problem, step, hessian, logits):
    """Whether W is near an optimum of the objective without penalty, which need not have one.

    If every row's own class has the largest logit, twice W is better than W, and so on: there is no optimum.
    If some direction separates a part of the rows, their loss falls like exp(-t) along it: either they are certain by
    now, so that the direction has no curvature left, or one more Newton step would move their log-odds by about 1,
    however small the gradient has become. At an optimum it would hardly move them.
    """
    Z = logits(problem.X, step.W)
    own = np.where(problem.Y > 0, Z, -Z)[:, 0] if Z.shape[1] == 1 else (problem.Y * Z).sum(axis=1)
    others = 0 if Z.shape[1] == 1 else np.where(problem.Y > 0, -np.inf, Z).max(axis=1)
    if (own > others).all():
        return False
    if step.W.size > NEWTON_SIZE:
        return True
    H = hessian(problem.X, step.W, problem.s, 0.0)
    if flattest(H, with_ones(problem.X, len(step.W) > problem.X.shape[1]), problem.s, step.W.shape[1]) < 1e-8:
        return False
    D = newton_direction(H, step.gradient)
    return float(np.abs(logits(problem.X, D)).max()) < 0.1
