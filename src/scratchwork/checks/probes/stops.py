"""Tests that end a loop while what they look at is far from settled: the loop is let go on, and settles."""

import inspect

from scratchwork.checks.files.code_shape import place_at
from scratchwork.checks.findings import CannotCheck, find
from scratchwork.checks.registry import probe
from scratchwork.checks.running import replay
from scratchwork.checks.watching import going_on, parts_seen


@probe("SW-T13", roles=("training run", "stop tests"))
def a_loop_ends_when_it_has_settled(target, call):
    """A loop that ends by the size of a change ends when that change is small."""
    space = target.namespace["namespace"]
    if isinstance(target.value, replay.Program):
        statements = target.value.statements
    elif inspect.isfunction(target.value):
        statements = [parts_seen.statement(target.value, space)]
    else:
        raise CannotCheck("it is no program")
    asked, early = going_on.ended_early(statements, call, space)
    if not asked:
        raise CannotCheck("no loop of it ends by a test")
    for entry in early[:1]:
        said = (
            f"The test of line {entry.line} ends the loop in round {entry.round}, at a change of {entry.changes[0]:.3g} beside a "
            f"tolerance of {entry.tolerance:.3g}; {len(entry.changes) - 1} rounds later it is {entry.changes[-1]:.3g}."
        )
        place = place_at(target.source, entry.line) if target.source is not None else {"line": entry.line}
        yield find("SW-T13", said, severity="warning", weight=88, **place)
