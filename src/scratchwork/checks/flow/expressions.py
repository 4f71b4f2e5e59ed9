"""Expressions in the data flow: what is known of a name, a slice, an arithmetic, a comparison."""

import ast

from scratchwork.checks.files.names import index_part_of, kind_of, part_of, tokens
from scratchwork.checks.files.syntax import dotted, literal
from scratchwork.checks.flow import calls as flow_calls
from scratchwork.checks.flow.arithmetic import binary, compare, scaled
from scratchwork.checks.flow.sequences import (
    alone,
    comprehension,
    element,
    entry_of,
    literal_bounds,
    mapping,
    rest,
    sequence,
    span_of,
)
from scratchwork.checks.flow.values import UNKNOWN, Value, fresh, joined

SAME = {"values", "data", "iloc", "loc", "real", "features", "images", "array", "str", "dt", "ix", "flat"}
LABEL_ATTRIBUTES = {"target", "targets", "labels", "label", "y"}
NOTHING = {"shape", "size", "ndim", "dtype", "columns", "nbytes", "dtypes", "feature_names", "target_names", "DESCR"}


def evaluate(flow, node):
    """What is known of an expression."""
    follow = EXPRESSIONS.get(type(node))
    if follow is not None:
        return follow(flow, node)
    return joined([flow.evaluate(part) for part in ast.iter_child_nodes(node) if isinstance(part, ast.expr)])


def constant(flow, node):
    return Value(kind="string" if isinstance(node.value, str) else "number", const=node.value)


def name(flow, node):
    known = flow.lookup(node.id)
    if known is not None:
        return known
    if node.id in flow.imports or node.id in flow.functions or node.id in flow.classes:
        return UNKNOWN
    kind = kind_of(node.id)
    if not kind:
        return UNKNOWN
    value = Value(roots=frozenset([fresh()]), kind=kind, part=part_of(node.id), name=node.id)
    flow.scopes[0][node.id] = value  # the same unknown thing each time
    return value


def attribute(flow, node):
    known = flow.lookup(dotted(node)) if dotted(node) else None
    if known is not None:
        return known
    base = flow.evaluate(node.value)
    if base.estimator is not None:
        held = flow.scores_of(flow.classes[base.estimator.name]) if base.estimator.name in flow.classes else {}
        return held.get(node.attr) or learnt(base.estimator, node.attr)
    if base.kind == "self":
        return Value(kind=kind_of(node.attr), part=part_of(node.attr) if kind_of(node.attr) else None)
    if node.attr == "target_names":
        return Value(kind="names")
    if node.attr in NOTHING:
        return UNKNOWN
    if node.attr == "index":
        return base.but(kind="index", cut=True)
    if node.attr in LABEL_ATTRIBUTES and base.kind != "labels":
        return base.but(kind="labels", name=node.attr, cols=("pick", (node.attr,)), shape=None)
    if node.attr == "T":
        return base.but(shape=None, turned=not base.turned)
    return base if node.attr in SAME else base.but(kind=base.kind if base.kind == "labels" else "", cols=None)


def learnt(estimator, attr):
    """What a fitted object holds: statistics of what it was fitted on, or cluster numbers."""
    if attr == "labels_" or (attr == "labels" and estimator.kind == "clusterer"):
        return Value(kind="cluster", cluster=True, part=estimator.fitted[-1].part if estimator.fitted else None)
    if estimator.kind == "scaler" and estimator.fitted:
        last = estimator.fitted[-1]
        return Value(stat=((last.roots, last.part, True, last.path),))
    if attr in ("best_score_", "best_params_", "best_estimator_"):
        return Value(kind="score" if attr == "best_score_" else "", part="cv")
    return UNKNOWN


def subscript(flow, node):
    if dotted(node.value).split(".")[-1] in ("c_", "r_", "s_", "ix_"):
        return flow.evaluate(node.slice).but(items=None, shape=None, cols=None)
    known = flow.lookup(ast.unparse(node)) if isinstance(node.slice, ast.Constant) else None
    base = known or flow.evaluate(node.value)
    if entry_of(base, node.slice) is not None:
        return entry_of(base, node.slice)
    if base.items is not None and isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, int):
        return base.items[node.slice.value] if -len(base.items) <= node.slice.value < len(base.items) else UNKNOWN
    if base.kind == "scores":
        return base.but(kind="score", part=base.part)
    if base.estimator is not None or base.kind == "self" or part_of(str(getattr(node.slice, "value", ""))):
        return UNKNOWN  # data["X_train"]: a table of tables, divided elsewhere
    first = node.slice.elts[0] if isinstance(node.slice, ast.Tuple) and node.slice.elts else node.slice
    columns = node.slice.elts[1] if isinstance(node.slice, ast.Tuple) and len(node.slice.elts) > 1 else None
    if is_whole(first):
        return columns_that_are_samples(flow, node, base, columns) or chosen_columns(flow, node, base, columns)
    if base.kind != "names" and (is_column_key(first) or (is_name_of_columns(first) and columns is None)):
        return pick_names(base, first)
    rows = flow.evaluate(alone(first)) if not isinstance(first, ast.Slice) else UNKNOWN
    if base.each is not None and isinstance(node.slice, ast.Name) and not rows.roots and rows.kind != "index":
        return base.each.but(cut=True, path=(*base.path, node.slice.id))
    for bound in (first.lower, first.upper) if isinstance(first, ast.Slice) else ():
        if bound is not None:
            flow.evaluate(bound)
    if base.kind == "names" and rows.kind in ("labels", "prediction", "data", "cluster"):
        return rows.but(text=True, hard=None, shape=None, items=None)
    if not base.roots and rows.kind == "labels":
        return rows.but(shape=None, items=None)  # np.eye(10)[y]
    return pick_columns(picked_rows(flow, node, base, rows, first), columns)


def columns_that_are_samples(flow, node, base, columns):
    """``X.T[:, order]``, ``one_hot[:, order]``: samples in columns, in another order; None where they are no samples."""
    known = flow.columns and base.roots and base.kind != "index"
    if known and isinstance(columns, ast.Slice) and not is_whole(columns):
        return picked_rows(flow, node, base, UNKNOWN, columns)
    beside = base.turned or base.kind == "labels" or flow.columns
    if not beside or columns is None or isinstance(columns, (ast.Slice, ast.Constant)):
        return None
    order = flow.evaluate(alone(columns))
    if order.kind != "index" or order.perm is None:
        return None
    return picked_rows(flow, node, base.but(turned=False), order, columns).but(turned=base.turned)


def picked_rows(flow, node, base, rows, first):
    """``X[i:j]``, ``X[train_idx]``: some rows; an index of a part makes them that part."""
    if base == UNKNOWN:
        return UNKNOWN  # X.shape[0]
    if rows.stat and base.kind == "data" and isinstance(first, ast.Name):
        return chosen_columns(flow, node, base, first)  # table[best]
    rows = told_by_name(flow, first, rows)
    order = rows_order(base, rows)
    unknown = rows.kind == "index" or (not isinstance(first, ast.Slice) and not rows.roots)
    some = unknown and rows.part is None and (rows.perm is None or _is_cut(first, rows))
    picked = base.picked or some or moves(flow, first)
    fold = rows.part and base.part in ("train", "val")
    every = (
        rows.kind == "index" and rows.perm is not None and rows.span is None and not fold
    )  # the same rows in another order
    value = base.but(picked=picked, cut=True, items=None, bounds=literal_bounds(first), perm=order, span=span_of(first),
                     path=base.path if every else (*base.path, ast.unparse(first)))  # fmt: skip
    if rows.kind == "index" and rows.part and base.part is None and base.kind != "index":
        if base.roots:
            flow.note("split", node, values=(base,), call=None, parts=(rows.part,), order=rows.perm)
        value = value.but(part=rows.part)
    elif rows.kind == "index" and rows.part and base.part in ("train", "val") and base.kind != "index":
        if not isinstance(first, ast.Subscript):
            flow.note("fold", node, parts=(rows.part,))
        value = value.but(part=rows.part)  # folds of the rows that are not kept for the test
    return rest(flow, node, base, value)


def _is_cut(first, rows):
    """Whether row numbers under a name are some of a permutation: ``lern = order[:90]``."""
    return isinstance(first, ast.Name) and rows.span is not None


def moves(flow, index):
    """Whether a slice of rows, or the row that is taken, is another one in each round of a loop."""
    counted = {part.id for loop in flow.loops for target in targets(loop) for part in ast.walk(target) if isinstance(part, ast.Name)}  # fmt: skip
    return any(isinstance(part, ast.Name) and part.id in counted for part in ast.walk(index))


def targets(loop):
    """What a loop or comprehension binds in each round."""
    return [part.target for part in getattr(loop, "generators", [loop]) if hasattr(part, "target")]


def told_by_name(flow, first, rows):
    """``X[val]`` and ``X[~test]``: row numbers, or marks, that nobody saw made, as the part that their name says."""
    inverse = isinstance(first, ast.UnaryOp) and isinstance(first.op, ast.Invert)
    name = dotted(first.operand if inverse else first)
    said = index_part_of(name) if name and len(tokens(name)) < 3 else None
    if inverse and rows.kind == "index" and rows.part:
        return rows.but(part="test" if rows.part == "train" else "train", name="")
    unknown = rows.kind in ("", "data") and rows.roots <= flow.guessed
    if inverse and unknown:
        return Value(kind="index", part=None if not said else "test" if said == "train" else "train", cut=True)
    return Value(kind="index", part=said, cut=True) if said and unknown else rows


def rows_order(base, rows):
    """The permutation after indexing with ``rows``: that of the index, on top of the one before; eigenvalues are no rows."""
    if rows.kind == "index" and rows.perm is not None and not base.turned and (base.roots or base.kind):
        return (base.perm, rows.perm) if base.perm is not None else rows.perm
    return base.perm


def is_whole(index):
    return isinstance(index, ast.Slice) and index.lower is None and index.upper is None and index.step is None


def is_column_key(index):
    """``df["a"]`` or ``df[["a", "b"]]``."""
    parts = index.elts if isinstance(index, (ast.List, ast.Tuple)) else [index]
    return bool(parts) and all(isinstance(part, ast.Constant) and isinstance(part.value, str) for part in parts)


def is_name_of_columns(index):
    """``df[features]``: a variable whose name says that it holds column names."""
    said = dotted(index).lower()
    return bool(said) and any(word in said for word in ("col", "feature", "field", "target", "numeric", "names"))


def pick_names(base, index):
    """Named columns of a table."""
    parts = index.elts if isinstance(index, (ast.List, ast.Tuple)) else [index]
    names = tuple(part.value for part in parts if isinstance(part, ast.Constant)) or (dotted(index),)
    label = len(names) == 1 and isinstance(index, ast.Constant)
    text = label and names[0] in base.texts
    return base.but(cols=("pick", names), kind="" if label else base.kind, items=None, shape="flat" if label else None,
                    target_in=False, text=text or (base.text and label))  # fmt: skip


def chosen_columns(flow, node, base, columns):
    """``X[:, best]``: columns chosen by a statistic of rows have seen these rows."""
    by = UNKNOWN if isinstance(columns, (ast.Slice, ast.Constant, type(None))) else flow.evaluate(columns)
    touching = [] if by.roots else [(*entry[:2], False, entry[3]) for entry in by.stat if entry[0] & base.roots]
    picked = pick_columns(base, columns)
    return scaled(flow, node, picked, touching, f"the columns {ast.unparse(columns)[:40]}") if touching else picked


def pick_columns(base, columns):
    """``X[:, 1:]``, ``X[:, -1]``, ``X[:, None]``: the same rows, some columns."""
    if columns is None:
        return base
    if (isinstance(columns, ast.Constant) and columns.value is None) or dotted(columns).endswith("newaxis"):
        return base.but(shape="column")
    number = literal(columns)
    if isinstance(columns, ast.Slice) and columns.lower is columns.upper is None:
        return base
    if base.cols is not None and base.cols[0] != "drop":  # numbers count within what was taken already
        return base.but(cols=("some", None), shape="flat" if number is not None else None, items=None, target_in=False)
    if isinstance(columns, ast.Slice):
        low, high = literal(columns.lower), literal(columns.upper)
        known = (columns.lower is None or low is not None) and (columns.upper is None or high is not None)
        return base.but(cols=("range", low, high) if known else None, shape=None, items=None, target_in=False)
    if number is not None:
        return base.but(cols=("at", number), shape="flat", items=None, target_in=False)
    return base.but(cols=("some", None), items=None, target_in=False)


def text(flow, node):
    parts = [flow.evaluate(part.value) for part in node.values if isinstance(part, ast.FormattedValue)]
    return Value(kind="string", items=tuple(parts))


def function(flow, node):
    """A function of its own, with what it is defined among."""
    return Value(kind="function", const=node, entries=tuple(flow.scopes[-1].items()) if len(flow.scopes) > 1 else ())


def assigned(flow, node):
    from scratchwork.checks.flow.assign import assign

    value = flow.evaluate(node.value)
    assign(flow, node.target, value, node)
    return value


def yielded(flow, node):
    value = flow.evaluate(node.value) if node.value is not None else UNKNOWN
    flow.returned(node, value)
    return UNKNOWN


EXPRESSIONS = {
    ast.Yield: yielded,
    ast.Constant: constant,
    ast.Name: name,
    ast.Attribute: attribute,
    ast.Subscript: subscript,
    ast.BinOp: binary,
    ast.Compare: compare,
    ast.Call: flow_calls.call,
    ast.Tuple: sequence,
    ast.List: sequence,
    ast.ListComp: comprehension,
    ast.GeneratorExp: comprehension,
    ast.SetComp: comprehension,
    ast.DictComp: comprehension,
    ast.Dict: mapping,
    ast.IfExp: flow_calls.conditional,
    ast.JoinedStr: text,
    ast.Lambda: function,
    ast.NamedExpr: assigned,
    ast.UnaryOp: lambda flow, node: flow.evaluate(node.operand),
    ast.Starred: lambda flow, node: flow.evaluate(node.value),
}

__all__ = ["element", "evaluate"]
