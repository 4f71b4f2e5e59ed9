"""Right programs that keep within their own conventions: each with the one line that leaves them."""

import numpy as np
import pytest

from scratchwork.checks.files.source import source_from_text
from scratchwork.checks.rules.leaving import a_loop_is_left_when_the_change_is_small
from scratchwork.checks.rules.parts import what_is_set_apart_is_used
from scratchwork.checks.rules.reach import what_steers_the_training_reaches_the_weights
from scratchwork.checks.rules.row_order import batches_are_drawn_in_random_order
from scratchwork.checks.views.metric_call import close
from scratchwork.checks.views.reference import softmax
from scratchwork.checks.watching.story_reading import telling

SIGNS = """
    import numpy as np

    class Line:
        def __init__(self, eta=0.01, turns=40):
            self.eta, self.turns = eta, turns

        def fit(self, X, y):
            self.w = np.zeros(X.shape[1])
            for _ in range(self.turns):
                self.w += self.eta * X.T @ (y - X @ self.w) / len(X)

        def predict(self, X):
            return np.where(X @ self.w >= 0, 1, -1)

    rng = np.random.default_rng(3)
    points = rng.normal(size=(80, 3))
    signs = np.where(points[:, 0] > 0, 1, -1)
    line = Line()
    line.fit(points[:60], signs[:60])
    print(np.mean(line.predict(points[60:]) == signs[60:]))
"""


def test_a_class_for_two_signs_may_know_no_other_labels_but_must_answer_with_these(judge):
    def told(text):
        return {item.severity for item in judge(text).findings if item.code == "SW-P6"}

    assert told(SIGNS) == {"remark"}
    assert told(SIGNS.replace("0, 1, -1)\n\n    rng", "0, 1, 0)\n\n    rng")) >= {"warning"}


def test_what_ends_a_training_need_not_end_a_short_one(judge):
    def told(text):
        return {item.code for item in judge(text).findings}

    text = SIGNS.replace("turns=40", "turns=40, NAME=0.001").replace(
        "turns = eta, turns", "turns, self.least = eta, turns, NAME"
    )
    text = text.replace(
        "/ len(X)\n",
        "/ len(X)\n                if np.abs(self.w).max() < self.least * 1e-6:\n                    break\n",
    )
    assert "SW-T2" not in told(text.replace("NAME", "stop_tolerance"))
    assert "SW-T2" in told(text.replace("NAME", "gain"))


ROUNDS = """
    import numpy as np

    def nearest(X, centers):
        return ((X[:, None] - centers[None]) ** 2).sum(axis=2).argmin(axis=1)

    def kmeans(X, k, max_iter=300):
        centers = X[np.random.choice(len(X), k, replace=False)]
        for _ in range(max_iter):
            labels = nearest(X, centers)
            moved = np.array([X[labels == j].mean(axis=0) if (labels == j).any() else centers[j] for j in range(k)])
            if np.allclose(moved, centers):
                break
            centers = moved
        return centers, labels
"""


def test_labels_lag_only_where_the_rounds_may_run_out(judge):
    def told(text):
        return {item.severity for item in judge(text).findings if item.code == "SW-M4"}

    assert told(ROUNDS) <= {"remark"}
    assert told(ROUNDS.replace("max_iter=300", "max_iter=8")) == {"warning"}


NEWTON = """
    import numpy as np

    def sigmoid(z):
        return 1 / (1 + np.exp(-np.clip(z, -500, 500)))

    def cost(X, y, theta):
        p = sigmoid(X @ theta)
        return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))

    def train(X, y, theta, iterations=9):
        for _ in range(iterations):
            p = sigmoid(X @ theta)
            slope = X.T @ (p - y) / len(y)
            bend = X.T @ (X * (p * (1 - p))[:, None]) / len(y)
            theta = theta - np.linalg.solve(bend, slope)
        return theta
"""


def test_the_step_of_newton_is_no_gradient(judge):
    found = judge(NEWTON).findings
    assert [item.observed for item in found if item.code in ("SW-G1", "SW-G4")] == []
    assert "SW-G1" in {
        item.code for item in judge(NEWTON.replace("np.linalg.solve(bend, slope)", "slope ** 3")).findings
    }


@pytest.mark.parametrize(("value", "right"), [(69, True), (69.23, True), (0.6923, True), (71, False), (0.71, False)])
def test_a_percentage_may_be_cut_to_a_whole_number(value, right):
    assert close(value, 9 / 13) == right


SPLITS = """
rows, marks = np.random.rand(30, 3), np.arange(30) % 2
Xtr, Xte, ytr, yte = plain_split(rows, marks)
Xtr_s, Xte_s, ytr_s, yte_s = even_split(rows, marks)
print(ytr.mean(), ytr_s.mean(), len(yte_s))
"""


def test_parts_of_which_neither_is_used_show_how_to_divide():
    def told(text):
        return [item.code for item in what_is_set_apart_is_used(source_from_text(text, "theirs.py"))]

    assert told(SPLITS) == []
    assert told(SPLITS + "model.fit(Xtr, ytr)\n") == ["SW-E9"]


SHIFTED = """
def softmax_loss(W, X, y, reg):
    loss, dW = 0.0, np.zeros_like(W)
    for i in range(len(X)):
        scores = X[i] @ W
        scores -= scores.max()
        loss += np.log(np.exp(scores).sum()) - scores[y[i]]
    loss += reg * (W ** 2).sum()
    return loss, dW
"""


def test_scores_less_their_largest_are_no_weights_that_are_stepped():
    def told(text):
        return [item.code for item in what_steers_the_training_reaches_the_weights(source_from_text(text, "theirs.py"))]

    assert told(SHIFTED) == []
    assert told(SHIFTED.replace("scores -= scores.max()", "W -= 0.1 * scores")) != []


CHECKED = """
def check_slopes(f, x, slope, h=1e-5):
    for k in range(x.size):
        up, down = x.copy(), x.copy()
        up[k] += h
        down[k] -= h
        diff = abs((f(up) - f(down)) / (2 * h) - slope[k])
        if diff > 1e-4:
            print("off at", k)
            return
    print("all right")
"""


def test_a_check_may_end_at_the_first_number_that_is_off():
    def told(text):
        return [item.code for item in a_loop_is_left_when_the_change_is_small(source_from_text(text, "theirs.py"))]

    assert told(CHECKED) == []
    assert told(CHECKED.replace("check_slopes", "walk_down")) == ["SW-T13"]


ROW_BY_ROW = """
def fit_perceptron(X, y, w, rate, epochs):
    for _ in range(epochs):
        for row, label in zip(X, y):
            w = w + rate * (label - (row @ w > 0)) * row
    return w
"""


def test_the_order_of_the_rows_is_no_matter_to_a_perceptron():
    def told(text):
        return [item.severity for item in batches_are_drawn_in_random_order(source_from_text(text, "theirs.py"))]

    assert told(ROW_BY_ROW) == ["remark"]
    assert told(ROW_BY_ROW.replace("fit_perceptron", "fit_line")) == ["warning"]


def test_saturated_values_tell_no_activation():
    Z = np.array([[3.0, -900.0, -800.0], [-700.0, 5.0, -999.0]])
    assert not telling(softmax(Z, axis=1), Z)
    assert telling(softmax(Z / 500, axis=1), Z)
