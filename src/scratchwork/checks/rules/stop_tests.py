"""Stopping rules that compare a signed sum of changes: the changes cancel, and a step downwards counts as none."""

import ast
import dataclasses
import re

from scratchwork.checks.findings import find
from scratchwork.checks.registry import rule

REMEDY = "Measure how far it moved: np.abs(new - old).max() < tol, or np.linalg.norm(new - old) < tol."
LOSSES = re.compile(r"loss|cost|err|sse|inertia|score|acc|lik|obj|energy|tol", re.IGNORECASE)
SUMS = {"sum", "mean", "max", "nansum", "average", "amax"}


@dataclasses.dataclass(frozen=True)
class Test:
    """A stopping test that compares a signed sum: the function, the line, the expression."""

    name: str
    line: int
    text: str


@rule("SW-T13")
def stop_tests_measure_a_distance(source):
    """A sum of plain differences may be negative or cancel: it says nothing of how far anything moved."""
    for test in signed_tests(source.tree):
        said = f"Line {test.line} stops by {test.text}: differences of both signs cancel, and a negative sum is below any tolerance."
        yield find("SW-T13", said, line=test.line, function=test.name, severity="warning", weight=86, try_=REMEDY)


def signed_in(target):
    """(Test, words) of the first signed stopping test in the source of a target, or None."""
    nodes = target.namespace.get("nodes", {})
    mine = [node for key, node in nodes.items() if key.startswith(f"{target.name}.") or key == target.name]
    for test in (test for node in mine for test in signed_tests(node)):
        return test, f"line {test.line} stops by {test.text}, which is negative or cancels."
    return None


def signed_tests(tree):
    """Every signed stopping test in the functions of a tree."""
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef):
            continue
        named = {}
        for node in ast.walk(function):
            if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
                named.setdefault(node.targets[0].id, []).append(node.value)
        for node in stops(function):
            for side in (node.test.left, node.test.comparators[0]):
                values = named.get(side.id, []) if isinstance(side, ast.Name) else [side]
                signed = [value for value in values if is_signed(value)]
                if signed:
                    yield Test(function.name, signed[0].lineno, ast.unparse(signed[0]))


def stops(function):
    """Tests with < or > that end a loop: ``if a < b: break`` within it, or the condition of ``while``."""
    for loop in ast.walk(function):
        if not isinstance(loop, (ast.For, ast.While)):
            continue
        inside = [part for item in loop.body for part in ast.walk(item) if isinstance(part, ast.If)]
        ends = [part for part in inside if any(isinstance(item, (ast.Break, ast.Return)) for item in part.body)]
        for node in [*ends, *([loop] if isinstance(loop, ast.While) else [])]:
            test = node.test
            if (
                isinstance(test, ast.Compare)
                and len(test.ops) == 1
                and isinstance(test.ops[0], (ast.Lt, ast.LtE, ast.Gt, ast.GtE))
            ):
                yield node


def is_signed(value):
    """Whether an expression adds up plain differences of two arrays.

    >>> [is_signed(ast.parse(text, mode="eval").body) for text in ("np.sum(new - old)", "(a - b).sum()", "np.sum((a - b) ** 2)")]
    [True, True, False]
    """
    if not isinstance(value, ast.Call) or not isinstance(value.func, ast.Attribute) or value.func.attr not in SUMS:
        return (
            isinstance(value, ast.Call)
            and isinstance(value.func, ast.Name)
            and value.func.id == "float"
            and any(map(is_signed, value.args))
        )
    library = isinstance(value.func.value, ast.Name) and value.func.value.id in ("np", "numpy")
    inner = (value.args or [None])[0] if library else value.func.value
    if not (isinstance(inner, ast.BinOp) and isinstance(inner.op, ast.Sub)):
        return False
    plain = all(isinstance(side, (ast.Name, ast.Attribute, ast.Subscript)) for side in (inner.left, inner.right))
    return plain and not LOSSES.search(ast.unparse(inner))
