"""Arithmetic and comparisons in the data flow: scaling by statistics, scores, products, alignment."""

import ast
import re

from scratchwork.checks.files.syntax import walk
from scratchwork.checks.flow.values import MIXED, ROWS, Leak, Value, joined, saw_all

NOISE = {"normal", "randn", "standard_normal", "uniform", "rand", "random", "laplace", "exponential"}


def binary(flow, node):
    left, right = flow.evaluate(node.left), flow.evaluate(node.right)
    if "hits" in (left.kind, right.kind) or "score" in (left.kind, right.kind):
        return share(flow, node, arithmetic_of_scores(node.op, left, right))
    if left.stat and right.stat:
        return Value(stat=left.stat + right.stat)
    if left.stat or right.stat:
        return with_statistic(flow, node, left, right)
    check_alignment(flow, node, left, right)
    if isinstance(node.op, ast.MatMult):
        return product(left, right)
    if isinstance(node.op, ast.Sub) and {left.kind, right.kind} in ({"prediction", "labels"}, {"data", "labels"}):
        if "prediction" in (left.kind, right.kind):
            note_comparison(flow, node, left, right)
        return joined([left, right]).but(kind="error", source=first_source(left, right))
    if left.kind == "error" and (isinstance(node.op, ast.Pow) or (isinstance(node.op, ast.Mult) and left == right)):
        return left.but(kind="hits")
    if isinstance(node.op, ast.Mult) and "labels" in (left.kind, right.kind) and of_a_logarithm(node):
        return joined([left, right]).but(kind="hits", source="loss")  # y * log(p)
    if "error" in (left.kind, right.kind):
        return joined([left, right]).but(kind="error", perm=None, part=None)
    if right.kind == "number" or left.kind == "number":
        return with_constant(node.op, left, right)
    mixed = joined([left, right])
    turned = left.turned or right.turned
    kind = (left.kind or right.kind).replace("tuple", "")
    return mixed.but(
        kind="" if kind == "labels" and has_noise(node) else kind,
        turned=turned,
        shape=left.shape if left.shape == right.shape else None,
    )


def of_a_logarithm(node):
    """Whether one side of a product is a logarithm."""
    sides = [ast.unparse(node.left), ast.unparse(node.right)]
    return any(re.match(r"(np|numpy|math|torch|jnp)\.log\(|log_?p|logs?$|log_", side) for side in sides)


def has_noise(node):
    """Whether random numbers are put to a value: labels with noise are features that somebody makes."""
    return any(isinstance(part, ast.Attribute) and part.attr in NOISE for part in walk(node))


def share(flow, node, value):
    """A count of hits that is divided, by the number of rows most likely, is a score."""
    if value.shape != "count" or not isinstance(node.op, ast.Div):
        return value
    flow.note("score", node, part=value.part, name="accuracy", value=value, args=(value,), fitted=None)
    return value.but(kind="score", shape=None)


def arithmetic_of_scores(op, left, right):
    """A count divided is a fraction; a fraction times 100 is a percentage."""
    hit, other = (left, right) if left.kind in ("hits", "score") else (right, left)
    unit = hit.const
    if isinstance(op, ast.Div) and hit is left and other.const != 100:
        unit = "percent" if unit == "percent" else "fraction"  # 100 * hits / n
    elif isinstance(op, ast.Mult) and other.const == 100:
        unit = "percent, times 100" if unit == "percent" else "percent"
    elif isinstance(op, ast.Div) and other.const == 100:
        unit = "percent" if unit == "percent, times 100" else "fraction"
    return hit.but(const=unit)


def product(left, right):
    """A matrix product: rows times parameters are rows; transposed rows times rows are parameters, and no data."""
    if left.turned and right.roots and not right.turned:
        return Value()
    rows = left if left.kind in ROWS or right.kind not in ROWS else right
    mixed = joined([left, right])
    if left.roots and right.roots and left.kind in ROWS and right.kind in ROWS and left.perm != right.perm:
        return mixed.but(kind="", scale=())  # one of them holds parameters that were learnt of such rows
    return mixed.but(kind=rows.kind, part=rows.part, perm=rows.perm, leaks=rows.leaks, scale=(), turned=rows.turned)


def first_source(*values):
    """Where values come from: the model that predicts, before the data set."""
    told = sorted((value for value in values if value.source), key=lambda value: value.kind != "prediction")
    return told[0].source if told else ""


def with_constant(op, left, right):
    """``X / 255``: the same value, scaled by a constant."""
    value, number = (left, right) if right.kind == "number" else (right, left)
    if value.kind == "number":
        return Value(kind="number")
    sign = {ast.Div: "/", ast.Mult: "*", ast.Sub: "-", ast.Add: "+"}.get(type(op))
    if sign is None or (number is left and sign in "/-") or number.const is None:
        return value
    return value.but(scale=(*value.scale, (sign, number.const)))


def with_statistic(flow, node, left, right):
    """Arithmetic of data with a column statistic: a scaling if the statistic is one of the same data."""
    data, statistic = (right, left) if left.stat else (left, right)
    if not data.roots or data.kind in ("number", "score"):
        return Value(stat=statistic.stat)
    touching = [entry for entry in statistic.stat if entry[0] & data.roots]
    if left.stat and isinstance(node.op, (ast.Sub, ast.Div)) and not is_turned_centring(node, left):
        return data  # |a|^2 + |b|^2 - 2ab: what is taken off the statistic is not scaled by it
    if not touching or not isinstance(node.op, (ast.Sub, ast.Div, ast.MatMult, ast.Mult)) or is_shift(node):
        return data
    if isinstance(node.op, ast.Div) and (is_largest(node.right, touching) or is_share(flow, node)):
        return data
    return scaled(flow, node, data, touching, ast.unparse(node)[:60])


def is_turned_centring(node, left):
    """Whether plain data is taken off its statistic, ``mu - X``: a centring with the sign turned, and no part of a distance."""
    products = (part for part in ast.walk(node.right) if isinstance(getattr(part, "op", None), ast.MatMult) or re.search(r"(^|\.)(dot|matmul|einsum|inner)$", ast.unparse(getattr(part, "func", part))))  # fmt: skip
    return isinstance(node.op, ast.Sub) and not left.roots and not any(products)


def is_largest(node, statistics):
    """Whether all values are divided by one number, the largest of all: 255 by another name."""
    return not any(entry[2] for entry in statistics) and not isinstance(node, ast.BinOp)


def is_share(flow, node):
    """Whether exponentials are divided by their own sum, as softmax does: that prepares no data."""
    part, whole = ast.unparse(node.left), ast.unparse(node.right)
    if "sum" not in whole or part not in whole:
        return False
    made = [item for item in ast.walk(flow.tree) if isinstance(item, ast.Assign) and part in map(ast.unparse, item.targets)]  # fmt: skip
    return any("exp(" in text for text in (part, *(ast.unparse(item.value) for item in made)))


def is_shift(node):
    """Whether the largest value alone is taken off, as before an exponential, or a sum: that does not scale."""
    taken = node.right if isinstance(node.op, ast.Sub) else None
    return isinstance(taken, ast.Call) and getattr(taken.func, "attr", getattr(taken.func, "id", "")) in (
        "max",
        "amax",
        "sum",
    )


def scaled(flow, node, data, statistics, how):
    """The data after a scaling with its statistics; noted, and a leak where those saw all rows."""
    whole = [entry for entry in statistics if entry[1] in (None, "both") and saw_all(entry[3], data)]
    told = [entry if entry in whole or entry[1] not in (None, "both") else (entry[0], "some", *entry[2:]) for entry in statistics]  # fmt: skip
    flow.note("scale", node, data=data, statistics=tuple(told), how=how)
    if not whole:
        return data
    strong = any(entry[2] for entry in whole)
    leak = Leak(getattr(node, "lineno", 0), tuple(flow.stack), how, strong, whole[0][3])
    known = {(entry.line, entry.how) for entry in data.leaks}
    return data if (leak.line, leak.how) in known else data.but(leaks=(*data.leaks, leak))


def both_known(flow, one, other):
    """Whether the history of both values is known, so that their orders can be compared."""
    clear = MIXED not in str((one.perm, other.perm))
    return clear and bool(one.roots and other.roots) and not (one.roots | other.roots) & flow.guessed


def check_alignment(flow, node, left, right):
    """Whether rows that were shuffled meet labels that were not."""
    for one, other in ((left, right), (right, left)):
        lost = one.kind == "prediction" and one.perm is None  # it may have been filled row by row
        if lost or other.kind != "labels" or one.kind not in ("data", "prediction") or not both_known(flow, one, other):
            continue
        if one.perm != other.perm and (one.perm is not None or other.perm is not None) and one.part == other.part:
            flow.note("misaligned", node, data=one, labels=other)


def compare(flow, node):
    values = [flow.evaluate(node.left), *(flow.evaluate(part) for part in node.comparators)]
    if len(values) == 2:
        left, right = values
        flow.note("compare", node, left=left, right=right)
        if isinstance(node.ops[0], (ast.Eq, ast.NotEq)):
            truth = {"labels"} & {left.kind, right.kind}
            part = next((value.part for value in values if value.kind == "labels" and value.part), None)
            hits = joined(values).but(kind="hits", source=first_source(left, right))
            guess = [value for value in values if value.kind in ("prediction", "cluster", "") or is_answer(value)]
            if truth and guess and guess[0].kind and right.kind != "number":
                note_comparison(flow, node, left, right)
                return hits.but(part=part or hits.part)
            if truth and guess and guess[0].roots and guess[0].kind == "":
                return hits.but(part=part or hits.part)
        if isinstance(node.ops[0], (ast.Gt, ast.GtE, ast.Lt, ast.LtE)) and left.kind == "prediction":
            return left.but(hard=True)
        if left.roots and isinstance(node.ops[0], (ast.Eq, ast.Gt, ast.GtE, ast.Lt, ast.LtE)):
            return left.but(
                cut=False, text=False, hard=True if left.kind == "data" and left.shape != "flat" else left.hard
            )
    bound = values[-1].const
    nothing = values[0].roots or (isinstance(bound, (int, float)) and abs(bound) < 1e-3)  # columns that are constant
    return joined(values).but(stat=() if nothing else values[0].stat)


def is_answer(value):
    """Whether rows went through a threshold: compared with labels, they are predictions."""
    return value.kind == "data" and bool(value.hard)


def note_comparison(flow, node, left, right):
    """Predictions meet labels."""
    flow.note("meet", node, left=left, right=right)
