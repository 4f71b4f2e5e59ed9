"""Whether a number that a metric gives is one of those that its name allows, and whose number it is where it is not."""

import numpy as np

from scratchwork.checks.views.metric_call import close
from scratchwork.checks.views.metric_values import conventions, per_class, regression_values

REGRESSION = ("r2", "mse", "rmse", "mae", "mape")
OTHER = {"precision": "recall", "recall": "precision", "fp": "fn", "fn": "fp", "fpr": "fnr", "fnr": "fpr"}
COUNTS = ("tp", "fp", "fn", "tn")


def right_values(kind, truth, guess, several=False):
    """The numbers that count as right, the usual one first; an empty list where nothing is agreed on."""
    if kind in REGRESSION:
        found = [regression_values(truth, guess)[kind]]
        if kind == "mape":
            return [*found, 100 * found[0]]
        return [*found, np.corrcoef(truth, guess)[0, 1] ** 2] if kind == "r2" else found
    return conventions(kind, truth, guess, several)


def is_right(kind, value, truth, guess, several=False):
    """Whether a reading is right: one number of an agreed definition, or the numbers of all classes in order."""
    right = right_values(kind, truth, guess, several)
    if np.ndim(value) == 0:
        exact = kind in REGRESSION or kind in COUNTS
        return not right or any(
            abs(value - wanted) <= 1e-6 * max(1, abs(wanted)) if exact else close(value, wanted) for wanted in right
        )
    wanted = of_classes(kind, truth, guess)
    return wanted is None or len(wanted) != len(value) or all(close(a, b) for a, b in zip(value, wanted))


def of_classes(kind, truth, guess):
    """The metric of each class in order, or None where it is not a matter of classes."""
    column = {"precision": 0, "recall": 1, "f1": 2}.get(kind)
    return None if column is None else per_class(truth, guess)[:, column]


def is_other(kind, value, truth, guess, several=False):
    """Whether the number is that of the metric it is taken for when labels and predictions change places."""
    if kind in ("r2", "mape"):
        return np.ndim(value) == 0 and is_right(kind, value, guess, truth) and not is_right(kind, value, truth, guess)
    if kind not in OTHER:
        return False
    return is_right(OTHER[kind], value, truth, guess, several) or is_right(kind, value, guess, truth, several)


def wrong_in(truth, guess):
    """A function that counts the wrong ones among readings of these labels and predictions."""
    return lambda said: sum(not is_right(kind, value, truth, guess) for kind, value in said.items())
