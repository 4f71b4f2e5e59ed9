"""Many targets: a folder's files side by side, one result each, in one report."""

import concurrent.futures
import json
import os
import pathlib

from scratchwork.checks import engine, sandbox, text
from scratchwork.errors import DataError

SKIPPED = {"__pycache__", ".git", ".venv", "venv", "node_modules", ".ipynb_checkpoints", "build", "dist"}


def files_in(folder):
    """The Python files and notebooks below a folder, sorted; hidden folders and environments are left out."""
    found = []
    for path in sorted(pathlib.Path(folder).rglob("*")):
        parts = path.relative_to(folder).parts
        if (
            path.suffix in engine.SUFFIXES
            and path.is_file()
            and not any(part in SKIPPED or part.startswith(".") for part in parts)
        ):
            found.append(path)
    return found


def check_paths(target, options, limits):
    """Results of a file (a list of one) or of a folder, in the order of the files.

    Raises
    ------
    DataError
        When there is no such file, no file to check, or the file is of another kind.
    """
    path = pathlib.Path(target.partition("::")[0])
    if not path.exists():
        raise DataError(f"{path} does not exist.")
    if path.is_file():
        if path.suffix not in engine.SUFFIXES:
            raise DataError(f"{path} is neither a Python file (.py) nor a notebook (.ipynb).")
        return [engine.check_file(target, options, limits)]
    paths = files_in(path)
    if not paths:
        raise DataError(f"The folder {path} holds no Python file and no notebook.")
    return _side_by_side(paths, options, limits)


def _side_by_side(paths, options, limits):
    pool = concurrent.futures.ThreadPoolExecutor(max(1, os.cpu_count() or 1))
    try:
        waiting = [pool.submit(engine.check_file, str(path), options, limits) for path in paths]
        return [item.result() for item in waiting]
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        sandbox.end_all()
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def report(target, results, form, hints):
    """All results as text, or as JSON: an object for one target, a list for a folder."""
    if form == "json":
        shown = [result.to_json() for result in results]
        alone = not pathlib.Path(target.partition("::")[0]).is_dir()
        return json.dumps(shown[0] if alone else shown, indent=2)
    return "\n\n".join(text.render(result, hints) for result in results)


def exit_code(results):
    """1 where any has an error, else 0 where any could be checked, else 2."""
    codes = [result.exit_code for result in results]
    return 1 if 1 in codes else 0 if 0 in codes else 2
