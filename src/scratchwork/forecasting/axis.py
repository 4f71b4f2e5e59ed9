"""Moments on a regular axis: the step between them, the position of each, and the moments to come.

``find_axis`` takes sorted distinct moments, dates or numbers. Two in five of their distances at least must be one step of a calendar
(months, business days, so many seconds) or of a number; else ``coarse_axis`` finds the unit that holds most of them.
"""

from typing import NamedTuple

import numpy as np

DAY = 86_400.0
UNITS = (
    ("second", 1.0), ("minute", 60.0), ("hour", 3600.0), ("day", DAY), ("week", 7 * DAY), ("month", 30.44 * DAY),
    ("quarter", 91.31 * DAY), ("year", 365.25 * DAY),
)  # fmt: skip
MONTHS = {"month": 1, "quarter": 3, "year": 12}
TOLERANCE = 0.2
FOLLOWING = 0.4


class Axis(NamedTuple):
    """Moments as positions 0, 1, 2, ...

    ``kind`` is "months", "business", "seconds" or "number"; ``origin`` the moment at position 0 and ``step`` the distance,
    in the unit of the kind; ``words`` says it; ``positions`` (n,) of the moments; ``month_end`` puts months on their last
    day; ``resampled`` says that several moments may share a position.
    """

    kind: str
    origin: object
    step: float
    words: str
    positions: np.ndarray
    month_end: bool = False
    resampled: bool = False

    def moment(self, position):
        """The moment at a position, as a date text or a number."""
        if self.kind == "number":
            value = float(self.origin) + position * self.step
            whole = float(self.origin).is_integer() and float(self.step).is_integer()
            return int(value) if whole else round(value, 6)
        if self.kind == "business":
            return str(np.busday_offset(self.origin.astype("datetime64[D]"), int(position)))
        if self.kind == "months":
            return str(self._month_day(int(position)))
        date = self.origin + np.timedelta64(round(position * self.step * 1e6), "us")
        return date_text(date)

    def _month_day(self, position):
        """The same day in another month; its last one where there is no such day."""
        month = self.origin.astype("datetime64[M]") + int(position * self.step)
        last = (month + 1).astype("datetime64[D]") - 1
        day = self.origin.astype("datetime64[D]") - self.origin.astype("datetime64[M]").astype("datetime64[D]")
        return last if self.month_end else min(month.astype("datetime64[D]") + day, last)


def date_text(date):
    """
    >>> date_text(np.datetime64("2020-01-31T00:00:00", "us")), date_text(np.datetime64("2020-01-31T06:30:00", "us"))
    ('2020-01-31', '2020-01-31T06:30:00')
    """
    whole_day = date == date.astype("datetime64[D]")
    return str(date.astype("datetime64[D]" if whole_day else "datetime64[s]"))


def find_axis(moments):
    """The axis of sorted distinct moments (n,), n at least 2; None if their distances share no step.

    >>> axis = find_axis(np.array(["2020-01-31", "2020-02-29", "2020-04-30"], dtype="datetime64[us]"))
    >>> axis.words, axis.positions.tolist(), axis.moment(4)
    ('1 month', [0, 1, 3], '2020-05-31')
    """
    if not np.issubdtype(moments.dtype, np.datetime64):
        return number_axis(moments)
    seconds = (moments - moments[0]) / np.timedelta64(1, "s")
    if np.median(np.diff(seconds)) > 27 * DAY:
        found = month_axis(moments)
        if found is not None:
            return found
    return business_axis(moments) or seconds_axis(moments, seconds)


def usual(distances):
    """(the most frequent distance, the smallest of them if several; its share)."""
    values, counts = np.unique(distances, return_counts=True)
    return values[counts.argmax()], counts.max() / counts.sum()


def number_axis(moments):
    """Equal distances of numbers, up to their rounding: 1949.0833 is one month after 1949."""
    gap = float(np.median(np.diff(moments)))
    positions = np.round((moments - moments[0]) / gap)
    step = snapped((moments[-1] - moments[0]) / positions[-1])
    positions = np.round((moments - moments[0]) / step)
    if not on_grid((moments - moments[0]) / step, positions):
        return None
    parts = round(1 / step)
    words = f"1/{parts}" if parts > 1 and abs(step * parts - 1) < 1e-6 else f"{step:g}"
    return Axis("number", moments[0], step, words, positions.astype(int))


def snapped(step):
    """A whole number, or a whole part of one, when the step is as good as that.

    >>> snapped(0.0833333), snapped(2.0000001), snapped(0.37)
    (0.08333333333333333, 2.0, 0.37)
    """
    if abs(step - round(step)) < 1e-4 * step:
        return float(round(step))
    parts = round(1 / step)
    return 1 / parts if parts > 1 and abs(step * parts - 1) < 1e-3 else float(step)


def on_grid(exact, positions):
    """Whether moments lie near distinct positions, enough of them one step apart."""
    steps = np.diff(positions)
    near = np.abs(exact - positions).max() < TOLERANCE
    return bool(near and steps.min() >= 1 and (steps == 1).mean() >= FOLLOWING)


def month_axis(moments):
    """The same day of the month (or always the last), one or more months apart."""
    months, days = moments.astype("datetime64[M]"), moments.astype("datetime64[D]")
    same_day = len(np.unique(days - months.astype("datetime64[D]"))) == 1
    month_end = bool(np.all((days + 1).astype("datetime64[M]") > months))
    if not (same_day or month_end):
        return None
    numbers = months.astype(int)
    step, share = usual(np.diff(numbers))
    positions = (numbers - numbers[0]) / step
    if share < FOLLOWING or np.any(positions != np.round(positions)):
        return None
    names = {1: "1 month", 3: "1 quarter", 12: "1 year"}
    words = names.get(int(step), f"{step / 12:g} years" if step % 12 == 0 else f"{step} months")
    return Axis("months", moments[0], float(step), words, positions.astype(int), month_end and not same_day)


def business_axis(moments):
    """Days without any Saturday or Sunday."""
    days = moments.astype("datetime64[D]")
    if len(days) < 8 or np.any(days != moments) or not np.is_busday(days).all():
        return None
    positions = np.busday_count(days[0], days)
    # Only Fridays, or every second day, are a step of their own.
    return Axis("business", moments[0], 1.0, "1 business day", positions) if on_grid(positions, positions) else None


def seconds_axis(moments, seconds):
    """A fixed number of seconds, which the moments may miss by a fifth of it."""
    step, share = usual(np.diff(seconds))
    if share < FOLLOWING:
        step = min((length for _, length in UNITS[:5]), key=lambda length: abs(length - np.median(np.diff(seconds))))
    positions = np.round(seconds / step)
    if not on_grid(seconds / step, positions):
        return None
    return Axis("seconds", moments[0], float(step), duration(step), positions.astype(int))


def duration(seconds):
    """
    >>> duration(86400), duration(900), duration(604800)
    ('1 day', '15 minutes', '1 week')
    """
    for name, length in reversed(UNITS[:5]):
        if seconds >= length and seconds % length == 0:
            count = int(seconds // length)
            return f"{count} {name}{'s' if count > 1 else ''}"
    return f"{seconds:g} seconds"


def coarse_axis(moments):
    """The finest unit in which four of five neighbours follow each other; several moments may then share one position."""
    if not np.issubdtype(moments.dtype, np.datetime64):
        return coarse_numbers(moments)
    typical = np.median(np.diff(moments) / np.timedelta64(1, "s"))
    longer = [name for name, length in UNITS if length >= 0.9 * typical] or ["year"]
    for name in longer:
        axis = unit_axis(moments, name)
        if name == longer[-1] or mostly_filled(axis.positions):
            return axis


def mostly_filled(positions):
    """Whether four of five neighbouring positions follow each other."""
    steps = np.diff(np.unique(positions))
    return len(steps) > 0 and (steps == 1).mean() >= 0.8


def unit_axis(moments, name):
    """Moments counted in whole units of the calendar; weeks begin on Monday."""
    if name in MONTHS:
        numbers = moments.astype("datetime64[M]").astype(int) // MONTHS[name]
        origin = np.datetime64(int(numbers[0] * MONTHS[name]), "M").astype("datetime64[us]")
        return Axis("months", origin, float(MONTHS[name]), f"1 {name}", numbers - numbers[0], resampled=True)
    length = dict(UNITS)[name]
    # The first of January 1970 was a Thursday: three days after a Monday.
    shift = 3 * DAY if name == "week" else 0.0
    numbers = np.floor(((moments - np.datetime64(0, "us")) / np.timedelta64(1, "s") + shift) / length).astype(int)
    origin = np.datetime64(round((numbers[0] * length - shift) * 1e6), "us")
    return Axis("seconds", origin, length, f"1 {name}", numbers - numbers[0], resampled=True)


def coarse_numbers(moments):
    """Bins that are 1, 2, 4, ... usual distances wide."""
    width = float(np.median(np.diff(moments)))
    for factor in (1, 2, 4, 8, 16):
        step = width * factor
        positions = np.floor((moments - moments[0]) / step).astype(int)
        if mostly_filled(positions):
            break
    return Axis("number", moments[0], step, f"{step:g}", positions, resampled=True)
