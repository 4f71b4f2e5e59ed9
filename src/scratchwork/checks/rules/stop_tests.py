"""Stopping rules that compare a signed sum of changes: the changes cancel, and a step downwards counts as none."""

import ast
import dataclasses
import re

from scratchwork.checks.findings import find
from scratchwork.checks.registry import rule

REMEDY = "Measure how far it moved: np.abs(new - old).max() < tol, or np.linalg.norm(new - old) < tol."
COPY = "Keep the old values apart before they change: old = new.copy() (for a list of arrays: copy.deepcopy)."
LOSSES = re.compile(r"loss|cost|err|sse|inertia|score|acc|lik|obj|energy|tol", re.IGNORECASE)
SUMS = {"sum", "mean", "max", "nansum", "average", "amax"}


@dataclasses.dataclass(frozen=True)
class Test:
    """A stopping test that compares a signed sum: the function, the line, the expression."""

    name: str
    line: int
    text: str


@rule("SW-T13")
def stop_tests_measure_a_distance(source):
    """A sum of plain differences may be negative or cancel: it says nothing of how far anything moved."""
    for test in signed_tests(source.tree):
        said = f"Line {test.line} stops by {test.text}: differences of both signs cancel, and a negative sum is below any tolerance."
        yield find("SW-T13", said, line=test.line, function=test.name, severity="warning", weight=86, try_=REMEDY)


def signed_in(target):
    """(Test, words) of the first signed stopping test in the source of a target, or None."""
    nodes = target.namespace.get("nodes", {})
    mine = [node for key, node in nodes.items() if key.startswith(f"{target.name}.") or key == target.name]
    for test in (test for node in mine for test in signed_tests(node)):
        return test, f"line {test.line} stops by {test.text}, which is negative or cancels."
    return None


def signed_tests(tree):
    """Every signed stopping test in the functions of a tree."""
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef):
            continue
        named = {}
        for node in ast.walk(function):
            if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
                named.setdefault(node.targets[0].id, []).append(node.value)
        for node in stops(function):
            for side in (node.test.left, node.test.comparators[0]):
                values = named.get(side.id, []) if isinstance(side, ast.Name) else [side]
                signed = [value for value in values if is_signed(value)]
                if signed:
                    yield Test(function.name, signed[0].lineno, ast.unparse(signed[0]))


def stops(function):
    """Tests with < or > that end a loop: ``if a < b: break`` within it, or the condition of ``while``."""
    for loop in ast.walk(function):
        if not isinstance(loop, (ast.For, ast.While)):
            continue
        inside = [part for item in loop.body for part in ast.walk(item) if isinstance(part, ast.If)]
        ends = [part for part in inside if any(isinstance(item, (ast.Break, ast.Return)) for item in part.body)]
        for node in [*ends, *([loop] if isinstance(loop, ast.While) else [])]:
            test = node.test
            if (
                isinstance(test, ast.Compare)
                and len(test.ops) == 1
                and isinstance(test.ops[0], (ast.Lt, ast.LtE, ast.Gt, ast.GtE))
            ):
                yield node


def is_signed(value):
    """Whether an expression adds up plain differences of two arrays.

    >>> [is_signed(ast.parse(text, mode="eval").body) for text in ("np.sum(new - old)", "(a - b).sum()", "np.sum((a - b) ** 2)")]
    [True, True, False]
    """
    if not isinstance(value, ast.Call) or not isinstance(value.func, ast.Attribute) or value.func.attr not in SUMS:
        return (
            isinstance(value, ast.Call)
            and isinstance(value.func, ast.Name)
            and value.func.id == "float"
            and any(map(is_signed, value.args))
        )
    library = isinstance(value.func.value, ast.Name) and value.func.value.id in ("np", "numpy")
    inner = (value.args or [None])[0] if library else value.func.value
    if not (isinstance(inner, ast.BinOp) and isinstance(inner.op, ast.Sub)):
        return False
    plain = all(isinstance(side, (ast.Name, ast.Attribute, ast.Subscript)) for side in (inner.left, inner.right))
    return plain and not LOSSES.search(ast.unparse(inner))


BEFORE = re.compile(r"prev|old|ante|last|anterior|before|vorher|precedent|onceki", re.IGNORECASE)


@rule("SW-T13")
def stop_tests_compare_with_the_round_before(source):
    """The number of the round before is renewed after the test, in each round, and a falling loss counts as a change."""
    for owner in [source.tree, *(node for node in ast.walk(source.tree) if isinstance(node, ast.FunctionDef))]:
        for loop in (node for node in own(owner) if isinstance(node, (ast.For, ast.While))):
            for place, statement in enumerate([*loop.body, *([loop] if isinstance(loop, ast.While) else [])]):
                difference = _stopping(statement)
                said = _one_array(source.tree, loop, place, statement)
                said = said or _changed_under_both_names(owner, loop, statement)
                said = said or (_wrong(owner, loop, statement, *difference) if difference else None)
                if said:
                    name = None if owner is source.tree else owner.name
                    known = {"try_": COPY} if re.search("one and the same|the same array", said) else {}
                    yield find(
                        "SW-T13", said, line=statement.lineno, function=name, severity="warning", weight=86, **known
                    )


def own(owner):
    """The nodes of a function or module, those of inner functions left out."""
    ahead = list(owner.body)
    while ahead:
        node = ahead.pop()
        yield node
        if not isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.Lambda)):
            ahead += ast.iter_child_nodes(node)


def _stopping(statement):
    """(left, right) of ``if left - right < tol: break``, whatever is taken of the difference; None for anything else."""
    if not isinstance(statement, ast.If) or not any(
        isinstance(part, (ast.Break, ast.Return)) for part in statement.body
    ):
        return None
    test = statement.test
    if not isinstance(test, ast.Compare) or len(test.ops) != 1 or not isinstance(test.ops[0], (ast.Lt, ast.LtE)):
        return None
    value = test.left
    while isinstance(value, ast.Call) and len(value.args) == 1:
        value = value.args[0]
    if not isinstance(value, ast.BinOp) or not isinstance(value.op, ast.Sub):
        return None
    plain = all(isinstance(side, (ast.Name, ast.Attribute)) for side in (value.left, value.right))
    return (ast.unparse(value.left), ast.unparse(value.right)) if plain else None


def _one_array(tree, loop, place, statement):
    """The words, where a test compares two names that are one by then: ``old = w``, and no round makes a new ``w`` before it."""
    if statement is not loop and not _ends(statement):
        return None
    for number in range(place - 1, -1, -1):
        part = loop.body[number]
        between = loop.body[number + 1 : place]
        anew = {name for other in between for name, _ in bindings(other)}
        names = read(statement.test)
        for other in between:  # what the compared number was worked out from
            if isinstance(other, ast.Assign) and ast.unparse(other.targets[0]) in names:
                names |= read(other.value)
        for pair in _made_one(part, loop.body[number - 1] if number else None):
            if set(pair) <= names and not set(pair) & anew and not _binds_anew(tree, between, pair):
                return f"Line {statement.lineno} compares {pair[1]} with {pair[0]}, which are one and the same since line {part.lineno}: nothing has changed by then."
    return None


def _made_one(part, before):
    """Pairs of names that a statement makes one: ``a = b``, ``a, b = b, 0``, ``history.append(a)``, the same call twice in a row."""
    plain = (ast.Name, ast.Attribute)
    for target in part.targets if isinstance(part, ast.Assign) else ():
        both = isinstance(target, ast.Tuple) and isinstance(part.value, ast.Tuple)
        ends = {ast.unparse(item) for item in ast.walk(target) if both and isinstance(item, plain)}
        for one, value in zip(target.elts, part.value.elts) if both else [(target, part.value)]:
            if isinstance(one, plain) and isinstance(value, plain) and ast.unparse(value) not in ends:
                yield ast.unparse(one), ast.unparse(value)
        twice = isinstance(part.value, ast.Call) and isinstance(before, ast.Assign) and not part.value.args
        if twice and ast.unparse(before.value) == ast.unparse(part.value):
            yield ast.unparse(target), ast.unparse(before.targets[0])
    call = part.value if isinstance(part, ast.Expr) else None
    if isinstance(call, ast.Call) and getattr(call.func, "attr", "") == "append" and isinstance(call.args[0], plain):
        yield f"{ast.unparse(call.func.value)}[-1]", ast.unparse(call.args[0])


def _changed_under_both_names(owner, loop, statement):
    """The words, where the old value of a test is the array itself, which the loop changes in place and never makes anew."""
    if statement is not loop and not _ends(statement):
        return None
    stored = [(name, value) for part in loop.body for name, value in bindings(part)]
    steps = {ast.unparse(part.target) for part in ast.walk(loop) if isinstance(part, ast.AugAssign)}
    for old, new in (pair for part in loop.body for pair in _made_one(part, None)):
        made = [value for name, value in stored if name == new and not (new in steps and value not in (old,))]
        anew = [value for name, value in stored if name == old and value != new] + [
            value for value in made if value != old
        ]
        entries = any(name.startswith(f"{new}[") for name, _ in stored)
        first = " ".join(value for part in own(owner) for name, value in bindings(part) if name == new)
        whole = new in steps and re.search(r"zeros|ones|rand|normal|array\(|copy\(|empty|full", first)
        if not anew and {old, new} <= read(statement.test) and (entries or whole):
            return f"Line {statement.lineno} compares {new} with {old}, which is the same array: what changes it changes both."
    return None


def _binds_anew(tree, statements, names):
    """Whether a method that is called meanwhile may give one of the attributes a new value: one of the file that does, or one of elsewhere."""
    owners = {name.split(".")[0] for name in names if "." in name}
    calls = [part for item in statements for part in ast.walk(item) if isinstance(part, ast.Call)]
    called = {
        text
        for text in (ast.unparse(part.func) for part in calls)
        if text.count(".") == 1 and text.split(".")[0] in owners
    }
    bodies = {part.name: part for part in ast.walk(tree) if isinstance(part, ast.FunctionDef)}
    for text in called:
        body = bodies.get(text.rpartition(".")[2])
        if body is None or any(name in names for part in body.body for name, _ in bindings(part)):
            return True
    return False


def read(expression):
    """The names, attributes and entries that an expression reads, as text."""
    return {
        ast.unparse(part) for part in ast.walk(expression) if isinstance(part, (ast.Name, ast.Attribute, ast.Subscript))
    }


def _ends(statement):
    leaves = isinstance(statement, ast.If) and any(isinstance(part, (ast.Break, ast.Return)) for part in statement.body)
    compares = leaves and any(isinstance(part, (ast.Compare, ast.Call)) for part in ast.walk(statement.test))
    return compares


def _wrong(owner, loop, statement, left, right):
    """What is wrong with a stopping test at its place in a loop, in words; or None."""
    stored = {name for part in loop.body for name, _ in bindings(part)}
    for one, other in ((left, right), (right, left)):
        if one not in stored and other in stored and BEFORE.search(one) and _starts(owner, one):
            return f"Line {statement.lineno} compares {other} with {one}, which no round renews: it stops by the start, or never."
    return None


def bindings(part):
    """(name, text of the value) of every assignment in a statement."""
    for node in ast.walk(part):
        if isinstance(node, (ast.Assign, ast.AugAssign, ast.AnnAssign)) and node.value is not None:
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                for item in getattr(target, "elts", [target]):
                    yield ast.unparse(item), ast.unparse(node.value)
        elif isinstance(node, (ast.For, ast.NamedExpr)):
            yield ast.unparse(node.target), ""


def _starts(owner, name):
    """Whether a name is set to a plain number, infinity or None before."""
    values = [
        value
        for part in own(owner)
        for target, value in (bindings(part) if isinstance(part, ast.Assign) else ())
        if target == name
    ]
    return bool(values) and all(
        re.fullmatch(r"-?(np\.|math\.)?(inf|Inf|None|[\d.e+*-]+)|float\(.*\)", value) for value in values
    )
