"""Right code that is handed prepared rows, goes one round at a time, or prints a score for each class; and its faults."""

import pytest

SCORES = """
import numpy as np


def class_table(guess, truth):
    for c in np.unique(truth):
        hit = np.sum((guess == c) & (truth == c))
        print(f"[{c}] precision: {hit / max(np.sum(guess == c), 1)} recall: {hit / max(np.sum(truth == c), 1)}")
"""


def test_a_score_that_is_printed_for_each_class_is_read_class_by_class(judge, errors):
    assert errors(judge(SCORES)) == []
    turned = SCORES.replace("precision:", "x:").replace("recall:", "precision:").replace("x:", "recall:")
    assert errors(judge(turned)) == ["SW-E7"]


AXES = """
import numpy as np


class Axes:
    def __init__(self, count):
        self.count = count

    def fit_pca(self, centered_rows):
        table = centered_rows.T @ centered_rows / len(centered_rows)
        values, vectors = np.linalg.eigh(table)
        self.values, self.components = values[::-1], vectors[:, ::-1][:, : self.count]
        self.scores = centered_rows @ self.components
"""


def test_rows_that_come_prepared_by_their_name_are_given_prepared(judge, errors):
    assert errors(judge(AXES, kind="pca")) == []
    assert errors(judge(AXES.replace("centered_rows", "rows"), kind="pca")) == ["SW-C1"]
    said = AXES.replace("centered_rows", "rows").replace(
        "        table", '        """The rows must be centered."""\n        table'
    )
    assert errors(judge(said, kind="pca")) == []


WHITENING = """
import numpy as np


class PCA:
    def __init__(self, data):
        self.mean = data.mean(axis=0)
        self.length, self.axes = np.linalg.svd(data - self.mean, full_matrices=False)[1:]

    def transform(self, data, ndims=2):
        return (data - self.mean) @ self.axes[:ndims].T / self.length[:ndims]
"""


def test_a_method_that_learns_nothing_asks_nothing_of_its_parameters(judge, errors):
    assert errors(judge(WHITENING)) == []


BOTH = """
import numpy as np


def pca(X):
    mu = X.mean(axis=0)
    U, S, _ = np.linalg.svd((X - mu).T @ (X - mu) / len(X))
    return U, S, mu


def project_data(X, U, mu, K):
    return (X - mu) @ U[:, :K]


def init_centroids(X, K):
    return X[np.random.permutation(len(X))[:K], :]
"""


def test_the_start_of_a_clustering_beside_it_is_no_table_of_axes(judge, errors):
    assert errors(judge(BOTH)) == []
    assert "SW-C2" in errors(judge(BOTH.replace("return U, S, mu", "return U[:, ::-1], S, mu")))


ROUNDS = """
import numpy as np


class KMeans:
    def __init__(self, data, k):
        self.data, self.k, self.centers = data, k, None

    def assign(self):
        self.labels = np.array([int(np.argmin([np.linalg.norm(x - c) for c in self.centers])) for x in self.data])

    def step(self):
        if self.centers is None:
            self.centers = self.data[np.random.choice(len(self.data), self.k, replace=False)].astype(float)
        else:
            groups = [self.data[self.labels == j] for j in range(self.k)]
            self.centers = np.array([g.mean(axis=0) if len(g) else c for g, c in zip(groups, self.centers)])
        self.assign()
        return self.centers, self.labels
"""


def test_a_method_that_goes_one_round_is_called_again_and_again(judge, errors):
    assert errors(judge(ROUNDS)) == []
    assert errors(judge(ROUNDS.replace("g.mean(axis=0)", "np.median(g, axis=0)"))) == ["SW-M5"]


MOVED = """
import numpy as np


def square_table(A, B):
    return np.maximum((A * A).sum(axis=1)[:, None] - 2 * A @ B.T + (B * B).sum(axis=1), 0)


class Lloyd:
    def __init__(self, rounds=100):
        self.rounds = rounds

    def fit_predict(self, X, init):
        middle = X.mean(axis=0)
        Z, C = X - middle, np.array(init, dtype=float) - middle
        for _ in range(self.rounds):
            labels = square_table(Z, C).argmin(axis=1)
            C = np.array([Z[labels == j].mean(axis=0) if (labels == j).any() else C[j] for j in range(len(C))])
        self.centers = C + middle
        return square_table(Z, C).argmin(axis=1)
"""


def test_a_table_of_distances_is_judged_by_the_rows_that_it_was_given(judge):
    codes = {
        sign: {finding.code for finding in judge(MOVED.replace("- 2 *", sign)).findings} for sign in ("- 2 *", "- 3 *")
    }
    assert codes["- 2 *"] == set()
    assert "SW-K2" in codes["- 3 *"]


@pytest.mark.parametrize(("words", "severity"), [("rng.normal(size=(60, 3))", "remark"), ("imread('photo.png')", "warning")])  # fmt: skip
def test_bytes_that_wrap_are_a_remark_where_the_program_brings_floats(tmp_path, words, severity):
    from types import SimpleNamespace

    from scratchwork.checks.files.source import load_source
    from scratchwork.checks.probes.interface import of_bytes

    path = tmp_path / "theirs.py"
    path.write_text(f"rows = {words}\n")
    assert of_bytes(SimpleNamespace(source=load_source(path))) == severity


RECORD = """
import dataclasses
import numpy as np


@dataclasses.dataclass
class Groups:
    centers: np.ndarray
    inertia: float


def one_run(X, C):
    for _ in range(50):
        labels = ((X[:, None] - C) ** 2).sum(axis=2).argmin(axis=1)
        C = np.array([X[labels == j].mean(axis=0) if (labels == j).any() else C[j] for j in range(len(C))])
    return Groups(C, float(((X[:, None] - C) ** 2).sum(axis=2).min(axis=1).sum()))


def fit_kmeans(X, k, n_init=5, seed=0):
    X = np.asarray(X, dtype=float)
    rng = np.random.default_rng(seed)
    runs = [one_run(X, X[rng.choice(len(X), k, replace=False)]) for _ in range(n_init)]
    return min(runs, key=lambda run: run.inertia)
"""


def test_centres_that_come_back_in_a_record_are_read(judge, errors):
    assert errors(judge(RECORD)) == []
    assert errors(judge(RECORD.replace("return min(runs", "return max(runs"))) == ["SW-T9"]


def test_a_loop_that_is_left_when_the_centres_differ(tmp_path):
    from scratchwork.checks.files.source import load_source
    from scratchwork.checks.rules.leaving import a_loop_is_left_when_the_change_is_small as rule

    text = "while True:\n    new = move(old)\n    print(new)\n    if np.allclose(old, new):\n        break\n    old = new\n"
    path = tmp_path / "theirs.py"
    for turned, said in ((text, 0), (text.replace("if np", "if not np"), 1)):
        path.write_text(turned)
        assert len(list(rule(load_source(path)))) == said


ITERATED = """
import numpy as np


class PCA:
    def __init__(self, n_components=2):
        self.n_components = n_components

    def fit(self, X):
        self.mean = X.mean(axis=0)
        rest, self.axes = X - self.mean, []
        for _ in range(self.n_components):
            w = np.ones(X.shape[1])
            for _ in range(60):
                w = rest.T @ (rest @ w)
                w = w / np.linalg.norm(w)
            self.axes.append(w)
            rest = rest - np.outer(rest @ w, w)
        self.axes = np.array(self.axes)
        return self

    def transform(self, X):
        return (X - self.mean) @ self.axes.T

    def inverse_transform(self, Z):
        return Z @ self.axes + self.mean
"""


def test_a_forgotten_mean_is_seen_whatever_the_axes(judge, errors):
    assert errors(judge(ITERATED)) == []
    assert errors(judge(ITERATED.replace("Z @ self.axes + self.mean", "Z @ self.axes"))) == ["SW-C6"]


def test_data_in_the_constructor_of_components(judge, errors):
    back = "\n    def inverse_transform(self, scores):\n        width = scores.shape[1]\n"
    whole = WHITENING + back + "        return scores * self.length[:width] @ self.axes[:width] + self.mean\n"
    assert errors(judge(whole)) == []
    assert errors(judge(whole.replace("[:width] + self.mean", "[:width]"))) == ["SW-C6"]
    assert errors(judge(whole.replace("svd(data - self.mean,", "svd(data,")))[0] == "SW-C1"


def test_what_fails_on_ordinary_rows_says_nothing_of_empty_clusters(judge):
    text = "import random\n\ndef kmean(k, points):\n    random.sample(points, k)\n    raise TypeError('never right')\n"
    assert "SW-M1" not in {finding.code for finding in judge(text).findings}


def test_the_root_of_absolute_differences_is_no_distance(tmp_path):
    from scratchwork.checks.files.source import load_source
    from scratchwork.checks.rules.distances import differences_are_squared_before_they_are_summed as rule

    path = tmp_path / "theirs.py"
    for total, count in (("abs(a[i] - b[i])", 1), ("(a[i] - b[i]) ** 2", 0)):
        path.write_text(
            f"def gap(a, b):\n    s = 0\n    for i in range(len(a)):\n        s += {total}\n    return s ** 0.5\n"
        )
        assert len(list(rule(load_source(path)))) == count


LEFT_OUT = """
def nearest_value(row, rows, values, k):
    order = np.argsort(((rows - row) ** 2).sum(axis=1))
    return values[order[:k]].mean()


def leave_one_out(rows, values, k):
    told = []
    for i in range(len(rows)):
        mask = np.ones(len(rows), dtype=bool)
        mask[i] = False
        told.append(nearest_value(rows[i], rows[mask], values[mask], k))
    return told
"""


def test_a_row_that_is_left_out_is_not_its_own_neighbour(tmp_path):
    from scratchwork.checks.files.source import load_source
    from scratchwork.checks.rules.own_row import a_row_is_not_among_its_own_neighbours as rule

    path = tmp_path / "theirs.py"
    for old, new, count in (("", "", 0), ("        mask[i] = False\n", "", 1), ("rows[mask]", "rows", 1), ("order[:k]", "order[1:k + 1]", 0)):  # fmt: skip
        text = LEFT_OUT.replace(old, new) if old else LEFT_OUT
        if "[1:" in text:
            text = text.replace("rows[mask]", "rows").replace("values[mask]", "values")
        path.write_text(text)
        assert len(list(rule(load_source(path)))) == count
