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
from scratchwork.checks.recognising import binding, vocabulary
from scratchwork.checks.views import returned

N, D, EPOCHS = 17, 5, 7
START = re.compile(
    r"^(init\w*_?|start\w*_?)?(theta\w*|w|w_?0|ws|weights?\w*|betas?|vbeta|coefs?|coeff\w*|params?|parameters|w_in\w*)(_init\w*|_in|_0|0)?$"
)
OFFSET = re.compile(r"^(init\w*_?|start\w*_?)?(b|bias|intercept|b_?0|b_in|offset)(_init\w*|_in|_0|0)?$")
TABLE = re.compile(r"^(train\w*|data\w*|points|rows|samples)$")
OTHERS = re.compile(
    r"plot|init|predict|cost|loss|error|accura|score|split|normal|scale|load|read|main|show|sigmoid|draw|test|hypoth|forward|evaluat|grad(ient)?s?$|compute_grad"
)
SETTINGS = ("lr", "alpha", "epochs", "lambda", "batch_size")


def _matrix(values):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return np.matrix(values)


ROWS = (np.asarray, _matrix)
ANSWERS = (np.ravel, lambda y: np.reshape(y, (-1, 1)), lambda y: _matrix(np.reshape(y, (-1, 1))))
STARTS = (
    np.ravel,
    lambda w: np.reshape(w, (-1, 1)),
    lambda w: _matrix(np.reshape(w, (1, -1))),
    lambda w: np.ravel(w).tolist(),
)


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
        to_rows, to_answers, to_start = self.shapes
        rows = np.column_stack([np.ones(len(X)), X]) if self.adds_ones else np.asarray(X)
        given = {self.settings[word]: value for word, value in values.items() if word in self.settings}
        if self.answers is None:
            table = np.column_stack([rows, y])
            given[self.rows] = table.tolist() if to_rows is np.asarray and to_answers is np.ravel else table
        else:
            given |= {self.rows: to_rows(rows), self.answers: to_answers(y)}
        if self.start:
            given[self.start] = to_start(0.1 * np.cos(1 + np.arange(rows.shape[1])))
        if self.offset:
            given[self.offset] = 0.1
        self._fill_in(len(rows))
        value = self.function(**given) if call is None else call(self.function, **given)
        return learnt(value, rows.shape[1], self.names, self.offset is not None)


COUNTS = ("m", "N", "M", "n_samples", "num_samples", "num_examples", "m_train", "n_train", "samples")


def learnt(value, d, names, apart):
    """(weights, intercept or None) in what came back."""
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
        if (
            array.dtype.kind in "fi"
            and array.size in ((d,) if apart else (d, d + 1))
            and array.size == max(array.shape, default=0)
        ):
            found = array.astype(float).ravel() if found is None else found
        elif array.size == 1 and offset is None and array.dtype.kind in "fi":
            offset = float(array.ravel()[0])
    if found is None or not np.isfinite(found).all():
        raise CannotCheck("no weights came back")
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
    settings = {
        "lr" if word == "alpha" else word: name
        for name, word in meant.items()
        if word in SETTINGS and name not in (start, offset)
    }
    data = [name for name in required if name not in (start, offset, *settings.values())]
    names = returned.names_returned(node)
    best, plain_only = None, not _has_matrices(function)
    for rows, answers in _data_orders(data, meant, plain):
        for shapes in itertools.product(ROWS, ANSWERS, STARTS if start else STARTS[:1]):
            if plain_only and any(_is_matrix(shape) for shape in shapes):
                continue
            form = Form(function, rows, answers, start, offset, settings, shapes, names)
            good = _quality(form, caller)
            if good is not None and (best is None or good > best[0] + 1e-6):
                best = (good, form)
                if good > 1 - 1e-6:
                    return form
    return best[1] if best else None


def _has_matrices(function):
    """Whether the file speaks of np.matrix; code that does not is not given one: some of it would bring the process down."""
    from scratchwork.checks.files.source import load_source

    try:
        return bool(re.search(r"\b(as)?mat(rix)?\(", load_source(function.__code__.co_filename).text))
    except (OSError, ValueError):
        return False


def _is_matrix(shape):
    return isinstance(shape(np.ones(2)), np.matrix)


def _data_orders(data, meant, plain):
    """(rows, labels) or (table, None) among the parameters that are neither start nor setting."""
    if len(data) == 1 and TABLE.match(plain[data[0]]):
        yield data[0], None
    if len(data) == 2:
        yield from ((data, data[::-1]) if meant[data[0]] != "y" else (data[::-1], data))


def _quality(form, caller):
    """How well a small step lies along the gradient, up or down, or how well the scores fit; None where no weights come back."""
    rng = np.random.default_rng(4)
    X, y = rng.normal(size=(N, D)), rng.permutation(np.arange(N) % 2).astype(float)
    values = {"lr": 1e-4, "epochs": 1, "lambda": 0.0, "batch_size": N}
    try:
        one, other = (form.weights(X, labels, values, caller)[0] for labels in (y, 1 - y))
        if one.shape != other.shape or np.allclose(one, other, rtol=1e-12, atol=0):
            return None
        A = X if len(one) == D else np.column_stack([np.ones(N), X])
        if not {"lr", "epochs"} <= set(form.settings):
            return _alike(A @ one, y - y.mean())
        start = form.weights(X, y, values | {"lr": 1e-12}, caller)[0]
    except (CannotCheck, TypeError, ValueError):
        return None
    with np.errstate(all="ignore"):
        errors = (A @ start - y, 1 / (1 + np.exp(-A @ start)) - y)
    return max(_alike(one - start, A.T @ error) for error in errors)


def _alike(a, b):
    size = np.linalg.norm(a) * np.linalg.norm(b)
    return float(abs(a @ b) / size) if size > 0 and np.isfinite(size) else 0.0


def as_class(form, kind):
    """The function as a class with fit and predict."""
    known = [word for word in ("lr", "epochs", "lambda", "batch_size") if word in form.settings]
    names = {"lr": "lr", "epochs": "epochs", "lambda": "lam", "batch_size": "batch_size"}
    defaults = {"lr": 0.05, "epochs": 50, "lambda": 0.0, "batch_size": 10**6}

    class Fitted:
        """A function of the user, fitted."""

        def __init__(self, **settings):
            self._settings = {word: settings.get(names[word], defaults[word]) for word in known}

        def fit(self, X, y):
            self.weights, offset = form.weights(X, y, self._settings)
            if offset is not None:
                self.bias = offset
            if form.adds_ones:
                self.intercept_first = True
            return self

        def predict(self, X):
            inside = len(self.weights) == X.shape[1] + 1
            z = X @ self.weights[1:] + self.weights[0] if inside else X @ self.weights + getattr(self, "bias", 0.0)
            return (z > 0).astype(int) if kind == "logistic" else z

    entries = [inspect.Parameter(names[word], inspect.Parameter.KEYWORD_ONLY, default=defaults[word]) for word in known]
    Fitted.__signature__ = inspect.Signature(entries)
    Fitted.__name__, Fitted.__module__ = form.function.__name__, "user_module"
    return Fitted


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
    text = ast.unparse(nodes[name])
    texts = [
        text,
        *[ast.unparse(node) for other, node in nodes.items() if "." not in other and re.search(rf"\b{other}\(", text)],
    ]
    return any(re.search(r"\bexp\(|sigmoid|logistic|expit|\be \*\*", item) for item in texts)
