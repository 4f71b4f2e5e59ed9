"""What looked like a fault of the code and was one of the question: odd data, rows taken for weights, zeros, names, conventions."""

import ast
import sys
from types import SimpleNamespace as Thing

import numpy as np
import pytest

from scratchwork.checks import order
from scratchwork.checks.files.source import load_source
from scratchwork.checks.findings import find
from scratchwork.checks.flow.dims_walk import walk_of
from scratchwork.checks.probes import objective_penalty, parameters, story, trail
from scratchwork.checks.rules.nearest import the_near_end_is_taken
from scratchwork.checks.rules.training import gradient_descent_gets_scaled_features
from scratchwork.checks.running import endless
from scratchwork.checks.views import linear_path
from scratchwork.checks.views.model import Model
from scratchwork.checks.watching import linear_trail, story_reading
from scratchwork.checks.watching.watch import Change


@pytest.fixture
def source(tmp_path):
    def made(text):
        path = tmp_path / "theirs.py"
        path.write_text(text)
        return load_source(path)

    return made


def frame_of(points, k=3):
    return sys._getframe()


@pytest.mark.parametrize(
    ("rows", "odd"),
    [
        (np.zeros((4, 2), np.uint8), True),
        (list(np.zeros((4, 2), np.uint8)), True),
        (np.full((4, 2), np.nan), True),
        (np.zeros((4, 2)), False),
        ([[0.0, 1.0]], False),
    ],
)
def test_a_call_without_end_on_odd_data_is_a_remark(rows, odd):
    assert endless.has_odd_data(frame_of(rows)) is odd
    loop = ast.parse("while a:\n    pass").body[0]
    stop = endless.Stop("k_means", 5.0, loop=loop, repeats=True, odd=odd)
    assert endless.finding_of(stop).severity == ("remark" if odd else "error")


SPREAD = """
def apart(a, b):
    return sum((u - v) ** 2 for u, v in zip(a, b))

def start(rows, k):
    centres = [rows[0]]
    while len(centres) < k:
        centres.append(max(rows, key=lambda row: min(apart(row, c) for c in centres)))
    return centres

def nearest_centre(row, centres):
    return min(range(len(centres)), key=lambda j: apart(row, centres[j]))
"""


def test_centres_that_are_spread_are_no_farthest_neighbours(source):
    assert not list(the_near_end_is_taken(source(SPREAD)))
    assert list(the_near_end_is_taken(source(SPREAD.replace("return min(range", "return max(range"))))


@pytest.mark.parametrize("changed", ["alone", "also the rows"])
def test_rows_that_a_loop_goes_over_are_no_weights(changed):
    X = np.arange(12.0).reshape(4, 3)
    seen = [Change("fit:row", "fit", None, X[i] + (changed == "alone"), {}, i) for i in range(4)]
    assert linear_trail.Trail._are_rows(Thing(X=X), seen) is (changed != "alone")


@pytest.mark.parametrize(("second", "deaf"), [(1.0, True), (2.5, False), (0.0, False)])
def test_a_rate_that_is_not_heard_leaves_the_first_step_as_it_was(monkeypatch, second, deaf):
    step = np.array([[0.3], [-0.1]])
    points = {0.02: Thing(dW=step * bool(second), db=None), 0.05: Thing(dW=step * second, db=None)}
    monkeypatch.setattr(trail, "trailed", lambda target, call, penalty, lr: Thing(points=[points[lr]]))
    monkeypatch.setattr(linear_trail, "modelled", lambda target, call: Thing(takes=lambda *words: True))
    assert bool(trail.deaf(None, None)) is deaf


def test_weights_of_zero_have_learnt_nothing():
    model = Thing(X=np.zeros((7, 2)))
    assert not parameters._learnt(model, {("w",): np.zeros(2)})
    assert parameters._learnt(model, {("w",): np.array([0.0, 0.1])})


def test_classes_are_scored_whatever_form_the_labels_were_given_in():
    y = np.array([0, 1, 1, 0])
    said = Thing(X=np.zeros((4, 2)), y=y, kind="logistic", answer=lambda made: np.zeros(4))
    said.shaped = lambda X, labels: (X, np.eye(2)[labels])
    assert Model.score(said, None) == 0.5


NEWTON = """
import numpy as np

def curvature(rows, weights, ridge):
    share = 1 / (1 + np.exp(-rows @ weights))
    table = (rows * (share * (1 - share))[:, None]).T @ rows
    table[np.arange(len(weights) - 1), np.arange(len(weights) - 1)] += ridge
    return table
"""
DOTS = """
import numpy as np

class Near:
    def fit(self, X, y):
        self.X, self.y = X, y

    def predict(self, Q):
        alike = Q @ self.X.T
        return self.y[np.argmax(alike, axis=1)]
"""


def test_an_index_along_the_diagonal_picks_no_rows(source):
    assert not walk_of(source(NEWTON)).notes
    assert not walk_of(source(DOTS)).notes
    assert {note[0] for note in walk_of(source(DOTS.replace("axis=1", "axis=0"))).notes} == {"SW-P5"}


CHOICE = """
scores = {}
for width in widths:
    left = []
    for part in parts:
        left.append(np.mean((asked(part, width) - part.y) ** 2))
    scores[width] = np.mean(errs)
best = min(scores, key=scores.get)
"""


DESCENT = """
from sklearn.datasets import load_wine
A, t = load_wine(return_X_y=True)
A = (A - A.mean(axis=0)) / A.std(axis=0)
for _ in range(50):
    w -= 0.1 * (A.T @ (A @ w - t) / len(t))
"""


def test_features_that_are_scaled_where_they_stand_are_scaled(source):
    assert not list(gradient_descent_gets_scaled_features(source(DESCENT)))
    raw = DESCENT.replace(" / A.std(axis=0)", "")
    assert [entry.code for entry in gradient_descent_gets_scaled_features(source(raw))] == ["SW-T16"]


def test_what_rests_on_a_wrong_softmax_is_not_said():
    words = "Line 9 takes np.argmax(P, axis=0); softmax adds up along axis 1, where the classes are."
    read, seen = find("SW-P5", words, severity="warning"), find("SW-N3", "Samples are columns here.", severity="error")
    assert [entry.code for entry in order.ordered([read, seen])] == ["SW-N3"]
    assert [entry.code for entry in order.ordered([read])] == ["SW-P5"]


@pytest.mark.parametrize("again", [True, False])
def test_a_training_that_begins_with_trained_weights_is_no_prediction(monkeypatch, again):
    w, rows = np.array([0.3, -0.2]), np.eye(2)
    later = [Thing(time=5, value=w if again else 2 * w), Thing(time=9, value=3 * w)]
    tape = Thing(clock=9, cells={"w": [Thing(time=4, value=w)], "v": later})
    weight = Thing(cell="w", changed=4, final=w[:, None], rows=True, tables=[(None, rows)])
    monkeypatch.setattr(story_reading, "tables", lambda *_: [(None, rows), (None, 2 * rows)])
    assert len(story._later(tape, weight)) == 2 - again


@pytest.mark.parametrize("alone", [True, False])
def test_each_class_against_the_rest_has_a_sigmoid_of_its_own(alone):
    rng = np.random.default_rng(0)
    path = Thing(X=rng.normal(size=(9, 4)), Y=np.eye(3)[np.arange(9) % 3], C=3, model=Thing(kind="logistic"))
    path.start, path.apart = linear_path.Parameters(rng.normal(size=(4, 3)), np.zeros(3)), alone
    step = linear_path.gradient(path, path.start)
    moved = linear_path.Parameters(path.start.w - 0.1 * step[:12].reshape(4, 3), -0.1 * step[12:])
    path.points, path.apart = [moved], False
    assert linear_path._off(path) < 1e-6
    assert path.apart is alone


@pytest.mark.parametrize(
    ("text", "found"), [("A = np.column_stack([X, np.ones(len(X))])", [3]), ("A = np.c_[np.ones(len(X)), X]", [])]
)
def test_the_entry_that_is_left_out_may_be_the_last(text, found):
    view, setting = Thing(nodes={"fit": ast.parse(text)}), Thing(intercept=("theta", 0))
    grow = np.array([0.1, 0.2, 0.3, 0.0])
    assert objective_penalty._left_out_last(view, setting, grow, None) == found
    assert objective_penalty._left_out_last(view, setting, grow, grow) == found
    assert objective_penalty._left_out_last(view, setting, grow, grow[::-1] + 0.1) == []
