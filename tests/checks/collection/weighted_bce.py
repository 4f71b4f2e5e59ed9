"""One sigmoid output; the positive class counts more; predict gives probabilities as a column."""

import numpy as np


def init(n_in, n_hidden, seed=0):
    rng = np.random.default_rng(seed)
    return {
        "W1": rng.normal(0, 1 / np.sqrt(n_in), (n_in, n_hidden)),
        "b1": np.zeros((1, n_hidden)),
        "W2": rng.normal(0, 1 / np.sqrt(n_hidden), (n_hidden, 1)),
        "b2": np.zeros((1, 1)),
    }


def sigmoid(z):
    return 0.5 * (1 + np.tanh(0.5 * z))


def forward(X, p):
    H = np.tanh(X @ p["W1"] + p["b1"])
    return sigmoid(H @ p["W2"] + p["b2"]), H


def loss(out, y, pos_weight=3.0):
    out = np.clip(out, 1e-12, 1 - 1e-12)
    return -np.mean(pos_weight * y * np.log(out) + (1 - y) * np.log(1 - out))


def backward(X, y, p, out, H, pos_weight=3.0):
    m = len(X)
    dZ2 = ((1 - y) * out - pos_weight * y * (1 - out)) / m
    dH = (dZ2 @ p["W2"].T) * (1 - H**2)
    return {
        "W1": X.T @ dH,
        "b1": dH.sum(axis=0, keepdims=True),
        "W2": H.T @ dZ2,
        "b2": dZ2.sum(axis=0, keepdims=True),
    }


def train(X, y, n_hidden=6, lr=0.5, epochs=300):
    p = init(X.shape[1], n_hidden)
    for _ in range(epochs):
        out, H = forward(X, p)
        grads = backward(X, y, p, out, H)
        p = {name: p[name] - lr * grads[name] for name in p}
    return p


def predict(X, p):
    return forward(X, p)[0]
