from __future__ import annotations

import numpy as np


class SoftmaxClassifier:
    """Multinomial logistic regression, trained by mini-batch gradient descent.

    Any kind of label may be used; ``predict`` returns labels of the same kind.
    """

    def __init__(self, eta: float = 0.2, epochs: int = 60, batch_size: int = 16, alpha: float = 1e-3, seed: int | None = 0):
        self.eta = eta
        self.epochs = epochs
        self.batch_size = batch_size
        self.alpha = alpha
        self.seed = seed

    @staticmethod
    def _softmax(scores):
        shifted = scores - np.max(scores, axis=1, keepdims=True)
        exps = np.exp(shifted)
        return exps / np.sum(exps, axis=1, keepdims=True)

    def _cost_and_grad(self, X, codes, W, b):
        n = len(X)
        P = self._softmax(X @ W.T + b)
        cost = -np.mean(np.log(P[np.arange(n), codes] + 1e-300)) + self.alpha / 2 * np.sum(W * W)
        P[np.arange(n), codes] -= 1
        P /= n
        return cost, P.T @ X + self.alpha * W, P.sum(axis=0)

    def fit(self, X, y):
        X = np.asarray(X, dtype=np.float64)
        self.classes_, codes = np.unique(y, return_inverse=True)
        rng = np.random.default_rng(self.seed)
        self.W_ = rng.normal(scale=0.01, size=(len(self.classes_), X.shape[1]))
        self.b_ = np.zeros(len(self.classes_))
        self.cost_ = []
        for _ in range(self.epochs):
            perm = rng.permutation(len(X))
            for i in range(0, len(X), self.batch_size):
                rows = perm[i:i + self.batch_size]
                _, dW, db = self._cost_and_grad(X[rows], codes[rows], self.W_, self.b_)
                self.W_ -= self.eta * dW
                self.b_ -= self.eta * db
            self.cost_.append(self._cost_and_grad(X, codes, self.W_, self.b_)[0])
        return self

    def predict_proba(self, X):
        P = self._softmax(np.asarray(X, dtype=np.float64) @ self.W_.T + self.b_)
        return self._softmax(P)

    def predict(self, X):
        return self.classes_[np.argmax(self.predict_proba(X), axis=1)]
