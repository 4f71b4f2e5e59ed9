"""One way to call a cost, a gradient or a training: which argument is theta, which are the data, and in what form they are wanted.

A way comes from a call that the program itself made, or from guesses by the names of the parameters: sizes, forms of labels,
a column of ones in X or not.
"""

import dataclasses
import itertools
import re

import numpy as np

from scratchwork.checks.recognising import binding, vocabulary
from scratchwork.checks.running.call import copied
from scratchwork.checks.views import objective
from scratchwork.checks.views.rolled_calls import Call

N, D, H, C = 11, 5, 7, 3
SIZES = ("n_in", "n_hidden", "n_out", "n_classes", "k")


@dataclasses.dataclass
class Form:
    """How samples and labels are passed: what turns (n, d) and labels into the user's arrays."""

    rows: int  # in the call that was seen
    width: int  # features, without a column of ones
    columns: bool  # samples are columns
    ones: int | None  # 0 or -1: where a column of ones stands among the features
    outputs: int  # 1 for two classes or numbers
    labels: str  # "column", "flat", "row", "one-hot", "one-hot columns"
    base: int = 0
    whole: bool = False  # labels are integers
    matrix: tuple = (False, False)  # whether X and y are np.matrix

    def data(self, X):
        """X (n, width) as the user's code wants it."""
        A = X if self.ones is None else np.insert(X, 0 if self.ones == 0 else X.shape[1], 1.0, axis=1)
        A = np.ascontiguousarray(A.T) if self.columns else A
        return np.asmatrix(A) if self.matrix[0] else A

    def targets(self, Y):
        """Targets (n, outputs) as the user's code wants them."""
        if "one-hot" in self.labels:
            made = Y if self.labels == "one-hot" else np.ascontiguousarray(Y.T)
        else:
            numbers = Y.argmax(axis=1) + self.base if self.outputs > 1 else Y.ravel()
            numbers = numbers.astype(int) if self.whole else numbers.astype(float)
            made = {"flat": numbers, "column": numbers.reshape(-1, 1), "row": numbers.reshape(1, -1)}[self.labels]
        return np.asmatrix(made) if self.matrix[1] else made


@dataclasses.dataclass
class Way:
    """A function with the arguments of one call, and what each of them is."""

    call: Call
    params: list  # names of the arguments that hold parameters
    X: str | None
    y: str | None
    words: dict  # name -> meaning
    form: Form | None = None

    @property
    def name(self):
        """The function's name."""
        return self.call.name

    def takes(self, *words):
        """The argument with one of these meanings, or None."""
        return next((name for name, word in self.words.items() if word in words and name not in self.params), None)

    def without_penalty(self):
        """The same with a penalty of 0 that nobody turns."""
        name = self.takes("lambda")
        if name is None:
            return self
        call = dataclasses.replace(self.call, given=self.call.given | {name: 0.0})
        return dataclasses.replace(self, call=call, words=self.words | {name: None})


def of_call(call):
    """The Way of a call, or None where no argument is theta."""
    entries = binding.parameters(call.function)
    words = {entry.name: binding.meaning_in(entry, entries) for entry in entries}
    arrays = {key: np.asarray(item) for key, item in call.given.items() if np.ndim(item) and _numeric(item)}
    floats = {key for key, item in arrays.items() if item.dtype.kind == "f" and item.size}
    if call.optimised:
        params = [entries[0].name]
    else:
        named = parameter_names(call.function)
        params = [
            key for key, kind in named.items() if key in arrays or (kind == "b" and type(call.given.get(key)) is float)
        ]
    rest = [key for key in arrays if key not in params]
    X = next((key for key in rest if "X" in vocabulary.meanings(key) and arrays[key].ndim == 2), None)
    if X is None and call.optimised:
        X = max((key for key in rest if arrays[key].ndim == 2), key=lambda key: arrays[key].size, default=None)
    y = _labels([key for key in rest if key != X], arrays, X)
    if not params:
        params = [key for key in rest if key in floats and key not in (X, y)][:1]
    if not params or X is None or _leans_on_more(arrays, X, y, params):
        return None
    way = Way(call, params, X, y, words)
    if not way.takes("epochs") and (call.optimised or vocabulary.role_of_name(call.name) not in ("train", "update")):
        _penalty_by_place(way)
    way.form = _form(call.given[X], call.given.get(y)) if y is not None else None
    return way


def _penalty_by_place(way):
    """Without rounds to make, a rate or one number of unknown meaning is the strength of the penalty (``learningRate``, ``l``)."""
    if way.takes("lambda"):
        return
    kinds = (int, float, np.floating, np.integer)
    numbers = [name for name, item in way.call.given.items() if isinstance(item, kinds) and name not in way.params]
    for words in (("lr", "alpha"), (None,)):
        fitting = [name for name in numbers if way.words.get(name) in words]
        if len(fitting) == 1 and not (words[0] and _steps(way.call, fitting[0], way.params)):
            way.words[fitting[0]] = "lambda"
            return


def _steps(call, name, params):
    """Whether a function gives the parameters back where this number is 0: then it is the rate of a step."""
    try:
        with np.errstate(all="ignore"):
            value = call.function(**{**copied(call.given), name: 0.0})
    except Exception:  # it may read what is not there any more
        return False
    given = [np.asarray(call.given[key], dtype=float) for key in params]
    arrays = [np.asarray(item) for item in (value if isinstance(value, (tuple, list)) else [value])]
    return any(a.shape == b.shape and np.array_equal(a, b) for a in arrays for b in given)


def _numeric(item):
    return np.asarray(item).dtype.kind in "fiub"


def parameter_names(function):
    """{name: "w" or "b"} of the arguments that hold parameters, by their names."""
    found = objective.parameter_names(function)
    for entry in binding.parameters(function):
        plain = vocabulary.plain(entry.name)
        if vocabulary.meaning(entry.name) in ("lambda", "lr", "alpha", "epochs"):
            continue
        if re.fullmatch(r"(w|theta|weights?|syn)_?\d*|\w*theta\w*", plain):
            found.setdefault(entry.name, "w")
        elif re.fullmatch(r"(b|bias)_?\d*", plain):
            found.setdefault(entry.name, "b")
    order = [entry.name for entry in binding.parameters(function)]
    return dict(sorted(found.items(), key=lambda pair: order.index(pair[0])))


def _leans_on_more(arrays, X, y, params):
    """Whether a function is given what a forward pass has made: another table with a row for each sample."""
    n = max(arrays[y].shape) if y else 0
    return any(n in item.shape and item.size > 1 for key, item in arrays.items() if key not in (X, y, *params) and item.dtype.kind == "f")  # fmt: skip


def _labels(names, arrays, X):
    """The argument that holds the labels: by its name, and as long as X; a ``T`` beside a ``Y`` is no target."""
    shape = arrays[X].shape if X else ()

    def rank(key):
        plain = vocabulary.plain(key)
        return plain[:1] == "y" or len(plain) > 1, max(shape) in arrays[key].shape

    fitting = [key for key in names if any(size in shape for size in arrays[key].shape)]
    named = [key for key in fitting if "y" in vocabulary.meanings(key)]
    return max(named or fitting, key=rank, default=None)


def _form(X, y):
    """The Form of data that a call was given, or None where it is none of the usual."""
    A, T = np.asarray(X, dtype=float), np.asarray(y)
    kinds = isinstance(X, np.matrix), isinstance(y, np.matrix)
    flat = T.ndim == 1 or min(T.shape) == 1
    n = T.size if flat else max((size for size in T.shape if size in A.shape), default=0)
    if n not in A.shape or n < 3:
        return None
    columns = A.shape[0] != n or (A.shape[0] == A.shape[1] and bool((A[0] == 1).all() and not (A[:, 0] == 1).all()))
    rows = A.T if columns else A
    ones = 0 if (rows[:, 0] == 1).all() else -1 if rows.shape[1] > 1 and (rows[:, -1] == 1).all() else None
    width = rows.shape[1] - (ones is not None)
    if not flat:
        hot = T.shape[1] if T.shape[0] == n else T.shape[0]
        return Form(n, width, columns, ones, hot, "one-hot" if T.shape[0] == n else "one-hot columns", matrix=kinds)
    values = np.unique(T)
    counts = bool(np.array_equal(values, np.round(values))) and len(values) <= 30
    many = counts and len(values) > 2 and set(values) <= set(range(31))
    labels = "flat" if T.ndim == 1 else "column" if T.shape[0] == n else "row"
    outputs = int(values.max() - values.min()) + 1 if many else 1
    return Form(
        n, width, columns, ones, outputs, labels, int(values.min()) if many else 0, T.dtype.kind in "iub", kinds
    )


def guessed(function):
    """(key, Call) of what might be right for a cost of theta, data and sizes that nobody calls; ``result`` is left open."""
    entries = binding.parameters(function)
    words = {entry.name: binding.meaning_in(entry, entries) for entry in entries}
    params = list(parameter_names(function))
    X = next((name for name in words if "X" in vocabulary.meanings(name) and name not in params), None)
    y = next((name for name in words if "y" in vocabulary.meanings(name) and name not in (*params, X)), None)
    if X is None or y is None or not 1 <= len(params) <= 2:
        return
    rng = np.random.default_rng(31)
    deep = len(params) == 2 or any(word == "n_hidden" for word in words.values())
    fixed = {"n_in": D, "n_hidden": H, "n_out": C, "n_classes": C, "k": C, "lambda": 0.0, "n_samples": N, "lr": 0.0, "alpha": 0.0, "C": 1.0, "batch_size": N}  # fmt: skip
    needed = [entry.name for entry in entries if entry.name not in (*params, X, y) and (entry.default is entry.empty or words[entry.name] == "lambda")]  # fmt: skip
    unknown = [name for name in needed if words[name] not in fixed]
    if len(unknown) > 1:
        return
    rest = {name: fixed.get(words[name], 0.0) for name in needed}
    for outputs in (C,) if deep else (1, C):
        for shapes, (data, target) in itertools.product(_shapes(len(params), deep, outputs), _data(rng, outputs)):
            point = {name: 0.4 * rng.normal(size=shape) for name, shape in zip(params, shapes)}
            key = (outputs, shapes, data.shape, target.shape, float(target.max()))
            yield key, Call(function.__name__, function, {**point, X: data, y: target, **rest})


def _shapes(count, deep, outputs):
    """Shapes that the parameters may have."""
    if count == 2:
        pairs = [((H, D + 1), (outputs, H + 1)), ((H, D), (outputs, H))]
        return pairs + [tuple(shape[::-1] for shape in pair) for pair in pairs]
    if deep:
        return [(((D + 1) * H + (H + 1) * outputs),), ((D * H + H * outputs),)]
    wide = [((D + 1) * outputs,), (D * outputs,)] if outputs > 1 else [(D + 1,)]
    plain = [(D + 1, outputs), (outputs, D + 1), (D, outputs)]
    return [(shape,) for shape in [*wide, *plain]]


def _data(rng, outputs):
    """(X, y) in the forms that code wants: with and without ones, samples as columns; ids from 0 or 1, one-hot."""
    X = rng.normal(size=(N, D))
    labels = rng.permutation(np.arange(N) % max(outputs, 2))
    hot = np.eye(max(outputs, 2))[labels]
    column = labels.reshape(-1, 1)
    if outputs == 1:
        targets = [column * 1.0, labels * 1.0]
    else:
        targets = [column, labels, column + 1, labels + 1, hot]
    for made in (X, np.insert(X, 0, 1.0, axis=1)):
        for target in targets:
            yield made, target
    for made in (X.T, np.insert(X, 0, 1.0, axis=1).T):
        for target in [column.T * 1.0] if outputs == 1 else [hot.T, column.T]:
            yield np.ascontiguousarray(made), np.ascontiguousarray(target)
