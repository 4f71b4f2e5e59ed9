"""Names that are read and that nothing in the file defines: a slip of the pen, which crashes when its line is reached."""

import ast
import builtins
import difflib
import re
import symtable

from scratchwork.checks.files import open_bodies
from scratchwork.checks.files.code_shape import place_at, routine_at
from scratchwork.checks.files.syntax import stored_inside
from scratchwork.checks.findings import find
from scratchwork.checks.registry import rule

GIVEN = {*dir(builtins), "get_ipython", "display", "In", "Out", "profile", "displayHTML"}
GIVEN |= {"spark", "sc", "sqlContext", "dbutils", "reveal_type", "xrange", "raw_input", "unicode", "basestring", "reduce", "long", "unichr"}  # fmt: skip
FROM_ELSEWHERE = re.compile(  # names may come in that the text does not show
    r"\b(exec|execfile|globals|locals|setattr|delattr|vars\(\)|__builtins__|builtins|__builtin__|sys\.modules|run_path)\b|"
    r"import\s*\(?\s*\*|^[ \t]*%(run|load|pylab|store|reload|paste|cpaste|rerun|recall|macro|R|sql|capture)\b|"
    r"magic\(\s*u?['\"](run|load|pylab|store|rerun|recall|macro|capture)|from __main__",
    re.MULTILINE,
)
MAGIC = re.compile(r"^[ \t]*[%!?].*|.*=\s*[%!].*|.*\?\s*$", re.MULTILINE)
OF_A_NOTEBOOK = re.compile(
    r"\w{1,2}$|[xy]_?(train|test|val|dev)\w*$|(data|train|test|df)\w*$", re.IGNORECASE
)  # m, X_train: a global of elsewhere
MOST = 3  # a file that lacks more is a part of something
ENDS = (ast.Return, ast.Raise, ast.Break, ast.Continue)


@rule("SW-X92")
def names_are_defined(source):
    """NameError: a name that no scope around its use binds, that Python does not give, and that nothing brings in unseen."""
    if source.faults or FROM_ELSEWHERE.search(source.text + "".join(f"\n{cell.source}" for cell in source.code_cells)):
        return
    missing, known = undefined(source.text)
    missing -= words_of_magics(source)
    found = {}
    for node, around in reached(source.tree.body, ()):
        mine = any(node.id in stored_inside(item) for item in around) if node.id in missing else True
        if not mine and node.id not in found and not is_exercise(source, node.lineno):
            found[node.id] = node, around
    if len(found) > MOST:
        return
    for name, (node, around) in found.items():
        meant = difflib.get_close_matches(name, known, 1, 0.75) if len(name) > 2 else []
        asked = f" Is {meant[0]} meant?" if meant else ""
        said = f"Line {node.lineno} reads {name}, and nothing in the file defines it: NameError.{asked}"
        doubt = "warning" if around and not meant and OF_A_NOTEBOOK.match(name) else None
        yield find("SW-X92", said, severity=doubt, **place_at(source, node.lineno))


def undefined(text):
    """Names that are looked for among the globals and are not there, and all names that the file binds.

    >>> undefined("import math\\ndef f(x): return math.sqrt(y) + sum(z for z in x)")[0]
    {'y'}
    """
    try:
        scopes = list(inner_scopes(symtable.symtable(text, "<text>", "exec")))
    except (SyntaxError, ValueError, RecursionError):
        return set(), set()
    every = [(scope, item) for scope in scopes for item in scope.get_symbols()]
    made = {item.get_name() for scope, item in every if makes(item) and (scope is scopes[0] or item.is_global())}
    known = {item.get_name() for _, item in every if makes(item) or item.is_parameter()}
    read = {item.get_name() for _, item in every if item.is_referenced() and item.is_global()}
    return {name for name in read - made - GIVEN if not name.startswith("_")}, known


def inner_scopes(scope):
    """A scope and all that lie in it."""
    yield scope
    for inner in scope.get_children():
        yield from inner_scopes(inner)


def makes(item):
    """Whether a scope binds a symbol: assigned, imported, defined."""
    return item.is_assigned() or item.is_imported() or item.is_namespace()


def words_of_magics(source):
    """Words in lines of a notebook that are no Python: what they bind is not seen."""
    lines = [
        part
        for cell in source.code_cells
        for part in ([cell.source] if cell.source.lstrip().startswith("%%") else MAGIC.findall(cell.source))
    ]
    return set(re.findall(r"\w+", "\n".join(lines)))


def reached(body, around):
    """(a name that is read, the functions around it), dead code, annotations and what stands under a try left out."""
    for item in body:
        yield from read_in(item, around)
        if isinstance(item, ENDS):
            return


def read_in(node, around):
    """As ``reached``, of one statement or expression."""
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
        yield node, around
    if isinstance(node, (ast.If, ast.While)) and isinstance(node.test, ast.Constant) and not node.test.value:
        return
    inner = (*around, node) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) else around
    for field, value in ast.iter_fields(node):
        if field in ("annotation", "returns") or (field == "body" and getattr(node, "handlers", None)):
            continue
        if isinstance(value, list) and value and isinstance(value[0], ast.stmt):
            yield from reached(value, inner)
        else:
            for part in value if isinstance(value, list) else [value]:
                yield from read_in(part, inner) if isinstance(part, ast.AST) else ()


def is_exercise(source, line):
    """Whether the routine around a line is marked as one that somebody still has to write."""
    entry = routine_at(source, line)
    first, last = (entry.node.lineno - 1, entry.node.end_lineno) if entry else (line - 3, line)
    return any(open_bodies.MARK.search(text) for text in source.lines[max(first, 0) : last])
