"""What is followed by names: penalties that reach the loss alone, ratios under a wrong name, parts in dicts, tuples and folds."""

import pytest

from scratchwork.checks.files.source import source_from_text
from scratchwork.checks.reading import read_source

TRAIN = """
import numpy as np
def train(X, y, lam, rate=0.1, steps=50):
    w = np.zeros(X.shape[1])
    losses = []
    for _ in range(steps):
        e = X @ w - y
        losses.append(np.mean(e ** 2) + lam * w @ w)
        grad = 2 * X.T @ e / len(y) + 2 * lam * w
        w = w - rate * grad
    return w, losses
"""
RATES = """
def rates(y, p):
    tp = sum((y == 1) & (p == 1)); fp = sum((y == 0) & (p == 1)); fn = sum((y == 1) & (p == 0))
    print("precision", tp / (tp + fp), "recall", tp / (tp + fn))
"""
PARTS = """
import numpy as np
from sklearn.datasets import load_iris
X, y = load_iris(return_X_y=True)
idx = np.random.default_rng(0).permutation(len(X))
i, j = 90, 120
tr, te = np.split(idx, [i])
m, s = X[tr].mean(0), X[tr].std(0)
Z = (X - m) / s
parts = {"train": (Z[tr], y[tr]), "test": (Z[te], y[te])}
"""
DIVIDED = """
def divide(X, y, i, j):
    return {"train": (X[:i], y[:i]), "val": (X[i:j], y[i:j]), "test": (X[j:], y[j:])}
"""
REBUILD = """
def reconstruct(X, mean, V):
    return (X - mean) @ V @ V.T + mean
"""
NAMES = """
import numpy as np
from sklearn.datasets import load_iris
iris = load_iris()
X, y = iris.data, iris.target
guess = (X @ np.zeros((4, 3))).argmax(axis=1)
truth = y
print(np.mean([t == g for t, g in zip(truth, guess)]))
"""


def codes(text):
    found = {item.code for item in read_source(source_from_text(text)) if item.severity != "remark"}
    return found - {"SW-X92"}  # the texts are pieces, whose data and helpers stand elsewhere


@pytest.mark.parametrize(
    ("text", "old", "new", "code"),
    [
        (TRAIN, "+ 2 * lam * w\n", "+ 0.02 * w\n", "SW-T2"),
        (RATES, '"precision", tp / (tp + fp)', '"precision", tp / (tp + fn)', "SW-E7"),
        (PARTS, "m, s = X[tr].mean(0), X[tr].std(0)", "m, s = X.mean(0), X.std(0)", "SW-D1"),
        (DIVIDED, '"test": (X[j:], y[j:])', '"test": (X[i:], y[i:])', "SW-D3"),
        (REBUILD, " + mean\n", "\n", "SW-C6"),
        (NAMES, "truth = y\n", "truth = iris.target_names[y]\n", "SW-D6"),
    ],
)
def test_one_changed_line_is_seen(text, old, new, code):
    assert text.count(old) == 1
    assert code not in codes(text)
    assert code in codes(text.replace(old, new))


def test_a_count_of_passes_is_no_sweep():
    text = "for k in range(50):\n    loss = model(xs)\n    loss.backward()\n    print(k, loss)\n"
    assert not codes(text)


def test_a_table_with_the_labels_beside_is_no_leak_once_its_columns_are_taken_apart():
    text = (
        PARTS + "both = np.column_stack([X, y])\nA, b = both[:, :-1], both[:, -1]\nmodel = Model()\nmodel.fit(A, b)\n"
    )
    assert "SW-D9" not in codes(text)
    assert "SW-D9" in codes(text.replace("A, b = both[:, :-1], both[:, -1]", "A, b = both, y"))


MEANS = """
def kmeans(X, k, seed):
    return X[:k]
centers = kmeans(X, 3, 0)
"""
VOTE = """
import numpy as np
def knn_predict(X, y, row, k=3):
    near = np.argsort(((X - row) ** 2).sum(axis=1))[:k]
    return np.bincount(y[near]).argmax()
"""
WINE = """
from sklearn.datasets import load_wine
X, y = load_wine(return_X_y=True)
model = KNN(3)
model.fit(X, y)
"""


@pytest.mark.parametrize(
    ("text", "old", "new", "code"),
    [
        (MEANS.replace("kmeans(X, 3, 0)", "[kmeans(X, 3, s) for s in range(9)]"), "[kmeans(X, 3, s) for s in range(9)]", "kmeans(X, 3, 0)", "SW-M7"),
        (VOTE, "k=3", "k=4", "SW-K4"),
        (WINE.replace("fit(X, y)", "fit((X - X.mean(0)) / X.std(0), y)"), "(X - X.mean(0)) / X.std(0)", "X", "SW-K8"),
    ],
)  # fmt: skip
def test_remarks(text, old, new, code):
    everything = [item.code for item in read_source(source_from_text(text))]
    assert code not in everything
    assert code in [item.code for item in read_source(source_from_text(text.replace(old, new)))]
