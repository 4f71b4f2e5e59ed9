"""``score(X, y)``: a metric that asks its own model first. The model's answer is put in its place, so that only the metric is judged."""

import ast
import contextlib
import inspect
import re

import numpy as np

from scratchwork.checks.findings import CallFailed, CannotCheck
from scratchwork.checks.recognising import binding, metric_words, vocabulary
from scratchwork.checks.recognising.recognise_metrics import is_guess, is_truth
from scratchwork.checks.views import estimator

ROWS = re.compile(
    r"^(x\w*|data\w*|features?|inputs?|samples?|images?|points?|\w+_x|\w+_data|\w+_features|test_set|dataset)$"
)
MODEL = re.compile(r"^(model|clf|net(work)?|classifier|regressor|estimator|knn|nn|mlp|learner)$")
ANSWERING = re.compile(
    r"^_?(predict\w*|forward\w*|feed_?forward|classify\w*|hypothesis|h|infer\w*|get_predictions?|make_predictions?)$"
)
FORMS = (
    "flat",
    "column",
    "row",
    "scores of classes",
    "onehot",
    "onehot transposed",
    "scores transposed",
    "list",
    "signs",
)


def kind_of_name(name):
    """The metric that a method named so should give: ``"accuracy"``, ``"score"`` where it does not say, or None.

    >>> kind_of_name("compute_accuracy"), kind_of_name("score"), kind_of_name("predict")
    ('accuracy', 'score', None)
    """
    kinds = metric_words.kinds_in_name(name)
    if len(kinds) == 1:
        return kinds[0]
    return (
        "score"
        if re.fullmatch(r"_?(score|evaluate|evaluation|eval|test|calculate_score|get_score)", name.lower())
        else None
    )


def data_of(entries):
    """(name of X, name of y) among the required parameters, or None."""
    names = [entry.name for entry in entries]
    rows = next(
        (name for name in names if ROWS.match(vocabulary.plain(name)) and not is_guess(vocabulary.plain(name))), None
    )
    labels = next((name for name in names if name != rows and is_truth(vocabulary.plain(name))), None)
    return (rows, labels) if rows and labels else None


def asked_in(node):
    """The names of what a function asks for predictions: methods of its own object or of its model, functions of its file."""
    found = {"method": set(), "function": set()}
    for item in ast.walk(node) if node is not None else ():
        if isinstance(item, ast.Call):
            called = item.func
            if (
                isinstance(called, ast.Attribute)
                and isinstance(called.value, ast.Name)
                and ANSWERING.match(called.attr)
            ):
                found["method"].add(called.attr)
            elif isinstance(called, ast.Name) and ANSWERING.match(vocabulary.plain(called.id)):
                found["function"].add(called.id)
    return found


class Scoring:
    """A scoring function or method, callable as ``ask(truth, guess, form)``."""

    def __init__(self, target, call):
        self.call, self.name, self.target = call, target.name, target
        self.owner, self.method = target.value if isinstance(target.value, tuple) else (None, None)
        self.function = getattr(self.owner, self.method) if self.owner else target.value
        entries = binding.parameters(self.function)[1 if self.owner else 0 :]
        self.required = [entry for entry in entries if entry.default is entry.empty]
        pair = data_of(self.required)
        if pair is None:
            raise CannotCheck("it does not take data and labels")
        self.rows, self.labels = pair
        self.asked = asked_in(target.namespace.get("nodes", {}).get(target.name))

    def ask(self, truth, guess, form):
        """What it returns where the model says ``guess`` in some form."""
        truth, said = labels_in(truth, form), guess_in(guess, form)
        X = np.zeros((len(guess), 4))
        X = X.T if form in ("row", "onehot transposed", "scores transposed") else X
        given = {self.rows: X, self.labels: truth}
        for entry in self.required:
            if entry.name not in given:
                given[entry.name] = self._other(entry, said)
        if self.owner:
            return self._of_object(given, said)
        with self._stubbed(said):
            return self.call(self.function, **given)

    def _other(self, entry, said):
        plain = vocabulary.plain(entry.name)
        if MODEL.match(plain) and self.asked["method"]:
            return Answering(self.asked["method"], said)
        if self.asked["function"]:
            return np.zeros((4, 1))  # parameters that only the function asked would need
        raise CannotCheck(f"what to pass for its parameter {entry.name!r} is not known")

    def _of_object(self, given, said):
        failed = None
        for make in (self._built, self._filled, self._bare):
            try:
                made = make()
            except (CannotCheck, TypeError) as failure:
                failed = failure
                continue
            for name in self.asked["method"]:
                try:
                    object.__setattr__(made, name, lambda *_, **__: said)
                except AttributeError:
                    raise CannotCheck("its methods cannot be put in place") from None
            try:
                return self.call(getattr(made, self.method), **given)
            except CallFailed as failure:
                failed = failure
        raise failed if isinstance(failed, CannotCheck) else CannotCheck(str(failed))

    def _built(self):
        return estimator.Estimator(self.owner, self.name, self.call).build()

    def _filled(self):
        """An object that takes itself for fitted: what it will learn holds something."""
        made = self._built()
        for key, item in list(vars(made).items()):
            if item is None or (item is False and re.search("fit|train", key)):
                setattr(made, key, np.zeros(4) if item is None else True)
        return made

    def _bare(self):
        return object.__new__(self.owner)

    @contextlib.contextmanager
    def _stubbed(self, said):
        space = self.function.__globals__
        kept = {name: space[name] for name in self.asked["function"] if inspect.isfunction(space.get(name))}
        if not kept and not self.asked["method"]:
            raise CannotCheck("it asks no model")
        space.update(dict.fromkeys(kept, lambda *_, **__: said))
        try:
            yield
        finally:
            space.update(kept)


class Answering:
    """A model whose methods all say the same."""

    def __init__(self, names, said):
        self.said = said
        for name in names:
            setattr(self, name, lambda *_, **__: said)

    def __call__(self, *_, **__):
        return self.said


def labels_in(values, form):
    """The labels in the form that goes with a form of predictions."""
    if form == "column":
        return values.reshape(-1, 1)
    if form == "row":
        return values.reshape(1, -1)
    if form == "list":
        return values.tolist()
    if form in ("onehot", "onehot transposed"):
        made = table(values)
        return made if form == "onehot" else made.T
    return 2 * values - 1 if form == "signs" and values.dtype.kind in "iu" and values.max() < 2 else values


def guess_in(values, form):
    """The predictions in a form."""
    if form in ("scores of classes", "onehot"):
        return table(values)
    if form in ("onehot transposed", "scores transposed"):
        return table(values).T
    return labels_in(values, form)


def table(values):
    """Labels as probabilities of classes, nearly certain."""
    if values.dtype.kind not in "iu":
        raise CannotCheck("numbers are no classes")
    classes = int(values.max()) + 1
    return 0.94 * np.eye(max(classes, 2))[values] + 0.06 / max(classes, 2)
