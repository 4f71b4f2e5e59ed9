"""Logistic regression by Newton's method (IRLS).

minimise  C * sum_i [ log(1 + exp(f_i)) - t_i f_i ]  +  1/2 |w|^2 ,   t_i in {0, 1}, f = X w + w0
beta = (w0, w); the intercept is free of penalty.
"""
import numpy as np
from sklearn.datasets import load_breast_cancer


def with_intercept(X):
    return np.concatenate((np.ones((X.shape[0], 1)), X), axis=1)


def prob(beta, X):
    f = with_intercept(X) @ beta
    out = np.exp(-np.abs(f))
    return np.where(f >= 0, 1, out) / (1 + out)


def penalised_nll(beta, X, t, C):
    f = with_intercept(X) @ beta
    return C * np.sum(np.logaddexp(0, f) - t * f) + beta[1:] @ beta[1:] / 2


def score(beta, X, t, C):
    """minus the gradient, as in the statistics books"""
    u = C * with_intercept(X).T @ (t - prob(beta, X))
    u[1:] -= beta[1:]
    return u


def information(beta, X, C):
    A = with_intercept(X)
    p = prob(beta, X)
    I = C * (A * (p * (1 - p))[:, None]).T @ A
    I[1:, 1:] += np.eye(len(beta) - 1)
    return I


def irls(X, t, C=1.0, max_steps=50, tol=1e-10):
    beta = np.zeros(X.shape[1] + 1)
    trace = [penalised_nll(beta, X, t, C)]
    for _ in range(max_steps):
        u = score(beta, X, t, C)
        direction = np.linalg.solve(information(beta, X, C), u)
        length = 1.0
        while penalised_nll(beta + length * direction, X, t, C) > trace[-1] - 1e-4 * length * (u @ direction) and length > 1e-10:
            length /= 2
        beta = beta + length * direction
        trace.append(penalised_nll(beta, X, t, C))
        if u @ direction < tol:
            break
    return beta, trace


def classify(beta, X, names=(0, 1)):
    return np.asarray(names)[(prob(beta, X) > 0.5).astype(int)]


if __name__ == "__main__":
    bunch = load_breast_cancer()
    rng = np.random.RandomState(77)
    held = rng.rand(len(bunch.target)) < 0.3
    X, t = bunch.data, bunch.target
    mu, s = X[~held].mean(0), X[~held].std(0)
    Z = (X - mu) / s
    beta, trace = irls(Z[~held], t[~held], C=0.5)
    print("objective:", " ".join("%.3f" % v for v in trace))
    pred = classify(beta, Z[held], bunch.target_names)
    print("held out:", np.mean(pred == bunch.target_names[t[held]]))
