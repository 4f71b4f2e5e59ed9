"""Remarks on a file as a whole, and the refusal of files that are no tables."""

import re

from scratchwork.datasets._csv_notes import Note
from scratchwork.errors import DataError


def refuse_markup(lines, path):
    """A web page or a JSON file under the name of a table is told as such."""
    start = next((line.strip() for line in lines if line.strip()), "").casefold()
    if start.startswith(("<!doctype", "<html", "<?xml", "<table")):
        raise DataError(
            f"{path.name} is a web page or XML, not a text table; perhaps a login page was saved under this name."
        )
    if re.match(r'[\[{]\s*($|["{\[}])', start) and not re.match(r"\[[^\]]*\][,;\t]", start):
        raise DataError(f"{path.name} is JSON, not a text table. Convert it to CSV first.")


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
