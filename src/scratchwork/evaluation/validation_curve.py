"""Choose one parameter by cross-validation inside the training part, and show how sure the choice is.

For each value the model is fitted on all folds but one and scored on the one left out, on the same folds for every
value. The test part is never given to this function. The best value is the one of the highest mean score; of a long
flat top that is often an accident, so the *one-standard-error* choice is stated beside it: the simplest value whose
mean lies within one standard error of the best (Breiman, Friedman, Olshen and Stone, "Classification and Regression
Trees", 1984, section 3.4.3).

Letters: v values, s folds.
"""

from dataclasses import dataclass

import numpy as np

from scratchwork.arrays import check_choice, check_number
from scratchwork.errors import InvalidArgumentError


@dataclass(frozen=True)
class ValidationCurve:
    """The scores of the values of one parameter.

    Attributes
    ----------
    parameter : str
    values : tuple
        The v values, as given.
    fold_scores : ndarray (v, s)
        Accuracy for classifiers, R^2 for regressors.
    mean, std, standard_error : ndarray (v,)
        Over the folds; std has s - 1 in the denominator, and standard_error is std / sqrt(s). The training parts of the
        folds overlap, so it is rather too small.
    low, high : ndarray (v,)
        The smallest and the largest score of the folds.
    best : object
        The value of the highest mean; of equal ones the simplest.
    one_standard_error : object
        The simplest value whose mean is at least that of ``best`` less its standard error.
    """

    parameter: str
    values: tuple
    fold_scores: np.ndarray
    mean: np.ndarray
    std: np.ndarray
    standard_error: np.ndarray
    low: np.ndarray
    high: np.ndarray
    best: object
    one_standard_error: object


def validation_curve(estimator, parameter, values, X, y, *, n_splits=5, seed=0, simpler="larger"):
    """Score each value of one parameter by cross-validation.

    Parameters
    ----------
    estimator : estimator or callable
        With ``set_params`` and ``fit``: it is cloned, never changed. Or a function of a value that makes one.
    parameter : str
        Its name, ``step__name`` inside a Pipeline. For a function it is only the name in the result.
    values : sequence
        Different from each other, and such that they can be sorted.
    X : array-like of shape (n, d)
        The training part.
    y : array-like of shape (n,)
    n_splits : int
        The number of folds, at least 2; stratified by class for classifiers.
    seed : int
        Of the shuffle before the folds are cut.
    simpler : {"larger", "smaller"}
        Which values make the simpler model: larger k of k-NN, but smaller C of logistic regression.

    Returns
    -------
    ValidationCurve

    Examples
    --------
    >>> from scratchwork.models.nearest_neighbors import KNeighborsClassifier
    >>> X, y = np.arange(40.0).reshape(-1, 1), np.repeat([0, 1], [30, 10])
    >>> curve = validation_curve(KNeighborsClassifier(), "n_neighbors", [1, 5, 25], X, y)
    >>> curve.best, curve.mean.round(2).tolist()
    (5, [0.95, 1.0, 0.75])
    """
    check_number("n_splits", n_splits, integer=True, at_least=2)
    check_choice("simpler", simpler, ("larger", "smaller"))
    values = tuple(values)
    if not values:
        raise InvalidArgumentError("values is empty; give at least one value to try.")
    if len(set(values)) < len(values):
        raise InvalidArgumentError(f"values={values} must be different from each other.")
    make = estimator if not hasattr(estimator, "fit") else lambda value: changed(estimator, parameter, value)
    folds = cut_folds(make(values[0]), X, y, n_splits, seed)
    scores = np.array([fold_scores(make, parameter, values, X, y, *fold) for fold in folds]).T  # (v, s)
    return summarise(parameter, values, scores, simpler)


def changed(estimator, parameter, value):
    """A fresh copy of ``estimator`` with one parameter changed."""
    from sklearn.base import clone

    return clone(estimator).set_params(**{parameter: value})


def cut_folds(model, X, y, n_splits, seed):
    """A list of (training rows, held-out rows), shuffled, and stratified by class for a classifier."""
    from sklearn.base import is_classifier
    from sklearn.model_selection import KFold, StratifiedKFold

    if not is_classifier(model):
        check_number("n_splits", n_splits, integer=True, at_most=len(y))
        return list(KFold(n_splits, shuffle=True, random_state=seed).split(X))
    labels, counts = np.unique(y, return_counts=True)
    if counts.min() < n_splits:
        raise InvalidArgumentError(
            f"n_splits={n_splits} must be at most the number of samples of every class; "
            f"class {labels[counts.argmin()]!s} has {counts.min()}."
        )
    return list(StratifiedKFold(n_splits, shuffle=True, random_state=seed).split(X, y))


def fold_scores(make, parameter, values, X, y, train, held_out):
    """The score of every value on one fold, in the order of ``values``.

    k nearest neighbours are the first k of more, so for ``n_neighbors`` one search for the largest serves all values.
    """
    from sklearn.metrics import accuracy_score, r2_score
    from sklearn.utils import _safe_indexing as rows_of

    X_train, y_train, X_held, y_held = (rows_of(part, rows) for rows in (train, held_out) for part in (X, y))
    if parameter == "n_neighbors" and hasattr(make(values[0]), "predict_from"):
        model = make(max(values)).fit(X_train, y_train)
        D, I = model.kneighbors(X_held)
        score = accuracy_score if hasattr(model, "classes_") else r2_score
        return [score(y_held, model.predict_from(D[:, :k], I[:, :k])) for k in values]
    return [make(value).fit(X_train, y_train).score(X_held, y_held) for value in values]


def summarise(parameter, values, scores, simpler):
    """The record from ``scores`` (v, s)."""
    mean, std = scores.mean(axis=1), scores.std(axis=1, ddof=1)
    standard_error = std / np.sqrt(scores.shape[1])
    by_simplicity = sorted(range(len(values)), key=lambda i: values[i], reverse=simpler == "larger")
    best = max(by_simplicity, key=lambda i: mean[i])  # the first of equal ones, so the simplest
    enough = mean[best] - standard_error[best]
    simplest = next(i for i in by_simplicity if mean[i] >= enough)
    return ValidationCurve(
        parameter, values, scores, mean, std, standard_error, scores.min(axis=1), scores.max(axis=1),
        best=values[best], one_standard_error=values[simplest],
    )  # fmt: skip
