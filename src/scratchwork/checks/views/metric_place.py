"""In which function of the file a metric goes wrong: where the arithmetic fails, or in which helper the mistake already is."""

import ast
import re
import warnings

import numpy as np

from scratchwork.checks.findings import CallFailed, CannotCheck


def failing_in(function, call, *args, **kwargs):
    """The innermost function of the user's file in which 0/0 or the mean of nothing is taken, or None."""

    def strictly():
        with np.errstate(divide="raise", invalid="raise"), warnings.catch_warnings():
            warnings.simplefilter("error", RuntimeWarning)
            return function(*args, **kwargs)

    strictly.__name__ = getattr(function, "__name__", "metric")
    try:
        call(strictly)
    except CallFailed as failure:
        return innermost(failure.cause, function)
    except CannotCheck:
        return None
    return None


def innermost(error, function):
    """The name of the last frame of an error that belongs to the file of a function."""
    space = getattr(getattr(function, "__func__", function), "__globals__", {})
    trace, name = getattr(error, "__traceback__", None), None
    while trace is not None:
        frame = trace.tb_frame
        module = str(frame.f_globals.get("__name__"))
        own = module == "user_module" or (frame.f_globals is space and not module.startswith("scratchwork."))
        if own and not frame.f_code.co_name.startswith("<"):
            name = frame.f_code.co_name
        trace = trace.tb_next
    return name


def callees(target, name=None, seen=None):
    """{name: node} of the file's functions that a function calls, and those that they call in turn."""
    nodes = target.namespace.get("nodes", {})
    name, seen = name or target.name, {} if seen is None else seen
    node = nodes.get(name)
    for item in ast.walk(node) if node is not None else ():
        called = item.func if isinstance(item, ast.Call) else None
        word = getattr(called, "id", getattr(called, "attr", None))
        owner = name.rpartition(".")[0]
        full = next((key for key in (word, f"{owner}.{word}") if key in nodes and key != name), None)
        if full and full not in seen:
            seen[full] = nodes[full]
            callees(target, full, seen)
    return seen


def helper_with(target, pattern):
    """The name of the one called function whose text has a pattern that the function's own text lacks, or None."""
    own = target.namespace.get("nodes", {}).get(target.name)
    if own is None or re.search(pattern, ast.unparse(own)):
        return None
    found = [name for name, node in callees(target).items() if re.search(pattern, ast.unparse(node))]
    return found[0].rpartition(".")[2] if len(found) == 1 else None
