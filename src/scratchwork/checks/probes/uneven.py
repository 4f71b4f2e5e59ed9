"""The rows that a program hands to gradient descent, as it hands them over: columns of very different size."""

import ast
import re

import numpy as np

from scratchwork.checks.files.code_shape import place_at, routines
from scratchwork.checks.findings import CannotCheck, find
from scratchwork.checks.recognising import vocabulary
from scratchwork.checks.registry import probe
from scratchwork.checks.rules.training import USED, steps_of_descent
from scratchwork.checks.running import replay, stand_in_files
from scratchwork.checks.watching import recorded

LEAST_ROWS, MOST_COLUMNS, UNEVEN = 20, 40, 50
SCALES = re.compile(
    rf"{USED.pattern}|(std|ptp|normali[sz]e|scale)\(|\bsqrt\(|newton|solve\(|lstsq|pinv|\binv\(", re.IGNORECASE
)


@probe("SW-T16", roles=("training run",))
def columns_that_are_stepped_with_are_of_one_size(target, call):
    """Rows that the program hands to its gradient steps have no column that varies fifty times as much as another."""
    if not isinstance(target.value, replay.Program) or stand_in_files.SERVED:
        raise CannotCheck("its rows are seen in the program, where its data are its own")
    descents = _descents(target.source)
    calls = recorded.of_program(target.value, call, target.namespace["namespace"]).calls
    given = [seen for seen in calls if seen.name in descents]
    for seen in given:
        for key, item in seen.given.items():
            sizes = None if vocabulary.meaning(key) == "y" else _sizes(item)
            if sizes is not None:
                small, large = sizes.argmin(), sizes.argmax()
                observed = f"{key} of {seen.name} holds columns of very different size: column {large} has deviation {sizes[large]:.3g}, column {small} {sizes[small]:.3g}."
                yield find("SW-T16", observed, severity="warning", **place_at(target.source, seen.line))
                return
    if not given:
        raise CannotCheck("it hands no rows to gradient steps")


def _descents(source):
    """Names of the functions and methods in which ``theta - rate * gradient`` stands, and that scale nothing themselves."""
    lines, found = [*steps_of_descent(source)], set()
    for entry in routines(source):
        inside = any(entry.node.lineno <= line <= entry.node.end_lineno for line in lines)
        if inside and not SCALES.search(ast.unparse(entry.owner or entry.node)):
            found.add(f"{entry.owner.name}.{entry.name}" if entry.owner else entry.name)
    return found


def _sizes(table):
    """The deviations of a table's columns, where one is fifty times another, as its largest number is; else None."""
    if (
        not isinstance(table, np.ndarray)
        or table.ndim != 2
        or table.dtype.kind not in "fiu"
        or not np.isfinite(table).all()
    ):
        return None
    rows = table if len(table) >= table.shape[1] else table.T
    if len(rows) < LEAST_ROWS or rows.shape[1] > MOST_COLUMNS:
        return None  # pixels are all of one kind
    spread, most = rows.std(axis=0), np.abs(rows).max(axis=0)
    live = spread > 1e-9 * most.max()
    spread, most = spread[live].astype(float), most[live].astype(float)
    wide = (
        live.sum() > 1
        and spread.max() > UNEVEN * spread.min()
        and most[spread.argmax()] > UNEVEN * most[spread.argmin()]
    )
    return spread if wide else None
