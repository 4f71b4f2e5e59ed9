"""Training loops as they are written: the order of the rows, what is kept as the best, rates out of all proportion."""

import ast
import re

from scratchwork.checks.files.code_shape import place_at, routines
from scratchwork.checks.files.syntax import literal, stored, walk
from scratchwork.checks.findings import find
from scratchwork.checks.registry import rule
from scratchwork.checks.rules.parameters import RATE


@rule("SW-T9")
def the_best_is_what_is_returned(source):
    """What is kept as the best must be compared, copied and handed back."""
    for entry in routines(source):
        for loop in (part for part in walk(entry.node) if isinstance(part, (ast.For, ast.While))):
            found = kept_without_comparison(loop) or kept_without_copy(entry, loop)
            if found:
                yield find("SW-T9", found[1], severity=found[2], **(entry.place | {"line": found[0]}))
                return
        found = kept_in_vain(entry)
        if found:
            yield find("SW-T9", found[1], **(entry.place | {"line": found[0]}))
            return


def kept_without_comparison(loop):
    """(line, words, severity) of ``best = run`` in a loop of restarts that compares nothing."""
    if not re.search(r"init|start|restart|trial|run|attempt|_", ast.unparse(getattr(loop, "target", loop.body[0]))):
        return None
    for statement in loop.body:
        names = stored(statement) if isinstance(statement, ast.Assign) else set()
        best = [name for name in names if re.match(r"best(_|$)", name)]
        if re.search(r"best|select|choose|pick|find", ast.unparse(getattr(statement, "value", statement))):
            continue  # somebody else compares
        text = ast.unparse(ast.Module(loop.body, []))
        chosen = re.search(r"[<>]|\bmin\(|\bmax\(|argmin|argmax|minimum|maximum|\bif\b", text)
        if best and not chosen:
            said = f"Line {statement.lineno} sets {best[0]} in every turn: the last, not the best."
            return statement.lineno, said, "error"
    return None


def kept_without_copy(entry, loop):
    """(line, words, severity) of ``best_w = w`` without a copy, where w is changed in place afterwards."""
    for part in walk(loop):
        if not isinstance(part, ast.Assign) or "best" not in ast.unparse(part.targets[0]):
            continue
        value = ast.unparse(part.value)
        array = re.match(r"(self\.)?[wWbB]\d?$|(self\.)?(weights?|theta|params?|parameters|bias|coef_?)$", value)
        kind = changed_in_place(entry, value) if array else None
        if kind and not made_anew(loop, part, value):
            said = f"Line {part.lineno} keeps {value} without a copy, and {value} is changed in place afterwards."
            return part.lineno, said, "error" if kind == "array" else "warning"
        if value.endswith("state_dict()") and not made_anew(loop, part, value.rsplit(".", 1)[0]):
            return (
                part.lineno,
                f"Line {part.lineno} keeps {value}, whose tensors go on changing; it is no copy.",
                "error",
            )
    return None


def changed_in_place(entry, name):
    """``"array"`` where a name is changed in place and surely holds an array, ``"unknown"`` where it may; None for numbers."""
    steps = [
        part.target
        for part in walk(entry.node)
        if isinstance(part, ast.AugAssign) and isinstance(part.op, (ast.Sub, ast.Add))
    ]
    if any(isinstance(target, ast.Subscript) and ast.unparse(target.value) == name for target in steps):
        return "array"
    if not any(ast.unparse(target) == name for target in steps):
        return None
    made = " ".join(values_of(entry.owner or entry.node, name))
    if re.search(r"zeros|ones|rand|normal|uniform|array\(|copy\(|empty|full|eye|linspace|concatenate|reshape", made):
        return "array"
    bias = re.fullmatch(r"(self\.)?([bB]\d?|bias)", name)
    numbers = made and re.fullmatch(r"((-?[\d.e-]+|float\(.*?\)|\w*\.?mean\(.*?\)|None|\w+)\s*)+", made)
    return None if numbers or bias else "unknown"


def values_of(node, name):
    """The expressions that a name is bound to, as text; of a tuple the one at its place."""
    for part in walk(node):
        for target in part.targets if isinstance(part, ast.Assign) else ():
            if ast.unparse(target) == name:
                yield ast.unparse(part.value)
            elif isinstance(target, ast.Tuple) and isinstance(part.value, ast.Tuple):
                for one, value in zip(target.elts, part.value.elts):
                    if ast.unparse(one) == name:
                        yield ast.unparse(value)


def made_anew(loop, kept, name):
    """Whether each turn of the loop binds the name to something new before it is changed again."""
    body = next(
        (list(body) for body in bodies(loop) if any(part is kept for item in body for part in ast.walk(item))), []
    )
    here = next((place for place, item in enumerate(body) if any(part is kept for part in ast.walk(item))), 0)
    inner = body[here] if body else None
    if isinstance(inner, (ast.For, ast.While)) and not made_anew(inner, kept, name):
        return False
    for item in body[here + 1 :] + body[:here]:
        if isinstance(item, ast.Assign) and any(name in names_bound(target) for target in item.targets):
            return not isinstance(item.value, (ast.Name, ast.Attribute))
        if any(
            isinstance(part, ast.AugAssign) and ast.unparse(part.target).split("[")[0] == name
            for part in ast.walk(item)
        ):
            return False
    return isinstance(inner, (ast.For, ast.While))


def bodies(loop):
    return loop.body, loop.orelse


def names_bound(target):
    return {ast.unparse(part) for part in ast.walk(target) if isinstance(part, (ast.Name, ast.Attribute))}


def in_improvement(node, statement):
    """Whether a statement stands in the branch of a comparison, as where something got better."""
    tests = [part for part in walk(node) if isinstance(part, ast.If) and isinstance(part.test, ast.Compare)]
    return any(part is statement for test in tests for body in test.body for part in walk(body))


def kept_in_vain(entry):
    """(line, words) of best parameters that are kept and never handed back; a global one may be read by anybody."""
    shared = {name for part in walk(entry.node) if isinstance(part, (ast.Global, ast.Nonlocal)) for name in part.names}
    for part in walk(entry.node):
        if not isinstance(part, ast.Assign):
            continue
        for name in sorted(stored(part) - shared):
            arrays = re.match(
                r"best_?(params?|parameters|weights?|w|theta|model|centroids|centers|labels|net|coef|b|W|state)\w*$",
                name,
            )
            kept = name in ("best", "keep", "kept", "saved") and in_improvement(entry.node, part)
            if (arrays or kept) and part.col_offset > entry.node.col_offset + 4 and not entry.loads(name):
                return part.lineno, f"{name} is kept in line {part.lineno} and never used: the last is returned."
    return None


@rule("SW-T7")
def rates_are_in_proportion(source):
    """A learning rate far above 1 makes each step longer than the valley is wide."""
    for part in walk(source.tree):
        if isinstance(part, ast.Assign) and len(part.targets) == 1:
            name, value = ast.unparse(part.targets[0]).split(".")[-1], literal(part.value)
            line = part.lineno
        elif isinstance(part, ast.keyword) and part.arg:
            name, value, line = part.arg, literal(part.value), part.value.lineno
        else:
            continue
        if value is None or not RATE.match(name) or name in ("alpha", "rate"):
            continue
        if value >= 20 or 0 < value < 1e-9 or value < 0:
            said = f"Line {line} sets {name} = {value:g}."
            yield find("SW-T7", said, severity="warning", **place_at(source, line))
            return


LARGE = re.compile(
    r"read_csv|loadtxt|genfromtxt|load_(breast_cancer|wine|boston|digits|housing)|fetch_\w+|\.load_data\("
    r"|uniform\(\s*-?\d+\s*,\s*\d{2,}|randint\(\s*\d+\s*,\s*\d{3,}|integers\(\s*\d+\s*,\s*\d{3,}|normal\(\s*\d{2,}"
)
USED = re.compile(
    r"[/*]=?\s*\(?\s*(np\.)?(255|16|256|sigma|sd\b|stds?\b|std_|s\b|scale|span|spread|rang|\w*max|\w*norm|\w*std)|transform\(|_norm\(|normali[sz]e\w*\(|standardi[sz]e\w*\(|scale\w*\(|ToTensor"
)


@rule("SW-T16")
def gradient_descent_gets_scaled_features(source):
    """Raw features of large size make one step of gradient descent too long in one direction and too short in another."""
    data = LARGE.search(source.text)
    if not data or USED.search(source.text) or re.search(r"newton|lstsq|pinv|Adam\(", source.text):
        return
    for entry in steps_of_descent(source):
        said = f"The features ({data.group()[:40]}...) go into the gradient steps of line {entry} as they are."
        yield find("SW-T16", said, severity="warning", **place_at(source, entry))
        return


def steps_of_descent(source):
    """Lines of updates ``theta - rate * gradient``."""
    for part in walk(source.tree):
        step = None
        if isinstance(part, ast.AugAssign) and isinstance(part.op, ast.Sub):
            step = part.value
        elif isinstance(part, ast.Assign) and isinstance(part.value, ast.BinOp) and isinstance(part.value.op, ast.Sub):
            step = part.value.right
        if (
            isinstance(step, ast.BinOp)
            and isinstance(step.op, (ast.Mult, ast.MatMult))
            and re.search(r"grad|d[wWbB]|error|lr|rate|alpha|\d", ast.unparse(step))
        ):
            yield part.lineno


@rule("SW-P11")
def constants_do_not_replace_what_was_learnt(source):
    """A function that is handed mu and sigma and scales by numbers typed in instead."""
    for entry in routines(source):
        unread = [name for name in entry.parameters if not entry.loads(name)]
        learnt = [
            name
            for name in unread
            if re.match(r"mu|means?$|mean_|sigma|sd$|stds?$|std_|minimum|maximum|min_|max_", name)
        ]
        text = ast.unparse(entry.node)
        if learnt and not entry.is_stub and re.search(r"-\s*(np\.array\()?[\[(]?\d|/\s*(np\.array\()?[\[(]?\d", text):
            said = f"{entry.name} is handed {', '.join(learnt)} and scales by constants instead."
            yield find("SW-P11", said, **entry.place)
