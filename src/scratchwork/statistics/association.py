"""The test for two columns: chosen from their kinds and from checked assumptions, and the reason is part of the result.

| columns | where the assumptions hold | else |
|---|---|---|
| number, two groups | Welch's t | Mann-Whitney |
| number, more groups | Welch's analysis of variance | Kruskal-Wallis |
| two categories | chi-square | Fisher's exact (2 x 2), or chi-square by random permutation |
| two numbers | Pearson | Spearman; Kendall for few rows or many ties |
"""

import math
from dataclasses import dataclass, replace

import numpy as np

from scratchwork.errors import InvalidArgumentError
from scratchwork.statistics import directions, effects
from scratchwork.statistics.effects import Effect

BOOTSTRAP_ROWS = 5000
SMALL_GROUP = 30
KENDALL_ROWS = 30
CATEGORICAL = ("category", "ordered", "boolean")


@dataclass(frozen=True)
class Association:
    """One test of two columns, as a row.

    Attributes
    ----------
    first, second : str
    test, reason : str
        What was tested and why this test.
    statistic, df, p : float
        ``df`` is None where the test has none.
    p_corrected : float or None
        After correction for all tests of the analysis.
    effect : Effect
    n : int
        Rows where both columns have a value.
    direction : str
        Which way it goes, in words.
    sentence : str
        The result in plain words, which claims no cause.
    """

    first: str
    second: str
    test: str
    reason: str
    statistic: float
    df: float | None
    p: float
    p_corrected: float | None
    effect: Effect
    n: int
    direction: str = ""
    sentence: str = ""

    def with_correction(self, p_corrected):
        """The same row with its corrected p and its sentence."""
        row = replace(self, p_corrected=float(p_corrected))
        return replace(row, sentence=sentence_for(row))


def associate(first, second, x, y, kind_x, kind_y, *, seed=0, bootstrap=True):
    """Test the association of two columns.

    Parameters
    ----------
    first, second : str
        Their names.
    x, y : array-like (n,)
        Their values; missing ones (None, NaN) are left out in pairs.
    kind_x, kind_y : {"number", "category", "ordered", "boolean"}
    seed : int
        Of permutations and the bootstrap.
    bootstrap : bool
        Make intervals that have no closed form, up to 5,000 rows.

    Returns
    -------
    Association or None
        None where nothing can be tested: fewer than five rows, or a column that does not vary.

    >>> row = associate("dose", "response", [1, 2, 3, 4, 5, 6], [2, 4, 5, 4, 5, 7], "number", "number")
    >>> row.test, round(row.statistic, 3)
    ("Kendall's tau", 0.788)
    """
    import pandas as pd

    for name, kind in ((first, kind_x), (second, kind_y)):
        if kind != "number" and kind not in CATEGORICAL:
            raise InvalidArgumentError(f"{name} is of kind {kind!r}; tests take numbers and categories.")
    frame = pd.DataFrame({"x": pd.Series(x).reset_index(drop=True), "y": pd.Series(y).reset_index(drop=True)}).dropna()
    if len(frame) < 5 or frame["x"].nunique() < 2 or frame["y"].nunique() < 2:
        return None
    numeric = (kind_x == "number", kind_y == "number")
    if all(numeric):
        return _two_numbers(first, second, _float(frame["x"]), _float(frame["y"]))
    if not any(numeric):
        return _two_categories(first, second, frame["x"].astype(str), frame["y"].astype(str), seed, bootstrap)
    values, labels = (frame["x"], frame["y"]) if numeric[0] else (frame["y"], frame["x"])
    roles = (first, second) if numeric[0] else (second, first)
    return _number_and_groups(first, second, roles, _float(values), labels.astype(str).to_numpy(), seed, bootstrap)


def _float(series):
    return series.to_numpy(dtype=np.float64)


def skewness(values):
    """The third standardised moment, 0 where the values do not vary."""
    centred = values - values.mean()
    spread = np.sqrt(np.mean(centred**2))
    return float(np.mean(centred**3) / spread**3) if spread > 0 else 0.0


def means_can_be_compared(groups):
    """Whether tests of means hold in these groups, and why: (bool, reason).

    Groups of 30 and more with a skewness below 2 have nearly normal means; smaller ones must look normal themselves
    (Shapiro and Wilk, p above 0.05).
    """
    from scipy.stats import shapiro

    for group in groups:
        if len(group) < 3 or np.ptp(group) == 0:
            return False, f"a group has {len(group)} rows or does not vary"
        if len(group) >= SMALL_GROUP:
            if abs(skewness(group)) >= 2:
                return False, f"a group has the skewness {skewness(group):.1f}"
        else:
            p = float(shapiro(group).pvalue)
            if p < 0.05:
                return False, f"a group of {len(group)} rows does not look normal (Shapiro-Wilk p {p:.3f})"
    smallest = min(len(group) for group in groups)
    if smallest >= SMALL_GROUP:
        return True, f"each group has at least {SMALL_GROUP} rows and a skewness below 2"
    return True, "small groups look normal (Shapiro-Wilk)"


def _number_and_groups(first, second, roles, values, labels, seed, bootstrap):
    names, codes = np.unique(labels, return_inverse=True)
    groups = [values[codes == i] for i in range(len(names))]
    groups = [group for group in groups if len(group) >= 2]
    if len(groups) < 2 or np.ptp(np.concatenate(groups)) == 0:
        return None
    normal, reason = means_can_be_compared(groups)
    if len(groups) == 2:
        name, test, df, effect = _two_groups(groups, normal)
    else:
        name, test, df, effect = _more_groups(groups, normal, seed, bootstrap)
    n = sum(len(group) for group in groups)
    row = Association(first, second, name, reason, float(test.statistic), df, float(test.pvalue), None, effect, n)
    return replace(row, direction=directions.of_groups(values, codes, names, *roles))


def _two_groups(groups, normal):
    from scipy import stats

    if normal:
        test = stats.ttest_ind(*groups, equal_var=False)
        return "Welch's t", test, float(test.df), effects.hedges_g(*groups)
    return "Mann-Whitney", stats.mannwhitneyu(*groups), None, effects.cliffs_delta(*groups)


def _more_groups(groups, normal, seed, bootstrap):
    from scipy import stats

    df = float(len(groups) - 1)
    if normal:
        effect = _group_effect("omega squared", effects.omega_squared, groups, seed, bootstrap)
        return "Welch's ANOVA", stats.f_oneway(*groups, equal_var=False), df, effect
    effect = _group_effect("epsilon squared", effects.epsilon_squared, groups, seed, bootstrap)
    return "Kruskal-Wallis", stats.kruskal(*groups), df, effect


def _group_effect(name, measure, groups, seed, bootstrap):
    value = measure(groups)
    n = sum(len(group) for group in groups)
    if not bootstrap or n > BOOTSTRAP_ROWS:
        return Effect(name, value, None, None, "none")
    values = np.concatenate(groups)
    codes = np.repeat(np.arange(len(groups)), [len(group) for group in groups])

    def resampled(v, c):
        parts = [v[c == i] for i in range(len(groups))]
        parts = [part for part in parts if len(part) >= 2]
        return measure(parts) if len(parts) >= 2 else None

    low, high = effects.bootstrap_interval(resampled, (values, codes), seed=seed)
    return Effect(name, value, low, high, "bootstrap, percentiles")


def _two_categories(first, second, x, y, seed, bootstrap):
    import pandas as pd
    from scipy import stats

    counts = pd.crosstab(x, y).to_numpy()
    smallest = stats.contingency.expected_freq(counts)
    chi = stats.chi2_contingency(counts, correction=False)
    statistic, df = float(chi.statistic), float(chi.dof)
    if (smallest >= 5).mean() >= 0.8 and smallest.min() >= 1:
        name, p, reason = (
            "chi-square",
            float(chi.pvalue),
            "expected counts are large enough (80 % at least 5, none below 1)",
        )
    elif counts.shape == (2, 2):
        exact = stats.fisher_exact(counts)
        name, statistic, df, p = "Fisher's exact", float(exact.statistic), None, float(exact.pvalue)
        reason = f"an expected count is {smallest.min():.1f}"
    else:
        name, p = "chi-square, permuted", _permuted_chi_square(x, y, statistic, seed)
        reason = f"an expected count is {smallest.min():.1f}; p from 2,000 random permutations"
    two_by_two = counts.shape == (2, 2)
    effect = effects.odds_ratio(counts) if two_by_two else _category_effect(x, y, counts, seed, bootstrap)
    direction = directions.of_categories(pd.crosstab(x, y), first, second)
    return Association(first, second, name, reason, statistic, df, p, None, effect, len(x), direction)


def _permuted_chi_square(x, y, observed, seed, permutations=2000):
    rng = np.random.default_rng(seed)
    _, a = np.unique(x, return_inverse=True)
    _, b = np.unique(y, return_inverse=True)
    shape = (a.max() + 1, b.max() + 1)
    expected = np.outer(np.bincount(a), np.bincount(b)) / len(a)
    larger = 0
    for _ in range(permutations):
        counts = np.bincount(a * shape[1] + rng.permutation(b), minlength=shape[0] * shape[1]).reshape(shape)
        larger += ((counts - expected) ** 2 / expected).sum() >= observed * (1 - 1e-12)
    return (larger + 1) / (permutations + 1)


def _category_effect(x, y, counts, seed, bootstrap):
    value = effects.cramers_v(counts)
    if not bootstrap or len(x) > BOOTSTRAP_ROWS:
        return Effect("Cramer's V", value, None, None, "none")
    _, a = np.unique(x, return_inverse=True)
    _, b = np.unique(y, return_inverse=True)
    shape = counts.shape

    def resampled(rows, columns):
        return effects.cramers_v(np.bincount(rows * shape[1] + columns, minlength=shape[0] * shape[1]).reshape(shape))

    low, high = effects.bootstrap_interval(resampled, (a, b), seed=seed)
    return Effect("Cramer's V", value, low, high, "bootstrap, percentiles")


def _two_numbers(first, second, x, y):
    name, reason = _choose_correlation(x, y)
    from scipy import stats

    tests = {"Pearson's r": stats.pearsonr, "Spearman's rho": stats.spearmanr, "Kendall's tau": stats.kendalltau}
    test = tests[name](x, y)
    r, n = float(test.statistic), len(x)
    if math.isnan(r):
        return None
    df = float(n - 2) if name == "Pearson's r" else None
    effect = effects.correlation_effect(name, r, n)
    direction = "they rise together" if r > 0 else "one falls as the other rises"
    return Association(first, second, name, reason, r, df, float(test.pvalue), None, effect, n, direction)


def _choose_correlation(x, y):
    n = len(x)
    ties = 1 - min(len(np.unique(x)), len(np.unique(y))) / n
    if n < KENDALL_ROWS or (ties > 0.5 and n <= BOOTSTRAP_ROWS):
        return "Kendall's tau", f"{n} rows" if n < KENDALL_ROWS else f"{ties:.0%} of a column's values are ties"
    skew = max(abs(skewness(x)), abs(skewness(y)))
    outlying = max(np.abs(v - v.mean()).max() / v.std() for v in (x, y))
    if skew < 1 and outlying < 5:
        reason = f"no strong skewness (at most {skew:.1f}) and no value beyond 5 standard deviations"
        return "Pearson's r", reason
    reason = f"skewness {skew:.1f}, largest value {outlying:.1f} standard deviations from the mean"
    return "Spearman's rho", reason


def sentence_for(row, level=0.05):
    """The result in plain words."""
    p = row.p if row.p_corrected is None else row.p_corrected
    size = f"{row.effect.name} {row.effect.value:.2f}"
    if row.effect.low is not None:
        size += f", 95 % interval {row.effect.low:.2f} to {row.effect.high:.2f}"
    if p >= level:
        return f"These {row.n:,} rows do not show that {row.first} and {row.second} are associated ({size})."
    way = f": {row.direction}" if row.direction else ""
    words = f"{row.first} and {row.second} are associated{way}. The effect is {effects.strength(row.effect)} ({size})."
    return f"{words} This is no proof of cause."
