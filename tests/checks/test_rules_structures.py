"""Rules about neighbours, clusters and parts of the rows: silent on right programs, seen with one line changed."""

import textwrap

import pytest


@pytest.fixture
def read(tmp_path):
    """``read(text)``: the codes of what the rules say, remarks left out."""

    def run(text):
        from scratchwork.checks.files.source import load_source
        from scratchwork.checks.reading import read_source

        path = tmp_path / "theirs.py"
        path.write_text(textwrap.dedent(text))
        return {finding.code for finding in read_source(load_source(str(path))) if finding.severity != "remark"}

    return run


NEAR = """
import numpy as np

def nearest(row, rows, k):
    distances = np.array([np.sqrt(np.sum((row - other) ** 2)) for other in rows])
    return np.argsort(distances)[:k]
"""


def test_the_far_end_and_the_sum_that_is_squared(read):
    assert not {"SW-K1", "SW-K2"} & read(NEAR)
    assert "SW-K1" in read(NEAR.replace("[:k]", "[-k:]"))
    assert "SW-K1" in read(NEAR.replace("[:k]", "[::-1][:k]"))
    assert "SW-K1" not in read(NEAR.replace("[:k]", "[-k:]").replace("nearest", "farthest"))
    assert "SW-K2" in read(NEAR.replace("np.sum((row - other) ** 2)", "np.sum(row - other) ** 2"))


COLUMNS = """
import numpy as np

def nearest_columns(A, B, k):
    D = np.zeros((A.shape[1], B.shape[1]))
    for a, b in zip(A, B):
        D += (a[:, None] - b[None, :]) ** 2
    return np.argsort(D, axis=0)[:k, :]

def init_centers(X, k, rng):
    while len(X) < k:
        X = np.vstack([X, X])
    return X[rng.choice(len(X), k, replace=False)]
"""


def test_the_rows_of_a_sorted_table_and_a_loop_beside_a_draw(read):
    assert not {"SW-K1", "SW-M2"} & read(COLUMNS)
    assert "SW-K1" in read(COLUMNS.replace("[:k, :]", "[-k:, :]"))
    assert "SW-M2" in read(COLUMNS.replace(", replace=False", ""))
    assert "SW-M2" in read(COLUMNS.replace("replace=False", "replace=True"))


MATCHED = """
import numpy as np

def kmeans(X, k):
    return ((X[:, None] - X[:k]) ** 2).sum(axis=2).argmin(axis=1)

def infer_cluster_labels(found, y):
    return {c: np.bincount(y[found == c]).argmax() for c in np.unique(found)}

def score(X, y):
    found = kmeans(X, 3)
    inferred = infer_cluster_labels(found, y)
    predicted = np.array([inferred[c] for c in found])
    return np.mean(predicted == y)
"""


def test_matched_clusters_may_be_compared_with_classes(read):
    assert "SW-M9" not in read(MATCHED)
    assert "SW-M9" in read(MATCHED.replace("np.mean(predicted == y)", "np.mean(found == y)"))


SHUFFLED = """
import numpy as np
from sklearn.datasets import load_iris

X, y = load_iris(return_X_y=True)
rng = np.random.RandomState(3)
order = rng.permutation(len(X))[:120]
X, y = X[order], y[order]
X_train, y_train = X[:100], y[:100]
model.fit(X_train, y_train)
"""


def test_a_permutation_by_a_generator_is_one(read):
    assert not {"SW-D8", "SW-T11"} & read(SHUFFLED)
    assert "SW-D8" in read(SHUFFLED.replace("y[order]", "y[:120]"))


FOLDS = """
def parts(data, k):
    found = []
    for f in range(k):
        test = data[f::k]
        train = [row for i, row in enumerate(data) if i % k != f]
        X_train, X_test = [row[:-1] for row in train], [row[:-1] for row in test]
        found.append((X_train, X_test))
    return found
"""


def test_rows_that_are_picked_one_by_one_are_not_all_rows(read):
    assert "SW-D3" not in read(FOLDS)


KEPT = """
def evaluate(model, X_test, y_test):
    return sum(model(x) == y for x, y in zip(X_test, y_test)) / len(y_test)

X, y = load()
X_train, y_train, X_test, y_test = parts(X, y)
X_test = X_test / 255
model = learn(X_train, y_train)
print("accuracy", evaluate(model, X_test, y_test), len(X_test))
"""


def test_the_part_that_was_kept_is_asked(read):
    assert "SW-E9" not in read(KEPT)
    assert "SW-E9" in read(
        KEPT.replace("evaluate(model, X_test, y_test), len", "evaluate(model, X_train, y_train), len")
    )


GROUPS = """
import numpy as np

def init_centroids(X, k, rng):
    return np.array([X[i] for i in rng.permutation(len(X))[:k]])

def kmeans(X, k, rng):
    C = init_centroids(X, k, rng)
    for _ in range(20):
        D = np.linalg.norm(X[:, None] - C[None], axis=2)
        own = D.argmin(axis=1)
        C = np.array([X[own == j].mean(axis=0) if np.any(own == j) else C[j] for j in range(k)])
    return C, own, np.sum(np.linalg.norm(X[:, None] - C[None], axis=2).min(axis=1) ** 2)
"""


def test_the_cost_the_members_and_the_start_of_k_means(read):
    assert not {"SW-M1", "SW-M2", "SW-M6"} & read(GROUPS)
    assert "SW-M6" in read(GROUPS.replace(".min(axis=1) ** 2)", ".min(axis=1))"))
    assert "SW-M1" in read(GROUPS.replace(" if np.any(own == j) else C[j]", ""))
    drawn = "[X[rng.integers(len(X))] for _ in range(k)]"
    assert "SW-M2" in read(GROUPS.replace("[X[i] for i in rng.permutation(len(X))[:k]]", drawn))
    squares = GROUPS.replace("np.linalg.norm(X[:, None] - C[None], axis=2).min(axis=1) ** 2", "((X - C[own]) ** 2)")
    assert "SW-M6" not in read(squares)
    assert "SW-M6" in read(squares.replace("((X - C[own]) ** 2)", "D[np.arange(len(X)), own]"))
    assert "SW-M6" not in read(GROUPS.replace(".min(axis=1) ** 2)", ".min(axis=1))").replace("kmeans", "kmedians"))


FLOWERS = """
import math

def gap(p, q):
    return math.sqrt((p["length"] - q["length"]) ** 2 + (p["width"] - q["width"]) ** 2)

def guess(flower, known, k=5):
    ranked = sorted(known, key=lambda other: gap(flower, other))
    votes = {}
    for other in ranked[:k]:
        votes[other["name"]] = votes.get(other["name"], 0) + 1 / (1e-9 + gap(flower, other))
    winner, most = None, 0
    for name, number in votes.items():
        if number > most:
            winner, most = name, number
    return winner or max(votes, key=votes.get)
"""


@pytest.mark.parametrize(
    ("code", "right", "wrong"),
    [
        ("SW-K1", "gap(flower, other))\n    votes", "gap(flower, other), reverse=True)\n    votes"),
        ("SW-K2", '(p["width"] - q["width"]) ** 2', '(p["width"] - q["width"])'),
        ("SW-K2", '(p["width"] - q["width"]) ** 2', '(p["width"] + q["width"]) ** 2'),
        ("SW-K5", "1 / (1e-9 + gap(flower, other))", "gap(flower, other)"),
        ("SW-K5", "max(votes, key=votes.get)", "max(votes)"),
        ("SW-K5", "max(votes, key=votes.get)", "min(votes, key=votes.get)"),
        ("SW-K5", "number > most", "number < most"),
        ("SW-K5", "winner, most = name, number", "winner = name"),
    ],
)
def test_neighbours_are_followed_through_dicts_and_functions(read, code, right, wrong):
    assert not {"SW-K1", "SW-K2", "SW-K5"} & read(FLOWERS)
    assert FLOWERS.count(right) == 1
    assert code in read(FLOWERS.replace(right, wrong))


WEIGHED = """
import numpy as np

def nearby(X, q, k):
    diff = X - q
    d2 = (diff * diff).sum(axis=1)
    ids = np.argsort(d2)[:k]
    return ids, np.sqrt(d2[ids])

def value(X, y, q, k=3):
    ids, d = nearby(X, q, k)
    w = np.exp(-d)
    return np.sum(w * y[ids]) / np.sum(w)

def table(A, B):
    aa, bb = (A ** 2).sum(1)[:, None], (B ** 2).sum(1)
    return (aa + bb - 2 * A @ B.T).argmin(axis=1)
"""


@pytest.mark.parametrize(
    ("code", "right", "wrong"),
    [
        ("SW-K1", "np.argsort(d2)[:k]", "np.argsort(-d2)[:k]"),
        ("SW-K2", "(diff * diff).sum(axis=1)", "diff.sum(axis=1)"),
        ("SW-K5", "np.exp(-d)", "np.exp(d)"),
        ("SW-K5", "/ np.sum(w)", "/ len(ids)"),
        ("SW-K2", "- 2 * A @ B.T", "- A @ B.T"),
        ("SW-K2", "- 2 * A @ B.T", "+ 2 * A @ B.T"),
    ],
)
def test_weights_and_distances_of_arrays_are_followed(read, code, right, wrong):
    assert not {"SW-K1", "SW-K2", "SW-K5"} & read(WEIGHED)
    assert code in read(WEIGHED.replace(right, wrong))


def test_a_list_of_the_best_so_far_may_drop_its_farthest(read):
    kept = """
import numpy as np

def nearest(rows, q, k):
    best = list(range(k))
    dists = [np.linalg.norm(rows[i] - q) for i in best]
    for i in range(k, len(rows)):
        d, worst = np.linalg.norm(rows[i] - q), int(np.argmax(dists))
        if d < dists[worst]:
            best[worst], dists[worst] = i, d
    return best
"""
    assert "SW-K1" not in read(kept)


SILHOUETTE = """
import numpy as np

def kmeans(X, centers):
    return ((X[:, None] - centers[None]) ** 2).sum(axis=2).argmin(axis=1)

def COST(X, centers):
    d = np.sqrt(((X[:, None] - centers[None]) ** 2).sum(axis=2))
    return d.min(axis=1).sum()
"""


def test_only_the_cost_of_k_means_sums_squares(read):
    assert "SW-M6" in read(SILHOUETTE.replace("COST", "inertia"))
    assert "SW-M6" not in read(SILHOUETTE.replace("COST", "silhouette"))


def test_the_farthest_row_may_take_the_place_of_a_centre_without_rows(read):
    text = """
        def move(rows, labels, centroids):
            for j, c in enumerate(centroids):
                mine = [row for row, label in zip(rows, labels) if label == j]
                if mine:
                    centroids[j] = mean(mine)
                else:
                    centroids[j] = max(rows, key=lambda row: euclidean_distance(row, c))
        """
    assert "SW-K1" not in read(text)
    assert "SW-K1" in read(text.replace("if mine:", "for mine in [mine]:").replace("else:", "for row in mine:"))
