"""Classes that are given labels and predictions, all at once or batch by batch, and answer by their methods: as functions of the two.

``Report(y_true, y_pred).precision()`` and ``tally.update(y, answers); tally.recall(2)`` become ``asked(y_true, y_pred)``, which
makes a new object each time.
"""

import ast
import functools
import inspect
import re

import numpy as np

from scratchwork.checks.findings import CannotCheck
from scratchwork.checks.recognising import binding, metric_words, recognise, recognise_metrics, vocabulary
from scratchwork.checks.views import metric_answer, returned
from scratchwork.checks.views.metric_call import order_of, places_of
from scratchwork.checks.views.metric_cases import P2, Y2

TABLE = re.compile(r"(\w+_)?(matrix|table|counts|cm)$")
BETA = re.compile(r"f_?beta(_score)?$")
RATIOS = ("precision", "recall", "f1")
COUNT = re.compile(r"^(n|k|num|nr|number)_?(of_)?(class|label|cat)|^(classes|num|size)$|^[knc]$")
NAMED = re.compile(r"^(classes|labels|class_names|names|label_set)$")


class Counting:
    """A class and the method that gives it labels and predictions, or None where its constructor does."""

    def __init__(self, kind, name, feed, nodes):
        self.kind, self.name, self.feed, self.nodes = kind, name, feed, nodes
        function = kind if feed is None else without_self(getattr(kind, feed))
        self.required = [entry for entry in binding.parameters(function) if entry.default is entry.empty]
        places = places_of([vocabulary.plain(entry.name) for entry in self.required])
        self.pair, self.told = [self.required[place] for place in places or (0, 1)], places is not None
        node = nodes.get(f"{name}.{feed}")
        text = ast.unparse(node) if node is not None else ""
        stored = any(re.search(rf"\[{entry.name}\]", text) for entry in self.pair)
        self.one_by_one = bool(feed) and stored and not re.search(r"\bfor\b|add\.at|zip\(", text)
        scores = r"\b{0}\)?\.(argmax|topk|max)\(|(argmax|topk|max)\({0}\b"
        self.scored = {entry.name for entry in self.pair if re.search(scores.format(entry.name), text)}
        self.shared = False  # whether its objects hold what another was given
        self.tensors = "torch" in getattr(inspect.getmodule(kind), "__dict__", {}) or "torch" in function_globals(kind)

    @property
    def sized(self):
        """Whether it is told how many classes there are."""
        return self.feed is not None and any(entry.default is entry.empty for entry in binding.parameters(self.kind))

    def made(self, truth, guess):
        """An object that holds these labels and predictions."""
        width = max(int(np.max(item)) + 1 if np.asarray(item).dtype.kind in "iu" else 2 for item in (truth, guess))
        given = {entry.name: self._shown(entry.name, labels, width) for entry, labels in zip(self.pair, (truth, guess))}
        if self.feed is None:
            return self.kind(**given)
        made = self.kind(**self._size(np.asarray(truth), np.asarray(guess)))
        self.put(made, given)
        return made

    def put(self, made, given):
        """Give an object labels and predictions."""
        feed = getattr(made, self.feed)
        if self.one_by_one:
            for one, other in zip(*(np.asarray(item) for item in given.values())):
                feed(**dict(zip(given, (one.item(), other.item()))))
        else:
            feed(**given)

    def _shown(self, name, labels, width):
        """Labels as they are taken: a 1 in the row of each where the largest of a row is looked for; tensors."""
        if name in self.scored:
            if np.ndim(labels) != 1 or np.asarray(labels).dtype.kind not in "iu":
                raise CannotCheck("it takes scores of classes")
            labels = np.eye(width)[np.asarray(labels)]
        if self.tensors and isinstance(labels, np.ndarray):
            import torch

            return torch.as_tensor(labels)
        return labels

    def _size(self, truth, guess):
        """The arguments of the constructor: the number of classes, or their names."""
        known = np.unique(np.concatenate([np.ravel(truth), np.ravel(guess)])).tolist()
        given = {}
        for entry in binding.parameters(self.kind):
            plain = vocabulary.plain(entry.name)
            if NAMED.match(plain) and entry.default in (entry.empty, None):
                given[entry.name] = known
            elif COUNT.match(plain):
                given[entry.name] = max(int(max(known)) + 1, 2)
            elif entry.default is entry.empty:
                raise CannotCheck(f"what to pass for the parameter {entry.name!r} of {self.name} is not known")
        return given

    def asking(self, take, beside=()):
        """``asked(truth, guess, **options)`` of what ``take(object, **options)`` gives of an object that holds the labels."""

        def asked(*args, **given):
            bound = asked.__signature__.bind(*args, **given).arguments
            made = self.made(*(bound.pop(entry.name) for entry in self.pair))
            return plain(take(made, **bound))

        kept = [inspect.Parameter(entry.name, inspect.Parameter.POSITIONAL_OR_KEYWORD) for entry in self.pair]
        asked.__signature__ = inspect.Signature([*kept, *(entry.replace(kind=entry.KEYWORD_ONLY) for entry in beside)])
        asked.counting = self
        return asked

    def of_methods(self):
        """(role, method, function) of every method or property that tells a metric of what the object holds."""
        own = {
            key: item
            for key, item in vars(self.kind).items()
            if f"{self.name}.{key}" in self.nodes and not key.startswith("__")
        }
        for key, item in own.items():
            if key == self.feed or isinstance(item, (staticmethod, classmethod)):
                continue
            entries = [] if isinstance(item, property) else list(inspect.signature(item).parameters.values())[1:]
            entries = [entry for entry in entries if entry.kind not in binding.VARIADIC]
            needed = [entry for entry in entries if entry.default is entry.empty]
            node = self.nodes[f"{self.name}.{key}"]
            if len(needed) > 1:
                continue
            if needed and re.search(rf"\b{needed[0].name}\(", ast.unparse(node)):
                yield from self._of_given_method(key, needed[0].name, own)
            elif isinstance(item, property):
                yield from self._named(key, self.asking(lambda made, _key=key: getattr(made, _key)), node)
            else:
                yield from self._named(key, self._of_class(key, needed, entries), node)

    def _of_class(self, key, needed, entries):
        """A method, of the class 1 where it wants one."""

        def take(made, **options):
            if not needed:
                return getattr(made, key)(**options)
            label = options.pop("label")
            try:
                return getattr(made, key)(label, **options)
            except (KeyError, TypeError):
                return getattr(made, key)(str(label), **options)

        return self.asking(take, [entry.replace(name="label") if entry in needed else entry for entry in entries])

    def _of_given_method(self, key, parameter, own):
        """``macro(self.recall)``: a method that is given another, as the metric of each that is a ratio of one class."""
        for other in own:
            kind = "f1" if BETA.match(vocabulary.plain(other)) else metric_words.kind_of_word(other)
            if kind in RATIOS:
                take = lambda made, _other=other: getattr(made, key)(getattr(made, _other))  # noqa: E731
                yield f"metric:{kind}", key, self.asking(take)

    def _named(self, key, function, node):
        role = recognise_metrics.role_of_function(f"{self.name}.{key}", function, None, node)
        several = returned.names_returned(node) or []
        if role and role.startswith("metric"):
            yield role, key, function
        elif BETA.match(vocabulary.plain(key)):
            yield "metric:f1", key, function
        elif TABLE.match(vocabulary.plain(key)):
            yield "metric:confusion", key, function
        elif len(recognise_metrics.told_by(node)) > 1:
            yield "metric:report", key, function
        elif re.search("macro|weighted", vocabulary.plain(key)) and len(several) <= 1:
            for place, kind in enumerate(RATIOS):
                take = lambda made, _place=place: entry_of(getattr(made, key)(), _place)  # noqa: E731
                yield f"metric:{kind}", key, self.asking(take)

    def table(self):
        """(attribute, asked) of the table of counts that an object keeps; CannotCheck where it keeps none."""
        for key, item in vars(self.made(Y2, P2)).items():
            if np.shape(plain(item)) == (2, 2):
                return key, self.asking(lambda made, _key=key: getattr(made, _key))
        raise CannotCheck("it keeps no table")

    @functools.cached_property
    def of_two(self):
        """Whether an object keeps the four counts alone: it is for two classes."""
        try:
            held = {key.strip("_").lower(): item for key, item in vars(self.made(Y2, P2)).items()}
        except Exception:
            return False
        return all(np.ndim(held.get(key, ())) == 0 for key in ("tp", "fp", "fn"))

    def reads(self, call):
        """How its methods read its table: "right", "exchanged" where precision and recall have each other's value, or ""."""
        said = set()
        for _, key, function in self.of_methods():
            try:
                found = metric_answer.readings(
                    call(function, Y2, P2, **of_one_class(function)), self.nodes[f"{self.name}.{key}"], key
                )
            except (CannotCheck, TypeError, ValueError):
                continue
            for kind, value in found.items():
                said |= {self._reading(kind, value)} if kind in ("precision", "recall") else set()
        said.discard("neither")
        return said.pop() if len(said) == 1 else ""

    @staticmethod
    def _reading(kind, value):
        from scratchwork.checks.views.metric_judge import OTHER, is_right

        right = is_right(kind, value, Y2, P2)
        return "right" if right else "exchanged" if is_right(OTHER[kind], value, Y2, P2) else "neither"


def of_one_class(function):
    """The class that a function wants to be told."""
    return {"label": 1} if "label" in function.__signature__.parameters else {}


def entry_of(value, place):
    """One of three numbers of a report."""
    if not isinstance(value, (tuple, list)) or len(value) != 3:
        raise CannotCheck("it returns no three numbers")
    return value[place]


def plain(value):
    """Tensors as arrays, tables of dicts and lists as they are."""
    if hasattr(value, "detach"):
        return value.detach().cpu().numpy()
    return type(value)(map(plain, value)) if type(value) in (list, tuple) else value


def function_globals(kind):
    """The names of the module in which a class stands."""
    functions = [item for item in vars(kind).values() if inspect.isfunction(item)]
    return functions[0].__globals__ if functions else {}


def without_self(function):
    """The parameters of a method beside self, as a function with that signature."""

    def stand_in(*args, **kwargs):
        return function(*args, **kwargs)

    entries = list(inspect.signature(function).parameters.values())
    stand_in.__signature__ = inspect.Signature(entries[1:])
    return stand_in


def found(kind, name, nodes, caller):
    """The Counting of a class that is given labels and predictions, or None; where no name tells which is which, the better order."""
    required = [entry for entry in binding.parameters(kind) if entry.default is entry.empty]
    if len(required) == 2 and _is_pair(required):
        return Counting(kind, name, None, nodes)
    ratios = [key for key in vars(kind) if metric_words.kind_of_word(key) in (*RATIOS, "accuracy", "specificity")]
    for method, function in binding.methods(kind).items():
        node = nodes.get(f"{name}.{method}")
        if node is None or isinstance(inspect.getattr_static(kind, method), (staticmethod, classmethod)):
            continue
        needed = [entry for entry in binding.parameters(without_self(function)) if entry.default is entry.empty]
        gives = [part for part in ast.walk(node) if isinstance(part, ast.Return) and part.value is not None]
        if len(needed) != 2 or any(ast.unparse(part.value) != "self" for part in gives):
            continue
        if _is_pair(needed):
            return Counting(kind, name, method, nodes)
        if {"precision", "recall"} <= {metric_words.kind_of_word(key) for key in ratios} and method not in ratios:
            counting = Counting(kind, name, method, nodes)
            if counting.reads(caller) == "exchanged":
                counting.pair.reverse()
            return counting if counting.reads(caller) == "right" else None
    return None


def _is_pair(required):
    return order_of([vocabulary.plain(entry.name) for entry in required]) != "unknown"


def subjects(kind, name, nodes, lines, caller):
    """A Subject for each metric that such a class tells."""
    counting = found(kind, name, nodes, caller)
    if counting is None:
        return
    if counting.feed is not None:
        yield recognise.Subject("counting", f"{name}.{counting.feed}", counting, lines.get(f"{name}.{counting.feed}"))
    for role, key, function in counting.of_methods():
        yield recognise.Subject(role, f"{name}.{key}", function, lines.get(f"{name}.{key}"))
