"""A user's metric, callable as ``ask(truth, guess)`` whatever its parameters are called and whatever it returns."""

import ast
import re

import numpy as np

from scratchwork.checks.findings import CallFailed, CannotCheck
from scratchwork.checks.recognising import binding, metric_words, vocabulary
from scratchwork.checks.recognising.recognise_metrics import TRUE, is_guess, is_truth
from scratchwork.checks.views import metric_answer

EXTRAS = (
    (r"n_?class(es)?|num_?class(es)?|k|c|n_labels|num_labels|number_of_classes", "count"),
    (r"classes|labels|label_set|class_labels", "classes"),
    (r"pos(_?(label|class))?|positive(_class|_label)?|target_class|positive|cls|class(_?(id|idx|index|label|no))?|label", "one"),
    (r"eps(ilon)?|smooth", "eps"), (r"beta", "beta"), (r"thresholds|cutoffs|grid", "grid"),
    (r"threshold|thr|cutoff", "half"), (r"average|avg|mode", "macro"),
)  # fmt: skip


class Metric:
    """The user's function with its order of arguments known.

    Attributes
    ----------
    order : {"truth first", "guess first", "unknown"}
    """

    def __init__(self, target, call):
        self.function, self.call, self.name = target.value, call, target.name
        self.counting = getattr(target.value, "counting", None)
        if getattr(self.counting, "shared", False):
            raise CannotCheck("its objects hold what others were given")
        entries = binding.parameters(target.value)
        self.entries = entries
        required = [entry for entry in entries if entry.default is entry.empty]
        if len(required) < 2:
            raise CannotCheck("it does not take labels and predictions")
        plain = [vocabulary.plain(entry.name) for entry in required]
        self.order = order_of(plain)
        pair = required[:2]
        if self.order != "unknown":
            pair = [required[place] for place in places_of(plain)]
        self.truth, self.guess = pair[0].name, pair[1].name
        self.rest = [entry.name for entry in required if entry.name not in (self.truth, self.guess)]
        self.form = None
        kind = target.role.partition(":")[2]
        self.kind = None if kind in ("report", "confusion", "roc_auc", "roc_curve", "clusters") else kind
        self.node = target.namespace.get("nodes", {}).get(target.name)

    @property
    def options(self):
        """Names of the parameters beside labels and predictions."""
        return [entry.name for entry in self.entries if entry.name not in (self.truth, self.guess)]

    def extras(self, truth, guess=()):
        """Values for further required parameters, by what their names mean."""
        classes = np.unique(np.asarray(truth).ravel())
        known = {"count": max(len(classes), int(classes.max()) + 1) if classes.dtype.kind in "iuf" else len(classes),
                 "classes": classes.tolist(), "one": 1, "eps": 1e-12, "beta": 1, "half": 0.5, "macro": "macro",
                 "grid": np.concatenate([[np.inf], np.unique(guess)[::-1], [-np.inf]]) if len(guess) else None}  # fmt: skip
        found = {}
        for name in self.rest:
            word = self._word(name)
            if word is None:
                raise CannotCheck(f"what to pass for its parameter {name!r} is not known")
            found[name] = known[word]
        return found | dict.fromkeys(self.wanted_labels(), known["one"])

    def asks_for_a_class(self):
        """Whether the caller must say which class is the positive one."""
        return any(self._word(name) == "one" for name in self.rest)

    def _word(self, name):
        """What a parameter is: by its use one class that labels are compared with, or the count of them; else by its name."""
        text = ast.unparse(self.node) if self.node is not None else ""
        if re.search(rf"[!=]= {name}\b", text):
            return "one"
        if re.search(rf"\b(zeros|range|eye|full|bincount)\([^)]*\b{name}\b", text):
            return "count"
        return next((key for pattern, key in EXTRAS if re.fullmatch(pattern, vocabulary.plain(name))), None)

    def wanted_labels(self):
        """Parameters whose default is a label that labels of 0 and 1 do not have: ``y_true == sick`` with ``sick=4``."""
        text, pair = ast.unparse(self.node) if self.node is not None else "", f"({self.truth}|{self.guess})"
        for entry in self.entries:
            given = entry.default is not entry.empty and not isinstance(entry.default, (bool, float, type(None)))
            if given and entry.default not in (0, 1) and re.search(rf"\b{pair} [!=]= {entry.name}\b", text):
                yield entry.name

    def raw(self, truth, guess, **options):
        """What the function returns."""
        extras = self.extras(truth, guess)
        return self.call(self.function, **{self.truth: truth, self.guess: guess}, **{**extras, **options})

    def given(self, truth, guess):
        """The keyword arguments of a call, in the form that the function takes."""
        pair = {self.truth: shaped(truth, self.form), self.guess: shaped(guess, self.form, guess=True)}
        return pair | self.extras(truth, guess)

    def ask(self, truth, guess, **options):
        """One number; NaN where it returns none. Raises CallFailed, CannotCheck."""
        return number(self.raw(shaped(truth, self.form), shaped(guess, self.form, guess=True), **options))

    def read(self, truth, guess):
        """{kind: number, or one for each class} of everything that the function says."""
        value = self.raw(shaped(truth, self.form), shaped(guess, self.form, guess=True))
        several = np.ndim(value) == 1 and 2 <= len(value) <= len(np.unique(truth)) and not isinstance(value, tuple)
        if self.kind and several and self.kind in ("precision", "recall", "f1"):
            return {self.kind: metric_answer.plain_number(value)}  # of each class
        if self.kind and not isinstance(value, (tuple, list, dict)) and value is not None:
            return {self.kind: number(value)}
        found = metric_answer.readings(value, self.node, self.name, self.call.text)
        if not found and self.kind:
            return {self.kind: number(value)}
        if not found:
            raise CannotCheck("which of its numbers is which is not known")
        return found

    def settle(self, truth, guess, wrong_in):
        """Find the form of arrays in which the function is right; what it says in that form, or in the first that works.

        Parameters
        ----------
        wrong_in : callable
            ``wrong_in(readings) -> number of wrong ones``.
        """
        best, failed = None, None
        for form in FORMS:
            self.form = form
            if form in LATE and best is not None and self.kind not in ("accuracy", "error_rate"):
                break  # it takes labels as they are: its value is judged as it is
            if (
                form == "row"
                and best is not None
                and self.node
                and re.search(r"len\(|shape\[0\]", ast.unparse(self.node))
            ):
                continue  # the number of its rows would be 1, and hide what is divided by it
            try:
                said = self.read(truth, guess)
            except (CallFailed, CannotCheck) as failure:
                failed = failed or failure
                continue
            wrong = wrong_in(said)
            if best is None or wrong < best[0]:
                best = (wrong, form, said)
            if not wrong:
                break
        if best is None:
            self.form = None
            raise failed
        self.form = best[1]
        return best[2]


FORMS = (
    None,
    "list",
    "column",
    "row",
    "signs",
    "scores of classes",
    "onehot labels",
    "onehot",
    "onehot transposed",
    "scores transposed",
    "labels, scores transposed",
)
LATE = FORMS[5:]


def order_of(names):
    """Which of the parameters are the labels, by their names."""
    places = places_of(names)
    if places is None:
        return "unknown"
    return "truth first" if places[0] < places[1] else "guess first"


def places_of(names):
    """The places of labels and predictions among the parameters, or None.

    >>> places_of(["y_pred", "y_true"])
    (1, 0)
    """
    guess = [place for place, name in enumerate(names) if is_guess(name) and not TRUE.match(name)]
    truth = [place for place, name in enumerate(names) if is_truth(name) and place not in guess]
    if not guess:
        guess = [place for place, name in enumerate(names) if is_guess(name) and place not in truth[:1]]
    if len(truth) == 1 and len(names) >= 2 and truth[0] < 2 and not guess and names[1 - truth[0]] in OTHERS:
        guess = [1 - truth[0]]  # ``r2(y, f)``
    return (truth[0], guess[0]) if truth and guess else None


OTHERS = (
    "f",
    "a",
    "o",
    "z",
    "yh",
    "y1",
    "y2",
    "fx",
    "hx",
    "g",
    "e",
    "m",
    "q",
    "u",
    "v",
    "w",
    "fit",
    "fitted",
    "approx",
    "sim",
    "model_output",
    "net_output",
)


def shaped(values, form, guess=False):
    """The labels in a form: list, column, row, -1 and 1, one-hot; ``guess`` marks the predictions.

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
    if form == "signs":
        if values.dtype.kind not in "iu" or values.max() > 1:
            raise CannotCheck("these are no two classes")
        return 2 * values - 1
    if form in (("onehot labels",) if guess else ("scores of classes", "labels, scores transposed")):
        return values
    if form in LATE:
        if values.dtype.kind not in "iu":
            raise CannotCheck("scores have no one-hot form")
        made = np.eye(int(values.max()) + 1 if values.max() > 1 else 2)[values]
        return made.T if form == "onehot transposed" or (form.endswith("scores transposed") and guess) else made
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
    """Equal within an epsilon in a denominator, or as far as it is rounded; a percentage counts too, a cut one as well."""
    if value != value or wanted != wanted:
        return False
    rounded = next((0.51 * 10.0**-places for places in (2, 3) if value == round(value, places)), 0)
    whole = 1 if value == round(value) > 1 else 0.051 if value == round(value, 1) > 1 else rounded
    return abs(value - wanted) <= max(tolerance, rounded) or abs(value - 100 * wanted) <= max(100 * tolerance, whole)


def is_metrics_file(target):
    """Whether the file, or the class of a method, is about metrics: then hygiene is worth a warning, elsewhere a remark."""
    if getattr(target.value, "counting", None) is not None:
        return True
    owner, space = target.name.rpartition(".")[0], target.namespace.get("namespace", {})
    held = [name for name, item in space.items() if callable(item) and not name.startswith("__")]
    for place in {"", owner}:
        own = [name.rpartition(".") for name in target.namespace.get("lines", {})]
        own = [name for holder, _, name in own if holder == place and not name.startswith("__")]
        named = own if place else held
        words = [
            name for name in named if OF_METRICS.search(name.lower()) or (place and metric_words.kind_of_word(name))
        ]
        if len(words) >= 2 and len(words) * 2 >= len(own):
            return True
    return False


OF_METRICS = re.compile(r"accura|precis|recall|f1|confus|roc|auc|r2|mse|mae|metric|score")
