"""Networks whose samples come as pairs: their step over some pairs, its penalty, and what is said of the pairs."""

import ast

import numpy as np
import pytest

from scratchwork.checks.files.source import SourceUnit
from scratchwork.checks.probes import loop, loss_functions, pair_steps
from scratchwork.checks.registry import Target
from scratchwork.checks.running.call import Caller
from scratchwork.checks.views import network_build

TEXT = """
import numpy as np


class Squares:
    @staticmethod
    def price(a, y):
        return 0.5 * np.sum((a - y) ** 2)

    @staticmethod
    def error(a, y):
        return (a - y) * a * (1 - a)


class Brain:
    def __init__(self, sizes, cost=Squares, seed=0):
        g = np.random.default_rng(seed)
        self.cost = cost
        self.mats = [g.normal(size=(q, p)) / np.sqrt(p) for p, q in zip(sizes, sizes[1:])]
        self.offs = [g.normal(size=(q, 1)) for q in sizes[1:]]

    def forward(self, a):
        for w, b in zip(self.mats, self.offs):
            a = 1 / (1 + np.exp(-(w @ a + b)))
        return a

    def backprop(self, x, y):
        seen = [x]
        for w, b in zip(self.mats, self.offs):
            seen.append(1 / (1 + np.exp(-(w @ seen[-1] + b))))
        d, up, side = self.cost.error(seen[-1], y), [], []
        for w, below in zip(self.mats[::-1], seen[-2::-1]):
            up.insert(0, d @ below.T)
            side.insert(0, d)
            d = (w.T @ d) * below * (1 - below)
        return up, side

    def learn(self, some, eta, decay, total):
        up, side = [0 * w for w in self.mats], [0 * b for b in self.offs]
        for x, y in some:
            dw, db = self.backprop(x, y)
            up = [s + d for s, d in zip(up, dw)]
            side = [s + d for s, d in zip(side, db)]
        self.mats = [(1 - eta * decay / total) * w - eta / len(some) * s for w, s in zip(self.mats, up)]
        self.offs = [b - eta / len(some) * s for b, s in zip(self.offs, side)]

    def bill(self, pairs, decay=0.0):
        cost = sum(self.cost.price(self.forward(x), y) for x, y in pairs) / len(pairs)
        return cost + 0.5 * decay / len(pairs) * sum(np.sum(w ** 2) for w in self.mats)

    def rate(self, pairs):
        return np.mean([np.argmax(self.forward(x)) == np.argmax(y) for x, y in pairs])
"""


def found(probe, *change):
    text = TEXT.replace(*change) if change else TEXT
    assert text != TEXT or not change
    tree = ast.parse(text)
    space = {"__name__": "user_module", "__tree__": tree}
    exec(text, space)
    nodes = {f"Brain.{node.name}": node for node in tree.body[-1].body}
    caller = Caller(2.0)
    net = network_build.from_class(space["Brain"], "Brain", caller, nodes, space, {"loss": "bill", "accuracy": "rate"})
    target = Target(net, "Brain", "mlp", 1, SourceUnit, {"namespace": space, "nodes": nodes})
    return [(finding.code, finding.severity, finding.function) for finding in probe(target, caller)]


STEPS = [
    (None, []),
    (("b - eta / len(some) * s", "b - eta * s"), [("SW-G1", "error", "learn")]),
    (("up = [s + d for s, d in zip(up, dw)]", "up = dw"), [("SW-G1", "error", "learn")]),
    (("for x, y in some:", "for x, y in some[1:]:"), [("SW-G1", "error", "learn")]),
    (("b - eta / len(some) * s", "b + eta / len(some) * s"), [("SW-G18", "error", "learn")]),
    (("side = [s + d for s, d in zip(side, db)]", "self.offs = [b - eta * d for b, d in zip(self.offs, db)]"),
     [("SW-G12", "error", "learn")]),
]  # fmt: skip


@pytest.mark.parametrize(("change", "wanted"), STEPS)
def test_a_step_over_pairs_is_that_of_all_their_gradients(change, wanted):
    assert found(pair_steps.a_step_over_pairs_is_that_of_their_gradients, *(change or ())) == wanted


def test_a_net_that_steps_after_each_pair_is_right():
    at_once = "self.mats = [w - eta * d for w, d in zip(self.mats, dw)]\n            self.offs = [b - eta * d for b, d in zip(self.offs, db)]"
    sums = "up = [s + d for s, d in zip(up, dw)]\n            side = [s + d for s, d in zip(side, db)]"
    assert found(pair_steps.a_step_over_pairs_is_that_of_their_gradients, sums, at_once) == []


PENALTIES = [
    (None, []),
    (("(1 - eta * decay / total) * w", "(1 + eta * decay / total) * w"), [("SW-G2", "error", "learn")]),
    (("[b - eta / len(some) * s", "[(1 - eta * decay / total) * b - eta / len(some) * s"), [("SW-G4", "warning", "learn")]),
    (("(1 - eta * decay / total) * w", "(1 - eta * decay) * w"), [("SW-G5", "warning", "learn")]),
    (("np.sum(w ** 2)", "np.linalg.norm(w)"), [("SW-G5", "error", "bill")]),
    (("(1 - eta * decay / total) * w", "(1 - 0 * eta * decay / total) * w"), [("SW-G5", "error", "learn")]),
]  # fmt: skip


@pytest.mark.parametrize(("change", "wanted"), PENALTIES)
def test_a_step_over_pairs_has_the_penalty_of_the_cost(change, wanted):
    assert found(pair_steps.a_step_over_pairs_has_the_penalty_of_the_cost, *(change or ())) == wanted


def test_what_counts_its_rounds_trains_and_not_what_is_called_in_each():
    train = "\n    def train(self, pairs, epochs, eta):\n        for _ in range(epochs):\n            self.learn(pairs, eta, 0.0, 1)\n"
    tree = ast.parse(TEXT + train)
    space = {"__name__": "user_module", "__tree__": tree}
    exec(compile(tree, "<text>", "exec"), space)
    net = network_build.from_class(space["Brain"], "Brain", Caller(2.0), {}, space)
    assert net.roles["train"] == "train"
    assert loop._one_step(network_build.from_class(only_steps(), "Brain", Caller(2.0), {}, space))


def only_steps():
    space = {"__name__": "user_module", "__tree__": ast.parse(TEXT)}
    exec(TEXT, space)
    return space["Brain"]


def test_a_cost_that_puts_large_numbers_for_what_is_not_finite_may_add_them_up():
    text = "def entropy_cost(a, y):\n    return np.sum(np.nan_to_num(-y * np.log(a) - (1 - y) * np.log(1 - a)))"
    for wanted, source in (([], text), (["SW-N5"], text.replace("np.nan_to_num", ""))):
        space = {"np": np}
        exec(source, space)
        target = Target(space["entropy_cost"], "entropy_cost", "loss", 1, None, {"nodes": {"entropy_cost": ast.parse(source).body[0]}})  # fmt: skip
        assert [finding.code for finding in loss_functions.loss_has_its_values(target, Caller(2.0))] == wanted
