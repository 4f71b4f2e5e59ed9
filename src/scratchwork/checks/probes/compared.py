"""Runs that a program compares, by what it gave to each of them: all but what is compared is the same for all."""

import re

import numpy as np

from scratchwork.checks.files.code_shape import called, calls_in, place_at, routines
from scratchwork.checks.findings import CannotCheck, find
from scratchwork.checks.recognising import vocabulary
from scratchwork.checks.registry import probe
from scratchwork.checks.rules.fair import is_compared
from scratchwork.checks.rules.unseeded_cuts import GENERATORS, seed_of
from scratchwork.checks.running import replay
from scratchwork.checks.watching import recorded

BUDGETS = {"epochs": "SW-R2", "batch_size": "SW-R1", "n_hidden": "SW-R1", "lr": "SW-R1"}
SIZES = {"n_hidden", "sizes", "k"}
NEARLY, LEAST_ROWS, FEW = 0.9, 20, 3
TIMES = re.compile(r"\b(time|perf_counter|timeit)\b")


@probe("SW-R1", "SW-R2", roles=("training run",))
def only_what_is_compared_differs(target, call):
    """The calls of one line that differ in one setting have the same number of rounds, of rows and of units."""
    if not isinstance(target.value, replay.Program):
        raise CannotCheck("its calls are seen in the program")
    lines = recorded.of_program(target.value, call, target.namespace["namespace"]).ledger.values()
    for entries in lines:
        told = len(entries) > 1 and (_rounds(entries) or _rows(entries))
        if told:
            code, words = told
            first = entries[0]
            said = f"The calls of {first.name} in line {first.line} are compared, and {words}."
            yield find(code, said, severity="warning", **place_at(target.source, first.line))
            return
    if all(len(entries) < 2 for entries in lines):
        raise CannotCheck("no line of it calls a function more than once")


@probe("SW-R3", roles=("training run",))
def what_is_compared_starts_alike(target, call):
    """A call of a sweep that is made again, with the same arguments and the same seeds, gives the same numbers."""
    if not isinstance(target.value, replay.Program):
        raise CannotCheck("its calls are seen in the program")
    space = target.namespace["namespace"]
    drawn = re.search(r"(default_rng|RandomState|Random)\(", target.source.text)
    run = recorded.of_program(target.value, call, space) if drawn else None
    swept = [(_swept(entries), entries) for entries in (run.ledger.values() if run else ())]
    for cause, entries in swept:
        seen = [kept for kept in run.calls if kept.name == entries[0].name and kept.done and kept.is_small()]
        if cause and seen and _differ(seen[-1], call, 2 if TIMES.search(target.source.text) else 1):
            said = f"The calls of {seen[-1].name} in line {entries[0].line} are compared by {cause}, and one that is made again with the same arguments gives other numbers."
            entry = _drawer(target.source)
            where = entry.place if entry else {"function": seen[-1].name.rpartition(".")[2]}
            yield find("SW-R3", said, severity="warning", **where)
            return
    if not any(cause for cause, _ in swept):
        raise CannotCheck("no generator of its own draws in a sweep")


def _swept(entries):
    """The setting that differs between the calls of one line, none of which is made twice; or None."""
    table = _table(entries) if len(entries) > 1 else {}
    causes = [path for path in table if _meaning(path) != "seed" and is_compared(path.split(".")[-1])]
    repeated = len({repr(entry.facts) for entry in entries}) < len(entries)
    return causes[0] if causes and not repeated else None


def _differ(seen, call, least):
    """Whether a call gives other numbers when it is made again, of which there are so many; one may be the time it took."""
    few = {key: FEW for key, word in seen.words().items() if word == "epochs" and isinstance(seen.given[key], int)}
    try:
        one, other = (seen.again(call, **few) for _ in range(2))
    except (CannotCheck, TypeError, ValueError, AttributeError):
        return False
    paths = [path for path, item in one.items() if item.dtype.kind == "f" and item.size >= least and path in other]
    return any(not np.array_equal(one[path], other[path], equal_nan=True) for path in paths)


def _drawer(source):
    """The one function of a file that makes a generator without a seed, or None."""
    held = [
        entry
        for entry in routines(source)
        if any(called(part) in GENERATORS and seed_of(part) is None for part in calls_in(entry.node))
    ]
    return held[0] if len(held) == 1 else None


def _rounds(entries):
    """(code, words) of a number of rounds, units or a rate that goes with another setting, on the same rows; or None."""
    if len({(tuple(entry.rows.items()), tuple(entry.first.items())) for entry in entries}) > 1:
        return None
    table = _table(entries)
    for path, values in table.items():
        budget = _meaning(path)
        for cause, others in table.items() if budget in BUDGETS and _numbers(values) else ():
            if _goes_with(cause, others, values) and (budget != "lr" or _meaning(cause) in SIZES):
                return BUDGETS[budget], _words(path, cause, values, others)
    return None


def _rows(entries):
    """(code, words) of fewer rows of the same table for some of the settings, or None."""
    table = _table(entries)
    for path in entries[0].rows:
        sizes = [entry.rows.get(path) for entry in entries]
        firsts = {entry.first.get(path) for entry in entries}
        if None in sizes or len(firsts) > 1 or not LEAST_ROWS <= min(sizes) <= NEARLY * max(sizes):
            continue
        for cause, others in table.items():
            if _goes_with(cause, others, sizes) and not (_numbers(others) and _meaning(cause) in ("n_samples", None)):
                return "SW-R2", _words(f"the rows of {path}", cause, sizes, others)
    return None


def _table(entries):
    """{path: values} of the facts that every call has, and that differ."""
    shared = set.intersection(*(set(entry.facts) for entry in entries))
    found = {path: [entry.facts[path] for entry in entries] for path in entries[0].facts if path in shared}
    return {path: values for path, values in found.items() if len(set(map(repr, values))) > 1}


def _meaning(path):
    """What the last word of a path means that is a word."""
    words = [word for word in path.split(".") if not word.isdigit()]
    return vocabulary.meaning(words[-1])


def _numbers(values):
    return all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in values)


def _goes_with(cause, others, values):
    """Whether a setting tells the values, each of its own one; of words, several must share one: else they may name it."""
    known = {}
    if _meaning(cause) in (*BUDGETS, "seed", "verbose") and _meaning(cause) not in SIZES | {"lr"}:
        return False
    if others == values or any(known.setdefault(repr(other), value) != value for other, value in zip(others, values)):
        return False
    shared = len(known) > len(set(map(repr, values)))
    if not _numbers(others):
        return shared and all(isinstance(other, str) for other in others)
    ordered = [value for _, value in sorted(zip(others, values))]
    steady = ordered in (sorted(ordered), sorted(ordered, reverse=True))
    return is_compared(cause.split(".")[-1]) and (shared or steady)


def _words(what, cause, values, others):
    pairs = dict.fromkeys(f"{other}: {value}" for other, value in zip(others, values))
    return f"{what} goes with {cause} ({', '.join(list(pairs)[:5])})"
