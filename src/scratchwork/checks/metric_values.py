"""What metrics are by definition, in all their usual conventions."""

import numpy as np


def per_class(truth, guess):
    """(precision, recall, f1, support) of each class that occurs, undefined ratios as 0."""
    classes = np.unique(np.concatenate([truth, guess]))
    rows = []
    for label in classes:
        tp = np.sum((truth == label) & (guess == label))
        fp, fn = np.sum((truth != label) & (guess == label)), np.sum((truth == label) & (guess != label))
        p, r = tp / (tp + fp) if tp + fp else 0.0, tp / (tp + fn) if tp + fn else 0.0
        rows.append((p, r, 2 * p * r / (p + r) if p + r else 0.0, tp + fn))
    return np.array(rows, dtype=float)


def conventions(kind, truth, guess, several=False):
    """The values that count as right: the usual one first, then other averages.

    >>> [round(value, 3) for value in conventions("precision", np.array([1, 0, 1]), np.array([1, 1, 1]))[:2]]
    [0.667, 0.333]
    """
    accuracy = float(np.mean(truth == guess))
    if kind == "accuracy":
        return [accuracy]
    if kind == "error_rate":
        return [1 - accuracy]
    table = per_class(truth, guess)
    if kind == "balanced_accuracy":
        return [float(table[:, 1].mean())]
    if kind == "specificity":
        return [float(np.sum((truth == 0) & (guess == 0)) / max(np.sum(truth == 0), 1))]
    column = {"precision": 0, "recall": 1, "f1": 2}[kind]
    values, support = table[:, column], table[:, 3]
    macro, weighted = float(values.mean()), float(np.average(values, weights=support))
    there = support > 0
    found = [macro, weighted, accuracy, float(values[there].mean())]
    if kind == "f1":
        p, r = table[:, 0].mean(), table[:, 1].mean()
        found.append(float(2 * p * r / (p + r)) if p + r else 0.0)
    return found if several else [float(values[-1]), *found]


def regression_values(truth, guess):
    """R2, MSE, RMSE, MAE."""
    errors = truth - guess
    mse = float(np.mean(errors**2))
    spread = float(np.sum((truth - truth.mean()) ** 2))
    return {
        "mse": mse,
        "rmse": mse**0.5,
        "mae": float(np.abs(errors).mean()),
        "r2": 1 - float(np.sum(errors**2)) / spread,
    }


def exact_auc(truth, scores):
    """The share of pairs of a positive and a negative row in the right order, ties counted half.

    >>> exact_auc(np.array([0, 1, 1]), np.array([0.2, 0.9, 0.2]))
    0.75
    """
    positive, negative = scores[truth == 1], scores[truth == 0]
    wins = (positive[:, None] > negative[None, :]).sum() + 0.5 * (positive[:, None] == negative[None, :]).sum()
    return float(wins / (len(positive) * len(negative)))
