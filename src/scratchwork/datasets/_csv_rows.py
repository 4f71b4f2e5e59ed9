"""From lines to columns: the rows are parsed in chunks, ragged ones repaired where only one repair is possible.

Each column is kept as blocks of bytes, its cells joined by NUL (which no text holds), about the size of the file; a
million Python strings per column would take ten times as much.

What is repaired, and logged: a short row is filled with missing cells; two short rows in turn that make one whole are one row
broken by a line end; empty cells too many are left out; a row too long is mended when exactly one way of joining cells
fits what its columns hold. Any other row that is too long is an error that names line and column.
"""

import csv
import itertools
import re
from collections import defaultdict

import numpy as np

from scratchwork.datasets._csv_bytes import open_lines
from scratchwork.datasets._csv_dialect import parse
from scratchwork.datasets._csv_footer import split_footer
from scratchwork.datasets._csv_notes import LISTED, Note
from scratchwork.datasets._csv_repair import TAIL, QuoteTrouble, even_row, expectations, first_rows, swallowed
from scratchwork.errors import DataError

CHUNK = 20_000
END = "\ue000EOF"


class Cells:
    """The cells of a table, column by column, with the line on which each row begins and what happened on the way."""

    def __init__(self, n_columns):
        self.blocks = [[] for _ in range(n_columns)]
        self.lines = []
        self.n_rows = 0
        self.events = defaultdict(list)

    def add(self, rows, lines):
        """Append rows of the right width."""
        if not rows:
            return
        for blocks, column in zip(self.blocks, zip(*rows)):
            blocks.append("\0".join(column).encode("utf-8", "surrogatepass"))
        self.lines.append(np.asarray(lines, dtype=np.int64))
        self.n_rows += len(rows)

    def column(self, index):
        """All the cells of a column in one text, joined by NUL."""
        return b"\0".join(self.blocks[index]).decode("utf-8", "surrogatepass")

    def take(self, index):
        """As `column`, and let its blocks go."""
        text = self.column(index)
        self.blocks[index] = []
        return text

    def notes(self):
        """The events as notes, one for each kind of event."""
        for (rule, why), events in self.events.items():
            shown = "; ".join(text for _, text in events[:5] if text)
            lines = tuple(line for line, _ in events[:LISTED])
            yield Note(rule, "", len(events), why, before=shown, lines=lines, lossy=rule != "short row")


def read_cells(source, dialect):
    """All the cells of a file; where its quotes do not add up, they are tried as ordinary characters."""
    try:
        return read_with(source, dialect, suspicious=True)
    except QuoteTrouble as trouble:
        cells = without_quoting(source, dialect, str(trouble))
        if cells is not None:
            return cells
        try:
            return read_with(source, dialect)
        except DataError as error:
            raise DataError(f"{source.path.name}, {error}") from None
    except DataError as error:
        raise DataError(f"{source.path.name}, {error}") from None


def without_quoting(source, dialect, trouble):
    """The cells when quotes are ordinary characters; None unless every row then has the right width."""
    try:
        cells = read_with(source, dialect._replace(quote=""))
    except DataError:
        return None
    if {"short row", "long row", "broken row"} & {rule for rule, _ in cells.events}:
        return None
    why = "quotes are read as ordinary characters, for they do not close"
    cells.events["quote", why].append((int(re.search(r"line (\d+)", trouble)[1]), trouble))
    return cells


def read_with(source, dialect, suspicious=False):
    """All the cells of a file under one dialect; a suspicious reader stops at a quote that seems to swallow rows."""
    lines = itertools.islice(open_lines(source), dialect.skip, None)
    reader = parse(itertools.chain(whole_lines(lines), [END]), dialect.delimiter, dialect.quote, dialect.escape)
    cells = Cells(len(dialect.names))
    if dialect.header_row:
        next(reader)
    expected, pending, closed = None, [], False
    while not closed:
        before = reader.line_num
        chunk = next_chunk(reader, dialect)
        closed = len(chunk) < CHUNK
        if closed:
            check_end(chunk, source, dialect)
        located = pending + locate(chunk, dialect.skip + before, reader.line_num - before - closed)
        for line, row in located if suspicious and len(chunk) != reader.line_num - before - closed else ():
            if swallowed(row, dialect.delimiter):
                raise QuoteTrouble(
                    f"line {line}: a quote opens in this row and closes only some rows below; close or double it."
                )
        begins, width = expected is None, len(dialect.names)
        expected = expected or expectations([row for _, row in located if len(row) == width][:5000])
        rows = even_rows(located, cells, dialect, expected, last=closed)
        rows = first_rows(rows, cells, expected) if begins else rows
        cut = len(rows) - TAIL if not closed else len(rows)
        if closed:
            cut = split_footer(rows, cells)
        pending = rows[max(cut, 0) :] if not closed else []
        rows = rows[: max(cut, 0)]
        cells.add([row for _, row in rows], [line for line, _ in rows])
    return cells


def whole_lines(lines):
    """Lines that each end in a line end, so that the mark of the end stands on a line of its own."""
    for line in lines:
        yield line if line.endswith(("\n", "\r")) else line + "\n"


def next_chunk(reader, dialect):
    """Up to CHUNK rows; a cell beyond the parser's limit of 131,072 characters is an unclosed quote."""
    chunk = []
    try:
        for row in itertools.islice(reader, CHUNK):
            chunk.append(row)
    except csv.Error as error:
        line = dialect.skip + reader.line_num
        raise QuoteTrouble(
            f"line {line}, column {len(chunk[-1]) if chunk else 1}: {error}. A quote that opens above this line is not closed; close or double it."
        ) from None
    if dialect.quote == "":
        return [[without_quotes(cell) for cell in row] for row in chunk]
    return chunk


def without_quotes(cell):
    """A cell without the pair of quotes around it."""
    return cell[1:-1] if len(cell) > 1 and cell[0] == cell[-1] == '"' else cell


def check_end(chunk, source, dialect):
    """Take the mark of the end off the last chunk; when a cell has swallowed it, a quote is open."""
    last = chunk[-1] if chunk else []
    if last == [END]:
        chunk.pop()
        return
    text = dialect.delimiter.join(last)
    opened = source_line_count(source) - text.count("\n") + 1
    column = next((index for index, cell in enumerate(last, start=1) if END in cell), 1)
    raise QuoteTrouble(
        f"line {opened}, column {column}: a quote opens here and is never closed. "
        "Close it, or double it if it belongs to the text."
    )


def source_line_count(source):
    """How many lines the file has."""
    return sum(1 for _ in open_lines(source))


def locate(chunk, before, n_lines):
    """[(line, row)] with the line on which each row begins; blank rows still in."""
    if len(chunk) == n_lines:
        return list(zip(range(before + 1, before + n_lines + 1), chunk))
    located, line = [], before + 1
    for row in chunk:
        located.append((line, row))
        line += 1 + sum(cell.count("\n") or cell.count("\r") for cell in row)
    return located


def even_rows(located, cells, dialect, expected, last):
    """Rows of the right width only; what is left out or repaired becomes an event."""
    width = len(dialect.names)
    one_line_each = not located or located[-1][0] - located[0][0] == len(located) - 1
    if one_line_each and {len(row) for _, row in located} <= {width}:
        names = list(dialect.names)
        kept = [item for item in located if any(item[1]) and item[1] != names]
        if len(kept) < len(located):
            note_left_out(located, cells, dialect)
        return kept
    result = []
    items = note_left_out(located, cells, dialect)
    index = 0
    while index < len(items):
        line, row = items[index]
        following = items[index + 1][1] if index + 1 < len(items) else None
        near_end = last and index >= len(items) - TAIL
        row, used = even_row(line, row, following, width, cells, expected, dialect, near_end)
        if row is not None:
            result.append((line, row))
        index += used
    return result


def note_left_out(located, cells, dialect):
    """The rows that are not blank, not a comment and not the header once more."""
    width, names = len(dialect.names), list(dialect.names)
    kept = []
    for line, row in located:
        if not any(cell.strip() for cell in row):
            cells.events["blank row", "blank rows are left out"].append((line, ""))
        elif dialect.header_row and [cell.strip() for cell in row] == names:
            cells.events["header again", "the header stands again between the rows; left out"].append((line, ""))
        elif len(row) != width and row[0].lstrip().startswith(("#", "//")):
            cells.events["comment", "a comment line is left out"].append((line, dialect.delimiter.join(row)))
        else:
            kept.append((line, row))
    return kept
