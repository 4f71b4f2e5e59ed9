"""tensorgrad: reverse-mode differentiation on numpy arrays in one file (+ a tiny MLP)."""
import numpy as np


def _fit_shape(grad, shape):
    """Undo broadcasting: sum the axes that were added or stretched."""
    while grad.ndim > len(shape):
        grad = grad.sum(axis=0)
    for axis, size in enumerate(shape):
        if size == 1 and grad.shape[axis] != 1:
            grad = grad.sum(axis=axis, keepdims=True)
    return grad


class Tensor:
    def __init__(self, data, parents=(), op=""):
        self.data = np.asarray(data, dtype=float)
        self.grad = np.zeros_like(self.data)
        self.parents = parents
        self.op = op
        self._pull = lambda: None

    def __repr__(self):
        return f"Tensor(shape={self.data.shape}, op={self.op!r})"

    @staticmethod
    def wrap(other):
        return other if isinstance(other, Tensor) else Tensor(other)

    # -- arithmetic ---------------------------------------------------
    def __add__(self, other):
        other = Tensor.wrap(other)
        out = Tensor(self.data + other.data, (self, other), "+")

        def pull():
            self.grad += _fit_shape(out.grad, self.data.shape)
            other.grad += _fit_shape(out.grad, other.data.shape)
        out._pull = pull
        return out

    def __mul__(self, other):
        other = Tensor.wrap(other)
        out = Tensor(self.data * other.data, (self, other), "*")

        def pull():
            self.grad += _fit_shape(out.grad * other.data, self.data.shape)
            other.grad += _fit_shape(out.grad * self.data, other.data.shape)
        out._pull = pull
        return out

    def __pow__(self, power):
        out = Tensor(self.data ** power, (self,), f"**{power}")

        def pull():
            self.grad += out.grad * power * self.data ** (power - 1)
        out._pull = pull
        return out

    def __matmul__(self, other):
        out = Tensor(self.data @ other.data, (self, other), "@")

        def pull():
            self.grad += out.grad @ other.data.T
            other.grad += self.data.T @ out.grad
        out._pull = pull
        return out

    __radd__ = __add__
    __rmul__ = __mul__

    def __neg__(self):
        return self * -1.0

    def __sub__(self, other):
        return self + (-Tensor.wrap(other))

    def __rsub__(self, other):
        return Tensor.wrap(other) - self

    def __truediv__(self, other):
        return self * Tensor.wrap(other) ** -1.0

    # -- nonlinear and reductions ----------------------------------------
    def tanh(self):
        t = np.tanh(self.data)
        out = Tensor(t, (self,), "tanh")

        def pull():
            self.grad += (1.0 - t * t) * out.grad
        out._pull = pull
        return out

    def relu(self):
        out = Tensor(np.maximum(self.data, 0.0), (self,), "relu")

        def pull():
            self.grad += (self.data > 0) * out.grad
        out._pull = pull
        return out

    def sum(self):
        out = Tensor(self.data.sum(), (self,), "sum")

        def pull():
            self.grad += np.ones_like(self.data) * out.grad
        out._pull = pull
        return out

    def mean(self):
        return self.sum() * (1.0 / self.data.size)

    def cross_entropy(self, ids):
        """Mean cross-entropy of row scores against integer classes."""
        z = self.data - self.data.max(axis=1, keepdims=True)
        logp = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
        rows = np.arange(len(ids))
        out = Tensor(-logp[rows, ids].mean(), (self,), "ce")

        def pull():
            g = np.exp(logp)
            g[rows, ids] -= 1.0
            self.grad += g / len(ids) * out.grad
        out._pull = pull
        return out

    # -- backward --------------------------------------------------------
    def backward(self):
        order, seen = [], set()

        def visit(node):
            if id(node) in seen:
                return
            seen.add(id(node))
            for parent in node.parents:
                visit(parent)
            order.append(node)

        visit(self)
        self.grad = np.ones_like(self.data)
        for node in reversed(order):
            node._pull()


class MLP:
    def __init__(self, sizes, seed=0):
        rng = np.random.default_rng(seed)
        self.layers = [(Tensor(rng.normal(size=(a, b)) * np.sqrt(1.0 / a)), Tensor(np.zeros((1, b))))
                       for a, b in zip(sizes[:-1], sizes[1:])]

    def parameters(self):
        return [p for layer in self.layers for p in layer]

    def __call__(self, x):
        h = Tensor.wrap(x)
        for i, (w, b) in enumerate(self.layers):
            h = h @ w + b
            if i < len(self.layers) - 1:
                h = h.tanh()
        return h

    def zero_grad(self):
        for p in self.parameters():
            p.grad = np.zeros_like(p.data)


def train(model, X, ids, steps=200, lr=0.5, l2=1e-4):
    losses = []
    for _ in range(steps):
        model.zero_grad()
        loss = model(X).cross_entropy(ids)
        for w, _ in model.layers:
            loss = loss + (w * w).sum() * l2
        loss.backward()
        for p in model.parameters():
            p.data -= lr * p.grad
        losses.append(float(loss.data))
    return losses


if __name__ == "__main__":
    rng = np.random.default_rng(1)
    t = rng.uniform(0, 2.5, 240)
    ids = np.arange(240) % 3
    X = np.c_[t * np.cos(2 * t + 2.1 * ids), t * np.sin(2 * t + 2.1 * ids)]
    model = MLP([2, 24, 24, 3])
    losses = train(model, X, ids, steps=400)
    print(losses[0], losses[-1], "train accuracy", (model(X).data.argmax(1) == ids).mean())
