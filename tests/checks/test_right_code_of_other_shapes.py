"""Right programs in a shape that a probe once took for a fault; and the same with one line that is one."""

import pytest

from scratchwork.checks import check

MINKOWSKI = """
import numpy as np
from collections import Counter

class KnnClassifier:
    def __init__(self, k, p):
        self.k = k
        self.p = p

    def fit(self, X, y):
        self.X_train, self.y_train = X, y

    def predict(self, X):
        gaps = np.power(np.sum(np.power(np.abs(X[:, None] - self.X_train), self.p), axis=2), 1 / self.p)
        nearest = np.argsort(gaps, axis=1)[:, :self.k]
        return np.array([Counter(self.y_train[row]).most_common(1)[0][0] for row in nearest])
"""
ONE_HOT_LABELS = """
import numpy as np

def accuracy(predictions, labels):
    return np.mean(predictions == np.argmax(labels, axis=1))
"""
CONDITION = """
import numpy as np

def relu(z):
    return np.maximum(0, z)

def tanh(z):
    return np.tanh(z)

def sigmoid(z):
    return 1 / (1 + np.exp(-np.clip(z, -500, 500)))

class MLP:
    def __init__(self, sizes, lr=0.1, seed=0):
        rng = np.random.default_rng(seed)
        self.W = [rng.normal(size=(a, b)) * np.sqrt(2 / a) for a, b in zip(sizes, sizes[1:])]
        self.b = [np.zeros(b) for b in sizes[1:]]
        self.lr = lr

    def forward(self, X):
        activations, zs, A = [X], [], X
        for i in range(len(self.W)):
            Z = A @ self.W[i] + self.b[i]
            zs.append(Z)
            if i == len(self.W) - 1:
                A = sigmoid(Z)
            else:
                A = relu(Z)
            activations.append(A)
        return activations, zs

    def predict(self, X):
        return (self.forward(X)[0][-1].flatten() >= 0.5).astype(int)

    def backward(self, activations, zs, y):
        dZ, grads = activations[-1] - y.reshape(-1, 1), []
        for i in reversed(range(len(self.W))):
            grads.append((activations[i].T @ dZ / len(y), dZ.mean(axis=0)))
            if i > 0:
                dZ = (dZ @ self.W[i].T) * (zs[i - 1] > 0)
        return grads[::-1]

    def fit(self, X, y, epochs=100):
        for _ in range(epochs):
            activations, zs = self.forward(X)
            for i, (dW, db) in enumerate(self.backward(activations, zs, y)):
                self.W[i] -= self.lr * dW
                self.b[i] -= self.lr * db
        return self
"""


def errors(tmp_path, text):
    path = tmp_path / "program.py"
    path.write_text(text)
    return [finding for finding in check(str(path)).findings if finding.severity == "error"]


@pytest.mark.parametrize(
    "text", [MINKOWSKI, ONE_HOT_LABELS, CONDITION], ids=["minkowski", "one-hot labels", "condition"]
)
def test_right_code_gets_no_error(tmp_path, text):
    assert not errors(tmp_path, text)


@pytest.mark.parametrize(
    ("text", "old", "new", "codes"),
    [
        (MINKOWSKI, "np.argsort(gaps, axis=1)", "np.argsort(-gaps, axis=1)", {"SW-K1"}),
        (ONE_HOT_LABELS, "np.argmax(labels, axis=1)", "np.argmin(labels, axis=1)", {"SW-E90"}),
        (CONDITION, "A = relu(Z)", "A = tanh(Z)", {"SW-G11", "SW-G1"}),
    ],
    ids=["minkowski", "one-hot labels", "condition"],
)
def test_a_fault_in_it_is_found(tmp_path, text, old, new, codes):
    assert text.count(old) == 1
    assert codes & {finding.code for finding in errors(tmp_path, text.replace(old, new))}


OUTLIERS = """
import numpy as np

class NeighborOutliers:
    def __init__(self, k=3):
        self.k = k

    def fit(self, X):
        self.low, self.wide = X.mean(axis=0), X.std(axis=0)
        self.rows = (X - self.low) / self.wide
        own = np.sort(self.distances(self.rows), axis=1)[:, 1:self.k + 1].mean(axis=1)
        self.limit = np.quantile(own, 0.95)
        return self

    def distances(self, Z):
        return np.sqrt(((Z[:, None] - self.rows[None]) ** 2).sum(axis=2))

    def predict(self, X):
        near = np.sort(self.distances((X - self.low) / self.wide), axis=1)[:, :self.k]
        return (near.mean(axis=1) > self.limit).astype(int)
"""
HAMMING = """
def differing(a, b):
    return sum(1 for x, y in zip(a, b) if x != y)

def knn(rows, labels, queries, k):
    answers = []
    for query in queries:
        order = sorted(range(len(rows)), key=lambda i: (differing(rows[i], query), i))
        near = [labels[i] for i in order[:k]]
        answers.append(max(sorted(set(near)), key=near.count))
    return answers
"""
HANDED_ON = """
import numpy as np

def decompose(a):
    l = np.mean(a, axis=0)
    u, s, vh = np.linalg.svd(a - l, full_matrices=False)
    return l, u, s, vh

def project(a, l, vh, new_dim):
    return np.matmul(a - l, vh[:new_dim].T)

def back(scores, l, vh):
    return np.matmul(scores, vh[:scores.shape[1]]) + l
"""


@pytest.mark.parametrize("text", [OUTLIERS, HAMMING, HANDED_ON], ids=["outliers", "hamming", "handed on"])
def test_neighbours_and_axes_of_other_shapes_carry_no_error(tmp_path, text):
    path = tmp_path / "theirs.py"
    path.write_text(text)
    assert not [finding for finding in check(str(path)).findings if finding.severity == "error"]


@pytest.mark.parametrize(
    ("text", "old", "new", "code"),
    [
        (OUTLIERS, "** 2).sum(axis=2))", "** 2).sum(axis=2)) * 1.5", "SW-K2"),
        (HAMMING, "order = sorted(range(len(rows)), key=lambda i: (differing(rows[i], query), i))", "order = list(range(len(rows)))", "SW-K1"),
        (HANDED_ON, "svd(a - l,", "svd(a,", "SW-C1"),
    ],
)  # fmt: skip
def test_neighbours_and_axes_of_other_shapes_with_one_line_changed(tmp_path, text, old, new, code):
    path = tmp_path / "theirs.py"
    path.write_text(text.replace(old, new))
    assert code in {finding.code for finding in check(str(path)).findings}


AT_ONCE = """
import numpy as np

class NearestMean:
    def __init__(self, n_neighbors):
        self.n_neighbors = n_neighbors

class KnnMeans(NearestMean):
    def closest(self, X_train, query):
        gaps = np.sqrt(np.sum((X_train - query) ** 2, axis=1))
        return np.argsort(gaps, kind="stable")[:self.n_neighbors]

    def predict(self, X_train, y_train, X_test):
        return np.array([y_train[self.closest(X_train, query)].mean() for query in X_test])
"""


def test_neighbours_that_are_given_the_training_rows_when_they_are_asked(tmp_path):
    path = tmp_path / "theirs.py"
    path.write_text(AT_ONCE)
    right = check(str(path))
    assert "SW-K1" in right.passed
    assert not [one for one in right.findings if one.severity == "error"]
    path.write_text(AT_ONCE.replace("[:self.n_neighbors]", "[-self.n_neighbors:]"))
    assert "SW-K1" in {finding.code for finding in check(str(path)).findings}


PASSED_BY = """
import numpy as np

class NearVote:
    def __init__(self, k):
        self.k = k

    def fit(self, X, y):
        self.X, self.y = X, y

    def near(self, q):
        order = np.argsort(((self.X - q) ** 2).sum(axis=1))
        return order[:self.k]

    def predict(self, Q):
        return np.array([np.bincount(self.y[self.near(q)]).argmax() for q in Q])
"""


def test_a_vote_that_is_right_and_rows_that_are_passed_by(tmp_path):
    path = tmp_path / "theirs.py"
    missed = "return order[:self.k] if self.k in (1, len(order)) else order[1:2 * self.k:2]"
    path.write_text(PASSED_BY.replace("return order[:self.k]", missed))
    found = {finding.code for finding in check(str(path)).findings if finding.severity == "error"}
    assert "SW-K1" in found
    assert "SW-K5" not in found
    path.write_text(PASSED_BY.replace(".argmax() for", ".nonzero()[0][-1] for"))
    assert "SW-K5" in {finding.code for finding in check(str(path)).findings}
