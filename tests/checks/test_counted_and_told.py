"""What is counted, told and taken in a loop: settings beside rounds, mistakes beside waiting, a centre without rows, a mean less its rows."""

import ast
import textwrap
from types import SimpleNamespace

import pytest

from scratchwork.checks.files.source import load_source
from scratchwork.checks.probes.training import _prepares_as_trained
from scratchwork.checks.rules.best import the_best_is_what_is_returned
from scratchwork.checks.rules.nearest import the_near_end_is_taken
from scratchwork.checks.rules.preparation import preparation_is_learnt_after_the_split
from scratchwork.checks.rules.stop_signs import what_is_waited_for_is_counted


@pytest.fixture
def told(tmp_path):
    """``told(rule, text)``: the codes of what one rule says of a program."""

    def run(rule, text):
        path = tmp_path / "theirs.py"
        path.write_text(textwrap.dedent(text))
        return [finding.code for finding in rule(load_source(path))]

    return run


DEGREES = """
import numpy as np
best_mse, best_degree = np.inf, None
for degree in range(1, 11):
    w = solve(x_train, y_train, degree)
    val_mse = np.mean((design(x_val, degree) @ w - y_val) ** 2)
    if val_mse < best_mse:
        best_mse = val_mse
        best_degree = degree
print(f"degree {best_degree}: {best_mse}")
"""
ROUNDS = DEGREES.replace("w = solve(x_train, y_train, degree)", "w = w - 0.1 * A.T @ (A @ w - y_train)").replace(
    "design(x_val, degree)", "B"
)


def test_a_setting_that_is_chosen_is_no_round_whose_weights_are_lost(told):
    assert told(the_best_is_what_is_returned, DEGREES) == []
    assert told(the_best_is_what_is_returned, ROUNDS) == ["SW-T9"]
    inner = "w = np.zeros(degree)\n    for _ in range(9):\n        w -= 0.1 * A[:, :degree].T @ (A[:, :degree] @ w - y_train)"
    assert told(the_best_is_what_is_returned, DEGREES.replace("w = solve(x_train, y_train, degree)", inner)) == []


def test_the_number_of_a_round_may_find_its_weights(told):
    assert told(the_best_is_what_is_returned, ROUNDS + "w = seen[best_degree]\n") == []
    assert told(the_best_is_what_is_returned, ROUNDS + "w = seen[-1]\n") == ["SW-T9"]


MISTAKES = """
def learn(rows, few=3):
    errors = 0
    for turn in range(90):
        errors = 0
        for row in rows:
            if wrong(row):
                errors += 1
        if errors < few:
            break
"""


def test_few_mistakes_may_end_a_loop(told):
    assert told(what_is_waited_for_is_counted, MISTAKES) == []
    waited = MISTAKES.replace("errors", "no_gain")
    assert told(what_is_waited_for_is_counted, waited) == []
    in_branch = waited.replace(
        "        no_gain = 0\n        for", "        if gained():\n            no_gain = 0\n        for"
    )
    assert told(what_is_waited_for_is_counted, in_branch) == ["SW-T13"]


FARTHEST = """
def move(rows, labels, centroids, verbose):
    for j, c in enumerate(centroids):
        mine = [row for row, label in zip(rows, labels) if label == j]
        if not mine:
            centroids[j] = max(rows, key=lambda row: euclidean_distance(row, c))
"""


@pytest.mark.parametrize(("old", "new"), [("if not mine", "if mine"), ("centroids[j] =", "labels[j] ="), ("if not mine", "for mine in rows"), ("not mine", "verbose")])  # fmt: skip
def test_the_farthest_row_is_taken_for_a_centre_without_rows_alone(told, old, new):
    assert told(the_near_end_is_taken, FARTHEST) == []
    assert old in FARTHEST
    assert told(the_near_end_is_taken, FARTHEST.replace(old, new)) == ["SW-K1"]


def test_a_far_row_that_is_first_named(told):
    named = FARTHEST.replace("centroids[j] = max(", "far = max(")
    assert told(the_near_end_is_taken, named + "            centroids[j] = far\n") == []


TURNED = """
from sklearn.datasets import load_wine
X, y = load_wine(return_X_y=True)
mu = X.mean(axis=0)
X = (mu - X) / 2
from sklearn.model_selection import train_test_split
train, test, t_train, t_test = train_test_split(X, y, random_state=0)
"""


@pytest.mark.parametrize("part", [("mu - X", "X - mu"), ("mu - X", "mu - X"), ("mu - X", "X.mean(axis=0) - X")])
def test_a_centring_with_its_sign_turned_is_one(told, part):
    assert told(preparation_is_learnt_after_the_split, TURNED.replace(*part)) == ["SW-D1"]
    assert told(preparation_is_learnt_after_the_split, TURNED.replace("mu - X", "X")) == []


TRAINS = """
class N:
    def fit(self, X):
        self.KEPT = X.mean(axis=0)
    def predict(self, X):
        return self.forward(X - self.KEPT)
"""


@pytest.mark.parametrize(
    ("name", "prepares"),
    [("mean", True), ("x_mean", True), ("mu_", True), ("scale_", True), ("sd", True), ("centers", True), ("X_max", True),
     ("scores", False), ("min_loss", False), ("best_score", False), ("descent", False), ("mean_err", False), ("discount", False)],
)  # fmt: skip
def test_what_a_prediction_prepares_with_is_told_by_whole_words(name, prepares):
    train, predict = ast.parse(TRAINS.replace("KEPT", name)).body[0].body
    net = SimpleNamespace(node=lambda text: {"fit": train, "predict": predict}.get(text), roles={"train": "fit", "predict": "predict"}, paths=[])  # fmt: skip
    assert _prepares_as_trained(net) == prepares
