"""A flat (n,) beside a column (n, 1): the difference, product or comparison of targets and answers is a table of n x n."""

from scratchwork.checks.files.code_shape import place_at
from scratchwork.checks.findings import CannotCheck, find
from scratchwork.checks.registry import probe
from scratchwork.checks.running import replay, stand_in_files
from scratchwork.checks.watching import recorded


@probe("SW-E1", "SW-P8", roles=("training run", "program", "stop tests"))
def targets_and_answers_have_one_shape(target, call):
    """Each target meets its own answer, not everyone's: the program is run once, and looked at where the two meet."""
    space = target.namespace["namespace"]
    if not isinstance(target.value, replay.Program) or "__meetings told__" in space:
        raise CannotCheck("it is seen in the program")
    seen = recorded.of_program(target.value, call, space).met
    space["__meetings told__"] = True
    if not seen.asked:
        raise CannotCheck("no targets are seen to meet answers")
    for entry in seen.meetings[:1]:
        said = (
            f"Line {entry.line}, {entry.text}: the shapes {entry.left} and {entry.right} give a table of "
            f"{entry.left[0]} x {entry.right[0]}, each target against every answer."
        )
        severity = "warning" if stand_in_files.SERVED else "error"
        column = entry.left if len(entry.left) == 2 else entry.right
        if entry.callee and entry.text.startswith(entry.callee) == (column == entry.left):
            gives = f"{entry.callee} gives {column}, and meets labels of shape {column[:1]} in line {entry.line}."
            yield find("SW-P8", gives, severity=severity, weight=93, function=entry.callee.rpartition(".")[2])
        yield find("SW-E1", said, severity=severity, weight=92, **place_at(target.source, entry.line))
