"""When a loop is left: once the change since the round before is small; and waiting begins anew with each improvement."""

import ast
import re

from scratchwork.checks.files.code_shape import bodies_of, place_at, routine_at
from scratchwork.checks.files.syntax import walk
from scratchwork.checks.findings import find
from scratchwork.checks.registry import rule

COPY = "Keep the old values apart before they change: old = new.copy() (for a list of arrays: copy.deepcopy)."
BEFORE = re.compile(r"prev|old|ante|last|anterior|before|vorher|precedent|onceki", re.IGNORECASE)
TOLERANCE = re.compile(
    r"(^|[._])(tol\w*|eps\w*|epsilon|\w*_tol|\w*_eps|thresh\w*|limi\w*|\w*_limi\w*|min_delta|delta_min|max_tol|seuil|schwelle|umbral|soglia|limiar|prog|precisao|tau|((target|goal|desired|wanted|ziel|alvo)_?(loss|err\w*|cost|mse|custo)|(loss|err\w*|cost|mse)_?(target|goal))\w*)$",
    re.I,
)
CHECKS = re.compile(r"check|verif|assert|^test|compare", re.IGNORECASE)  # left at the first number that is off
CHANGE = re.compile(
    r"norm\(|abs\(|diff|delta|change|grad|loss|cost|err|mse|perd|shift|mov|hata|custo|allclose|beta", re.I
)
WAITING = re.compile(
    r"wait|patience_?c|no_?(improv|progress|chang|gain|better)|bad_|worse|stall|since|counter|strikes|plateau|quiet|idle|stale",
    re.I,
)


@rule("SW-T13")
def a_loop_is_left_when_the_change_is_small(source):
    """``if change > tol: break`` leaves the loop while it still moves; ``x.all() < tol`` compares a truth value."""
    for part in walk(source.tree):
        if isinstance(part, ast.Compare) and isinstance(part.ops[0], (ast.Lt, ast.LtE)):
            call = part.left if isinstance(part.left, ast.Call) else None
            if (
                call is not None
                and getattr(call.func, "attr", "") in ("all", "any")
                and _is_small(part.comparators[0], source.tree)
            ):
                said = (
                    f"Line {part.lineno} compares {ast.unparse(call)[:40]}, which is true or false, with a tolerance."
                )
                yield find("SW-T13", said, weight=88, **place_at(source, part.lineno))
        if not isinstance(part, (ast.For, ast.While)) or sum(not isinstance(item, ast.If) for item in part.body) < 2:
            continue
        for statement in (item for item in part.body if isinstance(item, ast.If)):
            said = _left_too_soon(statement, source.tree, part)
            around = routine_at(source, statement.lineno)
            if said and not (around is not None and CHECKS.search(around.name)):
                yield find("SW-T13", said, severity="warning", weight=86, **place_at(source, statement.lineno))


def _left_too_soon(statement, tree, loop):
    """The words, where the branch that ends a loop asks for a change larger than the tolerance, or for a mistake."""
    flags = [part for part in statement.body if isinstance(part, ast.Assign) and isinstance(part.value, ast.Constant)]
    kept = any(part.value.value is False for part in flags)
    test = ast.unparse(loop.test) if isinstance(loop, ast.While) else ""
    ends = [part for part in statement.body if isinstance(part, (ast.Break, ast.Return))]
    ends += [part for part in flags if part.value.value is True and f"not {ast.unparse(part.targets[0])}" in test]
    if not ends or kept or (isinstance(ends[0], ast.Return) and isinstance(ends[0].value, ast.Constant)):
        return None
    if isinstance(statement.test, ast.UnaryOp) and _is_the_same(statement.test.operand, loop):
        return f"Line {statement.lineno} leaves the loop as soon as {ast.unparse(statement.test)[4:70]} is false: it still moves."
    for test in (part for part in ast.walk(statement.test) if isinstance(part, ast.Compare) and len(part.ops) == 1):
        sides = [test.left, test.comparators[0]]
        if isinstance(test.ops[0], (ast.NotEq, ast.Gt)) and _counts_mistakes(*sides, loop):
            return f"Line {statement.lineno} leaves the loop as soon as {ast.unparse(sides[0])} is not 0."
        if isinstance(test.ops[0], (ast.Gt, ast.GtE)):
            sides.reverse()
        if isinstance(test.ops[0], (ast.Lt, ast.LtE, ast.Gt, ast.GtE)) and _is_small(sides[0], tree):
            large = ast.unparse(sides[1])
            if CHANGE.search(large) and not TOLERANCE.search(large):
                return f"Line {statement.lineno} leaves the loop as soon as {large[:50]} is larger than {ast.unparse(sides[0])}."
    return None


def _is_the_same(call, loop):
    """Whether two names are compared as a whole, one of which takes over the other in the same loop."""
    named = isinstance(call, ast.Call) and re.search(r"(allclose|array_equal)$", ast.unparse(call.func))
    names = {ast.unparse(item) for item in call.args[:2]} if named else set()
    renewed = (pair for part in ast.walk(loop) if isinstance(part, ast.Assign) for pair in bindings(part))
    return any({name, value.removesuffix(".copy()")} == names for name, value in renewed)


def _counts_mistakes(left, right, loop):
    """Whether a number of mistakes, counted in the loop, is compared with 0."""
    zero = isinstance(right, ast.Constant) and right.value == 0 and isinstance(left, ast.Name)
    added = {ast.unparse(part.target) for part in ast.walk(loop) if isinstance(part, ast.AugAssign)}
    return zero and left.id in added and bool(re.search("err|mist|miss|wrong|fehler|falsch", left.id, re.IGNORECASE))


def _is_small(node, tree):
    """Whether an expression is a tolerance: a small number, or a name of one that is not known to be large."""
    if isinstance(node, ast.Constant):
        return type(node.value) is float and 0 < node.value < 0.2
    if not isinstance(node, (ast.Name, ast.Attribute)) or not TOLERANCE.search(ast.unparse(node)):
        return False
    name, found = ast.unparse(node).rpartition(".")[2], []
    for part in ast.walk(tree):
        if isinstance(part, ast.Assign) and any(ast.unparse(item).rpartition(".")[2] == name for item in part.targets):
            found.append(part.value)
        elif isinstance(part, ast.arguments):
            named = [*part.posonlyargs, *part.args]
            found += [
                value
                for item, value in zip(named[len(named) - len(part.defaults) :], part.defaults)
                if item.arg == name
            ]
    return not any(
        isinstance(value, ast.Constant) and type(value.value) in (int, float) and value.value >= 1 for value in found
    )


@rule("SW-T13")
def waiting_begins_anew(source):
    """The rounds without improvement are counted in a row: an improvement sets the counter back, and nothing else does."""
    if not re.search("patience|n_iter_no_change", source.text, re.IGNORECASE):
        return
    for entry in bodies_of(source):
        loops = [node for node in own(entry.node) if isinstance(node, (ast.For, ast.While))]
        for block in [entry.node, *loops]:
            found = _waits_wrongly(block, block in loops)
            if found:
                line, said = found
                yield find("SW-T13", said, severity="warning", weight=84, **(entry.place | {"line": line}))
                return


def _waits_wrongly(block, is_loop):
    """(line, words) of a counter that a test holds against the patience and that does not count in a row; or None."""
    adds = [part for part in ast.walk(block) if isinstance(part, ast.AugAssign) and isinstance(part.op, ast.Add)]
    counted = {ast.unparse(part.target) for part in adds}
    stores = [part for part in ast.walk(block) if isinstance(part, ast.Assign)]
    values = [pair for part in stores for pair in bindings(part)]
    tests = [part for part in ast.walk(block) if isinstance(part, ast.Compare)
             and re.search("patience|n_iter_no_change", ast.unparse(part), re.IGNORECASE)]  # fmt: skip
    asked = {name: part.lineno for part in reversed(tests) for name in read(part) if WAITING.search(name)}
    anew = {name for part in block.body if is_loop and part in stores for name, value in bindings(part) if value == "0"}
    for name, value in values:
        if name in asked and value == "1" and name not in counted:
            return asked[name], f"{name} is set to 1 where it is to count: the waiting never ends."
    for name in sorted(counted & set(asked)):
        if name in anew:
            return asked[name], f"{name} is set to 0 in every turn: the rounds without improvement never add up."
        if name not in dict(values) and (is_loop or name.startswith("self.")):
            said = f"{name} counts the rounds without improvement and is never set back: it adds up isolated ones (line {asked[name]})."
            return asked[name], said
    return None


@rule("SW-T13")
def the_margin_makes_it_harder(source):
    """``loss < best + tol`` calls a worse loss an improvement; ``loss < best - tol`` asks for one that is worth it."""
    for entry in bodies_of(source):
        for part in walk(entry.node):
            if isinstance(part, ast.If):
                renewed = {name: value for item in part.body for name, value in bindings(item)}
                tests = [item for item in ast.walk(part.test) if isinstance(item, ast.Compare)]
            elif isinstance(part, ast.Return) and re.search("better|improv", entry.name, re.IGNORECASE):
                renewed, tests = None, [item for item in ast.walk(part) if isinstance(item, ast.Compare)]
            else:
                continue
            for test in tests:
                if len(test.ops) == 1 and _eased(test.left, test.ops[0], test.comparators[0], renewed):
                    said = f"Line {test.lineno} takes {ast.unparse(test)} for an improvement: the margin lets in what is worse."
                    yield find("SW-T13", said, severity="warning", weight=84, **(entry.place | {"line": test.lineno}))
                    return


def _eased(left, order, right, renewed):
    """Whether ``left`` need only come near the best so far, by a margin added to what it is to go below."""
    wrong = (
        ast.Add if isinstance(order, (ast.Lt, ast.LtE)) else ast.Sub if isinstance(order, (ast.Gt, ast.GtE)) else None
    )
    if wrong is None or not isinstance(right, ast.BinOp) or not isinstance(right.op, wrong):
        return False
    best, margin = ast.unparse(right.left), ast.unparse(right.right)
    kept = renewed is None or renewed.get(best) == ast.unparse(left) or f"{ast.unparse(left)}," in renewed.get(best, "")
    return bool(
        kept
        and re.search(r"best|min_|low|opt", best, re.I)
        and (TOLERANCE.search(margin) or re.search("delta|margin", margin))
    )


@rule("SW-T13")
def stop_tests_compare_with_the_round_before(source):
    """The values of the round before are renewed after the test, and kept apart from those that change."""
    for owner in [source.tree, *(node for node in ast.walk(source.tree) if isinstance(node, ast.FunctionDef))]:
        for loop in (node for node in own(owner) if isinstance(node, (ast.For, ast.While))):
            for place, statement in enumerate([*loop.body, *([loop] if isinstance(loop, ast.While) else [])]):
                said = _one_array(source.tree, loop, place, statement) or _changed_under_both_names(
                    owner, loop, statement
                )
                if said:
                    name = None if owner is source.tree else owner.name
                    place = {"line": statement.lineno, "function": name}
                    yield find("SW-T13", said, severity="warning", weight=86, try_=COPY, **place)


def own(owner):
    """The nodes of a function or module, those of inner functions left out."""
    ahead = list(owner.body)
    while ahead:
        node = ahead.pop()
        yield node
        if not isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.Lambda)):
            ahead += ast.iter_child_nodes(node)


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
        anew = [value for name, value in stored if name == old and value != new]
        anew += [value for value in made if value != old]
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


def bindings(part):
    """(name, text of the value) of every assignment in a statement."""
    for node in ast.walk(part):
        if isinstance(node, (ast.Assign, ast.AugAssign, ast.AnnAssign)) and node.value is not None:
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                for item in getattr(target, "elts", [target]):
                    yield ast.unparse(item), ast.unparse(node.value)
        elif isinstance(node, (ast.For, ast.NamedExpr)):
            yield ast.unparse(node.target), ""
