"""Samples in columns, labels that are 0 and 1, records, steps of a decomposition by other names: right ones, and one changed line."""

import textwrap

import numpy as np
import pytest

from scratchwork.checks.files.source import load_source
from scratchwork.checks.rules import scores, stored_settings
from scratchwork.checks.running.call import Caller
from scratchwork.checks.views import clusters

COLUMNS = """
    import numpy as np
    class Logistic:
        def __init__(self, strength=0.0, rounds=60, learning_rate=0.05):
            self.strength, self.rounds, self.learning_rate = strength, rounds, learning_rate
        def answer(self, A):
            return 1 / (1 + np.exp(-np.clip(self.W @ A + self.b, -400, 400)))
        def cost(self, A, t):
            p = self.answer(A)
            error = -(t * np.log(p + 1e-12) + (1 - t) * np.log(1 - p + 1e-12)).mean()
            return error + self.strength / 2 * (self.W ** 2).sum()
        def gradient(self, A, t):
            off = self.answer(A) - t
            return (A * off).mean(axis=1) + self.strength * self.W, off.mean()
        def fit(self, A, t):
            self.W, self.b = np.zeros((1, A.shape[0])), 0.0
            for _ in range(self.rounds):
                dW, db = self.gradient(A, t)
                self.cost(A, t)
                self.W = self.W - self.learning_rate * dW
                self.b = self.b - self.learning_rate * db
        def predict(self, A):
            return self.answer(A)
"""
HINGE = """
    import numpy as np
    class Margin:
        def __init__(self, rounds=40):
            self.rounds = rounds
        def fit(self, X, y):
            y = np.asarray(y, dtype=float)
            if set(np.unique(y)) == {0, 1}:
                y = 2 * y - 1
            self.w, self.b = np.zeros(X.shape[1]), 0.0
            for _ in range(self.rounds):
                for row, sign in zip(X, y):
                    if sign * (row @ self.w + self.b) < 1:
                        self.w, self.b = self.w + 0.05 * sign * row, self.b + 0.05 * sign
            return self
        def predict(self, X):
            return np.where(X @ self.w + self.b >= 0, 1, 0)
"""
STEPS = """
    import numpy as np
    def level(X):
        Z = X - X.mean(axis=0)
        return Z
    def cov_matrix(Z):
        return Z.T @ Z
    def find_components(M):
        first, second = np.linalg.eigh(M)
        order = first.argsort()[::-1]
        return first[order], second[:, order]
    def project_rows(Z, P, L, k, part):
        if k == 0:
            k = int((np.cumsum(L) / L.sum() < part).sum()) + 1
        return Z @ P[:, :k]
    data = np.random.default_rng(4).normal(size=(30, 4))
    Z = level(data)
    M = cov_matrix(Z)
    L, P = find_components(M)
    print(project_rows(Z, P, L, 0, 0.8).shape)
"""
CASES = {
    "samples in columns": (COLUMNS, "off = self.answer(A) - t", "off = t - self.answer(A)", "SW-G18"),
    "labels that are 0 and 1": (HINGE, "y = 2 * y - 1", "y = 2 * y - 1", None),
    "what the program calls its axes": (STEPS, "argsort()[::-1]", "argsort()", "SW-C2"),
}


@pytest.mark.parametrize("name", CASES)
def test_right_ones_and_their_faults(judge, errors, name):
    text, old, new, code = CASES[name]
    assert errors(judge(text)) == []
    assert code is None or code in {finding.code for finding in judge(text.replace(old, new)).findings}


RECORD = """
    class Curve:
        def __init__(self, weights, degree):
            self.weights = weights
            self.degree = degree
        def {name}(self, P):
            return P @ self.weights
"""


@pytest.mark.parametrize(("name", "severity"), [("predict", "remark"), ("fit", "error")])
def test_a_record_may_keep_what_others_read(tmp_path, name, severity):
    path = tmp_path / "theirs.py"
    path.write_text(textwrap.dedent(RECORD.format(name=name)))
    found = stored_settings.what_is_stored_is_read(load_source(path))
    assert [(finding.code, finding.severity) for finding in found] == [("SW-T2", severity)]


TABLED = """
    import numpy as np
    def confusion(y_true, y_pred, n_classes=2):
        counted = np.zeros((n_classes, n_classes), dtype=int)
        for t, p in zip(y_true, y_pred):
            counted[t, p] += 1
        return counted
    def precision_and_recall(matrix):
        precisions, recalls = [], []
        for c in range(len(matrix)):
            hits, said, there = matrix[c, c], matrix[:, c].sum(), matrix[c].sum()
            precisions.append(hits / said if said else 0.0)
            recalls.append(hits / there if there else 0.0)
        return precisions, recalls
"""


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("", "", None),
        ("matrix[:, c].sum(), matrix[c].sum()", "matrix[c].sum(), matrix[:, c].sum()", "SW-E7"),
        ("hits / said if said else 0.0", "hits / said", "SW-E3"),
    ],
)
def test_ratios_of_a_table_whose_size_is_asked_for(judge, old, new, code):
    result = judge(TABLED.replace(old, new))
    assert [finding.code for finding in result.findings] == ([code] if code else [])


HANDED = """
    from sklearn.metrics import confusion_matrix
    def tell(answers, y_test, place):
        found = []
        for row in answers:
            found.append(row[place])
        return confusion_matrix({})
"""


@pytest.mark.parametrize(("given", "codes"), [("y_test, found", []), ("found, y_test", ["SW-E8"])])
def test_what_is_made_row_by_row_comes_after_the_labels(tmp_path, given, codes):
    path = tmp_path / "theirs.py"
    path.write_text(textwrap.dedent(HANDED.format(given)))
    assert [finding.code for finding in scores.labels_come_before_predictions(load_source(path))] == codes


GROUPED = """
    import numpy as np
    def cluster_rows(rows, mean):
        groups = {}
        for row in rows:
            near = int(np.argmin([np.linalg.norm(row - one) for one in mean]))
            groups.setdefault(near, []).append(row)
        return groups
    def find_new_mean(old_mean, clusters):
        return [np.mean(clusters[k], axis=0) if k in clusters else old_mean[k] for k in range(len(old_mean))]
    def inertia(mean, clusters):
        return sum(np.sum((row - mean[k]) ** 2) for k in clusters for row in clusters[k])
"""


@pytest.mark.parametrize(
    "change", [("", ""), ("[k], axis=0)", "[k], axis=0) + 1"), ("- mean[k]) ** 2)", "- mean[k]) ** 2) + 1")]
)
def test_clusters_handed_on_as_their_rows(change):
    space = {}
    exec(textwrap.dedent(GROUPED).replace(*change), space)
    steps = {name: space[name] for name in ("cluster_rows", "find_new_mean", "inertia")}
    view, X = clusters.Clusters(steps, "steps", Caller()), np.random.default_rng(3).normal(size=(20, 2))
    labels, middle = np.arange(20) % 3, np.array([X[np.arange(20) % 3 == j].mean(axis=0) for j in range(3)])
    assert np.allclose(view.move(X, labels, 3, X[:3]), middle) == ("axis" not in change[0])
    assert np.isclose(view.cost(X, labels, middle), ((X - middle[labels]) ** 2).sum()) == ("**" not in change[0])


def test_what_changes_after_it_was_made_is_no_record_whatever_its_methods_are_called(tmp_path):
    path = tmp_path / "theirs.py"
    text = "class Red:\n    def __init__(self, degree):\n        self.degree = degree\n        self.W = 0\n\n    def hurk(self, X):\n        self.W = self.W - X\n"
    path.write_text(text)
    assert [finding.severity for finding in stored_settings.what_is_stored_is_read(load_source(path))] == ["error"]
    path.write_text(text.replace("self.W = self.W - X", "return X - self.W"))
    assert [finding.severity for finding in stored_settings.what_is_stored_is_read(load_source(path))] == ["remark"]


IN_A_TABLE = """
import numpy as np


def assegna(X, C):
    return ((X[:, :, None] - C[:, None, :]) ** 2).sum(axis=0)


def k_medie(X, k, seme=0, n_iter=40):
    X = X.astype(np.float32)
    C = X[:, np.random.default_rng(seme).choice(X.shape[1], k, replace=False)]
    for _ in range(n_iter):
        gruppo = assegna(X, C).argmin(axis=1)
        membri = [X[:, gruppo == j] for j in range(k)]
        C = np.stack([m.mean(axis=1) if m.size else C[:, j] for j, m in enumerate(membri)], axis=1)
    D = assegna(X, C)
    return {"C": C, "gruppo": D.argmin(axis=1), "inerzia": float(D.min(axis=1).sum())}
"""


def test_columns_and_what_comes_back_in_a_table(judge, errors):
    right = judge(IN_A_TABLE)
    assert not [finding for finding in right.findings if finding.severity != "remark"]
    rooted = judge(IN_A_TABLE.replace("D.min(axis=1).sum()", "np.sqrt(D.min(axis=1)).sum()"))
    assert "SW-M6" in errors(rooted)
    late = judge(
        IN_A_TABLE.replace("    D = assegna(X, C)\n", "").replace(
            "gruppo = assegna(X, C)", "D = assegna(X, C)\n        gruppo = D"
        )
    )
    assert "SW-M4" in [finding.code for finding in late.findings]
