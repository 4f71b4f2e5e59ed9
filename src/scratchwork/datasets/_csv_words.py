"""Words with a fixed meaning in tables: missing, yes and no, scales in order, totals, names of keys."""

import re

MISSING = frozenset(
    word.strip()
    for word in [
        "\n    ",
        " na",
        " n/a",
        " n.a.",
        " n.a",
        " n\\a",
        " nan",
        " -nan",
        " null",
        " none",
        " nil",
        " nul",
        " void",
        " -",
        " --",
        " ---",
        " –",
        " —",
        " ?",
        " ??",
        " ???",
        " .",
        " ..",
        " ...",
        " *",
        " #n/a",
        " #na",
        " #n/v",
        " #null!",
        "\n    #value!",
        " #ref!",
        " #div/0!",
        " #num!",
        " #name?",
        " n/d",
        " nd",
        " n.d.",
        " n/k",
        " nk",
        " n/r",
        " missing",
        " unknown",
        " unkown",
        " unk",
        " undefined",
        " undef",
        " unspecified",
        "\n    (null)",
        " (none)",
        " (blank)",
        " (empty)",
        " (missing)",
        " blank",
        " empty",
        " <na>",
        " <null>",
        " <none>",
        " <missing>",
        " [null]",
        " {null}",
        " \\n",
        " nat",
        ' ""',
        " ''",
        " not available",
        "\n    not applicable",
        " not recorded",
        " not reported",
        " not known",
        " not given",
        " not stated",
        " not specified",
        " no data",
        " no value",
        " no answer",
        "\n    no response",
        " data missing",
        " missing data",
        " missing value",
        " to be determined",
        " tbd",
        " tba",
        " k.a.",
        " k. a.",
        " keine angabe",
        " keine angaben",
        "\n    unbekannt",
        " nicht bekannt",
        " fehlt",
        " fehlend",
        " inconnu",
        " non renseigné",
        " non disponible",
        " n.c.",
        " s/o",
        " s.o.",
        " s/d",
        " desconocido",
        " sin dato",
        "\n    sin datos",
        " no disponible",
        " sconosciuto",
        " non disponibile",
        " onbekend",
        " okänd",
        " ukendt",
        " ukjent",
        " неизвестно",
        " н/д",
        " нет данных\n    ",
    ]
)
LONGEST = max(map(len, MISSING))
# Words that say "missing" in most tables, and in a few are an answer of their own (no alley, no religion).
DOUBTFUL = frozenset({"none", "nil"})

TRUTH = (
    ("no", "yes"), ("n", "y"), ("false", "true"), ("f", "t"), ("off", "on"), ("nein", "ja"), ("n", "j"), ("non", "oui"),
    ("no", "si"), ("no", "sí"), ("não", "sim"), ("nao", "sim"), ("nee", "ja"), ("nej", "ja"), ("falsch", "wahr"),
    ("faux", "vrai"), ("falso", "verdadero"), ("нет", "да"), ("0", "1"), ("0.0", "1.0"), ("absent", "present"), ("✗", "✓"), ("✘", "✔"),
)  # fmt: skip
FALSE_WORDS = frozenset(pair[0] for pair in TRUTH)
TRUE_WORDS = frozenset(pair[1] for pair in TRUTH)
TICKS = frozenset({"x", "✓", "✔", "yes", "y", "true", "1", "ja", "oui", "si", "on", "*", "checked"})

TOTAL = re.compile(
    r"(grand\s+|sub[-\s]?|overall\s+|column\s+)?(totals?|sums?|averages?|mean|avg|median|summe|gesamt(summe)?|insgesamt|durchschnitt|moyenne|somme|"
    r"suma|promedio|media|totale|totaal|итого|всего)(\b.{0,20})?[:.]?",
    re.IGNORECASE,
)
KEY_NAME = re.compile(
    r"(?:.*[\s_.\-])?(?:id|ids|nr|uuid|guid|ssn|isbn|ean|sku|key|rowid|rownames?|row_?number|index|serial|barcode|iban|email|e-mail|"
    r"phone|passport|identifier)(?:[\s_.\-]?(?:no|nr|number|num|code))?|(?-i:.*[a-z](?:Id|ID|Key|No|Nr|UUID))|"
    r"(?:customer|order|invoice|account|ticket|patient|case|record|policy|transaction|member|employee|student|item|product|"
    r"passenger|sample|user|client)[\s_.\-]?(?:id|no|nr|num|number|code|key)|unnamed:?\s*_?\d+|column_1|obs|observation",
    re.IGNORECASE,
)
CODE_NAME = re.compile(
    r"(?:.*[\s_.\-])?(?:zip|zipcode|zip_?code|postal_?code|post_?code|plz|area_?code|fips|naics|icd\d*|code|phone|telephone|fax)"
    r"(?:[\s_.\-]?(?:no|nr|number|num|code|\d))?|(?-i:.*[a-z](?:Code|Zip|Phone))",
    re.IGNORECASE,
)
TIME_NAME = re.compile(
    r"(?:.*[\s_.\-(])?(?:year|yr|month|week|day|date|time|hour|minute|second|period|quarter|age|jahr|monat|woche|tag|zeit|année|mois|año|mes|t)s?"
    r"(?:[\s_.\-)\d].*)?",
    re.IGNORECASE,
)
DATE_NAME = re.compile(
    r".*(?:date|datum|day|time|stamp|fecha|jour|dob|birth|created|updated)s?\b.*|.*_(?:at|on|dt)", re.IGNORECASE
)


def is_missing(text):
    """Whether a stripped cell is one of the spellings of "missing".

    >>> [word for word in ("", "N/A", "NULL", "?", "0", "no", "Unknown") if is_missing(word)]
    ['', 'N/A', 'NULL', '?', 'Unknown']
    """
    return text == "" or (len(text) <= LONGEST and not text[0].isdigit() and text.casefold() in MISSING)


def is_figure(text):
    """Whether a text begins like a number or a date."""
    return re.match(r"[-+(]?[$€£]?\s?[.,]?\d", text) is not None


def level_key(text):
    """The form under which two spellings of a level are the same: small letters, single spaces.

    >>> level_key(" New   York ") == level_key("new york")
    True
    """
    return " ".join(text.split()).casefold()


def truth_of(keys):
    """{key: truth} when all ``keys`` are words of yes and no and both sides occur, else None.

    >>> truth_of(["yes", "n", "true"])
    {'yes': True, 'n': False, 'true': True}
    >>> truth_of(["f", "m"]) is None
    True
    """
    keys = list(keys)
    known = all(key in FALSE_WORDS or key in TRUE_WORDS for key in keys)
    truth = {key: key in TRUE_WORDS for key in keys}
    return truth if known and len(set(truth.values())) == 2 else None
