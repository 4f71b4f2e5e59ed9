"""The two lists that cleaning leaves behind: every change with the value before it, and every finding with its numbers."""

from typing import NamedTuple

LISTED = 1000


class Change(NamedTuple):
    """One change. ``where`` is in words; ``lines`` are lines of the file, at most 1,000 of the ``count`` cells or rows."""

    rule: str
    where: str
    column: str
    count: int
    why: str
    before: str
    after: str
    lossy: bool = True
    lines: tuple = ()


class Finding(NamedTuple):
    """Something about the data that a person has to know.

    ``severity`` is "remark", "warning" or "leak"; ``lines`` are lines of the file, at most 1,000; ``numbers`` is the evidence.
    """

    kind: str
    column: str
    severity: str
    count: int
    message: str
    numbers: dict
    lines: tuple = ()

    @property
    def where(self):
        """The lines in words: the first ten, and how many more."""
        shown = ", ".join(map(str, self.lines[:10]))
        more = f" and {self.count - 10:,} more" if len(self.lines) > 10 and self.count > 10 else ""
        return f"lines {shown}{more}" if shown else ""


class Log(list):
    """A list of records that can become a table."""

    def to_frame(self):
        """A DataFrame, one row per record; the lines as one text."""
        import pandas as pd

        rows = []
        for record in self:
            row = record._asdict()
            row["lines"] = " ".join(map(str, record.lines))
            if isinstance(row.get("numbers"), dict):
                row["numbers"] = "; ".join(
                    f"{name} = {value:.6g}" if isinstance(value, float) else f"{name} = {value}"
                    for name, value in record.numbers.items()
                )
            rows.append(row)
        fields = type(self[0])._fields if self else Change._fields
        return pd.DataFrame(rows, columns=list(fields))

    def of(self, *kinds):
        """The records of some kinds (findings) or rules (changes)."""
        return [record for record in self if record[0] in kinds]


def change_from_note(note):
    """A note of the reader as a change of the log."""
    return Change(
        note.rule, note.place, note.column, note.count, note.why, note.before, note.after, note.lossy, note.lines
    )
