"""A call that a program itself makes of one of its own functions: its arguments, what it gave, and the same call again with one changed.

What a function is given is then not our guess; ``recorded.py`` keeps the calls of a run.
"""

import contextlib
import copy
import dataclasses

import numpy as np

from scratchwork.checks.recognising import binding
from scratchwork.checks.running import state

LARGEST, AGAIN = 400_000, 1.0


@dataclasses.dataclass
class SeenCall:
    """One call of a function or method of the file; ``owner`` is a copy of its object as it was."""

    name: str  # ``fit`` or ``MLP.fit``
    function: object
    given: dict
    owner: object = None
    result: object = None
    done: bool = False
    space: dict = None  # what the module held when the program had ended
    outer: bool = True  # not made within a method of the file
    live: object = None  # the object itself, until the call has ended
    moved: bool = False  # whether the call has changed or made arrays of its object
    caller: str = ""  # the function that makes it
    line: int = 0  # of the caller, where it stands
    refs: dict = dataclasses.field(default_factory=dict)  # the arguments themselves
    names: dict = dataclasses.field(default_factory=dict)  # argument -> names that the caller has for it
    span: tuple = (0, 0)  # how many calls had begun before it, and when it had ended
    kept: list = dataclasses.field(default_factory=list)  # arguments that it changes and gives back
    out: object = None  # what it gave, itself
    whose: object = None  # its object, itself

    def close(self, result=None, done=False, calls=0):
        """The call has ended, or is left behind."""
        live, self.live = self.live, None
        self.span, self.out, self.whose = (self.span[0], calls), result, live
        self.kept = [key for key, item in self.refs.items() if done and self._gives_back(item, self.given[key], result)]
        self.moved = live is not None and self.outer and _has_moved(self.owner, live)
        self.done = done
        try:
            self.result = copy.deepcopy(result)
        except Exception:  # an open file, a generator
            self.result = None

    @staticmethod
    def _gives_back(item, copied, result):
        """Whether an argument holds other numbers than before the call, and is among what the call returns."""
        arrays, before = state.float_arrays(item), state.float_arrays(copied)
        if (
            not arrays
            or not state.changed(before, arrays)
            or any(state._own(part) for _, part in state._children(item))
        ):
            return False  # an object's own arrays are its own affair
        held = {id(part) for part in state.float_arrays(result).values()} | {id(result)}
        return id(item) in held or any(id(part) in held for part in arrays.values())

    @property
    def makes(self):
        """Whether it makes an object."""
        return self.name.endswith(".__init__")

    def is_small(self):
        """Whether it can be made again and again."""
        return sum(np.size(item) for item in self.given.values() if isinstance(item, np.ndarray)) <= LARGEST

    def words(self):
        """{argument: meaning}."""
        entries = [entry for entry in binding.parameters(self.function) if entry.name in self.given]
        return {entry.name: binding.meaning_in(entry, entries) for entry in entries}

    def again(self, caller, **changed):
        """The numbers that come of the same call with some arguments changed: returned, and left in the object."""
        owner, given = copy.deepcopy((self.owner, {**self.given, **changed}))
        return numbers_in((self.run(caller, owner, given), owner))

    def run(self, caller, owner, given, limit=AGAIN):
        """What the call gives on this object and with these arguments, among the names as they stood when the program had ended."""
        function = self.function if owner is None else getattr(owner, self.function.__name__)
        with self.as_it_ended():
            return caller.raw(function, **given, limit_=limit)

    @contextlib.contextmanager
    def as_it_ended(self):
        """While the block runs, the module holds what it held when the program had ended."""
        space = self.function.__globals__
        kept = dict(space)
        space.update(copy.deepcopy({key: item for key, item in self.space.items() if is_plain(item)}))
        try:
            yield
        finally:
            space.clear()
            space.update(kept)


def _has_moved(kept, live):
    before, after = state.float_arrays(kept), state.float_arrays(live)
    same = [path for path, item in before.items() if path in after and item.ndim and item.shape == after[path].shape]
    return bool(set(after) - set(before)) or any(not np.array_equal(before[path], after[path]) for path in same)


def numbers_in(value):
    """{path: array} of the numbers in reach of a value, whole ones as well; lists of numbers as arrays."""
    return {path: np.array(item) for path, item in state.leaves(_tabled(value), numbers=True)}


def _tabled(value):
    if isinstance(value, list) and value and all(isinstance(item, (int, float, np.number)) for item in value):
        return np.array(value)
    if hasattr(value, "iloc") and hasattr(value, "to_numpy"):  # of pandas
        return value.to_numpy()
    return type(value)(map(_tabled, value)) if type(value) in (list, tuple) else value


def is_plain(item):
    """Whether a name of the module holds numbers."""
    simple = isinstance(item, (int, float, str, list, dict, tuple, np.number))
    return simple or (isinstance(item, np.ndarray) and item.size < LARGEST)
