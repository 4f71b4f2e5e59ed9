"""Distances and centres as they are written: what is squared, which end of the sorted ones is taken, what has no members."""

import ast
import re

from scratchwork.checks.files.code_shape import called, calls_in, place_at, routine_at, routines
from scratchwork.checks.files.syntax import walk
from scratchwork.checks.findings import find
from scratchwork.checks.flow.dims_walk import walk_of
from scratchwork.checks.registry import rule

AWAY = re.compile(
    r"dist(?!rib|ort|inct)|e[uv]k?c?lid|uzaklik|mesafe|jarak|abstand|afstand|avstand|odleg|rasst|norm\(|(^|_)(dst|d2)$",
    re.IGNORECASE,
)
FAR_MEANT = re.compile(
    r"far|plus|init|seed|start|outlier|anomal|diam|complete|max|worst|linkage|hausdorff|silh|radius|extrem|remov|novel|reject",
    re.IGNORECASE,
)
NEAR = re.compile(
    r"near|neigh|knn|closest|vizin|vecin|voisin|komsu|nachbar|tetangga|cluster|cent(ro|er|re)", re.IGNORECASE
)


@rule("SW-K2")
def differences_are_squared_before_they_are_summed(source):
    """sqrt(sum(a - b) ** 2) is the absolute value of a sum in which differences of opposite sign cancel."""
    for call in calls_in(source.tree):
        if called(call) == "sqrt" and call.args:
            summed = _summed(_squared(call.args[0]))
            if summed is not None and isinstance(summed, ast.BinOp) and isinstance(summed.op, ast.Sub):
                said = f"Line {call.lineno}: {ast.unparse(call)[:80]} squares the sum of {ast.unparse(summed)}, in which differences cancel."
                yield find("SW-K2", said, severity="warning", **place_at(source, call.lineno))


def _squared(node):
    """What is squared, or None."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow):
        return node.left if isinstance(node.right, ast.Constant) and node.right.value == 2 else None
    return node.args[0] if isinstance(node, ast.Call) and called(node) == "square" and node.args else None


def _summed(node):
    """What is summed, or None."""
    if not isinstance(node, ast.Call) or called(node) != "sum":
        return None
    if node.args:
        return node.args[0]
    return node.func.value if isinstance(node.func, ast.Attribute) else None


@rule("SW-K1")
def the_near_end_is_taken(source):
    """The last of the sorted distances, or the largest one, where the nearest rows or centres are wanted."""
    if not NEAR.search(source.text):
        return
    for node in walk(source.tree):
        words = _far_end(node)
        around = routine_at(source, node.lineno) if words else None
        if not words or FAR_MEANT.search(around.name if around else "") or FAR_MEANT.search(_target(source, node)):
            continue
        said = f"Line {node.lineno}: {ast.unparse(node)[:80]} takes {words}."
        yield find("SW-K1", said, severity="warning", **place_at(source, node.lineno))
        return


def _far_end(node):
    """What an expression takes of distances, in words, or an empty string."""
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice):
        inner, cut = node.value, node.slice
        tail = isinstance(cut.lower, ast.UnaryOp) and isinstance(cut.lower.op, ast.USub) and cut.upper is None
        if tail and cut.step is None and _sorts(inner):
            return "the last of the sorted distances, the farthest"
        turned = isinstance(inner, ast.Subscript) and ast.unparse(inner.slice).replace(" ", "") == "::-1"
        if cut.lower is None and cut.upper is not None and turned and _sorts(inner.value):
            return "the first of the distances in falling order, the farthest"
        if cut.lower is None and cut.upper is not None and _sorts(inner) and "reverse=True" in ast.unparse(inner):
            return "the first of the distances in falling order, the farthest"
    if isinstance(node, ast.Call) and called(node) == "nlargest" and AWAY.search(ast.unparse(node)):
        return "the largest distances"
    return ""


def _sorts(node):
    """Whether a call sorts distances."""
    return (
        isinstance(node, ast.Call)
        and called(node) in ("argsort", "sorted", "sort", "argpartition")
        and bool(AWAY.search(_plain_first(node)))
    )


def _plain_first(node):
    """The text of what a call is asked about, where it is a name or a part of one, or a norm."""
    first = node.args[0] if node.args else node.func.value if isinstance(node.func, ast.Attribute) else None
    if isinstance(first, ast.Call) and called(first) in ("array", "asarray", "norm", "sqrt", "list"):
        return ast.unparse(first)
    return ast.unparse(first) if isinstance(first, (ast.Name, ast.Attribute, ast.Subscript)) else ""


def _target(source, node):
    """The names to which the statement of an expression assigns."""
    statement = next(
        (
            part
            for part in walk(source.tree)
            if isinstance(part, ast.Assign) and part.lineno <= node.lineno <= part.end_lineno
        ),
        None,
    )
    return " ".join(ast.unparse(target) for target in statement.targets) if statement else ""


MEANS = re.compile(r"k_?-?_?means|kmeans|lloyd|centroid|k_?medias|k_?medie|k_?srednich|inertia", re.IGNORECASE)
OTHER_MEANS = re.compile(r"medoid|k_?-?medians?|manhattan", re.IGNORECASE)
COSTS = re.compile(r"inert|inerc|wcss|(^|_)ss[ed](_|$)|within|sum_of_sq|cost|custo|variation", re.IGNORECASE)


@rule("SW-M6")
def the_cost_sums_squares(source):
    """The cost that k-means lowers is the sum of the squared distances; a root in it is another cost."""
    if not MEANS.search(source.text) or OTHER_MEANS.search(source.text):
        return
    for line, function, role in walk_of(source).sums:
        if role == "nearest" or (function and COSTS.search(function)):
            said = f"Line {line} sums distances to the centres that have their root, and not their squares"
            yield find("SW-M6", f"{said}.", severity="warning", **place_at(source, line))


GUARDS = re.compile(
    r"\b(if|while)\b[^\n]*(len\(|any\(|all\(|size|shape|count|sum\(|empty|> ?0|== ?0|!= ?0|>= ?1|not \w+:|members|points|isnan)"
    r"|isnan|nan_to_num|nanmean|max\(1|maximum\(|where\(|unique\(|bincount|\bset\(|try:|errstate|add\.at"
)


@rule("SW-M1")
def a_cluster_without_members_keeps_its_centre(source):
    """The mean of the members of a cluster is taken without asking whether it has any: the mean of no rows is NaN."""
    if not MEANS.search(source.text):
        return
    for routine in routines(source):
        text = ast.unparse(routine.node)
        if GUARDS.search(text):
            continue
        found = next((node for node in walk(routine.node) if _mean_of_members(node, text)), None)
        if found is not None and any(isinstance(part, (ast.For, ast.comprehension)) for part in walk(routine.node)):
            said = (
                f"Line {found.lineno} takes the mean of the members of a cluster, and nothing asks whether it has any"
            )
            yield find("SW-M1", f"{said}.", severity="warning", **place_at(source, found.lineno))
            return


def _mean_of_members(node, text):
    """Whether a call takes the mean of rows that are picked by a label, or divides by their number."""
    picked = re.compile(r"\w+\[[^\[\]]*==[^\[\]]*\]")
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div) and isinstance(node.right, ast.Call):
        counted = node.right.args[0] if called(node.right) == "len" and node.right.args else None
        return isinstance(counted, ast.Name) and bool(re.search(rf"\b{counted.id} = {picked.pattern}", text))
    if not isinstance(node, ast.Call) or called(node) not in ("mean", "average"):
        return False
    about = node.args[0] if node.args and not isinstance(node.func, ast.Attribute) else None
    if isinstance(node.func, ast.Attribute):
        module = ast.unparse(node.func.value) in ("np", "numpy")
        about = (node.args[0] if node.args else None) if module else node.func.value
    if isinstance(about, ast.Name):
        return bool(re.search(rf"\b{about.id} = {picked.pattern}", text))
    return about is not None and bool(picked.fullmatch(ast.unparse(about)))
