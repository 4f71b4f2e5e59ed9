"""What is prepared by rows that are kept aside: a program is run again with some of these moved before they are prepared.

Half of the rows of another part are moved in the first table that holds them. The rows to train on must come out as before
(else what prepares them has seen the others), and so must the rows of that part that were left in their places.
"""

import collections
import time

import numpy as np

from scratchwork.checks.running import replay
from scratchwork.checks.watching import held as held_file
from scratchwork.checks.watching import influence, provenance, recorded
from scratchwork.checks.watching.tape import Enough

MANY, MOST_PARTS, LEAST, SECONDS = 12, 4, 4, 1.2


class Run(held_file.Run):
    """A run in which some rows of one table are moved where it is first seen."""

    def __init__(self, namespace, root, rows):
        self.root, self.rows, self.moved = root, rows, False
        super().__init__(namespace, self.appears)

    def appears(self, held):
        """Move the rows, where this is the table."""
        if not self.moved and held.key == self.root.key and held.rows.shape == self.root.rows.shape:
            self.moved = _moves(held.value, self.rows, held.turned)
            held.rows, held.known = (
                next(rows for rows, turned in held_file.taken(held.value) if turned == held.turned),
                None,
            )
            if not self.moved:
                raise Enough


def _moves(value, rows, turned):
    """Move some rows of a table where it lies, but for columns of few values; whether it could be done."""
    if hasattr(value, "columns"):
        columns = [name for name in value.select_dtypes("number").columns if value[name].nunique() > MANY]
        for name in columns:
            column = value[name].to_numpy().copy()
            column[rows] = (column[rows] * 1.7 + 3).astype(column.dtype)
            value[name] = column
        return bool(columns)
    if isinstance(value, list):
        places = [place for place, item in enumerate(value[0]) if isinstance(item, (float, np.floating))]
        for row in rows:
            moved = [item * 1.7 + 3 if place in places else item for place, item in enumerate(value[row])]
            value[row] = np.array(moved) if isinstance(value[row], np.ndarray) else type(value[row])(moved)
        return bool(places)
    table = value.T if turned else value
    columns = [place for place in range(table.shape[1]) if len(np.unique(table[:, place])) > MANY]
    if not columns or not value.flags.writeable or value.dtype.kind not in "iuf":
        return False
    table[np.ix_(rows, columns)] = (table[np.ix_(rows, columns)] * 1.7 + 3).astype(table.dtype)
    return True


def learnt(statements, caller, namespace, name):
    """(code, Held of the preparation, words) of what is prepared by rows that are kept aside, or None; ValueError where no parts are seen."""
    base, parts = provenance.read(statements, caller, namespace, name)
    if not parts or not base.complete:
        raise ValueError("no parts")

    def ran(*asked):
        told = recorded.Told(statements, namespace, influence.Telling(namespace))
        return replay.program_runs(told, caller, namespace, None, lambda: Run(namespace, *asked), again=False)

    ends = time.process_time() + SECONDS
    for entry in parts[:MOST_PARTS]:
        for part in [part for part in reversed(entry.rows) if part != "train" and "train" in entry.rows]:
            for root, rows in _roots(base, entry, entry.rows[part]):
                found = _compared(base, ran(root, rows), entry, part, rows) if time.process_time() < ends else ""
                if found and not _compared(base, ran(root, rows[:0]), entry, part, rows):  # the same each time
                    return found
                if found is not None:
                    break
    return None


def _roots(run, entry, rows):
    """(table, row numbers) where the rows of a part may be moved: first where they are first seen, then where they are cut."""
    moved, whole = np.sort(rows)[:: 2 if len(rows) >= 2 * LEAST else 1], entry.whole
    if entry.numbered:
        same = [one for one in run.all_tables() if one.time < entry.time and len(one.rows) == len(whole.rows)]
        own = [one for one in same if one.serial == entry.frame[0]]
        for one in dict.fromkeys([same[0] if entry.frame[0] == 0 else own[0], *own[:2]]) if own else same[:1]:
            yield one, moved
        return
    often = collections.Counter(whole.contents())  # of two rows that are the same nobody knows which is kept aside
    moved = np.array([row for row in moved if often[whole.contents()[row]] == 1], int)
    for one in run.all_tables() if len(moved) else ():
        if one.time <= whole.time and one.rows.shape == whole.rows.shape:
            places = {key: place for place, key in enumerate(one.contents())}
            found = [places.get(key) for key in np.array(whole.contents(), dtype=object)[moved]]
            if None not in found:
                yield one, np.array(found)
            elif _ordered(one.rows, whole.rows):
                yield one, moved
            else:
                continue
            return


def _ordered(rows, others):
    """Whether the columns of two tables rise and fall together."""
    return all(
        np.array_equal(np.argsort(a, kind="stable"), np.argsort(b, kind="stable")) for a, b in zip(rows.T, others.T)
    )


def _compared(base, other, entry, part, rows):
    """The finding of a run with rows moved; "" where there is none, None where the runs cannot be compared."""
    if not other.complete or (len(rows) and not other.moved):
        return None
    known = _keyed(other)
    for numbers in entry.pieces.values():
        held = known.get((*numbers.key, _order(base, numbers)))
        same = held is not None and held.rows.shape == numbers.rows.shape
        if not same or (entry.numbered and not np.array_equal(held.rows, numbers.rows)):
            return None
    found = ""
    for one in _prepared(base, entry):
        beside, fits = known.get((*one.key, _order(base, one))), entry.part(one)
        if fits not in ("train", part):
            continue
        if beside is None or beside.rows.shape != one.rows.shape:
            return None
        lost = len(one.rows) - _shared(one.rows, beside.rows)
        if lost > (0 if fits == "train" else len(rows)) and not _rescaled(one, beside, base):
            if fits == "train":
                return (
                    "SW-D1",
                    one,
                    f"{lost} of the {len(one.rows)} rows of {one.name} to train on change where {len(rows)} of the rows kept aside are moved{_by(one, beside)}.",
                )
            found = (
                "SW-D2",
                one,
                f"{lost} of the {len(one.rows)} rows of {one.name} change where {len(rows)} of them are moved: what is kept aside is prepared by its own statistics{_by(one, beside)}.",
            )
    return found


def _by(one, beside):
    """Words for one number that changes."""
    row, column = np.unravel_index(np.nanargmax(np.abs(one.rows - beside.rows)), one.rows.shape)
    return f" (row {row}, column {column}: {one.rows[row, column]:.4g}, {beside.rows[row, column]:.4g})"


def _shared(rows, others):
    """How many rows of a table are among those of another one, wherever they stand."""
    scale = np.nanmax(np.abs(rows), axis=0) + 1e-300
    counts = [
        collections.Counter(map(bytes, np.round(np.nan_to_num(table) / scale, 7) + 0.0)) for table in (rows, others)
    ]
    return (counts[0] & counts[1]).total()


def _rescaled(one, beside, run):
    """Whether all numbers changed by one factor, as pixels by the largest; or a table is, time and again, the rows less one of the data."""
    with np.errstate(all="ignore"):
        ratio = (beside.rows / one.rows)[np.isfinite(beside.rows) & (one.rows != 0)]
    step, often = (
        beside.rows - one.rows,
        sum((other.serial, other.name) == (one.serial, one.name) for other in run.held),
    )
    return (bool(ratio.size) and np.allclose(ratio, ratio[0], rtol=1e-9)) or (
        often > 1 and np.allclose(step, step[0], atol=1e-9)
    )


def _keyed(run):
    return {(*one.key, _order(run, one)): one for one in run.held}


def _order(run, held):
    """Which of the things of its name a thing is."""
    if not hasattr(run, "orders"):
        counts = collections.Counter()
        run.orders = {}
        for one in run.held:
            run.orders[id(one)] = counts[one.key]
            counts[one.key] += 1
    return run.orders[id(held)]


def _prepared(run, entry):
    """Tables of the parts once they are there: names of the frame that divides, and what it hands to functions."""
    sizes = {len(rows) for rows in (*entry.rows.values(), entry.whole.rows)}
    serial, pieces = entry.frame[0], list(entry.pieces.values())
    until = entry.until if entry.folds else max(one.time for one in run.held)
    for one in run.all_tables():
        near = one.serial == serial or (one.caller == serial and one.given and one.serial > 0)
        wide = one.rows.shape[1] in sizes or one.rows.shape[1] > 3 * entry.whole.rows.shape[1]
        if near and one not in pieces and not wide and entry.time - 1 <= one.time <= until and entry.part(one):
            yield one
