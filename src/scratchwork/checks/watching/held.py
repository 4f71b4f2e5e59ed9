"""What the frames of a program hold while it runs: every table, flat array and list of rows as it first appears under a name."""

import dataclasses
import math

import numpy as np

from scratchwork.checks.running import replay
from scratchwork.checks.watching import influence, recorded
from scratchwork.checks.watching.tape import tape_name

LEAST, MOST_ROWS, MOST_NUMBERS, MOST_HELD, MOST_FRAMES = 12, 6000, 400_000, 900, 3


@dataclasses.dataclass(eq=False)
class Held:
    """What a name of a frame held at first sight: rows (n, d), or a flat array (n,) of numbers or words."""

    serial: int  # of the frame; 0 is the program
    function: str
    name: str
    time: int
    value: object  # the thing itself
    rows: np.ndarray  # its numbers as they were
    given: bool = False  # an argument
    caller: int = -1  # the frame that calls its function
    line: int = 0  # that made it, or that hands it over
    until: float = math.inf
    turned: bool = False  # samples stand in columns
    known: list = None

    @property
    def key(self):
        """What names it in another run."""
        return self.function, self.name, self.turned

    def contents(self):
        """Its rows, to be compared."""
        if self.known is None:
            self.known = row_keys(self.rows)
        return self.known


def row_keys(rows):
    """Rows as what can be compared and counted."""
    if rows.dtype == object:
        return [tuple(row) if rows.ndim == 2 else row for row in rows.tolist()]
    return [row.tobytes() for row in np.ascontiguousarray(rows + 0.0)] if rows.ndim == 2 else rows.tolist()


def taken(value):
    """The rows of a value as (array, whether they were columns), each way that they may lie."""
    if hasattr(value, "select_dtypes"):
        value = value.select_dtypes(["number", "bool"]).to_numpy(dtype=float)
    elif hasattr(value, "to_numpy") and hasattr(value, "iloc"):
        value = value.to_numpy()
    elif isinstance(value, set) and all(type(item) is int for item in value):
        value = np.array(sorted(value))
    elif isinstance(value, list):
        value = _listed(value)
    if not isinstance(value, np.ndarray) or value.dtype.kind not in "iufbUO" or not LEAST <= value.size <= MOST_NUMBERS:
        return
    if value.ndim == 1 or (value.ndim == 2 and min(value.shape) == 1):
        yield value.ravel().copy(), False
    elif value.ndim == 2 and value.dtype.kind in "iuf":
        if len(value) >= LEAST:
            yield value.astype(float), False
        if value.shape[1] >= max(LEAST, 2 * len(value)):
            yield value.T.astype(float), True


def _listed(value):
    """A list of numbers or words, or of rows whose numbers are taken, as an array; else None."""
    first = value[0] if value else None
    if not LEAST <= len(value) <= MOST_ROWS or not isinstance(
        first, (int, float, str, list, tuple, np.ndarray, np.number)
    ):
        return None
    if not isinstance(first, (list, tuple, np.ndarray)):
        return (
            np.array(value, dtype=object if isinstance(first, str) else None)
            if isinstance(value[-1], type(first))
            else None
        )
    if any(type(row) is not type(first) or len(row) != len(first) for row in value):
        return None
    numbers = [place for place, item in enumerate(first) if isinstance(item, (int, float, np.number))]
    try:
        return np.array([[row[place] for place in numbers] for row in value], dtype=float) if len(numbers) > 1 else None
    except (TypeError, ValueError):
        return None


class Run(influence.Run):
    """A run that keeps what its frames hold; ``changes(held)`` is told of each thing as it appears."""

    def __init__(self, namespace, changes=None):
        super().__init__(namespace)
        self.changes, self.held, self.last, self.serials, self.often, self.lines, self.clock = (
            changes,
            [],
            {},
            {},
            {},
            {},
            0,
        )

    def _enter(self, frame, event, arg):
        code = frame.f_code
        if frame.f_globals is not self.namespace or self._idle(code):
            return None
        if code.co_name == "<module>":
            self.serials[id(frame)] = 0
            return self._step
        self.often[code] = self.often.get(code, 0) + 1
        if self.often[code] > MOST_FRAMES or code.co_name.startswith("<") or len(self.held) > MOST_HELD:
            self.idle.add(code)
            return None
        self.clock += 1
        self.serials[id(frame)] = self.clock
        return self._step

    def _step(self, frame, event, arg):
        self.clock += 1
        self._idle(frame.f_code)
        code, serial = frame.f_code, self.serials.get(id(frame), -1)
        outside = frame.f_locals is self.namespace
        held, given = frame.f_locals, () if outside else code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
        for name in code.co_names if outside else tuple(held):
            value = held.get(name)
            if type(value) in (int, float, str, type(None), bool) or name.startswith("__"):
                continue
            last = self.last.get((serial, name))
            if last is None or last[0] is not value or (_may_be_filled(value, event) and _filled(value, last[1])):
                if last is None and id(value) in self.old:
                    continue
                known = [
                    self._keep(frame, serial, name, value, name in given and last is None, *form)
                    for form in taken(value)
                ]
                for one in last[1] if last else ():
                    one.until = self.clock
                self.last[serial, name] = value, known
        self.lines[serial] = frame.f_lineno
        if event == "return" and not outside and type(arg) not in (int, float, str, type(None), bool):
            for form in taken(arg):
                self._keep(frame, serial, f"what {code.co_name} returns", arg, True, *form)
        return self._step

    def _keep(self, frame, serial, name, value, given, rows, turned):
        caller = self.serials.get(id(frame.f_back), -1)
        line = frame.f_back.f_lineno if given else self.lines.get(serial, frame.f_lineno)
        one = Held(serial, tape_name(frame), name, self.clock, value, rows, given, caller, line, turned=turned)
        if len(self.held) < MOST_HELD:
            self.held.append(one)
        if self.changes is not None:
            self.changes(one)
        return one

    def all_tables(self):
        """Those that are tables."""
        return [one for one in self.held if one.rows.ndim == 2]


def _may_be_filled(value, event):
    """Whether to look whether an array was changed in its place: a mask at any time, a table where its frame ends."""
    table = event == "return" and isinstance(value, np.ndarray) and value.ndim == 2 and value.size <= MOST_NUMBERS / 4
    return table or (isinstance(value, np.ndarray) and value.dtype.kind == "b" and value.ndim == 1)


def _filled(value, known):
    return bool(known) and not np.array_equal(known[0].rows, value.T if known[0].turned else value)


def seen(statements, caller, namespace, changes=None):
    """The Run of a program."""
    told = recorded.Told(statements, namespace, influence.Telling(namespace))
    made = replay.program_runs(told, caller, namespace, None, lambda: Run(namespace, changes))
    made.failures = told.failures
    return made
