"""Right programs in unusual layouts pass: samples in columns, votes on a table of distances; a forgotten mean is seen."""

import pytest

from scratchwork.checks.engine import check_here

COLUMNS = """
import numpy as np

def middle(X):
    return X.mean(axis=1, keepdims=True)

def scatter(X):
    A = X - middle(X)
    return A @ A.T / X.shape[1]

def basis(X, M):
    lam, U = np.linalg.eigh(scatter(X))
    order = np.argsort(lam)[::-1]
    lam, U = lam[order], U[:, order]
    return middle(X), U[:, :M], lam[:M]

def project(X, mu, U):
    return U.T @ (X - mu)

def reconstruct(Y, mu, U):
    return U @ Y + mu

def kept(lam, share):
    return int(np.argmax(np.cumsum(lam) / np.sum(lam) >= share)) + 1
"""


@pytest.fixture
def codes(tmp_path):
    def run(text):
        path = tmp_path / "columns.py"
        path.write_text(text)
        return {finding.code for finding in check_here(str(path), kind="pca").findings}

    return run


def test_samples_in_columns_are_taken_for_samples(codes):
    assert not codes(COLUMNS)
    assert "SW-C6" in codes(COLUMNS.replace("U @ Y + mu", "U @ Y"))
    assert "SW-C1" in codes(COLUMNS.replace("U.T @ (X - mu)", "U.T @ X"))


VOTING = """
import numpy as np

class NearestRows:
    def train(self, X, y):
        self.X, self.y = X, y

    def distances(self, Q):
        return np.sqrt(((Q[:, None] - self.X[None]) ** 2).sum(axis=2))

    def predict_labels(self, dists, k=1):
        near = self.y[np.argsort(dists, axis=1)[:, :k]]
        return np.array([max(sorted(set(row.tolist())), key=row.tolist().count) for row in near])

    def predict(self, X, k=1):
        return self.predict_labels(self.distances(X), k)
"""


def test_a_method_that_is_given_distances_is_asked_for_no_rows(tmp_path):
    path = tmp_path / "rows.py"
    path.write_text(VOTING)
    assert not {"SW-K1", "SW-K2", "SW-K5"} & {finding.code for finding in check_here(str(path), kind="knn").findings}


AVERAGING = """
import numpy as np

class ValueOfNeighbours:
    def __init__(self, k=5):
        self.k = k

    def fit(self, X, y):
        self.X, self.y = np.asarray(X, float), np.asarray(y, float)
        return self

    def predict(self, X):
        found = []
        for row in np.atleast_2d(X):
            d = np.sqrt(((self.X - row) ** 2).sum(axis=1))
            near = np.argsort(d)[: self.k]
            w = 1.0 / (d[near] + 1e-9)
            found.append(np.dot(w, self.y[near]) / w.sum())
        return np.array(found)
"""


@pytest.mark.parametrize(
    ("code", "right", "wrong"),
    [
        ("SW-K1", "np.argsort(d)", "np.argsort(-d)"),
        ("SW-K2", "np.sqrt(((self.X - row) ** 2).sum(axis=1))", "np.abs((self.X - row).sum(axis=1))"),
        ("SW-K5", "1.0 / (d[near] + 1e-9)", "d[near]"),
        ("SW-K5", "/ w.sum()", "/ len(near)"),
    ],
)
def test_what_spoils_an_average_of_neighbours_is_named(tmp_path, code, right, wrong):
    path = tmp_path / "values.py"
    for text, expected in ((AVERAGING, set()), (AVERAGING.replace(right, wrong), {code})):
        path.write_text(text)
        findings = check_here(str(path), kind="knn").findings
        assert {finding.code for finding in findings if finding.severity == "error"} == expected
