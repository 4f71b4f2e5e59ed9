"""A file of a package is checked on its own: its siblings are found by walking up, and what they lack is stood in for."""

import ast

import numpy as np
import pytest

from scratchwork.checks.files.source import load_source
from scratchwork.checks.running import loading, project
from scratchwork.checks.running.call import Caller
from scratchwork.checks.running.stand_ins import MissingModuleError, stand_in

MEASURES = """
import no_such_bars
from no_such_solver import solvers

solvers.options["quiet"] = True


def gap(a, b):
    return abs(a - b)
"""
NEAREST = """
from .measures import gap
from ..tools import halved
from hill.tools.halves import halved as again


def nearest(rows, x):
    return min(rows, key=lambda row: halved(gap(row, x)))
"""


@pytest.fixture
def clone(tmp_path, monkeypatch):
    """A package of three files in two folders, one of them without ``__init__``; the search path as it was afterwards."""
    import sys

    (tmp_path / "hill" / "models").mkdir(parents=True)
    (tmp_path / "hill" / "tools").mkdir()
    (tmp_path / "hill" / "models" / "measures.py").write_text(MEASURES)
    (tmp_path / "hill" / "models" / "nearest.py").write_text(NEAREST)
    (tmp_path / "hill" / "tools" / "__init__.py").write_text("from .halves import halved\n")
    (tmp_path / "hill" / "tools" / "halves.py").write_text("def halved(x):\n    return x / 2\n")
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.setattr(sys, "meta_path", list(sys.meta_path))
    monkeypatch.setattr(sys, "modules", dict(sys.modules))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    return tmp_path


@pytest.mark.parametrize("more", ["", "\nprint(nearest([1.0, 4.0], 3.0))\n"])  # one that defines, one that runs
def test_siblings_are_found_from_anywhere(clone, more):
    path = clone / "hill" / "models" / "nearest.py"
    path.write_text(NEAREST + more)
    loaded = loading.load(load_source(path), Caller())
    assert loaded.problems == []
    assert loaded.namespace["nearest"]([1.0, 4.0], 3.0) == 4.0
    assert not list(clone.rglob("__pycache__"))


def test_a_folder_is_none_of_the_project_where_it_holds_no_python(clone):
    (clone / "plots").mkdir()
    assert project.root_of(clone / "hill" / "models", "hill.tools") == clone
    assert project.root_of(clone / "hill" / "models", "plots") is None
    assert project.root_of(clone / "hill" / "models", "tools.halves") == clone / "hill"


def test_what_the_file_itself_lacks_is_not_hidden(clone):
    code = compile(ast.parse("import no_such_module"), "file", "exec")
    with pytest.raises(ModuleNotFoundError):
        project.execute(code, {})


def test_a_bar_is_a_context_and_an_iterable():
    with stand_in("tqdm", "tqdm")([3, 4]) as bar:
        bar.set_description("half")
        assert list(bar) == [3, 4]
        assert len(bar) == 2


def test_a_missing_function_for_slopes_leaves_no_function_as_it_is():
    slope = stand_in("autograd", "elementwise_grad")(lambda w: w**2)
    assert np.allclose(slope(np.array([1.0, -2.0])), [2.0, -4.0])
    with pytest.raises(MissingModuleError):
        stand_in("somewhere", "value_and_grad")(np.sin.__call__)
    assert stand_in("somewhere", "timed")(len) is len


def test_annotations_may_name_a_class_that_is_still_being_made(tmp_path):
    text = "from __future__ import annotations\nfrom dataclasses import dataclass\n@dataclass\nclass Net:\n    rate: float = 0.1\n    def fit(self, X) -> Net:\n        return self\n"
    for now, fails in ((text, 0), (text.partition("\n")[2], 1)):
        path = tmp_path / "theirs.py"
        path.write_text(now)
        loaded = loading.load(load_source(path), Caller())
        assert (len(loaded.problems), "Net" in loaded.namespace) == (fails, not fails)
