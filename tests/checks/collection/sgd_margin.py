import numpy as np


class OnlineLogit:
    """One update per example, decreasing step. Labels -1 and +1."""

    def __init__(self, step0=0.5, passes=10, seed=0):
        self.step0, self.passes, self.seed = step0, passes, seed

    @staticmethod
    def margin_loss(w, x, label):
        return np.logaddexp(0.0, -label * (w[0] + w[1:] @ x))

    @staticmethod
    def margin_grad(w, x, label):
        s = label * (w[0] + w[1:] @ x)
        c = -label * np.exp(-np.logaddexp(0.0, -s))
        return c * np.concatenate(([1.0], x))

    def fit(self, X, y):
        X = np.asarray(X, dtype=float)
        y = np.asarray(y)
        if set(np.unique(y)) - {-1, 1}:
            raise ValueError("labels must be -1 and +1")
        rng = np.random.default_rng(self.seed)
        w = np.zeros(X.shape[1] + 1)
        t = 0
        for _ in range(self.passes):
            for i in rng.permutation(len(X)):
                t += 1
                w = w - self.step0 / np.sqrt(t) * self.margin_grad(w, X[i], y[i])
        self.w = w
        return self

    def decision_function(self, X):
        return self.w[0] + np.asarray(X, dtype=float) @ self.w[1:]

    def predict(self, X):
        return np.where(self.decision_function(X) >= 0, 1, -1)
