"""The steps of cleaning that change a table; each adds what it did to the log, and what it saw to the findings."""

import numpy as np

from scratchwork.cleaning import describe
from scratchwork.cleaning.log import Change, Finding
from scratchwork.cleaning.rows import copies_to_drop, text_of
from scratchwork.cleaning.target import task_of
from scratchwork.cleaning.values import impossible_in, sentinels_in
from scratchwork.errors import DataError


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
    shown = ", ".join(map(str, places[:10])) + (f" and {len(rows) - 10:,} more" if len(rows) > 10 else "")
    return Change(rule, f"line{'s' if len(rows) > 1 else ''} {shown}", "", len(rows), why, before, after, True, places)


def repaired_values(frame, table, target, log, findings):
    """Codes for "missing" and impossible numbers made missing; in the target, and where doubtful, only told."""
    lines = table.lines[frame.index.to_numpy()]
    for column in table.columns:
        if column.kind != "number":
            continue
        values = frame[column.name].to_numpy(dtype=float, copy=True)
        suspects = [
            ("code for missing", code, f"{code:g} stands for a missing value", rows)
            for code, rows in sentinels_in(values).items()
        ]
        blanked = values.copy()
        for _, _, _, rows in suspects:
            blanked[rows] = np.nan
        for rule, rows in impossible_in(column.name, blanked):
            suspects.append(("impossible value", None, f"the name says {rule.what}: {bounds(rule)}", rows))
        for rule, _, why, rows in suspects:
            changed = column.name != target
            if changed:
                log += value_changes(rule, column.name, values, rows, why, lines)
            findings.append(value_finding(rule, column.name, values, rows, why, lines, changed))
            if changed:
                blanked[rows] = np.nan
        if suspects and column.name != target:
            frame[column.name] = blanked
    return frame


def bounds(rule):
    """The bounds of a rule in words."""
    if rule.high == float("inf"):
        return "never below 0" if rule.low == 0 else "never 0"
    return f"between {rule.low:g} and {rule.high:g}"


def value_changes(rule, name, values, rows, why, lines):
    """A Change for each different value that becomes missing."""
    for value in np.unique(values[rows])[:50]:
        same = rows[values[rows] == value]
        places = describe.lines_of(lines, same)
        shown = ", ".join(map(str, places[:10])) + (f" and {len(same) - 10:,} more" if len(same) > 10 else "")
        yield Change(
            rule,
            f"column {name!r}, line{'s' if len(same) > 1 else ''} {shown}",
            name,
            len(same),
            why,
            f"{value:g}",
            "missing",
            True,
            places,
        )


def value_finding(rule, name, values, rows, why, lines, changed):
    """The finding beside the changes."""
    shown = ", ".join(f"{value:g}" for value in np.unique(values[rows])[:5])
    done = "made missing" if changed else "the target is not changed"
    message = (
        f"{name!r} holds {len(rows):,} value{'s' if len(rows) > 1 else ''} that cannot be ({shown}): {why}; {done}."
    )
    kind = "impossible" if rule == "impossible value" else "sentinel"
    return Finding(
        kind,
        name,
        "warning",
        len(rows),
        message,
        {"low": float(values[rows].min()), "high": float(values[rows].max())},
        describe.lines_of(lines, rows),
    )


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
    message = f"{len(positions):,} rows repeat an earlier row in every cell ({chance}); {done}."
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
    message = f"{len(rows):,} rows repeat another in all but the running number {ids[0]!r} (chance would give {expected:.2g}); kept."
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
