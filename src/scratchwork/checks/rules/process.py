"""What ends a process, or never lets it end, as the text alone shows: exit() at import, a loop without a way out."""

import ast

from scratchwork.checks.findings import find
from scratchwork.checks.registry import rule

LEAVES = (ast.Return, ast.Raise, ast.Yield, ast.YieldFrom, ast.Await, ast.Call, ast.Assert, ast.Try, ast.With)
INNER = (ast.FunctionDef, ast.Lambda, ast.ClassDef)
EXITS = {"exit", "quit", "_exit", "sys.exit", "os._exit", "os.abort"}


@rule("SW-X91")
def loops_have_a_way_out(source):
    """``while True`` without break, return, raise or any call never ends."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.While) and isinstance(node.test, ast.Constant) and node.test.value and not leaves(node):
            said = f"The while loop of line {node.lineno} has no break, no return and no call: it never ends."
            within = holder(source.tree, node)
            weight = {} if within else {"weight": 40}  # the parts of the file can be checked all the same
            yield find("SW-X91", said, line=node.lineno, function=within, **weight)


def leaves(loop):
    """Whether anything in a loop could end it."""
    parts = [part for item in loop.body for part in ast.walk(item)]
    inner = {part for node in parts if isinstance(node, (ast.For, ast.While)) for part in ast.walk(node)}
    own_break = any(isinstance(part, ast.Break) and part not in inner for part in parts)
    in_else = any(
        isinstance(part, ast.Break) for node in inner for item in getattr(node, "orelse", ()) for part in ast.walk(item)
    )
    return own_break or in_else or any(isinstance(part, (*LEAVES, *INNER)) for part in parts)


def holder(tree, wanted):
    """The name of the innermost function around a node, or None."""
    found = None
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and any(part is wanted for part in ast.walk(node)):
            found = node.name
    return found


@rule("SW-X93")
def importing_does_not_end_the_process(source):
    """exit() at the top of a file, under no condition, ends every process that imports it."""
    if source.notebook:
        return
    for statement in source.tree.body:
        call = statement.value if isinstance(statement, ast.Expr) else None
        if isinstance(call, ast.Call) and ast.unparse(call.func) in EXITS:
            said = f"Line {statement.lineno} calls {ast.unparse(call.func)}() at import: whoever imports the file is ended by it."
            yield find("SW-X93", said, line=statement.lineno, severity="warning")
