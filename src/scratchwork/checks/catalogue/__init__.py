"""Every code the checker can report: what it is called, what it means, what to try.

One file per family of rows; a documentation page per code is made from these rows. ``SW-`` plus the id of a row of the
list of faults; rows that are ours alone count from 90.
"""

import dataclasses
import importlib

FAMILIES = ("numerics", "gradient", "training", "prediction", "structures", "running", "reading", "metrics", "state")


@dataclasses.dataclass(frozen=True)
class Row:
    """One fault: stable code, title, meaning, likely cause, remedy, usual severity, how it is seen."""

    code: str
    title: str
    means: str
    cause: str
    try_: str
    severity: str = "error"  # as reported when the check says nothing else
    seen: str = "D"  # D run, F called, S source read, O saved outputs read
    weight: float = 50.0  # how close to the root: a cause outranks its consequences


def _load():
    rows = {}
    for family in FAMILIES:
        for entry in importlib.import_module(f"scratchwork.checks.catalogue.{family}").ROWS:
            assert entry.code not in rows, f"{entry.code} stands twice in the catalogue."
            rows[entry.code] = entry
    return rows


_ROWS = {}


def rows():
    """All rows by code.

    >>> rows()["SW-G18"].title
    'Ascent instead of descent'
    """
    if not _ROWS:
        _ROWS.update(_load())
    return _ROWS


def row(code):
    """The row of one code; ``KeyError`` names a code that does not exist."""
    return rows()[code]
