"""How a program holds its rows and labels, and other rows and labels held in the same way.

An array with samples in rows or in columns, a list of lists, of pairs, of dicts, of objects of the file's own: a row is taken
apart into the numbers and words at its ends, and put together again with others in their places.
"""

import copy
import dataclasses

import numpy as np

LEAST, MOST_LABELS = 6, 30


@dataclasses.dataclass
class Form:
    """One reading of a value: as ``rows`` (n, d), with the label of each row where it holds one."""

    outer: str  # "array", "columns", "frame", "list", "tuple", or "one" for a row by itself
    record: object  # one of its rows, as it stands there
    holder: tuple | None  # the way to what holds the numbers, where that may be of any length
    places: list  # the ways to the numbers
    label: tuple | None  # the way to the label
    rows: np.ndarray
    labels: list | None = None
    like: object = None  # the value itself

    def laid(self, X, y=None):
        """Rows (n, d), and their labels, in this form."""
        if self.outer == "one":
            return self._record(X[0], None if y is None else y[0])
        if self.outer in ("array", "columns") and self.label is None:
            return X.T.copy() if self.outer == "columns" else X.copy()
        if self.holder is None and X.shape[1] != self.rows.shape[1]:
            raise ValueError(f"rows of {X.shape[1]} numbers are asked where the program has {self.rows.shape[1]}")
        made = [self._record(x, None if y is None else y[i]) for i, x in enumerate(X)]
        if self.outer == "array":
            return np.array(made)
        if self.outer == "frame":
            return type(self.like)(made, columns=self.like.columns)
        return tuple(made) if self.outer == "tuple" else made

    def _record(self, x, label):
        if self.holder is None:
            made = self.record
            for place, number in zip(self.places, x.tolist()):
                made = put(made, place, number)
        else:
            made = put(self.record, self.holder, self._held(x, label))
        inside = self.holder is not None and self.label and self.label[:-1] == self.holder
        return made if self.label is None or label is None or inside else put(made, self.label, label)

    def _held(self, x, label):
        """The numbers of a row in what held them, its label among them where it stood there."""
        old, new = get(self.record, self.holder), x if isinstance(x, np.ndarray) else np.array(x)
        if self.label and self.label[:-1] == self.holder:
            label = get(self.record, self.label) if label is None else label
            new = [label, *new.tolist()] if self.label[-1] == 0 else [*new.tolist(), label]
        return np.array(new) if isinstance(old, np.ndarray) else type(old)(np.array(new, dtype=object).tolist())


def readings(value):
    """Every Form that a value may be read in."""
    if isinstance(value, np.ndarray) and value.ndim == 2 and value.dtype.kind in "fiu" and min(value.shape) > 0:
        yield from _of_array(value, value, "array")
        if value.shape[1] >= LEAST and value.shape[0] > 1:
            yield _form("columns", value.T, value.T.astype(float), [(i,) for i in range(len(value))], None, value)
    elif hasattr(value, "columns") and hasattr(value, "to_numpy"):
        yield from _of_records(value.to_numpy().tolist(), "frame", value)
    elif type(value) in (list, tuple) and len(value) >= LEAST:
        yield from _of_records(value, type(value).__name__, value)


def row(value):
    """The Forms of a single row."""
    yield from _of_records([value], "one", value)


def _of_array(value, like, outer):
    rows = value.astype(float)
    yield _form(outer, value, rows, [(i,) for i in range(rows.shape[1])], None, like)
    for column in dict.fromkeys((rows.shape[1] - 1, 0)):
        if rows.shape[1] > 1 and _few(rows[:, column].tolist()):
            places = [(i,) for i in range(rows.shape[1]) if i != column]
            yield _form(outer, value, np.delete(rows, column, 1), places, (column,), like, rows[:, column].tolist())


def _of_records(records, outer, like):
    ends = [dict(leaves(record)) for record in records]
    if not ends[0] or () in ends[0] or any(entry.keys() != ends[0].keys() for entry in ends):
        return
    words = [place for place in ends[0] if all(isinstance(entry[place], str) for entry in ends)]
    numbers = [place for place in ends[0] if all(not isinstance(entry[place], str) for entry in ends)]
    if not numbers or len(words) + len(numbers) < len(ends[0]) or len(numbers) > 1000:
        return
    rows = np.array([[float(entry[place]) for place in numbers] for entry in ends])
    labels = {place: [entry[place] for entry in ends] for place in words} if outer != "one" else {}
    named = [place for place, held in labels.items() if _few(held)]
    if not named or outer == "one":
        yield _form(outer, records, rows, numbers, words[0] if words and outer == "one" else None, like)
    for place in named[-1:]:
        yield _form(outer, records, rows, numbers, place, like, labels[place])
    for i in dict.fromkeys((len(numbers) - 1, 0)) if not named and len(numbers) > 1 else ():
        if outer == "one" or _few(rows[:, i].tolist()):
            left = [place for place in numbers if place != numbers[i]]
            held = [entry[numbers[i]] for entry in ends]
            yield _form(outer, records, np.delete(rows, i, 1), left, numbers[i], like, held)


def _few(labels):
    """Whether these may be labels: whole numbers or words, several of a kind."""
    plain = all(isinstance(item, str) or float(item).is_integer() for item in labels)
    return plain and 2 <= len(set(labels)) <= min(MOST_LABELS, len(labels) // 2)


def _form(outer, records, rows, places, label, like, labels=None):
    record, around = records[0], {place[:-1] for place in places}
    holder = around.pop() if len(around) == 1 and all(isinstance(place[-1], int) for place in places) else None
    if holder is not None:
        held = get(record, holder)
        single = len(places) + (label is not None and label[:-1] == holder) == len(held)
        ends = label is None or label[:-1] != holder or label[-1] in (0, len(held) - 1)
        holder = holder if single and ends and type(held) in (list, tuple, np.ndarray) else None
    return Form(outer, record, holder, places, label, rows, labels, like)


def leaves(item, path=()):
    """(way, number or word) of everything at the ends of a row."""
    if isinstance(item, (int, float, str, np.number)) and not isinstance(item, bool):
        yield path, item
    elif isinstance(item, np.ndarray) and item.ndim == 1:
        yield from (((*path, i), part) for i, part in enumerate(item.tolist()))
    elif isinstance(item, (list, tuple)):
        for i, part in enumerate(item):
            yield from leaves(part, (*path, i))
    elif isinstance(item, dict) or (hasattr(item, "__dict__") and not callable(item)):
        for key, part in (item if isinstance(item, dict) else vars(item)).items():
            yield from leaves(part, (*path, key))


def get(item, path):
    """What stands at the end of a way."""
    for step in path:
        item = item[step] if isinstance(item, (list, tuple, dict, np.ndarray)) else getattr(item, step)
    return item


def put(item, path, value):
    """A copy with another thing at the end of a way."""
    if not path:
        return value
    new = put(get(item, path[:1]), path[1:], value)
    if isinstance(item, tuple):
        parts = [new if i == path[0] else part for i, part in enumerate(item)]
        return type(item)(*parts) if hasattr(item, "_fields") else tuple(parts)
    made = np.array(item, dtype=float) if isinstance(item, np.ndarray) else copy.copy(item)
    if isinstance(item, (list, dict, np.ndarray)):
        made[path[0]] = new
    else:
        object.__setattr__(made, path[0], new)
    return made


def plain(value, depth=0):
    """A value with the rows in it, of whatever kind, as lists of numbers; itself where it holds none."""
    if isinstance(value, (np.ndarray, str, int, float)) or value is None or depth > 3:
        return value
    if isinstance(value, dict):
        return {key: plain(part, depth + 1) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(plain(part, depth + 1) for part in value) if type(value) in (list, tuple) else list(value)
    numbers = [end for _, end in leaves(value) if not isinstance(end, str)] if hasattr(value, "__dict__") else []
    return numbers or value
