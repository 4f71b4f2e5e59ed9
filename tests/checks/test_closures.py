"""Functions that make other functions are judged as the class they stand for; rows one at a time; a k of another name."""

import ast

import pytest

from scratchwork.checks.files import closures

AXES = """
import numpy as np


def fit_pca(rows, k, rounds=400):
    middle = [sum(column) / len(column) for column in zip(*rows)]
    rest = np.array([[a - b for a, b in zip(row, middle)] for row in rows])
    held = []
    for _ in range(k):
        v = np.ones(len(middle))
        for _ in range(rounds):
            v = rest.T @ (rest @ v)
            v = v / np.sqrt(v @ v)
        held.append(v)
        rest = rest - np.outer(rest @ v, v)

    def encode(row):
        away = np.array([a - b for a, b in zip(row, middle)])
        return [away @ v for v in held]

    def decode(code):
        return np.array(middle) + sum(c * v for c, v in zip(code, held))

    return encode, decode
"""
NEAR = """
import numpy as np


class NearestNeighbours:
    def __init__(self, how_deep=5):
        self.how_deep = how_deep

    def fit(self, X, y):
        self.X, self.y = X, y

    def predict(self, X):
        table = ((X[:, None] - self.X[None]) ** 2).sum(axis=2)
        near = table.argsort(axis=1, kind="stable")[:, : self.how_deep]
        return np.array([np.bincount(row).argmax() for row in self.y[near]])
"""
COUNTER = """
def make_counter(step, mass=3):
    total = 0
    def add(n):
        nonlocal total
        total += step * sum(total * 0 + n for n in range(n))
        return total
    def read():
        return total, [step for step in range(2)], mass
    return {"add": add, "read": read}
"""


def run(text):
    tree, space = ast.parse(text), {}
    closures.as_classes(tree)
    exec(compile(tree, "made", "exec"), space)
    return tree, space


def test_an_object_does_what_the_functions_did():
    tree, space = run(COUNTER)
    assert isinstance(tree.body[0], ast.ClassDef)
    made = space["make_counter"](2)
    assert [made["add"](3), made["add"](2)] == [6, 8]
    assert made.read() == (8, [0, 1], 3)
    assert made.total == 8
    pair = run(COUNTER.replace('{"add": add, "read": read}', "add, read"))[1]["make_counter"](1)
    add, read = pair
    assert (add(3), read()[0]) == (3, 3)


def test_a_decorator_and_a_kernel_stay_functions():
    text = "def twice(f):\n    def inner(*a):\n        return f(*a)\n    return inner\n"
    text += "def rbf(gamma):\n    def f(a, b):\n        return gamma * a * b\n    return f\n"
    assert not any(isinstance(node, ast.ClassDef) for node in run(text)[0].body)


def test_axes_that_a_function_makes_are_those_of_the_covariance(judge, errors):
    assert not errors(judge(AXES))
    kept = judge(AXES.replace("        rest = rest - np.outer(rest @ v, v)\n", ""))
    assert ("SW-C2", "error") in [(finding.code, finding.severity) for finding in kept.findings]
    assert errors(judge(AXES.replace("np.array(middle) + sum", "sum"))) == ["SW-C6"]
    assert "SW-T15" in errors(judge(AXES.replace("rounds=400", "rounds=2")))


def test_a_number_of_neighbours_of_an_unknown_name(judge, errors):
    assert not errors(judge(NEAR))
    assert "SW-K1" in errors(judge(NEAR.replace("[:, : self.how_deep]", "[:, -self.how_deep :]")))


def test_one_that_may_give_nothing_stays_a_function():
    text = COUNTER.replace("    total = 0\n", "    total = 0\n    if step > 9:\n        return None\n")
    assert not any(isinstance(node, ast.ClassDef) for node in run(text)[0].body)


AFFINE = """
import numpy as np


def affine(n_in, n_out, rng):
    p = {"W": rng.normal(size=(n_in, n_out)) / np.sqrt(n_in), "b": np.zeros(n_out)}

    def forward(x):
        return x @ p["W"] + p["b"], x

    def backward(dy, x):
        return dy @ p["W"].T, {"W": x.T @ dy, "b": dy.sum(0)}

    return p, forward, backward
"""


def test_a_backward_pass_is_handed_what_the_forward_pass_kept_for_it(judge):
    assert not [entry for entry in judge(AFFINE).findings if entry.severity != "remark"]
    found = judge(AFFINE.replace('"W": x.T @ dy', '"W": x.T @ np.abs(dy)')).findings
    assert ("SW-G1", "backward") in {(entry.code, entry.function) for entry in found}


MAKER = """
import math
def make(X, k=2):
    import statistics
    middle = statistics.mean(X)
    turn = lambda a, middle=middle: a - middle
    def encode(a, *, twice=False):
        count = [a for a in [statistics.mean([a])]]
        return turn(count[0]) * (2 if twice else 1) + sum(middle * 0 for middle in [middle])
    return encode
"""
TABLE = 'return {"middle": middle, "encode": encode}'


def is_class(text):
    return any(isinstance(node, ast.ClassDef) for node in run(text)[0].body)


def test_names_of_their_own_defaults_and_keywords():
    tree, space = run(MAKER)
    made = space["make"]([1, 2, 3])
    assert is_class(MAKER)
    assert (made(5), made(5, twice=True), made.__name__) == (3, 6, "encode")
    (call,) = [item for item in ast.walk(tree) if getattr(item, "name", "") == "__call__"]
    assert call.lineno == MAKER.splitlines().index("    return encode") + 1


def test_a_table_that_was_given_is_asked_as_one():
    made = run(MAKER.replace("return encode", TABLE))[1]["make"]([1, 2, 3])
    assert (len(made), list(made), "middle" in made, made.get("w", 7)) == (2, ["middle", "encode"], True, 7)
    assert dict(made.items())["encode"](5) == 3


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("return encode", 'return {"middle": middle, "code": encode(1)}'),
        ("encode", "cost"),
        ("twice=False", "twice=False, **more"),
        ("    turn = lambda a, middle=middle: a - middle", "    if k:\n        def turn(a): pass"),
    ],
)
def test_what_no_object_stands_for_stays_a_function(old, new):
    assert old in MAKER
    assert not is_class(MAKER.replace(old, new))
