"""Scores against scikit-learn, intervals against published values."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics

from scratchwork.errors import InvalidArgumentError
from scratchwork.evaluation.scores import (
    classification_scores,
    log_loss,
    r_squared,
    regression_scores,
    wilson_interval,
)


def test_wilson_by_hand():
    # Newcombe, Statistics in Medicine 17 (1998), table I: 15/148, 0/20, 1/29.
    for (k, n), (low, high) in {(15, 148): (0.0624, 0.1605), (0, 20): (0, 0.1611), (1, 29): (0.0061, 0.1718)}.items():
        assert wilson_interval(k, n) == pytest.approx((low, high), abs=5e-5)


@given(st.integers(1, 10_000), st.data())
def test_wilson_holds_the_share_and_stays_in_the_unit_interval(n, data):
    k = data.draw(st.integers(0, n))
    low, high = wilson_interval(k, n)
    assert 0 <= low <= k / n <= high <= 1
    mirrored = wilson_interval(n - k, n)
    assert mirrored == pytest.approx((1 - high, 1 - low), abs=1e-12)


def test_wilson_words():
    with pytest.raises(InvalidArgumentError, match="n=0 must be an integer of at least 1"):
        wilson_interval(0, 0)
    with pytest.raises(InvalidArgumentError, match="successes=5 must be an integer of at least 0 and at most 4"):
        wilson_interval(5, 4)


def test_classification_scores_are_scikit_learns(rng):
    y, predicted = rng.integers(0, 4, 200), rng.integers(0, 4, 200)
    probabilities = rng.dirichlet(np.ones(4), 200)
    scores = classification_scores(y, predicted, probabilities, np.arange(4))
    assert scores.accuracy == metrics.accuracy_score(y, predicted)
    assert scores.precision == pytest.approx(metrics.precision_score(y, predicted, average="macro"))
    assert scores.recall == pytest.approx(metrics.recall_score(y, predicted, average="macro"))
    assert scores.f1 == pytest.approx(metrics.f1_score(y, predicted, average="macro"))
    assert scores.balanced_accuracy == pytest.approx(metrics.balanced_accuracy_score(y, predicted))
    assert scores.log_loss == pytest.approx(metrics.log_loss(y, probabilities, labels=np.arange(4)))


def test_scores_of_text_labels_and_unknown_classes():
    y = np.array(["cat", "dog", "dog", "owl"])
    scores = classification_scores(y, np.array(["cat", "dog", "cat", "cat"]))
    assert (scores.accuracy, scores.log_loss) == (0.5, None)
    assert log_loss(y, np.full((4, 2), 0.5), np.array(["cat", "dog"])) == np.inf


def test_columns_are_refused():
    with pytest.raises(InvalidArgumentError, match=r"y_true has the shape \(3, 1\) and y_pred \(3,\)"):
        classification_scores(np.zeros((3, 1)), np.zeros(3))
    with pytest.raises(InvalidArgumentError, match="y_true is empty"):
        classification_scores(np.zeros(0), np.zeros(0))


def test_regression_scores_are_scikit_learns(rng):
    y = rng.normal(size=100)
    predicted = y + rng.normal(size=100) / 3
    scores = regression_scores(y, predicted)
    assert scores.r2 == pytest.approx(metrics.r2_score(y, predicted))
    assert scores.rmse == pytest.approx(metrics.root_mean_squared_error(y, predicted))
    assert scores.mae == pytest.approx(metrics.mean_absolute_error(y, predicted))
    assert scores.r2_low < scores.r2 < scores.r2_high
    assert regression_scores(y, predicted) == scores


def test_r_squared_of_a_constant_is_none():
    assert r_squared(np.ones(3), np.zeros(3)) is None
    assert regression_scores(np.ones(3), np.zeros(3)).r2_low is None
