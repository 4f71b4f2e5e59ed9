"""Layers as objects: Affine, BatchNorm, ReLU, Dropout, SoftmaxLoss. Trains on the digits."""
import numpy as np
from sklearn.datasets import load_digits


class Affine:
    def __init__(self, n_in, n_out, rng):
        self.W = rng.normal(0, np.sqrt(2 / n_in), (n_in, n_out))
        self.b = np.zeros(n_out)

    def forward(self, x, train):
        self.x = x
        return x @ self.W + self.b

    def backward(self, dy):
        self.dW = self.x.T @ dy
        self.db = dy.sum(axis=0)
        return dy @ self.W.T

    def pairs(self):
        return [(self.W, self.dW), (self.b, self.db)]


class BatchNorm:
    def __init__(self, n, momentum=0.9, eps=1e-5):
        self.gamma, self.beta = np.ones(n), np.zeros(n)
        self.run_mean, self.run_var = np.zeros(n), np.ones(n)
        self.momentum, self.eps = momentum, eps

    def forward(self, x, train):
        if train:
            mean, var = x.mean(axis=0), x.var(axis=0)
            self.run_mean = self.momentum * self.run_mean + (1 - self.momentum) * mean
            self.run_var = self.momentum * self.run_var + (1 - self.momentum) * var
        else:
            mean, var = self.run_mean, self.run_var
        self.istd = 1 / np.sqrt(var + self.eps)
        self.xn = (x - mean) * self.istd
        return self.gamma * self.xn + self.beta

    def backward(self, dy):
        n = len(dy)
        self.dgamma = np.sum(dy * self.xn, axis=0)
        self.dbeta = dy.sum(axis=0)
        g = dy * self.gamma
        return self.istd / n * (n * g - g.sum(axis=0) - self.xn * np.sum(g * self.xn, axis=0))

    def pairs(self):
        return [(self.gamma, self.dgamma), (self.beta, self.dbeta)]


class ReLU:
    def forward(self, x, train):
        self.on = x > 0
        return x * self.on

    def backward(self, dy):
        return dy * self.on

    def pairs(self):
        return []


class Dropout:
    def __init__(self, p, rng):
        self.p, self.rng = p, rng

    def forward(self, x, train):
        if not train:
            return x
        self.keep = (self.rng.random(x.shape) >= self.p) / (1 - self.p)
        return x * self.keep

    def backward(self, dy):
        return dy * self.keep

    def pairs(self):
        return []


class SoftmaxLoss:
    def forward(self, s, y):
        e = np.exp(s - s.max(axis=1, keepdims=True))
        self.p = e / e.sum(axis=1, keepdims=True)
        self.y = y
        return -np.log(np.maximum(self.p[np.arange(len(y)), y], 1e-15)).mean()

    def backward(self):
        d = self.p.copy()
        d[np.arange(len(self.y)), self.y] -= 1
        return d / len(self.y)


class Stack:
    def __init__(self, layers):
        self.layers, self.head = layers, SoftmaxLoss()

    def scores(self, x, train=False):
        for layer in self.layers:
            x = layer.forward(x, train)
        return x

    def step(self, x, y, lr):
        loss = self.head.forward(self.scores(x, True), y)
        d = self.head.backward()
        for layer in reversed(self.layers):
            d = layer.backward(d)
        for layer in self.layers:
            for value, grad in layer.pairs():
                value -= lr * grad
        return loss

    def predict(self, x):
        return self.scores(x).argmax(axis=1)


def main():
    rng = np.random.default_rng(17)
    X, y = load_digits(return_X_y=True)
    order = rng.permutation(len(y))
    X, y = X[order] / 16, y[order]
    X_tr, y_tr, X_va, y_va, X_te, y_te = X[:1100], y[:1100], X[1100:1400], y[1100:1400], X[1400:], y[1400:]
    net = Stack([Affine(64, 50, rng), BatchNorm(50), ReLU(), Dropout(0.2, rng), Affine(50, 10, rng)])
    lr = 0.2
    for epoch in range(20):
        total = 0.0
        perm = rng.permutation(len(y_tr))
        for s in range(0, len(perm), 44):
            i = perm[s:s + 44]
            total += net.step(X_tr[i], y_tr[i], lr) * len(i)
        lr *= 0.93
        if epoch % 5 == 4:
            print("epoch %2d  loss %.4f  validation %.4f" % (epoch + 1, total / len(y_tr), np.mean(net.predict(X_va) == y_va)))
    print("test %.4f" % np.mean(net.predict(X_te) == y_te))


if __name__ == "__main__":
    main()
