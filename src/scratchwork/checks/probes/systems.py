"""Ridge regression solved in one call, wherever it stands: what the diagonal holds beside the moments of its rows."""

import contextlib

import numpy as np

from scratchwork.checks.findings import CannotCheck, find
from scratchwork.checks.probes.nudged import at
from scratchwork.checks.recognising import binding
from scratchwork.checks.registry import probe
from scratchwork.checks.running import data, replay
from scratchwork.checks.views import estimator
from scratchwork.checks.watching import recorded, systems
from scratchwork.checks.watching.tape import Tape

LEAST = 1e-4  # of the rows: less is added so that a matrix can be inverted


@probe("SW-G2", "SW-G4", roles=("training run", "linear", "logistic", "estimator"))
def what_is_added_to_the_moments_is_a_penalty(target, call):
    """A ridge is added to X'X, not taken off, and not in the place of the intercept."""
    space = target.namespace["namespace"]
    if isinstance(target.value, replay.Program):
        tapes = [recorded.of_program(target.value, call, space)]
    else:
        tapes = _of_class(target.value, call, space) if isinstance(target.value, estimator.Estimator) else ()
    found = [ridge for tape in tapes for ridge in systems.ridges(tape)]
    if not found:
        raise CannotCheck("it solves for no weights of rows that are seen")
    for ridge in found:
        code, said = judged(ridge.rows, ridge.added)
        if code:
            yield find(code, said, severity="warning", line=ridge.line, **at(ridge.function))
            return


def _of_class(maker, call, space):
    """The tapes of the methods that are given rows and a target and solve for the weights in one call."""
    X, y = data.line(43, 4, seed=7)
    known = {"X": X, "y": y, "lambda": 0.7}
    for name, method in maker.methods().items():
        solves = set(systems.SOLVERS) & set(getattr(getattr(method, "__code__", None), "co_names", ()))
        if solves and {"X", "y"} <= set(binding.meanings_of(method).values()):
            tape, made = Tape(space), getattr(maker.build(**{"lambda": 0.7}), name)
            with systems.noted(tape), contextlib.suppress(CannotCheck):
                call.raw(tape.run, binding.call_by_meaning, call, made, known, None, (), {"lambda"}, True)
            yield tape


def judged(rows, added):
    """(code, words) of what stands beside X'X of these rows; (None, "") where it is right."""
    constant = (np.ptp(rows, axis=0) < 1e-12) & (rows[0] != 0)
    others = added[~constant]
    if not others.size or np.abs(others).min() < 0.999 * LEAST * len(rows):
        return None, ""
    held = f"The matrix that is solved is X'X with {others[0]:.4g} on the diagonal"
    if (others < 0).all():
        return "SW-G2", f"{held}: a penalty adds to it."
    if constant.any() and (added[constant] > 0.5 * others.min()).all():
        return "SW-G4", f"{held}, in the place of the column of ones as well: the intercept is drawn towards zero too."
    return None, ""
