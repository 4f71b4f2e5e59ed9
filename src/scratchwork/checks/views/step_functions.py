"""Bare functions that make one step of an optimiser, as the classes that the probes of optimisers take.

Two layouts: ``adam(w, dw, config) -> w, config``, where a table keeps the rates and what is remembered; and
``adam(w, dw, m, v, t, lr=1e-3) -> w, m, v``, where what is remembered goes in and comes back.
"""

import ast
import inspect
import re

import numpy as np

from scratchwork.checks.files.syntax import dotted
from scratchwork.checks.recognising import binding, vocabulary

WEIGHTS, SLOPES = (
    r"w|weights?|theta|params?|p|x|var",
    r"(d|grad_?|g_?)(w|weights?|theta|params?|p|x)|g|grads?|gradients?",
)
TABLES, COUNTS = r".*(config|cfg|state|cache|memory|history|hyper\w*|opts?|settings)", r"t|step|iteration|iter|i|n"


def classes(functions, tree, lines):
    """[(name, class, line)] of all functions of a file that make such a step."""
    nodes = {node.name: node for node in getattr(tree, "body", ()) if isinstance(node, ast.FunctionDef)}
    made = ((name, as_class(name, item, nodes.get(name))) for name, item in functions.items())
    return [(name, kind, lines.get(name)) for name, kind in made if kind is not None]


def as_class(name, function, node):
    """A class whose objects make the steps of a function with one method; None where it makes none."""
    entries = binding.parameters(function)
    words = [vocabulary.plain(entry.name) for entry in entries]
    if node is None or len(entries) < 2 or not re.fullmatch(WEIGHTS, words[0]) or not re.fullmatch(SLOPES, words[1]):
        return None
    tables = [entry.name for entry, word in zip(entries[2:], words[2:]) if re.fullmatch(TABLES, word)]
    back = [_returned(part) for part in ast.walk(node) if isinstance(part, ast.Return)]
    if len(back) != 1 or len(back[0]) < 2:
        return None
    if len(tables) == 1 and len(entries) == 3 and back[0][1] == tables[0]:
        return _made(name, function, [], tables[0], _defaults_of(node, tables[0]))
    kept = [entry.name for entry in entries[2:] if entry.default is entry.empty and entry.name in back[0][1:]]
    rest = [entry for entry in entries[2:] if entry.name not in kept and entry.default is entry.empty]
    counts = [name for name in kept if re.fullmatch(COUNTS, vocabulary.plain(name))]
    if kept != back[0][1:] or counts or not all(re.fullmatch(COUNTS, vocabulary.plain(entry.name)) for entry in rest):
        return None
    return _made(name, function, [*kept, *(entry.name for entry in rest)], None,
                 {entry.name: entry.default for entry in entries[2:] if entry.default is not entry.empty}, kept)  # fmt: skip


def _returned(node):
    """The names that a return hands back, "" for what is no name."""
    items = node.value.elts if isinstance(node.value, ast.Tuple) else [node.value]
    return [getattr(item, "id", "") for item in items]


def _defaults_of(node, table):
    """{key: number} of what a table is given where it does not hold it."""
    found = {}
    for call in ast.walk(node):
        told = isinstance(call, ast.Call) and dotted(call.func) in (f"{table}.get", f"{table}.setdefault")
        if told and len(call.args) == 2 and all(isinstance(item, ast.Constant) for item in call.args):
            key, value = (item.value for item in call.args)
            if isinstance(value, float):
                found[key] = value
    return found


def _made(name, function, asked, table, rates, kept=()):
    """The class: its constructor takes the rates, its one method weights and slopes."""

    def start(self, **given):
        self.given, self.held, self.count = rates | given, {}, 0
        self.__dict__.update(self.given)

    def step(self, w, g):
        self.count += 1
        if table is not None:
            w, self.held = function(w, g, {**self.given, **self.held})
            return w
        known = {key: self.held.get(key, np.zeros_like(w)) if key in kept else self.count for key in asked}
        w, *rest = function(w, g, **known, **self.given)
        self.held = dict(zip(kept, rest))
        return w

    kind = inspect.Parameter.KEYWORD_ONLY
    start.__signature__ = inspect.Signature(
        [
            inspect.Parameter("self", inspect.Parameter.POSITIONAL_OR_KEYWORD),
            *(inspect.Parameter(key, kind, default=value) for key, value in rates.items() if str(key).isidentifier()),
        ]
    )
    return type(name, (), {"__init__": start, "step": step, "step_of": name, "__module__": "user_module"})
