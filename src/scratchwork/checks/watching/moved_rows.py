"""What is learnt from the rows of the test part: a program is run again with these rows moved before it divides its data.

The rows are those whose numbers, or whose contents, the program calls the test part. At the end the statistics that it
holds are compared: attributes and arrays whose names say mean, scale, smallest and the like.
"""

import collections
import re

import numpy as np

from scratchwork.checks.files.names import index_part_of, part_of
from scratchwork.checks.running import replay, state
from scratchwork.checks.watching import influence, parts_seen, recorded
from scratchwork.checks.watching.replaced import is_table, role, row_numbers

MANY, MOST_TABLES, MOST_NUMBERS = 12, 8, 400_000
STATISTIC = re.compile(
    r"(^|[._\['])(x_?)?(mean|mu|std|sd|sigma|scale|spread|min|max|range|cent(er|re|ro)|centroid|media|desv|var|median|fill|idf|"
    r"minval|maxval|low|high|avg|average|dev|middle|width|offset|shift|m|s)(s|vals?|_?x|_?tr|_?train|\d)?_?('?\]|\[|$)",
    re.IGNORECASE,
)


class Run(influence.Run):
    """A run that keeps its tables as they first appear; with ``rows`` these of one of the tables are moved."""

    def __init__(self, namespace, rows=None, place=None):
        super().__init__(namespace)
        self.rows, self.place, self.moved = rows, place, False
        self.raw, self.cuts, self.seen, self.held = [], [], {}, {}

    def run(self, function, *args):
        """Call, and keep the statistics that stand in the end."""
        super().run(function, *args)
        self.held = dict(statistics(self.namespace))

    def _enter(self, frame, event, arg):
        step = super()._enter(frame, event, arg)
        return step or (self._step if frame.f_globals is self.namespace and not self.moved else None)

    def _step(self, frame, event, arg):
        for name, value in list(frame.f_locals.items()):
            if not name.startswith("__") and id(value) not in self.seen and id(value) not in self.old:
                self._table(name, value, frame.f_locals is self.namespace)
        return super()._step(frame, event, arg)

    def _table(self, name, value, outside):
        numbers = row_numbers(value) if outside and role(name) and index_part_of(name) == "test" else None
        if numbers is not None:
            self.seen[id(value)] = value
            self.cuts.append(numbers.copy())
        elif (
            outside
            and role(name)
            and index_part_of(name) == "train"
            and getattr(value, "dtype", np.dtype(int)).kind == "b"
        ):
            self.seen[id(value)] = value
            self.cuts.append(value)  # a mask may still be filled
        if isinstance(value, list) or not is_table(value) or value.size > MOST_NUMBERS:
            return
        self.seen[id(value)] = value
        if part_of(name) == "test":
            self.cuts.append(_numbers(value))
        elif part_of(name) is None and len(self.raw) < MOST_TABLES:
            if self.rows is not None and len(self.raw) == self.place:
                self.moved = _moves(value, self.rows)
            self.raw.append(_numbers(value))


def _numbers(value):
    """A table's columns of numbers, as a new array."""
    return np.array(value.select_dtypes("number") if hasattr(value, "columns") else value)


def _moves(value, rows):
    """Move some rows of a table where it lies, but for columns of few values; whether it could be done."""
    if hasattr(value, "columns"):
        columns = [name for name in value.select_dtypes("number").columns if value[name].nunique() > MANY]
        for name in columns:
            column = value[name].to_numpy().copy()
            column[rows] = (column[rows] * 1.7 + 3).astype(column.dtype)
            value[name] = column
        return bool(columns)
    columns = [place for place in range(value.shape[1]) if len(np.unique(value[:, place])) > MANY]
    if not columns or not value.flags.writeable:
        return False
    value[np.ix_(rows, columns)] = (value[np.ix_(rows, columns)] * 1.7 + 3).astype(value.dtype)
    return True


def statistics(namespace):
    """(name, numbers) of what bears the name of a statistic: arrays and numbers of the program, and of its objects."""
    for name, value in list(namespace.items()):
        if name.startswith("__") or part_of(name) in ("test", "val") or hasattr(value, "predict"):
            continue  # a model may be fitted anew, on folds of all rows
        if isinstance(value, np.ndarray) or type(value) in (tuple, list, dict) or state._own(value):
            for path, item in state.leaves(value, numbers=True):
                label = name + "".join(str(step) if str(step).startswith(".") else f"[{step!r}]" for step in path)
                if STATISTIC.search(label) and np.asarray(item).dtype.kind == "f" and np.size(item) < 2000:
                    yield label, np.array(item)


def of_test(base):
    """(row numbers, which table) of the test part in the first table that holds them; None where they are not seen."""
    for cut in base.cuts:
        cut = np.flatnonzero(~np.ravel(cut)) if cut.dtype.kind == "b" else cut
        for which, raw in enumerate(base.raw):
            if cut.ndim == 1 and 0 < len(cut) < len(raw) and cut.max() < len(raw):
                return cut, which
            if cut.ndim == 2 and len(cut) < len(raw) and 0 <= raw.shape[1] - cut.shape[1] <= 1:
                for table in (raw[:, : cut.shape[1]], raw[:, raw.shape[1] - cut.shape[1] :]):
                    known = parts_seen.keys(table.astype(float))
                    index, often = {key: place for place, key in enumerate(known)}, collections.Counter(known)
                    held = parts_seen.keys(cut.astype(float))
                    alone = [index[key] for key in held if often[key] == 1]  # a row's twin may stand in the other part
                    if len(index) > 0.9 * len(table) and alone and all(key in index for key in held):
                        return np.array(alone), which
    return None


def learnt(program, caller, namespace):
    """(statistics that move with the test rows, the numbers of these) of a program; None where it cannot be told."""

    def ran(*asked):
        told = recorded.Told(program.statements, namespace, influence.Telling(namespace))
        return replay.program_runs(told, caller, namespace, None, lambda: Run(namespace, *asked))

    base = ran()
    found = of_test(base) if base.complete else None
    other = ran(*found) if found is not None else None
    moved = of_test(other) if other is not None and other.complete else None
    if moved is None or not other.moved or moved[1] != found[1] or not np.array_equal(moved[0], found[0]):
        return None

    def differs(run, name):
        a, b = base.held[name], run.held.get(name, base.held[name])  # other rows, laid otherwise, round otherwise
        return a.shape != b.shape or not np.allclose(a, b, rtol=1e-9, equal_nan=True)

    names = [name for name in base.held if differs(other, name)]
    again = ran() if names else None
    return [name for name in names if not differs(again, name)], found[0]
