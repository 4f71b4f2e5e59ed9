"""
tinytensor - reverse mode autodiff on numpy arrays in one file.

    x = Tensor(np.random.randn(4, 3), requires_grad=True)
    loss = (x.tanh() ** 2).mean()
    loss.backward()
    x.grad
"""
import numpy as np


def unbroadcast(grad, shape):
    """sum grad over the axes that numpy broadcast, so that it has `shape` again"""
    while grad.ndim > len(shape):
        grad = grad.sum(axis=0)
    for axis, dim in enumerate(shape):
        if dim == 1 and grad.shape[axis] != 1:
            grad = grad.sum(axis=axis, keepdims=True)
    return grad


class Tensor:

    def __init__(self, data, parents=(), requires_grad=False, op=''):
        self.data = np.asarray(data, dtype=np.float64)
        self.grad = np.zeros_like(self.data)
        self.requires_grad = requires_grad or any(p.requires_grad for p in parents)
        self.parents = parents
        self.op = op
        self._backward = lambda: None

    @staticmethod
    def lift(x):
        return x if isinstance(x, Tensor) else Tensor(x)

    @property
    def shape(self):
        return self.data.shape

    def __add__(self, other):
        other = Tensor.lift(other)
        out = Tensor(self.data + other.data, (self, other), op='+')

        def _backward():
            self.grad += unbroadcast(out.grad, self.shape)
            other.grad += unbroadcast(out.grad, other.shape)
        out._backward = _backward
        return out

    def __mul__(self, other):
        other = Tensor.lift(other)
        out = Tensor(self.data * other.data, (self, other), op='*')

        def _backward():
            self.grad += unbroadcast(out.grad * other.data, self.shape)
            other.grad += unbroadcast(out.grad * self.data, other.shape)
        out._backward = _backward
        return out

    def __pow__(self, k):
        assert isinstance(k, (int, float))
        out = Tensor(self.data ** k, (self,), op='**')

        def _backward():
            self.grad += k * self.data ** (k - 1) * out.grad
        out._backward = _backward
        return out

    def __matmul__(self, other):
        out = Tensor(self.data @ other.data, (self, other), op='@')

        def _backward():
            self.grad += out.grad @ other.data.T
            other.grad += self.data.T @ out.grad
        out._backward = _backward
        return out

    def tanh(self):
        t = np.tanh(self.data)
        out = Tensor(t, (self,), op='tanh')

        def _backward():
            self.grad += (1 - t ** 2) * out.grad
        out._backward = _backward
        return out

    def relu(self):
        out = Tensor(np.maximum(self.data, 0), (self,), op='relu')

        def _backward():
            self.grad += (self.data > 0) * out.grad
        out._backward = _backward
        return out

    def log_softmax(self):
        shifted = self.data - self.data.max(axis=1, keepdims=True)
        logp = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
        out = Tensor(logp, (self,), op='log_softmax')

        def _backward():
            self.grad += out.grad - np.exp(logp) * out.grad.sum(axis=1, keepdims=True)
        out._backward = _backward
        return out

    def sum(self):
        out = Tensor(self.data.sum(), (self,), op='sum')

        def _backward():
            self.grad += np.ones_like(self.data) * out.grad
        out._backward = _backward
        return out

    def mean(self):
        return self.sum() * (1.0 / self.data.size)

    def __neg__(self): return self * -1.0
    def __sub__(self, other): return self + (-Tensor.lift(other))
    def __radd__(self, other): return self + other
    def __rmul__(self, other): return self * other
    def __rsub__(self, other): return (-self) + other

    def backward(self):
        topo, seen = [], set()

        def build(t):
            if id(t) not in seen:
                seen.add(id(t))
                for p in t.parents:
                    build(p)
                topo.append(t)
        build(self)
        self.grad = np.ones_like(self.data)
        for t in reversed(topo):
            t._backward()

    def __repr__(self):
        return f'Tensor(shape={self.shape}, op={self.op!r})'


class Linear:
    def __init__(self, nin, nout, rng):
        self.w = Tensor(rng.standard_normal((nin, nout)) * np.sqrt(2 / nin), requires_grad=True)
        self.b = Tensor(np.zeros((1, nout)), requires_grad=True)

    def __call__(self, x):
        return x @ self.w + self.b

    def parameters(self):
        return [self.w, self.b]


class SpiralNet:
    def __init__(self, sizes, seed=0):
        rng = np.random.default_rng(seed)
        self.linears = [Linear(i, o, rng) for i, o in zip(sizes, sizes[1:])]

    def __call__(self, x):
        x = Tensor.lift(x)
        for lin in self.linears[:-1]:
            x = lin(x).relu()
        return self.linears[-1](x).log_softmax()

    def parameters(self):
        return [p for lin in self.linears for p in lin.parameters()]

    def zero_grad(self):
        for p in self.parameters():
            p.grad = np.zeros_like(p.data)


def nll(logp, onehot):
    return -(logp * onehot).sum() * (1.0 / len(onehot))


def sgd_step(params, lr):
    for p in params:
        p.data -= lr * p.grad


def make_spirals(n_per_arm=60, arms=3, seed=1):
    rng = np.random.default_rng(seed)
    X, y = [], []
    for arm in range(arms):
        r = np.linspace(0.05, 1, n_per_arm)
        t = np.linspace(arm * 4, (arm + 1) * 4, n_per_arm) + rng.normal(0, 0.15, n_per_arm)
        X.append(np.column_stack([r * np.sin(t), r * np.cos(t)]))
        y += [arm] * n_per_arm
    return np.vstack(X), np.array(y)


def main():
    X, y = make_spirals()
    Y = np.eye(3)[y]
    net = SpiralNet([2, 32, 32, 3])
    for step in range(600):
        loss = nll(net(X), Y)
        net.zero_grad()
        loss.backward()
        sgd_step(net.parameters(), lr=0.5)
        if step % 100 == 0:
            acc = (net(X).data.argmax(axis=1) == y).mean()
            print(f'step {step:4d}  loss {float(loss.data):.4f}  train acc {acc:.3f}')
    Xnew, ynew = make_spirals(seed=2)
    print('fresh spirals:', (net(Xnew).data.argmax(axis=1) == ynew).mean())


if __name__ == '__main__':
    main()
