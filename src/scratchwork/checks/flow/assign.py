"""Assignments in the data flow: where a value gets a name, the name may say which part of the data it is."""

import ast
import dataclasses
import re

from scratchwork.checks.files.names import index_part_of, kind_of, part_of, tokens
from scratchwork.checks.files.syntax import dotted
from scratchwork.checks.flow.values import UNKNOWN, Value, fresh, gathered, joined

DATAISH = ("", "data", "labels")


def assign(flow, target, value, node, augmented=False):
    """Bind what a target names to a value."""
    if isinstance(target, ast.Starred):
        target = target.value
    if isinstance(target, (ast.Tuple, ast.List)):
        unpack(flow, target, value, node)
    elif isinstance(target, ast.Subscript):
        store(flow, target, value)
    else:
        name = dotted(target)
        if name:
            flow.bind(name, named(flow, name, value, node, augmented))


def unpack(flow, target, value, node):
    """``a, b = value``: item by item where the items are known, else by the names."""
    items = value.items
    starred = any(isinstance(part, ast.Starred) for part in target.elts)
    if items is not None and len(items) == len(target.elts) and not starred:
        if one_is_picked(getattr(node, "value", None)):
            flow.returned(node, value)  # Xs, ys = X[order], y: two orders in one line
        hints = {part_of(dotted(part)) for part in target.elts if dotted(part)} - {None}
        if len(items) == 2 and hints == {"test"} and all(item.cut and item.part is None for item in items):
            items = tuple(  # rows, test_rows = rows.loc[drawn], rows.drop(drawn)
                item if part_of(dotted(part)) or item.roots != items[0].roots else item.but(part="train")
                for part, item in zip(target.elts, items)
            )
        for part, item in zip(target.elts, items):
            if len(hints) != 1:  # X_train1, X_train2 = ...: a part that is split once more
                check_place(flow, part, item, node)
            assign(flow, part, item, node)
        return
    single = value.but(items=None)
    if value.kind == "split":
        flow.note("split", node, values=(single,), call=None, parts=())
        single = single.but(kind="", part=None, cut=False)
    single = single.but(bounds=("unpacked",))
    for part in target.elts:
        assign(flow, part, single.but(kind="" if single.kind in ("tuple", "split") else single.kind), node)


def one_is_picked(node):
    """Whether of two values written side by side one is ``X[order]`` and the other a bare name."""
    if not isinstance(node, ast.Tuple) or len(node.elts) != 2:
        return False
    picked = [part for part in node.elts if isinstance(part, ast.Subscript) and isinstance(part.slice, ast.Name)]
    return len(picked) == 1 and any(isinstance(part, (ast.Name, ast.Attribute)) for part in node.elts)


def check_place(flow, target, item, node):
    """Whether a part that a split returns is unpacked into the name of another part or kind."""
    name = dotted(target)
    if not name or item.source != "split":
        return
    hint, kind = part_of(name), kind_of(name)
    developed = item.part == "train" and "dev" in tokens(name)  # the rows to develop on
    wrong_part = hint and item.part and hint != item.part and {hint, item.part} != {"test", "val"} and not developed
    wrong_kind = kind and item.kind in ("data", "labels") and kind in ("data", "labels") and kind != item.kind
    said = kind_of(item.name) == item.kind  # the name it had before agrees with what is known of it
    if wrong_part or (wrong_kind and hint and said):
        flow.note("swapped", node, name=name, item=item)


def named(flow, name, value, node, augmented):
    """The value as this name presents it: its part, its kind; a cut that gets a part's name is a split."""
    part, kind = part_of(name), kind_of(name)
    if part == "val" and "dev" in tokens(name) and not flow.has_train:
        part = "train"  # the rows to develop on, all but those kept for the test
    if value.estimator is not None or value.kind in ("self", "module"):
        return value
    if value.kind in ("score", "scores", "hits"):
        flow.note("named", node, name=name, value=value)
    if value.kind == "index" and kind != "labels":
        return value.but(part=index_part_of(name) or value.part, name=name)
    if kind == "data" and value.kind == "tuple" and value.items is None and value.each is not None:
        value = value.but(kind="data", roots=value.each.roots, part=part or value.each.part)  # rows with labels
    if kind == "labels" and value.kind == "index":
        value = Value(kind="labels")
    if kind and value.kind in DATAISH and value.const is None:
        if (value.kind, kind) != ("labels", "data") and (value.source, kind) != ("table", "prediction"):
            value = value.but(kind=kind)
        if not value.roots and kind in ("data", "labels") and not value.stat:
            root = fresh()
            flow.guessed.add(root)
            value = value.but(roots=frozenset([root]))
    return parted(flow, name, value, part, node, augmented).but(name=name)


def parted(flow, name, value, part, node, augmented):
    """The value as the part that its name says, where what is known of it does not say better."""
    if part and value.part is None and value.kind in DATAISH and value.roots and not augmented:
        value = as_part(flow, name, value, part, node)
    aliased = isinstance(getattr(node, "value", None), ast.Name)
    if part == "val" and value.part == "test" and value.cut and not aliased and value.kind in DATAISH:
        value = value.but(part="val")  # X, X_val = train_test_split(X): the second part is what its name says
    called = isinstance(getattr(node, "value", None), ast.Call)
    if (called and (part, value.part) == ("test", "val")) or (value.part == "both" and value.bounds == ("unpacked",)):
        value = value.but(part=part or "both")  # as its caller calls what a function has divided, or lined up
    aside = part == "val" and not {"dev", "cv"} & set(tokens(name)) and value.part == "train"
    if aside and value.cut and value.kind in DATAISH and value.roots:
        value = value.but(part="val")  # X_val = X_train[mask]: rows of the training part that are kept aside
    if part == "train" and value.part == "both":
        value = value.but(part="train")  # folds joined again, without the one kept aside
    return value


def as_part(flow, name, value, part, node):
    """The value as a part of the data; a selection that was scaled before it got this name was so by its own statistics."""
    own = [leak for leak in value.leaks if leak.path and leak.path == value.path]
    if any(leak.strong for leak in own):
        statistics = ((value.roots, part, True, value.path),)
        flow.note("scale", node, data=value.but(part=part), statistics=statistics, how=own[0].how)
    value = value.but(leaks=tuple(leak for leak in value.leaks if leak not in own))
    if value.cut:
        flow.note("split", node, values=(value,), call=None, parts=(part,))
    flow.note("part", node, value=value, part=part, name=name)
    return value.but(part=part)


def lengthened(flow, node):
    """``test += numbers[:n]``: whether a list is made of row numbers, of the part that its name says."""
    name, taken = dotted(node.target), isinstance(node.value, (ast.Name, ast.Subscript))
    added = flow.evaluate(node.value) if name and taken and isinstance(node.op, ast.Add) else UNKNOWN
    if added.kind == "index":
        flow.bind(name, added.but(part=index_part_of(name), path=()))
    return added.kind == "index"


def score_of(event):
    """The score that a comparison holds, if it holds one."""
    return next((value for value in (event.left, event.right) if value.kind in ("score", "hits")), None)


def counted(flow, statements, held):
    """``if guess == label: right += 1``: the counter holds hits."""
    steps = [part for part in statements if isinstance(part, ast.AugAssign) and isinstance(part.op, ast.Add)]
    for part in steps if held.kind == "hits" else ():
        if isinstance(part.value, ast.Constant) and dotted(part.target):
            flow.bind(dotted(part.target), held.but(shape="count", items=None, name=dotted(part.target)))


def store(flow, target, value):
    """``X[:, 0] = ...``, ``df["a"] = ...``, ``results[k] = score``."""
    base = target.value
    while isinstance(base, ast.Attribute) and base.attr in ("loc", "iloc", "at", "iat", "values"):
        base = base.value
    name = dotted(base)
    if not name:
        return
    old = flow.lookup(name) or UNKNOWN
    text_key = isinstance(target.slice, ast.Constant) and isinstance(target.slice.value, str)
    if text_key and (old.kind == "dict" or not old.roots):
        kept = tuple(pair for pair in old.entries if pair[0] != target.slice.value)
        if value.kind not in ("score", "hits"):
            named_value = named(flow, target.slice.value, value, target, True) if value.roots else value
            flow.bind(name, Value(kind="dict", entries=(*kept, (target.slice.value, named_value)), name=name))
            return
    if value.kind in ("score", "hits"):
        loop = flow.loops[-1] if flow.loops else None
        flow.bind(name, gathered(value, loop, name))
        flow.note("named", target, name=target.slice.value if text_key else name, value=value)
        return
    if value.text and isinstance(target.slice, ast.Constant):
        flow.bind(name, old.but(texts=(*old.texts, target.slice.value)))
        return
    made = filled(target, old, value, name)
    if made is not old:
        flow.bind(name, made)


def filled(target, old, value, name):
    """What an array is after values are put into it."""
    if (
        value.roots
        and not old.roots
        and isinstance(target.slice, ast.Tuple)
        and ast.unparse(target.slice.elts[0]) == ":"
    ):
        return value.but(cols=None, shape=None, items=None, name=name)  # padded[:, 1:] = X
    if value.stat and not old.roots:
        old = old.but(stat=(*old.stat, *value.stat))  # means[columns] = mu[columns]
    if value.leaks or value.scale:
        mixed = joined([old, value])
        old = dataclasses.replace(old, leaks=mixed.leaks, roots=mixed.roots or old.roots)
    return old


def arguments_of(node):
    """All named parameters of a function, in order."""
    return [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]


def scope_of(node, in_class=False):
    """What is known of the parameters of a function without a caller; ``X, y`` beside ``X_val, y_val`` are learnt from."""
    scope = {arg.arg: parameter(arg.arg, in_class) for arg in arguments_of(node)[in_class:]}
    kept = {value.part for value in scope.values()} - {None}
    plain = ("X", "x", "y", "Y", "t", "data", "labels", "inputs", "targets") if kept and kept <= {"test", "val"} else ()
    return {name: value.but(part="train") if name in plain and value.roots else value for name, value in scope.items()}


def parameter(name, in_class):
    """An unknown argument; its name may tell what it is."""
    kind = kind_of(name)
    if not kind and (in_class or re.match(r"n_|num|k$|lr|alpha|eta|epochs?|seed|rng|lam|reg|beta|max_|tol|size", name)):
        return Value(name=name)
    return Value(roots=frozenset([fresh()]), kind=kind, part=part_of(name) if kind else None, name=name)


__all__ = ["assign"]
