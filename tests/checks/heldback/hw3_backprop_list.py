# Homework 3: back-propagation with lists of matrices
# Problem 1: forward, Problem 2: backward, Problem 3: train on the two circles
import numpy as np
from sklearn.datasets import make_circles


def init(sizes, seed):
    r = np.random.RandomState(seed)
    Ws = [r.randn(a, b) / np.sqrt(a) for a, b in zip(sizes[:-1], sizes[1:])]
    bs = [np.zeros(b) for b in sizes[1:]]
    return Ws, bs


def sig(z):
    return 0.5 + 0.5 * np.tanh(0.5 * z)


# Problem 1
def forward(X, Ws, bs):
    acts = [X]
    for l in range(len(Ws)):
        z = acts[-1] @ Ws[l] + bs[l]
        if l == len(Ws) - 1:
            acts.append(sig(z))
        else:
            acts.append(np.tanh(z))
    return acts


def mse(out, t):
    return 0.5 * np.mean(np.sum((out - t) ** 2, axis=1))


# Problem 2
def backward(acts, t, Ws):
    n = len(t)
    out = acts[-1]
    delta = (out - t) * out * (1 - out) / n
    gW, gb = [None] * len(Ws), [None] * len(Ws)
    for l in reversed(range(len(Ws))):
        gW[l] = acts[l].T @ delta
        gb[l] = delta.sum(axis=0)
        if l > 0:
            delta = (delta @ Ws[l].T) * (1 - acts[l] ** 2)
    return gW, gb


def numeric(X, t, Ws, bs, l, i, j, h=1e-5):
    keep = Ws[l][i, j]
    Ws[l][i, j] = keep + h
    up = mse(forward(X, Ws, bs)[-1], t)
    Ws[l][i, j] = keep - h
    down = mse(forward(X, Ws, bs)[-1], t)
    Ws[l][i, j] = keep
    return (up - down) / (2 * h)


# Problem 3
def train(X, t, sizes, lr=2.0, momentum=0.9, epochs=600, seed=0):
    Ws, bs = init(sizes, seed)
    vW = [np.zeros_like(W) for W in Ws]
    vb = [np.zeros_like(b) for b in bs]
    curve = []
    for ep in range(epochs):
        acts = forward(X, Ws, bs)
        curve.append(mse(acts[-1], t))
        gW, gb = backward(acts, t, Ws)
        for l in range(len(Ws)):
            vW[l] = momentum * vW[l] - lr * gW[l]
            vb[l] = momentum * vb[l] - lr * gb[l]
            Ws[l] = Ws[l] + vW[l]
            bs[l] = bs[l] + vb[l]
    return Ws, bs, curve


def classify(X, Ws, bs):
    return (forward(X, Ws, bs)[-1][:, 0] > 0.5).astype(int)


if __name__ == "__main__":
    X, y = make_circles(400, noise=0.08, factor=0.45, random_state=2)
    Xtr, ytr, Xte, yte = X[:300], y[:300], X[300:], y[300:]
    T = ytr[:, None].astype(float)

    Ws, bs = init([2, 8, 4, 1], 1)
    gW, _ = backward(forward(Xtr, Ws, bs), T, Ws)
    for l, i, j in [(0, 1, 3), (1, 2, 2), (2, 3, 0)]:
        print("layer", l, " backprop %.7f  numeric %.7f" % (gW[l][i, j], numeric(Xtr, T, Ws, bs, l, i, j)))

    Ws, bs, curve = train(Xtr, T, [2, 8, 4, 1], lr=0.5)
    print("loss %.4f -> %.4f" % (curve[0], curve[-1]))
    print("train %.3f   test %.3f" % (np.mean(classify(Xtr, Ws, bs) == ytr), np.mean(classify(Xte, Ws, bs) == yte)))
