"""Rocks or mines: a three-layer tanh network on the sonar returns (60 frequency bands)."""
from __future__ import annotations

import copy
from dataclasses import dataclass

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class Config:
    hidden: tuple[int, ...] = (24, 12)
    lr: float = 0.1
    epochs: int = 150
    batch: int = 16
    l2: float = 1e-3
    patience: int = 25
    seed: int = 0


class SonarNet:
    def __init__(self, n_in: int, cfg: Config):
        self.cfg = cfg
        self.rng = np.random.default_rng(cfg.seed)
        sizes = [n_in, *cfg.hidden, 1]
        self.W = [self.rng.normal(0, 1 / np.sqrt(a), (a, b)) for a, b in zip(sizes, sizes[1:])]
        self.b = [np.zeros(b) for b in sizes[1:]]

    def _forward(self, X: np.ndarray) -> tuple[list[np.ndarray], np.ndarray]:
        A = [X]
        for W, b in zip(self.W[:-1], self.b[:-1]):
            A.append(np.tanh(A[-1] @ W + b))
        z = (A[-1] @ self.W[-1] + self.b[-1]).ravel()
        return A, z

    def loss(self, X: np.ndarray, y: np.ndarray) -> float:
        _, z = self._forward(X)
        data = np.mean(np.logaddexp(0, z) - y * z)
        return float(data + 0.5 * self.cfg.l2 * sum((W ** 2).sum() for W in self.W))

    def gradients(self, X: np.ndarray, y: np.ndarray) -> tuple[list[np.ndarray], list[np.ndarray]]:
        A, z = self._forward(X)
        d = ((self._sigmoid(z) - y) / len(y))[:, None]
        gW, gb = [], []
        for k in range(len(self.W) - 1, -1, -1):
            gW.insert(0, A[k].T @ d + self.cfg.l2 * self.W[k])
            gb.insert(0, d.sum(axis=0))
            d = (d @ self.W[k].T) * (1 - A[k] ** 2)
        return gW, gb

    @staticmethod
    def _sigmoid(z: np.ndarray) -> np.ndarray:
        return np.exp(-np.logaddexp(0, -z))

    def fit(self, X: np.ndarray, y: np.ndarray, X_val: np.ndarray, y_val: np.ndarray) -> dict[str, list[float]]:
        log: dict[str, list[float]] = {"train": [], "val": []}
        best, best_state, waited = np.inf, None, 0
        for epoch in range(self.cfg.epochs):
            order = self.rng.permutation(len(y))
            for s in range(0, len(y), self.cfg.batch):
                i = order[s:s + self.cfg.batch]
                gW, gb = self.gradients(X[i], y[i])
                for k in range(len(self.W)):
                    self.W[k] -= self.cfg.lr * gW[k]
                    self.b[k] -= self.cfg.lr * gb[k]
            log["train"].append(self.loss(X, y))
            log["val"].append(self.loss(X_val, y_val))
            if not np.isfinite(log["train"][-1]):
                raise FloatingPointError(f"loss is not finite in epoch {epoch}")
            if log["val"][-1] < best:
                best, waited = log["val"][-1], 0
                best_state = copy.deepcopy((self.W, self.b))
            else:
                waited += 1
                if waited >= self.cfg.patience:
                    break
        self.W, self.b = best_state
        return log

    def predict_proba(self, X: np.ndarray) -> np.ndarray:
        return self._sigmoid(self._forward(X)[1])

    def predict(self, X: np.ndarray) -> np.ndarray:
        return (self.predict_proba(X) >= 0.5).astype(int)


def load(path: str = "sonar.all-data") -> tuple[np.ndarray, np.ndarray]:
    table = pd.read_csv(path, header=None)
    return table.iloc[:, :-1].to_numpy(float), (table.iloc[:, -1] == "M").to_numpy(int)


def three_way_split(n: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    order = rng.permutation(n)
    a, b = int(0.6 * n), int(0.8 * n)
    return order[:a], order[a:b], order[b:]


def precision_recall(y: np.ndarray, guess: np.ndarray) -> tuple[float, float]:
    hits = int(((guess == 1) & (y == 1)).sum())
    called, real = int((guess == 1).sum()), int((y == 1).sum())
    return (hits / called if called else 0.0), (hits / real if real else 0.0)


def main() -> None:
    X, y = load()
    train, val, test = three_way_split(len(y), np.random.default_rng(5))
    mean, sd = X[train].mean(axis=0), X[train].std(axis=0)
    X = (X - mean) / sd
    net = SonarNet(X.shape[1], Config())
    log = net.fit(X[train], y[train], X[val], y[val])
    guess = net.predict(X[test])
    print(f"best validation loss {min(log['val']):.3f} after {int(np.argmin(log['val'])) + 1} epochs")
    print(f"test accuracy {np.mean(guess == y[test]):.3f}")
    print("precision %.3f recall %.3f" % precision_recall(y[test], guess))


if __name__ == "__main__":
    main()
