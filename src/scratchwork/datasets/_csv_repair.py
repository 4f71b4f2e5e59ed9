"""Rows that are not as wide as the table: mended where only one way of mending fits, else an error with line and column."""

import itertools
import re

from scratchwork.datasets._csv_dialect import kind_of_cell
from scratchwork.errors import DataError

TAIL = 12
LEVELS = 12
UNIT = re.compile(
    r"[\[(].{0,12}[\])]|[mkcµ]?m[²³23]?|[mkµ]?g|lbs?|kgs?|inch|in|ft|°?[CF]|%|[$€£]|USD|EUR|GBP|years?|yrs?|days?|h|s|min|mmHg|mg/dL|km/h|mph|count",
    re.I,
)


class QuoteTrouble(DataError):
    """A quote that opens and does not close where it should."""


def even_row(line, row, following, width, cells, expected, dialect, near_end):
    """(row of the right width or None, how many rows of input it took)."""
    if len(row) == width:
        return row, 1
    if len(row) > width:
        return shortened(line, row, width, cells, expected, dialect), 1
    if near_end and width > 1 and sum(map(bool, row)) == 1:
        return row, 1
    if following is not None and len(row) + len(following) == width + 1 and len(following) > 1:
        whole = [*row[:-1], f"{row[-1]} {following[0]}".strip(), *following[1:]]
        if all(rule != "number" or fits(cell, rule) for cell, rule in zip(whole, expected)):
            why = "a row broken by a line end inside a cell is joined again"
            cells.events["broken row", why].append((line, dialect.delimiter.join(row)))
            return whole, 2
    why = "a row with too few cells is filled with missing ones at its end"
    cells.events["short row", why].append((line, dialect.delimiter.join(row)))
    return row + [""] * (width - len(row)), 1


def swallowed(row, delimiter):
    """Whether a cell with line ends holds what looks like the rest of its row and the begin of another."""
    for index, cell in enumerate(row):
        parts = cell.split("\n")
        if len(parts) > 1 and len(row) > 1:
            rest = parts[0].count(delimiter) == len(row) - 1 - index and parts[-1].count(delimiter) == index
            if rest or any(part.count(delimiter) == len(row) - 1 for part in parts[1:-1]):
                return True
    return False


def shortened(line, row, width, cells, expected, dialect):
    """A row with too many cells, repaired where only one repair is possible."""
    text = dialect.delimiter.join(row)
    if not any(cell.strip() for cell in row[width:]):
        cells.events["empty cells", "empty cells beyond the last column are left out"].append((line, ""))
        return row[:width]
    surplus = len(row) - width
    whole = []
    for start in range(width):
        joined = dialect.delimiter.join(row[start : start + surplus + 1])
        candidate = [*row[:start], joined, *row[start + surplus + 1 :]]
        if all(fits(cell, rule) for cell, rule in zip(candidate, expected)):
            whole.append(candidate)
    if len(whole) == 1:
        why = "a row with too many cells is mended: only one way of joining cells fits the columns"
        cells.events["long row", why].append((line, text))
        return whole[0]
    raise DataError(
        f"line {line}, column {width + 1}: this row has {len(row)} cells where the table has {width}; the first one too many "
        f"is {row[width]!r}. Put quotes around a cell that holds the delimiter {dialect.delimiter!r}, or take the cell out."
    )


def first_rows(rows, cells, expected):
    """The rows without a ruler ("---") or a row of units under the header."""
    while rows and is_ruler(rows[0][1]):
        line, row = rows[0]
        cells.events["ruler", "a ruler under the header is left out"].append((line, " | ".join(row)))
        rows = rows[1:]
    if len(rows) > 3 and len(rows[0][1]) == len(expected):
        line, row = rows[0]
        above = [cell.strip() for cell, rule in zip(row, expected) if rule == "number" and cell.strip()]
        others = [cell.strip() for cell, rule in zip(row, expected) if rule != "number" and cell.strip()]
        words = bool(above) and all(kind_of_cell(cell) == "word" for cell in [*above, *others])
        if words and all(UNIT.fullmatch(cell) for cell in above):
            cells.events["units", "a row of units under the header is left out"].append((line, " | ".join(row)))
            rows = rows[1:]
    return rows


def is_ruler(row):
    """Whether a row is a line of dashes, as under the header of a Markdown table."""
    return all(re.fullmatch(r"[\s:=+\-]*", cell) for cell in row) and any("--" in cell for cell in row)


def expectations(rows):
    """For each column what its cells must be in a repair: 'number', a small set of levels, or None for anything."""
    found = []
    for column in zip(*rows):
        texts = {cell.strip() for cell in column}
        kinds = [kind_of_cell(text) for text in itertools.islice(texts, 500)]
        numeric = sum(kind == "number" for kind in kinds) >= 0.9 * max(sum(kind != "missing" for kind in kinds), 1)
        few = len(texts) <= LEVELS and len(column) >= 4 * len(texts)
        found.append("number" if numeric else frozenset(text.casefold() for text in texts) if few else None)
    return found


def fits(cell, rule):
    """Whether a cell may stand in a column."""
    kind = kind_of_cell(cell.strip())
    if rule is None or kind == "missing":
        return True
    return kind == "number" if rule == "number" else cell.strip().casefold() in rule
