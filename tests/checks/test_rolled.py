"""Costs of a rolled theta: given to SciPy by a program whose data are missing, or standing in a file that nobody runs."""

import pytest

from scratchwork.checks import check

DIGITS = """
import numpy as np
from scipy.io import loadmat
from scipy.optimize import minimize

table = loadmat("digits.mat")
A, digits = table["X"], table["y"]
wide, deep, num_labels = 400, 8, 10


def squash(z):
    return 0.5 * (1 + np.tanh(0.5 * z))


def unroll(theta):
    end = deep * (wide + 1)
    return theta[:end].reshape(deep, wide + 1), theta[end:].reshape(num_labels, deep + 1)


def ahead(theta, X):
    U, V = unroll(theta)
    first = np.insert(X, 0, 1, axis=1)
    hidden = np.insert(squash(first @ U.T), 0, 1, axis=1)
    return first, hidden, squash(hidden @ V.T)


def cost(theta, X, y, lam):
    U, V = unroll(theta)
    p = ahead(theta, X)[-1]
    fit = -(y * np.log(p) + (1 - y) * np.log(1 - p)).sum() / len(X)
    return fit + lam / (2 * len(X)) * ((U[:, 1:] ** 2).sum() + (V[:, 1:] ** 2).sum())


def slope(theta, X, y, lam):
    U, V = (item.copy() for item in unroll(theta))
    first, hidden, p = ahead(theta, X)
    late = (p - y) / len(X)
    early = (late @ V * hidden * (1 - hidden))[:, 1:]
    U[:, 0], V[:, 0] = 0, 0
    return np.concatenate([(early.T @ first + lam / len(X) * U).ravel(), (late.T @ hidden + lam / len(X) * V).ravel()])


def begin():
    return np.random.uniform(-0.1, 0.1, deep * (wide + 1) + num_labels * (deep + 1))


targets = np.eye(10)[digits.ravel() - 1]
best = minimize(cost, begin(), args=(A, targets, 1.0), jac=slope, method="TNC")
print(best.fun)
"""

LIBRARY = """
import numpy as np


def squash(z):
    return 0.5 * (1 + np.tanh(0.5 * z))


def admission_cost(theta, X, y, reg):
    m = len(y)
    h = squash(X @ theta)
    J = -(y @ np.log(h) + (1 - y) @ np.log(1 - h)) / m + reg / (2 * m) * (theta[1:] ** 2).sum()
    grad = X.T @ (h - y) / m
    grad[1:] += reg / m * theta[1:]
    return J, grad


def predict_one_of_all(all_theta, X):
    X = np.insert(X, 0, 1, axis=1)
    return np.argmax(X @ all_theta.T, axis=1)
"""


def codes(tmp_path, text, old="", new=""):
    assert old in text
    path = tmp_path / "exercise.py"
    path.write_text(text.replace(old, new) if old else text)
    return [(finding.code, finding.severity, finding.function) for finding in check(str(path)).findings]


@pytest.mark.parametrize("text", [DIGITS, LIBRARY], ids=["digits", "library"])
def test_right_code_gets_no_error(tmp_path, text):
    assert not [entry for entry in codes(tmp_path, text) if entry[1] == "error"]


@pytest.mark.parametrize(
    ("old", "new", "wanted"),
    [
        ("hidden * (1 - hidden)", "(1 - hidden ** 2)", ("SW-G11", "slope")),
        ("    U[:, 0], V[:, 0] = 0, 0\n", "", ("SW-G4", "slope")),
        ("+ lam / len(X) * U)", "- lam / len(X) * U)", ("SW-G2", "slope")),
        (" + (1 - y) * np.log(1 - p)", "", ("SW-G9", "cost")),
        ("lam / (2 * len(X))", "lam / len(X)", ("SW-G8", "cost")),
        ("np.random.uniform(-0.1, 0.1, deep", "np.full(1, 0.1) * np.ones(deep", ("SW-T17", "begin")),
    ],
)
def test_a_fault_in_what_the_optimiser_is_given(tmp_path, old, new, wanted):
    found = codes(tmp_path, DIGITS, old, new)
    assert wanted[0] in [code for code, _, _ in found]
    if wanted[0] != "SW-T17":
        assert wanted in [(code, function) for code, _, function in found]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("X.T @ (h - y) / m", "X.T @ (h - y * h) / m", "SW-G1"),
        ("grad[1:] += reg / m * theta[1:]", "grad += reg / m * theta", "SW-G4"),
        ("np.argmax(X @ all_theta.T, axis=1)", "np.argmax(X @ all_theta.T, axis=0)", "SW-P5"),
    ],
)
def test_a_fault_in_a_cost_that_nobody_calls(tmp_path, old, new, code):
    assert code in [entry[0] for entry in codes(tmp_path, LIBRARY, old, new)]


HANDED = """import numpy as np
from scipy.optimize import minimize
class Counts:
    def __init__(self, X, y, s):
        self.X, self.y, self.s = X, y, s
    def energy(self, w):
        return np.exp(self.X @ w).sum() - self.y @ (self.X @ w) + w @ w / (2 * self.s)
    def slope(self, w):
        return self.X.T @ (np.exp(self.X @ w) - self.y) + w / self.s
    def solve(self):
        made = minimize(lambda w: self.energy(w), np.zeros(self.X.shape[1]), jac=lambda w: self.slope(w), method="BFGS")
        self.w = made.x
if __name__ == "__main__":
    rng = np.random.default_rng(0)
    X = rng.normal(size=(40, 3))
    Counts(X, rng.poisson(np.exp(0.3 * X[:, 0])), 2.0).solve()
"""


def test_a_cost_and_its_gradient_are_handed_over_together(judge):
    def told(text):
        return [(finding.code, finding.function) for finding in judge(text).findings if finding.code.startswith("SW-G")]

    assert told(HANDED) == []
    assert told(HANDED.replace("+ w / self.s", "- w / self.s")) == [("SW-G2", "slope")]
    assert told(HANDED.replace("np.exp(self.X @ w) - self.y)", "self.X @ w - self.y)")) == [("SW-G1", "slope")]
