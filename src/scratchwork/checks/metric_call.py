"""A user's metric, callable as ``ask(truth, guess)`` whatever its parameters are called and whatever it returns."""

import re

import numpy as np

from scratchwork.checks import binding, vocabulary
from scratchwork.checks.findings import CallFailed, CannotCheck
from scratchwork.checks.recognise_metrics import GUESS, TRUE

EXTRAS = (
    (r"n_?class(es)?|num_?class(es)?|k|c|n_labels|num_labels|number_of_classes", "count"),
    (r"classes|labels|label_set|class_labels", "classes"),
    (r"pos_label|positive(_class|_label)?|target_class|positive", "one"),
    (r"eps(ilon)?|smooth", "eps"), (r"beta", "beta"), (r"threshold|thr|cutoff", "half"), (r"average|avg|mode", "macro"),
)  # fmt: skip


class Metric:
    """The user's function with its order of arguments known.

    Attributes
    ----------
    order : {"truth first", "guess first", "unknown"}
    """

    def __init__(self, target, call):
        self.function, self.call, self.name = target.value, call, target.name
        entries = binding.parameters(target.value)
        self.entries = entries
        required = [entry for entry in entries if entry.default is entry.empty]
        if len(required) < 2:
            raise CannotCheck("it does not take labels and predictions")
        plain = [vocabulary.plain(entry.name) for entry in required]
        self.order = order_of(plain)
        pair = required[:2]
        if self.order != "unknown":
            truth = next(entry for entry, word in zip(required, plain) if TRUE.match(word))
            guess = next(entry for entry, word in zip(required, plain) if GUESS.match(word))
            pair = [truth, guess]
        self.truth, self.guess = pair[0].name, pair[1].name
        self.rest = [entry.name for entry in required if entry.name not in (self.truth, self.guess)]
        self.form = None

    @property
    def options(self):
        """Names of the parameters beside labels and predictions."""
        return [entry.name for entry in self.entries if entry.name not in (self.truth, self.guess)]

    def extras(self, truth):
        """Values for further required parameters, by what their names mean."""
        classes = np.unique(np.asarray(truth).ravel())
        known = {"count": max(len(classes), int(classes.max()) + 1) if classes.dtype.kind in "iuf" else len(classes),
                 "classes": list(classes), "one": 1, "eps": 1e-12, "beta": 1, "half": 0.5, "macro": "macro"}  # fmt: skip
        found = {}
        for name in self.rest:
            word = next((key for pattern, key in EXTRAS if re.fullmatch(pattern, vocabulary.plain(name))), None)
            if word is None:
                raise CannotCheck(f"what to pass for its parameter {name!r} is not known")
            found[name] = known[word]
        return found

    def raw(self, truth, guess, **options):
        """What the function returns."""
        return self.call(self.function, **{self.truth: truth, self.guess: guess}, **self.extras(truth), **options)

    def ask(self, truth, guess, **options):
        """One number; NaN where it returns none. Raises CallFailed, CannotCheck."""
        return number(self.raw(shaped(truth, self.form), shaped(guess, self.form), **options))

    def settle(self, truth, guess, right):
        """Find the form of arrays (flat, column, row, one-hot, list) in which the metric gives a right value.

        Returns the value in that form, or in the first form that works at all.
        """
        first = None
        for form in (None, "list", "column", "row", "onehot", "onehot transposed"):
            if form in ("onehot", "onehot transposed") and first is not None and first[0] is not None:
                break  # it takes labels as they are: its value is judged as it is
            try:
                value = number(self.raw(shaped(truth, form), shaped(guess, form)))
            except (CallFailed, CannotCheck) as failure:
                first = first or (None, form, failure)
                continue
            if any(close(value, candidate) for candidate in right):
                self.form = form
                return value
            if first is None or first[0] is None:
                first = (value, form, None)
        if first[0] is None:
            raise first[2]
        self.form = first[1]
        return first[0]


def order_of(names):
    """Which of the parameters are the labels, by their names."""
    truth = [place for place, name in enumerate(names) if TRUE.match(name)]
    guess = [place for place, name in enumerate(names) if GUESS.match(name) and place not in truth[:1]]
    if not truth or not guess:
        return "unknown"
    return "truth first" if truth[0] < guess[0] else "guess first"


def shaped(values, form):
    """The labels in a form: list, column, row, one-hot.

    >>> shaped(np.array([0, 1]), "column").shape
    (2, 1)
    """
    values = np.asarray(values)
    if form == "list":
        return values.tolist()
    if form == "column":
        return values.reshape(-1, 1)
    if form == "row":
        return values.reshape(1, -1)
    if form in ("onehot", "onehot transposed"):
        if values.dtype.kind not in "iu":
            raise CannotCheck("scores have no one-hot form")
        made = np.eye(int(values.max()) + 1 if values.max() > 1 else 2)[values]
        return made if form == "onehot" else made.T
    return values


def number(value):
    """One number of whatever a metric returns."""
    if isinstance(value, (list, tuple)) and len(value) == 1:
        value = value[0]
    if isinstance(value, dict):
        raise CannotCheck("it returns a dict")
    array = np.asarray(value)
    if array.dtype.kind not in "fiub" or array.size != 1:
        raise CannotCheck(f"it returns no single number but {type(value).__name__} of shape {array.shape}")
    return float(array.ravel()[0])


def close(value, wanted, tolerance=1e-4):
    """Equal within an epsilon in a denominator; a percentage counts too."""
    if value != value or wanted != wanted:
        return False
    return abs(value - wanted) <= tolerance or abs(value - 100 * wanted) <= 100 * tolerance


def is_metrics_file(target):
    """Whether the file is about metrics: then hygiene of a metric is worth a warning, elsewhere a remark."""
    names = [
        name
        for name, item in target.namespace.get("namespace", {}).items()
        if callable(item) and not name.startswith("__")
    ]
    words = [
        name
        for name in names
        if re.search(r"accura|precis|recall|f1|confus|roc|auc|r2|mse|mae|metric|score", name.lower())
    ]
    own = [name for name in target.namespace.get("lines", {}) if "." not in name]
    return len(words) >= 2 and len(words) * 2 >= len(own)
