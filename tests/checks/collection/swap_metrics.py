"""Classification metrics, written out."""
import numpy as np


def accuracy_score(y_true, y_pred):
    y_true = np.asarray(y_true).ravel()
    y_pred = np.asarray(y_pred).ravel()
    return np.mean(y_true == y_pred)


def confusion_matrix(y_true, y_pred, labels=None):
    """Rows are the true classes, columns the predicted ones."""
    y_true = np.asarray(y_true).ravel()
    y_pred = np.asarray(y_pred).ravel()
    if labels is None:
        labels = np.unique(np.concatenate([y_true, y_pred]))
    cm = np.zeros((len(labels), len(labels)), dtype=int)
    for i, a in enumerate(labels):
        for j, b in enumerate(labels):
            cm[i, j] = np.sum((y_true == a) & (y_pred == b))
    return cm


def precision_score(y_true, y_pred, average="macro"):
    """Macro average over all classes seen; a class never predicted counts as 0."""
    cm = confusion_matrix(y_true, y_pred)
    tp = np.diag(cm).astype(float)
    predicted = cm.sum(axis=1)
    p = np.divide(tp, predicted, out=np.zeros_like(tp), where=predicted > 0)
    if average == "weighted":
        return float(np.average(p, weights=cm.sum(axis=1)))
    return float(p.mean())


def recall_score(y_true, y_pred, average="macro"):
    cm = confusion_matrix(y_true, y_pred)
    tp = np.diag(cm).astype(float)
    actual = cm.sum(axis=0)
    r = np.divide(tp, actual, out=np.zeros_like(tp), where=actual > 0)
    if average == "weighted":
        return float(np.average(r, weights=actual))
    return float(r.mean())


def f1_score(y_true, y_pred, average="macro"):
    cm = confusion_matrix(y_true, y_pred)
    tp = np.diag(cm).astype(float)
    total = cm.sum(axis=0) + cm.sum(axis=1)
    f = np.divide(2 * tp, total, out=np.zeros_like(tp), where=total > 0)
    if average == "weighted":
        return float(np.average(f, weights=cm.sum(axis=1)))
    return float(f.mean())


def roc_curve(y_true, scores):
    """False and true positive rates at every distinct score, from (0, 0) to (1, 1)."""
    y_true = np.asarray(y_true).ravel()
    scores = np.asarray(scores, dtype=float).ravel()
    thresholds = np.unique(scores)[::-1]
    P = np.sum(y_true == 1)
    N = np.sum(y_true == 0)
    if P == 0 or N == 0:
        raise ValueError("both classes are needed for a ROC curve")
    fpr, tpr = [0.0], [0.0]
    for t in thresholds:
        chosen = scores >= t
        tpr.append(np.sum(chosen & (y_true == 1)) / P)
        fpr.append(np.sum(chosen & (y_true == 0)) / N)
    return np.array(fpr), np.array(tpr)


def roc_auc_score(y_true, scores):
    fpr, tpr = roc_curve(y_true, scores)
    return float(np.sum(np.diff(fpr) * (tpr[1:] + tpr[:-1]) / 2))


def r2_score(y_true, y_pred):
    y_true = np.asarray(y_true, dtype=float).ravel()
    y_pred = np.asarray(y_pred, dtype=float).ravel()
    rss = np.sum((y_true - y_pred) ** 2)
    tss = np.sum((y_true - y_true.mean()) ** 2)
    return float(1 - rss / tss)


def mse(y_true, y_pred):
    y_true = np.asarray(y_true, dtype=float).ravel()
    y_pred = np.asarray(y_pred, dtype=float).ravel()
    return float(np.mean((y_true - y_pred) ** 2))
