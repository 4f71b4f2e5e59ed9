"""One call of the user's code: silent, within a time limit, on copies, its failure turned into words.

The limit is an alarm of the process, so it works in the main thread only (the child process has nothing else); a call
that sits in compiled code past the alarm is ended by the parent process, see ``sandbox.py``.
"""

import builtins
import collections
import contextlib
import io
import random
import signal
import sys
import threading
import time
import warnings

import numpy as np

from scratchwork.checks.findings import CallFailed, NotWritten, OutOfTime
from scratchwork.checks.running import endless, taking_lists

PRINT_LIMIT = 2_000_000  # characters in one call
SEED = 20
MOST_LOOKS = 3
AFTER_A_STOP = 2.5  # seconds more for an object whose call did not return: it is still watched from inside
PATIENCE = 2.5  # times the limit that a call may take where other programs have the processor
LEAST_LIMIT = 2.0  # seconds that a call has at least, however little of the share of its object is left


class TimeUp(BaseException):
    """The alarm; not an Exception, so that ``except Exception`` in the user's loop does not swallow it."""


class StuckError(BaseException):
    """A check of ours has used up the processor time that one check may take."""


@contextlib.contextmanager
def own_limit(seconds):
    """Raise StuckError after ``seconds`` of processor time in the block: a check of ours must not hang either."""
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "SIGPROF"):
        yield
        return

    def ring(*_):
        raise StuckError

    before = signal.signal(signal.SIGPROF, ring)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


class PrintedTooMuch(BaseException):
    """The user's code printed past the limit."""


class _Capped(io.TextIOBase):
    """A stream that keeps the first characters and stops the call when there are far too many."""

    def __init__(self):
        self.kept, self.count = [], 0

    def writable(self):
        return True

    def write(self, text):
        if self.count < 20_000:
            self.kept.append(text[:20_000])
        self.count += len(text)
        if self.count > PRINT_LIMIT:
            raise PrintedTooMuch
        return len(text)


def _no_input(*_):
    raise EOFError("input() is not answered while code is checked")


@contextlib.contextmanager
def _alarm(seconds, proof=None):
    """Raise TimeUp after ``seconds``, and again each half second in case something swallows it.

    On a machine that is busy with other programs the call has not had its seconds then, and gets some more time. Before that ``proof`` (an ``endless.Proof``) watches for a moment whether the loop that is running repeats itself.
    """
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "setitimer"):
        yield
        return

    begun, busy, since = [], time.process_time() + seconds / 2, time.monotonic()

    def ring(_, frame):
        if time.process_time() < busy and time.monotonic() < since + PATIENCE * seconds:
            return
        if proof is not None and not begun:
            begun.append(proof.start(frame, TimeUp))
            if begun[0]:
                signal.setitimer(signal.ITIMER_REAL, endless.PROOF_SECONDS, 0.5)
                return
        if any(begun):
            begun[0] = proof.stop()
        raise TimeUp

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, max(seconds, 0.01), 0.5)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        if any(begun):
            proof.stop()


@contextlib.contextmanager
def _quiet():
    """Swallow prints and questions; gives the stream that collects."""
    stream, saved = _Capped(), (sys.stdout, sys.stderr, builtins.input)
    sys.stdout, sys.stderr, builtins.input = stream, stream, _no_input
    try:
        yield stream
    finally:
        sys.stdout, sys.stderr, builtins.input = saved


def copied(value):
    """The value with its arrays copied; other objects as they are."""
    if isinstance(value, np.ndarray):
        return value.copy()
    if type(value) in (list, tuple):
        return type(value)(copied(item) for item in value)
    if type(value) is dict:
        return {key: copied(item) for key, item in value.items()}
    return value


def line_in(error, file):
    """The last line of ``file`` that the error's traceback passes through, or None."""
    line, trace = None, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == file:
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


class Caller:
    """Calls the user's functions. One for a target; it keeps count of time, prints and warnings.

    Parameters
    ----------
    limit : float
        Seconds for one call.
    total : float
        Seconds for all calls together.
    file : str or None
        The user's file, to find lines in tracebacks.
    """

    def __init__(self, limit=10.0, total=60.0, file=None):
        self.limit, self.file = limit, file
        self.loops = []  # of the user's file, to tell where a call was stopped
        self.ends = time.monotonic() + total
        self.share = None  # processor time at which the present object's share ends
        self.warnings, self.printed, self.timeouts, self.calls = [], 0, [], 0
        self.before = 0  # timeouts of the objects before the present one
        self.answered = 0  # calls that returned, of anything but a constructor
        self.looked_into = collections.Counter()  # how often a call without an end was watched from inside
        self.exits = []  # (name, line) of calls that ended in exit()
        self.text = ""  # what the last call printed, its first characters
        self.stuck_at = set()  # lines of the program's statements that did not come to their end

    def give(self, seconds):
        """Give the next object a share of processor time; None lifts the limit."""
        self.share = None if seconds is None else time.process_time() + seconds
        self.before = len(self.timeouts)

    def hangs(self, name, function):
        """Whether a function is not to be asked again: it never ends, or has twice run into the limit for this object."""
        code = endless.code_of(function)
        twice = sum(stop.name == name for stop in self.timeouts[self.before :]) >= 2
        known = [stop for stop in self.timeouts if stop.code and not stop.odd]
        return twice or any(stop.code is code and (stop.repeats or stop.full) for stop in known)

    def looks_into(self, function):
        """Whether a function that does not return may be called again, to be watched while it runs: a few times."""
        code = endless.code_of(function)
        if not self.hangs(getattr(function, "__name__", ""), function) or self.looked_into[code] >= MOST_LOOKS:
            return False
        self.looked_into[code] += 1
        return True

    def __call__(self, function, /, *args, **kwargs):
        """Call with copies of the arrays; raises CallFailed, NotWritten or OutOfTime."""
        return self.raw(function, *copied(args), **copied(kwargs))

    def raw(self, function, /, *args, seed_=SEED, limit_=None, again_=False, **kwargs):
        """Call with the very arguments (to see whether they are changed); the global generators are seeded first.

        ``again_``: although it did not return before, or the time of the object is used up: it is watched from inside.
        """
        now, left = time.process_time(), self.ends - time.monotonic()
        if left <= 0 or (self.share is not None and now > self.share and not again_):
            raise OutOfTime("the time for this object was used up")
        if seed_ is not None:
            np.random.set_state(np.random.RandomState(seed_).get_state())  # noqa: NPY002 (what user code draws from)
            random.seed(seed_)
        name = getattr(function, "__name__", type(function).__name__)
        if self.hangs(name, function) and not again_:
            raise OutOfTime("it did not return, and is not asked again")
        self.calls += 1
        limit = self._limit(limit_, left, now)
        proof, began = endless.Proof(self.loops, self.file), time.monotonic()
        try:
            with (
                _quiet() as stream,
                warnings.catch_warnings(record=True) as caught,
                _alarm(limit, proof),
            ):
                warnings.simplefilter("always")
                try:
                    return self._answered(function, taking_lists.called(function, args, kwargs))
                finally:
                    self.warnings, self.printed = caught, max(self.printed, stream.count)
                    self.text = "".join(stream.kept)
        except BaseException as error:
            if isinstance(error, (TimeUp, StuckError)):
                shown = limit if isinstance(error, TimeUp) else time.monotonic() - began
                self._note(endless.stopped(name, function, error, shown, began, self.loops, self.file, proof))
            raise self._failure(name, error, limit) from None

    def _note(self, stop):
        """Remember a call that was stopped; after the first one of an object there is some time to look into it."""
        if self.share is not None and len(self.timeouts) == self.before:
            self.share += AFTER_A_STOP
        self.timeouts.append(stop)

    def _answered(self, function, value):
        self.answered += not isinstance(function, type)
        return value

    def _limit(self, wanted, left, now):
        """Seconds for one call: its limit, and no more than is left for the file and for the present object."""
        share = left if self.share is None else max(self.share - now, LEAST_LIMIT)
        return min(wanted or self.limit, left, share)

    def _failure(self, name, error, limit):
        """The CallFailed that stands for what the call raised; Ctrl-C stays Ctrl-C."""
        if isinstance(error, (KeyboardInterrupt, StuckError)):
            raise error
        line = line_in(error, self.file) if self.file else None
        if isinstance(error, TimeUp):
            words = f"{name} did not return within {limit:.3g} s"
            return CallFailed(words, kind="time", cause=self.timeouts[-1], line=line)
        if isinstance(error, PrintedTooMuch):
            return CallFailed(
                f"{name} printed more than {PRINT_LIMIT} characters", kind="prints", cause=error, line=line
            )
        if isinstance(error, (SystemExit, GeneratorExit)):
            self.exits.append((name, line))
            return CallFailed(f"{name} called exit()", kind="exit", cause=error, line=line)
        if isinstance(error, MemoryError):
            return CallFailed(f"{name} ran out of memory", kind="memory", cause=error, line=line)
        if isinstance(error, NotImplementedError):
            return NotWritten(f"{name} is not written yet", name, line)
        text = " ".join(str(error).split())[:200]
        return CallFailed(f"{name} raised {type(error).__name__}: {text}", cause=error, line=line)

    def said(self, *words):
        """Whether one of the last call's warnings holds one of ``words``."""
        return any(word in str(entry.message).lower() for entry in self.warnings for word in words)
