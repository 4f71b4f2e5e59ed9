"""Units of plain numbers: neurons, dicts or rows of numbers that are alike when training begins, and stay so."""

import ast
import re

from scratchwork.checks.findings import CannotCheck, find
from scratchwork.checks.registry import probe
from scratchwork.checks.running import replay, state
from scratchwork.checks.watching import plain_numbers, recorded

PASSING = re.compile(
    r"(?i)grad|delta|err|blame|veloc|moment|cache|prev|change|step|diff|slope|loss|cost|forward|back|rate|eta$|alpha|^lr|"
    r"^d_?[wbvuazh]\d?$|^(out|act|sum|net|in(put)?s?$|value|[mvrsazhxyt]\d?$)"
)
WEIGHT = re.compile(r"(?i)^(w|weight|theta|peso|poids|gewicht|coef|kernel|synap|bobot|agirlik)")
TELLING = ("data", "val", "value", "item")


@probe("SW-T17", roles=("training run", "autograd"))
def units_of_plain_numbers_differ(target, call):
    """Neurons that have the same numbers before a training and after it learn one and the same thing."""
    space = target.namespace["namespace"]
    programs = replay.blocks(space["__tree__"])
    if not (target.role == "autograd" or isinstance(target.value, replay.Program)) or not programs:
        raise CannotCheck("its calls are seen in the program")
    if "SW-T17" in space.get("__found__", ()):
        raise CannotCheck("its units are known to be alike")
    asked = 0
    for entry in recorded.of_program(replay.Program(programs[0], space), call, space).calls:
        roots = (entry.given | {"self": entry.owner}, entry.refs | {"self": entry.whose})
        numbers = _followed(*roots)
        moves = any(before != after for before, after in numbers.values())
        asked, found = asked + moves, _alike(numbers) if moves else None
        if found:
            count, label, value, names = found
            observed = f"All {count} units of {label} have the same numbers before the training and after it (the first: {value:.4g})."
            yield find("SW-T17", observed, severity="warning", **_maker(space["__tree__"], names))
            return
    if not asked:
        raise CannotCheck("no call of the program moves numbers in lists or objects")


def _followed(first, last):
    """{path: (before, after)} of the numbers in lists and objects that last and are no mere passing ones."""
    found = {}
    for path in plain_numbers.cells(last):
        if not PASSING.search(_name(path)):
            try:
                before, after = float(state.get(first, path)), float(state.get(last, path))
            except (LookupError, AttributeError, TypeError, ValueError):
                continue
            found[path] = before, after
    return found


def _name(path):
    """The name that a number has: the last that tells something."""
    words = [str(step).lstrip("._") for step in path[1:] if isinstance(step, str)] or [str(path[0])]
    return next((word for word in words[::-1] if word not in TELLING), words[-1])


def _alike(numbers):
    """(units, where they stand, a number, names) of a list or table all of whose units are alike; None where none is."""
    groups = {}
    for path, pair in numbers.items():
        for place, step in enumerate(path[:-1]):
            if isinstance(step, int):
                groups.setdefault((path[:place], "rows"), {}).setdefault(step, {})[path[place + 1 :]] = pair
        if len(path) > 2 and all(isinstance(step, int) for step in path[-2:]):
            groups.setdefault((path[:-2], "columns"), {}).setdefault(path[-1], {})[path[-2]] = pair
    for (path, _), units in groups.items():
        own = set.intersection(*(set(unit) for unit in units.values()))  # links between units lead everywhere
        named = {step: _name((*path, *(step if isinstance(step, tuple) else ()))) for step in own}
        telling = [step for step in own for pair in [next(iter(units.values()))[step]] if pair[0] != pair[1] or WEIGHT.match(named[step])]  # fmt: skip
        if (
            len(units) > 1
            and len(telling) > 1
            and all(len({unit[step] for unit in units.values()}) == 1 for step in own)
        ):
            label = state.text(path[1:] if path[0] == "self" and len(path) > 1 else path)
            return len(units), label, units[min(units)][telling[0]][1], {named[step] for step in telling}
    return None


def _maker(tree, names):
    """The function that first sets one of these names."""
    words = "|".join(map(re.escape, names))
    sets = re.compile(rf"""\b_*({words})(['"]\])?(\[.*\])? = |['"]({words})['"]: """)
    routines = (part for part in ast.walk(tree) if isinstance(part, ast.FunctionDef))
    return next(({"function": node.name} for node in routines if sets.search(ast.unparse(node))), {})
