#!/usr/bin/env python3
# Exercise 2: regularised logistic regression (functions only)
#
#   X     (m, n)  first column all ones
#   y     (m, 1)
#   theta (n, 1)

import numpy as np
import pandas as pd


def sigmoid(z):
    """1 / (1 + e^-z), elementwise"""
    return 1 / (1 + np.exp(-np.clip(z, -500, 500)))


def add_intercept(X):
    return np.hstack((np.ones((X.shape[0], 1)), X))


def map_feature(x1, x2, degree=6):
    cols = []
    for i in range(1, degree + 1):
        for j in range(i + 1):
            cols.append(x1 ** (i - j) * x2 ** j)
    return np.column_stack(cols)


def cost(theta, X, y, lam):
    m = len(y)
    h = sigmoid(X.dot(theta))
    h = np.clip(h, 1e-15, 1 - 1e-15)
    J = -(y.T.dot(np.log(h)) + (1 - y).T.dot(np.log(1 - h))) / m
    J = J + lam / (2 * m) * np.sum(theta[1:] ** 2)
    return J.item()


def gradient(theta, X, y, lam):
    m = len(y)
    h = sigmoid(X.dot(theta))
    grad = X.T.dot(h - y) / m
    grad[1:] = grad[1:] + lam / m * theta[1:]
    return grad


def gradient_descent(X, y, theta, alpha, num_iters, lam=0.0):
    theta = theta.copy()
    J_history = np.zeros(num_iters)
    for it in range(num_iters):
        theta -= alpha * gradient(theta, X, y, lam)
        J_history[it] = cost(theta, X, y, lam)
    return theta, J_history


def predict(theta, X, threshold=0.5):
    return (sigmoid(X.dot(theta)) >= threshold).astype(int)


def accuracy(y_pred, y):
    return 100 * np.mean(y_pred.ravel() == y.ravel())


def main():
    data = pd.read_csv("ex2data2.txt", header=None).values
    X = add_intercept(map_feature(data[:, 0], data[:, 1]))
    y = data[:, 2].reshape(-1, 1)
    theta0 = np.zeros((X.shape[1], 1))
    print("cost at zero theta (should be about 0.693):", cost(theta0, X, y, 1))
    for lam in [0, 1, 100]:
        theta, J = gradient_descent(X, y, theta0, 1.0, 5000, lam)
        print("lambda = %g: cost %.4f, train accuracy %.2f" % (lam, J[-1], accuracy(predict(theta, X), y)))


if __name__ == "__main__":
    main()
