"""Files whose base class or helpers stand in a module that is not there: checked all the same."""

import numpy as np

from scratchwork.checks.running import stand_in_files, stand_in_parts
from scratchwork.checks.running.stand_ins import stand_in

NEIGHBOURS = """
import numpy as np
from collections import Counter
from somebodys_project.base import BaseEstimator, Mixin
from somebodys_project.utils import euclidean_distance


class Voting(BaseEstimator, Mixin):
    def __init__(self, k=5):
        self.k = k

    def combine(self, labels):
        raise NotImplementedError()

    def _predict(self, X=None):
        return np.array([self._predict_row(x) for x in X])

    def _predict_row(self, x):
        found = [(euclidean_distance(x, row), label) for row, label in zip(self.X, self.y)]
        near = sorted(found, key=lambda pair: pair[0])[: self.k]
        return self.combine([label for _, label in near])


class KNNClassifier(Voting):
    def combine(self, labels):
        return Counter(labels).most_common(1)[0][0]
"""
FITS_ITSELF = """
from lib.base import Model
import autograd.numpy as np
from autograd import grad


class LinearRegression(Model):
    def __init__(self, lr=0.05, n_iters=200):
        super().__init__(lr=lr)
        self.n_iters = n_iters

    def _loss(self, w):
        return np.mean((self.A @ w - self.t) ** 2)

    def _train(self, X, y):
        self.A = np.hstack([np.ones((len(X), 1)), X])
        self.t = y
        slope = grad(self._loss)
        self.w = np.zeros(self.A.shape[1])
        for _ in range(self.n_iters):
            self.w = self.w - self.lr * slope(self.w)

    def _predict(self, X):
        return np.hstack([np.ones((len(X), 1)), X]) @ self.w
"""


def test_a_base_class_that_is_missing_keeps_the_rows(judge, errors):
    right = judge(NEIGHBOURS)
    assert [entry.object for entry in right.recognised if entry.role == "knn"] == ["KNNClassifier"]
    assert not errors(right)
    assert "SW-K1" in right.passed
    wrong = judge(NEIGHBOURS.replace("pair[0])[: self.k]", "-pair[0])[: self.k]"))
    assert errors(wrong)[0] == "SW-K1"
    assert wrong.findings[0].function == "_predict_row"


def test_a_missing_base_class_calls_the_inner_fit(judge, errors):
    right = judge(FITS_ITSELF)
    assert not errors(right)
    assert "SW-G18" in right.passed
    assert "SW-G18" in errors(judge(FITS_ITSELF.replace("self.w - self.lr", "self.w + self.lr")))


def test_helpers_of_well_known_names_compute():
    assert stand_in("lib.maths", "euclidean_distance")([0, 0], [3, 4]) == 5
    assert stand_in("lib.activations", "Sigmoid")()(0.0) == 0.5
    assert np.isclose(stand_in("lib.activations", "Sigmoid")().gradient(0.0), 0.25)
    assert np.allclose(stand_in("autograd", "grad")(lambda w: (w**2).sum())(np.array([1.0, 2.0])), [2, 4])


def test_objects_with_slots_hold_what_they_hold_as_others_do(tmp_path):
    from scratchwork.checks.files.source import load_source
    from scratchwork.checks.running.call import Caller
    from scratchwork.checks.running.loading import load

    (tmp_path / "slim.py").write_text(
        "class Slim:\n    __slots__ = ('w',)\n    def __init__(self):\n        self.w = 1\n"
    )
    space = load(load_source(tmp_path / "slim.py"), Caller()).namespace
    assert vars(space["Slim"]()) == {"w": 1}


def test_a_missing_decorator_leaves_the_function_alone():
    def f():
        return 3

    assert stand_in("lib.tools", "timed")(f) is f
    assert stand_in_parts.part("frobnicate") is None


def test_what_only_draws_is_stood_in_for_and_is_taken_apart_into_as_many_parts_as_are_wanted(tmp_path):
    import sys

    from scratchwork.checks.files.source import load_source
    from scratchwork.checks.running.call import Caller
    from scratchwork.checks.running.loading import load
    from scratchwork.checks.running.stand_ins import Silent

    path = tmp_path / "drawn.py"
    path.write_text(
        "import matplotlib.pyplot as plt\n\n\ndef shown():\n    fig, (a, b, c) = plt.subplots(1, 3)\n    return len([a, b, c]), len(list(plt.axes))\n"
    )
    there = "matplotlib.pyplot" in sys.modules
    loaded = load(load_source(path), Caller())
    assert isinstance(loaded.namespace["plt"], Silent)
    assert loaded.namespace["shown"]() == (3, 2)
    assert there or "matplotlib.pyplot" not in sys.modules


def test_a_file_called_the_test_holds_other_rows_of_the_same_kind():
    first, other = (stand_in_files.numbers((40, 4), True, 2, 3, kept) for kept in (False, True))
    assert not (first[:, 0] == other[:, 0]).any()
    one, two = (np.cov(rows.T)[3, :3] for rows in (first, other))
    assert one @ two > 0.8 * np.linalg.norm(one) * np.linalg.norm(two)  # the labels depend on the features alike


def _ran(tmp_path, text):
    """The names of a program that was run with stand-ins for the files that it reads."""
    from scratchwork.checks.files.source import load_source

    path = tmp_path / "reads.py"
    path.write_text(text)
    space, failures = {}, []

    def run():
        failures.clear()
        try:
            exec(compile(text, str(path), "exec"), space)
        except Exception as error:
            failures.append(str(error))

    with stand_in_files.stood_in(load_source(path)):
        run()
        stand_in_files.fitted(run, lambda: failures)
    return space, failures


LINES = """rows = []
for line in open("points.dat").readlines():
    parts = line.split()
    rows.append([float(item) for item in parts[:-1]] + [int(parts[-1])])
"""


def test_lines_are_divided_by_what_the_code_divides_them_by(tmp_path):
    for text in (LINES, LINES.replace("split()", "split('\\t')"), LINES.replace("split()", "split(',')[1:]")):
        space, failures = _ran(tmp_path, text)
        assert not failures
        assert len(space["rows"]) > 30
        assert {row[-1] for row in space["rows"]} == {0, 1}


def test_tables_have_the_columns_that_are_named_later(tmp_path):
    text = """import pandas as pd
wind = pd.read_csv("mill.tsv", sep="\\t", header=None)
wind.columns = ["speed", "output"]
grades = pd.read_csv("grades.csv")
both = pd.concat([grades, pd.get_dummies(grades["school"])], axis=1)
for field in ["essay", "test"]:
    both[field] = both[field] - both[field].mean()
"""
    space, failures = _ran(tmp_path, text)
    assert not failures
    assert space["wind"].shape[1] == 2
    assert {"essay", "test"} <= set(space["both"].columns)


def test_labels_stand_where_a_turned_table_is_asked_for_them_and_in_the_words_of_the_code(tmp_path):
    text = """import pandas as pd
words = {"cat": 0, "dog": 1}
pets = pd.read_csv("pets.csv", names=["weight", "height", "label"])
pets["label"] = pets["label"].map(words)
accuracy = 0
"""
    space, failures = _ran(tmp_path, text)
    assert not failures
    assert set(space["pets"]["label"]) == {0, 1}
    text = """import numpy as np, pandas as pd
digits = np.array(pd.read_csv("digits.csv"))
part = digits[0:100].T
y_part = part[0]
accuracy = (y_part == 784).mean()
"""
    space, failures = _ran(tmp_path, text)
    assert not failures
    assert set(space["digits"][:, 0]) == set(range(10))
