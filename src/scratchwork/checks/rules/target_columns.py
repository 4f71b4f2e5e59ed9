"""Columns of the feature table that are made of the target."""

import ast
import re

from scratchwork.checks.files.code_shape import called, calls_in, place_at
from scratchwork.checks.files.names import kind_of, tokens
from scratchwork.checks.files.syntax import dotted, every, stored, walk
from scratchwork.checks.findings import find
from scratchwork.checks.registry import rule

EARLIER = {"shift", "rolling", "expanding", "diff", "cumsum", "pct_change", "ewm", "lag", "drop"}


@rule("SW-D9")
def no_column_is_made_of_the_target(source):
    """feats["stage"] = pd.qcut(target, 4), and feats is what the model is trained on."""
    for call in calls_in(source.tree):
        if called(call) != "train_test_split" or len(call.args) < 2:
            continue
        table, target = (bare(part) for part in call.args[:2])
        if not table or not target or table == target:
            continue
        for part in walk(source.tree):
            column = made_column(part, table)
            if not column or part.lineno > call.lineno or dropped(source, table, column):
                continue
            uses = {dotted(inner) for inner in every(part.value, ast.Name, ast.Attribute)}
            earlier = {called(inner) for inner in calls_in(part.value)} & EARLIER
            if target in uses and not earlier:
                said = f"Line {part.lineno} makes the column {column!r} of {table} from {target}, which line {call.lineno} hands on as the labels."
                yield find("SW-D9", said, **(place_at(source, part.lineno) | {"line": part.lineno}))
                return


@rule("SW-D9")
def what_is_left_without_the_target_is_not_made_of_it(source):
    """df["bought"] = df["price"] * df["sold"], and X is df.drop("sold", axis=1)."""
    bound = [part for part in every(source.tree, ast.Assign) if len(part.targets) == 1]
    answers = {(dotted(item.value), column_of(item)) for part in bound if kind_of(dotted(part.targets[0])) == "labels"
               for item in walk(part.value) if column_of(item)}  # fmt: skip
    for part in (item for item in bound if kind_of(dotted(item.targets[0])) == "data"):
        for call in (item for item in calls_in(part.value) if called(item) == "drop"):
            table = dotted(getattr(call.func, "value", call))
            out = {item.value for item in every(call, ast.Constant)}
            for line in (item for item in bound if item.lineno < part.lineno and made_column(item, table)):
                column = made_column(line, table)
                used = {(dotted(item.value), column_of(item)) for item in walk(line.value) if column_of(item)} & answers
                earlier = {called(item) for item in calls_in(line.value)} & EARLIER
                used = {name for of, name in used if of == table and name in out} - {column}
                if used and not earlier and not dropped(source, table, column) and (table, column) not in answers:
                    said = f"Line {line.lineno} makes the column {column!r} of {table} from the target {min(used)!r}."
                    yield find("SW-D9", said, **(place_at(source, line.lineno) | {"line": line.lineno}))
                    return


def column_of(node):
    """``name`` of ``table["name"]``, else None."""
    name = node.slice.value if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant) else None
    return name if isinstance(name, str) else None


@rule("SW-D9")
def the_target_is_no_listed_column(source):
    """X = df[["age", "dose", "died"]] beside y = df["died"]."""
    picked, made = {}, {}
    for part in every(source.tree, ast.Assign):
        for name in stored(part):
            made.setdefault(name, []).append(part)
    for part in walk(source.tree):
        value = part.value if isinstance(part, ast.Assign) else None
        if value is not None and (table := whole_table(source, part, made)):
            picked.setdefault((table, "data"), []).append((part, None))
        while isinstance(value, (ast.Call, ast.Attribute)):
            value = value.func.value if isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) else getattr(value, "value", None)  # fmt: skip
        if isinstance(value, ast.Subscript) and isinstance(value.slice, (ast.List, ast.Constant)):
            columns = [getattr(item, "value", None) for item in getattr(value.slice, "elts", [value.slice])]
            picked.setdefault((dotted(value.value), kind_of(dotted(part.targets[0]))), []).append((part, columns))
    for (table, kind), found in picked.items():
        labels = [columns[0] for _, columns in picked.get((table, "labels"), ()) if len(columns) == 1]
        for part, columns in found if kind == "data" and table else ():
            held = (
                labels[:1]
                if columns is None
                else [name for name in labels if isinstance(name, str) and name in columns and len(columns) > 1]
            )
            if held and not dropped(source, table, held[0]):
                said = f"{dotted(part.targets[0])} takes the column {held[0]!r}, which is the target, from {table} (line {part.lineno})."
                yield find("SW-D9", said, severity="warning", **(place_at(source, part.lineno) | {"line": part.lineno}))
                return


def whole_table(source, part, made):
    """The table of which a name of features holds every column to the end: ``X = df[list(df.columns)].values``; else "".

    ``made``: {name: the assignments that bind it}.
    """
    name, text = dotted(part.targets[0]), re.sub(r"\.(values|copy\(\)|to_numpy\(.*?\))", "", ast.unparse(part.value))
    table, _, columns = text.partition("[")
    if not {"x", "xs", "features", "feats", "inputs"} & set(tokens(name)) or not table.isidentifier():
        return ""
    again = [item for item in made.get(name, ()) if not isinstance(item.value, ast.BinOp)]
    picks = rf"\b{name}(\.i?loc)?\[[^\]]*[:,'\"]|\bdel {name}\b"
    columns = next((ast.unparse(item.value) for item in made.get(columns[:-1], ())), columns[:-1])
    every = ("", f"{table}.columns", f"{table}.columns.tolist()", f"list({table}.columns)")
    return table if columns in every and len(again) <= 1 and not re.search(picks, source.text) else ""


def bare(node):
    """The name of a table or series, ``.values`` and ``.to_numpy()`` taken away; empty for anything else."""
    while isinstance(node, (ast.Call, ast.Attribute)):
        if isinstance(node, ast.Call) and called(node) in ("to_numpy", "copy", "ravel", "astype"):
            node = node.func.value
        elif isinstance(node, ast.Attribute) and node.attr in ("values", "T"):
            node = node.value
        else:
            return ""
    return node.id if isinstance(node, ast.Name) else ""


def made_column(node, table):
    """The column that an assignment makes in a table, or None."""
    place = node.targets[0] if isinstance(node, ast.Assign) and len(node.targets) == 1 else None
    if isinstance(place, ast.Subscript) and dotted(place.value) == table and isinstance(place.slice, ast.Constant):
        return place.slice.value if isinstance(place.slice.value, str) else None
    return None


def dropped(source, table, column):
    """Whether the column is taken out again: dropped, deleted, or the table made anew of a list of its columns."""
    for part in walk(source.tree):
        gone = isinstance(part, ast.Delete) and any(column_of(item) == column for item in part.targets)
        anew = isinstance(part, ast.Assign) and [dotted(item) for item in part.targets] == [table]
        if gone or (
            anew
            and re.match(rf"{re.escape(table)}(\.loc\[:, |\[)(\[|\w*(col|feat|keep)\w*\])", ast.unparse(part.value))
        ):
            return True
    for call in calls_in(source.tree):
        words = {part.value for part in every(call, ast.Constant)}
        if called(call) in ("drop", "pop") and column in words:
            return True
    return False
