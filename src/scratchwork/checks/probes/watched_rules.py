"""The steps of a taped training as those of an optimiser: Adam, momentum and their usual mistakes."""

import numpy as np

from scratchwork.checks.findings import CannotCheck, find
from scratchwork.checks.probes.watched import ROLES, _at
from scratchwork.checks.probes.watched_loop import seen_training, told
from scratchwork.checks.registry import probe
from scratchwork.checks.views import claims, optimizer, reference
from scratchwork.checks.watching import trainings

FITS, MOST_STEPS = 1e-4, 3


@probe("SW-T5", "SW-T3", roles=ROLES)
def the_steps_are_those_of_an_optimiser(target, call):
    """Steps that are no plain descent are those of momentum, RMSProp, Adagrad or Adam along the gradient."""
    if told(target, "SW-T5", "SW-T3", "SW-G18"):
        return
    training = seen_training(target, call)
    if training.verdict.best[2] <= trainings.FITS and _plain(training):
        raise CannotCheck("its steps are those of plain descent")
    for gradients, moved in _along_losses(training):
        right, wrong = _matching(gradients, moved)
        if right:
            return
        if wrong:
            name, code = wrong
            observed = f"The first {len(moved)} steps are exactly those of {name}; the largest move of the first is {np.abs(moved[0]).max():.4g}."
            yield find(code, observed, **_at(training.steps[0].function))
            return
    raise CannotCheck("its steps are along no gradient that is known")


def _plain(training):
    """Whether the second step is along its gradient as well, by the same factor."""
    if len(training.steps) < 2:
        return True
    name, factor, _ = training.verdict.best
    verdict = trainings.verdict_of(training.watched, training.case, training.steps[1])
    other = verdict.standard.get(name, (0.0, 1.0))
    return other[1] <= trainings.FITS and abs(other[0] / factor - 1) < 1e-3


def _along_losses(training):
    """For each usual loss: ([gradient of each step], [move of each step]) of the first steps, one after the other."""
    watched, chain = training.watched, []
    if any(watched.tape.index(path, training.steps[0].start) > 1 for path in watched.paths):
        raise CannotCheck("the first step of the training is not seen")
    for step in training.steps[:MOST_STEPS]:
        if chain and any(not np.array_equal(chain[-1][0].after[path], step.before[path]) for path in watched.paths):
            break
        chain.append((step, trainings.verdict_of(watched, training.case, step)))
    if len(chain) < 3:
        raise CannotCheck("fewer than three steps in a row are seen")
    for name in chain[0][1].wanted:
        if all(name in verdict.wanted for _, verdict in chain):
            gradients = [claims.flat(verdict.wanted[name], watched.paths, step.before) for step, verdict in chain]
            moves = [claims.flat(verdict.run.gradient, watched.paths, step.before) for step, verdict in chain]
            yield gradients, [-item for item in moves]


def _matching(gradients, moved):
    """(whether a right rule gives the moves, (name, code) of the usual mistake that does) up to one factor."""
    got, wrong = np.concatenate(moved), []
    for mu, b1, b2 in ((0.9, 0.9, 0.999), (0.5, 0.9, 0.99), (0.95, 0.95, 0.999), (0.8, 0.9, 0.9999)):
        for name, (_, code, rule) in optimizer.rules(trainings.RATE, mu, b1, b2, mu, 1e-8).items():
            state = {}
            wanted = np.concatenate([rule(state, item, t) for t, item in enumerate(gradients, 1)])
            factor, rest = reference.fitted_factor(got, wanted)
            if rest > FITS or not factor > 0:
                continue
            if code in (None, "SW-T4"):
                return True, None
            if code in ("SW-T5", "SW-T3") and "rate" not in name:
                wrong.append((abs(np.log(factor)), name, code))
    return False, min(wrong)[1:] if wrong else None
