"""Does training run at all? Every usual layout of rows and targets is tried before a crash is called the code's own."""

import ast
import contextlib
import difflib
import re

import numpy as np

from scratchwork.checks.findings import CallFailed, CannotCheck, find
from scratchwork.checks.recognising import binding
from scratchwork.checks.registry import probe
from scratchwork.checks.running import data, state
from scratchwork.checks.views.model import modelled

KINDS = ("logistic", "linear", "knn", "kmeans", "pca", "estimator")
NEEDED = {"X", "y", "k", "lr", "epochs", "lambda", "tol", "seed", "verbose", "batch_size", None}
SHAPES = re.compile(r"mismatch in its core dimension|could not be broadcast|not aligned|boolean index did not match")
CALLS = re.compile(r"(\w+)\(\) (missing \d+ required|takes \d+ positional|takes from|got (an unexpected|multiple))")
LARGEST_CONSTANT = 3  # numbers in a message that do not hang on the data: axes, and the clusters that were asked for


@probe("SW-X92", roles=KINDS)
def training_runs_on_ordinary_data(target, call):
    """fit, and what is asked after it, comes back from data of at least one usual form, or crashes as no data could spare it."""
    model = modelled(target, call)
    if not isinstance(model.maker.factory, type):
        raise CannotCheck("it is an object that is made already")
    if model.fitted:
        yield from _asking(target, model)
        return
    if not _needs_data_alone(model):
        raise CannotCheck("what it wants beside rows and targets is not known")
    failed = [_crash(_fitted_and_asked, model, X, y) for X, y in layouts(41, 5, model.kind)]
    other = _crash(_fitted_and_asked, model, *layouts(53, 4, model.kind)[0])
    yield from judged(target, model, model.fit_name, failed, other)


@probe("SW-P10", roles=("logistic", "linear", "estimator"))
def a_second_fit_adds_no_second_column(target, call):
    """Rows that the object keeps get their column of ones once, however often it is fitted."""
    model = modelled(target, call)
    if model.fit_name is None or not model.data_first:
        raise CannotCheck("its rows come with each fit")
    made = model.fit()
    before = state.snapshot(made)
    with contextlib.suppress(CallFailed):  # two columns alike are often more than it can bear
        model.fit(made=made)
    after = state.snapshot(made)
    for path, old in before.items():
        new = after.get(path, old)
        if (
            old.ndim == new.ndim == 2
            and len(old) == len(new)
            and (new == 1).all(axis=0).sum() == 2
            and new.shape[1] == old.shape[1] + 1
        ):
            said = f"{state.text(path)} has {old.shape[1]} columns after one fit and {new.shape[1]} after two, two of them of ones."
            yield find("SW-P10", said, function=model.fit_name, severity="warning")  # a file that fits once is right
            return


def _fitted_and_asked(model, X, y):
    """Fit; the values of one variable may fit by accident, so that fewer of them are asked about as well."""
    made, name = model.fit(X, y, as_is=True), model.answer_name()
    if np.ndim(X) == 1 and np.ndim(y) > 0 and name is not None:
        model.caller(getattr(made, name), X[:-1])


def _asking(target, model):
    """The same of the method that answers, once the object is fitted."""
    name = model.answer_name()
    method = binding.methods(model.maker.factory).get(name)
    if method is None or len(binding.parameters(method)) != 2:
        return
    made = model.fit()
    X = np.asarray(model.shaped(model.X, None)[0])
    forms = (X, X.T, X[:1], X[0], X[:1].T, X.tolist(), X[0].tolist())
    ask = getattr(made, name)
    failed = [_crash(model.caller, ask, rows) for rows in forms]
    yield from judged(target, model, name, failed, _crash(model.caller, ask, X[:29]))


def judged(target, model, name, failed, other):
    """The finding where every layout crashes (``failed``; ``other``: the first with other lengths) and the code alone is to blame."""
    if None in (*failed, other):
        return
    first = failed[0]
    alone = first.line == other.line and certain(first.cause, target)
    shapes = model.kind != "estimator" and follows_the_data(first.cause, other.cause) and not _is_used(target)
    if first.line is None or not (alone or shapes):
        raise CannotCheck(str(first))
    said = f"{first}, on every usual layout of the data (line {first.line})."
    yield find("SW-X92", said, function=name, line=first.line)


def layouts(n, d, kind):
    """(X, y) of n rows and d columns in every form in which code may want them; never square, where a wrong axis fits too."""
    rng = np.random.default_rng(7)
    X, labels = rng.normal(size=(n, d)), np.arange(n) % 2
    y = X @ np.arange(1.0, d + 1) if kind == "linear" else labels
    if kind in ("kmeans", "pca"):
        return [(X, None), (X.T, None), (X.tolist(), None), (X[:, 0], None), (X[:, :2], None)]
    ys = (y, y.reshape(-1, 1), y.reshape(1, -1), 2 * labels - 1, data.one_hot(labels, 2), data.one_hot(labels, 2).T)
    pairs = [(rows, targets) for rows in (X, X.T, X[:, :1], X[:, 0]) for targets in ys]
    return [*pairs, (X.tolist(), y.tolist()), (X[:, 0].tolist(), y.tolist()), (X[0], y[0]), (X[0].tolist(), y[0])]


def _needs_data_alone(model):
    """Whether constructor and fit can do with rows, targets and the usual settings."""
    fit = binding.parameters(getattr(model.maker.factory, model.fit_name))[1:]
    entries = [*binding.parameters(model.maker.factory), *(fit if model.fit_name != "__init__" else [])]
    needed = [entry for entry in entries if entry.default is entry.empty]
    return len(fit) > 0 and {binding.meaning_in(entry, entries) for entry in needed} <= NEEDED - {None}


def _crash(function, *args, **kwargs):
    """The CallFailed of a call, or None where it runs; what is no crash is passed on."""
    try:
        function(*args, **kwargs)
    except CallFailed as failure:
        if failure.kind in ("time", "exit", "memory", "prints"):
            raise CannotCheck(str(failure)) from None
        return failure
    return None


def certain(error, target):
    """Whether an exception hangs on the code alone: an attribute that nothing sets, a local name without a value, a call that does not fit."""
    text, tree = str(error), target.source.tree if target.source else ast.Module([], [])
    if isinstance(error, UnboundLocalError):
        return True
    if isinstance(error, AttributeError):
        told = re.match(rf"'{re.escape(target.name)}' object has no attribute '(\w+)'", text)
        return bool(told) and not _may_be_set(told.group(1), tree) and not _is_left_to_others(told.group(1), tree)
    called = CALLS.search(text) if isinstance(error, TypeError) else None
    return called is not None and called.group(1) in {getattr(node, "name", None) for node in ast.walk(tree)}


def _may_be_set(name, tree):
    """Whether anything in the file could give objects an attribute."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr == name and not isinstance(node.ctx, ast.Load):
            return True
        if isinstance(node, ast.Constant) and node.value == name:
            return True
        if getattr(node, "name", None) == name or (isinstance(node, ast.Name) and node.id == name):
            return True  # a method of a class that inherits, or a name that a class body binds
        if "setattr" in (getattr(node, "id", ""), getattr(node, "attr", "")) or getattr(node, "attr", "") == "__dict__":
            return True
    return False


def _is_left_to_others(name, tree):
    """Whether a missing attribute is called as a method that no slip of the pen explains: a class that inherits has it, elsewhere."""
    calls = {
        part.func.attr for part in ast.walk(tree) if isinstance(part, ast.Call) and isinstance(part.func, ast.Attribute)
    }
    methods = [part.name for part in ast.walk(tree) if isinstance(part, ast.FunctionDef)]
    return name in calls and not difflib.get_close_matches(name, methods, 1, 0.75)


def follows_the_data(one, two):
    """Whether two exceptions say that lengths do not fit which are those of the data: no number of the author's own is among them."""
    if not (SHAPES.search(str(one)) and type(one) is type(two)):
        return False
    pairs = list(zip(*(re.findall(r"\d+", str(error)) for error in (one, two))))
    changed = [a for a, b in pairs if a != b]
    return len(set(changed)) > 1 and all(a in changed or int(a) <= LARGEST_CONSTANT for a, _ in pairs)


def _is_used(target):
    """Whether the file makes objects of the class: with data of its author's, which may have another form."""
    tree = target.source.tree if target.source else ast.Module([], [])
    return any(getattr(getattr(node, "func", None), "id", None) == target.name for node in ast.walk(tree))
