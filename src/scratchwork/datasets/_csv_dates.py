"""Dates as people write them, and which of 03/04/2021 is the month.

The order of day and month is settled for a whole column: a cell such as 25/12/2020 proves the day first, 12/25/2020 the
month first. A column of ambiguous cells follows the rest of the file, and the table says so.
"""

import datetime
import re
from typing import NamedTuple

import numpy as np

MONTHS = {}
for _number, _names in enumerate(
    (
        "jan january januar jänner janvier enero ene januari gennaio gen janeiro janv",
        "feb february februar février fevrier fév febrero februari febbraio fevereiro fev févr",
        "mar march märz mrz maerz mars marzo maart março mär",
        "apr april avril avr abril abr aprile",
        "may mai mayo mei maggio maio mag maj",
        "jun june juni juin junio giugno junho giu",
        "jul july juli juillet julio luglio julho juil lug",
        "aug august août aout agosto ago augustus augusti",
        "sep sept september septembre septiembre settembre setembro set",
        "oct october oktober octobre octubre ottobre outubro okt ott out",
        "nov november novembre noviembre novembro",
        "dec december dezember décembre diciembre dicembre dezembro dez dic déc",
    ),
    start=1,
):
    MONTHS.update(dict.fromkeys(_names.split(), _number))

CLOCK = (
    r"(?:[T\s,]+(?:at\s+)?(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<fraction>\d{1,9}))?)?"
    r"\s*(?P<half>[AaPp]\.?[Mm]\.?)?\s*(?P<zone>Z|(?:UTC|GMT)?[+-]\d{1,2}(?::?\d{2})?|UTC|GMT)?)?"
)
WEEKDAY = r"(?:[^\W\d]{2,10}\.?,?\s+)?"
YEAR_FIRST = re.compile(rf"(?P<year>\d{{4}})(?P<mark>[-/.])(?P<month>\d{{1,2}})(?P=mark)(?P<day>\d{{1,2}}){CLOCK}")
NUMERIC = re.compile(rf"(?P<a>\d{{1,2}})(?P<mark>[-/. ])(?P<b>\d{{1,2}})(?P=mark)(?P<year>\d{{4}}|\d{{2}}){CLOCK}")
DAY_WORD = re.compile(
    rf"{WEEKDAY}(?P<day>\d{{1,2}})(?:st|nd|rd|th|er|\.)?[-\s/]*(?:de\s+|of\s+)?(?P<word>[^\W\d]+)\.?,?[-\s/]*(?:de\s+)?'?(?P<year>\d{{4}}|\d{{2}}){CLOCK}"
)
WORD_DAY = re.compile(
    rf"{WEEKDAY}(?P<word>[^\W\d]+)\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}}){CLOCK}"
)
MONTH_ONLY = re.compile(r"(?:(?P<word>[^\W\d]+)\.?[-\s/]+'?(?P<year>\d{4})|(?P<year2>\d{4})[-/](?P<month>\d{1,2}))")
COMPACT = re.compile(
    r"(?P<year>(?:19|20)\d{2})(?P<month>\d{2})(?P<day>\d{2})(?:T?(?P<hour>\d{2})(?P<minute>\d{2})(?P<second>\d{2})Z?)?"
)
QUARTER = re.compile(
    r"(?:(?P<year>\d{4})[-\s/]?Q(?P<quarter>[1-4])|Q(?P<quarter2>[1-4])[-\s/]?(?P<year2>\d{4}))", re.IGNORECASE
)
TIME = re.compile(
    r"(?P<hour>[01]?\d|2[0-4]):(?P<minute>[0-5]\d)(?::(?P<second>[0-5]\d)(?:\.\d+)?)?\s*(?P<half>[AaPp]\.?[Mm]\.?)?"
)
ISO = re.compile(r"[12]\d{3}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?)?")
MANY = 500
FORMS = (YEAR_FIRST, NUMERIC, DAY_WORD, WORD_DAY, MONTH_ONLY, COMPACT, QUARTER)


class DateForm(NamedTuple):
    """How a column writes its dates: ``day_first`` counts cells that prove it, and so on; ``styles`` counts the forms."""

    day_first: int
    month_first: int
    ambiguous: int
    day_is_first: bool
    styles: int
    zones: int


def order_evidence(texts):
    """(day first, month first, ambiguous): how many of ``texts`` prove which order.

    >>> order_evidence(["25/12/2020", "03/04/2021", "12/25/2020", "2020-01-31"])
    (1, 1, 1)
    """
    day = month = ambiguous = 0
    for text in texts:
        match = NUMERIC.fullmatch(text)
        if match:
            a, b = int(match["a"]), int(match["b"])
            day += a > 12 >= b
            month += b > 12 >= a
            ambiguous += a <= 12 and b <= 12 and a != b
    return day, month, ambiguous


def read_dates(texts, fallback_day_first):
    """The dates that ``texts`` mean (None where one is not a date), and the form they share.

    >>> read_dates(["25.12.2020", "3.4.2021", "soon"], fallback_day_first=False)[0]
    [datetime.datetime(2020, 12, 25, 0, 0), datetime.datetime(2021, 4, 3, 0, 0), None]
    """
    if len(texts) > MANY and all(map(ISO.fullmatch, texts)):
        try:
            return np.array(texts, dtype="datetime64[us]"), DateForm(0, 0, 0, fallback_day_first, 1, 0)
        except ValueError:
            pass  # An impossible day, such as 31 February: it is found below, one by one.
    day, month, ambiguous = order_evidence(texts)
    dotted = all("." in match["mark"] for match in map(NUMERIC.fullmatch, texts) if match)
    day_is_first = day > month if day != month else fallback_day_first or dotted
    found, styles, zones = [], set(), 0
    for text in texts:
        value, style = read_date(text, day_is_first)
        found.append(value)
        if value is not None:
            styles.add(style)
            zones += bool(re.search(r":\d\d.*[+-]\d{1,2}(:?\d{2})?$", text))
    return found, DateForm(day, month, ambiguous, day_is_first, len(styles), zones)


def read_date(text, day_first):
    """(date, name of its form) or (None, ""); impossible days such as 31 February are None."""
    for number, pattern in enumerate(FORMS):
        match = pattern.fullmatch(text)
        if match is None:
            continue
        parts = match.groupdict()
        try:
            value = assemble(parts, day_first)
        except (ValueError, OverflowError):
            value = None
        if value is not None:
            return value, f"{number}{parts.get('mark') or ''}"
    return None, ""


def assemble(parts, day_first):
    """A datetime from the named parts of a match; None when a word is no month."""
    month, day = parts.get("month"), parts.get("day")
    if parts.get("a"):
        a, b = int(parts["a"]), int(parts["b"])
        # A cell that can be read only one way is read that way, whatever the rest of the column says.
        in_order = (day_first and b <= 12) or a > 12
        day, month = (a, b) if in_order else (b, a)
    if parts.get("word"):
        month = MONTHS.get(parts["word"].casefold())
    quarter = parts.get("quarter") or parts.get("quarter2")
    if quarter:
        month = 3 * int(quarter) - 2
    if month is None:
        return None
    value = datetime.datetime(full_year(parts.get("year") or parts.get("year2")), int(month), int(day or 1))
    return value + clock(parts) - zone_shift(parts.get("zone"))


def full_year(text):
    """1969..2068 for two digits, as in POSIX; the year itself for four, which must be 1000 or later."""
    year = int(text)
    if len(text) == 2:
        return year + (1900 if year >= 69 else 2000)
    if year < 1000:
        raise ValueError(year)
    return year


def clock(parts):
    """The time of day as a timedelta."""
    if not parts.get("hour"):
        return datetime.timedelta()
    hour, minute, second = int(parts["hour"]), int(parts["minute"]), int(parts.get("second") or 0)
    half = (parts.get("half") or "").casefold()
    if half:
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    if hour > 24 or minute > 59 or second > 60:
        raise ValueError(hour)
    micro = int((parts.get("fraction") or "0")[:6].ljust(6, "0"))
    return datetime.timedelta(hours=hour, minutes=minute, seconds=second, microseconds=micro)


def zone_shift(zone):
    """What to take off to come to UTC."""
    match = re.search(r"([+-])(\d{1,2}):?(\d{2})?$", zone or "")
    if match is None:
        return datetime.timedelta()
    sign = -1 if match[1] == "-" else 1
    return sign * datetime.timedelta(hours=int(match[2]), minutes=int(match[3] or 0))


SECONDS = (9.4e8, 2.5e9)
SERIALS = (20_000, 60_000)
MOMENT_NAME = re.compile(
    r"(?:.*[\s_.\-])?(?:ts|time|timestamp|date|datetime|epoch|created|updated|unix|at)(?:[\s_.\-].*)?|.*(?:Time|Date|At)",
    re.IGNORECASE,
)


def moments_in(name, values):
    """Dates behind whole numbers under a date's name: seconds or milliseconds since 1970, or a spreadsheet's days; else None.

    >>> moments_in("created_at", np.array([1609459200.0])), moments_in("date", np.array([44197.0])), moments_in("x", np.array([1609459200.0]))
    (array(['2021-01-01T00:00:00.000000'], dtype='datetime64[us]'), array(['2021-01-01T00:00:00.000000'], dtype='datetime64[us]'), None)
    """
    if not MOMENT_NAME.fullmatch(name) or not len(values):
        return None
    low, high = values.min(), values.max()
    for unit in (1.0, 1e3):
        if SECONDS[0] * unit <= low and high <= SECONDS[1] * unit:
            return (values * (1e6 / unit)).astype(np.int64).astype("datetime64[us]")
    if SERIALS[0] <= low and high <= SERIALS[1] and "date" in name.casefold():
        return np.datetime64("1899-12-30", "us") + (values * 86_400e6).astype("timedelta64[us]")
    return None


def read_times(texts):
    """Times of the day as hours (7:30 is 7.5), None where one is not a time."""
    found = []
    for text in texts:
        match = TIME.fullmatch(text)
        found.append(clock({**match.groupdict(), "second": match["second"]}).total_seconds() / 3600 if match else None)
    return found
