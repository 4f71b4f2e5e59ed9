"""What a tape holds, put into the forms in which layers are recognised: rows of the data, outputs, activations."""

import collections
import dataclasses

import numpy as np

from scratchwork.checks.views import reference

CLOSE = 1e-6
# Outputs that nobody wants, recognised so that they can be named: name -> function of Z (n, units).
WRONG_OUTPUTS = {
    "softmax over the samples": lambda Z: reference.softmax(Z, axis=0),
    "softmax twice": lambda Z: reference.softmax(reference.softmax(Z, axis=1), axis=1),
    "softmax over everything": lambda Z: np.exp(Z - Z.max()) / np.exp(Z - Z.max()).sum(),
}


@dataclasses.dataclass
class Batch:
    """Rows of the training data as they stood on the tape."""

    time: int
    rows: tuple
    values: np.ndarray  # (k, d), a column of ones left out
    columns: bool = False  # the samples stood in columns
    ones: int | None = None  # the place of a column of ones: 0 or -1


def batches(tape, X, others=()):
    """Every appearance of rows of X, whole or in part, in rows or columns, with or without a column of ones.

    ``others`` are forms of X, scaled perhaps, whose rows stand for the same samples. Rows that occur several times are taken in
    their order.
    """
    index = {}
    for table in (item for item in (*others, X) if item.shape == X.shape):
        anew = {}
        for i, row in enumerate(table):
            anew.setdefault(_key(row), []).append(i)
        index |= anew
    found, known = [], {}
    for sight in tape.sights:
        if sight.value.ndim not in (1, 2) or (
            X.shape[1] not in sight.value.shape and X.shape[1] + 1 not in sight.value.shape
        ):
            continue
        key = (sight.value.shape, hash(sight.value.tobytes()))
        if key not in known:
            known[key] = _placed(sight.value, X.shape[1], index)
        if known[key] is not None:
            found.append(Batch(sight.time, *known[key]))
    return found


def _placed(value, d, index):
    """(rows, values, columns, place of the ones) where a value holds samples, else None."""
    for values, columns in _tables(value, d):
        for place, inner in _without_ones(values, d):
            if _key(inner[0]) in index:
                rows = _numbers(map(_key, inner), index)
                if rows is not None:
                    return rows, np.array(inner, dtype=float), columns, place
    return None


def _numbers(keys, index):
    """The places of rows, of equal ones the next each time; None where one is no sample."""
    met, rows = collections.Counter(), []
    for key in keys:
        places = index.get(key)
        if places is None:
            return None
        rows.append(places[met[key] % len(places)])
        met[key] += 1
    return tuple(rows)


def _key(row):
    return tuple(np.round(np.asarray(row, dtype=float), 4) + 0.0)


def _tables(value, d):
    if value.ndim == 1 and value.size in (d, d + 1):
        yield value[None, :], False
    elif value.ndim == 2 and value.size:
        if value.shape[1] in (d, d + 1):
            yield value, False
        if value.shape[0] in (d, d + 1):
            yield value.T, True


def _without_ones(values, d):
    if values.shape[1] == d:
        yield None, values
    elif (values[:, 0] == 1).all():
        yield 0, values[:, 1:]
    elif (values[:, -1] == 1).all():
        yield -1, values[:, :-1]


def as_rows(value, n, width):
    """An array as (n, width), or None."""
    if value.size != n * width or value.ndim > 2:
        return None
    if value.shape == (n, width) or n == 1 or width == 1:
        return value.reshape(n, width)
    return value.T if value.shape == (width, n) else None


def same(a, b):
    scale = max(float(np.abs(b).max(initial=0.0)), 1e-12)
    return bool(np.isfinite(b).all()) and float(np.abs(a - b).max(initial=0.0)) <= CLOSE * scale


class Shown:
    """Arrays of one shape, asked whether one of them equals another array."""

    def __init__(self, arrays):
        self.arrays = [item for item in arrays if item is not None]
        self.corners = np.array([item[0, 0] for item in self.arrays])

    def has(self, wanted):
        """Whether one of the arrays is ``wanted``."""
        near = np.abs(self.corners - wanted[0, 0]) <= CLOSE * max(float(np.abs(wanted).max()), 1e-12)
        return any(same(wanted, self.arrays[i]) for i in np.flatnonzero(near))


def activations(Z, shown, last):
    """[(name, output)] of the activations of Z that appear among ``shown``; the plain Z comes last."""
    if not shown.arrays:
        return []
    found, plain = [], None
    functions = {name: f for name, (f, _) in reference.ACTIVATIONS.items()}
    if last and Z.shape[1] > 1:
        functions |= {"softmax": lambda Z: reference.softmax(Z, axis=1)} | (WRONG_OUTPUTS if len(Z) > 1 else {})
    with np.errstate(all="ignore"):
        for name, function in functions.items():
            out = function(Z)
            if shown.has(out):
                if name == "linear" or (np.array_equal(out, Z) and name not in ("softmax", *WRONG_OUTPUTS)):
                    plain = ("linear", out)
                else:
                    found.append((name, out))
    return [*found, plain] if plain else found
