"""Percent and fraction: what stands before a per cent sign must have been multiplied by 100, once."""

import ast
import re

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
