"""One call of the user's code, watched line by line: which values changed, and what its inner functions took and gave.

Only frames of the user's own file are watched, for a bounded number of lines, so that a long training costs little more than
a short one. Values are copies: what a name held at that moment.
"""

import dataclasses
import functools
import sys

import numpy as np

from scratchwork.checks.findings import CannotCheck
from scratchwork.checks.running import taking_lists
from scratchwork.checks.running.call import copied as copied_arguments

LINES, CALLS, MOST = 4000, 300, 4000  # watched lines, recorded calls of one function, numbers of one array

SECONDS = 3.0  # for one watched call
LOOK_SECONDS = 1.0  # for one that is known not to return


@dataclasses.dataclass
class Change:
    """A name that came to hold another value: ``before`` is None where it had none; ``around`` is all else that was held."""

    name: str
    function: str
    before: object
    after: object
    around: dict
    step: int


@dataclasses.dataclass
class Inner:
    """One call of an inner function: arguments by name, what the object held, and what came back."""

    function: str
    code: object
    given: dict
    owner: object
    held: dict
    depth: int
    within: object = None  # the function itself, where it is one of the module
    returned: object = None
    after: dict = dataclasses.field(default_factory=dict)  # what the object held at the end
    done: bool = False


@dataclasses.dataclass
class Record:
    """Everything that was seen of one call."""

    changes: list = dataclasses.field(default_factory=list)
    calls: list = dataclasses.field(default_factory=list)
    result: object = None
    failure: CannotCheck | None = None
    whole: bool = True  # whether nothing was left out

    def values(self, name):
        """Every value that a name held, in order."""
        return [change.after for change in self.changes if change.name == name]


def copied(value, depth=0):
    """A copy of numbers, arrays and lists of them; None where the value is something else or too large."""
    if isinstance(value, np.ndarray):
        return np.array(value) if value.size <= MOST and value.dtype != object else None
    if isinstance(value, (bool, int, float, str, np.generic)):
        return value
    if isinstance(value, (list, tuple)) and len(value) <= 400 and depth < 3:
        items = [copied(item, depth + 1) for item in value]
        return None if any(item is None for item in items) else type(value)(items) if type(value) in (list, tuple) else items  # fmt: skip
    if isinstance(value, dict) and len(value) <= 100 and depth < 3:
        items = {key: copied(item, depth + 1) for key, item in value.items()}
        return {key: item for key, item in items.items() if item is not None}
    return None


def held_by(owner):
    """What an object of the user holds, by attribute."""
    if not hasattr(owner, "__dict__") or isinstance(owner, type):
        return {}
    found = {key: copied(item) for key, item in vars(owner).items()}
    return {key: item for key, item in found.items() if item is not None}


def differs(a, b):
    """Whether two copies hold different values."""
    if isinstance(a, np.ndarray) or isinstance(b, np.ndarray):
        return not (
            isinstance(a, np.ndarray)
            and isinstance(b, np.ndarray)
            and a.shape == b.shape
            and a.dtype == b.dtype
            and np.array_equal(a, b, equal_nan=a.dtype.kind == "f")
        )
    return type(a) is not type(b) or bool(a != b and not (a != a and b != b))


class Watcher:
    """The tracer of one call."""

    def __init__(self, file, changes, calls, deep=False):
        self.file, self.track, self.record_calls, self.deep = file, changes, calls, deep
        self.record, self.lines, self.depth = Record(), 0, 0
        self.now, self.open, self.counts = {}, {}, {}

    def __call__(self, frame, event, _):
        if frame.f_code.co_filename != self.file:
            return None
        if event != "call" or (frame.f_code.co_name.startswith("<") and frame.f_code.co_name != "<lambda>"):
            return None
        name = frame.f_code.co_name
        if self.record_calls and self.counts.get(name, 0) < CALLS:
            self.counts[name] = self.counts.get(name, 0) + 1
            self._entered(frame)
        elif self.record_calls:
            self.record.whole = False
        self.depth += 1
        return self._local

    def _local(self, frame, event, value):
        if event == "return":
            self.depth -= 1
            entry = self.open.pop(id(frame), None)
            if entry is not None:
                entry.returned, entry.done = copied(value), True
                entry.after = held_by(entry.owner) if self.deep else {}
        if self.track and event in ("line", "return"):
            self.lines += 1
            if self.lines > LINES:
                self.record.whole, self.track = False, False
                if not self.record_calls:
                    sys.settrace(None)
                    return None
            self._compare(frame)
        return self._local

    def _entered(self, frame):
        code = frame.f_code
        names = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
        local = frame.f_locals
        owner = local.get("self", local.get(names[0]) if names else None)
        owner = owner if hasattr(owner, "__dict__") and not isinstance(owner, type) and not callable(owner) else None
        given = {name: copied(local[name]) for name in names if name in local and local[name] is not owner}
        given = {name: item for name, item in given.items() if item is not None}
        entry = Inner(code.co_name, code, given, owner, held_by(owner), self.depth, frame.f_globals.get(code.co_name))
        self.record.calls.append(entry)
        self.open[id(frame)] = entry

    def _compare(self, frame):
        local, function = frame.f_locals, frame.f_code.co_name
        pool = [(name, item) for name, item in local.items() if name != "self"]
        owner = local.get("self")
        if owner is not None and hasattr(owner, "__dict__"):
            pool += [(f"self.{key}", item) for key, item in vars(owner).items()]
        for name, item in _flat(pool):
            new = copied(item)
            if new is None:
                continue
            key = name if name.startswith("self.") else f"{function}:{name}"
            old = self.now.get(key)
            if old is None or differs(old, new):
                self.record.changes.append(Change(key, function, old, new, dict(self.now), self.lines))
                self.now[key] = new


def _flat(pool):
    """Names with arrays and numbers; those inside a dict or a short list too."""
    for name, item in pool:
        if isinstance(item, (np.ndarray, float, int, np.number)) and not isinstance(item, bool):
            yield name, item
        elif isinstance(item, dict) and len(item) < 20:
            for key, inner in item.items():
                if isinstance(inner, (np.ndarray, float)):
                    yield f"{name}[{key!r}]", inner
            if _rows(list(item.values())):
                yield name, np.array(list(item.values()), dtype=float)
        elif isinstance(item, list) and item and len(item) < 40 and isinstance(item[0], (float, np.floating)):
            try:
                yield name, np.array(item, dtype=float)
            except (TypeError, ValueError):
                continue
        elif _rows(item):
            yield name, np.array(item)


def _rows(item):
    """Whether a value is a short list of vectors of one length: arrays, or lists and tuples of numbers."""
    if not isinstance(item, list) or not 1 < len(item) < 40:
        return False
    vectors = all(isinstance(row, np.ndarray) and row.ndim == 1 for row in item)
    vectors = vectors or all(
        isinstance(row, (list, tuple)) and row and all(isinstance(entry, (float, int, np.number)) for entry in row)
        for row in item
    )
    return vectors and len({len(row) for row in item}) == 1


class Watching:
    """A caller that watches every call; ``records`` holds what was seen, the last call's at the end."""

    def __init__(self, caller, **options):
        self.caller, self.options, self.records = caller, options, []

    @property
    def record(self):
        """The Record of the last call, or None."""
        return self.records[-1] if self.records else None

    def __call__(self, function, *args, **kwargs):
        return self.raw(function, *copied_arguments(args), **copied_arguments(kwargs))

    def raw(self, function, *args, **kwargs):
        """Watch one call; a class is built unwatched."""
        if isinstance(function, type) and not self.options.get("deep"):
            return self.caller.raw(function, *args, **kwargs)
        self.records.append(watched(self.caller, function, *args, **self.options, **{"limit_": SECONDS, **kwargs}))
        if self.record.failure is not None:
            raise self.record.failure
        return self.record.result


def watched(caller, function, *args, changes=False, calls=True, deep=False, file=None, **kwargs):
    """The Record of a call of ``function``; a failure of the user's code is kept in it."""
    code = getattr(getattr(function, "__func__", function), "__code__", None)
    file = file or getattr(caller, "file", None) or (code.co_filename if code else None)
    watcher = Watcher(file, changes, calls, deep)
    options = {key: kwargs.pop(key) for key in ("seed_", "limit_") if key in kwargs}
    if getattr(caller, "looks_into", None) and caller.looks_into(function):
        options |= {"again_": True, "limit_": LOOK_SECONDS}

    @functools.wraps(function)
    def run():
        before = sys.gettrace()
        sys.settrace(watcher)
        try:
            return taking_lists.called(function, args, kwargs)
        finally:
            sys.settrace(before)

    try:
        watcher.record.result = caller.raw(run, **options)
    except CannotCheck as failure:
        watcher.record.failure = failure
    return watcher.record
