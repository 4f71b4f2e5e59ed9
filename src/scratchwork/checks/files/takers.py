"""Who takes what is read from a file: the names that it is given to, where the code does not go on without it."""

import ast
import re


def assigned(hints, frame):
    """The names that take what is read, in the user's file and in those of its functions that hand it on; none where it goes on without."""
    lines = []
    while frame is not None:
        if frame.f_code.co_filename == hints.path:
            lines.append(frame.f_lineno)
        frame = frame.f_back
    if tuple(lines) not in hints.takers:  # a program that is run again asks again
        hints.takers[tuple(lines)] = _takers(hints.tree, lines)
    return list(hints.takers[tuple(lines)])


def _takers(tree, lines):
    names = []
    if not lines or does_without(tree, lines):
        return names
    takes = [node for node in ast.walk(tree) if isinstance(node, (ast.Assign, ast.With))]
    for node in (node for line in lines for node in takes if node.lineno <= line <= node.end_lineno):
        names += [part.id for part in ast.walk(node) if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)]
    return names or ["data"]


def does_without(tree, lines):
    """Whether the read stands in a ``try`` whose handler makes data of its own where the file is missing."""
    tries = [node for node in ast.walk(tree) if isinstance(node, ast.Try)]
    return any(
        any(part.lineno <= line <= part.end_lineno for part in node.body) and any(map(_makes_other_data, node.handlers))
        for line in lines
        for node in tries
    )


def _makes_other_data(handler):
    """Whether a handler of a missing file goes on with something else, and does not end the program."""
    caught = ast.unparse(handler.type) if handler.type else "OSError"
    text = "\n".join(map(ast.unparse, handler.body))
    ends = re.search(r"\b(raise|exit|quit|_exit|input)\b|= (None|\[\]|\{\}|''|False)$", text, re.MULTILINE)
    made = any(isinstance(part, (ast.Assign, ast.Return)) and isinstance(part.value, (ast.Call, ast.BinOp, ast.Tuple))
               for statement in handler.body for part in ast.walk(statement))  # fmt: skip
    return bool(re.search(r"FileNotFound|OSError|IOError|Exception", caught)) and made and not ends
