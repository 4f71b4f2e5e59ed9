"""Right code whose arguments, columns or settings were once misread: no error; and one changed line that is still found."""

import pytest

from scratchwork.checks import check
from scratchwork.checks.files.source import source_from_text
from scratchwork.checks.reading import read_source

CACHED = """
import numpy as np

class Rectifier:
    def forward(self, x):
        return np.maximum(x, 0), x

    def backward(self, dout, cache):
        return dout * (cache > 0)
"""
OUTPUT_FIRST = """
import numpy as np

class Squash:
    def forward(self, z):
        return np.tanh(z)

    def backward(self, z, grad):
        return grad * (1 - np.tanh(z) ** 2)
"""
ADAM_INSIDE = """
import numpy as np

class Dense:
    def __init__(self, n_in, n_out):
        self.weights = np.random.default_rng(0).normal(size=(n_in, n_out))
        self.first, self.second, self.t = np.zeros((n_in, n_out)), np.zeros((n_in, n_out)), 0

    def forward(self, x):
        self.x = x
        return x @ self.weights

    def backward(self, grad, lr=0.01):
        self.t += 1
        down = grad @ self.weights.T
        change = self.x.T @ grad
        self.first = 0.9 * self.first + 0.1 * change
        self.second = 0.999 * self.second + 0.001 * change**2
        m, v = self.first / (1 - 0.9**self.t), self.second / (1 - 0.999**self.t)
        self.weights = self.weights - lr * m / (np.sqrt(v) + 1e-8)
        return down
"""
BINARY_METRIC = """
import numpy as np

def recall(y_true, y_pred, positive=1):
    hits = np.sum((y_true == positive) & (y_pred == positive))
    return hits / max(np.sum(y_true == positive), 1)
"""
SLEEPING = """
import numpy as np

class Regression:
    def __init__(self, penalty=None, C=1.0, lr=0.1, n_iter=200):
        self.penalty, self.C, self.lr, self.n_iter = penalty, C, lr, n_iter
        self.check_params()

    def check_params(self):
        assert isinstance(self.C, (int, float)), self.C

    def fit(self, X, y):
        self.w = np.zeros(X.shape[1])
        for _ in range(self.n_iter):
            gradient = X.T @ (X @ self.w - y) / len(X)
            if self.penalty == "l2":
                gradient = gradient + self.w / self.C
            self.w = self.w - self.lr * gradient
        return self

    def predict(self, X):
        return X @ self.w
"""


def errors(tmp_path, text, **options):
    path = tmp_path / "theirs.py"
    path.write_text(text)
    return {finding.code for finding in check(path, **options).findings if finding.severity == "error"}


RIGHT = {
    "forward returns what backward wants": CACHED, "the input comes before the gradient": OUTPUT_FIRST,
    "Adam in the layer": ADAM_INSIDE, "a metric of one class": BINARY_METRIC, "a penalty that is asleep": SLEEPING,
}  # fmt: skip


@pytest.mark.parametrize("name", RIGHT)
def test_right_code_gets_no_error(tmp_path, name):
    assert errors(tmp_path, RIGHT[name]) == set()


@pytest.mark.parametrize(
    ("text", "old", "new", "codes"),
    [
        (CACHED, "(cache > 0)", "np.abs(cache)", {"SW-G11", "SW-G1", "SW-G10"}),
        (OUTPUT_FIRST, "(1 - np.tanh(z) ** 2)", "(1 - z**2)", {"SW-G10", "SW-G11"}),
        (ADAM_INSIDE, "down = grad @ self.weights.T", "down = 2 * grad @ self.weights.T", {"SW-G1"}),
    ],
    ids=["cached", "output first", "adam inside"],
)
def test_a_fault_in_a_layer_is_found(tmp_path, text, old, new, codes):
    assert text.count(old) == 1
    assert errors(tmp_path, text.replace(old, new)) & codes


SLICES = {
    "two columns of one table": ("""
import pandas as pd
data = pd.read_excel("data.xlsx").values
x_train, y_train = data[:, 0], data[:, 1]
x_test, y_test = data[:, 2], data[:, 3]
""", "x_test, y_test = data[:, 2], data[:, 3]", "x_test, y_test = data[:, 0], data[:, 1]", "SW-D3"),
    "columns of columns": ("""
import numpy as np
data = np.loadtxt("fruit.csv", delimiter=",")
X = data[:, 1:3]
y = data[:, 3]
X_train, y_train = X[:-3, :], y[:-3]
model = Model().fit(X_train, y_train)
""", "X = data[:, 1:3]", "X = data[:, 1:4]", "SW-D9"),
    "a scaler of the first rows": ("""
import pandas as pd
from sklearn.preprocessing import MinMaxScaler
values = pd.read_csv("load.csv").values
size = int(0.7 * len(values))
scaler = MinMaxScaler()
scaler.fit(values[:size])
X_train = scaler.transform(values[:size])
X_test = scaler.transform(values[size:])
""", "scaler.fit(values[:size])", "scaler.fit(values)", "SW-D1"),
}  # fmt: skip


@pytest.mark.parametrize("name", SLICES)
def test_slices_are_told_apart(name):
    text, old, new, code = SLICES[name]
    assert text.count(old) == 1

    def severe(source):
        told = read_source(source_from_text(source))
        return {item.code for item in told if item.severity == "error"} - {"SW-X92"}  # the texts are pieces

    assert severe(text) == set()
    assert code in severe(text.replace(old, new))


OPTIMISED = """
import numpy as np
from scipy.optimize import minimize

def sigmoid(z):
    return 1 / (1 + np.exp(-z))

def cost(theta, X, Y, lambd):
    h = sigmoid(X @ theta.reshape(-1, 1))
    m = len(Y)
    return float(-(Y * np.log(h) + (1 - Y) * np.log(1 - h)).sum() / m + lambd / (2 * m) * (theta[1:] ** 2).sum())

def gradient(theta, X, Y, lambd):
    kept = theta.reshape(-1, 1).copy()
    kept[0] = 0
    return (X.T @ (sigmoid(X @ theta.reshape(-1, 1)) - Y) / len(Y) + lambd / len(Y) * kept).ravel()

def optimize_theta(theta, X, Y, cost_function, gradient_function, lambd):
    return minimize(cost_function, theta, args=(X, Y, lambd), jac=gradient_function).x
"""


def test_what_an_optimiser_returns_is_taken_for_no_gradient(tmp_path):
    assert errors(tmp_path, OPTIMISED) == set()
    assert errors(tmp_path, OPTIMISED.replace("- Y) / len(Y) +", "+ Y) / len(Y) +")) & {"SW-G1", "SW-G18"}


DRAWN = """
import numpy as np

class Columns:
    def __init__(self, sizes, rng):
        self.p = {}
        for l in range(1, len(sizes)):
            self.p[f"W{l}"] = rng.DRAW(size=(sizes[l], sizes[l - 1])) / np.sqrt(sizes[l - 1])
            self.p[f"b{l}"] = np.zeros((sizes[l], 1))

    def forward(self, X):
        self.X, self.a = X, np.tanh(self.p["W1"] @ X + self.p["b1"])
        z = self.p["W2"] @ self.a + self.p["b2"]
        e = np.exp(z - z.max(axis=0))
        self.out = e / e.sum(axis=0)
        return self.out

    def cost(self, out, Y):
        return -np.sum(Y * np.log(out)) / Y.shape[1]

    def backward(self, Y):
        m = Y.shape[1]
        d2 = (self.out - Y) / m
        d1 = self.p["W2"].T @ d2 * (1 - self.a ** 2)
        return {"W2": d2 @ self.a.T, "b2": d2.sum(axis=1, keepdims=True), "W1": d1 @ self.X.T, "b1": d1.sum(axis=1, keepdims=True)}

    def update(self, grad, lr):
        for key in self.p:
            self.p[key] -= lr * grad[key]
"""


@pytest.mark.parametrize("draw", ["standard_normal", "normal"])
def test_a_network_that_is_handed_its_generator_is_judged(tmp_path, draw):
    text = DRAWN.replace("DRAW", draw)
    assert errors(tmp_path, text) == set()
    assert "SW-G13" in errors(tmp_path, text.replace('"b1": d1.sum(axis=1, keepdims=True)', '"b1": d1.sum()'))


def test_a_network_that_draws_with_the_older_generator_is_judged(tmp_path):
    text = DRAWN.replace("rng.DRAW(size=(sizes[l], sizes[l - 1]))", "source.randn(sizes[l], sizes[l - 1])").replace(
        "rng", "source"
    )
    assert errors(tmp_path, text) == set()
    assert "SW-G13" in errors(tmp_path, text.replace('"b1": d1.sum(axis=1, keepdims=True)', '"b1": d1.sum()'))


GROWN = """
import numpy as np

class Affine:
    def __init__(self, units):
        self.units = units

    def build(self, n_in, rng):
        self.kernel = rng.normal(size=(n_in, self.units))
        self.bias = np.zeros(self.units)

    def call(self, x, training):
        self.x = x
        return x @ self.kernel + self.bias

    def backprop(self, grad):
        self.d_kernel = self.x.T @ grad
        self.d_bias = grad.sum(axis=0)
        return grad @ self.kernel.T


class Stepped:
    def __init__(self, K, N):
        self.K, self.N = K, N

    def initialize(self, optimizer):
        self.W = np.random.uniform(-1, 1, (self.K, self.N))
        self.b = np.zeros((self.K, 1))
        self.opt = optimizer

    def forward_pass(self, X):
        self.X = X
        return X @ self.W.T + self.b.T

    def backward_pass(self, accum_grad):
        old = self.W
        self.W = self.opt.update(self.W, accum_grad.T @ self.X)
        self.b = self.opt.update(self.b, accum_grad.sum(axis=0).reshape(-1, 1))
        return accum_grad @ old


class ColumnLayer:
    def __init__(self, num_in, num_out, source=np.random):
        self.source = source
        self.W = source.randn(num_out, num_in)
        self.b = np.zeros((num_out, 1))

    def fprop(self, X):
        return self.W @ X + self.b, dict(X=X)

    def bprop(self, dLdY, context):
        return self.W.T @ dLdY

    def get_gradients(self, dLdY, context):
        return [dLdY @ context["X"].T, dLdY.sum(axis=1, keepdims=True)]
"""


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("self.d_bias = grad.sum(axis=0)", "self.d_bias = grad.mean(axis=0)", "SW-G13"),
        ("accum_grad.sum(axis=0).reshape(-1, 1)", "accum_grad.mean(axis=0).reshape(-1, 1)", "SW-G13"),
        ("dLdY.sum(axis=1, keepdims=True)]", "dLdY.mean(axis=1, keepdims=True)]", "SW-G13"),
        ("return self.W.T @ dLdY", "return self.W.T @ (dLdY > 0)", "SW-G1"),
    ],
)
def test_layers_however_they_are_made_and_asked(tmp_path, old, new, code):
    assert errors(tmp_path, GROWN) == set()
    assert code in errors(tmp_path, GROWN.replace(old, new))


PAIRED = """
import numpy as np

def sigmoid(z):
    return 1 / (1 + np.exp(-z))

class Net:
    def __init__(self, sizes):
        self.biases = [np.random.randn(n, 1) for n in sizes[1:]]
        self.weights = [np.random.randn(n, m) / np.sqrt(m) for m, n in zip(sizes[:-1], sizes[1:])]

    def feedforward(self, a):
        for b, w in zip(self.biases, self.weights):
            a = sigmoid(w @ a + b)
        return a

    def SGD(self, training_data, epochs, size, eta, lmbda=0.0):
        for _ in range(epochs):
            for k in range(0, len(training_data), size):
                self.update_mini_batch(training_data[k:k + size], eta, lmbda, len(training_data))

    def update_mini_batch(self, mini_batch, eta, lmbda, n):
        sums = None
        for x, y in mini_batch:
            found = self.backprop(x, y)
            sums = found if sums is None else [[a + b for a, b in zip(*pair)] for pair in zip(sums, found)]
        self.weights = [(1 - eta * lmbda / n) * w - eta / len(mini_batch) * g for w, g in zip(self.weights, sums[1])]
        self.biases = [b - eta / len(mini_batch) * g for b, g in zip(self.biases, sums[0])]

    def backprop(self, x, y):
        a = [x]
        for b, w in zip(self.biases, self.weights):
            a.append(sigmoid(w @ a[-1] + b))
        delta = a[-1] - y
        nabla_b, nabla_w = [delta], [delta @ a[-2].T]
        for l in range(2, len(self.weights) + 1):
            delta = self.weights[-l + 1].T @ delta * a[-l] * (1 - a[-l])
            nabla_b.insert(0, delta)
            nabla_w.insert(0, delta @ a[-l - 1].T)
        return nabla_b, nabla_w

    def total_cost(self, data, lmbda):
        cost = 0.0
        for x, y in data:
            a = self.feedforward(x)
            cost += np.sum(-y * np.log(a) - (1 - y) * np.log(1 - a)) / len(data)
        return cost + 0.5 * lmbda / len(data) * sum(np.sum(w ** 2) for w in self.weights)
"""


def test_a_cost_of_pairs_is_asked_and_a_decay_may_stand_in_the_step(tmp_path):
    assert errors(tmp_path, PAIRED) == set()
    assert "SW-G9" in errors(tmp_path, PAIRED.replace(" - (1 - y) * np.log(1 - a))", ")"))


DRAWS_A_ROW = """
import numpy as np

def sigmoid(z):
    return 1 / (1 + np.exp(-z))

def model(x, W, b):
    return sigmoid(x @ W + b)

def compute_loss(p, y):
    return -np.sum(y * np.log(p) + (1 - y) * np.log(1 - p)) / len(y)

def gradients(xi, yi, W, b):
    dz = sigmoid(xi @ W + b) - yi
    return xi.T * dz, dz

def train_sgd(x, y, learning_rate=0.1, n_iter=20, seed=0):
    rng = np.random.RandomState(seed)
    W, b = rng.randn(x.shape[1], 1) * 0.01, 0.0
    losses = []
    for epoch in range(n_iter):
        for i in rng.permutation(len(x)):
            dW, db = gradients(x[i].reshape(1, -1), y[i].reshape(1, 1), W, b)
            W, b = W - learning_rate * dW, b - learning_rate * db
        losses.append(compute_loss(model(x, W, b), y))
    return W, b, losses

if __name__ == "__main__":
    rng = np.random.RandomState(1)
    X = rng.randn(60, 3)
    train_sgd(X, (X[:, :1] > 0) * 1.0)
"""


@pytest.mark.slow
def test_a_step_of_one_drawn_row_is_no_wrong_step_of_all(tmp_path):
    assert "SW-G1" not in errors(tmp_path, DRAWS_A_ROW)
