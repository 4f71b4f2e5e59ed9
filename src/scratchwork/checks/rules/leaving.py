"""When a loop is left: once the change is small, not while it is large; and waiting begins anew with each improvement."""

import ast
import re

from scratchwork.checks.files.code_shape import place_at
from scratchwork.checks.files.syntax import walk
from scratchwork.checks.findings import find
from scratchwork.checks.registry import rule
from scratchwork.checks.rules.stop_tests import bindings, own, read

TOLERANCE = re.compile(
    r"(^|[._])(tol\w*|eps\w*|epsilon|\w*_tol|\w*_eps|thresh\w*|limi\w*|\w*_limi\w*|min_delta|delta_min|max_tol)$", re.I
)
CHANGE = re.compile(
    r"norm\(|abs\(|diff|delta|change|grad|loss|cost|err|mse|perd|shift|mov|hata|custo|allclose|beta", re.I
)
WAITING = re.compile(r"wait|patience_?c|no_?(improv|progress)|bad_epochs|stall|since|counter", re.I)


@rule("SW-T13")
def a_loop_is_left_when_the_change_is_small(source):
    """``if change > tol: break`` leaves the loop while it still moves; ``x.all() < tol`` compares a truth value."""
    for part in walk(source.tree):
        if isinstance(part, ast.Compare) and isinstance(part.ops[0], (ast.Lt, ast.LtE)):
            call = part.left if isinstance(part.left, ast.Call) else None
            if (
                call is not None
                and getattr(call.func, "attr", "") in ("all", "any")
                and _is_small(part.comparators[0], source.tree)
            ):
                said = (
                    f"Line {part.lineno} compares {ast.unparse(call)[:40]}, which is true or false, with a tolerance."
                )
                yield find("SW-T13", said, weight=88, **place_at(source, part.lineno))
        if not isinstance(part, (ast.For, ast.While)) or sum(not isinstance(item, ast.If) for item in part.body) < 2:
            continue
        for statement in (item for item in part.body if isinstance(item, ast.If)):
            said = _left_too_soon(statement, source.tree, part)
            if said:
                yield find("SW-T13", said, severity="warning", weight=86, **place_at(source, statement.lineno))


def _left_too_soon(statement, tree, loop):
    """The words, where the branch that ends a loop asks for a change larger than the tolerance, or for a mistake."""
    flags = [part for part in statement.body if isinstance(part, ast.Assign) and isinstance(part.value, ast.Constant)]
    kept = any(part.value.value is False for part in flags)
    test = ast.unparse(loop.test) if isinstance(loop, ast.While) else ""
    ends = [part for part in statement.body if isinstance(part, (ast.Break, ast.Return))]
    ends += [part for part in flags if part.value.value is True and f"not {ast.unparse(part.targets[0])}" in test]
    if not ends or kept or (isinstance(ends[0], ast.Return) and isinstance(ends[0].value, ast.Constant)):
        return None
    for test in (part for part in ast.walk(statement.test) if isinstance(part, ast.Compare) and len(part.ops) == 1):
        sides = [test.left, test.comparators[0]]
        if isinstance(test.ops[0], (ast.NotEq, ast.Gt)) and _counts_mistakes(*sides, loop):
            return f"Line {statement.lineno} leaves the loop as soon as {ast.unparse(sides[0])} is not 0."
        if isinstance(test.ops[0], (ast.Gt, ast.GtE)):
            sides.reverse()
        if isinstance(test.ops[0], (ast.Lt, ast.LtE, ast.Gt, ast.GtE)) and _is_small(sides[0], tree):
            large = ast.unparse(sides[1])
            if CHANGE.search(large) and not TOLERANCE.search(large):
                return f"Line {statement.lineno} leaves the loop as soon as {large[:50]} is larger than {ast.unparse(sides[0])}."
    return None


def _counts_mistakes(left, right, loop):
    """Whether a number of mistakes, counted in the loop, is compared with 0."""
    zero = isinstance(right, ast.Constant) and right.value == 0 and isinstance(left, ast.Name)
    added = {ast.unparse(part.target) for part in ast.walk(loop) if isinstance(part, ast.AugAssign)}
    return zero and left.id in added and bool(re.search("err|mist|miss|wrong|fehler|falsch", left.id, re.IGNORECASE))


def _is_small(node, tree):
    """Whether an expression is a tolerance: a small number, or a name of one that is not known to be large."""
    if isinstance(node, ast.Constant):
        return type(node.value) is float and 0 < node.value < 0.2
    if not isinstance(node, (ast.Name, ast.Attribute)) or not TOLERANCE.search(ast.unparse(node)):
        return False
    name, found = ast.unparse(node).rpartition(".")[2], []
    for part in ast.walk(tree):
        if isinstance(part, ast.Assign) and any(ast.unparse(item).rpartition(".")[2] == name for item in part.targets):
            found.append(part.value)
        elif isinstance(part, ast.arguments):
            named = [*part.posonlyargs, *part.args]
            found += [
                value
                for item, value in zip(named[len(named) - len(part.defaults) :], part.defaults)
                if item.arg == name
            ]
    return not any(
        isinstance(value, ast.Constant) and type(value.value) in (int, float) and value.value >= 1 for value in found
    )


@rule("SW-T13")
def waiting_begins_anew(source):
    """The rounds without improvement are counted in a row: an improvement sets the counter back."""
    if not re.search("patience|n_iter_no_change", source.text, re.IGNORECASE):
        return
    for owner in (node for node in walk(source.tree) if isinstance(node, ast.FunctionDef)):
        for loop in [owner, *(node for node in own(owner) if isinstance(node, (ast.For, ast.While)))]:
            counted = {
                ast.unparse(part.target)
                for part in ast.walk(loop)
                if isinstance(part, ast.AugAssign) and isinstance(part.op, ast.Add)
            }
            reset = {name for part in ast.walk(loop) if isinstance(part, ast.Assign) for name, _ in bindings(part)}
            tests = [
                part
                for part in ast.walk(loop)
                if isinstance(part, ast.Compare) and re.search("patience|n_iter_no_change", ast.unparse(part), re.I)
            ]
            fixed = {name for part in ast.walk(loop) if isinstance(part, ast.Assign) for name, value in bindings(part)
                     if value == "1" and name not in counted}  # fmt: skip
            for name in sorted(fixed):
                if WAITING.search(name) and any(name in read(part) for part in tests):
                    said = f"{name} is set to 1 where it is to count: the waiting never ends."
                    yield find("SW-T13", said, severity="warning", weight=84, line=tests[0].lineno, function=owner.name)
                    return
            for name in counted - reset if isinstance(loop, (ast.For, ast.While)) or "self." in str(counted) else ():
                asked = [part for part in tests if name in read(part)]
                if asked and WAITING.search(name) and (loop is not owner or name.startswith("self.")):
                    said = f"{name} counts the rounds without improvement and is never set back: it adds up isolated ones (line {asked[0].lineno})."
                    yield find("SW-T13", said, severity="warning", weight=84, line=asked[0].lineno, function=owner.name)
                    return
