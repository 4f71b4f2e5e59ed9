"""Along which axis a call reduces."""

import ast
import re

from scratchwork.checks.files.names import kind_of
from scratchwork.checks.files.syntax import dotted, literal


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


def is_row_axis(axis, columns=False):
    """Whether a reduction leaves one number per sample: nothing is learnt from the others then; ``columns`` where samples stand in columns."""
    samples = 1 if columns else 0
    if isinstance(axis, tuple):
        return samples not in axis
    return axis is not None and axis != samples and not (columns and axis == -1)


def stands_in_columns(tree):
    """Whether a file keeps its samples in columns: it slices its labels by columns, or counts the rows by their second axis."""
    for part in ast.walk(tree):
        if isinstance(part, ast.Subscript) and isinstance(part.slice, ast.Tuple) and len(part.slice.elts) == 2:
            first, second = part.slice.elts
            whole = isinstance(first, ast.Slice) and first.lower is None and first.upper is None
            some = isinstance(second, ast.Name) or (isinstance(second, ast.Slice) and (second.lower or second.upper))
            if whole and some and kind_of(dotted(part.value)) == "labels":
                return True
        if isinstance(part, ast.Assign) and ast.unparse(part.targets[0]) in ("m", "N", "n_samples", "m_train"):
            counted = re.fullmatch(r"(\w+)\.shape\[1\]", ast.unparse(part.value))
            if counted and kind_of(counted.group(1)) == "labels":
                return True
    return False
