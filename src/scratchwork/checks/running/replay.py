"""The user's own program run again on our data: its statements in their order, the names of data filled with small arrays.

How layers are put together and who holds the loop is then not our guess but the user's. What cannot run (a missing file, a
plot) is left out; the run ends when the tape is full.
"""

import ast
import contextlib
import re

import numpy as np

from scratchwork.checks.findings import CannotCheck
from scratchwork.checks.recognising import vocabulary
from scratchwork.checks.running import project, runnable, stand_ins

DEFINES = (ast.FunctionDef, ast.ClassDef, ast.Return, ast.Assert, ast.Global, ast.Delete)
SKIPPED = (*DEFINES, ast.Import, ast.ImportFrom)  # imports are made before the tape runs
SHOWS = r"(plt|print|sns|pprint|display|input|ax\w*|fig\w*|pickle|joblib|os|sys|logging|logger|warnings|time)\b"
MAINS = r"_?(main|example|demo|run|run_\w+|test_?\w*|train_?\w*|experiment|driver|start)$"
LABEL_WORDS = r"(y|t|t_?(train|test|tr|te|val|valid)|target|targets|label|labels|y_?train|train_?y|y_?tr|targets?_\w+|labels?_\w+|y_\w+|train_labels?|train_targets?)$"


def blocks(tree):
    """Lists of statements that are a program: what stands at the top of the file, and functions that want no argument."""
    top = []
    for node in tree.body:
        if isinstance(node, ast.If) and "__name__" in ast.unparse(node.test):
            top += node.body
        elif not isinstance(node, DEFINES):
            top.append(node)
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    found = [_inlined(top, functions)] if any(_works(node) for node in top) else []
    for name, node in functions.items():
        needed = len(node.args.args) - len(node.args.defaults)
        if (
            needed == 0
            and re.match(MAINS, name.lower())
            and not any(node.body[0] is item for block in found for item in block)
        ):
            found.append([*_defaults(node), *node.body])
    return found


def is_left_out(node):
    """Whether a statement of a program is not run: it defines, or merely shows something."""
    return isinstance(node, SKIPPED) or bool(re.match(SHOWS, ast.unparse(node)))


def _works(node):
    """Whether a statement may train: it calls something or loops."""
    return isinstance(node, (ast.For, ast.While, ast.With)) or any(
        isinstance(item, ast.Call) for item in ast.walk(node)
    )


def _inlined(statements, functions):
    """Calls of functions without arguments (``main()``) replaced by their bodies."""
    found = []
    for node in statements:
        call = node.value if isinstance(node, (ast.Expr, ast.Assign)) else None
        name = call.func.id if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) else None
        if name in functions and not call.args and not call.keywords and isinstance(node, ast.Expr):
            found += [*_defaults(functions[name]), *functions[name].body]
        else:
            found.append(node)
    return found


def _defaults(node):
    """Assignments that give a function's parameters their defaults."""
    pairs = zip(node.args.args[len(node.args.args) - len(node.args.defaults) :], node.args.defaults)
    return [ast.copy_location(ast.Assign([ast.Name(entry.arg, ast.Store())], value), node) for entry, value in pairs]


class Program:
    """One block of statements, executed in the user's namespace: with the user's own data, or with data of ours.

    After a run ``tables`` holds what could be samples, as (n, d), and ``targets`` what could be their labels.
    """

    def __init__(self, statements, namespace):
        self.statements, self.namespace = statements, namespace
        self.failures, self.tables, self.targets = [], [], []
        self.codes = {}  # of the statements, by their identity

    def imports(self):
        """Make the imports that stand among the statements."""
        for node in self.statements:
            bound = {(part.asname or part.name).split(".")[0] for part in getattr(node, "names", ())}
            if isinstance(node, (ast.Import, ast.ImportFrom)) and not bound <= set(self.namespace):
                self._import(node)

    def _import(self, node):
        """One import; stand-ins where the module is not here, or only draws."""
        module = node.module or "" if isinstance(node, ast.ImportFrom) else node.names[0].name
        draws = module.split(".")[0] in stand_ins.SILENT
        for made in (runnable.stand_in_for(node),) if draws else (node, runnable.stand_in_for(node)):
            with contextlib.suppress(Exception):
                code = compile(ast.fix_missing_locations(ast.Module([made], [])), "program", "exec")
                project.execute(code, self.namespace)
                return

    def run(self, case=None):
        """Execute on the data of a case, or on the user's own."""
        self.known, self.failures, self.tables, self.targets = set(), [], [], []
        try:
            for node in self.statements:
                if is_left_out(node):
                    continue
                if case is None or not self._replaced(node, case):
                    self._execute(node, case)
        finally:
            self._gather()

    def _execute(self, node, case):
        try:
            if id(node) not in self.codes:
                tree = ast.fix_missing_locations(ast.Module([node], []))
                self.codes[id(node)] = compile(tree, self.namespace.get("__file__", "program"), "exec")
            exec(self.codes[id(node)], self.namespace)
        except Exception as error:
            self.failures.append(f"line {node.lineno}: {type(error).__name__}: {error}")
            for name in _targets(node):
                if case is not None:
                    self._fill(name, case)
                elif isinstance(error, (ImportError, OSError)) and kind_of_data(name):
                    self._lend(name)
            return
        for name in _targets(node) if case is not None else ():
            if kind_of_data(name) and not isinstance(self.namespace.get(name), (np.ndarray, list)):
                self._fill(name, case)
            self.known.add(name)

    def _replaced(self, node, case):
        """Whether the statement only brings data in: its names are filled with ours."""
        names = _targets(node)
        used = {item.id for item in ast.walk(node.value) if isinstance(item, ast.Name)} if names else set()
        if not any(map(kind_of_data, names)) or used & self.known or not _brings_data(node):
            return False
        for name in names:
            self._fill(name, case)
        return True

    def _fill(self, name, case):
        kind = kind_of_data(name)
        if kind is not None:
            self.namespace[name] = np.array(case.shown if kind == "X" else case.y)
            self.known.add(name)

    def _lend(self, name):
        """Data that a missing module or file was to bring: of the kind that the name says."""
        from scratchwork.checks.files import file_hints
        from scratchwork.checks.running import stand_in_files

        space = self.namespace
        hints = file_hints.Hints(space.get("__tree__"), space.get("__text__", ""), space.get("__file__", ""))
        self.namespace[name] = stand_in_files.Archive(hints)[name]
        stand_in_files.SERVED.append(name)

    def _gather(self):
        """Arrays under the program's names that could be samples or labels, those with telling names first."""
        made = dict.fromkeys(name for node in self.statements for item in ast.walk(node) for name in _targets(item))
        found = []
        for name in made:
            value = _numbers(self.namespace.get(name))
            if value is not None and max(value.shape) >= 3:
                found.append((name, value))
        for name, value in sorted(found, key=lambda pair: kind_of_data(pair[0]) != "X"):
            if value.ndim == 3 and min(value.shape[1:]) == 1:
                value = value.reshape(len(value), -1)
            if value.ndim == 2 and value.dtype.kind in "fiub" and kind_of_data(name) != "y":
                self.tables += [np.array(table, dtype=float) for table in (value, value.T) if len(table) >= 3]
        ranked = sorted(found, key=lambda pair: kind_of_data(pair[0]) != "y")
        self.targets = [value for name, value in ranked if kind_of_data(name) != "X"]


def _numbers(value):
    """An array of numbers, a list of numbers as an array, or None."""
    if isinstance(value, list) and 0 < len(value) <= 5000:
        try:
            value = np.array(value)
        except ValueError:
            return None
    ok = (
        isinstance(value, np.ndarray)
        and value.dtype.kind in "fiub"
        and 1 <= value.ndim <= 3
        and 0 < value.size <= 150_000
    )
    return value if ok else None


def _brings_data(node):
    """Whether the value of an assignment is a literal, a loaded file, a made data set, or random numbers."""
    text = ast.unparse(node.value)
    literal = isinstance(node.value, (ast.List, ast.Tuple)) or re.match(
        r"np\.(array|asarray|c_|linspace|arange|random)", text
    )
    return bool(literal) or bool(
        re.search(r"load|read|make_|fetch|dataset|generate|get_|open\(|spiral|create|data", text)
    )


def _targets(node):
    """Names that an assignment makes, nested tuples opened."""
    if not isinstance(node, (ast.Assign, ast.AnnAssign)):
        return []
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    found = [item for target in targets for item in ast.walk(target) if isinstance(item, ast.Name)]
    return [item.id for item in found if isinstance(item.ctx, ast.Store)]


def kind_of_data(name):
    """``"X"`` or ``"y"`` where a name means samples or targets, else None."""
    plain = vocabulary.plain(name)
    if re.match(LABEL_WORDS, plain) and plain != "t_max":
        return "y"
    words = vocabulary.meanings(name)
    if "X" in words[:1] or re.match(r"x_?(test|val|valid|dev)\w*$|(test|val)_?(x|data|images)$", plain):
        return "X"
    return "y" if "y" in words[:1] else None


def sizes_in(statements, tree):
    """Numbers that could be the inputs of a network: integers in the calls of the program and in defaults of constructors."""
    found = []
    nodes = [item for node in statements for item in ast.walk(node)]
    nodes += [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name == "__init__"]
    for node in nodes:
        for item in ast.walk(node) if isinstance(node, (ast.Call, ast.List, ast.Tuple, ast.FunctionDef)) else ():
            if isinstance(item, ast.Constant) and type(item.value) is int and 2 <= item.value <= 800:
                found.append(item.value)
    return list(dict.fromkeys(found))


def wanted_sizes(words):
    """Sizes that a shape error asks for: ``shapes (11,5) and (2,3) not aligned: 5 (dim 1) != 2 (dim 0)`` -> 2."""
    found = re.findall(r"\(dim \d\) != (\d+)|size (\d+) is different|shapes? \((\d+),", words)
    return [int(number) for group in found for number in group if number]


def program_runs(program, caller, namespace, case, make_tape, again=True):
    """The tape of one run of the program on a case; the namespace is as before afterwards.

    ``again``: it may be run once more, on a tape of its own, where tables of ours turn out too narrow.
    """
    from scratchwork.checks.running import stand_in_files

    tapes = []

    def run():
        tapes.append(_one_run(program, caller, namespace, case, make_tape()))

    run()
    if case is None and again:
        stand_in_files.fitted(run, lambda: program.failures)
    return tapes[-1]


def _one_run(program, caller, namespace, case, tape):
    kept = dict(namespace)
    try:
        caller.raw(program.imports)
        caller.raw(tape.run, program.run, case)
    except CannotCheck as failure:
        program.failures.append(str(failure))
    finally:
        namespace.clear()
        namespace.update(kept)
    return tape


def pairs(program):
    """[(samples (n, d), labels)] of the program's data that have as many rows."""
    found = []
    for X in program.tables:
        for value in program.targets:
            for Y in (value, value.T):
                if len(Y) == len(X) and Y.size < 20_000:
                    found.append((X, Y))
    distinct = {
        (X.tobytes(), Y.tobytes(), Y.shape): (X, Y) for X, Y in found if X.shape != Y.shape or not np.array_equal(X, Y)
    }
    return sorted(distinct.values(), key=lambda pair: -len(pair[0]))
