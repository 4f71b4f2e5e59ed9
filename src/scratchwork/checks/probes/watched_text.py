"""Strengths that are numbers in a program's text: it runs without a penalty, and with a strong one."""

import ast

import numpy as np

from scratchwork.checks.findings import CannotCheck
from scratchwork.checks.probes.watched_loop import told
from scratchwork.checks.probes.watched_penalty import LAMBDA, judge
from scratchwork.checks.recognising import vocabulary
from scratchwork.checks.registry import probe
from scratchwork.checks.running import replay
from scratchwork.checks.watching import trainings


@probe("SW-G2", "SW-G3", "SW-G4", "SW-G5", "SW-G8", roles=("training run",))
def the_penalty_in_a_programs_text_pulls_towards_zero(target, call):
    """A penalty adds a multiple of the weights to each step of a program, and its half square to its cost."""
    if type(target.value) is not replay.Program or told(target, "SW-G2", "SW-G3", "SW-G4", "SW-G5"):
        raise CannotCheck("it is no program of its own, or its penalty is judged already")
    space, statements = target.namespace["namespace"], target.value.statements
    names = {
        node.targets[0].id
        for node in statements
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and isinstance(node.value, ast.Constant)
        and type(node.value.value) in (int, float)
        and vocabulary.meaning(node.targets[0].id) == "lambda"
    }
    if not names:
        raise CannotCheck("it has no penalty")
    for name in sorted(names):
        texts = [[_set(node, name, number) for node in statements] for number in (0.0, LAMBDA)]
        plain, strong = (trainings.replayed(target.name, text, space["__tree__"], call, space) for text in texts)
        starts = [[training.steps[0].before[path] for path in training.watched.paths] for training in (plain, strong)]
        alike = len(starts[0]) == len(starts[1]) and all(map(np.array_equal, *starts))
        if not alike or plain.verdict.best[2] > trainings.FITS:
            raise CannotCheck("its steps are not along a usual gradient")
        yield from judge(plain, strong, name)


def _set(node, name, number):
    """A statement; the one that gives a name its number, with another number."""
    if not isinstance(node, ast.Assign) or getattr(node.targets[0], "id", None) != name or not isinstance(node.value, ast.Constant):  # fmt: skip
        return node
    return ast.copy_location(ast.Assign(node.targets, ast.copy_location(ast.Constant(number), node.value)), node)
