"""What a metric function says, whatever it returns: {kind: number}, from a number, a tuple, a dict, an object, or a print."""

import dataclasses
import re

import numpy as np

from scratchwork.checks.findings import CannotCheck
from scratchwork.checks.recognising import metric_words
from scratchwork.checks.views import returned

PRINTED = re.compile(
    r"([A-Za-z][A-Za-z0-9 _\-²()]{0,40}?)\s*(?:=|:|is|\s)\s*([-+]?\d*\.?\d+(?:e[-+]?\d+)?|nan)\s*(%?)", re.IGNORECASE
)


def readings(value, node, name, printed=""):
    """{kind: number or array} in an answer.

    Parameters
    ----------
    value : object
        What the function returned.
    node : ast.FunctionDef or None
        The function, for the names that it returns.
    name : str
    printed : str
        What it printed, read where it returns nothing.

    >>> readings((0.5, 0.8), None, "precision_recall")
    {'precision': 0.5, 'recall': 0.8}
    """
    if value is None:
        return of_print(printed)
    labelled = pairs(value, node, name)
    if not labelled:
        return of_print(printed)
    found = {}
    for kind, item in zip(
        metric_words.kinds_of_labels([label for label, _ in labelled]), [item for _, item in labelled]
    ):
        item = plain_number(item)
        if kind and item is not None:
            found.setdefault(kind, item)
    return found


def pairs(value, node, name):
    """[(label, item)] of what was returned."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        value = {entry.name: getattr(value, entry.name) for entry in dataclasses.fields(value)}
    if hasattr(value, "_asdict"):
        value = value._asdict()
    if isinstance(value, dict):
        if value and all(isinstance(item, dict) for item in value.values()):  # {class: {"precision": ...}}
            inner = next(iter(value.values()))
            value = {key: {of: item.get(key) for of, item in value.items()} for key in inner}
        return [(str(key), item) for key, item in value.items()]
    kinds = metric_words.kinds_in_name(name.rpartition(".")[2])
    if isinstance(value, (tuple, list)) and len(value) > 1:
        names = returned.names_returned(node) if node is not None else None
        if names and len(names) == len(value) and any(metric_words.kinds_of_labels(names)):
            return list(zip(names, value))
        if len(kinds) == len(value):
            return list(zip(kinds, value))
        raise CannotCheck("which of its numbers is which is not known")
    return [(kinds[0], value)] if len(kinds) == 1 else []


def plain_number(item):
    """A float, or an array of one number for each class, else None.

    >>> plain_number([0.25]), plain_number("many")
    (0.25, None)
    """
    if isinstance(item, dict):
        item = [item[key] for key in sorted(item, key=str)]
    try:
        array = np.asarray(item, dtype=float)
    except (TypeError, ValueError):
        return None
    if array.size == 1:
        return float(array.ravel()[0])
    return array if array.ndim == 1 and array.size else None


def of_print(text):
    """{kind: number} of the lines that a function printed; an array where one label is printed class after class.

    >>> of_print("Accuracy: 75.0%\\nF1 score = 0.5")
    {'accuracy': 75.0, 'f1': 0.5}
    >>> of_print("0: recall = 0.2\\n1: recall = 0.4")
    {'recall': array([0.2, 0.4])}
    """
    printed = {}
    for match in PRINTED.finditer(text or ""):
        kind = metric_words.kind_of_word(match.group(1).strip().replace(" ", "_"))
        if kind:
            label = match.group(1).strip().lower()
            printed.setdefault(kind, {}).setdefault(label, []).append(float(match.group(2)))
    found = {}
    for kind, labels in printed.items():
        values = next((item for item in labels.values() if len(item) == 1), None) or next(iter(labels.values()))
        found[kind] = values[0] if len(values) == 1 else np.array(values)
    return found


def shown(value):
    """A number or the numbers of all classes, in words."""
    return f"{value:.4f}" if np.ndim(value) == 0 else "[" + ", ".join(f"{item:.4f}" for item in value) + "]"
