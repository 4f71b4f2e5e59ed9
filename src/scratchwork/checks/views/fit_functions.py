"""A function that learns a linear model as a class that is fitted: ``theta = gradient_descent(X, y, theta, alpha, iters)``.

Every usual form of rows, labels and starting weights is tried on a small problem; a form counts where weights come back,
one for each column, or one more. Then whatever is asked of a class can be asked of the function.
"""

import ast
import dataclasses
import inspect
import itertools
import re
import warnings

import numpy as np

from scratchwork.checks.findings import CannotCheck
from scratchwork.checks.recognising import binding, meaning_by_use, vocabulary
from scratchwork.checks.views import returned

N, D, EPOCHS = 17, 5, 7
START = re.compile(
    r"^(init\w*_?|start\w*_?)?(theta\w*|w|w_?0|ws|weights?\w*|betas?|vbeta|coefs?|coeff\w*|params?|parameters|w_in\w*)(_init\w*|_in|_0|0)?$"
)
OFFSET = re.compile(r"^(init\w*_?|start\w*_?)?(b|bias|intercept|b_?0|b_in|offset)(_init\w*|_in|_0|0)?$")
FREE = re.compile(r"(.*_)?(b|bias|intercept|offset|(theta|w|b|beta|a)_?0)(_\w+)?$")
TABLE = re.compile(r"^(train\w*|data\w*|points|rows|samples)$")
OTHERS = re.compile(
    r"plot|init|predict|cost|loss|error|accura|score|split|normal|scale|load|read|main|show|sigmoid|draw|test|hypoth|forward|evaluat|grad(ient)?s?$|compute_grad"
)
SETTINGS = ("lr", "alpha", "epochs", "lambda", "batch_size", "tol")
CLASSES = ("n_classes", "n_out")


def _matrix(values):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return np.matrix(values)


ROWS = (np.asarray, _matrix)


def _one_hot(y):
    return np.eye(_count(y))[np.asarray(y).astype(int)]


def _count(y):
    """How many classes numbers from 0 on are of, two at least."""
    return max(int(np.max(y)) + 1, 2)


ANSWERS = (np.ravel, lambda y: np.reshape(y, (-1, 1)), lambda y: _matrix(np.reshape(y, (-1, 1))), _one_hot)
STARTS = (
    lambda w, _: np.ravel(w),
    lambda w, _: np.reshape(w, (-1, 1)),
    lambda w, _: _matrix(np.reshape(w, (1, -1))),
    lambda w, _: np.ravel(w).tolist(),
    lambda w, classes: _table(w, classes),
    lambda w, classes: _table(w, classes).T.copy(),
)


def _table(w, classes):
    """A column of starting weights for each class."""
    return np.stack([np.ravel(w) * (1 + place) for place in range(classes)], axis=1)


@dataclasses.dataclass
class Form:
    """How a function wants its data: the parameters of rows, labels, table, start, and the shape of each."""

    function: object
    rows: str
    answers: str | None
    start: str | None
    offset: str | None
    settings: dict  # meaning -> parameter
    shapes: tuple
    names: list | None  # what it returns by name
    filled: list = dataclasses.field(default_factory=list)  # names of the module that were set
    classes: str | None = None  # the parameter that takes the number of classes
    single: bool = False  # of one variable: its values (n,), and a number for its slope
    told: object = None  # what the last call gave
    handed: dict = dataclasses.field(default_factory=dict)  # functions of the file, such as its cost and its gradient

    def _fill_in(self, rows):
        """Set the numbers of rows that the function reads from names of the module which stand outside."""
        space, used = self.function.__globals__, set()
        for item in [self.function, *space.values()]:
            used |= (
                set(item.__code__.co_names)
                if getattr(item, "__module__", "") == "user_module" and hasattr(item, "__code__")
                else set()
            )
        for name in used & set(COUNTS) - (set(space) - set(self.filled)):
            space[name] = rows
            self.filled.append(name)

    @property
    def adds_ones(self):
        """Whether whoever calls it puts the column of ones in: the weights are given, the intercept is not apart."""
        return self.start is not None and self.offset is None

    def weights(self, X, y, values, call=None):
        """(weights, intercept or None) that the function gives."""
        if self.single:
            return self._of_one_variable(np.ravel(X), y, values, call)
        to_rows, to_answers, to_start = self.shapes
        rows = np.column_stack([np.ones(len(X)), X]) if self.adds_ones else np.asarray(X)
        given = self.handed | {self.settings[word]: value for word, value in values.items() if word in self.settings}
        if self.answers is None:
            table = np.column_stack([rows, y])
            given[self.rows] = table.tolist() if to_rows is np.asarray and to_answers is np.ravel else table
        else:
            given |= {self.rows: to_rows(rows), self.answers: to_answers(y)}
        if self.start:
            given[self.start] = to_start(0.1 * np.cos(1 + np.arange(rows.shape[1])), _count(y) if _whole(y) else 2)
        if self.offset:
            given[self.offset] = np.full(_count(y), 0.1) if to_start in STARTS[4:] else 0.1
        given |= {self.classes: _count(y)} if self.classes else {}
        self._fill_in(len(rows))
        self.told = value = self.function(**given) if call is None else call(self.function, **given)
        return learnt(value, rows.shape[1], self.names, self.offset is not None, _count(y) if _whole(y) else 1)

    def _of_one_variable(self, x, y, values, call):
        """The slope (1,) and the intercept; CannotCheck where rows of several variables are given."""
        if len(x) != len(np.ravel(y)):
            raise CannotCheck("it learns from one variable")
        given = self.handed | {self.settings[word]: value for word, value in values.items() if word in self.settings}
        given |= {self.rows: x, self.answers: np.ravel(y)} | {name: 0.1 for name in (self.start, self.offset) if name}
        self.told = value = self.function(**given) if call is None else call(self.function, **given)
        numbers = [float(item) for item in value if np.ndim(item) == 0] if isinstance(value, tuple) else []
        if not numbers and isinstance(value, tuple):  # each of its numbers from its start on
            numbers = [float(item[-1]) for item in value if np.ndim(item) == 1 and len(item)]
        if len(numbers) < 2:  # what climbs is not finite
            raise CannotCheck("no slope and intercept came back")
        first = 1 if self.names and FREE.match(str(self.names[0])) else 0
        return np.array([numbers[first]]), numbers[1 - first]


COUNTS = ("m", "N", "M", "n_samples", "num_samples", "num_examples", "m_train", "n_train", "samples")


def _whole(y):
    return bool(np.all(np.asarray(y) >= 0) and np.array_equal(y, np.round(y)))


def learnt(value, d, names, apart, classes=1):
    """(weights, intercept or None) in what came back: a vector of d or d + 1 numbers, or a column for each class."""
    items = (
        list(value.values())
        if isinstance(value, dict)
        else list(value)
        if isinstance(value, (tuple, list))
        else [value]
    )
    if isinstance(value, list) and all(np.ndim(item) == 0 for item in items):
        items = [np.array(value, dtype=float)]
    found, offset = None, None
    for item in items:
        array = np.asarray(item)
        if array.dtype.kind not in "fi":
            continue
        long = array.size if array.size == max(array.shape, default=0) else max(array.shape, default=0)
        wide = array.ndim == 2 and sorted(array.shape) == sorted((long, classes)) and classes > 1
        if long in ((d,) if apart else (d, d + 1)) and (wide or array.size == long):
            array = (array if len(array) == long else array.T) if wide else array.ravel()
            found = array.astype(float) if found is None else found
        elif array.size in (1, classes) and array.size == max(array.shape, default=1) and offset is None:
            offset = array.astype(float).ravel() if array.size > 1 else float(array.ravel()[0])
    if found is None or not np.isfinite(found).all():
        raise CannotCheck("no weights came back")
    if found.ndim == 1 and np.size(offset) > 1:
        offset = None
    if apart and offset is None:
        raise CannotCheck("no intercept came back beside the weights")
    return found, offset if apart or _named_so(value, names) else None


def _named_so(value, names):
    return (
        isinstance(value, tuple)
        and len(names or []) == len(value)
        and any(OFFSET.match(str(name)) for name in names if name)
    )


def form_of(function, node, caller):
    """The Form of a function, found by trying; None where nothing gives weights."""
    meant = binding.meanings_of(function)
    required = [entry.name for entry in binding.parameters(function) if entry.default is inspect.Parameter.empty]
    plain = {name: vocabulary.plain(name) for name in meant}
    start = next((name for name in meant if START.match(plain[name]) and name in required), None)
    offset = next((name for name in meant if OFFSET.match(plain[name]) and name in required), None)
    settings = _settings(function, meant, required, (start, offset))
    classes = next((name for name, word in meant.items() if word in CLASSES and name in required), None)
    handed = binding.handed(function)
    data = [name for name in required if name not in (start, offset, classes, *settings.values(), *handed)]
    names = returned.names_returned(node)
    best, plain_only = None, not _has_matrices(function)
    for rows, answers in _data_orders(data, meant, plain):
        for shapes in itertools.product(ROWS, ANSWERS, STARTS if start else STARTS[:1]):
            if plain_only and any(_is_matrix(shape) for shape in shapes):
                continue
            form = Form(function, rows, answers, start, offset, settings, shapes, names, classes=classes, handed=handed)
            good = _quality(form, caller)
            if good is not None and (best is None or good > best[0] + 1e-6):
                best = (good, form)
                if good > 1 - 1e-6:
                    return form
        single = Form(function, rows, answers, start, offset, settings, (), names, single=True, handed=handed)
        if best is None and answers and _quality(single, caller, 1) is not None:
            return single
    return best[1] if best else None


def _settings(function, meant, required, apart):
    """{meaning: parameter} of the settings, by their names, and where a name tells another thing, by their use (``k`` rounds)."""
    other = [name for name in required if meant[name] not in (*SETTINGS, "X", "y")]
    words = meant | {name: word for name in other if (word := meaning_by_use.meaning(name, function)) in SETTINGS}
    named = {name: word for name, word in words.items() if word in SETTINGS and name not in apart}
    return {"lr" if word == "alpha" else word: name for name, word in named.items()}


def _has_matrices(function):
    """Whether the file speaks of np.matrix; code that does not is not given one: some of it would bring the process down."""
    from scratchwork.checks.files.source import load_source

    try:
        return bool(re.search(r"\b(as)?mat(rix)?\(", load_source(function.__code__.co_filename).text))
    except (OSError, ValueError):
        return False


def _is_matrix(shape):
    return shape in (ROWS[1], ANSWERS[2], STARTS[2])


def _data_orders(data, meant, plain):
    """(rows, labels) or (table, None) among the parameters that are neither start nor setting."""
    if len(data) == 1 and TABLE.match(plain[data[0]]):
        yield data[0], None
    if len(data) == 2:
        orders = (data, data[::-1]) if meant[data[0]] != "y" else (data[::-1], data)
        told = {meant[name] for name in data} == {"X", "y"}
        yield from orders[:1] if told else orders


def _quality(form, caller, d=D):
    """How well a small step lies along the gradient, up or down, or how well the scores fit; None where no weights come back."""
    rng = np.random.default_rng(4)
    X, y = rng.normal(size=(N, d)), rng.permutation(np.arange(N) % 2)
    values = {"lr": 1e-4, "epochs": 1, "lambda": 0.0, "batch_size": N, "tol": 0.0}
    try:
        one, other = (form.weights(X, labels, values, caller)[0] for labels in (y, 1 - y))
        if one.shape != other.shape or np.allclose(one, other, rtol=1e-12, atol=0):
            return None
        A = X if len(one) == d else np.column_stack([np.ones(N), X])
        T = y if one.ndim == 1 else _one_hot(y)
        if not {"lr", "epochs"} <= set(form.settings):
            return _alike(A @ one, T - T.mean(axis=0))
        start = form.weights(X, y, values | {"lr": 1e-12}, caller)[0]
    except (CannotCheck, TypeError, ValueError, IndexError):
        return None
    with np.errstate(all="ignore"):
        Z = A @ start
        errors = [Z - T, 1 / (1 + np.exp(-Z)) - T]
        errors += [np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True) - T] if Z.ndim > 1 else []
    return max(_alike(one - start, A.T @ error) for error in errors)


def _alike(a, b):
    a, b = np.ravel(a), np.ravel(b)
    size = np.linalg.norm(a) * np.linalg.norm(b)
    return float(abs(a @ b) / size) if size > 0 and np.isfinite(size) else 0.0


def candidates(namespace, nodes):
    """The functions of a file that may learn a linear model."""
    for name, node in nodes.items():
        item = namespace.get(name)
        if "." in name or not inspect.isfunction(item) or OTHERS.search(vocabulary.plain(name)):
            continue
        if 1 <= len(binding.parameters(item)) <= 9 and re.search(r"for |while ", ast.unparse(node)):
            yield name, item, node


def is_logistic(name, nodes):
    """Whether a function, or one that it calls, squashes."""
    texts = {other: ast.unparse(node) for other, node in nodes.items() if "." not in other}
    reached, ahead = set(), [name]
    while ahead:
        text = texts[ahead.pop()]
        found = {other for other in texts if other not in reached and re.search(rf"\b{re.escape(other)}\(", text)}
        reached |= found
        ahead += found
    return any(re.search(r"\bexp\(|sigmoid|logistic|softmax|expit|\be \*\*", texts[item]) for item in {name, *reached})
