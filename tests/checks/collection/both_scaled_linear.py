"""Linear regression by gradient descent that scales features and target, and undoes it at prediction."""

import numpy as np


class LinearGD:
    def __init__(self, learning_rate=0.1, n_iter=500, momentum=0.5):
        self.learning_rate = learning_rate
        self.n_iter = n_iter
        self.momentum = momentum

    def fit(self, X, y):
        X, y = np.asarray(X, dtype=float), np.asarray(y, dtype=float).ravel()
        self.mx, self.my = X.mean(axis=0), y.mean()
        self.sx, self.sy = X.std(axis=0), y.std()
        self.sx = np.where(self.sx == 0, 1.0, self.sx)
        self.sy = self.sy or 1.0
        Z, t = (X - self.mx) / self.sx, (y - self.my) / self.sy
        self.coef, speed, self.costs = np.zeros(Z.shape[1]), np.zeros(Z.shape[1]), []
        for _ in range(self.n_iter):
            r = Z @ self.coef - t
            speed = self.momentum * speed - self.learning_rate * (Z.T @ r) / len(t)
            self.coef = self.coef + speed
            self.costs.append(0.5 * np.mean(r**2))
        return self

    def predict(self, X):
        return ((np.asarray(X, dtype=float) - self.mx) / self.sx) @ self.coef * self.sy + self.my

    def score(self, X, y):
        y = np.asarray(y, dtype=float).ravel()
        return 1.0 - ((y - self.predict(X)) ** 2).sum() / ((y - y.mean()) ** 2).sum()
