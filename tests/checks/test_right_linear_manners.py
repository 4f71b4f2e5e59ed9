"""Linear models in manners that were once taken for faults, each with the one line that makes it wrong."""

import textwrap
import types

import numpy as np
import pytest

from scratchwork.checks.files.source import load_source
from scratchwork.checks.probes import watched_penalty
from scratchwork.checks.rules import sweeps

KEEPS_ITS_ROWS = """
    import numpy as np
    class LinearModel:
        def __init__(self, X, y):
            self.X, self.y, self.n = np.array(X), np.array(y), len(y)
            self.w = np.random.RandomState(0).normal(size=X.shape[1])
        def loss(self):
            r = self.predict(self.X) - self.y
            self.last = r @ r / self.n
            return self.last
        def gradient(self):
            self.g = 2 * self.X.T @ (self.predict(self.X) - self.y) / self.n
            return self.g
        def predict(self, X):
            return X @ self.w
        def solve_at_once(self, X, y):
            self.w = np.linalg.inv(X.T @ X) @ X.T @ y
"""
POCKET = """
    import numpy as np
    def misses(X, y, w):
        return int(np.sum(y * (X @ w) <= 0))
    def pocket(X, y, rounds):
        X = np.hstack([np.ones((len(X), 1)), X])
        w = np.zeros(X.shape[1])
        for _ in range(rounds):
            for row, label in zip(X, y):
                if np.sign(w @ row) != label:
                    other = w + label * row
                    if misses(X, y, other) < misses(X, y, w):
                        w = other
        return w
"""
SHRINKING = """
    import numpy as np
    def shrink(r, t):
        return np.sign(r) * np.maximum(np.abs(r) - t, 0.0)
    def one_round(X, y, beta, strength, rounds=1):
        beta, size = beta.copy(), (X ** 2).sum(axis=0)
        left = y - X @ beta
        for _ in range(rounds):
            for j in range(X.shape[1]):
                old = beta[j]
                beta[j] = shrink(X[:, j] @ left + size[j] * old, strength * len(y)) / size[j]
                left += X[:, j] * (old - beta[j])
        return beta
    def held_out_error(X, y, beta):
        return np.mean((y - X @ beta) ** 2)
"""
RATES_OUTSIDE = """
    import numpy as np
    speed_alpha, iters = 0.1, 800
    def predict(theta, X):
        return X @ theta
    def mean_cost(theta, X, y):
        return np.sum((predict(theta, X) - y) ** 2) / (2 * len(y))
    def gradient_descent(X, y, theta):
        costs = np.zeros(iters)
        for it in range(iters):
            theta = theta - speed_alpha / len(y) * X.T @ (predict(theta, X) - y)
            costs[it] = mean_cost(theta, X, y)
        return theta, costs
    rng = np.random.default_rng(0)
    X = np.hstack([np.ones((40, 1)), rng.normal(size=(40, 3))])
    y = X @ np.array([1.0, 2.0, -1.0, 0.5]) + 0.1 * rng.normal(size=40)
    theta, costs = gradient_descent(X, y, np.zeros(4))
    print(theta, costs[-1])
"""
EACH_CLASS = """
    def fit(self, X, y):
        for k, name in enumerate(self.classes_):
            self.W[:, k:k + 1] = train_one(X, (y == name).astype(float), self.rate)
"""
CUT = """
    import numpy as np
    class Softmax:
        def __init__(self, eta=0.3, rounds=200):
            self.eta, self.rounds = eta, rounds
        def fit(self, X, y):
            A, T = np.c_[np.ones(len(X)), X], np.eye(int(np.max(y)) + 1)[y]
            self.W = np.zeros((A.shape[1], T.shape[1]))
            for _ in range(self.rounds):
                self.W = self.W - self.eta * A.T @ (self.shares(A @ self.W) - T) / len(X)
            return self
        def shares(self, Z):
            E = np.exp(Z - Z.max(axis=1, keepdims=True))
            return E / E.sum(axis=1, keepdims=True)
        def predict_proba(self, X):
            return self.shares(X @ self.W[1:] + self.W[0])
        def predict(self, X):
            return self.predict_proba(X).argmax(axis=1)
"""
CASES = {
    "a constructor that keeps its rows learns nothing": (
        KEEPS_ITS_ROWS, "np.linalg.inv(X.T @ X) @ X.T @ y", "np.linalg.inv(X.T @ X) @ X.T @ (y + 1)", "SW-P90"),
    "a rule that keeps the better of two stands still": (
        POCKET, "            for row, label in zip(X, y):", "            if _: break\n            for row, label in zip(X, y):", "SW-T13"),
    "new weights are no gradient": (SHRINKING, "left += X[:, j]", "left -= X[:, j]", None),
    "many steps at a rate of the module are not one": (RATES_OUTSIDE, "theta - speed_alpha", "theta + speed_alpha", "SW-G18"),
    "weights are cut off at the wrong end": (CUT, "X @ self.W[1:] + self.W[0]", "X @ self.W[:-1]", "SW-P10"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_right_manners_and_their_faults(judge, errors, name):
    text, old, new, code = CASES[name]
    assert errors(judge(text)) == []
    assert text.count(old) == 1
    assert code is None or code in {finding.code for finding in judge(text.replace(old, new)).findings}


def test_the_number_of_a_class_is_no_value_of_a_sweep(tmp_path):
    path, found = tmp_path / "theirs.py", []
    for text in (EACH_CLASS, EACH_CLASS.replace("k, name in enumerate(self.classes_)", "k in (1, 3, 5)")):
        path.write_text(textwrap.dedent(text))
        found.append([finding.code for finding in sweeps.a_sweep_uses_its_value(load_source(path))])
    assert found == [[], ["SW-T2"]]


@pytest.mark.parametrize(("weights", "codes"), [(np.zeros((3, 1)), []), (np.ones((3, 1)), ["SW-G5"])])
def test_of_weights_of_zero_no_penalty_is_seen(monkeypatch, weights, codes):
    step = {("w",): np.full((3, 1), 0.1)}
    run = types.SimpleNamespace(
        verdict=types.SimpleNamespace(best=("own", 1.0, 0.0)),
        watched=types.SimpleNamespace(paths=[("w",)]),
        steps=[types.SimpleNamespace(before={("w",): weights})],
    )
    stand_ins = {"moves": lambda _: step, "_split": lambda _, item: (item, {}), "_place": lambda _: "Model.fit",
                 "_cost_of_penalty": lambda *_: ("cost", 0.4)}  # fmt: skip
    for name, item in stand_ins.items():
        monkeypatch.setattr(watched_penalty, name, item)
    assert [finding.code for finding in watched_penalty.judge(run, run, "lam")] == codes
