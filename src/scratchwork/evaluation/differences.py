"""Is the difference between two models real?

On one split: the exact McNemar test, from the rows that only one of the two gets right. On repeated splits: the
corrected resampled t test. For several pairs: Holm's correction.
"""

import itertools
import math

import numpy as np

from scratchwork.arrays import check_number
from scratchwork.errors import InvalidArgumentError
from scratchwork.records import Difference


def mcnemar_exact(first_right, second_right):
    """Exact two-sided McNemar test of two classifiers on the same rows.

    Rows that both get right or both get wrong say nothing. Of the b + c others, under equal accuracy each is as likely
    to be the first's as the second's, so b is Binomial(b + c, 1/2).

    Parameters
    ----------
    first_right, second_right : ndarray (n,) of bool

    Returns
    -------
    (int, int, float)
        b, c and p; p = 1 where the two never differ.

    References
    ----------
    Q. McNemar, Psychometrika 12 (1947), 153-157; T. G. Dietterich, Neural Computation 10 (1998), 1895-1923.

    >>> mcnemar_exact(np.array([True] * 8 + [False]), np.array([False] * 8 + [True]))  # R: binom.test(8, 9)
    (8, 1, 0.0390625)
    """
    from scipy.stats import binomtest

    first_right, second_right = np.asarray(first_right, dtype=bool), np.asarray(second_right, dtype=bool)
    if first_right.shape != second_right.shape:
        raise InvalidArgumentError(f"The two models judged {first_right.shape} and {second_right.shape} rows.")
    only_first = int(np.sum(first_right & ~second_right))
    only_second = int(np.sum(~first_right & second_right))
    differing = only_first + only_second
    p = float(binomtest(only_first, differing).pvalue) if differing else 1.0
    return only_first, only_second, p


def holm(p_values):
    """Holm's step-down correction: the i-th smallest p times (m - i + 1), made monotone and cut at 1.

    References
    ----------
    S. Holm, A simple sequentially rejective multiple test procedure, Scand. J. Statistics 6 (1979), 65-70.

    >>> holm([0.01, 0.04, 0.03]).tolist()  # R: p.adjust(c(.01, .04, .03), "holm")
    [0.03, 0.06, 0.06]
    """
    p_values = np.asarray(p_values, dtype=np.float64)
    order = np.argsort(p_values, kind="stable")
    stepped = np.maximum.accumulate(p_values[order] * np.arange(len(p_values), 0, -1))
    corrected = np.empty_like(p_values)
    corrected[order] = np.minimum(stepped, 1.0)
    return corrected


def corrected_resampled_t(differences, test_share):
    """Nadeau and Bengio's t test for the mean of score differences over repeated random splits.

    The splits share training rows, so the plain variance of the mean, s^2 / J, is too small; it becomes
    s^2 (1 / J + n_test / n_train).

    Parameters
    ----------
    differences : sequence of float
        First model's score minus the second's, one for each of the J >= 2 splits.
    test_share : float
        n_test / (n_train + n_test), between 0 and 1.

    Returns
    -------
    (float, float, float, float)
        The mean difference, its 95 % interval, p (two-sided). p = 1 where all differences are 0.

    References
    ----------
    C. Nadeau, Y. Bengio, Inference for the generalization error, Machine Learning 52 (2003), 239-281.

    >>> mean, low, high, p = corrected_resampled_t([0.01, 0.02, 0.03, 0.02], 0.2)
    >>> round(mean, 4), round(p, 4)
    (0.02, 0.0405)
    """
    from scipy.stats import t as student

    check_number("test_share", test_share, above=0, below=1)
    differences = np.asarray(differences, dtype=np.float64)
    if len(differences) < 2:
        raise InvalidArgumentError(f"differences has {len(differences)} entries; the test needs at least 2 splits.")
    mean, variance = float(differences.mean()), float(differences.var(ddof=1))
    error = math.sqrt(variance * (1 / len(differences) + test_share / (1 - test_share)))
    if error == 0:
        return mean, mean, mean, 1.0 if mean == 0 else 0.0
    freedom = len(differences) - 1
    half = float(student.ppf(0.975, freedom)) * error
    return mean, mean - half, mean + half, float(2 * student.sf(abs(mean) / error, freedom))


def compare_pairs(y_true, predictions, *, level=0.05):
    """Every pair of models on the same test part: exact McNemar, Holm-corrected over all pairs.

    Parameters
    ----------
    y_true : ndarray (n,)
    predictions : dict of str to ndarray (n,)
    level : float
        A difference counts as distinguishable from chance where the corrected p is below it.

    Returns
    -------
    list of Difference
    """
    y_true = np.asarray(y_true)
    right = {name: np.asarray(predicted) == y_true for name, predicted in predictions.items()}
    pairs = list(itertools.combinations(right, 2))
    tests = [mcnemar_exact(right[first], right[second]) for first, second in pairs]
    corrected = holm([p for _, _, p in tests]) if tests else []
    return [
        Difference(first, second, b, c, p, float(p_holm), bool(p_holm < level))
        for (first, second), (b, c, p), p_holm in zip(pairs, tests, corrected)
    ]
