import numpy as np


class LogReg:
    """Logistic regression with plain loops; w[0] is the intercept."""

    def __init__(self, alpha=0.3, n_epoch=200):
        self.alpha = alpha
        self.n_epoch = n_epoch

    def sigmoid(self, z):
        if z < 0:
            return np.exp(z) / (1.0 + np.exp(z))
        return 1.0 / (1.0 + np.exp(-z))

    def hypothesis(self, row):
        z = self.w[0]
        for j in range(len(row)):
            z += self.w[j + 1] * row[j]
        return self.sigmoid(z)

    def gradient(self, X, y):
        m = len(X)
        g = np.zeros(len(self.w))
        for i in range(1, m):
            err = self.hypothesis(X[i]) - y[i]
            g[0] += err
            for j in range(X.shape[1]):
                g[j + 1] += err * X[i, j]
        return g / m

    def cost(self, X, y):
        total = 0.0
        for i in range(1, len(X)):
            h = min(max(self.hypothesis(X[i]), 1e-15), 1 - 1e-15)
            total -= y[i] * np.log(h) + (1 - y[i]) * np.log(1 - h)
        return total / len(X)

    def fit(self, X, y):
        X = np.asarray(X, dtype=float)
        self.names = sorted(set(np.asarray(y).tolist()))
        target = np.array([self.names.index(v) for v in np.asarray(y).tolist()])
        self.w = np.zeros(X.shape[1] + 1)
        self.costs = []
        for _ in range(self.n_epoch):
            self.w = self.w - self.alpha * self.gradient(X, target)
            self.costs.append(self.cost(X, target))
        return self

    def predict_proba(self, X):
        p = np.array([self.hypothesis(row) for row in np.asarray(X, dtype=float)])
        return np.stack([1 - p, p], axis=1)

    def predict(self, X):
        return np.array([self.names[int(p >= 0.5)] for p in self.predict_proba(X)[:, 1]])
