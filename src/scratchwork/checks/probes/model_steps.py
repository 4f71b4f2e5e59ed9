"""What the recorded steps of a model without layers are made of: a usual slope, downhill, a decay that shrinks, the reported cost's own."""

import numpy as np

from scratchwork.checks.findings import CannotCheck, find
from scratchwork.checks.probes.nudged import at
from scratchwork.checks.recognising import vocabulary
from scratchwork.checks.registry import once, probe
from scratchwork.checks.running import replay
from scratchwork.checks.watching import loss_slopes, model_steps, recorded, reported_costs, step_shares

SAME, STILL = 1e-5, 1e-9
CODES = ("SW-G1", "SW-G2", "SW-G3", "SW-G4", "SW-G5", "SW-G9", "SW-G12", "SW-G13", "SW-G18", "SW-T3")


def steps_of(target, call):
    """The Steps of the program's recorded run, read once."""
    if not isinstance(target.value, replay.Program):
        raise CannotCheck("its steps are seen in the program")
    space = target.namespace["namespace"]
    return once(space, "__model steps__", lambda: _read(target.value, call, space))


def _read(program, call, space):
    """In the short run it is seen whether there are any; a longer one tells their shares."""
    tape = recorded.of_program(program, call, space)
    steps = model_steps.Steps(tape)
    if steps.readings:
        tape = recorded.longer(program, call, space, model_steps.ROUNDS)
        steps = model_steps.Steps(tape, model_steps.MOST_STEPS)
    return steps


@probe(*CODES, roles=("training run",))
def the_recorded_steps_are_those_of_a_usual_loss(target, call):
    """Each step of the weights is a times a usual slope and c times the weights, with no sign and no factor amiss."""
    steps = steps_of(target, call)
    space = target.namespace["namespace"]
    if not steps.readings:
        raise CannotCheck("no array is seen whose steps are those of a model without layers")
    told = space.setdefault("__model steps told__", set())
    for reading in steps.readings:
        for finding in _judged(steps, reading):
            named = {code for code, *_ in space.get("__found__", ())}
            again = finding.code in named or (finding.code == "SW-G5" and named & {"SW-G2", "SW-G3"})
            if (finding.code, finding.function) not in told and not again:
                told.add((finding.code, finding.function))
                yield finding


def _judged(steps, reading):
    tape, costs = steps.tape, reported_costs.costs(steps, reading)
    if reading.bias is None and reading.rival and not costs:
        costs = reported_costs.costs(steps, reading.rival)
        reading = reading.rival if costs else reading  # the rows have a mean of zero: the cost tells of the intercept
    said = f"The steps of {tape.cells[reading.cell][0].label or 'the weights'} are {reading.shares['g']:+.4g} times"
    where, update = _maker(tape, reading), _mover(tape, reading)
    if reading.kind.code:
        yield find(reading.kind.code, f"{said} {reading.kind.name}, times the rows.", **at(where))
        return
    said += f" minus the slope of the {reading.kind.name}"
    if reading.shares["g"] < 0:
        yield find("SW-G18", f"{said}: uphill.", **at(_uphill_place(tape, reading, where, update)))
        return
    decay = reading.decay()
    if decay < -1e-9:
        yield find("SW-G2", f"{said}, and {-decay:.4g} times the weights are added to it: they grow.", **at(where))
    if reading.shares.get("last", 0.0) >= 1 - SAME:
        words = f"{said}, and {reading.shares['last']:.4g} times the step before: the velocity is never damped."
        yield find("SW-T3", words, severity="warning", **at(update))
    yield from _intercept(tape, reading, said, where, update)
    yield from _beside_the_cost(tape, reading, costs, said, where)


def _intercept(tape, reading, said, where, update):
    """The intercept goes as the weights do, and free of the penalty."""
    size, rows = reading.shares["g"], len(reading.steps[0].A)
    drawn = reading.shares.get("ones", 0.0)
    if reading.bias is None:
        share = 1 + reading.shares.get("apart", 0.0) / size
        yield from _penalty_rescales(tape, reading, share, said, where)
        if drawn > 0 and reading.decay() >= 0:
            yield find("SW-G4", f"{said}; {drawn / size:.4g} times the intercept is taken from it too.", **at(where))
        return
    if not reading.bias:
        moved = [step.b - step.b_after for step in reading.steps]
        if all(np.abs(item).max() > STILL for item in moved):  # else its first sight was late
            yield find("SW-G13", f"{said}; the intercept moves by {-moved[0][0]:.4g}, which is no mean of the rows' errors.", severity="warning", **at(where))  # fmt: skip
        return
    share = reading.bias["g"] / size
    yield from _penalty_rescales(tape, reading, share, said, where)
    if reading.late:
        yield find("SW-G12", f"{said}; the intercept's is taken after the weights have moved.", severity="warning", **at(update))  # fmt: skip
    elif share < 0:
        words = f"{said}; that of the intercept goes {-share:.4g} times its slope uphill."
        yield find("SW-G18", words, **at(_uphill_place(tape, reading, where, update)))
    elif any(abs(share / other - 1) < SAME for other in (rows, 1 / rows, 2, 0.5)):
        words = f"{said}; that of the intercept is {share:.4g} times as long."
        yield find("SW-G13" if share not in (2, 0.5) else "SW-G1", words, severity="warning", **at(where))
    if reading.bias.get("own", 0.0) * size > 0:
        words = f"{said}; {reading.bias['own'] / size:.4g} times the intercept is taken from it too."
        yield find("SW-G4", words, **at(where))


def _penalty_rescales(tape, reading, share, said, where):
    """The weights go faster than the intercept by 1 + the strength of a penalty, and hold nothing of themselves."""
    rows, named = len(reading.steps[0].A), reported_costs.strengths(tape, reading.steps[0].end)
    if abs(share - 1) > 1e-9 and reported_costs.grown(1 / share, rows, named) and not reading.decay():
        words = f"{said}, {1 / share:.6g} times what the intercept's are: the penalty is a share of the slope, and not of the weights."
        yield find("SW-G3", words, **at(where))


def _beside_the_cost(tape, reading, costs, said, where):
    """The penalty in the steps beside that of the cost that the program works out in the same rounds."""
    for cost in costs:
        name, given = cost.function.rpartition(".")[2] or "the cost", cost.penalty
        if cost.kind in (loss_slopes.ONE_SIDED, loss_slopes.OTHER_SIDE):
            words = f"{said}; the number that {name} gives is the {cost.kind.name}."
            yield find("SW-G9", words, **at(cost.function))
        elif cost.kind is not reading.kind:
            words = f"{said}; the number that {name} gives is the {cost.kind.name}."
            yield find("SW-G1", words, severity="warning", **at(where))
        elif given < -1e-9:
            yield find("SW-G2", f"{said}; the number that {name} gives falls by {-given / 2:.4g} times the squared weights.", **at(cost.function))  # fmt: skip
        elif given > 1e-9 and abs(reading.decay()) < 1e-6 * given and "sign" not in reading.shares:
            rescaled = reported_costs.rescaled(tape, reading, given)
            if rescaled:
                yield find("SW-G3", f"{said}, {rescaled}: the penalty rescales the step, and holds nothing of the weights.", **at(where))  # fmt: skip
            else:
                yield find("SW-G5", f"{said} alone; the number that {name} gives holds {given / 2:.4g} times the squared weights.", **at(where))  # fmt: skip
        elif given == 0 and cost.returned and reading.decay() > 1e-9 and _takes_strength(tape, cost):
            words = f"{said} and {reading.decay():.4g} times the weights; the number that {name} gives has no penalty."
            yield find("SW-G5", words, severity="warning", **at(cost.function))
        else:
            continue
        return


def _takes_strength(tape, cost):
    """Whether the function of a cost has a strength of the penalty among its own names."""
    labels = {sight.label for sight in tape.sights if sight.function == cost.function and not sight.value.ndim}
    return any(vocabulary.meaning(label) == "lambda" for label in labels)


def _maker(tape, reading):
    """The function in which something along the whole step first comes up; else the one that moves the weights."""
    last, step = reading.steps[:2]
    moved = step.before - step.after - reading.shares.get("last", 0.0) * (last.before - last.after)
    for sight in tape.between(step.start - 1, step.end):
        value = sight.value
        if value.size == moved.size > 1 and value.dtype.kind == "f" and not np.array_equal(value.ravel(), step.after.ravel()):  # fmt: skip
            for shaped in (value.ravel(), value.T.ravel()):
                if step_shares.solved(moved.ravel(), [shaped], 1e-6) is not None:
                    return sight.function
    return _mover(tape, reading)


def _mover(tape, reading):
    """The function in which the moved weights first stand."""
    step = reading.steps[1]
    for sight in tape.between(step.start, step.end):
        if sight.value.size == step.after.size and np.array_equal(sight.value.ravel(), step.after.ravel()):
            return sight.function
    return tape.cells[reading.cell][0].function


def _uphill_place(tape, reading, where, update):
    """Where the sign is wrong: in the step, unless what it goes along points uphill already."""
    if where == update:
        return update
    step = reading.steps[1]
    slope = step.slope(reading.kind.error)[0]
    for sight in tape.between(step.start - 1, step.end):
        if sight.function == where and sight.value.size == slope.size and sight.value.dtype.kind == "f":
            share = step_shares.solved(sight.value.ravel(), [slope.ravel()], 1e-3)
            if share is not None:
                return where if share[0] < 0 else update
    return update
