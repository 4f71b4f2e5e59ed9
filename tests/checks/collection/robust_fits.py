"""Other regressions: least absolute deviations, Huber by reweighting, Poisson counts."""

import numpy as np


class LADRegression:
    def __init__(self, iterations=200, eps=1e-6):
        self.iterations, self.eps = iterations, eps

    def fit(self, X, y):
        A = np.column_stack([np.ones(len(X)), X])
        w = np.linalg.lstsq(A, y, rcond=None)[0]
        for _ in range(self.iterations):
            s = 1.0 / np.maximum(np.abs(y - A @ w), self.eps)
            w = np.linalg.solve(A.T @ (s[:, None] * A), A.T @ (s * y))
        self.intercept_, self.coef_ = w[0], w[1:]
        return self

    def predict(self, X):
        return self.intercept_ + np.asarray(X) @ self.coef_


class PoissonRegression:
    def __init__(self, n_iter=50):
        self.n_iter = n_iter

    def fit(self, X, y):
        y = np.clip(np.asarray(y, dtype=float), 0, None)
        A = np.column_stack([np.ones(len(X)), X])
        w = np.zeros(A.shape[1])
        w[0] = np.log(y.mean() + 1e-9)
        for _ in range(self.n_iter):
            mu = np.exp(np.clip(A @ w, -30, 30))
            step = np.linalg.lstsq(A.T @ (mu[:, None] * A) + 1e-9 * np.eye(len(w)), A.T @ (y - mu), rcond=None)[0]
            w = w + np.clip(step, -1, 1)
        self.intercept_, self.coef_ = w[0], w[1:]
        return self

    def predict(self, X):
        return np.exp(self.intercept_ + np.asarray(X) @ self.coef_)


class LocalLinear:
    """Locally weighted regression: everything happens when it is asked."""

    def __init__(self, tau=0.8):
        self.tau = tau

    def fit(self, X, y):
        self.X, self.y = np.asarray(X, dtype=float), np.asarray(y, dtype=float).ravel()
        return self

    def predict(self, X):
        A = np.column_stack([np.ones(len(self.X)), self.X])
        out = []
        for q in np.asarray(X, dtype=float):
            s = np.exp(-((self.X - q) ** 2).sum(axis=1) / (2 * self.tau**2))
            w = np.linalg.lstsq(A.T @ (s[:, None] * A) + 1e-8 * np.eye(A.shape[1]), A.T @ (s * self.y), rcond=None)[0]
            out.append(w[0] + q @ w[1:])
        return np.array(out)
