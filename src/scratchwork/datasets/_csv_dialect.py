"""How a text table is laid out: its delimiter, its quotes, where its header stands, and what stands above it.

Every candidate delimiter splits the head of the file; the one wins whose rows agree on their width and whose cells look
like cells (numbers, dates, words) and not like rows of another table. The idea is that of van den Burg, Nazábal and
Sutton (2019), "Wrangling messy CSV files by detecting row and type patterns".
"""

import csv
import itertools
import re
from collections import Counter
from typing import NamedTuple

from scratchwork.datasets._csv_dates import read_date
from scratchwork.datasets._csv_numbers import NUMBER
from scratchwork.datasets._csv_words import TIME_NAME, is_missing, truth_of

HEAD_LINES = 600
CANDIDATES = (",", ";", "\t", "|", "^", "~", "\x1f", ":", " ")
FAINT = {":": 0.5, " ": 0.4, "^": 0.9, "~": 0.9}
COMMENTS = ("#", "%", "//", "--", "*", "!")
ANOTHER = re.compile(r"[,;\t|^~\x1f]")


class Dialect(NamedTuple):
    """The layout of one file.

    ``skip`` lines stand above the header, or above the first row when ``header_row`` is False (there is no header, or it
    stands in a comment). ``names`` are as written; ``named`` says whether the file gave them. ``above`` holds
    (line, text) of what stands above the table.
    """

    delimiter: str
    quote: str
    escape: str | None
    skip: int
    names: tuple
    named: bool
    header_row: bool
    above: tuple
    reason: str


def parse(lines, delimiter, quote='"', escape=None):
    """The rows of ``lines``; blanks after a delimiter are skipped so that `a, "b, c"` is two cells."""
    if delimiter == " ":
        lines = (line.strip() + "\n" for line in lines)
    quoting = csv.QUOTE_NONE if quote == "" else csv.QUOTE_MINIMAL
    return csv.reader(
        lines,
        delimiter=delimiter,
        quotechar=quote or None,
        escapechar=escape,
        quoting=quoting,
        skipinitialspace=delimiter != "\t",
    )


def sniff(lines, delimiter=None):
    """The dialect of a table from its first lines, each with its line end."""
    declared = re.fullmatch(r"\s*\"?sep=(.)\"?\s*", lines[0].rstrip("\r\n"), re.IGNORECASE) if lines else None
    offset = 1 if declared else 0
    delimiter = delimiter or (declared[1] if declared else None)
    if declared is None and lines and lines[0].strip().casefold() == "sep=":
        offset, delimiter = 1, "\t"
    body, comments = leading_comments(lines, offset)
    quote, escape = quotes_of(lines[body:])
    if delimiter is None:
        delimiter, reason = best_delimiter(lines[body:], quote, escape)
    else:
        reason = "given" if not declared else "declared in the first line"
    rows, starts = located_rows(lines[body:], delimiter, quote, escape)
    first, width = first_table_row(rows, starts)
    names, named = header_of(rows[first:], width)
    header_row = named
    if not named and comments:
        names, named = header_in_comment(comments[-1][1], delimiter, names)
    above = [*comments, *((body + starts[index] + 1, " ".join(filter(None, rows[index]))) for index in range(first))]
    skip = body + (starts[first] if first < len(starts) else 0)
    names = fitted_names(names, rows[first + header_row :], width)
    above = tuple((number, text) for number, text in above if text)
    return Dialect(delimiter, quote, escape, skip, tuple(names), named, header_row, above, reason)


def fitted_names(names, rows, width):
    """As many names as columns: a header may lack the name of its row numbers, or end in a delimiter too many.

    >>> fitted_names(["a", "b"], [["1", "7", "8"], ["2", "7", "9"]], 3)
    ['', 'a', 'b']
    """
    names = list(names)
    while len(names) > width and not names[-1]:
        names.pop()
    if len(names) == width - 1:
        last_empty = all(not row[-1] for row in rows if len(row) == width)
        return names if last_empty else ["", *names]
    return names


def leading_comments(lines, start):
    """(index of the first line that is no comment, the comment lines with their numbers)."""
    found = []
    index = start
    while index < len(lines):
        text = lines[index].strip()
        if text and not text.startswith(COMMENTS):
            break
        found.append((index + 1, text))
        index += 1
    # A header may begin with "#": "#id,name". It is one comment line at most, and as wide as what follows.
    if len(found) == 1 and found[0][1].startswith(("#", "*")) and index < len(lines):
        for mark in ",;\t|":
            if lines[start].count(mark) == lines[index].count(mark) > 0 and lines[start].strip()[1:2] not in ("", " "):
                return start, []
    if index >= len(lines):
        return start, []
    return index, found


def quotes_of(lines):
    """The quote character and, when `\\"` stands for a quote inside quotes, the escape character."""
    text = "".join(lines[:HEAD_LINES])
    if text.count('"') == 0 and re.search(r"(^|[,;\t|])'[^'\n]*'(?=[,;\t|\r\n])", text):
        quoted = len(re.findall(r"(?:^|(?<=[,;\t|\n]))'[^'\n]*'(?=[,;\t|\r\n])", text))
        if 2 * quoted >= 0.9 * text.count("'"):
            return "'", None
    escaped = len(re.findall(r'[^\\,;\t|\n"]\\"(?![,;\t|\r\n]|$)', text))
    return '"', "\\" if escaped and not re.search(r'[^,;\t|\n]""[^,;\t|\n]', text) else None


def best_delimiter(lines, quote, escape):
    """(delimiter, why): the candidate with the highest score; a table of one column has the comma."""
    scores = {mark: FAINT.get(mark, 1.0) * score(lines[:HEAD_LINES], mark, quote, escape) for mark in CANDIDATES}
    best = max(scores, key=scores.get)
    if scores[best] < 0.05:
        return ",", "one column: no delimiter splits the rows alike"
    widths = Counter(len(row) for row in parse(lines[:HEAD_LINES], best, quote, escape) if any(row))
    width, count = widths.most_common(1)[0]
    return best, f"it splits {count:,} of the first {widths.total():,} rows into {width} cells"


def score(lines, delimiter, quote, escape):
    """Share of rows of the commonest width above one, times the share of their cells that look like cells."""
    if not any(delimiter in line for line in lines):
        return 0.0
    try:
        rows = [row for row in parse(lines, delimiter, quote, escape) if any(cell.strip() for cell in row)]
    except csv.Error:
        return 0.0
    widths = Counter(len(row) for row in rows)
    wide = {width: count * (width - 1) / width for width, count in widths.items() if width > 1}
    if not wide:
        return 0.0
    width = max(wide, key=wide.get)
    cells = [cell.strip() for row in rows if len(row) == width for cell in row]
    likely = sum(looks_like_a_cell(cell) for cell in cells[:20000]) / min(len(cells), 20000)
    # Rows of other widths above (a preamble) and below (a footer) are usual; they count against it, mildly.
    agree = widths[width] / len(rows)
    return (
        agree**0.5 * agree**0.5 * (width - 1) / width * likely * (1.0 if widths[width] > 1 or len(rows) == 1 else 0.5)
    )


def looks_like_a_cell(cell):
    """Whether a cell holds no other table's delimiter, or holds it as a number, a date or a sentence does."""
    if not ANOTHER.search(cell):
        return True
    return bool(NUMBER.fullmatch(cell)) or read_date(cell, True)[0] is not None or bool(re.search(r"\w[,;] \w", cell))


def located_rows(lines, delimiter, quote, escape):
    """The rows of the head that are not blank, and the index of the line on which each begins."""
    rows, starts, before = [], [], 0
    reader = parse(lines[:HEAD_LINES], delimiter, quote, escape)
    while True:
        try:
            row = next(reader)
        except (StopIteration, csv.Error):
            break
        if any(cell.strip() for cell in row):
            rows.append([cell.strip() for cell in row])
            starts.append(before)
        before = reader.line_num
    return rows, starts


def first_table_row(rows, starts):
    """(index of the header or first row, number of columns): the first row that is about as wide as most."""
    if not rows:
        return 0, 0
    widths = Counter(map(len, rows[: HEAD_LINES // 2]))
    width = max(widths, key=lambda w: (widths[w] * max(w - 1, 0.1) / w, w))
    for index, row in enumerate(rows[:60]):
        filled = sum(bool(cell) for cell in row)
        headed = len(row) in (width, width - 1, width + 1) and filled > max(1, 0.5 * width - 1)
        if width == 1 or (headed and not title_above(rows, starts, index, width)):
            return index, width
    return 0, width


def title_above(rows, starts, index, width):
    """Whether a row of about the right width is still no header.

    It is none when fewer cells are filled than in the next rows of a wide table, or when it is too narrow and a gap or a better
    header follows.
    """
    if len(rows[index]) != width and index + 2 < len(rows) and len(rows[index + 1]) == width:
        return starts[index + 1] - starts[index] > 1 or header_votes(rows[index + 1 :]) > 0.5
    filled = sum(bool(cell) for cell in rows[index])
    below = [sum(bool(cell) for cell in row) for row in rows[index + 1 : index + 4]]
    return bool(below) and width >= 4 and filled <= 0.5 * width and min(below) > filled + 1


def kind_of_cell(cell):
    """'missing', 'number', 'date' or 'word': what one cell looks like."""
    if is_missing(cell):
        return "missing"
    if NUMBER.fullmatch(cell):
        return "number"
    return "date" if read_date(cell, True)[0] is not None else "word"


def header_of(rows, width):
    """(names, whether the first row is a header): a header's words stand above cells of another kind, or never recur."""
    first, below = rows[0] if rows else [], rows[1:]
    if not below:
        words = [kind_of_cell(cell) == "word" for cell in first]
        return (list(first), True) if all(words) or sum(words) > 0.5 * len(words) else (numbered(width), False)
    votes = header_votes(rows)
    years = consecutive_years(first)
    if votes >= 0 or years:
        return list(first), True
    return numbered(width), False


def header_votes(rows):
    """How much the columns say that the first of ``rows`` is a header; below 0 it is a row like the others."""
    first = rows[0]
    below = [row for row in rows[1:] if row != first]
    return sum(header_vote(top, [row[index] for row in below if len(row) > index]) for index, top in enumerate(first))


def header_vote(top, column):
    """Between -1 (the top cell is one of its column) and 1 (it is of another kind than its column)."""
    kinds = Counter(kind_of_cell(cell) for cell in column)
    kinds.pop("missing", None)
    top_kind = kind_of_cell(top)
    if not kinds or top_kind == "missing":
        return 0.0
    usual, count = kinds.most_common(1)[0]
    if top_kind != usual:
        agreed = count / sum(kinds.values())
        return agreed if top_kind == "word" else -0.2
    if top_kind in ("number", "date"):
        return -1.0
    keys = {cell.casefold() for cell in column}
    if top.casefold() in keys:
        return -1.0
    # "sex" over "m, f": a word longer than every level, or a name a program would give, speaks for a header.
    named = re.fullmatch(r"[A-Za-z]+([_.][A-Za-z0-9]+)+|[a-z]+([A-Z][a-z]+)+", top) or len(keys) <= 0.5 * len(column)
    return 0.3 if named or truth_of(keys) or TIME_NAME.fullmatch(top) else 0.05


def consecutive_years(cells):
    """Whether the numbers of a header are years or a count: "country, 1990, 1991, 1992"."""
    numbers = [int(cell) for cell in cells if re.fullmatch(r"\d{1,4}", cell)]
    words = sum(kind_of_cell(cell) == "word" for cell in cells)
    steps = {b - a for a, b in itertools.pairwise(numbers)}
    return words > 0 and len(numbers) > 2 and len(steps) == 1 and steps <= {1, 5, 10}


def header_in_comment(text, delimiter, names):
    """Names from the last comment line ("# a,b,c") when it splits into as many words as there are columns."""
    cells = [cell.strip() for cell in next(parse([text.lstrip("#%*!/ ")], delimiter), [])]
    fits = len(cells) == len(names) > 1 and all(kind_of_cell(cell) == "word" for cell in cells)
    return (cells, True) if fits else (names, False)


def numbered(width):
    """column_1, column_2, ...: names for a table without a header."""
    return [f"column_{index}" for index in range(1, width + 1)]
