"""Principal axes as they are written: rules that follow what the axes of arrays stand for, on small programs of our own."""

import textwrap

import pytest


@pytest.fixture
def read():
    """``read(text)``: {code: function} of what the rules say, remarks left out."""

    def run(text):
        from scratchwork.checks.files.source import source_from_text
        from scratchwork.checks.reading import read_source

        found = read_source(source_from_text(textwrap.dedent(text)))
        return {finding.code: finding.function for finding in found if finding.severity != "remark"}

    return run


ROWS = """
import numpy as np

class Axes:
    def __init__(self, k):
        self.k = k

    def learn(self, T):
        self.centre = T.mean(axis=0)
        D = T - self.centre
        C = D.T @ D / (len(T) - 1)
        w, V = np.linalg.eigh(C)
        best = np.argsort(w)[::-1]
        self.V = V[:, best][:, :self.k]
        return self

    def encode(self, T):
        return (T - self.centre) @ self.V

    def decode(self, S):
        return S @ self.V.T + self.centre
"""


@pytest.mark.parametrize(
    ("old", "new", "code", "function"),
    [
        ("np.argsort(w)[::-1]", "np.argsort(w)", "SW-C2", "learn"),
        ("V[:, best][:, :self.k]", "V[best][:self.k].T", "SW-C4", "learn"),
        ("V[:, best][:, :self.k]", "V[:, best][:self.k].T", "SW-C4", "learn"),
        ("D = T - self.centre", "D = T", "SW-C1", "learn"),
        ("self.centre = T.mean(axis=0)", "self.centre = T.mean()", "SW-C1", "learn"),
        ("(T - self.centre) @ self.V", "T @ self.V", "SW-C1", "encode"),
        ("(T - self.centre) @ self.V", "(T - T.mean(axis=0)) @ self.V", "SW-P2", "encode"),
        ("self.V.T + self.centre", "self.V.T", "SW-C6", "decode"),
    ],
)
def test_a_class_with_one_line_changed(read, old, new, code, function):
    assert not {"SW-C1", "SW-C2", "SW-C4", "SW-C6", "SW-P2"} & set(read(ROWS))
    found = read(ROWS.replace(old, new))
    assert found.get(code) == function, found


PAIRS = """
import numpy as np

def axes(table, k):
    low = table - np.mean(table, axis=0)
    values, vectors = np.linalg.eigh(np.cov(low, rowvar=False))
    pairs = [(values[i], vectors[:, i]) for i in range(len(values))]
    pairs.sort(key=lambda pair: pair[0], reverse=True)
    W = np.array([pair[1] for pair in pairs[:k]])
    return low @ W.T
"""


def test_pairs_of_values_and_vectors(read):
    assert not {"SW-C2", "SW-C4"} & set(read(PAIRS))
    assert "SW-C2" in read(PAIRS.replace(", reverse=True", ""))
    assert "SW-C4" in read(PAIRS.replace("vectors[:, i]", "vectors[i]"))
    zipped = PAIRS.replace("[(values[i], vectors[:, i]) for i in range(len(values))]", "list(zip(values, vectors.T))")
    assert not {"SW-C2", "SW-C4"} & set(read(zipped))
    assert "SW-C4" in read(zipped.replace("vectors.T", "vectors"))


SVD = """
import numpy as np

def split(faces):
    m = faces.mean(axis=0)
    U, s, Vt = np.linalg.svd(faces - m, full_matrices=False)
    return m, s, Vt

def scores(faces, m, Vt, k):
    return (faces - m) @ Vt[:k].T

def restored(z, m, Vt):
    return z @ Vt[:z.shape[1]] + m

def main():
    faces = np.random.rand(30, 8)
    m, s, Vt = split(faces)
    z = scores(faces, m, Vt, 3)
    print(np.abs(faces - restored(z, m, Vt)).max())
"""


def test_functions_that_hand_the_axes_on(read):
    assert not {"SW-C1", "SW-C2", "SW-C4", "SW-C6", "SW-P2"} & set(read(SVD))
    assert read(SVD.replace("svd(faces - m,", "svd(faces,")).get("SW-C1") == "split"
    assert "SW-C4" in read(SVD.replace("Vt[:k].T", "Vt[:, :k]"))
    assert read(SVD.replace("Vt[:z.shape[1]] + m", "Vt[:z.shape[1]]")).get("SW-C6") == "restored"


RIGHT = {
    "images in columns and the small matrix": """
import numpy as np

def faces(A, k):
    mean = A.mean(axis=1)
    D = A - mean[:, None]
    values, v = np.linalg.eigh(D.T @ D)
    U = D @ v[:, ::-1][:, :k]
    return mean, U / np.linalg.norm(U, axis=0)
""",
    "a plane fitted by the least variance": """
import numpy as np

def normal(points):
    low = points - points.mean(axis=0)
    values, vectors = np.linalg.eigh(low.T @ low)
    return vectors[:, 0]
""",
    "a square matrix of axes, entry by entry": """
import numpy as np

def back(Z, U, K):
    R = np.zeros((Z.shape[0], U.shape[1]))
    for i in range(Z.shape[0]):
        for j in range(U.shape[1]):
            R[i, j] = Z[i] @ U[j, :K]
    return R

def all_of_it(X, K):
    D = X - X.mean(axis=0)
    U, S, _ = np.linalg.svd(D.T @ D / len(D))
    return back(D @ U[:, :K], U, K) + X.mean(axis=0)
""",
    "whitening by the root of the covariance": """
import numpy as np

def white(X):
    D = X - X.mean(axis=0)
    w, V = np.linalg.eigh(D.T @ D / len(D))
    return D @ V @ np.diag(1 / np.sqrt(w + 1e-9)) @ V.T
""",
    "low rank of a picture, not centred": """
import numpy as np

def squeezed(image, k):
    U, s, Vt = np.linalg.svd(image, full_matrices=False)
    print(image.mean(axis=0))
    return U[:, :k] @ np.diag(s[:k]) @ Vt[:k]
""",
    "the largest from behind": """
import numpy as np

def top(X, k):
    D = X - np.mean(X, axis=0)
    w, V = np.linalg.eigh(np.cov(D.T))
    return D @ V[:, -k:]
""",
}


@pytest.mark.parametrize("name", RIGHT)
def test_right_programs_of_other_kinds(read, name):
    assert not {"SW-C1", "SW-C2", "SW-C4", "SW-C6", "SW-P2", "SW-P5"} & set(read(RIGHT[name]))


NEAREST = """
import numpy as np

class Near:
    def fit(self, X, y):
        self.X, self.y = X, y
        return self

    def predict(self, Q):
        d = ((self.X[:, None] - Q[None]) ** 2).sum(axis=2)
        return self.y[np.argmin(d, axis=0)]
"""


def test_places_among_the_rows_that_are_asked_about(read):
    assert "SW-P5" not in read(NEAREST)
    assert read(NEAREST.replace("axis=0)]", "axis=1)]")).get("SW-P5") == "predict"
    several = NEAREST.replace("self.y[np.argmin(d, axis=0)]", "self.y[np.argsort(d, axis=0)[:3]].mean(axis=0)")
    assert "SW-P5" not in read(several)
    assert "SW-P5" in read(several.replace("axis=0)[:3]", "axis=1)[:3]"))


SPREAD = """
import numpy as np

class Spread:
    def learn(self, T):
        self.m = T.mean(axis=0)
        self.s = T.std(axis=0)

    def there(self, T):
        return (T - self.m) / self.s

    def and_back(self, Z):
        return Z * self.s + self.m
"""


def test_rows_that_are_scaled_by_their_own_spread(read):
    answering = SPREAD.replace("there", "transform")
    assert "SW-P2" not in read(answering)
    alone = answering.replace("(T - self.m) / self.s", "(T - T.mean(axis=0)) / T.std(axis=0)")
    assert read(alone).get("SW-P2") == "transform"


def test_the_mean_is_put_back_where_the_spread_is(read):
    assert "SW-C6" not in read(SPREAD)
    assert read(SPREAD.replace("Z * self.s + self.m", "Z * self.s")).get("SW-C6") == "and_back"


PORTRAITS = """
import numpy as np

def gathered():
    shots = np.empty((40, 64))
    for i in range(40):
        shots[i] = plt.imread(f"{i}.png").ravel()
    return shots

def less_middle(shots):
    return shots - shots.mean(axis=0, keepdims=True)

def directions(shots, k):
    U, S, Vt = np.linalg.svd(shots, full_matrices=False)
    return Vt[:k]

def there_and_back(shots, V):
    return shots.mean(axis=0) + less_middle(shots) @ V.T @ V

faces = gathered()
V = directions(less_middle(faces), 8)
print(np.mean((faces - there_and_back(faces, V)) ** 2))
"""


def test_rows_that_the_caller_centres(read, judge):
    assert "SW-C1" not in read(PORTRAITS)
    assert "SW-C1" in read(PORTRAITS.replace("directions(less_middle(faces), 8)", "directions(faces, 8)"))
    assert not [finding for finding in judge(PORTRAITS, kind="pca").findings if finding.code == "SW-C1"]


ASSIGNED = """
import numpy as np

class Axes:
    def __init__(self, X):
        self.middle = X.mean(axis=0)
        values, vectors = np.linalg.eigh(np.cov(X.T))
        self.V = vectors[:, np.argsort(values)[::-1]]

    def reduce_rows(self, X, k):
        return (X - self.middle) @ self.V[:, :k]

    def reconstruct_rows(self, Z):
        return Z @ self.V[:, :Z.shape[1]].T + self.middle
"""


def test_methods_with_longer_names(judge):
    def codes(old, new):
        return {(item.code, item.function) for item in judge(ASSIGNED.replace(old, new), kind="pca").findings}

    assert not codes("", "")
    assert "SW-C2" in {code for code, _ in codes("[::-1]", "")}
    assert ("SW-C6", "reconstruct_rows") in codes(".T + self.middle", ".T")
    assert ("SW-C4", "reduce_rows") in codes("@ self.V[:, :k]", "@ self.V[:k].T")


LEVELLED = """
import numpy as np
def level(R):
    m, s = np.mean(R, 0), np.std(R, 0)
    return np.divide(np.subtract(R, m), s), m, s
def axes_of(R):
    U, S, _ = np.linalg.svd(R.T @ R / len(R))
    return U, S
def restore(Z, U, k):
    return Z @ U[:, :k].T
rows = np.loadtxt("rows.txt")
flat, m, s = level(rows)
U, S = axes_of(flat)
Z = flat @ U[:, :2]
shown = restore(Z, U, 2)
"""


def test_rows_that_were_levelled_come_back_levelled(read):
    assert "SW-C6" not in read(LEVELLED)
    bare = LEVELLED.replace("    U, S, _", "    R = np.subtract(R, np.mean(R, 0))\n    U, S, _")
    bare = bare.replace("flat, m, s = level(rows)", "flat = rows").replace("Z = flat", "Z = (flat - np.mean(rows, 0))")
    assert read(bare).get("SW-C6") == "restore"
