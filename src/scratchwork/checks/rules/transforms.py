"""Preparation written twice, once for training and once for test: pipelines of transforms, and pairs of helpers."""

import ast
import re

from scratchwork.checks.files.code_shape import called, calls_in, place_at
from scratchwork.checks.files.syntax import dotted, every, stored, walk
from scratchwork.checks.findings import find
from scratchwork.checks.registry import rule

TEST = re.compile(r"test|valid|val|eval|infer")


@rule("SW-P11")
def both_transforms_normalise_alike(source):
    """transforms.Normalize with one mean for the training part and another for the test part of the same images."""
    calls = [part for part in calls_in(source.tree) if called(part) == "Normalize" and of_images(source, part)]
    if len({constants(call) for call in calls}) < 2:
        return
    for first in calls:
        for second in calls:
            if constants(first) == constants(second) or channels(first) != channels(second):
                continue
            severity = told_apart(source, first, second)
            if severity:
                text = (
                    f"Normalize{shown(first)} in line {first.lineno}, Normalize{shown(second)} in line {second.lineno}."
                )
                yield find("SW-P11", text, line=second.lineno, severity=severity)
                return


def of_images(source, call):
    """Whether a Normalize is a transform of images, and no scale of colours of a plot."""
    plots = re.search(r"from matplotlib[\w.]* import [^\n]*\bNormalize\b", source.text)
    colours = re.search(r"(^|\.)(plt|mpl|matplotlib|pyplot|colors|mcolors|cm)\.", dotted(call.func) or "plt.")
    return bool(call.args) and not plots and not colours


def told_apart(source, first, second):
    """``"error"`` where one data set takes the first for training and the second for test, ``"warning"`` where the names say so."""
    loads = [
        (called(call), train, ast.unparse(call.func), pipeline)
        for call in calls_in(source.tree)
        for train, pipeline in [loaded(call)]
        if train is not None and pipeline is not None
    ]
    for name, train, _, pipeline in loads:
        for other, trained, _, twin in loads:
            if (
                name == other
                and train
                and not trained
                and holds(source, pipeline, first)
                and holds(source, twin, second)
            ):
                return "error"
    names = contexts(source, first), contexts(source, second)
    if any(
        plain_stem(one) == plain_stem(two) and TEST.search(two) and "train" in one
        for one in names[0]
        for two in names[1]
    ):
        return "warning"
    one_set = len({name for name, *_ in loads}) <= 1 and len(calls_of(source)) == 2
    return "warning" if one_set and not loads and first.lineno < second.lineno else None


def calls_of(source):
    return {constants(part) for part in calls_in(source.tree) if called(part) == "Normalize"}


def loaded(call):
    """(train, transform) of ``MNIST(root, train=True, transform=pipeline)``; None for what is not given."""
    given = {part.arg: part.value for part in call.keywords}
    train = given.get("train")
    return (train.value if isinstance(train, ast.Constant) else None), given.get("transform")


def holds(source, pipeline, call):
    """Whether a transform, or the assignment that its name stands for, contains a call."""
    if any(part is call for part in ast.walk(pipeline)):
        return True
    made = [part.value for part in every(source.tree, ast.Assign) if isinstance(pipeline, ast.Name)
            and pipeline.id in {name for target in part.targets for name in stored(target)}]  # fmt: skip
    return any(part is call for value in made for part in ast.walk(value))


def contexts(source, call):
    """The names under which a call stands: of the assignment, the function, the key of the dict."""
    found = []
    for part in walk(source.tree):
        if isinstance(part, ast.Assign) and any(inner is call for inner in ast.walk(part.value)):
            found += [ast.unparse(target).lower() for target in part.targets]
        elif isinstance(part, ast.FunctionDef) and any(inner is call for inner in ast.walk(part)):
            found.append(part.name.lower())
        elif isinstance(part, ast.Dict):
            found += [key.value.lower() for key, value in zip(part.keys, part.values) if isinstance(key, ast.Constant)
                      and isinstance(key.value, str) and any(inner is call for inner in ast.walk(value))]  # fmt: skip
    return found


def plain_stem(name):
    """A name without the word that tells the part of the data."""
    return re.sub(r"training|train|testing|test|validation|valid|val|evaluation|eval|inference|infer|_", "", name)


def constants(call):
    return ast.unparse(call).split("(", 1)[1].replace(" ", "").replace("[", "(").replace("]", ")")


def channels(call):
    first = call.args[0]
    return len(first.elts) if isinstance(first, (ast.Tuple, ast.List)) else None


def shown(call):
    return "(" + ast.unparse(call).split("(", 1)[1]


@rule("SW-D2")
def helpers_are_handed_what_was_learnt(source):
    """``scale(test, *statistics(test))`` beside ``scale(train, mean, std)``: the same function, handed what it learnt of other rows."""
    calls = [part for part in every(source.tree, ast.Call) if len(part.args) > 1]
    own = [part for part in calls if own_statistics(part)]
    for call in own:
        name = ast.unparse(call.func)
        others = [part for part in calls if ast.unparse(part.func) == name and part not in own]
        if others and ast.unparse(others[0].args[0]) != ast.unparse(call.args[0]):
            said = f"Line {call.lineno} scales {ast.unparse(call.args[0])} by its own statistics, line {others[0].lineno} {ast.unparse(others[0].args[0])} by {', '.join(map(ast.unparse, others[0].args[1:]))}."
            yield find("SW-D2", said, severity="warning", **place_at(source, call.lineno))
            return


def own_statistics(call):
    """Whether a call hands on what another makes of its own first argument."""
    stars = [part.value for part in call.args[1:] if isinstance(part, ast.Starred) and isinstance(part.value, ast.Call)]
    return any(part.args and ast.unparse(part.args[0]) == ast.unparse(call.args[0]) for part in stars)
