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
    if kind in COUNTED:
        return counted(kind, truth, guess, several)
    column = {"precision": 0, "recall": 1, "f1": 2}[kind]
    values, support = table[:, column], table[:, 3]
    macro, weighted = float(values.mean()), float(np.average(values, weights=support))
    there = support > 0
    found = [macro, weighted, accuracy, float(values[there].mean())]
    if kind == "f1":
        p, r = table[:, 0].mean(), table[:, 1].mean()
        found.append(float(2 * p * r / (p + r)) if p + r else 0.0)
    return found if several else [float(values[-1]), *found]


COUNTED = ("specificity", "npv", "fpr", "fnr", "tp", "fp", "fn", "tn", "mcc", "kappa", "jaccard")


def counted(kind, truth, guess, several=False):
    """Metrics that are made of the four counts; of several classes each class against the others, and their mean."""
    if kind == "kappa":
        return [cohen(truth, guess)]
    if kind == "mcc":
        return [float(np.nan_to_num(np.corrcoef(truth, guess)[0, 1]))] if not several else []
    classes = np.unique(np.concatenate([truth, guess]))
    rows = [of_counts(kind, *four_counts(truth == label, guess == label)) for label in classes]
    if several:
        return [] if kind in ("tp", "fp", "fn", "tn") else [float(np.mean(rows)), *rows]
    return [float(rows[-1]), float(np.mean(rows))] if kind == "jaccard" else [float(rows[-1])]


def four_counts(truth, guess):
    """(TP, FP, FN, TN) of two boolean arrays."""
    return (int(np.sum(truth & guess)), int(np.sum(~truth & guess)), int(np.sum(truth & ~guess)), int(np.sum(~truth & ~guess)))  # fmt: skip


def of_counts(kind, tp, fp, fn, tn):
    """The metric that four counts give, undefined ratios as 0.

    >>> of_counts("specificity", 4, 3, 1, 5)
    0.625
    """
    ratios = {
        "specificity": (tn, tn + fp), "npv": (tn, tn + fn), "fpr": (fp, fp + tn), "fnr": (fn, fn + tp), "precision": (tp, tp + fp),
        "recall": (tp, tp + fn), "accuracy": (tp + tn, tp + fp + fn + tn), "error_rate": (fp + fn, tp + fp + fn + tn),
        "jaccard": (tp, tp + fp + fn), "f1": (2 * tp, 2 * tp + fp + fn),
    }  # fmt: skip
    if kind in ratios:
        above, below = ratios[kind]
        return above / below if below else 0.0
    return {"tp": tp, "fp": fp, "fn": fn, "tn": tn}[kind]


def cohen(truth, guess):
    """Cohen's kappa: the agreement beyond that by chance."""
    classes = np.unique(np.concatenate([truth, guess]))
    chance = sum(float(np.mean(truth == label) * np.mean(guess == label)) for label in classes)
    return (float(np.mean(truth == guess)) - chance) / (1 - chance)


def regression_values(truth, guess):
    """R2, MSE, RMSE, MAE, MAPE."""
    errors = truth - guess
    mse = float(np.mean(errors**2))
    spread = float(np.sum((truth - truth.mean()) ** 2))
    return {
        "mse": mse,
        "rmse": mse**0.5,
        "mae": float(np.abs(errors).mean()),
        "mape": float(np.abs(errors / np.where(truth == 0, 1.0, truth)).mean()),
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
