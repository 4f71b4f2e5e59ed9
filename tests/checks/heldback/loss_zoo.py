from abc import ABC, abstractmethod

import numpy as np


class Loss(ABC):
    """value(pred, target) is the mean over the samples (rows); grad(pred, target) its derivative by pred."""

    @abstractmethod
    def value(self, pred, target):
        ...

    @abstractmethod
    def grad(self, pred, target):
        ...


class MeanSquaredError(Loss):
    def value(self, pred, target):
        return np.sum((pred - target) ** 2) / len(pred)

    def grad(self, pred, target):
        return 2.0 * (pred - target) / len(pred)


class MeanAbsoluteError(Loss):
    def value(self, pred, target):
        return np.sum(np.abs(pred - target)) / len(pred)

    def grad(self, pred, target):
        return np.sign(pred - target) / len(pred)


class Huber(Loss):
    def __init__(self, delta=1.0):
        self.delta = delta

    def value(self, pred, target):
        r = np.abs(pred - target)
        small = 0.5 * r ** 2
        large = self.delta * (r - 0.5 * self.delta)
        return np.sum(np.where(r <= self.delta, small, large)) / len(pred)

    def grad(self, pred, target):
        return np.clip(pred - target, -self.delta, self.delta) / len(pred)


class BinaryCrossEntropy(Loss):
    """pred holds probabilities."""

    def __init__(self, eps=1e-12):
        self.eps = eps

    def value(self, pred, target):
        p = np.clip(pred, self.eps, 1 - self.eps)
        return -np.sum(target * np.log(p) + (1 - target) * np.log(1 - p)) / len(pred)

    def grad(self, pred, target):
        p = np.clip(pred, self.eps, 1 - self.eps)
        return (p - target) / (p * (1 - p)) / len(pred)


class BCEWithLogits(Loss):
    def value(self, pred, target):
        return np.sum(np.logaddexp(0.0, pred) - target * pred) / len(pred)

    def grad(self, pred, target):
        return (0.5 + 0.5 * np.tanh(0.5 * pred) - target) / len(pred)


class CrossEntropyWithLogits(Loss):
    """pred (n, K) scores, target (n, K) one-hot or soft labels that sum to one."""

    @staticmethod
    def _logp(pred):
        s = pred - pred.max(axis=1, keepdims=True)
        return s - np.log(np.exp(s).sum(axis=1, keepdims=True))

    def value(self, pred, target):
        return -np.sum(target * self._logp(pred)) / len(pred)

    def grad(self, pred, target):
        return (np.exp(self._logp(pred)) - target) / len(pred)


class Hinge(Loss):
    """Targets are -1 and +1."""

    def value(self, pred, target):
        return np.sum(np.maximum(0.0, 1.0 - target * pred)) / len(pred)

    def grad(self, pred, target):
        return np.where(target * pred < 1.0, -target, 0.0) / len(pred)


def check(loss, pred, target, h=1e-6):
    numeric = np.zeros_like(pred)
    for i in np.ndindex(pred.shape):
        up, down = pred.copy(), pred.copy()
        up[i] += h
        down[i] -= h
        numeric[i] = (loss.value(up, target) - loss.value(down, target)) / (2 * h)
    return np.max(np.abs(numeric - loss.grad(pred, target)))


def main():
    rng = np.random.default_rng(3)
    reals = rng.normal(size=(7, 1)), rng.normal(size=(7, 1)) * 2
    bits = (rng.random((7, 1)) < 0.5).astype(float)
    onehot = np.eye(4)[rng.integers(0, 4, 7)]
    print("mse   ", check(MeanSquaredError(), *reals))
    print("mae   ", check(MeanAbsoluteError(), *reals))
    print("huber ", check(Huber(0.7), *reals))
    print("bce   ", check(BinaryCrossEntropy(), rng.uniform(0.1, 0.9, (7, 1)), bits))
    print("logit ", check(BCEWithLogits(), reals[0], bits))
    print("ce    ", check(CrossEntropyWithLogits(), rng.normal(size=(7, 4)), onehot))
    print("hinge ", check(Hinge(), reals[0], 2 * bits - 1))


if __name__ == "__main__":
    main()
