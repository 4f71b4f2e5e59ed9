"""What a program gives to its own functions, call by call: numbers, words and how many rows, whatever holds them.

A comparison is a line that calls one function several times; what differs between its calls is told by the calls themselves,
though it was set by a condition, in a record, or by ``replace(config, ...)``.
"""

import collections
import dataclasses

import numpy as np

from scratchwork.checks.running import state

MOST_OF_ONE, MOST_CALLS, MOST_FACTS, DEEP = 40, 400, 60, 2


@dataclasses.dataclass
class Entry:
    """One call: the facts of its arguments by path, and the first row of each table, which tells data apart."""

    name: str
    caller: str
    line: int
    facts: dict
    rows: dict  # {path: number of rows}
    first: dict  # {path: the first row, in bytes}


class Ledger(dict):
    """{(function, lines of all its callers): [Entry]} of the calls of a run, in their order: those of one loop are together."""

    def __init__(self):
        super().__init__()
        self.counts = collections.Counter()

    def note(self, frame, name, caller):
        """Keep one call, if it is among the first of its line."""
        code, line = frame.f_code, frame.f_back.f_lineno
        self.counts[code] += 1
        if self.counts[code] > MOST_CALLS:
            return
        held = self.setdefault((name, *_lines(frame.f_back, frame.f_globals)), [])
        if len(held) < MOST_OF_ONE:
            entry = Entry(name, caller, line, {}, {}, {})
            for key in code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]:
                if key in frame.f_locals:
                    _tell(entry, key, frame.f_locals[key], 0)
            held.append(entry)


def _lines(frame, namespace):
    """The line in which each caller stands that is code of the file, innermost first."""
    while frame is not None and frame.f_globals is namespace:
        yield frame.f_lineno
        frame = frame.f_back


def _tell(entry, path, value, depth):
    """Put what is known of a value under its path."""
    if len(entry.facts) > MOST_FACTS:
        return
    if value is None or isinstance(value, (bool, int, float, str, np.number)):
        entry.facts[path] = getattr(value, "was", value)  # a number of rounds may have been cut
    elif isinstance(value, np.ndarray) or hasattr(value, "iloc"):
        _table(entry, path, np.asarray(value))
    elif isinstance(value, (list, tuple)) and len(value) > 6:
        entry.rows[path], entry.first[path] = len(value), repr(value[0])[:200].encode()
    elif callable(value) and hasattr(value, "__name__"):
        entry.facts[path] = value.__name__
    elif depth < DEEP:
        for key, item in _inside(value):
            _tell(entry, f"{path}.{key}", item, depth + 1)


def _table(entry, path, value):
    if value.ndim and value.size:
        entry.rows[path], entry.first[path] = (
            len(value),
            repr(value[0].tolist() if value.ndim > 1 else value[0]).encode(),
        )


def _inside(value):
    """(key, item) of what a record, dict, tuple or object of the file holds."""
    if isinstance(value, dict):
        return [(key, item) for key, item in value.items() if isinstance(key, str)]
    if isinstance(value, (list, tuple)):
        return list(enumerate(value))
    own = state._own(value) and hasattr(value, "__dict__")
    return [("class", type(value).__name__), *vars(value).items()] if own else []
