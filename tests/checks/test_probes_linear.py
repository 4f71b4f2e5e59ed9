"""Logistic and linear regression whose gradient is inside fit, and what any estimator owes its caller."""

import pytest

LOGISTIC = """
    import numpy as np

    class LogisticRegression:
        def __init__(self, lr=0.1, n_iters=200, l2=0.0, tol=1e-9):
            self.lr, self.n_iters, self.l2, self.tol = lr, n_iters, l2, tol

        def _sigmoid(self, z):
            return np.exp(-np.logaddexp(0, -z))

        def fit(self, X, y):
            X = np.asarray(X, dtype=float)
            self.classes_, y = np.unique(y, return_inverse=True)
            n, d = X.shape
            self.w, self.b, self.losses = np.zeros(d), 0.0, []
            for _ in range(self.n_iters):
                z = X @ self.w + self.b
                p = self._sigmoid(z)
                dw = X.T @ (p - y) / n + self.l2 * self.w
                db = np.mean(p - y)
                self.w = self.w - self.lr * dw
                self.b = self.b - self.lr * db
                self.losses.append(np.mean(np.logaddexp(0, z) - y * z) + self.l2 / 2 * np.sum(self.w ** 2))
                if len(self.losses) > 1 and abs(self.losses[-2] - self.losses[-1]) < self.tol:
                    break
            return self

        def predict_proba(self, X):
            return self._sigmoid(np.asarray(X, dtype=float) @ self.w + self.b)

        def predict(self, X):
            return self.classes_[(self.predict_proba(X) > 0.5).astype(int)]
"""

FAULTS = [
    (("n, d = X.shape", "X, y = X[1:], y[1:]\n            n, d = X.shape"), "SW-P15"),
    (("self.w - self.lr * dw", "self.w + self.lr * dw"), "SW-G18"),
    (("- self.lr * d", "- 0.1 * d"), "SW-T1"),
    (("+ self.l2 * self.w\n", "- self.l2 * self.w\n"), "SW-G2"),
    (("db = np.mean(p - y)", "db = np.mean(p - y) + self.l2 * self.b"), "SW-G4"),
    (("+ self.l2 * self.w\n", "\n"), "SW-G5"),
    (("+ self.l2 * self.w\n", "+ self.l2 * (X.T @ (p - y) / n)\n"), "SW-G3"),
    (("abs(self.losses[-2] - self.losses[-1]) < self.tol", "self.losses[-1] - self.losses[-2] < self.tol"), "SW-T13"),
    (("np.mean(np.logaddexp(0, z) - y * z)", "np.mean(p - y)"), "SW-T14"),
    (("db = np.mean(p - y)", "db = 0.0"), "SW-G13"),
    (("X = np.asarray(X, dtype=float)\n            self", "X -= X.mean(axis=0)\n            self"), "SW-P13"),
    (("self.classes_[(self.predict_proba(X) > 0.5).astype(int)]", "(self.predict_proba(X) > 0.5).astype(int)"), "SW-P6"),
    (("self.classes_[(self.predict_proba(X) > 0.5).astype(int)]", "self.classes_[(self.predict_proba(X) > 0.5).astype(int)][:, None]"), "SW-P8"),
    (("np.asarray(X, dtype=float) @ self.w + self.b", "(X - X.mean(axis=0)) @ self.w + self.b"), "SW-P2"),
    (("return self._sigmoid(np.asarray(X, dtype=float) @ self.w + self.b)", "return np.asarray(X, dtype=float) @ self.w + self.b + 0.5"), "SW-P7"),
]  # fmt: skip


def test_a_correct_one_is_clean(judge):
    result = judge(LOGISTIC)
    assert [(entry.code, entry.observed) for entry in result.findings if entry.severity != "remark"] == []
    assert len(result.passed) > 20


@pytest.mark.parametrize(("change", "code"), FAULTS, ids=lambda item: str(item)[-28:])
def test_a_changed_one(judge, change, code):
    assert change[0] in LOGISTIC
    result = judge(LOGISTIC.replace(*change))
    shown = [(entry.code, entry.severity, entry.observed) for entry in result.findings]
    assert result.findings, "nothing was found"
    assert result.findings[0].code == code, shown


@pytest.mark.parametrize(
    "change",
    [
        ("X.T @ (p - y) / n", "X.T @ (p - y) * 0.01"),
        ("np.mean(np.logaddexp(0, z) - y * z)", "-np.mean(y * np.log(p + 1e-9) + (1 - y) * np.log(1 - p + 1e-9))"),
        ("X = np.asarray(X, dtype=float)", "X = np.asarray(X, dtype=np.float32)"),
        ("self.l2 * self.w\n", "self.l2 / n * self.w\n"),
    ],
)
def test_what_is_no_fault(judge, errors, change):
    """A sum or another constant in place of the mean, an epsilon in the logarithm, float32, lambda / m."""
    assert change[0] in LOGISTIC
    text = LOGISTIC.replace(*change)
    if change[1].endswith("0.01"):
        text = text.replace("np.mean(p - y)", "np.sum(p - y) * 0.01")
    assert errors(judge(text)) == []


@pytest.mark.parametrize(
    "name",
    [
        "LinearRegression",
        "LogisticRegression",
        "KNeighborsClassifier",
        "KMeans",
        "PCA",
        "MLPClassifier",
        "MLPRegressor",
    ],
)
def test_our_own_models_are_without_an_error(name):
    import scratchwork
    from scratchwork.checks import check

    result = check(getattr(scratchwork, name))
    assert [(entry.code, entry.observed) for entry in result.findings if entry.severity == "error"] == []
    assert len(result.passed) >= 10


CHOSEN = LOGISTIC.replace("l2=0.0, tol=1e-9", "reg=None, reg_strength=0.01, tol=1e-9").replace(
    "self.l2, self.tol = lr, n_iters, l2, tol", "self.reg, self.l2, self.tol = lr, n_iters, reg, reg_strength, tol"
)
CHOSEN = CHOSEN.replace("+ self.l2 * self.w\n", "+ (self.l2 * self.w if self.reg == 'l2' else 0.0)\n")
CHOSEN = CHOSEN.replace(
    "self.l2 / 2 * np.sum(self.w ** 2)", "(self.l2 / 2 * np.sum(self.w ** 2) if self.reg == 'l2' else 0.0)"
)


def test_a_penalty_that_a_word_turns_on_is_turned_on(judge):
    assert [(entry.code, entry.observed) for entry in judge(CHOSEN).findings if entry.severity != "remark"] == []
    for worse, code in (("self.l2 * (X.T @ (p - y) / n)", "SW-G3"), ("-self.l2 * self.w", "SW-G2")):
        changed = CHOSEN.replace("(self.l2 * self.w if", f"({worse} if")
        assert changed != CHOSEN
        assert code in {entry.code for entry in judge(changed).findings}


def test_rows_that_score_by_minus_the_weights_are_no_fault(judge, errors):
    text = LOGISTIC.replace("z = X @ self.w + self.b", "z = -X @ self.w - self.b")
    text = text.replace("(X, dtype=float) @ self.w + self.b", "(X, dtype=float) @ -self.w - self.b")
    text = text.replace("X.T @ (p - y) / n", "X.T @ (y - p) / n").replace("np.mean(p - y)", "np.mean(y - p)")
    assert errors(judge(text)) == []
    wrong = text.replace("X.T @ (y - p) / n", "X.T @ (p - y) / n").replace("np.mean(y - p)", "np.mean(p - y)")
    assert errors(judge(wrong))


def test_a_word_for_the_penalty_is_given_no_number():
    from scratchwork.checks.recognising import binding

    class Model:
        def __init__(self, regularization="l2", rounds=100, mu=0.01):
            pass

    assert binding.bind(Model, {"lambda": 0.5}, override={"lambda"}) == {"mu": 0.5}
