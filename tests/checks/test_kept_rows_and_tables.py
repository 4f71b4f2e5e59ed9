"""Rows an object keeps, tables read by their own functions, one slope beside a constant, labels in a file of their own."""

import pytest

from scratchwork.checks.files.source import load_source
from scratchwork.checks.reading import read_source

KEPT = """
import numpy as np


class Shrunk:
    def __init__(self, X_train, y_train, lamb=0.0):
        self.X_train = np.hstack([np.ones((len(X_train), 1)), X_train])
        self.y_train, self.lamb = y_train, lamb

    def fit(self):
        A = self.X_train
        keep = np.eye(A.shape[1])
        keep[0, 0] = 0
        self.beta = np.linalg.pinv(A.T @ A + self.lamb * keep) @ A.T @ self.y_train

    def predict(self, X):
        return np.hstack([np.ones((len(X), 1)), X]) @ self.beta
"""
IN_FIT = (
    "np.hstack([np.ones((len(X_train), 1)), X_train])\n",
    "X_train\n",
), ("        A = self.X_train\n", "        self.X_train = np.hstack([np.ones((len(self.X_train), 1)), self.X_train])\n        A = self.X_train\n")  # fmt: skip


def test_rows_that_the_object_keeps_get_their_ones_once(judge, errors):
    assert not errors(judge(KEPT))
    text = KEPT
    for old, new in IN_FIT:
        assert old in text
        text = text.replace(old, new)
    found = [finding for finding in judge(text).findings if finding.code == "SW-P10"]
    assert [entry.severity for entry in found] == ["warning"]
    assert "two of them of ones" in found[0].observed


def test_a_short_name_of_the_strength_is_set(judge):
    found = judge(KEPT.replace("        keep[0, 0] = 0\n", "")).findings
    assert any(finding.code == "SW-G4" and finding.function == "fit" for finding in found)


LINE = """
import numpy as np


def pulled(A, t, strength):
    spared = np.identity(A.shape[1])
    spared[0, 0] = 0
    return np.dot(np.linalg.inv(A.T.dot(A) + strength * spared), A.T.dot(t))


rng = np.random.default_rng(3)
x = rng.uniform(-2, 9, size=24)
A = np.column_stack((np.ones_like(x), x))
w = pulled(A, x**2 + 4, 2.5)
print(w)
"""


def test_one_slope_and_its_constant_under_the_same_penalty(judge):
    assert "SW-G4" not in {finding.code for finding in judge(LINE).findings}
    found = [entry for entry in judge(LINE.replace("    spared[0, 0] = 0\n", "")).findings if entry.code == "SW-G4"]
    assert found
    assert "2.5 I" in found[0].observed


TABLE = """
import numpy as np


def confusion_matrix(guess, truth):
    table = np.zeros((2, 2))
    for g, t in zip(guess, truth):
        g, t = int(g == 1), int(t == 1)
        table[g][t] += 1
    return table


def accuracy(conf):
    return (conf[0][0] + conf[1][1]) / (conf[0][0] + conf[0][1] + conf[1][0] + conf[1][1])


def recall(conf):
    return conf[1][1] / max(conf[1][1] + conf[0][1], 1)


def precision(conf):
    return conf[1][1] / max(conf[1][1] + conf[1][0], 1)
"""


def test_a_table_is_right_for_those_who_read_it(judge):
    assert not [entry for entry in judge(TABLE).findings if entry.severity != "remark"]
    found = judge(TABLE.replace("table[g][t]", "table[t][g]")).findings
    assert [entry.code for entry in found if entry.severity != "remark"] == ["SW-E8"]
    one = judge(TABLE.replace("conf[1][1] + conf[0][1], 1", "conf[1][1] + conf[1][0], 1")).findings
    assert ("SW-E7", "recall") in {(entry.code, entry.function) for entry in one}


NAMES = """
import numpy as np
import pandas as pd

df = pd.read_csv("flowers.csv")
X = df.drop("kind", axis=1).values
y = df["kind"]
order = np.random.default_rng(0).permutation(len(X))
X_train, y_train = X[order[:100]], y[order[:100]]
X_test, y_test = X[order[100:]], y[order[100:]]
number = {name: i for i, name in enumerate(y.unique())}
y_train = [number[name] for name in y_train]
y_test = [number[name] for name in y_test]
W = np.linalg.lstsq(X_train, np.eye(3)[y_train], rcond=None)[0]
print(np.mean(np.argmax(X_test @ W, axis=1) == y_test))
"""


@pytest.mark.parametrize("made", ["{name: i for i, name in enumerate(y.unique())}", "dict((name, i) for i, name in enumerate(y.unique()))"])  # fmt: skip
def test_numbers_of_names_have_no_order_of_rows(tmp_path, made):
    text = NAMES.replace("{name: i for i, name in enumerate(y.unique())}", made)
    assert "SW-D8" not in _codes(tmp_path, text)
    assert "SW-D8" in _codes(tmp_path, text.replace("y_train = X[order[:100]], y[order[:100]]", "y_train = X[order[:100]], y[:100]"))  # fmt: skip


SWEEP = """
def trials(settings, rates):
    rows = []
    for learning_rate in rates:
        one = Settings(**{**settings.as_dict(), "learning_rate": learning_rate})
        rows.append({"learning_rate": learning_rate, **train(one)})
    return rows
"""


def test_a_rate_may_be_passed_on_in_a_dict(tmp_path):
    assert "SW-T1" not in _codes(tmp_path, SWEEP)
    assert "SW-T1" in _codes(tmp_path, SWEEP.replace('Settings(**{**settings.as_dict(), "learning_rate": learning_rate})', "settings"))  # fmt: skip


def _codes(tmp_path, text):
    path = tmp_path / "program.py"
    path.write_text(text)
    return {finding.code for finding in read_source(load_source(path))}


def test_labels_in_a_file_of_their_own_are_one_column(judge):
    text = LINE.replace(
        "rng = np.random.default_rng(3)\nx = rng.uniform(-2, 9, size=24)\nA = np.column_stack((np.ones_like(x), x))\nw = pulled(A, x**2 + 4, 2.5)",
        'import pandas as pd\n\nX = pd.read_csv("data/X_train.csv").values\ny = pd.read_csv("data/y_train.csv").values\nw = pulled(np.hstack([np.ones((len(X), 1)), X]), y, 2.5)',
    )
    assert text != LINE
    assert "SW-G4" not in {finding.code for finding in judge(text).findings}
    assert "SW-G4" in {entry.code for entry in judge(text.replace("    spared[0, 0] = 0\n", "")).findings}


CHECKED = """
class Config:
    tolerance: float = 1e-8


class Mixed:
    def __init__(self, rate=0.1, l1_share=None, tolerance=1e-6):
        self.rate, self.l1_share, self.tolerance = rate, l1_share, tolerance
        if self.l1_share is not None and not 0 <= l1_share <= 1:
            raise ValueError(f"l1_share is {l1_share}")

    def fit(self, X, y):
        w = X[0] * 0
        while True:
            step = self.rate * (X.T @ (X @ w - y) + self.l1_share * w)
            w = w - step
            if abs(step).max() < self.tolerance:
                return w


def run(config: Config, X, y):
    return Mixed(tolerance=config.tolerance).fit(X, y)
"""


def test_to_refuse_a_setting_is_not_to_use_it(tmp_path):
    assert "SW-T2" not in _codes(tmp_path, CHECKED)
    assert "SW-T2" in _codes(tmp_path, CHECKED.replace("self.l1_share * w", "0.5 * w"))


def test_an_attribute_of_another_class_is_not_this_ones(tmp_path):
    assert "SW-T2" in _codes(tmp_path, CHECKED.replace("< self.tolerance", "< 1e-6"))


FLOWERS = """
import numpy as np
import seaborn as sns

flowers = sns.load_dataset("iris")
X = np.c_[np.ones(len(flowers)), flowers[["petal_length", "petal_width"]].values]
number = {name: i for i, name in enumerate(flowers.species.unique())}
T = np.eye(3)[[number[name] for name in flowers.species]]
order = np.random.default_rng(1).permutation(len(X))
X_train, T_train, X_kept, T_kept = X[order[:100]], T[order[:100]], X[order[100:]], T[order[100:]]
theta = np.random.default_rng(0).normal(size=(3, 3))
best = np.inf
for turn in range(400):
    scores = np.exp(X_train @ theta)
    p = scores / scores.sum(axis=1, keepdims=True)
    fall = X_train.T @ (p - T_train) / len(X_train) + 0.1 * np.r_[np.zeros((1, 3)), theta[1:]]
    theta = theta - 0.1 * fall
    scores = np.exp(X_kept @ theta)
    q = scores / scores.sum(axis=1, keepdims=True)
    cost = -np.mean(np.sum(T_kept * np.log(q + 1e-9), axis=1)) + 0.05 * np.sum(theta[1:] ** 2)
    if cost < best:
        best = cost
    else:
        break
print(best, turn)
"""


def test_a_penalty_in_the_step_alone_of_a_script_is_no_wrong_gradient(judge):
    assert not [entry for entry in judge(FLOWERS).findings if entry.severity != "remark"]
    wrong = judge(FLOWERS.replace("(p - T_train) / len(X_train)", "(p - 0.5 * T_train) / len(X_train)")).findings
    assert "SW-G1" in {entry.code for entry in wrong}


def test_a_loop_whose_best_can_never_fall_stops_at_once(tmp_path):
    assert "SW-T13" not in _codes(tmp_path, FLOWERS)
    assert "SW-T13" in _codes(tmp_path, FLOWERS.replace("if cost < best:", "if cost > best:"))


def test_the_data_sets_of_seaborn_have_their_columns():
    from scratchwork.checks.running.stand_in_data import TABLES, load_dataset

    for name, columns in TABLES.items():
        frame = load_dataset(name)
        assert set(frame.columns) == set(columns)
        assert len(frame) == 150
        assert not frame.isna().any().any()
    flowers = load_dataset("iris")
    assert list(flowers.columns)[-1] == "species"
    assert flowers.groupby("species").petal_length.mean().is_monotonic_increasing


KIN = """
class Optimizer:
    pass


class Decaying(Optimizer):
    def __init__(self, learning_rate=0.1):
        self.learning_rate = learning_rate

    def describe(self):
        self.told = "decays"


class Scaler:
    def fit(self, X):
        self.mean = X.mean(axis=0)


def train(w, slope, optimizer: Optimizer):
    return w - optimizer.learning_rate * slope(w)
"""


def test_an_annotation_with_the_base_means_this_class_too(tmp_path):
    assert "SW-T1" not in _codes(tmp_path, KIN)
    assert "SW-T1" in _codes(tmp_path, KIN.replace("optimizer: Optimizer", "optimizer: Scaler"))
    apart = (
        KIN.replace("optimizer: Optimizer", "optimizer")
        + "\n\ndef ready(optimizer: Scaler, X):\n    optimizer.fit(X)\n"
    )
    assert "SW-T1" not in _codes(tmp_path, apart)


VELOCITY = """
class Heavy:
    def __init__(self, weights, lr=0.01, momentum=0.9):
        self.weights, self.lr, self.momentum = weights, lr, momentum
        self.velocity = [0 * w for w in weights]

    def step(self, slopes):
        for i, g in enumerate(slopes):
            self.velocity[i] = self.momentum * self.velocity[i] + g
            self.weights[i] -= self.lr * self.velocity[i]
"""


@pytest.mark.parametrize(("old", "new"), [("self.lr * self.velocity", "self.velocity"), ("self.momentum * self.velocity", "self.velocity")])  # fmt: skip
def test_a_velocity_without_its_rate_or_its_damping(tmp_path, old, new):
    assert not _codes(tmp_path, VELOCITY) & {"SW-T1", "SW-T2", "SW-T3"}
    assert old in VELOCITY
    assert _codes(tmp_path, VELOCITY.replace(old, new)) & {"SW-T1", "SW-T2", "SW-T3"} == {"SW-T3"}
