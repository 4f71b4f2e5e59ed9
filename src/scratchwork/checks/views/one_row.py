"""Methods that are made for one row alone, and are asked for a table."""

import ast
import contextlib

import numpy as np

from scratchwork.checks.files import uses
from scratchwork.checks.findings import CallFailed, CannotCheck

LOOPS = (ast.For, ast.ListComp, ast.GeneratorExp)


def whole_or_by_rows(once, X, method):
    """What a method gives for a table; where it takes one row alone, and fails or gives other than a row for each, its rows in turn."""
    got, failure = None, None
    try:
        got = once(X)
    except CallFailed as problem:
        failure = problem
    fewer = failure is None and (not hasattr(got, "__len__") or len(got) != len(X))
    if (failure is not None or fewer) and takes_one(method):
        with contextlib.suppress(CannotCheck):
            by_row = [np.asarray(once(row), dtype=float) for row in X]
            if all(item.shape == by_row[0].shape and item.ndim == 1 for item in by_row):
                return np.array(by_row)
    if failure is not None:
        raise failure
    return got


def takes_one(method):
    """Whether a method walks through the numbers of what it is given, or the file hands it one row at a time."""
    tree = getattr(method, "__globals__", getattr(getattr(method, "__func__", None), "__globals__", {})).get("__tree__")
    node = uses.definition(method, tree)[0] if tree is not None else None
    if node is None:
        return False
    given = {item.arg for item in node.args.args} - {"self"}
    calls = [part for part in ast.walk(node) if isinstance(part, ast.Call) and ast.unparse(part.func) == "zip"]
    if any(isinstance(item, ast.Name) and item.id in given for call in calls for item in call.args):
        return True
    return any(_handed(loop, node.name) for loop in ast.walk(tree) if isinstance(loop, LOOPS))


def _handed(loop, name):
    """Whether a loop hands its variable, or an entry that it looks up, to functions of a name."""
    targets = [loop.target] if isinstance(loop, ast.For) else [part.target for part in loop.generators]
    single = {part.id for item in targets for part in ast.walk(item) if isinstance(part, ast.Name)}
    for call in ast.walk(loop):
        if isinstance(call, ast.Call) and getattr(call.func, "id", getattr(call.func, "attr", None)) == name:
            looked = [item.slice if isinstance(item, ast.Subscript) else item for item in call.args]
            if any(isinstance(item, ast.Name) and item.id in single for item in looked):
                return True
    return False
