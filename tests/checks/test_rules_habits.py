"""Seeds, parts, stops, arguments, counts: each rule fires on one changed line and is silent without it."""

import textwrap

import pytest

from scratchwork.checks.files.source import source_from_text
from scratchwork.checks.reading import read_source


def told(text):
    """The codes of all findings in a script."""
    return {finding.code for finding in read_source(source_from_text(textwrap.dedent(text)))}


SPLIT = """
import numpy as np
data = np.loadtxt("a.csv")
order = np.random.RandomState(0).permutation(len(data))
X, y = data[order, :-1], data[order, -1]
X_train, X_test = X[:80], X[80:]
y_train, y_test = y[:80], y[80:]
model = fit(X_train, y_train)
print(np.mean(predict(model, X_test) == y_test))
"""
FOLDS = """
import numpy as np
def folds(rows, k):
    found = []
    for i in range(k):
        train = np.concatenate([rows[:10 * i], rows[10 * i + 10:]])
        found.append((train, rows[10 * i : 10 * i + 10]))
    return found
def together(folds, X):
    for i, held in enumerate(folds):
        rest = np.concatenate([part for j, part in enumerate(folds) if j != i])
        print(fit(X[rest], X[held]))
"""
LOOP = """
import numpy as np
def descend(X, y, w, rate, tol):
    w = w.copy()
    for _ in range(100):
        old = w.copy()
        w = w - rate * X.T @ (X @ w - y)
        if np.linalg.norm(w - old) < tol:
            break
    return w
"""
COORDINATES = """
import numpy as np
class Lasso:
    def fit(self, X, y):
        for _ in range(100):
            old = self.w.copy()
            for j in range(X.shape[1]):
                self.w[j] = self.soft(X[:, j] @ y)
            if np.max(np.abs(self.w - old)) < self.tol:
                break
        return self
    def soft(self, rho):
        return np.sign(rho) * max(abs(rho) - 1, 0)
"""
PATIENCE = """
class Stop:
    def __call__(self, loss):
        if loss < self.best:
            self.best = loss
            self.wait = 0
        else:
            self.wait += 1
        return self.wait >= self.patience
"""
COUNTS = """
def counts(truth, said):
    tp = sum(a and b for a, b in zip(truth, said))
    fp = sum(b and not a for a, b in zip(truth, said))
    fn = sum(a and not b for a, b in zip(truth, said))
    return tp, fp, fn
def divide(a, b):
    return a / b if b else 0.0
def precision(truth, said):
    tp, fp, fn = counts(truth, said)
    return divide(tp, tp + fp)
def false_alarm_rate(tp, fp, fn, tn):
    return fp / (fp + tn) if fp + tn else 0.0
class Table:
    def tell(self, guessed, actual):
        if guessed != actual:
            self.table[guessed]["FP"] += 1
            self.table[actual]["FN"] += 1
    def recall(self, c):
        n = self.tp(c) + self.fn(c)
        return self.tp(c) / n if n else 0.0
"""
COLUMNS = """
import numpy as np
def train(X, Y, W, rate):
    m = Y.shape[1]
    for epoch in range(10):
        order = np.random.permutation(m)
        X_now = X[:, order]
        Y_now = Y[:, order]
        W = W - rate * gradients(W, X_now, Y_now)
    return W
"""
IMAGES = """
import numpy as np
images, labels = load_images()
size = images.shape[1]
flat = images.reshape(images.shape[0], -1).T
X_train = images_train.reshape(images_train.shape[0], -1) / 255
X_test = images_test.reshape(images_test.shape[0], -1) / 255
"""
PASSES = """
import random
def lernen(daten, w):
    for ep in range(30):
        random.shuffle(daten)
        for x, t in daten:
            w = w - eta * (x @ w - t) * x
    return w
"""
MISTAKES = """
def fit(self, X, y):
    for epoch in range(99):
        errors = 0
        for x, t in zip(shuffle(X), y):
            errors += int(self.step(x, t))
        if errors == 0:
            break
"""
STATISTICS = """
mean, std = fit(x[:80])
train = apply(x[:80], mean, std)
test = apply(x[80:], mean, std)
"""
ALL_ROWS = """
def fold(X, a, b):
    X_val = X[a:b]
    X_train = np.delete(X, slice(a, b), axis=0)
    return fit(X_train, X_val)
"""
PARTED = """
import numpy as np
from sklearn.datasets import load_digits
data = load_digits()
order = np.random.RandomState(0).permutation(len(data.target))
X = data.data[order]
y = data.target[order]
X_train, y_train = X[:100], y[:100]
X_test, y_test = X[100:], y[100:]
print(score(distances(X_test, X_train), y_train), y_test)
"""
CASES = [
    ("SW-D2", STATISTICS, "x[80:], mean, std", "x[80:], *fit(x[80:])"),
    ("SW-D3", ALL_ROWS, "np.delete(X, slice(a, b), axis=0)", "X"),
    ("SW-D8", PARTED, "data.target[order]", "data.target"),
    ("SW-T12", PASSES, "random.shuffle(daten)", "pass"),
    ("SW-T13", MISTAKES, "errors == 0", "errors != 0"),
    ("SW-E9", "for train, val in folds(X):\n    model = fit(X[train], y[train])\n    scores.append(model.score(X[val], y[val]))\n",
     "X[val], y[val]", "X[train], y[train]"),
    ("SW-E7", "r2 = 1 - ss_res / ss_tot\n", "ss_res / ss_tot", "ss_tot / ss_res"),
    ("SW-T22", "import numpy as np\ndef shuffled(X, seed):\n    rng = np.random.RandomState(seed)\n    return X[rng.permutation(len(X))]\n",
     "rng = np.random.RandomState(seed)", "np.random.seed(seed); rng = np.random"),
    ("SW-T22", "import numpy as np\nclass Net:\n    def __init__(self):\n        self.rng = np.random.RandomState(0)\n    def order(self, n):\n        return self.rng.permutation(n)\n",
     "return self.rng.", "return np.random."),
    ("SW-T22", "import numpy as np\nrng = np.random.RandomState(0)\nprint(rng.rand(3))\n", "np.random.RandomState(0)", "np.random"),
    ("SW-P14", "import random\ndef draw(rows, seed=None):\n    return random.Random(seed).sample(rows, 3)\n", "Random(seed)", "Random(seed or None)"),
    ("SW-E9", SPLIT, "predict(model, X_test) == y_test", "predict(model, X_train) == y_train"),
    ("SW-D3", FOLDS, "rows[10 * i + 10:]]", "rows[10 * i:]]"),
    ("SW-D3", FOLDS, "np.concatenate([part for j, part in enumerate(folds) if j != i])", "np.concatenate(folds)"),
    ("SW-T13", LOOP, "< tol", "> tol"),
    ("SW-T13", LOOP, "np.linalg.norm(w - old) < tol", "abs(w - old).all() < tol"),
    ("SW-T13", COORDINATES, "self.w.copy()", "self.w"),
    ("SW-T13", PATIENCE, "self.wait = 0", "pass"),
    ("SW-T8", LOOP, "    w = w.copy()\n", "    w -= 0.1 * X.T @ y\n"),
    ("SW-P13", "import numpy as np\ndef scale(X):\n    X = np.array(X, dtype=float)\n    X[:, 0] = 0\n    return X\n", "np.array(", "np.asarray("),
    ("SW-E7", COUNTS, "divide(tp, tp + fp)", "divide(tp, tp + fn)"),
    ("SW-E7", COUNTS, "fp / (fp + tn)", "fp / (fp + tp)"),
    ("SW-E7", COUNTS, "n = self.tp(c) + self.fn(c)", "n = self.tp(c) + self.fp(c)"),
    ("SW-T11", COLUMNS, "Y_now = Y[:, order]", "Y_now = Y"),
    ("SW-T11", "import numpy as np\nimages, labels = np.load('a'), np.load('b')\nfor epoch in range(3):\n    order = np.random.permutation(len(images))\n    for x, t in zip(images[order], labels[order]):\n        step(x, t)\n",
     "labels[order]", "labels"),
    ("SW-P11", IMAGES, "images_test.reshape(images_test.shape[0], -1) / 255", "images_test.reshape(images_test.shape[0], -1) / images_test.shape[0]"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "text", "right", "wrong"), CASES)
def test_one_changed_line_is_told(code, text, right, wrong):
    assert right in text
    assert code not in told(text)
    assert code in told(text.replace(right, wrong))


FOLDED = """
import numpy as np
def cv(X, y, k):
    order = np.random.RandomState(0).permutation(len(y))
    for held in np.array_split(order, k):
        rest = np.setdiff1d(order, held)
        train = rest
        mu = X[rest].mean(axis=0)
        X_train, X_val = X[rest] - mu, X[held] - mu
        print(fit(X_train, y[rest]).predict(X_val))
"""
ASKED = """
import numpy as np
class Model:
    def fit(self, X, y):
        self.mu = X.mean(axis=0)
        self.w = np.linalg.lstsq(X - self.mu, y)[0]
        return self
    def predict(self, X):
        Z = X - self.mu
        return Z @ self.w
"""


def test_a_prediction_uses_what_was_learnt():
    assert "SW-P2" not in told(ASKED)
    assert "SW-P2" in told(ASKED.replace("Z = X - self.mu", "Z = X - X.mean(axis=0)"))


def test_folds_are_scaled_by_the_rows_that_are_left():
    assert "SW-D1" not in told(FOLDED)
    assert "SW-D1" in told(FOLDED.replace("X[rest].mean(axis=0)", "X.mean(axis=0)"))


REPEATED = """
import numpy as np
def study(X, y):
    scores = []
    j = 0
    while j < 10:
        order = np.random.permutation(len(X))
        X_train, y_train = X[order][:80], y[order][:80]
        X_test, y_test = X[order][80:], y[order][80:]
        scores.append(np.mean(fit(X_train, y_train).predict(X_test) == y_test))
        j += 1
    print(np.mean(scores), np.max(scores))
"""
STOPPED = """
import numpy as np
from sklearn.model_selection import train_test_split
class Net:
    def fit(self, X, y):
        X, X_val, y, y_val = train_test_split(X, y, random_state=0)
        best = 0
        for epoch in range(50):
            self.step(X, y)
            score = np.mean(self.predict(X_val) == y_val)
            if score > best:
                best = score
        return self
"""
SHARED = """
import numpy as np
class Neighbours:
    def scale(self, X):
        return (X - self.low) / self.range
    def fit(self, X, y):
        self.low, self.range = X.min(axis=0), np.ptp(X, axis=0)
        self.X_train = self.scale(X)
        return self
X_train, X_test = X[:80], X[80:]
print(Neighbours().fit(X_train, y).predict(X_test))
"""
OF_COLUMNS = """
import numpy as np
def split(X, y, n):
    order = np.random.RandomState(0).permutation(X.shape[1])
    X, y = X[:, order], y[:, order]
    X_train, X_test = X[:, :n], X[:, n:]
    y_train, y_test = y[:, :n], y[:, n:]
    return X_train, X_test, y_train, y_test
"""


MARKED = """
import numpy as np
def scale(train, other):
    m = train.mean(axis=0)
    return train - m, other - m
def leave_out(X, y, groups):
    for g in np.unique(groups):
        test = np.array(groups == g)
        A, B = scale(X[~test], X[test])
        print(fit(A, y[~test]).predict(B), y[test])
"""


@pytest.mark.parametrize("text", [MARKED, REPEATED, STOPPED, SHARED, OF_COLUMNS])
def test_programs_that_are_right_get_no_error(text):
    findings = read_source(source_from_text(text))
    assert not [finding for finding in findings if finding.severity == "error" and finding.code != "SW-X92"]  # pieces


RIGHT = [
    "def check(x, y, tol):\n    for a, b in zip(x, y):\n        if abs(a - b) > tol:\n            return False\n    return True\n",
    "def run(w, limit=1e6):\n    for _ in range(9):\n        w = step(w)\n        loss = cost(w)\n        if loss > limit:\n            break\n    return w\n",
    "import numpy as np\ndef tree(X, y, rng):\n    columns = rng.permutation(X.shape[1])[:3]\n    return grow(X[:, columns], y)\n",
    "def add_relu(dA, Z):\n    dA = dA.copy()\n    dA[Z <= 0] = 0\n    return dA\n",
]


@pytest.mark.parametrize("text", RIGHT)
def test_what_only_looks_like_it_is_no_fault(text):
    assert not told(text) & {"SW-T13", "SW-T11", "SW-D8", "SW-P13", "SW-T8"}


SETTINGS = """
import argparse
import numpy as np

class Margin:
    def __init__(self, gap=1.0):
        self.gap = gap

    def value(self, right, wrong):
        return np.maximum(0, self.gap - right + wrong).sum()

def descida(A, y, pace):
    v = np.zeros(A.shape[1])
    for _ in range(50):
        v = v - pace * A.T @ (A @ v - y)
    return v

def tries(A, y, restarts=4, learning_rate=0.1):
    ends = [descida(A, y, learning_rate) for _ in range(restarts)]
    return {"end": ends[-1], "learning_rate": learning_rate}

def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    dice = np.random.default_rng(options.seed)
    A, y = dice.normal(size=(20, 3)), dice.normal(size=20)
    for learning_rate in (0.01, 0.1):
        print(learning_rate, tries(A, y, 2, learning_rate), Margin().value(1, 2))
"""


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("self.gap - right", "1.0 - right", "SW-T2"),
        ("for _ in range(restarts)]", "for _ in range(1)]", "SW-T2"),
        ("tries(A, y, 2, learning_rate)", "tries(A, y, 2, 0.1)", "SW-T1"),
        ("descida(A, y, learning_rate)", "descida(A, y, 0.1)", None),
        ("A, y, pace)", "A, y, learning_rate)", None),
    ],
)
def test_a_setting_that_nobody_reads_is_seen_whatever_its_name(old, new, code):
    assert not {"SW-T1", "SW-T2"} & told(SETTINGS)
    assert code is None or code in told(SETTINGS.replace(old, new))


def test_a_rate_that_only_the_record_of_a_run_holds_is_not_used():
    text = SETTINGS.replace("A, y, pace)", "A, y, learning_rate)").replace("- pace *", "- learning_rate *")
    assert "SW-T1" not in told(text)
    assert "SW-T1" in told(text.replace("descida(A, y, learning_rate) for", "descida(A, y, 0.1) for"))


FIELDS = """
import dataclasses
import numpy as np

@dataclasses.dataclass
class Walker:
    pace: float = 0.1
    waits: int = 5

    def go(self, A, y):
        v, waited = np.zeros(A.shape[1]), 0
        while waited < self.waits:
            v, waited = v - self.pace * A.T @ (A @ v - y), waited + 1
        return v
"""


@pytest.mark.parametrize(("new", "codes"), [("self.waits", set()), ("3", {"SW-T2"})])
def test_a_field_that_no_method_reads_is_seen(new, codes):
    assert {"SW-T1", "SW-T2"} & told(FIELDS.replace("waited < self.waits", f"waited < {new}")) == codes
