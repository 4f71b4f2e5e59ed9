"""Settings of a training function that stand outside it: numbers of its module that it reads as its rate and its steps."""

import ast
import contextlib

from scratchwork.checks.findings import CannotCheck
from scratchwork.checks.recognising import binding, vocabulary


def numbers_outside(function):
    """{name: meaning} of the rate and the number of steps that a function reads from its module."""
    space, code = getattr(function, "__globals__", {}), getattr(function, "__code__", None)
    words = {name: vocabulary.meaning(name) for name in getattr(code, "co_names", ()) if type(space.get(name)) in (int, float)}  # fmt: skip
    return {
        name: "lr" if word == "alpha" else word for name, word in words.items() if word in ("lr", "alpha", "epochs")
    }


@contextlib.contextmanager
def one_step(function, node, known):
    """Numbers of the module that a training function reads as its rate and number of steps are set as ``known`` has them;
    CannotCheck where it is told neither: nobody knows then what one call of it does."""
    space, words = getattr(function, "__globals__", {}), numbers_outside(function)
    told = {*binding.meanings_of(function).values(), *words.values()}
    rounds = node is not None and any(isinstance(part, (ast.For, ast.While)) for part in ast.walk(node))
    if "lr" not in told or (rounds and "epochs" not in told):
        raise CannotCheck("the training function is not told its rate or its number of steps")
    kept = {name: space[name] for name in words}
    space.update({name: known[word] for name, word in words.items()})
    try:
        yield
    finally:
        space.update(kept)
