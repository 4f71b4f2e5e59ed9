"""What the tape of a whole program says of its weights: which rows they are multiplied with in training, and which after it."""

import dataclasses
import itertools
import re
import time

import numpy as np

from scratchwork.checks.recognising import vocabulary
from scratchwork.checks.views import reference

MOST_WEIGHTS, MOST_TABLES, MOST_LATER, SECONDS = 12, 40, 4000, 0.7
ONES = {name: f for name, (f, _) in reference.ACTIVATIONS.items() if name != "linear"}


PASSING = re.compile(
    r"(z|a|h|o|s|p|y|x|t|g)_?\w?\d+|d_?\w*|.*(grad|delta|err|cache|act|out|hat|pred|loss|cost|sig|hid|net_).*|[zhxytps]"
)


@dataclasses.dataclass
class Weight:
    """An array that training moves, in one orientation: (inputs, units); as it was last in training, and at the end."""

    label: str
    function: str
    trained: np.ndarray
    final: np.ndarray
    start: int  # since when it had its last value but one
    changed: int  # since when it has its last value
    cell: tuple
    rows: bool = True  # samples stand in rows
    bias: np.ndarray | None = None  # at the end
    activations: tuple = ()  # all that are seen of the sum: the slope of one may be another
    tables: list = dataclasses.field(default_factory=list)  # [(sight, rows (n, inputs))] of training


def weights(tape):
    """Every Weight that the tape confirms: with a bias or without, and an activation of their sum that was seen."""
    found, moving, ends = [], _moving(tape), time.process_time() + SECONDS
    for cell, held in moving:
        if time.process_time() > ends:
            break
        for entry in _readings(cell, held):
            if _confirmed(tape, entry, moving):
                found.append(entry)
                break
        if len(found) >= MOST_WEIGHTS:
            break
    return found


def _readings(cell, held):
    """The Weight as it stands and turned, for samples in rows and in columns."""
    last = held[-1]
    pair = [sight.value.astype(float).reshape(len(sight.value), -1) for sight in held[-2:]]
    for turned, rows in itertools.product((False, True) if last.value.ndim == 2 else (False,), (True, False)):
        W = [item.T for item in pair] if turned else pair
        yield Weight(last.label, last.function, *W, held[-2].time, last.time, cell, rows)


def _passing(label):
    """Whether a name is that of something computed anew in each round: an activation, an error, a gradient."""
    plain = vocabulary.plain(label.split(".")[-1])
    return not re.match(r"w|theta|param|syn|coef|.*weight", plain) and bool(PASSING.fullmatch(plain))


def _moving(tape):
    """(cell, sights) of the float arrays that change, those of objects and programs before those of calls."""
    found, seen = [], set()
    for cell, held in tape.cells.items():
        first, last = held[0].value, held[-1].value
        if cell[0][0] == "return" or len(held) < 3 or first.dtype.kind != "f" or not 1 <= first.ndim <= 2:
            continue
        key = last.shape, last.tobytes()
        if (
            first.size < 2
            or key in seen
            or _passing(held[0].label)
            or any(sight.value.shape != first.shape for sight in held)
        ):
            continue
        seen.add(key)
        found.append((cell, held))
    return found


def tables(tape, start, end, width, rows):
    """Distinct (sight, rows (n, width)) seen between two times, or standing then."""
    found = {}
    for sight in itertools.chain(tape.between(start - 1, end), reversed(_standing(tape, start))):
        table = rows_of(sight.value, width, rows)
        if table is not None and len(found) < MOST_TABLES:
            found.setdefault((table.shape, table.tobytes()), (sight, table))
    return list(found.values())


def _standing(tape, moment):
    """The sights that stand at a moment, in the order of time."""
    cells = ((cell, held) for cell, held in tape.cells.items() if cell[0][0] != "return" and tape.stands(cell, moment))
    return sorted((held[tape.index(cell, moment) - 1] for cell, held in cells), key=lambda sight: sight.time)


def trained_again(tape, entry):
    """Whether the numbers that a training ends with move on later, under another name: a training begins with them."""
    last = tape.cells[entry.cell][-1].value
    return any(
        cell != entry.cell and later.time > entry.changed and np.array_equal(one.value, last)
        for cell, held in tape.cells.items()
        for one, later in itertools.pairwise(held)
    )


def _confirmed(tape, entry, moving):
    """Whether some activation of rows times these weights, plus an array that moves as well, was seen in training."""
    width, units = entry.trained.shape
    seen = Seen(tape, entry.start, entry.changed, units, entry.rows)
    if not seen.arrays:
        return False
    biases = _biases(tape, entry, units, moving)
    for sight, X in tables(tape, entry.start, entry.changed, width, entry.rows):
        product = X @ entry.trained
        for last, now in biases:
            Z = product + np.ravel(now)
            names = seen.activations(Z) or (["linear"] if last is not None and seen.has(Z) else [])
            if names and (
                last is None or np.abs(now).max() > 1e-4 * np.abs(Z).max()
            ):  # else it may be no part of the sum
                entry.bias, entry.activations = (None if last is None else np.ravel(last)), tuple(names)
                entry.tables.append((sight, X))
                break
    return bool(entry.tables)


def _biases(tape, entry, units, moving):
    """(at the end, in training) of what may be added to the product: arrays that move as well, a single number too; nothing."""
    found = []
    alone = [
        (cell, held) for cell, held in tape.cells.items() if units == 1 and held[0].value.ndim == 0 and len(held) > 2
    ]
    for cell, held in [*moving, *alone[:12]]:
        now = tape.at(cell, entry.changed - 1) if held[-1].value.size == units and cell != entry.cell else None
        if now is not None and np.isfinite(now).all() and np.isfinite(held[-1].value).all():
            found.append((held[-1].value, now))
    return [*found, (None, np.zeros(units))]


class Seen:
    """The arrays of some units seen between two times, as rows."""

    def __init__(self, tape, start, end, units, rows):
        self.arrays = {}
        for sight in tape.between(start - 1, end)[:MOST_LATER]:
            table = rows_of(sight.value, units, rows) if sight.value.dtype.kind == "f" else None
            if table is None and units == 1 and sight.value.ndim == 1:
                table = sight.value.reshape(-1, 1)
            if table is not None:
                self.arrays.setdefault(table.shape, []).append((sight, table))
        self.corners = {shape: np.array([table[0, 0] for _, table in held]) for shape, held in self.arrays.items()}

    def _near(self, shape, corner):
        return shape in self.corners and bool(
            (np.abs(self.corners[shape] - corner) <= 1e-5 * abs(corner) + 1e-12).any()
        )

    def has(self, wanted):
        """The sight that holds these numbers, or None."""
        if not np.isfinite(wanted).all():
            return None
        scale = 1e-6 * max(float(np.abs(wanted).max()), 1e-12)
        for sight, table in self.arrays.get(wanted.shape, ()):
            if abs(table[0, 0] - wanted[0, 0]) <= scale and np.abs(table - wanted).max() <= scale:
                return sight
        return None

    def activations(self, Z):
        """The names of the activations whose values of Z were seen."""
        found = []
        with np.errstate(all="ignore"):
            for name, f in ONES.items():
                if self._near(Z.shape, float(f(Z[:1, :1])[0, 0])) and telling(f(Z), Z) and self.has(f(Z)):
                    found.append(name)
            shares = reference.softmax(Z, axis=1)
            if Z.shape[1] > 1 and telling(shares, Z) and self.has(shares):
                found.append("softmax")
        return found

    def any_of(self, names, Z):
        """The sight of one of these activations of Z, or None."""
        return next(filter(None, (self.has(activated(name, Z)) for name in names)), None)


def telling(A, Z):
    """Whether the values could be of nothing else: a ReLU of what is positive anyway, or nowhere, could; so could zeros and ones."""
    return bool(np.any(A)) and not np.allclose(A, Z) and not np.allclose(A, np.clip(np.round(A), -1, 1), atol=1e-6)


def activated(name, Z):
    """The activation called ``name`` of Z."""
    with np.errstate(all="ignore"):
        return reference.activate(name, Z)


def rows_of(value, width, oriented):
    """An array as rows (n, width) as it lies, or from its columns; None where it is not."""
    if value.dtype.kind not in "fiub" or value.ndim not in (1, 2) or not value.size:
        return None
    if value.ndim == 1:
        return value.reshape(1, -1).astype(float) if value.size == width else None
    table = value if oriented else value.T
    return np.asarray(table, dtype=float) if table.shape[1] == width else None
