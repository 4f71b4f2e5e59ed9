"""The rates of a program turned down: does the first step follow, and is it along the gradient once it is tiny?"""

import numpy as np

from scratchwork.checks.findings import find
from scratchwork.checks.recognising import vocabulary
from scratchwork.checks.watching import nudged_reading, nudged_tape, nudges

SLOWER, HALF = 1e-7, 0.5


def slowed(case, share, kept=True):
    """(the parameters, the tape) of a run with every rate that has a name times ``share``; those that objects keep too."""
    with case.turned(share) as (run, names):
        rate = share if kept or not names else None
        tape = nudged_tape.NudgedTape(case.namespace, case.found.displaced, case.found.last + 200, rate=rate)
        run(tape)
    return [nudges.again(tape, entry) for entry in case.found.parameters], tape


def ignored(case):
    """SW-T1 where a rate that stands at the step is another and the step of an array is the same."""
    entries, tape = slowed(case, HALF)
    if any(entry is None for entry in entries):
        return
    pairs = [(a, b) for a, b in zip(case.found.parameters, entries) if np.array_equal(a.before, b.before)]
    same = [a for a, b in pairs if np.array_equal(a.after, b.after, equal_nan=True)]
    if not same or (len(same) < len(pairs) and all(entry.before.ndim < 2 for entry in same)):
        return
    place, changed = case.mover(same[0]), _changed_rates(case, tape)
    near = [label for label, function in changed if _beside(function, place)]
    if not changed:
        return
    from scratchwork.checks.probes.nudged import at, first

    words = "the first step is" if len(same) == len(pairs) else f"the first step of {same[0].moved} is"
    name = (near or [label for label, _ in changed])[0]
    observed = f"With half the {name} {words} the same to the last digit: {same[0].moved} moves by {first(same[0])}."
    severity = "error" if near and len(same) == len(pairs) else "warning"
    yield find("SW-T1", observed, severity=severity, **at(place))


def _changed_rates(case, tape):
    """[(label, function)] of the numbers with a rate's name that are others at the first step of the slower run."""
    before, found = _rates_at(case.found.tape, case.found.first), []
    for (label, function), value in _rates_at(tape, case.found.first).items():
        if value != before.get((label, function), value):
            found.append((label, function))
    return found


def _rates_at(tape, moment):
    """{(label, function): number} of what has a rate's name at a moment."""
    found = {}
    for sight in tape.between(0, moment):
        last = sight.label.split(".")[-1]
        if not sight.value.ndim and not sight.returned and vocabulary.meaning(last) in ("lr", "alpha"):
            found[sight.label, sight.function] = float(sight.value)
    return found


def _beside(function, place):
    """Whether two functions are the same or of one class."""
    return function == place or ("." in function and function.split(".")[0] == place.split(".")[0])


def right_when_slow(case):
    """Whether with tiny rates every array goes along the gradient: then the weights were moved before they were read."""
    entries, _ = slowed(case, SLOWER, kept=False)
    if any(entry is None for entry in entries):
        return False
    moved = {}
    for number, entry in enumerate(entries):
        step = (np.asarray(entry.before, dtype=float) - entry.after) / SLOWER
        moved[number] = np.array([float((step * v).sum()) for v in case.found.directions[number]])
    factor, fits = nudged_reading.explained(case.found, moved, case.reading.wanted)
    return len(fits) == len(moved) and bool(np.isclose(factor, case.reading.factor, rtol=1e-3))
