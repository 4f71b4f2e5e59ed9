"""From the cells of one column to typed values, and a note of everything that was understood or lost on the way."""

import re
from collections import defaultdict
from typing import NamedTuple

import numpy as np
import pandas as pd

from scratchwork.datasets import _csv_words as words
from scratchwork.datasets._csv_dates import MOMENT_NAME, SERIALS, moments_in, read_dates, read_times
from scratchwork.datasets._csv_forms import date_notes, number_notes
from scratchwork.datasets._csv_kinds import Decision, decide
from scratchwork.datasets._csv_letters import mended, stripped
from scratchwork.datasets._csv_notes import LISTED, Note
from scratchwork.datasets._csv_numbers import PLAIN, read_numbers
from scratchwork.datasets._csv_scales import scale_of
from scratchwork.errors import DataError

LEADING_ZERO = re.compile(r"(?:^|\0)[+-]?0\d")
SHOWN = 20


class Typed(NamedTuple):
    """A column as an array of its kind, with the reason and the notes."""

    values: object
    kind: str
    reason: str
    notes: list


class Distinct(NamedTuple):
    """A column by its distinct cells: ``texts[codes[i]]`` is cell i; -1 where it is missing."""

    texts: list
    codes: np.ndarray
    counts: np.ndarray
    n_missing: int


def type_column(name, text, lines, hints, wanted=None):
    """Type one column.

    Parameters
    ----------
    name : str
        Its name, which may say "key" or "date".
    text : str
        Its cells joined by NUL.
    lines : ndarray (n,)
        The line of each cell, for the notes.
    hints : Hints
        What the file says about decimals and dates.
    wanted : str or None
        The kind that the user asks for.
    """
    notes = []
    text = mended(name, text, notes)
    cells, n_stripped = stripped(text)
    if n_stripped:
        notes.append(Note("spaces", name, n_stripped, "blanks around the cells are taken off"))
    values = plain_numbers(text, cells, hints.decimal) if wanted in (None, "number") and not n_stripped else None
    if values is not None and (wanted == "number" or surely_numbers(name, values, hints)):
        return Typed(values, "number", "asked for" if wanted else "every cell is a number", notes)
    found = distinct(name, cells, lines, notes, keep_none=wanted not in ("number", "date"))
    decision = decide(name, found.texts, found.counts, found.n_missing, hints)
    if wanted and wanted != decision.kind:
        decision = forced(name, wanted, found, hints)
    if decision.kind in ("number", "date"):
        made = of_values(name, found, decision, lines, notes)
    elif decision.kind in ("text", "id"):
        made = of_strings(found)
    else:
        made = of_levels(name, found, decision, lines, notes)
    return Typed(made, decision.kind, decision.reason, notes)


def plain_numbers(text, cells, decimal):
    """The column as float64 when every cell is a plain number or empty; None when it needs a closer look."""
    if PLAIN.search(text) or LEADING_ZERO.search(text) or (decimal != "." and "." in text):
        return None
    if "" in cells[:1000] or "\0\0" in text or text.endswith("\0"):
        cells = [cell or "nan" for cell in cells]
    try:
        values = np.fromiter(map(float, cells), dtype=np.float64, count=len(cells))
    except ValueError:
        return None
    return None if np.isinf(values).any() else values


def surely_numbers(name, values, hints):
    """Whether plain numbers are measurements beyond doubt: fractions, or recurring whole numbers under no key's name."""
    finite = values[np.isfinite(values)]
    head = finite[:1000]
    if len(head) < 3 or len(np.unique(head)) < 3:
        return False
    if hints.target:
        return True
    if MOMENT_NAME.fullmatch(name) and finite.min() >= SERIALS[0]:
        return False
    if np.any(head != np.round(head)):
        return True
    if words.KEY_NAME.fullmatch(name) or words.CODE_NAME.fullmatch(name) or np.abs(finite).max() >= 1e7:
        return False
    counting = np.all(np.diff(head) == 1) and head[0] in (0, 1)
    return not counting


def distinct(name, cells, lines, notes, keep_none=True):
    """The distinct cells, with the spellings of "missing" taken out and noted."""
    codes, texts = pd.factorize(np.array(cells, dtype=object))
    counts = np.bincount(codes, minlength=len(texts))
    missing = np.fromiter(map(words.is_missing, texts), dtype=bool, count=len(texts))
    if keep_none:
        missing &= ~answers(texts, counts, missing)
    if missing.any():
        note_missing(name, texts, codes, counts, missing, lines, notes)
    new = np.cumsum(~missing) - 1
    codes = np.where(missing[codes], -1, new[codes])
    kept = [text for text, gone in zip(texts, missing) if not gone]
    return Distinct(kept, codes, counts[~missing], int(counts[missing].sum()))


def answers(texts, counts, missing):
    """Where "none" is an answer and not a gap: a word among words, in one cell of ten or more, other gaps being empty."""
    keys = [text.casefold() for text in texts]
    doubtful = np.array([key in words.DOUBTFUL for key in keys])
    if not doubtful.any():
        return doubtful
    others = [key for key, gone, doubt in zip(keys, missing, doubtful) if gone and not doubt and key]
    levels = [key for key, gone in zip(keys, missing) if not gone]
    wordy = bool(levels) and len(levels) <= 30 and not any(re.match(r"[-+]?[\d.]", key) for key in levels)
    scale = scale_of({*levels, "none"}) is not None and len(levels) > 1
    frequent = doubtful.any() and counts[doubtful].sum() >= 0.1 * counts.sum()
    return doubtful & bool(wordy and not others and (frequent or scale))


def note_missing(name, texts, codes, counts, missing, lines, notes):
    """A note of the words that are read as missing (an empty cell needs none)."""
    spelled = [index for index in np.flatnonzero(missing) if texts[index] != ""]
    if spelled:
        before = ", ".join(f"{texts[index]!r} ({counts[index]:,})" for index in spelled[:SHOWN])
        rows = np.flatnonzero(np.isin(codes, spelled))
        why = "words that say 'missing' are read as missing"
        notes.append(
            Note("missing word", name, len(rows), why, before, "missing", tuple(lines[rows[:LISTED]].tolist()), True)
        )


def forced(name, wanted, found, hints):
    """The decision that the user asks for; an error when no cell can be read so."""
    reason = "asked for"
    if wanted == "number":
        values, form = read_numbers(found.texts, found.counts, hints.decimal)
        if all(value != value for value in values) and found.texts:
            times = [np.nan if hour is None else hour for hour in read_times(found.texts)]
            if np.all(np.isnan(times)):
                raise DataError(f"types: column {name!r} cannot be a number; its first cell is {found.texts[0]!r}.")
            values, form = times, "time of the day"
        return Decision("number", reason, values, form)
    if wanted == "date":
        values, form = read_dates(found.texts, hints.day_first)
        numbers = np.array(read_numbers(found.texts, found.counts, hints.decimal)[0], dtype=float)
        moments = moments_in("date", numbers) if found.texts and np.isfinite(numbers).all() else None
        values, form = (values, form) if moments is None else (moments, None)
        if all(value is None for value in values) and found.texts:
            raise DataError(f"types: column {name!r} cannot be a date; its first cell is {found.texts[0]!r}.")
        return Decision("date", reason, values, form)
    order = None
    if wanted == "ordered":
        keys = {words.level_key(text) for text in found.texts}
        order = scale_of(keys) or sorted(keys, key=natural)
    return Decision(wanted, reason, order=order)


def natural(text):
    """A key that sorts "level 10" after "level 9" and numbers by their value."""
    return [
        (0, float(part), "") if re.fullmatch(r"\d+(\.\d+)?", part) else (1, 0.0, part)
        for part in re.split(r"(\d+(?:\.\d+)?)", text)
        if part
    ]


def of_values(name, found, decision, lines, notes):
    """Numbers as float64 or dates as datetime64; a cell that is neither becomes missing, and is noted."""
    is_date = decision.kind == "date"
    empty = np.datetime64("NaT", "us") if is_date else np.nan
    values = [empty if value is None else value for value in decision.values]
    table = np.array([*values, empty], dtype="datetime64[us]" if is_date else np.float64)
    if not is_date:
        table[np.isinf(table)] = np.nan
    lost = np.flatnonzero(np.isnat(table[:-1]) if is_date else np.isnan(table[:-1]))
    notes += lost_notes(name, found, lost, decision.kind, lines)
    notes += date_notes(name, decision.form) if is_date else number_notes(name, found, decision)
    return table[found.codes]


def lost_notes(name, found, lost, what, lines):
    """A note for each text that is no number (or date) in a column of them; from the 21st on, one for all."""
    groups = [([index], found.texts[index]) for index in lost[:SHOWN]]
    if len(lost) > SHOWN:
        groups.append((list(lost[SHOWN:]), f"{len(lost) - SHOWN:,} more different texts"))
    for members, before in groups:
        rows = np.flatnonzero(np.isin(found.codes, members))
        places = tuple(lines[rows[:LISTED]].tolist())
        why = f"not a {what}, in a column of {what}s"
        yield Note(f"not a {what}", name, len(rows), why, before, "missing", places, True)


def of_strings(found):
    """Texts as they stand; None where missing."""
    table = np.array([*found.texts, None], dtype=object)
    return pd.array(table[found.codes], dtype="str")


def of_levels(name, found, decision, lines, notes):
    """A categorical whose levels differ by more than capitals and blanks; the commonest spelling of each stays."""
    groups = defaultdict(list)
    for index, text in enumerate(found.texts):
        groups[words.level_key(text)].append(index)
    truth = words.truth_of(groups)
    if truth and len(groups) > 2:
        groups = {
            key: [i for k, members in groups.items() if truth[k] == side for i in members]
            for side, key in ((False, "no"), (True, "yes"))
        }
    groups = groups if decision.order else with_initials(groups)
    spelling = {}
    for key, members in groups.items():
        best = max(members, key=lambda index: (found.counts[index], -index))
        spelling[key] = key if truth and len(truth) > 2 else found.texts[best]
        note_merged(name, spelling[key], members, found, lines, notes)
    keys = decision.order or sorted(groups, key=natural)
    level_of = np.full(len(found.texts) + 1, -1)
    for position, key in enumerate(keys):
        level_of[groups[key]] = position
    levels = [spelling[key] for key in keys]
    return pd.Categorical.from_codes(
        level_of[found.codes], categories=pd.Index(levels, dtype="str"), ordered=decision.kind == "ordered"
    )


def with_initials(groups):
    """Groups in which "m" and "f" join "male" and "female": every initial stands for one word, and every word has one.

    >>> with_initials({"m": [0], "f": [1], "male": [2], "female": [3]})
    {'male': [2, 0], 'female': [3, 1]}
    """
    initials = [key for key in groups if len(key) == 1 and key.isalpha()]
    long = [key for key in groups if key not in initials]
    if len(initials) < 2 or sorted(initials) != sorted(key[:1] for key in long):
        return groups
    return {key: groups[key] + groups[key[0]] for key in long}


def note_merged(name, kept, members, found, lines, notes):
    """A note of the spellings that became one level."""
    others = [index for index in members if found.texts[index] != kept]
    if others:
        rows = np.flatnonzero(np.isin(found.codes, others))
        before = ", ".join(f"{found.texts[index]!r} ({found.counts[index]:,})" for index in others[:SHOWN])
        why = "spellings of one level (capitals, blanks, initials, words for yes and no) become one"
        notes.append(Note("spelling", name, len(rows), why, before, kept, tuple(lines[rows[:LISTED]].tolist()), True))
