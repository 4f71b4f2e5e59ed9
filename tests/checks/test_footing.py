"""A code has passed only where something was asked, of every object of the file."""

from scratchwork.checks import check
from scratchwork.checks.findings import Result, find
from scratchwork.checks.finishing import finished

GOOD = """import numpy as np
class GoodNet:
    def __init__(self, n_in, n_hidden, n_out, lr=0.1):
        rng = np.random.default_rng(0)
        self.W1 = rng.normal(0, np.sqrt(2 / n_in), (n_in, n_hidden)); self.b1 = np.zeros(n_hidden)
        self.W2 = rng.normal(0, np.sqrt(2 / n_hidden), (n_hidden, n_out)); self.b2 = np.zeros(n_out)
        self.lr = lr
    def forward(self, X):
        self.h = np.maximum(X @ self.W1 + self.b1, 0)
        z = self.h @ self.W2 + self.b2
        e = np.exp(z - z.max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)
    def backward(self, X, Y):
        p = self.forward(X); d = (p - Y) / len(X)
        g = (d @ self.W2.T) * (self.h > 0)
        self.W2 -= self.lr * self.h.T @ d; self.b2 -= self.lr * d.sum(0)
        self.W1 -= self.lr * X.T @ g; self.b1 -= self.lr * g.sum(0)
    def fit(self, X, Y, epochs=100):
        for _ in range(epochs):
            self.backward(X, Y)
        return self
    def predict(self, X):
        return self.forward(X).argmax(axis=1)
"""
ODD = """
class OddNet:
    def __init__(self, record):
        self.record = record
        n_in, n_hidden, n_out = record.layout()
        self.W1 = np.ones((n_in, n_hidden)); self.W2 = np.zeros((n_hidden, n_out))
    def forward(self, X):
        self.h = np.tanh(X @ self.W1)
        return self.h @ self.W2
    def backward(self, X, Y):
        d = self.forward(X) - Y
        self.W1 += self.record.rate * X.T @ (d @ self.W2.T * self.h)
    def fit(self, X, Y):
        for _ in range(self.record.epochs):
            self.backward(X, Y)
"""


def test_what_failed_for_one_object_has_not_passed(tmp_path):
    path = tmp_path / "theirs.py"
    path.write_text(GOOD)
    alone = check(str(path), fast=True)
    assert "SW-G10" in alone.passed
    assert "SW-T3" not in alone.passed  # plain descent has no momentum to ask about
    path.write_text(GOOD + ODD)
    both = check(str(path), fast=True)
    assert "SW-G10" not in both.passed
    assert "OddNet raised AttributeError" in dict(both.not_checked)["SW-G10"]


def test_a_network_called_k_means_passes_nothing_of_k_means(tmp_path):
    path = tmp_path / "theirs.py"
    path.write_text(GOOD)
    found = check(str(path), kind="kmeans")
    assert not {"SW-M1", "SW-M2", "SW-M5", "SW-T13", "SW-N8"} & set(found.passed)


def test_a_named_mistake_in_the_gradient_leaves_it_unproven():
    result = Result("theirs.py", findings=[find("SW-G11", "3 instead of 4.")], passed=["SW-G1", "SW-P1"])
    assert finished(result, (), 0.0).passed == ["SW-P1"]


def test_one_reason_for_a_code():
    pairs = [("SW-G1", "f: it is no loss"), ("SW-G1", "A: fit raised ValueError: no"), ("SW-G2", "f: it is no loss")]
    result = finished(Result("theirs.py", not_checked=pairs), (), 0.0)
    assert result.not_checked == [("SW-G1", "A: fit raised ValueError: no"), ("SW-G2", "f: it is no loss")]


def test_the_findings_have_the_documented_keys():
    named = [
        "code",
        "severity",
        "object",
        "function",
        "role",
        "file",
        "line",
        "cell",
        "observed",
        "means",
        "try",
        "title",
        "cause",
    ]
    assert list(find("SW-G1", "seen").to_json()) == named


def test_printing_a_result_gives_the_report():
    assert "nothing could be checked" in str(Result("theirs.py"))


def test_a_missing_division_by_the_rows_is_told_as_such(tmp_path):
    path = tmp_path / "theirs.py"
    path.write_text(GOOD.replace("self.lr * X.T @ g;", "self.lr * len(X) * X.T @ g;"))
    seen = next(entry.observed for entry in check(str(path), fast=True).findings if entry.code == "SW-G1")
    assert "the division by the number of rows is missing" in seen
    assert "(entry [" in seen
