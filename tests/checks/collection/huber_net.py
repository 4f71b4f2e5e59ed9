"""A regression network with the Huber loss, weights kept in one flat vector."""

import numpy as np


class HuberNet:
    def __init__(self, n_in, n_hidden=8, delta=1.0, rng=None):
        rng = rng or np.random.default_rng(11)
        self.n_in, self.n_hidden, self.delta = n_in, n_hidden, delta
        self.theta = rng.normal(0, 0.4, n_in * n_hidden + 2 * n_hidden + 1)

    def unpack(self, theta):
        a = self.n_in * self.n_hidden
        b = a + self.n_hidden
        c = b + self.n_hidden
        return theta[:a].reshape(self.n_in, self.n_hidden), theta[a:b], theta[b:c], theta[c]

    def forward(self, X, theta=None):
        W, b, v, c = self.unpack(self.theta if theta is None else theta)
        H = np.tanh(X @ W + b)
        return H @ v + c, H

    def loss_and_gradient(self, X, y, theta=None):
        theta = self.theta if theta is None else theta
        _, _, v, _ = self.unpack(theta)
        out, H = self.forward(X, theta)
        r = out - y
        small = np.abs(r) <= self.delta
        loss = np.where(small, 0.5 * r**2, self.delta * (np.abs(r) - 0.5 * self.delta)).mean()
        g = np.clip(r, -self.delta, self.delta) / len(y)
        dH = np.outer(g, v) * (1 - H**2)
        return loss, np.concatenate([(X.T @ dH).ravel(), dH.sum(axis=0), H.T @ g, [g.sum()]])

    def fit(self, X, y, epochs=300, lr=0.2):
        self.losses = []
        for _ in range(epochs):
            loss, grad = self.loss_and_gradient(X, y)
            self.theta = self.theta - lr * grad
            self.losses.append(loss)
        return self

    def predict(self, X):
        return self.forward(X)[0]
