"""The one recorded run of a program: told to its end in short, every array on a tape, the calls of its own functions kept.

Its readers: ``story_reading`` (the tape), ``calls_of`` and ``last_calls`` (how the program calls its functions), ``ledger`` (what
differs between the calls of one line), and ``training_calls`` (what it calls its objects with, and trains them by).
"""

import ast
import copy
import re
import time

import numpy as np

from scratchwork.checks.findings import CannotCheck
from scratchwork.checks.registry import once
from scratchwork.checks.running import replay, shortened, state
from scratchwork.checks.watching import ledger, meetings
from scratchwork.checks.watching.program_calls import SeenCall, is_plain
from scratchwork.checks.watching.tape import Enough, Tape, tape_name

TAPE_SECONDS, SECONDS = 1.6, 2.4
MOST, LARGEST, MOST_NUMBERS = 3, 3_000_000, 12_000_000
SHOWS = re.compile(r"(plt|sns|pprint|display|input|ax\w*|fig\w*|pickle|joblib|os|sys|logging|logger|warnings|time)\b")


class Told(replay.Program):
    """A program with its long loops cut, those of its functions and methods too while it runs."""

    def __init__(self, statements, namespace, cutting=None, rounds=shortened.ROUNDS):
        self.cut = shortened.Cut(namespace, cutting, rounds)
        super().__init__([self.cut.short(node) for node in statements], namespace)

    def run(self, case=None):
        """Execute every statement that does not merely draw."""
        self.failures = []
        with self.cut.at_work():
            for node in self.statements:
                if not isinstance(node, replay.SKIPPED) and not SHOWS.match(ast.unparse(node)):
                    self._execute(node, None)


class Recorder(Tape):
    """A tape that also keeps the first calls of each function, those made by the program and those made within others."""

    def __init__(self, program):
        super().__init__(program.namespace, TAPE_SECONDS)
        self.known = {
            code: (name, program.cut.routines[name])
            for name, code in program.cut.codes.items()
            if not name.rpartition(".")[2].startswith("__") or name.endswith(".__init__")
        }
        self.calls, self.open, self.counts, self.copied = [], {}, {}, 0
        self.made = {}  # object -> the call that made it
        self.ledger = ledger.Ledger()
        self.met = program.cut.cutting  # keeps where targets meet answers

    def run(self, function, *args, **kwargs):
        """Call and record; the calls are kept for longer than the arrays."""
        self.stops = time.process_time() + SECONDS
        try:
            return super().run(function, *args, **kwargs)
        finally:
            space = {key: item for key, item in self.namespace.items() if not key.startswith("__") and is_plain(item)}
            for entry in [*self.open.values()]:
                entry.close()
            for entry in [*self.calls, *self.made.values()]:
                entry.space = space

    def _enter(self, frame, event, arg):
        step = super()._enter(frame, event, arg)
        if step is not None and frame.f_code in self.known:
            self.ledger.note(frame, self.known[frame.f_code][0], tape_name(frame.f_back))
            self._begin(frame, *self.known[frame.f_code])
        return step

    def _step(self, frame, event, arg):
        if event == "return" and id(frame) in self.open:
            self.open.pop(id(frame)).close(arg, True, len(self.calls))
        if time.process_time() > self.stops:
            raise Enough
        if not self.full:
            try:
                return super()._step(frame, event, arg)
            except Enough:
                self.full = True
        frame.f_trace_lines = False
        return self._step

    def _begin(self, frame, name, function):
        outer = not any(entry.owner is not None and not entry.makes for entry in self.open.values())
        self.counts[name, outer] = self.counts.get((name, outer), 0) + 1
        if self.counts[name, outer] > MOST:
            return
        names = frame.f_code.co_varnames[: frame.f_code.co_argcount + frame.f_code.co_kwonlyargcount]
        given = {key: frame.f_locals[key] for key in names if key in frame.f_locals}
        live = given.get("self") if "." in name and names[:1] == ("self",) else None
        size = sum(item.size for _, item in state.leaves(list(given.values())))
        if ("." in name) != (live is not None) or size > LARGEST or self.copied + size > MOST_NUMBERS:
            return
        try:
            given = copy.deepcopy(given)
        except Exception:  # an open file, a generator: such a call cannot be had again
            return
        self.copied += size
        entry = SeenCall(
            name, function, given, given.pop("self", None), outer=outer, live=live, caller=tape_name(frame.f_back)
        )
        entry.line, entry.span = frame.f_back.f_lineno, (len(self.calls), 0)
        plain = (np.ndarray, dict, list, tuple)
        entry.refs = {key: frame.f_locals[key] for key in given if isinstance(frame.f_locals[key], plain)}
        known = [(word, item) for word, item in frame.f_back.f_locals.items() if isinstance(item, plain)]
        entry.names = {key: {word for word, held in known if held is item} for key, item in entry.refs.items()}
        self.open[id(frame)] = entry
        if entry.makes:
            self.made.setdefault(id(live), entry)
        else:
            self.calls.append(entry)


def of_program(program, caller, namespace):
    """The Recorder of the first program of a file that is asked about, run once."""
    return once(namespace, "__recorded__", lambda: _recorded(program.statements, caller, namespace))


def longer(program, caller, namespace, rounds):
    """The tape of the same program with more rounds of its long loops; the calls are not kept."""
    told = Told(program.statements, namespace, rounds=rounds)
    return replay.program_runs(told, caller, namespace, None, lambda: Tape(namespace, TAPE_SECONDS), again=False)


def of_function(statement, caller, namespace):
    """The Recorder of one statement of ours that calls a function of the file."""
    return _recorded([statement], caller, namespace)


def _recorded(statements, caller, namespace):
    told = Told(statements, namespace, meetings.Watched(namespace))
    return replay.program_runs(told, caller, namespace, None, lambda: Recorder(told))


def calls_of(program, caller, namespace):
    """[SeenCall] of the calls that returned, and are small enough to be made again and again."""
    return [entry for entry in of_program(program, caller, namespace).calls if entry.done and entry.is_small()]


def last_calls(program, caller, namespace):
    """The last of these calls of each function."""
    last = {entry.name: entry for entry in calls_of(program, caller, namespace)}
    if not last:
        raise CannotCheck("the program calls none of its own functions")
    return list(last.values())


def training_calls(namespace, caller):
    """{class: {method: (object before, arguments)}} of the calls by which the file's own programs train an object.

    A program may train several models one after another, and hand its data over in a way that no name tells: what it does
    itself with an object of one of its classes is taken as it is, whatever the methods are called.
    """
    found = {}
    for number, statements in enumerate(replay.blocks(namespace["__tree__"])[:2]):
        if number == 0:
            tape = of_program(replay.Program(statements, namespace), caller, namespace)
        else:
            tape = _recorded(statements, caller, namespace)
        for entry in tape.calls:
            if entry.moved:
                pair = entry.owner, entry.given
                found.setdefault(type(entry.owner).__name__, {}).setdefault(entry.name.rpartition(".")[2], pair)
    return found
