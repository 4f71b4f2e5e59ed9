# My exercise 4 again, this time one example after the other like in the lecture slides
# (octave order when rolling: columns first)
import numpy as np
from sklearn.datasets import load_digits


def g(z):
    return 1.0 / (1.0 + np.exp(-np.maximum(np.minimum(z, 35.0), -35.0)))


def roll(T1, T2):
    return np.hstack([T1.flatten(order='F'), T2.flatten(order='F')])


def reshape_thetas(v, n, s, K):
    T1 = v[:s * (n + 1)].reshape((s, n + 1), order='F')
    T2 = v[s * (n + 1):].reshape((K, s + 1), order='F')
    return T1, T2


def cost_and_grad(v, n, s, K, X, y, lam):
    """y runs from 1 to K. J is the sum over the examples, lam is not divided by m."""
    T1, T2 = reshape_thetas(v, n, s, K)
    D1 = np.zeros_like(T1)
    D2 = np.zeros_like(T2)
    J = 0.0
    for i in range(X.shape[0]):
        a1 = np.r_[1.0, X[i]]
        a2 = np.r_[1.0, g(T1 @ a1)]
        a3 = g(T2 @ a2)
        t = np.zeros(K)
        t[y[i] - 1] = 1.0
        J -= t @ np.log(a3) + (1 - t) @ np.log(1 - a3)
        d3 = a3 - t
        d2 = (T2.T @ d3) * a2 * (1 - a2)
        D2 += np.outer(d3, a2)
        D1 += np.outer(d2[1:], a1)
    pen1, pen2 = T1.copy(), T2.copy()
    pen1[:, 0] = 0
    pen2[:, 0] = 0
    J += 0.5 * lam * ((pen1 ** 2).sum() + (pen2 ** 2).sum())
    return J, roll(D1 + lam * pen1, D2 + lam * pen2)


def descend(v, n, s, K, X, y, lam, alpha, passes, chunk, rng):
    v = v.copy()
    hist = []
    for p in range(passes):
        idx = rng.permutation(len(y))
        total = 0.0
        for c in range(0, len(y), chunk):
            part = idx[c:c + chunk]
            J, grad = cost_and_grad(v, n, s, K, X[part], y[part], lam * len(part) / len(y))
            v -= alpha / len(part) * grad
            total += J
        hist.append(total)
        print('pass', p + 1, '| cost', round(total, 2))
    return v, hist


def predict(v, n, s, K, X):
    T1, T2 = reshape_thetas(v, n, s, K)
    p = []
    for x in X:
        p.append(1 + int(np.argmax(T2 @ np.r_[1.0, g(T1 @ np.r_[1.0, x])])))
    return np.array(p)


if __name__ == '__main__':
    d = load_digits(n_class=6)
    keep = d.target > 0
    X, y = d.data[keep] / 16, d.target[keep]
    rng = np.random.RandomState(4)
    o = rng.permutation(len(y))
    tr, te = o[:600], o[600:]
    n, s, K = 64, 12, 5
    start = roll(rng.uniform(-0.15, 0.15, (s, n + 1)), rng.uniform(-0.5, 0.5, (K, s + 1)))
    v, hist = descend(start, n, s, K, X[tr], y[tr], lam=0.5, alpha=1.0, passes=12, chunk=10, rng=rng)
    print('train %.3f  test %.3f' % ((predict(v, n, s, K, X[tr]) == y[tr]).mean(), (predict(v, n, s, K, X[te]) == y[te]).mean()))
