"""Classification scores without scikit-learn.

All functions take y_true first. Labels may be numbers or strings; one-hot rows or
single columns are flattened first.
"""
import numpy as np


def _as_labels(y):
    y = np.asarray(y)
    if y.ndim == 2 and y.shape[1] > 1:
        return y.argmax(axis=1)
    return y.ravel()


def _pair(y_true, y_pred):
    t, p = _as_labels(y_true), _as_labels(y_pred)
    if t.shape != p.shape:
        raise ValueError(f"{t.shape[0]} true labels, {p.shape[0]} predictions")
    return t, p


def accuracy(y_true, y_pred):
    t, p = _pair(y_true, y_pred)
    return float(np.mean(t == p))


def confusion_matrix(y_true, y_pred, labels=None):
    """Rows are the true classes, columns the predicted ones."""
    t, p = _pair(y_true, y_pred)
    if labels is None:
        labels = np.unique(np.concatenate((t, p)))
    index = {c: i for i, c in enumerate(labels)}
    table = np.zeros((len(labels), len(labels)), dtype=int)
    for a, b in zip(t, p):
        table[index[a], index[b]] += 1
    return table


def _ratio(num, den):
    num, den = np.asarray(num, dtype=float), np.asarray(den, dtype=float)
    out = np.zeros_like(num)
    np.divide(num, den, out=out, where=den > 0)
    return out


def precision_per_class(y_true, y_pred, labels=None):
    table = confusion_matrix(y_true, y_pred, labels)
    return _ratio(np.diag(table), table.sum(axis=0))


def recall_per_class(y_true, y_pred, labels=None):
    table = confusion_matrix(y_true, y_pred, labels)
    return _ratio(np.diag(table), table.sum(axis=1))


def f1_per_class(y_true, y_pred, labels=None):
    p = precision_per_class(y_true, y_pred, labels)
    r = recall_per_class(y_true, y_pred, labels)
    return _ratio(2 * p * r, p + r)


def macro_f1(y_true, y_pred):
    return float(f1_per_class(y_true, y_pred).mean())


def weighted_f1(y_true, y_pred):
    support = confusion_matrix(y_true, y_pred).sum(axis=1)
    return float(np.average(f1_per_class(y_true, y_pred), weights=support))


def balanced_accuracy(y_true, y_pred):
    t, _ = _pair(y_true, y_pred)
    table = confusion_matrix(y_true, y_pred)
    present = table.sum(axis=1) > 0
    recall = np.diag(table)[present] / table.sum(axis=1)[present]
    return float(recall.mean())


def matthews(y_true, y_pred):
    c = confusion_matrix(y_true, y_pred).astype(float)
    n = c.sum()
    t, p = c.sum(axis=1), c.sum(axis=0)
    top = np.trace(c) * n - t @ p
    bottom = np.sqrt((n ** 2 - p @ p) * (n ** 2 - t @ t))
    return float(top / bottom) if bottom > 0 else 0.0


def report(y_true, y_pred):
    t, p = _pair(y_true, y_pred)
    labels = np.unique(np.concatenate((t, p)))
    P, R, F = (f(t, p, labels) for f in (precision_per_class, recall_per_class, f1_per_class))
    lines = [f"{'class':>10s} {'precision':>10s} {'recall':>8s} {'f1':>8s} {'support':>8s}"]
    for i, c in enumerate(labels):
        lines.append(f"{str(c):>10s} {P[i]:10.3f} {R[i]:8.3f} {F[i]:8.3f} {np.sum(t == c):8d}")
    lines.append(f"accuracy {accuracy(t, p):.3f}   macro f1 {macro_f1(t, p):.3f}   mcc {matthews(t, p):.3f}")
    return "\n".join(lines)


if __name__ == "__main__":
    truth = np.array(["cat", "cat", "dog", "dog", "dog", "owl", "owl", "cat", "owl", "dog"])
    guess = np.array(["cat", "dog", "dog", "dog", "owl", "owl", "cat", "cat", "owl", "dog"])
    print(confusion_matrix(truth, guess))
    print(report(truth, guess))
