"""The catalogue and the code agree: every code can be reported, and every code that is reported is described."""

import ast
import pathlib
import re

import scratchwork.checks
from scratchwork.checks.catalogue import rows

FOLDER = pathlib.Path(scratchwork.checks.__file__).parent


def reported():
    """Every code that stands in the body of a check, where decorators only announce."""
    found = set()
    for path in FOLDER.rglob("*.py"):
        if path == FOLDER / "order.py" or {"catalogue", "zoo"} & set(path.parts):
            continue
        tree = ast.parse(path.read_text())
        announced = {
            id(part)
            for node in ast.walk(tree)
            if isinstance(node, ast.FunctionDef)
            for decorator in node.decorator_list
            for part in ast.walk(decorator)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in announced:
                found |= set(re.findall(r"SW-[A-Z]\d+", node.value))
    return found


def test_every_code_of_the_catalogue_can_be_reported():
    assert set(rows()) - reported() == set()


def test_every_reported_code_is_in_the_catalogue():
    assert reported() - set(rows()) == set()
