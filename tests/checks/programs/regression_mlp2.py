from typing import NamedTuple

import numpy as np
from sklearn.datasets import load_diabetes


class Weights(NamedTuple):
    inner: np.ndarray   # (hidden, features + 1)
    outer: np.ndarray   # (hidden,), no constant: targets are centred


class RpropRegressor:
    """Softsign network in float32, full batch, iRprop-: only the signs of the gradient are used."""

    def __init__(self, hidden: int = 8, ridge: float = 0.02, iterations: int = 150, seed: int = 0):
        self.hidden = hidden
        self.ridge = ridge
        self.iterations = iterations
        self.seed = seed

    @staticmethod
    def _bias(X):
        return np.c_[X, np.ones(len(X), dtype=np.float32)].astype(np.float32)

    def _hidden(self, A, w):
        Z = A @ w.inner.T
        return Z / (1 + np.abs(Z)), 1 / (1 + np.abs(Z)) ** 2

    def objective(self, A, t, w):
        H, _ = self._hidden(A, w)
        r = H @ w.outer - t
        return r @ r / len(t) + self.ridge * (np.sum(w.inner[:, :-1] ** 2) + np.sum(w.outer ** 2))

    def slopes(self, A, t, w):
        H, dH = self._hidden(A, w)
        r = (H @ w.outer - t) * np.float32(2 / len(t))
        g_outer = r @ H + 2 * np.float32(self.ridge) * w.outer
        g_inner = (dH * r[:, None] * w.outer[None, :]).T @ A
        g_inner[:, :-1] += 2 * np.float32(self.ridge) * w.inner[:, :-1]
        return Weights(g_inner, g_outer)

    def fit(self, X, y):
        rng = np.random.default_rng(self.seed)
        self.x_mid, self.x_dev = X.mean(0), X.std(0, ddof=1)
        self.y_mid, self.y_dev = y.mean(), y.std(ddof=1)
        A = self._bias((X - self.x_mid) / self.x_dev)
        t = ((y - self.y_mid) / self.y_dev).astype(np.float32)
        w = Weights(rng.normal(0, 0.3, (self.hidden, A.shape[1])).astype(np.float32),
                    rng.normal(0, 0.3, self.hidden).astype(np.float32))
        width = [np.full_like(p, 0.01) for p in w]
        last = [np.zeros_like(p) for p in w]
        self.curve = []
        for _ in range(self.iterations):
            g = list(self.slopes(A, t, w))
            fresh = []
            for i, p in enumerate(w):
                same = last[i] * g[i]
                width[i] = np.where(same > 0, np.minimum(width[i] * 1.2, 0.5),
                                    np.where(same < 0, np.maximum(width[i] * 0.5, 1e-6), width[i])).astype(np.float32)
                g[i] = np.where(same < 0, 0, g[i]).astype(np.float32)
                fresh.append(p - np.sign(g[i]) * width[i])
                last[i] = g[i]
            w = Weights(*fresh)
            self.curve.append(float(self.objective(A, t, w)))
        self.weights = w
        return self

    def predict(self, X):
        A = self._bias((X - self.x_mid) / self.x_dev)
        H, _ = self._hidden(A, self.weights)
        return (H @ self.weights.outer).astype(float) * self.y_dev + self.y_mid


def main() -> None:
    X, y = load_diabetes(return_X_y=True)
    pick = np.random.default_rng(3).random(len(y)) < 0.75
    net = RpropRegressor().fit(X[pick], y[pick])
    print("objective %.4f -> %.4f" % (net.curve[0], net.curve[-1]))
    for name, rows in (("train", pick), ("test", ~pick)):
        e = y[rows] - net.predict(X[rows])
        print(name, "RMSE %.1f" % np.sqrt(np.mean(e ** 2)), " (mean of the training targets: %.1f)" % np.sqrt(np.mean((y[rows] - y[pick].mean()) ** 2)))


if __name__ == "__main__":
    main()
