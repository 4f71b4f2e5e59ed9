"""Derivatives beside their functions: each probe fires on one changed line and is silent without it."""

import pytest

COSTS = """
import numpy as np

class Squares:
    @staticmethod
    def fn(a, y):
        return 0.5 * np.sum((a - y) ** 2)

    @staticmethod
    def delta(z, a, y):
        s = 1 / (1 + np.exp(-np.abs(z)))
        return (a - y) * s * (1 - s)

class LogLoss:
    def loss(self, y, p):
        p = np.clip(p, 1e-12, 1 - 1e-12)
        return -y * np.log(p) - (1 - y) * np.log(1 - p)

    def gradient(self, y, p):
        p = np.clip(p, 1e-12, 1 - 1e-12)
        return -(y / p) + (1 - y) / (1 - p)

class SoftmaxCost:
    def value(self, probabilities, one_hot):
        return -np.mean(np.sum(one_hot * np.log(probabilities + 1e-9), axis=-1))

    def prime(self, probabilities, one_hot):
        return probabilities - one_hot
"""

ACTIVATIONS = """
import numpy as np

class Tanh:
    def __call__(self, x):
        return np.tanh(x)

    def gradient(self, x):
        return 1 - np.tanh(x) ** 2

class Selu:
    def __call__(self, x):
        return np.where(x > 0, x, 1.5 * (np.exp(np.minimum(x, 0)) - 1))

    def gradient(self, x):
        return np.where(x > 0, 1.0, 1.5 * np.exp(np.minimum(x, 0)))

class SoftPlus:
    def __call__(self, x):
        return np.logaddexp(0, x)

    def gradient(self, x):
        return 0.5 * (1 + np.tanh(x / 2))

def soft_sign(x, derivative=False):
    if derivative:
        return 1 / (1 + np.abs(x)) ** 2
    return x / (1 + np.abs(x))

def row_softmax(x, derivative=False):
    e = np.exp(x - x.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    return p
"""


def codes(result):
    return [(finding.code, finding.severity, finding.function) for finding in result.findings]


@pytest.mark.parametrize("text", [COSTS, ACTIVATIONS])
def test_right_pairs_are_passed(judge, text):
    result = judge(text)
    assert {finding.severity for finding in result.findings} <= {"remark"}
    assert "SW-G1" in result.passed


@pytest.mark.parametrize(
    ("old", "new", "code", "severity", "function"),
    [
        ("(a - y) * s * (1 - s)", "(a - y)", "SW-G1", "warning", "delta"),
        ("(a - y) * s * (1 - s)", "(a - y) * s", "SW-G1", "error", "delta"),
        ("(a - y) * s * (1 - s)", "(y - a) * s * (1 - s)", "SW-G1", "warning", "delta"),
        ("-(y / p) + (1 - y)", "-(y / p) - (1 - y)", "SW-G1", "error", "gradient"),
        ("return probabilities - one_hot", "return probabilities * one_hot", "SW-G1", "error", "prime"),
        ("- (1 - y) * np.log(1 - p)", "", "SW-G9", "error", "loss"),
    ],
)
def test_costs(judge, old, new, code, severity, function):
    assert old in COSTS
    assert (code, severity, function) in codes(judge(COSTS.replace(old, new)))


@pytest.mark.parametrize(
    ("old", "new", "code", "severity", "function"),
    [
        ("1 - np.tanh(x) ** 2", "1 - np.tanh(x)", "SW-G11", "error", "gradient"),
        ("1 - np.tanh(x) ** 2", "1 - x**2", "SW-G10", "warning", "gradient"),
        ("1.0, 1.5 * np.exp", "1.0, np.exp", "SW-G11", "error", "gradient"),
        ("0.5 * (1 + np.tanh(x / 2))", "(x > 0) * 1.0", "SW-G11", "error", "gradient"),
        ("(1 + np.abs(x)) ** 2", "(1 + np.abs(x))", "SW-G11", "error", "soft_sign"),
        ("return p\n", "return p * (1 - p) if derivative else p\n", "SW-G17", "warning", "row_softmax"),
        ("/ e.sum(axis=1, keepdims=True)", "", "SW-N3", "error", "row_softmax"),
    ],
)
def test_activations(judge, old, new, code, severity, function):
    assert old in ACTIVATIONS
    found = codes(judge(ACTIVATIONS.replace(old, new)))
    assert (code, severity, function) in found


def test_the_logarithm_of_softmax_is_no_softmax(judge):
    text = """
    import numpy as np

    def log_softmax(z):
        z = z - z.max(axis=1, keepdims=True)
        return z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    """
    assert codes(judge(text)) == []
    assert ("SW-N3", "error", "log_softmax") in codes(judge(text.replace("np.exp(z).sum", "np.exp(z).mean")))


TOLD = """
import numpy as np

class ScoreLoss:
    def forward(self, scores, targets):
        self.targets = targets
        z = scores - scores.max(1, keepdims=True)
        self.p = np.exp(z) / np.exp(z).sum(1, keepdims=True)
        return -np.log(self.p[np.arange(len(targets)), targets]).mean()

    def backward(self):
        g = self.p.copy()
        g[np.arange(len(self.targets)), self.targets] -= 1
        return g / len(self.targets)

class Divergence:
    def calculate(self, y_pred, y_true):
        p = np.clip(y_pred, 1e-9, 1 - 1e-9)
        return -np.log(p[range(len(p)), y_true])

    def backward(self, dvalues, y_true):
        n, k = dvalues.shape
        self.dinputs = -np.eye(k)[y_true] / dvalues / n

class Pinched:
    def __init__(self, delta=1.2):
        self.delta = delta

    def loss(self, truth, guess):
        r = np.abs(guess - truth)
        return np.where(r <= self.delta, 0.5 * r ** 2, self.delta * (r - 0.5 * self.delta)).mean()

    def slope(self, truth, guess):
        return np.clip(guess - truth, -self.delta, self.delta) / truth.size

def softmax_loss(scores, y):
    p = np.exp(scores - scores.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    n = scores.shape[0]
    d = p.copy()
    d[np.arange(n), y] -= 1
    return -np.sum(np.log(p[np.arange(n), y])) / n, d / n
"""


@pytest.mark.parametrize(
    ("old", "new", "function"),
    [
        ("g[np.arange(len(self.targets)), self.targets] -= 1", "g[:, self.targets] -= 1", "backward"),
        ("-np.eye(k)[y_true] / dvalues / n", "-np.eye(k)[y_true] * dvalues / n", "backward"),
        ("np.clip(guess - truth, -self.delta, self.delta)", "np.clip(guess - truth, -1, 1)", "slope"),
        ("d[np.arange(n), y] -= 1", "d[np.arange(n), y] += 1", "softmax_loss"),
    ],
)
def test_what_a_cost_leaves_behind_or_tells_besides_is_its_gradient(judge, old, new, function):
    assert [entry for entry in judge(TOLD).findings if entry.code == "SW-G1"] == []
    found = [entry for entry in judge(TOLD.replace(old, new)).findings if entry.code == "SW-G1"]
    assert [(entry.severity, entry.function) for entry in found] == [("error", function)]


KEEPS = """
import numpy as np

def hinge_loss(scores, y):
    gaps = np.maximum(0, scores - scores[np.arange(len(y)), y][:, None] + 1)
    return (gaps.sum() - len(y)) / len(y), (scores, y)

def soft_loss(scores, y):
    p = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    return -np.log(p[np.arange(len(y)), y]).mean(), p
"""


def test_what_a_cost_keeps_for_later_is_no_gradient(judge):
    assert [entry for entry in judge(KEEPS).findings if entry.code == "SW-G1"] == []


TAKES_BOTH = """
import numpy as np

class Head:
    def forward(self, scores, targets):
        self.raw = targets
        numbers = targets if targets.ndim == 1 else targets.argmax(axis=1)
        e = np.exp(scores)
        self.p = e / e.sum(axis=1, keepdims=True)
        return -np.log(self.p[np.arange(len(numbers)), numbers]).mean()

    def backward(self, dout=1):
        g = self.p.copy()
        if self.raw.ndim == 2:
            return (g - self.raw) / len(g)
        g[np.arange(len(g)), self.raw] -= 1
        return g / len(g)
"""


def test_class_numbers_and_one_hot_rows_are_both_asked(judge):
    assert [entry for entry in judge(TAKES_BOTH).findings if entry.code == "SW-G1"] == []
    found = judge(TAKES_BOTH.replace("g[np.arange(len(g)), self.raw] -= 1", "g[:, self.raw] -= 1")).findings
    assert [entry.function for entry in found if entry.code == "SW-G1"] == ["backward"]


NAMESAKES = """
import numpy as np

def mish(x):
    return x * np.tanh(np.log1p(np.exp(x)))

def mish_grad(x):
    t, s = np.tanh(np.log1p(np.exp(x))), 1 / (1 + np.exp(-x))
    return t + x * s * (1 - t * t)

def bowl(x):
    return x ** 4 - 3 * x ** 2

def dbowl(x):
    return 4 * x ** 3 - 6 * x

def steps(x):
    return np.sign(x)

def steps_backward(x):
    return (np.abs(x) <= 1) * 1.0
"""


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [("mish", "mish", None), ("(1 - t * t)", "(1 - t)", "mish_grad"), ("- 6 * x", "- 3 * x", "dbowl")],
)
def test_a_derivative_that_carries_the_name_of_a_function_is_its_slope(judge, old, new, where):
    found = judge(NAMESAKES.replace(old, new)).findings
    assert [entry.function for entry in found if entry.code in ("SW-G10", "SW-G11")] == ([where] if where else [])
