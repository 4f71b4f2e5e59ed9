"""Right programs in a shape that a probe once took for a fault; and the same with one line that is one."""

import pytest

from scratchwork.checks import check

MINKOWSKI = """
import numpy as np
from collections import Counter

class KnnClassifier:
    def __init__(self, k, p):
        self.k = k
        self.p = p

    def fit(self, X, y):
        self.X_train, self.y_train = X, y

    def predict(self, X):
        gaps = np.power(np.sum(np.power(np.abs(X[:, None] - self.X_train), self.p), axis=2), 1 / self.p)
        nearest = np.argsort(gaps, axis=1)[:, :self.k]
        return np.array([Counter(self.y_train[row]).most_common(1)[0][0] for row in nearest])
"""
ONE_HOT_LABELS = """
import numpy as np

def accuracy(predictions, labels):
    return np.mean(predictions == np.argmax(labels, axis=1))
"""
CONDITION = """
import numpy as np

def relu(z):
    return np.maximum(0, z)

def tanh(z):
    return np.tanh(z)

def sigmoid(z):
    return 1 / (1 + np.exp(-np.clip(z, -500, 500)))

class MLP:
    def __init__(self, sizes, lr=0.1, seed=0):
        rng = np.random.default_rng(seed)
        self.W = [rng.normal(size=(a, b)) * np.sqrt(2 / a) for a, b in zip(sizes, sizes[1:])]
        self.b = [np.zeros(b) for b in sizes[1:]]
        self.lr = lr

    def forward(self, X):
        activations, zs, A = [X], [], X
        for i in range(len(self.W)):
            Z = A @ self.W[i] + self.b[i]
            zs.append(Z)
            if i == len(self.W) - 1:
                A = sigmoid(Z)
            else:
                A = relu(Z)
            activations.append(A)
        return activations, zs

    def predict(self, X):
        return (self.forward(X)[0][-1].flatten() >= 0.5).astype(int)

    def backward(self, activations, zs, y):
        dZ, grads = activations[-1] - y.reshape(-1, 1), []
        for i in reversed(range(len(self.W))):
            grads.append((activations[i].T @ dZ / len(y), dZ.mean(axis=0)))
            if i > 0:
                dZ = (dZ @ self.W[i].T) * (zs[i - 1] > 0)
        return grads[::-1]

    def fit(self, X, y, epochs=100):
        for _ in range(epochs):
            activations, zs = self.forward(X)
            for i, (dW, db) in enumerate(self.backward(activations, zs, y)):
                self.W[i] -= self.lr * dW
                self.b[i] -= self.lr * db
        return self
"""


def errors(tmp_path, text):
    path = tmp_path / "program.py"
    path.write_text(text)
    return [finding for finding in check(str(path)).findings if finding.severity == "error"]


@pytest.mark.parametrize(
    "text", [MINKOWSKI, ONE_HOT_LABELS, CONDITION], ids=["minkowski", "one-hot labels", "condition"]
)
def test_right_code_gets_no_error(tmp_path, text):
    assert not errors(tmp_path, text)


@pytest.mark.parametrize(
    ("text", "old", "new", "codes"),
    [
        (MINKOWSKI, "np.argsort(gaps, axis=1)", "np.argsort(-gaps, axis=1)", {"SW-K1"}),
        (ONE_HOT_LABELS, "np.argmax(labels, axis=1)", "np.argmin(labels, axis=1)", {"SW-E90"}),
        (CONDITION, "A = relu(Z)", "A = tanh(Z)", {"SW-G11", "SW-G1"}),
    ],
    ids=["minkowski", "one-hot labels", "condition"],
)
def test_a_fault_in_it_is_found(tmp_path, text, old, new, codes):
    assert text.count(old) == 1
    assert codes & {finding.code for finding in errors(tmp_path, text.replace(old, new))}
