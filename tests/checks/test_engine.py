"""One engine for live objects, files and records: what comes back, in which order, and without side effects."""

import random

import numpy as np
import pytest

from scratchwork.checks import check, check_gradient
from scratchwork.checks.catalogue import rows
from scratchwork.checks.findings import Finding, Result, find
from scratchwork.checks.order import ordered


class Perceptronlike:
    """A classifier that keeps nothing."""

    def __init__(self, learning_rate=0.1, n_iters=20):
        self.learning_rate, self.n_iters = learning_rate, n_iters

    def fit(self, X, y):
        self.w = np.zeros(X.shape[1])
        self.b = 0.0
        for _ in range(self.n_iters):
            p = 1 / (1 + np.exp(-(X @ self.w + self.b)))
            self.w = self.w - 0.1 * X.T @ (p - y) / len(X)
            self.b = self.b - 0.1 * (p - y).mean()
        return self

    def predict(self, X):
        return (X @ self.w + self.b > 0).astype(int)


def test_a_live_class_is_checked_here():
    result = check(Perceptronlike)
    assert next((entry.code, entry.severity) for entry in result.findings) == ("SW-T1", "error")
    assert result.recognised[0].role in ("logistic", "linear")
    assert result.exit_code == 1


def test_lines_of_a_live_class_are_those_of_its_file():
    first = Perceptronlike.fit.__code__.co_firstlineno
    result = check(Perceptronlike)
    assert next(entry.line for entry in result.recognised if entry.object == "Perceptronlike.fit") == first
    assert first <= result.findings[0].line <= first + 9 or result.findings[0].function == "__init__"


def test_a_live_instance_and_a_function():
    result = check(Perceptronlike(n_iters=5))
    assert result.checked

    def softmax(z):
        e = np.exp(z - z.max())
        return e / e.sum(axis=-1, keepdims=True) * 2

    assert check(softmax).findings[0].code == "SW-N3"


def test_the_global_generators_are_as_before():
    np.random.RandomState(0)
    before, plain = np.random.get_state()[1].copy(), random.getstate()  # noqa: NPY002
    check(Perceptronlike)
    assert np.array_equal(before, np.random.get_state()[1])  # noqa: NPY002
    assert plain == random.getstate()


def test_check_gradient_says_which_kind_of_wrong():
    x = np.array([1.0, -2.0, 0.5])

    def function(w):
        return float((w**3).sum())

    right = check_gradient(function, lambda w: 3 * w**2, x)
    assert right.findings == []
    assert right.passed == ["SW-G1"]
    assert right.exit_code == 0
    cases = {
        "SW-G8": lambda w: 6 * w**2,
        "SW-G18": lambda w: -3 * w**2,
        "SW-G15": lambda w: 3 * w[:2] ** 2,
        "SW-G1": lambda w: 3 * w,
    }
    for code, gradient in cases.items():
        finding = check_gradient(function, gradient, x).findings[0]
        assert finding.code == code
    said = check_gradient(function, cases["SW-G1"], x).findings[0].observed
    assert said == "Entry (1,) is -6, central differences give 12; relative difference 0.94."


@pytest.mark.parametrize(
    ("function", "gradient", "x"),
    [
        (lambda w: float(np.log(w).sum()), lambda w: 1 / w, [1e-6, 2e-6]),
        (lambda w: float((w**4).sum()), lambda w: 4 * w**3, [1e-6, 2e-6]),
        (lambda w: 1e6 + float((w**2).sum()), lambda w: 2 * w, [1.0, 2e-3]),
        (lambda w: float(np.abs(w).sum()), lambda w: np.sign(w) + (w == 0), [0.0, 2e-3]),
        (lambda w: float((w.astype(np.float32) ** 2).sum()), lambda w: 2 * w, [0.3, 1.0]),
        (lambda w: float((w**2).sum()), lambda w: 2 * w, [3e8, 1e-3]),
    ],
    ids=[
        "near a pole",
        "tiny",
        "beside a large constant",
        "at a kink",
        "in single precision",
        "of very different size",
    ],
)
def test_check_gradient_allows_for_what_differences_cannot_tell(function, gradient, x):
    x = np.array(x)
    assert check_gradient(function, gradient, x).passed == ["SW-G1"]
    wrong = gradient(x) * np.array([1.2, 1.0])
    (finding,) = check_gradient(function, wrong, x).findings
    assert finding.code in ("SW-G1", "SW-G8")  # one factor where the other entry is negligible


def test_check_gradient_says_where_the_function_is_not_finite():
    with np.errstate(all="ignore"):
        result = check_gradient(lambda w: float(np.log(w).sum()), lambda w: 1 / w, [0.0, 1.0])
    assert (result.findings, result.passed, result.exit_code) == ([], [], 2)
    assert result.not_checked == [
        ("SW-G1", "the function is not finite on both sides of entry (0,), however small the step")
    ]


def test_every_code_has_words_and_a_severity():
    for code, entry in rows().items():
        assert code == entry.code
        assert code.startswith("SW-")
        assert entry.severity in ("error", "warning", "remark"), code
        for words in (entry.title, entry.means, entry.cause, entry.try_):
            assert words, code
            assert words == words.strip(), code


def test_causes_come_before_consequences():
    late = find("SW-T90", "60 %", object="MLP")
    cause = find("SW-G11", "slope of tanh", object="MLP", function="backward")
    warning = find("SW-N1", "overflow", object="MLP")
    remark = find("SW-G8", "11 times", object="MLP")
    assert [entry.code for entry in ordered([remark, warning, late, cause])] == ["SW-G11", "SW-T90", "SW-N1", "SW-G8"]


def test_what_makes_a_call_endless_comes_before_it():
    stopped = find("SW-X91", "fit did not return within 8 s", object="KMeans", function="fit")
    inside = find("SW-K1", "59 of 59 labels are not the nearest centre", object="KMeans", function="assign")
    assert [entry.code for entry in ordered([stopped, inside])] == ["SW-K1", "SW-X91"]


def test_the_same_fault_seen_twice_is_one_finding():
    seen = find("SW-T1", "same weights", object="MLP")
    read = find("SW-T1", "a literal in line 7", object="MLP", function="update", line=7)
    (one,) = ordered([seen, read])
    assert (one.function, one.line) == ("update", 7)


def test_exit_codes_of_results():
    assert Result("a").exit_code == 2
    assert Result("a", checked=True).exit_code == 0
    assert Result("a", findings=[find("SW-N1", "x")], checked=True).exit_code == 0
    assert Result("a", findings=[find("SW-N3", "x")], checked=True).exit_code == 1


def test_an_unknown_code_cannot_be_reported():
    with pytest.raises(KeyError):
        find("SW-Z1", "nothing")
    assert isinstance(find("SW-N3", "x"), Finding)
