"""The cost that a program works out in the rounds of its training, as a share of a usual loss and of the squared weights."""

import dataclasses

import numpy as np

from scratchwork.checks.recognising import vocabulary
from scratchwork.checks.watching import loss_slopes, step_shares

EXACT = 1e-9


@dataclasses.dataclass
class Cost:
    """``penalty``: how many times half the squared weights stand beside the mean loss."""

    function: str
    kind: loss_slopes.Kind
    penalty: float
    returned: bool


def costs(tape, reading):
    """The Costs that are explained exactly: by the loss of the steps, else by one half of it, else by another loss."""
    sided = (loss_slopes.ONE_SIDED, loss_slopes.OTHER_SIDE) if reading.kind in loss_slopes.TWO else ()
    others = [kind for kind in loss_slopes.kinds(np.concatenate([step.T for step in reading.steps])) if kind.loss]
    found = []
    for numbers, function, returned in _numbers(tape, reading.steps):
        for kind in (reading.kind, *sided, *others):
            penalty = _explained(reading, kind, numbers) if kind.loss else None
            if penalty is not None:
                found.append(Cost(function, kind, penalty, returned))
                break
    own = [cost for cost in found if cost.kind is reading.kind]
    return own or [cost for cost in found if vocabulary.role_of_name(cost.function.rpartition(".")[2]) == "loss"]


def _numbers(tape, steps):
    """([a number of each round], function, whether it gives it back): the first and the last under each name."""
    rounds = [{} for _ in steps]
    for held, step in zip(rounds, steps):
        for sight in tape.between(step.start, step.end - 1):
            if sight.value.size == 1 and sight.value.dtype.kind == "f":
                key, number = (sight.function, sight.label, sight.returned), float(sight.value.ravel()[0])
                held.setdefault((*key, "first"), number)
                held[*key, "last"] = number
    for key in sorted(rounds[-1], key=lambda key: not key[2]):
        found = [(held[key], step) for held, step in zip(rounds, steps) if key in held]
        if len(found) >= len(steps) - 1 and len(found) > 3 and np.isfinite([number for number, _ in found]).all():
            yield found, key[0], key[2]


def _explained(reading, kind, numbers):
    """The penalty of a cost whose loss is this one; None where it is another number."""
    with np.errstate(all="ignore"):
        loss = np.array([_loss(kind, step) for _, step in numbers])
    own = np.array([(_free(step.before, reading.ones) ** 2).sum() / 2 for _, step in numbers])
    wanted = np.array([number for number, _ in numbers])
    if not np.isfinite(loss).all() or np.ptp(wanted) < 1e-9:
        return None
    for columns in ([loss], [loss, own]):
        found = step_shares.solved(wanted, columns, EXACT)
        if found is not None and found[0] * np.ptp(loss) > 1e-3 * np.ptp(wanted):
            return float(found[1] / found[0]) if len(found) > 1 else 0.0
    return None


def _loss(kind, step):
    Z = step.A @ step.before + (0.0 if step.b is None else step.b)
    return kind.loss(Z, step.T).sum(axis=1).mean()


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
