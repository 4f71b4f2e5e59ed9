"""What was understood, repaired or left out while reading: one record per kind of thing, with its place and count."""

from typing import NamedTuple

LISTED = 1000


class Note(NamedTuple):
    """One remark on reading. ``lines`` are line numbers of the file (the first is 1), at most 1,000 of ``count``.

    ``lossy`` says that something of the file is not in the table any more; ``before`` then holds what it was.
    """

    rule: str
    column: str
    count: int
    why: str
    before: str = ""
    after: str = ""
    lines: tuple = ()
    lossy: bool = False

    @property
    def place(self):
        """Where it is, in words."""
        return place_of(self.column, self.lines, self.count)

    def __str__(self):
        change = f": {self.before!r} -> {self.after!r}" if self.before or self.after else ""
        return f"{self.place}: {self.why}{change}"


def place_of(column, lines, count):
    """A place in words: the column, and up to ten lines.

    >>> place_of("age", (3, 7), 2), place_of("", (), 1)
    ("column 'age', lines 3, 7", 'the file')
    """
    where = [f"column {column!r}"] if column else []
    if lines:
        shown = ", ".join(str(line) for line in lines[:10])
        more = f" and {count - 10:,} more" if count > 10 else ""
        where.append(f"line{'s' if count > 1 else ''} {shown}{more}")
    return ", ".join(where) or "the file"
