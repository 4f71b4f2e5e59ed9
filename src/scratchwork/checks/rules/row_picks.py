"""Rows picked by their numbers: rows and labels by the same ones, and in an order that was drawn."""

import ast
import itertools
import re

from scratchwork.checks.files.code_shape import bodies_of, called, calls_in
from scratchwork.checks.files.names import kind_of
from scratchwork.checks.files.syntax import dotted, every, stored, walk
from scratchwork.checks.findings import find
from scratchwork.checks.registry import rule
from scratchwork.checks.rules.row_order import updates

ORDER = re.compile(r"order|perm|ind(ex|ices|s)?($|_|\d)|idx|shuf|ordre|orden|reihen|queue", re.IGNORECASE)
DRAWN = re.compile(r"permut|choice|shuffle|randperm|randint|integers\(|sample\(")
BATCHES = re.compile(r"batch|lot(es)?($|_)|subset|minilot|stream|iterat|chunk", re.IGNORECASE)
GIVEN = re.compile(r"^(np\.|numpy\.)?arange\(|^(list\()?range\(|^(np\.|numpy\.)?argsort\((?!.*rand)")


def orders(entry):
    """{name: the values it is given} of the arrays of row numbers in a routine."""
    found = {}
    for part in walk(entry.node):
        named = isinstance(part, ast.Assign) and len(part.targets) == 1 and isinstance(part.targets[0], ast.Name)
        if named and isinstance(part.value, (ast.Call, ast.Subscript)):
            text = ast.unparse(part.value)
            if DRAWN.search(text) or GIVEN.search(text):
                found.setdefault(part.targets[0].id, []).append(part.value)
    return found


def pieces(node, known):
    """{name: slice as text} of names that hold a piece of an order: ``rows = order[i : i + size]``, a part that a loop is given."""
    found = {}
    for part in walk(node):
        if isinstance(part, ast.Assign) and isinstance(part.targets[0], ast.Name) and _is_piece(part.value, known):
            found[part.targets[0].id] = ast.unparse(part.value.slice)
        elif isinstance(part, ast.For) and isinstance(part.target, ast.Name) and isinstance(part.iter, ast.Call):
            cut = called(part.iter) == "array_split" and part.iter.args and dotted(part.iter.args[0]) in known
            given = BATCHES.search(called(part.iter)) and re.search(
                r"^(rows?|idx|ids|ind\w*|part|sub|now|pick\w*)$", part.target.id
            )
            if cut or given:
                found[part.target.id] = ""
    return found


def _is_piece(node, known):
    return isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and node.value.id in known and isinstance(node.slice, ast.Slice)  # fmt: skip


@rule("SW-T11")
def rows_and_labels_are_picked_alike(source):
    """``X[rows]`` beside ``y[start : start + size]``, or beside the sorted numbers: each row gets the label of another."""
    if not re.search(rf"{DRAWN.pattern}|{BATCHES.pattern}", source.text):
        return
    for entry in bodies_of(source):
        known = {
            name for name, values in orders(entry).items() if any(DRAWN.search(ast.unparse(value)) for value in values)
        }
        known |= {name for name in entry.parameters if ORDER.search(name)} | _shuffled(entry)
        found = _picked_apart(entry, known) or _one_is_shuffled(entry, known) or _drawn_anew(entry)
        if found:
            line, said = found
            yield find("SW-T11", said, severity="warning", **(entry.place | {"line": line}))


def _shuffled(entry):
    """The names that a routine has put into a random order where they stand."""
    calls = [call for call in calls_in(entry.node) if called(call) == "shuffle" and len(call.args) == 1]
    return {dotted(call.args[0]) for call in calls} & set(orders(entry))


def _picked_apart(entry, known):
    """(line, words) of rows that are picked by a piece of an order, beside labels that are cut out as they stand; or None."""
    parts, picked, others = pieces(entry.node, known), {}, []
    for part in walk(entry.node):
        if (
            not isinstance(part, ast.Subscript)
            or not isinstance(part.ctx, ast.Load)
            or dotted(part.value) in known | {""}
        ):
            continue
        how = _how(_index(part), parts, known)
        if how == "picked":
            picked.setdefault(dotted(part.value), part)
        elif how:
            others.append((dotted(part.value), part))
    for name, part in others:
        beside = [
            other
            for other in picked
            if other != name and _kinds(other, name) and _near(entry.node, picked[other], part)
        ]
        if beside and name not in picked:
            return part.lineno, f"Line {part.lineno} takes {ast.unparse(part)} beside {ast.unparse(picked[beside[0]])}: other rows, or in another order."  # fmt: skip
    return None


def _index(part):
    """The index by which a subscript picks, of a table that which is no whole axis."""
    items = part.slice.elts if isinstance(part.slice, ast.Tuple) else [part.slice]
    return next((item for item in items if not _whole(item)), items[0])


def _one_is_shuffled(entry, known):
    """(line, words) of ``Xs = X[order]`` whose batches meet those of labels that were never put in that order; or None."""
    moved, bound = {}, {}
    for name, value in _stores(entry):
        bound.setdefault(name, []).append(value)
        picks = [part for part in every(value, ast.Subscript) if dotted(_index(part)) in known]
        if picks or dotted(value) in moved:
            moved[name] = picks[0].lineno if picks else moved[dotted(value)]
    cuts = [(dotted(part.value), part) for part in every(entry.node, ast.Subscript)
            if isinstance(part.ctx, ast.Load) and isinstance(_index(part), ast.Slice)]  # fmt: skip
    for name, part in list(cuts):
        if not name and isinstance(part.value, ast.Subscript) and dotted(_index(part.value)) in known:
            moved[f"{ast.unparse(part.value)}"] = part.lineno
            cuts.append((ast.unparse(part.value), part))
    for one, part in (pair for pair in cuts if pair[0] in moved):
        for other, beside in (pair for pair in cuts if ast.unparse(_index(pair[1])) == ast.unparse(_index(part))):
            plain = all(dotted(value) for value in bound.get(other, ()))
            if (
                other
                and other not in moved
                and plain
                and _kinds(one.split("[")[0], other)
                and _near(entry.node, part, beside)
            ):
                return beside.lineno, f"{one} is put in another order in line {moved[one]}, {other} is not; line {beside.lineno} pairs them."  # fmt: skip
    return None


def _drawn_anew(entry):
    """(line, words) of rows and labels in two lines below each other, one of them by numbers that are drawn in its brackets; or None."""
    picks = [
        (name, value) for name, value in _stores(entry) if isinstance(value, ast.Subscript) and dotted(value.value)
    ]
    for (one, first), (other, second) in itertools.pairwise(picks):
        drawn = [
            isinstance(part.slice, ast.Call) and bool(DRAWN.search(ast.unparse(part.slice))) for part in (first, second)
        ]
        beside = second.lineno - first.lineno <= 1 and dotted(first.value) != dotted(second.value)
        if beside and any(drawn) and _kinds(one, other) and _kinds(dotted(first.value), dotted(second.value)):
            return second.lineno, f"Line {second.lineno} takes {other} by other numbers than {one}: those in {ast.unparse((first, second)[drawn[1]])} are drawn for it alone."  # fmt: skip
    return None


def _stores(entry):
    """(name, value) of every assignment, those of tuples one by one."""
    for part in walk(entry.node):
        for target in part.targets if isinstance(part, ast.Assign) else ():
            both = isinstance(target, ast.Tuple) and isinstance(part.value, ast.Tuple)
            for one, value in zip(target.elts, part.value.elts) if both else [(target, part.value)]:
                yield from ((name, value) for name in ([dotted(one)] if dotted(one) else stored(one)))


def _whole(node):
    return isinstance(node, ast.Slice) and node.lower is node.upper is None


def _how(index, parts, known):
    """``"picked"`` by a piece of an order, ``"sliced"`` where the same piece is cut from the rows as they stand, or sorted; else None."""
    text = ast.unparse(index)
    if (isinstance(index, ast.Name) and index.id in parts) or _is_piece(index, known):
        return "picked"
    cuts = {cut for cut in parts.values() if cut}
    lengths = {f":{form}" for name in parts for form in (f"len({name})", f"{name}.size", f"{name}.shape[0]")}
    if isinstance(index, ast.Slice) and (text in cuts or text in lengths):
        return "sliced"
    sorts = isinstance(index, ast.Call) and called(index) in ("sort", "sorted", "permutation")
    return (
        "sorted" if sorts and any(isinstance(item, ast.Name) and item.id in parts for item in ast.walk(index)) else None
    )


def _kinds(one, other):
    one, other = one.split(".")[-1], other.split(".")[-1]
    alike = one[1:] == other[1:] and (one[:1] + other[:1]).lower() in ("xy", "yx", "xt", "tx")
    return alike or {kind_of(one), kind_of(other)} == {"data", "labels"}


def _near(node, one, other):
    """Whether two expressions stand in the same block: the body of the innermost loop of the one holds the other."""
    loops = [part for part in every(node, ast.For, ast.While) if part.lineno <= one.lineno <= part.end_lineno]
    block = max(loops, key=lambda part: part.lineno, default=node)
    return block.lineno <= other.lineno <= (getattr(block, "end_lineno", None) or 10**9)


@rule("SW-T12")
def an_order_is_drawn(source):
    """Row numbers 0, 1, 2, .. under the name of an order, by which batches are picked: they come as they stand in the file."""
    if not re.search(r"arange|range\(|argsort", source.text):
        return
    for entry in bodies_of(source):
        if re.search(r"fold|split|cv|cross|test|predict|eval|score|knn|neigh", entry.name, re.IGNORECASE):
            continue
        text = ast.unparse(entry.node)
        for name, values in orders(entry).items():
            drawn = any(DRAWN.search(ast.unparse(value)) for value in values)
            if drawn or re.search(rf"(shuffle|permutation|choice|permute|sort)\([^\n]*\b{name}\b", text):
                continue
            line = _used(entry, name, pieces(entry.node, {name}))
            if line and not re.search(r"if [^\n]*shuffle|shuffle\(", text):
                said = f"{name} is {ast.unparse(values[0])[:40]}: line {line} takes the rows in the same order in each epoch."
                yield find("SW-T12", said, severity="warning", **(entry.place | {"line": line}))
                return


def _used(entry, name, parts):
    """The line where a piece of an order, or one number of it after the other, picks rows for a step or a batch; or None."""
    for part in walk(entry.node) if BATCHES.search(entry.name) else ():
        if _is_piece(part, {name}):
            return part.lineno
    for loop in every(entry.node, ast.For):
        each = isinstance(loop.iter, ast.Name) and loop.iter.id == name
        numbers, body = stored(loop.target) if each else set(parts), ast.Module(loop.body, [])
        picks = {dotted(part.value) for part in ast.walk(body) if isinstance(part, ast.Subscript)
                 for item in ast.walk(part.slice) if isinstance(item, ast.Name) and (item.id in numbers or item.id == name)}  # fmt: skip
        rows = {kind_of(pick.split(".")[-1]) for pick in picks} >= {"data", "labels"} or len(picks - {name, ""}) > 1
        handed = [item for part in ast.walk(body) if isinstance(part, ast.Expr) and isinstance(part.value, ast.Call)
                  for item in part.value.args if isinstance(item, ast.Subscript) and dotted(item.value) in picks]  # fmt: skip
        yields = any(isinstance(part, ast.Yield) for part in ast.walk(body))
        if rows and numbers and (yields or len(handed) > 1 or updates(loop)):
            return loop.lineno
    return None
