"""The grammar of ``--vary NAME=VALUES``: commas separate values; where there is a ``|`` it does, and commas make tuples."""

import difflib

from scratchwork.errors import InvalidArgumentError

STANDARDISE = "standardise"
WORDS = {"true": True, "yes": True, "false": False, "no": False, "none": None, "null": None}


def parse_vary(text):
    """Name and values of one ``--vary``.

    >>> parse_vary("hidden_layer_sizes=50|100,50")
    ('hidden_layer_sizes', (50, (100, 50)))
    >>> parse_vary("learning_rate_init=0.1,0.01"), parse_vary("standardise=yes,no")
    (('learning_rate_init', (0.1, 0.01)), ('standardise', (True, False)))
    """
    name, equals, listed = text.partition("=")
    name = name.strip()
    parts = [part.strip() for part in (listed.rstrip("| ").split("|") if "|" in listed else listed.split(","))]
    if not equals or not name or not all(parts):
        raise InvalidArgumentError(
            f"--vary {text!r} must have the form NAME=VALUE,VALUE, such as --vary alpha=0,0.01; tuples are separated by "
            '"|", such as --vary "hidden_layer_sizes=50|100,50".'
        )
    values = tuple(parse_value(part) for part in parts)
    doubled = [parts[i] for i in range(len(values)) if repr(values[i]) in map(repr, values[:i])]
    if doubled:
        raise InvalidArgumentError(f"--vary {text!r} names the value {doubled[0]} twice.")
    return name, values


def parse_value(text):
    """One value: a tuple where there is a comma, else an integer, a number, yes, no, none, or the text itself.

    >>> [parse_value(text) for text in ("5", "1e-3", "relu", "none", "(20, 10)", "inf")]
    [5, 0.001, 'relu', None, (20, 10), inf]
    """
    text = text.strip().strip("()")
    if "," in text:
        return tuple(parse_value(part) for part in text.split(",") if part.strip())
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            pass
    return WORDS.get(text.lower(), text)


def check_names(names, estimator):
    """Refuse names that are no parameters of the estimator, with the nearest one that is."""
    known = [*estimator.get_params(deep=True), STANDARDISE]
    for name in names:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"Did you mean {near[0]}?" if near else f"They are: {', '.join(known)}."
            raise InvalidArgumentError(f"{name} is not a parameter of {type(estimator).__name__}. {hint}")
        if name == "random_state":
            raise InvalidArgumentError("random_state cannot be varied: each value is tried with the same --seeds.")
    doubled = [name for i, name in enumerate(names) if name in names[:i]]
    if doubled:
        raise InvalidArgumentError(f"{doubled[0]} is varied twice; name all its values in one --vary.")
