"""Compare three classifiers by nested cross-validation.

Inner loop: choose the hyperparameter. Outer loop: estimate the accuracy of the whole
procedure. All methods see identical folds. Scaling happens inside the fit of each model.
"""
from __future__ import annotations

from typing import Callable, Iterator

import numpy as np
from sklearn.datasets import load_breast_cancer

Array = np.ndarray


def stratified_folds(y: Array, k: int, rng: np.random.Generator) -> Iterator[tuple[Array, Array]]:
    fold = np.empty(len(y), dtype=int)
    for c in np.unique(y):
        where = rng.permutation(np.flatnonzero(y == c))
        fold[where] = np.arange(len(where)) % k
    for f in range(k):
        yield np.flatnonzero(fold != f), np.flatnonzero(fold == f)


class Scaled:
    """Learns mean and deviation together with the model."""

    def fit(self, X: Array, y: Array) -> "Scaled":
        self.mu, self.sd = X.mean(0), X.std(0)
        self.sd = np.where(self.sd > 0, self.sd, 1.0)
        self.learn((X - self.mu) / self.sd, y)
        return self

    def predict(self, X: Array) -> Array:
        return self.decide((X - self.mu) / self.sd)


class Neighbours(Scaled):
    grid = (1, 3, 5, 9, 15)

    def __init__(self, k: int):
        self.k = k

    def learn(self, Z, y):
        self.Z, self.y = Z, y

    def decide(self, Z):
        d2 = ((Z[:, None, :] - self.Z[None, :, :]) ** 2).sum(-1)
        near = np.argsort(d2, axis=1, kind="stable")[:, : self.k]
        return (self.y[near].mean(axis=1) > 0.5).astype(int)


class Ridge(Scaled):
    """Least squares on labels -1, 1."""
    grid = (0.01, 0.1, 1.0, 10.0, 100.0)

    def __init__(self, lam: float):
        self.lam = lam

    def learn(self, Z, y):
        t = 2.0 * y - 1.0
        self.w = np.linalg.solve(Z.T @ Z + self.lam * np.eye(Z.shape[1]), Z.T @ (t - t.mean()))
        self.c = t.mean()

    def decide(self, Z):
        return (Z @ self.w + self.c > 0).astype(int)


class Logit(Scaled):
    grid = (0.1, 1.0, 10.0, 100.0)

    def __init__(self, lam: float):
        self.lam = lam

    def learn(self, Z, y):
        A = np.column_stack([Z, np.ones(len(Z))])
        R = np.diag(np.append(np.full(Z.shape[1], self.lam), 0.0))
        self.w = np.zeros(A.shape[1])
        for _ in range(30):
            p = 0.5 * (1 + np.tanh(A @ self.w / 2))
            step = np.linalg.solve(A.T @ (A * (p * (1 - p))[:, None]) + R, A.T @ (p - y) + R @ self.w)
            self.w = self.w - step
            if np.abs(step).max() < 1e-8:
                break

    def decide(self, Z):
        return (Z @ self.w[:-1] + self.w[-1] > 0).astype(int)


def accuracy(model: Scaled, X: Array, y: Array) -> float:
    return float(np.mean(model.predict(X) == y))


def choose(make: Callable, X: Array, y: Array, k: int, seed: int):
    folds = list(stratified_folds(y, k, np.random.default_rng(seed)))
    means = {v: np.mean([accuracy(make(v).fit(X[a], y[a]), X[b], y[b]) for a, b in folds]) for v in make.grid}
    return max(means, key=means.get)


def nested(make: Callable, X: Array, y: Array, outer=5, inner=4, seed=0):
    scores, picks = [], []
    for i, (tr, te) in enumerate(stratified_folds(y, outer, np.random.default_rng(seed))):
        best = choose(make, X[tr], y[tr], inner, seed + 1 + i)
        scores.append(accuracy(make(best).fit(X[tr], y[tr]), X[te], y[te]))
        picks.append(best)
    return np.array(scores), picks


if __name__ == "__main__":
    X, y = load_breast_cancer(return_X_y=True)
    print("larger class:", round(max(y.mean(), 1 - y.mean()), 3))
    results = {}
    for make in (Neighbours, Ridge, Logit):
        scores, picks = nested(make, X, y, seed=2024)
        results[make.__name__] = scores
        print(f"{make.__name__:11s} {scores.mean():.3f} +- {scores.std(ddof=1) / np.sqrt(len(scores)):.3f}  chosen {picks}")
    diff = results["Logit"] - results["Neighbours"]
    print(f"logit minus neighbours, fold by fold: {diff.round(3)}  mean {diff.mean():+.3f}")
    print("better on average:", max(results, key=lambda n: results[n].mean()))
