"""Numbers as people write them: decimal commas, thousands, currencies, percent signs, brackets, units.

A *form* says how a column writes its numbers. It is found from all the column's distinct cells together, because one
cell does not tell: "1,234" is 1234 beside "2,345,678" and 1.234 beside "0,5".
"""

import math
import re
from collections import Counter
from typing import NamedTuple

import numpy as np

CURRENCY = r"[$€£¥₹₽₩₪฿₫₴₺¢]|(?:USD|EUR|GBP|CHF|JPY|CAD|AUD|NZD|INR|CNY|BRL|PLN|CZK|SEK|NOK|DKK|HUF|RUB|zł|Kč|kr\.?|Fr\.?|R\$|US\$)"
SPACE = "\u00a0\u202f\u2009\u2007 "
BODY = rf"\d+(?:[.,'’_{SPACE}]\d+)*\.?|[.,]\d+"
NUMBER = re.compile(
    rf"(?P<open>\()?\s*(?P<sign>[+\-−–])?\s*(?P<limit><=?|>=?|≤|≥|~|≈|ca\.?)?\s*(?P<before>{CURRENCY})?\s*(?P<sign2>[+\-−–])?\s*"
    rf"(?P<body>{BODY})(?P<exponent>[eE][+\-]?\d+)?\s*"
    rf"(?P<percent>[%‰])?\s*(?P<after>{CURRENCY})?\s*(?P<close>\))?(?P<sign3>-)?\s*(?P<unit>[^\d\s.,()\-+*†‡§\[][^\d.,()*\[]{{0,11}}|°[CF]?)?"
    rf"(?P<mark>\*+|[†‡§]|\[\w{{1,3}}\])?",
    re.IGNORECASE,
)
PLAIN = re.compile(r"[^0-9eE+.\0-]")
FEW_UNITS = 0.98
POWERS = {"k": 1e3, "m": 1e6, "mn": 1e6, "mio": 1e6, "b": 1e9, "bn": 1e9}


class Form(NamedTuple):
    """How a column writes numbers; ``features`` counts what had to be understood (currency, percent, ...)."""

    decimal: str
    unit: str
    features: dict
    ambiguous: int


def evidence(texts):
    """(decimal comma proven, decimal point proven): how many of ``texts`` can only be read the one way.

    >>> evidence(["1,5", "1.234,50", "7"]), evidence(["1,234", "1.5", "1,234,567"])
    ((2, 0), (0, 2))
    """
    comma = point = 0
    for text in texts:
        match = NUMBER.fullmatch(text)
        if match is None:
            continue
        proven = decimal_of(match["body"])
        comma += proven == ","
        point += proven == "."
    return comma, point


def decimal_of(body):
    """The decimal mark that ``body`` proves: ',' or '.' or, when it does not tell, ''."""
    commas, points = body.count(","), body.count(".")
    if commas and points:
        return "," if body.rfind(",") > body.rfind(".") else "."
    if commas > 1 or points > 1:
        return "." if commas else ","
    if not commas and not points:
        return ""
    mark = "," if commas else "."
    whole, _, rest = body.partition(mark)
    in_thousands = len(rest) == 3 and 0 < len(whole) <= 3 and not whole.startswith("0") and whole.isdigit()
    return "" if in_thousands else mark


def to_number(body, decimal):
    """The value of ``body`` under a decimal mark, or None when the groups of thousands are not groups of three.

    >>> to_number("1.234,5", ","), to_number("1,23,456", "."), to_number("12,34", "."), to_number("1 234", ",")
    (1234.5, 123456.0, None, 1234.0)
    """
    whole, mark, rest = body.partition(decimal)
    if mark and not (rest == "" or rest.isdigit()):
        return None
    parts = re.split(rf"[.,'’_{SPACE}]", whole.rstrip(SPACE))
    if len(parts) > 1 and not grouped(parts):
        return None
    digits = "".join(parts)
    return float(f"{digits or 0}.{rest or 0}") if digits.isdigit() or rest else None


def grouped(parts):
    """Whether parts of digits are thousands (1 234 567) or the Indian lakhs (12 34 567)."""
    if not (1 <= len(parts[0]) <= 3 and len(parts[-1]) == 3 and all(part.isdigit() for part in parts)):
        return False
    middle = {len(part) for part in parts[1:-1]}
    return middle <= {3} or (middle <= {2} and len(parts[0]) <= 2)


def read_numbers(texts, counts, fallback):
    """Values of ``texts`` (NaN where one is not a number) and the form they share.

    Parameters
    ----------
    texts : list of str
        The distinct cells of a column, stripped, without the missing ones.
    counts : sequence of int
        How often each occurs.
    fallback : {'.', ','}
        The decimal mark of the file, for a column that does not tell.
    """
    quick = read_simple(texts, counts, fallback)
    if quick is not None:
        return quick
    matches = [NUMBER.fullmatch(text) for text in texts]
    bodies = [match["body"] for match in matches if match]
    votes = Counter(map(decimal_of, bodies))
    decimal = fallback if votes[","] == votes["."] else ("," if votes[","] > votes["."] else ".")
    ambiguous = sum(bool(set(body) & {",", "."}) and not decimal_of(body) for body in bodies)
    unit, powers = shared_unit(matches, counts)
    values = [value_of(match, decimal, unit, powers) for match in matches]
    features = Counter()
    for match, value, count in zip(matches, values, counts):
        if not math.isnan(value):
            features.update({name: int(count) for name in features_of(match, decimal)})
    if votes[","] and votes["."]:
        features["two decimal marks in one column"] = min(votes[","], votes["."])
    proven = votes[","] + votes["."] > 0
    return values, Form(decimal, unit if not powers else "", dict(features), 0 if proven else ambiguous)


SIMPLE = {
    ".": re.compile(r"[+-]?(?:[$€£]\s?)?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?(?:\s?[€%])?"),
    ",": re.compile(r"[+-]?(?:[$€£]\s?)?(?:\d+|\d{1,3}(?:\.\d{3})+)(?:,\d+)?(?:\s?[€%])?"),
}
MANY = 500


def read_simple(texts, counts, fallback):
    """As `read_numbers`, five times faster, for many cells of one simple form that proves its decimal mark; else None."""
    if len(texts) < MANY:
        return None
    joined = "\0".join(texts)
    for decimal, other in ((".", ","), (",", ".")):
        needed = decimal in joined or other in joined
        proof = (
            rf"\d[{decimal}]\d{{1,2}}(?![\d.,])|\d[{decimal}]\d{{4}}|(?<![\d.,])(?:0|\d{{4,}})[{decimal}]\d|"
            rf"\d[{other}]\d{{3}}[{other}{decimal}]"
        )
        proven = re.search(proof, joined)
        if (needed and not proven) or (not needed and decimal != fallback):
            continue
        if all(map(SIMPLE[decimal].fullmatch, texts)):
            table = {ord(mark): None for mark in f"{other}$€£% +"} | {ord(decimal): "."}
            values = list(map(float, joined.translate(table).split("\0")))
            marks = {"currency sign": "$€£", "percent sign": "%", "thousands separator": other}
            marks |= {"decimal comma": ","} if decimal == "," else {}
            found = {name: count_marked(texts, counts, signs) for name, signs in marks.items()}
            return values, Form(decimal, "", {name: count for name, count in found.items() if count}, 0)
    return None


def count_marked(texts, counts, signs):
    """In how many cells one of the ``signs`` stands."""
    marked = np.zeros(len(texts), dtype=bool)
    for sign in signs:
        marked |= np.fromiter((sign in text for text in texts), dtype=bool, count=len(texts))
    return int(np.asarray(counts)[marked].sum())


def shared_unit(matches, counts):
    """The unit after the numbers if they share one ("cm"), and whether the letters are powers (k, M, bn)."""
    units = Counter()
    for match, count in zip(matches, counts):
        if match and match["unit"]:
            units[match["unit"].strip().casefold()] += int(count)
    total = sum(units.values())
    if not total:
        return "", False
    money = any(match and (match["before"] or match["after"]) for match in matches)
    if set(units) <= set(POWERS) and (money or len(units) > 1 or "k" in units):
        return "", True
    unit, most = units.most_common(1)[0]
    return (unit, False) if most >= FEW_UNITS * total else ("\0", False)


def value_of(match, decimal, unit, powers):
    """The number that a match means, NaN if it means none in this form."""
    if match is None or bool(match["open"]) != bool(match["close"]):
        return math.nan
    if sum(bool(match[name]) for name in ("open", "sign", "sign2", "sign3")) > 1:
        return math.nan
    # A cell that can be read only one way is read that way, whatever the rest of the column says.
    value = to_number(match["body"], decimal_of(match["body"]) or decimal)
    written = (match["unit"] or "").strip().casefold()
    if value is None or (written and not powers and written != unit) or (powers and written and written not in POWERS):
        return math.nan
    if match["exponent"]:
        value *= 10.0 ** int(match["exponent"][1:])
    signs = [match[name] for name in ("sign", "sign2", "sign3") if match[name]]
    negative = bool(match["open"]) or any(sign != "+" for sign in signs)
    return (-value if negative else value) * POWERS.get(written if powers else "", 1.0)


def features_of(match, decimal):
    """Names of what was understood in one number beyond its digits."""
    found = []
    if match["before"] or match["after"]:
        found.append("currency sign")
    if match["percent"]:
        found.append("percent sign")
    if match["unit"]:
        found.append("unit")
    if match["open"]:
        found.append("brackets for a minus")
    if match["limit"]:
        found.append("sign of a limit")
    if match["mark"]:
        found.append("footnote mark")
    body = match["body"]
    decimal = decimal_of(body) or decimal
    if decimal == "," and "," in body:
        found.append("decimal comma")
    if re.search(rf"\d[{',' if decimal == '.' else '.'}'’_{SPACE}]\d", body):
        found.append("thousands separator")
    return found
