"""Ordinary least squares, closed form. X and y should be centred by the caller: there is no intercept."""
import numpy as np


def solve(X, y, ridge=0.0):
    A = X.T @ X + ridge * np.eye(X.shape[1])
    return np.linalg.solve(A, X.T @ y)


def predict(X, w):
    return X @ w


def objective(w, X, y, ridge=0.0):
    r = X @ w - y
    return r @ r + ridge * (w @ w)


def objective_gradient(w, X, y, ridge=0.0):
    g = 2 * X.T @ (X @ w - y)
    return g + ridge * g
