"""What a file says about its decimal mark and its dates, and the notes on how numbers and dates were written."""

from collections import Counter

from scratchwork.datasets._csv_dates import order_evidence
from scratchwork.datasets._csv_notes import Note
from scratchwork.datasets._csv_numbers import PLAIN, evidence


def file_hints(columns, delimiter):
    """(decimal mark, whether the day comes first, why) from samples of all the columns; each a list of cells."""
    votes = Counter()
    for cells in columns:
        texts = sorted({cell.strip() for cell in cells})
        comma, point = evidence(texts)
        day, month, _ = order_evidence(texts)
        votes.update({",": comma > point, ".": point > comma, "day": day > month, "month": month > day})
    tied = votes[","] == votes["."]
    decimal = "," if (tied and delimiter == ";") or votes[","] > votes["."] else "."
    day_first = votes["day"] > votes["month"] if votes["day"] != votes["month"] else decimal == ","
    return decimal, day_first


def number_notes(name, found, decision):
    """How the numbers are written, when not plainly, and whether that could be read otherwise."""
    form = decision.form
    if form is None or isinstance(form, str):
        return
    example = next(
        (
            index
            for index, text in enumerate(found.texts)
            if PLAIN.search(text) and decision.values[index] == decision.values[index]
        ),
        0,
    )
    for feature, count in form.features.items():
        unit = f" ({form.unit})" if feature == "unit" and form.unit else ""
        why = f"numbers written with {feature}{unit} are read as numbers"
        lossy = feature in ("sign of a limit", "footnote mark")
        yield Note(
            "number format", name, count, why, found.texts[example], f"{decision.values[example]:.12g}", lossy=lossy
        )
    if form.ambiguous:
        why = f"the decimal mark is not proven in this column; {form.decimal!r} is taken, as in the rest of the file"
        yield Note("ambiguous decimal", name, form.ambiguous, why)


def date_notes(name, form):
    """Which of day and month comes first, and how sure that is."""
    if form is None:
        return
    order = "the day" if form.day_is_first else "the month"
    if form.day_first and form.month_first:
        why = f"{form.day_first} dates put the day first and {form.month_first} the month; where both fit, {order} is taken first"
        yield Note("mixed dates", name, form.ambiguous + form.day_first + form.month_first, why)
    elif form.ambiguous and not (form.day_first or form.month_first):
        why = f"dates such as 03/04 do not tell day from month; {order} is taken first"
        yield Note("ambiguous date", name, form.ambiguous, why)
    if form.styles > 1:
        yield Note("date format", name, form.styles, f"dates in {form.styles} forms are read alike")
    if form.zones:
        yield Note("time zone", name, form.zones, "times with a zone are turned into UTC")
