"""Names, paths and versions: what breaks on the second run, on another machine, with another version."""

import ast
import builtins
import re

from scratchwork.checks.files.code_shape import called, calls_in, place_at
from scratchwork.checks.files.syntax import dotted, every, stored, walk
from scratchwork.checks.findings import find
from scratchwork.checks.registry import rule

PATHS = re.compile(
    r"^([A-Za-z]:[\\/]|/(?:Users|home|root)/|/content/drive|/content/gdrive|/mnt/[a-z]/|\\\\\w+\\|~/|/kaggle/input|/Volumes/"
    r"|/media/\w+/|file://|/content/\w)",
)
IDEMPOTENT = {
    "astype", "reshape", "ravel", "flatten", "copy", "array", "asarray", "to_numpy", "sort", "unique", "dropna", "fillna",
    "drop_duplicates", "squeeze", "float", "int", "abs", "clip", "sort_values", "tolist", "list", "str", "set",
    "sorted", "lower", "strip", "atleast_2d", "ascontiguousarray", "to", "eval", "train", "fit", "DataFrame",
    "reset_index", "rename", "sort_index", "Tensor", "tensor", "nan_to_num", "round", "maximum", "minimum", "getattr",
    "tuple", "cuda", "float32", "max", "min", "eye",
}  # fmt: skip
REMOVED = {
    "np.trapezoid": ("2.0", "NumPy 2.0 and later"), "np.vecdot": ("2.0", "NumPy 2.0 and later"),
    "np.matvec": ("2.2", "NumPy 2.2 and later"), "np.unique_values": ("2.0", "NumPy 2.0 and later"),
    "np.astype": ("2.1", "NumPy 2.1 and later"), "np.concat": ("2.0", "NumPy 2.0 and later"),
    "np.permute_dims": ("2.0", "NumPy 2.0 and later"), "np.acos": ("2.0", "NumPy 2.0 and later"),
    "np.pow": ("2.0", "NumPy 2.0 and later"), "np.bool": ("", ""),
}  # fmt: skip
GONE = {"np.float", "np.int", "np.object", "np.complex", "np.str", "np.float_", "np.Inf", "np.NaN", "np.product",
        "np.cumproduct", "np.alltrue", "np.sometrue", "np.in1d_", "np.row_stack_", "np.asfarray", "np.infty"}  # fmt: skip


@rule("SW-B6")
def paths_are_relative(source):
    """A path of one computer, or a mounted drive: nobody else can run the file."""
    for part in walk(source.tree):
        if (
            isinstance(part, ast.Constant)
            and isinstance(part.value, str)
            and PATHS.match(part.value)
            and len(part.value) > 4
        ):
            if "\n" in part.value or is_docstring_of(source, part):
                continue
            severity = "remark" if part.value.startswith("/kaggle/input") else "warning"
            said = f"Line {part.lineno} names the path {part.value!r}."
            yield find("SW-B6", said, severity=severity, **place_at(source, part.lineno))
            return
    for call in calls_in(source.tree):
        if dotted(call.func) in ("drive.mount", "files.upload"):
            yield find("SW-B6", f"Line {call.lineno} calls {dotted(call.func)}.", **place_at(source, call.lineno))
            return


def is_docstring_of(source, node):
    return any(isinstance(part, ast.Expr) and part.value is node for part in walk(source.tree))


@rule("SW-B7")
def functions_exist_in_the_promised_versions(source):
    """np.trapezoid needs NumPy 2; a file that promises Python 3.7 or numpy<2 fails there."""
    promised = promise(source)
    for part in walk(source.tree):
        name = dotted(part).replace("numpy.", "np.", 1) if isinstance(part, ast.Attribute) else ""
        if name in REMOVED and REMOVED[name][0] and promised and name not in guarded(source):
            said = f"Line {part.lineno} uses {name}, which needs {REMOVED[name][1]}; {promised}."
            yield find("SW-B7", said, severity="error", **place_at(source, part.lineno))
            return
        if name in GONE:
            said = f"Line {part.lineno} uses {name}, which NumPy has removed."
            yield find("SW-B7", said, **place_at(source, part.lineno))
            return


def guarded(source):
    """Names that the file asks for before it uses them."""
    found = set()
    for call in calls_in(source.tree):
        if called(call) in ("hasattr", "getattr") and len(call.args) > 1 and isinstance(call.args[1], ast.Constant):
            found.add(f"np.{call.args[1].value}")
    tries = every(source.tree, ast.Try)
    found |= {dotted(part) for block in tries for part in every(block, ast.Attribute)}
    return found


def promise(source):
    """Words for the promise of an old version: in the notebook's metadata, prose, comments, or files beside it."""
    info = (source.metadata.get("language_info") or {}).get("version", "")
    if re.match(r"3\.[0-8]($|\.)|2\.", str(info)):
        return f"the notebook was saved with Python {info}"
    prose = "\n".join(cell.source for cell in source.cells if cell.kind != "code") if source.notebook else source.text
    for text in (prose, *neighbour_files(source)):
        found = re.search(
            r"[Pp]ython\s*(>=|==|~=|:|version)?\s*3\.[5-8]\b|numpy\s*(==|<=|~=)\s*1\.\d+[\d.]*|numpy\s*<\s*2", text
        )
        if found:
            return f"the text promises {found.group().strip()!r}"
    return ""


def neighbour_files(source):
    """README and requirements beside the file."""
    for name in ("README.md", "requirements.txt", "environment.yml", "setup.py", "pyproject.toml"):
        path = source.path.parent / name
        if path.is_file() and path.stat().st_size < 100_000:
            yield path.read_text(errors="replace")


@rule("SW-B1")
def cells_can_run_twice(source):
    """A cell that overwrites what it read in another cell gives something else on the second run."""
    bound = {}
    for cell in source.code_cells:
        last = cell.first_line + cell.source.count("\n")
        here = [part for part in source.tree.body if cell.first_line <= part.lineno <= last]
        fresh = set()
        for statement in here:
            for name, text in changed_in_place(statement):
                if name in bound and name not in fresh and bound[name] != cell.index:
                    said = f"The cell overwrites {name}, which it did not make: {text[:60]}."
                    yield find("SW-B1", said, line=statement.lineno)
                    return
            fresh |= stored(statement)
        bound |= dict.fromkeys(fresh, cell.index)


def changed_in_place(statement):
    """(name, text) of statements that make a new value of the old one and give it the old name."""
    if isinstance(statement, ast.AugAssign) and isinstance(statement.target, ast.Name):
        yield statement.target.id, ast.unparse(statement)
    if not isinstance(statement, ast.Assign) or isinstance(statement.value, ast.Lambda):
        return
    targets = {name for target in statement.targets for name in stored(target)}
    reads = {part.id for part in every(statement.value, ast.Name)}
    calls = [called(call) for call in calls_in(statement.value)]
    arithmetic = any(isinstance(part, ast.BinOp) for part in walk(statement.value))
    for name in sorted((targets & reads) - set(calls)):
        if is_step(statement, name) or not (arithmetic or any(call not in IDEMPOTENT for call in calls)):
            continue
        yield name, ast.unparse(statement)
    for target in statement.targets:
        if isinstance(target, ast.Attribute) and arithmetic and ast.unparse(target) in reads_of(statement.value):
            yield dotted(target).split(".")[0], ast.unparse(statement)
        base = dotted(target.value) if isinstance(target, ast.Subscript) else ""
        if base and arithmetic and ast.unparse(target) in ast.unparse(statement.value):
            yield base, ast.unparse(statement)


def reads_of(node):
    """Every attribute that an expression reads, as text."""
    return {ast.unparse(part) for part in every(node, ast.Attribute)}


def is_step(statement, name):
    """Whether the statement only selects from a tuple or updates state that training is meant to update."""
    value = statement.value
    trains = any(re.search(r"train|fit|step|update|descent|sgd", called(call).lower()) for call in calls_in(value))
    return trains or name in dir(builtins) or name == "_"


BLANK = re.compile(
    r"your (answer|code|solution|text) (goes )?here|double.?click (to|and)|\[your (answer|name)|write your answer|_{6,}"
    r"|(answer|antwort|respuesta)\s*:?\s*\**\s*(\.\.\.|…|tbd|todo|\?+)\s*$|fill in (the )?(blank|your)",
    re.IGNORECASE | re.MULTILINE,
)
EMPTY_ANSWER = re.compile(
    r"^\s*[*_#>\s]*(answer|your answer|solution|response|a)\s*\d*\s*[:.)]\s*[*_\s]*$", re.IGNORECASE | re.MULTILINE
)


@rule("SW-B11")
def answers_are_filled_in(source):
    """A place for an answer that is still as it came."""
    for cell in source.cells:
        if cell.kind == "markdown" or cell.kind == "raw":
            found = BLANK.search(cell.source) or empty_answer(cell.source)
            if found:
                shown = found if isinstance(found, str) else found.group().strip()
                yield find("SW-B11", f"Cell {cell.index} still says {shown[:50]!r}.", cell=cell.index)
        elif cell.kind == "code":
            yield from blank_code(source, cell)


def empty_answer(text):
    """The label of an answer with nothing after it, or an empty string."""
    found = EMPTY_ANSWER.search(text)
    return found.group().strip() if found and not text[found.end() :].strip() else ""


def blank_code(source, cell):
    """A code cell that holds only the placeholder of a task."""
    code = [line for line in cell.source.split("\n") if line.strip() and not line.strip().startswith("#")]
    placeholder = re.search(r"#\s*(your code here|todo|write your code|insert your code)", cell.source, re.IGNORECASE)
    if (placeholder and not code) or (
        code and all(line.strip() in ("pass", "...", "raise NotImplementedError()") for line in code)
    ):
        yield find("SW-B11", f"Cell {cell.index} is still {cell.source.strip()[:40]!r}.", cell=cell.index)
    elif placeholder and re.search(
        r"^\s*(pass|\.\.\.|raise NotImplementedError.*|\w+\s*=\s*(None|\.\.\.))\s*(#.*)?$", cell.source, re.MULTILINE
    ):
        yield find("SW-B11", f"Cell {cell.index} still holds {placeholder.group().strip()!r}.", cell=cell.index)


@rule("SW-B91")
def every_cell_parses(source):
    """A cell that is not Python 3 stops a run from the top."""
    for line, message in source.faults:
        yield find("SW-B91", message, line=line)
