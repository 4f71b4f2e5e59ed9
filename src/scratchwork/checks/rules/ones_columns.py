"""The column of ones: at the same end of the rows in training and at prediction, since the weights know only one."""

import ast
import re

from scratchwork.checks.files.code_shape import bodies_of, called, calls_in
from scratchwork.checks.files.syntax import dotted, every, literal, stored, walk
from scratchwork.checks.findings import find
from scratchwork.checks.recognising import vocabulary
from scratchwork.checks.registry import rule
from scratchwork.checks.rules.answers import answers

JOINS = {"hstack", "column_stack", "concatenate", "vstack", "append", "r_", "c_", "block"}
FIRST, LAST = "in front", "at the end"
FILLED = (
    r"(-|[\d.]+ \* )?(np\.|numpy\.|\w\.)?(zeros|ones|full|repeat)(_like)?\("  # beside ones: the labels of two groups
)


@rule("SW-P10")
def the_ones_stand_at_one_end(source):
    """A column of ones in front of the rows in one function and behind them in another: the weights meet other columns."""
    asked = {entry.node for entry in answers(source)}
    groups = {}
    for entry in bodies_of(source):
        for end, line in ends(entry):
            groups.setdefault(entry.owner, []).append((end, line, entry))
    for found in groups.values():
        if len({end for end, *_ in found}) < 2:
            continue
        weight = {FIRST: 0, LAST: 0}
        for end, _, entry in found:
            helps = entry.node not in asked and vocabulary.role_of_name(entry.name) != "train"
            weight[end] += 1 + helps * sum(called(call) == entry.name for call in calls_in(source.tree))
        rare = min(weight, key=weight.get) if len(set(weight.values())) == 2 else None
        mine = [item for item in found if item[0] == rare] or [item for item in found if item[2].node in asked] or found
        end, line, entry = mine[-1]
        other = next(item for item in found if item[0] != end)
        said = f"Line {line} puts the ones {end}, line {other[1]} ({other[2].name}) {other[0]}."
        yield find("SW-P10", said, severity="warning", **(entry.place | {"line": line}))


def ends(entry):
    """(end, line) of each place where a routine joins a column of ones to its rows."""
    ones = {name for part in every(entry.node, ast.Assign) if _is_ones(part.value, ())
            for target in part.targets for name in stored(target)}  # fmt: skip
    for part in walk(entry.node):
        if (
            isinstance(part, ast.Call)
            and called(part) == "insert"
            and len(part.args) >= 3
            and _is_one(part.args[2], ones)
            and _axis(part)
        ):
            place = ast.unparse(part.args[1])
            yield FIRST if place == "0" else LAST, part.lineno
        elif isinstance(part, (ast.Call, ast.Subscript)):
            items = _joined(part)
            flags = [_is_ones(item, ones) for item in items]
            if len(items) == 2 and sum(flags) == 1 and not re.match(FILLED, ast.unparse(items[flags[0]])):
                yield (FIRST if flags[0] else LAST), part.lineno
        elif (
            isinstance(part, ast.Assign)
            and isinstance(part.targets[0], ast.Subscript)
            and dotted(part.targets[0].value) in ones
        ):
            cut = re.sub(r"[\s()]", "", ast.unparse(part.targets[0].slice))
            if cut in (":,1:", "1:"):
                yield FIRST, part.lineno
            elif cut == ":,:-1":
                yield LAST, part.lineno


def _joined(part):
    """The arrays that a call, or np.c_[...], sets side by side."""
    if isinstance(part, ast.Subscript):
        named = dotted(part.value).split(".")[-1] in ("c_", "r_")
        return part.slice.elts if named and isinstance(part.slice, ast.Tuple) else []
    if called(part) not in JOINS or not part.args:
        return []
    if called(part) == "append":
        return part.args[:2] if _axis(part) and isinstance(part.func, ast.Attribute) else []
    return part.args[0].elts if isinstance(part.args[0], (ast.Tuple, ast.List)) else []


def _is_one(node, ones):
    """Whether what is inserted is 1, a list of it, or an array of ones."""
    items = node.elts if isinstance(node, (ast.List, ast.Tuple)) else [node]
    return _is_ones(node, ones) or (len(items) == 1 and literal(items[0]) == 1)


def _axis(call):
    return any(item.arg == "axis" for item in call.keywords) or len(call.args) > 3


def _is_ones(node, ones):
    """Whether an expression is an array of ones, or a name of one."""
    while isinstance(node, ast.Subscript) or (isinstance(node, ast.Call) and called(node) in ("reshape", "astype") and isinstance(node.func, ast.Attribute)):  # fmt: skip
        node = node.value if isinstance(node, ast.Subscript) else node.func.value
    if isinstance(node, ast.Call):
        full = called(node) == "full" and len(node.args) > 1 and literal(node.args[1]) == 1
        return full or (called(node) in ("ones", "ones_like") and isinstance(node.func, (ast.Attribute, ast.Name)))
    return isinstance(node, ast.Name) and node.id in ones
