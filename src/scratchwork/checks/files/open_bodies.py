"""Bodies that an exercise leaves open: empty, a raise, or the skeleton that stood beside "your code here"."""

import ast
import re

from scratchwork.checks.recognising import vocabulary

MARK = re.compile(
    r"#.*\b(your (code|solution|implementation|answer)|(start|begin) (code|solution)|to-?do|fill[ -]in|implement (this|me|here)|"
    r"(write|insert|add|complete|put) (your|the|this) )",
    re.IGNORECASE,
)
MADE_EMPTY = {"zeros", "ones", "empty", "zeros_like", "ones_like", "empty_like", "full", "len", "dict", "list", "tuple"}
MADE_EMPTY |= {"int", "float", "float64", "shape", "size", "ndim", "dtype", "array", "asarray"}


def is_open(node):
    """Whether a function is still a stub: nothing in its body, ``pass``, ``...``, ``return None``, NotImplementedError."""
    if getattr(node, "left_open", False):
        return True
    body = _without_words(node.body)
    if all(isinstance(item, ast.Pass) or _gives_nothing(item) for item in body):
        return True
    raised = body[0].exc if len(body) == 1 and isinstance(body[0], ast.Raise) else None
    return raised is not None and bool(re.search("not.?implemented|todo|your code", ast.dump(raised), re.IGNORECASE))


def _without_words(body):
    return [item for item in body if not (isinstance(item, ast.Expr) and isinstance(item.value, ast.Constant))]


def _gives_nothing(item):
    """``return``, ``return None``, ``return NotImplemented``."""
    if not isinstance(item, ast.Return):
        return False
    value = item.value
    return value is None or ast.unparse(value) in ("None", "NotImplemented", "...")


def close(tree, text):
    """Make each function that holds nothing but a skeleton raise NotImplementedError; (class or None, node) of each.

    A skeleton is a body with the mark of an exercise in its comments whose statements only make empty values
    (``grad = np.zeros(theta.shape)``, ``cost = 0``, ``A = None``) and return them: what it gives says nothing of
    what its author will write. An empty function needs no mark, nor does a class of nothing else that no other class is
    made of; one empty method among others may be empty on purpose.

    >>> text = "def cost(w):\\n    # YOUR CODE HERE\\n    J = 0\\n    return J"
    >>> [node.name for _, node in close(ast.parse(text), text)]
    ['cost']
    """
    lines, found = text.splitlines(), []
    bases = {ast.unparse(base) for item in tree.body for base in getattr(item, "bases", ())}
    for owner in tree.body:
        within = owner.body if isinstance(owner, ast.ClassDef) else [owner]
        bodies = [item for item in within if isinstance(item, ast.FunctionDef) and not item.name.startswith("__")]
        alone = all(is_open(item) for item in bodies) and getattr(owner, "name", None) not in bases
        for item in bodies:
            if _left_open(item, alone and bool(item.args.args), lines):
                item.left_open = True
                item.body = [ast.copy_location(_raise(item.name), item.body[0])]
                ast.fix_missing_locations(item)
                found.append((owner.name if owner is not item else None, item))
    return found


def _left_open(item, alone, lines):
    marked = any(MARK.search(line) for line in lines[item.lineno - 1 : item.end_lineno + 1])
    if is_open(item):
        return marked or alone
    return marked and is_skeleton(item)


def _raise(name):
    return ast.parse(f"raise NotImplementedError({name!r})").body[0]


def is_skeleton(node):
    """Whether the statements of a function only make empty values and return them, or it reads a name left at None."""
    if _leaves_none(node):
        return True
    body = [item for item in _plain(node.body) if not isinstance(item, (ast.Assert, ast.Pass))]
    given = {entry.arg for entry in node.args.args} - {name for name, _ in _bound(node)}
    makes = bool(body) and all(_makes_nothing(item, given) for item in body)
    return makes and vocabulary.role_of_name(node.name) != "init"  # zeros may well be how somebody starts


def _plain(body):
    """The statements of a body and of the loops and branches in it."""
    found = []
    for item in _without_words(body):
        inner = [*getattr(item, "body", ()), *getattr(item, "orelse", ())]
        found += _plain(inner) if isinstance(item, (ast.For, ast.While, ast.If, ast.With)) else [item]
    return found


def _makes_nothing(item, given):
    if isinstance(item, ast.Assign):
        return all(isinstance(target, (ast.Name, ast.Tuple)) for target in item.targets) and _is_empty(item.value)
    if not isinstance(item, ast.Return) or item.value is None:
        return isinstance(item, ast.Return)
    return _is_empty(item.value) and not (isinstance(item.value, ast.Name) and item.value.id in given)


def _is_empty(value):
    """Whether an expression computes nothing from the data: constants, names, shapes, arrays of zeros."""
    for part in ast.walk(value):
        if isinstance(part, (ast.operator, ast.cmpop, ast.boolop, ast.comprehension, ast.Lambda, ast.IfExp)):
            return False
        if isinstance(part, ast.Attribute) and part.attr not in MADE_EMPTY:
            return False
        if isinstance(part, ast.Call) and isinstance(part.func, ast.Name) and part.func.id not in MADE_EMPTY:
            return False
    return True


def _bound(node):
    """(name, value or None) of everything that a function binds."""
    for item in ast.walk(node):
        if isinstance(item, (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.For)):
            for target in item.targets if isinstance(item, ast.Assign) else [item.target]:
                value = item.value if isinstance(item, ast.Assign) else None
                yield from (
                    (part.id, value)
                    for part in ast.walk(target)
                    if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)
                )


def _leaves_none(node):
    """Whether a name is read that is bound to None, and otherwise to nothing but itself (``cost = float(cost)``)."""
    values, read = {}, set()
    for name, value in _bound(node):
        values.setdefault(name, []).append(value)
    for part in ast.walk(node):
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load):
            read.add(part.id)

    return any(
        isinstance(values[name][0], ast.Constant) and all(_is_none_of(name, value) for value in values[name])
        for name in read & set(values)
    )


def _is_none_of(name, value):
    """Whether a value is None, or made of the name itself and functions alone."""
    if value is None or (isinstance(value, ast.Constant) and value.value is not None):
        return False
    functions = {id(part) for item in ast.walk(value) if isinstance(item, ast.Call) for part in ast.walk(item.func)}
    names = {part.id for part in ast.walk(value) if isinstance(part, ast.Name) and id(part) not in functions}
    return names <= {name} and (bool(names) or isinstance(value, ast.Constant))
