"""A row that is asked about while it stands among the rows of the answer: what is called left out is not."""

import ast
import re

from scratchwork.checks.files.code_shape import calls_in, place_at, routines
from scratchwork.checks.files.syntax import every
from scratchwork.checks.findings import find
from scratchwork.checks.registry import rule
from scratchwork.checks.rules.nearest import NEAR

LEFT_OUT = re.compile(r"leave.?one.?out|\bloo(cv)?\b|kfold|folds?\b|n_splits|cross.?valid", re.IGNORECASE)
SKIPS = re.compile(r"\binf\b|!=|is not |\[1:|k \+ 1|fill_diagonal|delete\(|exclud|skip|continue")


@rule("SW-K7")
def a_row_is_not_among_its_own_neighbours(source):
    """``knn(X[i], X, y, k)`` in a loop over i, where one row or fold is said to be left out: it finds itself."""
    if not LEFT_OUT.search(source.text) or not NEAR.search(source.text):
        return
    own = {entry.name: ast.unparse(entry.node) for entry in routines(source)}
    for loop in (part for part in every(source.tree, ast.For) if isinstance(part.target, ast.Name)):
        for call in calls_in(loop):
            name = getattr(call.func, "id", getattr(call.func, "attr", ""))
            if NEAR.search(f"{name} {own.get(name, '')}") and name in own and not SKIPS.search(own[name]):
                rows = _asked_of_itself(call, loop)
                if rows:
                    said = f"Line {call.lineno}: {ast.unparse(call)[:80]} asks for row {loop.target.id} of {rows} among all of {rows}: it is its own neighbour."
                    yield find("SW-K7", said, severity="warning", **place_at(source, call.lineno))
                    return


def _asked_of_itself(call, loop):
    """The name of the rows, where a call is handed one of them by the number of the loop, and all of them; else None."""
    given = [*call.args, *(item.value for item in call.keywords)]
    if any(ast.unparse(item) == loop.target.id for item in given):
        return None  # it is told which row to leave out
    picked = {name for item in given if (name := _picked(item, loop.target.id))}
    for item in given:
        masked = isinstance(item, ast.Subscript) and _never_filled(item.slice, loop)
        name = ast.unparse(item.value if masked else item)
        if name in picked:
            return name
    return None


def _picked(node, number):
    """``X`` of ``X[i]``, ``X[i][1:]`` and ``X[i, :]``."""
    while isinstance(node, ast.Subscript):
        index = node.slice.elts[0] if isinstance(node.slice, ast.Tuple) else node.slice
        if ast.unparse(index) == number:
            return ast.unparse(node.value)
        node = node.value
    return None


def _never_filled(mask, loop):
    """Whether a mask is made of ones in the loop, and no entry of it is set."""
    name = ast.unparse(mask)
    stores = every(loop, ast.Assign)
    made = any(ast.unparse(part.targets[0]) == name and "ones(" in ast.unparse(part.value) for part in stores)
    return made and not any(ast.unparse(part.targets[0]).startswith(f"{name}[") for part in stores)
