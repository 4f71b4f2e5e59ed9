"""Rows divided by a generator without a seed: whatever else is seeded, each run of the program has other parts."""

import ast
import re

from scratchwork.checks.files.code_shape import Routine, bodies_of, bound_arguments, called, calls_in, place_at
from scratchwork.checks.files.syntax import dotted, every, stored, walk
from scratchwork.checks.findings import find
from scratchwork.checks.registry import rule

GENERATORS = {"default_rng", "RandomState", "Random"}
ORDERS = {"permutation", "permuted", "shuffle", "sample"}
PIECES = {"array_split", "split"}


@rule("SW-D4")
def rows_are_divided_by_a_seeded_generator(source):
    """``order = default_rng().permutation(n)``, then ``order[:cut]`` and ``order[cut:]``: nobody can repeat the split."""
    for entry in bodies_of(source):
        for name, call in divided(entry.node.body):
            made = _table(source, call) or _unseeded(source, entry, call.func.value)
            if made:
                said = (
                    f"The order that divides {name} (line {call.lineno}) is drawn by {made}, another one at each run."
                )
                yield find("SW-D4", said, **(place_at(source, call.lineno) | {"line": call.lineno}))
                break


def divided(statements):
    """(name, call) of what is cut in two after a call has put it, or the numbers of its rows, into an order by chance."""
    body = ast.Module(statements, [])
    cut = _cut_names(body)
    for name, call in _orders(body):
        moved = {given for part in every(body, ast.Assign) if _picks(part.value, name) for given in stored(part)}
        told = [name] if name in cut else sorted(moved & cut)
        if told:
            yield told[0], call


def _picks(value, order):
    """Whether rows are put into an order: ``X[order]``, ``X.iloc[order]``, both in a tuple."""
    parts = value.elts if isinstance(value, ast.Tuple) else [value]
    return any(isinstance(part, ast.Subscript) and dotted(part.slice) == order for part in parts)


def _cut_names(body):
    """Names that are cut in two at one place, or into pieces: ``a[:n]`` beside ``a[n:]``, ``np.array_split(a, k)``."""
    ends, starts, pieces = set(), set(), set()
    for part in walk(body):
        if isinstance(part, ast.Call) and called(part) in PIECES and part.args:
            pieces.add(dotted(part.args[0]))
        place = part.slice if isinstance(part, ast.Subscript) else None
        if isinstance(place, ast.Slice) and place.step is None:
            name = dotted(part.value).removesuffix(".iloc")
            if place.lower is None and place.upper is not None:
                ends.add((name, ast.unparse(place.upper)))
            elif place.lower is not None:
                starts.add((name, ast.unparse(place.lower)))
    return {name for name, _ in ends & starts} | pieces


def _orders(body):
    """(name, call) of each order that is drawn and given a name: by a method of a generator, or of a table."""
    for statement in every(body, ast.Assign, ast.Expr):
        for call in calls_in(statement.value):
            if called(call) not in ORDERS or not isinstance(call.func, ast.Attribute):
                continue
            moved = [dotted(part) for part in call.args[:1]] if called(call) == "shuffle" else []
            for name in moved if isinstance(statement, ast.Expr) else sorted(stored(statement)):
                yield name, call


def _table(source, call):
    """Words where the rows of a table of pandas are drawn, and no random state is given or set; or ""."""
    keys = {part.arg for part in call.keywords}
    drawn = called(call) == "sample" and "frac" in keys and not keys & {"random_state", None}
    return "pandas without a random_state" if drawn and not re.search(r"\bseed\(", source.text) else ""


def _unseeded(source, entry, generator):
    """The text of a generator that is made without a seed, or ""."""
    name = dotted(generator)
    places = [entry.node, source.tree] if name and "." not in name else [source.tree] if name else []
    made = [generator] if isinstance(generator, ast.Call) else []
    for place in places:
        made = made or [part.value for part in every(place, ast.Assign) if name in map(dotted, part.targets)]
    calls = [part for part in made if isinstance(part, ast.Call) and called(part) in GENERATORS]
    if not calls or len(calls) != len(made) or any(part.keywords and part.args for part in calls):
        return ""
    return ast.unparse(calls[0]) if all(_fresh(source, entry, part) for part in calls) else ""


def seed_of(call):
    """The node that a maker of a generator is given first; None where there is none, or it is None itself."""
    given = [*call.args, *(part.value for part in call.keywords)]
    return None if not given or (isinstance(given[0], ast.Constant) and given[0].value is None) else given[0]


def _fresh(source, entry, call):
    """Whether a generator is given no seed, or one that is None wherever the file calls the function."""
    seed = seed_of(call)
    if seed is None:
        return True
    name = dotted(seed)
    if not isinstance(entry, Routine) or entry.owner is not None or name not in entry.defaults:
        return False
    default = entry.defaults[name]
    asked = [part for part in calls_in(source.tree) if called(part) == entry.name]
    bound = [bound_arguments(part, entry) for part in asked]
    none = isinstance(default, ast.Constant) and default.value is None
    return none and bool(bound) and all(item is not None and name not in item for item in bound)
