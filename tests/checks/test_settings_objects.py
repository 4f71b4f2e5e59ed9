"""Settings handed over as one object, generators handed over, classes called by too plain a name: judged as all others."""

import pytest

NET = """
    from __future__ import annotations
    from dataclasses import dataclass
    import numpy as np

    @dataclass(frozen=True)
    class Config:
        hidden: tuple[int, ...] = (6,)
        lr: float = 0.1
        epochs: int = 40
        seed: int = 0

    class Grid:
        def __init__(self, n_in: int, cfg: Config):
            self.cfg = cfg
            rng = np.random.default_rng(cfg.seed)
            sizes = [n_in, *cfg.hidden, 1]
            self.W = [rng.normal(0, 1 / np.sqrt(a), (a, b)) for a, b in zip(sizes, sizes[1:])]
            self.b = [np.zeros(b) for b in sizes[1:]]

        def _forward(self, X):
            A = [X]
            for W, b in zip(self.W[:-1], self.b[:-1]):
                A.append(np.tanh(A[-1] @ W + b))
            return A, (A[-1] @ self.W[-1] + self.b[-1]).ravel()

        def loss(self, X, y):
            z = self._forward(X)[1]
            return float(np.mean(np.logaddexp(0, z) - y * z))

        def gradients(self, X, y):
            A, z = self._forward(X)
            d = ((1 / (1 + np.exp(-np.clip(z, -500, 500))) - y) / len(y))[:, None]
            gW, gb = [], []
            for k in range(len(self.W) - 1, -1, -1):
                gW.insert(0, A[k].T @ d)
                gb.insert(0, d.sum(axis=0))
                d = (d @ self.W[k].T) * (1 - A[k] ** 2)
            return gW, gb

        def fit(self, X, y):
            for _ in range(self.cfg.epochs):
                gW, gb = self.gradients(X, y)
                for k in range(len(self.W)):
                    self.W[k] -= self.cfg.lr * gW[k]
                    self.b[k] -= self.cfg.lr * gb[k]
            return self

        def predict(self, X):
            return (self._forward(X)[1] >= 0).astype(int)
"""
SHARES = """
    import numpy as np

    class PartyRegression:
        def __init__(self, learning_rate=0.1, epochs=200):
            self.learning_rate, self.epochs = learning_rate, epochs

        def fit(self, X, y):
            self.classes_, codes = np.unique(y, return_inverse=True)
            T, A = np.eye(len(self.classes_))[codes], np.column_stack([np.ones(len(X)), X])
            self.theta_ = np.zeros((A.shape[1], len(self.classes_)))
            for _ in range(self.epochs):
                Z = A @ self.theta_
                P = np.exp(Z - Z.max(axis=1, keepdims=True))
                P /= P.sum(axis=1, keepdims=True)
                self.theta_ -= self.learning_rate * A.T @ (P - T) / len(A)
            return self

        def predict_proba(self, X):
            Z = np.column_stack([np.ones(len(X)), X]) @ self.theta_
            E = np.exp(Z - Z.max(axis=1, keepdims=True))  # softmax
            return E / E.sum(axis=1, keepdims=True)

        def predict(self, X):
            return self.classes_[self.predict_proba(X).argmax(axis=1)]
"""
PRICES = """
    import numpy as np

    def between(values):
        low, high = values.min(), values.max()
        return (values - low) / (high - low), low, high

    def step(km, price, t0, t1, learning_rate):
        error = t0 + t1 * km - price
        return t0 - learning_rate * error.mean(), t1 - learning_rate * (error * km).mean()

    def train(km, price, learning_rate=0.5, iterations=300):
        x, km_low, km_high = between(km)
        y, low, high = between(price)
        t0, t1 = 0.0, 0.0
        for _ in range(iterations):
            t0, t1 = step(x, y, t0, t1, learning_rate)
        slope = t1 * (high - low) / (km_high - km_low)
        return t0 * (high - low) + low - slope * km_low, slope
"""
CASES = [
    (NET, ("* (1 - A[k] ** 2)", "* (1 - A[k])"), {"SW-G1", "SW-G10", "SW-G11"}),
    (NET, (">= 0).astype(int)", ">= 0).astype(int).reshape(-1, 1)"), {"SW-P8"}),
    (SHARES, ("return self.classes_[self.predict_proba(X).argmax(axis=1)]", "return self.predict_proba(X).argmax(axis=1)"), {"SW-P6"}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "change", "codes"), CASES)
def test_what_is_wrong_in_such_a_class_is_found(judge, text, change, codes):
    """Each changed line is named."""
    found = {finding.code for finding in judge(text.replace(*change)).findings if finding.severity != "remark"}
    assert found & codes, found


@pytest.mark.parametrize("text", [NET, SHARES, PRICES])
def test_nothing_is_wrong_in_the_right_one(judge, text):
    """No error, and no doubt about the gradient."""
    findings = judge(text).findings
    assert not [finding for finding in findings if finding.severity == "error" or finding.code in ("SW-G1", "SW-G18")]


def test_settings_are_parameters():
    """The fields of an object of settings stand among the parameters, and go back into it."""
    import dataclasses

    from scratchwork.checks.recognising import binding

    @dataclasses.dataclass
    class Config:
        lr: float = 0.1
        epochs: int = 5

    Config.__module__ = "user_module"
    space = {"Config": Config, "__tree__": None}
    exec("def train(X, cfg: Config):\n    return cfg", space)
    assert [entry.name for entry in binding.parameters(space["train"])] == ["X", "lr", "epochs"]
    _, given = binding.positional(space["train"], {"X": 1, "lr": 0.7})
    assert given["cfg"] == Config(lr=0.7)
    assert set(given) == {"X", "cfg"}
