"""Expressions with what the axes of their arrays stand for: names, slices, sums and products, comprehensions, calls."""

import ast

from scratchwork.checks.files.syntax import dotted, literal
from scratchwork.checks.flow import dims_calls as calls
from scratchwork.checks.flow.calls import USUAL_MODULES
from scratchwork.checks.flow.dims import Array, Dim, apart, given, same
from scratchwork.checks.flow.dims_roots import powered


def evaluate(walk, node):
    """What is known of an expression: an Array, an Instance, or None."""
    follow = EXPRESSIONS.get(type(node))
    if follow is not None:
        return follow(walk, node)
    for part in ast.iter_child_nodes(node):
        if isinstance(part, ast.expr):
            walk.evaluate(part)
    return None


def name(walk, node):
    return walk.lookup(node.id)


def constant(walk, node):
    return Array((), "number") if isinstance(node.value, (int, float)) else None


def attribute(walk, node):
    base = walk.evaluate(node.value)
    if base is None:
        return None
    if not isinstance(base, Array):
        known, method = base.attributes.get(node.attr), base.method(node.attr)
        if known is None and method is not None and method.decorator_list:
            return walk.enter(method, {method.args.args[0].arg: base} if method.args.args else {})
        return known
    if node.attr == "T":
        return calls.transposed(base)
    if node.attr == "shape":
        return Array((), "tuple", items=tuple(Array((), "len", over=dim) for dim in base.dims))
    return base if node.attr in ("values", "real", "data") else None


def subscript(walk, node):
    base = walk.evaluate(node.value)
    if not isinstance(base, Array):
        return None
    if base.items is not None:
        place = literal(node.slice)
        return base.items[place] if isinstance(place, int) and -len(base.items) <= place < len(base.items) else None
    if base.each is not None and isinstance(base.each, Array) and base.role == "list":
        return of_list(walk, base, node.slice)
    return calls.indexed(walk, base, node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice])


def of_list(walk, base, index):
    """Some elements of a list, or one."""
    if isinstance(index, ast.Slice):
        return calls.sliced(walk, base, 0, index)
    return base.each


def binary(walk, node):
    left, right = walk.evaluate(node.left), walk.evaluate(node.right)
    if not isinstance(left, Array) or not isinstance(right, Array):
        known = left if isinstance(left, Array) else right if isinstance(right, Array) else None
        return known if known is not None and known.role in ("values", "moment") else None
    product = walk.matrices and isinstance(node.op, ast.Mult) and len(left.dims) == len(right.dims) == 2
    if isinstance(node.op, ast.MatMult) or product:
        return calls.product(walk, left, right, node)
    if isinstance(node.op, (ast.Add, ast.Sub)):
        if left.role == "len" and right.role == "place":  # n - 1 - i
            return right.but(turned=True)
        if left.role == "len":
            return left
        return calls.added(walk, node.op, left, right, node)
    if isinstance(node.op, ast.Pow):
        return powered(left, literal(node.right))
    if isinstance(node.op, (ast.Mult, ast.Div)):
        whole, other = (left, right) if len(left.dims) >= len(right.dims) else (right, left)
        return calls.scaled(walk, node.op, whole, other)
    return left


def unary(walk, node):
    value = walk.evaluate(node.operand)
    turns = isinstance(value, Array) and isinstance(node.op, ast.USub) and value.role in ("values", "place")
    return value.but(turned=not value.turned) if turns else value


def compare(walk, node):
    values = [walk.evaluate(part) for part in (node.left, *node.comparators)]
    found = [value for value in values if isinstance(value, Array)]
    return found[0].but(role="", each=None, deco=None, over=None, root=object()) if found else None


def conditional(walk, node):
    walk.evaluate(node.test)
    one, other = walk.evaluate(node.body), walk.evaluate(node.orelse)
    return other if one is None else one


def sequence(walk, node):
    from scratchwork.checks.flow import dims_numpy

    items = tuple(walk.evaluate(part) for part in node.elts)
    first = items[0] if items else None
    dims_numpy.rows_beside_values(walk, items)
    alike = isinstance(node, ast.List) and isinstance(first, Array) and first.items is None
    slot = first.each if alike and isinstance(first.each, Dim) else Dim()
    return (
        Array((slot,), "list", each=first)
        if alike
        else Array((), "tuple", items=items)
        if items
        else Array((Dim(),), "list")
    )


def comprehension(walk, node):
    """A list: its elements, in the order of what they are made from."""
    walk.scopes.append(dict(walk.scopes[-1]))
    order = None
    for generator in node.generators:
        iterable = walk.evaluate(generator.iter)
        each = element(walk, generator.iter, iterable)
        order = order or listed_by(iterable)
        walk.assign(generator.target, each)
    value = walk.evaluate(node.elt)
    walk.scopes.pop()
    if not isinstance(value, Array):
        return None
    slot = value.each if isinstance(value.each, Dim) else order
    if order is not None and order.itself().of is not None:
        slot = order.itself()
        if value.role == "vectors":
            walk.vectors_kept(value, slot)
    if slot is None and value.items is not None:
        slot = next((item.each for item in value.items if isinstance(item, Array) and isinstance(item.each, Dim)), None)
    return Array((slot or Dim(),), "list", each=value)


def listed_by(iterable):
    return iterable.dims[0] if isinstance(iterable, Array) and iterable.dims and iterable.role != "number" else None


def element(walk, node, iterable):
    """What a loop goes over, one by one."""
    last = getattr(getattr(node, "func", None), "id", "")
    if last == "enumerate" and isinstance(iterable, Array):
        slot = iterable.dims[0] if iterable.dims else None
        return Array((), "tuple", items=(Array((), "place", over=slot), one(walk, iterable)))
    if last == "range":
        return numbered(walk, node)
    drawn = node.value if isinstance(node, ast.Subscript) else node
    if iterable is None and calls.gives_several(drawn):
        return Array((), "place")
    return one(walk, iterable)


def numbered(walk, node):
    """The numbers of a range: of all axes or rows where it goes over their number, of the first few else."""
    values = [walk.evaluate(part) for part in node.args]
    over = next((value.over for value in values if isinstance(value, Array) and value.role == "len"), None)
    turned = len(node.args) == 3 and calls.negative(node.args[2])
    return Array((), "place", over=over or Dim(), loose=over is None, turned=turned)


def one(walk, iterable):
    if not isinstance(iterable, Array):
        return None
    if iterable.role == "list":
        return iterable.each
    if iterable.role == "place" and iterable.dims:
        return iterable.but(dims=(), each=iterable.dims[0])
    if not iterable.dims:
        return None
    slot = iterable.dims[0]
    slot = slot.itself() if slot is not None else None
    return iterable.but(
        dims=iterable.dims[1:], each=slot if slot is not None and slot.of is not None else None, loose=False
    )


def call(walk, node):
    """A function of the file, a class, a method, or a name of numpy's."""
    from scratchwork.checks.flow import dims_numpy

    if isinstance(node.func, ast.Name) and node.func.id in walk.functions:
        return walk.enter(walk.functions[node.func.id], bound(walk, walk.functions[node.func.id], node))
    if isinstance(node.func, ast.Name) and node.func.id in walk.classes:
        return made(walk, walk.classes[node.func.id], node)
    base = None
    if isinstance(node.func, ast.Attribute) and not is_module(walk, node.func.value):
        base = walk.evaluate(node.func.value)
        if base is not None and not isinstance(base, Array):
            return method(walk, base, node)
    return dims_numpy.known(walk, node, getattr(node.func, "attr", getattr(node.func, "id", "")), base)


def is_module(walk, node):
    top = dotted(node).split(".")[0]
    return top in USUAL_MODULES or (top in walk.modules and walk.lookup(top) is None)


def bound(walk, definition, node, instance=None):
    """The scope of a call: what each parameter is given."""
    from scratchwork.checks.flow.assign import arguments_of

    names = [entry.arg for entry in arguments_of(definition)]
    scope = {names[0]: instance} if instance is not None and names else {}
    names = names[1:] if instance is not None else names
    scope |= {key: walk.evaluate(part) or given() for key, part in zip(names, node.args)}
    return scope | {part.arg: walk.evaluate(part.value) or given() for part in node.keywords if part.arg}


def made(walk, definition, node):
    from scratchwork.checks.flow.dims_walk import Instance

    instance = Instance(definition)
    init = instance.method("__init__")
    if init is not None:
        walk.enter(init, bound(walk, init, node, instance))
    return instance


def method(walk, instance, node):
    definition = instance.method(node.func.attr)
    if definition is None:
        for part in node.args:
            walk.evaluate(part)
        return None
    found = walk.enter(definition, bound(walk, definition, node, instance))
    returns_self = any(isinstance(part, ast.Return) and dotted(part.value) == "self" for part in ast.walk(definition))
    return instance if returns_self else found


def store(walk, target, value):
    """``V[i, :] = v``, ``D[:, j] = d``: a table filled row by row takes its dims from what fills it."""
    base = walk.evaluate(target.value)
    if value is None and isinstance(base, Array) and base.role == "zeros" and len(base.dims) == 2:
        walk.assign(target.value, base.but(role="data", root=object()))  # rows of images that are read one by one
    if not isinstance(base, Array) or not isinstance(value, Array) or base.role not in ("zeros", "list"):
        return
    parts = target.slice.elts if isinstance(target.slice, ast.Tuple) else [target.slice]
    indices = [part for part in parts if not isinstance(part, ast.Slice)]
    if len(indices) != 1 or len(base.dims) != 2 or len(value.dims) != 1:
        return
    place = parts.index(indices[0])
    index = walk.evaluate(indices[0])
    slot = value.each if isinstance(value.each, Dim) else None
    if isinstance(index, Array) and index.turned and slot is not None:
        slot = calls.turned(slot)
    slot = slot or (index.over if isinstance(index, Array) and index.over is not None else base.dims[place])
    for dim, other in zip(base.dims[1 - place : 2 - place], value.dims):
        if dim is not None and other is not None:
            same(dim, other)
    dims = (slot, value.dims[0]) if place == 0 else (value.dims[0], slot)
    apart(*dims)
    walk.assign(target.value, value.but(dims=dims, each=None))


EXPRESSIONS = {
    ast.Name: name,
    ast.Constant: constant,
    ast.Attribute: attribute,
    ast.Subscript: subscript,
    ast.BinOp: binary,
    ast.UnaryOp: unary,
    ast.Compare: compare,
    ast.IfExp: conditional,
    ast.Tuple: sequence,
    ast.List: sequence,
    ast.ListComp: comprehension,
    ast.GeneratorExp: comprehension,
    ast.Call: call,
}
