"""Metrics used in all the exercises of the seminar."""
import numpy as np


def accuracy_score(y_true, y_pred):
    y_true, y_pred = np.ravel(y_true), np.ravel(y_pred)
    if y_true.shape != y_pred.shape:
        raise ValueError("lengths differ")
    return float(np.mean(y_true == y_pred))


def confusion_matrix(y_true, y_pred, labels=None):
    """rows: true class, columns: predicted class"""
    y_true, y_pred = np.ravel(y_true), np.ravel(y_pred)
    if labels is None:
        labels = np.union1d(y_true, y_pred)
    C = np.zeros((len(labels), len(labels)), dtype=int)
    for i, t in enumerate(labels):
        for j, p in enumerate(labels):
            C[i, j] = np.sum((y_true == t) & (y_pred == p))
    return C


def _divide(a, b):
    # 0 where nothing is there to be divided by
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    return np.where(b > 0, a / np.where(b > 0, b, 1), 0.0)


def precision_score(y_true, y_pred):
    """macro average over the classes"""
    C = confusion_matrix(y_true, y_pred)
    return float(_divide(np.diag(C), C.sum(axis=0)).mean())


def recall_score(y_true, y_pred):
    C = confusion_matrix(y_true, y_pred)
    return float(_divide(np.diag(C), C.sum(axis=1)).mean())


def f1_score(y_true, y_pred):
    C = confusion_matrix(y_true, y_pred)
    p = _divide(np.diag(C), C.sum(axis=0))
    r = _divide(np.diag(C), C.sum(axis=1))
    return float(_divide(2 * p * r, p + r).mean())


def roc_auc_score(y_true, scores):
    """share of (positive, negative) pairs in the right order, ties count half"""
    y_true, scores = np.ravel(y_true), np.ravel(scores).astype(float)
    pos, neg = scores[y_true == 1], scores[y_true == 0]
    if len(pos) == 0 or len(neg) == 0:
        raise ValueError("AUC needs both classes")
    diff = pos[:, None] - neg[None, :]
    return float(np.mean((diff > 0) + 0.5 * (diff == 0)))


def log_loss(y_true, p, eps=1e-15):
    y_true, p = np.ravel(y_true), np.clip(np.ravel(p), eps, 1 - eps)
    return float(-np.mean(y_true * np.log(p) + (1 - y_true) * np.log(1 - p)))


def mean_squared_error(y_true, y_pred):
    return float(np.mean((np.ravel(y_true) - np.ravel(y_pred)) ** 2))


def r2_score(y_true, y_pred):
    y_true, y_pred = np.ravel(y_true).astype(float), np.ravel(y_pred).astype(float)
    ss_res = np.sum((y_true - y_pred) ** 2)
    ss_tot = np.sum((y_true - y_true.mean()) ** 2)
    return float(1 - ss_res / ss_tot)


if __name__ == "__main__":
    t = np.array([0, 0, 1, 1, 2, 2, 2])
    p = np.array([0, 1, 1, 1, 2, 0, 2])
    print(confusion_matrix(t, p))
    print(accuracy_score(t, p), precision_score(t, p), recall_score(t, p), f1_score(t, p))
    print(roc_auc_score([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]))
