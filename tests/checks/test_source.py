"""Files and notebooks are read without being run, and cut down to what can be run."""

import json
import textwrap

import pytest

from scratchwork.checks.files.source import load_source, source_from_text


def unit(text, path="script.py"):
    return source_from_text(textwrap.dedent(text), path)


def namespace(text, path="script.py"):
    source = unit(text, path)
    names = {"__name__": "user"}
    exec(compile(source.definitions(), "user.py", "exec"), names)
    return names


def test_an_encoder_of_the_module_is_made():
    names = namespace("""
        from sklearn.preprocessing import OneHotEncoder
        from sklearn import datasets
        encoder = OneHotEncoder(sparse_output=False)
        rows = datasets.load_wine()
        print(rows)
        """)
    assert type(names["encoder"]).__name__ == "OneHotEncoder"
    assert "rows" not in names


def test_definitions_leave_the_training_out():
    names = namespace("""
        import numpy as np
        X = np.loadtxt("missing.csv")
        LAYERS = [4, 3, 2]
        rate: float = 0.1
        total = sum(LAYERS) * 2
        sigmoid = lambda z: 1 / (1 + np.exp(-z))
        table = {"sigmoid": sigmoid}
        def train(X=X, rate=rate):
            return rate
        W = train()
        for epoch in range(10 ** 9):
            W = train()
        print("done", W)
        """)
    assert names["train"]() == 0.1
    assert names["LAYERS"] == [4, 3, 2]
    assert names["total"] == 18
    assert names["table"]["sigmoid"](0.0) == 0.5
    assert "X" not in names
    assert "W" not in names


def test_what_stands_under_main_counts_as_the_module():
    names = namespace("""
        def loss(a):
            return a * m
        if __name__ == "__main__":
            m = 3
            loss(open("missing"))
        """)
    assert names["loss"](2) == 6


def test_missing_modules_get_stand_ins():
    names = namespace("""
        import seaborn_that_is_missing as missing
        from tqdm_missing import tqdm
        import tensorflow_missing.keras as keras
        def train(n):
            total = 0
            for i in tqdm(range(n)):
                total += i
            return total
        class Net(keras.Model):
            pass
        def plot():
            missing.heatmap()
        """)
    assert names["train"](4) == 6
    assert "Net" not in names
    with pytest.raises(ImportError, match="The module 'seaborn_that_is_missing' is not installed here."):
        names["plot"]()


def test_plots_that_are_not_installed_are_silent():
    from scratchwork.checks.running.stand_ins import stand_in

    plot = stand_in("seaborn")
    _, axes = plot.subplots(1, 2)
    axes[0].plot([1, 2])
    with plot.context():
        plot.show()


def test_defaults_and_decorators_that_are_not_there_are_dropped():
    names = namespace("""
        from numba_missing import jit
        data = load()
        @jit(nopython=True)
        def f(x=data, n=2):
            return n
        """)
    assert names["f"]() == 2


def test_files_that_only_define():
    assert not unit("import numpy as np\nN = 3\ndef f():\n    pass\nif __name__ == '__main__':\n    f()").runs_at_import
    assert unit("def f():\n    return 1\nx = f()").runs_at_import
    assert unit("for i in range(3):\n    print(i)").runs_at_import
    assert not unit(
        "import matplotlib\nmatplotlib.use('Agg')\nimport warnings\nwarnings.filterwarnings('ignore')"
    ).runs_at_import


def test_globals_that_functions_miss():
    source = unit(
        "m = load()\ndef cost(a):\n    return a / m\ndef other(m):\n    return m\ndef outer(k):\n    def inner():\n        return k\n    return inner"
    )
    assert source.unbound_globals() == {"m": ["cost"]}


def test_line_numbers_stay():
    source = unit("x = load()\n\ndef f():\n    return 1\n")
    assert source.definitions().body[0].lineno == 3
    assert source.place(3) == (3, None)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("print 'a'", "Line 1 is Python 2 (print 'a'). Convert the file to Python 3 (2to3 does it), then check again."),
        ("x = 1\nexcept ValueError, e:\n", "Line 2 is Python 2 (except ValueError, e:). Convert the file to Python 3 (2to3 does it), then check again."),
        ("def f(:\n", "Line 1 is not Python: invalid syntax (def f(:). Nothing of the file can be read until it parses."),
    ],
)  # fmt: skip
def test_files_that_do_not_parse(text, problem):
    source = source_from_text(text)
    assert source.problem == problem
    assert source.tree.body == []


def test_tabs_and_spaces_mixed_are_read():
    assert source_from_text("if True:\n        x = 1\n\ty = 2\n").problem is None


def test_odd_files(tmp_path):
    missing = load_source(tmp_path / "missing.py")
    assert missing.problem == "The file cannot be read: No such file or directory."
    latin = tmp_path / "latin.py"
    latin.write_bytes("name = 'Zürich'\r\nx = 1\r\n".encode("latin-1"))
    assert load_source(latin).problem is None
    marked = tmp_path / "bom.py"
    marked.write_bytes(b"\xef\xbb\xbfx = 1\n")
    assert load_source(marked).tree.body[0].lineno == 1
    empty = tmp_path / "empty.py"
    empty.write_text("")
    assert load_source(empty).problem is None
    zeros = tmp_path / "zeros.py"
    zeros.write_bytes(b"x = 1\x00\n")
    assert "binary data" in load_source(zeros).problem


def notebook(tmp_path, document):
    path = tmp_path / "n.ipynb"
    path.write_text(document if isinstance(document, str) else json.dumps(document))
    return load_source(path)


def test_a_notebook_becomes_one_text(tmp_path):
    source = notebook(
        tmp_path,
        {
            "nbformat": 4,
            "metadata": {},
            "cells": [
                {"cell_type": "markdown", "source": ["# Title"]},
                {"cell_type": "code", "source": ["%matplotlib inline\n", "import numpy as np\n", "!pip install x"],
                 "outputs": [], "execution_count": 3},
                {"cell_type": "code", "source": ["%%bash\n", "ls -l"], "outputs": [], "execution_count": None},
                {"cell_type": "code", "source": "x = 1\nprint 'old'", "outputs": [], "execution_count": 4},
                {"cell_type": "code", "source": ["def f(a):\n", "    return a"], "execution_count": 5, "outputs": [
                    {"output_type": "stream", "name": "stdout", "text": ["hello\n"]},
                    {"output_type": "execute_result", "data": {"text/plain": "3", "image/png": "x"}}]},
            ],
        },
    )  # fmt: skip
    assert source.problem is None
    assert [cell.execution_count for cell in source.code_cells] == [3, None, 4, 5]
    function = source.tree.body[-1]
    assert source.place(function.lineno) == (1, 4)
    assert source.faults[0][1].startswith("Line 2 is Python 2 (print 'old')")
    assert source.place(source.faults[0][0]) == (2, 3)
    assert source.cells[4].printed == "hello\n\n3"
    assert source.cells[4].outputs[1].image


def test_the_old_notebook_format(tmp_path):
    cell = {"cell_type": "code", "input": ["x = 1"], "prompt_number": 2, "language": "python",
            "outputs": [{"output_type": "pyout", "text": ["1"], "prompt_number": 2}]}  # fmt: skip
    source = notebook(tmp_path, {"nbformat": 3, "metadata": {}, "worksheets": [{"cells": [cell]}]})
    assert source.code_cells[0].execution_count == 2
    assert source.code_cells[0].printed == "1"


def test_a_notebook_that_is_none(tmp_path):
    assert notebook(tmp_path, "{}").problem == "The file is not a notebook: it has no cells."
    assert notebook(tmp_path, "not json").problem.startswith("The file is not a notebook: ")
