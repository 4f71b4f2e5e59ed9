"""What one watched round says: which arrays are parameters, where the data stand, where output, loss and gradient come up.

Parameters are what differs after the round and bears on the output; the output is what our own network computes from the
same parameters and data; a gradient is what has the parameters' shapes and names.
"""

import dataclasses
import re

import numpy as np

from scratchwork.checks.findings import CannotCheck
from scratchwork.checks.recognising import identify, vocabulary
from scratchwork.checks.views import returned

SCALAR = re.compile(r"(b|bias|intercept|w|weight|theta|m|c|a|slope|coef|beta|k)_?\w?\d*_?$", re.I)
MOST_PLACES = 400
ENDS = {"softmax": 3, "sigmoid": 3, "tanh": 2, "linear": 1}  # a relu of what is positive anyway is not one


@dataclasses.dataclass
class Reading:
    """How to read a round of this loop."""

    point: dict  # path -> generic value, of the parameters in use
    start: dict  # path -> value with which the loop starts
    spec: object
    data: tuple | None  # path of the data at the loop's entry, where they are put in there
    output: tuple = ()  # place
    seen: tuple | None = None  # place of the shuffled data that the output belongs to
    forward: str | None = None
    loss: tuple | None = None
    loss_name: str | None = None
    sign: float = 1.0  # -1 where the number is a likelihood, which grows
    gradient: dict | None = None  # path -> place
    gradient_name: str | None = None
    n_out: int = 1
    called: frozenset = frozenset()  # the functions that the round calls


def places(watch):
    """{place: array} in the order of time: of calls what they returned and their own names, then what is left."""
    found, count = {}, {}
    for call in watch.calls:
        number = count[call.name] = count.get(call.name, -1) + 1
        for kind, arrays in (("value", call.value), ("local", call.local)):
            for path, item in arrays.items():
                found[("call", call.name, number, kind, path)] = item
    for path, item in watch.left.items():
        found[("left", path)] = item
    return found


def at(watch, place):
    """The array at a place of a round, or None."""
    if place[0] == "left":
        return watch.left.get(place[1])
    _, name, number, kind, path = place
    calls = [call for call in watch.calls if call.name == name]
    if number >= len(calls):
        return None
    return (calls[number].value if kind == "value" else calls[number].local).get(path)


def moved(watch, n):
    """{path: value} of the float arrays and numbers that stood before the round and differ after it."""
    found, known = {}, []
    for path, item in watch.entered.items():
        after = watch.left.get(path)
        if after is None or after.shape != item.shape or item.ndim > 2 or np.array_equal(item, after, equal_nan=True):
            continue
        if item.dtype.kind not in "fiu" or (
            item.dtype.kind != "f" and (item.any() or (item.ndim == 0 and not _bias(path)))
        ):
            continue
        if item.ndim == 0 and not SCALAR.match(str(path[-1])):
            continue
        if n in item.shape and n > 1:
            continue
        if any(np.array_equal(after, other) and item.ndim for other in known):
            continue  # the same array under another name
        known.append(after)
        found[path] = item.astype(float)
    return found


def _asleep(run, first, n):
    """Arrays of zeros that move only once they are none: weights that all start at zero send nothing back."""
    zeros = {
        path: item
        for path, item in first.entered.items()
        if item.dtype.kind == "f" and item.ndim in (1, 2) and item.size > 1 and n not in item.shape and not item.any()
    }
    if not zeros or len(zeros) > 12:
        return {}
    rng = np.random.default_rng(3)
    try:
        other = run({path: rng.normal(size=item.shape) for path, item in zeros.items()})
    except CannotCheck:
        return {}
    return {path: zeros[path] for path in moved(other, n) if path in zeros}


def _bias(path):
    return bool(re.match(r"(b|bias|intercept)", str(path[-1]), re.I))


def read(driver, run, n, data):
    """The Reading of a loop; ``run(inject)`` gives a round, ``data`` {path or None: X (n, d)} the inputs to try."""
    first = run({})
    starts = moved(first, n) | _asleep(run, first, n)
    starts = {path: starts[path] for path in first.entered if path in starts}
    if not any(item.size > 1 for item in starts.values()) and len(starts) < 2:
        raise CannotCheck(f"the loop of {driver.name} moves no arrays that could be parameters")
    if len(starts) > 40:
        raise CannotCheck(f"the loop of {driver.name} moves too many arrays")
    rng = np.random.default_rng(7)
    point = {path: 0.6 * rng.normal(size=item.shape) for path, item in starts.items()}
    base = run(point)
    reach = _reach(run, base, point, rng)
    found = _networks(base, reach, point, n, data)
    if not found:
        raise CannotCheck(f"no layers are recognised in the loop of {driver.name}")
    place, spec, X_path, seen, n_out, used = found
    reading = Reading(
        {path: point[path] for path in used},
        {path: starts[path] for path in used},
        spec,
        X_path,
        place,
        seen,
        n_out=n_out,
    )
    reading.forward, reading.called = _name_of_output(base, place), frozenset(call.name for call in base.calls)
    return reading, base, reach


def _reach(run, base, point, rng):
    """{place: parameters that bear on it}."""
    first, found = places(base), {}
    for path, item in point.items():
        try:
            other = places(run({**point, path: item + 0.3 * rng.normal(size=item.shape)}))
        except CannotCheck:
            continue
        for place, array in first.items():
            if place in other and not np.array_equal(array, other[place], equal_nan=True):
                found.setdefault(place, []).append(path)
    return found


def _networks(base, reach, point, n, data):
    """(place, spec, path of the data, place of shuffled data, outputs, parameters) of the fullest network seen."""
    best, tried = None, []
    every = places(base)
    inputs = list(_inputs(every, reach, data, n))
    for place in list(reach)[-MOST_PLACES:]:
        paths, array = reach[place], every[place]
        if array.dtype.kind != "f" or (best and len(paths) < len(best[5])) or not np.isfinite(array).all():
            continue
        for n_out, P in _as_outputs(array, n):
            if any(other.shape == P.shape and np.array_equal(other, P) for other in tried):
                continue
            tried.append(P)
            for X_path, seen, X in inputs:
                spec = identify.network({path: point[path] for path in point if path in paths}, X, P)
                if spec is None or not _reads_all(spec, point, paths):
                    continue
                entry = (place, spec, X_path, seen, n_out, paths)
                if best is None or _rank(entry) > _rank(best):
                    best = entry
                break
    return _across(best, every, n) if best else None


def _across(best, every, n):
    """Where the last layer's output goes through a softmax over the samples, that is the output; no usual network has it."""
    place, spec, X_path, seen, n_out, paths = best
    Z = every[place]
    if spec.layers[-1].activation != "linear" or n_out < 2 or Z.ndim != 2:
        return best
    samples = 0 if Z.shape[0] == n else 1
    for other, item in every.items():
        if item.shape == Z.shape and _is_across(item, Z, samples):
            return other, None, X_path, seen, n_out, paths
    return best


def _is_across(P, Z, samples):
    """Whether P is exp(Z), whatever was taken off the rows and the columns of Z before, divided by sums over the samples."""
    if not (P > 0).all() or not (np.allclose(P.sum(axis=samples), 1, atol=1e-6) or np.isclose(P.sum(), 1, atol=1e-6)):
        return False
    off = np.log(P) - Z
    rest = off - off.mean(axis=0) - off.mean(axis=1, keepdims=True) + off.mean()
    return np.abs(rest).max() <= 1e-6 * (1 + np.abs(Z).max()) and not np.allclose(P.sum(axis=1 - samples), 1)


def _rank(entry):
    return len(entry[5]), ENDS.get(entry[1].layers[-1].activation, 0)


def _reads_all(spec, point, paths):
    used = {layer.weight for layer in spec.layers} | {layer.bias for layer in spec.layers}
    return all(path in used for path in paths)


def _as_outputs(array, n):
    """(outputs, (n, C)) of an array that has a row or a column for each sample."""
    if array.size == n and array.ndim <= 2:
        yield 1, array.reshape(n, 1)
    elif array.ndim == 2 and array.shape[0] == n:
        yield array.shape[1], array
    elif array.ndim == 2 and array.shape[1] == n:
        yield array.shape[0], array.T


def _inputs(every, reach, data, n):
    """(path, place of shuffled rows, X): the data as they enter, then the same rows in another order."""
    for path, X in data.items():
        yield path, None, X
    for path, X in data.items():
        known = []
        for place, item in every.items():
            if place in reach or item.ndim != 2 or item.dtype.kind != "f":
                continue
            rows = item if item.shape == X.shape else item.T if item.shape == X.shape[::-1] else None
            if rows is None or np.array_equal(rows, X) or any(np.array_equal(rows, other) for other in known):
                continue
            known.append(rows)
            if order_of(rows, X) is not None:
                yield path, place, rows


def order_of(rows, X):
    """For each row of ``X`` its place among ``rows``, or None where they are not the same rows."""
    rows = rows if rows.shape == X.shape else rows.T
    if rows.shape != X.shape:
        return None
    same = np.isclose(X[:, None, :], rows[None, :, :]).all(axis=2)
    return same.argmax(axis=1) if same.any(axis=1).all() else None


def _name_of_output(base, place):
    """The function that gives the output: one that says so, else the outermost that returns it, else the loop's own."""
    if place[0] == "left":
        wanted = base.left[place[1]]
    else:
        wanted = at(base, place)
    names = [
        call.name
        for call in base.calls
        if any(
            item.size == wanted.size and np.array_equal(item.ravel(), wanted.ravel()) for item in call.value.values()
        )
    ]
    roles = {name: vocabulary.role_of_name(name) for name in names}
    for good in (("forward", "predict_proba"), ("predict", "train", "loss", "backward"), (None,)):
        chosen = [name for name in names if roles[name] in good]
        if chosen:
            return chosen[-1]
    return None


def output_of(reading, watch, X):
    """The output (n, C) of a round, rows in the order of ``X``."""
    item = at(watch, reading.output)
    if item is None:
        raise CannotCheck("the output did not come up in this round")
    n = item.size // reading.n_out
    P = returned.as_samples(item, n, reading.n_out)
    if reading.seen is not None and X is not None:
        order = order_of(at(watch, reading.seen), X)
        P = P if order is None else P[order]
    return P
