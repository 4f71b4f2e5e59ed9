"""Preparation written twice, once for training and once for test: helpers, or statements, that scale by different numbers."""

import ast
import re

from scratchwork.checks.files.code_shape import place_at
from scratchwork.checks.files.syntax import walk
from scratchwork.checks.findings import find

COUNTERS = re.compile(r"rand|choice|sample|range|arange|zeros|ones|empty|full|eye|reshape|linspace|permutation")


def with_other_constants(source):
    """Two functions, one for training and one for test, that differ in their numbers alone."""
    functions = {part.name: part for part in walk(source.tree) if isinstance(part, ast.FunctionDef)}
    for name, node in functions.items():
        twin = next((functions[old] for old in twins(name) if old in functions), None)
        if twin is None:
            continue
        mine, theirs = numbers_in(node), numbers_in(twin)
        if mine and mine != theirs and skeleton(node) == skeleton(twin):
            said = f"{twin.name} uses {theirs}, {name} uses {mine}."
            yield find("SW-P11", said, line=node.lineno, function=name, severity="warning")


def twins(name):
    return [name.replace(word, "train") for word in ("test", "val", "eval") if word in name]


def numbers_in(node):
    """The numbers of a body that data is added to, multiplied with or divided by; not those that count rows."""
    counts = {id(part) for whole in walk(node) for part in counting(whole)}
    return [
        part.value
        for whole in walk(ast.Module(node.body, []))
        if isinstance(whole, (ast.BinOp, ast.AugAssign))
        and id(whole) not in counts
        and isinstance(whole.op, (ast.Add, ast.Sub, ast.Mult, ast.Div))
        for side in ((whole.left, whole.right) if isinstance(whole, ast.BinOp) else (whole.value,))
        for part in (side.operand if isinstance(side, ast.UnaryOp) else side,)
        if isinstance(part, ast.Constant) and isinstance(part.value, (int, float)) and not isinstance(part.value, bool)
    ]


def counting(node):
    """What stands in a slice, or says to a call how many or which."""
    if isinstance(node, ast.Subscript):
        return list(walk(node.slice))
    if isinstance(node, ast.Call) and COUNTERS.search(getattr(node.func, "attr", getattr(node.func, "id", ""))):
        return [part for argument in node.args for part in walk(argument)]
    return []


def skeleton(node):
    """The types of the nodes of a body in order: what is left when names and numbers are taken away."""
    return [type(part).__name__ for statement in node.body for part in walk(statement)]


SIZE = re.compile(r"\.shape\b|\blen\(|\.size\b")


def with_other_divisors(source):
    """``X_train / 255`` beside ``X_test / X_test.shape[1]``: the same statement for both parts, but for what it divides by."""
    made = {}
    for part in walk(source.tree):
        scaled = isinstance(part, ast.Assign) and isinstance(part.value, ast.BinOp)
        if scaled and isinstance(part.value.op, (ast.Div, ast.Mult, ast.Sub)) and isinstance(part.targets[0], ast.Name):
            made.setdefault(part.targets[0].id, part)
    for name, part in made.items():
        twin = made.get(name.replace("test", "train")) if "test" in name else None
        if twin is None or type(twin.value.op) is not type(part.value.op):
            continue
        mine, theirs = as_training(part.value.right), ast.unparse(twin.value.right)
        sized = [bool(SIZE.search(text)) for text in (mine, theirs)]
        if as_training(part.value.left) == ast.unparse(twin.value.left) and mine != theirs and sized == [True, False]:
            said = f"Line {twin.lineno} scales {twin.targets[0].id} by {theirs}, line {part.lineno} {name} by {ast.unparse(part.value.right)}."
            yield find("SW-P11", said, severity="error", **place_at(source, part.lineno))


def by_its_own_statistics(source):
    """``scale(test, *statistics(test))`` beside ``scale(train, mean, std)``: the same function, handed what it learnt of other rows."""
    calls = [part for part in walk(source.tree) if isinstance(part, ast.Call) and len(part.args) > 1]
    own = [part for part in calls if own_statistics(part)]
    for call in own:
        name = ast.unparse(call.func)
        others = [part for part in calls if ast.unparse(part.func) == name and part not in own]
        if others and ast.unparse(others[0].args[0]) != ast.unparse(call.args[0]):
            said = f"Line {call.lineno} scales {ast.unparse(call.args[0])} by its own statistics, line {others[0].lineno} {ast.unparse(others[0].args[0])} by {', '.join(map(ast.unparse, others[0].args[1:]))}."
            yield find("SW-D2", said, severity="warning", **place_at(source, call.lineno))
            return


def own_statistics(call):
    """Whether a call hands on what another makes of its own first argument."""
    stars = [part.value for part in call.args[1:] if isinstance(part, ast.Starred) and isinstance(part.value, ast.Call)]
    return any(part.args and ast.unparse(part.args[0]) == ast.unparse(call.args[0]) for part in stars)


def as_training(node):
    """An expression of the test part as text, with the names of the training part."""
    text = ast.unparse(node)
    for name in {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}:
        text = re.sub(rf"\b{name}\b", name.replace("test", "train").replace("val", "train"), text)
    return text
