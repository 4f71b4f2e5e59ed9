"""Calls that load, split, shuffle, join, reshape and scale data."""

import ast

from scratchwork.checks import flow_tables as tables
from scratchwork.checks.flow_axis import axis_of, is_row_axis
from scratchwork.checks.flow_names import kind_of
from scratchwork.checks.flow_values import UNKNOWN, Leak, Value, fresh, joined
from scratchwork.checks.syntax import dotted


def known(flow, node, last, base, args, kwargs):
    """The result of a call that this file knows, else None."""
    for follow in (statistics, splitting, shuffling, joining, reshaping, scaling, tables_calls, loading):
        found = follow(flow, node, last, base, args, kwargs)
        if found is not None:
            return found
    return None


def subject(base, args):
    """What a call is about: the object of a method, else the first argument."""
    return base if base is not None else (args[0] if args else UNKNOWN)


def statistics(flow, node, last, base, args, kwargs):
    """``X.mean(axis=0)``, ``np.std(X)``: a statistic of columns; along the rows it is none."""
    if last not in tables.STATISTICS and last != "norm" and not (last == "sum" and axis_of(node, base) == 0):
        return None
    if isinstance(node.func, ast.Name) and node.func.id not in flow.imports:
        return None  # the built-in min and max
    about = subject(base, args)
    if about.kind in ("hits", "score", "scores"):
        return picked_score(flow, node, last, about)
    if about.kind in ("labels", "prediction", "cluster", "error"):
        return UNKNOWN
    if not about.roots or is_row_axis(axis_of(node, base)):
        return about.but(kind="", stat=(), shape="flat") if about.roots else None
    if last == "norm" and axis_of(node, base) is None:
        return UNKNOWN
    strong = not (last in tables.WEAK_STATISTICS and axis_of(node, base) is None and about.cols is None)
    made = Value(stat=((about.roots, about.part, strong),))
    return made.but(items=(made, made, made), kind="tuple") if last in ("svd", "eig", "eigh") else made


def picked_score(flow, node, last, about):
    """``np.mean(hits)`` is a score; ``max(scores)``, ``np.argmax(scores)`` select."""
    if about.kind == "hits":
        flow.note("score", node, part=about.part, name="accuracy", value=about, args=(about,), fitted=None)
        return about.but(kind="score", const=about.const or ("fraction" if last == "mean" else None))
    if about.kind == "scores" and last in tables.BIGGER | tables.SMALLER:
        flow.note("select", node, part=about.part, scores=about)
    return about.but(kind="score")


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
                                       items=None, source="split", bounds=None))  # fmt: skip
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
    if last in ("split", "array_split") and base is None and args and args[0].roots:
        return args[0].but(cut=True, items=None)
    return None


def split_order(node, kwargs):
    """What decides the rows of a split: two splits with the same seed and size give the same rows."""
    seed = next((part.value for part in node.keywords if part.arg in ("random_state", "seed")), None)
    shuffle = next((part.value for part in node.keywords if part.arg == "shuffle"), None)
    if isinstance(shuffle, ast.Constant) and shuffle.value is False:
        return None
    return ("split", ast.dump(seed)) if seed is not None else ("split", fresh())


def shuffling(flow, node, last, base, args, kwargs):
    """Permutations, in place or as an index; seeds."""
    if last in tables.SEEDERS and (args or kwargs):
        flow.seeds = ("seed", args[0].const if args and args[0].const is not None else fresh())
        flow.note("seeded", node)
        return UNKNOWN
    if last in tables.PERMUTERS or (last == "choice" and without_replacement(node)):
        order = next_order(flow)
        about = args[0] if args else UNKNOWN
        flow.note("shuffle", node, value=about)
        if about.kind == "data" or about.kind == "labels":
            return about.but(perm=order)
        return Value(kind="index", perm=order, cut=True)
    if last in tables.SHUFFLERS and args:
        return shuffled(flow, node, args)
    if last == "resample" and args and args[0].roots and not without_replacement(node):
        more = args[0].but(resampled=(*args[0].resampled, node.lineno), cut=True)
        return more if len(args) == 1 else Value(items=(more, *args[1:]), kind="tuple")
    if last == "sample" and base is not None and base.roots:
        whole = any(part.arg == "frac" and getattr(part.value, "value", 0) == 1 for part in node.keywords)
        flow.note("shuffle", node, value=base)
        return base.but(perm=("sample", fresh()), cut=not whole)
    return None


def next_order(flow):
    """A permutation of its own, unless a seed was set just before: then the seed names it."""
    if flow.seeds:
        order, flow.seeds = flow.seeds, 0
        return order
    return ("order", fresh())


def without_replacement(node):
    return any(part.arg == "replace" and getattr(part.value, "value", None) is False for part in node.keywords)


def shuffled(flow, node, args):
    """``np.random.shuffle(X)`` in place, or ``sklearn.utils.shuffle(X, y)`` with a result."""
    order = next_order(flow)
    flow.note("shuffle", node, value=args[0])
    if len(args) > 1 and args[1].roots:
        return Value(items=tuple(value.but(perm=order) for value in args), kind="tuple")
    name = dotted(node.args[0])
    if name:
        old = flow.lookup(name) or UNKNOWN
        kind = "index" if old.kind in ("", "index") and not kind_of(name) else old.kind
        flow.bind(name, old.but(perm=order, kind=kind, cut=old.cut or kind == "index"))
    return args[0].but(perm=order)


def joining(flow, node, last, base, args, kwargs):
    """Rows or columns put together; appending to a list of scores."""
    if last == "append" and base is not None and args and len(args) == 1:
        return appended(flow, node, args[0])
    if last in tables.COUNTS:
        return UNKNOWN
    if last == "arange" or (last == "range" and args):
        return Value(kind="index" if last == "arange" else "number", cut=last == "arange")
    if last not in tables.JOINERS | tables.BESIDE:
        return None
    values = args[0].items if args and args[0].items is not None else args
    values = [value for value in (base, *values) if value is not None]
    mixed = joined([value for value in values if value.roots])
    if last in tables.JOINERS and multiplies(node, values):
        mixed = mixed.but(resampled=(*mixed.resampled, node.lineno))
    kinds = {value.kind for value in values if value.roots}
    parts = {value.part for value in values if value.roots}
    rows = last in tables.JOINERS
    return mixed.but(
        kind=kinds.pop() if len(kinds) == 1 else ("data" if "data" in kinds else ""),
        part=mixed.part if not rows or len(parts) < 2 else "both",
        cols=None if len(values) > 1 else mixed.cols,
    )


def multiplies(node, values):
    """Whether rows are put below other rows of the same data, so that some occur twice."""
    data = [value for value in values if value.roots and value.kind != "index"]
    if len(data) < 2 or any(value.part for value in data) or axis_of(node, None) not in (None, 0):
        return False
    shared = frozenset.intersection(*(value.roots for value in data))
    return bool(shared) and (not all(value.cut for value in data) or any(value.resampled for value in data))


def appended(flow, node, value):
    """``scores.append(score)``: the list now holds scores of a part."""
    name = dotted(node.func.value)
    inner = value.items or ()
    score = value if value.kind in ("score", "hits") else next((v for v in inner if v.kind in ("score", "hits")), None)
    if name and score is not None:
        loop = flow.loops[-1] if flow.loops else None
        flow.bind(name, Value(kind="scores", part=score.part, loop=loop, name=name, source=score.source))
    elif name and value.roots and value.items is None:
        old = flow.lookup(name) or UNKNOWN
        flow.bind(name, joined([old, value]).but(kind=value.kind or old.kind, items=None))
    return UNKNOWN


def reshaping(flow, node, last, base, args, kwargs):
    """Calls that keep the values: casts, copies, shapes."""
    from scratchwork.checks.flow_expressions import product  # a cycle: expressions make calls

    if last in ("dot", "matmul") and len((*args, *([base] if base else []))) == 2:
        return product(*((base, *args) if base is not None else args))
    if last == "abs" and subject(base, args).kind == "error":
        return subject(base, args).but(kind="hits")
    if last == "where" and len(args) == 3:
        if args[1].stat or args[2].stat:
            statistic, other = (args[1], args[2]) if args[1].stat else (args[2], args[1])
            return filled(flow, node, other, statistic) if other.roots else statistic
        return joined(args[1:]).but(kind=args[2].kind or args[1].kind)
    if last == "argsort":
        return Value(kind="index", perm=("order", fresh()))
    if last == "format" and base is not None and base.kind == "string":
        return base.but(items=tuple(args))
    if last in ("argmax", "argmin", "nonzero", "where", "round", "rint", "heaviside", "sign"):
        about = subject(base, args)
        if about.kind == "scores":
            flow.note("select", node, part=about.part, scores=about)
            return UNKNOWN
        if last == "where" and args and args[0].kind in ("hits",):
            return UNKNOWN
        kind = "prediction" if about.kind in ("prediction", "data", "") and about.roots else about.kind
        return about.but(kind=kind, hard=True, shape="flat" if last in ("argmax", "argmin") else about.shape)
    if last not in tables.PASS_THROUGH:
        return None
    about = subject(base, args)
    if about.kind in ("score", "scores", "estimator", "index", "cluster", "folds"):
        return about
    shape = new_shape(node, last, args, base, about.shape)
    to_text = last == "astype" and node.args and ast.unparse(node.args[0]) in ("str", "object", "'str'", "'object'")
    text = bool(to_text) or (about.text and last not in tables.CASTS)
    return about.but(shape=shape, text=text) if not isinstance(about.const, ast.AST) else UNKNOWN


def filled(flow, node, data, statistic):
    """``np.where(np.isnan(X), median, X)``: the data, imputed with a statistic."""
    from scratchwork.checks.flow_expressions import scaled  # a cycle: expressions make calls

    touching = [entry for entry in statistic.stat if entry[0] & data.roots]
    return scaled(flow, node, data, touching, ast.unparse(node)[:60]) if touching else data


def new_shape(node, last, args, base, old):
    """Whether a reshape gives a column or a flat vector."""
    if last in ("ravel", "flatten", "squeeze"):
        return "flat"
    if last in ("reshape", "view", "resize"):
        sizes = [ast.unparse(part) for part in node.args[0 if base is not None else 1 :]]
        sizes = sizes[0].strip("()[]").split(",") if len(sizes) == 1 and "," in sizes[0] else sizes
        sizes = [size.strip() for size in sizes if size.strip()]
        if len(sizes) == 1 and sizes[0] == "-1":
            return "flat"
        return "column" if len(sizes) == 2 and sizes[1] == "1" else None
    if last in ("transpose", "swapaxes", "expand_dims", "unsqueeze"):
        return None
    return old


def scaling(flow, node, last, base, args, kwargs):
    """Functions that scale an array by its own statistics: ``scale(X)``, ``zscore(X)``, ``fillna(df.mean())``."""
    if last in ("apply", "transform", "pipe") and base is not None and args and args[0].kind == "function":
        from scratchwork.checks.flow_calls import follow  # a cycle: following a function makes calls

        return follow(flow, node, args[0].const, last, None, (base,), {})
    if last in tables.SELF_SCALERS and args and args[0].roots and base is None:
        if is_row_axis(axis_of(node, base)):
            return args[0]
        return own_scaling(flow, node, args[0])
    if last == "fillna" and base is not None and args and args[0].stat:
        touching = [entry for entry in args[0].stat if entry[0] & base.roots and entry[1] in (None, "both")]
        if touching and base.part is None:
            leak = Leak(node.lineno, tuple(flow.stack), ast.unparse(node)[:60], False)
            return base.but(leaks=(*base.leaks, leak))
        return base
    return None


def own_scaling(flow, node, value):
    """The value scaled by its own statistics."""
    how = ast.unparse(node)[:60]
    flow.note("scale", node, data=value, statistics=((value.roots, value.part, True),), how=how)
    if value.part not in (None, "both"):
        return value
    return value.but(leaks=(*value.leaks, Leak(node.lineno, tuple(flow.stack), how)))


def tables_calls(flow, node, last, base, args, kwargs):
    """pandas: ``drop``, ``pop``, ``dropna`` and what keeps the rows."""
    if base is None or not base.roots:
        return None
    if last == "drop":
        if any(value.kind == "index" for value in args):
            return base.but(cut=True)
        names = dropped(node)
        inplace = any(part.arg == "inplace" and getattr(part.value, "value", False) for part in node.keywords)
        cols = ("drop", ((base.cols[1] if base.cols and base.cols[0] == "drop" else ()) + names))
        if inplace and dotted(node.func.value):
            flow.bind(dotted(node.func.value), base.but(cols=cols))
        return base.but(cols=cols)
    if last == "pop":
        name = dotted(node.func.value)
        cols = ("drop", ((base.cols[1] if base.cols and base.cols[0] == "drop" else ()) + dropped(node)))
        if name:
            flow.bind(name, base.but(cols=cols))
        return base.but(cols=("pick", dropped(node)), kind="labels")
    if last in ("dropna", "query", "sort_values", "fillna", "replace", "drop_duplicates", "map"):
        return base.but(cut=base.cut or last == "query")
    return None


def dropped(node):
    """The column names that a ``drop`` or ``pop`` spells."""
    wanted = [*node.args[:1], *(part.value for part in node.keywords if part.arg in ("columns", "labels"))]
    names = []
    for part in wanted:
        inner = part.elts if isinstance(part, (ast.List, ast.Tuple)) else [part]
        names += [ent.value if isinstance(ent, ast.Constant) else ast.unparse(ent) for ent in inner]
    return tuple(str(name) for name in names)


def loading(flow, node, last, base, args, kwargs):
    """Data from outside: each load is an origin of its own."""
    said = last.lower()
    if base is not None or not (said.startswith(tables.LOADERS) or said.endswith("_data")):
        return None
    if any(value.kind == "data" for value in args):
        return None
    text = said == "fetch_openml" or any(
        part.arg == "dtype" and "str" in ast.unparse(part.value) for part in node.keywords
    )
    value = Value(roots=frozenset([fresh()]), source=last, text=text)
    pair = said.startswith("make_") or any(part.arg == "return_X_y" for part in node.keywords)
    if pair:
        return value.but(items=(value.but(kind="data", text=False), value.but(kind="labels")), kind="tuple")
    return value.but(kind="data" if said.startswith(("read", "load", "fetch", "genfromtxt")) else "")
