"""Costs of parameters and data: each with the gradient of its own name, the penalty of both by one factor."""

TWO = """import numpy as np
def sigmoid(z):
    return 1 / (1 + np.exp(-np.clip(z, -35, 35)))
def squared_cost(x, y, theta):
    return np.sum((x @ theta - y) ** 2) / (2 * len(y))
def squared_gradient(x, y, theta):
    return x.T @ (x @ theta - y) / len(y)
def logistic_cost(x, y, theta):
    h = sigmoid(x @ theta)
    return -(y @ np.log(h) + (1 - y) @ np.log(1 - h)) / len(y)
def logistic_gradient(x, y, theta):
    return x.T @ (sigmoid(x @ theta) - y) / len(y)
"""
RIDGE = """import numpy as np
def loss_and_grad(X, y, w, b, l2=0.0):
    error = X @ w + b - y
    loss = np.mean(error ** 2) + l2 * np.sum(w * w)
    return loss, 2 * X.T @ error / len(y) + 2 * l2 * w, 2 * np.mean(error)
"""
LAYERED = """import numpy as np
def sigmoid(t):
    return 1 / (1 + np.exp(-np.clip(t, -500, 500)))
def calculate_loss(y, tx, w):
    return np.sum(np.logaddexp(0, tx @ w) - y * (tx @ w))
def calculate_gradient(y, tx, w):
    return tx.T @ (sigmoid(tx @ w) - y)
def penalized(y, tx, w, lambda_):
    return calculate_loss(y, tx, w) + lambda_ / 2 * w @ w, calculate_gradient(y, tx, w) + lambda_ * w
def train_logistic(y, tx, lambda_, max_iters, gamma):
    w = np.zeros(tx.shape[1])
    for _ in range(max_iters):
        loss, grad = penalized(y, tx, w, lambda_)
        w = w - gamma * grad
    return w
"""

FIRST = """import numpy as np
def cost(beta, X, y, lam):
    s = beta[0] + X @ beta[1:]
    return np.mean(np.logaddexp(0, s) - y * s) + lam / 2 * beta[1:] @ beta[1:]
def slope(beta, X, y, lam):
    r = 1 / (1 + np.exp(-np.clip(beta[0] + X @ beta[1:], -30, 30))) - y
    return np.concatenate([[r.mean()], X.T @ r / len(y) + lam * beta[1:]])
"""
LAST = """import numpy as np
def cost(beta, X, y, lam):
    s = X @ beta[:-1] + beta[-1]
    return np.mean(np.logaddexp(0, s) - y * s) + lam / 2 * beta[:-1] @ beta[:-1]
def slope(beta, X, y, lam):
    r = 1 / (1 + np.exp(-np.clip(X @ beta[:-1] + beta[-1], -30, 30))) - y
    return np.concatenate([X.T @ r / len(y) + lam * beta[:-1], [r.mean()]])
"""
OUTSIDE = """import numpy as np
alpha, num_iters = 0.1, 900
def half_cost(theta, X, y):
    return np.sum((X @ theta - y) ** 2) / (2 * len(y))
def gradient_descent(X, y, theta):
    costs = np.zeros(num_iters)
    for turn in range(num_iters):
        theta = theta - alpha * X.T @ (X @ theta - y) / len(y)
        costs[turn] = half_cost(theta, X, y)
    return theta, costs
"""


def told(judge, text):
    return [(finding.code, finding.function) for finding in judge(text).findings if finding.code[3] in "GT"]


def test_each_cost_is_judged_with_its_own_gradient(judge):
    assert told(judge, TWO) == []
    assert ("SW-G1", "squared_gradient") in told(
        judge, TWO.replace("x.T @ (x @ theta - y)", "x.T @ np.abs(x @ theta - y)")
    )
    assert ("SW-G18", "logistic_gradient") in told(
        judge, TWO.replace("(sigmoid(x @ theta) - y)", "(y - sigmoid(x @ theta))")
    )


def test_the_penalty_has_the_factor_of_the_rest(judge):
    assert told(judge, RIDGE) == []
    assert told(judge, RIDGE.replace("+ 2 * l2 * w", "+ l2 * w")) == [("SW-G1", "loss_and_grad")]


def test_a_penalty_may_be_added_by_the_function_around(judge, errors):
    assert errors(judge(LAYERED)) == []


def test_the_intercept_is_the_entry_that_counts_without_rows(judge):
    for text, pulled in (
        (FIRST, ("[[r.mean()], X.T @ r / len(y) + lam * beta[1:]]", "[[r.mean() + lam * beta[0]], X.T @ r / len(y) + lam * beta[1:]]")),
        (LAST, ("[X.T @ r / len(y) + lam * beta[:-1], [r.mean()]]", "[X.T @ r / len(y) + lam * beta[:-1], [r.mean() + lam * beta[-1]]]")),
    ):  # fmt: skip
        assert told(judge, text) == []
        assert ("SW-G4", "slope") in told(judge, text.replace(*pulled))


def test_a_descent_that_is_told_its_rate_by_its_module_is_not_taken_for_one_step(judge):
    assert told(judge, OUTSIDE) == []
    assert ("SW-G1", "gradient_descent") in told(judge, OUTSIDE.replace("@ (X @ theta - y)", "@ np.abs(X @ theta - y)"))
    assert told(judge, OUTSIDE.replace("range(num_iters)", "range(900)").replace("- alpha *", "- 0.1 *")) == []


SHARES = """import numpy as np
def shares(W, b, X):
    S = X @ W + b
    E = np.exp(S - S.max(axis=1, keepdims=True))
    return E / E.sum(axis=1, keepdims=True)
def cost(W, b, X, T, lam):
    return -np.mean(np.sum(T * np.log(shares(W, b, X) + 1e-12), axis=1)) + 0.5 * lam * np.sum(W ** 2)
def grads(W, b, X, T, lam):
    D = (shares(W, b, X) - T) / len(X)
    return X.T @ D + lam * W, D.sum(axis=0)
"""


def test_shares_that_a_function_of_parameters_and_rows_takes_over_the_samples(judge, errors):
    assert errors(judge(SHARES)) == []
    first = judge(SHARES.replace("E.sum(axis=1", "E.sum(axis=0")).findings[0]
    assert (first.code, first.function) == ("SW-N3", "shares")


LISTS = """
def answer(w, b, row):
    return b + sum(a * x for a, x in zip(w, row))
def cost(w, b, X, y, lam):
    return sum((answer(w, b, row) - t) ** 2 for row, t in zip(X, y)) / (2 * len(y)) + lam / 2 * sum(a * a for a in w)
def gradient(w, b, X, y, lam):
    dw, db = [lam * a for a in w], 0.0
    for row, t in zip(X, y):
        miss = answer(w, b, row) - t
        for j in range(len(w)):
            dw[j] += miss * row[j] / len(y)
        db += miss / len(y)
    return dw, db
"""


def test_a_gradient_may_be_a_list_of_numbers_beside_a_number(judge):
    assert told(judge, LISTS) == []
    for now in (LISTS.replace("+= miss * row", "+= abs(miss) * row"), LISTS.replace("db += miss", "db = miss")):
        assert ("SW-G1", "gradient") in told(judge, now)
