"""Many targets: a folder's files side by side, one result each, in one report."""

import concurrent.futures
import json
import os
import pathlib
import re

from scratchwork.checks import engine, text
from scratchwork.checks.running import sandbox
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


def check_paths(targets, options, limits):
    """Results of files and folders, in their order; those of a folder sorted. One target may be given as a string.

    Raises
    ------
    DataError
        When there is no such file, no file to check, or the file is of another kind.
    """
    files = [file for target in _listed(targets) for file in _files_of(target)]
    if len(files) == 1 and not is_many(targets):
        return [engine.check_file(files[0], options, limits)]
    return _side_by_side(files, options, limits)


def _listed(targets):
    return [targets] if isinstance(targets, str) else list(targets)


def is_many(targets):
    """Whether a list is asked for: several targets, or a folder."""
    listed = _listed(targets)
    return len(listed) > 1 or pathlib.Path(listed[0].partition("::")[0]).is_dir()


def _files_of(target):
    """What to check of one target: itself, or the files of a folder."""
    name, _, only = target.partition("::")
    path = pathlib.Path(name)
    if not name:
        raise DataError("Name a file or a folder to check.")
    if not path.exists():
        raise DataError(f"{path} does not exist.")
    if path.is_file():
        if path.suffix not in engine.SUFFIXES:
            raise DataError(f"{path} is neither a Python file (.py) nor a notebook (.ipynb).")
        return [target]
    if only:
        raise DataError(f"{path} is a folder; {only} can be checked in one file of it: {path / 'FILE.py'}::{only}.")
    paths = files_in(path)
    if not paths:
        raise DataError(f"The folder {path} holds no Python file and no notebook.")
    return [str(entry) for entry in paths]


def _side_by_side(paths, options, limits):
    pool = concurrent.futures.ThreadPoolExecutor(max(1, os.cpu_count() or 1))
    try:
        waiting = [pool.submit(_one_of_many, path, options, limits) for path in paths]
        return [item.result() for item in waiting]
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        sandbox.end_all()
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _one_of_many(path, options, limits):
    """One file of a folder: a role names a function that not every file has."""
    text = pathlib.Path(path.partition("::")[0]).read_text(encoding="utf-8", errors="replace")
    roles = {role: name for role, name in options["roles"].items() if re.search(rf"def {re.escape(name)}\b", text)}
    return engine.check_file(path, {**options, "roles": roles}, limits)


def report(targets, results, form, hints):
    """All results as text, or as JSON: an object for one target, a list for a folder or several."""
    if form == "json":
        shown = [_to_json(result, hints) for result in results]
        return json.dumps(shown if is_many(targets) else shown[0], indent=2)
    told = [text.render(result, hints) for result in results]
    return "\n\n".join(told if len(results) == 1 else [*told, summary(results, hints)])


def summary(results, hints=None):
    """One line on each file, and one on all of them: how many have errors, have none, could not be checked."""
    codes = [result.exit_code for result in results]
    names = {1: "with errors", 0: "without", 2: "that could not be checked"}
    counts = [f"{codes.count(code)} {words}" for code, words in names.items() if code in codes]
    width = max(len(result.target) for result in results)
    lines = [f"  {result.target:<{width}}  {text.in_short(result, hints)}" for result in results]
    return "\n".join([*lines, f"{len(results)} files: {', '.join(counts)}"])


HIDDEN = {
    1: ("object", "function", "role", "line", "cell", "means", "title", "cause", "try"),
    2: ("cause", "try"),
}
WORDS = ("means", "title", "cause", "try")


def _to_json(result, hints):
    """The result, without what a hint of this level keeps back."""
    shown = result.to_json()
    for entry, finding in zip(shown["findings"], result.findings):
        entry.update({key: "" if key in WORDS else None for key in HIDDEN.get(hints, ())})
        entry.update({"observed": text.symptom(finding)} if hints == 1 else {})
    return shown


def exit_code(results):
    """1 where any has an error, else 0 where any could be checked, else 2."""
    codes = [result.exit_code for result in results]
    return 1 if 1 in codes else 0 if 0 in codes else 2
