"""Cost and gradient of a network in one flat vector, minimised by SciPy; labels 1..C, penalty without the biases."""

import numpy as np
from scipy.optimize import minimize


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def rolled(theta, n_in, n_hidden, n_out):
    cut = n_hidden * (n_in + 1)
    return theta[:cut].reshape(n_hidden, n_in + 1), theta[cut:].reshape(n_out, n_hidden + 1)


def cost(theta, n_in, n_hidden, n_out, X, y, lam):
    T1, T2 = rolled(theta, n_in, n_hidden, n_out)
    m = len(X)
    A1 = np.column_stack([np.ones(m), X])
    A2 = np.column_stack([np.ones(m), sigmoid(A1 @ T1.T)])
    H = np.clip(sigmoid(A2 @ T2.T), 1e-12, 1 - 1e-12)
    Y = (y[:, None] == np.arange(1, n_out + 1)).astype(float)
    J = -(Y * np.log(H) + (1 - Y) * np.log(1 - H)).sum() / m
    J += lam / (2 * m) * ((T1[:, 1:] ** 2).sum() + (T2[:, 1:] ** 2).sum())
    D3 = H - Y
    D2 = (D3 @ T2)[:, 1:] * A2[:, 1:] * (1 - A2[:, 1:])
    G1, G2 = D2.T @ A1 / m, D3.T @ A2 / m
    G1[:, 1:] += lam / m * T1[:, 1:]
    G2[:, 1:] += lam / m * T2[:, 1:]
    return J, np.concatenate([G1.ravel(), G2.ravel()])


def fit(X, y, n_hidden=10, lam=0.1, seed=0):
    n_in, n_out = X.shape[1], int(y.max())
    rng = np.random.default_rng(seed)
    start = rng.uniform(-0.12, 0.12, n_hidden * (n_in + 1) + n_out * (n_hidden + 1))
    done = minimize(cost, start, args=(n_in, n_hidden, n_out, X, y, lam), jac=True, method="L-BFGS-B")
    return rolled(done.x, n_in, n_hidden, n_out)


def predict(T1, T2, X):
    A2 = sigmoid(np.column_stack([np.ones(len(X)), X]) @ T1.T)
    return (np.column_stack([np.ones(len(X)), A2]) @ T2.T).argmax(axis=1) + 1
