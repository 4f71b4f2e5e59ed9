"""A program run again and again with one of its arrays moved: what stands before the first moved array is run once.

Where a statement begins before any array is moved, the names, the tape and the generators are kept as they stand there; the
next run goes on from copies of them.
"""

import contextlib
import copy
import random
import time
import types

import numpy as np

from scratchwork.checks.running import replay

WORTH, MOST_BYTES, MOST_KEPT = 0.004, 200_000_000, 3
CODE = (types.ModuleType, types.FunctionType, types.BuiltinFunctionType, type)


class Rerun(replay.Program):
    """A program that is run for its tape alone, each time on a tape of its own: ``on(tape)`` gives what runs it."""

    def __init__(self, statements, namespace):
        super().__init__(statements, namespace)
        self.marks, self.kept, self.tape = [], {}, None  # (clock, seconds) at each statement; {statement: Kept}
        self.left_out = {place for place, node in enumerate(statements) if replay.is_left_out(node)}

    def run(self, case=None):
        """Execute on the user's own data, from the last statement that is known to begin before any array is moved."""
        self.known, self.failures, last, plain = set(), [], self._last_unmoved(), not self.tape.nudges
        first = max((place for place in self.kept if place <= last), default=0)
        if first and not self._resume(first):
            first = 0
        for place in range(first, len(self.statements)):
            if len(self.marks) == place and plain:
                self.marks.append((self.tape.clock, time.perf_counter()))
            if place == last > first and self._is_worth(place):
                self._keep(place)
            if place not in self.left_out:
                self._execute(self.statements[place], None)

    def _last_unmoved(self):
        """The last statement that begins before anything is moved; 0 where this is the first run, or rates are turned."""
        moved = min((moment for moment, _ in self.tape.nudges), default=0) if self.tape.rate is None else 0
        return max((place for place, (clock, _) in enumerate(self.marks) if clock < moved), default=0)

    def _is_worth(self, place):
        return self.marks[place][1] - self.marks[0][1] > WORTH and len(self.kept) < MOST_KEPT

    def _keep(self, place):
        with contextlib.suppress(Exception):  # an open file, a generator: it is run from its start each time
            self.kept[place] = Kept(self.namespace, self.tape, self.failures)

    def _resume(self, place):
        try:
            self.failures = self.kept[place].restore(self.namespace, self.tape)
        except Exception:  # as above
            del self.kept[place]
            return False
        return True


class Kept:
    """The names of a program, its tape and both global generators, as they stand before one statement."""

    def __init__(self, namespace, tape, failures):
        data = {key: item for key, item in namespace.items() if not key.startswith("__") and not isinstance(item, CODE)}
        if sum(getattr(item, "nbytes", 0) for item in data.values() if isinstance(item, np.ndarray)) > MOST_BYTES:
            raise ValueError("too much to be kept")
        self.names, self.tape, self.failures = *_copied(data, tape), list(failures)
        self.random = np.random.get_state(), random.getstate()  # noqa: NPY002 (what user code draws from)

    def restore(self, namespace, tape):
        """Put copies of everything in place; the lines that had failed by then."""
        names, seen = _copied(self.names, self.tape)
        namespace.update(names)
        for key, item in vars(seen).items():
            setattr(tape, key, item)
        np.random.set_state(self.random[0])  # noqa: NPY002
        random.setstate(self.random[1])
        return list(self.failures)


def _copied(names, tape):
    """Copies of names and of what a tape has seen; what the tape knows by its identity is the copy of the same thing."""
    memo = {}
    names = copy.deepcopy(names, memo)
    place = {("object", old): ("object", id(memo[old])) for old in tape.kept if old in memo}

    def moved(cell):
        return (place.get(cell[0], cell[0]), *cell[1:])

    seen = types.SimpleNamespace(clock=tape.clock, count=tape.count, numbers=tape.numbers, sights=list(tape.sights))
    seen.cells = {moved(cell): list(held) for cell, held in tape.cells.items()}
    seen.held = {moved(cell): memo.get(id(item), item) for cell, item in tape.held.items()}
    seen.kept = {id(new): new for new in (memo.get(old, item) for old, item in tape.kept.items())}
    seen.ended = dict(tape.ended)
    return names, seen
