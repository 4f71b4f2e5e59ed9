"""What products, slices and the calls of numpy make of the axes of an array."""

import ast

from scratchwork.checks.files.syntax import dotted, literal
from scratchwork.checks.flow.dims import Array, Decomposition, Dim, apart, broadcast, clash, entries_of, given, same

SAME = {
    "array", "asarray", "copy", "astype", "float64", "ascontiguousarray", "real", "abs", "absolute", "fabs",
    "nan_to_num", "maximum", "clip", "log", "power", "to_numpy", "asanyarray", "asmatrix", "matrix", "list",
    "tolist", "DataFrame", "float", "log1p", "expm1", "exp", "real_if_close", "atleast_1d", "atleast_2d", "round", "tensor", "as_tensor", "double", "float32",
}  # fmt: skip
SPREADS = {"std", "var", "ptp", "min", "max", "median", "nanstd", "amin", "amax"}
FLIPPED = {"rising": "falling", "falling": "rising"}


def kept(dim, last):
    """The end of an order that the first or the last few have: most or least of the variance, or neither."""
    if dim.of is None:
        return "few"
    if dim.order not in FLIPPED:
        return "unsorted"
    return "most" if (dim.order == "falling") != last else "least"


def sliced(walk, array, place, node):
    """An array of which a slice is taken along one of its dims."""
    dim = array.dims[place]
    if dim is None:
        return array
    dim, step = dim.itself(), literal(node.step) if node.step is not None else 1
    if step == -1:
        dim = dim.but(order=FLIPPED.get(dim.order, dim.order))
    if node.lower is None and node.upper is None:
        return put(array, place, dim)
    low, high = literal(node.lower) if node.lower is not None else None, node.upper
    last = step != -1 and node.upper is None and (negative(node.lower) or (low is not None and low < 0))
    first = step == -1 or (node.lower is None or low == 0)
    part = dim.but(cut=dim if dim.of is None else None, end=kept(dim, last) if first or last else "some")
    if array.role == "vectors" or (array.role == "scores" and part.of is not None):
        walk.vectors_cut(array, place, part, high if high is not None else node.lower)
    return put(array, place, part, root=array.root if dim.of is not None else ("part", array.root, ast.unparse(node)))


def negative(node):
    return isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub)


def put(array, place, dim, **changes):
    """The array with another Dim in one place."""
    return array.but(dims=(*array.dims[:place], dim, *array.dims[place + 1 :]), **changes)


def picked(walk, array, place, index):
    """An array of which rows, columns or axes are picked by their numbers; one number takes the dim away."""
    dim, over = array.dims[place], index.over
    if dim is None or not isinstance(over, Dim):
        return array.but(dims=(*array.dims[:place], *array.dims[place + 1 :])) if not index.dims else array
    ordered = index.dims or index.turned or isinstance(index.each, Dim)  # a square has as many rows as columns
    if not same(dim, over) and ordered:
        walk.crossed(array, dim, over)
    dim = dim.itself()
    if not index.dims:
        end = kept(turned(dim) if index.turned else dim, False) if index.loose else dim.end
        slot = turned(dim).but(end=end) if index.turned else dim.but(end=end)
        slot = index.each if isinstance(index.each, Dim) else slot  # the order that its numbers come in
        if array.role == "vectors" and slot.of is not None and (index.loose or slot is index.each):
            walk.vectors_kept(array, slot)
        rest = (*array.dims[:place], *array.dims[place + 1 :])
        return array.but(dims=rest, each=slot if dim.of is not None else None, loose=False)
    new = index.dims[-1] if index.dims[-1] is not None else dim
    made = put(array, place, new, loose=False, root=array.root if dim.of is not None else object())
    if array.role == "vectors" and new.of is not None:
        walk.vectors_kept(made, new)
    return made


def one_of(array, place, node):
    """The array at one place that is written out: its first or its last."""
    dim = array.dims[place]
    slot = dim.but(end="one") if dim is not None and dim.itself().of is not None else None
    return array.but(dims=(*array.dims[:place], *array.dims[place + 1 :]), each=slot, loose=False)


def indexed(walk, array, parts):
    """An array with an index: slices, numbers and new axes, one part after another; None where it is not understood."""
    place, found = 0, array
    for part in parts:
        if is_new(part):
            found = found.but(dims=(*found.dims[:place], None, *found.dims[place:]), loose=False)
            place += 1
            continue
        if place >= len(found.dims) and not found.loose:
            return None
        if place >= len(found.dims):
            found = found.but(dims=(*found.dims, Dim()))
        index = None if isinstance(part, ast.Slice) else walk.evaluate(part)
        if isinstance(part, ast.Slice):
            found, place = sliced(walk, found, place, part), place + 1
        elif index is None and gives_several(part):
            found, place = put(found, place, Dim(), root=object()), place + 1
        elif not isinstance(index, Array) or (isinstance(part, ast.Constant) and part.value is Ellipsis):
            return None
        else:
            found = one_of(found, place, part) if index.role == "number" else picked(walk, found, place, index)
            place += bool(index.dims)
    numbers = [part for part in parts if not isinstance(part, ast.Slice)]
    return found.but(role="nearest") if found.role == "rooted" and len(numbers) == 2 else found


def is_new(node):
    return (isinstance(node, ast.Constant) and node.value is None) or dotted(node).endswith("newaxis")


def gives_several(node):
    """Whether an index is a call that draws or looks up several numbers of rows."""
    last = getattr(node.func, "attr", "") if isinstance(node, ast.Call) else ""
    sized = last in ("choice", "randint", "integers") and (
        len(node.args) > 1 or any(k.arg == "size" for k in node.keywords)
    )
    return sized or last in ("permutation", "where", "flatnonzero", "nonzero")


def turned(dim):
    return dim.but(order=FLIPPED.get(dim.order, dim.order))


def product(walk, a, b, node):
    """a @ b: the last dim of a goes over the first of b."""
    if not a.dims or not b.dims:
        return b if not a.dims else a
    inner, first = a.dims[-1], b.dims[0]
    if inner is not None and first is not None and clash(inner, first) and (a.deco or b.deco):
        walk.note("SW-C4", node, crossing(a if a.deco else b, a.deco or b.deco), a.deco or b.deco)
        return given()
    if inner is not None and first is not None:
        same(inner, first)
    made = Array((*a.dims[:-1], *b.dims[1:]), "", root=object())
    if len(made.dims) == 2 and a.role == b.role == "data" and a.root != b.root and not b.loose:
        apart(*made.dims)
    if a.root == b.root and a.role == b.role == "data" and twins(made.dims):
        return made.but(role="moment", root=a.root, minus=a.minus, over=inner, each=a)
    for rows, axes, near, far in ((a, b, 0, -1), (b, a, -1, 0)):
        if (
            axes.deco is not None
            and axes.role in ("vectors", "left")
            and len(axes.dims) > 1
            and rows.dims[near] is not None
        ):
            entries, number = axes.dims[near].itself(), axes.dims[far].itself()
            if number.of is axes.deco and entries_of(axes.deco, entries):
                walk.projected(rows, axes, node)
                return made.but(role="scores", deco=axes.deco, minus=rows.minus, root=rows.root)
            if entries.of is axes.deco and entries_of(axes.deco, number):
                walk.born[made.root] = node.lineno, walk.function
                return made.but(role="back", deco=axes.deco, minus=rows.minus)
    return made


def crossing(array, deco):
    """Words for numbers of axes that are taken for entries."""
    side = "rows" if deco.kind != "svd" or array.dims[0].itself().of is None else "columns"
    vectors = {"svd": "singular vectors"}.get(deco.kind, f"vectors of {deco.kind}")
    return f"the {vectors} of line {deco.line} are used the wrong way round: their {side} are no axes"


def twins(dims):
    return len(dims) == 2 and None not in dims and dims[0].itself() is dims[1].itself()


def transposed(array):
    """Turned over: what is turned over is a table."""
    return array.but(dims=array.dims[::-1], loose=False)


def reduced(array, axis, role, **changes):
    """A mean, spread or sum along one axis, or over all numbers."""
    if axis is None or not isinstance(axis, int) or not -len(array.dims) <= axis < len(array.dims):
        return array.but(dims=(), role=role, over="all" if axis is None else None, each=None, items=None, **changes)
    place = axis % len(array.dims)
    rest = (*array.dims[:place], *array.dims[place + 1 :])
    return array.but(dims=rest, role=role, over=array.dims[place], each=None, items=None, loose=False, **changes)


def covariance(walk, node, array):
    """``np.cov``: of rows as variables, unless rowvar is false."""
    flag = next((part.value for part in node.keywords if part.arg == "rowvar"), None)
    turned_over = isinstance(flag, ast.Constant) and not flag.value
    if len(array.dims) != 2:
        return None
    turned_over = turned_over or (flag is None and not node.args)  # of a table
    variables, samples = (array.dims[1], array.dims[0]) if turned_over else array.dims
    return Array((variables, variables), "cov", root=array.root, minus=array.minus, over=samples, each=array)


def decomposed(walk, node, kind, array):
    """The values and vectors of eigh, eig; U, the singular values and Vt of svd."""
    if array is None or len(array.dims) != 2 or None in array.dims:
        return None
    square = array.role in ("moment", "cov") or twins(array.dims)
    entries = array.dims[-1]
    over = (entries,) if square or kind != "svd" else (entries, array.dims[0])
    deco = Decomposition(kind, over, array, node.lineno, walk.function)
    walk.decos.append(deco)
    axes = Dim(deco, {"eigh": "rising", "eig": "any"}.get(kind, "falling"))
    one = Array((axes,), "values", root=array.root, deco=deco)
    right = Array((entries, axes), "vectors", root=array.root, deco=deco)
    if kind != "svd":
        return Array((), "tuple", items=(one, right))
    left = right if square else Array((array.dims[0], axes), "left", root=array.root, deco=deco)
    return Array((), "tuple", items=(left, one, transposed(right)))


def stacked(array):
    """A list of arrays as one array: its elements along the first dim."""
    each = stacked(array.each) if getattr(array.each, "role", "") == "list" else array.each
    if not isinstance(each, Array) or each.items is not None or not array.dims:
        return array
    return each.but(dims=(array.dims[0], *each.dims), each=None)


def side_by_side(array):
    """A list of vectors as the columns of one array."""
    made = stacked(array)
    if len(made.dims) > 2 and None not in made.dims:
        return Array((made.dims[1], Dim()), "data", root=object())
    dims = tuple(dim for dim in made.dims[1:] if dim is not None)
    return made.but(dims=(*dims, made.dims[0])) if len(dims) == 1 else made


def added(walk, op, a, b, node):
    """Sums and differences: a mean is taken off or put back."""
    for one, other in ((a, b), (b, a)):
        if one.role == "back":
            walk.given_back(one, other, isinstance(op, ast.Sub), node)
            return Array(broadcast(a.dims, b.dims), "restored", root=object())
    if a.role == "zeros" or not b.dims:
        a, b = (b, a) if a.role == "zeros" else (a, b)
    dims = broadcast(a.dims, b.dims)
    if isinstance(op, ast.Sub) and b.role == "mean" and None not in a.dims:
        return a.but(dims=dims, minus=(*a.minus, (b.root, b.over)), each=None)
    taken = b.role == "mean" and None not in a.dims  # X[:, None] - means[None] is no mean taken off
    if taken or b.role in ("number", "scale", "zeros") or not b.dims:
        walk.closed.append((a.root, walk.function))
        return a.but(dims=dims, role="" if a.role == "unscaled" else a.role)
    if not a.dims or a.role == "mean":
        return b.but(dims=dims, turned=not b.turned if isinstance(op, ast.Sub) and b.role == "place" else b.turned)
    crosswise = None in a.dims or None in b.dims  # X[:, None] - Q: every row of the one with every row of the other
    role = ("difference" if crosswise else "gap") if isinstance(op, ast.Sub) else ""
    return Array(dims, role, root=object())


def scaled(walk, op, whole_one, other):
    """Products and quotients of entries; rows brought to one spread, and brought back."""
    dims = broadcast(whole_one.dims, other.dims)
    if other.role == "scale" and isinstance(op, ast.Div) and other.dims and other.root == whole_one.root:
        walk.scaled_alone(other)
    if other.role == "scale" and isinstance(op, ast.Div) and any(root == other.root for root, _ in whole_one.minus):
        walk.standardised.append((other.root, walk.function))
    elif other.role == "scale" and isinstance(op, ast.Mult) and whole_one.role == "data":
        return Array(dims, "unscaled", root=(object(), other.root))
    return whole_one.but(dims=dims)
