"""What a statement, a loop or a call gives a name: the expression, and which part of it."""

import ast
import dataclasses
import re

from scratchwork.checks.files.code_shape import called
from scratchwork.checks.files.syntax import dotted, every

MODULES = re.compile(
    r"^(np|numpy|math|torch|jnp|cp|scipy|statistics|pd|tf|heapq|operator|F|la|LA|linalg|distance|spatial)(\.|$)"
)


@dataclasses.dataclass(frozen=True)
class Bound:
    """A value that a name may hold: the expression, the part of each of its entries, and whether it is added up."""

    node: ast.expr
    part: object = None
    added: bool = False
    key: bool = False  # the name is the key or number of an entry, no entry


def bindings(node):
    """(name, Bound) of everything that a statement, loop or call gives a name."""
    if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
        for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
            yield from _to(target, node.value)
    elif isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Add):
        yield from ((name, Bound(node.value, added=True)) for name in _names(node.target))
    elif isinstance(node, ast.AugAssign):
        changed = ast.BinOp(left=node.target, op=node.op, right=node.value)
        yield from ((name, Bound(changed)) for name in _names(node.target))
    elif isinstance(node, (ast.For, ast.comprehension)):
        yield from _looped(node.target, node.iter)
    elif isinstance(node, ast.Call) and called(node) in ("append", "add", "insert", "heappush") and node.args:
        held = node.args[0] if called(node) == "heappush" else getattr(node.func, "value", None)
        yield from ((name, Bound(node.args[-1])) for name in _names(held))


def _to(target, value):
    if isinstance(target, (ast.Tuple, ast.List)):
        fits = isinstance(value, ast.Tuple) and len(value.elts) == len(target.elts)
        pairs = list(zip(target.elts, value.elts)) if fits else []
        for place, item in enumerate(target.elts if not pairs else ()):
            yield from ((name, Bound(value, place)) for name in _names(item))
        for item, one in pairs:
            yield from _to(item, one)
        return
    for name in _names(target):
        if not (isinstance(value, (ast.List, ast.Dict)) and not ast.unparse(value).strip("[]{}")):
            adds = isinstance(value, ast.BinOp) and isinstance(value.op, ast.Add) and ast.unparse(value.left) == name
            yield name, Bound(value.right, added=True) if adds else Bound(value)


def _looped(target, over):
    kind = called(over) if isinstance(over, ast.Call) else ""
    if isinstance(target, (ast.Tuple, ast.List)):
        for place, item in enumerate(target.elts):
            if kind == "enumerate" and place == 1 and isinstance(item, (ast.Tuple, ast.List)):
                yield from _looped(item, over.args[0])
            else:
                first = kind in ("enumerate", "items") and place == 0
                yield from ((name, Bound(over, place, key=first)) for name in _names(item))
    elif kind != "range":
        yield from ((name, Bound(over)) for name in _names(target))
    else:
        yield from ((name, Bound(over, key=True)) for name in _names(target))


def _names(target):
    """The name that a target changes: of an entry, that of its container."""
    while isinstance(target, (ast.Subscript, ast.Starred)):
        target = target.value
    if isinstance(target, (ast.Name, ast.Attribute)) and dotted(target):
        yield dotted(target)


def subject(call):
    """What a call works on: its first argument, or the object whose method it is."""
    if isinstance(call.func, ast.Attribute) and not MODULES.match(dotted(call.func.value) or "_"):
        return call.func.value
    return call.args[0] if call.args else None


def returned(entry):
    """The values that a routine returns."""
    inner = {
        id(part)
        for one in every(entry.node, ast.FunctionDef, ast.Lambda)
        if one is not entry.node
        for part in ast.walk(one)
    }
    return [part.value for part in every(entry.node, ast.Return) if part.value is not None and id(part) not in inner]


def expanded(node):
    """Whether a sum reads |a|^2 + |b|^2 - 2ab; halves and 2 pi are of a density."""
    return bool(re.search(r"(?<!/ )(?<![\w.])2(\.0?)? \* (?!(np\.|math\.)?pi\b)|-2", ast.unparse(node))) and bool(
        re.search(r"@|dot\(|matmul|\.mm\(|einsum", ast.unparse(node))
    )


def agreed(found):
    """What several values say together: "mixed" where they differ, so that no name decides."""
    told = {item for item in found if item}
    wrong = told & {"signed", "plus"}
    return next(iter(wrong)) if wrong else told.pop() if len(told) == 1 else "mixed" if told else None


def small(node):
    """Whether a value is a small number that keeps a division safe."""
    return bool(
        re.fullmatch(
            r"(self\.)?_?(eps(ilon)?|tiny|small|delta|np\.finfo\(float\)\.eps)\w*", ast.unparse(node), re.IGNORECASE
        )
    )


def entries(node):
    """Whether a sum is one of two entries or rows, and of no number."""
    plain = (ast.Name, ast.Subscript, ast.Attribute)
    return all(isinstance(item, plain) for item in (node.left, node.right))


def column(index):
    """Whether an index takes one column of all rows."""
    return (
        isinstance(index, ast.Tuple)
        and isinstance(index.elts[0], ast.Slice)
        and isinstance(index.elts[-1], ast.Constant)
    )
