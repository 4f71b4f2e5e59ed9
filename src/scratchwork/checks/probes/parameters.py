"""Does this parameter do anything? Each one is moved while all else, the seed included, stays."""

import ast
import contextlib
import copy
import re

import numpy as np

from scratchwork.checks.findings import CallFailed, CannotCheck, find
from scratchwork.checks.recognising import binding, vocabulary
from scratchwork.checks.registry import probe, unasked
from scratchwork.checks.running import state
from scratchwork.checks.views import parameter_source
from scratchwork.checks.views.model import modelled, same

CLASSES = ("logistic", "linear", "mlp", "estimator", "kmeans", "pca")
MOVED = {
    "lr": (0.01, 0.05), "lambda": (0.0, 0.7), "C": (0.05, 20.0), "epochs": (2, 9), "momentum": (0.0, 0.8), "k": (2, 4),
    "batch_size": (5, 20), "n_hidden": (3, 8),
}  # fmt: skip
SILENT = (
    "verbose", "seed", "tol", "patience", "eps", "rng", "X", "y", "n_in", "n_out", "sizes", "n_samples", "n_classes", "validation",
)  # fmt: skip
LIMITS = re.compile(
    r"clip|max_\w*norm|min_?delta|delta_?min|toler|stop|patien|plateau"
)  # not reached in a short training
ASKED_BY = {"SW-T1": {"lr"}, "SW-G5": {"lambda", "C"}, "SW-T13": {"epochs"}, "SW-T2": {*MOVED, None}}


@probe("SW-T1", "SW-T2", "SW-G5", "SW-T13", roles=CLASSES)
def every_parameter_does_something(target, call):
    """Two values of a parameter give two different models."""
    model = modelled(target, call)
    entries = {entry.name: entry for entry in _parameters(model)}
    if not entries:
        raise CannotCheck("it has no parameters")
    compared = target.namespace.setdefault("compared", set())
    for name, entry in entries.items():
        word = binding.meaning_in(entry, list(entries.values()))
        if (
            word in SILENT
            or (word is None and not isinstance(entry.default, (int, float)))
            or isinstance(entry.default, bool)
        ):
            continue
        if word == "momentum" and not model.takes("lr"):
            continue  # that of running averages, which the prediction alone uses
        yield from _moved(target, model, name, word, entry)
    for code, words in ASKED_BY.items():
        if not compared & words:
            unasked(target, "no parameter of that kind could be compared", code)


def _parameters(model):
    found = binding.parameters(model.maker.factory) if isinstance(model.maker.factory, type) else []
    method = getattr(model.maker.factory, model.fit_name)
    return [*found, *[entry for entry in binding.parameters(method) if entry.name != "self"]]


def _moved(target, model, name, word, entry):
    default = entry.default if isinstance(entry.default, (int, float)) and not isinstance(entry.default, bool) else None
    values = MOVED.get(word) or ((default * 0.3, default * 3.0) if default else (0.0, 0.5))
    if (isinstance(default, int) and word is None) or (default is None and _chooses(target, entry, word)):
        return
    if LIMITS.search(name) or (word in ("lambda", "C") and _switched_off(model, name)):
        return
    try:
        results, recorded = _fits(model, name, word, values)
        if default and not finite(results):  # too large for what it learns, such as a sum over the rows
            results, recorded = _fits(model, name, word, (default * 0.3, default * 3.0))
    except CallFailed:
        return
    if results[0]:
        target.namespace["compared"].add(word)
    if not results[0] or not same(*results, tolerance=1e-12) or not _learnt(model, results[0]):
        return
    # of lists of arrays one may be longer
    if results[0].keys() != results[1].keys() or not finite(results) or _heard_by_another(model, name, word, values):
        return
    asked = name in [item.name for item in binding.parameters(getattr(model.maker.factory, model.fit_name))]
    asked = asked and model.fit_name != "__init__"
    if (asked or word in ("lr", "epochs", "batch_size")) and same(
        results[0], _result(model, _untrained(model, name, values[0]), values[0]), 1e-12
    ):
        return  # nothing was learnt here, with any rate or in any time
    if (word == "lambda" and _stands_still(model)) or (word == "epochs" and _arrives(model, name, word, values)):
        return
    pair = f"{name} = {values[0]:g} and {name} = {values[1]:g}"
    first = next(iter(results[0].values())).ravel()
    echo = f"give the same numbers to the last digit (the first is {first[0]:.6g})"
    yield from _worded(target, model, name, word, pair, echo, recorded)


def _fits(model, name, word, values):
    """(what is learnt, what is recorded) with each value of a parameter."""
    results, recorded = [], []
    for value in values:
        made = model.fit(exact={name: value}, **({} if word == "epochs" else {"epochs": 12}))
        results.append(_result(model, made, value))
        recorded.append(_recorded(made))
    return results, recorded


def _untrained(model, name, value):
    """The object as ``_fits`` makes it, before it has learnt anything."""
    twin = copy.copy(model)
    twin.fit_name = None
    return twin.fit(exact={name: value}, **({} if vocabulary.meaning(name) == "epochs" else {"epochs": 12}))


def _heard_by_another(model, name, word, values):
    """Whether another method that learns from the same rows and targets, such as ``fit_gradient_descent``, hears it."""
    if model.net is not None:
        return False
    for other, method in model.maker.methods().items():
        words = set(binding.meanings_of(method).values())
        if other.startswith("_") or other == model.fit_name or not {"X", "y"} <= words:
            continue
        twin = copy.copy(model)
        twin.fit_name = other
        with contextlib.suppress(CannotCheck):
            results, _ = _fits(twin, name, word, values)
            if results[0] and not same(*results, tolerance=1e-12):
                return True
    return False


def _worded(target, model, name, word, pair, echo, recorded):
    """The finding for a parameter that changes nothing."""
    where, (a, b) = parameter_source.stored(target, name), recorded
    if word == "lambda" and a and a != b and len(a) == len(b):
        observed = f"{pair} give the same weights, and recorded losses of {a[-1]:.5g} and {b[-1]:.5g}."
        yield find("SW-G5", observed, function=where)
    elif word is None and not parameter_source.is_read(target, name):
        yield find("SW-T2", f"{pair} {echo}.", function=where, severity="warning")
    elif word == "lambda" and parameter_source.in_the_cost(target, name):
        observed = f"{pair} {echo}; the cost reads {name}, the step does not."
        yield find("SW-G5", observed, function=_graded(target, model))
    elif word == "lr" and model.kind == "linear" and "epochs" not in model.maker.settings():
        yield find("SW-T2", f"{pair} {echo}.", function=model.fit_name if model.fit_name else where)
    elif word == "epochs" and parameter_source.bounds_a_loop(target, name) and _counts(model, name, word):
        yield find(
            "SW-T13",
            f"{pair} {echo}: the loop ends before.",
            function=where,
            severity=_how_bad(target, model, name, word),
        )
    elif _counts(model, name, word):
        severity = _how_bad(target, model, name, word)
        yield find("SW-T1" if word == "lr" else "SW-T2", f"{pair} {echo}.", function=where, severity=severity)


def _chooses(target, entry, word):
    """Whether a parameter such as ``regularization=None`` names a kind of penalty, and is no strength."""
    texts = [
        ast.unparse(node)
        for name, node in target.namespace.get("nodes", {}).items()
        if name.startswith(f"{target.name}.")
    ]
    kinds = r"['\"](l1|l2|ridge|lasso|elastic\w*|none)['\"]"
    return word == "lambda" and (
        isinstance(entry.default, (str, bool)) or bool(re.search(kinds, " ".join(texts), re.I))
    )


def _switched_off(model, name):
    """Whether another setting, such as ``penalty=None``, says that there is no penalty unless it is asked for."""
    others = [
        entry for entry in _parameters(model) if entry.name != name and re.search("penalty|regul|^reg", entry.name)
    ]
    return any(entry.default is None or str(entry.default).lower() == "none" for entry in others)


def _graded(target, model):
    """The method that works out the gradient of the weights, else the one that fits."""
    names = [key for key in target.methods() if vocabulary.role_of_name(key) == "backward" and "bias" not in key]
    return (names or [model.fit_name])[0]


def _arrives(model, name, word, values):
    """Whether two rounds get every row right, as a perceptron may, and more rounds change it where no line can."""
    named = "percep" in model.maker.name.lower()  # it ends by its rule where it makes no mistake
    if not named and (model.kind != "estimator" or model.score(model.fit(epochs=2)) != 1.0):
        return False
    twin = copy.copy(model)
    twin.y = np.where(np.arange(len(model.y)) % 5 == 2, model.y[::-1], model.y)
    results, _ = _fits(twin, name, word, values)
    return bool(results[0]) and not same(*results, tolerance=1e-12)


def _stands_still(model):
    """Whether nothing moves after the first iteration, so that no penalty could act yet."""
    one, many = (_result(model, model.fit(epochs=count), None) for count in (1, 12))
    return model.takes("epochs") and bool(one) and same(one, many, 1e-12)


def lists_of(made):
    """The lists of numbers that an object keeps, its weights or its history, as arrays."""
    lists = {key: item for key, item in getattr(made, "__dict__", {}).items() if isinstance(item, list) and item}
    return {(f".{key}",): np.array(item) for key, item in lists.items() if all(isinstance(x, float) for x in item)}


def finite(snapshots):
    """Whether all that was learnt are numbers: two runs that blew up are the same for another reason."""
    return all(np.isfinite(item).all() for snapshot in snapshots for item in snapshot.values())


def _counts(model, name, word):
    """Whether this parameter ought to change the model whatever the others are."""
    if word not in ("lr", "lambda", "C", "epochs", "momentum", "k", "batch_size", "n_hidden") or _closed_form(model):
        return False  # which parameters count depends on the chosen solver
    return word != "epochs" or not (
        model.kind in ("kmeans", "linear", "pca") or model.takes("tol")
    )  # it may have arrived


def _how_bad(target, model, name, word):
    """An error, or a warning where another parameter may switch this one off."""
    switched = word == "lambda" and any("penalty" in key or "regul" in key for key in _names(model) if key != name)
    other = word == "momentum" and "optim" in " ".join(_names(model))
    arrived = word == "epochs" and model.kind == "estimator"  # a perceptron stops changing once all rows are right
    of_neighbours = word != "k" or model.kind in ("knn", "kmeans", "pca", "model")  # else k may count anything
    normalises = "norm" in target.name.lower()  # running means matter after the training alone
    unsure = word == "batch_size" or switched or other or arrived or normalises or not of_neighbours
    return "warning" if unsure or parameter_source.in_a_branch(target, name) else "error"


def _recorded(made):
    """The first list of floats that the object keeps: its history."""
    lists = vars(made).values() if hasattr(made, "__dict__") else ()
    return next(
        (
            list(map(float, item))
            for item in lists
            if isinstance(item, list) and item and isinstance(item[0], (float, np.floating))
        ),
        [],
    )


def _names(model):
    return [entry.name.lower() for entry in _parameters(model)]


def _closed_form(model):
    words = any(word in " ".join(_names(model)) for word in ("method", "solver", "optimizer", "algorithm"))
    return words or any(isinstance(entry.default, str) and "rate" in entry.name for entry in _parameters(model))


def _result(model, made, value):
    """The learnt arrays, without numbers that merely echo the parameter."""
    found = {path: item for path, item in state.snapshot(made).items() if item.ndim or item != value}
    arrays = {path: item for path, item in found.items() if item.ndim and item.size} | lists_of(made)
    found = arrays or {
        path: item
        for path, item in found.items()
        if model.column or "history" in str(path) or str(path[-1]).rstrip("_").endswith(("w", "b", "bias", "coef"))
    }
    if model.kind == "kmeans":  # numbers alone are settings that it keeps, not what it learnt
        return {path: item for path, item in model.learnt(made).items() if np.ndim(item)}
    return found


STATISTICS = re.compile(r"mean|std|deviation|sigma|scale|min|max|labels|target|data|^x|^y", re.IGNORECASE)


def _learnt(model, result):
    """Whether some array is more than zeros, the data that were handed in and their statistics."""
    n = len(model.X)
    kept = [
        path
        for path, item in result.items()
        if n not in item.shape and np.any(item) and not STATISTICS.search(str(path[-1]).strip("._"))
    ]
    return bool(kept)
