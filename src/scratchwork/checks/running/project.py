"""The project around a user's file: its modules are found by walking up, and what they lack is stood in for.

A file of a package is run on its own, from anywhere: the folder from which its imports resolve is the nearest one above
it that holds them.
"""

import ast
import importlib.machinery
import pathlib
import sys
import types

from scratchwork.checks.running import stand_ins

LEVELS = 6  # folders above the file that are looked into
ROOT = "user_project"
MOST = 12  # modules that one import may lack


def root_of(folder, module):
    """The nearest of ``folder`` and those above it in which a dotted module stands as a file or folder of Python, or None."""
    folder = pathlib.Path(folder).absolute()
    for place in [folder, *folder.parents][:LEVELS]:
        at = place.joinpath(*module.split("."))
        if at.with_name(f"{at.name}.py").is_file() or any(at.glob("*.py")) or any(at.glob("*/*.py")):
            return place
        if (place / ".git").exists():
            break
    return None


class Finder:
    """For ``sys.meta_path``: the modules of the project, after all that is installed."""

    def __init__(self, folder):
        self.folder = folder

    def find_spec(self, name, path=None, target=None):
        """The module's place, where a folder above the file holds it."""
        root = root_of(self.folder, name) if path is None else None
        return None if root is None else importlib.machinery.PathFinder.find_spec(name, [str(root)])


class StandInModule(types.ModuleType):
    """A module that is not installed, asked for by another module of the project."""

    __path__ = ()

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        made = stand_ins.stand_in(self.__name__, name)
        return stand_ins.Set(f"{self.__name__}.{name}") if type(made) is stand_ins.Missing else made


def absolute(node, folder):
    """A relative import by its full name in a package of ours that stands where the topmost of the user's does.

    So a folder named as an installed package is (``utils.hypothesis``) is not taken for that.
    """
    parts, place = [], pathlib.Path(folder).absolute()
    while place.name and (len(parts) < node.level or (place / "__init__.py").is_file()):
        parts, place = [place.name, *parts], place.parent
    kept = parts[: len(parts) - node.level + 1]
    if any("." in part for part in kept):
        made = ast.Import(node.names) if node.module is None else ast.ImportFrom(node.module, node.names, 0)
        return ast.copy_location(made, node)
    sys.modules.setdefault(ROOT, types.ModuleType(ROOT)).__path__ = [str(place)]
    name = ".".join([ROOT, *kept, *filter(None, [node.module])])
    return ast.copy_location(ast.ImportFrom(name, node.names, 0), node)


def execute(code, namespace):
    """``exec``; where a module of the project lacks another one, with a stand-in for that."""
    for _ in range(MOST):
        try:
            return exec(code, namespace)
        except ModuleNotFoundError as error:
            if error.name in sys.modules or not _of_the_project(error):
                raise
            whole = error.name in stand_ins.NUMPY_LIKE
            sys.modules[error.name] = stand_ins.numpy if whole else StandInModule(error.name)
    return exec(code, namespace)


def _of_the_project(error):
    """Whether it is another module of the user's that lacks one: not the file itself, nor an installed package."""
    files, trace = [], error.__traceback__
    while trace is not None:
        files.append(trace.tb_frame.f_code.co_filename)
        trace = trace.tb_next
    own = [name for name in files if not name.startswith("<frozen")]
    return len(own) > 2 and "site-packages" not in own[-1]
