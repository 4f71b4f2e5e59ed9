import numpy as np
from collections import Counter


class KNNClassifier:
    """k nearest neighbours, ties go to the label that comes first among the neighbours."""

    def __init__(self, k=3, metric="euclidean", weights="uniform"):
        self.k = k
        self.metric = metric
        self.weights = weights

    def fit(self, X, y):
        self.X_train = np.array(X, dtype=float)
        self.y_train = np.array(y)
        if np.isnan(self.X_train).any():
            raise ValueError("NaN in the training data")
        return self

    def _distance(self, x):
        diff = self.X_train - x
        return np.sqrt((diff ** 2).sum(axis=1))

    def _neighbours(self, x):
        d = self._distance(x)
        idx = np.argsort(d, kind="stable")[:self.k]
        return idx, d[idx]

    def _vote(self, labels, distances):
        if self.weights == "uniform":
            return Counter(labels.tolist()).most_common(1)[0][0]
        scores = {}
        for label, d in zip(labels.tolist(), distances):
            scores[label] = scores.get(label, 0.0) + 1.0 / (d + 1e-12)
        best, best_score = None, -1.0
        for label, s in scores.items():
            if s > best_score:
                best, best_score = label, s
        return best

    def predict(self, X):
        X = np.asarray(X, dtype=float)
        if np.isnan(X).any():
            raise ValueError("NaN in the data")
        result = []
        for x in X:
            idx, d = self._neighbours(x)
            result.append(self._vote(self.y_train[idx], d))
        return np.array(result)

    def score(self, X, y):
        return float(np.mean(self.predict(X) == np.asarray(y)))
