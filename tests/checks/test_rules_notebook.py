"""Notebooks: cells, saved outputs, the order of execution, and the text around them."""

import itertools
import json
import sys

import pytest

from scratchwork.checks.files.source import load_source
from scratchwork.checks.reading import read_source


def code(text, *outputs, count=1, error=None):
    """A code cell; outputs that start with ``!`` are warnings on stderr, with ``=`` the value of the cell."""
    saved = []
    for out in outputs:
        if out.startswith("!"):
            saved.append({"output_type": "stream", "name": "stderr", "text": [out[1:]]})
        elif out.startswith("="):
            saved.append({"output_type": "execute_result", "data": {"text/plain": [out[1:]]}, "execution_count": count})
        else:
            saved.append({"output_type": "stream", "name": "stdout", "text": [out]})
    if error:
        saved.append({"output_type": "error", "ename": error.split(":")[0], "evalue": "", "traceback": [error]})
    return {"cell_type": "code", "source": [text], "outputs": saved, "execution_count": count, "metadata": {}}


def prose(text):
    return {"cell_type": "markdown", "source": [text], "metadata": {}}


@pytest.fixture
def read(tmp_path):
    """Findings of a notebook made of cells: (code, severity, cell)."""

    def run(*cells, metadata=None):
        for number, cell in enumerate([cell for cell in cells if cell["cell_type"] == "code"], 1):
            if cell["execution_count"] == 1:
                cell["execution_count"] = number
        path = tmp_path / "study.ipynb"
        document = {"nbformat": 4, "nbformat_minor": 5, "metadata": metadata or {}, "cells": list(cells)}
        path.write_text(json.dumps(document))
        source = load_source(path)
        return [
            (item.code, item.severity, source.place(item.line)[1] if item.cell is None else item.cell)
            for item in read_source(source)
        ]

    return run


def loud(findings):
    return {code for code, severity, _ in findings if severity != "remark"} - {"SW-X92"}  # the cells are pieces


SETUP = "import numpy as np\nX, y = np.load('x.npy'), np.load('y.npy')"


def test_cells_that_cannot_run_twice(read):
    assert ("SW-B1", "warning", 1) in read(code(SETUP), code("X = X / 255"))
    assert "SW-B1" in loud(read(code("theta = 1\ncosts = []"), code("theta -= 3")))
    assert "SW-B1" in loud(read(code(SETUP), code("X = np.c_[np.ones(len(X)), X]")))
    assert "SW-B1" in loud(read(code("df = load()"), code("df['a'] = df['a'] * 2")))


def test_cells_that_can(read):
    assert "SW-B1" not in loud(read(code(SETUP + "\nX = X / 255"), code("Z = X / 2")))
    assert "SW-B1" not in loud(read(code(SETUP), code("y = y.astype(int)\nX = X.reshape(-1, 784)")))
    assert "SW-B1" not in loud(read(code("w = 0"), code("w = 0\nfor i in range(3):\n    w = w + i")))
    assert "SW-B1" not in loud(read(code("x = 1"), code("def f(x):\n    x = x + 1\n    return x")))


def test_impossible_scores(read):
    accuracy = "def accuracy(a, b):\n    return np.sum(a == b) / len(a)"
    assert ("SW-E1", "error", 1) in read(code(accuracy), code("print('accuracy:', accuracy(p, y))", "accuracy: 37.08"))
    assert "SW-E1" in loud(read(code(accuracy), code("accuracy(p, y)", "=3.2")))
    assert "SW-E1" in loud(read(code("print(f'Accuracy {a}')", "Accuracy 320%")))
    assert "SW-E1" in loud(read(code("print('precision', p)", "precision -0.2")))


def test_possible_scores(read):
    assert "SW-E1" not in loud(read(code("print('accuracy', acc)", "accuracy 0.97")))
    assert "SW-E1" not in loud(read(code("print('accuracy', 100 * acc)", "accuracy 97.3")))
    assert "SW-E1" not in loud(read(code("print(f'accuracy {acc:.1%}')", "accuracy 97.3%")))
    assert "SW-E1" not in loud(read(code("print('loss', l)", "loss 37.08")))


def test_scores_that_contradict_each_other(read):
    text = "accuracy 0.1639\nprecision 0.9333\nrecall 1.0\nf1 0.9655"
    assert ("SW-E2", "error", 0) in read(code("print(report)", text))
    split = [code("print('Accuracy:', a)", "Accuracy: 0.2"), code("print('Precision:', p)", "Precision: 0.9"),
             code("print('Recall:', r)", "Recall: 0.95")]  # fmt: skip
    assert "SW-E2" in loud(read(*split))
    assert "SW-R6" in loud(read(code("print(report)", "precision 0.6\nrecall 0.5\nF1-score 0.8")))


def test_scores_that_agree(read):
    text = "accuracy 0.85\nprecision 0.90\nrecall 0.80\nf1 0.847"
    assert not loud(read(code("print(report)", text))) & {"SW-E2", "SW-R6"}


def test_units_mixed(read):
    cells = [
        code("print('train accuracy', a)", "train accuracy 0.97"),
        code("print('accuracy', 100 * b)", "accuracy 96.1"),
    ]
    assert "SW-E10" in loud(read(*cells))
    assert "SW-E10" in loud(
        read(code("print(f'accuracy {a}%')", "accuracy 0.93%"), code("print('acc', a)", "acc 0.93"))
    )


def test_nan_and_warnings(read):
    assert ("SW-T21", "error", 0) in read(code("fit()", "epoch 1 loss: 0.7\nepoch 2 loss: nan"))
    assert "SW-T21" in loud(read(code("losses", "=[nan, nan, nan]")))
    assert "SW-N1" in loud(read(code("fit()", "!RuntimeWarning: overflow encountered in exp\n")))
    assert "SW-N7" in loud(read(code("fit()", "!RuntimeWarning: invalid value encountered in log\n")))
    assert "SW-B8" in loud(read(code("plot()", "!UserWarning: No data for colormapping provided via 'c'.\n")))
    assert not loud(read(code("df.head()", "=   age  fare\n0  NaN   7.2")))


def test_accuracy_of_a_constant(read):
    digits = "from sklearn.datasets import load_digits\nX, y = load_digits(return_X_y=True)"
    assert "SW-E11" in loud(read(code(digits), code("print('test accuracy', a)", "test accuracy 0.1639")))
    assert "SW-E11" not in loud(read(code(digits), code("print('test accuracy', a)", "test accuracy 0.95")))
    told = prose("Always naming the largest class would give 0.1: the majority baseline.")
    assert "SW-E11" not in loud(read(code(digits), told, code("print('test accuracy', a)", "test accuracy 0.1639")))


def test_losses_that_rise(read):
    rising = "\n".join(f"epoch {i} loss {0.5 + 0.2 * i}" for i in range(6))
    falling = "\n".join(f"epoch {i} loss {1 / (i + 1)}" for i in range(6))
    assert "SW-T7" in loud(read(code("fit()", rising)))
    assert "SW-T7" not in loud(read(code("fit()", falling)))


def test_inertia_that_rises(read):
    assert "SW-M8" in loud(read(code("elbow()", "k=2 cost=500.0\nk=3 cost=300.0\nk=4 cost=320.5")))
    assert "SW-M8" in loud(read(code("elbow()", "K: 2 inertia: 50\nK: 3 inertia: 60\nK: 4 inertia: 10")))
    assert "SW-M8" not in loud(read(code("elbow()", "k=2 cost=500.0\nk=3 cost=300.0\nk=4 cost=220.5")))


def test_broken_order(read):
    assert "SW-B3" in loud(read(code("a = 1", count=7), code("print(a)", "1", count=3)))
    assert "SW-B3" in loud(read(code("a = 1", count=2), code("print(a)", "1", count=None)))
    assert "SW-B3" in loud(read(code("weights = 1", count=None), code("print(weights)", "1", count=4)))
    assert "SW-B3" not in loud(read(code("a = 1", count=2), code("print(a)", "1", count=5)))
    assert "SW-B3" not in loud(read(code("a = 1", count=None), code("print(a)", "1", count=None)))
    assert "SW-B3" not in loud(read(code("a = 1", count=1), code("", count=None), code("print(a)", "1", count=2)))


def test_errors_in_outputs(read):
    trace = "NameError: name 'x' is not defined\n----> 1 print(x)\n\nNameError: name 'x' is not defined"
    assert "SW-B90" in loud(read(code("print(x)", error=trace)))
    assert "SW-B3" in loud(read(code("print(z)", error=trace)))
    assert "SW-B3" not in loud(read(code("print(x)", error=trace)))


def test_figures_that_nobody_printed(read):
    out = code("print('accuracy', a)", "accuracy 0.8237")
    assert ("SW-B5", "warning", 1) in read(out, prose("The accuracy on the test set is 0.91."))
    assert "SW-B5" in loud(read(out, prose("We reach 95.5 % accuracy.")))
    for text in (
        "The accuracy is 0.82.",
        "We reach 82.4 % accuracy.",
        "The error is 17.6 %.",
        "An accuracy of 0.8237.",
    ):
        assert "SW-B5" not in loud(read(out, prose(text))), text
    assert "SW-B5" not in loud(read(out, prose("The accuracy should be about 0.95.")))
    assert "SW-B5" not in loud(read(out, prose("In section 3.14 we look at accuracy.\n\n$accuracy = 0.5$")))


def test_conclusions_that_contradict(read):
    out = code("report()", "train accuracy 0.99\ntest accuracy 0.71")
    for text in (
        "The accuracy on the test rows is below one half.",
        "The model does better on the test data than on the training data.",
        "There is no overfitting.",
        "Test accuracy exceeds 90 %.",
    ):
        assert "SW-R6" in loud(read(out, prose(text))), text
    for text in (
        "The accuracy on the test rows is above one half.",
        "The model is worse on the test data than on the training data.",
        "The model overfits.",
        "Test accuracy is below 0.8.",
    ):
        assert "SW-R6" not in loud(read(out, prose(text))), text


def test_winners_and_best_settings(read):
    out = code("report()", "logistic regression accuracy 0.91\nknn accuracy 0.95")
    assert "SW-R6" in loud(read(out, prose("Logistic regression outperforms knn.")))
    assert "SW-R6" not in loud(read(out, prose("Knn outperforms logistic regression.")))
    sweep = code("sweep()", "k = 1: accuracy 0.90\nk = 3: accuracy 0.95\nk = 5: accuracy 0.93")
    assert "SW-R6" in loud(read(sweep, prose("The best k is 5.")))
    assert "SW-R6" not in loud(read(sweep, prose("The best k is 3.")))


def test_blank_answers(read):
    assert "SW-B11" in loud(read(prose("**Answer:** _your answer here_")))
    assert "SW-B11" in loud(read(prose("Explain the curve.\n\nAnswer:")))
    assert "SW-B11" in loud(read(code("# YOUR CODE HERE", count=None)))
    assert "SW-B11" in loud(read(code("def f(x):\n    # TODO\n    pass")))
    assert "SW-B11" not in loud(read(prose("**Answer:** the rate is too large."), code("x = 1  # done")))


def test_old_versions(read):
    metadata = {"language_info": {"name": "python", "version": "3.7.4"}}
    assert ("SW-B7", "error", 0) in read(code("a = np.trapezoid(y, x)"), metadata=metadata)
    assert "SW-B7" not in loud(read(code("a = np.trapezoid(y, x)"), metadata={"language_info": {"version": "3.12.1"}}))


def test_a_cell_that_is_not_python(read):
    found = read(code("x = 1"), code("print 'hello'"), code("y = x / 0.5\nX = 3"))
    assert ("SW-B91", "warning", 1) in found


def test_a_notebook_of_twice_the_length_is_read_in_twice_the_work(read):
    body = "\n".join(f"    X_{i} = (X_{i - 1} - X_{i - 1}.mean()) / X_{i - 1}.std()" for i in range(1, 40))

    def work(length):
        cells = [code(f"def step_{n}(X_0):\n{body}\n    return X_39") for n in range(length)]
        cells += [code(f"A_{n} = step_{n}(data_{n})", f"accuracy 0.9{n}") for n in range(length)]
        cells += [prose(f"The accuracy of model {n} is 0.9{n}.") for n in range(length)]
        calls = itertools.count()
        sys.setprofile(lambda frame, event, arg: event == "call" and next(calls))
        try:
            read(*cells)
        finally:
            sys.setprofile(None)
        return next(calls)

    work(1)  # what is kept from the first time on
    assert work(12) < 2.5 * work(6)


def test_an_r2_above_one_and_each_impossible_score(read):
    found = read(code("print('R2 score:', r2)", "R2 score: 1.93"), code("print('precision', p)", "precision 1.4"))
    assert ("SW-E7", "error", 0) in found
    assert ("SW-E1", "error", 1) in found
    assert "SW-E7" not in {entry[0] for entry in read(code("print('R2 score:', r2)", "R2 score: 0.93"))}


def test_a_nan_among_bare_losses(read):
    text = "for i in range(100):\n    if i % 25 == 0:\n        print(cost(X, y, w))"
    assert ("SW-T21", "error", 0) in read(code(text, "6.1\n0.9\n0.5\nnan"))
    assert "SW-T21" not in {entry[0] for entry in read(code(text, "6.1\n0.9\n0.5\n0.4"))}
