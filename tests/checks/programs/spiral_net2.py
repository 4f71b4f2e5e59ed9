import numpy as np

# Same spirals as last week but: list of (W, b) tuples, weights are (out, in), log-softmax,
# everything summed over the batch, the step is divided by the batch size at the end.


def spirals(n, arms, rng):
    X = np.empty((n * arms, 2)); y = np.empty(n * arms, dtype=int)
    for a in range(arms):
        t = np.sqrt(rng.random(n))
        ang = 4.0 * t + 2 * np.pi * a / arms + 0.12 * rng.standard_normal(n)
        X[a * n:(a + 1) * n, 0] = t * np.sin(ang)
        X[a * n:(a + 1) * n, 1] = t * np.cos(ang)
        y[a * n:(a + 1) * n] = a
    return X, y


class ArmNet:
    def __init__(self, *units, decay=1e-4, rng=None):
        self.rng = np.random.default_rng() if rng is None else rng
        self.decay = decay
        self.layers = [(self.rng.standard_normal((o, i)) * (2 / i) ** 0.5, np.zeros(o))
                       for i, o in zip(units[:-1], units[1:])]
        self.avg = None

    def forward(self, X):
        acts = [X]
        for W, b in self.layers[:-1]:
            acts.append(np.einsum("ni,oi->no", acts[-1], W) + b)
            acts[-1] = acts[-1] * (acts[-1] > 0)
        W, b = self.layers[-1]
        logits = np.einsum("ni,oi->no", acts[-1], W) + b
        top = logits.max(1, keepdims=True)
        logp = logits - top - np.log(np.exp(logits - top).sum(1, keepdims=True))
        return logp, acts

    def total_loss(self, X, y):
        """summed negative log-likelihood + decay * n * |W|^2"""
        logp, _ = self.forward(X)
        nll = -logp[range(len(y)), y].sum()
        return nll + self.decay * len(y) * sum((W * W).sum() for W, _ in self.layers)

    def backward(self, X, y):
        logp, acts = self.forward(X)
        err = np.exp(logp)
        err[range(len(y)), y] -= 1.0
        out = []
        for (W, b), a in zip(self.layers[::-1], acts[::-1]):
            out.append((np.einsum("no,ni->oi", err, a) + 2 * self.decay * len(y) * W, err.sum(0)))
            err = (err @ W) * (a > 0)
        return out[::-1]

    def fit(self, X, y, rate=0.5, beta=0.9, rounds=400, size=30):
        self.avg = [(np.zeros_like(W), np.zeros_like(b)) for W, b in self.layers]
        for _ in range(rounds):
            perm = self.rng.permutation(len(y))
            for part in np.array_split(perm, len(y) // size):
                g = self.backward(X[part], y[part])
                self.avg = [(beta * aw + (1 - beta) * gw / len(part), beta * ab + (1 - beta) * gb / len(part))
                            for (aw, ab), (gw, gb) in zip(self.avg, g)]
                self.layers = [(W - rate * aw, b - rate * ab)
                               for (W, b), (aw, ab) in zip(self.layers, self.avg)]
        return self

    def predict(self, X):
        return self.forward(X)[0].argmax(1)


if __name__ == "__main__":
    rng = np.random.default_rng(8)
    X, y = spirals(120, 3, rng)
    Xnew, ynew = spirals(60, 3, rng)
    net = ArmNet(2, 24, 24, 3, rng=rng)
    print("mean loss before", net.total_loss(X, y) / len(y))
    net.fit(X, y)
    print("mean loss after ", net.total_loss(X, y) / len(y))
    print("train", (net.predict(X) == y).mean(), "fresh sample", (net.predict(Xnew) == ynew).mean())
