"""What a program gives to its own functions, call by call: what differs besides the thing compared; cells of scripts; unseeded cuts."""

import pytest

from scratchwork.checks import engine
from scratchwork.checks.files.source import source_from_text
from scratchwork.checks.rules import meanings, splits, state, unseeded_cuts

SWEEP = """
import dataclasses
import numpy as np


@dataclasses.dataclass
class Setup:
    hidden: int = 4
    lr: float = 0.1
    epochs: int = 30
    seed: int = 0


def learn(X, y, setup):
    rng = np.random.default_rng(setup.seed)
    W, v = rng.normal(size=(X.shape[1], setup.hidden)), np.zeros(setup.hidden)
    for _ in range(setup.epochs):
        H = np.tanh(X @ W)
        d = (H @ v - y) / len(y)
        v, W = v - setup.lr * H.T @ d, W - setup.lr * X.T @ (np.outer(d, v) * (1 - H ** 2))
    return W, v


dice = np.random.default_rng(5)
X = dice.normal(size=(60, 3))
y = X[:, 0] * X[:, 1]
curves = {}
for hidden in (2, 4, 8):
    for seed in (0, 1):
        setup = dataclasses.replace(Setup(), hidden=hidden, seed=seed)
        curves[hidden, seed] = learn(X, y, setup)[1]
print(len(curves))
"""
CASES = [
    ("hidden=hidden, seed=seed)", "hidden=hidden, seed=seed, epochs=90 if hidden == 8 else 30)", "SW-R2", None),
    ("hidden=hidden, seed=seed)", "hidden=hidden, seed=seed, lr=0.05 * hidden)", "SW-R1", None),
    ("learn(X, y, setup)[1]", "learn(X[: 10 * hidden], y[: 10 * hidden], setup)[1]", "SW-R2", None),
    ("default_rng(setup.seed)", "default_rng()", "SW-R3", "learn"),
]


@pytest.fixture
def told(tmp_path):
    """The findings of the probes of comparisons on a program."""

    def run(text):
        path = tmp_path / "theirs.py"
        path.write_text(text)
        return [
            item for item in engine.check_here(path, fast=True).findings if item.code in ("SW-R1", "SW-R2", "SW-R3")
        ]

    return run


@pytest.mark.parametrize("case", CASES, ids=lambda case: case[2] + case[1][:12])
def test_what_goes_with_the_thing_compared_is_told(told, case):
    old, new, code, function = case
    assert old in SWEEP
    found = told(SWEEP.replace(old, new))
    assert [(item.code, item.severity, item.function) for item in found] == [(code, "warning", function)]


def test_a_grid_and_a_sweep_of_one_setting_are_fair(told):
    assert told(SWEEP) == []
    grid = SWEEP.replace("for seed in (0, 1):", "for epochs in (20, 30):").replace("seed=seed", "epochs=epochs")
    assert told(grid.replace("[hidden, seed]", "[hidden, epochs]")) == []
    words = SWEEP.replace("for hidden in (2, 4, 8):", "for hidden, epochs in ((2, 30), (4, 30), (8, 30)):")
    assert told(words.replace("seed=seed)", "seed=seed, epochs=epochs)")) == []


CELLS = """# %%
import numpy as np
data = np.arange(8.0)
# %%
def spread(values):
    return values.std()
# %% [markdown]
# A title
# %%
shown = data / 2
width = spread(data)
"""


def test_cells_of_a_script_can_run_twice():
    assert list(state.cells_can_run_twice(source_from_text(CELLS))) == []
    changed = source_from_text(CELLS.replace("shown = data", "data = data"))
    assert [(item.code, item.line) for item in state.cells_can_run_twice(changed)] == [("SW-B1", 10)]
    plain = source_from_text(CELLS.replace("shown = data", "data = data").replace("# %%", "#"))
    assert list(state.cells_can_run_twice(plain)) == []


def test_a_function_keeps_its_name_in_cells():
    assert list(meanings.names_keep_their_meaning(source_from_text(CELLS))) == []
    changed = source_from_text(CELLS.replace("width =", "spread ="))
    assert [(item.code, item.line) for item in meanings.names_keep_their_meaning(changed)] == [("SW-B2", 11)]
    assert list(state.cells_can_run_twice(changed)) == []


CUT = """
import random
import numpy as np


def halves(rows, seed=None):
    dice = np.random.default_rng(seed)
    order = dice.permutation(len(rows))
    half = len(rows) // 2
    return [rows[i] for i in order[:half]], [rows[i] for i in order[half:]]


def batches(rows, size):
    order = np.random.default_rng().permutation(len(rows))
    for start in range(0, len(rows), size):
        yield order[start : start + size]


left, right = halves(list(range(20)), seed=3)
"""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("default_rng(seed)", "default_rng()"),
        (", seed=3)", ")"),
        ("np.random.default_rng(seed)", "random.Random()"),
        ("dice.permutation(len(rows))", "table.sample(frac=1.0)"),
    ],
)
def test_rows_are_divided_with_a_seed(old, new):
    rule = unseeded_cuts.rows_are_divided_by_a_seeded_generator
    assert list(rule(source_from_text(CUT))) == []
    assert old in CUT
    assert [(item.code, item.function) for item in rule(source_from_text(CUT.replace(old, new)))] == [
        ("SW-D4", "halves")
    ]


DESCENT = """
import numpy as np


def descend(A, t, step=0.1, rounds=40):
    w = np.zeros(A.shape[1])
    for _ in range(rounds):
        w -= step * A.T @ (A @ w - t) / len(t)
    return w


dice = np.random.default_rng(2)
table = np.column_stack([dice.normal(size=80) * 900 + 2000, dice.normal(size=80), dice.normal(size=80)])
goal = table @ np.array([0.001, 1.0, -1.0])
small = (table - table.mean(axis=0)) / table.std(axis=0)
print(descend(small, goal - goal.mean()))
"""


def test_rows_are_scaled_before_gradient_steps(tmp_path):
    def run(text):
        path = tmp_path / "theirs.py"
        path.write_text(text)
        return [item for item in engine.check_here(path, fast=True).findings if item.code == "SW-T16"]

    assert run(DESCENT) == []
    found = run(DESCENT.replace("descend(small,", "descend(table - table.mean(axis=0),"))
    assert [(item.severity, item.line) for item in found] == [("warning", 16)]
    inside = DESCENT.replace("    w = np", "    A = A / A.std(axis=0)\n    w = np").replace(
        "descend(small,", "descend(table,"
    )
    assert run(inside) == []


SERIES = """
import numpy as np
import pandas as pd

table = pd.DataFrame({"load": np.arange(90.0)}, index=pd.date_range("2020-01-01", periods=90, freq="D"))
table["lag_1"] = table["load"].shift(1)
cut = int(0.8 * len(table))
early, late = table.iloc[:cut], table.iloc[cut:]
"""


def test_a_series_is_not_shuffled_before_it_is_cut():
    assert list(splits.a_series_is_cut_in_time(source_from_text(SERIES))) == []
    order = "mix = np.random.default_rng(3).permutation(len(table))\ntable = table.iloc[mix]\n"
    for words in (order, "table = table.sample(frac=1.0, random_state=3)\n"):
        changed = source_from_text(SERIES.replace("cut = int", words + "cut = int"))
        assert [item.code for item in splits.a_series_is_cut_in_time(changed)] == ["SW-D11"]


def test_what_is_shown_is_drawn_once():
    text = """
import torch
gen = torch.Generator().manual_seed(4)
some = torch.randperm(len(y), generator=gen)[:3]
for i in some:
    print(int(y[i]), int(net(x[i : i + 1]).argmax()), "predicted")
"""
    rule = splits.examples_are_drawn_without_replacement
    assert list(rule(source_from_text(text))) == []
    changed = text.replace("torch.randperm(len(y), generator=gen)[:3]", "torch.randint(len(y), (3,), generator=gen)")
    assert [item.code for item in rule(source_from_text(changed))] == ["SW-D12"]
