from __future__ import annotations

from dataclasses import dataclass, field
from typing import List, Optional, Tuple

import numpy as np
from sklearn.datasets import load_diabetes


@dataclass
class TrainLog:
    train: List[float] = field(default_factory=list)
    valid: List[float] = field(default_factory=list)
    best_epoch: int = -1


class RegressionMLP:
    """One-hidden-layer regressor trained with mini-batch SGD and early stopping.

    loss = 1/(2n) * sum (y_hat - y)^2 + weight_decay/2 * (|W1|^2 + |W2|^2)
    """

    def __init__(self, hidden: int = 20, learning_rate: float = 0.05, weight_decay: float = 1e-3,
                 max_epochs: int = 300, batch_size: int = 32, patience: int = 20,
                 random_state: Optional[int] = None) -> None:
        self.hidden = hidden
        self.learning_rate = learning_rate
        self.weight_decay = weight_decay
        self.max_epochs = max_epochs
        self.batch_size = batch_size
        self.patience = patience
        self.random_state = random_state

    def _init_weights(self, n_features: int, rng: np.random.Generator) -> None:
        self.W1 = rng.uniform(-1, 1, size=(n_features, self.hidden)) * np.sqrt(6 / (n_features + self.hidden))
        self.b1 = np.zeros(self.hidden)
        self.w2 = rng.uniform(-1, 1, size=self.hidden) * np.sqrt(6 / (self.hidden + 1))
        self.b2 = 0.0

    def _forward(self, X: np.ndarray) -> Tuple[np.ndarray, np.ndarray]:
        H = np.tanh(X @ self.W1 + self.b1)
        return H, H @ self.w2 + self.b2

    def loss(self, X: np.ndarray, y: np.ndarray) -> float:
        _, y_hat = self._forward(X)
        reg = 0.5 * self.weight_decay * (np.sum(self.W1 ** 2) + np.sum(self.w2 ** 2))
        return float(0.5 * np.mean((y_hat - y) ** 2) + reg)

    def _gradients(self, X: np.ndarray, y: np.ndarray):
        n = len(y)
        H, y_hat = self._forward(X)
        err = (y_hat - y) / n
        gw2 = H.T @ err + self.weight_decay * self.w2
        gb2 = err.sum()
        dH = np.outer(err, self.w2) * (1 - H ** 2)
        gW1 = X.T @ dH + self.weight_decay * self.W1
        gb1 = dH.sum(axis=0)
        return gW1, gb1, gw2, gb2

    def fit(self, X: np.ndarray, y: np.ndarray, X_val: Optional[np.ndarray] = None,
            y_val: Optional[np.ndarray] = None) -> "RegressionMLP":
        rng = np.random.default_rng(self.random_state)
        X = np.asarray(X, dtype=float)
        y = np.asarray(y, dtype=float).ravel()
        self._init_weights(X.shape[1], rng)
        self.log_ = TrainLog()
        best, best_weights, waited = np.inf, None, 0
        for epoch in range(self.max_epochs):
            idx = rng.permutation(len(y))
            for start in range(0, len(y), self.batch_size):
                part = idx[start:start + self.batch_size]
                gW1, gb1, gw2, gb2 = self._gradients(X[part], y[part])
                self.W1 -= self.learning_rate * gW1
                self.b1 -= self.learning_rate * gb1
                self.w2 -= self.learning_rate * gw2
                self.b2 -= self.learning_rate * gb2
            self.log_.train.append(self.loss(X, y))
            if X_val is None:
                continue
            current = self.loss(X_val, y_val)
            self.log_.valid.append(current)
            if current < best - 1e-6:
                best, waited = current, 0
                best_weights = (self.W1.copy(), self.b1.copy(), self.w2.copy(), self.b2)
                self.log_.best_epoch = epoch
            else:
                waited += 1
                if waited >= self.patience:
                    break
        if best_weights is not None:
            self.W1, self.b1, self.w2, self.b2 = best_weights
        return self

    def predict(self, X: np.ndarray) -> np.ndarray:
        return self._forward(np.asarray(X, dtype=float))[1]

    def score(self, X: np.ndarray, y: np.ndarray) -> float:
        """coefficient of determination"""
        y = np.asarray(y, dtype=float).ravel()
        residual = np.sum((y - self.predict(X)) ** 2)
        total = np.sum((y - y.mean()) ** 2)
        return 1 - residual / total


if __name__ == "__main__":
    X, y = load_diabetes(return_X_y=True)
    rng = np.random.default_rng(42)
    order = rng.permutation(len(y))
    train, valid, test = order[:260], order[260:350], order[350:]
    mu, sd = X[train].mean(axis=0), X[train].std(axis=0)
    y_mu, y_sd = y[train].mean(), y[train].std()
    Xs = (X - mu) / sd
    ys = (y - y_mu) / y_sd
    model = RegressionMLP(random_state=1)
    model.fit(Xs[train], ys[train], Xs[valid], ys[valid])
    print("stopped after", len(model.log_.train), "epochs, best", model.log_.best_epoch)
    print(f"R2 train {model.score(Xs[train], ys[train]):.3f}")
    print(f"R2 test  {model.score(Xs[test], ys[test]):.3f}")
