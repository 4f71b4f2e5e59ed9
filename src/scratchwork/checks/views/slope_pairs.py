"""A function and its derivative in one holder: a cost class, an activation class, one function with a flag.

A cost may keep what its derivative needs (``forward(scores, y)``, then ``backward()``), or give both at once.

    class Quadratic:                     class ELU:                         def sigmoid(z, derivative=False):
        def fn(a, y): ...                    def __call__(self, x): ...         ...
        def delta(z, a, y): ...              def gradient(self, x): ...

The derivative is known by its name or by its flag, the function by taking as many arrays and giving numbers. Neither the order
of the arguments nor what the derivative is written for is known: of all readings that run, the most favourable one counts.
"""

import ast
import contextlib
import dataclasses
import inspect
import itertools
import math
import re

import numpy as np

from scratchwork.checks.findings import CannotCheck
from scratchwork.checks.recognising import binding, vocabulary
from scratchwork.checks.recognising.activation_names import which
from scratchwork.checks.views import estimator, reference, told_slopes
from scratchwork.checks.views.told_slopes import names_of
from scratchwork.numerics import numerical_gradient

DERIVATIVE = re.compile(
    r"(^|_)(prime|deriv\w*|grad\w*|delta|slope|jacob\w*|dash|diff|bprop|backward\w*|backprop\w*|dloss|dcost|dx|dz|da|df)(_|$)|^d_|_d$"
)
FLAG = re.compile(r"(deriv\w*|prime|is_deriv\w*|grad\w*|d|der|diff|derive|df|slope)$")
STEPS = re.compile(r"backward|backprop|bprop")
BOTH = re.compile(r"(^|_)(and|with)_|loss_(grad|deriv)|cost_(grad|deriv)")
BUSY = {"train", "update", "init", "predict"}
ALIKE = 1e-4


@dataclasses.dataclass
class SlopePair:
    """``f`` and ``g`` of one holder, callables of 1 or 2 arrays (g: one more at most), with the names to report."""

    holder: str
    f: object
    g: object
    f_name: str
    g_name: str
    arrays: int  # that f takes
    extra: int  # that g takes besides
    beside: list = dataclasses.field(default_factory=list)  # the other pairs of the file

    @property
    def same_names(self):
        """Whether g's parameters are named as f's, but for the one that it takes besides, so that their order is known."""
        return set(names_of(self.f)) <= set(names_of(self.g))


def pairs_of_classes(classes, caller):
    """Pairs in classes that neither train nor hold weights."""
    for name, kind in classes.items():
        methods = binding.methods(kind)
        if {vocabulary.role_of_name(key) for key in methods} & BUSY or any(
            word in binding.meanings_of(kind).values() for word in ("n_in", "n_out", "n_hidden", "sizes")
        ):
            continue
        made = _made(kind, name, methods, caller)
        if made is not None:
            yield from _pairs(made, name)


def _made(kind, name, methods, caller):
    if all(isinstance(inspect.getattr_static(kind, key), (staticmethod, classmethod)) for key in methods):
        return kind
    try:
        return estimator.Estimator(kind, name, caller).build()
    except CannotCheck:
        return None


def _pairs(made, name):
    """The function beside each derivative whose name it carries, else the first that takes as many arrays, or one less."""
    methods = binding.methods(made)
    named = [key for key in methods if DERIVATIVE.search(vocabulary.plain(key))]
    slopes = [key for key in named if not told_slopes.SECOND.search(vocabulary.plain(key))]
    values = [key for key in methods if key not in named and 1 <= len(names_of(methods[key])) <= 2]
    values = [key for key in values if not told_slopes.handed_on(methods[key], slopes)]
    values.sort(key=lambda key: (key.startswith("_") and key != "__call__", key == "__call__"))
    for slope in slopes:
        for value in sorted(values, key=lambda key: -kinship(key, slope)):
            arrays, more = len(names_of(methods[value])), len(names_of(methods[slope]))
            steps = STEPS.search(vocabulary.plain(slope))
            if arrays == 2 and steps and more <= 2:
                yield SlopePair(name, methods[value], told_slopes.kept(made, value, slope), value, slope, 2, 0)
                break
            if more - arrays in (0, 1) and not steps:
                yield SlopePair(name, methods[value], methods[slope], value, slope, arrays, more - arrays)
                break
        if len(names_of(methods[slope])) == 2 and BOTH.search(vocabulary.plain(slope)):
            yield SlopePair(name, *told_slopes.both(methods[slope]), slope, slope, 2, 0)


def kinship(value, slope):
    """How much of a derivative's name is the function's: 2 for the whole of it, less for a part, 0 for none."""
    value, slope = (vocabulary.plain(word).strip("_") for word in (value, slope))
    rest = DERIVATIVE.sub("_", slope).strip("_")
    if value == rest or slope in (f"d{value}", f"d{value}_dx", f"d{value}dx"):
        return 2.0
    return len(value) / 100 if value and value in rest else 0.0


def pairs_of_functions(functions):
    """Functions of one array that become their derivative by a flag; losses that give their gradient with them."""
    for name, function in functions.items():
        entries = binding.parameters(function)
        if vocabulary.role_of_name(name) == "loss" and len(names_of(function)) == 2 and _tells_both(function):
            yield SlopePair("", *told_slopes.both(function), name, name, 2, 0)
        off = [entry.name for entry in entries[1:] if entry.default is False or entry.default == 0]
        flags = [key for key in off if FLAG.match(vocabulary.plain(key))]
        if len(flags) == 1 and len(names_of(function)) == 1:
            yield SlopePair("", function, _flagged(function, flags[0]), name, name, 1, 0)
        yield from _namesakes(name, function, functions)


def _namesakes(name, function, functions):
    """A derivative beside the function of its file whose name it carries (``gelu``, ``d_gelu``), where no usual activation is named."""
    told = name.startswith("d") or DERIVATIVE.search(vocabulary.plain(name))
    for other, f in functions.items() if told and not which(name) and len(names_of(function)) == 1 else ():
        if other != name and kinship(other, name) == 2 and len(names_of(f)) == 1:
            yield SlopePair("", f, function, other, name, 1, 0)


def _tells_both(function):
    """Whether a function of a prediction and a target, and no weights, returns two things."""
    tree, meant = function.__globals__.get("__tree__"), binding.meanings_of(function)
    if tree is None or {meant[name] for name in names_of(function)} & {"params", "w", "b"}:
        return False
    nodes = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name == function.__name__]
    told = [item.value for node in nodes for item in ast.walk(node) if isinstance(item, ast.Return)]
    return bool(told) and all(isinstance(value, ast.Tuple) and len(value.elts) == 2 for value in told)


def _flagged(function, flag):
    def derivative(z):
        return function(z, **{flag: True})

    return derivative


# readings -------------------------------------------------------------------------------------------------------


def activation_readings(pair, call):
    """(claimed, numeric, words) for each way in which g may be meant: of z, of a = f(z), times what comes from above."""
    Z = np.array([[-2.3, -1.1, -0.6], [0.4, 0.9, 1.7]])
    R = np.array([[0.7, -1.3, 0.4], [1.9, 0.6, -0.8]])
    f = number_table(call, pair.f, Z)
    if f.shape != Z.shape or told_slopes.is_softmax(f):
        raise CannotCheck("it is no function entry by entry")
    h = 1e-6
    slope = (number_table(call, pair.f, Z + h) - number_table(call, pair.f, Z - h)) / (2 * h)
    if pair.extra == 0:
        yield from _ran(call, pair.g, [((Z,), slope, "z"), ((f,), slope, "a = f(z)")])
        return
    yield from _ran(call, pair.g, [((point, R)[::order], slope * R, words) for order in (1, -1)
                                   for point, words in ((Z, "z"), (f, "a = f(z)"))])  # fmt: skip


def conventions(pair, call):
    """For which arguments g is the slope: a set of "z" and "a = f(z)"."""
    try:
        return {words for got, right, words in activation_readings(pair, call) if np.allclose(got, right, atol=1e-4)}
    except CannotCheck:
        return set()


def _ran(call, function, asked):
    for arguments, wanted, words in asked:
        try:
            got = number_table(call, function, *arguments)
        except CannotCheck:
            continue
        if got.shape == wanted.shape:
            yield got, wanted, words


def number_readings(pair, call, points):
    """(residual, claimed, numeric) at each point where f gives one number, and g as many as there are weights."""
    for w in points if pair.arrays == 1 and pair.extra == 0 else ():
        with contextlib.suppress(CannotCheck):
            claimed = number_table(call, pair.g, w)
            if number_table(call, pair.f, w).ndim == 0 and claimed.shape == w.shape:
                numeric = numerical_gradient(lambda at: float(number_table(call, pair.f, at)), w, 1e-6)
                yield reference.fitted_factor(claimed, numeric)[1], claimed, numeric


def number_table(call, function, *arguments):
    """What a call returns, as an array of floats; CannotCheck where it is none."""
    value = call(function, *arguments)
    value = value[0] if isinstance(value, tuple) and value else value
    try:
        return np.asarray(value, dtype=float)
    except (TypeError, ValueError):
        raise CannotCheck("it returns no array of numbers") from None


def cost_readings(pair, call, activations):
    """(claimed, numeric, words) of a cost: by the predictions, or by the logits that an activation turns into them."""
    orders = (1, -1)
    meant = binding.meanings_of(pair.f)
    named = [meant[name] for name in names_of(pair.f)]
    if named[0] == named[1]:
        pass  # mse(y, t): in books y is what the network says
    elif named[0] == "y" or named[1] == "yhat":
        orders = (-1,)  # the target first
    elif named[0] == "yhat" or named[1] == "y":
        orders = (1,)
    for (label, activation), order in itertools.product(activations, orders):
        for form, Z, P, Y in told_slopes.cost_points(activation):
            try:
                yield from _cost_reading(pair, call, activation, order, (Z, P, Y), f"{form}, {label}")
            except CannotCheck:
                continue


def _cost_reading(pair, call, activation, order, point, words):
    Z, P, Y = point

    def cost(P):
        return float(number_table(call, pair.f, *(P, Y)[::order]).sum())

    by_output = numerical_gradient(cost, P, 1e-6)
    by_logit = numerical_gradient(lambda Z: cost(activation(Z)), Z, 1e-6)
    if not (np.isfinite(by_output).all() and by_output.any()):
        return
    if pair.same_names:
        given = dict(zip(names_of(pair.f), (P, Y)[::order]))
        asked = [tuple(given.get(name, Z) for name in names_of(pair.g))]
    elif pair.extra:
        asked = [(Z, P, Y), (Z, Y, P), (P, Y, Z), (Y, P, Z)]
    else:
        asked = [(P, Y), (Y, P)]
    for arguments in asked:
        for wanted, by in ((by_output, "its prediction"), (by_logit, "its logit")):
            if np.count_nonzero(np.abs(wanted) > 1e-7) < 3:
                continue  # one factor would fit anything
            for got, right, _ in _ran(call, pair.g, [(arguments, wanted, "")]):
                yield got, right, f"{words}, {by}"


def wide_readings(pair, call):
    """(claimed, numeric, words) far from the target, of a cost that only the distance to the target decides."""
    rng = np.random.default_rng(6)
    for form, shape in (("column", (9, 1)), ("flat", (9,)), ("rows", (4, 3))):
        R = rng.permutation(np.linspace(0.2, 4.0, math.prod(shape))).reshape(shape) * np.sign(rng.normal(size=shape))
        Y = rng.normal(size=shape)
        for order in (1, -1):
            try:
                near, far = (number_table(call, pair.f, *(c + Y + R, c + Y)[::order]).sum() for c in (0.0, 0.7))
                if not np.isclose(near, far, rtol=1e-9, atol=1e-9) or near == 0:
                    continue
                words = f"{form}, far from the target"
                yield from _cost_reading(pair, call, lambda Z: Z, order, (Y + R, Y + R, Y), words)
            except CannotCheck:
                continue


def forms_alike(pair, call):
    """Whether the cost takes class numbers and one-hot rows alike."""
    _, P, Y = next(point[1:] for point in told_slopes.cost_points(np.exp) if point[0] == "rows")
    ids, P = Y.argmax(axis=1), P / P.sum(axis=1, keepdims=True)
    for order in (1, -1):
        try:
            values = [number_table(call, pair.f, *(P, y)[::order]).sum() for y in (Y, ids)]
        except CannotCheck:
            continue
        if np.isclose(*values, rtol=1e-6):
            return True
    return False


def best(readings):
    """(residual, factor, claimed, numeric, words) of the most favourable reading, positive factors first; or None."""
    found = []
    for claimed, numeric, words in readings:
        factor, residual = reference.fitted_factor(claimed, numeric)
        if np.isfinite(residual):
            found.append((residual, factor, claimed, numeric, words))
    right = [entry for entry in found if entry[0] <= ALIKE]
    if right:
        return max(right, key=lambda entry: (entry[1] > 0, -abs(entry[1] - 1)))
    return min(found, key=lambda entry: entry[0], default=None)
