"""A tiny scalar autograd engine and a network on top of it."""
import math
import random


class Value:
    def __init__(self, data, parents=(), backward=lambda g: ()):
        self.data = data
        self.grad = 0.0
        self.parents = parents
        self._backward = backward

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, (self, other), lambda g: (g, g))

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, (self, other), lambda g: (g * other.data, g * self.data))

    def __neg__(self):
        return self * -1

    def __sub__(self, other):
        return self + (-other if isinstance(other, Value) else -other)

    __radd__ = __add__
    __rmul__ = __mul__

    def tanh(self):
        t = math.tanh(self.data)
        return Value(t, (self,), lambda g: (g * t * (1 - t),))

    def softplus(self):
        x = self.data
        value = max(x, 0) + math.log1p(math.exp(-abs(x)))
        sig = 1 / (1 + math.exp(-x)) if x >= 0 else math.exp(x) / (1 + math.exp(x))
        return Value(value, (self,), lambda g: (g * sig,))

    def backward(self):
        order, seen = [], set()

        def visit(node):
            if id(node) not in seen:
                seen.add(id(node))
                for parent in node.parents:
                    visit(parent)
                order.append(node)

        visit(self)
        self.grad = 1.0
        for node in reversed(order):
            for parent, g in zip(node.parents, node._backward(node.grad)):
                parent.grad += g


class Neuron:
    def __init__(self, n_in, rng, linear=False):
        self.w = [Value(rng.gauss(0, 1) / math.sqrt(n_in)) for _ in range(n_in)]
        self.b = Value(0.0)
        self.linear = linear

    def __call__(self, x):
        s = sum((wi * xi for wi, xi in zip(self.w, x)), self.b)
        return s if self.linear else s.tanh()

    def parameters(self):
        return self.w + [self.b]


class MLP:
    def __init__(self, n_in, n_hidden, seed=0):
        rng = random.Random(seed)
        self.hidden = [Neuron(n_in, rng) for _ in range(n_hidden)]
        self.out = Neuron(n_hidden, rng, linear=True)

    def __call__(self, x):
        return self.out([h(x) for h in self.hidden])

    def parameters(self):
        return [p for n in [*self.hidden, self.out] for p in n.parameters()]


def bce(model, xs, ys):
    """Mean of log(1 + exp(z)) - y z."""
    terms = []
    for x, y in zip(xs, ys):
        z = model(x)
        terms.append(z.softplus() - z * y)
    return sum(terms, Value(0.0)) * (1 / len(terms))


def train(model, xs, ys, steps=50, lr=0.5):
    losses = []
    for _ in range(steps):
        loss = bce(model, xs, ys)
        for p in model.parameters():
            p.grad = 0.0
        loss.backward()
        for p in model.parameters():
            p.data -= lr * p.grad
        losses.append(loss.data)
    return losses
