"""Does a parameter do anything, which value is best, and can the best be told from the next?

Values of a parameter are scored on the same J splits, so what is tested are differences within a split. With two splits
or more: the corrected resampled t test (Nadeau and Bengio, Machine Learning 52, 2003), whose variance is not taken to be
smaller than what the finite held-out parts alone make it. With one split the exact McNemar test says whether the two
*fitted models* differ; that is no effect of the parameter, because the luck of one start and one split is in it too. Every
pair of values is a test, so p is corrected by Holm's method.

Letters: v values, J splits.
"""

import itertools
import math
from functools import cache
from typing import NamedTuple

import numpy as np

from scratchwork.evaluation.differences import holm, mcnemar_exact
from scratchwork.evaluation.scores import wilson_interval

LEVEL = 0.05


class Pair(NamedTuple):
    """Two values (positions, the first of higher mean), their mean difference, and p, raw and corrected (or None)."""

    first: int
    second: int
    difference: float
    p: float | None
    p_corrected: float | None


class Verdict(NamedTuple):
    """What was found about one parameter.

    ``best`` and ``runner_up`` are positions of values (None where there is none); ``effect`` is "none" where nothing at
    all changed, else "distinguishable" or "not distinguishable"; ``distinguishable`` is whether the best can be told from
    the next; ``detectable`` the difference that 80 of 100 such experiments would find (None for one split).
    """

    best: int | None
    runner_up: int | None
    effect: str
    distinguishable: bool
    pairs: list
    detectable: float | None
    method: str


def judge(scores, test_share, *, digests=None, right=None):
    """Judge one parameter.

    Parameters
    ----------
    scores : array-like (v, J)
        NaN where the fit diverged; such a value cannot be the best.
    test_share : float
        Share of the rows that is held out in each split.
    digests : sequence (v) of sequence (J), optional
        Of everything that each fit predicted. Where none changes with the value, the parameter has no effect at all.
    right : sequence (v) of sequence (J) of ndarray of bool, optional
        Which held-out rows were right; needed for a test on one split.

    Returns
    -------
    Verdict
    """
    scores = np.asarray(scores, dtype=np.float64)
    whole = [i for i in range(len(scores)) if np.all(np.isfinite(scores[i]))]
    order = sorted(whole, key=lambda i: (-scores[i].mean(), i))
    pairs = corrected([test_pair(scores, a, b, test_share, right) for a, b in itertools.combinations(order, 2)])
    told = set() if scores.shape[1] < 2 else {(pair.first, pair.second) for pair in pairs if pair.p_corrected < LEVEL}
    best, runner_up = [*order[:2], None, None][:2]
    effect = "distinguishable" if told else "not distinguishable"
    if digests is not None and all(len(set(seed)) == 1 for seed in zip(*digests)):
        effect = "none"
    return Verdict(
        best, runner_up, effect, (best, runner_up) in told, pairs,
        detectable_in(scores, order, pairs, test_share, right), method_of(scores.shape[1], right),
    )  # fmt: skip


def method_of(n_splits, right):
    if n_splits > 1:
        return f"corrected resampled t test over {n_splits} splits, Holm-corrected"
    return (
        "exact McNemar test of the fitted models on one split, Holm-corrected"
        if right is not None
        else "one split: no test is possible"
    )


def test_pair(scores, a, b, test_share, right):
    """The test that fits the design, of the values at positions a and b."""
    differences = scores[a] - scores[b]
    if len(differences) > 1:
        p = resampled_p(differences, test_share, sampling_variance(right, a, b))
    else:
        p = None if right is None else mcnemar_exact(right[a][0], right[b][0])[2]
    return Pair(a, b, float(differences.mean()), p, None)


test_pair.__test__ = False  # pytest: this is no test


def corrected(pairs):
    """The pairs with Holm's correction over those that were tested."""
    tested = [pair.p for pair in pairs if pair.p is not None]
    values = iter(holm(tested).tolist() if tested else [])
    return [pair if pair.p is None else pair._replace(p_corrected=next(values)) for pair in pairs]


def sampling_variance(right, a, b):
    """The variance of a difference of accuracies that the finite held-out part alone makes: mean over splits of
    sum d^2 / n^2.

    d is what a row adds to the difference: 1 or -1 where it is right for one value only, else 0; a fraction where ``right``
    is an average over the other parameters of a grid.
    """
    if right is None:
        return 0.0
    parts = [np.subtract(one, other, dtype=np.float64) for one, other in zip(right[a], right[b])]
    return float(np.mean([np.sum(d**2) / len(d) ** 2 for d in parts]))


def resampled_error(variance, n_splits, test_share):
    """Standard error of the mean difference over splits that share rows: s sqrt(1/J + n_test / n_train)."""
    return math.sqrt(variance * (1 / n_splits + test_share / (1 - test_share)))


def resampled_p(differences, test_share, least_variance=0.0):
    """Two-sided p of the corrected resampled t test, with a floor for the variance.

    Accuracies are multiples of 1/n: a few splits can agree exactly by accident, and their variance, 0, would prove
    anything.

    >>> round(resampled_p([0.01, 0.02, 0.03, 0.02], 0.2), 4), resampled_p([0.01, 0.01], 0.2, 0.0)
    (0.0405, 1.0)
    """
    from scipy.stats import t as student

    differences = np.asarray(differences, dtype=np.float64)
    variance = max(float(differences.var(ddof=1)), least_variance)
    # Differences that are equal to the last digits have no variance; their rounding must not become one.
    if variance <= 1e-24 * max(1.0, float(np.max(np.abs(differences))) ** 2):
        return 1.0
    error = resampled_error(variance, len(differences), test_share)
    return float(2 * student.sf(abs(differences.mean()) / error, len(differences) - 1))


def resampled_power(effect, deviation, n_splits, test_share, level=LEVEL, floor=0.0):
    """The chance that a difference in means is found, if differences vary with this deviation from split to split.

    The statistic is then (Z + d) / sqrt(V / f): a noncentral t with d the effect over its standard error. The chance that
    it is beyond the bound is the mean of a normal probability over V, taken at 2,000 quantiles of chi square. ``floor`` is
    the least variance that the test allows, as a share of the square of the deviation.

    >>> round(resampled_power(0.0, 0.01, 5, 0.2), 3), round(resampled_power(0.03, 0.01, 5, 0.2), 2)
    (0.05, 0.91)
    """
    from scipy.special import ndtr
    from scipy.stats import chi2
    from scipy.stats import t as student

    freedom = n_splits - 1
    noncentrality = effect / resampled_error(deviation**2, n_splits, test_share)
    estimates = np.maximum(chi2.ppf((np.arange(2000) + 0.5) / 2000, freedom) / freedom, floor)
    bound = student.ppf(1 - level / 2, freedom) * np.sqrt(estimates)
    return float(np.mean(ndtr(noncentrality - bound) + ndtr(-noncentrality - bound)))


def detectable_difference(deviation, n_splits, test_share, *, power=0.8, level=LEVEL, floor=0.0):
    """The smallest difference that is found with this power; None for one split or no deviation.

    >>> round(detectable_difference(0.01, 5, 0.2), 4)
    0.0252
    """
    if n_splits < 2 or not deviation > 0:
        return None
    errors = detectable_in_errors(n_splits, power, level, math.ceil(10 * floor) / 10)
    return errors * resampled_error(deviation**2, n_splits, test_share)


@cache
def detectable_in_errors(n_splits, power, level, floor=0.0):
    """The detectable difference in standard errors, which depends on nothing else.

    >>> round(detectable_in_errors(5, 0.8, 0.05), 2)
    3.76
    """
    from scipy.optimize import brentq

    def excess(errors):
        return resampled_power(errors, 1 / resampled_error(1.0, n_splits, 0.5), n_splits, 0.5, level, floor) - power

    top = 1.0
    while excess(top) < 0:
        top *= 2
    return float(brentq(excess, 0, top))


def detectable_in(scores, order, pairs, test_share, right):
    """The detectable difference at the middle variance of all pairs, at the strictest level of Holm's method."""
    if not pairs or scores.shape[1] < 2:
        return None
    floors = [sampling_variance(right, p.first, p.second) for p in pairs]
    seen = [(scores[p.first] - scores[p.second]).var(ddof=1) for p in pairs]
    variance, floor = float(np.median(np.maximum(seen, floors))), float(np.median(floors))
    if not variance > 0:
        return None
    level, share = LEVEL / len(pairs), min(1.0, floor / variance)
    return detectable_difference(math.sqrt(variance), scores.shape[1], test_share, level=level, floor=share)


def interval_of(scores, test_share, n_held=None, bounded=False):
    """95 % interval of the mean score over splits; Wilson's for one split of a classifier; else (None, None)."""
    from scipy.stats import t as student

    scores = np.asarray(scores, dtype=np.float64)
    if not np.all(np.isfinite(scores)):
        return None, None
    if len(scores) == 1:
        return wilson_interval(round(scores[0] * n_held), n_held) if bounded and n_held else (None, None)
    variance = float(scores.var(ddof=1))
    if bounded and n_held:
        variance = max(variance, float(np.mean(scores * (1 - scores))) / n_held)
    half = float(student.ppf(0.975, len(scores) - 1)) * resampled_error(variance, len(scores), test_share)
    low, high = float(scores.mean()) - half, float(scores.mean()) + half
    return (max(low, 0.0), min(high, 1.0)) if bounded else (low, high)
