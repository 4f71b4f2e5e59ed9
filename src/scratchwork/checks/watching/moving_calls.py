"""Calls that give the steps of the parameters, and calls that give one number of them: both are made again at other points."""

import copy
import dataclasses
import itertools
import re

import numpy as np

from scratchwork.checks.findings import CannotCheck
from scratchwork.checks.recognising import binding, vocabulary
from scratchwork.checks.running import state
from scratchwork.checks.views import reference, slope_pairs
from scratchwork.checks.watching import program_calls
from scratchwork.checks.watching.calls_again import Point

LARGEST, MOST_SINGLE = 20_000, 30
SCORES = re.compile(r"acc|score|rmse|root|mae|r2|rate|norm|count|percent|step|size|predict|largest|curvature")


@dataclasses.dataclass
class Moving:
    """A call, and the parameters that go along what it gives until its next call."""

    call: program_calls.SeenCall
    moved: dict  # place -> (value, path of what it goes along, factor)
    exact: bool = True  # each step is a multiple of what was given; else they are matched by their names or shapes


def moving(calls, caller):
    """Every Moving among the calls, of each function up to two."""
    by_name = {}
    for entry in calls:
        by_name.setdefault(entry.name, []).append(entry)
    for first, second in itertools.chain.from_iterable(map(itertools.pairwise, by_name.values())):
        before, after = places(first), places(second)
        steps = {place: value - after[place] for place, value in before.items()
                 if place in after and after[place].shape == value.shape and not np.array_equal(value, after[place])}  # fmt: skip
        if sum(not step.ndim for step in steps.values()) > MOST_SINGLE:
            continue  # a model of plain numbers: ``plain_numbers`` looks at those
        given = {(0, *path): item for path, item in program_calls.numbers_in(first.result).items()} if steps else {}
        news = [after[place] for place in steps]
        given = {path: item for path, item in given.items() if not any(np.array_equal(item, new) for new in news)}
        found = _moved(first, before, steps, given)
        if not found and steps and first.owner is not None:
            found = _moved(first, before, steps, _left(first, caller))
        if found:
            yield found


def _left(seen, caller):
    """{path: array} of what a call leaves in its object, where that is new."""
    try:
        after = seen.again(caller)
    except (CannotCheck, TypeError, ValueError, AttributeError):
        return {}
    before = program_calls.numbers_in((None, seen.owner))
    return {path: item for path, item in after.items() if path[0] == 1 and not np.array_equal(item, before.get(path))}


def _moved(first, before, steps, given):
    given = {path: np.asarray(item, dtype=float) for path, item in given.items() if item.dtype.kind == "f"}
    moved, rates = {}, []
    for place, step in sorted(steps.items(), key=lambda pair: -pair[1].size):
        along = _along(step, given, rates)
        if along:
            moved[place] = (before[place], *along)
            rates.append(along[1])
    if any(value.size > 1 for value, _, _ in moved.values()):
        return Moving(first, moved)
    named = _named(first)
    singles = _singles({place: step for place, step in steps.items() if not step.ndim}, given, named)
    if singles and not any(step.ndim for step in steps.values()):
        return Moving(first, {place: (before[place], *along) for place, along in singles.items()})
    matched = _matched(steps, given) if named else {}
    return (
        Moving(first, {place: (before[place], *along) for place, along in matched.items()}, False) if matched else None
    )


def _named(seen):
    """Whether a function's name says that it gives a gradient."""
    name = seen.name.rpartition(".")[2]
    return vocabulary.role_of_name(name) == "backward" or bool(slope_pairs.DERIVATIVE.search(vocabulary.plain(name)))


def places(seen):
    """{place: array} of the numbers among the arguments and in the object of a call."""
    known = {"lr", "alpha", "lambda"}
    found = {}
    for name, item in seen.given.items():
        if not known & set(vocabulary.meanings(name)[:1]) and not isinstance(item, (str, int)):
            found |= {("given", name, path): value for path, value in state.snapshot(item).items()}
    if seen.owner is not None:
        found |= {("own", path): value for path, value in state.snapshot(seen.owner).items()}
    return {place: value for place, value in found.items() if value.dtype == np.float64 and value.size < LARGEST}


def _along(step, given, rates):
    """(path, factor) of the array that a step goes along, or None; of single numbers the one with the factor of the arrays."""
    for path, item in given.items():
        if item.size == step.size and np.abs(item).max(initial=0) > 0:
            factor, residual = reference.fitted_factor(step, item.reshape(step.shape))
            known = step.size > 1 or any(np.isclose(abs(factor), abs(rate), rtol=1e-6) for rate in rates)
            if residual < 1e-6 and known:
                return path, factor
    return None


def _singles(steps, given, named):
    """{place: (path, factor)} where all that moves are single numbers, each by the same factor of one that is given."""
    shares = [
        (place, path, float(step) / float(item.ravel()[0]))
        for place, step in steps.items()
        for path, item in given.items()
        if item.size == 1 and item.any()
    ]
    for *_, share in shares:
        fitting = {place: (path, other) for place, path, other in shares if np.isclose(share, other, rtol=1e-6)}
        apart = len({path for path, _ in fitting.values()}) == len(fitting) == len(steps)
        if apart and (len(fitting) > 1 or named):
            return fitting
    return {}


def _matched(steps, given):
    """{place: (path, sign)} of arrays that an optimiser moves: by their keys, or as they come in the same shapes."""
    arrays = {path: item for path, item in given.items() if item.ndim}
    data = {place for place in steps if place[0] == "given" and {"X", "y"} & set(vocabulary.meanings(place[1])[:1])}
    wanted = {place: step for place, step in steps.items() if step.ndim and place not in data}
    keys = {path[-1]: path for path in arrays}
    pairs = [(place, keys.get(place[-1][-1] if place[-1] else None)) for place in wanted]
    if not all(path and arrays[path].shape == wanted[place].shape for place, path in pairs):
        if [item.shape for item in arrays.values()] != [step.shape for step in wanted.values()]:
            return {}
        pairs = list(zip(wanted, arrays))
    total = sum(float((wanted[place] * arrays[path]).sum()) for place, path in pairs)
    return {place: (path, np.sign(total)) for place, path in pairs} if total else {}


@dataclasses.dataclass
class Cost:
    """A call that gives one number of the parameters, and where in what it returns that number stands."""

    call: program_calls.SeenCall
    path: tuple
    named: bool  # its name is that of a loss

    @property
    def name(self):
        """Its function."""
        return self.call.name


def costs(moved, calls, caller):
    """Every Cost that can be asked at the point of a Moving, those with the names of losses first."""
    found, seen = {}, moved.call
    point = Point(seen, calls, caller, {place: value for place, (value, _, _) in moved.moved.items()})
    for entry in sorted(calls, key=lambda entry: abs(entry.span[0] - seen.span[0])):
        name, plain = (vocabulary.plain(one.name.rpartition(".")[2]) for one in (entry, seen))
        path = _number(entry.result, entry.name == seen.name)
        known = vocabulary.role_of_name(name) == "loss" or (entry is seen and re.search("loss|cost|value", name))
        bends = vocabulary.role_of_name(name) == "activation"  # its derivative beside it moves no parameters
        if entry.name in found or path is None or SCORES.search(name) or bends or not (known or _are_kin(name, plain)):
            continue
        if entry.owner is None or type(entry.owner) is type(seen.owner):
            asked = _asked(entry, point)
            found |= {entry.name: Cost(asked, path, bool(known))} if asked else {}
    return sorted(found.values(), key=lambda cost: not cost.named)


def _asked(entry, point):
    """A call with the arguments that the one of the Moving has too; None where what else it needs does not belong to that."""
    seen = point.seen
    taken = {item.name: item for item in binding.parameters(entry.function)}
    made = [name for name in entry.refs if point.source(entry, name)[0] is not None]
    if made:  # of predictions, as they were made
        same = all(key in made or item is seen.refs.get(key, item) for key, item in entry.refs.items())
        return entry if same and _near(entry, made, point) else None
    required = {name for name, item in taken.items() if item.default is item.empty}
    if not required - {"self"} <= set(seen.given):
        return None
    shared = [key for key in seen.given if key in taken]
    asked = copy.copy(entry)
    asked.given = {**entry.given, **{key: seen.given[key] for key in shared}}
    asked.refs = {**entry.refs, **{key: seen.refs[key] for key in shared if key in seen.refs}}
    asked.owner, asked.whose = (seen.owner, seen.whose) if entry.owner is not None else (None, None)
    asked.span, asked.caller = seen.span, seen.caller
    return asked


def _near(entry, made, point):
    """Whether predictions come out of the same call as those, or the cache, of the gradient."""
    own = [point.source(point.seen, name)[0] for name in point.seen.refs]
    own += [point._before(point.seen)] if point.seen.owner is not None else []
    return all(any(point.source(entry, name)[0] is one for one in own) for name in made)


VALUES = {
    "value",
    "f",
    "func",
    "function",
    "objective",
    "energy",
    "obj",
    "j",
    "e",
    "phi",
    "fn",
    "fun",
    "target",
    "potential",
}
SLOPES = {
    "slope",
    "grad",
    "gradient",
    "df",
    "dj",
    "jac",
    "derivative",
    "derivatives",
    "gradients",
    "grads",
    "g",
    "dfunc",
}


def _are_kin(value, slope):
    """Whether two names are those of a function and of its gradient: ``energy`` and ``denergy``, ``_value`` and ``_slope``."""
    value, slope = value.strip("_"), slope.strip("_")
    return (value in VALUES and slope in SLOPES) or slope_pairs.kinship(value, slope) == 2


def _number(result, tuple_too):
    """The path of the one number that a call returns, alone or, where asked for, first among others; or None."""
    if isinstance(result, tuple) and tuple_too and result:
        inner = _number(result[0], False)
        return None if inner is None else (0, 0, *inner)
    value = np.asarray(result) if isinstance(result, (float, np.floating, np.ndarray)) else None
    return (0,) if value is not None and value.size == 1 and value.dtype.kind == "f" else None


def strengths(seen, cost):
    """[place of a setting] that is the strength of a penalty for both calls: an attribute of their object, an argument of both."""
    found = []
    if cost.owner is not None and hasattr(seen.owner, "__dict__"):
        found += [("own", key) for key, item in vars(seen.owner).items() if _is_strength(key, item)]
    both = [{entry.name: entry.default for entry in binding.parameters(call.function)} for call in (seen, cost)]
    for name in both[0].keys() & both[1].keys():
        if _is_strength(name, seen.given.get(name, both[0][name])):
            found.append(("given", name))
    return found


def _is_strength(name, value):
    """Whether a number is the strength of a penalty by its name; one that is called so in few texts only where it is small."""
    plain = vocabulary.plain(name).strip("_")
    rare = plain in ("mu", "decay", "ridge", "penalty") or (plain == "c" and type(value) is float and 0 < value < 0.1)
    return type(value) in (int, float) and (rare or "lambda" in vocabulary.meanings(name)[:1])
