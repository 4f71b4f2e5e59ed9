"""A call that does not return is a finding, an error only where it is shown never to end."""

import pytest

from scratchwork.checks import check

PERCEPTRON = """import numpy as np
class Perceptron:
    def fit(self, X, y):
        self.w, self.b = np.zeros(X.shape[1]), 0.0
        errors = 1
        {head}
            errors = 0
            for x, t in zip(X, y):
                t = 1 if t > 0 else -1
                if t * (x @ self.w + self.b) <= 0:
                    self.w += t * x; self.b += t; errors += 1
            {tail}
        return self
    def predict(self, X):
        return (X @ self.w + self.b > 0).astype(int)
"""


def stops(path, text, **limits):
    path.write_text(text)
    found = check(str(path), **limits).findings
    return [(entry.severity, entry.observed, entry.line) for entry in found if entry.code == "SW-X91"]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "theirs.py"


@pytest.mark.slow
def test_a_fit_that_comes_back_to_its_state_is_an_error(path):
    text = PERCEPTRON.format(head="while errors > 0:", tail="errors = 1")
    severity, words, line = stops(path, text, call_seconds=5)[0]
    assert (severity, line) == ("error", 6)
    assert "did not return within 5 s on data of shape (41, 5)" in words
    assert "comes back to the very values" in words


@pytest.mark.slow
def test_many_epochs_are_a_remark(path):
    text = PERCEPTRON.format(head="for _ in range(10**8):", tail="errors = 1")
    assert {severity for severity, *_ in stops(path, text, call_seconds=5)} == {"remark"}


def test_a_fit_that_returns_is_no_finding(path):
    assert stops(path, PERCEPTRON.format(head="for _ in range(30):", tail="errors = 1")) == []
