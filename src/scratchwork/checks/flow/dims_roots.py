"""Distances on their way to a cost: which have their root, and which of them are the nearest."""

from scratchwork.checks.flow import dims_calls as calls
from scratchwork.checks.flow.axis import axis_of

ROOTED = ("rooted", "nearest")


def least(walk, node, base, args):
    """``D.min(axis=1)``, ``min(roots)``: of rooted distances the nearest one for each row."""
    array = calls.stacked(args[0]) if args[0].role == "list" else args[0]
    if array.role not in ROOTED:
        return None
    axis = axis_of(node, base)
    return calls.reduced(array, axis if isinstance(axis, int) else 0, "nearest")


def root(walk, node, base, args):
    """A square root, which a sum of squares makes a distance; the norm of a difference."""
    array = args[0]
    name = getattr(node.func, "attr", getattr(node.func, "id", ""))
    if array.role not in ("difference", "gap", "", "number"):
        return calls.reduced(array, axis_of(node, base), "scale", deco=None) if name == "norm" else array
    made = calls.reduced(array, axis_of(node, base), "rooted") if name == "norm" else array
    return made.but(role="rooted", deco=None)


def squared(walk, node, base, args):
    return args[0].but(role="") if args[0].role in ROOTED else args[0]


def powered(array, exponent):
    """A power: of a distance with its root the square, of a sum of squares the root."""
    if exponent == 0.5 and array.role in ("difference", "gap", ""):
        return array.but(role="rooted")
    return array.but(role="") if array.role in ROOTED else array
