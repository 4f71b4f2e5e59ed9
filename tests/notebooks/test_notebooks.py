"""The committed notebooks are their sources, executed: equal cells, clean outputs, and they still run."""

import importlib.util
import os
import pathlib
import re
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDER = ROOT / "notebooks"
SOURCES = sorted(FOLDER.glob("[0-9][0-9]_*.py"))

nbformat = pytest.importorskip("nbformat")
pytest.importorskip("jupytext")


def load_build():
    spec = importlib.util.spec_from_file_location("notebooks_build", FOLDER / "build.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


build = load_build()


def committed(source):
    return nbformat.read(source.with_suffix(".ipynb"), as_version=4)


def test_there_are_notebooks_and_none_without_a_source():
    assert SOURCES
    assert sorted(path.stem for path in FOLDER.glob("*.ipynb")) == [path.stem for path in SOURCES]


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_notebook_has_the_cells_of_its_source(source):
    fresh, kept = build.read_source(source), committed(source)
    remedy = f"; run ./run notebooks {source.stem}"
    found = [(cell.id, cell.cell_type, cell.source) for cell in kept.cells]
    assert found == [(cell.id, cell.cell_type, cell.source) for cell in fresh.cells], f"{source.stem} differs{remedy}"


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_outputs_are_clean(source):
    kept = committed(source)
    assert build.faults(kept) == []
    text = source.with_suffix(".ipynb").read_text(encoding="utf-8")
    assert len(text) < 1_000_000
    assert not re.search(r"iopub\.execute_input|site-packages", text)


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_first_cell_says_what_it_is_and_how_to_install(source):
    first = committed(source).cells[0]
    assert first.cell_type == "markdown"
    assert first.source.startswith("# ")
    assert "pip install" in first.source


def cell(source, count, *outputs):
    made = nbformat.v4.new_code_cell(source, execution_count=count, outputs=list(outputs))
    return made


@pytest.mark.parametrize(
    ("made", "word"),
    [
        (cell("x", 2), "execution counts"),
        (cell("x", 1, nbformat.v4.new_output("error", ename="ValueError", evalue="no", traceback=[])), "ValueError"),
        (cell("x", 1, nbformat.v4.new_output("stream", name="stderr", text="Warning: hot")), "stderr"),
        (cell("x", 1, nbformat.v4.new_output("stream", name="stdout", text=f"read {ROOT}/a.csv")), "shows"),
        (cell("x", 1, nbformat.v4.new_output("display_data", data={"text/plain": "'/home/ann/a.csv'"})), "shows"),
        (cell("x", 1, nbformat.v4.new_output("display_data", data={"text/plain": "<Text at 0x7f>"})), "address"),
    ],
)
def test_faults_are_found(made, word):
    sentences = build.faults(nbformat.v4.new_notebook(cells=[made]))
    assert sentences
    assert all(word in sentence for sentence in sentences)


def test_cell_ids_depend_on_the_source_alone(tmp_path):
    path = tmp_path / "01_x.py"
    path.write_text("# %% [markdown]\n# # Title\n\n# %%\nx = 1\n\n# %%\nx = 1\n")
    first, second = build.read_source(path), build.read_source(path)
    ids = [cell.id for cell in first.cells]
    assert ids == [cell.id for cell in second.cells]
    assert len(set(ids)) == 3


@pytest.mark.slow
@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_notebook_runs_from_top_to_bottom(source):
    environment = {**os.environ, "PYTHONWARNINGS": "ignore::DeprecationWarning:jupyter_client"}
    environment.pop("SCRATCHWORK_FULL", None)
    command = [sys.executable, str(FOLDER / "build.py"), "--check", source.stem]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.nightly
@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_any_cell_can_be_run_again(source):
    command = [sys.executable, str(FOLDER / "build.py"), "--again", source.stem]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=900)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_cell_that_changes_when_run_again_is_named():
    code = [nbformat.v4.new_code_cell("x = 1"), nbformat.v4.new_code_cell("x += 1\nprint(x)")]
    (sentence,) = build.again(nbformat.v4.new_notebook(cells=code))
    assert sentence.startswith("'x += 1'")
