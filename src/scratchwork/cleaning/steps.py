"""The steps of cleaning that change a table; each adds what it did to the log, and what it saw to the findings."""

from typing import NamedTuple

import numpy as np

from scratchwork.cleaning import describe
from scratchwork.cleaning.log import Change, Finding
from scratchwork.cleaning.rows import copies_to_drop, text_of
from scratchwork.cleaning.target import task_of
from scratchwork.cleaning.values import impossible_in, sentinels_in
from scratchwork.datasets._csv_notes import place_of
from scratchwork.errors import DataError

SHOWN = 50


def without_empty_rows(frame, lines, log):
    """The rows that hold anything at all."""
    empty = frame.isna().all(axis=1).to_numpy()
    rows = np.flatnonzero(empty)
    if len(rows) == len(frame):
        raise DataError("Every cell of the table is missing.")
    if len(rows):
        log.append(row_change("empty row", "no cell of the row holds anything", rows, lines, "all missing", "left out"))
    return frame[~empty]


def row_change(rule, why, rows, lines, before, after):
    """A Change of whole rows."""
    places = describe.lines_of(lines, rows)
    return Change(rule, place_of("", places, len(rows)), "", len(rows), why, before, after, True, places)


class Suspect(NamedTuple):
    """Cells that cannot be what they say: the rule, why, which rows, and whether they are made missing."""

    rule: str
    why: str
    rows: np.ndarray
    changed: bool


def repaired_values(frame, table, target, log, findings):
    """Codes for "missing" and impossible numbers made missing; in the target, and where doubtful, only told."""
    lines = table.lines[frame.index.to_numpy()]
    for column in table.columns:
        if column.kind != "number":
            continue
        values = frame[column.name].to_numpy(dtype=float, copy=True)
        blanked = values.copy()
        for suspect in suspects_in(column.name, values, column.name == target):
            findings.append(value_finding(column.name, suspect, values, lines))
            if suspect.changed:
                log += value_changes(column.name, suspect, values, lines)
                blanked[suspect.rows] = np.nan
        if not np.array_equal(blanked, values, equal_nan=True):
            frame[column.name] = blanked
    return frame


def suspects_in(name, values, is_target):
    """The suspects of one column, the codes for "missing" first."""
    found, rest = [], values.copy()
    for code, rows in sentinels_in(values).items():
        found.append(Suspect("code for missing", f"{code:g} stands for a missing value", rows, not is_target))
        rest[rows] = np.nan
    for rule, rows in impossible_in(name, rest):
        why = f"the name says {rule.what}: {bounds(rule)}"
        found.append(Suspect("impossible value", why, rows, rule.certain and not is_target))
    return found


def bounds(rule):
    """The bounds of a rule in words."""
    if rule.high == float("inf"):
        return "never below 0" if rule.low == 0 else "never 0"
    return f"between {rule.low:g} and {rule.high:g}"


def value_changes(name, suspect, values, lines):
    """A Change for each different value that becomes missing; from the 51st on, one for all."""
    distinct = np.unique(values[suspect.rows])
    groups = [(f"{value:g}", suspect.rows[values[suspect.rows] == value]) for value in distinct[:SHOWN]]
    if len(distinct) > SHOWN:
        others = suspect.rows[np.isin(values[suspect.rows], distinct[SHOWN:])]
        groups.append((f"{len(distinct) - SHOWN:,} more different values", others))
    for before, rows in groups:
        places = describe.lines_of(lines, rows)
        where = place_of(name, places, len(rows))
        yield Change(suspect.rule, where, name, len(rows), suspect.why, before, "missing", True, places)


def value_finding(name, suspect, values, lines):
    """The finding beside the changes."""
    held = values[suspect.rows]
    shown = ", ".join(f"{value:g}" for value in np.unique(held)[:5])
    done = "made missing" if suspect.changed else "left as it is"
    count = f"{len(held):,} value{'s' if len(held) > 1 else ''}"
    message = f"{name!r} holds {count} that cannot be right ({shown}): {suspect.why}; {done}."
    kind = "impossible" if suspect.rule == "impossible value" else "sentinel"
    numbers = {"low": float(held.min()), "high": float(held.max())}
    return Finding(kind, name, "warning", len(held), message, numbers, describe.lines_of(lines, suspect.rows))


def without_copies(frame, table, log, findings):
    """Rows equal in every cell are left out when chance cannot explain them; else they stay and are told."""
    has_id = any(column.kind == "id" for column in table.columns)
    lines = table.lines[frame.index.to_numpy()]
    positions, sure, expected = copies_to_drop(frame, has_id)
    findings += counted_copies(frame, table, lines)
    if not len(positions):
        return frame
    chance = f"chance alone would give {expected:.2g}" if not has_id else "they share an id"
    done = "left out" if sure else "kept: chance can explain them"
    message = f"{counted(len(positions))} an earlier row in every cell ({chance}); {done}."
    numbers = {"rows": len(positions), "expected_by_chance": float(expected)}
    findings.append(
        Finding(
            "duplicates",
            "",
            "warning" if sure else "remark",
            len(positions),
            message,
            numbers,
            describe.lines_of(lines, positions),
        )
    )
    if not sure:
        return frame
    before = "; ".join(text_of(frame, position) for position in positions[:3])
    log.append(
        row_change(
            "copy of a row", f"every cell equals an earlier row, and {chance}", positions, lines, before, "left out"
        )
    )
    return frame.drop(frame.index[positions])


def counted(n):
    """'1 row repeats' or '7 rows repeat'."""
    return f"{n:,} row{'s repeat' if n > 1 else ' repeats'}"


def counted_copies(frame, table, lines):
    """Rows that repeat another in everything but a running number: told only."""
    ids = [
        column.name for column in table.columns if column.kind == "id" and column.reason.startswith("counts the rows")
    ]
    others = frame.drop(columns=ids)
    if not ids or not others.shape[1]:
        return []
    rows, sure, expected = copies_to_drop(others, False)
    if not len(rows) or not sure:
        return []
    message = f"{counted(len(rows))} another in all but the running number {ids[0]!r} (chance would give {expected:.2g}); kept."
    return [
        Finding(
            "duplicates", ids[0], "warning", len(rows), message, {"rows": len(rows)}, describe.lines_of(lines, rows)
        )
    ]


def with_target(frame, table, target, log):
    """(rows with a target, rows without, the task)."""
    if target is None:
        return frame, frame.iloc[:0], None
    absent = frame[target].isna().to_numpy()
    task = task_of(frame[target], table.kinds[target])
    rows = np.flatnonzero(absent)
    if len(rows):
        why = f"the target {target!r} is missing: not learnt from, still to be predicted"
        count = f"{len(rows):,} row{'s' if len(rows) > 1 else ''}"
        log.append(row_change("no target", why, rows, table.lines[frame.index.to_numpy()], count, "set aside"))
    return frame[~absent], frame[absent], task
