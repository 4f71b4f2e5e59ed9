"""Steps of models whose weights are plain numbers: in lists, in neurons, in connections between nodes.

A call that the file's own program makes is made again with one sample and one round, each weight a little higher in turn; what
is computed before the first weight moves is kept. Samples: other rows of what was passed, or other calls of the function.
"""

import collections
import copy
import dataclasses
import math

import numpy as np

from scratchwork.checks.findings import CannotCheck
from scratchwork.checks.recognising import vocabulary
from scratchwork.checks.running import state
from scratchwork.checks.watching.tape import Tape, _inner, _table

MOST_WEIGHTS, MOST_CELLS, MOST_SAMPLES, RUN_SECONDS, NUDGE = 24, 4000, 3, 0.4, 1e-6


def cells(roots):
    """{path: (holder, path from there)} of every fraction in lists, dicts, vectors and objects of the file; none of too many."""
    found = {}
    for path, item in state.leaves(roots, depth=-20, numbers=True):
        if len(found) > MOST_CELLS:
            return {}
        attribute = max((place for place, step in enumerate(path) if str(step).startswith(".")), default=0)
        holder = state.get(roots, path[:attribute])
        if np.asarray(item).dtype.kind == "f":
            found |= {(*path, *place): (holder, (*path[attribute:], *place)) for place in np.ndindex(np.shape(item))}
    return found


class NumbersTape(Tape):
    """What stands in the names of functions, and what they return, until the first of the weights is another number."""

    def __init__(self, namespace, weights):
        super().__init__(namespace, RUN_SECONDS)
        self.weights, self.before, self.seen = weights, [state.get(*cell) for cell in weights], {}
        self.counts, self.moving, self.functions, self.stack, self.marks = collections.Counter(), False, [], [], {}

    def _enter(self, frame, event, arg):
        if not self.moving and frame.f_globals is self.namespace:
            self.functions.append(frame.f_code.co_qualname)
        return super()._enter(frame, event, arg)

    def _step(self, frame, event, arg):
        if not self.moving and any(state.get(*cell) != value for cell, value in zip(self.weights, self.before)):
            self.moving = True
            while frame is not None and frame.f_globals is self.namespace:
                self.stack.append(frame.f_code.co_qualname)
                frame = frame.f_back
            return None
        if self.moving or not self.weights:
            frame.f_trace_lines = False
            return self._step
        return super()._step(frame, event, None if _inner(frame) else arg)

    def _locals(self, frame, root, name, ends):
        """Look at the names that are bound anew, and at lists that have another length or last item."""
        for key, item in list(frame.f_locals.items()):
            mark = (id(item), len(item), id(item[-1])) if isinstance(item, list) and item else id(item)
            if self.marks.get((root, key)) != mark:
                self.marks[root, key] = mark
                self._walk(item, (root, key), key, name, set(), 0, False)

    def _walk(self, value, cell, label, function, seen, depth, returned):
        table = _table(float(value) if isinstance(value, int) and not isinstance(value, bool) else value)
        if table is not None:
            self._note(cell, label, function, table, returned)
        elif isinstance(value, (dict, list, tuple)) and depth < 3:
            for step, item in state._children(value):
                self._walk(item, (*cell, step), f"{label}[{step!r}]", function, seen, depth + 1, returned)

    def _note(self, cell, label, function, value, returned):
        held = self.cells.get(cell)
        if held is None or not state.same_numbers(held, value):
            self.cells[cell] = value
            place = function, label, returned
            self.seen[*place, self.counts[place]] = value
            self.counts[place] += 1


@dataclasses.dataclass
class Step:
    """The first step of one sample: how each weight moves, what is computed before that, and the slopes of it."""

    moved: np.ndarray  # by which each weight has become smaller
    seen: dict  # (function, label, returned, count) -> array
    functions: list  # that were entered before the first weight moved
    stack: list  # those that were running when it moved, the innermost first
    slopes: dict = dataclasses.field(default_factory=dict)  # the keys of seen -> (weights, size)


class Steps:
    """The first steps of one function of a program, on a few samples at one generic point; ``paths`` are its weights.

    ``arrays``: weights may stand in tables as well.
    """

    def __init__(self, calls, caller, namespace, arrays=False, seed=7):
        self.function, self.caller, self.namespace, self.arrays = calls[0].function, caller, namespace, arrays
        self.samples = [sample for entry in calls for sample in _samples(entry)][:MOST_SAMPLES]
        known = cells(self.samples[0])
        if len(self.samples) < 2 or not known:
            raise CannotCheck("its numbers do not stand in lists or objects, or there is but one sample")
        self.paths, self.steps = list(known), []
        self.paths = self._moving([state.get(*cell) for cell in known.values()])
        for sample in self.samples[1:]:  # one model, other data
            sample |= {key: self.samples[0][key] for key in {path[0] for path in self.paths}}
        rng = np.random.default_rng(seed)
        self.point = np.array([state.get(*known[path]) for path in self.paths]) + 0.5 * rng.normal(size=len(self.paths))
        self.steps = [self._step(number) for number in range(len(self.samples))]
        self.bearing = np.any([table.any(axis=1) for step in self.steps for table in step.slopes.values()], axis=0)

    def _moving(self, values):
        """The paths of the numbers that a call moves, and that keep what is added to them."""
        _, after = self.run(0, values)
        moved = [place for place, (a, b) in enumerate(zip(values, after)) if a != b and math.isfinite(b)]
        if not 4 <= len(moved) <= MOST_CELLS:
            raise CannotCheck("it moves no numbers")
        kept, rng = moved, np.random.default_rng(3)
        for _ in range(4):
            shifts = dict(zip(moved, rng.choice([-1e-4, 1e-4], len(moved))))
            _, other = self.run(0, [value + shifts.get(place, 0.0) for place, value in enumerate(values)])
            kept = [place for place in kept if abs((other[place] - after[place]) / shifts[place] - 1) < 0.5]
        if len(kept) < 4:
            raise CannotCheck("it adds to no numbers")
        paths = [self.paths[kept[place]] for place in range(0, len(kept), -(-len(kept) // MOST_WEIGHTS))]
        if not self.arrays and any(isinstance(state.get(self.samples[0], path[:-2]), np.ndarray) for path in paths):
            raise CannotCheck("its weights are arrays")
        return paths

    def run(self, number, values, rate=1.0):
        """(the tape, the weights afterwards) of one call on copies."""
        roots = copy.deepcopy(self.samples[number])
        table = cells(roots)
        if any(path not in table for path in self.paths):
            raise CannotCheck("its numbers stand elsewhere each time")
        for path, cell in table.items() if rate != 1 else ():
            if vocabulary.meaning(str(path[-1]).strip(".")) in ("lr", "alpha"):
                state.put(*cell, state.get(*cell) * rate)
        weights = [table[path] for path in self.paths]
        for cell, value in zip(weights, values):
            state.put(*cell, float(value))
        owner = roots.pop("self", None)
        function = self.function if owner is None else getattr(owner, self.function.__name__)
        tape = NumbersTape(self.namespace, weights if len(weights) <= MOST_WEIGHTS else [])
        self.caller.raw(tape.run, function, **roots, limit_=2 * RUN_SECONDS)
        try:
            return tape, [float(state.get(*cell)) for cell in weights]
        except (LookupError, AttributeError, TypeError, ValueError) as error:
            raise CannotCheck("its numbers stand elsewhere afterwards") from error

    def _step(self, number):
        tape, after = self.run(number, self.point)
        step = Step(self.point - after, tape.seen, tape.functions, tape.stack)
        beside = [change for _, change in self._changes(number, tape.seen, self.point + NUDGE)]
        if all(np.isclose(change / NUDGE, np.round(change / NUDGE), atol=1e-8).all() for change in beside):
            raise CannotCheck("nothing is computed from its numbers before they are moved")
        for place in range(len(self.paths)):
            up = self.point.copy()
            up[place] += NUDGE
            for key, change in self._changes(number, tape.seen, up):
                table = step.slopes.setdefault(key, np.zeros((len(self.paths), change.size)))
                table[place] = change.ravel() / NUDGE
        return step

    def _changes(self, number, seen, values):
        """(key, difference) of what is computed otherwise with other weights."""
        for key, value in self.run(number, values)[0].seen.items():
            if key in seen and seen[key].shape == value.shape and not np.array_equal(value, seen[key]):
                yield key, value - seen[key]

    def slower(self, rate):
        """How the weights move with every rate so many times as high, as a table (samples, weights)."""
        return np.array([self.point - self.run(number, self.point, rate)[1] for number in range(len(self.samples))])


def _samples(entry):
    """The arguments of a call, its object as ``self``: one round, and one row of the data each time, where it is given rows."""
    words, given = entry.words(), entry.given | ({} if entry.owner is None else {"self": entry.owner})
    given = {key: 1 if words.get(key) == "epochs" else item for key, item in given.items()}
    for key in vars(entry.owner) if hasattr(entry.owner, "__dict__") else ():
        if vocabulary.meaning(key) == "epochs":
            setattr(entry.owner, key, 1)
    tables = [item for key, item in given.items() if key in words and words[key] != "params" and _is_table(item)]
    if not tables:
        return [given]
    n, kinds = len(tables[0]), (list, tuple, np.ndarray)
    cut = [key for key, item in given.items() if isinstance(item, kinds) and len(item) == n and key in words]
    return [given | {key: given[key][row : row + 1] for key in cut} for row in range(min(n, MOST_SAMPLES))]


def _is_table(item):
    """Whether a list holds samples: as many numbers in each row, in pairs of a row and its target too."""
    rows = item if isinstance(item, (list, tuple)) and len(item) > 1 else [0]
    return (
        np.ndim(item) == 2
        if isinstance(item, np.ndarray)
        else all(isinstance(row, (list, tuple)) and _shape(row) == _shape(rows[0]) for row in rows)
    )


def _shape(value):
    return [_shape(part) for part in value] if isinstance(value, (list, tuple)) else 0
