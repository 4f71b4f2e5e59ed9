"""What a linear model answers and reports, against its own weights."""

import pytest

LOGISTIC = """
import numpy as np


class LogisticRegression:
    def __init__(self, lr=0.1, n_iters=300):
        self.lr, self.n_iters = lr, n_iters

    def sigmoid(self, z):
        return 1 / (1 + np.exp(-np.clip(z, -500, 500)))

    def fit(self, X, y):
        self.w, self.b, self.costs = np.zeros(X.shape[1]), 0.0, []
        m = len(X)
        for _ in range(self.n_iters):
            p = self.sigmoid(X @ self.w + self.b)
            cost = -1 / m * np.sum(y * np.log(p) + (1 - y) * np.log(1 - p))
            self.costs.append(float(cost))
            self.w = self.w - self.lr * X.T @ (p - y) / m
            self.b = self.b - self.lr * np.mean(p - y)
        return self

    def predict(self, X):
        return (self.sigmoid(X @ self.w + self.b) > 0.5).astype(int)
"""
LINEAR = """
import numpy as np


class LinearRegression:
    def __init__(self, lr=0.1, n_iters=300, lam=0.0):
        self.lr, self.n_iters, self.lam = lr, n_iters, lam

    def cost(self, X, y):
        m = len(y)
        error = X @ self.w + self.b - y
        return (error @ error + self.lam * self.w @ self.w) / (2 * m)

    def fit(self, X, y):
        self.w, self.b, self.history = np.zeros(X.shape[1]), 0.0, []
        for _ in range(self.n_iters):
            error = X @ self.w + self.b - y
            self.w = self.w - self.lr * (X.T @ error + self.lam * self.w) / len(y)
            self.b = self.b - self.lr * error.mean()
            self.history.append(self.cost(X, y))
        return self

    def predict(self, X):
        return X @ self.w + self.b
"""
FAULTS = (
    (LOGISTIC, "y * np.log(p) + (1 - y) * np.log(1 - p)", "y * np.log(p)", "SW-G9", "fit"),
    (LINEAR, "        return X @ self.w + self.b\n", "        return X @ self.w\n", "SW-P10", "predict"),
    (LINEAR, "(X.T @ error + self.lam * self.w)", "(X.T @ error)", "SW-G5", None),
)  # fmt: skip


@pytest.mark.parametrize("text", [LOGISTIC, LINEAR], ids=["logistic", "linear"])
def test_right_ones_are_silent(judge, errors, text):
    result = judge(text)
    assert not errors(result)
    assert not {"SW-G9", "SW-G8", "SW-G5", "SW-T14", "SW-P10", "SW-P1"} & {item.code for item in result.findings}


@pytest.mark.parametrize(
    ("text", "old", "new", "code", "where"), FAULTS, ids=[f"{f[3]} {f[2][:30].strip()}" for f in FAULTS]
)
def test_each_fault_is_named_and_placed(judge, text, old, new, code, where):
    assert old in text
    found = {item.code: item.function for item in judge(text.replace(old, new)).findings}
    assert code in found
    assert where is None or found[code] == where
