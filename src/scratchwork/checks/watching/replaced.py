"""The labels of a part of the data as a program holds them, found by the names it gives, and replaced where they lie."""

import ast
import functools

import numpy as np

from scratchwork.checks.files.names import index_part_of, kind_of, part_of
from scratchwork.checks.files.syntax import dotted, walk

LEAST = 4


@functools.cache
def role(name):
    """(part, "labels" or "rows") of a name that tells a part, else None."""
    kind, part = kind_of(name), part_of(name)
    if kind == "labels" and part:
        return part, "labels"
    return (index_part_of(name), "rows") if kind != "prediction" and index_part_of(name) else None


def keyed(tree):
    """Names of dicts whose keys are parts of the data: ``y["test"]``."""
    found = set()
    for part in walk(tree):
        key = part.slice.value if isinstance(part, ast.Subscript) and isinstance(part.slice, ast.Constant) else None
        if isinstance(key, str) and index_part_of(key):
            found.add(dotted(part.value))
    return found


def picks(tree):
    """{name of row numbers: names of labels that they pick from}; of a dict of row numbers ``idx_test`` is ``idx["test"]``."""
    found = {}
    for part in walk(tree):
        if (
            isinstance(part, ast.Subscript)
            and kind_of(dotted(part.value)) == "labels"
            and not part_of(dotted(part.value))
        ):
            place = part.slice
            if isinstance(place, ast.Subscript) and isinstance(place.slice, ast.Constant):
                name = f"{dotted(place.value)}_{place.slice.value}"
            else:
                name = dotted(place)
            found.setdefault(name, set()).add(dotted(part.value))
    return found


def held_as(label, held, namespace):
    """What a name or a dotted name stands for in a frame, where it has rows and can be changed."""
    first, *rest = label.split(".")
    value = held.get(first, namespace.get(first))
    for name in rest:
        value = getattr(value, name, None)
    return value if isinstance(value, (np.ndarray, list)) or hasattr(value, "iloc") else None


def row_numbers(value):
    """Row numbers as an array: whole numbers, each once, or where a mask is true; else None."""
    if isinstance(value, list) and value and all(type(item) is int for item in value):
        value = np.array(value)
    if not isinstance(value, np.ndarray) or value.ndim != 1 or value.size < LEAST or value.dtype.kind not in "iub":
        return None
    rows = np.flatnonzero(value) if value.dtype.kind == "b" else value
    return rows if rows.size and rows.min() >= 0 and len(np.unique(rows)) == rows.size else None


def replace(value, rows, dice):
    """Other labels of the same kind, in their place; ``rows`` are the numbers of those that are replaced, or None."""
    array = np.array(value, dtype=object if isinstance(value, list) else None)
    if array.ndim not in (1, 2) or array.size < LEAST or array.dtype.kind not in "fiubOU":
        return
    axis = int(np.argmax(array.shape))
    array = np.moveaxis(array, axis, 0)
    rows = np.arange(len(array)) if rows is None else rows
    array[rows] = _others(array[rows], dice)
    array = np.moveaxis(array, 0, axis)
    if isinstance(value, list):
        value[:] = array.tolist()
    elif hasattr(value, "iloc"):
        value.iloc[:] = array
    elif _opened(value):
        value[...] = array


def is_table(value):
    """Whether a value holds rows, in an array, a table or a list; not where the labels were taken out of its rows."""
    rows = value if isinstance(value, list) and len(value) >= LEAST and isinstance(value[0], (list, tuple)) else [[]]
    listed = len(rows[0]) > 1 and rows[0][-1] is not None
    tabled = hasattr(value, "columns") or isinstance(value, np.ndarray)
    return listed or (tabled and value.ndim == 2 and min(value.shape) > 1 and max(value.shape) >= LEAST)


def mix(value, dice):
    """Every column of a table in an order of its own, in its place; of a list of rows the last is drawn anew."""
    if isinstance(value, list):
        last = [row[-1] for row in value]
        for place, other in enumerate(dice.integers(0, len(value), len(value))):  # a constant answer is told, too
            row = [*value[place][:-1], last[other]]
            value[place] = row if isinstance(value[place], list) else tuple(row)
    elif hasattr(value, "columns"):
        for column in value.columns:
            value[column] = value[column].to_numpy()[dice.permutation(len(value))]
    elif _opened(value):
        value[...] = dice.permuted(value, axis=int(np.argmax(value.shape)))


def _opened(value):
    """Whether an array can be changed: what a table gives out is locked."""
    try:
        for item in (value.base, value):
            if isinstance(item, np.ndarray):
                item.setflags(write=True)
    except ValueError:
        return False
    return True


def _others(labels, dice):
    if labels.ndim == 2 and labels.shape[1] > 1:
        return labels[dice.integers(0, len(labels), len(labels))]
    flat = labels.ravel()
    known = np.unique(flat.astype(str) if flat.dtype == object and isinstance(flat[0], str) else flat)
    if len(known) > 20 and isinstance(known[0], (float, np.floating)):
        made = dice.normal(flat.astype(float).mean(), flat.astype(float).std(), len(flat))
    else:
        made = dice.choice(known, len(flat))
    return made.reshape(labels.shape)
