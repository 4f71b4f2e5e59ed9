"""Derivatives of whatever a run computes: the same run again, with one array moved a little the moment it appears.

No layer has to be recognised. A parameter is an array that keeps what is added to it through the step of training, and bears
on what is computed before the step; how strongly it does is seen in every array between.
"""

import dataclasses
import itertools
import math
import time

import numpy as np

from scratchwork.checks.findings import CannotCheck
from scratchwork.checks.watching.nudged_tape import RUN_SECONDS, TURN, NudgedTape

MOST_MOVING, MOST_PARAMETERS = 40, 16
DIRECTIONS, STEP, SPREAD = 5, 1e-5, 0.5


@dataclasses.dataclass
class Parameter:
    """An array that training moves: when and where it stands first, and what the first step makes of it."""

    time: int
    label: str
    before: np.ndarray
    after: np.ndarray = None
    changed: int = 0  # when the first step has moved it
    function: str = ""  # where
    moved: str = ""  # the name it has there
    used: int | None = None  # when something is first computed from it
    grown: float = math.inf  # when first something of its own size is

    @property
    def key(self):
        """The moment and the name under which it is nudged."""
        return self.time, self.label


@dataclasses.dataclass
class Nudged:
    """A run at a generic point, its parameters, and the change of everything before the step along some directions."""

    parameters: list
    tape: object
    directions: dict  # number of a parameter -> [direction, ...]
    changes: dict = dataclasses.field(default_factory=dict)  # (parameter, direction) -> {key: derivative}
    first: int = 0  # the time of the first change of a parameter
    last: int = 0
    bearing: dict = dataclasses.field(default_factory=dict)  # key of a sight -> parameters
    displaced: dict = dataclasses.field(default_factory=dict)  # what takes each parameter to the generic point
    rerun: object = None  # nudges -> a tape of the run with them
    tainted: dict = dataclasses.field(default_factory=dict)  # an array -> keys of the sights that it bears on
    beside: dict = dataclasses.field(default_factory=dict)  # parameter -> what penalties add along its directions
    untried: list = dataclasses.field(default_factory=list)  # arrays that move and may be parameters: no time was left
    begun: list = dataclasses.field(default_factory=list)  # the parameters as they stand where nothing is moved

    def reach(self, sight):
        """The parameters that bear on a sight."""
        return self.bearing.get((sight.time, sight.label, sight.returned), ())

    def taints(self, source, sight):
        """Whether an array (targets perhaps) bears on a sight: the run again with its rows the other way round."""
        mark = source.value.shape, source.value.tobytes()
        if mark not in self.tainted:
            same = [other for other in self.tape.sights if (other.value.shape, other.value.tobytes()) == mark]
            turned = {(other.time, other.label): TURN for other in same if other.time <= self.first}
            before, after = self.tape.table(), self.rerun(self.displaced | turned).table()
            self.tainted[mark] = {
                key
                for key, value in after.items()
                if key in before and not np.array_equal(value, before[key], equal_nan=True)
            }
        return (sight.time, sight.label, sight.returned) in self.tainted[mark]

    def matrix(self, sight):
        """The derivatives of a sight along every direction, (directions, size)."""
        key, none = (sight.time, sight.label, sight.returned), np.zeros(sight.value.size)
        return np.array([
            np.ravel(self.changes[number, place][key]) if key in self.changes[number, place] else none
            for number, directions in self.directions.items() for place in range(len(directions))
        ])  # fmt: skip

    def split(self, numbers):
        """{parameter: the part of numbers, one for each direction, that is its own}."""
        found, start = {}, 0
        for number, directions in self.directions.items():
            found[number] = numbers[start : start + len(directions)]
            start += len(directions)
        return found

    def note_reach(self):
        """Fill in which parameters bear on which sight."""
        for (number, _), table in self.changes.items():
            for key, slope in table.items():
                if slope.any():
                    self.bearing.setdefault(key, set()).add(number)


def nudged(run, namespace, seconds=3.0, seed=7, like=None):
    """The Nudged of a training; ``run(tape)`` runs it from its start on a tape. CannotCheck where no parameters are seen.

    ``seed``: which generic point; ``like``: the Nudged of another point, which has the same parameters.
    """
    ends = time.process_time() + seconds
    begun, untried = (like.begun, like.untried) if like else _begun(run, namespace, ends, seconds)
    rng = np.random.default_rng(seed)
    displaced = {entry.key: SPREAD * rng.normal(size=entry.before.shape) for entry in begun}
    base = _run(run, namespace, displaced, 2 * max(entry.changed for entry in begun) + 500)
    chosen = [moved for entry in begun if (moved := again(base, entry))]
    if not chosen:
        raise CannotCheck("at a generic point training moves nothing")
    found = Nudged(chosen, base, {}, displaced=displaced, untried=untried, begun=begun)
    found.first = min(entry.changed for entry in chosen)
    found.rerun = lambda nudges: _run(run, namespace, nudges, found.first, like=base)
    found.parameters = chosen = [entry for entry in chosen if entry.time < found.first]
    found.last = max(entry.changed for entry in chosen if entry.changed <= found.first + 400)
    _differentiate(found, displaced, rng, ends)
    found.note_reach()
    return found


def _begun(run, namespace, ends, seconds):
    """(parameters, labels of arrays that may be some too and were not tried)."""
    middle = ends - 0.6 * seconds
    for share in (0.35, 1.0):
        base = _run(run, namespace, {}, seconds=share * RUN_SECONDS)
        chosen = _parameters(run, namespace, base, middle)
        if chosen:
            return chosen, base.untried
        middle += 0.2 * seconds
    raise CannotCheck("no arrays are seen that training moves and that bear on what it computes")


def _run(run, namespace, nudges, until=math.inf, seconds=RUN_SECONDS, like=None):
    tape = NudgedTape(namespace, nudges, until, seconds, like=like)
    run(tape)
    return tape


def _moving(tape):
    """Parameters that may be: of each cell of one float shape the value that stands before its first lasting change."""
    found, seen = [], set()
    for cell, held in tape.cells.items():
        first = held[0].value
        if cell[0][0] == "return" or first.dtype.kind != "f" or first.ndim < 1 or len(held) < 2:
            continue
        if any(sight.value.shape != first.shape for sight in held):
            continue
        for now, then in list(itertools.pairwise(held))[:4]:
            key = (now.value.shape, now.value.tobytes(), then.value.tobytes())
            if key not in seen and not np.array_equal(now.value, then.value, equal_nan=True):
                seen.add(key)
                found.append(
                    Parameter(now.time, now.label, now.value, then.value, then.time, then.function, then.label)
                )
    return sorted(found, key=lambda entry: (_temporary(entry.label), entry.time))[:MOST_MOVING]


def _temporary(label):
    """Names of gradients, caches and errors come last among what may be a parameter."""
    last = label.split(".")[-1].lower()
    return last.startswith(("d", "grad", "delta", "err", "cache", "z", "a", "h", "out", "loss", "v_", "m_"))


def _parameters(run, namespace, base, ends):
    """Those that keep what is added to them, and bear on something else before their step."""
    rng, found, known, tables, moving = np.random.default_rng(3), [], base.table(), [], _moving(base)
    for place, entry in enumerate(moving):
        if time.process_time() > ends or len(found) >= MOST_PARAMETERS:
            base.untried = [other.label for other in moving[place:] if not _temporary(other.label)]
            break
        if any(entry.moved == other.moved and entry.changed >= other.changed for other in found):
            continue
        delta = 1e-4 * rng.normal(size=entry.before.shape)
        after = _run(run, namespace, {entry.key: delta}, entry.changed + 200, like=base).table()
        kept = after.get((entry.changed, entry.moved, False))
        if kept is None or kept.shape != delta.shape:
            continue
        keeps = 0.4 < float(((kept - entry.after) * delta).sum()) / float((delta**2).sum()) < 1.6
        entry.used, entry.grown = _uses(known, after, entry, delta) if keeps else (None, None)
        if entry.used is not None:
            found.append(entry)
            tables.append(after)
    return _together(found, tables, known)


def _together(found, tables, known):
    """Those of the arrays that are moved by one step: no data that are scaled, no velocities."""
    keep = []
    for number, entry in enumerate(found):
        others = [table for place, table in enumerate(tables) if place != number]
        moved = any(_differs(table, known, entry.changed, entry.moved) for table in others)
        made = any(_differs(table, known, entry.time, entry.label) for table in others)
        if (moved or len(found) == 1) and not made:
            keep.append(entry)
    if not keep:
        return []
    first = max(keep, key=lambda entry: entry.before.size)
    return [entry for entry in keep if entry.time <= first.used and entry.used <= first.grown]


def _differs(table, known, moment, label):
    value, before = table.get((moment, label, False)), known.get((moment, label, False))
    return value is not None and before is not None and not np.array_equal(value, before, equal_nan=True)


def _uses(known, after, entry, delta):
    """When something is first computed from an array, and when first something of its own size; None where nothing is.

    What is used only when the other arrays' gradients have come up is a velocity.
    """
    used, grown = None, math.inf
    for key, value in after.items():
        if entry.time < key[0] < entry.changed and key in known and known[key].shape == value.shape:
            difference = value.astype(float) - known[key]
            if difference.any() and (difference.shape != delta.shape or not np.allclose(difference, delta)):
                used = key[0] if used is None else used
                if difference.size == delta.size > 1:
                    return used, key[0]
    return used, grown


def again(tape, entry):
    """The parameter as it stands and is moved in another run, or None."""
    for held in tape.cells.values():
        for now, then in itertools.pairwise(held):
            if (now.time, now.label) == entry.key:
                return Parameter(now.time, now.label, now.value, then.value, then.time, then.function, then.label)
    return None


def _differentiate(found, displaced, rng, ends):
    """Fill in the changes, parameter by parameter."""
    for number, entry in enumerate(found.parameters):
        single = np.asarray(entry.before).dtype == np.float32
        size = STEP * (300 if single else 1)
        found.directions[number] = []
        for place in range(min(DIRECTIONS, entry.before.size)):
            if time.process_time() > ends and place > 1:
                break
            direction = rng.normal(size=entry.before.shape)
            sides = [
                found.rerun(displaced | {entry.key: displaced[entry.key] + sign * size * direction}).table()
                for sign in (1, -1)
            ]
            found.directions[number].append(direction)
            found.changes[number, place] = dict(_slopes(*sides, size))


def _slopes(up, down, size):
    """(key, derivative) of what both sides hold in one shape."""
    with np.errstate(all="ignore"):
        for key, value in up.items():
            if key in down and value.dtype.kind == "f" and value.shape == down[key].shape:
                slope = (value - down[key]) / (2 * size)
                if np.isfinite(slope).all():
                    yield key, slope
