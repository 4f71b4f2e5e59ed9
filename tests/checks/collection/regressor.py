import numpy as np


class LinearRegressionGD:
    """Least squares by full-batch gradient descent on standardised features."""

    def __init__(self, lr=0.1, max_epochs=2000, ridge=0.0, tol=1e-12):
        self.lr = lr
        self.max_epochs = max_epochs
        self.ridge = ridge
        self.tol = tol

    def fit(self, X, y):
        X = np.asarray(X, dtype=float)
        y = np.asarray(y, dtype=float).ravel()
        if np.isnan(X).any() or np.isnan(y).any():
            raise ValueError("missing values are not supported")
        self.mu_ = X.mean(axis=0)
        sd = X.std(axis=0)
        self.sd_ = np.where(sd > 0, sd, 1.0)
        Z = (X - self.mu_) / self.sd_
        n, d = Z.shape
        w, b = np.zeros(d), 0.0
        self.cost_history_ = []
        for epoch in range(self.max_epochs):
            r = Z @ w + b - y
            cost = (r @ r + self.ridge * (w @ w)) / (2 * n)
            self.cost_history_.append(float(cost))
            if epoch and cost - self.cost_history_[-2] <= self.tol * max(1.0, cost):
                break
            w = w - self.lr * (Z.T @ r + self.ridge * w) / n
            b = b - self.lr * r.mean()
        self.w_, self.b_ = w, b
        return self

    def predict(self, X):
        Z = (np.asarray(X, dtype=float) - self.mu_) / self.sd_
        return Z @ self.w_ + self.b_

    def score(self, X, y):
        y = np.asarray(y, dtype=float).ravel()
        u = ((y - self.predict(X)) ** 2).sum()
        v = ((y - y.mean()) ** 2).sum()
        return 1 - u / v
