"""Exercise 2: regularised logistic regression on the microchip tests.

theta and y are plain vectors; X already holds the column of ones from map_feature.
"""
import numpy as np


def map_feature(x1, x2, degree=6):
    """All monomials of x1 and x2 up to the given degree, the constant first."""
    x1 = np.atleast_1d(x1)
    x2 = np.atleast_1d(x2)
    out = [np.ones(x1.shape[0])]
    for i in range(1, degree + 1):
        for j in range(i + 1):
            out.append((x1 ** (i - j)) * (x2 ** j))
    return np.stack(out, axis=1)


def sigmoid(z):
    z = np.asarray(z, dtype=float)
    return np.exp(-np.logaddexp(0.0, -z))


def cost_function(theta, X, y, lam=0.0):
    m = len(y)
    z = X.dot(theta)
    J = np.sum(np.logaddexp(0.0, z) - y * z) / m
    J += lam / (2 * m) * np.sum(theta[1:] ** 2)
    return J


def gradient(theta, X, y, lam=0.0):
    m = len(y)
    h = sigmoid(X.dot(theta))
    grad = X.T.dot(h - y) / m
    grad += lam / m * theta
    return grad


def gradient_descent(theta, X, y, alpha=0.1, num_iters=400, lam=0.0):
    theta = theta.copy()
    J_history = []
    for _ in range(num_iters):
        theta -= alpha * gradient(theta, X, y, lam)
        J_history.append(cost_function(theta, X, y, lam))
    return theta, J_history


def predict(theta, X):
    return (sigmoid(X.dot(theta)) >= 0.5).astype(int)


def accuracy(theta, X, y):
    return np.mean(predict(theta, X) == y)
