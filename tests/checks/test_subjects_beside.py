"""Recognition goes on where one of its steps meets code that it did not foresee."""

from scratchwork.checks import probing, registry
from scratchwork.checks.recognising import subjects_beside

BATCHES = """
import numpy as np

def batches(X, y, size, seed=0):
    order = np.random.default_rng(seed).permutation(len(X))
    for start in range(0, len(X), size):
        rows = order[start : start + size]
        yield X[rows], y[rows]

def accuracy(y_true, y_pred):
    return np.mean(y_true.ravel() == y_pred.ravel())
"""


def test_a_generator_with_a_loop_is_no_training_loop(judge):
    assert not judge(BATCHES).findings
    shuffled = BATCHES.replace("X[rows], y[rows]", "X[rows], y[np.random.permutation(rows)]")
    assert "SW-T11" in {finding.code for finding in judge(shuffled).findings}
    missing = BATCHES.replace("== y_pred.ravel())", "== y_pred.ravel()[::-1])")
    assert judge(missing).findings


def test_a_step_that_fails_costs_nothing_else():
    assert subjects_beside.tried(lambda: 1 / 0, "known") == "known"
    assert subjects_beside.tried(lambda: "more", "known") == "more"


def test_probes_run_in_the_order_of_their_files_whatever_was_imported_first():
    probing.load_probes()
    wanted = list(registry.PROBES)
    registry.PROBES.reverse()
    probing.load_probes()
    assert [probe.function.__module__ for probe in registry.PROBES] == [probe.function.__module__ for probe in wanted]
    registry.PROBES[:] = wanted
