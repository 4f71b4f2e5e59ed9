# samples in columns, labels one-hot in columns, everything summed over the batch
import numpy as np


def softmax_cols(S):
    E = np.exp(S)
    return E / E.sum(axis=1, keepdims=True)


def cost(W, b, X, Y, wd):
    P = softmax_cols(W.dot(X) + b)
    return -np.sum(Y * np.log(P + 1e-12)) + wd * np.sum(W ** 2)


def grad(W, b, X, Y, wd):
    G = softmax_cols(W.dot(X) + b) - Y
    return G.dot(X.T) + 2 * wd * W, G.sum(axis=1, keepdims=True)


def fit(X, Y, eta=0.005, sweeps=400, wd=0.01):
    W = np.zeros((Y.shape[0], X.shape[0]))
    b = np.zeros((Y.shape[0], 1))
    for _ in range(sweeps):
        dW, db = grad(W, b, X, Y, wd)
        W = W - eta * dW
        b = b - eta * db
    return W, b


def predict(W, b, X):
    return (W.dot(X) + b).argmax(axis=0)
