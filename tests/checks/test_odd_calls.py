"""The calls of a program made again with odd numbers: a constant column, whole numbers, huge parameters, far rows."""

import ast
import textwrap

import pytest

from scratchwork.checks.files.source import load_source
from scratchwork.checks.probes import odd_calls, own_scores
from scratchwork.checks.registry import Target
from scratchwork.checks.running import replay
from scratchwork.checks.running.call import Caller

SCALED = """
    import numpy as np

    def column_facts(table):
        spread = table.std(axis=0)
        return {"centre": table.mean(axis=0), "spread": np.where(spread > 0, spread, 1.0)}

    def put_on_scale(table, facts):
        return (table - facts["centre"]) / facts["spread"]

    class Funnel:
        def keep(self, rows):
            self.low = rows.min(0)
            wide = rows.max(0) - self.low
            self.times = 1.0 / np.where(wide == 0, 1.0, wide)

        def turn(self, rows):
            return (rows - self.low) * self.times

    def both(first, second):
        centre, spread = first.mean(axis=0), first.std(axis=0)
        spread[spread == 0] = 1.0
        return (first - centre) / spread, (second - centre) / spread

    rng = np.random.default_rng(4)
    rows = rng.normal(size=(70, 3)) * [1, 20, 5] + [0, 100, 3]
    facts = column_facts(rows[:50])
    old, new = put_on_scale(rows[:50], facts), put_on_scale(rows[50:], facts)
    funnel = Funnel()
    funnel.keep(rows[:50])
    pair = both(rows[:50], rows[50:])
    print(old.mean(0), new.mean(0), funnel.turn(rows[50:])[:2], pair[1].mean(0))
"""

LISTS = """
    import math, random

    def ends(rows):
        return [(min(column), max(column)) for column in list(zip(*rows))[:-1]]

    def squeezed(rows, ends):
        return [[(x - a) / (b - a) if b > a else 0.0 for x, (a, b) in zip(row, ends)] + [row[-1]] for row in rows]

    def squeeze(t):
        return 1.0 / (1.0 + math.exp(-max(-500.0, t)))

    def chance(weights, row):
        return squeeze(sum(w * x for w, x in zip(weights, row)))

    def price(weights, rows):
        total = 0.0
        for row in rows:
            p = min(max(chance(weights, row), 1e-12), 1 - 1e-12)
            total -= math.log(p) if row[-1] == "yes" else math.log(1 - p)
        return total / len(rows)

    random.seed(3)
    rows = [[random.gauss(0, 1), random.gauss(1, 2)] for _ in range(40)]
    rows = [row + ["yes" if sum(row) > 1 else "no"] for row in rows]
    first, second = rows[:30], rows[30:]
    bounds = ends(first)
    first, second = squeezed(first, bounds), squeezed(second, bounds)
    weights = [0.4, -0.3]
    print(price(weights, first), price(weights, second))
"""

PIXELS = """
    import numpy as np

    def far_apart(A, B):
        squares = (A ** 2).sum(1)[:, None] - 2 * A @ B.T + (B ** 2).sum(1)
        return np.sqrt(np.maximum(squares, 0))

    def less_mean(images):
        images = images.astype(float)
        return images - images.mean(axis=0)

    rng = np.random.default_rng(0)
    images = rng.integers(0, 255, size=(30, 6)).astype(np.uint8)
    rows = less_mean(images)
    print(far_apart(rows, rows[:9]).mean())
"""

SHARES = """
    def nearest(rows, marks, query):
        return min(zip(rows, marks), key=lambda pair: abs(pair[0] - query))[1]

    def exactitud(reales, dichos):
        hits = sum(1 for a, b in zip(reales, dichos) if a == b)
        return 100.0 * hits / len(reales)

    rows = [0.1 * i for i in range(30)]
    marks = ["low" if row < 1.45 else "high" for row in rows]
    said = [nearest(rows[::2], marks[::2], row) for row in rows[1::2]]
    print("Exactitud: %.2f%%" % exactitud(marks[1::2], said))
"""


def found(tmp_path, text):
    """{(code, function)} of what the probes say of a program."""
    path = tmp_path / "theirs.py"
    path.write_text(textwrap.dedent(text))
    source, space = load_source(path), {"__name__": "user_module", "__file__": str(path)}
    exec(compile(source.definitions(), str(path), "exec"), space)
    space["__tree__"] = source.tree
    program = replay.Program(replay.blocks(source.tree)[0], space)
    target = Target(program, "the program", "training run", 1, source, {"namespace": space})
    said = set()
    for probe in (
        odd_calls.a_constant_column_stays_small,
        odd_calls.whole_numbers_count_as_floats,
        odd_calls.exponents_roots_and_logarithms_are_guarded,
        own_scores.a_share_of_hits_is_that_of_its_labels,
    ):
        try:
            said |= {(entry.code, entry.function) for entry in probe(target, Caller(file=str(path)))}
        except odd_calls.CannotCheck:
            continue
    return said


@pytest.mark.parametrize("text", [SCALED, LISTS, PIXELS, SHARES])
def test_guarded_programs_are_clean(tmp_path, text):
    assert found(tmp_path, text) == set()


@pytest.mark.parametrize(
    ("text", "old", "new", "said"),
    [
        (SCALED, "np.where(spread > 0, spread, 1.0)", "spread + 1e-12", ("SW-N9", "column_facts")),
        (SCALED, "np.where(wide == 0, 1.0, wide)", "(wide + 1e-14)", ("SW-N9", "keep")),
        (SCALED, "spread[spread == 0] = 1.0", "spread = spread + 1e-15", ("SW-N9", "both")),
        (LISTS, "(b - a) if b > a else 0.0", "(b - a + 1e-15)", ("SW-N9", "squeezed")),
        (LISTS, "max(-500.0, t)", "t", ("SW-N1", "squeeze")),
        (LISTS, "min(max(chance(weights, row), 1e-12), 1 - 1e-12)", "chance(weights, row)", ("SW-N5", "price")),
        (PIXELS, "np.maximum(squares, 0)", "squares", ("SW-N10", "far_apart")),
        (PIXELS, "images - images.mean(axis=0)", "images - images.mean(axis=0).astype(int)", None),
        (PIXELS, "images = images.astype(float)\n", "pass\n", None),
        (PIXELS, "images = images.astype(float)\n        return images - images.mean(axis=0)",
         "return (images - images.mean(axis=0).astype(np.uint8)).astype(float)", ("SW-N8", "less_mean")),
        (SHARES, "return 100.0 * hits", "return hits", ("SW-E10", "exactitud")),
        (SHARES, "if a == b)", "if a == (b == 'high'))", ("SW-D6", "exactitud")),
        (SHARES, "for a, b in zip(reales, dichos) if a == b)\n", "for a in reales for b in dichos if a == b) / len(dichos)\n", ("SW-E1", "exactitud")),
    ],
)  # fmt: skip
def test_one_missing_guard_is_seen(tmp_path, text, old, new, said):
    assert text.count(old) == 1
    assert found(tmp_path, text.replace(old, new)) == ({said} if said else set())


def test_tables_of_every_kind():
    assert odd_calls.odd_calls.table_of([[1, "a"], [2, "b"], [3, "c"]]).values.ravel().tolist() == [1, 2, 3]
    assert odd_calls.odd_calls.table_of(ast.parse("")) is None
