"""A training loop that stands at the top of a script is read as a function and checked like any network."""

import pytest

ELEVEN_LINES = """
import numpy as np

def nonlin(x, deriv=False):
    if deriv:
        return x * (1 - x)
    return np.exp(-np.logaddexp(0, -x))

X = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]])
y = np.array([[0], [1], [1], [0]])
np.random.seed(1)
syn0 = 2 * np.random.random((3, 4)) - 1
syn1 = 2 * np.random.random((4, 1)) - 1
for j in range(60000):
    l0 = X
    l1 = nonlin(np.dot(l0, syn0))
    l2 = nonlin(np.dot(l1, syn1))
    l2_error = y - l2
    l2_delta = l2_error * nonlin(l2, deriv=True)
    l1_error = l2_delta.dot(syn1.T)
    l1_delta = l1_error * nonlin(l1, deriv=True)
    syn1 += l1.T.dot(l2_delta)
    syn0 += l0.T.dot(l1_delta)
"""

LOGISTIC = """
import numpy as np
import pandas as pd

df = pd.read_csv("no_such_file.csv")
X = df.values[:, :-1]
y = df.values[:, -1]
m, n = X.shape
w = np.zeros(n)
b = 0.0
lr = 0.01
for epoch in range(1000):
    p = 1 / (1 + np.exp(-(X @ w + b)))
    w -= lr * (X.T @ (p - y) / m)
    b -= lr * np.mean(p - y)
"""

FAULTS = [
    (ELEVEN_LINES, (("syn1 += l1.T", "syn1 -= l1.T"), ("syn0 += l0.T", "syn0 -= l0.T")), "SW-G18"),
    (ELEVEN_LINES, (("nonlin(l1, deriv=True)", "nonlin(np.dot(l0, syn0), deriv=True)"),), "SW-G10"),
    (ELEVEN_LINES, (("    l1_error = l2", "    syn1 += l1.T.dot(l2_delta)\n    l1_error = l2"), ("l1_delta = l1_error * nonlin(l1, deriv=True)\n    syn1 += l1.T.dot(l2_delta)", "l1_delta = l1_error * nonlin(l1, deriv=True)")), "SW-G12"),
    (ELEVEN_LINES, ((" * nonlin(l1, deriv=True)", ""),), "SW-G1"),
    (LOGISTIC, (("w -= lr * (", "w += lr * ("),), "SW-G18"),
    (LOGISTIC, (("X.T @ (p - y)", "X.T @ (p + y)"),), "SW-G1"),
]  # fmt: skip


@pytest.mark.parametrize("text", [ELEVEN_LINES, LOGISTIC], ids=["network", "logistic"])
def test_a_correct_loop_is_clean(judge, errors, text):
    result = judge(text)
    assert errors(result) == []
    assert ("the training loop", "network functions") in [(entry.object, entry.role) for entry in result.recognised]
    assert {"SW-G1", "SW-G18"} <= set(result.passed)


@pytest.mark.parametrize("case", FAULTS, ids=lambda case: case[2])
def test_a_changed_loop(judge, case):
    text, changes, code = case
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    result = judge(text)
    assert result.findings[0].code == code, [(entry.code, entry.observed) for entry in result.findings]


def test_a_loop_that_trains_nothing_is_left_alone(judge, errors):
    result = judge("import numpy as np\ntotal = np.zeros(3)\nfor i in range(3):\n    total += np.ones(3)\n")
    assert result.findings == []


RIDGE = """
import numpy as np

X = np.random.default_rng(0).uniform(-1, 1, size=(60, 2))
y = 4 + X @ [3.0, -1.0]
X_b = np.hstack([np.ones((X.shape[0], 1)), X])
w = np.zeros(3)
lam = 0.1
for epoch in range(2000):
    predicted = X_b.dot(w)
    error = predicted - y
    mse_loss = (error ** 2).mean()
    total_loss = mse_loss + lam * np.sum(w[1:] ** 2)
    slope = 2 * X_b.T.dot(error) / X.shape[0]
    slope[1:] += 2 * lam * w[1:]
    w -= 0.01 * slope
"""


def test_a_loss_with_its_penalty_added_is_the_one_that_is_reported(judge):
    """Beside it stands the loss without; and the number of rows is taken off an array that the loop does not use."""
    result = judge(RIDGE)
    assert result.findings == []
    assert {"SW-G5", "SW-G8"} <= set(result.passed)
    result = judge(RIDGE.replace("    slope[1:] += 2 * lam * w[1:]\n", ""))
    assert result.findings[0].code == "SW-G5"


CLASSES = """
import numpy as np

def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)

X = np.random.default_rng(1).normal(size=(30, 2))
Y = np.eye(3)[X.argmax(axis=1) + (X.sum(axis=1) > 0)]
W, b = np.zeros((2, 3)), np.zeros(3)
for i in range(300):
    p = softmax(X @ W + b)
    W -= 0.5 * X.T @ (p - Y) / len(X)
    b -= 0.5 * (p - Y).mean(axis=0)
"""


def test_a_softmax_that_takes_its_maximum_along_one_axis_and_its_sum_along_the_other(judge):
    assert "SW-N3" in judge(CLASSES).passed
    assert judge(CLASSES.replace("e.sum(axis=1", "e.sum(axis=0")).findings[0].code == "SW-N3"
