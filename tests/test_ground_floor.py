"""errors, arrays, numerics, blocks: the words of the errors, and what must hold for any input."""

import os
import subprocess
import sys
import threading
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays as array_strategy
from scipy import special
from threadpoolctl import threadpool_info

from scratchwork import blocks
from scratchwork.arrays import check_choice, check_number, one_hot, random_generator
from scratchwork.errors import (
    DataError,
    DivergenceError,
    InvalidArgumentError,
    InvalidTypeError,
    MissingExtraError,
    ScratchworkError,
    require_extra,
)
from scratchwork.models import _mlp_first_layer
from scratchwork.models.mlp import MLPClassifier
from scratchwork.numerics import log_softmax, numerical_gradient, relative_error, sigmoid, softmax

FINITE = st.floats(-1e4, 1e4)


def test_errors_are_also_the_built_in_kind():
    for ours, built_in in (
        (InvalidArgumentError, ValueError),
        (InvalidTypeError, TypeError),
        (DataError, ValueError),
        (DivergenceError, ArithmeticError),
        (MissingExtraError, ImportError),
    ):
        assert issubclass(ours, built_in)
        assert issubclass(ours, ScratchworkError)


def test_missing_extra_holds_the_command():
    with pytest.raises(MissingExtraError) as caught:
        require_extra("no_such_package", extra="torch", purpose="TorchMLPClassifier")
    assert str(caught.value) == (
        "TorchMLPClassifier needs the package 'no_such_package', which is not installed. "
        'Install it with: pip install "scratchwork[torch]"'
    )


@pytest.mark.parametrize(
    ("options", "value", "words"),
    [
        ({"above": 0}, 0, "C=0 must be a number above 0."),
        ({"at_least": 0, "below": 1}, 1, "C=1 must be a number of at least 0 and below 1."),
        ({"integer": True, "at_least": 1, "at_most": 3}, 4, "C=4 must be an integer of at least 1 and at most 3."),
        ({}, float("nan"), "C=nan must be a number."),
    ],
)
def test_number_outside_its_bounds(options, value, words):
    with pytest.raises(InvalidArgumentError) as caught:
        check_number("C", value, **options)
    assert str(caught.value) == words


@pytest.mark.parametrize("value", [True, "3", None, 1.0])
def test_number_of_the_wrong_type(value):
    with pytest.raises(InvalidTypeError, match=f"k={value!r} must be an integer; it is of type {type(value).__name__}"):
        check_number("k", value, integer=True)


def test_choice_names_the_nearest():
    assert check_choice("a", "x", ("x", "y")) == "x"
    with pytest.raises(InvalidArgumentError, match="a=3 must be one of 'x', 'y'.$"):
        check_choice("a", 3, ("x", "y"))


def test_random_generator_takes_every_usual_form():
    rng = np.random.default_rng(1)
    assert random_generator(rng) is rng
    first, second = (random_generator(np.random.RandomState(0)).random() for _ in range(2))
    assert first == second
    assert random_generator(None).random() != random_generator(None).random()
    with pytest.raises(InvalidArgumentError, match="random_state=-1 must be an integer of at least 0"):
        random_generator(-1)
    with pytest.raises(InvalidTypeError, match="random_state='0' must be an integer"):
        random_generator("0")


def test_one_hot():
    np.testing.assert_array_equal(one_hot(np.array([2, 0]), 3), [[0, 0, 1], [1, 0, 0]])


@given(array_strategy(np.float64, 5, elements=FINITE))
def test_sigmoid_is_scipys_and_symmetric(z):
    np.testing.assert_allclose(sigmoid(z), special.expit(z), rtol=1e-14)
    np.testing.assert_allclose(sigmoid(-z), 1 - sigmoid(z), atol=1e-15)


def test_sigmoid_of_other_types():
    assert sigmoid(np.float32(0.5)).dtype == np.float32
    assert sigmoid(np.array([[0, 1]])).shape == (1, 2)


@given(array_strategy(np.float64, (3, 4), elements=FINITE), FINITE)
def test_softmax_is_scipys_and_ignores_a_shift(z, shift):
    np.testing.assert_allclose(softmax(z), special.softmax(z, axis=1), atol=1e-14)
    np.testing.assert_allclose(softmax(z + shift), softmax(z), atol=1e-9)
    np.testing.assert_allclose(log_softmax(z, axis=0), special.log_softmax(z, axis=0), atol=1e-9)


def test_numerical_gradient_by_hand():
    x = np.array([[1.0, 2.0], [3.0, 4.0]])
    gradient = numerical_gradient(lambda a: float(a[0, 0] * a[1, 1] + a[0, 1] ** 3), x)
    np.testing.assert_allclose(gradient, [[4, 12], [0, 1]], atol=1e-8)
    np.testing.assert_array_equal(x, [[1, 2], [3, 4]])
    assert relative_error(np.zeros(2), np.zeros(2)) == 0
    assert relative_error(np.array([1.0]), np.array([-1.0])) == 1


def test_blocks_cover_every_row_once():
    rows = np.arange(10)
    assert np.concatenate([rows[b] for b in blocks.row_blocks(10, 3)]).tolist() == rows.tolist()
    assert blocks.row_blocks(0, 3) == []
    assert blocks.map_blocks(len, []) == []


@pytest.mark.parametrize("threads", [1, 2])
def test_computed_ahead_keeps_the_order_runs_one_ahead_and_passes_errors_on(threads):
    assert list(blocks.computed_ahead(abs, [], threads=threads)) == []
    assert list(blocks.computed_ahead(abs, range(-9, 0), threads=threads)) == list(range(9, 0, -1))
    with pytest.raises(ZeroDivisionError):
        list(blocks.computed_ahead(lambda i: 1 / i, [1, 0, 1], threads=threads))
    begun = []
    results = blocks.computed_ahead(begun.append, range(9), threads=threads)
    next(results)
    results.close()
    assert begun == list(range(threads))


def test_map_blocks_keeps_the_order_and_passes_errors_on():
    pieces = blocks.row_blocks(100, 7)
    assert blocks.map_blocks(lambda b: b.start, pieces, threads=4) == [b.start for b in pieces]
    with pytest.raises(ZeroDivisionError):
        blocks.map_blocks(lambda b: 1 / 0, pieces, threads=4)
    begun = []
    with pytest.raises(ZeroDivisionError):
        blocks.map_blocks(
            lambda number: begun.append(number) or time.sleep(1e-3) or 1 / number, [1, 0, *range(1, 200)], threads=2
        )
    assert len(begun) < 100


def test_map_blocks_within_map_blocks_and_from_many_threads():
    def outer(n):
        return sum(blocks.map_blocks(lambda i: i * n, range(20), threads=3))

    wanted = [190 * n for n in range(12)]
    assert blocks.map_blocks(outer, range(12), threads=4) == wanted
    found = {}
    asking = [
        threading.Thread(target=lambda i=i: found.update({i: blocks.map_blocks(outer, range(12), threads=4)}))
        for i in range(6)
    ]
    for thread in asking:
        thread.start()
    for thread in asking:
        thread.join(30)
    assert found == dict.fromkeys(range(6), wanted)


def test_map_blocks_hands_on_the_error_state():
    with np.errstate(all="ignore"):
        assert blocks.map_blocks(lambda b: np.float64(1) / np.float64(0), range(50), threads=4) == [np.inf] * 50


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_forked_child_gets_threads_of_its_own():
    assert blocks.map_blocks(abs, [-1, -2, -3], threads=2) == [1, 2, 3]
    code = (
        "import os; from scratchwork import blocks; blocks.map_blocks(abs, [-1, -2, -3], threads=2)\n"
        "child = os.fork()\n"
        "if child == 0: os._exit(0 if blocks.map_blocks(abs, [-1, -2, -3], threads=2) == [1, 2, 3] else 1)\n"
        "raise SystemExit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))"
    )
    assert subprocess.run([sys.executable, "-W", "ignore", "-c", code], timeout=60, check=False).returncode == 0


def blas_threads():
    return [library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"]


def test_blas_limit_is_restored_when_two_users_overlap():
    before = blas_threads()
    entered, leave = threading.Event(), threading.Event()

    def other_fit():
        with blocks.single_threaded_blas():
            entered.set()
            leave.wait(10)

    thread = threading.Thread(target=other_fit)
    with blocks.single_threaded_blas():
        thread.start()
        entered.wait(10)
    assert set(blas_threads()) == {1}
    leave.set()
    thread.join()
    assert blas_threads() == before


def test_blas_limit_is_restored_after_an_error():
    before = blas_threads()
    with pytest.raises(ValueError, match="inside"), blocks.single_threaded_blas():
        raise ValueError("inside")
    assert blas_threads() == before


def test_switch_interval_is_restored_when_two_users_overlap():
    before = sys.getswitchinterval()
    first, second = blocks.quick_switches(), blocks.quick_switches()
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    assert sys.getswitchinterval() <= blocks.QUICK_SWITCH * 1.001 < before
    second.__exit__(None, None, None)
    assert sys.getswitchinterval() == before


def test_a_fit_in_batches_leaves_the_switch_interval_as_it_was(monkeypatch):
    before, seen, rng = sys.getswitchinterval(), [], np.random.default_rng(0)
    X, y = rng.normal(size=(256, 784)).astype(np.float32), rng.integers(0, 3, 256)
    monkeypatch.setattr(_mlp_first_layer, "move", lambda *_: seen.append(sys.getswitchinterval()))
    MLPClassifier((128,), solver="sgd", batch_size=64, max_iter=1, random_state=0).fit(X, y)
    assert len(seen) == 4
    assert sys.getswitchinterval() == before
    assert max(seen) < before or blocks.n_cores() == 1


def test_threads_from_the_environment(monkeypatch):
    monkeypatch.setenv("SCRATCHWORK_THREADS", "3")
    assert blocks.n_cores() == 3
    monkeypatch.setenv("SCRATCHWORK_THREADS", "none")
    assert blocks.n_cores() >= 1
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    assert blocks.n_cores() == 1
    monkeypatch.setenv("SCRATCHWORK_THREADS", "3")
    assert blocks.n_cores() == 3
