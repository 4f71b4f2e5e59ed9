"""Neighbours, clusters, components and linear fits in rarer forms: each is recognised, and one changed line is found."""

import pytest

TABLE = """
import math


def weglaenge(a, b):
    return math.sqrt(sum((a[j] - b[j]) ** 2 for j in range(len(a) - 1)))


def naechste(train, zeile, num_neighbors):
    paare = [(weglaenge(zeile, andere), andere) for andere in train]
    paare.sort(key=lambda paar: paar[0])
    return [andere for _, andere in paare[:num_neighbors]]


def entscheide(nachbarn):
    stimmen = {}
    for zeile in nachbarn:
        stimmen[zeile[-1]] = stimmen.get(zeile[-1], 0) + 1
    return sorted(stimmen, key=stimmen.get, reverse=True)[0]
"""
GROUPS = """
import numpy as np
from collections import Counter


def vote(groups, point, k=3):
    found = []
    for name in groups:
        for row in groups[name]:
            found.append((np.linalg.norm(np.array(row) - np.array(point)), name))
    labels = [name for _, name in sorted(found)[:k]]
    winner = Counter(labels).most_common(1)[0][0]
    return winner, labels.count(winner) / k
"""
PAIRS = """
from collections import Counter


def decide(k, examples, item):
    near = sorted(examples, key=lambda pair: sum((a - b) ** 2 for a, b in zip(pair[0], item)))
    return Counter(label for _, label in near[:k]).most_common(1)[0][0]
"""
FRAME = """
import numpy as np
import pandas as pd


class KNN:
    def __init__(self, k=3):
        self.k = k

    def fit(self, X, y):
        self.X, self.y = X.reset_index(drop=True), y.reset_index(drop=True)

    def predict(self, X):
        found = []
        for _, row in X.iterrows():
            far = ((self.X - row) ** 2).sum(axis=1)
            found.append(self.y.loc[far.nsmallest(self.k).index].mode()[0])
        return found
"""
POINTS = """
import random


def square(a, b):
    return sum((x - y) ** 2 for x, y in zip(a, b))


def k_means(points, k, max_iterations=100):
    centers = random.sample(points, k)
    for _ in range(max_iterations):
        groups = [[] for _ in range(k)]
        for point in points:
            groups[min(range(k), key=lambda j: square(point, centers[j]))].append(point)
        moved = [
            tuple(sum(column) / len(group) for column in zip(*group)) if group else centers[j]
            for j, group in enumerate(groups)
        ]
        if moved == centers:
            break
        centers = moved
    return centers
"""
PARTS = """
import numpy as np


def without_mean(table):
    return table - table.mean(axis=0)


def leading(matrix, count):
    values, vectors = np.linalg.eigh(matrix)
    order = np.argsort(values)[::-1]
    return vectors[:, order[:count]]


def pca(X, n_components):
    A = without_mean(X)
    W = leading(A.T @ A / (len(A) - 1), n_components)
    return A @ W
"""
FLAT = """
import numpy as np
from sklearn.datasets import load_iris

X = load_iris().data
middle = X.mean(axis=0)
A = X - middle
values, vectors = np.linalg.eigh(np.cov(A, rowvar=False))
order = np.argsort(values)[::-1]
W = vectors[:, order[:2]]
Z = A @ W
print(Z[:3])
"""
DESCENT = """
import numpy as np


def descend(X, y, theta, alpha, iterations):
    for _ in range(iterations):
        error = X * theta.T - y
        theta = theta - alpha / len(X) * (error.T * X)
    return theta


def both(table):
    return np.matrix(table[:, :-1]), np.matrix(table[:, -1:])
"""
CASES = [
    (TABLE, "paar[0])", "-paar[0])", "SW-K1", "naechste"),
    (TABLE, "(a[j] - b[j]) ** 2", "(a[j] - b[j])", "SW-K2", "weglaenge"),
    (TABLE, "reverse=True", "reverse=False", "SW-K5", "entscheide"),
    (GROUPS, "sorted(found)[:k]", "sorted(found)[-k:]", "SW-K1", "vote"),
    (GROUPS, "most_common(1)[0][0]", "most_common()[-1][0]", "SW-K5", "vote"),
    (PAIRS, "near[:k]", "near[-k:]", "SW-K1", "decide"),
    (FRAME, "nsmallest", "nlargest", "SW-K1", "predict"),
    (POINTS, "(x - y) ** 2", "(x - y)", "SW-K2", "square"),
    (PARTS, "[::-1]", "", "SW-C2", "leading"),
    (PARTS, "table.mean(axis=0)", "table.mean()", "SW-C1", "without_mean"),
    (FLAT, "[::-1]", "", "SW-C2", None),
    (FLAT, "Z = A @ W", "Z = X @ W", "SW-C1", None),
    (DESCENT, "theta - alpha", "theta + alpha", "SW-G18", "descend"),
]


@pytest.mark.parametrize("text", sorted({case[0] for case in CASES}))
def test_right_ones_are_taken_apart_without_an_error(judge, errors, text):
    result = judge(text)
    assert errors(result) == []
    assert len(result.passed) >= 3


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[3]} {case[1][:20]!r}")
def test_one_changed_line_is_found_and_placed(judge, case):
    text, old, new, code, function = case
    assert old in text
    result = judge(text.replace(old, new))
    shown = [(entry.code, entry.severity, entry.function, entry.observed) for entry in result.findings]
    assert code in [entry.code for entry in result.findings], (shown, result.not_checked)
    finding = next(entry for entry in result.findings if entry.code == code)
    assert finding.function == function, shown


SEEDED = """
import numpy as np


def init_centroids(X, k, seed=None):
    rng = np.random.default_rng(seed)
    return X[rng.choice(len(X), k, replace=False)]


def k_means(X, k, max_iters=50, seed=None):
    C = init_centroids(X, k, seed)
    for _ in range(max_iters):
        labels = ((X[:, None] - C) ** 2).sum(axis=2).argmin(axis=1)
        new = np.array([X[labels == j].mean(axis=0) if (labels == j).any() else C[j] for j in range(k)])
        if np.allclose(new, C):
            break
        C = new
    return C, ((X[:, None] - C) ** 2).sum(axis=2).argmin(axis=1)
"""
SCALED = """
import numpy as np


class PCA:
    def __init__(self, n_components):
        self.n_components = n_components

    def fit(self, X):
        self.mean_, self.sd = X.mean(axis=0), X.std(axis=0)
        self.sd[self.sd == 0] = 1.0
        values, vectors = np.linalg.eigh(np.cov(((X - self.mean_) / self.sd).T))
        self.components_ = vectors[:, np.argsort(values)[::-1][: self.n_components]].T
        return self

    def transform(self, X):
        return (X - self.mean_) / self.sd @ self.components_.T
"""
COUNTED = """
import numpy as np


def confusion_matrix(y_true, y_pred):
    classes = np.unique(np.concatenate([y_true, y_pred]))
    table = np.zeros((len(classes), len(classes)), dtype=int)
    for i, a in enumerate(classes):
        for j, b in enumerate(classes):
            table[i, j] = np.sum((y_true == a) & (y_pred == b))
    return table
"""
WEIGHED = """
import numpy as np


class KNN:
    def __init__(self, X, y):
        self.X, self.y = X, y

    def predict(self, Q, k, gewicht):
        d = (Q**2).sum(axis=1)[:, None] + (self.X**2).sum(axis=1) - 2 * Q @ self.X.T
        d = np.maximum(d, 0)
        near = np.argsort(d, axis=1)[:, :k]
        found = []
        for row, far in zip(near, np.sqrt(np.take_along_axis(d, near, axis=1))):
            w = 1 / (far + 1e-12) if gewicht == "gewichtet" else np.ones(k)
            found.append(max(set(self.y[row]), key=lambda c: w[self.y[row] == c].sum()))
        return np.array(found)
"""
SHOWN = """
import numpy as np


class LogisticRegression:
    def __init__(self, learning_rate=0.1, max_iter=200, verbose=100):
        self.learning_rate, self.max_iter, self.verbose = learning_rate, max_iter, verbose

    def fit(self, X, y):
        self.w, self.b = np.zeros(X.shape[1]), 0.0
        for i in range(self.max_iter):
            p = 1 / (1 + np.exp(-np.clip(X @ self.w + self.b, -500, 500)))
            self.w -= self.learning_rate * X.T @ (p - y) / len(X)
            self.b -= self.learning_rate * np.mean(p - y)
            if i % self.verbose == 0:
                print(i)

    def predict(self, X):
        return (X @ self.w + self.b > 0).astype(int)
"""
BY_SEED = """
import numpy as np


class Netz:
    def __init__(self, aufbau, rate=0.05, runden=40, seed=None):
        self.aufbau, self.rate, self.runden, self.seed = aufbau, rate, runden, seed
        self._anfang()

    def _anfang(self):
        self.zufall = np.random.RandomState(self.seed)
        self.W = [self.zufall.randn(a, b) * 0.5 for a, b in zip(self.aufbau[:-1], self.aufbau[1:])]

    def fit(self, X, y):
        self._anfang()
        y = np.asarray(y, dtype=float).reshape(len(X), -1)
        for _ in range(self.runden):
            H = np.tanh(X @ self.W[0])
            d = 2 * (H @ self.W[1] - y) / y.size
            back = (d @ self.W[1].T) * (1 - H ** 2)
            self.W[1] -= self.rate * H.T @ d
            self.W[0] -= self.rate * X.T @ back
        return self

    def predict(self, X):
        return (np.tanh(X @ self.W[0]) @ self.W[1]).ravel()


if __name__ == "__main__":
    dice = np.random.RandomState(4)
    X = dice.randn(60, 2)
    netz = Netz([2, 6, 1], seed=1).fit(X, X[:, 0] - X[:, 1])
    print(np.mean((netz.predict(X) - X[:, 0] + X[:, 1]) ** 2))
"""
MORE = [
    (BY_SEED, "RandomState(self.seed)", "RandomState()", "SW-T22", "_anfang"),
    (SEEDED, "default_rng(seed)", "default_rng(seed or None)", "SW-P14", "init_centroids"),
    (SEEDED, ".argmin(axis=1)\n        new", ".argmax(axis=1)\n        new", "SW-K1", "k_means"),
    (SEEDED, "X[labels == j].mean(axis=0) if", "X[labels == j].mean() + 0 * C[j] if", "SW-M5", "k_means"),
    (SEEDED, "if np.allclose(new, C)", "if not np.allclose(new, C)", "SW-T13", "k_means"),
    (SCALED, "        self.sd[self.sd == 0] = 1.0\n", "", "SW-N9", "fit"),
    (SCALED, "[::-1][: self.n_components]", "[: self.n_components]", "SW-C2", "fit"),
    (SCALED, "[::-1][: self.n_components]", "[::-1]", "SW-T2", "fit"),
    (COUNTED, "np.concatenate([y_true, y_pred])", "y_true", "SW-E12", "confusion_matrix"),
    (WEIGHED, "        d = np.maximum(d, 0)\n", "", "SW-N10", "predict"),
    (WEIGHED, "1 / (far + 1e-12)", "far", "SW-K5", "predict"),
    (SHOWN, "np.mean(p - y)", "np.mean(y - p)", "SW-G13", "fit"),
]


@pytest.mark.parametrize("text", sorted({case[0] for case in MORE}))
def test_more_right_ones_are_without_an_error(judge, errors, text):
    result = judge(text)
    assert errors(result) == []
    assert not {case[3] for case in MORE if case[0] == text} & {finding.code for finding in result.findings}


@pytest.mark.parametrize("case", MORE, ids=lambda case: f"{case[3]} {case[1][:20]!r}")
def test_more_changed_lines_are_found_and_placed(judge, case):
    test_one_changed_line_is_found_and_placed(judge, case)


def test_eig_of_a_symmetric_matrix_is_told(tmp_path):
    from scratchwork.checks.files.source import load_source
    from scratchwork.checks.rules.symmetric import symmetric_matrices_go_to_eigh

    path = tmp_path / "theirs.py"
    path.write_text(PARTS.replace("leading(A.T @ A / (len(A) - 1)", "leading(np.cov(A.T)"))
    assert not list(symmetric_matrices_go_to_eigh(load_source(path)))
    path.write_text("import numpy as np\ncov = np.cov(X.T)\nvalues, vectors = np.linalg.eig(cov)\n")
    found = list(symmetric_matrices_go_to_eigh(load_source(path)))
    assert [(finding.code, finding.severity, finding.line) for finding in found] == [("SW-C3", "warning", 3)]
