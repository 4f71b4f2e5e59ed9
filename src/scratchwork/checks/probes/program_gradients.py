"""A function of a program that gives what moves the parameters, beside the cost that the program works out from them.

Two facts that no name tells: an array that a function gives is the way the parameters go until its next call; and another
function of the same arguments gives one number. The array is to be the slope of that number, up to one factor.
"""

import copy
import itertools

import numpy as np

from scratchwork.checks.findings import CannotCheck, find
from scratchwork.checks.recognising import binding, vocabulary
from scratchwork.checks.registry import probe
from scratchwork.checks.running import replay, state
from scratchwork.checks.views import reference
from scratchwork.checks.watching import program_calls, recorded

H, MOST_ENTRIES, CLOSE = 1e-5, 8, 1e-4


@probe("SW-G1", "SW-G13", "SW-G18", roles=("training run",))
def what_moves_the_parameters_is_the_slope_of_the_cost(target, call):
    """Where a function gives the steps of the parameters, they are along the slope of the cost beside it."""
    if not isinstance(target.value, replay.Program):
        raise CannotCheck("its calls are seen in the program")
    space, judged = target.namespace["namespace"], 0
    calls = recorded.calls_of(target.value, call, space)
    for seen in moving(calls):
        for cost in costs(seen.call, calls):
            compared = _compared(seen, cost, call)
            if compared:
                judged += 1
                yield from _judged(seen, cost, *compared)
                break
    if not judged:
        raise CannotCheck("no function gives the steps of parameters beside a cost of theirs")


class Moving:
    """A call, and the parameters that go along what it gave until its next call: {place: (value, array, factor)}."""

    def __init__(self, call, moved):
        self.call, self.moved = call, moved


def moving(calls):
    """Every Moving among the calls, the first two of each function compared."""
    by_name = {}
    for entry in calls:
        by_name.setdefault(entry.name, []).append(entry)
    for first, second in itertools.chain.from_iterable(map(itertools.pairwise, by_name.values())):
        given = [item for item in program_calls.numbers_in(first.result).values() if item.dtype.kind == "f"]
        before, after = places(first), places(second)
        moved, rates = {}, []
        for place, value in sorted(before.items(), key=lambda pair: -pair[1].size):
            if place in after and after[place].shape == value.shape and not np.array_equal(value, after[place]):
                along = _along(value - after[place], given, rates)
                moved |= {place: (value, *along)} if along else {}
                rates += [along[1]] if along else []
        if any(value.size > 1 for value, _, _ in moved.values()):
            yield Moving(first, moved)


def places(seen):
    """{place: array} of the numbers among the arguments and in the object of a call."""
    words = {name: vocabulary.meanings(name)[:1] for name in seen.given}
    data = [name for name, found in words.items() if {"X", "y", "lr", "alpha", "lambda"} & set(found)]
    found = {
        ("given", name): np.array(item, dtype=float)
        for name, item in seen.given.items()
        if _number(item) and name not in data
    }
    if seen.owner is not None:
        found |= {("own", path): item for path, item in state.snapshot(seen.owner).items()}
    return found


def _number(item):
    return isinstance(item, float) or (isinstance(item, np.ndarray) and item.dtype.kind == "f" and item.size < 20_000)


def _along(step, given, rates):
    """(array, factor) of the array that a step goes along, or None; of single numbers the one with the factor of the arrays."""
    for item in given:
        if item.size == step.size and np.abs(item).max(initial=0) > 0:
            shaped = item.reshape(step.shape)
            factor, residual = reference.fitted_factor(step, shaped)
            known = step.size > 1 or any(np.isclose(abs(factor), abs(rate), rtol=1e-6) for rate in rates)
            if residual < 1e-6 and known:
                return shaped, factor
    return None


def costs(seen, calls):
    """The calls of functions named after a loss that can be made with the arguments of another call."""
    known = set()
    for entry in calls:
        plain = entry.name.rpartition(".")[2]
        if entry.name not in known and vocabulary.role_of_name(plain) == "loss" and "lik" not in plain.lower():
            known.add(entry.name)
            required = [item.name for item in binding.parameters(entry.function) if item.default is item.empty]
            if not any(np.ndim(item) == 2 and "X" in vocabulary.meanings(key)[:1] for key, item in entry.given.items()):
                continue  # it is given what was worked out before, which a moved weight does not move
            if set(required) - {"self"} <= set(seen.given) and (
                entry.owner is None or type(entry.owner) is type(seen.owner)
            ):
                yield entry


def _compared(seen, cost, call):
    """(claimed, differences) by place, or None where the cost is no number that these parameters move."""
    names = {item.name for item in binding.parameters(cost.function)}
    given = {name: item for name, item in seen.call.given.items() if name in names}
    own = program_calls.SeenCall(
        cost.name,
        cost.function,
        {**cost.given, **given},
        seen.call.owner if cost.owner is not None else None,
        space=cost.space,
    )
    slopes = {}
    for place, (value, along, _) in seen.moved.items():
        picked = np.linspace(0, value.size - 1, min(value.size, MOST_ENTRIES)).astype(int)
        picked = np.unique(picked)
        sides = [[_cost_at(own, place, value, index, step, call) for step in (H, -H)] for index in picked]
        if any(side is None for pair in sides for side in pair):
            return None
        slopes[place] = along.ravel()[picked], np.array([(up - down) / (2 * H) for up, down in sides])
    if not any(numeric.any() for _, numeric in slopes.values()):
        return None
    return ({place: pair[0] for place, pair in slopes.items()}, {place: pair[1] for place, pair in slopes.items()})


def _cost_at(own, place, value, index, step, call):
    """The cost with one number of a parameter moved, or None."""
    moved = value.copy()
    moved.flat[index] += step
    kind, key = place
    if kind == "given":
        changed, owner = {key: moved if moved.ndim else float(moved)}, own.owner
    else:
        changed, owner = {}, state.put(copy.deepcopy(own.owner), key, moved if moved.ndim else float(moved))
    if kind == "given" and key not in own.given:
        return None
    try:
        found = program_calls.SeenCall(own.name, own.function, own.given, owner, space=own.space).again(call, **changed)
    except (CannotCheck, TypeError, ValueError):
        return None
    number = next((item for path, item in found.items() if path[:1] == (0,)), None)
    return float(number.ravel()[0]) if number is not None and number.size == 1 else None


def _judged(seen, cost, claimed, numeric):
    where = seen.call.name.rpartition(".")
    at = {"function": where[2], "object": where[0] or None}
    a, b = (np.concatenate([np.ravel(table[place]) for place in claimed]) for table in (claimed, numeric))
    factor, residual = reference.fitted_factor(a, b)
    signs = {place: np.sign(entry[2]) for place, entry in seen.moved.items()}
    said = f"{seen.call.name} gives what moves {_shown(claimed)}"
    if residual < CLOSE:
        if factor * min(signs.values()) < 0:
            yield find("SW-G18", f"{said}: {factor:.4g} times the slope of {cost.name}, uphill.", **at)
        return
    apart = [reference.fitted_factor(claimed[place], numeric[place]) for place in claimed]
    if len(apart) > 1 and all(rest < CLOSE for _, rest in apart):
        factors = ", ".join(f"{share:.4g}" for share, _ in apart)
        yield find("SW-G13", f"{said}: {factors} times the slopes of {cost.name}, which should be one factor.", **at)
        return
    i = int(np.argmax(np.abs(a - factor * b)))
    observed = f"{said}; an entry is {a[i]:.5g} where the slope of {cost.name} is {b[i]:.5g}. Relative difference {residual:.2g} after the best common factor."
    yield find("SW-G1", observed, severity="warning", **at)


def _shown(places_):
    return ", ".join(str(key) if kind == "given" else state.text(key) for kind, key in places_)
