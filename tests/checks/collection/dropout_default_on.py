"""Dropout that is on unless it is said otherwise; predict says so."""

import numpy as np


class DropoutNet:
    def __init__(self, n_in=20, n_hidden=16, n_out=3, keep=0.8, seed=3):
        self.rng = np.random.default_rng(seed)
        self.keep = keep
        self.W1 = self.rng.normal(size=(n_hidden, n_in)) / np.sqrt(n_in)
        self.b1 = np.zeros((n_hidden, 1))
        self.W2 = self.rng.normal(size=(n_out, n_hidden)) / np.sqrt(n_hidden)
        self.b2 = np.zeros((n_out, 1))

    def forward(self, X, training=True):
        H = np.tanh(self.W1 @ X + self.b1)
        mask = (self.rng.random(H.shape) < self.keep) / self.keep if training else np.ones_like(H)
        A = H * mask
        Z = self.W2 @ A + self.b2
        E = np.exp(Z - Z.max(axis=0))
        return E / E.sum(axis=0), (H, mask, A)

    def cost(self, P, Y):
        return -(Y * np.log(P + 1e-12)).sum() / Y.shape[1]

    def backward(self, X, Y, P, cache):
        H, mask, A = cache
        m = X.shape[1]
        D = (P - Y) / m
        dA = (self.W2.T @ D) * mask * (1 - H**2)
        return dA @ X.T, dA.sum(axis=1, keepdims=True), D @ A.T, D.sum(axis=1, keepdims=True)

    def train(self, X, Y, epochs=200, lr=0.3):
        for _ in range(epochs):
            P, cache = self.forward(X)
            dW1, db1, dW2, db2 = self.backward(X, Y, P, cache)
            self.W1 -= lr * dW1
            self.b1 -= lr * db1
            self.W2 -= lr * dW2
            self.b2 -= lr * db2
        return self.cost(self.forward(X, training=False)[0], Y)

    def predict(self, X):
        return self.forward(X, training=False)[0].argmax(axis=0)
