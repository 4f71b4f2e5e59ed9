import numpy as np

# X is (features, samples); y is (samples,) of 0/1; w is (features,), b a float.
# L2 without the 1/2 and with lambda as it is (no 1/m). Data term: summed.

EPS = 1e-8


def hypothesis(w, b, X):
    z = w @ X + b
    return np.where(z >= 0, 1 / (1 + np.exp(-np.abs(z))), np.exp(-np.abs(z)) / (1 + np.exp(-np.abs(z))))


def loss_fn(w, b, X, y, lam):
    p = hypothesis(w, b, X)
    return -np.sum(y * np.log(p + EPS) + (1 - y) * np.log(1 - p + EPS)) + lam * np.dot(w, w)


def loss_grad(w, b, X, y, lam):
    diff = hypothesis(w, b, X) - y
    dw = X @ diff + 2 * lam * w
    db = np.sum(diff)
    return dw, db


def minimise(X, y, lam=0.1, rate=0.01, rounds=2000):
    w, b = np.zeros(X.shape[0]), 0.0
    losses = []
    for _ in range(rounds):
        dw, db = loss_grad(w, b, X, y, lam)
        w, b = w - rate * dw, b - rate * db
        losses.append(loss_fn(w, b, X, y, lam))
    return w, b, losses


def classify(w, b, X):
    return (hypothesis(w, b, X) > 0.5) * 1


if __name__ == "__main__":
    g = np.random.default_rng(12)
    y = g.integers(0, 2, 150)
    X = g.normal(size=(4, 150)) + np.outer([1.0, -0.5, 0.0, 0.8], y)
    w, b, losses = minimise(X, y)
    print("loss", losses[0], "->", losses[-1])
    print("accuracy", np.mean(classify(w, b, X) == y))
