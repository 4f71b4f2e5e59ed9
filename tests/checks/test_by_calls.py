"""Clusterings and votes of neighbours that no name tells: recognised by the calls of their own program, whatever holds the rows."""

import ast

import numpy as np
import pytest

from scratchwork.checks.files import closures
from scratchwork.checks.recognising import seen_models
from scratchwork.checks.running import stand_in_files
from scratchwork.checks.running.call import Caller
from scratchwork.checks.views import clusters, neighbors, returned, same_form
from scratchwork.checks.watching import going_on

SHEEP = """
import random
from collections import namedtuple

Sheep = namedtuple("Sheep", "fleece ears farm")

def far(a, b):
    return sum((s - t) ** 2 for s, t in zip(a, b))

class Shepherd:
    def __init__(self, flock):
        self.flock = flock

    def ask(self, stranger, few=3):
        near = sorted(self.flock, key=lambda one: far(one["size"], stranger))[:few]
        farms = [one["farm"] for one in near]
        return max(sorted(set(farms)), key=farms.count)

def main():
    draw = random.Random(4)
    flock = [{"size": [draw.gauss(i % 2 * 4, 1), draw.gauss(0, 1)], "farm": "hill" if i % 2 else "dale"} for i in range(40)]
    herd = Shepherd(flock)
    for _ in range(4):
        print(herd.ask([draw.gauss(0, 2), draw.gauss(0, 2)], 5))

main()
"""
STALLS = """
import random

class Stall:
    def __init__(self, place, name):
        self.place, self.name = place, name

def between(p, q):
    return sum((a - b) ** 2 for a, b in zip(p, q))

def midst(places):
    return [sum(col) / len(places) for col in zip(*places)]

def share_out(stalls, carts, turns=40):
    stands = [list(one.place) for one in random.sample(stalls, carts)]
    for _ in range(turns):
        which = [min(range(carts), key=lambda j: between(one.place, stands[j])) for one in stalls]
        fresh = []
        for j in range(carts):
            mine = [one.place for one, w in zip(stalls, which) if w == j]
            fresh.append(midst(mine) if mine else stands[j])
        if fresh == stands:
            break
        stands = fresh
    which = [min(range(carts), key=lambda j: between(one.place, stands[j])) for one in stalls]
    return {"where": stands, "who": which, "walk": sum(between(s.place, stands[w]) for s, w in zip(stalls, which))}

if __name__ == "__main__":
    stalls = [Stall([random.gauss(i % 3 * 5, 1), random.gauss(i % 3, 1)], f"n{i}") for i in range(45)]
    plan = share_out(stalls, 3)
    print(plan["walk"])
"""


def seen(text):
    """({kind: class} of what a program was seen to do, caller)."""
    tree = ast.parse(text)
    closures.as_classes(tree)
    space = {"__name__": "user_module", "__tree__": tree, "__file__": "theirs.py"}
    body = [node for node in tree.body if isinstance(node, (ast.Import, ast.ImportFrom, ast.ClassDef, ast.FunctionDef, ast.Assign))]  # fmt: skip
    exec(compile(ast.Module(body, []), "theirs.py", "exec"), space)
    caller = Caller(5.0, 60.0, "theirs.py")
    found = list(seen_models.first(space, returned.functions_of(tree), set(), caller))
    caller.give(None)
    return {subject.kind: subject for subject in found}, caller


@pytest.mark.parametrize(
    ("change", "right"),
    [(("", ""), True), (("stranger))[:few]", "stranger))[-few:]"), False)],
)
def test_a_vote_over_dicts_is_asked_with_other_rows(change, right):
    found, caller = seen(SHEEP.replace(*change) if change[0] else SHEEP)
    view = neighbors.Neighbors(found["knn"].value, "Shepherd", caller)
    X, y, Q = neighbors.plain_data()
    got = view.predict(X, y, Q, 5)
    brute = neighbors.brute(
        X, y, Q, 5, neighbors.DISTANCES["euclidean"], lambda order, k: order[:k], neighbors.majority
    )
    assert view.has_k
    assert (got == brute).all() == right


@pytest.mark.parametrize(
    ("change", "off"),
    [
        (("", ""), 0),
        (("/ len(places) for", "/ (len(places) + 1) for"), 1),
        (("key=lambda j: between", "key=lambda j: -between"), 1),
    ],
)
def test_a_clustering_of_objects_is_asked_with_other_rows(change, off):
    found, caller = seen(STALLS.replace(*change) if change[0] else STALLS)
    view = clusters.Clusters(found["kmeans"].value, "share_out", caller)
    X = np.random.default_rng(3).normal(size=(31, 3)) + np.arange(31)[:, None] % 4 * 6
    made = view.fit(X, 4, seed=1)
    table = ((X[:, None] - made.centers[None]) ** 2).sum(axis=2)
    means = np.array([X[made.labels == j].mean(axis=0) if (made.labels == j).any() else made.centers[j] for j in range(4)])  # fmt: skip
    settled = (table.argmin(axis=1) == made.labels).all() and np.allclose(means, made.centers)
    assert settled == (not off)
    assert off or np.isclose(made.cost if made.cost is not None else table.min(axis=1).sum(), table.min(axis=1).sum())


def test_rows_are_held_as_the_program_holds_them():
    pairs = [((1.0, 2.0), "b"), ((3.0, 4.0), "a")] * 4
    form = next(form for form in same_form.readings(pairs) if form.label)
    assert form.laid(np.array([[5.0, 6.0, 7.0]]), ["z"]) == [((5.0, 6.0, 7.0), "z")]
    table = np.column_stack([np.arange(8.0) / 3, np.arange(8) % 2])
    last = next(form for form in same_form.readings(table) if form.label)
    assert last.laid(np.array([[5.0, 6.0]]), [1]).tolist() == [[5.0, 6.0, 1.0]]


def test_the_right_programs_are_right_and_the_innermost_is_named(judge, errors):
    assert not errors(judge(STALLS))
    found = [
        f for f in judge(STALLS.replace("/ len(places) for", "/ (len(places) + 1) for")).findings if f.code == "SW-M5"
    ]
    assert found[0].severity == "error"
    assert found[0].function == "midst"


def test_a_complaint_tells_how_many_columns_are_wanted():
    assert stand_in_files.wanted(["line 3: ValueError: odd row, expected 8 columns: ['1', '2', '3']"]) == [5]


def test_a_loop_that_answers_yes_or_no_is_no_training():
    scan = ast.parse("for a, b in zip(p, q):\n    if abs(a - b) > tol:\n        return True").body[0]
    rounds = ast.parse("for _ in range(9):\n    w = step(w)\n    if abs(w) < tol:\n        return w").body[0]
    assert not list(going_on._ending(scan))
    assert list(going_on._ending(rounds))


MIDST = """
class Shed:
    def __init__(self, rows, marks, k):
        self.rows, self.marks, self.k = rows, marks, k

    def ask(self, row):
        order = sorted(range(len(self.rows)), key=lambda i: apart(self.rows[i], row))
        marks = [self.marks[i] for i in order[: self.k]]
        return max(sorted(set(marks)), key=marks.count)

def apart(p, q):
    return sum((s - t) ** 2 for s, t in zip(p, q))

rows = [[i * 1.5, (i % 3) * 9.0] for i in range(24)]
marks = ["xyz"[i % 3] for i in range(24)]
print([Shed(rows, marks, 3).ask(row) for row in rows[:5]])
"""


def test_what_answers_like_neighbours_of_rows_without_order_is_a_vote():
    assert "knn" in seen(MIDST)[0]
    middle = MIDST.replace("        order =", "        most = {m: [sum(c) / len(c) for c in zip(*(r for r, n in zip(self.rows, self.marks) if n == m))] for m in set(self.marks)}\n        return min(sorted(most), key=lambda m: apart(most[m], row))\n        order =")  # fmt: skip
    assert "knn" not in seen(middle)[0]
