"""A function of a program that gives what moves the parameters, beside the cost that the program works out from them.

Two facts that no name tells: an array that a function gives is the way the parameters go until its next call; and another
function of the same arguments gives one number. At two points of our own, with every penalty at work, the array is to be
the slope of that number, up to one factor.
"""

import dataclasses

import numpy as np

from scratchwork.checks.findings import CannotCheck, find
from scratchwork.checks.recognising import vocabulary
from scratchwork.checks.registry import probe
from scratchwork.checks.running import replay, state
from scratchwork.checks.views import reference
from scratchwork.checks.watching import calls_again, moving_calls, recorded

H, MOST_ENTRIES, CLOSE, CLEAR = 1e-5, 8, 1e-4, 2e-3
STRONG = 0.3
NAMED = {"SW-G2", "SW-G3", "SW-G4", "SW-G5", "SW-G9", "SW-G10", "SW-G11", "SW-G12"}


@probe("SW-G1", "SW-G2", "SW-G3", "SW-G4", "SW-G5", "SW-G9", "SW-G13", "SW-G18", roles=("training run",))
def what_moves_the_parameters_is_the_slope_of_the_cost(target, call):
    """Where a function gives the steps of the parameters, they are along the slope of the cost beside it."""
    if not isinstance(target.value, replay.Program):
        raise CannotCheck("its calls are seen in the program")
    space, judged = target.namespace["namespace"], set()
    calls = recorded.calls_of(target.value, call, space)
    for seen in moving_calls.moving(calls, call):
        for cost in moving_calls.costs(seen, calls, call):
            points = _points(seen, cost, calls, call) if seen.call.name not in judged else []
            if points:
                judged.add(seen.call.name)
                yield from (item for item in _judged(seen, cost, points) if not _named_before(item, space))
                break
    if not judged:
        raise CannotCheck("no function gives the steps of parameters beside a cost of theirs")


def _named_before(finding, space):
    """Whether it is said that some gradient is off, where a closer look has named a mistake in one already."""
    return finding.code in ("SW-G1", "SW-G13") and bool(NAMED & space.get("__found__", set()))


@dataclasses.dataclass
class Compared:
    """What is claimed and what central differences give, by place, at one point; and both without the penalty."""

    point: calls_again.Point
    claimed: dict
    numeric: dict
    bare: tuple = None  # (claimed, numeric)

    def fit(self):
        """(factor, residual) over all entries."""
        return reference.fitted_factor(*(np.concatenate([*table.values()]) for table in (self.claimed, self.numeric)))


def _points(seen, cost, calls, call):
    """Compared at two points with all penalties at work; none where the cost is no number that these parameters move."""
    found, start = [], {place: value for place, (value, _, _) in seen.moved.items()}
    strengths = moving_calls.strengths(seen.call, cost.call)
    first = calls_again.Point(seen.call, calls, call, start, dict.fromkeys(strengths, STRONG))
    for seed in (1, 2):
        point = _generic(cost, first, seed)
        tables = point and _tables(seen, cost, point)
        if not tables or not all(np.isfinite(part).all() for table in tables for part in table.values()):
            return []
        bare = _tables(seen, cost, point.at(settings=dict.fromkeys(strengths, 0.0))) if strengths else None
        found.append(Compared(point, *tables, bare))
    return found


def _generic(cost, first, seed):
    """A point near where the parameters stand, so near that the cost is of the same size; None where it cannot be asked."""
    rng = np.random.default_rng(seed)
    moves = {place: rng.normal(size=value.shape) for place, value in first.numbers.items()}
    there = _number(cost, first)
    for size in (0.3, 0.03, 0.003) if there is not None else ():
        point = first.at(numbers={place: value + size * moves[place] for place, value in first.numbers.items()})
        pair = _number(cost, point), _number(cost, point.at(later=True))
        if None in pair or pair[0] != pair[1]:
            return None
        if np.isfinite(pair[0]) and abs(pair[0]) <= 3 * abs(there) + 1:
            return point
    return None


def _number(cost, point):
    found = point.of(cost.call) or {}
    return float(found[cost.path].ravel()[0]) if cost.path in found and found[cost.path].size == 1 else None


def _tables(seen, cost, point):
    """(claimed, central differences) by place, of some entries of each array that bears on the cost; None where they cannot be had."""
    given, other = point.of(seen.call), point.at(later=True).of(seen.call)
    if given is None or other is None or _moves(given, point.numbers):
        return None
    claimed, numeric = {}, {}
    for place, (value, path, _) in seen.moved.items():
        if path not in given or given[path].size != value.size or not np.array_equal(given[path], other.get(path)):
            return None  # it draws random numbers: a dropout, a batch
        picked = np.unique(np.linspace(0, value.size - 1, min(value.size, MOST_ENTRIES)).astype(int))
        sides = [[_number(cost, _beside(point, place, index, step)) for step in (H, -H)] for index in picked]
        if any(side is None for pair in sides for side in pair):
            return None
        slopes = np.array([(up - down) / (2 * H) for up, down in sides])
        if slopes.any():
            claimed[place] = np.asarray(given[path], dtype=float).reshape(value.shape).ravel()[picked]
            numeric[place] = slopes
    return (claimed, numeric) if claimed else None


def _moves(given, numbers):
    """Whether the call takes the step itself: its object has other parameters after it."""
    return any(
        place[0] == "own" and not np.array_equal(given.get((1, *place[1]), value), value)
        for place, value in numbers.items()
    )


def _beside(point, place, index, step):
    moved = np.array(point.numbers[place])
    moved.flat[index] += step
    return point.at(numbers={**point.numbers, place: moved})


def _judged(seen, cost, points):
    where = seen.call.name.rpartition(".")
    at = {"function": where[2], "object": where[0] or None}
    said = f"{seen.call.name} gives what moves {_shown(seen.moved)}"
    (factor, residual), (other, second) = (point.fit() for point in points)
    if max(residual, second) < CLOSE:
        yield from _along_it(seen, cost, said, at, (factor, other), points[0].claimed)
    elif min(residual, second) > CLEAR:
        yield from _off(seen, cost, points[0], said, at)


def _along_it(seen, cost, said, at, factors, claimed):
    factor, other = factors
    if seen.exact and factor * _way(seen, claimed) < 0 and "lik" not in cost.name.lower():
        severity = None if cost.named else "warning"
        yield find("SW-G18", f"{said}: {factor:.4g} times the slope of {cost.name}, uphill.", severity=severity, **at)
    elif abs(factor / other - 1) > 10 * CLOSE:
        name = cost.name.rpartition(".")
        observed = f"{said}, along the slope of {cost.name}, but {factor:.4g} times it at one point and {other:.4g} times it at another: it is the slope of another number."
        yield find("SW-G1", observed, function=name[2], object=name[0] or None, severity="warning")


def _way(seen, claimed):
    """Whether the parameters that bear on the cost go against what is given (1) or, one of them at least, along it (-1)."""
    return min(np.sign(seen.moved[place][2]) for place in claimed)


def _off(seen, cost, point, said, at):
    one_sided = _one_class_missing(seen, cost, point.point)
    if one_sided:
        name = cost.name.rpartition(".")
        yield find("SW-G9", one_sided, function=name[2], object=name[0] or None, severity="warning")
        return
    named = point.bare and _penalty(point, _way(seen, point.claimed) if seen.exact else 1)
    if named:
        yield find(named[0], f"{said}: {named[1]} {cost.name}.", severity="warning", **at)
        return
    apart = {place: reference.fitted_factor(point.claimed[place], point.numeric[place]) for place in point.claimed}
    apart = {place: pair for place, pair in apart.items() if point.numeric[place].any() or point.claimed[place].any()}
    if len(apart) > 1 and all(rest < CLOSE for _, rest in apart.values()):
        shares = [share for share, _ in apart.values()]
        ratio = max(map(abs, shares)) / max(min(map(abs, shares)), 1e-12)
        code = "SW-G1" if min(shares) > 0 and ratio > 1.5 and abs(ratio - round(ratio)) < 1e-3 * ratio else "SW-G13"
        factors = ", ".join(f"{share:.4g}" for share in shares)
        severity = None if cost.named and seen.exact else "warning"
        observed = f"{said}: {factors} times the slopes of {cost.name}, which should be one factor."
        yield find(code, observed, severity=severity, **at)
        return
    off = [place for place, (_, rest) in apart.items() if rest > CLOSE]
    few = len(off) < len(apart) and all(_is_intercept(place, point.point.numbers[place]) for place in off)
    a, b = (np.concatenate([*table.values()]) for table in (point.claimed, point.numeric))
    factor, residual = point.fit()
    i = int(np.argmax(np.abs(a - factor * b)))
    observed = f"{said}; an entry is {a[i]:.5g} where the slope of {cost.name} is {b[i]:.5g}. Relative difference {residual:.2g} after the best common factor."
    yield find("SW-G13" if few else "SW-G1", observed, severity="warning", **at)


def _is_intercept(place, value):
    word = str(place[-1][-1] if place[-1] and not isinstance(place[-1][-1], int) else place[1]).strip(".")
    return "b" in vocabulary.meanings(word)[:1] or (value.ndim == 2 and min(value.shape) == 1 and word.startswith("b"))


def _penalty(point, way):
    """(code, words) where gradient and slope agree without the penalty: what the penalty adds to each."""
    bare = Compared(point.point, *point.bare)
    factor, residual = bare.fit()
    if residual > CLOSE:
        return None
    added = np.concatenate([point.claimed[place] - bare.claimed[place] for place in point.claimed])
    owed = factor * np.concatenate([point.numeric[place] - bare.numeric[place] for place in point.claimed])
    own = np.concatenate([*bare.claimed.values()])
    size = max(np.abs(owed).max(), np.abs(added).max())
    close = 1e-3 * size + 1e-7 * np.abs(own).max()
    if np.abs(added).max() < close:
        return "SW-G5", "the penalty adds nothing to it, and counts in"
    if np.abs(owed).max() < close:
        return "SW-G5", "the penalty adds to it, and does not count in"
    if np.abs(added + owed).max() < 10 * close or reference.fitted_factor(added, owed)[0] < 0:
        if factor * way < 0:
            return "SW-G18", "but for the penalty it goes uphill on"
        return "SW-G2", "the penalty enters it with the other sign than"
    if reference.fitted_factor(added[np.abs(added) > close], own[np.abs(added) > close])[1] < CLOSE:
        return "SW-G3", "what the penalty adds is a multiple of the gradient, and not of the weights as in"
    held = np.abs(owed) > close
    if reference.fitted_factor(added[held], owed[held])[1] < CLOSE and np.abs(added[~held]).max(initial=0) > close:
        return "SW-G4", "the penalty adds to an entry that is free of it in"
    return "SW-G1", "without the penalty it is the slope, with it it is not that of"


def _one_class_missing(seen, cost, point):
    """The words where, with no target set, the cost no longer knows of the parameters and the gradient does; or ""."""
    targets = [key for key, item in cost.call.given.items()
               if "y" in vocabulary.meanings(key)[:1] and isinstance(item, np.ndarray) and set(np.unique(item)) <= {0, 1}
               and not any((item.sum(axis=axis) == 1).all() for axis in range(item.ndim) if item.shape[axis] > 1)]  # fmt: skip
    for key in targets:
        values = [_number(cost, spot.at(settings={("given", key): np.zeros_like(cost.call.given[key])})) for spot in
                  (point, point.at(numbers={place: 0.5 * value for place, value in point.numbers.items()}))]  # fmt: skip
        if None not in values and values[0] == values[1]:
            return (
                f"With every target 0 {cost.name} does not move with {_shown(seen.moved)}, and {seen.call.name} does."
            )
    return ""


def _shown(places_):
    names = [state.text(place[1] if place[0] == "own" else (f".{place[1]}", *place[2])) for place in places_]
    return ", ".join(names[:4])
