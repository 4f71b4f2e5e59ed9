"""Calls that load, split, shuffle, join, reshape and scale data."""

import ast

from scratchwork.checks.files.syntax import dotted
from scratchwork.checks.flow import tables
from scratchwork.checks.flow.arithmetic import product, scaled
from scratchwork.checks.flow.axis import axis_of, is_row_axis
from scratchwork.checks.flow.calls_rows import joining, shuffling, splitting
from scratchwork.checks.flow.values import UNKNOWN, Leak, Value, fresh, joined, saw_all

OPERATIONS = {"divide": ast.Div, "true_divide": ast.Div, "multiply": ast.Mult, "subtract": ast.Sub, "add": ast.Add}


def known(flow, node, last, base, args, kwargs):
    """The result of a call that this file knows, else None."""
    for follow in (
        statistics,
        splitting,
        shuffling,
        joining,
        elementwise,
        indexing,
        turning,
        reshaping,
        scaling,
        tables_calls,
        loading,
    ):
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
        return Value(kind="number") if about.kind == "labels" and axis_of(node, base) is None else UNKNOWN
    if not about.roots or is_row_axis(axis_of(node, base), flow.columns):
        return about.but(kind="", stat=(), shape="flat") if about.roots else None
    if last == "norm" and axis_of(node, base) is None:
        return UNKNOWN
    strong = not (last in tables.WEAK_STATISTICS and axis_of(node, base) is None and about.cols is None)
    made = Value(stat=((about.roots, about.part or ("some" if about.picked else None), strong, about.path),))
    return made.but(items=(made, made, made), kind="tuple") if last in ("svd", "eig", "eigh") else made


def picked_score(flow, node, last, about):
    """``np.mean(hits)`` is a score; ``max(scores)``, ``np.argmax(scores)`` select."""
    if about.kind == "hits":
        flow.note("score", node, part=about.part, name="accuracy", value=about, args=(about,), fitted=None)
        return about.but(kind="score", const=about.const or ("fraction" if last == "mean" else None))
    if about.kind == "scores" and last in tables.BIGGER | tables.SMALLER:
        flow.note("select", node, part=about.part, scores=about)
    if about.kind == "scores" and any(part.arg == "axis" for part in node.keywords):
        return about  # one for each value still: the mean over the folds
    return about.but(kind="score")


def indexing(flow, node, last, base, args, kwargs):
    """Calls that give places of rows, or numbers for what is told apart."""
    if last in ("setdiff1d", "delete") and args and args[0].kind == "index":
        return Value(kind="index", cut=True)  # the rows that are left
    if last == "delete" and args and args[0].roots:
        return args[0].but(cut=True, bounds=None, span=None)
    if last == "argsort":
        return Value(kind="index", perm=("order", fresh()), stat=subject(base, args).stat)
    if last in ("flatnonzero", "isin", "in1d", "argwhere"):
        return Value(kind="index", cut=True)
    if last == "unique" and args and any(part.arg == "return_inverse" for part in node.keywords):
        return Value(
            items=(args[0], args[0].but(kind="labels", text=False), *[UNKNOWN] * (len(node.keywords) - 1)), kind="tuple"
        )
    return None


def turning(flow, node, last, base, args, kwargs):
    """``np.transpose(X)``, ``X.transpose()``: as ``X.T``."""
    about = subject(base, args)
    turns = last == "transpose" and len(args) == (base is None) and about.roots
    return about.but(shape=None, turned=not about.turned) if turns else None


def reshaping(flow, node, last, base, args, kwargs):
    """Calls that keep the values: casts, copies, shapes."""
    if last in ("dot", "matmul") and len((*args, *([base] if base else []))) == 2:
        return product(*((base, *args) if base is not None else args))
    if last == "format" and base is not None and base.kind == "string":
        return base.but(items=tuple(args))
    if last == "round" and len(args) > (base is None):
        return subject(base, args)  # to some decimals: scores stay scores
    if last in ("argmax", "argmin", "nonzero", "where", "round", "rint", "heaviside", "sign"):
        about = subject(base, args)
        if about.kind == "scores":
            flow.note("select", node, part=about.part, scores=about)
            return UNKNOWN
        if last == "where" and args and args[0].kind in ("hits",):
            return UNKNOWN
        kind = "prediction" if about.kind in ("prediction", "data", "") and about.roots else about.kind
        return about.but(kind=kind, hard=True, shape="flat" if last in ("argmax", "argmin") else about.shape)
    if last == "str" and base is None and args:
        return args[0].but(text=True, hard=None)
    if last not in tables.PASS_THROUGH:
        return None
    about = subject(base, args)
    if about.kind in ("score", "scores", "estimator", "index", "cluster", "folds", "names"):
        return about
    if written_out(about, last):
        return Value()
    shape = new_shape(node, last, args, base, about.shape)
    to_text = last == "astype" and node.args and ast.unparse(node.args[0]) in ("str", "object", "'str'", "'object'")
    if to_text and not about.roots:
        return Value(text=True)
    text = bool(to_text) or (about.text and last not in tables.CASTS)
    return about.but(shape=shape, text=text) if not isinstance(about.const, ast.AST) else UNKNOWN


def written_out(about, last):
    """Whether numbers are written out: ``np.array([1, 2])``, ``float("nan")``."""
    kinds = {"tuple": ("array", "asarray", "tensor"), "string": ("float",)}
    return not about.roots and last in kinds.get(about.kind, ())


def elementwise(flow, node, last, base, args, kwargs):
    """``np.abs(errors)``, ``np.square(errors)``, ``np.divide(X, 255)``, ``np.where(condition, a, b)``."""
    if last in ("abs", "absolute", "fabs", "square", "power", "pow") and subject(base, args).kind == "error":
        return subject(base, args).but(kind="hits")
    if last in OPERATIONS and base is None and len(node.args) == 2:
        return flow.evaluate(ast.copy_location(ast.BinOp(node.args[0], OPERATIONS[last](), node.args[1]), node))
    if last == "where" and len(args) == 3:
        if args[1].stat or args[2].stat:
            statistic, other = (args[1], args[2]) if args[1].stat else (args[2], args[1])
            return filled(flow, node, other, statistic) if other.roots else statistic
        if args[0].roots and args[0].kind != "hits" and args[1].kind == args[2].kind == "number":
            return args[0]  # 1 where p > 0.5, else 0
        return joined(args[1:]).but(kind=args[2].kind or args[1].kind)
    return None


def filled(flow, node, data, statistic):
    """``np.where(np.isnan(X), median, X)``: the data, imputed with a statistic."""
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
        from scratchwork.checks.flow.calls import follow  # a cycle: following a function makes calls

        return follow(flow, node, args[0].const, last, None, (base,), {})
    own = isinstance(node.func, ast.Name) and flow.lookup(node.func.id) is not None  # an object that was called scale
    if last in tables.SELF_SCALERS and args and args[0].roots and base is None and not own:
        if is_row_axis(axis_of(node, base), flow.columns):
            return args[0]
        return own_scaling(flow, node, args[0])
    if last == "fillna" and base is not None and args and args[0].stat:
        touching = [entry for entry in args[0].stat if entry[0] & base.roots and entry[1] in (None, "both") and saw_all(entry[3], base)]  # fmt: skip
        if touching and base.part is None:
            leak = Leak(node.lineno, tuple(flow.stack), ast.unparse(node)[:60], False, touching[0][3])
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
        return base.but(cut=base.cut or last == "query", text=base.text and last != "map")
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
