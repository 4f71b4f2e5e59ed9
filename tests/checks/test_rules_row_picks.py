"""Rows picked by their numbers: each rule fires on one changed line and is silent without it."""

import pytest

from scratchwork.checks.files.source import load_source
from scratchwork.checks.rules import row_picks

PICKED = """import numpy as np
def learn(net, X, y, size=8, rng=np.random.default_rng(0)):
    for epoch in range(9):
        order = rng.permutation(len(X))
        for start in range(0, len(X), size):
            now = order[start : start + size]
            net.turn(X[now], y[now])
"""
STREAM = """import numpy as np
def stream(X, y, size, rng):
    while True:
        order = rng.permutation(len(y))
        for part in np.array_split(order, len(y) // size):
            yield X[part], y[part]
"""
WHOLE = """import numpy as np
class Net:
    def go(self, inputs, targets):
        p = np.random.permutation(len(inputs))
        inputs_now = inputs[p]
        targets_now = targets[p]
        for i in range(0, len(inputs), 8):
            self.step(inputs_now[i : i + 8], targets_now[i : i + 8])
"""
COLUMNS = """import numpy as np
def run(w, X, Y, rng):
    for _ in range(5):
        idx = rng.permutation(X.shape[1])
        for k in range(0, X.shape[1], 4):
            w -= slope(w, X[:, idx[k : k + 4]], Y[:, idx[k : k + 4]])
    return w
"""
DRAWN = """import numpy as np
def learn(net, data_x, data_y, size=8, rng=np.random.default_rng(0)):
    for turn in range(900):
        now = rng.integers(len(data_x), size=size)
        now_x = data_x[now]
        now_y = data_y[now]
        net.turn(now_x, now_y)
"""
CASES = (
    (
        "rows_and_labels_are_picked_alike",
        DRAWN,
        "data_y[now]",
        "data_y[rng.integers(len(data_y), size=size)]",
        "SW-T11",
    ),
    ("rows_and_labels_are_picked_alike", PICKED, "y[now]", "y[start : start + size]", "SW-T11"),
    ("rows_and_labels_are_picked_alike", PICKED, "y[now]", "y[: len(now)]", "SW-T11"),
    ("rows_and_labels_are_picked_alike", STREAM, "y[part]", "y[np.sort(part)]", "SW-T11"),
    ("rows_and_labels_are_picked_alike", WHOLE, "= targets[p]", "= targets", "SW-T11"),
    ("rows_and_labels_are_picked_alike", COLUMNS, "Y[:, idx[k : k + 4]]", "Y[:, :4]", None),
    ("an_order_is_drawn", STREAM, "rng.permutation(len(y))", "np.arange(len(y))", "SW-T12"),
    ("an_order_is_drawn", PICKED, "rng.permutation(len(X))", "np.argsort(y, kind='stable')", "SW-T12"),
)


@pytest.mark.parametrize(("rule", "text", "old", "new", "code"), CASES)
def test_rows_are_picked_alike_and_by_chance(tmp_path, rule, text, old, new, code):
    assert old in text
    for now, expected in ((text, set()), (text.replace(old, new), {code} - {None})):
        (tmp_path / "theirs.py").write_text(now)
        found = getattr(row_picks, rule)(load_source(tmp_path / "theirs.py"))
        assert {finding.code for finding in found} == expected


def test_an_order_that_is_shuffled_or_cut_into_folds_is_left_alone(tmp_path):
    shuffled = STREAM.replace("rng.permutation(len(y))", "np.arange(len(y))\n        rng.shuffle(order)")
    folds = STREAM.replace("rng.permutation(len(y))", "np.arange(len(y))").replace("def stream", "def k_folds")
    for text in (shuffled, folds):
        (tmp_path / "theirs.py").write_text(text)
        assert not list(row_picks.an_order_is_drawn(load_source(tmp_path / "theirs.py")))


def test_rows_that_are_worked_on_while_they_are_picked_are_picked_too(tmp_path):
    text = "import numpy as np\ndef main(bunch, n):\n    perm = np.random.permutation(len(bunch.target))\n    X = (bunch.data[perm] / 9.0).T\n    y = bunch.target[perm]\n    learn(X[:, :n], y[:n])\n"
    for now, count in ((text, 0), (text.replace("(bunch.data[perm] / 9.0).T", "bunch.data"), 1)):
        (tmp_path / "theirs.py").write_text(now)
        assert len(list(row_picks.rows_and_labels_are_picked_alike(load_source(tmp_path / "theirs.py")))) == count
