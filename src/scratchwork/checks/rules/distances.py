"""Distances as they are written: what is squared before it is summed, and the factor of the mixed term."""

import ast
import re

from scratchwork.checks.files.code_shape import called, calls_in, place_at, routines
from scratchwork.checks.files.syntax import literal, walk
from scratchwork.checks.findings import find
from scratchwork.checks.flow.bindings import returned, subject
from scratchwork.checks.flow.nearness import AWAY, nearness
from scratchwork.checks.registry import rule
from scratchwork.checks.rules.nearest import ASKED, SORTING, _end, sorted_by

WRONG = {
    "signed": "the sum of plain differences, in which those of opposite sign cancel",
    "plus": "the square of a sum where a difference is wanted",
    "bare": "a plain difference, of which the most negative comes first",
}


@rule("SW-K2")
def differences_are_squared_before_they_are_summed(source):
    """In sqrt(sum(a - b) ** 2) differences of opposite sign cancel; sqrt(sum(abs(a - b))) is no distance that has a name."""
    for node in walk(source.tree):
        under = _under_the_root(node)
        if under is None:
            continue
        summed, said = _summed(_squared(under)), None
        if summed is not None and isinstance(summed, ast.BinOp) and isinstance(summed.op, ast.Sub):
            said = f"squares the sum of {ast.unparse(summed)}, in which differences cancel"
        elif _adds_absolutes(nearness(source), under):
            said = "is the root of a sum of absolute differences, which are not squared"
        if said:
            said = f"Line {node.lineno}: {ast.unparse(node)[:80]} {said}."
            yield find("SW-K2", said, severity="warning", **place_at(source, node.lineno))


def _under_the_root(node):
    """What a root is taken of, or None."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow):
        return node.left if ast.unparse(node.right) in ("0.5", "1 / 2") else None
    return node.args[0] if isinstance(node, ast.Call) and called(node) == "sqrt" and node.args else None


def _adds_absolutes(known, node):
    """Whether a value is the sum of the absolute values of plain differences, in one expression or added up in a loop."""
    bounds = known.scopes.get(known.entry_of(node), {}).get(node.id, []) if isinstance(node, ast.Name) else []
    terms = (
        [bound.node for bound in bounds if bound.added] or [_summed(bound.node) for bound in bounds] or [_summed(node)]
    )
    for term in terms:
        term = getattr(term, "elt", term)
        positive = isinstance(term, ast.Call) and re.fullmatch("f?abs|absolute", called(term)) and term.args
        if positive and known.plain_difference(term.args[0]):
            return True
    return False


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


@rule("SW-K2")
def what_is_sorted_is_a_distance(source):
    """Plain differences that are added up cancel, and a sum that is squared is no difference: neither is a distance."""
    known, seen = nearness(source), None
    for entry in routines(source):
        if AWAY.search(entry.name) and not seen:
            words = {known.sense(item) for item in returned(entry)} & set(WRONG)
            seen = (entry.node.lineno, words.pop(), entry.name) if words else None
    for call in calls_in(source.tree) if not seen and ASKED.search(source.text) else ():
        sense = sorted_by(known, call)
        bare = sense is None and called(call) in SORTING[:7] and known.plain_difference(subject(call))
        sense = "bare" if bare and _end(known, call, known.entry_of(call)) else sense
        if sense in WRONG and not seen:
            seen = (call.lineno, sense, ast.unparse(call)[:60])
    if seen:
        line, sense, what = seen
        yield find(
            "SW-K2", f"Line {line}: {what} measures by {WRONG[sense]}.", severity="warning", **place_at(source, line)
        )


@rule("SW-K2")
def the_mixed_term_counts_twice(source):
    """|a - b|^2 = |a|^2 + |b|^2 - 2ab: with ab once, or added, other rows are the nearest."""
    if not ASKED.search(source.text):
        return
    known = nearness(source)
    for node in walk(source.tree):
        outermost = isinstance(node, ast.BinOp) and not _adds(known.above(node))
        terms = list(_terms(node, 1)) if outermost and _adds(node) else []
        squares = [item for sign, item in terms if sign > 0 and _a_squared_norm(known, item)]
        mixed = [(sign, item) for sign, item in terms if _a_product(known, item)]
        short = len(squares) == 1 and re.search(r"argmin|argsort|dist|d2", _statement(known, node))
        if (len(squares) == 2 or short) and len(terms) == len(squares) + 1 and len(mixed) == 1:
            sign, item = mixed[0]
            twice = [part for part in ast.walk(known.resolved(item, {})) if literal(part) in (2, -2)]
            turned = any(literal(part) == -2 for part in twice) or isinstance(item, ast.UnaryOp)
            if not twice or (sign > 0) != turned:
                said = f"Line {node.lineno}: {ast.unparse(node)[:100]} is no |a|^2 + |b|^2 - 2ab."
                yield find("SW-K2", said, severity="warning", **place_at(source, node.lineno))
                return


def _statement(known, node):
    while not isinstance(node, ast.stmt):
        node = known.above(node)
    return ast.unparse(node)


def _adds(node):
    return isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Sub))


def _terms(node, sign):
    """(sign, term) of a sum."""
    if _adds(node):
        yield from _terms(node.left, sign)
        yield from _terms(node.right, -sign if isinstance(node.op, ast.Sub) else sign)
    else:
        yield sign, node


def _a_squared_norm(known, node):
    """Whether a term is the sum of the squares of one array."""
    text = ast.unparse(known.resolved(node, {})).replace(" ", "")
    if "einsum" in text:
        return text.count("ij,ij->i") == 1 or text.count("ij,ij") == 1
    power = "**2" in text or "square(" in text
    itself = any(
        isinstance(part, ast.BinOp)
        and isinstance(part.op, (ast.Mult, ast.MatMult))
        and ast.unparse(part.left) == ast.unparse(part.right)
        for part in ast.walk(known.resolved(node, {}))
    )
    return ("sum(" in text and (power or itself)) or ("norm(" in text and power)


def _a_product(known, node):
    """Whether a term is the product of two arrays."""
    node = known.resolved(node, {})
    product = any(isinstance(part, ast.BinOp) and isinstance(part.op, ast.MatMult) for part in ast.walk(node))
    called_one = any(
        isinstance(part, ast.Call) and called(part) in ("dot", "matmul", "inner", "mm") for part in ast.walk(node)
    )
    return (product or called_one) and not _a_squared_norm(known, node)
