"""Read a real table: any CSV, TSV or semicolon file, typed column by column, with every decision stated.

The steps, each in a file of its own: bytes to lines (`_csv_bytes`), the layout (`_csv_dialect`), lines to columns
(`_csv_rows`), and each column to numbers, dates, levels or texts (`_csv_columns`, by the rules of `_csv_kinds`).

    survey -> sniff -> read_cells -> file_hints -> type_column, column by column -> Table

The cells are kept as bytes, a column at a time becomes Python strings: memory stays within about five times the unpacked file. A dirty
table of 1,000,000 rows x 20 columns (141 MB) took 17 s of processor time and 0.7 GB at its peak, the libraries included, on one
core of a Xeon; with cleaning 28 s and 0.8 GB: `python -m benchmarks read_table`.

Not here: spreadsheets, fixed-width files, files larger than memory.
"""

import itertools
from typing import NamedTuple

import numpy as np
import pandas as pd

from scratchwork.datasets._csv_bytes import open_lines, survey
from scratchwork.datasets._csv_columns import type_column
from scratchwork.datasets._csv_dialect import HEAD_LINES, sniff
from scratchwork.datasets._csv_forms import file_hints
from scratchwork.datasets._csv_kinds import Hints
from scratchwork.datasets._csv_names import clean_names, find_column, resolve_types
from scratchwork.datasets._csv_notes import Note
from scratchwork.datasets._csv_remarks import dialect_notes, refuse_markup, source_notes
from scratchwork.datasets._csv_rows import read_cells
from scratchwork.errors import DataError

SAMPLE = 5000


class Column(NamedTuple):
    """One column: its name in the frame, its name in the file, its kind, and why it is of that kind."""

    name: str
    original_name: str
    kind: str
    reason: str


class Table(NamedTuple):
    """A typed table and how it was read.

    Attributes
    ----------
    frame : pandas.DataFrame
        number: float64; category and ordered: categorical of strings; date: datetime64; text and id: str; missing is NaN,
        NaT or None. The index counts the rows from 0.
    columns : list of Column
    notes : list of Note
        What was understood, repaired or left out, with place and count.
    path, encoding, delimiter, decimal, sha256 : str
        Of the file; ``sha256`` of its bytes as they are on the disk.
    lines : ndarray (n_rows,)
        The line of the file on which each row begins; the first is 1.
    day_first : bool
        Whether 03/04 is read as the third of April where nothing proves it. With ``decimal``, what reads a second file like this one.
    """

    frame: pd.DataFrame
    columns: list
    notes: list
    path: str
    encoding: str
    delimiter: str
    decimal: str
    sha256: str
    lines: np.ndarray
    day_first: bool = False

    @property
    def kinds(self):
        """{name: kind} of the columns, in their order."""
        return {column.name: column.kind for column in self.columns}


def read_table(path, *, target=None, types=None, encoding=None, delimiter=None, decimal=None, day_first=None):
    """Read a table and type its columns.

    Parameters
    ----------
    path : str or path
        CSV, TSV, semicolons, pipes; plain or packed (gzip, zip, bzip2, xz).
    target : str or None
        A column that must be there.
    types : dict or None
        ``{column: kind}`` overrides what is found; kinds are number, category, ordered, date, text, id, constant.
    encoding, delimiter, decimal, day_first : optional
        Override what is found in the file.

    Returns
    -------
    Table

    Raises
    ------
    DataError
        When the file is no table; the message names line and column where there are any.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "shop.csv"
    >>> _ = path.write_text("sold;price\\n03.04.2021;1.234,50 €\\n25.04.2021;n/a\\n26.04.2021;7,00 €\\n")
    >>> table = read_table(path)
    >>> table.frame["price"].tolist(), table.kinds
    ([1234.5, nan, 7.0], {'sold': 'date', 'price': 'number'})
    """
    source = survey(path, encoding)
    lines = list(itertools.islice(open_lines(source), HEAD_LINES))
    refuse_markup(lines, source.path)
    dialect = sniff(lines, delimiter)
    names, name_notes = clean_names(dialect.names)
    types = resolve_types(types, names, dialect.names)
    if target is not None:
        target = find_column(target, names, dialect.names, "target")
    cells = checked_cells(source, dialect)
    samples = [blocks[0].decode("utf-8", "surrogatepass").split("\0")[:SAMPLE] for blocks in cells.blocks]
    found = file_hints(samples, dialect.delimiter)
    hints = Hints(decimal or found[0], found[1] if day_first is None else day_first)
    notes = [*source_notes(source), *dialect_notes(dialect), *name_notes, *cells.notes()]
    lines = np.concatenate(cells.lines)
    frame, columns, more = type_columns(cells.take, names, dialect.names, lines, hints, types, target)
    about = (str(source.path), source.encoding, dialect.delimiter, hints.decimal, source.sha256)
    return Table(frame, columns, notes + more, *about, lines, hints.day_first)


def column_names(path, *, encoding=None, delimiter=None):
    """The names of a table's columns, from its first lines alone."""
    source = survey(path, encoding)
    lines = list(itertools.islice(open_lines(source), HEAD_LINES))
    refuse_markup(lines, source.path)
    return clean_names(sniff(lines, delimiter).names)[0]


def checked_cells(source, dialect):
    """The cells of a file that has rows and can be decoded."""
    try:
        cells = read_cells(source, dialect)
    except UnicodeError as error:
        name = source.path.name
        raise DataError(f"{name} cannot be read as {source.encoding}: {error}. Pass encoding=...") from error
    if cells.n_rows == 0:
        shown = ", ".join(dialect.names[:5])
        raise DataError(f"{source.path.name} has a header and no rows ({len(dialect.names)} columns: {shown}).")
    return cells


def table_from_frame(frame, *, target=None, types=None, name="table"):
    """A typed Table from a pandas DataFrame, by the same rules as a file; lines are counted as in a file with a header.

    >>> table_from_frame(pd.DataFrame({"a": [1.5, 2.5, None], "b": ["x", "y", "x"]})).kinds
    {'a': 'number', 'b': 'category'}
    """
    original = [str(column) for column in frame.columns]
    names, notes = clean_names(original)
    types = resolve_types(types, names, original)
    if target is not None:
        target = find_column(target, names, original, "target")
    if len(frame) == 0:
        raise DataError(f"{name} has no rows.")
    lines = np.arange(2, len(frame) + 2)

    def take(index):
        return "\0".join(as_text(frame.iloc[:, index]))

    made, columns, more = type_columns(take, names, original, lines, Hints(), types, target)
    return Table(made, columns, notes + more, name, "", "", ".", "", lines)


def as_text(series):
    """The cells of a series as texts; whole floats without their '.0', missing as ''."""
    missing = series.isna().to_numpy()
    values = series.astype(object).to_numpy()
    return ["" if gone else cell_text(value) for value, gone in zip(values, missing)]


def cell_text(value):
    """One value as a text without NUL."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value).replace("\0", "")


def type_columns(take, names, original, lines, hints, types, target):
    """(frame, columns, notes): each column is taken, typed, and its text let go before the next."""
    made, columns, notes = {}, [], []
    for index, (name, was) in enumerate(zip(names, original)):
        text = take(index)
        if not was.strip() and not text.strip("\0 \t") and len(names) > 1:
            notes.append(
                Note("empty column", name, len(lines), "a column without a name and without a cell is left out")
            )
            continue
        place = hints._replace(first=index == 0, target=name == target)
        typed = type_column(name, text, lines, place, types.get(name))
        made[name] = typed.values
        columns.append(Column(name, was, typed.kind, typed.reason))
        notes += typed.notes
    if not made:
        raise DataError("The table has no column with a name or a cell.")
    return pd.DataFrame(made, copy=False), columns, notes
