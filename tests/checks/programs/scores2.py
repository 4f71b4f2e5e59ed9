"""
evaluation helpers - argument order everywhere: (predicted, actual), like the rest of our code.
all results are percentages (0..100), an empty denominator gives nan on purpose.
"""
import numpy as np


def pct(part, whole):
    return 100.0 * part / whole if whole else float("nan")


def accuracy_pct(predicted, actual):
    predicted = np.asarray(predicted).reshape(-1)
    actual = np.asarray(actual).reshape(-1)
    return pct(np.count_nonzero(predicted == actual), actual.size)


def counts(predicted, actual, positive=1):
    predicted = np.asarray(predicted).reshape(-1) == positive
    actual = np.asarray(actual).reshape(-1) == positive
    return {"tp": int(np.sum(predicted & actual)), "fp": int(np.sum(predicted & ~actual)),
            "fn": int(np.sum(~predicted & actual)), "tn": int(np.sum(~predicted & ~actual))}


def precision_pct(predicted, actual, positive=1):
    c = counts(predicted, actual, positive)
    return pct(c["tp"], c["tp"] + c["fp"])


def recall_pct(predicted, actual, positive=1):
    c = counts(predicted, actual, positive)
    return pct(c["tp"], c["tp"] + c["fn"])


def confusion_table(predicted, actual, classes):
    """predicted class in the rows, actual class in the columns"""
    predicted = np.asarray(predicted).reshape(-1)
    actual = np.asarray(actual).reshape(-1)
    return np.array([[int(np.sum((predicted == p) & (actual == a))) for a in classes] for p in classes])


def auc_pct(score, actual, positive=1):
    """share of (positive, negative) pairs in the right order, a tie counts one half"""
    score = np.asarray(score, dtype=float).reshape(-1)
    actual = np.asarray(actual).reshape(-1) == positive
    up, down = score[actual], score[~actual]
    wins = (up[:, None] > down[None, :]).sum() + 0.5 * (up[:, None] == down[None, :]).sum()
    return pct(wins, up.size * down.size)


if __name__ == "__main__":
    print(accuracy_pct([1, 0, 1], [1, 1, 1]), counts([1, 0, 1], [1, 1, 1]))
    print(confusion_table(list("aab"), list("abb"), "ab"), auc_pct([.2, .9, .4], [0, 1, 1]))
