"""Mini-batch linear regression with momentum and early stopping."""
from __future__ import annotations

from dataclasses import dataclass, field
from typing import Iterator, Optional

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass
class MiniBatchLinReg:
    """y = X β + β0, squared error, trained with SGD.

    The last `val_share` of a shuffled copy of the data is held out and the
    parameters with the lowest validation loss are kept.
    """

    eta: float = 0.02          # learning rate
    mu: float = 0.9            # momentum
    lam: float = 0.0           # L2 on the weights
    epochs: int = 200
    batch_size: int = 32
    val_share: float = 0.2
    patience: int = 20
    seed: Optional[int] = None

    beta: Array = field(init=False, repr=False, default=None)
    beta0: float = field(init=False, repr=False, default=0.0)
    train_loss: list[float] = field(init=False, repr=False, default_factory=list)
    val_loss: list[float] = field(init=False, repr=False, default_factory=list)

    @staticmethod
    def _mse(X: Array, y: Array, beta: Array, beta0: float) -> float:
        return float(np.mean((X @ beta + beta0 - y) ** 2))

    def _objective(self, X: Array, y: Array, beta: Array, beta0: float) -> float:
        return self._mse(X, y, beta, beta0) + self.lam * float(beta @ beta)

    def _gradient(self, X: Array, y: Array, beta: Array, beta0: float) -> tuple[Array, float]:
        r = X @ beta + beta0 - y
        g_beta = 2.0 * X.T @ r / len(y) + 2.0 * self.lam * beta
        g_beta0 = 2.0 * float(r.mean())
        return g_beta, g_beta0

    def _batches(self, n: int, rng: np.random.Generator) -> Iterator[NDArray[np.int64]]:
        order = rng.permutation(n)
        for start in range(0, n, self.batch_size):
            yield order[start:start + self.batch_size]

    def fit(self, X: Array, y: Array) -> "MiniBatchLinReg":
        X = np.asarray(X, dtype=float)
        y = np.asarray(y, dtype=float).reshape(-1)
        rng = np.random.default_rng(self.seed)

        order = rng.permutation(len(y))
        n_val = max(1, int(len(y) * self.val_share))
        fit_rows, val_rows = order[n_val:], order[:n_val]
        X_fit, y_fit, X_val, y_val = X[fit_rows], y[fit_rows], X[val_rows], y[val_rows]

        beta, beta0 = np.zeros(X.shape[1]), 0.0
        v_beta, v_beta0 = np.zeros(X.shape[1]), 0.0
        self.train_loss, self.val_loss = [], []
        best, waited = np.inf, 0

        for _ in range(self.epochs):
            for rows in self._batches(len(y_fit), rng):
                g_beta, g_beta0 = self._gradient(X_fit[rows], y_fit[rows], beta, beta0)
                v_beta = self.mu * v_beta - self.eta * g_beta
                v_beta0 = self.mu * v_beta0 - self.eta * g_beta0
                beta = beta + v_beta
                beta0 = beta0 + v_beta0

            self.train_loss.append(self._objective(X_fit, y_fit, beta, beta0))
            self.val_loss.append(self._mse(X_val, y_val, beta, beta0))
            if self.val_loss[-1] < best:
                best, waited = self.val_loss[-1], 0
                self.beta, self.beta0 = beta.copy(), beta0
            else:
                waited += 1
                if waited >= self.patience:
                    break
        return self

    def predict(self, X: Array) -> Array:
        return np.asarray(X, dtype=float) @ self.beta + self.beta0

    def score(self, X: Array, y: Array) -> float:
        y = np.asarray(y, dtype=float).reshape(-1)
        residual = y - self.predict(X)
        return 1.0 - float(residual @ residual) / float(np.sum((y - y.mean()) ** 2))


if __name__ == "__main__":
    rng = np.random.default_rng(2)
    X = rng.normal(size=(600, 5))
    y = X @ np.array([3.0, -2.0, 0.5, 0.0, 1.5]) + 4.0 + rng.normal(0, 0.5, 600)

    model = MiniBatchLinReg(eta=0.005, seed=0).fit(X[:500], y[:500])
    print("β  ", np.round(model.beta, 3))
    print("β0 ", round(model.beta0, 3))
    print("epochs", len(model.val_loss), " best validation MSE", round(min(model.val_loss), 4))
    print("R² on new data", round(model.score(X[500:], y[500:]), 4))
