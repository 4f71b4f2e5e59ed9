# k nearest neighbours, brute force
# supports minkowski distances and distance weighting
import numpy as np


class KNearest:

    def __init__(self, k=5, p=2, weights="uniform"):
        if weights not in ("uniform", "distance"):
            raise ValueError("weights: uniform or distance")
        self.k = k
        self.p = p
        self.weights = weights

    def fit(self, X, y):
        self.data = self._check(X)
        self.targets = np.asarray(y)
        if len(self.data) != len(self.targets):
            raise ValueError("X and y differ in length")
        self.categories, self.codes = np.unique(self.targets, return_inverse=True)
        return self

    def _check(self, X):
        X = np.asarray(X, dtype=float)
        if np.isnan(X).any():
            raise ValueError("missing values are not supported, impute them first")
        return X

    def _distances(self, row):
        diff = np.abs(self.data - row)
        if np.isinf(self.p):
            return diff.max(axis=1)
        return (diff ** self.p).sum(axis=1) ** (1.0 / self.p)

    def kneighbors(self, X):
        X = self._check(X)
        dist = np.empty((len(X), self.k))
        ind = np.empty((len(X), self.k), dtype=int)
        for i, row in enumerate(X):
            d = self._distances(row)
            nearest = np.argsort(d, kind="stable")[:self.k]
            dist[i], ind[i] = d[nearest], nearest
        return dist, ind

    def _votes(self, X):
        dist, ind = self.kneighbors(X)
        votes = np.zeros((len(dist), len(self.categories)))
        for i in range(len(dist)):
            if self.weights == "uniform":
                w = np.ones(self.k)
            else:
                exact = dist[i] == 0
                w = exact.astype(float) if exact.any() else 1.0 / dist[i]
            for code, weight in zip(self.codes[ind[i]], w):
                votes[i, code] += weight
        return votes

    def predict_proba(self, X):
        votes = self._votes(X)
        return votes / votes.sum(axis=1, keepdims=True)

    def predict(self, X):
        # a tie goes to the class that comes first in self.categories
        return self.categories[self._votes(X).argmax(axis=1)]

    def accuracy(self, X, y):
        return (self.predict(X) == np.asarray(y)).mean()


if __name__ == "__main__":
    from sklearn.datasets import load_wine

    wine = load_wine()
    idx = np.random.default_rng(1).permutation(len(wine.target))
    a, b = idx[:120], idx[120:]
    lo, hi = wine.data[a].min(0), wine.data[a].max(0)
    X = (wine.data - lo) / (hi - lo)
    for k in (1, 3, 5, 9):
        for weights in ("uniform", "distance"):
            knn = KNearest(k, weights=weights).fit(X[a], wine.target[a])
            print(k, weights, round(knn.accuracy(X[b], wine.target[b]), 3))
