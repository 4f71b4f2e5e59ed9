"""The parts of the data that a program makes, read off its one recorded run: which arrays its names call training and test.

Names tell which part an array is; what it holds is a number. Samples stand in rows or in columns, whichever two parts share.
"""

import ast
import dataclasses
import re

import numpy as np

from scratchwork.checks.files.names import index_part_of, kind_of, part_of
from scratchwork.checks.recognising import binding
from scratchwork.checks.running import state
from scratchwork.checks.watching import tape as tape_file

MOST_PAIRS, MOST_WHOLE, LEAST = 60, 40, 5


@dataclasses.dataclass
class Pair:
    """A training part and another one that stand side by side, as rows (n, d); ``rest`` are further parts beside them."""

    part: str  # of the other: test or val
    trained: object  # Sight
    other: object  # Sight
    T: np.ndarray
    S: np.ndarray
    rest: list = dataclasses.field(default_factory=list)
    turned: bool = False  # samples stand in columns

    @property
    def moment(self):
        """When both are there."""
        return max(self.trained.time, self.other.time)


def plain(label):
    """A label as a name: ``parts['train'][0]`` is ``parts_train``."""
    return re.sub(r"\[\d+\]", "", re.sub(r"\[['\"](\w+)['\"]\]", r"_\1", label))


def pairs(tape):
    """Every Pair of tables, of the last values that stand in one frame or object together, the earliest first."""
    found = []
    for held in _together(tape).values():
        tables = [(part, sight) for part, sight in held if _is_table(sight.value)]
        for trained in (sight for part, sight in tables if part == "train"):
            for part, other in tables:
                pair = _pair(part, trained, other) if part != "train" else None
                if pair is not None and len(found) < MOST_PAIRS:
                    beside = [one.value for kind, one in tables if kind not in ("train", part)]
                    pair.rest = [rows for rows in (_as(one, pair) for one in beside) if rows is not None]
                    found.append(pair)
    return sorted([*found, *_of_lists(tape)], key=lambda pair: pair.moment)


def _of_lists(tape):
    """The Pair of each call that is given its parts as lists of rows, of which the columns of numbers are kept."""
    for seen in tape.calls:
        parts = [(part_of(name), name, value) for name, value in seen.given.items() if _is_listed(value)]
        for _, name, T in (entry for entry in parts if entry[0] == "train"):
            for part, beside, S in parts:
                numbers = [place for place in range(len(T[0])) if all(type(row[place]) in (int, float) for row in (*T, *S))]  # fmt: skip
                if part in ("test", "val") and len(numbers) > 1:
                    T, S = (np.array([[row[place] for place in numbers] for row in rows], float) for rows in (T, S))
                    sights = (tape_file.Sight(0, seen.caller, label, ("list",), rows) for label, rows in ((name, T), (beside, S)))  # fmt: skip
                    yield Pair(part, *sights, T, S)


def _is_listed(value):
    """Whether a value is a list of enough rows of one length, each a list."""
    rows = isinstance(value, list) and len(value) >= LEAST and all(isinstance(row, (list, tuple)) for row in value)
    return rows and len({len(row) for row in value}) == 1 and len(value[0]) > 1


def _together(tape):
    """{frame or object: [(part, last sight)]} of the cells whose name tells a part."""
    found = {}
    for cell, held in tape.cells.items():
        part = part_of(plain(held[-1].label)) if cell[0][0] != "return" else None
        if part is not None and kind_of(plain(held[-1].label)) != "prediction":
            found.setdefault(cell[0], []).append((part, held[-1]))
    return found


ROWS, KEPT = 84, 63
NUMBERS = {
    r"fold|split|cv|parts?$|^k$|groups": 3, r"size|ratio|share|frac|prop|percent|pct": 0.25, r"seed|state": 0, r"batch": 16,
    r"epoch|iter|steps|rounds": 4, r"degree|order": 1, r"rate|lr|eta|gamma|step": 0.05, r"lambda|reg|alpha|penal|ridge": 0.1,
}  # fmt: skip


def statement(function, space):
    """The call of a function with rows, labels and numbers of ours, as a statement; what else it wants is None: its parts may come first."""
    words = []
    for entry in binding.parameters(function):
        if entry.default is not entry.empty and kind_of(entry.name) not in ("data", "labels"):
            continue
        space[f"__given_{entry.name}__"] = _given(entry.name, binding.meanings_of(function).get(entry.name))
        words.append(f"{entry.name}=__given_{entry.name}__")
    node = ast.parse(f"{function.__name__}({', '.join(words)})").body[0]
    return ast.increment_lineno(node, function.__code__.co_firstlineno - 1)


def _given(name, meaning):
    """Rows that are in no order, their labels, the part of them that a name tells, or a usual number."""
    dice = np.random.default_rng(5)
    X = dice.gamma(2.0, 3.0, size=(ROWS, 4)) + np.arange(4)
    y = (X[:, 0] + X[:, 1] > np.median(X[:, 0] + X[:, 1])).astype(int)
    part = {"train": slice(0, KEPT), "test": slice(KEPT, ROWS), "val": slice(KEPT, ROWS)}.get(
        part_of(name), slice(0, ROWS)
    )
    kind = {"X": "data", "y": "labels"}.get(meaning, kind_of(name))
    if kind in ("data", "labels"):
        return (X if kind == "data" else y)[part]
    if re.search(r"ind(ices|ex|s)|idx|folds$", name):
        return dice.permutation(ROWS).reshape(4, -1)
    for pattern, number in NUMBERS.items():
        if re.search(pattern, name.lower()):
            return number
    return {"lambda": 0.1, "alpha": 0.1, "lr": 0.05, "epochs": 4, "k": 3, "seed": 0}.get(meaning)


def _is_table(value):
    return value.ndim == 2 and min(value.shape) >= 2 and max(value.shape) >= LEAST and value.dtype.kind in "fiu"


def _pair(part, trained, other):
    """The Pair of two tables of one width, or None."""
    T, S = trained.value, other.value
    if T.shape[1] == S.shape[1] and len(T) >= LEAST and len(S) >= LEAST:
        return Pair(part, trained, other, T.astype(float), S.astype(float))
    if T.shape[0] == S.shape[0] and min(T.shape[1], S.shape[1]) >= LEAST:
        return Pair(part, trained, other, T.T.astype(float), S.T.astype(float), turned=True)
    return None


def _as(value, pair):
    """A table as rows like those of a pair, or None."""
    table = value.T if pair.turned else value
    return table.astype(float) if table.shape[1] == pair.T.shape[1] else None


def indices(tape):
    """(train sight, part, other sight) of row numbers that stand side by side: each number once."""
    found = {}
    for cell, held in tape.cells.items():
        value, part = held[-1].value, index_part_of(plain(held[-1].label)) if cell[0][0] != "return" else None
        whole = value.ndim == 1 and value.size >= LEAST and value.dtype.kind in "iu" and value.min() >= 0
        counted = re.search(r"\[\d+\]$", held[-1].label)  # ``cv[0][1]``: which of its two sides it is no name tells
        if (
            part is not None
            and whole
            and not counted
            and len(np.unique(value)) == value.size
            and kind_of(held[-1].label) != "labels"
        ):
            found.setdefault(cell[0], []).append((part, held[-1]))
    for held in found.values():
        for trained in (sight for part, sight in held if part == "train"):
            yield from ((trained, part, other) for part, other in held if part != "train")


def wholes(tape, pair):
    """Tables, as rows, about as wide as a pair, with at least as many rows as both its parts."""
    found, width, least = {}, pair.T.shape[1], len(pair.T) + len(pair.S)
    for sight in tape.sights:
        if sight.value.ndim == 2 and sight.value.dtype.kind in "fiu" and len(found) < MOST_WHOLE:
            for table in (sight.value, sight.value.T):
                if 0 <= width - table.shape[1] <= 2 and len(table) >= least:
                    found.setdefault((table.shape, table.tobytes()), table.astype(float))
    return list(found.values())


def maker(tape, pair, alone=False):
    """The function in which a pair is made: the call that returns both its parts, or the first; else the one whose names they bear."""
    calls = {}
    for cell, held in tape.cells.items():
        if cell[0][0] == "return" and held[0].time <= pair.moment:
            for name, sight in (("T", pair.trained), ("S", pair.other)):
                if state.same_numbers(held[0].value, sight.value):
                    calls.setdefault(cell[0], {})[name] = held[0]
    both = [parts["T"] for parts in calls.values() if len(parts) == 2 or (alone and "T" in parts)]
    named = (sight for sight in tape.sights if part_of(plain(sight.label)) == pair.part)
    first = (sight for sight in named if state.same_numbers(sight.value, pair.other.value))
    return min(both, key=lambda sight: sight.time).function if both else next(first, pair.other).function


def labels_of(tape, pair, sight):
    """The labels that stand beside a part under the same part's name, as (n,), or None."""
    owner, entry = sight.cell[0], re.findall(r"\[\d+\]", sight.label)
    part, n = part_of(plain(sight.label)), sight.value.shape[1 if pair.turned else 0]
    for cell, held in tape.cells.items():
        if cell[0] != owner or held[-1].value.size != n or re.findall(r"\[\d+\]", held[-1].label) != entry:
            continue
        name = plain(held[-1].label)
        if kind_of(name) == "labels" and part_of(name) == part:
            return held[-1].value.ravel().astype(float)
    return None


def keys(rows):
    """The rows as bytes, to be compared."""
    return [row.tobytes() for row in np.ascontiguousarray(rows + 0.0)]


def source_of(tape, rows, moment):
    """(places, n, until) of rows in the first table that holds them all: until when its rows stood in that order alone; or None."""
    wanted, tables = keys(rows), {}
    for sight in tape.sights:
        if sight.time > moment or len(tables) > MOST_WHOLE:
            break
        for table in (sight.value, sight.value.T) if sight.value.ndim == 2 and sight.value.dtype.kind in "fiu" else ():
            if table.shape[1] == rows.shape[1] and len(rows) < len(table) <= 5000:
                tables.setdefault((table.shape, table.tobytes()), (sight.time, table.astype(float)))
    for first, table in tables.values():
        index = {key: place for place, key in enumerate(keys(table))}
        if len(index) == len(table) and all(key in index for key in wanted):
            others = (time for time, other in tables.values() if time > first and other.shape == table.shape)
            return np.array([index[key] for key in wanted]), len(table), min(others, default=moment)
    return None


def whole_labels(tape, n, until):
    """Labels of n rows under names that tell no part, first seen by then, as (n,)."""
    for cell, held in tape.cells.items():
        name, value = plain(held[0].label), held[0].value
        whole = cell[0][0] != "return" and value.size == n == max(value.shape, default=0)
        if whole and held[0].time <= until and kind_of(name) == "labels" and part_of(name) is None:
            yield value.ravel().astype(float)
