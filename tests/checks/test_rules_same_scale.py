"""The same constants for training and test rows: fires where one part lacks a step, silent where it is taken elsewhere."""

import pytest

from scratchwork.checks.files.source import load_source
from scratchwork.checks.rules.same_scale import training_and_test_are_scaled_by_the_same_constants

UNPACKED = """from store import load
a_train, a_test = load()
X_train = a_train.reshape(len(a_train), -1) / 255.0
X_test = a_test.reshape(len(a_test), -1) / 255.0
"""
LOADED = """import numpy as np
def images():
    with np.load("glyphs.npz") as store:
        x_train = (store["a"].astype(float) / 255 - 0.5) / 0.25
        x_test = store["b"].astype(float) / 255
        x_test = (x_test - 0.5) / 0.25
    return x_train, x_test
left, right = images()
"""
SLICED = """import numpy as np
rows = np.loadtxt("glyphs.csv", delimiter=",")
X_dev = rows[:300].T[1:]
X_train = rows[300:].T[1:]
X_train = X_train / 255.0
X_dev = X_dev / 255.0
"""
LOOPED = """from store import load
def main():
    (x_train, y_train), (x_test, y_test) = load()
    x_train, y_train = x_train.reshape(len(x_train), -1) / 255, y_train
    x_test, y_test = x_test.reshape(len(x_test), -1) / 255, y_test
    net.train(x_train, y_train)
    return sum(net.guess(x_test[i]) == y_test[i] for i in range(len(x_test)))
"""
CASES = (
    (UNPACKED, "(len(a_test), -1) / 255.0", "(len(a_test), -1)"),
    (UNPACKED, "(len(a_test), -1) / 255.0", "(len(a_test), -1) / 256.0"),
    (LOADED, "        x_test = (x_test - 0.5) / 0.25\n", ""),
    (SLICED, "X_dev = X_dev / 255.0\n", ""),
    (SLICED, "X_dev = X_dev / 255.0\n", "X_dev = X_dev / 1.0\n"),
    (LOOPED, "x_test.reshape(len(x_test), -1) / 255", "x_test.reshape(len(x_test), -1)"),
)


def found(tmp_path, text):
    (tmp_path / "theirs.py").write_text(text)
    return {
        item.code for item in training_and_test_are_scaled_by_the_same_constants(load_source(tmp_path / "theirs.py"))
    }


@pytest.mark.parametrize(("text", "old", "new"), CASES)
def test_a_step_that_one_part_lacks_is_told(tmp_path, text, old, new):
    assert old in text
    assert found(tmp_path, text) == set()
    assert found(tmp_path, text.replace(old, new)) == {"SW-P11"}


@pytest.mark.parametrize(
    "later",
    ["X_test /= 255.0", "scaled = X_test / 255.0", "net.guess(X_test / 255.0)", "ready = normalise(X_test)",
     "print(score(net, X_test[:100] / 255.0))"],
)  # fmt: skip
def test_a_part_that_is_scaled_where_it_is_used_is_scaled(tmp_path, later):
    unscaled = UNPACKED.replace("(len(a_test), -1) / 255.0", "(len(a_test), -1)")
    assert found(tmp_path, unscaled) == {"SW-P11"}
    assert found(tmp_path, f"{unscaled}{later}\n") == set()


def test_constants_of_one_branch_alone_are_not_those_of_the_rows(tmp_path):
    text = """import numpy as np
if np.random.rand() < 2:
    X = np.load("a.npy")
else:
    X = np.load("b.npy") * 15
X_train = X[100:]
X_test = np.load("c.npy")
"""
    assert found(tmp_path, text) == set()
    assert found(tmp_path, text.replace("X[100:]", "X[100:] * 15")) == {"SW-P11"}
