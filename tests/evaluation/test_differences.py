"""Difference tests: exact values by hand, the size of each test by simulation."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scratchwork.errors import InvalidArgumentError
from scratchwork.evaluation.differences import compare_pairs, corrected_resampled_t, holm, mcnemar_exact


def test_mcnemar_by_hand():
    # 10 against 2 of 12 differing rows: 2 (C(12,0) + C(12,1) + C(12,2)) / 2^12.
    first = np.array([True] * 10 + [False] * 2 + [True] * 50)
    second = np.array([False] * 10 + [True] * 2 + [True] * 50)
    expected = 2 * (1 + 12 + 66) / 2**12
    assert mcnemar_exact(first, second) == (10, 2, pytest.approx(expected))
    assert mcnemar_exact(first, first) == (0, 0, 1.0)


@given(st.integers(0, 40), st.integers(0, 40))
def test_mcnemar_is_symmetric(b, c):
    first = np.array([True] * b + [False] * c, dtype=bool)
    assert mcnemar_exact(first, ~first)[2] == mcnemar_exact(~first, first)[2]


def test_holm_against_published_values():
    # R: p.adjust(c(0.01, 0.02, 0.03, 0.04, 0.05), "holm")
    np.testing.assert_allclose(holm([0.01, 0.02, 0.03, 0.04, 0.05]), [0.05, 0.08, 0.09, 0.09, 0.09])
    np.testing.assert_allclose(holm([0.9, 0.001]), [0.9, 0.002])


def test_corrected_t_by_hand():
    differences = np.array([0.02, 0.00, 0.04, 0.02])
    mean, low, high, p = corrected_resampled_t(differences, 0.2)
    error = math.sqrt(differences.var(ddof=1) * (1 / 4 + 0.25))
    assert mean == pytest.approx(0.02)
    assert high - mean == pytest.approx(mean - low) == pytest.approx(3.18244630528 * error)  # t(0.975, 3), from tables
    assert 0.05 < p < 1
    assert corrected_resampled_t([0.0, 0.0], 0.2) == (0.0, 0.0, 0.0, 1.0)


def test_corrected_t_words():
    with pytest.raises(InvalidArgumentError, match="differences has 1 entries; the test needs at least 2 splits"):
        corrected_resampled_t([0.1], 0.2)
    with pytest.raises(InvalidArgumentError, match="test_share=1.2 must be a number"):
        corrected_resampled_t([0.1, 0.2], 1.2)


def test_pairs_are_corrected_together(rng):
    y = rng.integers(0, 2, 400)
    good, bad = y.copy(), y.copy()
    bad[:60] = 1 - bad[:60]
    pairs = compare_pairs(y, {"good": good, "bad": bad, "same": good})
    by_names = {(pair.first, pair.second): pair for pair in pairs}
    assert by_names["good", "bad"].distinguishable
    assert by_names["good", "bad"].p_corrected == pytest.approx(3 * by_names["good", "bad"].p)
    assert not by_names["good", "same"].distinguishable
    assert compare_pairs(y, {"good": good}) == []


def test_mcnemar_keeps_its_level(rng):
    """Two classifiers of equal accuracy: at most 5 % of 2,000 simulated comparisons fall below 0.05."""
    false_claims = sum(mcnemar_exact(rng.random(100) < 0.8, rng.random(100) < 0.8)[2] < 0.05 for _ in range(2000))
    assert false_claims / 2000 <= 0.05
