"""Loss functions for the little network library: value and gradient with respect to the predictions.

All losses average over the samples of the batch (axis 0).
"""
from abc import ABC, abstractmethod

import numpy as np


class Objective(ABC):
    name: str = ""

    @abstractmethod
    def loss(self, y_true: np.ndarray, y_pred: np.ndarray) -> float:
        ...

    @abstractmethod
    def gradient(self, y_true: np.ndarray, y_pred: np.ndarray) -> np.ndarray:
        ...

    def __call__(self, y_true, y_pred):
        return self.loss(np.asarray(y_true, dtype=float), np.asarray(y_pred, dtype=float))


class SquaredError(Objective):
    """Half the squared error, summed over the outputs and averaged over the samples."""
    name = "squared"

    def loss(self, y_true, y_pred):
        return 0.5 * np.sum((y_pred - y_true) ** 2) / len(y_true)

    def gradient(self, y_true, y_pred):
        return (y_pred - y_true) / len(y_true)


class AbsoluteError(Objective):
    name = "absolute"

    def loss(self, y_true, y_pred):
        return np.sum(np.abs(y_pred - y_true)) / len(y_true)

    def gradient(self, y_true, y_pred):
        return np.sign(y_pred - y_true) / len(y_true)


class Huber(Objective):
    name = "huber"

    def __init__(self, delta=1.35):
        self.delta = delta

    def loss(self, y_true, y_pred):
        r = np.abs(y_pred - y_true)
        quadratic = 0.5 * r ** 2
        linear = self.delta * (r - 0.5 * self.delta)
        return np.sum(np.where(r <= self.delta, quadratic, linear)) / len(y_true)

    def gradient(self, y_true, y_pred):
        r = y_pred - y_true
        return np.clip(r, -self.delta, self.delta) / len(y_true)


class BinaryCrossEntropy(Objective):
    """y_pred are probabilities."""
    name = "binary"

    def __init__(self, eps=1e-12):
        self.eps = eps

    def loss(self, y_true, y_pred):
        p = np.clip(y_pred, self.eps, 1 - self.eps)
        return -np.sum(y_true * np.log(p) + (1 - y_true) * np.log(1 - p)) / len(y_true)

    def gradient(self, y_true, y_pred):
        p = np.clip(y_pred, self.eps, 1 - self.eps)
        return (p - y_true) / (p * (1 - p)) / len(y_true)


class CategoricalCrossEntropy(Objective):
    """y_true one-hot, y_pred probabilities with one row per sample."""
    name = "categorical"

    def __init__(self, eps=1e-12):
        self.eps = eps

    def loss(self, y_true, y_pred):
        p = np.clip(y_pred, self.eps, 1.0)
        return -np.sum(y_true * np.log(p)) / len(y_true)

    def gradient(self, y_true, y_pred):
        p = np.clip(y_pred, self.eps, 1.0)
        return -y_true / p / len(y_true)


class SoftmaxCrossEntropy(Objective):
    """y_true one-hot, y_pred raw scores."""
    name = "softmax"

    @staticmethod
    def _log_softmax(scores):
        shifted = scores - scores.max(axis=1, keepdims=True)
        return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))

    def loss(self, y_true, y_pred):
        return -np.sum(y_true * self._log_softmax(y_pred)) / len(y_true)

    def gradient(self, y_true, y_pred):
        return (np.exp(self._log_softmax(y_pred)) - y_true) / len(y_true)


class Hinge(Objective):
    """y_true in {-1, 1}, y_pred a score."""
    name = "hinge"

    def loss(self, y_true, y_pred):
        return np.sum(np.maximum(0, 1 - y_true * y_pred)) / len(y_true)

    def gradient(self, y_true, y_pred):
        return np.where(y_true * y_pred < 1, -y_true, 0.0) / len(y_true)


OBJECTIVES = {cls.name: cls for cls in Objective.__subclasses__()}

if __name__ == "__main__":
    rng = np.random.default_rng(0)
    scores = rng.normal(size=(6, 3))
    onehot = np.eye(3)[rng.integers(0, 3, 6)]
    for name, cls in OBJECTIVES.items():
        pred, target = scores, onehot
        if name in ("binary", "categorical"):
            pred = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
        if name == "hinge":
            target = 2 * onehot - 1
        print(f"{name:12s} {cls().loss(target, pred):.4f}  |g| {np.abs(cls().gradient(target, pred)).sum():.4f}")
