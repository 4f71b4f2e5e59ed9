"""Tuples, lists, dicts and comprehensions in the data flow: what their elements are."""

import ast
import functools

from scratchwork.checks.files.names import index_part_of
from scratchwork.checks.files.syntax import literal
from scratchwork.checks.flow.values import UNKNOWN, Value, element_of, gathered, joined


def sequence(flow, node):
    items = ()
    for part in node.elts:
        value = flow.evaluate(part)
        items += value.items or () if isinstance(part, ast.Starred) else (value,)
    if not items:
        return UNKNOWN
    kinds = {value.kind for value in items if value.roots}
    return joined(items).but(items=items, kind=kinds.pop() if kinds == {"data"} else "tuple")


def comprehension(flow, node):
    from scratchwork.checks.flow.assign import assign  # a cycle: assignments evaluate, comprehensions assign

    first = flow.evaluate(node.generators[0].iter)
    written = isinstance(node, (ast.ListComp, ast.GeneratorExp)) and len(node.generators) == 1
    if written and first.items and len(first.items) <= 6:
        return listed(flow, node, first.items)
    for generator in node.generators:
        iterable = flow.evaluate(generator.iter)
        assign(flow, generator.target, element(flow, iterable, generator.iter), node)
    flow.loops.append(node)
    value = flow.evaluate(node.value if isinstance(node, ast.DictComp) else node.elt)
    tests = [flow.evaluate(test) for generator in node.generators for test in generator.ifs]
    flow.loops.pop()
    if value.kind == "number" and value.const is not None and tests and tests[0].kind == "hits":
        return tests[0]  # sum(1 for a, b in zip(guesses, labels) if a == b)
    if value.kind == "hits" and value.shape != "count":
        return value  # one for each row
    if value.kind in ("score", "hits"):
        return gathered(value, node)
    if value.kind == "number" and value.const is None and tests:
        return Value(kind="index", cut=True)  # [i for i, label in enumerate(labels) if label == one]
    cut = value.cut or any(generator.ifs for generator in node.generators)
    each = None if isinstance(node, ast.DictComp) else value
    # what is cut off an element is no row of the whole
    return value.but(items=None, estimator=None, each=each, cut=cut, bounds=None, span=None, path=())


def mapping(flow, node):
    """A dict that is written out: its values by their keys."""
    found = []
    for key, part in zip(node.keys, node.values):
        value = flow.evaluate(part)
        if isinstance(key, ast.Constant):
            found.append((key.value, as_part(flow, node, value, key.value)))
    return Value(kind="dict", entries=tuple(found)) if found else UNKNOWN


def as_part(flow, node, value, key):
    """The value under a key that names a part of the data: ``{"train": (X[:n], y[:n])}``."""
    part = index_part_of(key) if isinstance(key, str) else None
    if part is None:
        return value
    if value.items is not None:
        return value.but(items=tuple(as_part(flow, node, item, key) for item in value.items))
    if not value.roots or value.part is not None or value.kind not in ("data", "labels", ""):
        return value
    flow.note("part", node, value=value, part=part, name=value.name)
    return value.but(part=part)


def entry_of(base, index):
    """The value under a constant key of a dict that is known, or None."""
    if not base.entries or not isinstance(index, ast.Constant):
        return None
    return dict(base.entries).get(index.value)


def listed(flow, node, items):
    """``[scale(a) for a in (X_train, X_test)]``: item by item."""
    from scratchwork.checks.flow.assign import assign

    made = []
    flow.loops.append(node)
    for item in items:
        assign(flow, node.generators[0].target, item, node)
        made.append(flow.evaluate(node.elt))
    flow.loops.pop()
    if any(value.kind in ("score", "hits") for value in made):
        return gathered(made[0], node)
    return joined(made).but(items=tuple(made), kind="tuple")


def element(flow, iterable, node):
    """One element of what a loop runs over."""
    if (
        iterable.items is not None
        and iterable.items
        and (isinstance(node, (ast.Tuple, ast.List)) or iterable.kind == "pairs")
    ):
        first = iterable.items[0]
        return first.but(const=None) if first.kind in ("number", "string") else first
    if iterable.items is not None:
        return iterable
    if iterable.each is not None:
        return element_of(iterable)
    if iterable.kind in ("scores",):
        return iterable.but(kind="score")
    if iterable.kind == "folds":
        return Value(items=(Value(kind="index", part=None, cut=True), Value(kind="index", cut=True)), kind="tuple")
    return iterable.but(items=None, estimator=None, cut=iterable.cut)


def alone(index):
    """What ``[i]`` holds, in ``X[[i]]`` or ``X[:, [i]]``; any other index is itself."""
    single = isinstance(index, ast.List) and len(index.elts) == 1 and isinstance(index.elts[0], ast.Name)
    return index.elts[0] if single else index


@functools.cache
def heads_of(tree):
    """(what is cut, up to where) of every slice from the start: ``x[:n]``."""
    cuts = [(part.value, getattr(part.slice, "elts", [part.slice])[:1]) for part in ast.walk(tree) if isinstance(part, ast.Subscript)]  # fmt: skip
    starts = [(value, first.upper) for value, held in cuts for first in held if isinstance(first, ast.Slice) and first.lower is None]  # fmt: skip
    return {(ast.unparse(value), ast.unparse(upper)) for value, upper in starts if upper is not None}


def rest(flow, node, base, value):
    """``x_train[n:]``: rows that are kept aside where ``x_train[:n]`` is used too; of which part they are is open else."""
    start, end = value.span or (None, None)
    if base.part != "train" or start in (None, "0") or end:
        return value
    return value.but(part="val" if (ast.unparse(node.value), start) in heads_of(flow.tree) else None)


def span_of(index):
    """The bounds of a row slice as text, None for an open end."""
    if not isinstance(index, ast.Slice) or index.step is not None:
        return None
    return tuple(None if bound is None else ast.unparse(bound) for bound in (index.lower, index.upper))


def literal_bounds(index):
    """(low, high) of a row slice whose bounds are numbers, else None."""
    if not isinstance(index, ast.Slice) or index.step is not None:
        return None
    low, high = literal(index.lower), literal(index.upper)
    if (index.lower is not None and low is None) or (index.upper is not None and high is None):
        return None
    return (low, high)
