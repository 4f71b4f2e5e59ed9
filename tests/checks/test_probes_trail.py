"""Linear models seen from inside their fit: names unknown, data scaled, labels encoded, rows one by one or in batches."""

import pytest

ENCODED = """
    import numpy as np

    class Entscheider:
        def __init__(self, tasa=0.3, vueltas=300, freno=0.0):
            self.tasa, self.vueltas, self.freno = tasa, vueltas, freno

        def _wert(self, A, v, c):
            return np.exp(-np.logaddexp(0, -(A @ v + c)))

        def _kosten(self, A, t, v, c):
            z = A @ v + c
            return np.mean(np.logaddexp(0, z) - t * z)

        def _richtung(self, A, t, v, c):
            r = self._wert(A, v, c) - t
            return A.T @ r / len(A), r.mean()

        def lernen(self, X, y):
            self.m, self.s = X.mean(axis=0), X.std(axis=0)
            A = (X - self.m) / self.s
            self.arten, t = np.unique(y, return_inverse=True)
            v, c = np.zeros(A.shape[1]), 0.0
            for _ in range(self.vueltas):
                gv, gc = self._richtung(A, t, v, c)
                self.verlust = self._kosten(A, t, v, c)
                v = v - self.tasa * gv
                c = c - self.tasa * gc
            self.v, self.c = v, c
            return self

        def wahrscheinlich(self, X):
            return self._wert((X - self.m) / self.s, self.v, self.c)

        def sagen(self, X):
            return self.arten[(self.wahrscheinlich(X) > 0.5).astype(int)]
"""
ENCODED_FAULTS = [
    (("v = v - self.tasa * gv", "v = v + self.tasa * gv"), "SW-G18", "lernen"),
    (("r.mean()", "r.sum()"), "SW-G13", "_richtung"),
    (("c = c - self.tasa * gc", "c = c + self.tasa * gc"), "SW-G18", "lernen"),
    (("return A.T @ r / len(A), r.mean()", "return A.T @ (r * (r + t) * (1 - r - t)) / len(A), (r * (r + t) * (1 - r - t)).mean()"), "SW-G1", "_richtung"),
    (("self._wert((X - self.m) / self.s, self.v, self.c)", "self._wert(X, self.v, self.c)"), "SW-P1", "wahrscheinlich"),
    (("np.mean(np.logaddexp(0, z) - t * z)", "np.mean(np.logaddexp(0, z) - t * z) + 0.3 * v @ v"), "SW-G5", "_richtung"),
    (("self.arten[(self.wahrscheinlich(X) > 0.5).astype(int)]", "(self.wahrscheinlich(X) > 0.5).astype(int)"), "SW-P6", "sagen"),
]  # fmt: skip

BATCHES = """
    import numpy as np

    class SoftmaxRegression:
        def __init__(self, eta=0.2, passes=40, decay=1e-3, seed=0):
            self.eta, self.passes, self.decay, self.seed = eta, passes, decay, seed

        def fit(self, X, y):
            rng = np.random.default_rng(self.seed)
            self.classes_ = np.unique(y)
            Y = (np.asarray(y)[:, None] == self.classes_).astype(float)
            self.W, self.b = rng.normal(0, 0.01, (X.shape[1], Y.shape[1])), np.zeros(Y.shape[1])
            for _ in range(self.passes):
                order = rng.permutation(len(X))
                for start in range(0, len(X), 16):
                    rows = order[start:start + 16]
                    self.step(X[rows], Y[rows])
            return self

        def step(self, A, T):
            E = self.predict_proba(A) - T
            self.W = self.W - self.eta * (A.T @ E / len(A) + self.decay * self.W)
            self.b = self.b - self.eta * E.mean(axis=0)

        def predict_proba(self, X):
            Z = X @ self.W + self.b
            Z = np.exp(Z - Z.max(axis=1, keepdims=True))
            return Z / Z.sum(axis=1, keepdims=True)

        def predict(self, X):
            return self.classes_[self.predict_proba(X).argmax(axis=1)]
"""
BATCH_FAULTS = [
    (("self.W - self.eta", "self.W + self.eta"), "SW-G18", "step"),
    (("+ self.decay * self.W", "- self.decay * self.W"), "SW-G2", "step"),
    (("E.mean(axis=0)", "E.mean()"), "SW-G13", "step"),
]

ROWS = """
    import numpy as np

    class OnlineLogistic:
        def __init__(self, eta=0.4, passes=5, seed=0):
            self.eta, self.passes, self.seed = eta, passes, seed

        def fit(self, X, y):
            if set(np.unique(y)) - {-1, 1}:
                raise ValueError("labels must be -1 and 1")
            rng, t = np.random.default_rng(self.seed), 0
            self.theta = np.zeros(X.shape[1] + 1)
            A = np.hstack([np.ones((len(X), 1)), X])
            for _ in range(self.passes):
                for i in rng.permutation(len(X)):
                    t += 1
                    margin = y[i] * (A[i] @ self.theta)
                    self.theta = self.theta + self.eta / np.sqrt(t) * y[i] / (1 + np.exp(margin)) * A[i]
            return self

        def decision_function(self, X):
            return np.hstack([np.ones((len(X), 1)), X]) @ self.theta

        def predict(self, X):
            return np.where(self.decision_function(X) >= 0, 1, -1)
"""
ROW_FAULTS = [
    (("(1 + np.exp(margin))", "(1 + np.exp(-margin))"), "SW-G1", "fit"),
    (("self.theta + self.eta", "self.theta - self.eta"), "SW-G18", "fit"),
    (("rng.permutation(len(X))", "range(len(X))"), "SW-T12", "fit"),
    (("np.where(self.decision_function(X) >= 0, 1, -1)", "(self.decision_function(X) >= 0).astype(int)"), "SW-P6", "predict"),
]  # fmt: skip

NEWTON = """
    import numpy as np

    class NewtonLogit:
        def __init__(self, lam=1e-3, steps=25):
            self.lam, self.steps = lam, steps

        def fit(self, X, y):
            A = np.column_stack([X, np.ones(len(X))])
            R = self.lam * np.eye(A.shape[1])
            R[-1, -1] = 0.0
            self.theta = np.zeros(A.shape[1])
            for _ in range(self.steps):
                p = 1 / (1 + np.exp(-np.clip(A @ self.theta, -30, 30)))
                H = (A * (p * (1 - p))[:, None]).T @ A + R
                self.theta = self.theta - np.linalg.solve(H, A.T @ (p - y) + R @ self.theta)
            return self

        def predict_proba(self, X):
            A = np.column_stack([X, np.ones(len(X))])
            return 1 / (1 + np.exp(-np.clip(A @ self.theta, -30, 30)))

        def predict(self, X):
            return (self.predict_proba(X) > 0.5).astype(int)
"""
NEWTON_FAULTS = [
    (("            A = np.column_stack([X, np.ones(len(X))])\n            return", "            A = np.column_stack([np.ones(len(X)), X])\n            return"), "SW-P10", "predict_proba"),
    (("            R[-1, -1] = 0.0\n", ""), "SW-G4", "fit"),
]  # fmt: skip

CASES = [(base, *fault) for base, faults in ((ENCODED, ENCODED_FAULTS), (BATCHES, BATCH_FAULTS), (ROWS, ROW_FAULTS), (NEWTON, NEWTON_FAULTS)) for fault in faults]  # fmt: skip


@pytest.mark.parametrize("base", [ENCODED, BATCHES, ROWS, NEWTON], ids=["encoded", "batches", "rows", "newton"])
def test_a_right_one_is_clean(judge, base):
    findings = judge(base).findings
    assert [(entry.code, entry.observed) for entry in findings if entry.severity == "error"] == []


@pytest.mark.parametrize(
    ("base", "change", "code", "where"), CASES, ids=[f"{case[2]} {case[1][1].strip()[:30]}" for case in CASES]
)
def test_one_changed_line_is_seen(judge, base, change, code, where):
    assert change[0] in base
    found = judge(base.replace(*change)).findings
    assert (code, where) in [(entry.code, entry.function) for entry in found], [
        (f.code, f.function, f.observed) for f in found
    ]
