"""What is kept as the best, and the step number of Adam: each rule fires on one changed line and is silent without it."""

import pytest

from scratchwork.checks.files.source import load_source
from scratchwork.checks.rules.best import something_can_be_better_than_the_start, the_best_is_what_is_returned
from scratchwork.checks.rules.moments import averages_are_those_of_adam

TABLE = """import copy
import numpy as np
def learn(p, X, y, X_val, y_val, rate=0.1):
    lowest, kept, waited = np.inf, None, 0
    for turn in range(50):
        for name, slope in slopes(p, X, y).items():
            p[name] -= rate * slope
        now, val_cost = cost(p, X, y), cost(p, X_val, y_val)
        if val_cost < lowest:
            lowest, kept, waited = val_cost, copy.deepcopy(p), 0
        else:
            waited += 1
    return kept
def slopes(p, X, y):
    return {"W1": X.T @ (X @ p["W1"] - y), "b1": p["b1"]}
"""
OBJECT = """import numpy as np
class Net:
    def __init__(self, n):
        self.first, self.second = np.zeros(n), np.ones(n)
    def _move(self, g, rate):
        self.first -= rate * g
        self.second -= rate * g
    def fit(self, X, y, rounds=9):
        least = np.inf
        for _ in range(rounds):
            self._move(X.T @ y, 0.1)
            loss = ((X @ self.first - y) ** 2).mean()
            if loss < least:
                least = loss
                best_first, best_second = self.first.copy(), self.second.copy()
        self.first, self.second = best_first, best_second
        return self
"""
LISTED = """import numpy as np
def run(net, X, y, steps):
    best_loss, best_layers = np.inf, None
    for step in range(steps):
        for layer in net.layers:
            for array, slope in layer.pairs(X, y):
                array -= 0.1 * slope
        now = net.loss(X, y)
        if now < best_loss:
            best_loss = now
            best_layers = [layer.twin() for layer in net.layers]
    net.layers = best_layers
class Layer:
    def pairs(self, X, y):
        return [(self.W, X)]
def build():
    layers = [Layer(), Layer()]
    return layers
"""
STARTS = """def best_of(X, k):
    best_cost, best = float("inf"), None
    for start in range(10):
        labels, cost = cluster(X, k, start)
        if cost < best_cost:
            best_cost, best = cost, labels
    return best
"""
KEPT = (
    (TABLE, "copy.deepcopy(p)", "dict(p)"),
    (TABLE, "copy.deepcopy(p)", "p.copy()"),
    (TABLE, "copy.deepcopy(p)", "{k: v for k, v in p.items()}"),
    (TABLE, "if val_cost < lowest:\n            lowest, kept, waited = val_cost", "if now < lowest:\n            lowest, kept, waited = now"),
    (OBJECT, "self.first.copy(), self.second.copy()", "self.first, self.second"),
    (OBJECT, "self.first, self.second = best_first, best_second\n        ", ""),
    (LISTED, "[layer.twin() for layer in net.layers]", "list(net.layers)"),
    (LISTED, "[layer.twin() for layer in net.layers]", "net.layers[:]"),
)  # fmt: skip
ADAM = """import numpy as np
class Adam:
    def __init__(self):
        self.t, self.m, self.v = 0, {}, {}
    def move(self, weights, slopes):
        self.t += 1
        for key in weights:
            self.m[key] = 0.9 * self.m.get(key, 0.0) + 0.1 * slopes[key]
            self.v[key] = 0.999 * self.v.get(key, 0.0) + 0.001 * slopes[key] ** 2
            up = self.m[key] / (1 - 0.9 ** self.t)
            down = self.v[key] / (1 - 0.999 ** self.t)
            weights[key] -= 0.01 * up / (np.sqrt(down) + 1e-8)
"""
STATE = """import numpy as np
def adam(w, g, state, b1=0.9, b2=0.999):
    t = state["t"] + 1
    m = {k: b1 * state["m"][k] + (1 - b1) * g[k] for k in w}
    v = {k: b2 * state["v"][k] + (1 - b2) * g[k] ** 2 for k in w}
    new = {k: w[k] - 0.1 * (m[k] / (1 - b1 ** t)) / (np.sqrt(v[k] / (1 - b2 ** t)) + 1e-8) for k in w}
    return new, {"m": m, "v": v, "t": t}
"""
LOOPS = """import numpy as np
def train(w, X, y, epochs, b1=0.9, b2=0.999):
    m = v = np.zeros_like(w)
    t = 0
    for e in range(epochs):
        for s in range(0, len(y), 16):
            g = X[s : s + 16].T @ (X[s : s + 16] @ w - y[s : s + 16])
            t += 1
            m += (1 - b1) * (g - m)
            v += (1 - b2) * (g ** 2 - v)
            w = w - 0.1 * np.sqrt(1 - b2 ** t) / (1 - b1 ** t) * m / (np.sqrt(v) + 1e-8)
    return w
"""
COUNTED = (
    (ADAM, "        self.t += 1\n        for key in weights:\n", "        for key in weights:\n            self.t += 1\n"),
    (ADAM, "(1 - 0.9 ** self.t)", "(1 - 0.9)"),
    (ADAM, "down = self.v[key] / (1 - 0.999 ** self.t)", "down = self.v[key]"),
    (ADAM, "        for key in weights:\n", "        for key in weights:\n            self.m[key] = np.zeros_like(weights[key])\n"),
    (STATE, '"t": t}', '"t": state["t"]}'),
    (LOOPS, "            t += 1\n", "            t = e + 1\n"),
    (LOOPS, "np.sqrt(1 - b2 ** t) / (1 - b1 ** t)", "(1 - b1 ** t) / np.sqrt(1 - b2 ** t)"),
)  # fmt: skip


def told(rule, tmp_path, text):
    path = tmp_path / "theirs.py"
    path.write_text(text)
    return {finding.code for finding in rule(load_source(path))}


@pytest.mark.parametrize(("text", "old", "new"), KEPT)
def test_the_best_is_copied_chosen_and_handed_back(tmp_path, text, old, new):
    assert old in text
    assert told(the_best_is_what_is_returned, tmp_path, text) == set()
    assert told(the_best_is_what_is_returned, tmp_path, text.replace(old, new)) == {"SW-T9"}


def test_numbers_in_a_list_are_copied_by_a_copy_of_the_list(tmp_path):
    numbers = "def learn(w, rows):\n    best = 9e9\n    for _ in range(5):\n        for j in range(len(w)):\n            w[j] -= 0.1 * rows[j]\n        e = sum(w)\n        if e < best:\n            best, best_w = e, list(w)\n    return best_w\n"
    assert told(the_best_is_what_is_returned, tmp_path, numbers) == set()
    assert told(the_best_is_what_is_returned, tmp_path, numbers.replace("list(w)", "w")) == {"SW-T9"}


@pytest.mark.parametrize(("text", "old", "new"), COUNTED)
def test_the_exponent_of_adam_counts_the_steps(tmp_path, text, old, new):
    assert old in text
    assert told(averages_are_those_of_adam, tmp_path, text) == set()
    assert told(averages_are_those_of_adam, tmp_path, text.replace(old, new)) == {"SW-T5"}


def test_a_loop_variable_that_is_raised_at_once_counts_from_one(tmp_path):
    text = LOOPS.replace("    t = 0\n", "").replace("for e in range(epochs):\n        for s in range(0, len(y), 16):\n            g = X[s : s + 16].T @ (X[s : s + 16] @ w - y[s : s + 16])\n            t += 1\n", "for t in range(epochs):\n        if True:\n            g = X.T @ (X @ w - y)\n            t = t + 1\n")  # fmt: skip
    assert told(averages_are_those_of_adam, tmp_path, text) == set()
    assert told(averages_are_those_of_adam, tmp_path, text.replace("            t = t + 1\n", "")) == {"SW-T5"}


@pytest.mark.parametrize(
    ("text", "old", "new", "code"),
    [
        (TABLE, "val_cost < lowest", "val_cost > lowest", "SW-T13"),
        (STARTS, 'float("inf")', 'float("-inf")', "SW-T9"),
        (STARTS, "cost < best_cost", "best_cost < cost", "SW-T9"),
        (OBJECT, "if loss < least:\n", "if loss > least:\n                pass\n            else:\n", None),
        (OBJECT.replace("        least =", "        self.least =").replace("< least", "< self.least").replace("    least = loss", "    self.least = loss"),
         "loss < self.least", "loss > self.least", "SW-T9"),
    ],
)  # fmt: skip
def test_something_is_better_than_the_start(tmp_path, text, old, new, code):
    assert old in text
    path = tmp_path / "theirs.py"
    for changed, wanted in ((text, set()), (text.replace(old, new), {code} - {None})):
        path.write_text(changed)
        found = {finding.code for finding in something_can_be_better_than_the_start(load_source(path))}
        assert found == wanted


BESIDE = """import numpy as np
class Fit:
    def fit(self, X, y, X_val=None, y_val=None, lr=0.1, epochs=30):
        self.w, self.lowest, self.best_w = np.zeros(X.shape[1]), np.inf, None
        for turn in range(epochs):
            self.w -= lr * X.T @ (X @ self.w - y) / len(y)
            now = np.inf if X_val is None else np.mean((X_val @ self.w - y_val) ** 2)
            if turn % 10 == 0 and now < self.lowest:
                self.lowest = now
                self.best_w = self.w.copy()
        if self.best_w is not None:
            self.w = self.best_w
    def predict(self, X):
        return X @ self.w
"""


def test_the_best_kept_in_the_object_is_read_by_somebody(tmp_path):
    assert told(the_best_is_what_is_returned, tmp_path, BESIDE) == set()
    lost = BESIDE.replace("        if self.best_w is not None:\n            self.w = self.best_w\n", "")
    assert told(the_best_is_what_is_returned, tmp_path, lost) == {"SW-T9"}


def test_the_best_round_is_told_with_its_weights(tmp_path):
    alone = TABLE.replace("lowest, kept, waited = val_cost, copy.deepcopy(p), 0", "lowest, waited = val_cost, 0").replace("kept, waited = np.inf, None, 0", "waited = np.inf, 0")  # fmt: skip
    for text, codes in (
        (alone.replace("return kept", "return p"), []),
        (alone.replace("return kept", "return p, lowest"), ["SW-T9"]),
        (TABLE.replace("return kept", "return kept, lowest"), []),
    ):
        (tmp_path / "theirs.py").write_text(text)
        found = the_best_is_what_is_returned(load_source(tmp_path / "theirs.py"))
        assert [finding.code for finding in found] == codes


def test_weights_in_lists_are_told_by_how_they_are_set():
    import ast

    from scratchwork.checks.probes.watched import _in_lists

    text = "class N:\n    def __init__(self, n):\n        self.u = [[0.5] * n for _ in range(3)]\n"
    assert _in_lists(ast.parse(text), {"u"})
    assert not _in_lists(ast.parse(text.replace("[[0.5] * n for _ in range(3)]", "np.ones((3, n))")), {"u"})
