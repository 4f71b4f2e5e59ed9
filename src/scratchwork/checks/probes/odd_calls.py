"""The functions of a program, called as it calls them, with odd numbers: a constant column, whole numbers, far rows, huge parameters."""

import re

import numpy as np

from scratchwork.checks.files.code_shape import place_at, routine_at
from scratchwork.checks.findings import CannotCheck, find
from scratchwork.checks.recognising import vocabulary
from scratchwork.checks.registry import probe
from scratchwork.checks.running import replay, shortened, state
from scratchwork.checks.watching import odd_calls, recorded

ROLES = ("training run", "stop tests")
EXPLODED = 1e6


def _asked(target, call):
    """(calls that the program makes, those that ask them again, what cuts their loops)."""
    if not isinstance(target.value, replay.Program):
        raise CannotCheck("its calls are seen in the program")
    space = target.namespace["namespace"]
    calls = recorded.calls_of(target.value, call, space)
    if not calls:
        raise CannotCheck("the program calls none of its own functions")
    return calls, odd_calls.Again(call, space.get("__file__")), shortened.Cut(space)


def _told(seen):
    owner, _, name = seen.name.rpartition(".")
    return {"function": name, "object": owner or None}


# a column that never changes --------------------------------------------------------------------------------------


@probe("SW-N9", roles=ROLES)
def a_constant_column_stays_small(target, call):
    """Where a column of the rows that are learnt from never changes, its spread is no tiny number, and new rows do not explode."""
    calls, again, cut = _asked(target, call)
    found = []
    with cut.at_work():
        for seen in calls:
            for place, words in _of_tables(seen, calls, again):
                found.append((place.span[1] - place.span[0], len(found), place, words))
    if found:
        _, _, place, words = min(found, key=lambda item: item[:2])
        yield find("SW-N9", f"Called as the program calls it, {words}", severity="warning", **_told(place))


def _of_tables(seen, calls, again):
    """(call, words): what a constant column does to a call and to the calls that use what it gave."""
    fewer = odd_calls.fewer_rows(seen)
    given = {**seen.given, **fewer}
    tables = {key: odd_calls.table_of(item) for key, item in given.items()}
    tables = {key: table for key, table in tables.items() if table is not None and table.values.shape[1] > 1}
    for key, table in tables.items():
        place = odd_calls.widest(table)
        if place is None:
            continue
        changed, value = odd_calls.constant(table, place)
        odd = {**fewer, key: changed}
        owner = odd_calls.in_use(seen.owner)
        before, after = again.ask(seen, owner, **fewer), again.ask(seen, owner, **odd)
        if before.failed or after.failed:
            continue
        name, width = seen.name.rpartition(".")[2], table.values.shape[1]
        spread = odd_calls.tiny_spread(before.numbers, after.numbers, table.values, place)
        large = _exploded(before, after, place, width) if len(tables) > 1 else None
        if spread:
            yield (
                seen,
                f"{name} finds {spread:.3g} as the spread of a column that is {value:g} throughout, and new rows are divided by that.",
            )
        elif large:
            yield (
                seen,
                f"of a column that is {value:g} throughout in {key} {name} makes {large:.3g} of another value.",
            )
        else:
            yield from _used_later(seen, after, calls, again, (place, width, value))


def _exploded(before, after, place, width):
    """The largest number that a constant column becomes in a table that a call gives, where the others are as they were, or None."""
    for one, other in zip(_tables_in(before.value), _tables_in(after.value)):
        n = one.values.shape[1] if one and other and one.values.shape == other.values.shape else 0
        if n not in (width, width + 1):  # a column of ones may stand before the others
            continue
        rest = [column for column in range(n) if column not in (place, place + n - width)]
        old, new = (np.nan_to_num(np.delete(item.values, rest, axis=1), posinf=0, neginf=0) for item in (one, other))
        if (
            np.allclose(one.values[:, rest], other.values[:, rest])
            and np.abs(new).max() > EXPLODED > 100 * np.abs(old).max()
        ):
            return float(np.abs(new).max())
    return None


def _tables_in(value):
    parts = value if isinstance(value, tuple) else value.values() if isinstance(value, dict) else [value]
    return [odd_calls.table_of(part) for part in parts]


def _used_later(seen, odd, calls, again, column):
    """The same of a call that is given what this one gave, or asks the same object, on its own rows."""
    for later in calls:
        if later is seen or later.span[0] < seen.span[1] or not any(map(odd_calls.table_of, later.given.values())):
            continue
        changed = {key: made for key, item in later.refs.items() for made in _in_place_of(item, seen.out, odd.value)}
        same = later.whose is not None and later.whose is seen.whose
        if not changed and not same:
            continue
        before = again.ask(later)
        after = again.ask(later, owner=odd.owner if same else None, **changed)
        large = None if before.failed or after.failed else _exploded(before, after, *column[:2])
        if large:
            one, other = (entry.name.rpartition(".")[2] for entry in (seen, later))
            inside = same and any(
                np.max(np.abs(item), initial=0) > EXPLODED for item in state.float_arrays(odd.owner).values()
            )
            yield (
                seen if inside else later,
                f"after {one} of a column that is {column[2]:g} throughout {other} makes {large:.3g} of another value there.",
            )
            return


def _in_place_of(item, out, made):
    """What stands, in what a call has given now, where an argument stood in what it gave then."""
    if item is out and made is not None:
        yield made
    elif isinstance(out, tuple) and isinstance(made, tuple) and len(out) == len(made):
        yield from (other for part, other in zip(out, made) if part is item and not isinstance(item, (int, float, str)))


# whole numbers ----------------------------------------------------------------------------------------------------


@probe("SW-N8", roles=ROLES)
def whole_numbers_count_as_floats(target, call):
    """A function that the program gives tables of whole numbers says the same of them as floats."""
    calls, again, cut = _asked(target, call)
    asked = []
    with cut.at_work():
        for seen in calls:
            whole = {key: item.astype(float) for key, item in seen.given.items() if _is_whole(item)}
            if not whole:
                continue
            asked.append(seen)
            first, floats, second = again.ask(seen), again.ask(seen, **whole), again.ask(seen)
            off = None if first.failed or floats.failed else _other(first.numbers, floats.numbers)
            if off and not _other(first.numbers, second.numbers):
                name, kind = seen.name.rpartition(".")[2], seen.given[next(iter(whole))].dtype
                said = f"Called as the program calls it, {name} gives {off[0]:.5g} of {kind} numbers and {off[1]:.5g} of the same ones as floats."
                yield find("SW-N8", said, **_told(_innermost(seen, calls, again)))
                return
    if not asked:
        raise CannotCheck("no function is given a table of whole numbers")


def _is_whole(item):
    return isinstance(item, np.ndarray) and item.ndim >= 2 and item.dtype.kind in "iu" and item.size > 3


def _innermost(seen, calls, again):
    """The call within this one that differs as well, or this one."""
    for inner in calls:
        if seen.span[0] < inner.span[0] and inner.span[1] <= seen.span[1]:
            whole = {key: item.astype(float) for key, item in inner.given.items() if _is_whole(item)}
            if whole and _other(again.ask(inner).numbers, again.ask(inner, **whole).numbers):
                return _innermost(inner, calls, again)
    return seen


def _other(one, other):
    """(number, number) of the first place where two answers differ by more than rounding, or None."""
    for path in one.keys() & other.keys():
        a, b = one[path], other[path]
        if a.shape == b.shape and a.dtype.kind in "fiu" and b.dtype.kind in "fiu":
            off = ~np.isclose(a.astype(float), b.astype(float), rtol=1e-3, atol=1e-6, equal_nan=True)
            if off.any():
                place = np.unravel_index(int(np.argmax(off)), off.shape) if off.ndim else ()
                return float(a[place]), float(b[place])
    return None


# huge parameters, far rows ----------------------------------------------------------------------------------------

SOFTPLUS = re.compile(r"\b1(\.0?)?\s*\+\s*\w*\.?(exp\b|e\b|ez\b|t\b)|exp\([^()]*\)\s*\+\s*1\b|log1p\(\s*\w*\.?exp")
DRAWN = re.compile(r"\b(random|rand|uniform|binomial|bernoulli|normal)\(")  # labels that are made up
COUNTED = re.compile(r"log\w*\([^,]*\blen\(|\b(count|sum)\(")  # the share of rows that there are, and no probability
GUARD = re.compile(r"where|clip|nan_to_num|errstate|isfinite|maximum|minimum|abs")


@probe("SW-N1", "SW-N5", "SW-N10", roles=ROLES)
def exponents_roots_and_logarithms_are_guarded(target, call):
    """With huge parameters no exp of a sigmoid overflows and no logarithm of 0 is taken; of far rows no root of a negative."""
    calls, again, cut = _asked(target, call)
    told = set(target.namespace["namespace"].get("__found__", ()))
    with cut.at_work():
        for seen in _one_each(calls):
            for way, answer in _answers(seen, again):
                for finding in _of_warnings(target, way, answer, told):
                    told.add(finding.code)
                    yield finding


def _one_each(calls):
    """The last call of each function, but not of those that train."""
    last = {seen.name: seen for seen in calls}
    return [seen for name, seen in last.items() if vocabulary.role_of_name(name.rpartition(".")[2]) != "train"]


def _answers(seen, again):
    for sign in (1, -1):
        given, owner = odd_calls.huge(seen, sign)
        yield "with huge parameters", again.ask(seen, owner=owner, **given)
    far = odd_calls.far(seen)
    if far:
        yield "of rows far from 0", again.ask(seen, owner=far[1], **far[0])


def _of_warnings(target, way, answer, told):
    for words, line in answer.warned:
        text, entry = _line(target, line), routine_at(target.source, line) if target.source is not None else None
        bad = answer.failed or any(
            not np.isfinite(item).all() for path, item in answer.numbers.items() if path[:1] == (0,)
        )
        code = None
        if way.startswith("of rows"):
            code = "SW-N10" if "invalid value encountered in sqrt" in words else None
        elif (
            re.search(r"divide by zero encountered in log|math domain|positive input", words) and "log" in text and bad
        ):
            code = None if answer.failed and COUNTED.search(text) else "SW-N5"
        elif re.search(r"overflow encountered in exp|math range error", words) and not GUARD.search(text):
            body = "\n".join(target.source.lines[entry.node.lineno - 1 : entry.node.end_lineno]) if entry else text
            code = "SW-N1" if SOFTPLUS.search(body) and not DRAWN.search(body) else None
        if code and code not in told:
            place = place_at(target.source, line) if target.source is not None else {"line": line}
            said = f"Called as the program calls it, but {way}: {words.partition(':')[0] if answer.failed else words}, in line {line}: {text[:80]}."
            yield find(code, said, severity="warning", **place)
            return


def _line(target, line):
    lines = target.source.lines if target.source is not None else []
    return lines[line - 1].strip() if line and line <= len(lines) else ""
