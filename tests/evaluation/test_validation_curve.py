"""The validation curve: by hand, against scikit-learn, the two rules of choice, the words of the errors."""

import numpy as np
import pytest
from sklearn.datasets import load_digits, load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold
from sklearn.model_selection import validation_curve as their_curve
from sklearn.neighbors import KNeighborsClassifier as TheirClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from scratchwork.errors import InvalidArgumentError, InvalidTypeError
from scratchwork.evaluation.validation_curve import summarise, validation_curve
from scratchwork.models.nearest_neighbors import KNeighborsClassifier, KNeighborsRegressor

IRIS = load_iris(return_X_y=True)


def test_the_two_choices_by_hand():
    """Means .80 .90 .89 .70; the best, .90, has standard error .1 / sqrt(3) / ... = .0115, so .89 is enough."""
    scores = np.array([[0.8, 0.8, 0.8], [0.88, 0.90, 0.92], [0.89, 0.89, 0.89], [0.7, 0.7, 0.7]])
    curve = summarise("n_neighbors", (1, 3, 9, 27), scores, "larger")
    assert (curve.best, curve.one_standard_error) == (3, 9)
    np.testing.assert_allclose(curve.standard_error[1], 0.02 / 3**0.5)
    np.testing.assert_allclose(curve.mean, [0.8, 0.9, 0.89, 0.7])
    np.testing.assert_allclose([curve.low[1], curve.high[1]], [0.88, 0.92])
    curve = summarise("C", (1, 3, 9, 27), scores, "smaller")
    assert (curve.best, curve.one_standard_error) == (3, 3)


def test_of_equal_means_the_best_is_the_simplest():
    scores = np.full((3, 4), 0.5)
    assert summarise("k", (1, 2, 3), scores, "larger").best == 3
    assert summarise("k", (3, 1, 2), scores, "smaller").best == 1


@pytest.mark.parametrize("weights", ["uniform", "distance"])
def test_the_scores_are_those_of_scikit_learn_on_the_same_folds(weights):
    X, y = IRIS
    values = [1, 5, 40, 3]
    curve = validation_curve(KNeighborsClassifier(weights=weights), "n_neighbors", values, X, y, seed=3)
    folds = StratifiedKFold(5, shuffle=True, random_state=3)
    _, theirs = their_curve(
        KNeighborsClassifier(weights=weights), X, y, param_name="n_neighbors", param_range=values, cv=folds
    )
    np.testing.assert_allclose(curve.fold_scores, theirs)
    assert curve.values == (1, 5, 40, 3)


def test_one_search_serves_all_values(monkeypatch):
    calls = []
    kneighbors = KNeighborsRegressor.kneighbors
    monkeypatch.setattr(KNeighborsRegressor, "kneighbors", lambda self, X: calls.append(len(X)) or kneighbors(self, X))
    X, y = IRIS
    curve = validation_curve(KNeighborsRegressor(), "n_neighbors", [1, 5, 9], X, y * 1.0, n_splits=3)
    assert calls == [50, 50, 50]
    slow = validation_curve(lambda k: KNeighborsRegressor(k), "k", [1, 5, 9], X, y * 1.0, n_splits=3)
    np.testing.assert_allclose(curve.fold_scores, slow.fold_scores)


def test_any_estimator_any_parameter_and_a_pipeline():
    X, y = IRIS
    curve = validation_curve(LogisticRegression(max_iter=500), "C", [1e-4, 1.0], X, y, simpler="smaller")
    assert curve.best == 1.0
    model = make_pipeline(StandardScaler(), TheirClassifier())
    curve = validation_curve(model, "kneighborsclassifier__n_neighbors", [1, 100], X, y)
    assert curve.best == 1
    assert model[-1].n_neighbors == 5, "the caller's estimator was changed"


def test_the_seed_decides_the_folds():
    X, y = load_digits(return_X_y=True)
    X, y = X[:300], y[:300]
    curves = [validation_curve(KNeighborsClassifier(), "n_neighbors", [1], X, y, seed=seed) for seed in (0, 0, 1)]
    assert (curves[0].fold_scores == curves[1].fold_scores).all()
    assert (curves[0].fold_scores != curves[2].fold_scores).any()


def words(error, **changes):
    X, y = IRIS
    arguments = {"estimator": KNeighborsClassifier(), "parameter": "n_neighbors", "values": [1], "X": X, "y": y}
    with pytest.raises(error) as caught:
        validation_curve(**arguments | changes)
    return str(caught.value)


def test_the_words_of_the_errors():
    assert words(InvalidArgumentError, values=[]) == "values is empty; give at least one value to try."
    assert words(InvalidArgumentError, values=[1, 1]) == "values=(1, 1) must be different from each other."
    assert words(InvalidArgumentError, n_splits=1) == "n_splits=1 must be an integer of at least 2."
    assert words(InvalidTypeError, n_splits=2.5) == (
        "n_splits=2.5 must be an integer of at least 2; it is of type float."
    )
    assert words(InvalidArgumentError, simpler="large") == (
        "simpler='large' must be one of 'larger', 'smaller'. Did you mean 'larger'?"
    )
    y = np.r_[np.zeros(147), np.ones(3)]
    assert words(InvalidArgumentError, y=y) == (
        "n_splits=5 must be at most the number of samples of every class; class 1.0 has 3."
    )
    assert words(InvalidArgumentError, estimator=KNeighborsRegressor(), n_splits=151) == (
        "n_splits=151 must be an integer of at most 150."
    )
    assert words(InvalidArgumentError, values=[500]) == (
        "n_neighbors=500 must be at most the number of samples, n_samples=120."
    )
