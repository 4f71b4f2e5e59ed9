"""A tape that adds to arrays at given moments, so that a run can be had again with one of its arrays moved."""

import functools
import math
import re

import numpy as np

from scratchwork.checks.recognising import vocabulary
from scratchwork.checks.running import state
from scratchwork.checks.watching.tape import Enough, Sight, Tape

RUN_SECONDS = 1.0
TURN = "turn"  # in place of what is added: the rows the other way round


class NudgedTape(Tape):
    """A tape that adds to arrays at given moments; ``nudges`` maps (time, label) to what is added.

    ``like``: a tape of the same run; only what was new on it is looked at, each time when it was.
    """

    def __init__(self, namespace, nudges=None, until=math.inf, seconds=RUN_SECONDS, rate=None, like=None):
        super().__init__(namespace, seconds)
        self.looks = like and like.news
        self.nudges, self.until, self.raw, self.held = dict(nudges or {}), until, None, {}
        self.untried, self.rate, self.slowed = (
            [],
            rate,
            {},
        )  # what rates kept by objects are multiplied with, and those that were

    def _walk(self, value, cell, label, function, seen, depth, returned):
        turns = self.nudges.get((self.clock, label)) is TURN
        if not returned and (self.clock, label) in self.nudges and (isinstance(value, np.ndarray) or not turns):
            _add(value, self.nudges.pop((self.clock, label)))
        self.raw = value
        if self.rate is not None and state._own(value):
            self._slow(value)
        super()._walk(value, cell, label, function, seen, depth, returned)

    @functools.cached_property
    def news(self):
        """{time: the names in a function at which something new stood}."""
        found = {}
        for sight in self.sights:
            found.setdefault(sight.time, set()).add(None if sight.returned else re.split(r"[.\[]", sight.label)[0])
        return found

    def _named(self, frame):
        if self.looks is None:
            return super()._named(frame)
        held = frame.f_locals
        return [(name, held[name]) for name in self.looks.get(self.clock, ()) if name in held]

    def _step(self, frame, event, arg):
        if self.clock > self.until:
            raise Enough
        super()._step(frame, event, arg)
        return self._step

    def _slow(self, owner):
        for key, item in list(vars(owner).items()):
            if type(item) is float and (id(owner), key) not in self.slowed and vocabulary.meaning(key) == "lr":
                self.slowed[id(owner), key] = owner
                setattr(owner, key, item * self.rate)

    def _note(self, cell, label, function, value, returned):
        """An array made anew with the same numbers counts as seen again: it is the one to be nudged."""
        count = len(self.sights)
        super()._note(cell, label, function, value, returned)
        anew = isinstance(self.raw, np.ndarray) and self.held.get(cell, self.raw) is not self.raw
        if anew and len(self.sights) == count and not returned:
            sight = Sight(self.clock, function, label, cell, np.array(value))
            self.cells[cell].append(sight)
            self.sights.append(sight)
        self.held[cell] = self.raw

    def table(self):
        """{(time, label, whether returned): value} of everything seen."""
        return {(sight.time, sight.label, sight.returned): sight.value for sight in self.sights}


def _add(value, delta):
    """Add in place, to an array or to a list of numbers; or turn its rows round."""
    if delta is TURN:
        axis = int(np.argmax(np.shape(value)))
        value[...] = np.flip(value, axis).copy()
    elif isinstance(value, np.ndarray) and value.dtype.kind == "f" and value.flags.writeable:
        value += delta.astype(value.dtype).reshape(value.shape)
    elif isinstance(value, list):
        for place, share in enumerate(delta):
            if isinstance(value[place], list):
                _add(value[place], share)
            else:
                value[place] += float(share)
