"""A tape of the user's code while it runs: every array that appears, when, in which function and under which name.

A **cell** is a place that holds arrays one after another: a local name of one frame, an attribute of one object, or a key or
index inside one of these. A **sight** is an array seen in a cell for the first time, or with other numbers than before.
"""

import bisect
import dataclasses
import math
import sys
import time

import numpy as np

from scratchwork.checks.running import state

BIGGEST, MOST_EVENTS, MOST_SIGHTS, SECONDS = 150_000, 60_000, 40_000, 1.2
MOST_NUMBERS = 8_000_000
FOREIGN = {
    "sklearn", "torch", "matplotlib", "tensorflow", "keras", "tqdm", "plotly", "seaborn", "PIL", "cv2", "logging",
}  # fmt: skip


class Enough(BaseException):
    """The tape is full; raised inside the user's code to end it."""


@dataclasses.dataclass
class Sight:
    """One array at the moment it appeared."""

    time: int
    function: str
    label: str
    cell: tuple
    value: np.ndarray
    returned: bool = False


class Tape:
    """Records the functions of one module, those whose globals are ``namespace``.

    Parameters
    ----------
    namespace : dict
    seconds : float
        The run is ended after so much processor time; what was seen until then counts.
    """

    def __init__(self, namespace, seconds=SECONDS):
        self.namespace, self.seconds = namespace, seconds
        self.sights, self.cells, self.kept, self.serials, self.ended = [], {}, {}, {}, {("frame", 0): math.inf}
        self.clock, self.count, self.numbers, self.full, self.returned = 0, 0, 0, False, None

    def run(self, function, *args, **kwargs):
        """Call the function and record; what it returns, or None where the tape was full first."""
        self.ends, before = time.process_time() + self.seconds, sys.gettrace()
        sys.settrace(self._enter)
        try:
            self.returned = function(*args, **kwargs)
        except Enough:
            self.full = True
        finally:
            sys.settrace(before)
        return self.returned

    def _enter(self, frame, event, arg):
        if frame.f_globals is not self.namespace:
            return None
        self.count += 1
        module = frame.f_code.co_name == "<module>"  # statements of a program share one frame
        self.serials[id(frame)] = ("frame", 0 if module else self.count)
        return self._step

    def _step(self, frame, event, arg):
        self.clock += 1
        name = tape_name(frame)
        if event in ("line", "return") and not _inner(frame):
            root = self.serials.get(id(frame), ("frame", 0))
            self._locals(frame, root, name, event == "return")
        if event == "return":
            self.ended.setdefault(self.serials.get(id(frame)), self.clock)
        if event == "return" and arg is not None:
            self.count += 1
            self._walk(arg, (("return", self.count),), "", name, set(), 0, True)
        many = self.clock > MOST_EVENTS or len(self.sights) > MOST_SIGHTS or self.numbers > MOST_NUMBERS
        if many or time.process_time() > self.ends:
            raise Enough
        return self._step

    def _locals(self, frame, root, name, ends):
        seen = set()
        for key, item in self._named(frame):
            if type(item).__module__.split(".")[0] == "pandas":  # costly: where it is new, and in the end
                new, self.kept[root, key] = self.kept.get((root, key)) is not item, item
                self._walk(item, (root, key), key, name, seen, 0, ends or new)
            else:
                self._walk(item, (root, key), key, name, seen, 0, False)

    def _named(self, frame):
        """The names of a function, and what they hold now."""
        return [(key, item) for key, item in frame.f_locals.items() if not key.startswith("__")]

    def _walk(self, value, cell, label, function, seen, depth, returned):
        table = _table(value)
        if table is None and returned and type(value).__module__.split(".")[0] == "pandas":
            table = _framed(value)
            returned = cell[0][0] == "return"
        if table is not None:
            self._note(cell, label, function, table, returned)
            return
        if (
            depth > (5 if label.startswith("self") or "." not in label else 3)
            or isinstance(value, (int, str, bytes))
            or value is None
            or id(value) in seen
        ):
            return
        seen.add(id(value))
        own = state._own(value) and type(value).__module__.split(".")[0] not in FOREIGN
        if own:
            self.kept[id(value)] = value
            cell = (("object", id(value)),)
        elif not isinstance(value, (dict, list, tuple)):
            return
        for step, item in state._children(value):
            words = f"{label}{step}" if isinstance(step, str) and step.startswith(".") else f"{label}[{step!r}]"
            self._walk(item, (*cell, step), words, function, seen, depth + 1, returned)

    def _note(self, cell, label, function, value, returned):
        held = self.cells.setdefault(cell, [])
        if held and state.same_numbers(held[-1].value, value):
            return
        sight = Sight(self.clock, function, label, cell, np.array(value), returned)
        held.append(sight)
        self.sights.append(sight)
        self.numbers += value.size

    # asking -----------------------------------------------------------------------------------------------------

    def at(self, cell, moment):
        """What a cell held at a moment, or None."""
        index = self.index(cell, moment)
        return self.cells[cell][index - 1].value if index else None

    def index(self, cell, moment):
        """How many values a cell had had by a moment."""
        return bisect.bisect_right(self.cells[cell], moment, key=lambda sight: sight.time)

    def stands(self, cell, moment):
        """Whether a cell exists at a moment: the locals of a function end with it."""
        return self.cells[cell][0].time <= moment <= self.ended.get(cell[0], math.inf)

    def between(self, start, end):
        """The sights after ``start`` and not after ``end``."""
        first = bisect.bisect_right(self.sights, start, key=lambda sight: sight.time)
        last = bisect.bisect_right(self.sights, end, key=lambda sight: sight.time)
        return self.sights[first:last]


def _inner(frame):
    return frame.f_code.co_name.startswith("<") and frame.f_code.co_name != "<module>"


def tape_name(frame):
    """The function of a frame, comprehensions counted to the one that holds them."""
    while _inner(frame) and frame.f_back is not None:
        frame = frame.f_back
    return frame.f_code.co_qualname.replace("<locals>.", "")


def _table(value):
    """An array of numbers as it is, a number or a list of numbers as an array; else None."""
    if isinstance(value, np.ndarray):
        return value if value.dtype.kind in "fiub" and value.size <= BIGGEST and value.ndim <= 3 else None
    if isinstance(value, (float, np.floating)):
        return np.asarray(value)
    if isinstance(value, list) and value and len(value) <= 200:
        return _listed(value)
    return None


def _framed(value):
    """The numbers of a pandas table or column; None where it holds words."""
    if not hasattr(value, "to_numpy") or getattr(value, "size", BIGGEST + 1) > BIGGEST:
        return None
    table = value.to_numpy()
    return table if table.dtype.kind in "fiub" and table.ndim <= 2 else None


def _listed(value):
    first = value[0][0] if isinstance(value[0], list) and value[0] else value[0]
    if not isinstance(first, (int, float, np.floating)) or isinstance(first, bool):
        return None
    try:
        table = np.array(value, dtype=float)
    except (TypeError, ValueError):
        return None
    return table if table.ndim <= 2 and table.size <= BIGGEST else None
