"""Preprocessing tools, NumPy only.

The classes follow fit / transform, the functions take and return arrays.
"""
import numpy as np


class BaseTransform:
    def fit_transform(self, X):
        self.fit(X)
        return self.transform(X)


class ZScore(BaseTransform):
    """Zero mean and unit variance per column; constant columns become 0."""

    def fit(self, X):
        X = np.asarray(X, dtype=float)
        self.mean_ = X.mean(axis=0)
        self.std_ = X.std(axis=0)
        self.std_[self.std_ == 0] = 1.0
        return self

    def transform(self, X):
        return (np.asarray(X, dtype=float) - self.mean_) / self.std_

    def inverse_transform(self, Z):
        return Z * self.std_ + self.mean_


class MinMax(BaseTransform):
    """Columns to [low, high] by the training minimum and maximum."""

    def __init__(self, low=0.0, high=1.0):
        self.low = low
        self.high = high

    def fit(self, X):
        X = np.asarray(X, dtype=float)
        self.min_ = X.min(axis=0)
        span = X.max(axis=0) - self.min_
        self.span_ = np.where(span > 0, span, 1.0)
        return self

    def transform(self, X):
        unit = (np.asarray(X, dtype=float) - self.min_) / self.span_
        return unit * (self.high - self.low) + self.low

    def inverse_transform(self, Z):
        return (Z - self.low) / (self.high - self.low) * self.span_ + self.min_


class MeanImputer(BaseTransform):
    """NaN -> column mean of the training data."""

    def fit(self, X):
        self.fill_ = np.nanmean(np.asarray(X, dtype=float), axis=0)
        return self

    def transform(self, X):
        X = np.array(X, dtype=float)
        rows, cols = np.nonzero(np.isnan(X))
        X[rows, cols] = self.fill_[cols]
        return X


class OneHot:
    """Labels of any kind to indicator columns (sorted classes)."""

    def fit(self, labels):
        self.classes_ = np.unique(labels)
        return self

    def transform(self, labels):
        labels = np.ravel(labels)
        codes = np.searchsorted(self.classes_, labels)
        codes = np.minimum(codes, len(self.classes_) - 1)
        if np.any(self.classes_[codes] != labels):
            raise ValueError("unknown label")
        out = np.zeros((len(labels), len(self.classes_)))
        out[np.arange(len(labels)), codes] = 1
        return out

    def fit_transform(self, labels):
        return self.fit(labels).transform(labels)

    def inverse_transform(self, Y):
        return self.classes_[np.argmax(Y, axis=1)]


def shuffle_data(X, y, seed=None):
    """the same random order for rows of X and entries of y"""
    order = np.random.default_rng(seed).permutation(len(X))
    return np.asarray(X)[order], np.asarray(y)[order]


def train_test_split(X, y, test_size=0.25, seed=None):
    """X_train, X_test, y_train, y_test; the test part has round(n * test_size) rows"""
    X, y = shuffle_data(X, y, seed)
    n_test = int(round(len(X) * test_size))
    return X[n_test:], X[:n_test], y[n_test:], y[:n_test]


def stratified_split(X, y, test_size=0.25, seed=None):
    """as train_test_split, with the class shares kept"""
    X, y = np.asarray(X), np.asarray(y)
    rng = np.random.default_rng(seed)
    test = np.zeros(len(y), dtype=bool)
    for c in np.unique(y):
        rows = rng.permutation(np.flatnonzero(y == c))
        test[rows[:int(round(len(rows) * test_size))]] = True
    return X[~test], X[test], y[~test], y[test]


def kfold(n, k=5, seed=None):
    """yields (train rows, validation rows); every row is validated once"""
    order = np.random.default_rng(seed).permutation(n)
    parts = np.array_split(order, k)
    for i in range(k):
        yield np.concatenate(parts[:i] + parts[i + 1:]), parts[i]


def polynomial(X, degree):
    """[X, X^2, ..., X^degree], no column of ones"""
    X = np.asarray(X, dtype=float)
    return np.hstack([X ** d for d in range(1, degree + 1)])


def batches(X, y, size, seed=None):
    """all rows once, in random order; the last batch may be smaller"""
    X, y = shuffle_data(X, y, seed)
    for start in range(0, len(X), size):
        yield X[start:start + size], y[start:start + size]


if __name__ == "__main__":
    from sklearn.datasets import load_iris

    iris = load_iris()
    names = iris.target_names[iris.target]
    X_train, X_test, y_train, y_test = stratified_split(iris.data, names, 0.2, seed=3)
    scaler = ZScore()
    Z_train, Z_test = scaler.fit_transform(X_train), scaler.transform(X_test)
    print("train", Z_train.shape, Z_train.mean(axis=0).round(6), Z_train.std(axis=0).round(6))
    print("test ", Z_test.shape, Z_test.mean(axis=0).round(3))
    encoder = OneHot()
    print(encoder.fit_transform(y_train).sum(axis=0), encoder.classes_)
    print([len(v) for _, v in kfold(len(Z_train), 7, seed=0)])
    print(polynomial(Z_train, 3).shape, sum(len(b) for b, _ in batches(Z_train, y_train, 32, seed=0)))
