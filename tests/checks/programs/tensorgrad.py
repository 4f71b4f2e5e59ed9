"""tensorgrad: reverse-mode autodiff over numpy arrays in a hundred lines.

>>> a = Tensor([[1., 2.]]); b = Tensor([[3.], [4.]])
>>> (a @ b).sum().backward()
>>> a.grad
array([[3., 4.]])
"""
import numpy as np


def unbroadcast(g, shape):
    while g.ndim > len(shape):
        g = g.sum(axis=0)
    for ax, n in enumerate(shape):
        if n == 1 and g.shape[ax] != 1:
            g = g.sum(axis=ax, keepdims=True)
    return g


class Tensor:
    def __init__(self, data, parents=(), op=""):
        self.data = np.asarray(data, dtype=np.float64)
        self.grad = np.zeros_like(self.data)
        self._parents = parents
        self._op = op
        self._back = lambda: None

    @property
    def shape(self):
        return self.data.shape

    @staticmethod
    def lift(x):
        return x if isinstance(x, Tensor) else Tensor(x)

    def __add__(self, other):
        other = Tensor.lift(other)
        out = Tensor(self.data + other.data, (self, other), "+")

        def _back():
            self.grad += unbroadcast(out.grad, self.shape)
            other.grad += unbroadcast(out.grad, other.shape)
        out._back = _back
        return out

    def __mul__(self, other):
        other = Tensor.lift(other)
        out = Tensor(self.data * other.data, (self, other), "*")

        def _back():
            self.grad += unbroadcast(out.grad * other.data, self.shape)
            other.grad += unbroadcast(out.grad * self.data, other.shape)
        out._back = _back
        return out

    def __matmul__(self, other):
        out = Tensor(self.data @ other.data, (self, other), "@")

        def _back():
            self.grad += out.grad @ other.data.T
            other.grad += self.data.T @ out.grad
        out._back = _back
        return out

    def __pow__(self, k):
        out = Tensor(self.data ** k, (self,), "**")

        def _back():
            self.grad += k * self.data ** (k - 1) * out.grad
        out._back = _back
        return out

    def tanh(self):
        out = Tensor(np.tanh(self.data), (self,), "tanh")

        def _back():
            self.grad += (1 - out.data ** 2) * out.grad
        out._back = _back
        return out

    def relu(self):
        out = Tensor(np.maximum(self.data, 0), (self,), "relu")

        def _back():
            self.grad += (self.data > 0) * out.grad
        out._back = _back
        return out

    def exp(self):
        out = Tensor(np.exp(self.data), (self,), "exp")

        def _back():
            self.grad += out.data * out.grad
        out._back = _back
        return out

    def log(self):
        out = Tensor(np.log(self.data), (self,), "log")

        def _back():
            self.grad += out.grad / self.data
        out._back = _back
        return out

    def sum(self, axis=None, keepdims=False):
        out = Tensor(self.data.sum(axis=axis, keepdims=keepdims), (self,), "sum")

        def _back():
            g = out.grad
            if axis is not None and not keepdims:
                g = np.expand_dims(g, axis)
            self.grad += np.broadcast_to(g, self.shape)
        out._back = _back
        return out

    def mean(self):
        return self.sum() * (1.0 / self.data.size)

    def __neg__(self):
        return self * -1.0

    def __sub__(self, other):
        return self + (-Tensor.lift(other))

    def __truediv__(self, other):
        return self * Tensor.lift(other) ** -1.0

    __radd__ = __add__
    __rmul__ = __mul__

    def __rsub__(self, other):
        return Tensor.lift(other) - self

    def backward(self):
        order, seen = [], set()

        def visit(t):
            if id(t) in seen:
                return
            seen.add(id(t))
            for q in t._parents:
                visit(q)
            order.append(t)

        visit(self)
        self.grad = np.ones_like(self.data)
        for t in reversed(order):
            t._back()


class MLP:
    def __init__(self, sizes, seed=0):
        g = np.random.default_rng(seed)
        self.W = [Tensor(g.normal(0, np.sqrt(1.0 / a), (a, b))) for a, b in zip(sizes[:-1], sizes[1:])]
        self.b = [Tensor(np.zeros((1, b))) for b in sizes[1:]]

    def parameters(self):
        return self.W + self.b

    def zero_grad(self):
        for t in self.parameters():
            t.grad = np.zeros_like(t.data)

    def __call__(self, x):
        h = Tensor.lift(x)
        for i, (W, b) in enumerate(zip(self.W, self.b)):
            h = h @ W + b
            if i < len(self.W) - 1:
                h = h.tanh()
        return h


def cross_entropy(logits, onehot):
    shifted = logits - logits.data.max(axis=1, keepdims=True)
    logz = shifted.exp().sum(axis=1, keepdims=True).log()
    return -((shifted - logz) * onehot).sum() * (1.0 / logits.shape[0])


def train(model, X, Y, steps=300, lr=0.5):
    losses = []
    for _ in range(steps):
        loss = cross_entropy(model(X), Y)
        model.zero_grad()
        loss.backward()
        for t in model.parameters():
            t.data = t.data - lr * t.grad
        losses.append(float(loss.data))
    return losses


if __name__ == "__main__":
    from sklearn.datasets import make_moons
    X, y = make_moons(150, noise=0.1, random_state=0)
    net = MLP([2, 16, 2])
    L = train(net, X, np.eye(2)[y], steps=800)
    print(L[0], L[-1], "accuracy", np.mean(net(X).data.argmax(1) == y))
