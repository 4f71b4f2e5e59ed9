from __future__ import annotations

import numpy as np


def unbroadcast(grad: np.ndarray, shape: tuple) -> np.ndarray:
    while grad.ndim > len(shape):
        grad = grad.sum(axis=0)
    for axis, size in enumerate(shape):
        if size == 1 and grad.shape[axis] != 1:
            grad = grad.sum(axis=axis, keepdims=True)
    return grad


class Tensor:
    def __init__(self, data, parents=()):
        self.data = np.asarray(data, dtype=float)
        self.grad = np.zeros_like(self.data)
        self._parents = parents
        self._backward = lambda: None

    def __add__(self, other):
        other = other if isinstance(other, Tensor) else Tensor(other)
        out = Tensor(self.data + other.data, (self, other))

        def _backward():
            self.grad += unbroadcast(out.grad, self.data.shape)
            other.grad += unbroadcast(out.grad, other.data.shape)
        out._backward = _backward
        return out

    def __mul__(self, other):
        other = other if isinstance(other, Tensor) else Tensor(other)
        out = Tensor(self.data * other.data, (self, other))

        def _backward():
            self.grad += unbroadcast(out.grad * other.data, self.data.shape)
            other.grad += unbroadcast(out.grad * self.data, other.data.shape)
        out._backward = _backward
        return out

    def __matmul__(self, other):
        out = Tensor(self.data @ other.data, (self, other))

        def _backward():
            self.grad += out.grad @ other.data.T
            other.grad += self.data.T @ out.grad
        out._backward = _backward
        return out

    def tanh(self):
        out = Tensor(np.tanh(self.data), (self,))

        def _backward():
            self.grad += (1.0 - out.data ** 2) * out.grad
        out._backward = _backward
        return out

    def softplus(self):
        out = Tensor(np.logaddexp(0.0, self.data), (self,))

        def _backward():
            self.grad += 0.5 * (1.0 + np.tanh(0.5 * self.data)) * out.grad
        out._backward = _backward
        return out

    def sum(self):
        out = Tensor(self.data.sum(), (self,))

        def _backward():
            self.grad += np.broadcast_to(out.grad, self.data.shape)
        out._backward = _backward
        return out

    def backward(self):
        order, seen = [], set()

        def visit(node):
            if id(node) in seen:
                return
            seen.add(id(node))
            for parent in node._parents:
                visit(parent)
            order.append(node)

        visit(self)
        self.grad = np.ones_like(self.data)
        for node in reversed(order):
            node._backward()


class MLP:
    """Binary classifier. Labels are -1 and +1; the loss is the mean of log(1 + exp(-y f(x)))."""

    def __init__(self, widths, seed=0):
        rng = np.random.default_rng(seed)
        self.W = [Tensor(rng.normal(size=(i, o)) / np.sqrt(i)) for i, o in zip(widths, widths[1:])]
        self.b = [Tensor(np.zeros((1, o))) for o in widths[1:]]

    def parameters(self):
        return self.W + self.b

    def __call__(self, x):
        h = x if isinstance(x, Tensor) else Tensor(x)
        for k, (W, b) in enumerate(zip(self.W, self.b)):
            h = h @ W + b
            if k < len(self.W) - 1:
                h = h.tanh()
        return h

    def loss(self, x, y, decay=0.0):
        margin = self(x) * (-y.reshape(-1, 1))
        total = margin.softplus().sum() * (1.0 / len(y))
        for W in self.W:
            total = total + (W * W).sum() * (0.5 * decay)
        return total

    def zero_grad(self):
        for p in self.parameters():
            p.grad = np.zeros_like(p.data)

    def train(self, x, y, lr=0.5, steps=400, decay=1e-3):
        curve = []
        for _ in range(steps):
            self.zero_grad()
            out = self.loss(x, y, decay)
            out.backward()
            for p in self.parameters():
                p.data = p.data - lr * p.grad
            curve.append(float(out.data))
        return curve

    def predict(self, x):
        return np.where(self(x).data[:, 0] >= 0, 1, -1)


if __name__ == "__main__":
    from sklearn.datasets import make_moons
    x, t = make_moons(300, noise=0.2, random_state=5)
    y = 2 * t - 1
    model = MLP([2, 16, 16, 1])
    curve = model.train(x[:200], y[:200])
    print("loss %.3f -> %.3f" % (curve[0], curve[-1]))
    print("held-out accuracy %.3f" % np.mean(model.predict(x[200:]) == y[200:]))
