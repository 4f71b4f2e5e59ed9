"""A program without functions as one function of its rows and of k, so that it can be asked like any other.

What only brings data in is replaced by what is given, what shows something is left out, and what fails costs itself alone.
"""

import ast
import re

from scratchwork.checks.recognising import vocabulary
from scratchwork.checks.running import replay

NAME = "the_program"
K_NAMES = re.compile(
    r"^(k|n_?(clusters|components|centroids)|num_?(clusters|components)|clusters|n_?comp|dims?)$", re.IGNORECASE
)


def made(tree, namespace):
    """The function ``the_program(X, k)`` of a file, which returns its names and values; None where there is no program."""
    blocks = replay.blocks(tree)
    if not blocks or not any(isinstance(node, ast.Assign) for node in blocks[0]):
        return None
    body, rows = [], 0
    for node in blocks[0]:
        if replay.is_left_out(node):
            continue
        given = _given(node)
        rows += bool(given) and "X" in {replay.kind_of_data(name) for name in replay._targets(node)}
        body += given or [_guarded(node)]
    if not rows:
        return None
    returned = ast.Return(
        ast.Call(ast.Name("dict", ast.Load()), [ast.Call(ast.Name("locals", ast.Load()), [], [])], [])
    )
    arguments = ast.arguments([], [ast.arg("X__"), ast.arg("k__")], None, [], [], None, [])
    function = ast.FunctionDef(NAME, arguments, [*body, returned], [], None, None)
    if "type_params" in ast.FunctionDef._fields:
        function.type_params = []
    ast.copy_location(function, blocks[0][0])
    replay.Program(tree.body, namespace).imports()
    exec(
        compile(ast.fix_missing_locations(ast.Module([function], [])), namespace.get("__file__", "program"), "exec"),
        namespace,
    )
    return _named(namespace.pop(NAME))


def _named(function):
    """The function with the parameters X and k."""

    def the_program(X, k):
        return {name: item for name, item in function(X, k).items() if name not in ("X__", "k__", "np")}

    the_program.__module__ = "user_module"
    return the_program


def _given(node):
    """Assignments of what is given, where a statement only brings data in or says how many; else an empty list."""
    names = replay._targets(node)
    if (
        len(names) == 1
        and K_NAMES.match(names[0])
        and isinstance(node.value, ast.Constant)
        and type(node.value.value) is int
    ):
        return [_assigned(names[0], "k__", node)]
    kinds = {name: replay.kind_of_data(name) for name in names}
    split = isinstance(node.value, ast.Call) and "split" in ast.unparse(node.value.func) if names else False
    if "X" not in kinds.values() or not (split or (replay._brings_data(node) and not _of_names(node))):
        return []
    few = {name: "[:7]" if split and re.search("test|val", name.lower()) else "" for name in names}
    forms = {"X": "X__", "y": "(X__[:, 0] > X__[:, 0].mean()).astype(int)"}
    return [_assigned(name, forms.get(kind, "None") + few[name], node) for name, kind in kinds.items() if kind]


def _of_names(node):
    """Whether the value is made from other data of the program."""
    names = {item.id for item in ast.walk(node.value) if isinstance(item, ast.Name)}
    return any(vocabulary.meaning(name) in ("X", "y") for name in names)


def _assigned(name, value, node):
    made = ast.Assign([ast.Name(name, ast.Store())], ast.parse(value, mode="eval").body)
    for part in ast.walk(made):
        ast.copy_location(part, node)
    return made


def _guarded(node):
    handler = ast.ExceptHandler(type=ast.Name("Exception", ast.Load()), name=None, body=[ast.Pass()])
    return ast.copy_location(ast.Try(body=[node], handlers=[handler], orelse=[], finalbody=[]), node)
