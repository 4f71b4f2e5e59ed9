"""Effect sizes by hand, by their properties, and their intervals by simulation."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from scratchwork.errors import InvalidArgumentError
from scratchwork.statistics import effects

GROUP = st.lists(st.integers(-20, 20), min_size=2, max_size=15)


def test_hedges_g_by_hand():
    # Means 3 and 5, pooled deviation sqrt(2.5): d = -1.2649; factor 1 - 3 / 31.
    effect = effects.hedges_g([1, 2, 3, 4, 5], [3, 4, 5, 6, 7])
    d = -2 / math.sqrt(2.5)
    assert effect.value == pytest.approx(d * (1 - 3 / 31))
    assert effect.high - effect.value == pytest.approx(1.96 * math.sqrt(0.4 + effect.value**2 / 20), rel=1e-4)


@given(GROUP, GROUP)
def test_cliffs_delta_is_counted(first, second):
    counted = np.mean([[np.sign(a - b) for b in second] for a in first])
    effect = effects.cliffs_delta(first, second)
    assert effect.value == pytest.approx(counted, abs=1e-12)
    assert effects.cliffs_delta(second, first).value == pytest.approx(-counted, abs=1e-12)
    assert -1 <= effect.low <= effect.value + 1e-9
    assert effect.value - 1e-9 <= effect.high <= 1


def test_cliffs_delta_is_mann_whitneys_u(rng):
    first, second = rng.normal(size=30), rng.normal(0.5, size=40)
    u = stats.mannwhitneyu(first, second).statistic
    assert effects.cliffs_delta(first, second).value == pytest.approx(2 * u / 1200 - 1)


def test_cliffs_interval_covers(rng):
    """For normal groups shifted by 0.5 the true delta is 2 Phi(0.5 / sqrt 2) - 1; about 95 % of intervals hold it."""
    true = 2 * stats.norm.cdf(0.5 / math.sqrt(2)) - 1
    covered = 0
    for _ in range(400):
        effect = effects.cliffs_delta(rng.normal(0.5, size=25), rng.normal(0, size=25))
        covered += effect.low <= true <= effect.high
    assert 0.92 <= covered / 400 <= 0.985


def test_hedges_interval_covers(rng):
    covered = 0
    for _ in range(400):
        effect = effects.hedges_g(rng.normal(0.5, size=25), rng.normal(0, size=25))
        covered += effect.low <= 0.5 <= effect.high
    assert 0.92 <= covered / 400 <= 0.985


def test_shares_of_variance(rng):
    groups = [rng.normal(mean, size=50) for mean in (0, 1, 2)]
    f = stats.f_oneway(*groups).statistic
    # omega^2 = (df_b (F - 1)) / (df_b (F - 1) + n), an identity of the definitions.
    assert effects.omega_squared(groups) == pytest.approx(2 * (f - 1) / (2 * (f - 1) + 150))
    eta = 2 * f / (2 * f + 147)
    assert effects.correlation_ratio(groups) == pytest.approx(math.sqrt(eta))
    assert effects.epsilon_squared(groups) == pytest.approx(stats.kruskal(*groups).statistic / 149)
    assert effects.epsilon_squared([[1, 1], [1, 1]]) == 0
    assert effects.omega_squared([[1, 1], [1, 1]]) == 0


def test_cramers_v_ignores_empty_rows_and_is_one_for_a_copy():
    counts = np.diag([30, 30, 30])
    assert effects.cramers_v(counts) == pytest.approx(1)
    assert effects.cramers_v(np.vstack([counts, [0, 0, 0]])) == pytest.approx(1)
    assert effects.cramers_v([[5, 5]]) == 0


def test_odds_ratio_with_an_empty_cell():
    effect = effects.odds_ratio([[0, 10], [10, 10]])
    assert effect.value == pytest.approx(0.5 * 10.5 / (10.5 * 10.5))
    assert effect.interval == "Woolf, 1/2 added to each cell"


def test_correlation_interval_is_scipys():
    x, y = [1, 2, 3, 4, 5, 6, 7], [2, 1, 4, 3, 7, 5, 6]
    test = stats.pearsonr(x, y)
    effect = effects.correlation_effect("Pearson's r", float(test.statistic), 7)
    assert (effect.low, effect.high) == pytest.approx(tuple(test.confidence_interval()))
    assert effects.correlation_effect("Pearson's r", 1.0, 7).low == 1.0


def test_words():
    with pytest.raises(InvalidArgumentError, match="needs two values in each group; the groups have 1 and 2"):
        effects.hedges_g([1], [1, 2])
    with pytest.raises(InvalidArgumentError, match="needs a value in each group; the groups have 0 and 1"):
        effects.cliffs_delta([np.nan], [1])


def test_bootstrap_interval_of_a_mean(rng):
    values = rng.normal(size=200)
    low, high = effects.bootstrap_interval(lambda v: v.mean(), (values,))
    half = 1.96 * values.std() / math.sqrt(200)
    assert low == pytest.approx(values.mean() - half, abs=0.03)
    assert high == pytest.approx(values.mean() + half, abs=0.03)
    assert effects.bootstrap_interval(lambda v: None, (values,)) == (None, None)
