from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import Iterable, Iterator

import numpy as np

Array = np.ndarray


class Layer(ABC):
    trainable: list[str] = []

    def build(self, n_in: int, rng: np.random.Generator) -> int:
        return n_in

    @abstractmethod
    def call(self, x: Array, training: bool) -> Array: ...

    @abstractmethod
    def backprop(self, grad: Array) -> Array: ...


class Dense(Layer):
    trainable = ["kernel", "bias"]

    def __init__(self, units: int) -> None:
        self.units = units

    def build(self, n_in: int, rng: np.random.Generator) -> int:
        self.kernel = rng.normal(0.0, np.sqrt(2.0 / n_in), size=(n_in, self.units))
        self.bias = np.zeros(self.units)
        return self.units

    def call(self, x: Array, training: bool) -> Array:
        self._x = x
        return x @ self.kernel + self.bias

    def backprop(self, grad: Array) -> Array:
        self.d_kernel = self._x.T @ grad
        self.d_bias = grad.sum(axis=0)
        return grad @ self.kernel.T


class LeakyRelu(Layer):
    def __init__(self, slope: float = 0.1) -> None:
        self.slope = slope

    def call(self, x: Array, training: bool) -> Array:
        self._positive = x > 0
        return np.where(self._positive, x, self.slope * x)

    def backprop(self, grad: Array) -> Array:
        return np.where(self._positive, grad, self.slope * grad)


class BatchNorm(Layer):
    trainable = ["gamma", "beta"]

    def __init__(self, momentum: float = 0.9, eps: float = 1e-5) -> None:
        self.momentum = momentum
        self.eps = eps

    def build(self, n_in: int, rng: np.random.Generator) -> int:
        self.gamma, self.beta = np.ones(n_in), np.zeros(n_in)
        self.moving_mean, self.moving_var = np.zeros(n_in), np.ones(n_in)
        return n_in

    def call(self, x: Array, training: bool) -> Array:
        if training:
            mean, var = x.mean(axis=0), x.var(axis=0)
            self.moving_mean = self.momentum * self.moving_mean + (1 - self.momentum) * mean
            self.moving_var = self.momentum * self.moving_var + (1 - self.momentum) * var
        else:
            mean, var = self.moving_mean, self.moving_var
        self._inv_std = 1.0 / np.sqrt(var + self.eps)
        self._x_hat = (x - mean) * self._inv_std
        return self.gamma * self._x_hat + self.beta

    def backprop(self, grad: Array) -> Array:
        self.d_gamma = (grad * self._x_hat).sum(axis=0)
        self.d_beta = grad.sum(axis=0)
        g = grad * self.gamma
        return self._inv_std * (g - g.mean(axis=0) - self._x_hat * (g * self._x_hat).mean(axis=0))


class Dropout(Layer):
    def __init__(self, rate: float = 0.1, seed: int = 0) -> None:
        self.rate = rate
        self._rng = np.random.default_rng(seed)

    def call(self, x: Array, training: bool) -> Array:
        if not training:
            return x
        self._mask = (self._rng.random(x.shape) >= self.rate) / (1.0 - self.rate)
        return x * self._mask

    def backprop(self, grad: Array) -> Array:
        return grad * self._mask


class SparseCrossentropy:
    """from logits, integer targets"""

    def value_and_grad(self, logits: Array, y: Array) -> tuple[float, Array]:
        shifted = logits - logits.max(axis=1, keepdims=True)
        log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
        rows = np.arange(len(y))
        value = -log_p[rows, y].mean()
        grad = np.exp(log_p)
        grad[rows, y] -= 1.0
        return float(value), grad / len(y)


@dataclass
class RMSprop:
    learning_rate: float = 0.003
    rho: float = 0.9
    eps: float = 1e-8
    _mean_square: dict = field(default_factory=dict)

    def apply(self, named: Iterable[tuple[tuple, Layer, str]]) -> None:
        for key, layer, name in named:
            g = getattr(layer, "d_" + name)
            ms = self._mean_square.get(key, np.zeros_like(g))
            ms = self.rho * ms + (1.0 - self.rho) * g * g
            self._mean_square[key] = ms
            setattr(layer, name, getattr(layer, name) - self.learning_rate * g / (np.sqrt(ms) + self.eps))


class Sequential:
    def __init__(self, layers: list[Layer], seed: int = 0) -> None:
        self.layers = layers
        self.seed = seed
        self.built = False

    def compile(self, loss, optimizer) -> None:
        self.loss, self.optimizer = loss, optimizer

    def _build(self, n_in: int) -> None:
        rng = np.random.default_rng(self.seed)
        for layer in self.layers:
            n_in = layer.build(n_in, rng)
        self.built = True

    def _named(self) -> Iterator[tuple[tuple, Layer, str]]:
        for i, layer in enumerate(self.layers):
            for name in layer.trainable:
                yield (i, name), layer, name

    def __call__(self, x: Array, training: bool = False) -> Array:
        for layer in self.layers:
            x = layer.call(x, training)
        return x

    def train_on_batch(self, x: Array, y: Array) -> float:
        value, grad = self.loss.value_and_grad(self(x, training=True), y)
        for layer in reversed(self.layers):
            grad = layer.backprop(grad)
        self.optimizer.apply(self._named())
        return value

    def fit(self, x: Array, y: Array, epochs: int = 10, batch_size: int = 32, verbose: int = 1) -> dict[str, list[float]]:
        if not self.built:
            self._build(x.shape[1])
        shuffler = np.random.default_rng(self.seed + 1)
        history: dict[str, list[float]] = {"loss": []}
        for epoch in range(epochs):
            order = shuffler.permutation(len(x))
            total = 0.0
            for start in range(0, len(x), batch_size):
                rows = order[start:start + batch_size]
                total += self.train_on_batch(x[rows], y[rows]) * len(rows)
            history["loss"].append(total / len(x))
            if verbose:
                print(f"Epoch {epoch + 1}/{epochs} - loss: {history['loss'][-1]:.4f}")
        return history

    def predict(self, x: Array) -> Array:
        return self(x, training=False).argmax(axis=1)

    def evaluate(self, x: Array, y: Array) -> tuple[float, float]:
        value, _ = self.loss.value_and_grad(self(x, training=False), y)
        return value, float((self.predict(x) == y).mean())


if __name__ == "__main__":
    from sklearn.datasets import load_digits
    from sklearn.model_selection import train_test_split

    digits = load_digits()
    x_tr, x_te, y_tr, y_te = train_test_split(digits.data / 16.0, digits.target, test_size=0.25,
                                              stratify=digits.target, random_state=0)
    model = Sequential([Dense(48), BatchNorm(), LeakyRelu(), Dropout(0.1), Dense(24), LeakyRelu(), Dense(10)])
    model.compile(loss=SparseCrossentropy(), optimizer=RMSprop(0.003))
    model.fit(x_tr, y_tr, epochs=8)
    print("test loss %.4f accuracy %.4f" % model.evaluate(x_te, y_te))
