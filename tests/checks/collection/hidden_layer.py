# one hidden layer, two classes; X is (n_x, m), Y is (1, m)
import numpy as np


def init(n_x, n_h, n_y, rng):
    return (rng.normal(0, 1, (n_h, n_x)) / np.sqrt(n_x), np.zeros((n_h, 1)),
            rng.normal(0, 1, (n_y, n_h)) / np.sqrt(n_h), np.zeros((n_y, 1)))


def logistic(t):
    return 1.0 / (1.0 + np.exp(-np.clip(t, -500, 500)))


def fwd(X, theta):
    W1, b1, W2, b2 = theta
    Z1 = W1 @ X + b1
    A1 = np.tanh(Z1)
    Z2 = W2 @ A1 + b2
    A2 = logistic(Z2)
    return A2, (Z1, A1, Z2, A2)


def bwd(X, Y, theta, cache):
    W1, b1, W2, b2 = theta
    Z1, A1, Z2, A2 = cache
    m = X.shape[1]
    dZ2 = A2 - Y
    dW2 = dZ2 @ A1.T / m
    db2 = dZ2.sum(axis=1, keepdims=True) / m
    dZ1 = (W2.T @ dZ2) * (1 - A1 ** 2)
    dW1 = dZ1 @ X.T / m
    db1 = np.sum(dZ1) / m
    return dW1, db1, dW2, db2


def step(theta, grads, lr):
    return tuple(t - lr * g for t, g in zip(theta, grads))


def fit(X, Y, n_h=4, lr=1.0, steps=2000, seed=0):
    theta = init(X.shape[0], n_h, Y.shape[0], np.random.default_rng(seed))
    for _ in range(steps):
        _, cache = fwd(X, theta)
        theta = step(theta, bwd(X, Y, theta, cache), lr)
    return theta


def classify(X, theta):
    return (fwd(X, theta)[0] > 0.5).astype(int)
