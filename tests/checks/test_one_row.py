"""A transform that fails on a table is asked for its rows only where the file does so too."""

import ast

import numpy as np

from scratchwork.checks.views import one_row

TEXT = """
class PCA:
    def transform(self, X):
        return self.components.T @ (X - self.mean)


def scores(model, X):
    return [model.transform(row) for row in X]
"""


def method(text):
    tree = ast.parse(text)
    space = {"__tree__": tree}
    exec(compile(tree, "made", "exec"), space)
    made = space["PCA"]()
    made.components, made.mean = np.eye(3)[:, :2], np.zeros(3)
    return made.transform


def test_rows_one_at_a_time_only_where_the_file_does_so():
    assert one_row.takes_one(method(TEXT))
    assert not one_row.takes_one(method(TEXT.replace("[model.transform(row) for row in X]", "model.transform(X)")))
