"""A function that makes other functions, which share what it holds, read as the class that it stands for.

    def make_pca(X, k):                        class make_pca:
        mu, V = ...                                def __init__(self, X, k):
        def encode(A): return (A - mu) @ V   ->        self.mu, self.V = ...
        return encode, mu                          def encode(self, A): return (A - self.mu) @ self.V

Whoever unpacks what it gave, or asks it by a key or by a call, can do so with an object of the class.
"""

import ast
import contextlib
import copy
import symtable

from scratchwork.checks.files.syntax import stored
from scratchwork.checks.recognising import vocabulary

COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
IMPORTS = (ast.Import, ast.ImportFrom)
KINDS_OF_COST = ("loss", "loss_derivative", "backward")


def as_classes(tree):
    """Put a class in the place of each function of a module that makes others; nothing else of the tree changes."""
    for place, node in enumerate(tree.body):
        if isinstance(node, ast.FunctionDef) and not node.decorator_list:
            with contextlib.suppress(SyntaxError, TypeError, ValueError):
                made = _as_class(copy.deepcopy(node))
                compile(ast.Module([made] if made else [], []), "closures", "exec")
                tree.body[place] = made or node


def _as_class(node):
    """The class; None where a function makes no others, or gives them in a way that no object could stand for."""
    inner = {item.name: item for item in node.body if isinstance(item, ast.FunctionDef)}
    rest, last = [item for item in node.body[:-1] if item not in inner.values()], node.body[-1]
    value = last.value if isinstance(last, ast.Return) else None
    arguments = node.args.args + node.args.kwonlyargs
    early = any(isinstance(part, ast.Return) for item in rest for part in ast.walk(item))
    variadic = node.args.vararg or node.args.kwarg or node.args.posonlyargs
    if not _given_out(value) & set(inner) or not all(map(_is_plain, inner.values())) or early or variadic:
        return None
    own = _bound(node)
    shared = own & (_names(value) | set(inner) | _free(node))
    single = inner[value.id] if isinstance(value, ast.Name) else None
    text = _given(value, single, shared)
    if text is None or "self" in own or _stays(single, rest, arguments) or shared & _odd(rest):
        return None
    given = _parsed(text, last)
    shared -= _with_imports([*inner.values(), *given], [item for item in rest if isinstance(item, IMPORTS)])
    kept = [f"self.{item.arg} = {item.arg}" for item in arguments if item.arg in shared]
    node.args.args.insert(0, ast.arg("self"))
    start = ast.copy_location(ast.FunctionDef("__init__", node.args, [*rest, ast.Pass()], []), node)
    for item in inner.values():
        item.args.args.insert(0, ast.arg("self"))
    for item in (start, *inner.values(), *given):
        hidden = set() if item is start else _bound(item)
        item.body = [_Shared(shared - hidden).visit(part) for part in item.body]
    start.body[:0] = _parsed("\n".join(kept), node)
    named = _parsed(f"__name__ = {single.name!r}", last) if single else []
    whole = ast.ClassDef(node.name, [], [], [start, *inner.values(), *given, *named], [])
    return ast.fix_missing_locations(ast.copy_location(whole, node))


def _given_out(value):
    """The names that are given themselves: one, or some among the entries of a tuple, a table or a call."""
    entries = [value]
    if isinstance(value, ast.Tuple):
        entries = value.elts
    elif isinstance(value, ast.Dict):
        entries = value.values
    elif isinstance(value, ast.Call):
        entries = [item.value for item in value.keywords]
    return {item.id for item in entries if isinstance(item, ast.Name)}


def _stays(single, rest, arguments):
    """Whether the one function that is given is a cost or a slope, takes keywords of any name, or holds no more than settings."""
    if single is None:
        return False
    data = any("X" in vocabulary.meanings(item.arg) for item in arguments)
    return vocabulary.role_of_name(single.name) in KINDS_OF_COST or single.args.kwarg or not (rest or data)


def _given(value, single, taken):
    """Methods by which an object does what was given: is unpacked, has keys, is called; None for what is none of these."""
    text = ast.unparse(value)
    if single is not None:
        handed = [item.arg for item in single.args.args] + [f"{item.arg}={item.arg}" for item in single.args.kwonlyargs]
        return f"def __call__(self, {ast.unparse(single.args)}):\n    return {single.name}({', '.join(handed)})"
    if isinstance(value, ast.Tuple) and all(isinstance(item, ast.Name) for item in value.elts):
        return f"def __iter__(self):\n    return iter({text})\ndef __getitem__(self, _key):\n    return {text}[_key]"
    if isinstance(value, ast.Dict) or (isinstance(value, ast.Call) and ast.unparse(value.func) == "dict"):
        return _of_table(text, taken)
    alike = isinstance(value, ast.Call) and value.keywords and not value.args
    return "" if alike and all(item.arg == ast.unparse(item.value) for item in value.keywords) else None


def _of_table(text, taken):
    """What can be asked of a table; not under the names that the functions share."""
    asked = {
        "keys()": f"{text}.keys()", "values()": f"{text}.values()", "items()": f"{text}.items()",
        "get(_key, _other=None)": f"{text}.get(_key, _other)", "__getitem__(_key)": f"{text}[_key]",
        "__contains__(_key)": f"_key in {text}", "__iter__()": f"iter({text})", "__len__()": f"len({text})",
    }  # fmt: skip
    heads = {head: head.replace("(", "(self, ") for head in asked if head.partition("(")[0] not in taken}
    return "\n".join(f"def {line}:\n    return {asked[head]}" for head, line in heads.items())


def _parsed(text, place):
    """The statements of a text, as if they stood at ``place``."""
    made = ast.parse(text)
    for part in ast.walk(made):
        ast.copy_location(part, place)
    return made.body


def _with_imports(functions, imports):
    """Let functions import for themselves what was imported around them; the names."""
    for function in functions:
        wanted = [item for item in imports if stored(item) & _names(function)]
        function.body[:0] = copy.deepcopy(wanted)
    return {name for item in imports for name in stored(item)}


def _odd(rest):
    """Names that are bound in a way that has no like for an attribute: by an ``except``, a ``def`` under an ``if``."""
    parts = [part for item in rest if not isinstance(item, IMPORTS) for part in _of_scope(item)]
    return set().union(*map(_told, parts))


def _told(part):
    """The names that a node binds by telling them."""
    if isinstance(part, ast.Global):
        return set(part.names)
    if isinstance(part, (*IMPORTS, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return stored(part)
    if isinstance(part, (ast.ExceptHandler, ast.MatchAs, ast.MatchStar)):
        return {part.name} - {None}
    return {part.target.id} if isinstance(part, ast.NamedExpr) else set()


def _is_plain(item):
    """Whether a function has no decorators, no defaults but constants, and takes what it names."""
    defaults = [*item.args.defaults, *filter(None, item.args.kw_defaults)]
    constant = all(isinstance(one, ast.Constant) for one in defaults)
    return not item.decorator_list and not item.args.vararg and not item.args.posonlyargs and constant


def _names(node):
    return {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}


def _free(node):
    """The names that the functions inside one read, or set, of it."""
    (table,) = symtable.symtable(ast.unparse(node), "closures", "exec").get_children()
    inside = [item for item in table.get_children() if isinstance(item, symtable.Function)]
    return {name for item in inside for name in item.get_frees()}


def _of_scope(node):
    """The nodes from one on that are of its scope: what stands inside other functions, classes, comprehensions is not."""
    yield node
    if isinstance(node, COMPREHENSIONS):
        yield from (part for part in ast.walk(node) if isinstance(part, ast.NamedExpr))
    elif not isinstance(node, (*FUNCTIONS, ast.ClassDef)):
        for part in ast.iter_child_nodes(node):
            yield from _of_scope(part)


def _bound(item):
    """The names of a scope's own: those that it binds and does not say to be of the one around it."""
    if isinstance(item, COMPREHENSIONS):
        return set().union(*(stored(part.target) for part in item.generators))
    parts = [part for line in ([] if isinstance(item, ast.Lambda) else item.body) for part in _of_scope(line)]
    bound = {part.arg for part in ast.walk(item.args) if isinstance(part, ast.arg)}
    bound |= {part.id for part in parts if isinstance(part, ast.Name) and not isinstance(part.ctx, ast.Load)}
    outer = {name for part in parts if isinstance(part, ast.Nonlocal) for name in part.names}
    return bound.union(*map(_told, parts)) - outer


class _Shared(ast.NodeTransformer):
    """Puts ``self.`` before what the functions share."""

    def __init__(self, shared):
        self.shared = shared

    def visit_Name(self, node):
        """``mu`` -> ``self.mu``."""
        made = ast.Attribute(ast.Name("self", ast.Load()), node.id, node.ctx)
        return ast.copy_location(made, node) if node.id in self.shared else node

    def visit_AnnAssign(self, node):
        """``mu: float = 0`` sets no plain name any more."""
        self.generic_visit(node)
        node.simple = int(node.simple and isinstance(node.target, ast.Name))
        return node

    def visit_Nonlocal(self, node):
        """What is shared needs no saying."""
        node.names = [name for name in node.names if name not in self.shared]
        return node if node.names else ast.copy_location(ast.Pass(), node)

    def generic_visit(self, node):
        """A scope of its own hides the names that it binds, but not from what is reckoned before it is entered."""
        if not isinstance(node, (*FUNCTIONS, *COMPREHENSIONS)):
            return super().generic_visit(node)
        if isinstance(node, COMPREHENSIONS):
            node.generators[0].iter = self.visit(node.generators[0].iter)
        else:
            node.args = self.visit(node.args)
        kept, self.shared = self.shared, self.shared - _bound(node)
        super().generic_visit(node)
        self.shared = kept
        return node
