"""Code that hands every array, or every number, over by itself: read as it is meant, and one changed line is found."""

import textwrap
import types

import numpy as np
import pytest

from scratchwork.checks.files.source import load_source
from scratchwork.checks.probes import prediction, watched_penalty
from scratchwork.checks.rules.network_outputs import the_sigmoid_does_not_overflow

LOOSE = """
    import numpy as np

    def forward_pass(X, W1, b1, W2, b2, W3, b3):
        Z1 = X @ W1 + b1
        A1 = np.maximum(Z1, 0)
        Z2 = A1 @ W2 + b2
        A2 = np.maximum(Z2, 0)
        Z3 = A2 @ W3 + b3
        E = np.exp(Z3 - Z3.max(axis=1, keepdims=True))
        A3 = E / E.sum(axis=1, keepdims=True)
        return Z1, A1, Z2, A2, Z3, A3

    def backward_pass(X, y, Z1, A1, Z2, A2, Z3, A3, W1, b1, W2, b2, W3, b3, lam_l2):
        n = len(X)
        cost = -np.sum(np.log(A3[np.arange(n), y])) / n
        cost += lam_l2 / (2 * n) * sum(np.sum(W ** 2) for W in (W1, W2, W3))
        dZ3 = A3.copy()
        dZ3[np.arange(n), y] -= 1
        dW3 = A2.T @ dZ3 / n + (lam_l2 / n) * W3
        db3 = dZ3.sum(axis=0) / n
        dZ2 = (dZ3 @ W3.T) * (Z2 > 0)
        dW2 = A1.T @ dZ2 / n + (lam_l2 / n) * W2
        db2 = dZ2.sum(axis=0) / n
        dZ1 = (dZ2 @ W2.T) * (Z1 > 0)
        dW1 = X.T @ dZ1 / n + (lam_l2 / n) * W1
        db1 = dZ1.sum(axis=0) / n
        return dW1, db1, dW2, db2, dW3, db3, cost
"""

SOFTMAX_LOSS = """
    import numpy as np

    def cross_entropy(truth, P):
        rows = np.arange(len(truth))
        return -np.sum(np.log(P[rows, truth.argmax(axis=1)])) / len(truth)

    def cross_entropy_derivative(P, y):
        return (P - y) / len(P)
"""

NUMBERS = """
    import math

    def sigmoid(z):
        return 1.0 / (1.0 + math.exp(-max(-60.0, min(60.0, z))))

    def sigmoid_derivative(a):
        return a * (1.0 - a) if a > -9.0 else 0.0

    def bce(p, y):
        p = max(1e-9, min(1 - 1e-9, p))
        return -(y * math.log(p) + (1 - y) * math.log(1 - p))
"""

CAPITALS = """
    import numpy as np

    def log_loss(y, Y):
        Y = np.clip(Y, 1e-12, 1 - 1e-12)
        return -np.mean(y * np.log(Y) + (1 - y) * np.log(1 - Y))
"""

SLOPES_OF_A_CLASS = """
    import numpy as np

    class Net:
        def __init__(self, n_in, n_hidden, n_out):
            rng = np.random.default_rng(0)
            self.W1, self.b1 = rng.normal(size=(n_in, n_hidden)), np.zeros(n_hidden)
            self.W2, self.b2 = rng.normal(size=(n_hidden, n_out)), np.zeros(n_out)

        def leaky_relu(self, z):
            return np.where(z > 0, z, 0.01 * z)

        def leaky_relu_derivative(self, z):
            return np.where(z > 0, 1.0, 0.01)

        def forward(self, X):
            self.X, self.z = X, X @ self.W1 + self.b1
            self.a = self.leaky_relu(self.z)
            return self.a @ self.W2 + self.b2

        def cost_function_slopes(self, X, y):
            delta = (self.forward(X) - y) / len(X)
            hidden = delta @ self.W2.T * self.leaky_relu_derivative(self.z)
            return X.T @ hidden, hidden.sum(axis=0), self.a.T @ delta, delta.sum(axis=0)

        def train(self, X, y, rounds=10, lr=0.1):
            for _ in range(rounds):
                dW1, db1, dW2, db2 = self.cost_function_slopes(X, y)
                self.W1 -= lr * dW1
                self.b1 -= lr * db1
                self.W2 -= lr * dW2
                self.b2 -= lr * db2
"""

FAULTS = [
    (LOOSE, ("n + (lam_l2 / n) * W1", "n - (lam_l2 / n) * W1"), "SW-G2", "error"),
    (LOOSE, ("A1.T @ dZ2 / n + (lam_l2 / n) * W2", "A1.T @ dZ2 / n * (1 + lam_l2 / n)"), "SW-G3", "error"),
    (LOOSE, ("* (Z2 > 0)", "* (1 - A2 ** 2)"), "SW-G11", "error"),
    (SOFTMAX_LOSS, ("(P - y)", "(P + y)"), "SW-G1", "error"),
    (CAPITALS, (" + (1 - y) * np.log(1 - Y)", ""), "SW-G9", "error"),
    (SLOPES_OF_A_CLASS, ("delta @ self.W2.T", "(delta @ self.W2.T) ** 2"), "SW-G1", "error"),
    (NUMBERS, (" + (1 - y) * math.log(1 - p)", ""), "SW-G9", "error"),
    (NUMBERS, ("a * (1.0 - a)", "a * (1.0 + a)"), "SW-G11", "error"),
]  # fmt: skip


@pytest.mark.parametrize(
    "text", [LOOSE, SOFTMAX_LOSS, NUMBERS, CAPITALS, SLOPES_OF_A_CLASS], ids=lambda text: text[30:60]
)
def test_what_is_right_brings_neither_error_nor_warning(judge, text):
    assert [entry.observed for entry in judge(text).findings if entry.code.startswith("SW-G")] == []


def test_a_wrong_slope_is_placed_in_the_method_that_gives_it(judge):
    first = judge(SLOPES_OF_A_CLASS.replace("z > 0, 1.0, 0.01", "z > 0, 1.0, 0.5")).findings[0]
    assert (first.code, first.function) == ("SW-G11", "leaky_relu_derivative")


def test_answers_are_compared_with_what_float32_leaves():
    answers = np.array([150.0, 90.0], dtype=np.float32)
    assert prediction.close(answers, answers * (1 + 3e-6), 1e-5)
    assert not prediction.close(answers, answers * (1 + 3e-6))
    assert not prediction.close(answers, answers * 1.001, 1e-5)


@pytest.mark.parametrize(("text", "change", "code", "severity"), FAULTS, ids=lambda item: str(item)[:28])
def test_one_changed_line_is_found(judge, text, change, code, severity):
    assert change[0] in text
    found = [(entry.code, entry.severity) for entry in judge(text.replace(*change)).findings]
    assert (code, severity) in found, found


def test_a_limit_by_min_and_max_keeps_the_sigmoid_from_overflowing(tmp_path):
    path = tmp_path / "theirs.py"
    found = []
    for shown in ("max(-60.0, min(60.0, z))", "z"):
        path.write_text(textwrap.dedent(NUMBERS).replace("max(-60.0, min(60.0, z))", shown))
        found.append([entry.code for entry in the_sigmoid_does_not_overflow(load_source(path))])
    assert found == [[], ["SW-N1"]]


def test_weights_of_zero_show_no_penalty(monkeypatch):
    weights = {"w": np.zeros(3)}
    parts = {"_split": lambda training, moves: (weights if "w" in moves else {"w": np.zeros(3)}, {}), "moves": lambda training: {},
             "_is_penalty": lambda *parts: True, "_cost_of_penalty": lambda *runs: ("cost", 0.2), "_place": lambda run: "fit"}  # fmt: skip
    for name, stand_in in parts.items():
        monkeypatch.setattr(watched_penalty, name, stand_in)
    training = types.SimpleNamespace(
        verdict=types.SimpleNamespace(best=("cross-entropy", 1.0, 0.0)),
        steps=[types.SimpleNamespace(before=weights)],
        watched=types.SimpleNamespace(paths=()),
    )
    assert list(watched_penalty.judge(training, training, "lam")) == []
    weights["w"] = np.ones(3)
    assert [entry.code for entry in watched_penalty.judge(training, training, "lam")] == ["SW-G5"]
