"""Sweeps whose training stands in the loop itself: every value starts from the same weights."""

import ast
import re

from scratchwork.checks.files.code_shape import place_at
from scratchwork.checks.files.syntax import dotted, every, stored, walk
from scratchwork.checks.findings import find
from scratchwork.checks.registry import rule
from scratchwork.checks.rules.comparisons import INTERESTING, is_sweep

DRAWS = re.compile(r"(?:^|\.)(randn|normal|uniform|standard_normal|random|rand)$")


@rule("SW-R1", "SW-R3")
def values_of_a_sweep_start_from_the_same_weights(source):
    """Weights that are updated for each value are set anew before, and not to other random numbers each time."""
    for loop in every(source.tree, ast.For):
        names = [name for name in stored(loop.target) if INTERESTING.search(name)]
        if not names or not is_sweep(loop) or not kept_apart(loop, names[0]):
            continue
        weights = stepped(loop, names[0])
        started = {name: statement for statement in loop.body for name in starts(statement) & weights}
        place = place_at(source, loop.lineno) | {"line": loop.lineno}
        missing = sorted(weights - set(started) - made_in(loop))
        drawn = next((name for name in sorted(started) if drawn_anew(loop, started[name])), None)
        if missing:
            said = f"The loop over {names[0]} (line {loop.lineno}) trains {', '.join(missing)} on from the value before: nothing sets them anew."
            yield find("SW-R1", said, **place)
        elif drawn:
            said = f"The loop over {names[0]} (line {loop.lineno}) draws other random numbers for {drawn} at each value, without a seed."
            yield find("SW-R3", said, **place)


def kept_apart(loop, name):
    """Whether results are kept under the value: ``history[eta] = ...``, ``label=f"{eta}"``, ``results.append((eta, ...))``."""
    for part in walk(ast.Module(loop.body, [])):
        held = isinstance(part, ast.Subscript) and name in names_in(part.slice)
        label = isinstance(part, ast.keyword) and part.arg == "label" and name in names_in(part.value)
        added = isinstance(part, ast.Call) and dotted(part.func).endswith(".append") and name in names_in(part)
        if held or label or added:
            return True
    return False


def names_in(node):
    return {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}


def stepped(loop, rate):
    """Names that a loop inside the sweep takes away a multiple of the swept rate from: ``W = W - eta * g``, ``W -= eta * g``."""
    found = set()
    for inner in every(ast.Module(loop.body, []), ast.For, ast.While):
        for part in walk(ast.Module(inner.body, [])):
            if (
                isinstance(part, ast.AugAssign)
                and isinstance(part.op, (ast.Sub, ast.Add))
                and rate in names_in(part.value)
            ):
                found |= {part.target.id} if isinstance(part.target, ast.Name) else set()
            elif isinstance(part, ast.Assign) and isinstance(part.value, ast.BinOp) and rate in names_in(part.value):
                name = getattr(part.targets[0], "id", None)
                found |= {name} if name == getattr(part.value.left, "id", "") else set()
    return found


def starts(statement):
    """The names that a statement of the loop's own body sets."""
    return stored(statement) if isinstance(statement, (ast.Assign, ast.AnnAssign)) else set()


def made_in(loop):
    """Names that some other place inside the sweep sets without reading them."""
    found = set()
    for part in walk(ast.Module(loop.body, [])):
        if isinstance(part, ast.Assign):
            found |= {name for name in stored(part) if name not in names_in(part.value)}
    return found


def drawn_anew(loop, statement):
    """Whether a start is drawn from a generator that is made and seeded outside the sweep."""
    body = ast.Module(loop.body, [])
    if "seed" in ast.unparse(body):
        return False
    for part in every(statement.value, ast.Call):
        if DRAWS.search(dotted(part.func)):
            owner = dotted(part.func).rpartition(".")[0]
            remade = any(owner in starts(other) for other in loop.body)
            return not remade and "default_rng(" not in ast.unparse(part.func)
    return False
