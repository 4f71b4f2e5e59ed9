"""The calls that a program makes of its own functions, made again with odd numbers: what comes out, and of what NumPy warns.

A table is given with a column that never changes or far from 0, as floats where it holds whole numbers; the parameters are
made huge, and probabilities exactly 0 and 1.
"""

import contextlib
import copy
import dataclasses
import re
import time

import numpy as np

from scratchwork.checks.findings import CallFailed, CannotCheck
from scratchwork.checks.running import state
from scratchwork.checks.watching.program_calls import numbers_in

ROWS, LIMIT, SECONDS = 60, 0.4, 1.2
HUGE, FAR, TINY = 1e4, 1e8, 1e-6


@dataclasses.dataclass
class Table:
    """An argument of rows and columns: an array, a table of pandas, or rows in a list, perhaps with words beside the numbers."""

    item: object
    places: list
    values: np.ndarray

    def back(self, values):
        """The same kind of table with other numbers."""
        if isinstance(self.item, np.ndarray):
            made = values.astype(self.item.dtype)
            return made if np.array_equal(made, values) else values
        if hasattr(self.item, "iloc"):
            made = self.item.copy()
            for place, column in zip(self.places, values.T):
                made[self.item.columns[place]] = column
            return made
        rows = [list(row) for row in self.item]
        for row, numbers in zip(rows, values.tolist()):
            for place, number in zip(self.places, numbers):
                row[place] = number
        return [type(old)(row) for old, row in zip(self.item, rows)]


def table_of(item):
    """The Table that an argument is, or None.

    >>> table_of([[1, 2.5, "a"], [3, 4.5, "b"], [5, 6.5, "c"]]).values.shape, table_of([1, 2])
    ((3, 2), None)
    """
    if isinstance(item, np.ndarray):
        plain = item.ndim == 2 and item.dtype.kind in "fiu" and len(item) > 2
        return Table(item, list(range(item.shape[1])), item.astype(float)) if plain else None
    if hasattr(item, "iloc") and getattr(item, "ndim", 0) == 2 and len(item) > 2:
        places = [place for place, kind in enumerate(item.dtypes) if getattr(kind, "kind", "O") in "fiu"]
        return Table(item, places, item.iloc[:, places].to_numpy(dtype=float)) if places else None
    rows = item if isinstance(item, list) and len(item) > 2 else ()
    if not rows or any(not isinstance(row, (list, tuple)) or len(row) != len(rows[0]) for row in rows):
        return None
    places = [place for place, cell in enumerate(rows[0]) if type(cell) in (int, float)]
    try:
        values = np.array([[row[place] for place in places] for row in rows], dtype=float)
    except (TypeError, ValueError):
        return None
    return Table(item, places, values) if places else None


@dataclasses.dataclass
class Answer:
    """What a call gave: the numbers in reach, returned and left in its object, and (words, line) of each warning."""

    value: object = None
    owner: object = None
    numbers: dict = dataclasses.field(default_factory=dict)
    warned: list = dataclasses.field(default_factory=list)
    failed: bool = False


class Again:
    """The calls of a run, made again within a share of time."""

    def __init__(self, caller, file):
        self.caller, self.file, self.ends = caller, file, time.process_time() + SECONDS

    def ask(self, seen, owner=None, **changed):
        """The Answer of a call with some arguments changed, and perhaps another object."""
        if time.process_time() > self.ends:
            raise CannotCheck("the time for the calls of the program was used up")
        owner, given = copy.deepcopy((seen.owner if owner is None else owner, {**seen.given, **changed}))
        try:
            value = seen.run(self.caller, owner, given, LIMIT)
        except CallFailed as failure:
            words = [(f"{type(failure.cause).__name__} {failure}", failure.line)] if failure.line else []
            return Answer(warned=words, failed=True)
        except (CannotCheck, TypeError, ValueError, AttributeError):
            return Answer(failed=True)
        warned = [(str(entry.message), entry.lineno) for entry in self.caller.warnings if entry.filename == self.file]
        with contextlib.suppress(RecursionError):
            return Answer(value, owner, numbers_in((value, owner)), warned)
        return Answer(failed=True)


def fewer_rows(seen):
    """The arguments of a call with some of their rows, the same ones of all that are as long as the longest table."""
    sizes = [len(item) for item in seen.given.values() if table_of(item) is not None]
    n = max(sizes, default=0)
    if n <= ROWS:
        return {}
    rows = np.linspace(0, n - 1, ROWS).astype(int)
    kinds = (np.ndarray, list, tuple)
    held = {
        key: item
        for key, item in seen.given.items()
        if (isinstance(item, kinds) and getattr(item, "ndim", 1)) or hasattr(item, "iloc")
    }
    return {key: _rows(item, rows) for key, item in held.items() if len(item) == n}


def _rows(item, rows):
    if hasattr(item, "iloc"):
        return item.iloc[rows]
    return item[rows] if isinstance(item, np.ndarray) else type(item)(item[place] for place in rows)


def constant(table, place):
    """(the table with one column that never changes, the value there): one of few digits, so that its mean is exactly that."""
    values, column = table.values.copy(), table.values[:, place]
    unit = 2.0 ** np.floor(np.log2(np.ptp(column))) / 4
    values[:, place] = np.round(np.median(column) / unit) * unit
    return table.back(values), values[0, place]


def tiny_spread(before, after, X, place):
    """The entry of a constant column among numbers that are the spreads of the columns; None where it is 0 or of usual size."""
    kinds = [X.std(axis=0), X.std(axis=0, ddof=1), np.ptp(X, axis=0)]
    for path, item in before.items():
        other = after.get(path)
        if item.dtype.kind == "f" and item.size == X.shape[1] and other is not None and other.shape == item.shape:
            was, now = item.ravel(), float(other.ravel()[place])
            if 0 < abs(now) < TINY < was[place] and any(np.allclose(was, kind, rtol=1e-4, atol=1e-5) for kind in kinds):
                return now
    return None


def widest(table):
    """The column with the most different values; None where no column has many."""
    many = [len(np.unique(column)) for column in table.values.T]
    place = int(np.argmax(many)) if many else 0
    return place if many and many[place] > 2 else None


def huge(seen, sign):
    """(arguments, object) with every fractional array, or list of numbers, multiplied, and every probability exactly 0 or 1."""
    given, owner = copy.deepcopy((seen.given, seen.owner))
    for root in (given, owner):
        lists = {}
        for path, item in state.float_arrays(root, numbers=root is given).items():
            if np.ndim(item):
                state.put(root, path, _huge(item, sign))
            elif len(path) > 1:
                lists.setdefault(path[:-1], []).append((path, float(item)))
        for entries in lists.values():
            for (path, _), value in zip(entries, _huge(np.array([item for _, item in entries]), sign).tolist()):
                state.put(root, path, value)
    return given, owner


def _huge(array, sign):
    if not array.size or (array.any() and np.array_equal(array, np.round(array))):
        return array
    if array.min() >= 0 and array.max() <= 1 and array.any():
        return np.round(array if sign > 0 else 1 - array)
    return sign * HUGE * (array if array.any() else np.resize([1.0, -0.7], array.shape))


def far(seen):
    """(arguments, object) with the rows of every table, or of the arrays of its object that are as wide, far from 0; None without tables."""
    tables = {key: table for key, item in seen.given.items() if (table := table_of(item)) is not None}
    widths, owner = {table.values.shape[1] for table in tables.values()}, copy.deepcopy(seen.owner)
    for path, item in state.float_arrays(owner).items():
        if item.ndim == 2 and item.shape[1] in widths:
            state.put(owner, path, FAR + item)
    return ({key: table.back(FAR + table.values) for key, table in tables.items()}, owner) if tables else None


def in_use(owner):
    """The object with its scaling switched on, where it has a switch for that."""
    off = [
        key
        for key, item in getattr(owner, "__dict__", {}).items()
        if item is False and re.search("scal|standard|normal", key)
    ]
    made = copy.copy(owner)
    for key in off:
        state.set_attribute(made, key, True)
    return made
