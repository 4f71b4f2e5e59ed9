from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray


@dataclass
class RidgeGD:
    """Ridge regression fitted by gradient descent with heavy-ball momentum.

    Objective (per sample):  1/(2n) * sum (Xw + b - y)^2  +  lam/2 * |w|^2
    Features are standardised internally; the intercept is free.
    """

    lam: float = 0.0
    lr: float = 0.1
    momentum: float = 0.9
    max_iter: int = 500
    coef_: NDArray | None = field(default=None, init=False)
    intercept_: float = field(default=0.0, init=False)
    history_: list[float] = field(default_factory=list, init=False)

    def _objective(self, Z: NDArray, y: NDArray, w: NDArray, b: float) -> float:
        resid = Z @ w + b - y
        return float(0.5 * np.mean(resid ** 2) + 0.5 * self.lam * np.dot(w, w))

    def _gradient(self, Z: NDArray, y: NDArray, w: NDArray, b: float) -> tuple[NDArray, float]:
        resid = Z @ w + b - y
        grad_w = Z.T @ resid / len(y) + self.lam * w
        grad_b = float(resid.mean())
        return grad_w, grad_b

    def fit(self, X: ArrayLike, y: ArrayLike) -> "RidgeGD":
        X = np.asarray(X, dtype=np.float64)
        y = np.asarray(y, dtype=np.float64).ravel()
        if X.ndim != 2 or X.shape[0] != y.shape[0]:
            raise ValueError("X must be (n, d) and y (n,)")
        self._center = X.mean(axis=0)
        scale = X.std(axis=0)
        self._scale = np.where(scale > 0, scale, 1.0)
        Z = (X - self._center) / self._scale

        w = np.zeros(Z.shape[1])
        b = 0.0
        vel_w, vel_b = np.zeros_like(w), 0.0
        self.history_ = []
        for _ in range(self.max_iter):
            grad_w, grad_b = self._gradient(Z, y, w, b)
            vel_w = self.momentum * vel_w - self.lr * grad_w
            vel_b = self.momentum * vel_b - self.lr * grad_b
            w = w + vel_w
            b = b + vel_b
            self.history_.append(self._objective(Z, y, w, b))

        self.coef_ = w
        self.intercept_ = b
        return self

    def predict(self, X: ArrayLike) -> NDArray:
        if self.coef_ is None:
            raise RuntimeError("call fit first")
        Z = (np.asarray(X, dtype=np.float64) - self._center) / self._scale
        return Z @ self.coef_ + self.intercept_

    def score(self, X: ArrayLike, y: ArrayLike) -> float:
        y = np.asarray(y, dtype=np.float64).ravel()
        return r_squared(y, self.predict(X))


def r_squared(y_true: NDArray, y_hat: NDArray) -> float:
    ss_res = np.sum((y_true - y_hat) ** 2)
    ss_tot = np.sum((y_true - y_true.mean()) ** 2)
    if ss_tot == 0.0:
        return 1.0 if ss_res == 0.0 else 0.0
    return float(1.0 - ss_res / ss_tot)


def main() -> None:
    rng = np.random.default_rng(0)
    X = rng.normal(loc=[10.0, -3.0, 0.5], scale=[4.0, 1.0, 0.1], size=(200, 3))
    y = 2.0 * X[:, 0] - 5.0 * X[:, 1] + 30.0 * X[:, 2] + 7.0 + rng.normal(scale=0.5, size=200)
    model = RidgeGD(lam=1e-3).fit(X[:150], y[:150])
    print("objective", model.history_[0], "->", model.history_[-1])
    print("R2 on held-out rows: %.4f" % model.score(X[150:], y[150:]))


if __name__ == "__main__":
    main()
