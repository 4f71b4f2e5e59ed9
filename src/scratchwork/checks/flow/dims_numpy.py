"""The calls of numpy, scipy and pandas by their names: what they make of the axes of an array."""

import ast
import itertools
import re

from scratchwork.checks.flow import dims_calls as calls
from scratchwork.checks.flow.axis import axis_of
from scratchwork.checks.flow.calls_data import OPERATIONS
from scratchwork.checks.flow.dims import Array, Dim, apart, clash, given
from scratchwork.checks.flow.dims_roots import ROOTED, least, root, squared

LOADS = re.compile(r"^(load|read|fetch|make_|genfromtxt|rand|normal|uniform|standard_normal)|_data$", re.IGNORECASE)


def known(walk, node, last, base):
    """The result of a call; data of its own where a name brings data in, None where nothing is known."""
    if last == "sorted" or (last == "sort" and base is not None and base.role == "list"):
        return in_order(walk, node, base)
    if last in OPERATIONS and len(node.args) == 2:
        whole = ast.BinOp(node.args[0], OPERATIONS[last](), node.args[1])
        return walk.evaluate(ast.copy_location(whole, node))
    args = [walk.evaluate(part) for part in node.args]
    for part in node.keywords:
        walk.evaluate(part.value)
    array = base if base is not None else args[0] if args else None
    follow = CALLS.get(last)
    if follow is not None and isinstance(array, Array):
        return follow(walk, node, base, args if base is None else [base, *args])
    if last == "where" and len(args) == 3:
        return next((one for one in args[1:] if isinstance(one, Array) and one.role not in ("number", "")), None)
    if last in ("range", "arange"):
        return calls_range(walk, node)
    if last in ("zeros", "empty", "ones", "full", "zeros_like", "empty_like"):
        return blank(args[0] if args else None)
    if LOADS.search(last):
        return given()
    if isinstance(array, Array) and last in calls.SAME:
        return calls.stacked(array) if array.role == "list" else array
    return None


def calls_range(walk, node):
    """The numbers of all axes or rows, one after another; None where it is not known how many there are."""
    from scratchwork.checks.flow.dims_expressions import numbered

    made = numbered(walk, node)
    return None if made.loose else made.but(dims=(calls.turned(made.over) if made.turned else made.over,), turned=False)


def mean(walk, node, base, args):
    axis = axis_of(node, base)
    if args[0].role == "list":
        args[0] = calls.stacked(args[0])
    if axis is None and base is not None and {"pandas", "pd"} & walk.modules:
        axis = 0  # of a table the mean of each column
    if axis is not None:
        walk.averaged.append(args[0].root)
    return calls.reduced(args[0], axis, "mean", deco=None)


def spread(walk, node, base, args):
    if args[0].role == "list" or args[0].role in ROOTED:
        return least(walk, node, base, args)
    return None if args[0].role == "list" else calls.reduced(args[0], axis_of(node, base), "scale", deco=None)


def summed(walk, node, base, args):
    if args[0].role == "list" and isinstance(args[0].each, Array):
        walk.added_up(args[0].each, node)
    walk.added_up(args[0], node)
    if args[0].items is not None or args[0].role == "list":
        return None
    made = calls.reduced(args[0], axis_of(node, base), args[0].role if args[0].role == "difference" else "")
    if made.role == "difference" and len(made.dims) == 2:
        apart(*made.dims)
    return made


def product(walk, node, base, args):
    return calls.product(walk, args[0], args[1], node) if len(args) == 2 and isinstance(args[1], Array) else None


def outer(walk, node, base, args):
    if len(args) != 2 or not all(isinstance(one, Array) and len(one.dims) == 1 for one in args):
        return None
    a, b = args
    made = Array((a.dims[0], b.dims[0]), "", root=object())
    own = a.root == b.root and calls.twins(made.dims)
    return made.but(role="moment", root=a.root, minus=a.minus, each=a) if own else made


def decomposed(kind):
    def follow(walk, node, base, args):
        return calls.decomposed(walk, node, kind, args[0])

    return follow


def values_alone(walk, node, base, args):
    made = calls.decomposed(walk, node, "eigh", args[0])
    return None if made is None else made.items[0]


def order(walk, node, base, args):
    """``argsort``: numbers of axes in the order of their values, or numbers of rows along one dim."""
    array = args[0]
    axis = axis_of(node, base)
    if not array.dims or not isinstance(axis, (int, type(None))):
        return None
    place = (len(array.dims) - 1 if axis is None else axis) % len(array.dims)
    over = array.dims[place]
    if over is None:
        return None
    if array.role == "values":
        way = "falling" if array.turned else "rising"
        return Array((over.but(order=way),), "place", over=over.itself(), deco=array.deco)
    return calls.put(array, place, Dim(), role="place", over=over, deco=None, each=None)


def nearest(walk, node, base, args):
    """``argmin``, ``argmax``: a number along one dim for each of the others."""
    axis = 0 if axis_of(node, base) is None and len(args[0].dims) == 1 else axis_of(node, base)
    return calls.reduced(args[0], axis, "place", deco=None) if isinstance(axis, int) else None


def flipped(walk, node, base, args):
    name = getattr(node.func, "attr", getattr(node.func, "id", ""))
    axis = {"fliplr": 1, "flipud": 0}.get(name, axis_of(node, base))
    array = args[0]
    places = range(len(array.dims)) if axis is None else [axis]
    for place in places:
        if isinstance(place, int) and place < len(array.dims) and array.dims[place] is not None:
            array = calls.put(array, place, calls.turned(array.dims[place]))
    return array


def transposed(walk, node, base, args):
    return calls.transposed(args[0]) if len(args) == 1 else None


def taken(walk, node, base, args):
    """``np.take(a, places, axis)``: what the places pick."""
    axis = axis_of(node, base) if len(node.args) < 3 else calls.literal(node.args[2])
    picks = len(args) > 1 and isinstance(args[1], Array) and args[1].role == "place" and (axis or 0) < len(args[0].dims)
    return calls.picked(walk, args[0], axis or 0, args[1]) if picks else None


def relaid(walk, node, base, args):
    """The same numbers along other dims."""
    return Array((Dim(), Dim()), "data", root=args[0].root, minus=args[0].minus, loose=True)


def diagonal(walk, node, base, args):
    dims = args[0].dims
    return args[0].but(dims=dims * 2) if len(dims) == 1 else None


def reshaped(walk, node, base, args):
    """A vector made a column or a row stays what it is; else the dims are new ones of the same data."""
    array, sizes = args[0], node.args[0 if base is not None else 1 :]
    sizes = sizes[0].elts if len(sizes) == 1 and isinstance(sizes[0], ast.Tuple) else sizes
    texts = [ast.unparse(part) for part in sizes]
    if len(array.dims) == 1 and len(texts) == 2 and "1" in texts:
        return array.but(dims=(array.dims[0], None) if texts[1] == "1" else (None, array.dims[0]))
    if texts in (["-1"], []) and len([dim for dim in array.dims if dim is not None]) == 1:
        return array.but(dims=tuple(dim for dim in array.dims if dim is not None))
    role = array.role if array.role in ("data", "mean", "place") else ""
    return Array(tuple(Dim() for _ in texts or [0]), role, root=array.root, minus=array.minus, over=array.over)


def columns(walk, node, base, args):
    """``hstack``, ``column_stack``: vectors side by side."""
    return calls.side_by_side(args[0]) if args[0].role == "list" else tupled(args[0], calls.side_by_side)


def rows(walk, node, base, args):
    return calls.stacked(args[0]) if args[0].role == "list" else tupled(args[0], calls.stacked)


def tupled(array, form):
    """The same of a tuple of vectors."""
    first = array.items[0] if array.items else None
    if not isinstance(first, Array) or not isinstance(first.each, Dim):
        return None
    return form(Array((first.each,), "list", each=first))


def covariance(walk, node, base, args):
    return calls.covariance(walk, node, args[0])


def length(walk, node, base, args):
    return Array((), "len", over=args[0].dims[0]) if args[0].dims else None


def appended(walk, node, base, args):
    """``rows.append(v)``: the list is as long as what v is one of."""
    if base is None or len(args) != 2 or base.role != "list" or not isinstance(args[1], Array):
        return None
    slot = args[1].each if isinstance(args[1].each, Dim) else base.dims[0]
    walk.assign(node.func.value, base.but(dims=(slot,), each=args[1]))
    return None


def reversed_list(walk, node, base, args):
    """``v.reverse()`` in place, and ``reversed(v)``."""
    array = args[0]
    if not array.dims or array.dims[0] is None:
        return None
    made = calls.put(array, 0, calls.turned(array.dims[0]))
    if base is not None:
        walk.assign(node.func.value, made)
    return made


def zipped(walk, node, base, args):
    """``zip(values, vectors)``: what goes side by side must be counted by the same numbers."""
    parts = [one for one in args if isinstance(one, Array) and one.dims]
    for one, other in itertools.pairwise(parts):
        a, b = one.dims[0], other.dims[0]
        if a is not None and b is not None and clash(a, b):
            walk.crossed(other if other.deco is not None else one, a, b)
    from scratchwork.checks.flow.dims_expressions import one as first

    slot = parts[0].dims[0] if parts else Dim()
    return Array((slot,), "list", each=Array((), "tuple", items=tuple(first(walk, one) for one in args)))


def rows_beside_values(walk, items):
    """``(values[i], vectors[i])``: a value beside a row of the vectors, which is none of them."""
    found = [one for one in items if isinstance(one, Array)]
    values = [one for one in found if one.role == "values" and isinstance(one.each, Dim)]
    rows = [one for one in found if one.role == "vectors" and one.each is None and len(one.dims) == 1 and one.dims[0]]
    for one in rows if values else ():
        if one.dims[0].itself().of is not None:
            walk.crossed(one, one.dims[0], values[0].each)


def in_order(walk, node, base):
    """``sorted(pairs, reverse=True)``, ``pairs.sort(key=...)``: the axes in the order of their values."""
    given_list = base if base is not None else walk.evaluate(node.args[0]) if node.args else None
    key = next((part.value for part in node.keywords if part.arg == "key"), None)
    falls = any(part.arg == "reverse" and getattr(part.value, "value", False) is True for part in node.keywords)
    from scratchwork.checks.flow.dims_expressions import element

    each = element(walk, node.args[0], given_list) if base is None and node.args else given_list.each if base else None
    value = keyed(walk, key, each) if key is not None else each
    if isinstance(value, Array) and value.items:
        value = value.items[0]
    slot = value.each if isinstance(value, Array) and value.role == "values" and isinstance(value.each, Dim) else None
    if slot is None:
        return given_list if isinstance(given_list, Array) and given_list.role == "list" else None
    slot = slot.but(order="falling" if falls != value.turned else "rising", end="")
    place = each if isinstance(each, Array) and each.role == "place" else None
    if place is not None:
        return Array((slot,), "place", over=place.over, deco=value.deco)
    made = given_list.but(dims=(slot,), role="list", each=each)
    if base is not None:
        walk.assign(node.func.value, made)
    return made


def keyed(walk, key, each):
    """What the key of a sort gives for an element."""
    if not isinstance(key, ast.Lambda) or not key.args.args:
        return each
    walk.scopes.append(dict(walk.scopes[-1]) | {key.args.args[0].arg: each})
    value = walk.evaluate(key.body)
    walk.scopes.pop()
    return value


def blank(size):
    """A table to be filled: its dims are those whose lengths it is made with."""
    items = getattr(size, "items", None) or ()
    dims = tuple(one.over if isinstance(one, Array) and one.role == "len" and one.over else Dim() for one in items)
    return Array(dims or (Dim(),), "zeros")


CALLS = {
    **dict.fromkeys(("mean", "average", "nanmean"), mean), **dict.fromkeys(calls.SPREADS, spread),
    **dict.fromkeys(("norm", "sqrt"), root), "square": squared, "sum": summed,
    **dict.fromkeys(("dot", "matmul"), product), "outer": outer, "eigh": decomposed("eigh"), "eig": decomposed("eig"),
    "svd": decomposed("svd"), "eigvalsh": values_alone, "argsort": order, **dict.fromkeys(("argmin", "argmax"), nearest),
    **dict.fromkeys(("flip", "fliplr", "flipud"), flipped), "transpose": transposed, "diag": diagonal, "diagflat": diagonal,
    "reshape": reshaped, "take": taken, **dict.fromkeys(("swapaxes", "moveaxis", "ravel", "flatten", "squeeze"), relaid), **dict.fromkeys(("hstack", "column_stack"), columns), **dict.fromkeys(("vstack", "stack"), rows),
    **dict.fromkeys(("cov", "corrcoef"), covariance), "len": length, "append": appended,
    **dict.fromkeys(("reverse", "reversed"), reversed_list), "zip": zipped,
}  # fmt: skip

__all__ = ["given", "known"]
