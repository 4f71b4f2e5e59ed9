"""The cost that a program works out in the rounds of its training, as a share of a usual loss and of the squared weights."""

import dataclasses
import itertools
import time

import numpy as np

from scratchwork.checks.recognising import vocabulary
from scratchwork.checks.watching import loss_slopes, model_steps, step_shares

EXACT, SECONDS = 1e-9, 0.4
LEAST, MOST_POINTS, MOST_DATA = 4, 8, 12


@dataclasses.dataclass
class Cost:
    """``penalty``: how many times half the squared weights stand beside the mean loss."""

    function: str
    kind: loss_slopes.Kind
    penalty: float
    returned: bool


@dataclasses.dataclass
class Point:
    """A number that came up, when it did, and the weights that stood then."""

    number: float
    time: int
    W: np.ndarray
    b: np.ndarray | float


def costs(steps, reading):
    """The Costs that are explained exactly: by the loss of the steps, else by one half of it, else by another loss."""
    sided = (loss_slopes.ONE_SIDED, loss_slopes.OTHER_SIDE) if reading.kind in loss_slopes.TWO else ()
    others = [kind for kind in loss_slopes.kinds(np.concatenate([step.T for step in reading.steps])) if kind.loss]
    found, ends = [], time.process_time() + SECONDS
    for key, points in _numbers(steps, reading):
        data = itertools.islice(_data(steps, reading, key[0], points), MOST_DATA)
        for (A, T), kind in itertools.product(data, (reading.kind, *sided, *others)):
            penalty = _explained(reading, kind, points, A, T) if kind.loss and time.process_time() < ends else None
            if penalty is not None:
                found.append(Cost(key[0], kind, penalty, key[2]))
                break
    own = [cost for cost in found if cost.kind is reading.kind]
    return own or [
        cost
        for cost in found
        if _is_named(cost) or 0 < reading.decay() < 1.001 * cost.penalty < 1.002 * reading.decay()
    ]


def _is_named(cost):
    return vocabulary.role_of_name(cost.function.rpartition(".")[2]) == "loss"


def _numbers(steps, reading):
    """(key, [Point]) of every name under which a number comes up again and again: the first or the last of each round."""
    tape, start = steps.tape, reading.steps[0].start
    for key in sorted(steps.index, key=lambda key: not key[2]):
        times, values = steps.index[key]
        if len(times) < LEAST or values[-1].size != 1 or values[-1].dtype.kind != "f":
            continue
        rounds = {}
        for moment, value in zip(times, values):
            if moment >= start and value.size == 1 and np.isfinite(value).all():
                rounds.setdefault(tape.index(reading.cell, moment), []).append((float(value.ravel()[0]), moment))
        for which in (0, -1):
            points = [_point(tape, reading, *held[which]) for held in [*rounds.values()][:MOST_POINTS]]
            if len(points) >= LEAST and np.ptp([point.number for point in points]) > 1e-9:
                yield key, points


def _point(tape, reading, number, moment):
    W = tape.at(reading.cell, moment).astype(float)
    b = None if reading.beside is None else tape.at(reading.beside, moment)
    W = (W.T if reading.turned else W).reshape(reading.steps[0].before.shape)
    return Point(number, moment, W, 0.0 if b is None else np.ravel(b).astype(float))


def _data(steps, reading, function, points):
    """([A of each point], [T of each point]): those of the steps where they are always the same, and those of the function itself."""
    first, (p, C) = reading.steps[0], reading.steps[0].before.shape
    if all(np.array_equal(step.A, first.A) and np.array_equal(step.T, first.T) for step in reading.steps):
        yield [first.A] * len(points), [first.T] * len(points)
    own = {key: [steps.latest(key, point.time) for point in points] for key in steps.index if key[0] == function and not key[2]}  # fmt: skip
    own = {key: values for key, values in own.items() if all(item is not None and item.size for item in values)}
    for rows in own.values():
        for form in model_steps.designs(rows[-1], p):
            A = [form(item) if item.ndim == rows[-1].ndim else np.zeros((1, 1)) for item in rows]
            for values in own.values() if all(item.shape[1] == p for item in A) else ():
                T = [model_steps.targets(item, len(table), C) for item, table in zip(values, A)]
                if all(T):
                    yield A, [item[0] for item in T]


def _explained(reading, kind, points, A, T):
    """The penalty of a cost whose loss is this one; None where it is another number."""
    with np.errstate(all="ignore"):
        loss = np.array([kind.loss(a @ at.W + at.b, t).sum(axis=1).mean() for at, a, t in zip(points, A, T)])
    own = np.array([(_free(at.W, reading.ones) ** 2).sum() / 2 for at in points])
    wanted = np.array([point.number for point in points])
    if not np.isfinite(loss).all():
        return None
    for columns in ([loss], [loss, own]):
        found = step_shares.solved(wanted, columns, EXACT)
        if found is not None and found[0] * np.ptp(loss) > 1e-3 * np.ptp(wanted):
            return float(found[1] / found[0]) if len(found) > 1 else 0.0
    return None


def _free(W, ones):
    return W if ones is None else np.delete(W, ones, axis=0)


def strengths(tape, moment):
    """The numbers that are named as the strength of a penalty, until a moment."""
    around = (sight for sight in tape.between(-1, moment) if not sight.value.ndim)
    return {float(sight.value) for sight in around if _means(sight, "lambda") and sight.value > 0}


def grown(ratio, n, named):
    """Whether a ratio of two rates is 1 + a strength, be it doubled or over the rows."""
    return any(abs(ratio / (1 + share * more) - 1) < 1e-7 for share in named for more in (1, 2, 1 / n, 2 / n))


def rescaled(tape, reading, strength):
    """The words, where the step is 1 + a strength times what the learning rate makes it; else ""."""
    n, end = len(reading.steps[0].A), reading.steps[0].end
    named = strengths(tape, end) | {strength}
    for rate in {float(sight.value) for sight in tape.between(-1, end) if not sight.value.ndim and _means(sight, "lr")}:
        ratio = reading.shares["g"] / rate if rate else 1.0
        if any(abs(ratio / plain - 1) < 1e-7 for plain in (1, 2, n, 2 * n, 0.5)):
            return ""
        plain = next((plain for plain in (1, 2, n, 2 * n) if grown(ratio / plain, n, named)), None)
        if plain:
            return f"{ratio / plain:.6g} times what the rate of {rate:.4g} makes it"
    return ""


def _means(sight, word):
    return vocabulary.meaning(sight.label.split(".")[-1].strip("[]'\"")) == word
