"""Running averages as they are written, ``m = b * m + (1 - b) * g``: what is kept, what is added, where it is used."""

import ast
import dataclasses
import re

SQUARE = re.compile(r"\*\* ?2\b|square\(|power\([^()]*, 2\)|sq(ua|d|_|$)|^(g|grad\w*?)_?2$")


@dataclasses.dataclass(frozen=True)
class Average:
    """``target = decay * target + (1 - kept) * new``; ``kept`` is None where no ``1 - ...`` stands before the new value."""

    target: str
    decay: str
    kept: str | None
    new: str
    line: int
    squared: bool
    node: object


class Scope:
    """The statements of one function, or those of the module itself."""

    def __init__(self, source, body, entry=None):
        self.source, self.entry = source, entry
        self.nodes = list(own_nodes(body))
        self.text = "\n".join(ast.unparse(node) for node in body)
        self.bound = {}
        for name, value, _ in assignments(self.nodes):
            self.bound.setdefault(name, []).append(value)
        pairs = [*assignments(self.nodes), *grown(self.nodes)]
        self.averages = [found for name, value, line in pairs if (found := self._average(name, inner(value), line))]

    def _average(self, target, value, line):
        parts = list(terms(value))
        if len(parts) != 2:
            return None
        old = [term for term in parts if target in map(ast.unparse, factors(term))] or _complement(parts, target)
        if len(old) != 1:
            return None
        new = parts[1 - parts.index(old[0])]
        plain = (ast.Name, ast.Attribute, ast.Subscript, ast.Constant)
        decay = [
            ast.unparse(item) for item in factors(old[0]) if ast.unparse(item) != target and isinstance(item, plain)
        ]
        if len(decay) > 1:
            added = {ast.unparse(item.right) for item in factors(new) if from_one(item)}
            decay = [text for text in decay if text in added]
        if len(decay) != 1 or len(list(factors(old[0]))) != 2 or target in map(ast.unparse, ast.walk(new)):
            return None
        kept = [item.right for item in factors(new) if from_one(item)]
        kept = ast.unparse(kept[0]) if len(kept) == 1 else decay[0] if makes_one(decay[0], new) else None
        rest = [item for item in factors(new) if not from_one(item) and not isinstance(item, ast.Constant)]
        texts = [ast.unparse(item) for item in rest]
        resolved = " ".join(texts + [ast.unparse(value) for text in texts for value in self.bound.get(text, ())])
        squared = bool(SQUARE.search(resolved)) or len(set(texts)) < len(texts)
        return Average(target, decay[0], kept, " * ".join(texts), line, squared, new)

    def made_of(self, target):
        """The target and the names that are worked out from it."""
        made = [name for name, values in self.bound.items() if any(holds(value, target) for value in values)]
        return {target, *made}

    def divisions(self):
        """(numerator, denominator) of every division."""
        for node in self.nodes:
            if isinstance(node, (ast.BinOp, ast.AugAssign)) and isinstance(node.op, ast.Div):
                yield (node.left, node.right) if isinstance(node, ast.BinOp) else (node.target, node.value)

    def resolved(self, node):
        """The node, and what its names are bound to here."""
        yield node
        for part in ast.walk(node):
            if isinstance(part, (ast.Name, ast.Attribute)):
                yield from self.bound.get(ast.unparse(part), ())


def _complement(parts, target):
    """The term ``b * old`` beside ``(1 - b) * new``, whatever the old value is called: ``m.get(i, 0)``, ``state["m"]``, ``m_old``."""
    for old, new in (parts, parts[::-1]):
        added = {ast.unparse(item.right) for item in factors(new) if from_one(item)}
        kept = [item for item in factors(old) if ast.unparse(item) in added]
        if len(added) == len(kept) == 1 and len(list(factors(old))) == 2:
            return [old]
        numbers = [ast.unparse(item) for item in factors(old) if isinstance(item, ast.Constant)]
        asked = [item for item in factors(old) if isinstance(item, ast.Call) and ast.unparse(item.func) == f"{target.split('[')[0]}.get"]  # fmt: skip
        if asked and len(numbers) == 1 and makes_one(numbers[0], new):
            return [old]
    return []


def own_nodes(body):
    """The nodes of some statements, functions and classes within them left out."""
    ahead = list(body)
    while ahead:
        node = ahead.pop()
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
            yield node
            ahead += ast.iter_child_nodes(node)


def assignments(nodes):
    """(text of the target, value, line), those of tuples one by one."""
    for node in nodes:
        for target in node.targets if isinstance(node, ast.Assign) else ():
            both = isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple)
            for one, value in zip(target.elts, node.value.elts) if both else [(target, node.value)]:
                yield ast.unparse(one), value, node.lineno


def inner(value):
    """What each turn of a comprehension gives; any other value itself."""
    return value.value if isinstance(value, ast.DictComp) else value.elt if isinstance(value, ast.ListComp) else value


def grown(nodes):
    """``m += (1 - b) * (g - m)`` as ``m = b * m + (1 - b) * g``: (text of the target, value, line)."""
    for node in nodes:
        if not (isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Add)):
            continue
        name, parts = ast.unparse(node.target), list(factors(node.value))
        share = [item for item in parts if from_one(item)]
        moved = [item for item in parts if isinstance(item, ast.BinOp) and isinstance(item.op, ast.Sub) and ast.unparse(item.right) == name]  # fmt: skip
        if len(parts) == 2 and len(share) == len(moved) == 1:
            text = (
                f"{ast.unparse(share[0].right)} * {name} + ({ast.unparse(share[0])}) * ({ast.unparse(moved[0].left)})"
            )
            value = ast.parse(text, mode="eval").body
            yield name, ast.copy_location(value, node), node.lineno


def makes_one(decay, new):
    """Whether a share written as a number and the other one add up to 1: 0.999 and 0.001."""
    numbers = [item.value for item in factors(new) if isinstance(item, ast.Constant)]
    return len(numbers) == 1 and decay.replace(".", "").isdigit() and abs(float(decay) + numbers[0] - 1) < 1e-9


def terms(node):
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Sub)):
        yield from terms(node.left)
        yield from terms(node.right)
    else:
        yield node


def factors(node):
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        yield from factors(node.left)
        yield from factors(node.right)
    else:
        yield node.operand if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) else node


def from_one(node):
    """Whether an expression is ``1 - something``."""
    one = isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub) and isinstance(node.left, ast.Constant)
    return one and node.left.value == 1


def power(node):
    """(base, exponent) of ``a ** b`` and of ``np.power(a, b)``, or None."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow):
        return node.left, node.right
    if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in ("power", "pow") and len(node.args) == 2:
        return tuple(node.args)
    return None


def holds(node, text):
    return any(ast.unparse(part) == text for part in ast.walk(node) if isinstance(part, (ast.Name, ast.Attribute, ast.Subscript)))  # fmt: skip
