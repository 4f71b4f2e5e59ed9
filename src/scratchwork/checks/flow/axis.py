"""Along which axis a call reduces."""

import ast

from scratchwork.checks.files.syntax import literal


def axis_of(node, base):
    """The axis argument of a reduction: a number, a tuple of numbers, or None where none is given."""
    found = next((part.value for part in node.keywords if part.arg in ("axis", "dim")), None)
    if found is None:
        place = 0 if base is not None else 1
        last = getattr(node.func, "attr", getattr(node.func, "id", ""))
        if last in ("percentile", "quantile", "norm"):
            place += 1
        found = node.args[place] if len(node.args) > place else None
    if isinstance(found, (ast.Tuple, ast.List)):
        return tuple(literal(part) for part in found.elts)
    if isinstance(found, ast.Constant) and isinstance(found.value, str):
        return {"index": 0, "rows": 0, "columns": 1}.get(found.value)
    return literal(found) if found is not None else None


def is_row_axis(axis):
    """Whether a reduction leaves one number per row: nothing is learnt from the other rows then."""
    if isinstance(axis, tuple):
        return 0 not in axis
    return axis is not None and axis != 0
