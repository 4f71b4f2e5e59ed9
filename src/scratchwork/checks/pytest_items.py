"""The checker under pytest: one line for each object of a file.

In a test file of yours::

    from scratchwork.checks.pytest_items import test_cases

    test_my_network = test_cases("my_network.py")

and pytest shows ``test_my_network[MLP] PASSED``. An error fails the case, with the findings as its message; warnings and
remarks do not.
"""

import inspect
import pathlib

from scratchwork.checks import engine, text
from scratchwork.checks.findings import Result
from scratchwork.errors import DataError


def objects_of(path):
    """Names of the classes and functions of a file that can be checked, from its source alone."""
    import ast

    from scratchwork.checks.files.source import load_source

    tree = load_source(path).tree
    kinds = (ast.ClassDef, ast.FunctionDef)
    return [node.name for node in tree.body if isinstance(node, kinds) and not node.name.startswith("_")]


def beside_the_test(path, test_file):
    """The file to check, as a path that starts at the folder of the test file; one that is not there is an error."""
    found = pathlib.Path(test_file).resolve().parent / path
    if not found.is_file():
        raise DataError(f"{path} is not a file: there is no {found}. Give test_cases a path relative to the test file.")
    return found


def split(result):
    """{object: Result}: the findings of one file by the object (or function) that they name, the rest under ``""``."""
    parts = {}
    for finding in result.findings:
        name = finding.object or finding.function or ""
        part = parts.setdefault(name, Result(f"{result.target}::{name}", checked=True))
        part.findings.append(finding)
    return parts


def test_cases(path, **options):
    """A pytest function with one case for each object of the file; the file is checked once.

    Parameters
    ----------
    path : str or path
        Relative to the test file that calls this. A case whose object is not written yet is skipped.
    **options
        As for ``check``.
    """
    import pytest

    path = beside_the_test(path, inspect.stack()[1].filename)
    names, done = [*objects_of(path), ""], {}

    @pytest.mark.parametrize("name", names, ids=[name or "(file)" for name in names])
    def test(name):
        if not done:
            done["result"] = engine.check(str(path), **options)
            done["parts"] = split(done["result"])
        others = [key for key in done["parts"] if key not in names]
        parts = [done["parts"][key] for key in ([name] if name else ["", *others]) if key in done["parts"]]
        wrong = [part for part in parts if part.exit_code == 1]
        if wrong:
            pytest.fail("\n".join(text.render(part) for part in wrong), pytrace=False)
        still = [finding.observed for part in parts for finding in part.findings if finding.code == "SW-X96"]
        if name and still:
            pytest.skip(" ".join(still))

    return test


test_cases.__test__ = False  # a maker of tests, not a test
