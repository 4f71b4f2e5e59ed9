"""What an expression shares with a name instead of copying it, and whether that is changed in place."""

import ast
import re

from scratchwork.checks.files.code_shape import called, calls_in, routines
from scratchwork.checks.files.syntax import every, stored, walk

PLAIN = (ast.Name, ast.Attribute)
ARRAY = re.compile(r"zeros|ones|rand|normal|uniform|array\(|copy\(|empty|full|eye|linspace|concatenate|reshape")


def shared(source, entry, value):
    """(name, depth) of what an expression goes on sharing: 0 the thing itself, 1 what a list or table holds."""
    if isinstance(value, PLAIN):
        yield ast.unparse(value), 0
        made = list(_values(entry.node, value.id)) if isinstance(value, ast.Name) else []
        for item in made if made and all(isinstance(one, (ast.Tuple, ast.List)) and one.elts for one in made) else ():
            yield from ((name, depth) for one in item.elts if isinstance(one, PLAIN) and ast.unparse(one) != value.id
                        for name, depth in shared(source, entry, one))  # fmt: skip
    elif isinstance(value, (ast.Tuple, ast.List, ast.Dict)):
        for item in value.values if isinstance(value, ast.Dict) else value.elts:
            yield from shared(source, entry, item)
    elif isinstance(value, (ast.ListComp, ast.DictComp)):
        item = value.value if isinstance(value, ast.DictComp) else value.elt
        if isinstance(item, ast.Name) and item.id in stored(value.generators[0].target):
            yield from ((name, 1) for name in _gone_through(value.generators[0].iter))
    elif isinstance(value, ast.Subscript) and isinstance(value.slice, ast.Slice) and isinstance(value.value, PLAIN):
        if value.slice.lower is value.slice.upper is None:
            yield ast.unparse(value.value), 1
    elif isinstance(value, ast.Call):
        yield from _shared_by_call(source, entry, value)


def _shared_by_call(source, entry, value):
    name, first = ast.unparse(value.func), (value.args or [None])[0]
    if name in ("list", "tuple", "dict", "copy.copy", "copy") and isinstance(first, (*PLAIN, ast.ListComp, ast.GeneratorExp)):  # fmt: skip
        held = [ast.unparse(first)] if isinstance(first, PLAIN) else []
        yield from ((text, 1) for text in held)
    elif name in ("list", "tuple", "dict") and isinstance(first, ast.Call):
        yield from ((text, 1) for text in _gone_through(first))
    elif name.split(".")[-1] in ("asarray", "asanyarray") and isinstance(first, PLAIN):
        yield ast.unparse(first), 0
    elif name.endswith(".copy") and not value.args and _is_table(source, entry, ast.unparse(value.func.value)):
        yield ast.unparse(value.func.value), 1
    elif not value.args and not value.keywords:
        made = [other for other in routines(source) if other.name == called(value) and other.owner is not None]
        ends = [part.value for other in made for part in every(other.node, ast.Return)]
        if len(made) == len(ends) == 1 and ends[0] is not None and not isinstance(ends[0], ast.Call):
            yield from (pair for pair in shared(source, made[0], ends[0]) if pair[0].startswith("self."))


def _is_table(source, entry, name):
    """Whether a name holds a table or a list, whose copy holds the same arrays."""
    values = _values(entry.owner or entry.node, name)
    return any(isinstance(value, (ast.Dict, ast.List, ast.DictComp, ast.ListComp)) for value in values) or bool(
        re.search(rf"(?<![\w.]){re.escape(name)}\[(f?['\"])", ast.unparse(source.tree))
    )


def _values(node, name):
    """The expressions that a name is bound to; of a tuple the one at its place."""
    for part in walk(node):
        for target in part.targets if isinstance(part, ast.Assign) else ():
            both = isinstance(target, ast.Tuple) and isinstance(part.value, ast.Tuple)
            for one, value in zip(target.elts, part.value.elts) if both else [(target, part.value)]:
                if ast.unparse(one) == name:
                    yield value


def _gone_through(iterable):
    """The names whose elements a loop gets: of zip(x, y), x.items(), enumerate(x), x itself."""
    if isinstance(iterable, PLAIN):
        return [ast.unparse(iterable)]
    if isinstance(iterable, ast.Call) and called(iterable) in ("items", "values") and isinstance(iterable.func, ast.Attribute):  # fmt: skip
        return [ast.unparse(iterable.func.value)]
    if isinstance(iterable, ast.Call) and called(iterable) in ("zip", "enumerate", "reversed", "list"):
        return [name for item in iterable.args for name in _gone_through(item)]
    return []


def changed_in_place(source, entry, loop, name, depth, calls=2):
    """``"array"`` where what a name holds is changed in place and is surely an array, ``"unknown"`` where it may be; else None."""
    blocks = [loop]
    if "." in name:
        attribute = name.partition(".")[2]
        own = every(source.tree, ast.ClassDef) if not name.startswith("self.") else [entry.owner]  # fmt: skip
        methods = [
            part for owner in own if owner is not None for part in owner.body if isinstance(part, ast.FunctionDef)
        ]
        blocks += [part for part in methods if part.name != "__init__"] if "." not in attribute else []
    for block in blocks:
        text = name if block is loop or name.startswith("self.") else f"self.{name.partition('.')[2]}"
        if depth and _elements_changed(block, text) and _holds_arrays(source, text):
            return "array"
        kind = None if depth else _changed(entry, block, text)
        if kind:
            return kind
    return _changed_by_callee(source, loop, name, depth, calls) if calls else None


def _changed_by_callee(source, loop, name, depth, calls):
    """The same of the parameter under which a function of the file, called in the loop, gets the thing."""
    made = {entry.name: entry for entry in routines(source)}
    for call in calls_in(loop):
        other = made.get(called(call))
        for place, item in enumerate(call.args) if other is not None and other.node is not loop else ():
            if ast.unparse(item) == name and place < len(other.parameters):
                body = ast.For(ast.Name("_", ast.Store()), ast.Name("_", ast.Load()), other.node.body, [])
                kind = changed_in_place(source, other, body, other.parameters[place], depth, calls - 1)
                anew = any(True for _ in _values(other.node, other.parameters[place]))
                if kind and not anew:
                    return kind
    return None


def _changed(entry, block, name):
    steps = [part.target for part in every(block, ast.AugAssign)]
    entries = [target for part in every(block, ast.Assign) for target in part.targets] + steps
    if any(isinstance(target, ast.Subscript) and ast.unparse(target.value) == name for target in entries):
        return "array"
    if not any(ast.unparse(target) == name for target in steps):
        return None
    made = " ".join(map(ast.unparse, _values(entry.owner or entry.node, name)))
    if ARRAY.search(made):
        return "array"
    bias = re.fullmatch(r"(\w+\.)?([bB]\d?|bias\w*|n_?\w*|t|wait|count\w*)", name)
    numbers = made and re.fullmatch(r"((-?[\d.e-]+|float\(.*?\)|\w*\.?mean\(.*?\)|None|\w+)\s*)+", made)
    weights = re.search(r"(^|[._])([wWbB]\d?|weights?\d?|theta\d?|params?|parameters|bias|coef_?|beta|kernel)$", name)
    return "unknown" if weights and not numbers and not bias else None


def _elements_changed(block, name):
    """Whether what a list or a table holds is changed in place: ``p[k] -= g``, ``for w in p: w -= g``, ``for layer in p: layer.w = ..``."""
    held = set()
    for loop in every(block, ast.For):
        through = _gone_through(loop.iter)
        reached = name in through or held & {item.id for item in ast.walk(loop.iter) if isinstance(item, ast.Name)}
        if reached:
            held |= stored(loop.target)
    for part in walk(block):
        targets = (
            part.targets if isinstance(part, ast.Assign) else [part.target] if isinstance(part, ast.AugAssign) else []
        )
        for target in targets:
            grown = isinstance(part, ast.AugAssign)
            if grown and isinstance(target, ast.Name) and target.id in held:
                return True
            base = target.value if isinstance(target, (ast.Subscript, ast.Attribute)) else None
            if grown and isinstance(target, ast.Subscript) and ast.unparse(base) == name:
                return True
            deeper = isinstance(base, ast.Subscript) and ast.unparse(base.value) == name
            if deeper or (isinstance(base, ast.Name) and base.id in held):
                return True
    return False


def _holds_arrays(source, name):
    """Whether the entries of a list or table are used as arrays are, or are objects of the file."""
    text, entry = ast.unparse(source.tree), re.escape(name.split(".")[-1])
    used = re.search(rf"{entry}\[[^\]\n]*\](\.T\b|\.shape| @|\.copy|\.ravel)|@ [\w.]*{entry}\[|dot\([^\n]*{entry}\[|_like\([\w.]*{entry}\[", text)  # fmt: skip
    made = re.search(rf"\b{entry} = [\[{{][^\n]*(zeros|rand|normal|uniform|array|ones|copy|[A-Z]\w+\()", text)
    keyed = re.search(rf"\b{entry}\[f?['\"]", text)
    like = re.search(rf"(zeros_like|\.copy\(\)|\.shape)[^\n]* for [^\n]* in [^\n]*{entry}", text)
    return bool(used or made or keyed or like)
