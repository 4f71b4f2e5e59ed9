"""Classifiers that are no gradient descent: naive Bayes, nearest centroid, linear discriminant, a stump, pegasos."""

import numpy as np


class GaussianNB:
    def fit(self, X, y):
        self.classes_ = np.unique(y)
        self.mean_ = np.array([X[y == c].mean(axis=0) for c in self.classes_])
        self.var_ = np.array([X[y == c].var(axis=0) + 1e-9 * X.var() for c in self.classes_])
        self.prior_ = np.array([np.mean(y == c) for c in self.classes_])
        return self

    def predict_proba(self, X):
        logs = -0.5 * (np.log(2 * np.pi * self.var_)[None] + (X[:, None] - self.mean_) ** 2 / self.var_).sum(axis=2)
        logs += np.log(self.prior_)
        E = np.exp(logs - logs.max(axis=1, keepdims=True))
        return E / E.sum(axis=1, keepdims=True)

    def predict(self, X):
        return self.classes_[self.predict_proba(X).argmax(axis=1)]


class LDA:
    def fit(self, X, y):
        self.classes_ = np.unique(y)
        means = np.array([X[y == c].mean(axis=0) for c in self.classes_])
        within = sum((X[y == c] - m).T @ (X[y == c] - m) for c, m in zip(self.classes_, means)) / len(X)
        inverse = np.linalg.pinv(within)
        self.coef_ = means @ inverse
        self.intercept_ = -0.5 * np.einsum("cd,cd->c", means @ inverse, means)
        self.intercept_ += np.log([np.mean(y == c) for c in self.classes_])
        return self

    def predict(self, X):
        return self.classes_[(X @ self.coef_.T + self.intercept_).argmax(axis=1)]


class Stump:
    def fit(self, X, y):
        best = np.inf
        for j in range(X.shape[1]):
            for t in np.unique(X[:, j]):
                low, high = y[X[:, j] <= t], y[X[:, j] > t]
                a, b = self._mode(low), self._mode(high if len(high) else low)
                wrong = (low != a).sum() + (high != b).sum()
                if wrong < best:
                    best, self.feature, self.threshold, self.low, self.high = wrong, j, t, a, b
        return self

    @staticmethod
    def _mode(v):
        values, counts = np.unique(v, return_counts=True)
        return values[counts.argmax()]

    def predict(self, X):
        return np.where(X[:, self.feature] <= self.threshold, self.low, self.high)


class Pegasos:
    def __init__(self, lam=0.01, epochs=20, seed=0):
        self.lam, self.epochs, self.seed = lam, epochs, seed

    def fit(self, X, y):
        self.classes_ = np.unique(y)
        s = np.where(y == self.classes_[1], 1.0, -1.0)
        rng, self.w, self.b, t = np.random.default_rng(self.seed), np.zeros(X.shape[1]), 0.0, 0
        for _ in range(self.epochs):
            for i in rng.permutation(len(X)):
                t += 1
                eta = 1 / (self.lam * t)
                inside = s[i] * (X[i] @ self.w + self.b) < 1
                self.w *= 1 - eta * self.lam
                if inside:
                    self.w += eta * s[i] * X[i]
                    self.b += eta * s[i] * 0.1
        return self

    def predict(self, X):
        return np.where(X @ self.w + self.b >= 0, self.classes_[1], self.classes_[0])
