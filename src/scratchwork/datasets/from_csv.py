"""Read a real table: any CSV, TSV or semicolon file, typed column by column, with every decision stated.

The steps, each in a file of its own: bytes to lines (`_csv_bytes`), the layout (`_csv_dialect`), lines to columns
(`_csv_rows`), and each column to numbers, dates, levels or texts (`_csv_columns`, by the rules of `_csv_kinds`).

    survey -> sniff -> read_cells -> file_hints -> type_column, column by column -> Table

Memory is bounded by about three times the unpacked file. A table of 1,000,000 rows and 20 columns (163 MB: measurements, money,
dates, categories, an id) takes the time and memory that `benchmarks/read_table.py` prints.

Not here: spreadsheets, fixed-width files, files larger than memory.
"""

import difflib
import itertools
import re
from typing import NamedTuple

import numpy as np
import pandas as pd

from scratchwork.arrays import check_choice
from scratchwork.datasets._csv_bytes import open_lines, survey
from scratchwork.datasets._csv_columns import file_hints, type_column
from scratchwork.datasets._csv_dialect import HEAD_LINES, sniff
from scratchwork.datasets._csv_kinds import KINDS, Hints
from scratchwork.datasets._csv_notes import Note
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
        find_column(target, names, dialect.names, "target")
    try:
        cells = read_cells(source, dialect)
    except UnicodeError as error:
        raise DataError(
            f"{source.path.name} cannot be read as {source.encoding}: {error}. Pass encoding=..."
        ) from error
    if cells.n_rows == 0:
        raise DataError(
            f"{source.path.name} has a header and no rows ({len(dialect.names)} columns: {', '.join(dialect.names[:5])})."
        )
    found = file_hints(
        [blocks[0].decode("utf-8", "surrogatepass").split("\0")[:SAMPLE] for blocks in cells.blocks], dialect.delimiter
    )
    hints = Hints(decimal or found[0], found[1] if day_first is None else day_first)
    notes = [*source_notes(source), *dialect_notes(dialect), *name_notes, *cells.notes()]
    row_lines = np.concatenate(cells.lines)
    frame, columns, column_notes = type_columns(cells, names, dialect.names, row_lines, hints, types)
    return Table(
        frame, columns, notes + column_notes, str(source.path), source.encoding, dialect.delimiter, hints.decimal, source.sha256, row_lines
    )  # fmt: skip


def table_from_frame(frame, *, types=None, name="table"):
    """A typed Table from a pandas DataFrame, by the same rules as a file; lines are counted as in a file with a header.

    >>> table_from_frame(pd.DataFrame({"a": [1.5, 2.5, None], "b": ["x", "y", "x"]})).kinds
    {'a': 'number', 'b': 'category'}
    """
    original = [str(column) for column in frame.columns]
    names, notes = clean_names(original)
    types = resolve_types(types, names, original)
    if len(frame) == 0:
        raise DataError(f"{name} has no rows.")
    lines = np.arange(2, len(frame) + 2)
    made, columns = {}, []
    for index, (column, was) in enumerate(zip(names, original)):
        text = "\0".join(as_text(frame.iloc[:, index]))
        typed = type_column(column, text, lines, Hints(), types.get(column))
        made[column] = typed.values
        columns.append(Column(column, was, typed.kind, typed.reason))
        notes += typed.notes
    return Table(pd.DataFrame(made), columns, notes, name, "", "", ".", "", lines)


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


def type_columns(cells, names, original, lines, hints, types):
    """(frame, columns, notes): each column is typed and its text let go before the next."""
    made, columns, notes = {}, [], []
    for index, (name, was) in enumerate(zip(names, original)):
        text = cells.column(index)
        cells.blocks[index] = []
        typed = type_column(name, text, lines, hints, types.get(name))
        made[name] = typed.values
        columns.append(Column(name, was, typed.kind, typed.reason))
        notes += typed.notes
    return pd.DataFrame(made, copy=False), columns, notes


def refuse_markup(lines, path):
    """A web page or a JSON file under the name of a table is told as such."""
    start = next((line.strip() for line in lines if line.strip()), "").casefold()
    if start.startswith(("<!doctype", "<html", "<?xml", "<table")):
        raise DataError(
            f"{path.name} is a web page or XML, not a text table; perhaps a login page was saved under this name."
        )
    if re.match(r'[\[{]\s*($|["{\[}])', start) and not re.match(r"\[[^\]]*\][,;\t]", start):
        raise DataError(f"{path.name} is JSON, not a text table. Convert it to CSV first.")


def clean_names(original):
    """(names, notes): names stripped of blanks, empty ones counted, repeated ones numbered.

    >>> clean_names(["a ", "", "a"])[0]
    ['a', 'column_2', 'a_2']
    """
    names, notes, taken = [], [], set()
    for position, name in enumerate(original, start=1):
        base = " ".join(name.replace("\ufeff", "").split()).strip("\"'") or f"column_{position}"
        unique, count = base, 1
        while unique in taken or (count > 1 and unique in original):
            count += 1
            unique = f"{base}_{count}"
        taken.add(unique)
        names.append(unique)
        if unique != name:
            why = (
                "the column has no name"
                if not name.strip()
                else "the name occurs twice"
                if count > 1
                else "blanks in the name"
            )
            notes.append(Note("column name", unique, 1, why, name, unique))
    return names, notes


def find_column(wanted, names, original, argument):
    """The name of the column that is meant; capitals and blanks are forgiven when that is clear.

    >>> find_column("Age ", ["age", "sex"], ["age", "sex"], "target")
    'age'
    """
    if wanted in names:
        return wanted
    if original.count(wanted) == 1:
        return names[original.index(wanted)]
    key = " ".join(str(wanted).split()).casefold()
    alike = [name for name in names if name.casefold() == key]
    if len(alike) == 1:
        return alike[0]
    near = difflib.get_close_matches(key, [name.casefold() for name in names], n=1, cutoff=0.5)
    hint = f" Did you mean {next(name for name in names if name.casefold() == near[0])!r}?" if near else ""
    listed = ", ".join(map(repr, names[:12])) + (", ..." if len(names) > 12 else "")
    raise DataError(f"{argument}={wanted!r} is not a column.{hint} The columns are {listed}.")


def resolve_types(types, names, original):
    """{name: kind} with known names and kinds."""
    return {
        find_column(name, names, list(original), "types"): check_choice(f"types[{name!r}]", kind, KINDS)
        for name, kind in (types or {}).items()
    }


def source_notes(source):
    """What is to say about the file itself."""
    if source.packing:
        yield Note("packed", "", 1, f"the file is packed with {source.packing}")
    if source.guessed:
        yield Note("encoding", "", 1, f"the file is not UTF-8; {source.encoding} fits its letters best")
    elif source.encoding not in ("utf-8",):
        yield Note("encoding", "", 1, f"the file is written in {source.encoding}")
    if source.strays:
        yield Note("stray bytes", "", source.strays, "bytes that are not UTF-8 are read as cp1252", lossy=True)
    if source.nulls:
        yield Note("NUL", "", source.nulls, "NUL characters are left out", lossy=True)


def dialect_notes(dialect):
    """What is to say about the layout."""
    mark = {"\t": "tab", " ": "blank"}.get(dialect.delimiter, dialect.delimiter)
    if dialect.delimiter != ",":
        yield Note("delimiter", "", 1, f"the delimiter is {mark!r}: {dialect.reason}")
    if dialect.above:
        shown = " / ".join(text for _, text in dialect.above[:5])
        lines = tuple(number for number, _ in dialect.above)
        yield Note(
            "above the table", "", len(dialect.above), "lines above the table are left out", shown, "", lines, True
        )
    if not dialect.named:
        yield Note("no header", "", 1, "the first row looks like data; the columns are numbered")
