"""Scores for classification and regression, written for the model comparison."""
import numpy as np


def accuracy(y_true, y_pred):
    y_true, y_pred = np.ravel(y_true), np.ravel(y_pred)
    return float(np.mean(y_true == y_pred))


def confusion_matrix(y_true, y_pred, labels=None):
    """Rows: true class, columns: predicted class."""
    y_true, y_pred = np.ravel(y_true), np.ravel(y_pred)
    if labels is None:
        labels = np.unique(np.concatenate([y_true, y_pred]))
    place = {label: i for i, label in enumerate(labels)}
    cm = np.zeros((len(labels), len(labels)), dtype=int)
    for t, p in zip(y_true, y_pred):
        cm[place[t], place[p]] += 1
    return cm


def _ratio(num, den):
    """num / den, zero where nothing was there to count."""
    num, den = np.asarray(num, dtype=float), np.asarray(den, dtype=float)
    return np.divide(num, den, out=np.zeros_like(num), where=den > 0)


def precision(y_true, y_pred, average="macro"):
    cm = confusion_matrix(y_true, y_pred)
    values = _ratio(np.diag(cm), cm.sum(axis=0))
    return _average(values, cm, average)


def recall(y_true, y_pred, average="macro"):
    cm = confusion_matrix(y_true, y_pred)
    values = _ratio(np.diag(cm), cm.sum(axis=1))
    return _average(values, cm, average)


def f1(y_true, y_pred, average="macro"):
    cm = confusion_matrix(y_true, y_pred)
    values = _ratio(2 * np.diag(cm), cm.sum(axis=0) + cm.sum(axis=1))
    return _average(values, cm, average)


def _average(values, cm, average):
    if average is None:
        return values
    if average == "macro":
        return float(values.mean())
    if average == "weighted":
        return float(np.sum(values * cm.sum(axis=1)) / cm.sum())
    raise ValueError("average: None, macro or weighted")


def roc_curve(y_true, scores):
    """y_true holds 0 and 1. Returns false and true positive rates from (0, 0) to (1, 1)."""
    y_true, scores = np.ravel(y_true).astype(int), np.ravel(scores)
    if y_true.min() == y_true.max():
        raise ValueError("both classes are needed for a ROC curve")
    order = np.argsort(-scores, kind="stable")
    y_sorted, s_sorted = y_true[order], scores[order]
    last_of_group = np.append(np.flatnonzero(np.diff(s_sorted)), len(s_sorted) - 1)
    tp = np.cumsum(y_sorted)[last_of_group]
    fp = (1 + last_of_group) - tp
    tpr = np.concatenate([[0.0], tp / tp[-1]])
    fpr = np.concatenate([[0.0], fp / fp[-1]])
    return fpr, tpr


def roc_auc(y_true, scores):
    fpr, tpr = roc_curve(y_true, scores)
    return float(np.sum((fpr[1:] - fpr[:-1]) * (tpr[1:] + tpr[:-1]) / 2))


def log_loss(y_true, prob, eps=1e-15):
    y_true, prob = np.ravel(y_true), np.clip(np.ravel(prob), eps, 1 - eps)
    return float(-np.mean(y_true * np.log(prob) + (1 - y_true) * np.log(1 - prob)))


def r2(y_true, y_pred):
    y_true, y_pred = np.ravel(y_true).astype(float), np.ravel(y_pred).astype(float)
    rest = np.sum((y_true - y_pred) ** 2)
    total = np.sum((y_true - y_true.mean()) ** 2)
    if total == 0:
        return float(rest == 0)
    return float(1 - rest / total)


def rmse(y_true, y_pred):
    return float(np.sqrt(np.mean((np.ravel(y_true) - np.ravel(y_pred)) ** 2)))


if __name__ == "__main__":
    t = np.array([0, 1, 2, 2, 1, 0, 2, 1])
    p = np.array([0, 2, 2, 2, 1, 0, 1, 1])
    print(confusion_matrix(t, p))
    print(accuracy(t, p), precision(t, p), recall(t, p), f1(t, p, None))
    print(roc_auc([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]), r2([1, 2, 3], [1.1, 1.9, 3.2]))
