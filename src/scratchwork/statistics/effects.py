"""Effect sizes with 95 % intervals.

scipy.stats has the tests; these few lines say how large an effect is. Each returns an `Effect`. Intervals are in closed
form where there is one; `bootstrap_interval` is for the others.

Letters: n, m sizes of two groups; r a correlation; z the normal quantile 1.96.
"""

import math
from typing import NamedTuple

import numpy as np

from scratchwork.errors import InvalidArgumentError

Z_95 = 1.959963984540054


class Effect(NamedTuple):
    """An effect size: its name, its value, the bounds of its 95 % interval, and how the interval was made."""

    name: str
    value: float
    low: float | None
    high: float | None
    interval: str


def hedges_g(first, second):
    """Difference of two means in pooled standard deviations, freed of its small-sample bias.

    d = (mean_1 - mean_2) / s_pooled; g = d (1 - 3 / (4 (n + m) - 9)); the variance of g is about
    (n + m) / (n m) + g^2 / (2 (n + m)).

    References
    ----------
    L. V. Hedges, I. Olkin, Statistical Methods for Meta-Analysis, 1985, chapter 5.

    >>> effect = hedges_g([1, 2, 3, 4, 5], [2, 3, 4, 5, 6])
    >>> round(effect.value, 4)
    -0.5713
    """
    first, second = _finite(first), _finite(second)
    n, m = len(first), len(second)
    if min(n, m) < 2:
        raise InvalidArgumentError(f"Hedges' g needs two values in each group; the groups have {n} and {m}.")
    pooled = math.sqrt(((n - 1) * first.var(ddof=1) + (m - 1) * second.var(ddof=1)) / (n + m - 2))
    difference = float(first.mean() - second.mean())
    if pooled == 0:
        return Effect("Hedges' g", 0.0 if difference == 0 else math.copysign(math.inf, difference), None, None, "none")
    g = difference / pooled * (1 - 3 / (4 * (n + m) - 9))
    error = math.sqrt((n + m) / (n * m) + g**2 / (2 * (n + m)))
    return Effect("Hedges' g", g, g - Z_95 * error, g + Z_95 * error, "normal approximation")


def cliffs_delta(first, second):
    """P(first > second) - P(first < second) for a random pair: -1 to 1, 0 where neither tends to be larger.

    delta = 2 U / (n m) - 1 with the U of Mann and Whitney. The interval is Cliff's (1993), from the variance of the
    dominances of each row and each column of the n x m table of comparisons.

    References
    ----------
    N. Cliff, Dominance statistics: ordinal analyses to answer ordinal questions, Psychological Bulletin 114 (1993).

    >>> cliffs_delta([1, 2], [3, 4]).value, cliffs_delta([1, 3], [1, 3]).value
    (-1.0, 0.0)
    """
    first, second = _finite(first), _finite(second)
    n, m = len(first), len(second)
    if min(n, m) < 1:
        raise InvalidArgumentError(f"Cliff's delta needs a value in each group; the groups have {n} and {m}.")
    rows, columns = _dominances(first, second), -_dominances(second, first)
    delta = float(rows.mean())
    if min(n, m) < 2:
        return Effect("Cliff's delta", delta, None, None, "none")
    # The sum of squares of all n m comparisons (each -1, 0, 1) is the number of pairs that are not tied.
    ordered = _untied_pairs(first, second)
    within = n**2 * float(np.sum((columns - delta) ** 2)) + m**2 * float(np.sum((rows - delta) ** 2))
    variance = (within - (ordered - n * m * delta**2)) / (n * m * (n - 1) * (m - 1))
    variance = max(variance, (1 - delta**2) / (n * m - 1))
    spread = Z_95 * math.sqrt((1 - delta**2) ** 2 + Z_95**2 * variance) * math.sqrt(variance)
    centre, scale = delta - delta**3, 1 - delta**2 + Z_95**2 * variance
    if scale == 0:
        return Effect("Cliff's delta", delta, delta, delta, "Cliff 1993")
    low, high = (centre - spread) / scale, (centre + spread) / scale
    return Effect("Cliff's delta", delta, max(-1.0, low), min(1.0, high), "Cliff 1993")


def _dominances(first, second):
    """For each value of ``first``, the share of ``second`` below it minus the share above it."""
    ordered = np.sort(second)
    below = np.searchsorted(ordered, first, side="left")
    above = len(second) - np.searchsorted(ordered, first, side="right")
    return (below - above) / len(second)


def _untied_pairs(first, second):
    ordered = np.sort(second)
    tied = np.searchsorted(ordered, first, side="right") - np.searchsorted(ordered, first, side="left")
    return len(first) * len(second) - int(tied.sum())


def omega_squared(groups):
    """The share of the variance that the groups explain, freed of most of its bias; 0 at least.

    (SS_between - (k - 1) MS_within) / (SS_total + MS_within).

    References
    ----------
    W. L. Hays, Statistics for Psychologists, 1963.
    """
    groups = [_finite(group) for group in groups]
    values = np.concatenate(groups)
    k, n = len(groups), len(values)
    between = sum(len(group) * (group.mean() - values.mean()) ** 2 for group in groups)
    within = sum(((group - group.mean()) ** 2).sum() for group in groups)
    mean_within = within / (n - k) if n > k else 0.0
    scale = between + within + mean_within
    return max(0.0, float((between - (k - 1) * mean_within) / scale)) if scale > 0 else 0.0


def correlation_ratio(groups):
    """eta = sqrt(SS_between / SS_total): 0 where all group means are equal, 1 where the group says all.

    >>> correlation_ratio([[1, 1], [2, 2]])
    1.0
    """
    groups = [_finite(group) for group in groups]
    values = np.concatenate(groups)
    total = ((values - values.mean()) ** 2).sum()
    between = sum(len(group) * (group.mean() - values.mean()) ** 2 for group in groups)
    return float(math.sqrt(between / total)) if total > 0 else 0.0


def epsilon_squared(groups):
    """Kruskal and Wallis's H as a share: H / (n - 1), 0 to 1, with H corrected for ties."""
    from scipy.stats import kruskal

    groups = [_finite(group) for group in groups]
    values = np.concatenate(groups)
    if np.all(values == values[0]):
        return 0.0
    return float(kruskal(*groups).statistic / (len(values) - 1))


def cramers_v(counts):
    """Association of two categories from their table of counts, corrected for bias: 0 to 1.

    phi^2 = chi^2 / n less its expectation (r - 1)(c - 1) / (n - 1) under independence, over the largest it can be.

    References
    ----------
    W. Bergsma, A bias-correction for Cramer's V and Tschuprow's T, J. Korean Statistical Society 42 (2013), 323-328.

    >>> cramers_v([[10, 10], [10, 10]])
    0.0
    """
    counts = np.asarray(counts, dtype=np.float64)
    counts = counts[counts.sum(axis=1) > 0][:, counts.sum(axis=0) > 0]
    n, (r, c) = counts.sum(), counts.shape
    if min(r, c) < 2 or n < 2:
        return 0.0
    expected = np.outer(counts.sum(axis=1), counts.sum(axis=0)) / n
    phi = ((counts - expected) ** 2 / expected).sum() / n
    phi = max(0.0, phi - (r - 1) * (c - 1) / (n - 1))
    rows, columns = r - (r - 1) ** 2 / (n - 1), c - (c - 1) ** 2 / (n - 1)
    return float(min(1.0, math.sqrt(phi / min(rows - 1, columns - 1)))) if min(rows, columns) > 1 else 0.0


def odds_ratio(counts):
    """The odds ratio of a 2 x 2 table with Woolf's interval; 1/2 is added to every cell where one is empty.

    log(ad / bc) +- z sqrt(1/a + 1/b + 1/c + 1/d).

    >>> effect = odds_ratio([[10, 20], [30, 40]])  # 10 * 40 / (20 * 30)
    >>> round(effect.value, 4), round(effect.low, 4), round(effect.high, 4)
    (0.6667, 0.2725, 1.6309)
    """
    counts = np.asarray(counts, dtype=np.float64)
    added = 0.5 if np.any(counts == 0) else 0.0
    (a, b), (c, d) = counts + added
    log = math.log(a * d / (b * c))
    error = math.sqrt(1 / a + 1 / b + 1 / c + 1 / d)
    how = "Woolf" if not added else "Woolf, 1/2 added to each cell"
    return Effect("odds ratio", math.exp(log), math.exp(log - Z_95 * error), math.exp(log + Z_95 * error), how)


def correlation_effect(name, r, n):
    """A correlation with its interval on Fisher's scale, atanh(r) +- z se.

    se is sqrt(1 / (n - 3)) for Pearson, sqrt((1 + r^2 / 2) / (n - 3)) for Spearman, sqrt(0.437 / (n - 4)) for Kendall.

    References
    ----------
    D. G. Bonett, T. A. Wright, Sample size requirements for estimating Pearson, Kendall and Spearman correlations,
    Psychometrika 65 (2000), 23-28.

    >>> effect = correlation_effect("Pearson's r", 0.5, 28)
    >>> round(effect.low, 3), round(effect.high, 3)
    (0.156, 0.736)
    """
    squared = {
        "Pearson's r": 1 / (n - 3) if n > 3 else None,
        "Spearman's rho": (1 + r**2 / 2) / (n - 3) if n > 3 else None,
        "Kendall's tau": 0.437 / (n - 4) if n > 4 else None,
    }[name]
    if squared is None or abs(r) >= 1:
        return Effect(name, r, r if abs(r) >= 1 else None, r if abs(r) >= 1 else None, "none")
    centre, half = math.atanh(r), Z_95 * math.sqrt(squared)
    return Effect(name, r, math.tanh(centre - half), math.tanh(centre + half), "Fisher's z")


def bootstrap_interval(statistic, columns, *, seed=0, resamples=400):
    """The 2.5 and 97.5 percentiles of ``statistic(*columns)`` over resampled rows.

    ``columns`` are arrays of the same length; rows are drawn together.
    """
    rng = np.random.default_rng(seed)
    n = len(columns[0])
    values = []
    for _ in range(resamples):
        rows = rng.integers(0, n, n)
        value = statistic(*(column[rows] for column in columns))
        if value is not None and math.isfinite(value):
            values.append(value)
    if len(values) < resamples / 2:
        return None, None
    low, high = np.percentile(values, [2.5, 97.5])
    return float(low), float(high)


STRENGTH = {
    "Hedges' g": (0.2, 0.5, 0.8),
    "Cliff's delta": (0.147, 0.33, 0.474),
    "omega squared": (0.01, 0.06, 0.14),
    "epsilon squared": (0.01, 0.06, 0.14),
    "Cramer's V": (0.1, 0.3, 0.5),
    "Pearson's r": (0.1, 0.3, 0.5),
    "Spearman's rho": (0.1, 0.3, 0.5),
    "Kendall's tau": (0.07, 0.21, 0.35),
    "odds ratio": (1.5, 3.5, 9.0),
}


def strength(effect):
    """ "negligible", "small", "medium" or "large", by the usual conventions (Cohen 1988; Romano 2006; Chen 2010)."""
    value = abs(effect.value)
    if effect.name == "odds ratio":
        value = max(effect.value, 1 / effect.value) if effect.value > 0 else math.inf
    words = ("negligible", "small", "medium", "large")
    return words[sum(value >= bound for bound in STRENGTH[effect.name])]


def _finite(values):
    values = np.asarray(values, dtype=np.float64)
    return values[np.isfinite(values)]
