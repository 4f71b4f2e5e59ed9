"""What depends on the labels of a part: seen by replacing them, whatever the code looks like."""

import types

import pytest

from scratchwork.checks.probes import influence as probe

COLUMNS = """
import numpy as np

dice = np.random.default_rng(1)
P = dice.normal(size=(3, 240))
T = (P[0] - P[1] + dice.normal(size=240) > 0).astype(int)
order = dice.permutation(240)
i_fit, i_valid, i_test = np.split(order, [140, 190])

def miss(a, b):
    return float((a != b).mean())

def closest(P, T, Q, k):
    d = ((Q[:, :, None] - P[:, None, :]) ** 2).sum(axis=0)
    return (T[np.argsort(d, axis=1)[:, :k]].mean(axis=1) > 0.5).astype(int)

sizes = [1, 3, 7, 15]
wrong = [miss(T[i_valid], closest(P[:, i_fit], T[i_fit], P[:, i_valid], k)) for k in sizes]
own = [miss(T[i_fit], closest(P[:, i_fit], T[i_fit], P[:, i_fit], k)) for k in sizes]
for k, a, b in zip(sizes, own, wrong):
    print("%3d  training %.3f  validation %.3f" % (k, a, b))
k = sizes[int(np.argmin(wrong))]
print("error on the test columns %.4f" % miss(T[i_test], closest(P[:, i_fit], T[i_fit], P[:, i_test], k)))
"""
TABLES = """
import numpy as np

def make(n=300, seed=5):
    dice = np.random.default_rng(seed)
    X = dice.normal(size=(n, 4))
    return X, X @ np.array([1.0, -2.0, 0.5, 0.0]) + dice.normal(size=n)

class Ridge:
    def __init__(self, strength):
        self.strength = strength

    def fit(self, X, y):
        self.w = np.linalg.solve(X.T @ X + self.strength * np.eye(X.shape[1]), X.T @ y)
        return self

    def mse(self, X, y):
        return np.mean((X @ self.w - y) ** 2)

def main(seed=2):
    X, y = make()
    rows = np.random.default_rng(seed).permutation(len(y))
    parts = {"train": rows[:180], "dev": rows[180:240], "test": rows[240:]}
    X = {name: X[places] for name, places in parts.items()}
    y = {name: y[places] for name, places in parts.items()}
    best, least = None, np.inf
    for strength in (0.01, 1.0, 100.0):
        model = Ridge(strength).fit(X["train"], y["train"])
        error = model.mse(X["dev"], y["dev"])
        print(f"{strength:8.2f}  train mse {model.mse(X['train'], y['train']):.4f}  validation mse {error:.4f}")
        if error < least:
            best, least = model, error
    print(f"test mse {best.mse(X['test'], y['test']):.4f} of {len(y['test'])} rows")

if __name__ == "__main__":
    main()
"""
LISTS = """
import random

def rows(n):
    dice = random.Random(3)
    made = [[dice.gauss(0, 1), dice.gauss(0, 1)] for _ in range(n)]
    return made, [1 if a + b + dice.gauss(0, 1) > 0 else 0 for a, b in made]

def train(X, y, rounds=20):
    w = [0.0, 0.0, 0.0]
    for _ in range(rounds):
        for row, t in zip(X, y):
            off = t - guess(w, row)
            w = [w[0] + 0.1 * off * row[0], w[1] + 0.1 * off * row[1], w[2] + 0.1 * off]
    return w

def guess(w, row):
    return 1 if w[0] * row[0] + w[1] * row[1] + w[2] > 0 else 0

def score(w, X, y):
    return 100.0 * sum(guess(w, row) == t for row, t in zip(X, y)) / len(y)

X, y = rows(150)
X_train, y_train, X_test, y_test = X[:100], y[:100], X[100:], y[100:]
w = train(X_train, y_train)
print("accuracy: %.2f %%" % score(w, X_test, y_test))
"""
FUNCTION = """
import numpy as np

def fitted(X, y):
    return np.linalg.lstsq(np.c_[X, np.ones(len(X))], y, rcond=None)[0]

def off(w, X, y):
    return float(np.mean((np.c_[X, np.ones(len(X))] @ w - y) ** 2))

def holdout_error(X, y, share=0.25, seed=1):
    order = np.random.default_rng(seed).permutation(len(y))
    cut = int(len(y) * share)
    test_rows, train_rows = order[:cut], order[cut:]
    w = fitted(X[train_rows], y[train_rows])
    return off(w, X[test_rows], y[test_rows])
"""
PAIRS = """
import random

def draw(n, seed):
    dice = random.Random(seed)
    for _ in range(n):
        a, b = dice.gauss(0, 1), dice.gauss(0, 1)
        yield (a, b, int(a - b + dice.gauss(0, 1) > 0))

rows = list(draw(160, 4))
train, test = rows[:120], rows[120:]

def votes(known, row, k=5):
    near = sorted(known, key=lambda other: (other[0] - row[0]) ** 2 + (other[1] - row[1]) ** 2)[:k]
    return int(sum(other[2] for other in near) * 2 > k)

right = sum(votes(train, row) == row[2] for row in test)
print(f"correct: {right / len(test):.4f}")
"""
HALF_KNOWN = """
import numpy as np
from sklearn.datasets import load_wine

data = load_wine()
order = np.random.default_rng(2).permutation(len(data.target))
ent, prueba = order[:120], order[120:]
centre, spread = data.data[ent].mean(0), data.data[ent].std(0)
A, B = (data.data[ent] - centre) / spread, (data.data[prueba] - centre) / spread
W = np.linalg.lstsq(np.c_[A, np.ones(len(A))], np.eye(3)[data.target[ent]], rcond=None)[0]
print("prueba", np.mean((np.c_[B, np.ones(len(B))] @ W).argmax(1) == data.target[prueba]))
"""
CASES = {
    "k chosen by the errors of training": (COLUMNS, "argmin(wrong)", "argmin(own)", "SW-K7"),
    "k chosen by the test columns, called validation": (
        COLUMNS,
        "miss(T[i_valid], closest(P[:, i_fit], T[i_fit], P[:, i_valid], k)) for",
        "miss(T[i_test], closest(P[:, i_fit], T[i_fit], P[:, i_test], k)) for",
        "SW-K7",
    ),
    "the strength is chosen by the test rows": (
        TABLES,
        'model.mse(X["dev"], y["dev"])',
        'model.mse(X["test"], y["test"])',
        "SW-D5",
    ),
    "training rows reported as test": (
        TABLES,
        "best.mse(X['test'], y['test'])",
        "best.mse(X['train'], y['train'])",
        "SW-E9",
    ),
    "a function returns the error of training rows": (
        FUNCTION,
        "off(w, X[test_rows], y[test_rows])",
        "off(w, X[train_rows], y[train_rows])",
        "SW-E9",
    ),
    "rows and labels are held together, training rows are counted": (
        PAIRS,
        'for row in test)\nprint(f"correct: {right / len(test)',
        'for row in train)\nprint(f"correct: {right / len(train)',
        "SW-E9",
    ),
    "the one number printed is of the training rows": (
        LISTS,
        "score(w, X_test, y_test)",
        "score(w, X_train, y_train)",
        "SW-E9",
    ),
}


def codes(text, tmp_path):
    from scratchwork.checks import engine

    path = tmp_path / "program.py"
    path.write_text(text)
    found = engine.check_here(path).findings
    return {finding.code for finding in found if finding.severity != "remark"}


@pytest.mark.parametrize("name", CASES)
def test_what_depends_on_the_labels_of_another_part_is_told(name, tmp_path):
    text, right, wrong, code = CASES[name]
    assert right in text
    assert code in codes(text.replace(right, wrong), tmp_path)


@pytest.mark.parametrize("text", [COLUMNS, TABLES, LISTS, FUNCTION, PAIRS, HALF_KNOWN])
def test_right_programs_are_left_alone(text, tmp_path):
    assert not codes(text, tmp_path) & {"SW-E9", "SW-D5", "SW-K7", "SW-D3", "SW-D1", "SW-D2"}


SCALER = """
import numpy as np

class Spread:
    def fit(self, table):
        self.middle = np.median(table, axis=0)
        self.width = np.percentile(table, 75, axis=0) - np.percentile(table, 25, axis=0)
        return self

    def __call__(self, table):
        return (table - self.middle) / self.width

dice = np.random.default_rng(9)
table = dice.gamma(2.0, 2.0, size=(150, 3))
marks = (table[:, 0] > table[:, 1]).astype(int)
order = dice.permutation(150)
test, known = order[:40], order[40:]
ready = Spread().fit(table[known])
w = np.linalg.lstsq(ready(table[known]), 2.0 * marks[known] - 1, rcond=None)[0]
print("test accuracy", np.mean((ready(table[test]) @ w > 0) == marks[test]))
"""
LIMITS = """
import numpy as np

def read():
    dice = np.random.default_rng(4)
    rows = dice.normal(5.0, 2.0, size=(120, 4))
    return rows, rows @ np.array([1.0, 0.5, -1.0, 2.0]) + dice.normal(size=120)

def limits(rows):
    return rows.min(axis=0), rows.max(axis=0) - rows.min(axis=0)

def main():
    rows, goal = read()
    train_mask = np.zeros(120, dtype=bool)
    train_mask[np.random.default_rng(0).permutation(120)[:90]] = True
    lows, ranges = limits(rows[train_mask])
    A, X_test = (rows[train_mask] - lows) / ranges, (rows[~train_mask] - lows) / ranges
    w = np.linalg.lstsq(np.c_[A, np.ones(90)], goal[train_mask], rcond=None)[0]
    print("mse", np.mean((np.c_[X_test, np.ones(30)] @ w - goal[~train_mask]) ** 2))

main()
"""
PREPARED = {
    "a class of quartiles": (SCALER, "fit(table[known])", "fit(table)"),
    "limits of all rows": (LIMITS, "limits(rows[train_mask])", "limits(rows)"),
}


@pytest.mark.parametrize("name", PREPARED)
def test_statistics_that_move_with_the_test_rows_are_told(name, tmp_path):
    text, right, wrong = PREPARED[name]
    assert not codes(text, tmp_path) & {"SW-D1", "SW-D2"}
    assert "SW-D1" in codes(text.replace(right, wrong), tmp_path)


def test_the_most_frequent_class_is_no_choice():
    note = types.SimpleNamespace(kind="argmax", line=7, function="main")

    def chosen_by(*values):
        said = probe.Said(note, None, "", ("argmax", 7, 1), values)
        story = types.SimpleNamespace(parts={"train", "val"}, said=[said], never=lambda said, part: True)
        story.touches = lambda said, part: part in ("train", "val")
        return probe._choice_by_training(story, None)

    assert chosen_by(0.5, 0.75, 0.25)
    assert chosen_by(12.0, 30.0, 9.0) is None
