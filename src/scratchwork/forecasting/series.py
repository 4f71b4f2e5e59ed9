"""From a table to one regular series: sorted, one value for each moment, gaps left as gaps, each decision stated."""

from typing import NamedTuple

import numpy as np

from scratchwork.datasets import read_table
from scratchwork.datasets._csv_names import find_column
from scratchwork.datasets.from_csv import column_names
from scratchwork.errors import DataError
from scratchwork.forecasting.axis import Axis, coarse_axis, find_axis

LISTED = 8


class Series(NamedTuple):
    """Values (n,) at the positions 0..n-1 of an axis, NaN where nothing was measured; ``notes`` say how they came about."""

    name: str
    time: str
    target: str
    values: np.ndarray
    axis: Axis
    notes: list
    n_rows: int
    n_gaps: int

    @property
    def moments(self):
        """The moment of each value, as texts or numbers."""
        return [self.axis.moment(i) for i in range(len(self.values))]


def read_series(path, time, target):
    """The series of a file: ``time`` and ``target`` name columns."""
    names = column_names(path)
    time, target = (find_column(name, names, names, kind) for name, kind in ((time, "time"), (target, "target")))
    if time == target:
        raise DataError(f"time and target are both {time!r}; a forecast needs two columns.")
    table = read_table(path, target=target)
    for column, kinds in ((target, ["number"]), (time, ["date", "number"])):
        table = retyped(path, table, column, kinds, target)
    return series_of(table, time, target)


def retyped(path, table, column, kinds, target):
    """The table with a column read as one of ``kinds``: codes, flags and constants of figures are numbers here."""
    if table.kinds.get(column) in kinds:
        return table
    known = {name: kind for name, kind in table.kinds.items() if kind == "number"}
    for kind in kinds:
        try:
            return read_table(path, target=target, types={**known, column: kind})
        except DataError:
            continue
    found = {c.name: c for c in table.columns}.get(column)
    told = f"it is {found.kind}: {found.reason}" if found else "it has no cell"
    if column == target:
        raise DataError(f"target={column!r} is not a number ({told}). Name a column of numbers with --target.")
    raise DataError(
        f"time={column!r} holds neither dates nor numbers ({told}). "
        "Write dates as 2026-01-31, or name another column with --time."
    )


def series_of(table, time, target):
    """The series of two columns of a typed Table."""
    moments, values = table.frame[time], table.frame[target].to_numpy(dtype=np.float64)
    dated = table.kinds[time] == "date"
    moments = moments.to_numpy(dtype="datetime64[us]" if dated else np.float64)
    notes, n_rows = [], len(values)
    timed = ~np.isnat(moments) if dated else np.isfinite(moments)
    if not timed.all():
        notes.append(f"{count(~timed, 'row')} without a readable {time!r} left out.")
    measured = timed & np.isfinite(values)
    lost = timed & ~measured
    if lost.any():
        notes.append(
            f"{count(lost, 'row')} without a value of {target!r}: a gap, not a zero; the forecast begins after the last known value."
        )
    if np.any(np.diff(moments[timed]) < np.zeros(1, dtype=np.diff(moments[timed]).dtype)):
        notes.append("The rows were not in the order of time; they were sorted.")
    moments, values = single_moments(moments[measured], values[measured], notes)
    if len(moments) < 3:
        raise DataError(f"{len(moments)} moments of {target!r} are too few to forecast; at least 15 are needed.")
    largest = np.abs(values).max()
    if largest > 1e100:
        raise DataError(
            f"target={target!r} holds {largest:g}; values above 1e100 cannot be squared. Use a larger unit."
        )
    axis = find_axis(moments) or coarse_axis(moments)
    values = on_axis(axis, values, notes)
    gaps = int(np.isnan(values).sum())
    series = Series(_stem(table.path), time, target, values, axis, notes, n_rows, gaps)
    say_gaps(series)
    return series


def _stem(path):
    return str(path).replace("\\", "/").rsplit("/", 1)[-1]


def count(mask, noun):
    """
    >>> count(np.array([True, False]), "row"), count(np.array([True, True]), "row")
    ('1 row', '2 rows')
    """
    n = int(np.sum(mask))
    return f"{n:,} {noun}{'' if n == 1 else 's'}"


def single_moments(moments, values, notes):
    """Sorted distinct moments; rows of the same moment become their mean."""
    distinct, place, counts = np.unique(moments, return_inverse=True, return_counts=True)
    repeated = counts > 1
    if not repeated.any():
        return distinct, values[np.argsort(moments, kind="stable")]
    text = f"{count(repeated, 'moment')} with more than one row ({counts[repeated].sum():,} rows): the mean was taken."
    if repeated.mean() > 0.5:
        text += " So many look like several series in one table: this is a forecast of their mean."
    notes.append(text)
    return distinct, np.bincount(place.ravel(), weights=values) / counts


def on_axis(axis, values, notes):
    """Values at each position of the axis, NaN where there is none; the mean where several share one."""
    counts = np.bincount(axis.positions)
    sums = np.bincount(axis.positions, weights=values)
    if axis.resampled:
        notes.append(
            f"The distances between the moments are irregular; the {len(values):,} values were resampled to the mean of each "
            f"{axis.words.removeprefix('1 ')} ({(counts > 0).sum():,} of {len(counts):,} hold a value; {axis.moment(0)} is the first)."
        )
    else:
        notes.append(f"The moments are regular: one step is {axis.words}.")
    return np.divide(sums, counts, out=np.full(len(counts), np.nan), where=counts > 0)


def say_gaps(series):
    """Add to the notes where values are missing, and what becomes of them."""
    empty = np.flatnonzero(np.isnan(series.values))
    if not len(empty):
        series.notes.append("No step is missing.")
        return
    runs = np.split(empty, np.flatnonzero(np.diff(empty) > 1) + 1)
    shown = [
        str(series.axis.moment(run[0])) + (f" to {series.axis.moment(run[-1])}" if len(run) > 1 else "") for run in runs
    ]
    more = f" and {len(runs) - LISTED} more" if len(runs) > LISTED else ""
    series.notes.append(
        f"{count(np.isnan(series.values), 'step')} of {len(series.values):,} without a value ({', '.join(shown[:LISTED])}{more}). "
        "They are never learnt as targets nor scored; where a later step needs one as a lag, the value one season before "
        "(or the last known one) stands in for it."
    )
