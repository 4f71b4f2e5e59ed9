"""Where random numbers come from: who sets the seed of the whole program, which generator draws, what a seed of 0 does."""

import ast
import re

from scratchwork.checks.files.code_shape import called, calls_in, place_at, routines
from scratchwork.checks.files.syntax import dotted, every, walk
from scratchwork.checks.findings import find
from scratchwork.checks.registry import rule

SEEDERS = {"np.random.seed", "numpy.random.seed", "random.seed"}
MAY_SEED = re.compile(r"seed|^main$|^demo|^test_|^run(_|$)|example|experiment|reproduc|^__main|determin", re.IGNORECASE)
OFTEN = re.compile(r"fit|train|forward|dropout|batch|shuffle|split|predict|epoch|fold|step|sgd|descent", re.IGNORECASE)
GLOBAL = re.compile(
    r"(np|numpy)\.random\.(?!seed|RandomState|default_rng|Generator|get_state|set_state|mtrand)\w+|random\.\w+$"
)
OWN = re.compile(r"(?:np|numpy)?\.?(?:random\.)?(RandomState|default_rng|Random)$")
SEED = re.compile(r"(^|[._])(seed|random_state|random_seed|rng_seed|rand_seed)$", re.IGNORECASE)


@rule("SW-T22")
def no_function_sets_the_seed_of_the_whole_program(source):
    """np.random.seed within a function starts everybody's random numbers again, at each call of it."""
    for entry in routines(source):
        call = next((part for part in calls_in(entry.node) if dotted(part.func) in SEEDERS), None)
        if call is None or MAY_SEED.search(entry.name) or not (entry.parameters or entry.owner):
            continue
        said = f"{entry.name} calls {ast.unparse(call)} in line {call.lineno}: the generator of the whole program."
        severity = "warning" if OFTEN.search(entry.name) else "remark"
        yield find("SW-T22", said, severity=severity, **(entry.place | {"line": call.lineno}))


@rule("SW-T22")
def the_generator_that_was_seeded_draws(source):
    """An object with its own generator draws with it; np.random under the name of a generator has no seed of its own."""
    for owner in every(source.tree, ast.ClassDef):
        made = [part for part in every(owner, ast.Assign) if _makes_a_generator(part)]
        held = {dotted(target) for part in made for target in part.targets if dotted(target).startswith("self.")}
        for entry in routines(source) if held else ():
            drawn = [part for part in calls_in(entry.node) if GLOBAL.match(dotted(part.func))]
            if drawn and entry.owner is owner and entry.name != "__init__":
                said = f"Line {drawn[0].lineno} draws by {dotted(drawn[0].func)}, though the object holds {sorted(held)[0]}."
                yield find("SW-T22", said, severity="warning", **(entry.place | {"line": drawn[0].lineno}))
    if any(called(part) in ("seed", "set_state") for part in calls_in(source.tree)):
        return
    for part in every(source.tree, ast.Assign):
        if dotted(part.value) in ("np.random", "numpy.random"):
            said = f"Line {part.lineno} takes {dotted(part.value)} itself for the generator, and nobody seeds it."
            yield find("SW-T22", said, severity="warning", **place_at(source, part.lineno))


def _makes_a_generator(statement):
    return isinstance(statement.value, ast.Call) and bool(OWN.search(dotted(statement.value.func)))


@rule("SW-P14")
def a_seed_of_0_is_a_seed(source):
    """``if seed:`` and ``seed or None`` take 0 for no seed."""
    for part in walk(source.tree):
        either = isinstance(part, ast.BoolOp) and isinstance(part.op, ast.Or)
        first = (
            part.values[0] if either else getattr(part, "test", None) if isinstance(part, (ast.If, ast.IfExp)) else None
        )
        if first is None or not SEED.search(dotted(first)):
            continue
        zero = either and isinstance(part.values[1], ast.Constant) and part.values[1].value == 0
        if not zero and (either or _reads(part.body, dotted(first))):
            said = (
                f"Line {part.lineno} takes {dotted(first)} = 0 for no seed ({ast.unparse(part).splitlines()[0][:50]})."
            )
            yield find("SW-P14", said, severity="warning", **place_at(source, part.lineno))


def _reads(body, name):
    """Whether a branch reads a name."""
    parts = body if isinstance(body, list) else [body]
    return any(dotted(item) == name for part in parts for item in ast.walk(part))
