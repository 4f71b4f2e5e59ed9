# helper functions for preparing data; used by all my kaggle scripts
import numpy as np


def train_test_split(X, y, test_size=0.25, seed=None):
    X, y = np.asarray(X), np.asarray(y)
    assert len(X) == len(y)
    idx = np.random.default_rng(seed).permutation(len(X))
    n_test = int(round(test_size * len(X)))
    test, train = idx[:n_test], idx[n_test:]
    return X[train], X[test], y[train], y[test]


class StandardScaler:
    def fit(self, X):
        X = np.asarray(X, dtype=float)
        if np.isnan(X).any():
            raise ValueError("impute first: NaN in X")
        self.mean_ = X.mean(axis=0)
        scale = X.std(axis=0)
        self.scale_ = np.where(scale > 0, scale, 1.0)
        return self

    def transform(self, X):
        return (np.asarray(X, dtype=float) - self.mean_) / self.scale_

    def fit_transform(self, X):
        return self.fit(X).transform(X)

    def inverse_transform(self, Z):
        return np.asarray(Z, dtype=float) * self.scale_ + self.mean_


class MinMaxScaler:
    def fit(self, X):
        X = np.asarray(X, dtype=float)
        self.low_ = X.min(axis=0)
        span = X.max(axis=0) - self.low_
        self.span_ = np.where(span > 0, span, 1.0)
        return self

    def transform(self, X):
        return (np.asarray(X, dtype=float) - self.low_) / self.span_

    def fit_transform(self, X):
        return self.fit(X).transform(X)


def one_hot(y, classes=None):
    y = np.asarray(y).ravel()
    classes = np.unique(y) if classes is None else np.asarray(classes)
    return (y[:, None] == classes[None, :]).astype(float)


def kfold_indices(n, k=5, seed=0):
    """yields (train, validation) index arrays; every row is validated once"""
    perm = np.random.RandomState(seed).permutation(n)
    parts = np.array_split(perm, k)
    for i in range(k):
        yield np.concatenate(parts[:i] + parts[i + 1:]), parts[i]


def impute_mean(X_train, X_test):
    means = np.nanmean(X_train, axis=0)
    fill = lambda A: np.where(np.isnan(A), means, A)
    return fill(X_train), fill(X_test)


def minibatches(X, y, size=32, rng=None):
    rng = np.random.default_rng() if rng is None else rng
    p = rng.permutation(len(X))
    for s in range(0, len(X), size):
        yield X[p[s:s + size]], y[p[s:s + size]]


if __name__ == "__main__":
    g = np.random.default_rng(0)
    X = g.normal(5, 3, size=(50, 3))
    y = (X[:, 0] > 5).astype(int)
    Xa, Xb, ya, yb = train_test_split(X, y, seed=1)
    sc = StandardScaler().fit(Xa)
    print(Xa.shape, Xb.shape, sc.transform(Xa).mean(0).round(6), sc.transform(Xb).mean(0).round(3))
    for tr, va in kfold_indices(10, 3):
        print(len(tr), len(va))
    print(one_hot(["b", "a", "c", "a"]))
