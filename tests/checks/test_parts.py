"""Training and test parts as a program makes them: shared rows and statistics of the wrong rows are seen by their numbers alone."""

import numpy as np
import pytest

from scratchwork.checks.probes import parts

COLUMNS = """
import numpy as np

def gather(seed):
    made = np.random.default_rng(seed)
    table = made.gamma(2.0, 3.0, size=(120, 4)) + np.arange(4)
    marks = (table[:, 0] + table[:, 1] > 13).astype(int)
    places = made.permutation(120)
    late, early = places[:30], places[30:]
    x_tr, x_te = table[early].T, table[late].T
    middle, width = x_tr.mean(axis=1, keepdims=True), x_tr.std(axis=1, keepdims=True)
    return (x_tr - middle) / width, marks[early], (x_te - middle) / width, marks[late]

x_train, y_train, x_test, y_test = gather(3)
w, b = np.zeros(4), 0.0
for step in range(300):
    p = 1 / (1 + np.exp(-(w @ x_train + b)))
    w, b = w - 0.3 * x_train @ (p - y_train) / 90, b - 0.3 * (p - y_train).mean()
print("test", np.mean((w @ x_test + b > 0) == y_test))
"""
LISTS = """
from random import Random

def make(n):
    dice, rows = Random(4), []
    for _ in range(n):
        rows.append([dice.gauss(5, 2), dice.gauss(30, 9), dice.choice("ab")])
    return rows

def ends(rows):
    return [(min(row[i] for row in rows), max(row[i] for row in rows)) for i in range(2)]

def rescale(rows, limits):
    return [[(row[i] - low) / (high - low) for i, (low, high) in enumerate(limits)] + row[-1:] for row in rows]

def nearest(train, test):
    return [min(train, key=lambda row: sum((a - b) ** 2 for a, b in zip(row[:-1], one[:-1])))[-1] for one in test]

def rounds(rows, k):
    share = [rows[i::k] for i in range(k)]
    hits = []
    for i in range(k):
        rest = [row for j in range(k) if j != i for row in share[j]]
        limits = ends(rest)
        said = nearest(rescale(rest, limits), rescale(share[i], limits))
        hits.append(sum(a == row[-1] for a, row in zip(said, share[i])) / len(said))
    return hits

train_share = 0.8
test_share = 1 - train_share
print(rounds(make(60), 5))
"""
TABLES = """
import numpy as np

try:
    raw = np.loadtxt("houses.csv", delimiter=",")
except OSError:
    dice = np.random.RandomState(1)
    raw = np.c_[dice.rand(80, 3) * [4, 90, 7] + 2, dice.randint(0, 2, 80)]

def cut(data):
    order = np.random.RandomState(0).permutation(len(data))
    return data[order[20:]], data[order[:20]]

def parts(data, m, s):
    return np.column_stack([(data[:, :3] - m) / s, data[:, 0] * data[:, 1]]), data[:, 3]

train, test = cut(raw)
m, s = train[:, :3].mean(axis=0), train[:, :3].std(axis=0)
X_train, y_train = parts(train, m, s)
X_test, y_test = parts(test, m, s)
theta = np.linalg.lstsq(X_train, y_train, rcond=None)[0]
print(np.mean((X_test @ theta > 0.5) == y_test))
"""
SHUFFLED = """
import numpy as np

def divide(rows, marks, share):
    order = np.random.RandomState(2).permutation(len(rows))
    rows, marks = rows[order], marks[order]
    cut = int(share * len(rows))
    X_train, X_test = rows[:cut], rows[cut:]
    y_train, y_test = marks[:cut], marks[cut:]
    return X_train, X_test, y_train, y_test

dice = np.random.RandomState(9)
features = dice.rand(90, 3)
target = (features.sum(axis=1) > 1.5).astype(int)
X_train, X_test, y_train, y_test = divide(features, target, 0.7)
w = np.linalg.lstsq(X_train, y_train, rcond=None)[0]
print(np.mean((X_test @ w > 0.5) == y_test))
"""
FUNCTIONS = """
import numpy as np

def put_aside(data, target, rounds, train_with, seed):
    pieces = np.array_split(np.random.RandomState(seed).permutation(len(data)), rounds)
    errors = []
    for i in range(rounds):
        rest = np.concatenate([pieces[j] for j in range(rounds) if j != i])
        X_train, X_val = data[rest], data[pieces[i]]
        y_train, y_val = target[rest], target[pieces[i]]
        errors.append(judge(X_train, y_train, X_val, y_val, train_with))
    return np.mean(errors)

def judge(X_train, y_train, X_val, y_val, train_with):
    shift, width = X_train.mean(axis=0), X_train.std(axis=0)
    X_train, X_val = (X_train - shift) / width, (X_val - shift) / width
    w = train_with(X_train, y_train)
    return np.mean((X_val @ w - y_val) ** 2)
"""
PANDAS = """
import numpy as np
import pandas as pd

table = pd.read_csv("wind.dat", header=None)
table.columns = ["speed", "power"]
table = table.sample(frac=1, random_state=3)
cut = int(0.75 * len(table))
train, test = table.iloc[:cut], table.iloc[cut:]
X_train, X_test = train[["speed"]] ** 2, test[["speed"]] ** 2
X_train.insert(0, "one", 1.0)
X_test.insert(0, "one", 1.0)
w = np.linalg.lstsq(X_train, train["power"], rcond=None)[0]
print(np.mean((X_test @ w - test["power"]) ** 2))
"""
FOLDS_OF_LISTS = """
from random import randrange, seed

def limits(rows):
    return [(min(column), max(column)) for column in zip(*rows)]

def squeeze(rows, ends):
    for row in rows:
        for i in range(len(row) - 1):
            row[i] = (row[i] - ends[i][0]) / (ends[i][1] - ends[i][0])

def deal(rows, count):
    left, piles = list(rows), []
    for _ in range(count):
        pile = []
        while len(pile) < len(rows) // count:
            pile.append(left.pop(randrange(len(left))))
        piles.append(pile)
    return piles

def judged(rows, learner, count):
    piles, shares = deal(rows, count), []
    for pile in piles:
        train_set = [list(row) for other in piles if other is not pile for row in other]
        test_set = []
        for row in pile:
            copied = list(row)
            test_set.append(copied)
            copied[-1] = None
        ends = limits([row[:-1] for row in train_set])
        squeeze(train_set, ends)
        squeeze(test_set, ends)
        said = learner(train_set, test_set)
        shares.append(sum(row[-1] == word for row, word in zip(pile, said)) / len(pile))
    return shares

def nearest(train, test):
    apart = lambda one, other: sum((a - b) ** 2 for a, b in zip(one[:-1], other[:-1]))
    return [min(train, key=lambda other: apart(row, other))[-1] for row in test]

seed(4)
table = []
for n in range(60):
    table.append([n % 7 + 0.01 * n, 3.0 - n % 5 * 0.2 - 0.003 * n, n % 2])
print("accuracy", judged(table, nearest, 4))
"""
CHANGES = [
    (FOLDS_OF_LISTS, "SW-D2", "judged", "squeeze(test_set, ends)", "squeeze(test_set, limits([row[:-1] for row in test_set]))"),
    (PANDAS, "SW-P10", None, 'X_test.insert(0, "one", 1.0)', 'X_test.insert(0, "one", 0.0)'),
    (PANDAS, "SW-D3", None, "table.iloc[cut:]", "table.iloc[-cut:]"),
    (COLUMNS, "SW-D3", "gather", "places[:30], places[30:]", "places[:30], places[10:]"),
    (COLUMNS, "SW-D1", "gather", "middle, width = x_tr.mean(axis=1, keepdims=True), x_tr.std(axis=1, keepdims=True)",
     "middle, width = table.mean(axis=0)[:, None], table.std(axis=0)[:, None]"),
    (COLUMNS, "SW-D2", "gather", "(x_te - middle) / width", "(x_te - x_te.mean(axis=1, keepdims=True)) / x_te.std(axis=1, keepdims=True)"),
    (SHUFFLED, "SW-D8", "divide", "rows, marks = rows[order], marks[order]", "rows = rows[order]"),
    (SHUFFLED, "SW-D8", "divide", "marks[:cut], marks[cut:]", "marks[:cut], marks[:len(marks) - cut]"),
    (FUNCTIONS, "SW-D3", "put_aside", "for j in range(rounds) if j != i", "for j in range(rounds)"),
    (FUNCTIONS, "SW-D2", "judge", "(X_val - shift) / width", "(X_val - X_val.mean(axis=0)) / X_val.std(axis=0)"),
    (FUNCTIONS, "SW-D8", "put_aside", "target[rest], target[pieces[i]]", "target[np.sort(rest)], target[pieces[i]]"),
    (LISTS, "SW-D3", "rounds", "for j in range(k) if j != i for row", "for j in range(k) for row"),
    pytest.param(LISTS, "SW-D2", "rounds", "rescale(share[i], limits)", "rescale(share[i], ends(share[i]))", marks=pytest.mark.slow),
    (TABLES, "SW-D1", None, "train[:, :3].mean(axis=0), train[:, :3].std(axis=0)", "raw[:, :3].mean(axis=0), raw[:, :3].std(axis=0)"),
    (TABLES, "SW-D9", "parts", "data[:, 0] * data[:, 1]]", "data[:, 0] * data[:, 1], 2 * data[:, 3] - 1]"),
    (TABLES, "SW-D3", "cut", "data[order[20:]]", "data[order[5:]]"),
]  # fmt: skip


def result(text, tmp_path):
    from scratchwork.checks.engine import check_here

    path = tmp_path / "program.py"
    path.write_text(text)
    return check_here(path)


@pytest.mark.parametrize(
    "program", [COLUMNS, pytest.param(LISTS, marks=pytest.mark.slow), TABLES, SHUFFLED, FUNCTIONS, PANDAS]
)
def test_parts_that_are_kept_apart_are_silent(program, tmp_path):
    found = {finding.code for finding in result(program, tmp_path).findings}
    assert not found & {"SW-D1", "SW-D2", "SW-D3", "SW-D8", "SW-D9", "SW-K7", "SW-E9", "SW-P10"}


@pytest.mark.parametrize(("program", "code", "function", "old", "new"), CHANGES)
def test_a_part_that_knows_of_another_is_told(program, code, function, old, new, tmp_path):
    assert old in program
    found = [item for item in result(program.replace(old, new), tmp_path).findings if item.code == code]
    assert [item.function for item in found[:1]] == [function]


def test_a_program_that_makes_its_own_rows_where_the_file_is_missing_is_given_none(tmp_path):
    told = result(TABLES.replace("theta = ", "assert raw.shape == (80, 4)\ntheta = "), tmp_path)
    assert not told.findings or all(finding.code != "SW-X92" for finding in told.findings)


def test_files_that_are_not_here_do_not_share_their_rows(tmp_path):
    text = TABLES[TABLES.index("def parts") :].replace(
        "train, test = cut(raw)", "train, test = np.loadtxt('a.csv'), np.loadtxt('b.csv')"
    )
    assert "SW-D3" not in {finding.code for finding in result(f"import numpy as np\n{text}", tmp_path).findings}


def test_a_column_of_two_values_may_have_the_same_share_in_both_parts():
    own = np.array([[1.0, 2.0], [-1.0, 3.0], [1.0, 4.0], [-1.0, 9.0]])
    own[:, 1] = (own[:, 1] - own[:, 1].mean()) / own[:, 1].std()
    assert parts._prepared(own).tolist() == [False, True]
