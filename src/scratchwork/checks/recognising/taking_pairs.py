"""Whether a function takes its samples two by two, by what it does with them."""

import ast
import functools
import inspect
import itertools

from scratchwork.checks.files import uses
from scratchwork.checks.files.syntax import dotted
from scratchwork.checks.recognising import meaning_by_use


def takes_pairs(name, function):
    """Whether a parameter is walked through two by two, here or where it is passed on to: ``for x, y in data``, ``zip(*data)``."""
    return _takes_pairs(name, inspect.unwrap(getattr(function, "__func__", function)))


@functools.lru_cache(maxsize=400)
def _takes_pairs(name, plain):
    tree = getattr(plain, "__globals__", {}).get("__tree__")
    node, owner = uses.definition(plain, tree) if tree is not None else (None, None)
    scopes = (
        itertools.islice(meaning_by_use.scopes_of(node, owner, name, tree), meaning_by_use.MOST_SCOPES)
        if node is not None
        else ()
    )
    return any(_two_by_two(item, alias) for body, alias in scopes for item in ast.walk(body))


def _two_by_two(node, alias):
    if isinstance(node, ast.Call) and dotted(node.func) == "zip":
        return (
            len(node.args) == 1
            and isinstance(node.args[0], ast.Starred)
            and alias(meaning_by_use.root(node.args[0].value))
        )
    if not isinstance(node, (ast.For, ast.comprehension)):
        return False
    target, source = node.target, node.iter
    if isinstance(source, ast.Call) and dotted(source.func) == "enumerate" and isinstance(target, ast.Tuple):
        target, source = target.elts[-1], source.args[0]
    return alias(meaning_by_use.root(source)) and isinstance(target, ast.Tuple) and len(target.elts) == 2
