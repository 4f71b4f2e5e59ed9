"""Tests that end a loop, by their signs: a fall taken the wrong way round, a gradient or a sum of changes without its size, a flag that the last row sets."""

import ast
import re

from scratchwork.checks.files.code_shape import bodies_of, called
from scratchwork.checks.files.syntax import every, stored, walk
from scratchwork.checks.findings import find
from scratchwork.checks.registry import rule
from scratchwork.checks.rules.leaving import BEFORE, TOLERANCE, WAITING, bindings, own

FALLS = re.compile(
    r"loss|cost|cust|err|perdid|perte|verlust|kost|mse|sse|nll|distor|inertia|objective|energy|deviance|bce|entrop|residual|(^|[._(])[jJ]($|[\[(])",
    re.IGNORECASE,
)
RISES = re.compile(r"acc|score|lik|r2|f1|auc|reward|elbo|gain", re.IGNORECASE)
SLOPE = re.compile(r"grad|^g[cwb]?$|^d[wWbB]\d?$|^d_?theta|slope|deriv|nabla|^d?f'?x$|^df", re.IGNORECASE)
SIZE = re.compile(r"norm|abs|sqrt|\*\* ?2|square|hypot|max\(|len\(|size|mag|@|dot\(|vdot|inner")
BEFORE_OR_BEST = re.compile(rf"{BEFORE.pattern}|best", re.IGNORECASE)
FLAG = re.compile(r"flag|chang|updat|converg|mov|done|stop|finish|cambi|modif|geaendert|stab|fertig", re.IGNORECASE)
NUMBER = re.compile(r"-?(np\.|math\.)?(inf|Inf|None|[\d.e+*-]+)|float\(.*\)")
STOPS = (ast.Break, ast.Return)
STEPS = ("max", "sum", "mean", "amax", "nanmax", "float")
SUMS = ("sum", "mean", "max", "nansum", "average", "amax")


@rule("SW-T13")
def a_fall_is_told_from_a_rise(source):
    """``new - old < tol`` holds as long as the loss falls; the largest component of a gradient may be far below zero."""
    for entry in bodies_of(source):
        for loop in (part for part in own(entry.node) if isinstance(part, (ast.For, ast.While))):
            bound = {}
            for part in walk(loop):
                for name, value in _stores(part):
                    bound.setdefault(name, []).append(value)
            for value, small, line in endings(loop):
                said = _small(small) and (
                    _fall(loop, bound, value)
                    or _slope(bound, value)
                    or _cancels(bound, value)
                    or _never_renewed(entry, loop, value)
                )
                if said:
                    said = (
                        f"Line {line} ends the loop by {ast.unparse(value)[:50]} < {ast.unparse(small)[:20]}: {said}."
                    )
                    yield find("SW-T13", said, severity="warning", weight=86, **(entry.place | {"line": line}))
                    return


def _stores(part):
    """(name, value) of assignments, and (name[-1], value) of ``name.append(value)``."""
    for target in part.targets if isinstance(part, ast.Assign) else ():
        both = isinstance(target, ast.Tuple) and isinstance(part.value, ast.Tuple)
        for one, value in zip(target.elts, part.value.elts) if both else [(target, part.value)]:
            yield ast.unparse(one), value
        if isinstance(target, ast.Tuple) and isinstance(part.value, ast.Call):
            yield from ((ast.unparse(one), part.value) for one in target.elts)
    if isinstance(part, ast.Call) and called(part) == "append" and isinstance(part.func, ast.Attribute) and part.args:
        yield f"{ast.unparse(part.func.value)}[-1]", part.args[0]


def endings(loop):
    """(large, small, line) of each ``large < small`` that ends a loop, or counts towards its end."""
    for part in walk(loop):
        tests = []
        if isinstance(part, ast.If) and _ends(part.body):
            tests = [(part.test, False)]
        elif isinstance(part, ast.IfExp) and isinstance(part.body, ast.BinOp) and ast.unparse(part.orelse) == "0":
            tests = [(part.test, False)] if ast.unparse(part.body.right) == "1" else []
        elif part is loop and isinstance(loop, ast.While):
            tests = [(loop.test, True)]
        for test, goes_on in tests:
            for item in _parts(test):
                if isinstance(item, ast.Compare) and len(item.ops) == 1:
                    sides = [item.left, item.comparators[0]]
                    smaller = isinstance(item.ops[0], (ast.Lt, ast.LtE))
                    if smaller or isinstance(item.ops[0], (ast.Gt, ast.GtE)):
                        large, small = sides if smaller != goes_on else sides[::-1]
                        yield *_margin_apart(large, small), item.lineno


def _margin_apart(large, small):
    """``new < best + tol`` as ``new - best < tol``, and ``best - tol < new`` as ``best - new < tol``."""
    for side, sign, one, other in ((small, ast.Add, large, "left"), (large, ast.Sub, small, "right")):
        if isinstance(side, ast.BinOp) and isinstance(side.op, sign) and _small(side.right) and not _small(one):
            parts = (one, side.left) if other == "left" else (side.left, one)
            return ast.copy_location(ast.BinOp(parts[0], ast.Sub(), parts[1]), side), side.right
    return large, small


def _parts(test):
    """The tests that stand side by side in one."""
    return [one for value in test.values for one in _parts(value)] if isinstance(test, ast.BoolOp) else [test]


def _ends(body):
    for part in body:
        if isinstance(part, STOPS) or (isinstance(part, ast.Assign) and ast.unparse(part.value) == "True" and FLAG.search(ast.unparse(part.targets[0]))):  # fmt: skip
            return True
        if isinstance(part, ast.AugAssign) and WAITING.search(ast.unparse(part.target)):
            return True
    return False


def _small(node):
    """Whether an expression is a tolerance: a small number, or something made of one that is named so."""
    try:
        value = eval(compile(ast.Expression(node), "", "eval"), {"__builtins__": {}})
        return isinstance(value, (int, float)) and 0 <= value < 0.2
    except Exception:
        return any(TOLERANCE.search(ast.unparse(part)) for part in ast.walk(node) if isinstance(part, (ast.Name, ast.Attribute)))  # fmt: skip


def _resolved(bound, node, depth=2):
    """An expression, its name followed to the one value that the loop gives it, without float() and what it is divided by."""
    if isinstance(node, ast.Call) and called(node) == "float" and node.args:
        return _resolved(bound, node.args[0], depth)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
        return _resolved(bound, node.left, depth)
    values = bound.get(ast.unparse(node), ()) if isinstance(node, (ast.Name, ast.Attribute)) and depth else ()
    return _resolved(bound, values[0], depth - 1) if len(values) == 1 else node


def _fall(loop, bound, value):
    """The words, where a difference is negative as long as what is watched gets better."""
    value = _resolved(bound, value)
    if not (isinstance(value, ast.BinOp) and isinstance(value.op, ast.Sub)):
        return None
    new, old, falls = value.left, value.right, True
    if _later(loop, old, new):
        new, old, falls = old, new, False
    elif not _later(loop, new, old):
        return None
    about = " ".join(
        [ast.unparse(new).split(".")[-1], *(ast.unparse(item)[:60] for item in bound.get(ast.unparse(new), ()))]
    )
    rises = RISES.search(about) and not re.search("neg|nll|minus", about)
    if bool(FALLS.search(about) or (RISES.search(about) and not rises)) == bool(rises) or bool(rises) == falls:
        return None
    return f"{ast.unparse(new)} is the later one, so that it is negative whenever that {'falls' if falls else 'rises'}"


def _later(loop, one, other):
    """Whether one value is a later one than the other: x[-1] and x[-2], x[i] and x[i - 1], x and what is set to x at the end."""
    if isinstance(one, ast.Subscript) and isinstance(other, ast.Subscript):
        if ast.unparse(one.value) != ast.unparse(other.value):
            return False
        last, before = ast.unparse(one.slice), ast.unparse(other.slice)
        return (last == "-1" and before.startswith("-") and before != "-1") or before == f"{last} - 1"
    if isinstance(other, ast.Subscript) and ast.unparse(other.slice) == "-2":
        history = ast.unparse(other.value)
        added = [ast.unparse(part.args[0]) for part in every(loop, ast.Call) if part.args
                 and ast.unparse(part.func) == f"{history}.append"]  # fmt: skip
        return any(re.search(rf"\b{re.escape(ast.unparse(one))}\b", text) for text in added)
    if not all(isinstance(side, (ast.Name, ast.Attribute)) for side in (one, other)):
        return False
    renewed = any((ast.unparse(other), ast.unparse(one)) == pair for part in loop.body for pair in bindings(part))
    named = BEFORE_OR_BEST.search(ast.unparse(other)) and not BEFORE_OR_BEST.search(ast.unparse(one))
    return renewed or bool(named)


def _slope(bound, value):
    """The words, where a gradient is compared by its sign and not by its size."""
    whole, seen = value, 0
    while seen < 3:
        if isinstance(value, ast.Call) and called(value) in STEPS:
            inner = value.args[0] if value.args else getattr(value.func, "value", None)
            value, seen = inner, seen + 1
            continue
        if isinstance(value, ast.Name) and SLOPE.search(value.id):
            break
        values = bound.get(ast.unparse(value), ()) if isinstance(value, ast.Name) else ()
        if len(values) != 1:
            break
        value, seen = values[0], seen + 1
        if isinstance(value, ast.BinOp) and isinstance(value.op, ast.Add):
            value = value.left
    name = value.id if isinstance(value, ast.Name) else called(value) if isinstance(value, ast.Call) else ""
    if not SLOPE.search(name) or SIZE.search(name) or (value is whole and isinstance(value, ast.Call)):
        return None
    made = bound.get(name, ()) if isinstance(value, ast.Name) else ()
    if isinstance(value, ast.Name) and (not made or any(_is_size(item) for item in made)):
        return None
    return f"{name} may be large and negative; np.abs is missing"


def _is_size(made):
    """Whether a value is a length already: a norm, a square, an absolute value, a product of something with itself."""
    outer = made.func if isinstance(made, ast.Call) else made
    text = ast.unparse(outer)
    return bool(re.search(r"norm|abs|sqrt|hypot|square|max", text)) or (isinstance(made, ast.BinOp) and isinstance(made.op, ast.Pow)) or isinstance(made, ast.Constant)  # fmt: skip


def _never_renewed(entry, loop, value):
    """The words, where the number of the round before keeps the value that it had before the loop."""
    while isinstance(value, ast.Call) and len(value.args) == 1:
        value = value.args[0]
    if not (isinstance(value, ast.BinOp) and isinstance(value.op, ast.Sub)):
        return None
    renewed = {name for part in loop.body for name, _ in bindings(part)}
    anywhere = {name for part in walk(loop) for name, _ in _stores(part)}
    sides = [ast.unparse(side) for side in (value.left, value.right)]
    for old, new in (sides, sides[::-1]):
        assigned = [pair for part in own(entry.node) if isinstance(part, ast.Assign) for pair in _stores(part)]
        starts = [ast.unparse(start) for name, start in assigned if name == old]
        if (
            (BEFORE.search(old) or ("best" in old and old not in anywhere))
            and old not in renewed
            and new in renewed
            and starts
            and all(map(NUMBER.fullmatch, starts))
        ):
            return f"no round renews {old}: it stops by the start, or never"
    return None


def _cancels(bound, value):
    """The words, where plain differences of two arrays are added up: they cancel, and a negative sum is below any tolerance."""
    value = _resolved(bound, value)
    summed = isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and value.func.attr in SUMS
    library = summed and ast.unparse(value.func.value) in ("np", "numpy")
    inner = (value.args or [None])[0] if library else value.func.value if summed else None
    if not (isinstance(inner, ast.BinOp) and isinstance(inner.op, ast.Sub)) or FALLS.search(ast.unparse(inner)):
        return None
    plain = all(isinstance(side, (ast.Name, ast.Attribute, ast.Subscript)) for side in (inner.left, inner.right))
    return "differences of both signs cancel, and a negative sum is below any tolerance" if plain else None


@rule("SW-T13")
def what_is_waited_for_is_counted(source):
    """A counter that ends the loop at its limit rises, and is compared with the limit from below."""
    for entry in bodies_of(source):
        for loop in (part for part in own(entry.node) if isinstance(part, (ast.For, ast.While))):
            sets, adds = {}, {}
            for part in walk(loop):
                if isinstance(part, ast.AugAssign):
                    adds.setdefault(ast.unparse(part.target), []).append(ast.unparse(part.value) if isinstance(part.op, ast.Add) else "")  # fmt: skip
                for name, value in _stores(part):
                    sets.setdefault(name, []).append(ast.unparse(value))
            anew = {name for part in loop.body for name, _ in _stores(part)}
            ends = [part.test for part in walk(loop) if isinstance(part, ast.If) and isinstance(part.body[-1], STOPS)]
            for item in (item for test in ends for item in _parts(test)):
                said = isinstance(item, ast.Compare) and len(item.ops) == 1 and _miscounted(item, sets, adds, anew)
                if said:
                    observed = f"Line {item.lineno} ends the loop by {ast.unparse(item)[:50]}: {said}."
                    yield find("SW-T13", observed, severity="warning", weight=86, **(entry.place | {"line": item.lineno}))  # fmt: skip
                    return


def _miscounted(test, sets, adds, anew):
    """The words, where a counter of rounds never rises, or ends the loop as long as it is small; not what each round counts ``anew``."""
    up = isinstance(test.ops[0], (ast.Gt, ast.GtE))
    if not up and not isinstance(test.ops[0], (ast.Lt, ast.LtE)):
        return None
    name, limit = ast.unparse(test.left), ast.unparse(test.comparators[0])
    known = isinstance(test.left, (ast.Name, ast.Attribute)) and limit not in {*sets, *adds} and set(sets.get(name, ())) == {"0"}  # fmt: skip
    if not known or not WAITING.search(name):
        return None
    if up and name not in adds:
        return f"{name} is set to 0 and never rises"
    low = not up and name not in anew and adds.get(name) == ["1"]
    return f"{name} counts up from 0, and is below it at once" if low else None


@rule("SW-T13")
def a_flag_tells_of_all_rows(source):
    """``changed = a != b`` in each turn: the last row alone decides whether anything changed."""
    for entry in bodies_of(source):
        for loop in (part for part in own(entry.node) if isinstance(part, ast.For)):
            if any(isinstance(part, ast.Break) for part in walk(loop)):
                continue
            for line, name in _overwritten(loop):
                after = [part for part in every(entry.node, ast.Name, ast.Attribute) if ast.unparse(part) == name
                         and isinstance(part.ctx, ast.Load) and part.lineno > loop.end_lineno]  # fmt: skip
                around = [part for part in every(entry.node, ast.While) if loop in walk(part)
                          and re.search(rf"\b{re.escape(name)}\b", ast.unparse(part.test))]  # fmt: skip
                if (after or around) and FLAG.search(name):
                    said = f"Line {line} sets {name} in every turn of the loop of line {loop.lineno}: only the last one decides."
                    yield find("SW-T13", said, severity="warning", weight=86, **(entry.place | {"line": line}))
                    return


def _overwritten(loop):
    """(line, name) of flags that each turn sets anew, whatever they were."""
    read = {part.id for part in every(loop, ast.Name) if isinstance(part.ctx, ast.Load)}
    for part in loop.body:
        if isinstance(part, ast.Assign) and isinstance(part.value, ast.Compare):
            yield from ((part.lineno, name) for name in stored(part) - read)
        elif isinstance(part, ast.If) and part.orelse:
            one, other = ({name: item.value.value for item in body if isinstance(item, ast.Assign) and isinstance(item.value, ast.Constant)
                           for name in stored(item)} for body in (part.body, part.orelse))  # fmt: skip
            for name in set(one) & set(other) - read:
                if {one[name], other[name]} == {True, False}:
                    yield part.lineno, name
