"""Rows, labels and parts by their slices, printed scores piece by piece, and sweeps that train in the loop itself."""

import pytest

from scratchwork.checks.files.source import source_from_text
from scratchwork.checks.reading import read_source

PROGRAM = """
import numpy as np
from sklearn.datasets import load_iris
rng = np.random.default_rng(3)
X, y = load_iris(return_X_y=True)
order = rng.permutation(len(X))
X, y = X[order], y[order]
n = int(0.7 * len(X))
X_train, X_test = X[:n], X[n:]
y_train, y_test = y[:n], y[n:]

def evaluate(X, y, W, b):
    return np.mean((X @ W + b).argmax(axis=1) == y)

start = rng.normal(0, 0.01, (4, 3))
curves = {}
for eta in (0.01, 0.1, 1.0):
    W, b = start.copy(), np.zeros(3)
    shuffler = np.random.default_rng(5)
    for epoch in range(50):
        p = shuffler.permutation(len(X_train))
        Xs, ys = X_train[p], y_train[p]
        for i in range(0, len(Xs), 10):
            P = X[i:i + 10] @ W + b - np.eye(3)[ys[i:i + 10]]
            W = W - eta * Xs[i:i + 10].T @ P / 10
            b = b - eta * P.mean(axis=0)
    curves[eta] = W, b
    train, test = evaluate(X_train, y_train, W, b), evaluate(X_test, y_test, W, b)
    print(f"eta={eta}  train accuracy {train:.3f}  test accuracy {test:.3f}")
"""


def found(*changes):
    text = PROGRAM
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return [item.code for item in read_source(source_from_text(text)) if item.severity != "remark"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (("X_train, X_test = X[:n], X[n:]", "X_train, X_test = X[:n], X[n - 20:]"), "SW-D3"),
        (("Xs, ys = X_train[p], y_train[p]", "Xs, ys = X_train[p], y_train"), "SW-T11"),
        (("evaluate(X_test, y_test, W, b)", "evaluate(X_train, y_train, W, b)"), "SW-E9"),
        (("W, b = start.copy(), np.zeros(3)", "W, b = rng.normal(0, 1, (4, 3)), np.zeros(3)"), "SW-R3"),
    ],
)
def test_each_is_seen_by_one_changed_line(change, code):
    assert not found()
    assert code in found(change)


def test_weights_that_go_on_from_the_value_before():
    reset = "    W, b = start.copy(), np.zeros(3)\n"
    assert "SW-R1" in found((reset, ""), ("curves = {}\n", "curves = {}\nW, b = start.copy(), np.zeros(3)\n"))


def test_a_schedule_and_a_series_are_no_faults():
    schedule = """
import numpy as np
X, y = np.load("X.npy"), np.load("y.npy")
W = np.zeros(4)
losses = []
for eta in [0.1, 0.01]:
    for epoch in range(50):
        W = W - eta * X.T @ (X @ W - y) / len(y)
        losses.append(np.mean((X @ W - y) ** 2))
series = np.load("series.npy")
train_x, train_y = series[:-1], series[1:]
"""
    assert not [item.code for item in read_source(source_from_text(schedule)) if item.severity != "remark"]


LISTED = """
import numpy as np

def train(rule, lr, seed, epochs=8, batch=32):
    W = np.random.default_rng(seed).normal(size=(batch, 3))
    for _ in range(epochs):
        W = rule(W, lr)
    return W

runs = {
    "SGD": [train(sgd, 0.02, s, epochs=8, batch=32) for s in range(5)],
    "Adam": [train(adam, 0.02, s, epochs=8, batch=32) for s in range(5)],
}
"""
COLUMNS = """
import pandas as pd
from sklearn.model_selection import train_test_split
raw = pd.read_csv("rows.csv")
target = raw["target"]
feats = raw.drop(columns="target")
feats["stage"] = pd.qcut(raw["age"], 4, labels=False)
A_train, A_test, t_train, t_test = train_test_split(feats.values, target.values, random_state=5)
"""


@pytest.mark.parametrize(
    ("text", "change", "code"),
    [
        (LISTED, ("adam, 0.02, s, epochs=8", "adam, 0.02, s, epochs=16"), "SW-R1"),
        (COLUMNS, ('pd.qcut(raw["age"]', "pd.qcut(target"), "SW-D9"),
    ],
)
def test_listed_runs_and_columns_of_the_target(text, change, code):
    def codes(program):
        told = read_source(source_from_text(program))
        return {item.code for item in told if item.severity != "remark"} - {"SW-X92"}  # the texts are pieces

    assert not codes(text)
    assert code in codes(text.replace(*change))


def test_samples_in_columns_are_shuffled_too():
    text = """
import numpy as np
from sklearn.datasets import load_digits
rng = np.random.default_rng(3)
A, c = load_digits(return_X_y=True)
A = A.T
mix = rng.permutation(A.shape[1])
A, c = A[:, mix], c[mix]
A_fit, c_fit = A[:, :1200], c[:1200]
Y = np.eye(10)[c_fit].T
order = rng.permutation(1200)
A_fit, Y = A_fit[:, order], Y[:, order]
"""
    assert not [item.code for item in read_source(source_from_text(text)) if item.severity != "remark"]


TURNED = """
import numpy as np
from sklearn.datasets import load_iris
X, y = load_iris(return_X_y=True)
X = X.T
order = np.random.default_rng(0).permutation(y.size)
X_train, y_train = X[:, order[:100]], y[{rows}]
W = np.zeros((1, 4))
error = ((W @ X_train).ravel() - y_train) ** 2
"""


def test_samples_in_columns_are_shuffled_along_their_axis():
    """``X.T[:, order]`` with ``y[order]`` belong together."""
    right = source_from_text(TURNED.format(rows="order[:100]"))
    assert not {"SW-D8", "SW-T11"} & {finding.code for finding in read_source(right)}


def test_a_part_may_be_split_once_more():
    text = """
from sklearn.datasets import load_iris
from sklearn.model_selection import train_test_split
X, y = load_iris(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, stratify=y, random_state=4)
X_train1, X_train2, y_train1, y_train2 = train_test_split(X_train, y_train, stratify=y_train, random_state=4)
"""
    assert not [item.code for item in read_source(source_from_text(text)) if item.severity == "error"]
    swapped = text.replace("X_train, X_test, y_train, y_test =", "X_test, X_train, y_test, y_train =")
    assert "SW-D8" in [item.code for item in read_source(source_from_text(swapped))]


SEEDED = """
import numpy as np
from sklearn.utils import shuffle
from sklearn.model_selection import train_test_split

def divide(rows, goals, share=0.8, seed=3):
    order = np.random.RandomState(seed).permutation(len(rows))
    cut = int(share * len(order))
    return rows[order[:cut]], rows[order[cut:]], goals[order[:cut]], goals[order[cut:]]

def mixed(values, seed):
    np.random.seed(seed)
    return values[np.random.permutation(len(values))]

X, y, z = np.loadtxt("rows.csv"), np.loadtxt("heat.csv"), np.loadtxt("cold.csv")
X_train, X_test, y_train, y_test = divide(X, y)
_, _, z_train, z_test = divide(X, z, seed=3)
for target, target_test in [(y_train, y_test), (z_train, z_test)]:
    w = np.linalg.lstsq(X_train, target)[0]
    print(np.mean((X_test @ w - target_test) ** 2))
X = shuffle(mixed(X, 4), random_state=5)
y = shuffle(mixed(y, 4), random_state=5)
print(np.linalg.lstsq(X, y)[0])
"""


@pytest.mark.parametrize("change", [("z, seed=3", "z, seed=8"), ("mixed(y, 4)", "mixed(y, 8)"), ("mixed(y, 4), random_state=5", "mixed(y, 4), random_state=8")])  # fmt: skip
def test_permutations_of_one_seed_are_one_permutation(change):
    codes = [[f.code for f in read_source(source_from_text(text)) if f.severity != "remark"] for text in (SEEDED, SEEDED.replace(*change))]  # fmt: skip
    assert codes[0] == []
    assert {"SW-D8", "SW-T11"} & {*codes[1]} == {"SW-D8"}


CHOSEN = """
import numpy as np, pandas as pd
from sklearn.model_selection import train_test_split
def strongest(rows, target, k):
    return np.argsort(-np.abs([np.mean(rows[:, j].std() * target) for j in range(9)]) * rows.std(axis=0))[:k]
df = pd.read_csv("wine.csv")
X, y = df.drop(columns="quality").values, df["quality"].values
X = X[:, X.std(axis=0) > 0]
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
best = strongest(X_train, y_train, 4)
X_train, X_test = X_train[:, best], X_test[:, best]
print(np.linalg.lstsq(X_train, y_train)[0])
"""
TABLE = """
import pandas as pd
from sklearn.model_selection import train_test_split
df = pd.read_csv("wine.csv")
train, test = train_test_split(df, random_state=0)
top = train.corr()["quality"].abs().drop("quality").nlargest(6).index
X_train, y_train = train[top], train["quality"]
X_test, y_test = test[top], test["quality"]
"""


@pytest.mark.parametrize(("text", "old", "new"), [(CHOSEN, "(X_train, y_train, 4)", "(X, y, 4)"), (TABLE, "train.corr", "df.corr")])  # fmt: skip
def test_columns_are_chosen_by_training_rows(text, old, new):
    codes = [[f.code for f in read_source(source_from_text(code))] for code in (text, text.replace(old, new))]
    assert "SW-D1" not in codes[0]
    assert "SW-D1" in codes[1]


def test_gaps_that_are_floats_make_no_text_of_rows():
    """float("nan") for what is missing: the rows stay rows, and a scaler learnt of both parts is seen."""
    text = """
import numpy as np
def value_of(cell):
    if cell == "":
        return float("nan")
    return float(cell)
def matrix(rows):
    return np.array([[value_of(cell) for cell in row] for row in rows])
def compare(rows):
    train, test = rows[:80], rows[80:]
    A, B = matrix(train), matrix(test)
    mean = np.nanmean(np.vstack([A, B]), axis=0)
    return fit(A - mean)
"""
    assert "SW-D1" in [f.code for f in read_source(source_from_text(text))]
    assert "SW-D1" not in [f.code for f in read_source(source_from_text(text.replace("np.vstack([A, B])", "A")))]


HEADS = """
import numpy as np
rows = np.array(np.loadtxt("digits.csv"))
m, n = rows.shape
np.random.shuffle(rows)
dev = rows[0:500].T
y_dev, X_dev = dev[0], dev[1:n]
train = rows[500:m].T
y_train, X_train = train[0], train[1:n]
"""
MADE = """
import pandas as pd
homes = pd.read_csv("homes.csv")
homes["ratio"] = homes["tax"] / homes["area"]
homes["before"] = homes["price"].shift(1)
features = homes.drop(columns=["price", "id"])
target = homes["price"].to_numpy()
"""
VOTE = """
def classify(neighbours):
    tally = {}
    for d, label in neighbours:
        weight = 1 / (d + 1e-9)
        if label not in tally:
            tally[label] = 0.0
        tally[label] += weight
    return max(tally, key=tally.get)
"""


@pytest.mark.parametrize(
    ("text", "old", "new", "code"),
    [
        (HEADS, "rows[500:m]", "rows[:m]", "SW-D3"),
        (MADE, 'homes["tax"] /', 'homes["price"] /', "SW-D9"),
        (VOTE, "tally[label] += weight", "tally[label] = weight", "SW-K5"),
    ],
)
def test_more_of_the_rows_is_seen_by_one_changed_piece(text, old, new, code):
    codes = [{f.code for f in read_source(source_from_text(one))} for one in (text, text.replace(old, new))]
    assert code not in codes[0]
    assert code in codes[1]


SWEEP = """
import numpy as np
from models import Nearest
accuracies = []
for k in (1, 3, 5):
    accuracies.append(np.mean(Nearest(k).fit(X_train, y_train).predict(X_val) == y_val) * 100)
best = {k: Nearest(k).fit(X_train, y_train).score(X_val, y_val) for k in range(1, 9, 2)}
runs = {seed: Nearest(3).fit(X_train, y_train).score(X_val, y_val) for seed in range(3)}
print("best:", round(max(accuracies), 2), "%")
"""


@pytest.mark.parametrize(
    ("old", "new", "code"), [(" * 100", "", "SW-E10"), ("{k: Nearest(k)", "{k: Nearest(5)", "SW-R1")]
)
def test_a_list_keeps_its_unit_and_a_dict_its_values(old, new, code):
    codes = [{f.code for f in read_source(source_from_text(one))} for one in (SWEEP, SWEEP.replace(old, new))]
    assert code not in codes[0]
    assert code in codes[1]
