"""A user's file turned into a namespace: all of it where it only defines, its definitions where it trains at import."""

import __future__

import ast
import copyreg
import dataclasses
import importlib
import os
import sys
import types
from importlib.util import find_spec

from scratchwork.checks.findings import CallFailed
from scratchwork.checks.running import project, runnable, taking_tables
from scratchwork.checks.running.stand_ins import DRAWS, SILENT

IMPORT_SECONDS = 30.0


@dataclasses.dataclass
class Loaded:
    """The namespace of a file and what stood in the way."""

    module: types.ModuleType
    problems: list = dataclasses.field(default_factory=list)  # of (line, text, CallFailed)
    left_out: int = 0  # statements that were not run
    flags: int = 0  # of the compiler: annotations that may name what comes later

    @property
    def namespace(self):
        """The module's globals."""
        return vars(self.module)


def load(source, caller):
    """Run what may be run of ``source`` (a SourceUnit), statement by statement.

    A statement that fails is noted and skipped: a missing module or data file costs what depends on it, not the file.
    """
    path = str(source.path)
    module = types.ModuleType("user_module")
    module.__file__ = path
    setattr(module, taking_tables.AS_TABLE, taking_tables.as_table)
    sys.modules["user_module"] = module
    copyreg.pickle(types.ModuleType, _itself)  # objects that keep np.random can be copied
    folder = os.path.dirname(os.path.abspath(path))
    if folder not in sys.path:
        sys.path.insert(0, folder)
        sys.meta_path.append(project.Finder(folder))
    later = any(isinstance(node, ast.ImportFrom) and node.module == "__future__" for node in source.tree.body)
    loaded = Loaded(module, flags=__future__.annotations.compiler_flag if later else 0)
    tree = source.definitions() if source.runs_at_import else source.tree
    loaded.left_out = max(len(source.tree.body) - len(tree.body), 0)
    for statement in tree.body:
        _run(statement, path, loaded, caller)
    return loaded


def _itself(module):
    return importlib.import_module, (module.__name__,)


def _run(statement, path, loaded, caller):
    for node in ast.walk(statement) if "__slots__" in ast.dump(statement) else ():
        if isinstance(node, ast.ClassDef):  # what its objects hold is then seen as that of others
            slots = [part for part in node.body if isinstance(part, ast.Assign) and "__slots__" in ast.dump(part)]
            node.body = [part for part in node.body if part not in slots] or [ast.Pass()]
    if isinstance(statement, ast.ImportFrom) and statement.level:
        statement = project.absolute(statement, os.path.dirname(os.path.abspath(path)))
    if _only_draws(statement):
        statement = runnable.stand_in_for(statement)
    module = ast.fix_missing_locations(ast.Module([taking_tables.handed_tables(statement)], []))
    code = compile(module, path, "exec", loaded.flags)
    importing = isinstance(statement, (ast.Import, ast.ImportFrom))
    try:
        caller.raw(project.execute, code, loaded.namespace, limit_=IMPORT_SECONDS if importing else None)
    except CallFailed as failure:
        words = str(failure).removeprefix("execute ")
        loaded.problems.append((statement.lineno, words, failure))
        if importing and failure.kind not in ("time", "exit", "memory", "prints"):
            _fill_in(statement, path, loaded)


def _fill_in(statement, path, loaded):
    """Bind the names of a failed import to stand-ins, each on its own: one of several may be there."""
    module = ast.fix_missing_locations(ast.Module([runnable.stand_in_for(statement)], []))
    exec(compile(module, path, "exec"), loaded.namespace)


def _only_draws(node):
    """Whether a statement imports what merely draws, or reports and is not installed."""
    if isinstance(node, ast.Import):
        names = [alias.name for alias in node.names]
    else:
        named = isinstance(node, ast.ImportFrom) and "*" not in {alias.name for alias in node.names}
        names = [node.module or ""] if named else []
    tops = [name.split(".")[0] for name in names]
    return bool(tops) and all(top in DRAWS or (top in SILENT and not find_spec(top)) for top in tops)
