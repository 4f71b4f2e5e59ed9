"""A call that was stopped at its limit: where it was, on which data, and whether it can be shown never to end.

A loop that comes back to the very state it had before (every value within its reach, and both global generators) does the
same for ever: that is a proof, and an error. Without it the call is only known to be too slow for so few rows: a warning.
"""

import ast
import dataclasses
import pickle
import random
import sys
import time
import types

import numpy as np

from scratchwork.checks.findings import find

PROOF_SECONDS = 1.0
LEAST_SECONDS = 4.0  # a call that was cut off sooner, by a limit of our own making, says nothing
MOST_BYTES, MOST_PASSES = 2_000_000, 2_000
OUTSIDE = {"time", "monotonic", "perf_counter", "datetime", "now", "next", "input", "open", "read", "readline", "default_rng",
           "RandomState", "urandom", "globals", "environ", "is_alive", "get_nowait"}  # fmt: skip
HIDDEN = (types.ModuleType, types.FunctionType, types.BuiltinFunctionType, type)


@dataclasses.dataclass
class Stop:
    """One call that did not return: under which name it was called, after how long it was stopped, and where."""

    name: str
    seconds: float
    code: object = None
    function: str | None = None
    line: int | None = None
    loop: ast.AST | None = None
    shapes: tuple = ()
    repeats: bool = False
    full: bool = False  # whether it had a time that no call on a few rows needs
    odd: bool = False  # whether its data were such as ordinary programs never hand in


def loops_in(tree):
    """Every loop of a file."""
    return [node for node in ast.walk(tree) if isinstance(node, (ast.While, ast.For))] if tree is not None else []


def loop_at(loops, line, kinds=(ast.While, ast.For)):
    """The outermost loop of a kind that holds a line within one function, or None."""
    held = [node for node in loops if isinstance(node, kinds) and node.lineno <= line <= node.end_lineno]
    return min(held, key=lambda node: node.lineno, default=None)


class Proof:
    """Watches the while loops of the frames that are running, until one of them comes back to a state it had before."""

    def __init__(self, loops, file):
        self.loops, self.file, self.seen, self.found, self.raises = loops, file, {}, None, None

    def start(self, frame, raises):
        """Watch from here on; whether there is a loop to watch. ``raises`` is raised as soon as one repeats."""
        self.raises, frames = raises, {}
        while frame is not None:
            inside = frame.f_code.co_filename == self.file
            loop = (
                loop_at(self.loops, line_at(frame.f_code, frame.f_lasti, frame.f_lineno), ast.While) if inside else None
            )
            if loop is not None and not OUTSIDE & set(frame.f_code.co_names):
                frames[frame] = marks(loop)
            frame = frame.f_back
        if not frames or sys.gettrace() is not None:
            return False
        self.frames = frames
        for watched in frames:
            watched.f_trace = self._line
        sys.settrace(lambda *_: None)
        return True

    def stop(self):
        """Let go of the frames."""
        sys.settrace(None)
        for frame in self.frames:
            frame.f_trace = None
        self.frames = {}

    def _line(self, frame, event, _):
        if event == "line" and frame.f_lineno in self.frames.get(frame, ()):
            key = state_of(frame, frame.f_lineno)
            seen = self.seen.setdefault(id(frame), set())
            if key is not None and key in seen:
                self.found = loop_at(self.loops, frame.f_lineno, ast.While)
                self.stop()
                raise self.raises
            if len(seen) < MOST_PASSES:
                seen.add(key)
        return self._line


def line_at(code, place, line):
    """The line of an instruction; of a jump back, which may have none, that of the last one before it."""
    before = [entry for start, _, entry in code.co_lines() if start <= place and entry is not None]
    return line or (before[-1] if before else code.co_firstlineno)


def marks(loop):
    """Lines of a while loop that are passed once a round, with no iteration going on whose place is hidden.

    >>> marks(ast.parse("while a:\\n  for b in c:\\n    d()").body[0])
    {1}
    """
    first = loop.body[0]
    simple = isinstance(first, (ast.Assign, ast.AugAssign, ast.Expr, ast.Pass))
    places = [(loop.lineno, loop.test), *([(first.lineno, first)] if simple else [])]
    if isinstance(first, ast.If):
        places.append((first.lineno, first.test))
    return {line for line, node in places if not any(isinstance(part, ast.comprehension) for part in ast.walk(node))}


def state_of(frame, line):
    """All that the code of a frame can reach and change, as bytes; None where it cannot be told."""
    try:
        reach = {**data_in(frame.f_globals), "": data_in(frame.f_locals)}
        held = [
            vars(item)
            for item in frame.f_globals.values()
            if isinstance(item, type) and item.__module__ == "user_module"
        ]
        words = pickle.dumps((line, reach, [data_in(item) for item in held], np.random.get_state(), random.getstate()))  # noqa: NPY002
    except Exception:  # an object that cannot be written down: nothing is shown
        return None
    return hash(words) if len(words) < MOST_BYTES else None


def data_in(names):
    """The values of a namespace that are data, without what Python puts there."""
    hidden = (*HIDDEN, property, staticmethod, classmethod)
    return {
        key: item
        for key, item in list(names.items())
        if not (key.startswith("__") or isinstance(item, hidden)) and not isinstance(item, types.GetSetDescriptorType)
    }


def stopped(name, function, error, seconds, began, loops, file, proof):
    """The Stop of a call that ran into its limit; ``error`` carries where it was."""
    stop = Stop(name, seconds, code_of(function))
    taken = time.monotonic() - began
    stop.full = taken >= LEAST_SECONDS
    stop.repeats = proof is not None and proof.found is not None
    trace, frames = error.__traceback__, []
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == file:
            frames.append((trace.tb_frame, line_at(trace.tb_frame.f_code, trace.tb_lasti, trace.tb_lineno)))
        trace = trace.tb_next
    if not frames:
        return stop
    stop.shapes, stop.odd = shapes_of(frames[0][0]), has_odd_data(frames[0][0])
    for kinds in ((ast.While,), (ast.For,), ()):
        for frame, line in frames:
            loop = loop_at(loops, line, kinds) if kinds else None
            if loop is not None or not kinds:
                loop = proof.found if stop.repeats else loop
                stop.function, stop.line, stop.loop = frame.f_code.co_name, line, loop
                return stop
    return stop


def given_to(frame):
    """The arguments of a function."""
    return [frame.f_locals.get(name) for name in frame.f_code.co_varnames[: frame.f_code.co_argcount]]


def shapes_of(frame):
    """The shapes of the arrays that a function was given."""
    return tuple(np.shape(item) for item in given_to(frame) if isinstance(item, np.ndarray) and item.ndim)


def has_odd_data(frame):
    """Whether a function was given bytes, whose sums wrap, or numbers that are none: what a probe hands in on purpose."""
    values = [item[0] if isinstance(item, (list, tuple)) and item else item for item in given_to(frame)]
    arrays = [item for item in values if isinstance(item, np.ndarray)]
    small = any(item.dtype.kind in "iu" and item.dtype.itemsize == 1 for item in arrays)
    return small or any(item.dtype.kind == "f" and not np.isfinite(item).all() for item in arrays)


def code_of(function):
    """The code of a function or method, by which it is known again under any wrapper's name; else None."""
    return getattr(getattr(function, "__func__", function), "__code__", None)


def words(stop):
    """What was seen of a call that was stopped."""
    name = "The program" if stop.name in ("exec", "execute", "run", "until") else stop.name
    data = f" on data of shape {stop.shapes[0]}" if stop.shapes else ""
    said = f"{name} did not return within {stop.seconds:.3g} s{data}."
    if stop.repeats:
        return f"{said} The while loop of line {stop.loop.lineno} comes back to the very values it had before: it never ends."
    if stop.loop is not None:
        if isinstance(stop.loop, ast.For):
            return f"{said} It was stopped in the for loop of line {stop.loop.lineno}: far too slow."
        return f"{said} It was stopped in the while loop of line {stop.loop.lineno}: endless, or far too slow."
    return said


def finding_of(stop, owner=None):
    """SW-X91 for a call that was stopped: an error where it is shown never to end, a remark where it is only slow."""
    means, function = {}, stop.function if stop.function != "<module>" else None
    if not stop.repeats and stop.loop is not None:
        means = {
            "means": "Nothing that needs this call could be checked. On so few rows a training takes well under a second."
        }
    line = stop.loop.lineno if stop.loop is not None else stop.line
    odd = stop.odd or isinstance(stop.loop, ast.For)  # a loop of that kind comes to its end
    severity = "remark" if odd else "error" if stop.repeats else "warning"
    return find("SW-X91", words(stop), severity=severity, object=owner, function=function, line=line, **means)


def tell_stops(owner, caller, marks, out):
    """Calls that did not return, or ended the process, are findings, whatever the views made of it; whether there was one.

    A view tries several readings and passes over those that fail, so that nothing of it comes to light there.
    """
    stops = [stop for stop in caller.timeouts[marks[0] :] if (stop.repeats or stop.full) and not stop.odd]
    best = {}
    for stop in sorted(stops, key=lambda stop: (not stop.repeats, -stop.seconds)):
        best.setdefault(stop.function or stop.name, stop)
    for stop in best.values():
        out.add(finding_of(stop, owner))
    for name, line in set(caller.exits[marks[1] :]):
        if name not in ("exec", "execute", "run", "until"):
            out.add(
                find("SW-X93", f"{name} called exit().", severity="warning", object=owner, function=name, line=line)
            )
    return bool(best)
