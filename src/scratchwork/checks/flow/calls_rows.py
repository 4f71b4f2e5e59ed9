"""Calls that split, shuffle and join rows."""

import ast

from scratchwork.checks.files.names import index_part_of, kind_of
from scratchwork.checks.files.syntax import dotted
from scratchwork.checks.flow import tables
from scratchwork.checks.flow.axis import axis_of
from scratchwork.checks.flow.values import UNKNOWN, Value, fresh, gathered, joined

SEEDS = {"random_state", "seed"}


def splitting(flow, node, last, base, args, kwargs):
    """``train_test_split(X, y)`` and its like; folds; ``random_split``."""
    if last in tables.SPLITTERS or (last == "random_split"):
        values = [value for value in args if value.roots or value.kind in ("data", "labels", "tuple")]
        stratified = kwargs.get("stratify")
        flow.note("split", node, values=tuple(values), call=node, parts=("train", "test"), stratify=stratified)
        order = split_order(node, kwargs)
        items = []
        for value in values:
            for part in ("train", "test"):
                items.append(value.but(part=part if value.part in (None, "both") else None, perm=order, cut=True,
                                       items=None, source="split", bounds=None, path=(*value.path, part)))  # fmt: skip
        return Value(items=tuple(items), kind="tuple") if len(items) > 1 else UNKNOWN
    if last == "split" and args and base is not None and base.kind == "folds":
        return Value(kind="folds", roots=args[0].roots)
    said = last.lower()
    if (
        "split" in said
        and any(value.roots for value in args)
        and last not in ("split", "array_split", "hsplit", "vsplit")
    ):
        return joined(args).but(kind="split", source="split")
    if last in ("split", "array_split") and base is None and args and (args[0].roots or args[0].kind == "index"):
        return args[0].but(cut=True, items=None, picked=True)
    return None


def split_order(node, kwargs):
    """What decides the rows of a split: two splits with the same seed and size give the same rows."""
    shuffle = next((part.value for part in node.keywords if part.arg == "shuffle"), None)
    if isinstance(shuffle, ast.Constant) and shuffle.value is False:
        return None
    return ("split", seed_of(node, kwargs))


def seed_of(node, kwargs, args=()):
    """What tells one seed from others: its number, else its text; a number of its own where none is given."""
    given = [*zip(node.args, args), *((part.value, kwargs[part.arg]) for part in node.keywords if part.arg in SEEDS)]
    if not given or (isinstance(given[0][0], ast.Constant) and given[0][0].value is None):
        return ("no seed", fresh())
    text, value = given[0]
    return value.const if isinstance(value.const, (int, str)) else ast.unparse(text)


def shuffling(flow, node, last, base, args, kwargs):
    """Permutations, in place or as an index."""
    found = seeding(flow, node, last, base, args, kwargs)
    if found is not None:
        return found
    made = generator(seed_of(node, kwargs)) if SEEDS & {*kwargs} else kwargs.get("generator", base)
    if last in tables.PERMUTERS or (last == "choice" and without_replacement(node)):
        order = next_order(flow, made)
        about = args[0] if args else UNKNOWN
        flow.note("shuffle", node, value=about)
        if about.kind == "data" or about.kind == "labels":
            return moved(about, order)
        return Value(kind="index", perm=order, cut=True)
    if last in ("choice", "randint", "integers", "sample") and drawn_numbers(node, args):
        return Value(kind="index", perm=next_order(flow, made), cut=True)
    if last in tables.SHUFFLERS and args:
        return shuffled(flow, node, made, args)
    if last == "resample" and args and args[0].roots and not without_replacement(node):
        more = args[0].but(resampled=(*args[0].resampled, node.lineno), cut=True)
        return more if len(args) == 1 else Value(items=(more, *args[1:]), kind="tuple")
    if last == "sample" and base is not None and base.roots:
        whole = any(part.arg == "frac" and getattr(part.value, "value", 0) == 1 for part in node.keywords)
        flow.note("shuffle", node, value=base)
        return base.but(perm=next_order(flow, made), cut=not whole)
    return None


def drawn_numbers(node, args):
    """Whether a call draws several whole numbers, such as those of the rows of a batch."""
    many = any(part.arg == "size" for part in node.keywords) or len(node.args) >= (2 if called_choice(node) else 3)
    return many and bool(args) and args[0].kind in ("", "number") and not args[0].roots


def called_choice(node):
    return getattr(node.func, "attr", getattr(node.func, "id", "")) in ("choice", "sample")


def seeding(flow, node, last, base, args, kwargs):
    """States and seeds of the generator of the module, and generators of their own; None for all other calls."""

    def keep(made):
        if base is not None and base.kind == "generator" and isinstance(node.func.value, ast.Name):
            flow.bind(node.func.value.id, made)
        else:
            flow.seeds = made

    if last == "get_state":
        key = ("state", fresh())
        keep(generator(key))
        return Value(kind="state", const=key)
    if last == "set_state" and args and args[0].kind == "state":
        keep(generator(args[0].const))
        return UNKNOWN
    if last in tables.SEEDERS and (args or kwargs):
        keep(generator(seed_of(node, kwargs, args)))
        flow.note("seeded", node)
        return UNKNOWN
    if last in tables.GENERATORS:
        return args[0] if args and args[0].kind == "generator" else generator(seed_of(node, kwargs, args))
    return None


def generator(key):
    return Value(kind="generator", const=(key, fresh()))


def next_order(flow, base):
    """A permutation of its own, unless the seed of its generator is known: then the seed names it, and its number."""
    made = base if base is not None and base.kind == "generator" else flow.seeds
    if made is None or not made.const:
        return ("order", fresh())
    key, own = made.const
    flow.drawn[own] += 1
    return ("drawn", key, flow.drawn[own])


def moved(value, order):
    return value.but(perm=order if value.perm is None else (value.perm, order))


def without_replacement(node):
    return any(part.arg == "replace" and getattr(part.value, "value", None) is False for part in node.keywords)


def shuffled(flow, node, base, args):
    """``np.random.shuffle(X)`` in place, or ``sklearn.utils.shuffle(X, y)`` with a result."""
    order = next_order(flow, base)
    flow.note("shuffle", node, value=args[0])
    if len(args) > 1 and args[1].roots:
        return Value(items=tuple(moved(value, order) for value in args), kind="tuple")
    name = dotted(node.args[0])
    if name:
        old = flow.lookup(name) or UNKNOWN
        kind = "index" if old.kind in ("", "index", "number") and not kind_of(name) else old.kind
        flow.bind(name, moved(old, order).but(kind=kind, cut=old.cut or kind == "index"))
    return moved(args[0], order)


def joining(flow, node, last, base, args, kwargs):
    """Rows or columns put together; appending to a list of scores."""
    if last == "append" and base is not None and args and len(args) == 1:
        return appended(flow, node, args[0])
    if last == "extend" and base is not None and args and args[0].kind == "index" and dotted(node.func.value):
        name = dotted(node.func.value)
        flow.bind(name, args[0].but(part=index_part_of(name), path=()))
        return UNKNOWN
    if last in tables.COUNTS:
        return UNKNOWN
    if last == "arange" or (last == "range" and args):
        return Value(kind="index" if last == "arange" else "number", cut=last == "arange")
    if last not in tables.JOINERS | tables.BESIDE:
        return None
    values = args[0].items if args and args[0].items is not None else args
    values = [value for value in (base, *values) if value is not None]
    if values and all(value.kind == "index" for value in values):
        moved = any(value.perm is not None for value in values)
        return Value(kind="index", cut=True, perm=("order", fresh()) if moved else None)
    mixed = joined([value for value in values if value.roots])
    if last in tables.JOINERS and multiplies(node, values):
        mixed = mixed.but(resampled=(*mixed.resampled, node.lineno))
    kinds = {value.kind for value in values if value.roots}
    parts = {value.part for value in values if value.roots}
    rows = last in tables.JOINERS and axis_of(node, None) not in (1, -1)
    return mixed.but(
        kind=kinds.pop() if len(kinds) == 1 else ("data" if "data" in kinds else ""),
        part=mixed.part if not rows or len(parts) < 2 else "both",
        cols=None if len(values) > 1 else mixed.cols,
        target_in=not rows and "labels" in {value.kind for value in values if value.roots},
    )


def multiplies(node, values):
    """Whether rows are put below other rows of the same data, so that some occur twice."""
    data = [value for value in values if value.roots and value.kind != "index"]
    if len(data) < 2 or any(value.part for value in data) or axis_of(node, None) not in (None, 0):
        return False
    shared = frozenset.intersection(*(value.roots for value in data))
    taken = {(value.path, value.perm) for value in data if value.bounds != ("unpacked",)}
    same = len(taken) == 1 and taken != {((), None)}  # rows and a copy of them
    return bool(shared) and (not all(value.cut for value in data) or same or any(value.resampled for value in data))


def appended(flow, node, value):
    """``scores.append(score)``: the list now holds scores of a part."""
    name = dotted(node.func.value)
    inner = value.items or ()
    score = value if value.kind in ("score", "hits") else next((v for v in inner if v.kind in ("score", "hits")), None)
    if name and score is not None:
        loop = flow.loops[-1] if flow.loops else None
        flow.bind(name, gathered(score, loop, name))
        flow.note("named", node, name=name, value=score)
    elif name and value.roots and value.items is None:
        old = flow.lookup(name) or UNKNOWN
        flow.bind(name, joined([old, value]).but(kind=value.kind or old.kind, items=None, each=value))
    elif name and (value.items is not None or value.kind == "cluster"):
        flow.returned(node, value)  # a batch of rows and labels
        old = flow.lookup(name) or UNKNOWN
        rows = old.kind == "data" and old.roots and value.kind == "tuple" and not value.roots  # X.append([a, b])
        flow.bind(name, old.but(each=value.but(roots=old.roots)) if rows else Value(kind="tuple", each=value))
    return UNKNOWN
