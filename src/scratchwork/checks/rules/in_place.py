"""What a function was given is left as it was: rows, labels and starting weights that it changes where they stand."""

import ast
import re

from scratchwork.checks.files.code_shape import bound_arguments, called, calls_in, routine_at, routines
from scratchwork.checks.files.names import kind_of, tokens
from scratchwork.checks.files.syntax import dotted, every, walk
from scratchwork.checks.findings import find
from scratchwork.checks.registry import rule

WEIGHTS = re.compile(
    r"^(initial|init|start)?_?(w|b|theta|weights?|bias(es)?|beta|coefs?|params?)_?\w{0,3}$|^init(ial)?_\w+$", re.I
)
MEANT = re.compile(r"in_?place|^_|update|apply|step|^set_|^zero|mutat|shuffle", re.IGNORECASE)
SCALES = re.compile(
    r"standard|normal|scale|prep|whiten|cent(er|re)|minmax|zscore|transform|imput|fill|clean", re.IGNORECASE
)
SAME = {"asarray", "asanyarray", "ascontiguousarray", "ravel", "reshape", "squeeze", "view"}


@rule("SW-T8", "SW-P13")
def what_was_given_is_left_as_it_was(source):
    """``w -= rate * gradient`` on an argument that is also returned changes the caller's array beside the result."""
    for entry in routines(source):
        if MEANT.search(entry.name) or not any(
            isinstance(part, ast.Return) and part.value for part in walk(entry.node)
        ):
            continue
        names = [name for name in entry.parameters if WEIGHTS.match(name) or _are_rows(name, entry.name)]
        alias = {name: name for name in names if not _is_a_number(entry.defaults.get(name))}
        for line, name, text in _changes(entry.node.body, alias, entry.node):
            if _taken_back(source, entry, name):
                continue
            code = "SW-T8" if WEIGHTS.match(name) else "SW-P13"
            said = f"Line {line} changes {name}, which the caller still holds: {text[:60]}."
            yield find(code, said, severity="warning", weight=60, **(entry.place | {"line": line}))
            break


def _taken_back(source, entry, name):
    """Whether each call of a routine binds what comes back to the very name that was handed in, and nobody else holds the old one."""
    calls = [call for call in calls_in(source.tree) if called(call) == entry.name]
    back = {}
    for part in every(source.tree, ast.Assign):
        if part.value in calls:
            own = getattr(routine_at(source, part.lineno), "parameters", ())
            items = [item for target in part.targets for item in getattr(target, "elts", [target])]
            back[part.value] = {ast.unparse(item) for item in items} - set(own)
    handed = [(bound_arguments(call, entry) or {}).get(name) for call in calls]
    return bool(calls) and all(item and ast.unparse(item) in back.get(call, ()) for call, item in zip(calls, handed))


def _are_rows(name, function):
    plain = {"t", "set", "p"} if SCALES.search(function) else {"t", "set", "p", "x", "matrix", "input", "inputs"}
    return kind_of(name) in ("data", "labels") and (name == "X" or not plain >= set(tokens(name)))


def _is_a_number(default):
    return isinstance(default, ast.Constant) and default.value is not None


def _changes(body, alias, function):
    """(line, parameter, text) of statements that change what a parameter holds; ``alias`` follows its names."""
    for part in body:
        if isinstance(part, ast.AugAssign):
            target = part.target
            base = target.value if isinstance(target, ast.Subscript) else target
            name, entry = alias.get(dotted(base)), isinstance(target, ast.Subscript)
            changes = not _is_a_key(target.slice) if entry else _is_an_array(function, dotted(base))
            if name and changes and _goes_out(function, alias, name):
                yield part.lineno, name, ast.unparse(part)
        elif isinstance(part, ast.Assign):
            for target in part.targets:
                name = alias.get(dotted(target.value)) if isinstance(target, ast.Subscript) else None
                if name and not _is_a_key(target.slice) and _goes_out(function, alias, name):
                    yield part.lineno, name, ast.unparse(part)
            _bind(part, alias)
        elif isinstance(part, (ast.For, ast.While, ast.With, ast.If, ast.Try)):
            for inner in (part.body, getattr(part, "orelse", [])):
                yield from _changes(inner, alias, function)


def _is_a_key(index):
    return isinstance(index, ast.Constant) and isinstance(index.value, str)


def _bind(statement, alias):
    """The names after an assignment: a plain name or np.asarray of a parameter is still the parameter."""
    value = statement.value
    if isinstance(value, ast.Call) and called(value) in SAME and not isinstance(value.func, ast.Name):
        module = dotted(value.func).split(".")[0] in ("np", "numpy")
        value = (value.args or [None])[0] if module else value.func.value
    held = alias.get(dotted(value)) if isinstance(value, (ast.Name, ast.Attribute)) else None
    for target in statement.targets:
        for item in target.elts if isinstance(target, (ast.Tuple, ast.List)) else [target]:
            if held and item is target and isinstance(item, ast.Name):
                alias[item.id] = held
            else:
                alias.pop(dotted(item), None)


def _is_an_array(function, name):
    """Whether a name is used as only an array is: in a product, with an axis, a shape or an index; or called as only an array is."""
    if name in ("X", "W", "w", "theta", "weights", "data", "features") or (
        name == "x" and SCALES.search(function.name)
    ):
        return True
    for part in walk(function):
        if isinstance(part, ast.BinOp) and isinstance(part.op, ast.MatMult):
            sides = [part.left, part.right]
        elif isinstance(part, ast.Call) and called(part) in (
            "dot",
            "matmul",
            "mean",
            "std",
            "sum",
            "zeros_like",
            "norm",
        ):
            sides = [*part.args, getattr(part.func, "value", None)]
        elif isinstance(part, ast.Attribute) and part.attr in ("T", "shape"):
            sides = [part.value]
        else:
            sides = [part.value] if isinstance(part, ast.Subscript) else []
        if any(side is not None and dotted(side).split(".")[0] == name for side in sides):
            return True
    return False


def _goes_out(function, alias, name):
    """Whether the function returns the very thing that it changed, as if it were a new one."""
    held = {other for other, whose in alias.items() if whose == name}
    for part in walk(function):
        value = part.value if isinstance(part, ast.Return) else None
        items = value.elts if isinstance(value, ast.Tuple) else [value]
        if any(isinstance(item, ast.Name) and item.id in held for item in items):
            return True
    return False
