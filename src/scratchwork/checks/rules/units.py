"""Percent and fraction: what stands before a per cent sign must have been multiplied by 100, once."""

import ast
import re

from scratchwork.checks.files.code_shape import place_at, routines
from scratchwork.checks.files.syntax import walk
from scratchwork.checks.findings import find
from scratchwork.checks.flow.statements import trace_of
from scratchwork.checks.registry import rule


@rule("SW-E10")
def per_cent_signs_follow_percentages(source):
    """A mean of hits printed with a per cent sign is off by 100; a percentage formatted by {:.1%} too."""
    for event in trace_of(source):
        if event.kind != "print":
            continue
        for value, spec, after in printed(event):
            fraction = value.const == "fraction" and after.lstrip().startswith("%") and not spec.endswith("%")
            twice = value.const == "percent, times 100" and after.lstrip().startswith("%")
            doubled = twice or (value.const == "percent" and spec.endswith("%"))
            if value.kind in ("score", "hits") and (fraction or doubled):
                what = "a fraction with a per cent sign" if fraction else "a percentage, times 100 once more"
                said = f"Line {event.line} prints {what}: {ast.unparse(event.node)[:70]}."
                yield find("SW-E10", said, line=event.line, function=event.function, severity="error")
                return


@rule("SW-E10")
def a_score_is_divided_by_its_own_count(source):
    """A metric in percent is multiplied by 100 once, and divides by the number of rows that it was given, not by a number typed in."""
    for entry in routines(source):
        if not re.search(r"acc|score|percent|rate|skutecz|correct|evaluat|dogru", entry.name, re.IGNORECASE):
            continue
        for part in (item.value for item in walk(entry.node) if isinstance(item, ast.Return) and item.value):
            factors = list(factors_of(part))
            twice = sum(isinstance(item, ast.Constant) and item.value == 100 for item, above in factors if above)
            typed = [item.value for item, above in factors if not above and type(getattr(item, "value", None)) is int]
            fixed = next((number for number in typed if number >= 50 and number not in (100, 255)), None)
            if twice > 1 or (fixed and entry.parameters):
                how = "multiplies by 100 twice" if twice > 1 else f"divides by {fixed}, whatever it is given"
                said = f"Line {part.lineno} {how}: {ast.unparse(part)[:60]}."
                yield find(
                    "SW-E10", said, severity="error" if twice > 1 else "warning", **place_at(source, part.lineno)
                )
                return


def factors_of(node, above=True):
    """(factor, whether it stands above the line) of a product or quotient."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Mult, ast.Div)):
        yield from factors_of(node.left, above)
        yield from factors_of(node.right, above == isinstance(node.op, ast.Mult))
    else:
        yield node, above


def printed(event):
    """(value, format, text after it) of each value that a print call shows."""
    nodes = event.node.args
    for place, (node, value) in enumerate(zip(nodes, event.args)):
        if isinstance(node, ast.JoinedStr):
            yield from of_fstring(node, value.items or ())
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format":
            yield from of_format(node, value.items or ())
        else:
            following = nodes[place + 1] if place + 1 < len(nodes) else None
            text = following.value if isinstance(following, ast.Constant) and isinstance(following.value, str) else ""
            yield value, "", text


def of_fstring(node, items):
    fields = [part for part in node.values if isinstance(part, ast.FormattedValue)]
    for field, value in zip(fields, items):
        place = node.values.index(field)
        after = node.values[place + 1] if place + 1 < len(node.values) else None
        text = after.value if isinstance(after, ast.Constant) else ""
        spec = ast.unparse(field.format_spec).strip("f'\"") if field.format_spec is not None else ""
        yield value, spec, text


def of_format(node, items):
    base = node.func.value
    if not isinstance(base, ast.Constant) or not isinstance(base.value, str):
        return
    fields = list(re.finditer(r"\{[^{}]*?(?::([^{}]*))?\}", base.value))
    for field, value in zip(fields, items):
        yield value, field.group(1) or "", base.value[field.end() :]
