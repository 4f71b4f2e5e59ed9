"""Runs listed side by side in one dict or list: they differ in what they are named after, and in nothing else."""

import ast
import itertools

from scratchwork.checks.files.code_shape import called, calls_in, made_once, place_at
from scratchwork.checks.files.syntax import every, literal, walk
from scratchwork.checks.findings import find
from scratchwork.checks.registry import rule
from scratchwork.checks.rules.comparisons import TRAINS, concept, connected, different, settings

EQUAL = ("passes", "batch", "units")


@rule("SW-R1")
def listed_runs_differ_in_what_they_are_named_after(source):
    """{"SGD": train(sgd, epochs=8), "Adam": train(adam, epochs=16)}: the rule differs, and the number of epochs too."""
    for part in walk(source.tree):
        entries = part.values if isinstance(part, ast.Dict) else part.elts if isinstance(part, ast.List) else ()
        runs = [run for entry in entries if (run := training_of(source, entry)) is not None]
        if not 2 <= len(runs) <= 6 or len(runs) != len(entries) or len({called(call) for call, _ in runs}) > 1:
            continue
        for (first, a), (second, b) in itertools.combinations(runs, 2):
            unequal = {word for word in different(a, b) if concept(word) in EQUAL}
            subjects = {tuple(subject(call)) for call in (first, second)}
            if unequal and len(subjects) == 2 and not connected(runs, a, b):
                told = ", ".join(f"{key} {a.get(key)} / {b.get(key)}" for key in sorted(unequal))
                shared = set(subject(first)) & set(subject(second))
                names = " and ".join(
                    next((word for word in subject(call) if word not in shared), "one") for call in (first, second)
                )
                said = f"{names} are compared (lines {first.lineno} and {second.lineno}), and differ in {told} besides."
                yield find("SW-R1", said, **(place_at(source, second.lineno) | {"line": second.lineno}))
                break


@rule("SW-R2", "SW-R1")
def a_sweep_changes_one_setting(source):
    """for units, steps, rate in [(1, 100, 0.1), (5, 900, 0.5), ..]: what grows together is not told apart."""
    for loop in (part for part in every(source.tree, ast.For) if isinstance(part.target, ast.Tuple)):
        columns = columns_of(source, loop)
        for call in calls_in(ast.Module(loop.body, [])) if columns else ():
            given = settings(source, call) if TRAINS.search(called(call).lower()) else {}
            moved = {concept(key.lower()): columns[text] for key, text in given.items() if text in columns}
            moved = {
                word: values for word, values in moved.items() if word in (*EQUAL, "rate") and in_one_direction(values)
            }
            if len(moved) > 1 and set(moved) & {"units", "passes"}:
                told = ", ".join(f"{word} {values[0]:g} to {values[-1]:g}" for word, values in moved.items())
                said = f"The runs of line {loop.lineno} are compared and differ together in {told}."
                code = "SW-R2" if "passes" in moved else "SW-R1"
                yield find(code, said, severity="warning", **(place_at(source, loop.lineno) | {"line": loop.lineno}))
                return


def columns_of(source, loop):
    """{name: numbers} of a loop over three or more tuples of numbers that are written out, there or under a name; else {}."""
    rows = [part for part in getattr(made_once(source.tree, loop.iter), "elts", ()) if isinstance(part, ast.Tuple)]
    names = [getattr(part, "id", "") for part in loop.target.elts]
    if len(rows) < 3 or any(len(row.elts) != len(names) for row in rows):
        return {}
    table = {name: [literal(row.elts[place]) for row in rows] for place, name in enumerate(names)}
    return {name: values for name, values in table.items() if all(isinstance(value, (int, float)) for value in values)}


def in_one_direction(values):
    """Whether numbers rise, or fall, from each to the next."""
    pairs = list(itertools.pairwise(values))
    return all(a < b for a, b in pairs) or all(a > b for a, b in pairs)


def training_of(source, entry):
    """(call, settings) of the one training call in an entry, or None."""
    calls = [call for call in calls_in(entry) if TRAINS.search(called(call).lower()) and settings(source, call)]
    return (calls[0], settings(source, calls[0])) if len(calls) == 1 else None


def subject(call):
    """The names among a call's positional arguments that stand for what is tried: a rule, a class, a text."""
    texts = [ast.unparse(part) for part in call.args if isinstance(part, (ast.Name, ast.Attribute))]
    return texts + [part.value for part in call.args if isinstance(part, ast.Constant) and isinstance(part.value, str)]
