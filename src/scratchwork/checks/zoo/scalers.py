"""Helpers used before every experiment."""
import numpy as np


class StandardScaler:
    def fit(self, X):
        X = np.asarray(X, dtype=float)
        self.mean = X.mean(axis=0)
        self.std = X.std(axis=0)
        self.std = self.std + 1e-15
        return self

    def transform(self, X):
        return (np.asarray(X, dtype=float) - self.mean) / self.std

    def fit_transform(self, X):
        return self.fit(X).transform(X)


class MinMaxScaler:
    def fit(self, X):
        X = np.asarray(X, dtype=float)
        self.low = X.min(axis=0)
        span = X.max(axis=0) - self.low
        self.span = np.where(span == 0, 1.0, span)
        return self

    def transform(self, X):
        return (np.asarray(X, dtype=float) - self.low) / self.span


def train_test_split(X, y, test_size=0.25, seed=0):
    X, y = np.asarray(X), np.asarray(y)
    order = np.random.default_rng(seed).permutation(len(X))
    n_test = int(round(len(X) * test_size))
    test, train = order[:n_test], order[n_test:]
    return X[train], X[test], y[train], y[test]


def one_hot(labels):
    """One column per class, classes in sorted order."""
    labels = np.asarray(labels).ravel()
    classes = np.unique(labels)
    return (labels[:, None] == classes[None, :]).astype(float)


def shuffle(X, y, seed=0):
    order = np.random.default_rng(seed).permutation(len(X))
    return X[order], y[order]
