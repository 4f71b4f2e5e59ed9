import numpy as np


class LogisticRegression:
    """Binary logistic regression trained with batch gradient descent. Labels are 0 and 1."""

    def __init__(self, learning_rate=0.1, n_iters=1000, l2=0.0, tol=0.0):
        self.learning_rate = learning_rate
        self.n_iters = n_iters
        self.l2 = l2
        self.tol = tol

    def _sigmoid(self, t):
        return 0.5 * (1.0 + np.tanh(0.5 * t))

    def _loss(self, X, y):
        t = X @ self.weights + self.bias
        # log(1 + exp(t)) - y t
        data_term = np.mean(np.logaddexp(0, t) - y * t)
        return data_term + 0.5 * self.l2 * np.sum(self.weights ** 2)

    def fit(self, X, y):
        X = np.asarray(X, dtype=float)
        y = np.asarray(y, dtype=float)
        if not np.isfinite(X).all():
            raise ValueError("X contains NaN or infinity")
        if not np.isin(y, (0, 1)).all():
            raise ValueError("the labels must be 0 or 1")
        n_samples, n_features = X.shape
        self.weights = np.zeros(n_features)
        self.bias = 0.0
        self.losses = []
        for _ in range(self.n_iters):
            p = self._sigmoid(X @ self.weights + self.bias)
            error = p - y
            grad_w = X.T @ error / n_samples + self.l2 * self.weights
            grad_b = error.mean() + self.l2 * self.bias
            self.weights = self.weights - self.learning_rate * grad_w
            self.bias = self.bias - self.learning_rate * grad_b
            self.losses.append(self._loss(X, y))
            if len(self.losses) > 1 and self.losses[-2] - self.losses[-1] < self.tol:
                break
        return self

    def predict_proba(self, X):
        p = self._sigmoid(np.asarray(X, dtype=float) @ self.weights + self.bias)
        return np.column_stack([1 - p, p])

    def predict(self, X):
        return (self.predict_proba(X)[:, 1] >= 0.5).astype(int)

    def score(self, X, y):
        return np.mean(self.predict(X) == np.asarray(y))
