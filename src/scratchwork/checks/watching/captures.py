"""Calls of the file's own program that train an object, each to be had again alone, from the state before it.

A program may train several models one after another, and hand its data over in a way that no name tells: what it does itself
with an object of one of its classes is taken as it is, whatever the methods are called.
"""

import contextlib
import copy
import sys
import time

import numpy as np

from scratchwork.checks.findings import CannotCheck
from scratchwork.checks.recognising import makings
from scratchwork.checks.running import replay, state
from scratchwork.checks.watching.tape import Enough

SECONDS, MOST_KEPT, BIGGEST = 1.5, 2, 3_000_000


class Capture:
    """What the program calls its objects with: {(class, method): (object before, arguments)} of the calls that move arrays."""

    def __init__(self, namespace, classes):
        self.namespace, self.classes = namespace, classes
        self.found, self.counts, self.open = {}, {}, None

    def run(self, function, *args):
        """Call the function and look on."""
        self.ends, before = time.monotonic() + SECONDS, sys.getprofile()
        sys.setprofile(self._seen)
        try:
            function(*args)
        except Enough:
            pass
        finally:
            sys.setprofile(before)
            self._close()

    def _seen(self, frame, event, arg):
        if frame.f_globals is not self.namespace:
            return
        if event == "return" and self.open is not None and frame is self.open[0]:
            self._close()
        elif event == "call":
            if time.monotonic() > self.ends:
                raise Enough
            if self.open is None:
                self._begin(frame)

    def _begin(self, frame):
        code = frame.f_code
        names = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
        owner = frame.f_locals.get(names[0]) if names and names[0] == "self" else None
        key = type(owner).__name__, code.co_name
        if type(owner) not in self.classes or code.co_name.startswith("__") or self.counts.get(key, 0) >= MOST_KEPT:
            return
        self.counts[key] = self.counts.get(key, 0) + 1
        try:
            given = {name: frame.f_locals[name] for name in names[1:] if name in frame.f_locals}
            if sum(item.size for item in state.float_arrays((owner, given)).values()) < BIGGEST:
                self.open = frame, key, owner, copy.deepcopy((owner, given))
        except Exception:  # what cannot be copied cannot be had again
            self.open = None

    def _close(self):
        if self.open is None:
            return
        (_, key, owner, kept), self.open = self.open, None
        before, after = state.float_arrays(kept[0]), state.float_arrays(owner)
        moved = [path for path, item in before.items() if path in after and after[path].shape == item.shape and item.ndim and not np.array_equal(item, after[path])]  # fmt: skip
        if moved or set(after) - set(before):
            self.found.setdefault(key, kept)


def programs(namespace, caller):
    """{class: {method: a Program that makes this one call}} of the file's own programs."""
    found = {}
    for statements in replay.blocks(namespace["__tree__"])[:2]:
        looking = Capture(namespace, set(makings.classes(namespace).values()))
        kept = dict(namespace)
        program = replay.Program(statements, namespace)
        with contextlib.suppress(CannotCheck):
            caller.raw(program.imports)
            caller.raw(looking.run, program.run, limit_=2 * SECONDS)
        namespace.clear()
        namespace.update(kept)
        for (name, method), pair in looking.found.items():
            found.setdefault(name, {}).setdefault(method, pair)
    return found


def call_text(key, method, pair, namespace):
    """The text of the call alone; what makes its object and arguments anew stands in the namespace under ``key``."""
    namespace[key] = lambda: copy.deepcopy(pair)
    return f"model, given = {key}()\nmodel.{method}(**given)"
