"""A function that trains and hands back a dict: its own prediction is asked with that, and its gradient must not depend on the rate."""

import numpy as np
import pytest

LEARN = """
import numpy as np


def learn(X, y, n_hidden=6, lr=0.1, n_epochs=200, seed=1):
    rng = np.random.default_rng(seed)
    k = int(y.max()) + 1
    A, a = rng.normal(0, 0.5, (X.shape[1], n_hidden)), np.zeros(n_hidden)
    B, b = rng.normal(0, 0.5, (n_hidden, k)), np.zeros(k)
    for epoch in range(n_epochs):
        h = np.tanh(X @ A + a)
        e = np.exp(h @ B + b - (h @ B + b).max(axis=1, keepdims=True))
        p = e / e.sum(axis=1, keepdims=True)
        d = (p - np.eye(k)[y]) / len(X)
        dB, db = h.T @ d, d.sum(axis=0)
        dh = (d @ B.T) * (1 - h**2)
        dA, da = X.T @ dh, dh.sum(axis=0)
        B -= lr * dB
        b -= lr * db
        A -= lr * dA
        a -= lr * da
    return {"A": A, "a": a, "B": B, "b": b}


def predict(model, X):
    h = np.tanh(X @ model["A"] + model["a"])
    return np.argmax(h @ model["B"] + model["b"], axis=1)
"""
MOVED = ("        dh = (d @ B.T)", "        B -= lr * dB\n        dh = (d @ B.T)")
ONCE = ("        B -= lr * dB\n        b -= lr", "        b -= lr")


def told(result):
    return [(finding.code, finding.function) for finding in result.findings if finding.severity != "remark"]


@pytest.mark.slow
def test_a_model_that_is_a_dict_is_asked_as_it_comes_back(judge):
    assert told(judge(LEARN)) == []
    other = judge(LEARN.replace('np.tanh(X @ model["A"]', 'np.maximum(0, X @ model["A"]'))
    assert ("SW-P1", "predict") in told(other)


@pytest.mark.slow
def test_a_gradient_that_depends_on_the_rate_comes_from_moved_weights(judge):
    moved = LEARN.replace(*ONCE).replace(*MOVED)
    assert moved.count("B -= lr * dB") == 1
    assert ("SW-G12", "learn") in told(judge(moved))


class Nearest:
    def __init__(self, k=1):
        self.k = k

    def fit(self, X, y):
        self.X, self.y = X, y
        return self

    def predict(self, X):
        order = [np.argsort(((self.X - row) ** 2).sum(axis=1), kind="stable")[: self.k] for row in X]
        return np.array([np.unique(self.y[near])[0] for near in order])

    def score(self, X, y):
        return np.mean(self.predict(X) == np.asarray(y))


class Crossed(Nearest):
    def score(self, X, y):
        return np.mean(self.predict(X) == np.asarray(y).reshape(-1, 1))


class Column(Nearest):
    def score(self, X, y):  # its labels come as a column
        return np.mean(self.predict(X).reshape(-1, 1) == y)


def test_a_score_of_every_answer_beside_every_label():
    from scratchwork.checks.probes import scores
    from scratchwork.checks.registry import Target
    from scratchwork.checks.running.call import Caller
    from scratchwork.checks.views.estimator import Estimator

    def said(kind):
        space = {"namespace": {}, "nodes": {}, "lines": {}, "compared": set()}
        found = scores.a_score_sets_each_answer_against_its_own_label(Target(Estimator(kind, kind.__name__, Caller()), kind.__name__, "estimator", None, None, space), Caller())  # fmt: skip
        return [(finding.code, finding.function) for finding in found]

    assert said(Nearest) == said(Column) == []
    assert said(Crossed) == [("SW-E1", "score")]
