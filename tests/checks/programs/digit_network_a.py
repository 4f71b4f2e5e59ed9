"""
digit_network
~~~~~~~~~~~~~
Feed-forward sigmoid network trained by stochastic gradient descent.
Data are lists of pairs (x, y): x is a (n, 1) column, y a (k, 1) column.
"""
import random

import numpy as np


def squash(z):
    ez = np.exp(-np.abs(z))
    return np.where(z >= 0, 1.0 / (1.0 + ez), ez / (1.0 + ez))


class Quadratic:
    name = "quadratic"

    @staticmethod
    def value(a, y):
        return 0.5 * float(np.sum((a - y) ** 2))

    @staticmethod
    def error(a, y):
        return (a - y) * a * (1 - a)


class CrossEntropy:
    name = "cross-entropy"

    @staticmethod
    def value(a, y):
        return float(np.sum(np.nan_to_num(-y * np.log(a + 1e-300) - (1 - y) * np.log1p(-np.minimum(a, 1 - 1e-16)))))

    @staticmethod
    def error(a, y):
        return a - y


class DigitNetwork:
    def __init__(self, layout, cost=CrossEntropy, seed=0):
        self.layout = layout
        self.cost = cost
        self.rand = random.Random(seed)
        g = np.random.RandomState(seed)
        self.weights = [g.randn(out, inp) / np.sqrt(inp) for inp, out in zip(layout, layout[1:])]
        self.biases = [g.randn(out, 1) for out in layout[1:]]

    def output(self, a):
        for w, b in zip(self.weights, self.biases):
            a = squash(w @ a + b)
        return a

    def backprop(self, x, y):
        acts = [x]
        for w, b in zip(self.weights, self.biases):
            acts.append(squash(w @ acts[-1] + b))
        nabla_w = [None] * len(self.weights)
        nabla_b = [None] * len(self.biases)
        delta = self.cost.error(acts[-1], y)
        for layer in range(len(self.weights) - 1, -1, -1):
            nabla_w[layer] = delta @ acts[layer].T
            nabla_b[layer] = delta
            if layer:
                a = acts[layer]
                delta = (self.weights[layer].T @ delta) * a * (1 - a)
        return nabla_w, nabla_b

    def step(self, batch, eta, lmbda, n):
        sum_w = [np.zeros_like(w) for w in self.weights]
        sum_b = [np.zeros_like(b) for b in self.biases]
        for x, y in batch:
            dw, db = self.backprop(x, y)
            sum_w = [s + d for s, d in zip(sum_w, dw)]
            sum_b = [s + d for s, d in zip(sum_b, db)]
        rate = eta / len(batch)
        self.weights = [(1 - eta * lmbda / n) * w - rate * s for w, s in zip(self.weights, sum_w)]
        self.biases = [b - rate * s for b, s in zip(self.biases, sum_b)]

    def train(self, pairs, epochs, batch_size, eta, lmbda=0.0, test_pairs=None, quiet=False):
        pairs = list(pairs)
        n = len(pairs)
        log = {"cost": [], "test": []}
        for epoch in range(epochs):
            self.rand.shuffle(pairs)
            for start in range(0, n, batch_size):
                self.step(pairs[start:start + batch_size], eta, lmbda, n)
            log["cost"].append(self.total_cost(pairs, lmbda))
            if test_pairs is not None:
                log["test"].append(self.accuracy(test_pairs))
            if not quiet:
                print("epoch", epoch + 1, {k: v[-1] for k, v in log.items() if v})
        return log

    def total_cost(self, pairs, lmbda=0.0):
        cost = sum(self.cost.value(self.output(x), y) for x, y in pairs) / len(pairs)
        return cost + 0.5 * lmbda / len(pairs) * sum(np.sum(w ** 2) for w in self.weights)

    def accuracy(self, pairs):
        hits = [int(np.argmax(self.output(x)) == np.argmax(y)) for x, y in pairs]
        return sum(hits) / len(hits)


def as_pairs(X, labels, classes=10):
    eye = np.eye(classes)
    return [(row.reshape(-1, 1), eye[k].reshape(-1, 1)) for row, k in zip(X, labels)]


if __name__ == "__main__":
    from sklearn.datasets import load_digits

    d = load_digits()
    pairs = as_pairs(d.data / 16.0, d.target)
    random.Random(9).shuffle(pairs)
    net = DigitNetwork([64, 30, 10])
    net.train(pairs[:1400], epochs=10, batch_size=10, eta=0.5, lmbda=0.1, test_pairs=pairs[1400:])
