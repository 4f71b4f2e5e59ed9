"""A cost and its gradient among the functions that a fit calls: neither is known by name, only by what they give.

``g`` returned arrays shaped like the parameters; ``f`` can be called with the same arguments and returns one number. The
parameters are among the arguments, or among the attributes of the object at that moment.
"""

import copy
import dataclasses
import inspect
import itertools

import numpy as np

from scratchwork.checks.findings import CannotCheck
from scratchwork.checks.recognising import binding
from scratchwork.checks.running import data
from scratchwork.checks.views import reference
from scratchwork.numerics import numerical_gradient

MOST = 40  # numbers of a parameter


@dataclasses.dataclass
class Pair:
    """A gradient function at one of its calls, a cost, and both gradients: claimed and by central differences."""

    gradient: str
    cost: str
    names: list
    values: list
    claimed: list
    numeric: list


def pairs(record, owner, namespace, caller, learns=()):
    """Every Pair of a watched call: the last early call of each gradient-like function, with the cost of its arguments that
    fits it best. ``learns``: functions that give the weights that were learnt."""
    found, seen = [], {}
    steps = {*learns, *_stepping(record.calls[:400])}
    for call in record.calls[:400]:
        if call.done and call.function not in steps and arrays_of(call.returned):
            entries = seen.setdefault(call.function, [])
            if len(entries) < 4:
                entries.append(call)
                entries.sort(key=lambda entry: max(map(np.size, entry.given.values()), default=0))
    for calls in seen.values():
        costs = [
            pair
            for pair in (
                _pair(calls[-1], cost, owner, namespace, caller) for cost in _costs(calls[-1], owner, namespace)
            )
            if pair
        ]
        found += sorted(costs, key=_off)[:1]
    return found


def _stepping(calls):
    """Functions that are given in one call what they returned in the one before: new weights, and no gradient."""
    last = {}
    for call in calls:
        given = [item for item in call.given.values() if isinstance(item, np.ndarray) and item.any()]
        if any(np.array_equal(old, item) for old in last.get(call.function, ()) for item in given if item.size > 1):
            yield call.function
        last[call.function] = arrays_of(call.returned)


def _off(pair):
    """How far the claimed gradient is from that of the cost."""
    return reference.fitted_factor(_joined(pair.claimed), _joined(pair.numeric))[1]


def arrays_of(value):
    """Arrays and numbers of a returned value, in order; an empty list where it holds anything else."""
    items = (
        list(value.values())
        if isinstance(value, dict)
        else list(value)
        if isinstance(value, (tuple, list))
        else [value]
    )
    good = [item for item in items if isinstance(item, (np.ndarray, float, np.floating)) and np.size(item) <= MOST]
    arrays = any(isinstance(item, np.ndarray) and item.size > 1 for item in good)
    return (
        [np.asarray(item, dtype=float) for item in good] if arrays and len(good) == len(items) and _floats(good) else []
    )


def _floats(items):
    return all(np.asarray(item).dtype.kind == "f" for item in items)


def _costs(call, owner, namespace):
    """Names of functions whose required parameters are all among the arguments of the call."""
    methods = binding.methods(call.owner) if call.owner is not None else {}
    functions = {
        name: item
        for name, item in namespace.items()
        if inspect.isfunction(item) and getattr(item, "__module__", "") == "user_module"
    }
    for name, item in {**functions, **methods}.items():
        entries = binding.parameters(item)
        required = {entry.name for entry in entries if entry.default is entry.empty and entry.name != "self"}
        if name != call.function and required and required <= set(call.given):
            yield name


def _pair(call, cost, owner, namespace, caller):
    given = dict(call.given)
    at = {
        name: item
        for name, item in call.held.items()
        if isinstance(item, (np.ndarray, float)) and np.asarray(item).dtype.kind == "f"
    }

    def value(given, held):
        if call.owner is not None and cost in binding.methods(call.owner):
            made = copy.copy(call.owner)
            for name, item in {**call.held, **held}.items():
                setattr(made, name, copy.deepcopy(item))
            function = getattr(made, cost)
        else:
            function = namespace[cost]
        names = {entry.name for entry in binding.parameters(function)}
        got = caller(function, **{name: item for name, item in given.items() if name in names})
        if not np.isscalar(got) and not (isinstance(got, np.ndarray) and got.ndim == 0):
            raise CannotCheck("no single number")
        return float(got)

    try:
        value(given, {})
        return _compared(call, cost, given, at, value)
    except (CannotCheck, TypeError, ValueError, AttributeError):
        return None


def _compared(call, cost, given, at, value):
    """The Pair under the assignment of returned arrays to parameters that favours the user most, or None."""
    claimed, settings, slopes = arrays_of(call.returned), _settings(call.owner), {}
    if not _joined(claimed).any():
        return None  # labels of another form may have been encoded to nothing
    places = [(name, point, False) for name, point in given.items()] + [
        (name, point, True) for name, point in at.items()
    ]

    def slope(name, point, held):
        if (name, held) not in slopes:
            moved = (lambda z: value(given, {name: z})) if held else (lambda z: value({**given, name: z}, {}))
            slopes[name, held] = numerical_gradient(lambda z: moved(z if z.ndim else float(z)), point)
        return slopes[name, held]

    places = [entry for entry in places if entry[0] not in settings and _movable(entry[1])]
    choices = [
        [entry for entry in places if np.shape(entry[1]) == np.shape(item) and np.abs(slope(*entry)).max() > 0]
        for item in claimed
    ]
    best = None
    for picked in itertools.islice(itertools.product(*choices), 60):
        names = [entry[0] for entry in picked]
        if len({(entry[0], entry[2]) for entry in picked}) == len(picked):
            numeric = [slope(*entry) for entry in picked]
            off = reference.fitted_factor(_joined(claimed), _joined(numeric))[1]
            if best is None or off < best[0]:
                values = [np.asarray(entry[1], dtype=float) for entry in picked]
                best = off, Pair(call.function, cost, names, values, claimed, numeric)
    if best is None or any(_predicted(item) for name, item in given.items() if name not in best[1].names):
        return None
    return best[1]


def _predicted(item):
    """Whether an argument looks like predictions: a vector of many numbers between others, which a moved weight would move."""
    if not isinstance(item, np.ndarray) or item.dtype.kind != "f" or item.size < 7:
        return False
    column = item.ndim == 1 or min(item.shape) <= 2
    return column and not np.isin(item, (-1.0, 0.0, 1.0)).all() and not _looks_given(item)


def _looks_given(item):
    """Whether a vector is the target of the trial data, as it is or scaled."""
    for target in TARGETS:
        if (
            item.size == target.size
            and np.ptp(item) > 0
            and abs(abs(np.corrcoef(item.ravel(), target)[0, 1]) - 1) < 1e-9
        ):
            return True
    return bool(np.isin(np.round(item, 9), np.round(TARGETS[0], 9)).all())


TARGETS = (data.line(37, 5, seed=13, noise=0.5)[1],)


def _movable(point):
    return (
        isinstance(point, (np.ndarray, float, np.floating))
        and np.asarray(point).dtype.kind == "f"
        and np.size(point) <= MOST
    )


def _joined(arrays):
    return np.concatenate([np.ravel(item) for item in arrays])


def _settings(owner):
    """Names of what the constructor takes: settings, and no parameters that are learnt."""
    return {entry.name for entry in binding.parameters(type(owner))} if owner is not None else set()
