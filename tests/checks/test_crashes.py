"""Code that crashes whatever it is given: names that nothing defines, and classes whose fit comes back from no data."""

import pytest

from scratchwork.checks import engine
from scratchwork.checks.files.source import source_from_text
from scratchwork.checks.findings import CannotCheck, Result
from scratchwork.checks.probes import crashes, interface
from scratchwork.checks.recognising import binding
from scratchwork.checks.registry import Target
from scratchwork.checks.rules.names import names_are_defined
from scratchwork.checks.running import loading
from scratchwork.checks.running.call import Caller
from scratchwork.checks.views.estimator import Estimator

VOTES = """
import numpy as np
from collections import Counter as Tally

class Voter:
    ties = 3

    def ask(self, rows, q):
        far = [np.abs(q - row).sum() for row in rows if row is not None]
        def nearest(n):
            return sorted(range(len(far)), key=lambda i: far[i])[:n]
        try:
            fast = numba
        except NameError:
            fast = None
        return Tally(nearest(self.ties)), fast

if __name__ == "__main__":
    for seed in range(3):
        pass
    print(seed, [w for w in "ab"], __file__)
"""
SLIPS = [
    ("np.abs(q - row)", "np.abs(q - rwo)", "rwo"),  # in a comprehension
    ("[:n]", "[:m]", "m"),  # in a function within a function
    ("nearest(self.ties)", "nearest(ties)", "ties"),  # what a class binds, its methods do not see
    ("print(seed,", "print(sede,", "sede"),  # at the top
    ("lambda i:", "lambda j:", "i"),
]


def missing(text):
    return [finding.observed.split()[3].rstrip(",") for finding in names_are_defined(source_from_text(text))]


@pytest.mark.parametrize(("right", "wrong", "name"), SLIPS)
def test_a_name_that_nothing_defines_is_told(right, wrong, name):
    assert missing(VOTES) == []
    assert missing(VOTES.replace(right, wrong)) == [name]


@pytest.mark.parametrize(
    "text",
    [
        "from tools import *\nprint(helper(3))",
        "exec('b = 2')\nprint(b)",
        "def f():\n    global state\n    state = 1\nf()\nprint(state)",
        "if False:\n    print(debug)",
        "def f(x):\n    return x\n    print(gone)",
        "import sys\nif sys.argv:\n    import json as tool\nprint(tool)",
        "a = 1\ndel a\nprint(a)",
        "def f(x: Matrix) -> Matrix:\n    return x",
        "def f(x):\n    # your code here\n    return loss",
        "match [1, 2]:\n    case [first, *rest]:\n        print(first, rest)",
        "print((n := 3) + n, [m for m in range(n)])",
        "print(a, b, c, d)",  # a part of something
        "class A:\n    def f(self):\n        return __class__",
    ],
)
def test_what_may_be_defined_unseen_is_left_alone(text):
    assert missing(text) == []


def test_what_may_be_a_global_of_a_notebook_is_a_warning():
    def severity(text):
        return [finding.severity for finding in names_are_defined(source_from_text(text))]

    assert severity("def f(w):\n    return w.sum() / m") == ["warning"]  # the number of rows, set in another cell
    assert severity("def f(w):\n    return X_train @ w") == ["warning"]
    assert severity("def f(X_train, w):\n    return X_trian @ w") == ["error"]
    assert severity("def f(w):\n    return cost(w)") == ["error"]
    assert severity("print(m)") == ["error"]


DESCENT = """
import numpy as np
class Slope:
    def __init__(self, rate=0.1, steps=20):
        self.rate, self.steps = rate, steps
    def fit(self, X, y):
        self.w = np.zeros(X.shape[1])
        for _ in range(self.steps):
            self.w -= self.rate * X.T @ self.residuals(X, y) / len(y)
        return self
    def residuals(self, X, y):
        return X @ self.w - y
    def predict(self, X):
        return X @ self.w
"""


def crashed(text, used=""):
    source, space = source_from_text(text + used), {}
    exec(compile(source.tree, "<text>", "exec"), space)
    value = Estimator(space["Slope"], "Slope", Caller(file="<text>"))
    target = Target(value, "Slope", "linear", 3, source, {"nodes": {}})
    try:
        found = list(crashes.training_runs_on_ordinary_data(target, value.caller))
    except CannotCheck:
        return None
    return [(finding.function, finding.line) for finding in found]


@pytest.mark.parametrize(
    ("right", "wrong", "place"),
    [
        ("np.zeros(X.shape[1])", "np.zeros(X.shape[0])", ("fit", 12)),
        ("self.residuals(X, y)", "self.residuals(X)", ("fit", 9)),
        ("return X @ self.w\n", "return X @ self.ww\n", ("predict", 14)),
    ],
)
def test_a_class_that_runs_on_no_data_crashes(right, wrong, place):
    assert crashed(DESCENT) == []
    assert crashed(DESCENT.replace(right, wrong)) == [place]


@pytest.mark.parametrize(
    ("wrong", "used"),
    [
        ("np.zeros(784)", ""),  # the author's own data are of another length
        ("np.zeros(X.shape[0])", "\nmodel = Slope\nif 0:\n    Slope()\n"),  # and have another form, perhaps
    ],
)
def test_data_of_the_authors_own_may_be_wanted(wrong, used):
    assert not crashed(DESCENT.replace("np.zeros(X.shape[1])", wrong), used)


def test_what_a_class_that_inherits_may_have_is_not_missing():
    """The same method, defined in a subclass, bound in its body, or in another file altogether; not one that is misspelt."""
    missing = DESCENT.replace("def residuals", "def other_things")
    assert not crashed(missing)
    assert not crashed(
        missing, "\nclass Steeper(Slope):\n    def residuals(self, X, y):\n        return X @ self.w - y\n"
    )
    assert crashed(DESCENT.replace("def residuals", "def residual")) == [("fit", 9)]
    unset = DESCENT.replace("return X @ self.w\n", "return X @ self.ww\n")
    assert crashed(unset) == [("predict", 14)]
    assert not crashed(unset, "\nclass Steeper(Slope):\n    ww = 0\n")


def test_a_statement_that_misses_a_loop_that_was_left_out_does_not_fail():
    text = "best = {}\nfor k in range(3):\n    best[k] = sum(range(k))\ntop = min(best)\n"
    for source, said in ((source_from_text(text), []), (source_from_text("best = {}\ntop = min(best)\n"), ["SW-X90"])):
        loaded, result = loading.load(source, Caller(file="<text>")), Result("<text>")
        for line, words, failure in loaded.problems:
            engine._problem_at_import(line, words, failure, engine.Keeping(result), whole=not loaded.left_out)
        assert [code for code, _ in result.not_checked] == said


WEIGHTS = """
import numpy as np
class Net:
    def __init__(self, d, h, c, rate=0.1):
        self.U, self.V = np.random.normal(0, 0.3, (d, h)), np.random.normal(0, 0.3, (h, c))
class Means:
    def __init__(self, k, d):
        self.centres = np.zeros((k, d))
"""


def test_letters_are_sizes_where_the_shapes_of_the_weights_say_so():
    source, space = source_from_text(WEIGHTS), {}
    exec(compile(source.tree, "<text>", "exec"), space)
    space["__tree__"] = source.tree
    assert list(binding.meanings_of(space["Net"]).values())[-4:] == ["n_in", "n_hidden", "n_out", "lr"]
    assert binding.meanings_of(space["Means"])["k"] == "k"


DROPS = """
import numpy as np
class Net:
    def __init__(self, n_inputs, n_hidden, n_outputs, lr=0.1, p_drop=0.3, seed=0):
        self.rng, self.lr, self.p_drop = np.random.default_rng(seed), lr, p_drop
        self.U, self.V = self.rng.normal(0, 1, (n_inputs, n_hidden)), self.rng.normal(0, 1, (n_hidden, n_outputs))
    def forward(self, X, training=True):
        self.a = np.tanh(X @ self.U)
        if training:
            self.a = self.a * (self.rng.random(self.a.shape) > self.p_drop) / (1 - self.p_drop)
        e = np.exp(self.a @ self.V)
        return e / e.sum(1, keepdims=True)
    def fit(self, X, y, epochs=30):
        for _ in range(epochs):
            off = self.forward(X) - np.eye(self.V.shape[1])[y]
            self.V -= self.lr * self.a.T @ off / len(y)
        return self
    def predict(self, X):
        return self.forward(X, training=False).argmax(1)
"""


def test_units_that_are_dropped_in_answers_are_seen_where_labels_are_close():
    def differs(text):
        source, space = source_from_text(text), {}
        exec(compile(source.tree, "<text>", "exec"), space)
        target = Target(
            Estimator(space["Net"], "Net", Caller(file="<text>")), "Net", "estimator", 3, source, {"found": set()}
        )
        return [finding.code for finding in interface.nothing_is_dropped_in_answers(target, target.value.caller)]

    assert differs(DROPS) == []
    assert differs(DROPS.replace("X, training=False", "X")) == ["SW-T20"]
