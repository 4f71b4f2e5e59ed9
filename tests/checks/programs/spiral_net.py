# two hidden layer net for the spiral toy problem
# usage: python spiral_net.py
import numpy as np
import matplotlib
matplotlib.use("Agg")
import matplotlib.pyplot as plt


def make_spirals(n_per_arm=100, arms=3, noise=0.15, seed=3):
    rng = np.random.RandomState(seed)
    pts, lab = [], []
    for k in range(arms):
        r = np.linspace(0.05, 1, n_per_arm)
        phi = np.linspace(k * 2.1, k * 2.1 + 3.5, n_per_arm) + noise * rng.randn(n_per_arm)
        pts.append(np.stack([r * np.cos(phi), r * np.sin(phi)], axis=1))
        lab += [k] * n_per_arm
    return np.concatenate(pts), np.array(lab)


class SpiralNet:
    def __init__(self, sizes, reg=1e-4, slope=0.05, seed=0):
        self.rng = np.random.RandomState(seed)
        self.reg = reg
        self.slope = slope
        self.L = len(sizes) - 1
        self.p = {}
        self.vel = {}
        for i in range(self.L):
            self.p["W%d" % (i + 1)] = self.rng.randn(sizes[i], sizes[i + 1]) * np.sqrt(2.0 / sizes[i])
            self.p["b%d" % (i + 1)] = np.zeros(sizes[i + 1])
        for k in self.p:
            self.vel[k] = np.zeros_like(self.p[k])
        self.history = []

    def _act(self, z):
        return np.where(z > 0, z, self.slope * z)

    def _act_grad(self, z):
        return np.where(z > 0, 1.0, self.slope)

    def scores(self, X):
        """forward pass, returns class probabilities and the things backward needs"""
        cache = {"a0": X}
        a = X
        for i in range(1, self.L):
            z = a.dot(self.p["W%d" % i]) + self.p["b%d" % i]
            a = self._act(z)
            cache["z%d" % i] = z
            cache["a%d" % i] = a
        out = a.dot(self.p["W%d" % self.L]) + self.p["b%d" % self.L]
        out = out - out.max(axis=1, keepdims=True)
        e = np.exp(out)
        probs = e / e.sum(axis=1, keepdims=True)
        return probs, cache

    def loss(self, X, y):
        probs, _ = self.scores(X)
        data = -np.log(probs[np.arange(len(y)), y] + 1e-12).mean()
        pen = 0.0
        for i in range(1, self.L + 1):
            pen += 0.5 * self.reg * np.sum(self.p["W%d" % i] ** 2)
        return data + pen

    def grads(self, X, y):
        n = X.shape[0]
        probs, cache = self.scores(X)
        d = probs.copy()
        d[np.arange(n), y] -= 1
        d /= n
        g = {}
        for i in range(self.L, 0, -1):
            W = self.p["W%d" % i]
            g["W%d" % i] = cache["a%d" % (i - 1)].T.dot(d) + self.reg * W
            g["b%d" % i] = d.sum(axis=0)
            if i > 1:
                d = d.dot(W.T) * self._act_grad(cache["z%d" % (i - 1)])
        return g

    def train(self, X, y, lr=0.2, mu=0.9, epochs=300, batch=32, verbose=True):
        n = len(X)
        for ep in range(epochs):
            order = self.rng.permutation(n)
            Xs, ys = X[order], y[order]
            for s in range(0, n, batch):
                xb, yb = Xs[s:s + batch], ys[s:s + batch]
                g = self.grads(xb, yb)
                for k in self.p:
                    self.vel[k] = mu * self.vel[k] - lr * g[k]
                    self.p[k] = self.p[k] + self.vel[k]
            self.history.append(self.loss(X, y))
            if verbose and ep % 50 == 0:
                print("epoch %3d  loss %.4f  acc %.3f" % (ep, self.history[-1], self.accuracy(X, y)))
        return self

    def predict(self, X):
        probs, _ = self.scores(X)
        return probs.argmax(axis=1)

    def accuracy(self, X, y):
        return float((self.predict(X) == y).mean())


if __name__ == "__main__":
    X, y = make_spirals()
    perm = np.random.RandomState(1).permutation(len(X))
    tr, te = perm[:240], perm[240:]
    net = SpiralNet([2, 32, 32, 3])
    net.train(X[tr], y[tr], lr=0.05)
    print("test accuracy: %.3f" % net.accuracy(X[te], y[te]))
    plt.plot(net.history)
    plt.xlabel("epoch")
    plt.ylabel("loss")
    plt.savefig("spiral_loss.png")
