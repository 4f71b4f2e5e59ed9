"""Names that change their meaning: a function defined again with other parameters, one or a built-in replaced by a value."""

import ast

from scratchwork.checks.files.code_shape import called, calls_in, routine_at, routines
from scratchwork.checks.files.syntax import stored
from scratchwork.checks.findings import find
from scratchwork.checks.registry import rule

BUILTINS = {
    "sum", "list", "dict", "set", "str", "max", "min", "len", "range", "type", "input", "print", "map", "filter", "int",
    "float", "sorted", "zip", "abs", "round", "all", "any", "tuple", "next", "iter", "open", "bool", "enumerate", "object",
}  # fmt: skip


@rule("SW-B2")
def names_keep_their_meaning(source):
    """A function defined again with other parameters, or a built-in replaced by a value, breaks what stands before."""
    seen = {}
    for entry in routines(source):
        if entry.owner is not None or entry.node not in top_functions(source) or entry.is_stub:
            continue
        before = seen.get(entry.name)
        if before is not None and before.parameters != entry.parameters:
            first, second = ", ".join(before.parameters), ", ".join(entry.parameters)
            said = f"{entry.name}({first}) of line {before.node.lineno} is defined again as {entry.name}({second})"
            said += f" in line {entry.node.lineno}"
            broken, places = call_that_breaks(source, before, entry), entry.place
            if broken:
                said += f"; the call in line {broken} runs after that and does not fit."
                places |= {"severity": "error", "weight": 95}
            elif not source.notebook:
                places |= {"means": "Every call that runs after the second definition meets the second one."}
            yield find("SW-B2", said if broken else f"{said}.", **places)
        seen[entry.name] = entry
    yield from shadowed(source)
    yield from called_away(source)


def call_that_breaks(source, before, after):
    """The line of a call that was written for the first definition and runs after the second one, or None."""
    needed = len(after.parameters) - len(after.defaults)
    for call in calls_in(source.tree):
        between = before.node.lineno < call.lineno < after.node.lineno
        plain = not any(isinstance(arg, ast.Starred) for arg in call.args) and not call.keywords
        same = isinstance(call.func, ast.Name) and call.func.id == after.name
        unfit = not needed <= len(call.args) <= len(after.parameters)
        if between and plain and same and unfit and runs_after(source, call, after.node.end_lineno):
            return call.lineno
    return None


def runs_after(source, call, line):
    """Whether a call runs when the file has been read as far as a line: it stands behind it, or a function holds it that is called there."""
    around = routine_at(source, call.lineno)
    if around is None:
        return call.lineno > line
    if call.func.id in around.parameters or any(
        call.func.id in stored(part) for part in around.node.body if not isinstance(part, ast.FunctionDef)
    ):
        return False
    outside = [
        part.lineno
        for part in calls_in(source.tree)
        if called(part) == around.name and routine_at(source, part.lineno) is not around
    ]
    return any(place > line for place in outside)


def top_functions(source):
    return [part for part in source.tree.body if isinstance(part, ast.FunctionDef)]


PLAIN = (ast.Constant, ast.JoinedStr, ast.List, ast.Dict, ast.Set, ast.Tuple, ast.ListComp, ast.DictComp, ast.SetComp)


def shadowed(source):
    """Built-ins that the top level of the file binds to values."""
    for statement in source.tree.body:
        if isinstance(statement, (ast.Import, ast.ImportFrom, ast.ClassDef)):
            continue
        for name in sorted(stored(statement) & BUILTINS):
            if isinstance(statement, ast.FunctionDef) and statement.name == name:
                continue
            used = [call for call in calls_in(source.tree) if isinstance(call.func, ast.Name) and call.func.id == name]
            broken = [call.lineno for call in used if runs_after(source, call, statement.end_lineno)]
            certain = broken and is_plain(statement) and not bound_again(source, statement, name)
            said = f"Line {statement.lineno} replaces the built-in {name} by a value"
            if certain:
                said += f", and line {broken[-1]} calls it after that"
            elif used and used[0].lineno <= statement.lineno:
                said += f"; line {used[0].lineno}, which calls it, cannot run a second time in the same session"
            sure = {"severity": "error", "weight": 90} if certain else {} if used else {"severity": "remark"}
            yield find("SW-B2", f"{said}.", line=statement.lineno, **sure)


def called_away(source):
    """A cell that gives a function's own name to what the function returned: ``accuracy = accuracy(X, y)`` runs once."""
    made = {part.name: part.lineno for part in top_functions(source)} if source.code_cells else {}
    for statement in source.tree.body:
        if isinstance(statement, ast.Assign):
            asked = {part.func.id for part in calls_in(statement.value) if isinstance(part.func, ast.Name)}
            for name in sorted(stored(statement) & asked & set(made)):
                if made[name] < statement.lineno and source.cell_at(made[name]) is not source.cell_at(statement.lineno):
                    said = f"Line {statement.lineno} gives the name of the function {name} (line {made[name]}) to what it returned"
                    said += "; the cell cannot run a second time in the same session."
                    yield find("SW-B2", said, severity="warning", line=statement.lineno)


def is_plain(statement):
    """Whether what a statement binds can surely not be called: a number, a text, a list."""
    return isinstance(statement, ast.Assign) and isinstance(statement.value, PLAIN)


def bound_again(source, statement, name):
    """Whether a later statement of the top level gives the name another value, or takes it away."""
    later = [part for part in source.tree.body if part.lineno > statement.lineno]
    again = [part for part in later if name in stored(part) and not isinstance(part, (ast.For, ast.AugAssign))]
    return any(not is_plain(part) for part in again)
