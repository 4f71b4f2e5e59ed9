import numpy as np
import matplotlib.pyplot as plt
from sklearn.datasets import load_digits


class ColumnNet:
    """Fully connected net; every column of X is one image, weights are (out, in)."""

    def __init__(self, layers, rng):
        self.L = len(layers) - 1
        self.par = {}
        for l in range(1, self.L + 1):
            self.par[f"W{l}"] = rng.standard_normal((layers[l], layers[l - 1])) * np.sqrt(2.0 / layers[l - 1])
            self.par[f"b{l}"] = np.zeros((layers[l], 1))
        self.vel = {k: np.zeros_like(v) for k, v in self.par.items()}

    def feed(self, X, keep=1.0, rng=None):
        self.A, self.Z, self.D = {0: X}, {}, {}
        for l in range(1, self.L + 1):
            self.Z[l] = self.par[f"W{l}"] @ self.A[l - 1] + self.par[f"b{l}"]
            if l < self.L:
                self.A[l] = np.maximum(0.0, self.Z[l])
                if keep < 1.0:
                    self.D[l] = (rng.random(self.A[l].shape) < keep) / keep
                    self.A[l] = self.A[l] * self.D[l]
            else:
                E = np.exp(self.Z[l] - self.Z[l].max(axis=0))
                self.A[l] = E / E.sum(axis=0)
        return self.A[self.L]

    def cost(self, out, Y, lam=0.0):
        m = Y.shape[1]
        ce = -np.sum(Y * np.log(out + 1e-12)) / m
        l2 = sum(np.sum(self.par[f"W{l}"] ** 2) for l in range(1, self.L + 1))
        return ce + lam / (2 * m) * l2

    def back(self, Y, lam=0.0):
        m = Y.shape[1]
        grad = {}
        dZ = self.A[self.L] - Y
        for l in range(self.L, 0, -1):
            grad[f"W{l}"] = dZ @ self.A[l - 1].T / m + lam / m * self.par[f"W{l}"]
            grad[f"b{l}"] = np.sum(dZ, axis=1, keepdims=True) / m
            if l > 1:
                dA = self.par[f"W{l}"].T @ dZ
                if l - 1 in self.D:
                    dA = dA * self.D[l - 1]
                dZ = dA * (self.Z[l - 1] > 0)
        return grad

    def update(self, grad, lr, mu=0.9):
        for k in self.par:
            self.vel[k] = mu * self.vel[k] + grad[k]
            self.par[k] -= lr * self.vel[k]

    def label(self, X):
        return np.argmax(self.feed(X), axis=0)


def main():
    rng = np.random.default_rng(123)
    digits = load_digits()
    order = rng.permutation(digits.target.size)
    X = digits.data[order].T / 16.0
    y = digits.target[order]
    Y = np.zeros((10, y.size))
    Y[y, np.arange(y.size)] = 1
    n = 1300
    Xtr, Ytr, ytr = X[:, :n], Y[:, :n], y[:n]
    Xte, yte = X[:, n:], y[n:]

    net = ColumnNet([64, 40, 20, 10], rng)
    curve = []
    for epoch in range(30):
        p = rng.permutation(n)
        total = 0.0
        for s in range(0, n, 50):
            cols = p[s:s + 50]
            out = net.feed(Xtr[:, cols], keep=0.9, rng=rng)
            total += net.cost(out, Ytr[:, cols], lam=0.1) * len(cols)
            net.update(net.back(Ytr[:, cols], lam=0.1), lr=0.05)
        curve.append(total / n)
        if epoch % 5 == 4:
            print(f"epoch {epoch + 1:2d}  cost {curve[-1]:.4f}  train {np.mean(net.label(Xtr) == ytr):.4f}")
    print(f"test accuracy: {np.mean(net.label(Xte) == yte):.4f}")
    plt.plot(curve)
    plt.xlabel("epoch")
    plt.ylabel("cost")
    plt.savefig("curve.png")


if __name__ == "__main__":
    main()
