"""How good predictions are, with the uncertainty of the test part's size.

The scores themselves are scikit-learn's; the intervals are here, each beside its formula.

Letters: n rows of the test part, k of them right.
"""

import math

import numpy as np

from scratchwork.arrays import check_number
from scratchwork.errors import InvalidArgumentError
from scratchwork.records import Scores

Z_95 = 1.959963984540054


def wilson_interval(successes, n, z=Z_95):
    """Wilson's score interval for a proportion: the p with |k/n - p| <= z sqrt(p (1 - p) / n).

    Unlike k/n +- z se it stays inside [0, 1] and keeps its width at k = 0 and k = n.

    Parameters
    ----------
    successes, n : int
        k and n, with 0 <= k <= n and n >= 1.
    z : float
        The normal quantile; the default gives 95 %.

    Returns
    -------
    (float, float)

    References
    ----------
    E. B. Wilson, Probable inference, the law of succession, and statistical inference, JASA 22 (1927), 209-212.

    >>> low, high = wilson_interval(81, 263)  # R: prop.test(81, 263, correct = FALSE)
    >>> round(low, 4), round(high, 4)
    (0.2553, 0.3662)
    """
    check_number("n", n, integer=True, at_least=1)
    check_number("successes", successes, integer=True, at_least=0, at_most=n)
    share = successes / n
    centre = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * math.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    # At the ends the bound is exactly 0 or 1; rounding would leave 1e-18.
    return (0.0 if successes == 0 else centre - half), (1.0 if successes == n else centre + half)


def classification_scores(y_true, y_pred, probabilities=None, classes=None):
    """Accuracy with its 95 % Wilson interval, macro precision, recall and F1, balanced accuracy, log-loss.

    Parameters
    ----------
    y_true, y_pred : ndarray (n,)
    probabilities : ndarray (n, k), optional
        Columns in the order of ``classes``; without them the log-loss is None.
    classes : ndarray (k,), optional
        The sorted labels the model knows.

    Returns
    -------
    Scores
        A class that is never predicted has precision 0.

    >>> classification_scores(np.array([0, 0, 1, 1]), np.array([0, 1, 1, 1])).accuracy
    0.75
    """
    from sklearn import metrics

    y_true, y_pred = _same_length(y_true, y_pred)
    right = int(np.sum(y_true == y_pred))
    low, high = wilson_interval(right, len(y_true))
    labels = np.unique(y_true)
    precision, recall, f1, _ = metrics.precision_recall_fscore_support(
        y_true, y_pred, average="macro", zero_division=0, labels=labels
    )
    return Scores(
        accuracy=right / len(y_true),
        accuracy_low=low,
        accuracy_high=high,
        balanced_accuracy=float(recall),
        precision=float(precision),
        recall=float(recall),
        f1=float(f1),
        log_loss=None if probabilities is None else log_loss(y_true, probabilities, classes),
    )


def log_loss(y_true, probabilities, classes):
    """Mean of -log of the probability given to the true class; infinite where that was 0 (no clipping)."""
    probabilities, classes = np.asarray(probabilities, dtype=np.float64), np.asarray(classes)
    column = np.searchsorted(classes, y_true)
    known = (column < len(classes)) & (classes[np.minimum(column, len(classes) - 1)] == y_true)
    given = np.where(known, probabilities[np.arange(len(column)), np.minimum(column, len(classes) - 1)], 0.0)
    with np.errstate(divide="ignore"):
        return float(-np.mean(np.log(given)))


def regression_scores(y_true, y_pred, *, seed=0, resamples=1000):
    """R squared with a 95 % bootstrap interval over the test rows, root mean squared and mean absolute error.

    Parameters
    ----------
    y_true, y_pred : ndarray (n,)
    seed, resamples : int
        Of the bootstrap, by percentiles.

    Returns
    -------
    Scores
        R squared is None where the true values do not vary.

    >>> regression_scores(np.array([1.0, 2.0, 3.0]), np.array([1.0, 2.0, 3.0])).r2
    1.0
    """
    y_true, y_pred = _same_length(y_true, y_pred)
    y_true, y_pred = y_true.astype(np.float64), y_pred.astype(np.float64)
    error = y_true - y_pred
    drawn = np.random.default_rng(seed).integers(0, len(error), (resamples, len(error)))
    values = [r_squared(y_true[rows], y_pred[rows]) for rows in drawn]
    values = [value for value in values if value is not None]
    low, high = np.percentile(values, [2.5, 97.5]) if values else (None, None)
    return Scores(
        r2=r_squared(y_true, y_pred),
        r2_low=None if low is None else float(low),
        r2_high=None if high is None else float(high),
        rmse=float(np.sqrt(np.mean(error**2))),
        mae=float(np.mean(np.abs(error))),
    )


def r_squared(y_true, y_pred):
    """1 - (residual sum of squares) / (sum of squares around the mean), or None where y does not vary.

    >>> r_squared(np.array([0.0, 2.0]), np.array([1.0, 1.0]))
    0.0
    """
    spread = np.sum((y_true - y_true.mean()) ** 2)
    return float(1 - np.sum((y_true - y_pred) ** 2) / spread) if spread > 0 else None


def _same_length(y_true, y_pred):
    y_true, y_pred = np.asarray(y_true), np.asarray(y_pred)
    if y_true.ndim != 1 or y_true.shape != y_pred.shape:
        raise InvalidArgumentError(
            f"y_true has the shape {y_true.shape} and y_pred {y_pred.shape}; both must be (n,). "
            "Comparing (n, 1) with (n,) would compare every row with every other."
        )
    if len(y_true) == 0:
        raise InvalidArgumentError("y_true is empty; scores need at least one row.")
    return y_true, y_pred
