"""Training and test rows by the same constants: the chain of what was taken off and divided by, of one part and of the other."""

import ast
import re

from scratchwork.checks.files.names import counterpart
from scratchwork.checks.files.syntax import walk
from scratchwork.checks.findings import find
from scratchwork.checks.flow.statements import trace_of
from scratchwork.checks.registry import rule
from scratchwork.checks.rules.preparation import first_line

PREPARES = re.compile(r"(?i)scal|norm|standard|transf|prep|proc|center|centre|map_|clean")


@rule("SW-P11")
def training_and_test_are_scaled_by_the_same_constants(source):
    """X_train / 255 beside X_test / 256, or beside an untouched X_test, is a skew that nothing reports."""
    for event in trace_of(source):
        for name, value in event.names.items() if event.kind == "end" else ():
            twin = event.names.get(counterpart(name) or "")
            if twin is None or value.kind != twin.kind or value.kind == "labels" or value.part == twin.part:
                continue
            if value.scale != twin.scale and not (value.leaks or twin.leaks):
                yield from other_constants(event, name, value, twin)


def other_constants(event, name, value, twin):
    """One finding for a pair of names that ends with different constants, of which none is put to use elsewhere."""
    mine, theirs = constants(value.scale), constants(twin.scale)
    short, least = sorted(
        (len(scale), which) for scale, which in ((value.scale, name), (twin.scale, counterpart(name)))
    )[0]
    missing = short < max(len(value.scale), len(twin.scale))
    if mine == theirs or (missing and scaled_elsewhere(event, least)):
        return
    said = f"{counterpart(name)} was scaled by {theirs or 'nothing'}, {name} by {mine or 'nothing'}."
    certain = not missing and value.roots & twin.roots
    line = first_line(event, name)
    yield find("SW-P11", said, line=line, function=event.function, severity="error" if certain else "warning")


def scaled_elsewhere(event, name):
    """Whether a part goes into sums and quotients, or into something that prepares it, under another name or where it is used."""
    for part in walk(event.node):
        sides = ()
        if isinstance(part, ast.BinOp) and isinstance(part.op, (ast.Sub, ast.Mult, ast.Div)):
            sides = part.left, part.right
        elif isinstance(part, ast.Call) and PREPARES.search(ast.unparse(part.func)):
            sides = part.args
        elif isinstance(part, ast.AugAssign):
            sides = (part.target,)
        if any(begins_with(side) == name for side in sides):
            return True
    return False


def begins_with(node):
    """The name that an expression is a part or a view of: ``X`` of ``X[:, 1:].reshape(-1, 2)``."""
    while isinstance(node, (ast.Subscript, ast.Attribute, ast.Call)):
        node = node.func if isinstance(node, ast.Call) else node.value
    return getattr(node, "id", None)


def constants(scale):
    """The chain of constants as text; which rows a fitted scaler has learnt from is another rule's concern."""
    return ", ".join("a fitted scaler" if sign == "by" else f"{sign} {number:g}" for sign, number in scale)
