"""The calls of a program once more, with its parameters at another point and its settings at other numbers."""

import copy
import dataclasses

import numpy as np

from scratchwork.checks.findings import CannotCheck
from scratchwork.checks.recognising import binding, vocabulary
from scratchwork.checks.running import state
from scratchwork.checks.watching import program_calls

MOST_PLACES = 2000


@dataclasses.dataclass
class Point:
    """Where the parameters of a Moving stand, and the strengths of penalties; the program's calls can be had again there.

    What a call was given that came out of another one is had again as well: a cache, a prediction; so is the call before it
    that left something in the same object.
    """

    seen: program_calls.SeenCall
    calls: list
    caller: object
    numbers: dict  # place -> array
    settings: dict = dataclasses.field(default_factory=dict)
    later: bool = False  # the generators in reach have drawn some numbers more

    def at(self, **changed):
        """The same point with something changed."""
        return dataclasses.replace(self, **changed)

    def of(self, call):
        """The numbers that come of a call; None where it fails."""
        try:
            result, owner = self._of(call, 2)
        except (CannotCheck, TypeError, ValueError, AttributeError, IndexError, KeyError):
            return None
        return program_calls.numbers_in((result, owner))

    def _of(self, call, depth):
        given, owner = copy.deepcopy((call.given, call.owner))
        for name in call.refs if depth else ():
            source, place = self.source(call, name)
            if source is not None:
                result = self._of(source, depth - 1)[0]
                given[name] = result if place is None else result[place]
        self._put(call, given, owner)
        before = self._before(call) if depth and owner is not None else None
        if before is not None:
            inner = copy.deepcopy(before.given)
            self._put(before, inner, None)
            before.run(self.caller, owner, inner)
        for generator in _generators((given, owner)) if self.later else ():
            generator.random(7)
        return call.run(self.caller, owner, given), owner

    def source(self, call, name):
        """(call, place in what it gave) that an argument came out of, where the parameters went into it; else (None, None)."""
        item = call.refs[name]
        for entry in reversed(self.calls[: call.span[0]]):
            if entry.span[1] > call.span[0] or not entry.done or not self._takes(entry):
                continue
            if entry.out is item:
                return entry, None
            for place, part in enumerate(entry.out) if isinstance(entry.out, tuple) else ():
                if part is item:
                    return entry, place
        return None, None

    def _takes(self, entry):
        """Whether a call is given the parameters, or made by their object."""
        roots = [self.seen.refs.get(place[1]) for place in self.numbers if place[0] == "given"]
        own = entry.whose is not None and entry.whose is self.seen.whose
        return own or any(item is root for item in entry.refs.values() for root in roots if root is not None)

    def _before(self, call):
        """The last call on the same object before this one, by the same function; None where there is none."""
        entries = [
            entry for entry in self.calls[: call.span[0]] if entry.whose is call.whose and entry.caller == call.caller
        ]
        roles = {id(entry): vocabulary.role_of_name(entry.name.rpartition(".")[2]) for entry in entries}
        last = next((entry for entry in reversed(entries) if roles[id(entry)] not in ("loss", "accuracy")), None)
        passes = last and roles[id(last)] in ("forward", "predict", "predict_proba")
        return last if passes and last.done and last.name != call.name else None

    def _put(self, call, given, owner):
        """The parameters and settings of this point in the arguments and the object of a call."""
        for place, value in self.numbers.items():
            value = value if value.ndim else float(value)
            if place[0] == "own":
                if owner is not None and call.whose is self.seen.whose:
                    _set(owner, place[1], value)
                continue
            root = self.seen.refs.get(place[1])
            for key in given:
                if (key == place[1] and (root is None or call is self.seen)) or (
                    root is not None and call.refs.get(key) is root
                ):
                    given[key] = _set(given[key], place[2], value)
        for place, value in self.settings.items():
            if place[0] == "own" and owner is not None:
                setattr(owner, place[1], value)
            elif place[0] == "given" and place[1] in {entry.name for entry in binding.parameters(call.function)}:
                given[place[1]] = value


def _set(root, path, value):
    """Set a number or an array where it stands, so that whoever else holds it sees it too; the root, or what is in its place."""
    held = state.get(root, path)
    if isinstance(held, np.ndarray) and held.ndim and held.flags.writeable:
        held[...] = value
        return root
    return state.put(root, path, value)


def _generators(value, seen=None):
    """The generators of random numbers in reach, each place looked into once."""
    seen = set() if seen is None else seen
    if isinstance(value, (np.random.Generator, np.random.RandomState)):
        yield value
    elif id(value) not in seen and len(seen) < MOST_PLACES:
        seen.add(id(value))
        for _, item in state._children(value):
            yield from _generators(item, seen)
