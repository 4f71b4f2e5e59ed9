"""Values that cannot be: numbers that stand for "missing", and numbers outside what their column's name allows.

A value is changed only when the evidence is strong, and the log keeps it; where it is weaker, it is only told.
"""

import re
from typing import NamedTuple

import numpy as np

SENTINELS = (
    -9.0,
    -99.0,
    -999.0,
    -9999.0,
    -99999.0,
    -999999.0,
    999.0,
    9999.0,
    99999.0,
    999999.0,
    9999999.0,
    99.0,
    -1.0,
    -8.0,
    99.9,
    999.9,
    -99.9,
    -999.9,
)
COMMON = 0.02
RARE = 0.05


class Rule(NamedTuple):
    """Bounds that a name implies; ``certain`` values outside are made missing, others are only told."""

    pattern: re.Pattern
    low: float
    high: float
    what: str
    certain: bool
    needs: float = 0.9


def rule(pattern, low, high, what, certain=True, needs=0.9):
    """A Rule whose pattern must match a whole word of the column's name."""
    return Rule(
        re.compile(rf"(?:^|[\s_.\-(])(?:{pattern})(?:$|[\s_.\-)\d])", re.IGNORECASE), low, high, what, certain, needs
    )


INF = float("inf")
RULES = (
    rule("age|alter|edad|âge|age_?years?|patient_?age", 0, 125, "an age"),
    rule("lat|latitude", -90, 90, "a latitude"),
    rule("lon|lng|long|longitude", -180, 360, "a longitude"),
    rule("month|monat|mois", 1, 12, "a month"),
    rule("day_?of_?month|dom", 1, 31, "a day of the month"),
    rule("hour|hours_?of_?day|stunde", 0, 24, "an hour"),
    rule("ph", 0, 14, "a pH"),
    rule("prob|probability|p_?value|pvalue", 0, 1, "a probability"),
    rule("percent|percentage|pct|perc|prozent|%|humidity|attendance|completion", 0, 100, "a percentage", needs=0.95),
    rule("temp|temperature|temp_?c|celsius", -273.15, 5000, "a temperature"),
    rule("bmi", 8, 120, "a body-mass index"),
    rule("heart_?rate|pulse|bpm", 15, 300, "a heart rate"),
    rule("(?:systolic|diastolic|blood_?pressure|bp|sbp|dbp|trestbps|ap_?hi|ap_?lo)", 20, 320, "a blood pressure"),
    rule("height_?cm|body_?height|stature", 30, 260, "a body height in cm"),
    rule("year|jahr|yr|year_?built|yearbuilt|birth_?year", 1000, 2200, "a year", needs=0.98),
    rule(
        "count|counts|n|num|number|qty|quantity|units|children|kids|persons|people|visits|clicks|price|cost|fee|fare|salary|income|wage|"
        "sales|revenue|weight|height|length|width|distance|area|volume|size|duration|minutes|seconds|days|hours|tenure|population|rooms|"
        "bedrooms|bathrooms|speed|rainfall|precip|precipitation|sqft|sqm|mileage|horsepower|hp|experience|stay|glucose|cholesterol|insulin",
        0, INF, "never negative", certain=True, needs=0.97,
    ),
)  # fmt: skip
ZERO_NEVER = re.compile(
    r"(?:^|[\s_.\-(])(?:bmi|glucose|blood_?pressure|bp|cholesterol|weight|height|heart_?rate|pulse)(?:$|[\s_.\-)\d])",
    re.IGNORECASE,
)


def split_camel(name):
    """A name with its words apart, so that "PatientAge" is about an age.

    >>> split_camel("PatientAge"), split_camel("BMI")
    ('Patient_Age', 'BMI')
    """
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", str(name))


def sentinels_in(values):
    """{value: rows} of numbers that stand for "missing": a usual code, far from all other values.

    >>> {float(code): rows.tolist() for code, rows in sentinels_in(np.array([21.0, 35, -999, 52, 44, -999])).items()}
    {-999.0: [2, 5]}
    >>> sentinels_in(np.array([97.0, 98, 99, 96, 95]))
    {}
    """
    found = {}
    for code in SENTINELS:
        rows = np.flatnonzero(values == code)
        others = values[np.isfinite(values) & (values != code) & ~np.isin(values, list(found))]
        if not len(rows) or len(others) < 3 or len(np.unique(others)) < 3 or len(rows) > len(others):
            continue
        low, high = others.min(), others.max()
        beyond = low - code if code < low else code - high if code > high else 0.0
        # -1 and 99 are usual values as well: they must recur, stand below zero alone, or lie very far out.
        small = abs(code) < 100
        sign = code < 0 <= low and (not small or len(rows) >= 3)
        far = beyond > (3.0 if small else 1.0) * max(high - low, 1e-12) and (
            len(rows) >= (3 if small else 1) or abs(code) >= 999
        )
        if (sign and code != -1.0 and beyond > 0 and (not small or beyond > 0.2 * (high - low))) or far:
            found[code] = rows
    return found


def impossible_in(name, values):
    """(rule, rows) pairs of values outside what the name allows, where nearly all others are inside."""
    finite = np.isfinite(values)
    if finite.sum() < 3:
        return []
    found = []
    for each in RULES:
        if not each.pattern.search(split_camel(name)):
            continue
        outside = finite & ((values < each.low) | (values > each.high))
        n_outside, n = int(outside.sum()), int(finite.sum())
        allowed = max((1 - each.needs) * n, 1 if n < 50 else 0)
        if 0 < n_outside <= allowed:
            found.append((each, np.flatnonzero(outside)))
    return found or zeros_in(name, values, finite)


def zeros_in(name, values, finite):
    """Zeros in a column that a living body never has at zero, when the other values stay far from zero."""
    if not ZERO_NEVER.search(split_camel(name)):
        return []
    zero = values == 0
    others = values[finite & ~zero]
    if not zero.any() or len(others) < 3 or zero.sum() > 0.5 * finite.sum() or others.min() < 0.1 * np.median(others):
        return []
    return [(Rule(ZERO_NEVER, np.nextafter(0, 1), INF, "never zero", True), np.flatnonzero(zero))]
