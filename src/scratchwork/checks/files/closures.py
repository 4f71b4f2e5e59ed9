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

from scratchwork.checks.files.syntax import stored, stored_inside
from scratchwork.checks.recognising import vocabulary

COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def as_classes(tree):
    """Put a class in the place of each function of a module that makes others; nothing else of the tree changes."""
    for place, node in enumerate(tree.body):
        if isinstance(node, ast.FunctionDef) and not node.decorator_list:
            with contextlib.suppress(SyntaxError):
                made = _as_class(copy.deepcopy(node))
                compile(ast.Module([made] if made else [], []), "closures", "exec")
                tree.body[place] = made or node


def _as_class(node):
    """The class; None where a function makes no others, or gives them in a way that no object could stand for."""
    inner = {item.name: item for item in node.body if isinstance(item, ast.FunctionDef)}
    rest, last = [item for item in node.body[:-1] if item not in inner.values()], node.body[-1]
    told = _names(last.value) if isinstance(last, ast.Return) and last.value is not None else set()
    arguments = node.args.args + node.args.kwonlyargs
    early = any(isinstance(part, ast.Return) for item in rest for part in ast.walk(item))
    variadic = node.args.vararg or node.args.kwarg or node.args.posonlyargs
    if not told & set(inner) or not all(map(_is_plain, inner.values())) or early or variadic:
        return None
    own = {item.arg for item in arguments} | {name for item in node.body for name in stored(item)}
    shared = own & (told | set(inner)).union(*map(_free, inner.values()))
    data = any("X" in vocabulary.meanings(item.arg) for item in arguments)
    given = _given(last.value, inner[last.value.id] if isinstance(last.value, ast.Name) else None)
    if given is None or "self" in own or (isinstance(last.value, ast.Name) and not rest and not data):
        return None
    kept = [ast.parse(f"self.{item.arg} = {item.arg}").body[0] for item in arguments if item.arg in shared]
    node.args.args.insert(0, ast.arg("self"))
    start = ast.FunctionDef("__init__", node.args, [*rest, ast.Pass()], [])
    for item in inner.values():
        item.args.args.insert(0, ast.arg("self"))
    methods = [ast.copy_location(start, node), *inner.values(), *ast.parse(given).body]
    for item in methods:
        hidden = set() if item is start else _bound(item)
        item.body = [_Shared(shared - hidden).visit(part) for part in item.body]
    start.body[:0] = kept
    return ast.fix_missing_locations(ast.copy_location(ast.ClassDef(node.name, [], [], methods, []), node))


def _given(value, single):
    """Methods by which an object does what was given: is unpacked, has keys, is called; None for what is none of these."""
    text = ast.unparse(value)
    if single is not None:
        return f"def __call__(self, {ast.unparse(single.args)}):\n    return {single.name}({', '.join(item.arg for item in single.args.args)})"
    if isinstance(value, ast.Tuple) and all(isinstance(item, ast.Name) for item in value.elts):
        return f"def __iter__(self):\n    return iter({text})\ndef __getitem__(self, key):\n    return {text}[key]"
    if isinstance(value, ast.Dict) or (isinstance(value, ast.Call) and ast.unparse(value.func) == "dict"):
        return f"def keys(self):\n    return {text}.keys()\ndef __getitem__(self, key):\n    return {text}[key]"
    alike = isinstance(value, ast.Call) and value.keywords and not value.args
    return "" if alike and all(item.arg == ast.unparse(item.value) for item in value.keywords) else None


def _is_plain(item):
    """Whether a function has no decorators, no defaults but constants, and takes what it names."""
    defaults = [*item.args.defaults, *filter(None, item.args.kw_defaults)]
    return not item.decorator_list and not item.args.vararg and all(isinstance(one, ast.Constant) for one in defaults)


def _names(node):
    return {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}


def _bound(item):
    """The names of a function's own: those that it binds and does not say to be of the one around it."""
    outer = {name for part in ast.walk(item) if isinstance(part, ast.Nonlocal) for name in part.names}
    return stored_inside(item) - outer


def _free(item):
    return _names(item) - _bound(item)


class _Shared(ast.NodeTransformer):
    """Puts ``self.`` before what the functions share."""

    def __init__(self, shared):
        self.shared = shared

    def visit_Name(self, node):
        """``mu`` -> ``self.mu``."""
        made = ast.Attribute(ast.Name("self", ast.Load()), node.id, node.ctx)
        return ast.copy_location(made, node) if node.id in self.shared else node

    def visit_Nonlocal(self, node):
        """What is shared needs no saying."""
        return ast.copy_location(ast.Pass(), node)

    def generic_visit(self, node):
        """A scope of its own hides the names that it binds."""
        bound = set()
        if isinstance(node, (ast.FunctionDef, ast.Lambda)):
            bound = (
                _bound(node)
                if isinstance(node, ast.FunctionDef)
                else {part.arg for part in ast.walk(node.args) if isinstance(part, ast.arg)}
            )
        elif isinstance(node, COMPREHENSIONS):
            bound = set().union(*(stored(part.target) for part in node.generators))
        kept, self.shared = self.shared, self.shared - bound
        super().generic_visit(node)
        self.shared = kept
        return node
