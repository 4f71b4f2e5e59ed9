"""Classes that nothing in their file trains: the checker drives them; each fault fires on one changed line, none without."""

import pytest

COLUMNS = """
import numpy as np

def logistic(z):
    return 1 / (1 + np.exp(-np.clip(z, -60, 60)))

def logistic_prime(z):
    return logistic(z) * (1 - logistic(z))

class Net:
    def __init__(self, widths, activation, activation_prime):
        self.f, self.df = activation, activation_prime
        self.weights = [np.random.randn(m, n) for n, m in zip(widths[:-1], widths[1:])]
        self.shifts = [np.random.randn(m, 1) for m in widths[1:]]

    def learn_from(self, mini_batch, eta):
        up = [np.zeros(w.shape) for w in self.weights]
        side = [np.zeros(b.shape) for b in self.shifts]
        for x, y in mini_batch:
            held, sums = [x], []
            for w, b in zip(self.weights, self.shifts):
                sums.append(w @ held[-1] + b)
                held.append(self.f(sums[-1]))
            d = (held[-1] - y) * self.df(sums[-1])
            for place in reversed(range(len(self.weights))):
                up[place] += d @ held[place].T
                side[place] += d
                if place:
                    d = (self.weights[place].T @ d) * self.df(sums[place - 1])
        self.weights = [w - eta / len(mini_batch) * g for w, g in zip(self.weights, up)]
        self.shifts = [b - eta / len(mini_batch) * g for b, g in zip(self.shifts, side)]

    def update(self, mini_batch, eta):
        self.learn_from(mini_batch, eta)
"""
STEPS = """
import numpy as np

class Dense:
    def __init__(self, n_in, n_out):
        self.W = np.random.randn(n_in, n_out) * 0.4
        self.b = np.zeros(n_out)

    def forward(self, x):
        self.x = x
        return x @ self.W + self.b

    def backward(self, d):
        self.dW = self.x.T @ d
        self.db = d.sum(axis=0)
        return d @ self.W.T

class Tanh:
    def forward(self, x):
        self.out = np.tanh(x)
        return self.out

    def backward(self, d):
        return d * (1 - self.out ** 2)

class SquaredError:
    def value(self, out, y):
        return 0.5 * ((out - y) ** 2).sum() / len(y)

    def slope(self, out, y):
        return (out - y) / len(y)

class Stack:
    def __init__(self, layers, loss):
        self.layers, self.loss = layers, loss

    def run(self, x):
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def train_step(self, x, y, lr):
        out = self.run(x)
        d = self.loss.slope(out, y)
        for layer in reversed(self.layers):
            d = layer.backward(d)
        for layer in self.layers:
            if isinstance(layer, Dense):
                layer.W -= lr * layer.dW
                layer.b -= lr * layer.db
        return self.loss.value(out, y)
"""
PARTS = """
import numpy as np

class Perceptrons:
    def __init__(self, n_inputs, n_hidden, n_outputs, kind):
        self.U = np.random.randn(n_inputs, n_hidden) * 0.5
        self.V = np.random.randn(n_hidden, n_outputs) * 0.5
        self.kind = kind

    def bend(self, z):
        if self.kind == "tanh":
            return np.tanh(z)
        return np.maximum(z, 0)

    def forward(self, x):
        self.x, self.h = x, self.bend(x @ self.U)
        e = np.exp(self.h @ self.V)
        self.p = e / e.sum(axis=1, keepdims=True)
        return self.p

    def backward(self, y):
        d = (self.p - y) / len(y)
        self.gV = self.h.T @ d
        slope = 1 - self.h ** 2 if self.kind == "tanh" else (self.h > 0) * 1.0
        self.gU = self.x.T @ (d @ self.V.T * slope)

    def update(self, lr):
        self.U -= lr * self.gU
        self.V -= lr * self.gV
"""
FAULTS = [
    pytest.param((COLUMNS, "* self.df(sums[place - 1])", "* self.df(held[place])", "SW-G1", "learn_from"), marks=pytest.mark.slow),
    (COLUMNS, "[w - eta / len(mini_batch) * g", "[w - 0.1 / len(mini_batch) * g", "SW-T1", "learn_from"),
    (STEPS, "(1 - self.out ** 2)", "(1 - self.out)", "SW-G1", "backward"),
    (STEPS, "layer.W -= lr", "layer.W -= 0.1", "SW-T1", "train_step"),
    (PARTS, "1 - self.h ** 2 if", "1 - self.h if", "SW-G1", "backward"),
    (PARTS, "self.U -= lr * self.gU", "self.U += lr * self.gU", "SW-G18", "update"),
]  # fmt: skip


def told(result):
    return [(finding.code, finding.function) for finding in result.findings if finding.severity != "remark"]


@pytest.mark.parametrize("text", [COLUMNS, STEPS, PARTS], ids=["columns", "steps", "parts"])
def test_a_right_class_is_passed(judge, errors, text):
    result = judge(text)
    assert errors(result) == []
    assert not {"SW-G1", "SW-G13", "SW-G18", "SW-T1"} & {code for code, _ in told(result)}


@pytest.mark.parametrize("case", FAULTS, ids=lambda case: f"{case[3]} {case[2][:30]}")
def test_one_changed_line_is_named_and_located(judge, case):
    text, old, new, code, function = case
    assert text.count(old) == 1
    found = told(judge(text.replace(old, new)))
    same = {"SW-G1", "SW-G10", "SW-G11"} if code == "SW-G1" else {code}
    assert any(said in same and place == function for said, place in found), found


LAYERS = """
import numpy as np

def affine_forward(x, w, b):
    return x @ w + b, (x, w, b)

def affine_backward(dout, cache):
    x, w, b = cache
    return dout @ w.T, x.T @ dout, dout.sum(axis=0)

def dropout_forward(x, p):
    mask = (np.random.rand(*x.shape) >= p) / (1 - p)
    return x * mask, mask

def dropout_backward(dout, cache):
    return dout * cache

def softmax_loss(scores, y):
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    loss = -np.log(p[np.arange(len(y)), y]).mean()
    p[np.arange(len(y)), y] -= 1
    return loss, p / len(y)

def shares_loss_forward(x, y):
    return -np.mean(y * np.log(x) + (1 - y) * np.log(1 - x)), (x, y)

def shares_loss_backward(dout, cache):
    x, y = cache
    return dout * (x - y) / (x * (1 - x)) / x.size
"""


def test_layers_that_are_pairs_of_functions(judge):
    def gradients(text):
        return [said for said in told(judge(text)) if said[0] in ("SW-G1", "SW-G9", "SW-G13", "SW-G15")]

    assert gradients(LAYERS) == []
    for old, new, said in (
        ("dout.sum(axis=0)", "np.full(3, dout.sum())", ("SW-G13", "affine_backward")),
        ("return dout * cache", "return dout * (cache > 0)", ("SW-G1", "dropout_backward")),
        ("return loss, p / len(y)", "return loss, p + 0.1", ("SW-G1", "softmax_loss")),
        ("dout * (x - y) / (x * (1 - x))", "dout * (x - y)", ("SW-G1", "shares_loss_backward")),
        (" + (1 - y) * np.log(1 - x)", "", ("SW-G9", "shares_loss_forward")),
    ):
        assert said in gradients(LAYERS.replace(old, new))


def test_an_optimiser_is_known_by_the_form_of_its_rule(judge):
    adam = """
    import numpy as np

    class Adam:
        def __init__(self, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
            self.lr, self.beta1, self.beta2, self.eps, self.t = lr, beta1, beta2, eps, 0
            self.m = self.v = 0.0

        def update(self, w, grad):
            self.t += 1
            self.m = self.beta1 * self.m + (1 - self.beta1) * grad
            self.v = self.beta2 * self.v + (1 - self.beta2) * grad ** 2
            first, second = self.m / (1 - self.beta1 ** self.t), self.v / (1 - self.beta2 ** self.t)
            return w - self.lr * first / (np.sqrt(second) + self.eps)
    """
    assert told(judge(adam)) == []
    for old, new, code in (
        ("self.beta2 * self.v + (1 - self.beta2) * grad", "self.beta1 * self.v + (1 - self.beta1) * grad", "SW-T2"),
        ("(1 - self.beta1) * grad", "grad", "SW-T3"),
        ("1 - self.beta2 ** self.t", "1 - self.beta2", "SW-T5"),
        ("w - self.lr", "w - 0.001", "SW-T1"),
    ):
        assert told(judge(adam.replace(old, new)))[0] == (code, "update")
