"""The target among the features: columns that hold it, windows that reach it, means made of it."""

import ast

from scratchwork.checks.files.code_shape import place_at
from scratchwork.checks.files.names import kind_of
from scratchwork.checks.files.syntax import every, literal, walk
from scratchwork.checks.findings import find
from scratchwork.checks.flow.statements import trace_of
from scratchwork.checks.registry import rule


@rule("SW-D9")
def the_target_is_not_a_feature(source):
    """The columns handed to a model or a split must not hold the column of the labels."""
    for event in trace_of(source):
        if event.kind == "split" and len(event.values) >= 2:
            rows, labels = event.values[0], event.values[1]
        elif event.kind == "fit" and event.labels is not None:
            rows, labels = event.data, event.labels
        elif event.kind == "end":  # parts that were cut by hand
            parts = [value for value in event.names.values() if value.part == "train" and value.name]
            labels = next((value for value in parts if value.kind == "labels" and value.cols), None)
            tables = [value for value in parts if value.kind == "data" and value.cols]  # the features among them
            rows = min(tables, key=lambda value: bool(labels and holds(value, labels)), default=None)
        else:
            continue
        held = holds(rows, labels) if rows is not None and labels is not None else ""
        if held:
            yield find("SW-D9", f"{held} (line {event.line}).", line=event.line, function=event.function)
            return


def holds(rows, labels):
    """Words for a feature table that still holds the target, else an empty string."""
    if rows.target_in and rows.roots & labels.roots and labels.kind == "labels":
        return f"The features {rows.name} are a table that the labels were put into"
    if labels.cols is None or not rows.roots & labels.roots or labels.kind == "data":
        return ""
    kind, what = labels.cols[0], labels.cols[1]
    if (
        kind == "pick"
        and rows.cols is not None
        and what not in (("target",), ("targets",), ("labels",), ("label",), ("y",))
    ):
        if rows.cols[0] == "drop" and what[0] not in rows.cols[1]:
            return (
                f"The features are the table without {', '.join(rows.cols[1])}: the target {what[0]!r} is still in it"
            )
        if rows.cols[0] == "pick" and what[0] in rows.cols[1] and len(rows.cols[1]) > 1:
            return f"The features {', '.join(rows.cols[1])} hold the target {what[0]!r}"
    if kind == "at" and rows.cols is not None and rows.cols[0] == "range":
        low, high = rows.cols[1], rows.cols[2]
        inside = (high is None and (what >= (low or 0) or what < 0)) if low is None or low >= 0 else False
        inside = inside or (high is not None and high >= 0 and (low or 0) <= what < high)
        if inside:
            return (
                f"The columns {'' if low is None else low}:{'' if high is None else high} hold the target column {what}"
            )
    return ""


@rule("SW-D9")
def no_feature_is_made_of_the_target(source):
    """A mean of the target per group, over all rows, tells each row its own answer."""
    targets = target_columns(source)
    for part in every(source.tree, ast.Assign):
        if "groupby" not in ast.unparse(part.value):
            continue
        for inner in walk(part.value):
            grouped = isinstance(inner, ast.Subscript) and "groupby" in ast.unparse(inner.value)
            column = inner.slice.value if grouped and isinstance(inner.slice, ast.Constant) else None
            feature = any(isinstance(target, ast.Subscript) for target in part.targets)
            if column in targets and (feature or "map" in source.text):
                said = f"Line {part.lineno} makes a feature of the target {column!r}: {ast.unparse(part)[:70]}."
                yield find("SW-D9", said, **place_at(source, part.lineno))
                return


def target_columns(source):
    """Column names that the file uses as labels."""
    found = set()
    for part in walk(source.tree):
        if isinstance(part, ast.Assign):
            for target, value in paired(part):
                if kind_of(ast.unparse(target)) == "labels":
                    found |= columns_in(value)
        if isinstance(part, ast.Return) and isinstance(part.value, ast.Tuple) and len(part.value.elts) == 2:
            found |= columns_in(part.value.elts[1])
        if isinstance(part, ast.Call) and getattr(part.func, "attr", "") in ("pop", "drop"):
            found |= {arg.value for arg in part.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)}
    return found


def paired(node):
    """(target, value) of an assignment, item by item where both are tuples."""
    target = node.targets[0]
    if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple) and len(target.elts) == len(node.value.elts):
        return list(zip(target.elts, node.value.elts))
    return [(target, node.value)]


def columns_in(node):
    return {
        part.slice.value
        for part in every(node, ast.Subscript)
        if isinstance(part.slice, ast.Constant) and isinstance(part.slice.value, str)
    }


@rule("SW-D9")
def a_window_ends_before_what_it_predicts(source):
    """A window s[t - 7 + 1 : t + 1] that is to predict s[t] holds it."""
    for part in every(source.tree, ast.ListComp, ast.For):
        variable, start, bodies = window_loop(part)
        for inner in (other for body in bodies for other in walk(body)):
            if (
                not isinstance(inner, ast.Subscript)
                or not isinstance(inner.slice, ast.Slice)
                or inner.slice.upper is None
            ):
                continue
            series, ahead = ast.unparse(inner.value), offset(inner.slice.upper, variable)
            if ahead is not None and offset(inner.slice.lower, variable) == ahead - 1:
                continue  # one row, kept as a table: no window
            if ahead is None or inner.slice.lower is None or variable not in ast.unparse(inner.slice.lower):
                continue
            target = predicted_offset(source, series, start, variable, bodies)
            if target is not None and ahead > target:
                said = f"The window {ast.unparse(inner)} in line {inner.lineno} holds {series}[{variable}{target:+d}], its target."
                yield find("SW-D9", said, **place_at(source, inner.lineno))
                return


def window_loop(node):
    """(variable, start as text, bodies) of a loop or comprehension over time."""
    generator = node.generators[0] if isinstance(node, ast.ListComp) else node
    call = generator.iter
    start = "0"
    if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "range" and len(call.args) > 1:
        start = ast.unparse(call.args[0])
    bodies = [node.elt] if isinstance(node, ast.ListComp) else node.body
    return ast.unparse(generator.target), start, bodies


def offset(node, variable):
    """The constant c of ``t + c``, or None."""
    if isinstance(node, ast.Name) and node.id == variable:
        return 0
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Sub)) and ast.unparse(node.left) == variable:
        number = literal(node.right)
        return None if number is None else (number if isinstance(node.op, ast.Add) else -number)
    return None


def predicted_offset(source, series, start, variable, bodies):
    """How far ahead of ``t`` the target of window t lies: from ``y.append(s[t + d])`` or ``y = s[start:]``."""
    for inner in (other for body in bodies for other in walk(body)):
        if isinstance(inner, ast.Subscript) and not isinstance(inner.slice, ast.Slice):
            found = offset(inner.slice, variable)
            if ast.unparse(inner.value) == series and found is not None:
                return found
    for part in every(source.tree, ast.Assign):
        if kind_of(ast.unparse(part.targets[0])) == "labels":
            for inner in walk(part.value):
                whole = isinstance(inner, ast.Subscript) and isinstance(inner.slice, ast.Slice) and inner.slice.lower
                if whole and ast.unparse(inner.value) == series and ast.unparse(inner.slice.lower) == start:
                    return 0
    return None
