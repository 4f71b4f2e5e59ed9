"""Classes that count along: told labels and predictions batch by batch or pair by pair, then asked for their metrics.

What a method says of one class, it is asked of every class; what it needs to be made (the classes, their number) it is given.
"""

import ast
import inspect
import re

import numpy as np

from scratchwork.checks.findings import CannotCheck
from scratchwork.checks.recognising import binding, metric_words, vocabulary
from scratchwork.checks.recognising.recognise_metrics import is_guess, is_truth

ANSWERS = ("compute", "result", "value", "get", "score", "evaluate", "calculate", "report", "summary", "__call__")
COUNTING = ("update", "add", "add_batch", "update_state", "accumulate", "feed")
ONE_CLASS = re.compile(
    r"[cki]|cls|klass\w*|class(e|es)?|class_?(id|idx|label|name|index)|label|categor\w+|cat|kind|tag|clase|target(_class)?|pos(itive)?(_\w+)?"
)
NUMBER = re.compile(r"(n|num|number_of|nr|no)_?(of_)?(class(es)?|labels|cls|categories|c)|k|c|n")
LABELS = re.compile(r"class(es)?(_names)?|labels|label_(set|names)|categories|names")
BATCH = re.compile(r"\bzip\(|\bnp\.|\bfor\b|\bsum\(|\blen\(|\.shape|\.extend\(|torch|list\(")


class Counting:
    """A class whose objects are told labels and predictions by one method, and asked by the others."""

    def __init__(self, kind, telling, node):
        self.kind, self.telling = kind, telling
        self.words = [entry.name for entry in binding.parameters(getattr(kind, telling))][1:3]
        self.one_by_one = node is not None and not BATCH.search(ast.unparse(node))

    def made(self, one, other):
        """A new object for the classes of these labels and predictions."""
        labels, given = labels_of(one, other), {}
        for entry in _needed(self.kind):
            given[entry.name] = len(labels) if NUMBER.fullmatch(vocabulary.plain(entry.name)) else labels
        return self.kind(**given)

    def tell(self, made, one, other):
        """Let an object count labels and predictions."""
        tell = getattr(made, self.telling)
        if self.one_by_one and np.ndim(one) == 1:
            for pair in zip(np.asarray(one).tolist(), np.asarray(other).tolist()):
                tell(*pair)
        else:
            tell(one, other)

    def asked(self, name):
        """A function of labels and predictions: what a new object that has counted them says by a method or a property."""

        def ask(one, other):
            made = self.made(one, other)
            self.tell(made, one, other)
            return self.answer(made, name, one, other)

        return ask

    def answer(self, made, name, one, other):
        """What an object says by a method or a property; of a method of one class what it says of each."""
        free = _free(self.kind, name)
        if free is None:
            return getattr(made, name)
        if not free:
            return getattr(made, name)()
        if 1 in np.shape(one):
            raise CannotCheck("the classes of a column are not told apart")
        return {name: [getattr(made, name)(label) for label in _as_it_names(made, labels_of(one, other))]}

    def others(self, word):
        """The names of the methods that speak of this metric alone."""
        return [name for name in asking(self) if metric_words.kinds_in_name(name) == [word]]

    def can_ask(self, name):
        """Whether a method wants nothing, or one class."""
        free = _free(self.kind, name)
        return not free or (len(free) == 1 and bool(ONE_CLASS.fullmatch(vocabulary.plain(free[0]))))


def counting(kind, nodes, name):
    """The Counting of a class, or None where it is told nothing."""
    have = binding.methods(kind)
    if not all(NUMBER.fullmatch(word) or LABELS.fullmatch(word) for word in _plain(_needed(kind))):
        return None
    told = [method for method in COUNTING if method in have and len(binding.parameters(have[method])) >= 3]
    told += [method for method in have if _tells(method, have[method], nodes.get(f"{name}.{method}"))]
    return Counting(kind, told[0], nodes.get(f"{name}.{told[0]}")) if told else None


def _needed(kind):
    return [entry for entry in binding.parameters(kind) if entry.default is entry.empty]


def _plain(entries):
    return [vocabulary.plain(entry.name) for entry in entries]


def _tells(method, function, node):
    """Whether a method of labels and predictions keeps them, or counts them, in its object."""
    words = _plain(binding.parameters(function)[1:])
    pair = (
        len(words) == 2 and any(map(is_guess, words)) and any(is_truth(word) and not is_guess(word) for word in words)
    )
    if not pair or node is None or metric_words.kinds_in_name(method):
        return False
    text = ast.unparse(node)
    return bool(re.search(r"self\.\w+(\[.*\])* (\+)?= |self\.\w+\.(append|extend|update)\(|add\.at\(self", text))


def asking(found):
    """The names of the methods and properties of a Counting that speak of a metric."""
    have = [*binding.methods(found.kind), *(name for name in dir(found.kind) if _is_property(found.kind, name))]
    told = [name for name in have if metric_words.kinds_in_name(name) or name in ANSWERS]
    return [name for name in told if name != found.telling and found.can_ask(name)]


def _is_property(kind, name):
    return isinstance(inspect.getattr_static(kind, name, None), property)


def _free(kind, name):
    """The names of what a method must be given; None of a property."""
    if _is_property(kind, name):
        return None
    entries = binding.parameters(getattr(kind, name))
    static = isinstance(inspect.getattr_static(kind, name), (staticmethod, classmethod))
    return [entry.name for entry in entries[0 if static else 1 :] if entry.default is entry.empty]


def labels_of(one, other):
    """The labels that occur, in order; of tables the numbers of their columns."""
    if np.ndim(one) > 1 or np.ndim(other) > 1:
        return list(range(max(np.shape(item)[-1] for item in (one, other) if np.ndim(item) > 1)))
    return sorted({*np.ravel(one).tolist(), *np.ravel(other).tolist()})


def _as_it_names(made, labels):
    """The labels as an object names them itself: it may have made text of them."""
    for name in (name for name in dir(made) if not name.startswith("__")):
        try:
            value = getattr(made, name)
            named = sorted(value, key=str) if isinstance(value, (list, tuple, set, dict, np.ndarray)) else ()
        except Exception:  # a property that needs more than was counted
            continue
        if len(named) == len(labels) and [*map(str, named)] == [*map(str, labels)]:
            return named
    return labels


def with_pair(function, names, called, counted=None):
    """A function of two arguments under the names that the user gave them; ``counted``: the Counting that it asks."""

    def asked(*args, **kwargs):
        given = [*args, *(kwargs[name] for name in names if name in kwargs)]
        if len(given) != 2:
            raise CannotCheck("it takes labels and predictions")
        return function(*given)

    kinds = inspect.Parameter.POSITIONAL_OR_KEYWORD
    asked.__signature__ = inspect.Signature([inspect.Parameter(name, kinds) for name in names])
    asked.__name__, asked.counted = called, counted
    return asked
