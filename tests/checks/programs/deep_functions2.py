"""Network as a tuple of (weight, bias) pairs, pure functions only: nothing is changed in place.
Loss = SUM of the cross-entropies + lam * sum |W| ** 2 (no 1/2), gradient = its exact derivative,
the caller divides the step by the batch size."""
import numpy as np


def init(widths, key):
    g = np.random.default_rng(key)
    return tuple((g.uniform(-1, 1, (o, i)) * np.sqrt(3.0 / i), np.zeros(o)) for i, o in zip(widths, widths[1:]))


def log_softmax(S):
    top = S.max(-1, keepdims=True)
    return S - top - np.log(np.exp(S - top).sum(-1, keepdims=True))


def softplus(z):
    return np.logaddexp(z, 0.0)


def softplus_slope(z):
    return np.exp(-np.logaddexp(0.0, -z))


def apply(net, x):
    hs, zs = [x], []
    for W, b in net[:-1]:
        zs.append(hs[-1] @ W.T + b)
        hs.append(softplus(zs[-1]))
    W, b = net[-1]
    return hs[-1] @ W.T + b, (hs, zs)


def loss(net, x, t, lam):
    scores, _ = apply(net, x)
    return -(t * log_softmax(scores)).sum() + lam * sum((W ** 2).sum() for W, _ in net)


def grad(net, x, t, lam):
    scores, (hs, zs) = apply(net, x)
    d = np.exp(log_softmax(scores)) - t
    out = []
    for l in range(len(net) - 1, -1, -1):
        W, _ = net[l]
        out.append((d.T @ hs[l] + 2 * lam * W, d.sum(0)))
        if l:
            d = (d @ W) * softplus_slope(zs[l - 1])
    return tuple(reversed(out))


def sgd(net, g, rate):
    return tuple((W - rate * dW, b - rate * db) for (W, b), (dW, db) in zip(net, g))


def fit(net, x, t, rate=0.3, lam=1e-3, rounds=300):
    trace = []
    for _ in range(rounds):
        net = sgd(net, grad(net, x, t, lam), rate / len(x))
        trace.append(loss(net, x, t, lam))
    return net, trace


def classify(net, x):
    return apply(net, x)[0].argmax(-1)


if __name__ == "__main__":
    g = np.random.default_rng(0)
    ids = g.integers(0, 3, 150)
    x = g.normal(size=(150, 2)) + 3 * np.c_[np.cos(2.1 * ids), np.sin(2.1 * ids)]
    t = np.eye(3)[ids]
    net, trace = fit(init((2, 9, 3), 1), x, t)
    print(trace[0], trace[-1], (classify(net, x) == ids).mean())
