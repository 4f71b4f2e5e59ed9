"""What right programs do that was once taken for a fault: folds of one's own, second splits, variances on a diagonal."""

import ast
import textwrap
import types

import numpy as np
import pytest

from scratchwork.checks.files import file_hints
from scratchwork.checks.files.source import source_from_text
from scratchwork.checks.flow import bindings
from scratchwork.checks.probes import siblings
from scratchwork.checks.reading import read_source
from scratchwork.checks.registry import Target
from scratchwork.checks.views import components
from scratchwork.checks.watching import influence

SEARCH = """
    class Search:
        def __init__(self, make, settings, cutter):
            self.make, self.settings, self.cutter = make, settings, cutter

        def fit(self, X, y):
            top = -1.0
            for setting in self.settings:
                marks = []
                for a, b in self.cutter.split(X, y):
                    X_train, X_test, y_train, y_test = X[a], X[b], y[a], y[b]
                    model = self.make(**setting)
                    model.fit(X_train, y_train)
                    marks.append(np.mean(model.predict(X_test) == y_test))
                if np.mean(marks) > top:
                    top, self.setting = np.mean(marks), setting
"""


def codes(text):
    source = source_from_text(textwrap.dedent(text))
    return {finding.code for finding in read_source(source) if finding.severity == "error"}


def test_a_setting_is_chosen_by_the_folds_of_a_loop_of_its_own():
    once = SEARCH.replace("for a, b in self.cutter.split(X, y):", "if True:").replace(
        "            top = -1.0", "            top, (a, b) = -1.0, self.cutter.split(X, y)"
    )
    assert "SW-D5" not in codes(SEARCH)
    assert "SW-D5" in codes(once)


def test_variances_on_a_diagonal_are_no_axes():
    parts = types.SimpleNamespace(complex=False, where={}, all_axes=None, scores=None, variances=None, components=None)
    view = types.SimpleNamespace(by_share=False)
    X = np.random.default_rng(0).normal(size=(9, 2))
    for table in (np.diag([3.0, 1.0]), np.array([[0.6, 0.8], [0.8, -0.6]])):
        components.Components._take(view, parts, "pca", "", table, X, 1)
    assert parts.all_axes is None or parts.all_axes[0, 0] == 0.6


@pytest.mark.parametrize(("name", "told"), [("train_loader", False), ("batches", True)])
def test_a_loader_tells_the_order_where_it_is_made(name, told):
    text = f"def train(model, {name}, epochs):\n    for epoch in range(epochs):\n        for x, y in {name}:\n            model.backward(x, y)\n"
    assert ("SW-T12" in {finding.code for finding in read_source(source_from_text(text))}) is told


@pytest.mark.parametrize(("rows", "columns"), [("table.iloc[:, :8]", (9, 8)), ("table.iloc[:, :-1]", (2, 1))])
def test_the_labels_of_a_file_stand_beyond_the_features_that_are_cut(rows, columns):
    text = f"table = pd.read_csv('a.csv')\nX = {rows}\ny = table['kind']\n"
    assert file_hints.Hints(ast.parse(text), text, "a.py").columns(["table"]) == columns


TWICE = """
    import numpy as np

    def cut(X, y):
        test, rest = np.arange(len(X))[:6], np.arange(len(X))[6:]
        return X[rest], X[test], y[rest], y[test]

    X, y = np.arange(40.0).reshape(20, 2), np.arange(20) % 2
    def program():
        X_rest, X_test, y_rest, y_last = cut(X, y)
        X_own, X_val, y_own, y_val = cut(X_rest, y_rest)
        return y_last.tolist(), y_val.tolist()
"""


def test_what_is_cut_from_the_rest_is_no_test_part():
    space, told = {"__tree__": ast.parse(textwrap.dedent(TWICE))}, []
    exec(compile(space["__tree__"], "twice", "exec"), space)
    for part in (None, "test"):
        influence.Run(space, part).run(lambda: told.append(space["program"]()))
    assert told[0][0] != told[1][0]
    assert told[0][1] == told[1][1]


@pytest.mark.parametrize(("row", "label", "told"), [("X[[i]]", "y[i]", False), ("X[:, [i]]", "y[:, i]", False), ("X[[t]]", "y[i]", True)])  # fmt: skip
def test_one_row_is_picked_in_brackets(row, label, told):
    text = f"""
        import numpy as np
        class Machine:
            def fit(self, X, y, rounds):
                for t in range(rounds):
                    for i in np.random.choice(len(X), 4, replace=False):
                        xi, yi = {row}, {label}
                        self.w += yi * xi.T
        """
    assert ("SW-T11" in codes(text)) is told


@pytest.mark.parametrize(("what", "told"), [("np.sum(X_test ** 2, axis=0)", False), ("X_test.mean(axis=0)", True)])
def test_what_is_less_a_sum_is_not_centred(what, told):
    text = f"""
        import numpy as np
        X_train, X_test = np.load("a.npy"), np.load("b.npy")
        rest = X_test - {what}
        """
    assert ("SW-D2" in codes(text)) is told


@pytest.mark.parametrize(("text", "told"), [("a - 1 / 2 * np.dot(x, y)", False), ("np.log(2 * np.pi) - x.T @ y", False), ("a + b - 2 * np.dot(x, y)", True)])  # fmt: skip
def test_a_density_is_no_expanded_square(text, told):
    assert bindings.expanded(ast.parse(text, mode="eval").body) is told


@pytest.mark.parametrize(("kept", "told"), [("np.maximum(self.top, self.v)", False), ("self.v", True)])
def test_the_largest_average_so_far_needs_no_correction(kept, told):
    text = f"""
        import numpy as np
        class Stepper:
            def __init__(self, n):
                self.m, self.v, self.top, self.beta1, self.beta2 = np.zeros(n), np.zeros(n), np.zeros(n), 0.9, 0.999
            def __call__(self, g, rate):
                self.m = self.beta1 * self.m + (1 - self.beta1) * g
                self.v = self.beta2 * self.v + (1 - self.beta2) * g ** 2
                self.top = {kept}
                return rate * self.m / (np.sqrt(self.v) + 1e-8)
        """
    found = {finding.code for finding in read_source(source_from_text(textwrap.dedent(text)))}
    assert ("SW-T5" in found) is told


@pytest.mark.parametrize(("row", "codes"), [("i = np.random.randint(len(X))", []), ("i = 0", ["SW-G1"])])
def test_the_slope_of_a_row_that_is_drawn_is_not_that_of_all(monkeypatch, row, codes):
    node = ast.parse(f"def slope(X, y):\n    {row}\n    return X[i] * (X[i] @ w - y[i])").body[0]
    pair = types.SimpleNamespace(gradient="slope", claimed=[np.array([1.0, 2.0])], numeric=[np.array([2.0, -1.0])])
    monkeypatch.setattr(siblings, "_named", lambda *given: siblings.find("SW-G1", "seen"))
    target = Target(None, "Model", "linear", namespace={"nodes": {"Model.slope": node}})
    assert [finding.code for finding in siblings._judged(target, None, pair)] == codes


@pytest.mark.parametrize(("head", "told"), [("X_train[:500]", False), ("X_train", True)])
def test_the_rest_of_the_training_rows_is_kept_aside(head, told):
    text = f"""
        import numpy as np
        X_train, y_train = np.load("a.npy"), np.load("b.npy")
        X_train, X_val = {head}, X_train[500:]
        """
    assert ("SW-D3" in codes(text)) is told
