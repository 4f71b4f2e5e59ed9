"""A call that a program itself makes of one of its own functions: its arguments, what it gave, and the same call again with one changed.

What a function is given is then not our guess; ``recorded.py`` keeps the calls of a run.
"""

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

    def close(self, result=None, done=False):
        """The call has ended, or is left behind."""
        live, self.live = self.live, None
        self.moved = live is not None and self.outer and _has_moved(self.owner, live)
        self.done = done
        try:
            self.result = copy.deepcopy(result)
        except Exception:  # an open file, a generator
            self.result = None

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
        function = self.function if owner is None else getattr(owner, self.function.__name__)
        space = self.function.__globals__
        kept = dict(space)
        space.update(copy.deepcopy({key: item for key, item in self.space.items() if is_plain(item)}))
        try:
            result = caller.raw(function, **given, limit_=AGAIN)
        finally:
            space.clear()
            space.update(kept)
        return numbers_in((result, owner))


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
    return type(value)(map(_tabled, value)) if type(value) in (list, tuple) else value


def is_plain(item):
    """Whether a name of the module holds numbers."""
    simple = isinstance(item, (int, float, str, list, dict, tuple, np.number))
    return simple or (isinstance(item, np.ndarray) and item.size < LARGEST)
