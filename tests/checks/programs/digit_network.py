"""
digit_network.py

A feed-forward net for small digit images, trained by stochastic gradient
descent one example after the other.  Written for clarity, not for speed.
"""

import random

import numpy as np


class QuadraticCost:

    @staticmethod
    def value(a, y):
        return 0.5 * np.linalg.norm(a - y) ** 2

    @staticmethod
    def delta(z, a, y):
        return (a - y) * squash_prime(z)


class CrossEntropyCost:

    @staticmethod
    def value(a, y):
        return np.sum(np.nan_to_num(-y * np.log(a) - (1 - y) * np.log(1 - a)))

    @staticmethod
    def delta(z, a, y):
        return a - y


class FeedForward:

    def __init__(self, widths, cost=CrossEntropyCost, rng=None):
        self.widths = widths
        self.depth = len(widths)
        self.cost = cost
        self.rng = rng or np.random.default_rng(0)
        self.thresholds = [self.rng.standard_normal((n, 1)) for n in widths[1:]]
        self.matrices = [self.rng.standard_normal((n, k)) / np.sqrt(k) for k, n in zip(widths, widths[1:])]

    def respond(self, a):
        for b, w in zip(self.thresholds, self.matrices):
            a = squash(w @ a + b)
        return a

    def sgd(self, examples, epochs, batch, eta, decay=0.0, held_out=None):
        examples = list(examples)
        shuffler = random.Random(0)
        record = []
        for e in range(epochs):
            shuffler.shuffle(examples)
            for i in range(0, len(examples), batch):
                self.learn(examples[i:i + batch], eta, decay, len(examples))
            record.append(self.total_cost(examples, decay))
            if held_out:
                print("epoch {0}: cost {1:.4f}, {2} / {3} right".format(e, record[-1], self.count_right(held_out), len(held_out)))
        return record

    def learn(self, batch, eta, decay, n):
        sum_b = [np.zeros(b.shape) for b in self.thresholds]
        sum_w = [np.zeros(w.shape) for w in self.matrices]
        for x, y in batch:
            db, dw = self.backprop(x, y)
            sum_b = [s + d for s, d in zip(sum_b, db)]
            sum_w = [s + d for s, d in zip(sum_w, dw)]
        self.matrices = [(1 - eta * decay / n) * w - eta / len(batch) * s for w, s in zip(self.matrices, sum_w)]
        self.thresholds = [b - eta / len(batch) * s for b, s in zip(self.thresholds, sum_b)]

    def backprop(self, x, y):
        """Gradients of the cost of ONE example: (list for thresholds, list for matrices)."""
        a, acts, zs = x, [x], []
        for b, w in zip(self.thresholds, self.matrices):
            z = w @ a + b
            a = squash(z)
            zs.append(z)
            acts.append(a)
        grad_b = [None] * (self.depth - 1)
        grad_w = [None] * (self.depth - 1)
        d = self.cost.delta(zs[-1], acts[-1], y)
        grad_b[-1] = d
        grad_w[-1] = d @ acts[-2].T
        for l in range(2, self.depth):
            d = (self.matrices[-l + 1].T @ d) * squash_prime(zs[-l])
            grad_b[-l] = d
            grad_w[-l] = d @ acts[-l - 1].T
        return grad_b, grad_w

    def total_cost(self, examples, decay=0.0):
        c = sum(self.cost.value(self.respond(x), y) for x, y in examples) / len(examples)
        return c + 0.5 * decay / len(examples) * sum(np.sum(w ** 2) for w in self.matrices)

    def count_right(self, examples):
        return sum(int(np.argmax(self.respond(x)) == np.argmax(y)) for x, y in examples)


def squash(z):
    return 1.0 / (1.0 + np.exp(-np.clip(z, -30, 30)))


def squash_prime(z):
    s = squash(z)
    return s * (1 - s)


def one_hot(j, n=10):
    e = np.zeros((n, 1))
    e[j] = 1.0
    return e


if __name__ == "__main__":
    from sklearn.datasets import load_digits

    digits = load_digits()
    pairs = [(im.reshape(64, 1) / 16.0, one_hot(t)) for im, t in zip(digits.data, digits.target)]
    random.Random(4).shuffle(pairs)
    net = FeedForward([64, 30, 10])
    net.sgd(pairs[:1000], 8, 10, 0.5, decay=0.1, held_out=pairs[1000:])
