"""What a parameter means by what the code does with it, where its name does not tell, in whatever language that is.

It seeds a generator, counts rounds, steps through the rows, scales a step, is the size of an array, is multiplied as rows are.
"""

import ast
import functools
import inspect

from scratchwork.checks.files import uses
from scratchwork.checks.files.syntax import dotted

DEEPEST, MOST_SCOPES = 2, 40
SEEDS = {"seed", "default_rng", "RandomState", "Random", "PRNGKey"}
SHAPED = {"zeros", "ones", "full", "empty", "normal", "uniform", "standard_normal", "random", "random_sample"}
SPREAD = {"randn", "rand"}
PRODUCTS = {"dot", "matmul", "outer", "inner", "einsum"}
SUMS = {"sum", "square", "norm"}
SIZES = {"n_in", "n_hidden", "n_out"}


def meaning(name, function):
    """The meaning of one parameter of a user's function, method or class (of its constructor), or None."""
    plain = inspect.unwrap(getattr(function, "__func__", function))
    try:
        return _meanings(plain).get(name)
    except TypeError:  # it cannot be kept by its hash
        return None


def size_of(letter, function):
    """What the shapes of the weights say of ``d``, ``h`` or ``k`` of a constructor, where they tell all three sizes of a network."""
    names = inspect.signature(function).parameters if inspect.isclass(function) else ()
    words = {name: meaning(name, function) for name in names}
    return words.get(letter) if set(words.values()) >= SIZES and words.get(letter) in SIZES else None


@functools.lru_cache(maxsize=400)
def _meanings(function):
    inner = function.__init__ if inspect.isclass(function) else function
    tree = getattr(inner, "__globals__", {}).get("__tree__")
    node, owner = uses.definition(function, tree)
    if node is None:
        return {}
    names = [entry.arg for entry in (*node.args.args, *node.args.kwonlyargs) if entry.arg not in ("self", "cls")]
    makes = inspect.isclass(function)
    found = _sizes(node, names) if makes else {}
    for name in names:
        word = found.get(name) or _word(list(scopes_of(node, owner, name, tree)), makes)
        if word:
            found[name] = word
    return found


def scopes_of(node, owner, name, tree, depth=0):
    """(body, what recognises the value) wherever it is used: here, where it is passed on to, where the object keeps it."""
    kept = uses.kept_as(node, name)

    def here(item):
        return uses.named(item, name) or uses.attribute_of_self(item, kept)

    yield node, here
    for method in owner.body if owner is not None and kept else ():
        if isinstance(method, ast.FunctionDef) and method is not node:
            yield method, lambda item: uses.attribute_of_self(item, kept)
    routines = {}
    for holder in (tree, *(item for item in tree.body if isinstance(item, ast.ClassDef)), owner):
        inside = [item for item in getattr(holder, "body", ()) if isinstance(item, ast.FunctionDef)]
        routines |= {item.name: (item, holder) for item in inside}
    for call in ast.walk(node) if depth < DEEPEST else ():
        inner, holder = routines.get(dotted(call.func).split(".")[-1], (None, None)) if isinstance(call, ast.Call) else (None, None)  # fmt: skip
        if inner is not None and inner is not node:
            owner_of = holder if isinstance(holder, ast.ClassDef) else None
            for there in _passed_as(call, inner, here):
                yield from scopes_of(inner, owner_of, there, tree, depth + 1)


def _passed_as(call, inner, alias):
    """The parameters of a routine that a call gives the value to."""
    names = [entry.arg for entry in inner.args.args if entry.arg not in ("self", "cls")]
    yield from (name for name, item in zip(names, call.args) if alias(item))
    yield from (entry.arg for entry in call.keywords if entry.arg and alias(entry.value))


def _word(scopes, makes):
    """The meaning that the uses in some scopes speak of, the surest first."""
    told = {word for body, alias in scopes[:MOST_SCOPES] for node in ast.walk(body) for word in _told(node, alias)}
    told |= {"lambda"} if "shrinks" in told and "lr" not in told else set()
    told |= {"X"} if "rows" in told else set()  # and no number has rows
    words = ("seed", "batch_size", "momentum", "lambda", "lr", "epochs", "tol") if "X" not in told else ()
    data = ("X", "y") if not makes else ("X",) if "rows" in told else ()
    return next((word for word in (*words, *data) if word in told), None)


def _told(node, alias):
    """The meanings that one node speaks of."""
    if isinstance(node, ast.Call):
        yield from _of_call(node, alias)
    elif isinstance(node, ast.For):
        yield from _of_loop(node, alias)
    elif isinstance(node, ast.If) and isinstance(node.test, ast.Compare):
        yield from ("tol",) if _settles(node, alias) else ()
    elif isinstance(node, ast.AugAssign) and isinstance(node.op, (ast.Add, ast.Sub)):
        if _factor(node.value, alias):
            summed = isinstance(node.op, ast.Add) and (_sums(node.value) or _gradient_like(node.target))
            yield "lambda" if summed else "lr"
    elif isinstance(node, ast.Assign) and isinstance(node.value, ast.BinOp):
        yield from _of_step(node, alias)
    elif isinstance(node, ast.Return) and isinstance(node.value, ast.BinOp) and isinstance(node.value.op, ast.Add):
        if _factor(node.value.right, alias) and _sums(node.value.right):
            yield "lambda"
    elif isinstance(node, ast.ListComp) and isinstance(node.elt, ast.BinOp) and isinstance(node.elt.op, ast.Sub):
        if _factor(node.elt.right, alias):
            yield "lr"  # ws = [w - p * dw for w, dw in ..]
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        for side in (node.left, node.right):  # (1 - rate * p) * w
            part = side.right if isinstance(side, ast.BinOp) and isinstance(side.op, (ast.Add, ast.Sub)) else None
            if isinstance(part, ast.BinOp) and ast.unparse(side.left) in ("1", "1.0") and _factor(part, alias):
                yield "shrinks"
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult):
        if any(alias(root(side)) for side in (node.left, node.right)):
            yield "X"
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub):
        for side, other in ((node.left, node.right), (node.right, node.left)):
            if alias(side) and not isinstance(other, ast.Constant) and not any(map(alias, ast.walk(other))):
                yield "y"


def _settles(node, alias):
    """``if abs(old - new) < p: break``."""
    test, last = node.test, node.body[-1]
    less = isinstance(test.ops[0], (ast.Lt, ast.LtE)) and isinstance(test.left, (ast.Call, ast.BinOp))
    return less and any(map(alias, test.comparators)) and isinstance(last, (ast.Break, ast.Return))


def _of_call(node, alias):
    last = dotted(node.func).split(".")[-1]
    if last in SEEDS and any(map(alias, node.args)):
        yield "seed"
    if last in PRODUCTS and any(alias(root(item)) for item in node.args):
        yield "X"
    if any(alias(item) for item in _tables(node, last)):
        yield "rows"


def _tables(node, last):
    """What must be a table: ``zip(*p)``, ``len(p[0])``, ``np.mean(p, axis=0)``, ``p.mean(axis=0)``."""
    first = [item for item in node.args[:1] if isinstance(item, (ast.Starred, ast.Subscript))]
    if last == "zip" or (last == "len" and first and ast.unparse(first[0]).endswith("[0]")):
        yield from (item.value for item in first)
    if last in ("mean", "std") and any(entry.arg == "axis" for entry in node.keywords):
        yield from (*node.args[:1], getattr(node.func, "value", None))


def _of_loop(node, alias):
    """``for epoch in range(p)``, where the number of the round looks nothing up; ``range(0, n, p)``."""
    source = node.iter
    while isinstance(source, ast.Call) and dotted(source.func) != "range" and source.args:
        source = source.args[0]  # tqdm(range(..)), enumerate(..)
    if not isinstance(source, ast.Call) or dotted(source.func) != "range":
        return
    if len(source.args) == 3 and alias(source.args[2]):
        yield "batch_size"
    elif any(_about(item, alias) for item in source.args[:2]) and not _looks_up(node):
        yield "epochs"


def _about(item, alias):
    """``p`` or ``p + 1``."""
    return alias(item) or (isinstance(item, ast.BinOp) and isinstance(item.op, (ast.Add, ast.Sub)) and alias(item.left) and isinstance(item.right, ast.Constant))  # fmt: skip


def _looks_up(loop):
    names = {item.id for item in ast.walk(loop.target) if isinstance(item, ast.Name)}
    read = (item for item in ast.walk(loop) if isinstance(item, ast.Subscript) and isinstance(item.ctx, ast.Load))
    return any(isinstance(part, ast.Name) and part.id in names for item in read for part in ast.walk(item.slice))


def _of_step(node, alias):
    """``w = w - p * dw`` (rate), ``v = p * v + ..`` (momentum), ``dw = .. + p * w`` (penalty)."""
    value, target = node.value, ast.dump(_loaded(node.targets[0]))
    if not isinstance(value.op, (ast.Add, ast.Sub)):
        return
    for side, other in ((value.left, value.right), (value.right, value.left)):
        if not _factor(side, alias):
            continue
        if any(ast.dump(part) == target for part in ast.walk(side)):
            if isinstance(side, ast.BinOp):
                yield "momentum"
        elif any(ast.dump(part) == target for part in ast.walk(other)):
            yield "lr"
        elif isinstance(value.op, ast.Add) and side is value.right and (_sums(side) or _gradient_like(node.targets[0])):
            yield "lambda"


def _loaded(target):
    """A target as it looks where it is read."""
    return ast.parse(ast.unparse(target), mode="eval").body


def _factor(node, alias):
    """Whether an expression is a product, or a quotient, with the value as a factor."""
    if alias(node):
        return True
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Mult, ast.Div)):
        return _factor(node.left, alias) or (isinstance(node.op, ast.Mult) and _factor(node.right, alias))
    return isinstance(node, ast.UnaryOp) and _factor(node.operand, alias)


def _sums(node):
    """Whether a sum of squares stands in an expression."""
    return any(isinstance(item, ast.Pow) or (isinstance(item, ast.Call) and dotted(item.func).split(".")[-1] in SUMS) for item in ast.walk(node))  # fmt: skip


def _gradient_like(target):
    name = dotted(target if not isinstance(target, ast.Subscript) else target.value).split(".")[-1].lower()
    return name.startswith(("d", "grad", "nabla"))


def root(node):
    """What is multiplied, without its transpose, its rows, its reshape."""
    while isinstance(node, (ast.Attribute, ast.Subscript, ast.Call)):
        if isinstance(node, ast.Attribute) and node.attr in ("T", "transpose", "reshape"):
            node = node.value
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            node = node.func
        elif isinstance(node, ast.Subscript):
            node = node.value
        else:
            break
    return node


# the sizes of a network ---------------------------------------------------------------------------------------------


def _sizes(node, names):
    """{parameter: n_in, n_hidden, n_out or sizes} of a constructor, by the shapes of the arrays that it makes."""
    kept = {attribute: name for name in names for attribute in uses.kept_as(node, name)}

    def size(item):
        if isinstance(item, ast.Name) and item.id in names:
            return item.id
        return kept.get(item.attr) if isinstance(item, ast.Attribute) and uses.named(item.value, "self") else None

    pairs = {tuple(map(size, shape)) for shape in _shapes(node) if len(shape) == 2}
    pairs = {pair for pair in pairs if any(pair)}
    wide = {pair for pair in pairs if all(pair) and pair[0] != pair[1]}
    inner = {name for name in names if sum(name in pair for pair in wide) > 1}
    ends = [name for name in names if any(name in pair for pair in wide) and name not in inner]
    found = dict.fromkeys(inner, "n_hidden") | dict(zip(ends, ("n_in", "n_out"))) | _ends_of_lists(node, size)
    for name in names:
        word = None if name in found else _of_list(node, size, name)
        found |= {name: word} if word else {}
    return found


def _ends_of_lists(node, size):
    """``[inputs, *hidden, outputs]`` and ``[inputs] + hidden + [outputs]``."""
    found = {}
    for item in ast.walk(node):
        ends = ()
        if isinstance(item, ast.List) and any(isinstance(part, ast.Starred) for part in item.elts):
            ends = item.elts[0], item.elts[-1]
        elif isinstance(item, ast.BinOp) and isinstance(item.op, ast.Add):
            sides = (item.left, item.right)
            ends = [part.elts[0] if isinstance(part, ast.List) and len(part.elts) == 1 else None for part in sides]
        for word, end in zip(("n_in", "n_out"), ends):
            if end is not None and size(end):
                found.setdefault(size(end), word)
    return found


def _shapes(node):
    """Lists of the nodes that are the shape of a new array."""
    for call in ast.walk(node):
        last = dotted(call.func).split(".")[-1] if isinstance(call, ast.Call) else ""
        if last in SPREAD:
            yield call.args
        elif last in SHAPED:
            for item in (*call.args, *(entry.value for entry in call.keywords)):
                if isinstance(item, (ast.Tuple, ast.List)):
                    yield item.elts


def _of_list(node, size, name):
    """``sizes`` of what is walked through or looked up in; ``n_hidden`` where it stands between the ends in a list."""
    looked = False
    for item in ast.walk(node):
        starred = [part.value for part in item.elts if isinstance(part, ast.Starred)] if isinstance(item, (ast.List, ast.Tuple)) else []  # fmt: skip
        if name in map(size, starred):
            return "n_hidden"
        if isinstance(item, ast.BinOp) and isinstance(item.op, ast.Add):
            sides = [uses.bare(side) for side in (item.left, item.right)]
            if name in map(size, sides) and any(isinstance(side, (ast.List, ast.Tuple)) for side in sides):
                return "n_hidden"
        if isinstance(item, ast.Attribute) and size(item.value) == name and item.attr in ("shape", "T"):
            return None
        looked = looked or (isinstance(item, ast.Subscript) and size(item.value) == name and not isinstance(item.slice, ast.Constant))  # fmt: skip
    return "sizes" if looked else None
