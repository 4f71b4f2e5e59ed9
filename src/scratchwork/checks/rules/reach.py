"""Parameters that reach the reported loss and never the weights: followed by names through a training loop."""

import ast
import re

from scratchwork.checks.files.code_shape import called, calls_in, routines
from scratchwork.checks.files.syntax import every, stored, walk
from scratchwork.checks.findings import find
from scratchwork.checks.registry import rule
from scratchwork.checks.rules.parameters import RATE

PENALTY = re.compile(
    r"^(lam\w*|lmb\w*|lbd\w*|l2\w*|l1\w*|reg\w*|alpha|penalty\w*|weight_?decay|wd|ridge|mu|momentum|decay)$",
    re.IGNORECASE,
)


@rule("SW-T2", "SW-G5", "SW-T1")
def what_steers_the_training_reaches_the_weights(source):
    """A penalty or a rate that goes into the history alone, while the weights are stepped without it."""
    for entry in routines(source):
        steered = [name for name in entry.parameters if PENALTY.match(name) or RATE.match(name)]
        loops = every(entry.node, ast.For, ast.While)
        weights = set().union(*(stepped(loop) for loop in loops)) if loops else set()
        if not steered or not weights:
            continue
        for name in steered:
            reached = depends_on(entry.node, name)
            if entry.loads(name) and reached and not weights & reached and not controls(entry.node, name):
                yield unreached(entry, name, weights, reached)
                return


def unreached(entry, name, weights, reached):
    """The finding: what the parameter reaches, and what it does not."""
    shown = ", ".join(sorted(reached)[:3])
    said = f"{name} of {entry.name} goes into {shown}; {', '.join(sorted(weights)[:3])} are stepped without it."
    code = "SW-T1" if RATE.match(name) and not PENALTY.match(name) else "SW-T2"
    return find(code, said, severity="warning", **entry.place)


def stepped(loop):
    """The names that a loop changes by what they were: ``w = w - ...``, ``w -= ...``; counters, and scores less their largest, left out."""
    found = set()
    for part in walk(loop):
        if isinstance(part, ast.AugAssign) and isinstance(part.op, (ast.Sub, ast.Add)):
            if isinstance(part.target, (ast.Name, ast.Attribute, ast.Subscript)) and not isinstance(
                part.value, ast.Constant
            ):
                found |= {(base_of(part.target), ast.unparse(part.value))} if isinstance(part.op, ast.Sub) else set()
        elif isinstance(part, ast.Assign) and isinstance(part.value, ast.BinOp) and isinstance(part.value.op, ast.Sub):
            name = ast.unparse(part.targets[0])
            if ast.unparse(part.value.left) == name and not isinstance(part.value.right, ast.Constant):
                found |= {(base_of(part.targets[0]), ast.unparse(part.value.right))}
    return {name for name, step in found if name and re.search(r"[a-z]", step) and not re.search(r"\ba?max\(", step)}


def base_of(node):
    """The name (with its attributes) that a target changes."""
    while isinstance(node, ast.Subscript):
        node = node.value
    return ast.unparse(node)


def depends_on(node, name):
    """Every name of a function that the parameter flows into, by assignments, calls of ``append`` and in-place steps."""
    reached, before = {name}, 0
    while len(reached) != before:
        before = len(reached)
        for part in walk(node):
            if isinstance(part, (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.NamedExpr)) and part.value is not None:
                if reads(part.value, reached):
                    targets = part.targets if isinstance(part, ast.Assign) else [part.target]
                    for target in targets:
                        inner = target.elts if isinstance(target, (ast.Tuple, ast.List)) else [target]
                        reached |= {base_of(item) for item in inner}
            elif isinstance(part, ast.For) and reads(part.iter, reached):
                reached |= stored(part.target)
            elif isinstance(part, ast.Call) and isinstance(part.func, ast.Attribute) and given(part, reached):
                reached.add(ast.unparse(part.func.value))
    return reached - {name}


def given(call, names):
    """Whether an argument of a call reads one of the names."""
    return any(reads(value, names) for value in (*call.args, *(item.value for item in call.keywords)))


def reads(node, names):
    """Whether an expression reads one of the names (or an attribute path)."""
    return any(
        (isinstance(part, ast.Name) and part.id in names)
        or (isinstance(part, ast.Attribute) and ast.unparse(part) in names)
        for part in walk(node)
    )


def controls(node, name):
    """Whether the parameter decides a branch, or goes to a call whose effect nobody sees (of an object, or without result)."""
    for part in walk(node):
        if isinstance(part, (ast.If, ast.While, ast.IfExp)) and reads(part.test, {name}):
            return True
        bare = isinstance(part, ast.Expr) and isinstance(part.value, ast.Call)
        if bare and called(part.value) not in ("append", "print") and reads(part.value, {name}):
            return True
    return any(called(call) == "locals" for call in calls_in(node))
