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


class Rule(NamedTuple):
    """Bounds that a name implies.

    ``certain`` values outside are made missing, others are only told. At least the share ``needs`` of the column must lie inside,
    and a value above must exceed the largest one inside by the factor ``gap``.
    """

    pattern: re.Pattern
    low: float
    high: float
    what: str
    certain: bool
    needs: float
    gap: float


def rule(names, low, high, what, certain=True, needs=0.9, gap=1.0):
    """A Rule whose pattern must match whole words of the column's name."""
    pattern = re.compile(rf"(?:^|[\s_.\-(])(?:{names})(?:$|[\s_.\-)\d])", re.IGNORECASE)
    return Rule(pattern, low, high, what, certain, needs, gap)


INF = float("inf")
COUNTED = (
    "count|counts|num|children|kids|persons|people|visits|clicks|salary|wage|weight|height|length|width|distance|area|volume|duration|"
    "minutes|seconds|tenure|population|rooms|bedrooms|bathrooms|speed|rainfall|precip|precipitation|sqft|sqm|mileage|horsepower|hp|"
    "experience|stay|glucose|cholesterol|insulin"
)
# Refunds, returns and losses are negative for good reason: told, and left as they are.
TRADED = "price|cost|fee|fare|sales|revenue|income|qty|quantity|units|number|size|days|hours|amount"
RULES = (
    rule("age|alter|edad|âge|age_?years?|patient_?age", 0, 125, "an age", gap=1.2),
    rule("lat|latitude", -90, 90, "a latitude"),
    rule("lon|lng|longitude", -180, 360, "a longitude"),
    rule("month|monat|mois", 1, 12, "a month"),
    rule("day_?of_?month|dom", 1, 31, "a day of the month"),
    rule("hour|hours_?of_?day|stunde", 0, 24, "an hour"),
    rule("ph", 0, 14, "a pH"),
    rule("prob|probability|p_?value|pvalue", 0, 1, "a probability"),
    rule("percent|percentage|pct|perc|prozent|%|humidity", 0, 100, "a percentage", needs=0.97),
    rule("temp|temperature|temp_?c|celsius", -273.15, 5000, "a temperature"),
    rule("bmi", 8, 120, "a body-mass index"),
    rule("heart_?rate|pulse|bpm", 15, 300, "a heart rate"),
    rule("systolic|diastolic|blood_?pressure|bp|sbp|dbp|trestbps|ap_?hi|ap_?lo", 20, 320, "a blood pressure"),
    rule("height_?cm|body_?height|stature", 30, 260, "a body height in cm"),
    rule("year|jahr|yr|year_?built|yearbuilt|birth_?year", 1000, 2200, "a year", needs=0.98),
    rule(COUNTED, 0, INF, "never negative", needs=0.97),
    rule(TRADED, 0, INF, "hardly ever negative", certain=False, needs=0.97),
)
CHANGES = re.compile(
    r"(?:^|[\s_.\-(])(?:change|growth|increase|decrease|diff|difference|delta|return|returns|gain|loss|yoy|mom|qoq|vs|over|net|score|"
    r"z|std|scaled|norm|normalized|log|rel|relative|anomaly|deviation|balance)(?:$|[\s_.\-)\d])",
    re.IGNORECASE,
)
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
    """(rule, rows) pairs of values outside what the name allows, where nearly all others are inside.

    >>> [(rule.what, rows.tolist()) for rule, rows in impossible_in("Age", np.array([30.0, 41, -5, 28, 77]))]
    [('an age', [2])]
    >>> impossible_in("price_change", np.array([30.0, 41, -5, 28, 77]))
    []
    """
    finite, words = np.isfinite(values), split_camel(name)
    n = int(finite.sum())
    if n < 3 or CHANGES.search(words):
        return []
    found = []
    for each in RULES:
        if not each.pattern.search(words):
            continue
        inside = finite & (values >= each.low) & (values <= each.high)
        outside = finite & ~inside
        if each.gap > 1 and inside.any():
            outside &= (values < each.low) | (values > each.gap * values[inside].max())
        allowed = max((1 - each.needs) * n, 1 if n < 50 else 0)
        if 0 < outside.sum() <= allowed:
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
    return [(Rule(ZERO_NEVER, np.nextafter(0, 1), INF, "never zero", True, 0.5, 1.0), np.flatnonzero(zero))]
