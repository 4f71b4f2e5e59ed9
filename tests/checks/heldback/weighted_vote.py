"""Distance-weighted nearest neighbours with class probabilities."""
from __future__ import annotations

from dataclasses import dataclass, field
from typing import Callable, Literal

import numpy as np

Array = np.ndarray


def euclidean(a: Array, b: Array) -> Array:
    return np.sqrt(((a[:, None, :] - b[None, :, :]) ** 2).sum(axis=-1))


def manhattan(a: Array, b: Array) -> Array:
    return np.abs(a[:, None, :] - b[None, :, :]).sum(axis=-1)


METRICS: dict[str, Callable[[Array, Array], Array]] = {"euclidean": euclidean, "manhattan": manhattan}


def _as_matrix(X: Array) -> Array:
    X = np.asarray(X, dtype=float)
    if X.ndim != 2:
        raise ValueError("X must have two dimensions")
    if not np.isfinite(X).all():
        raise ValueError("X holds NaN or infinite values")
    return X


@dataclass
class WeightedKNN:
    n_neighbors: int = 7
    weights: Literal["uniform", "distance"] = "distance"
    metric: str = "euclidean"
    classes_: Array = field(init=False, repr=False)
    _X: Array = field(init=False, repr=False)
    _codes: Array = field(init=False, repr=False)

    def fit(self, X: Array, y: Array) -> "WeightedKNN":
        self._X = _as_matrix(X).copy()
        self.classes_, self._codes = np.unique(np.asarray(y).ravel(), return_inverse=True)
        if len(self._X) != len(self._codes):
            raise ValueError("X and y differ in length")
        if not 1 <= self.n_neighbors <= len(self._X):
            raise ValueError("n_neighbors out of range")
        return self

    def kneighbors(self, X: Array) -> tuple[Array, Array]:
        dist = METRICS[self.metric](_as_matrix(X), self._X)
        index = np.argsort(dist, axis=1, kind="stable")[:, : self.n_neighbors]
        return np.take_along_axis(dist, index, axis=1), index

    def _vote_weights(self, dist: Array) -> Array:
        if self.weights == "uniform":
            return np.ones_like(dist)
        exact = dist == 0.0
        w = np.where(exact, 0.0, 1.0 / np.where(exact, 1.0, dist))
        hit = exact.any(axis=1)
        w[hit] = exact[hit].astype(float)  # an identical training row decides alone
        return w

    def predict_proba(self, X: Array) -> Array:
        dist, index = self.kneighbors(X)
        w = self._vote_weights(dist)
        codes = self._codes[index]
        scores = np.zeros((len(dist), len(self.classes_)))
        for c in range(len(self.classes_)):
            scores[:, c] = (w * (codes == c)).sum(axis=1)
        return scores / scores.sum(axis=1, keepdims=True)

    def predict(self, X: Array) -> Array:
        return self.classes_[self.predict_proba(X).argmax(axis=1)]

    def score(self, X: Array, y: Array) -> float:
        return float((self.predict(X) == np.asarray(y).ravel()).mean())


if __name__ == "__main__":
    from sklearn.datasets import load_wine
    from sklearn.model_selection import train_test_split

    data, target = load_wine(return_X_y=True)
    Xtr, Xte, ytr, yte = train_test_split(data, target, test_size=0.3, random_state=3, stratify=target)
    mu, sd = Xtr.mean(axis=0), Xtr.std(axis=0)
    Xtr, Xte = (Xtr - mu) / sd, (Xte - mu) / sd
    for how in ("uniform", "distance"):
        for name in METRICS:
            model = WeightedKNN(weights=how, metric=name).fit(Xtr, ytr)
            print(f"{how:9s} {name:10s} test accuracy {model.score(Xte, yte):.3f}")
