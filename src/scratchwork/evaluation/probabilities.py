"""Judging probabilities and scores: ROC and precision-recall with exact areas, calibration, thresholds.

The curves and areas are scikit-learn's, over every distinct score; nothing is put on a grid.
"""

from typing import NamedTuple

import numpy as np

from scratchwork.errors import InvalidArgumentError
from scratchwork.evaluation.scores import wilson_interval


class Curve(NamedTuple):
    """Points of a curve, the area under it, and the threshold of each point."""

    x: np.ndarray
    y: np.ndarray
    area: float
    thresholds: np.ndarray


class CalibrationBin(NamedTuple):
    """Rows of similar predicted probability: their mean prediction, the share that came true, its 95 % interval."""

    predicted: float
    observed: float
    low: float
    high: float
    n: int


class Threshold(NamedTuple):
    """What a decision threshold gives on the judged rows."""

    threshold: float
    precision: float | None
    recall: float
    specificity: float
    flagged: float


def roc(y_true, scores):
    """False against true positive rate; the area is the probability that a positive row outscores a negative one.

    Parameters
    ----------
    y_true : ndarray (n,) of bool
        Both values must occur.
    scores : ndarray (n,)

    Returns
    -------
    Curve

    >>> roc(np.array([False, True, False, True]), np.array([0.1, 0.4, 0.35, 0.8])).area
    1.0
    """
    from sklearn.metrics import roc_auc_score, roc_curve

    y_true, scores = _both_classes(y_true, scores)
    x, y, thresholds = roc_curve(y_true, scores)
    return Curve(x, y, float(roc_auc_score(y_true, scores)), thresholds)


def precision_recall(y_true, scores):
    """Recall against precision; the area is the average precision, a sum over steps without interpolation.

    >>> precision_recall(np.array([False, True]), np.array([0.2, 0.9])).area
    1.0
    """
    from sklearn.metrics import average_precision_score, precision_recall_curve

    y_true, scores = _both_classes(y_true, scores)
    precision, recall, thresholds = precision_recall_curve(y_true, scores)
    return Curve(recall[::-1], precision[::-1], float(average_precision_score(y_true, scores)), thresholds[::-1])


def calibration(y_true, probabilities, *, bins=10):
    """Predicted probability against what came true, in bins of equally many rows.

    Parameters
    ----------
    y_true : ndarray (n,) of bool
    probabilities : ndarray (n,)
    bins : int
        At most so many; each holds at least ten rows.

    Returns
    -------
    list of CalibrationBin
    """
    y_true, probabilities = np.asarray(y_true, dtype=bool), np.asarray(probabilities, dtype=np.float64)
    order = np.argsort(probabilities, kind="stable")
    found = []
    for rows in np.array_split(order, max(1, min(bins, len(order) // 10))):
        came_true = int(y_true[rows].sum())
        low, high = wilson_interval(came_true, len(rows))
        mean = float(probabilities[rows].mean())
        found.append(CalibrationBin(mean, came_true / len(rows), low, high, len(rows)))
    return found


def threshold_table(y_true, probabilities, thresholds=(0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)):
    """What each decision threshold gives: precision, recall, specificity, and the share of rows flagged.

    >>> threshold_table(np.array([False, True]), np.array([0.2, 0.9]), [0.5])[0].precision
    1.0
    """
    y_true, probabilities = np.asarray(y_true, dtype=bool), np.asarray(probabilities)
    rows = []
    for threshold in thresholds:
        flagged = probabilities >= threshold
        hits = int(np.sum(flagged & y_true))
        rows.append(
            Threshold(
                threshold,
                hits / int(flagged.sum()) if flagged.any() else None,
                hits / max(int(y_true.sum()), 1),
                float(np.mean(~flagged[~y_true])) if (~y_true).any() else 1.0,
                float(flagged.mean()),
            )
        )
    return rows


def _both_classes(y_true, scores):
    y_true, scores = np.asarray(y_true, dtype=bool), np.asarray(scores, dtype=np.float64)
    if y_true.shape != scores.shape or y_true.ndim != 1:
        raise InvalidArgumentError(f"y_true has the shape {y_true.shape} and scores {scores.shape}; both must be (n,).")
    if y_true.all() or not y_true.any():
        raise InvalidArgumentError("y_true holds one class only; these curves need both.")
    return y_true, scores
