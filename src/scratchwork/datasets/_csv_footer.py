"""What stands below a table: totals, sources, the number of rows. It is left out of the table and told."""

import re

from scratchwork.datasets._csv_numbers import read_numbers
from scratchwork.datasets._csv_words import TOTAL

LAST = 10
REMARK = re.compile(
    r"(source|sources|note|notes|remark|generated|created|exported|printed|copyright|©|page|end of|report|data|quelle|stand|fuente|"
    r"legend|disclaimer|\*+|\(?\d[\d,.]* (rows?|records?|entries)|\d+ rows?)(?!\w).*",
    re.IGNORECASE,
)


def split_footer(rows, cells):
    """How many of the last ``rows`` [(line, row)] belong to the table; the others become events."""
    keep = len(rows)
    while keep > 0 and len(rows) - keep < LAST:
        line, row = rows[keep - 1]
        kind = footer_kind(row, rows[: keep - 1], cells)
        if kind is None:
            break
        why = (
            "a row of totals below the table is left out" if kind == "total" else "a remark below the table is left out"
        )
        cells.events["footer", why].append((line, " | ".join(cell for cell in row if cell.strip())))
        keep -= 1
    width = len(cells.blocks)
    for index in range(keep):
        line, row = rows[index]
        if len(row) < width:
            why = "a row with too few cells is filled with missing ones at its end"
            cells.events["short row", why].append((line, " | ".join(row)))
            rows[index] = (line, row + [""] * (width - len(row)))
    return keep


def footer_kind(row, above, cells):
    """'total', 'remark' or None for one of the last rows."""
    filled = [cell.strip() for cell in row if cell.strip()]
    width = len(cells.blocks)
    if width < 2 or not filled:
        return None
    if len(filled) == 1 and re.search(r"[^\W\d]", filled[0]):
        ragged = len(row) < width
        wordy = " " in filled[0] or REMARK.fullmatch(filled[0]) is not None
        return "remark" if (ragged or width > 2) and (wordy or ragged) else None
    label = next((index for index, cell in enumerate(row[:3]) if TOTAL.fullmatch(cell.strip())), None)
    if label is None or len(row) < width:
        return None
    return "total" if sums_up(row, label, above, cells) else None


def sums_up(row, label, above, cells):
    """Whether a number of the row is the sum or the mean of what stands above it; or half the cells are empty."""
    others = [cell for index, cell in enumerate(row) if index != label]
    word = row[label].strip().casefold()
    if any(len(other) > label and other[label].strip().casefold() == word for _, other in above):
        return False
    if sum(not cell.strip() for cell in others) >= 0.5 * len(others):
        return True
    for index, cell in enumerate(row):
        if index == label or not cell.strip():
            continue
        texts = cells.column(index).split("\0") if cells.blocks[index] else []
        texts = [text.strip() for text in texts] + [other[index].strip() for _, other in above if len(other) > index]
        values, _ = read_numbers([*texts, cell.strip()], [1] * (len(texts) + 1), ".")
        known = [value for value in values[:-1] if value == value]
        total = sum(known)
        if known and any(abs(values[-1] - aim) <= 1e-3 * max(abs(aim), 1e-9) for aim in (total, total / len(known))):
            return True
    return False
