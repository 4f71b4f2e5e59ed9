"""One sigmoid unit that is called a perceptron, and is fitted with rows that are kept apart."""

import pytest

from scratchwork.checks.engine import check_here

UNIT = """
import numpy as np

class Perceptron:
    def __init__(self, n_features, kind="cross_entropy", seed=0):
        self.kind, self.seen = kind, []
        self.w, self.b = np.random.default_rng(seed).normal(0, 0.01, n_features), 0.0

    def forward(self, X):
        return self.sigmoid(self.decision_function(X))

    @staticmethod
    def sigmoid(z):
        return 1.0 / (1.0 + np.exp(-np.clip(z, -500, 500)))

    def decision_function(self, X):
        return X @ self.w + self.b

    def cross_entropy_loss(self, y_true, y_pred):
        p = np.clip(y_pred, 1e-15, 1 - 1e-15)
        return -np.mean(y_true * np.log(p) + (1 - y_true) * np.log(1 - p))

    def gradients(self, X, y):
        e = self.forward(X) - y
        return X.T @ e / len(e), np.mean(e)

    def fit(self, X_train, y_train, X_val, y_val, epochs, lr):
        for _ in range(epochs):
            dw, db = self.gradients(X_train, y_train)
            self.w -= lr * dw
            self.b -= lr * db
            self.seen.append(self.cross_entropy_loss(y_val, self.forward(X_val)))
        return self

    def predict(self, X):
        return (self.forward(X) >= 0.5).astype(int)
"""


@pytest.mark.parametrize(
    ("right", "wrong", "codes"),
    [
        ("", "", set()),
        ("X.T @ e /", "X.T @ (e * e) /", {"SW-G1"}),
        ("(X) - y\n", "(X) + y\n", {"SW-G1", "SW-G18"}),
    ],
)
def test_a_perceptron_with_a_sigmoid(right, wrong, codes, tmp_path):
    path = tmp_path / "unit.py"
    path.write_text(UNIT.replace(right, wrong, 1) if right else UNIT)
    found = {
        item.code
        for item in check_here(path, fast=True).findings
        if item.code in ("SW-G1", "SW-G13", "SW-G18", "SW-P12")
    }
    assert bool(found & codes) == bool(codes), found
    assert codes or not found
