"""A user's file, read and never run: its text, its tree, and the cells and saved outputs of a notebook.

A notebook becomes one text, its code cells one below the other, so that every rule reads a script and a notebook alike.
What Python cannot parse (magics, shell lines, cells of other languages) is commented out in place: no line moves.
"""

import ast
import dataclasses
import functools
import io
import json
import pathlib
import re
import tokenize

from scratchwork.checks.files import syntax
from scratchwork.checks.files.notebook import Cell, cells_of, cells_of_script
from scratchwork.checks.running import runnable

OTHER_LANGUAGES = {
    "bash", "sh", "script", "html", "javascript", "js", "latex", "markdown", "svg", "writefile", "file", "cython", "R",
    "perl", "ruby", "sql", "bigquery", "pypy", "python2", "cmd", "powershell",
}  # fmt: skip
PYTHON_2 = re.compile(r"^\s*(print\s+[^(=\s.\[]|exec\s+[\"']|raise\s+\w+\s*,|except\s+\w+\s*,\s*\w+\s*:)", re.MULTILINE)


@dataclasses.dataclass
class SourceUnit:
    """One file, ready for the rules.

    Attributes
    ----------
    path : pathlib.Path
    text : str
        Python source; for a notebook its code cells joined.
    tree : ast.Module
        Empty where nothing parses.
    problem : str or None
        Why nothing of it can be read.
    faults : list of (int, str)
        Line and message of a script, or of each cell of a notebook, that does not parse.
    cells : list of Cell
        All cells of a notebook, code and prose; those of a script that is marked by ``# %%``.
    notebook : bool
    metadata : dict
        Of a notebook.
    gaps : list of (codes, str)
        Rules that could not deal with the file, and why.
    """

    path: pathlib.Path
    text: str = ""
    tree: ast.Module = dataclasses.field(default_factory=lambda: ast.Module([], []))
    problem: str | None = None
    faults: list = dataclasses.field(default_factory=list)
    cells: list = dataclasses.field(default_factory=list)
    notebook: bool = False
    metadata: dict = dataclasses.field(default_factory=dict)
    gaps: list = dataclasses.field(default_factory=list)

    @functools.cached_property
    def lines(self):
        """The lines of ``text``; line ``n`` is ``lines[n - 1]``."""
        return self.text.splitlines()

    @functools.cached_property
    def code_cells(self):
        """The cells that hold code."""
        return [cell for cell in self.cells if cell.kind == "code"]

    def place(self, line):
        """Line of ``text`` -> (line, cell) as the user counts them; the cell is None in a script."""
        if line is None or not self.notebook:
            return line, None
        cell = self.cell_at(line)
        return (line, None) if cell is None else (line - cell.first_line + 1, cell.index)

    def cell_at(self, line):
        """The code cell that holds a line of ``text``, or None."""
        held = [cell for cell in self.code_cells if cell.first_line <= line]
        return held[-1] if held else None

    def definitions(self):
        """What can be run of the file without training: definitions, imports that resolve, literal constants."""
        return runnable.definitions(self.tree, self.path.parent)

    @property
    def runs_at_import(self):
        """Whether the file does more than define."""
        return runnable.runs_at_import(self.tree)

    def unbound_globals(self):
        """Names that functions read from the module and ``definitions`` does not give: name -> the functions."""
        return syntax.unbound_globals(self.definitions())


def load_source(path):
    """Read a ``.py`` or ``.ipynb`` file; what is wrong with it stands in ``problem``, nothing is raised.

    Parameters
    ----------
    path : str or path

    Returns
    -------
    SourceUnit
    """
    path = pathlib.Path(path)
    try:
        raw = path.read_bytes()
    except OSError as error:
        return SourceUnit(path, problem=f"The file cannot be read: {error.strerror or error}.")
    if path.suffix == ".ipynb":
        return _load_notebook(path, raw)
    return source_from_text(decode(raw), path)


def source_from_text(text, path="<text>"):
    """The unit of a script given as a string.

    >>> source_from_text("x = 1").tree.body[0].lineno
    1
    >>> source_from_text("print 'hello'").problem
    "Line 1 is Python 2 (print 'hello'). Convert the file to Python 3 (2to3 does it), then check again."
    """
    unit = SourceUnit(pathlib.Path(path), text=text)
    tree, problem = parse(text)
    if tree is None and "inconsistent use of tabs" in problem[1]:
        unit.text = text.expandtabs(8)
        tree, problem = parse(unit.text)
    if tree is None:
        unit.problem = words_of_syntax_error(*problem, text)
        told = re.match(r"Line (\d+) ", unit.problem)
        unit.faults = [(int(told.group(1)), unit.problem)] if told else []
        return unit
    unit.tree, unit.cells = tree, cells_of_script(unit.text)
    return unit


def decode(raw):
    """Bytes of a Python file as text, by its coding line, else UTF-8, else Latin-1; line ends become newlines."""
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(raw).readline)
        text = raw.decode(encoding)
    except (SyntaxError, UnicodeDecodeError, LookupError):
        text = raw.decode("latin-1")
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\x0c", " ").lstrip("\ufeff")


def parse(text):
    """(tree, None), or (None, (line, message)) where it is not Python 3."""
    try:
        return ast.parse(text), None
    except SyntaxError as error:
        return None, (error.lineno or 1, str(error.msg))
    except (ValueError, RecursionError, MemoryError) as error:  # null bytes, nesting
        return None, (1, str(error) or type(error).__name__)


def words_of_syntax_error(line, message, text):
    """The sentence for a user about a file that does not parse."""
    lines = text.splitlines()
    if "\0" in text:
        return "The file holds binary data (a null byte), not the text of a program."
    old = PYTHON_2.search(text)
    if old:
        line = text.count("\n", 0, old.start() + len(old.group()) - len(old.group().lstrip())) + 1
        shown = lines[line - 1].strip()[:60]
        return f"Line {line} is Python 2 ({shown}). Convert the file to Python 3 (2to3 does it), then check again."
    shown = lines[line - 1].strip()[:60] if 0 < line <= len(lines) else ""
    return f"Line {line} is not Python: {message} ({shown}). Nothing of the file can be read until it parses."


def _load_notebook(path, raw):
    """A notebook: cells as they stand, and the code cells as one text."""
    try:
        document = json.loads(raw.decode("utf-8", errors="replace"))
        cells = cells_of(document)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        return SourceUnit(path, problem=f"The file is not a notebook: {error}.", notebook=True)
    unit = SourceUnit(path, notebook=True, cells=cells, metadata=document.get("metadata") or {})
    pieces, line = [], 1
    for cell in unit.code_cells:
        cell.first_line = line
        text = without_magics(cell.source)
        tree, problem = parse(text)
        if tree is None:
            unit.faults.append((line + problem[0] - 1, words_of_syntax_error(*problem, text)))
            text = commented(text)
        pieces.append(text)
        line += text.count("\n") + 1
    unit.text = "\n".join(pieces)
    tree, problem = parse(unit.text)
    if tree is None or (unit.faults and not tree.body):
        unit.problem = unit.faults[0][1] if unit.faults else words_of_syntax_error(*problem, unit.text)
    unit.tree = tree or unit.tree
    return unit


def commented(text):
    """Every line as a comment, so that the numbers of the other lines stay.

    >>> commented("a b\\nc")
    '# a b\\n# c'
    """
    return "\n".join(f"# {line}" for line in text.split("\n"))


def without_magics(text):
    """A cell with its IPython lines made into Python that does nothing; ``%time f()`` keeps ``f()``.

    >>> without_magics("%matplotlib inline\\n!pip install x\\n%time a = 1")
    '# %matplotlib inline\\npass  # !pip install x\\na = 1'
    """
    first = text.lstrip().split("\n", 1)[0]
    cell_magic = re.match(r"%%(\w+)", first)
    if cell_magic and cell_magic.group(1) in OTHER_LANGUAGES:
        return commented(text)
    if parse(text)[0] is not None:  # most cells: plain Python, where a line may well begin with % inside a string
        return text
    return "\n".join(_without_magic(line) for line in text.split("\n"))


def _without_magic(line):
    indent, body = re.match(r"(\s*)(.*)", line).groups()
    timed = re.match(r"%(?:time|timeit|prun|memit)\b(?:\s+-\w+(?:\s+\d+)?)*\s*(\S.*)$", body)
    if timed and parse(timed.group(1))[0] is not None:
        return indent + timed.group(1)
    if body.startswith("%"):
        return f"{indent}pass  # {body}" if indent else f"# {body}"
    if body.startswith(("!", "?")) or re.fullmatch(r"[\w.]+\?{1,2}", body):
        return f"{indent}pass  # {body}"
    captured = re.match(r"([\w, ]+=\s*)[!%]\s*(.*)$", body)
    if captured:
        return f"{indent}{captured.group(1)}None  # {captured.group(2)}"
    return line


__all__ = ["Cell", "SourceUnit", "load_source", "source_from_text"]
