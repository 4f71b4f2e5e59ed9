"""Right code that was taken for wrong: a cost of one row, slopes that are kept, errors that hold the weights themselves."""

import types

import numpy as np
import pytest

from scratchwork.checks.files.source import source_from_text
from scratchwork.checks.probes import nudged
from scratchwork.checks.rules import alignment
from scratchwork.checks.watching import nudged_reading

ROW = """
    import math

    def softmax(row):
        top = [math.exp(z - max(row)) for z in row]
        return [t / sum(top) for t in top]

    def {name}(shares, goal):
        total = 0
        for k, share in enumerate(shares):
            total += goal[k] * (-math.log(max(share, 1e-300)))
        return total
"""


@pytest.mark.parametrize(("name", "codes"), [("row_loss", []), ("binary_loss", ["SW-G9"])])
def test_a_cost_of_one_row_of_shares_is_no_half_of_a_loss(judge, errors, name, codes):
    assert errors(judge(ROW.format(name=name))) == codes


DIFFERENCES = """
    import numpy as np

    class Slopes:
        def __init__(self, n_in, n_out):
            self.W = np.random.default_rng(0).normal(size=(n_in, n_out))
            self.costSlopes = np.zeros((n_in, n_out))

        def cost(self, X, y):
            return np.mean((1 / (1 + np.exp(-X @ self.W)) - y) ** 2)

        def learn(self, X, y, rate):
            first = self.cost(X, y)
            for place in np.ndindex(*self.W.shape):
                self.W[place] += 1e-5
                self.costSlopes[place] = (self.cost(X, y) - first) / 1e-5
                self.W[place] -= 1e-5
            self.W -= rate * self.costSlopes
"""


@pytest.mark.parametrize(("change", "codes"), [(("", ""), []), (("-= rate * ", "-= 0.2 * "), ["SW-T1"])])
def test_slopes_that_are_kept_need_no_rate(judge, errors, change, codes):
    assert errors(judge(DIFFERENCES.replace(*change))) == codes


@pytest.mark.parametrize(("target", "told"), [(np.zeros(4), 0), (np.arange(4.0), 1)])
def test_a_penalty_of_one_array_beside_no_targets_is_not_told(target, told):
    array = types.SimpleNamespace(moved="V", before=np.ones(6), after=np.ones(6), function="step")
    reading = nudged_reading.Reading(None, target, "squared error", {}, 0.1, {0: -0.1})
    case = types.SimpleNamespace(
        reading=reading, found=types.SimpleNamespace(parameters=[array]), mover=lambda one: one.function
    )
    assert len(list(nudged.Case._growing(case))) == told


ONE_COLUMN = """import numpy as np
def learn(w, X, Y, turns, dice):
    for t in range(1, turns):
        step = 0 * w
        for k in dice.choice(X.shape[1], 4, replace=False):
            row, goal = X[:, [k]], Y[:, k].item()
            step += (goal - float(w.T @ row)) * row
        w = w + step / t
    return w
"""


@pytest.mark.parametrize(("change", "codes"), [(("", ""), []), (("Y[:, k]", "Y[:, t]"), ["SW-T11"])])
def test_one_sample_as_a_column_goes_with_its_own_label(change, codes):
    found = alignment.rows_keep_their_labels(source_from_text(ONE_COLUMN.replace(*change), "theirs.py"))
    assert [entry.code for entry in found] == codes
