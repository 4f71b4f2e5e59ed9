import numpy as np


def sigmoid(z):
    z = np.asarray(z, dtype=float)
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))


def d_sigmoid(z):
    return sigmoid(z) * (1 - sigmoid(z))


def relu(z):
    return np.maximum(z, 0)


def d_relu(z):
    return (np.asarray(z) > 0).astype(float)


def leaky_relu(z, slope=0.01):
    return np.where(z > 0, z, slope * z)


def d_leaky_relu(z, slope=0.01):
    return np.where(z > 0, 1.0, slope)


def tanh(z):
    return np.tanh(z)


def d_tanh(z):
    return 1 - np.tanh(z) ** 2


def softmax(z):
    """Softmax of every row of z."""
    z = np.atleast_2d(np.asarray(z, dtype=float))
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def softmax_jacobian(z):
    """d softmax(z)_i / d z_j for one vector z."""
    s = softmax(z)[0]
    return np.diag(s) - np.outer(s, s)


def cross_entropy(p, y):
    """Mean negative log-likelihood; p (n, C) probabilities, y (n,) class numbers."""
    p = np.asarray(p, dtype=float)
    picked = p[np.arange(len(p)), np.asarray(y)]
    return -np.mean(np.log(np.maximum(picked, 1e-15)))


def binary_cross_entropy(p, y):
    p = np.asarray(p, dtype=float)
    y = np.asarray(y, dtype=float)
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))


def mean_squared_error(y_hat, y):
    return np.mean((np.asarray(y_hat, dtype=float) - np.asarray(y, dtype=float)) ** 2)
