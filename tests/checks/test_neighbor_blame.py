"""Nearest neighbours: one label for everybody, rows that are never sorted, tables of a method, a k that is lost."""

LIKE_A_COURSE = """
import numpy as np


class KNearestNeighbor:
    def __init__(self, k=3):
        self.k = k

    def fit(self, X, y):
        self.X_train, self.y_train = X, y

    def distances_at_once(self, X):
        cross = X @ self.X_train.T
        squares = (X**2).sum(axis=1)[:, None] + (self.X_train**2).sum(axis=1)[None]
        return np.sqrt(np.maximum(squares - 2 * cross, 0))

    def distances_row_by_row(self, X):
        table = np.zeros((len(X), len(self.X_train)))
        for i in range(len(X)):
            table[i] = np.sqrt(((self.X_train - X[i]) ** 2).sum(axis=1))
        return table

    def predict(self, X):
        return self.vote(self.distances_row_by_row(X))

    def vote(self, table):
        near = np.argsort(table, axis=1, kind="stable")[:, : self.k]
        return np.array([np.argmax(np.bincount(row)) for row in self.y_train[near]])
"""


def where(result, code):
    return [finding.function for finding in result.findings if finding.code == code]


def test_each_method_that_measures_is_asked(judge, errors):
    assert not errors(judge(LIKE_A_COURSE))
    assert where(judge(LIKE_A_COURSE.replace("- 2 * cross", "- cross")), "SW-K2") == ["distances_at_once"]
    unsafe = LIKE_A_COURSE.replace("np.maximum(squares - 2 * cross, 0)", "squares - 2 * cross")
    assert where(judge(unsafe), "SW-N10") == ["distances_at_once"]


def test_rows_that_are_not_sorted(judge, errors):
    wrong = judge(
        LIKE_A_COURSE.replace(
            'np.argsort(table, axis=1, kind="stable")[:, : self.k]', "np.tile(np.arange(self.k), (len(table), 1))"
        )
    )
    assert errors(wrong)[0] in ("SW-K1", "SW-K5")


def test_predict_that_replaces_the_training_rows(judge):
    wrong = LIKE_A_COURSE.replace(
        "        return self.vote(self.distances_row_by_row(X))",
        "        answer = self.vote(self.distances_row_by_row(X))\n        self.X_train, self.y_train = X, answer\n        return answer",
    )
    assert where(judge(wrong), "SW-P3") == ["predict"]


def test_a_k_that_the_constructor_loses(judge):
    wrong = judge(LIKE_A_COURSE.replace("self.k = k\n", "self.k = None if k == 0 else 5\n"))
    assert "__init__" in where(wrong, "SW-T2")


def test_a_table_instead_of_a_label_for_each_row(judge):
    assert where(judge(LIKE_A_COURSE.replace("for row in self.y_train[near]])", "for row in self.y_train[near]])[None]")), "SW-P8") == ["predict"]  # fmt: skip
