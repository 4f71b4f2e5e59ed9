"""float32 throughout, smoothed labels, SGD with momentum over shuffled batches."""

import numpy as np

f = np.float32


class SmoothClassifier:
    def __init__(self, hidden=32, smoothing=0.1, lr=0.1, mu=0.9, batch_size=16, epochs=40, seed=7):
        self.hidden, self.smoothing, self.lr, self.mu = hidden, f(smoothing), f(lr), f(mu)
        self.batch_size, self.epochs, self.seed = batch_size, epochs, seed

    def _targets(self, codes):
        C = len(self.classes_)
        T = np.full((len(codes), C), self.smoothing / C, dtype=f)
        T[np.arange(len(codes)), codes] += f(1) - self.smoothing
        return T

    def _forward(self, X):
        H = np.maximum(X @ self.W1 + self.b1, f(0))
        Z = H @ self.W2 + self.b2
        Z = Z - Z.max(axis=1, keepdims=True)
        return H, Z - np.log(np.exp(Z).sum(axis=1, keepdims=True))

    def fit(self, X, y):
        X = np.asarray(X, dtype=f)
        self.classes_, codes = np.unique(y, return_inverse=True)
        rng = np.random.default_rng(self.seed)
        d, C = X.shape[1], len(self.classes_)
        self.W1 = (rng.standard_normal((d, self.hidden)) * np.sqrt(2 / d)).astype(f)
        self.b1 = np.zeros(self.hidden, dtype=f)
        self.W2 = (rng.standard_normal((self.hidden, C)) * np.sqrt(1 / self.hidden)).astype(f)
        self.b2 = np.zeros(C, dtype=f)
        speed = {name: np.zeros_like(getattr(self, name)) for name in ("W1", "b1", "W2", "b2")}
        T = self._targets(codes)
        self.loss_curve_ = []
        for _ in range(self.epochs):
            order = rng.permutation(len(X))
            total = 0.0
            for start in range(0, len(X), self.batch_size):
                rows = order[start : start + self.batch_size]
                H, logp = self._forward(X[rows])
                total -= float((T[rows] * logp).sum())
                D = (np.exp(logp) - T[rows]) / f(len(rows))
                dH = (D @ self.W2.T) * (H > 0)
                grads = {"W1": X[rows].T @ dH, "b1": dH.sum(axis=0), "W2": H.T @ D, "b2": D.sum(axis=0)}
                for name, grad in grads.items():
                    speed[name] = self.mu * speed[name] - self.lr * grad
                    setattr(self, name, getattr(self, name) + speed[name])
            self.loss_curve_.append(total / len(X))
        return self

    def predict_proba(self, X):
        return np.exp(self._forward(np.asarray(X, dtype=f))[1])

    def predict(self, X):
        return self.classes_[self.predict_proba(X).argmax(axis=1)]
