"""The checker under pytest: one line for each object of a file.

In a test file of yours::

    from scratchwork.checks.pytest_items import test_cases

    test_my_network = test_cases("my_network.py")

and pytest shows ``test_my_network[MLP] PASSED``. An error fails the case, with the findings as its message; warnings and
remarks do not.
"""

from scratchwork.checks import engine, text
from scratchwork.checks.findings import Result


def objects_of(path):
    """Names of the classes and functions of a file that can be checked, from its source alone."""
    import ast

    from scratchwork.checks.source import load_source

    tree = load_source(path).tree
    kinds = (ast.ClassDef, ast.FunctionDef)
    return [node.name for node in tree.body if isinstance(node, kinds) and not node.name.startswith("_")]


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
    **options
        As for ``check``.
    """
    import pytest

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

    return test


test_cases.__test__ = False  # a maker of tests, not a test
