"""The names of the columns, and which of them a person means."""

import difflib

from scratchwork.arrays import check_choice
from scratchwork.datasets._csv_kinds import KINDS
from scratchwork.datasets._csv_letters import mended_cell
from scratchwork.datasets._csv_notes import Note
from scratchwork.errors import DataError


def clean_names(original):
    """(names, notes): names stripped of blanks, empty ones counted, repeated ones numbered.

    >>> clean_names(["a ", "", "a"])[0]
    ['a', 'column_2', 'a_2']
    """
    names, notes, taken = [], [], set()
    for position, name in enumerate(original, start=1):
        base = " ".join(mended_cell(name.replace("\ufeff", "")).split()).strip("\"'") or f"column_{position}"
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
                else "blanks or letters in the name"
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
    alike = [name for name in names if " ".join(name.split()).casefold() == key]
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
