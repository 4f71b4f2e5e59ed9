"""Ours and scikit-learn's, with the same settings, give the same answers where the algorithm is exact."""

import importlib
import warnings

import numpy as np
import pytest
from sklearn.datasets import make_classification

from scratchwork.counterparts.sklearn_models import MAPPINGS, sklearn_counterpart
from scratchwork.errors import InvalidArgumentError, InvalidTypeError
from scratchwork.models.mlp import MLPClassifier, MLPRegressor

HOME = {
    "LogisticRegression": "logistic_regression", "LinearRegression": "linear_regression",
    "KMeans": "kmeans", "PCA": "pca",
    "KNeighborsClassifier": "nearest_neighbors", "KNeighborsRegressor": "nearest_neighbors",
}  # fmt: skip


def ours(name, **settings):
    return getattr(importlib.import_module(f"scratchwork.models.{HOME[name]}"), name)(**settings)


def table():
    return make_classification(80, 6, n_informative=5, n_redundant=0, n_classes=3, random_state=0)


@pytest.mark.parametrize(
    ("name", "settings", "method", "tolerance"),
    [
        ("LogisticRegression", {"C": 0.3, "solver": "newton"}, "predict_proba", 1e-6),
        ("LogisticRegression", {"C": 0.3, "class_weight": "balanced"}, "predict_proba", 1e-2),
        ("LinearRegression", {}, "predict", 1e-8),
        ("LinearRegression", {"alpha": 2.0}, "predict", 1e-8),
        (
            "KNeighborsClassifier",
            {"n_neighbors": 3, "weights": "distance", "metric": "manhattan"},
            "predict_proba",
            1e-8,
        ),
        ("KNeighborsRegressor", {"n_neighbors": 4}, "predict", 1e-8),
    ],
)
def test_same_answers(name, settings, method, tolerance):
    X, y = table()
    mine = ours(name, **settings)
    theirs = sklearn_counterpart(mine)
    assert type(theirs).__module__.startswith("sklearn.")
    np.testing.assert_allclose(getattr(mine.fit(X, y), method)(X), getattr(theirs.fit(X, y), method)(X), atol=tolerance)


def test_same_clusters_and_components():
    X, _ = table()
    mine = ours("KMeans", n_clusters=4, init=X[:4], n_init=1, random_state=0)
    np.testing.assert_array_equal(mine.fit(X).labels_, sklearn_counterpart(mine).fit(X).labels_)
    parts = ours("PCA", n_components=3, whiten=True)
    np.testing.assert_allclose(
        np.abs(parts.fit_transform(X)), np.abs(sklearn_counterpart(parts).fit_transform(X)), atol=1e-8
    )


@pytest.mark.parametrize("model", [MLPClassifier, MLPRegressor])
def test_networks_reach_the_same_objective(model):
    """Networks of lines, trained to the end from different weights: one objective, one optimum."""
    X, y = table()
    y = y if model is MLPClassifier else X @ np.arange(6.0)
    mine = model(
        (3,), "identity", solver="adam", learning_rate_init=0.02, alpha=1.0, batch_size="full", max_iter=3000,
        tol=1e-12, random_state=0,
    )  # fmt: skip
    theirs = sklearn_counterpart(mine, n_samples=80)
    assert theirs.batch_size == 80
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs.fit(X, y)
    assert mine.fit(X, y).loss_ == pytest.approx(theirs.loss_, rel=1e-2)


def test_every_setting_is_carried_over():
    mine = MLPClassifier(
        (5, 4), ("relu", "relu"), momentum=0.3, alpha=0.5, tol=1e-3, validation_fraction=0.2, beta_1=0.8
    )
    theirs = sklearn_counterpart(mine).get_params()
    shared = set(theirs) & set(mine.get_params()) - {"activation"}
    assert {name: theirs[name] for name in shared} == {name: mine.get_params()[name] for name in shared}
    assert theirs["activation"] == "relu"


@pytest.mark.parametrize(
    ("settings", "text"),
    [
        ({"dropout": 0.1}, "dropout=0.1 has no counterpart in scikit-learn: its networks have no dropout."),
        ({"activation": ("relu", "tanh"), "hidden_layer_sizes": (3, 3)},
         "activation=('relu', 'tanh') has no counterpart in scikit-learn: it has one activation for all layers."),
        ({"class_weight": "balanced"},
         "class_weight='balanced' has no counterpart in scikit-learn: its networks take sample_weight only."),
        ({"learning_rate": "cosine"},
         "learning_rate='cosine' has no counterpart in scikit-learn: it has 'constant', 'invscaling' and 'adaptive'."),
        ({"learning_rate": "adaptive"},
         "learning_rate='adaptive' has no counterpart in scikit-learn: it changes the rate of 'sgd' only."),
        ({"batch_size": "full"},
         "batch_size='full' has no counterpart in scikit-learn: it needs a number; give n_samples."),
    ],
)  # fmt: skip
def test_words_of_settings_without_a_counterpart(settings, text):
    with pytest.raises(InvalidArgumentError) as raised:
        sklearn_counterpart(MLPClassifier(**settings))
    assert str(raised.value) == text


def test_words_of_strangers():
    with pytest.raises(InvalidTypeError) as raised:
        sklearn_counterpart("logistic")
    assert str(raised.value) == (
        "'logistic' has no counterpart in scikit-learn; these have: LogisticRegression, LinearRegression, "
        "MLPClassifier, MLPRegressor, KNeighborsClassifier, KNeighborsRegressor, KMeans, PCA."
    )
    assert set(HOME) | {"MLPClassifier", "MLPRegressor"} == set(MAPPINGS)
