"""Cells as letters: blanks around them, letters encoded twice, letters by their names in HTML."""

import html

from scratchwork.datasets._csv_notes import Note

BLANKS = " \t\n\r\u00a0\u202f\u3000\u2009"


def mended(name, text, notes):
    """The text of a column with letters that were encoded twice ("MÃ¼nchen") and HTML's names of letters ("&amp;") put right."""
    for why, marks, mend in MENDS:
        if any(mark in text for mark in marks):
            cells = text.split("\0")
            better = [mend(cell) if any(mark in cell for mark in marks) else cell for cell in cells]
            changed = [index for index, (a, b) in enumerate(zip(cells, better)) if a != b]
            if changed:
                first = changed[0]
                notes.append(Note("letters", name, len(changed), why, cells[first], better[first], lossy=True))
                text = "\0".join(better)
    return text


def decoded_once_more(cell):
    """A cell that was UTF-8, was read as cp1252 and written again; as it is when that does not explain it.

    >>> decoded_once_more("MÃ¼nchen"), decoded_once_more("Ã"), decoded_once_more("São Paulo")
    ('München', 'Ã', 'São Paulo')
    """
    try:
        return cell.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return cell


MENDS = (
    ("letters that were encoded twice are put right", ("Ã", "Â", "â€", "Ð", "Å"), decoded_once_more),
    (
        "HTML's names of letters are put right",
        ("&amp;", "&lt;", "&gt;", "&quot;", "&#", "&nbsp;"),
        lambda cell: html.unescape(cell).replace("\0", ""),
    ),
)


def stripped(text):
    """(cells without blanks around them, how many had some)."""
    cells = text.split("\0")
    if not any(mark in text and has_edge(text, mark) for mark in BLANKS):
        return cells, 0
    bare = [cell.strip() for cell in cells]
    return bare, sum(len(a) != len(b) and b != "" for a, b in zip(cells, bare))


def has_edge(text, mark):
    """Whether a blank stands at the edge of a cell."""
    return f"{mark}\0" in text or f"\0{mark}" in text or text.startswith(mark) or text.endswith(mark)


def mended_cell(cell):
    """One cell, or a name, put right.

    >>> mended_cell("GrÃ¶ÃŸe &amp; Gewicht")
    'Größe & Gewicht'
    """
    for _, marks, mend in MENDS:
        cell = mend(cell) if any(mark in cell for mark in marks) else cell
    return cell
