"""What takes tables of pandas is asked with tables; what can take both, or arrays, is left alone."""

import ast

import numpy as np
import pandas

from scratchwork.checks.running import taking_tables

FIT = """
class Line:
    def fit(self, X: pandas.DataFrame, target, rate=0.1):
        X = X.copy()
        X.insert(0, "one", 1.0)
        A, t = X.to_numpy(), target.values
        self.w = np.linalg.lstsq(A, t, rcond=None)[0]

    def predict(self, rows):
        table = rows.copy()
        table.insert(0, "one", 1.0)
        return table.to_numpy() @ self.w

    def either(self, X):
        return X.values if isinstance(X, pandas.DataFrame) else X

    def listed(self, found, counts):
        found.insert(0, 3)
        return found, counts.values(), found.index(3)
"""


def made(text):
    space = {"np": np, "pandas": pandas, taking_tables.AS_TABLE: taking_tables.as_table}
    tree = ast.parse(text)
    body = [taking_tables.handed_tables(node) for node in tree.body]
    exec(compile(ast.Module(body, []), "tables", "exec"), space)
    return space, tree, body


def test_arrays_become_tables_where_only_tables_will_do():
    space, tree, body = made(FIT)
    X = np.array([[0.0], [1.0], [3.0]])
    line = space["Line"]()
    line.fit(X, 2 * X[:, 0] + 1)
    np.testing.assert_allclose(line.predict(X), [1, 3, 7])
    np.testing.assert_allclose(line.predict(X.tolist()), [1, 3, 7])
    assert X.shape == (3, 1)
    assert line.either(X) is X  # it deals with both itself
    assert line.listed([1, 2], {1: 2})[0] == [3, 1, 2]
    changed = [item.name for item in ast.walk(body[0]) if isinstance(item, ast.FunctionDef) and "__as_table__" in ast.unparse(item)]  # fmt: skip
    assert changed == ["fit", "predict"]
    assert "__as_table__" not in ast.unparse(tree)  # what is read stays as it was written


def test_what_takes_arrays_is_the_very_same():
    node = ast.parse("def predict(self, X):\n    return X.copy() @ self.w\n").body[0]
    assert taking_tables.handed_tables(node) is node
