"""Curves, areas, calibration."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scratchwork.errors import InvalidArgumentError
from scratchwork.evaluation.probabilities import calibration, precision_recall, roc, threshold_table


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 8)), min_size=4, max_size=40))
def test_area_is_the_share_of_ordered_pairs(rows):
    y, scores = (np.array(column) for column in zip(*rows))
    if y.all() or not y.any():
        return
    pairs = [(a > b) + (a == b) / 2 for a in scores[y] for b in scores[~y]]
    curve = roc(y, scores)
    assert curve.area == pytest.approx(np.mean(pairs))
    assert np.trapezoid(curve.y, curve.x) == pytest.approx(curve.area)
    assert roc(y, -scores).area == pytest.approx(1 - curve.area)
    assert roc(y, np.exp(scores)).area == pytest.approx(curve.area)


def test_average_precision_by_hand():
    # Sorted by score: 1 0 1; precision at the hits 1 and 2/3.
    curve = precision_recall(np.array([True, False, True]), np.array([0.9, 0.5, 0.1]))
    assert curve.area == pytest.approx((1 + 2 / 3) / 2)


def test_calibration_of_true_probabilities(rng):
    p = rng.random(5000)
    found = calibration(rng.random(5000) < p, p)
    assert [bin.n for bin in found] == [500] * 10
    assert sum(bin.low <= bin.predicted <= bin.high for bin in found) >= 8
    assert len(calibration(np.array([True] * 12), np.full(12, 0.5))) == 1


def test_threshold_table_by_hand():
    y, p = np.array([True, True, False, False]), np.array([0.9, 0.3, 0.6, 0.1])
    (row,) = threshold_table(y, p, [0.5])
    assert (row.precision, row.recall, row.specificity, row.flagged) == (0.5, 0.5, 0.5, 0.5)
    assert threshold_table(y, p, [0.95])[0].precision is None


def test_words():
    with pytest.raises(InvalidArgumentError, match="y_true holds one class only; these curves need both"):
        roc(np.array([True, True]), np.array([0.1, 0.2]))
    with pytest.raises(InvalidArgumentError, match=r"y_true has the shape \(2, 1\) and scores \(2,\)"):
        roc(np.array([[True], [False]]), np.array([0.1, 0.2]))
