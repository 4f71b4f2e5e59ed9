"""What people print and how they call their settings: no finding where there is nothing wrong."""

import json
import textwrap

import pytest

from scratchwork.checks import check


def notebook(tmp_path, *cells):
    """A notebook of (code, printed) pairs, each executed in order."""
    made = [
        {
            "cell_type": "code", "metadata": {}, "execution_count": number, "source": textwrap.dedent(code),
            "outputs": [{"output_type": "stream", "name": "stdout", "text": printed}] if printed else [],
        }
        for number, (code, printed) in enumerate(cells, 1)
    ]  # fmt: skip
    path = tmp_path / "lesson.ipynb"
    path.write_text(json.dumps({"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
    return path


def loud(path):
    return [item.code for item in check(path).findings if item.severity != "remark"]


@pytest.mark.parametrize(
    "printed",
    [
        "Accuracy of the network on the 10000 test images: 54 %",
        "Test accuracy with k = 1: 97.77\nTest accuracy with k = 150: 97.5",
        "Accuracy after 500 iterations: 0.93",
        "Accuracy: 145/150",
        "accuracy: 145 of 150 correct",
        "recall@10 = 0.4",
        "Accuracy for class 7 is 0.91",
    ],
)
def test_numbers_of_settings_are_no_scores(tmp_path, printed):
    assert not {"SW-E1", "SW-E10"} & set(loud(notebook(tmp_path, ("x = 100 * 1", printed))))


@pytest.mark.parametrize(
    ("printed", "code"),
    [
        ("Accuracy with k = 5: 37.08", "SW-E1"),
        ("Accuracy on the 40 test rows: 3.2", "SW-E1"),
        ("accuracy 1.7", "SW-E1"),
    ],
)
def test_impossible_scores_are_still_seen(tmp_path, printed, code):
    assert code in loud(notebook(tmp_path, ("x = 1", printed)))


PENALISED = """
    import numpy as np

    class LogisticRegression:
        def __init__(self, lr=0.1, n_iterations=300, regularization=None, lambda_=0.01):
            self.lr, self.n_iterations = lr, n_iterations
            self.regularization, self.lambda_ = regularization, lambda_

        def fit(self, X, y):
            self.w, self.b = np.zeros(X.shape[1]), 0.0
            for _ in range(self.n_iterations):
                p = self.predict_proba(X)
                dw = X.T @ (p - y) / len(y)
                if self.regularization == "l2":
                    dw += self.lambda_ * self.w
                elif self.regularization == "l1":
                    dw += self.lambda_ * np.sign(self.w)
                self.w -= self.lr * dw
                self.b -= self.lr * np.mean(p - y)
            return self

        def predict_proba(self, X):
            return 1 / (1 + np.exp(-np.clip(X @ self.w + self.b, -500, 500)))

        def predict(self, X):
            return (self.predict_proba(X) >= 0.5).astype(int)
"""


def test_a_kind_of_penalty_is_no_strength(tmp_path):
    path = tmp_path / "logit.py"
    path.write_text(textwrap.dedent(PENALISED))
    assert "SW-T2" not in loud(path)
    dead = PENALISED.replace("self.lr * dw", "0.1 * dw").replace("self.lr * np.mean", "0.1 * np.mean")
    path.write_text(textwrap.dedent(dead))
    assert {"SW-T1", "SW-T2"} & set(loud(path))


def test_a_rate_that_is_too_large_on_purpose_is_no_error(tmp_path):
    sweep = ("for lr in [0.1, 10]:\n    print(f'lr={lr}: loss {train(lr):.3g}')", "lr=0.1: loss 0.01\nlr=10: loss nan")
    levels = [item.severity for item in check(notebook(tmp_path, sweep)).findings if item.code == "SW-T21"]
    assert levels == ["warning"]
    single = ("loss = train(X, y)\nprint('final loss', loss)", "final loss nan")
    levels = [item.severity for item in check(notebook(tmp_path, single)).findings if item.code == "SW-T21"]
    assert levels == ["error"]
