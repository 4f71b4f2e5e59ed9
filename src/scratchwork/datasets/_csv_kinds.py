"""What kind of column a column is, told from its distinct cells and its name, with the reason.

The rules, in the order in which they are asked:

1. no cell, or one value only: constant (a tick or nothing is a category);
2. words of yes and no, or 0 and 1 alone: category;
3. digits with leading zeros, or a name such as "zip": a code, that is an id or a category, never a number;
4. four cells in five are dates: date; are numbers: number (1, 2, 3, ... in order, or distinct integers under a name such
   as "customer_id", are an id); are times of the day: number, in hours;
5. levels of a known scale, ranges, counted words: ordered;
6. distinct codes of one pattern, or short names that never recur: id; sentences and names: text; all else: category.
"""

import re
from typing import NamedTuple

import numpy as np

from scratchwork.datasets import _csv_words as words
from scratchwork.datasets._csv_dates import COMPACT, moments_in, read_dates, read_times
from scratchwork.datasets._csv_numbers import read_numbers
from scratchwork.datasets._csv_scales import scale_of

KINDS = ("number", "category", "ordered", "date", "text", "id", "constant")
ENOUGH = 0.8
TICKED = 0.05
MANY_TEXTS = 5000
SAMPLE = 300


class Decision(NamedTuple):
    """A kind and why; ``values`` are the distinct cells as numbers or dates, ``form`` how they are written."""

    kind: str
    reason: str
    values: list | None = None
    form: object = None
    order: list | None = None


class Hints(NamedTuple):
    """What the whole file says about a column that does not tell: its decimal mark, and whether the day comes first.

    ``first`` marks the first column, where a running number is a row number; ``target`` the column to predict, never an id.
    """

    decimal: str = "."
    day_first: bool = False
    first: bool = False
    target: bool = False


def decide(name, texts, counts, n_missing, hints):
    """The kind of a column from its distinct cells ``texts`` (stripped, none missing) and their ``counts``."""
    n = int(np.sum(counts))
    if not texts:
        return Decision("constant", "every cell is missing")
    if len(texts) > MANY_TEXTS:
        return (
            code_of(name, texts, n) or number_or_date(name, texts, counts, n, hints) or of_words(name, texts, n, hints)
        )
    keys = {words.level_key(text) for text in texts}
    if len(keys) == 1:
        figure = keys - words.TICKS and words.is_figure(texts[0])
        ticked = n_missing >= TICKED * (n + n_missing) and not figure
        reason = f"{texts[0]!r} or nothing" if ticked else f"one value only, {texts[0]!r}"
        return Decision("category" if ticked else "constant", reason)
    if words.truth_of(keys):
        figures = keys <= {"0", "1", "0.0", "1.0"}
        return Decision("category", "only 0 and 1" if figures else "words of yes and no")
    return (
        code_of(name, texts, n)
        or number_or_date(name, texts, counts, n, hints)
        or ordered(texts, keys)
        or of_words(name, texts, n, hints)
    )


def code_of(name, texts, n):
    """Digits that are no number: leading zeros, or the name of a code."""
    digits = all(text.isdigit() for text in texts)
    zeros = digits and any(text.startswith("0") and len(text) > 1 for text in texts)
    if not (zeros or (digits and words.CODE_NAME.fullmatch(name))):
        return None
    if COMPACT.fullmatch(texts[0]) and read_dates(texts[:50], True)[0].count(None) == 0:
        return None
    why = "digits with leading zeros are a code" if zeros else f"the name {name!r} says a code"
    return Decision("id", f"{why}; hardly any recurs") if len(texts) > 0.5 * n and n > 3 else Decision("category", why)


def number_or_date(name, texts, counts, n, hints):
    """A date, a number, an id in figures or a time of the day; None when the cells are words."""
    counts = np.asarray(counts)
    dates, date_form = maybe_dates(name, texts, hints)
    date_share = float(counts[[value is not None for value in dates]].sum()) / n if len(dates) else 0.0
    if date_share == 1.0:
        return Decision("date", "every cell is a date", dates, date_form)
    values, form = maybe_numbers(texts, counts, hints)
    known = np.array([value == value for value in values], dtype=bool)
    share = float(counts[known].sum()) / n if len(known) else 0.0
    if date_share >= ENOUGH and date_share >= share - 1e-12:
        return Decision("date", f"{date_share:.0%} of the cells are dates", dates, date_form)
    if share >= ENOUGH and known.sum() > 1:
        return number_or_id(name, texts, n, values, form, share, hints)
    times = read_times(texts) if any(":" in text for text in texts[:50]) else []
    time_share = sum(count for value, count in zip(times, counts) if value is not None) / n if times else 0.0
    if time_share >= ENOUGH:
        values = [float("nan") if value is None else value for value in times]
        return Decision("number", "times of the day, in hours", values, "time of the day")
    return None


def maybe_numbers(texts, counts, hints):
    """Numbers of the distinct cells, unless a look at some of very many shows that they are words."""
    sample = slice(None, None, max(len(texts) // SAMPLE, 1))
    if len(texts) > MANY_TEXTS:
        values, _ = read_numbers(texts[sample], counts[sample], hints.decimal)
        if sum(value == value for value in values) < 0.3 * len(values):
            return [], None
    return read_numbers(texts, counts, hints.decimal)


def maybe_dates(name, texts, hints):
    """Dates of the distinct cells, unless a look at some shows that they are none."""
    sample = texts[:: max(len(texts) // SAMPLE, 1)]
    found = [value for value in read_dates(sample, hints.day_first)[0] if value is not None]
    if len(found) < 0.5 * len(sample):
        return [], None
    compact = sum(bool(COMPACT.fullmatch(text)) for text in sample)
    if (
        compact > 0.5 * len(sample)
        and not words.DATE_NAME.fullmatch(name)
        and not all(1950 <= date.year <= 2050 for date in found)
    ):
        return [], None
    return read_dates(texts, hints.day_first)


def number_or_id(name, texts, n, values, form, share, hints):
    """A number, or figures that only name the row."""
    array = np.array(values, dtype=float)
    whole = bool(np.all(array == np.round(array)))
    moments = moments_in(name, array) if share == 1.0 and not hints.target else None
    if moments is not None:
        return Decision("date", "numbers that count the time since 1970 or 1900, under a date's name", moments)
    if whole and not form.features and share == 1.0 and not hints.target:
        decision = figures_that_name(name, texts, n, array, hints)
        if decision is not None:
            return decision
    reason = f"{share:.1%} of the cells are numbers" if share < 1 else "every cell is a number"
    return Decision("number", reason, values, form)


def figures_that_name(name, texts, n, array, hints):
    """An id in figures: it counts the rows, or has the name of a key; None for a quantity."""
    distinct, key = len(texts), bool(words.KEY_NAME.fullmatch(name))
    if distinct == n and n > 3:
        counts = np.all(np.diff(array) == 1) and array[0] in (0, 1)
        if counts and (key or name == "X" or (hints.first and not words.TIME_NAME.fullmatch(name) and len(name) > 1)):
            return Decision("id", f"counts the rows: {texts[0]}, {texts[1]}, {texts[2]}, ...")
        if key:
            return Decision("id", f"each row has its own, and the name {name!r} says a key")
        lengths = {len(text) for text in texts}
        if len(lengths) == 1 and min(lengths) >= 8:
            return Decision("id", f"distinct numbers of {min(lengths)} digits")
    if key and re.search(r"id|key|uuid", name, re.IGNORECASE):
        why = f"the name {name!r} says a key"
        if distinct > 0.5 * n:
            return Decision("id", f"{why}, and hardly any recurs")
        return Decision("category", f"{why}, and its {distinct} values recur")
    return None


def ordered(texts, keys):
    """An ordered category when the levels are a known scale."""
    if len(keys) > 60:
        return None
    order = scale_of(keys)
    return Decision("ordered", "levels of a scale: " + " < ".join(order[:6]), order=order) if order else None


def of_words(name, texts, n, hints):
    """An id, text or a category."""
    distinct = len({words.level_key(text) for text in texts})
    length = sum(map(len, texts)) / len(texts)
    n_words = sum(len(text.split()) for text in texts) / len(texts)
    if distinct == n and n >= 10 and not hints.target:
        if one_pattern(texts) or words.KEY_NAME.fullmatch(name):
            return Decision(
                "id",
                "each row has its own code, all of one pattern"
                if one_pattern(texts)
                else f"the name {name!r} says a key",
            )
        if (
            n_words < 4
            and length < 30
            and not re.search(r"text|comment|note|review|descr|remark|message", name, re.IGNORECASE)
        ):
            return Decision("id", "each row has its own short name")
    if n_words >= 5 or length >= 40:
        return Decision("text", f"{n_words:.0f} words in a cell on average")
    if one_pattern(texts) and distinct > 0.5 * n and n >= 10 and not hints.target:
        return Decision("id", "codes of one pattern, hardly any recurs")
    if distinct > 50 and distinct > 0.5 * n:
        return Decision("text", f"{distinct} different values in {n} cells")
    if n >= 10 and distinct > 0.9 * n and n_words >= 2:
        return Decision("text", f"{distinct} different values in {n} cells")
    return Decision("category", f"{distinct} levels in {n} cells")


def one_pattern(texts):
    """Whether all cells are codes alike: hexadecimal, or the same order of letters and digits, with a digit."""
    if all(
        re.fullmatch(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|[0-9a-fA-F]{16,}", text)
        for text in texts[:200]
    ):
        return True
    shapes = {re.sub(r"\d+", "9", re.sub(r"[^\W\d_]+", "a", text)) for text in texts[:500]}
    return len(shapes) == 1 and "9" in next(iter(shapes)) and " " not in next(iter(shapes))
