"""Networks whose weights are plain numbers: each fault fires on one changed line, none without."""

import ast

import pytest

from scratchwork.checks.probes import alike_units, plain_numbers
from scratchwork.checks.registry import Target
from scratchwork.checks.running import replay
from scratchwork.checks.running.call import Caller

CELLS = """
import math, random

class Cell:
    def __init__(self, size):
        self.pull = [random.uniform(-1, 1) for _ in range(size)]
        self.shift = random.uniform(-1, 1)

    def fire(self, given):
        self.given = given
        self.out = 1 / (1 + math.exp(-sum(w * g for w, g in zip(self.pull, given)) - self.shift))
        return self.out

class Brain:
    def __init__(self, sizes):
        self.rows = [[Cell(m) for _ in range(n)] for m, n in zip(sizes, sizes[1:])]

    def forward(self, values):
        for row in self.rows:
            values = [cell.fire(values) for cell in row]
        return values

    def backward(self, wanted):
        for cell, goal in zip(self.rows[-1], wanted):
            cell.blame = (cell.out - goal) * cell.out * (1 - cell.out)
        for place, cell in enumerate(self.rows[0]):
            back = sum(other.pull[place] * other.blame for other in self.rows[1])
            cell.blame = back * cell.out * (1 - cell.out)

    def update(self, rate):
        for row in self.rows:
            for cell in row:
                cell.pull = [w - rate * cell.blame * g for w, g in zip(cell.pull, cell.given)]
                cell.shift -= rate * cell.blame

    def train(self, samples, rate, epochs):
        for _ in range(epochs):
            for values, wanted in samples:
                self.forward(values)
                self.backward(wanted)
                self.update(rate)

brain = Brain([2, 3, 2])
brain.train([([0.1, 0.7], [1, 0]), ([0.9, 0.3], [0, 1]), ([0.4, 0.2], [1, 0])], 0.5, 2)
"""


def found_in(text, probe=plain_numbers.plain_numbers_move_along_a_gradient):
    space = {"__name__": "user_module"}
    exec(compile(text, "user.py", "exec"), space)
    space["__tree__"] = ast.parse(text)
    (statements,) = replay.blocks(space["__tree__"])
    target = Target(replay.Program(statements, space), "the program", "training run", 1, None, {"namespace": space})
    return list(probe(target, Caller()))


@pytest.mark.parametrize(
    ("right", "wrong", "code"),
    [
        ("cell.out - goal", "goal - cell.out", "SW-G18"),
        ("back * cell.out * (1 - cell.out)", "back", "SW-G1"),
        ("                cell.shift -= rate * cell.blame", "                cell.shift -= rate * cell.blame ** 2", "SW-G1"),
        ("goal) * cell.out * (1 - cell.out)", "goal) * math.exp(-cell.out) / (1 + math.exp(-cell.out)) ** 2", "SW-G10"),
        ("            cell.blame = back", "            for other in self.rows[1]:\n                other.pull = [w - other.blame * cell.out for w in other.pull]\n            cell.blame = back", "SW-G1"),
    ],
)  # fmt: skip
def test_a_step_of_plain_numbers(right, wrong, code):
    assert right in CELLS
    codes = {finding.code for finding in found_in(CELLS.replace(right, wrong, 1))}
    assert code in codes


def test_a_right_step_of_plain_numbers():
    assert found_in(CELLS) == []
    assert found_in(CELLS.replace("w - rate * cell.blame * g", "w - rate * (cell.blame * g + 0.1 * w)")) == []


def test_neurons_with_vectors():
    vectors = CELLS.replace("import math, random", "import math, random\nimport numpy as np").replace(
        "[random.uniform(-1, 1) for _ in range(size)]", "np.random.uniform(-1, 1, size)"
    )
    vectors = vectors.replace(
        "                cell.pull = [w - rate * cell.blame * g for w, g in zip(cell.pull, cell.given)]",
        "                cell.pull -= rate * cell.blame * np.array(cell.given)",
    )
    assert found_in(vectors) == []
    assert [item.code for item in found_in(vectors.replace("back * cell.out * (1 - cell.out)", "back"))] == ["SW-G1"]


def test_another_loss_than_the_one_that_is_told():
    told = CELLS.replace(
        "    def train(",
        "    def loss(self, values, wanted):\n"
        "        return sum((p - t) ** 2 for p, t in zip(self.forward(values), wanted)) / 2\n\n    def train(",
    ).replace("                self.forward(values)\n", "                self.loss(values, wanted)\n", 1)
    assert found_in(told) == []
    wrong = told.replace("return sum((p - t) ** 2", "return -sum(t * math.log(p)")
    assert [item.code for item in found_in(wrong)] == ["SW-G1"]


TABLES = """
import math, random

def build(n, m):
    first = [[random.gauss(0, 0.5) for _ in range(n + 1)] for _ in range(m)]
    return {"first": first, "last": [random.gauss(0, 0.5) for _ in range(m)]}

def learn(net, rows, goals, eta=0.3):
    for row, goal in zip(rows, goals):
        hidden = [math.tanh(sum(w * x for w, x in zip(unit, row + [1.0]))) for unit in net["first"]]
        miss = sum(w * h for w, h in zip(net["last"], hidden)) - goal
        for j, h in enumerate(hidden):
            back = miss * net["last"][j] * (1 - h * h)
            net["last"][j] -= eta * miss * h
            for i, x in enumerate(row + [1.0]):
                net["first"][j][i] -= eta * back * x

net = build(2, 3)
for turn in range(4):
    learn(net, [[0.0, 1.0], [1.0, 1.0], [1.0, 0.0]], [1.0, 0.0, 1.0])
"""


@pytest.mark.parametrize(
    ("text", "changes", "where"),
    [
        (CELLS, (("[random.uniform(-1, 1) for", "[0.3 for"), ("shift = random.uniform(-1, 1)", "shift = 0.0")), "__init__"),
        (TABLES, (("[random.gauss(0, 0.5) for _ in range(n + 1)]", "[0.1] * (n + 1)"), ("[random.gauss(0, 0.5) for", "[0.2 for")), "build"),
        (TABLES, (("random.gauss(0, 0.5) for _ in range(n", "0 for _ in range(n"), ("[random.gauss(0, 0.5) for", "[0.2 for")), "build"),
    ],
)  # fmt: skip
def test_units_do_not_start_alike(text, changes, where):
    assert found_in(text, alike_units.units_of_plain_numbers_differ) == []
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    (finding,) = found_in(text, alike_units.units_of_plain_numbers_differ)
    assert (finding.code, finding.function) == ("SW-T17", where)
