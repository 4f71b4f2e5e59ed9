"""small helpers used by all our homework notebooks: splitting, scaling, encoding, scores"""
import numpy as np

__all__ = ["split_data", "StandardScale", "one_hot", "fill_missing", "accuracy", "confusion",
           "precision_recall_f1", "macro_f1", "roc_auc", "r2", "log_loss"]


def split_data(X, y, test_size=0.25, seed=None, stratify=False):
    X, y = np.asarray(X), np.asarray(y)
    rng = np.random.default_rng(seed)
    if stratify:
        test = []
        for c in np.unique(y):
            where = rng.permutation(np.flatnonzero(y == c))
            test.extend(where[:int(round(test_size * len(where)))])
        test = rng.permutation(np.array(test))
    else:
        test = rng.permutation(len(y))[:int(round(test_size * len(y)))]
    mask = np.ones(len(y), dtype=bool)
    mask[test] = False
    train = rng.permutation(np.flatnonzero(mask))
    return X[train], X[test], y[train], y[test]


class StandardScale:
    def fit(self, X):
        X = np.asarray(X, dtype=float)
        self.mean_ = X.mean(axis=0)
        sd = X.std(axis=0)
        self.scale_ = np.where(sd == 0, 1.0, sd)
        return self

    def transform(self, X):
        return (np.asarray(X, dtype=float) - self.mean_) / self.scale_

    def fit_transform(self, X):
        return self.fit(X).transform(X)


def one_hot(labels, classes=None):
    labels = np.asarray(labels).ravel()
    if classes is None:
        classes = np.unique(labels)
    return (labels[:, None] == np.asarray(classes)[None, :]).astype(float)


def fill_missing(X, values=None):
    """replace NaN by the column median (or by the values given); returns (X, values)"""
    X = np.array(X, dtype=float)
    if values is None:
        values = np.nanmedian(X, axis=0)
    rows, cols = np.where(np.isnan(X))
    X[rows, cols] = np.asarray(values)[cols]
    return X, values


def accuracy(y_true, y_pred):
    y_true, y_pred = np.ravel(y_true), np.ravel(y_pred)
    return float(np.mean(y_true == y_pred))


def confusion(y_true, y_pred, classes=None):
    """rows: true class, columns: predicted class"""
    y_true, y_pred = np.ravel(y_true), np.ravel(y_pred)
    if classes is None:
        classes = np.unique(np.concatenate([y_true, y_pred]))
    position = {c: i for i, c in enumerate(classes)}
    table = np.zeros((len(classes), len(classes)), dtype=int)
    for t, p in zip(y_true, y_pred):
        table[position[t], position[p]] += 1
    return table


def precision_recall_f1(y_true, y_pred, positive=1):
    y_true, y_pred = np.ravel(y_true), np.ravel(y_pred)
    tp = np.sum((y_pred == positive) & (y_true == positive))
    fp = np.sum((y_pred == positive) & (y_true != positive))
    fn = np.sum((y_pred != positive) & (y_true == positive))
    precision = tp / (tp + fp) if tp + fp > 0 else 0.0
    recall = tp / (tp + fn) if tp + fn > 0 else 0.0
    f1 = 2 * precision * recall / (precision + recall) if precision + recall > 0 else 0.0
    return float(precision), float(recall), float(f1)


def macro_f1(y_true, y_pred):
    classes = np.unique(np.concatenate([np.ravel(y_true), np.ravel(y_pred)]))
    return float(np.mean([precision_recall_f1(y_true, y_pred, c)[2] for c in classes]))


def roc_auc(y_true, score):
    """Mann-Whitney: share of (positive, negative) pairs in the right order, ties count one half"""
    y_true, score = np.ravel(y_true), np.ravel(score)
    pos, neg = score[y_true == 1], score[y_true == 0]
    greater = (pos[:, None] > neg[None, :]).sum()
    equal = (pos[:, None] == neg[None, :]).sum()
    return float((greater + 0.5 * equal) / (len(pos) * len(neg)))


def r2(y_true, y_pred):
    y_true, y_pred = np.ravel(y_true), np.ravel(y_pred)
    return float(1 - np.sum((y_true - y_pred) ** 2) / np.sum((y_true - y_true.mean()) ** 2))


def log_loss(y_true, p):
    y_true = np.ravel(y_true)
    p = np.clip(np.ravel(p), 1e-15, 1 - 1e-15)
    return float(-np.mean(y_true * np.log(p) + (1 - y_true) * np.log(1 - p)))
