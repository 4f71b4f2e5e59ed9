"""Tests that end a loop: by the wrong sign, by an array that is compared with itself, by waiting that does not add up."""

import pytest

from scratchwork.checks.files.source import load_source
from scratchwork.checks.reading import read_source
from scratchwork.checks.rules.leaving import (
    a_loop_is_left_when_the_change_is_small,
    stop_tests_compare_with_the_round_before,
    the_margin_makes_it_harder,
    waiting_begins_anew,
)
from scratchwork.checks.rules.stop_signs import a_fall_is_told_from_a_rise, a_flag_tells_of_all_rows

CURVE = """def train(net, X, y, tol=1e-6):
    curve = [net.cost(X, y)]
    quiet = 0
    for _ in range(100):
        net.turn(X, y)
        curve.append(net.cost(X, y))
        if curve[-2] - curve[-1] < tol:
            break
    return curve
"""
COUNTED = CURVE.replace(
    "        if curve[-2] - curve[-1] < tol:\n            break\n",
    "        quiet = quiet + 1 if curve[-2] - curve[-1] < tol else 0\n        if quiet > 5:\n            break\n",
)
NAMES = """def run(X, y, w, seuil=1e-4):
    erreur_avant = 9e9
    while True:
        w = pas(X, y, w)
        erreur = ((X @ w - y) ** 2).mean()
        if (erreur_avant - erreur) / erreur < seuil:
            return w
        erreur_avant = erreur
"""
SCORE = """def climb(model, X, y, eps=1e-4):
    before = model.score(X, y)
    for _ in range(50):
        model.turn(X, y)
        score = model.score(X, y)
        if score - before < eps:
            break
        before = score
"""
SLOPES = """import numpy as np
def fit(X, y, tol=1e-5):
    w = np.zeros(X.shape[1])
    for _ in range(500):
        g, c = slopes(X, y, w)
        if np.abs(g).max() < tol:
            break
        w = w - 0.1 * g
    return w
"""
SIGNS = (
    (CURVE, "curve[-2] - curve[-1]", "curve[-1] - curve[-2]"),
    (COUNTED, "curve[-2] - curve[-1]", "curve[-1] - curve[-2]"),
    (NAMES, "erreur_avant - erreur)", "erreur - erreur_avant)"),
    (SCORE, "score - before", "before - score"),
    (SLOPES, "np.abs(g).max()", "g.max()"),
    (SLOPES, "np.abs(g).max()", "np.sum(g)"),
    (SLOPES, "np.abs(g).max()", "np.max(g)"),
)
WAITS = """def train(net, X, y, patience=5):
    best, waited = 9e9, 0
    for _ in range(90):
        net.turn(X, y)
        loss = net.loss(X, y)
        if loss < best - 1e-4:
            best, waited = loss, 0
        else:
            waited += 1
        if waited >= patience:
            break
"""
ALIAS = """import numpy as np
def solve(A, y, tol=1e-6):
    w = np.zeros(A.shape[1])
    for _ in range(100):
        before = w.copy()
        for j in range(len(w)):
            w[j] = soft(A, y, w, j)
        if np.abs(w - before).max() < tol:
            break
    return w
"""
ROUND = """import numpy as np
class Groups:
    def fit(self, X):
        for _ in range(99):
            new = self.middles(X)
            moved = np.abs(new - self.centres).max()
            self.centres = new
            self.costs.append(self.cost(X))
            if moved < 1e-6:
                break
    def cost(self, X):
        return ((X - self.centres) ** 2).sum()
"""
NESTED = """def lloyd(X, c):
    labels = start(X)
    for _ in range(99):
        before, (labels, far) = labels, assign(X, c)
        changed = (labels != before).sum()
        c = move(X, labels)
        if changed < 1:
            break
"""
SAME = (
    (NESTED, "before, (labels, far) = labels, assign(X, c)", "labels, far = assign(X, c)\n        before = labels"),
    (ALIAS, "w.copy()", "w"),
    (ROUND, "            moved = np.abs(new - self.centres).max()\n            self.centres = new\n",
     "            self.centres = new\n            moved = np.abs(new - self.centres).max()\n"),
)  # fmt: skip


def told(rule, tmp_path, text):
    path = tmp_path / "theirs.py"
    path.write_text(text)
    return {finding.code for finding in rule(load_source(path))}


@pytest.mark.parametrize(("text", "old", "new"), SIGNS)
def test_a_fall_is_no_rise_and_a_slope_has_a_size(tmp_path, text, old, new):
    assert old in text
    assert told(a_fall_is_told_from_a_rise, tmp_path, text) == set()
    assert told(a_fall_is_told_from_a_rise, tmp_path, text.replace(old, new)) == {"SW-T13"}


def test_a_norm_that_is_called_a_gradient_is_compared_as_it_is(tmp_path):
    text = SLOPES.replace("np.abs(g).max() < tol", "grad < tol").replace(
        "        if grad", "        grad = np.linalg.norm(g)\n        if grad"
    )
    assert told(a_fall_is_told_from_a_rise, tmp_path, text) == set()
    assert told(a_fall_is_told_from_a_rise, tmp_path, text.replace("np.linalg.norm(g)", "g + c")) == {"SW-T13"}


def test_the_margin_is_taken_from_the_best(tmp_path):
    assert told(the_margin_makes_it_harder, tmp_path, WAITS) == set()
    eased = WAITS.replace("best - 1e-4", "best + tol")
    assert told(the_margin_makes_it_harder, tmp_path, eased) == {"SW-T13"}


def test_waiting_adds_up(tmp_path):
    assert told(waiting_begins_anew, tmp_path, WAITS) == set()
    assert told(waiting_begins_anew, tmp_path, WAITS.replace("best, waited = loss, 0", "best = loss")) == {"SW-T13"}
    every = WAITS.replace("        loss = net", "        waited = 0\n        loss = net")
    assert told(waiting_begins_anew, tmp_path, every) == {"SW-T13"}


@pytest.mark.parametrize(("text", "old", "new"), SAME)
def test_the_old_value_is_another_array(tmp_path, text, old, new):
    assert old in text
    assert told(stop_tests_compare_with_the_round_before, tmp_path, text) == set()
    assert told(stop_tests_compare_with_the_round_before, tmp_path, text.replace(old, new)) == {"SW-T13"}


MOVES = """
def fit(X, C, tol):
    for _ in range(99):
        new = moved(X, C)
        shift = {shift}
        C = new
        if shift < tol:
            break
    return C
"""
SHIFTS = {
    "np.sum(new - C)": 1,
    "(new - C).sum()": 1,
    "np.abs(new - C).sum()": 0,
    "np.sum((new - C) ** 2)": 0,
    "np.sum(cost - C)": 0,
}


@pytest.mark.parametrize("shift", SHIFTS)
def test_signed_changes_cancel(tmp_path, shift):
    assert told(a_fall_is_told_from_a_rise, tmp_path, MOVES.format(shift=shift)) == (
        {"SW-T13"} if SHIFTS[shift] else set()
    )


FLAGS = """def assign(rows, centres, labels):
    changed = True
    while changed:
        changed = False
        for i, row in enumerate(rows):
            k = nearest(row, centres)
            if k != labels[i]:
                labels[i] = k
                changed = True
        centres = means(rows, labels)
    return labels
"""


def test_a_flag_stands_for_all_rows(tmp_path):
    assert told(a_flag_tells_of_all_rows, tmp_path, FLAGS) == set()
    last = FLAGS.replace("                changed = True\n", "                changed = True\n            else:\n                changed = False\n")  # fmt: skip
    assert told(a_flag_tells_of_all_rows, tmp_path, last) == {"SW-T13"}
    set_anew = FLAGS.replace("            if k !=", "            changed = k != labels[i]\n            if k !=").replace("                changed = True\n", "")  # fmt: skip
    assert told(a_flag_tells_of_all_rows, tmp_path, set_anew) == {"SW-T13"}


def test_training_goes_on_until_the_loss_that_is_wanted(tmp_path):
    text = """def train(net, X, y, goal_error=0.02):
    while True:
        error = net.turn(X, y)
        net.turns += 1
        if error <= goal_error:
            break
"""
    assert told(a_loop_is_left_when_the_change_is_small, tmp_path, text) == set()
    assert told(a_loop_is_left_when_the_change_is_small, tmp_path, text.replace("<=", ">")) == {"SW-T13"}


WAITED = """
import numpy as np
def learn(X, y, rounds=90, calm=4, tol=1e-5):
    w, lowest_best, quiet = np.zeros(X.shape[1]), np.inf, 0
    for r in range(rounds):
        w = w - 0.1 * X.T @ (X @ w - y) / len(y)
        cost = np.mean((X @ w - y) ** 2)
        if cost > lowest_best - tol:
            quiet += 1
        else:
            quiet = 0
        lowest_best = min(lowest_best, cost)
        if quiet >= calm:
            break
    return w
"""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("quiet += 1", "pass"),
        ("quiet >= calm", "quiet <= calm"),
        ("cost > lowest_best - tol", "cost < lowest_best + tol"),
        ("        lowest_best = min(lowest_best, cost)\n", ""),
    ],
)
def test_rounds_without_gain_are_counted(tmp_path, old, new):
    assert old in WAITED
    for text, codes in ((WAITED, set()), (WAITED.replace(old, new), {"SW-T13"})):
        (tmp_path / "theirs.py").write_text(text)
        found = read_source(load_source(tmp_path / "theirs.py"))
        assert {finding.code for finding in found if finding.code == "SW-T13"} == codes
