"""The verdict on a parameter: tests against formulas, simulations against the stated rates."""

import numpy as np
import pytest

from scratchwork.evaluation.differences import corrected_resampled_t
from scratchwork.experiments.judge import (
    detectable_difference,
    interval_of,
    judge,
    resampled_p,
    resampled_power,
    sampling_variance,
)


def test_without_a_floor_the_test_is_nadeau_and_bengios(rng):
    differences = rng.normal(0.01, 0.02, 7)
    assert resampled_p(differences, 0.2) == pytest.approx(corrected_resampled_t(differences, 0.2)[3], rel=1e-12)


def test_splits_that_agree_by_accident_prove_nothing():
    """Two seeds, the same one row of 288 gained in each: the plain variance is 0."""
    one = np.ones(288, dtype=bool)
    other = one.copy()
    other[0] = False
    right = [[one, one], [other, other]]
    scores = [[r.mean() for r in row] for row in right]
    verdict = judge(scores, 0.2, right=right)
    assert verdict.effect == "not distinguishable"
    assert verdict.pairs[0].p > 0.2


def test_sampling_variance_is_that_of_the_rows_that_differ():
    a, b = np.array([1, 1, 1, 0], bool), np.array([1, 0, 1, 1], bool)
    assert sampling_variance([[a], [b]], 0, 1) == 2 / 16
    assert sampling_variance([[a * 0.5], [b * 0.5]], 0, 1) == 0.5 / 16  # averages over a grid


def test_power_agrees_with_a_simulation(rng):
    """Differences of J splits with the correlation that the correction assumes, n_test / n."""
    share, n_splits, effect = 0.2, 5, 0.03
    common = rng.normal(0, np.sqrt(share), (4000, 1))
    own = rng.normal(0, np.sqrt(1 - share), (4000, n_splits))
    deviation = 0.012
    draws = effect + deviation * (common + own)
    found = np.mean([resampled_p(row, share) < 0.05 for row in draws])
    # What a sweep sees is the deviation between splits: the common part does not show in it.
    assert found == pytest.approx(resampled_power(effect, deviation * np.sqrt(1 - share), n_splits, share), abs=0.025)


def test_a_real_effect_is_found_at_the_stated_power(rng):
    """The detectable difference for 80 % is found in 80 % of simulated sweeps of two values."""
    share, n_splits, deviation = 0.2, 5, 0.01
    effect = detectable_difference(deviation * np.sqrt(1 - share), n_splits, share)
    found = 0
    for _ in range(600):
        noise = deviation * (rng.normal(0, np.sqrt(share)) + rng.normal(0, np.sqrt(1 - share), n_splits))
        base = rng.normal(0.9, 0.02, n_splits)
        found += judge([base, base + effect + noise], share).effect == "distinguishable"
    assert found / 600 == pytest.approx(0.8, abs=0.05)


def test_power_with_a_floor_agrees_with_a_simulation(rng):
    """Where the variance is mostly that of finite held-out parts, the floor makes the test find less."""
    share, n_splits, effect, floor = 0.2, 5, 0.025, 0.8
    draws = effect + 0.01 * np.sqrt(1 / (1 - share)) * (
        rng.normal(0, np.sqrt(share), (4000, 1)) + rng.normal(0, np.sqrt(1 - share), (4000, n_splits))
    )
    found = np.mean([resampled_p(row, share, floor * 0.01**2) < 0.05 for row in draws])
    stated = resampled_power(effect, 0.01, n_splits, share, floor=floor)
    assert found == pytest.approx(stated, abs=0.025)
    assert stated < resampled_power(effect, 0.01, n_splits, share) - 0.03


def test_detectable_difference_needs_a_deviation_and_two_splits():
    assert detectable_difference(0.0, 5, 0.2) is None
    assert detectable_difference(0.01, 1, 0.2) is None


def test_nothing_changed_at_all_is_no_effect():
    scores = [[0.9, 0.8], [0.9, 0.8], [0.9, 0.8]]
    assert judge(scores, 0.2, digests=[["a", "b"]] * 3).effect == "none"
    changed = [["a", "b"], ["a", "b"], ["a", "c"]]
    assert judge(scores, 0.2, digests=changed).effect == "not distinguishable"


def test_a_value_that_diverged_is_never_the_best():
    verdict = judge([[0.99, np.nan], [0.5, 0.6], [0.4, 0.5]], 0.2)
    assert (verdict.best, verdict.runner_up) == (1, 2)
    assert [(p.first, p.second) for p in verdict.pairs] == [(1, 2)]


def test_all_diverged_leaves_no_best():
    verdict = judge([[np.nan], [np.nan]], 0.2)
    assert verdict.best is None
    assert not verdict.distinguishable


def test_one_split_is_tested_by_mcnemar_and_claims_no_effect():
    first, second = np.ones(40, bool), np.ones(40, bool)
    second[:9] = False
    verdict = judge([[1.0], [31 / 40]], 0.2, right=[[first], [second]])
    assert verdict.pairs[0].p == pytest.approx(2 * 0.5**9)  # binom.test(9, 9)
    assert verdict.pairs[0].p_corrected < 0.05
    assert (verdict.effect, verdict.distinguishable) == ("not distinguishable", False)


def test_one_split_without_rows_allows_no_test():
    verdict = judge([[0.9], [0.1]], 0.2)
    assert verdict.pairs[0].p is None
    assert verdict.method == "one split: no test is possible"


def test_intervals():
    assert interval_of([0.5], 0.2, n_held=100, bounded=True) == pytest.approx((0.4038, 0.5962), abs=1e-4)  # Wilson
    assert interval_of([0.5], 0.2) == (None, None)
    assert interval_of([0.5, np.nan], 0.2) == (None, None)
    low, high = interval_of([0.99, 1.0, 1.0], 0.2, n_held=50, bounded=True)
    assert 0.9 < low < 0.99
    assert high == 1.0
