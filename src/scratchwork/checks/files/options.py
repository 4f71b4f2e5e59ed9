"""Options that are words, as the user's own code spells them: what it compares a name with, whatever the language."""

import ast
import functools
import inspect
import itertools
import re

USUAL = (r"unif\w*", r"eu[ck]li\w*", "l2", "random", "majority", "gd", "batch", "linear", "sigmoid", "mean", "none")


def words_of(function):
    """{name: [word, ...]} that the file of a function (or class) compares names with.

    >>> words_of(words_of)
    {}
    """
    path = _file_of(function)
    return _words_in(path) if path else {}


def preferred(words):
    """The word that stands for the plainest choice.

    >>> preferred(["distance", "uniform"]), preferred(["manhattan", "Euclidiana"]), preferred(["gewichtet", "schlicht"])
    ('uniform', 'Euclidiana', 'gewichtet')
    """
    return min(words, key=place)


def place(word):
    """How plain a choice a word is: its place among the usual ones, in any of their spellings."""
    return next((place for place, usual in enumerate(USUAL) if re.fullmatch(usual, word.lower())), len(USUAL))


def _file_of(function):
    function = inspect.unwrap(getattr(function, "__func__", function)) if callable(function) else function
    if inspect.isclass(function):
        function = next((item for item in vars(function).values() if inspect.isfunction(item)), None)
    code = getattr(function, "__code__", None)
    inside = code is not None and getattr(function, "__module__", None) == "user_module"
    return code.co_filename if inside else None


@functools.lru_cache(maxsize=32)
def _words_in(path):
    from scratchwork.checks.files.source import load_source

    try:
        tree = load_source(path).tree
    except (OSError, ValueError):
        return {}
    found = {}
    tables = _tables(tree)
    for node in ast.walk(tree):
        for name, word in itertools.chain(_compared(node), _looked_up(node, tables)):
            if word not in found.setdefault(name, []):
                found[name].append(word)
    return found


def _compared(node):
    """(name, word) for a comparison, a membership, a match, or a table of words."""
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        name = _name(node.left)
        if isinstance(node.ops[0], (ast.Eq, ast.NotEq, ast.In, ast.NotIn)) and name:
            yield from ((name, word) for word in _texts(node.comparators[0]))
    elif isinstance(node, ast.Match) and _name(node.subject):
        values = [
            part.value for case in node.cases for part in ast.walk(case.pattern) if isinstance(part, ast.MatchValue)
        ]
        yield from ((_name(node.subject), word) for value in values for word in _texts(value))
    elif isinstance(node, ast.Subscript) and isinstance(node.value, ast.Dict) and _name(node.slice):
        yield from ((_name(node.slice), word) for key in node.value.keys if key for word in _texts(key))


def _tables(tree):
    """{name: words} of the tables that have words for keys, such as ``RULES = {"plain": vote, "weighted": by_distance}``."""
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Dict) and len(node.value.keys) > 1:
            words = [
                key.value for key in node.value.keys if isinstance(key, ast.Constant) and isinstance(key.value, str)
            ]
            values = all(isinstance(item, (ast.Name, ast.Attribute, ast.Lambda)) for item in node.value.values)
            if values and len(words) == len(node.value.keys):
                found |= {name: words for target in node.targets if (name := _name(target))}
    return found


def _looked_up(node, tables):
    """(name, word) where a name looks up a function in a table of words."""
    words = tables.get(_name(node.value), ()) if isinstance(node, ast.Subscript) else ()
    if words and _name(node.slice):
        yield from ((_name(node.slice), word) for word in words)


def _name(node):
    """The name that is compared: a variable, an attribute, also after ``.lower()``."""
    while isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and not node.args:
        node = node.func.value
    found = node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
    return found.strip("_") if found not in ("__name__", "dtype", "kind") else None


def _texts(node):
    items = node.elts if isinstance(node, (ast.Tuple, ast.List, ast.Set)) else [node]
    return [item.value for item in items if isinstance(item, ast.Constant) and isinstance(item.value, str)]
