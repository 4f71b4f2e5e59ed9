"""Literals that stand for parameters in inner calls, and sweeps in name only."""

import ast
import re

from scratchwork.checks.files.code_shape import called, calls_in, inner_arguments, place_at, routines
from scratchwork.checks.files.syntax import dotted, every, literal, stored, walk
from scratchwork.checks.findings import find
from scratchwork.checks.registry import rule
from scratchwork.checks.rules.parameters import RATE, SETTING, code_for


@rule("SW-T1", "SW-T2")
def a_literal_does_not_stand_for_the_parameter(source):
    """train(..., lr) calls step(..., 0.01): the parameter is read, but what counts gets a constant."""
    for entry in routines(source):
        for call in calls_in(entry.node):
            for key, value in inner_arguments(source, call).items():
                if (
                    key not in entry.parameters
                    or literal(value) is None
                    or not (RATE.match(key) or SETTING.search(key))
                ):
                    continue
                reads = [part for part in entry.loads(key) if not only_told(entry.node, part)]
                if reads or not is_own(source, call):
                    continue
                if entry.loads(key):
                    said = f"{entry.name} takes {key}, and line {call.lineno} passes {key}={ast.unparse(value)} to {called(call)}."
                    yield find(code_for(key), said, **(entry.place | {"line": call.lineno}))


def is_own(source, call):
    return any(called(call) in (entry.name, getattr(entry.owner, "name", None)) for entry in routines(source))


TELLING = {"print", "plot", "title", "label", "legend", "append", "format", "suptitle", "set_title", "text", "annotate",
           "scatter", "semilogy", "semilogx", "set_label", "info", "debug", "write", "bar", "savefig", "subplot",
           "figure", "xlabel", "ylabel", "update", "str", "repr", "log", "loglog", "add_trace", "fill_between", "join",
           "set_description", "extend", "DataFrame", "Series", "insert", "add_row", "errorbar", "enumerate", "round"}  # fmt: skip


def only_told(tree, node):
    """Whether a name stands only in a print, a plot, a label or a key."""
    for part in walk(tree):
        inside = any(other is node for other in walk(part))
        if not inside:
            continue
        if isinstance(part, ast.Call) and called(part) in TELLING and not any(part.func is n for n in (node,)):
            return not inner_call(part, node)
        if isinstance(part, ast.Assign) and re.search("best|chosen|opt|melhor|mejor", ast.unparse(part.targets[0])):
            return any(item is node for item in (part.value, *getattr(part.value, "elts", ())))
        if isinstance(part, ast.JoinedStr):
            return True
        if isinstance(part, ast.Dict) and _under_its_name(part, node):  # Settings(**{"lr": lr}) takes it on
            return not inner_call(tree, node)
        if isinstance(part, ast.Subscript) and isinstance(part.ctx, ast.Store):
            return True
    return False


def _under_its_name(table, node):
    """Whether a table keeps a name's value under that very name, as a record of a run does."""
    return any(
        value is node and getattr(key, "value", None) == node.id for key, value in zip(table.keys, table.values) if key
    )


def inner_call(outer, node):
    """Whether between a telling call and the name stands another call that computes with it."""
    for call in calls_in(outer):
        if call is outer or called(call) in TELLING:
            continue
        if any(part is node for part in walk(call)):
            return True
    return False


@rule("SW-T1", "SW-T2")
def a_sweep_uses_its_value(source):
    """for lr in rates: the loop trains, and lr stands only in the label of the curve."""
    for loop in every(source.tree, ast.For):
        picked = (part for part in loop.body if isinstance(part, ast.Assign))
        for name in sorted(stored(_swept(loop)).union(*(stored(part) for part in picked if picks(part, loop)))):
            given = next((text for text in literals_given(source, loop, name)), "")
            meant = of_plural(loop) or name
            if not (RATE.match(meant) or SETTING.search(meant)) or not (given or trains(loop)):
                continue
            body = ast.Module(loop.body, [])
            reads = [p for p in every(body, ast.Name) if p.id == name and isinstance(p.ctx, ast.Load)]
            if (meant == name and counts_passes(loop, name)) or any(not only_told(body, part) for part in reads):
                continue
            if not reads and not several_values(loop) and name in stored(loop.target):
                continue
            said = f"The loop over {name} (line {loop.lineno}) trains without it: it stands only in labels{given}."
            around = [entry for entry in routines(source) if any(part is loop for part in walk(entry.node))]
            place = around[-1].place if around else {}
            yield find(code_for(meant), said, **(place | {"line": loop.lineno}))


@rule("SW-R1", "SW-T1")
def each_entry_is_of_its_own_value(source):
    """``{k: Model(5).fit(X, y).score(A, b) for k in range(1, 16, 2)}``: every entry is of one and the same setting."""
    for part in every(source.tree, ast.DictComp):
        name = dotted(part.generators[0].target)
        repeats = re.match(r"_|seed|trial|rep|run|fold|i$|name|label|c$|cls|class", name or "_")
        reads = {item.id for item in every(part.value, ast.Name)}
        if (
            dotted(part.key) == name
            and not repeats
            and name not in reads
            and trains(ast.For(body=[ast.Expr(part.value)]))
        ):
            said = f"Line {part.lineno} gives each {name} the same: {ast.unparse(part.value)[:60]} never reads it."
            code = "SW-T1" if RATE.match(name) else "SW-R1"
            yield find(code, said, severity="warning", **place_at(source, part.lineno))
            return


def of_plural(loop):
    """What one name of a loop stands for by what it runs over: the rate in ``for i in rates``; else ""."""
    single = re.sub(r"(_?(list|values|grid|options)|s)$", "", getattr(loop.iter, "id", ""))
    told = RATE.match(single) or re.match(r"(lam|reg|hidden|momentum)\w*$", single)
    return single if told and isinstance(loop.target, ast.Name) else ""


def _swept(loop):
    """The target of a loop without the counter of ``enumerate``, which numbers the runs and is no value of theirs."""
    counted = isinstance(loop.iter, ast.Call) and called(loop.iter) == "enumerate"
    return loop.target.elts[1] if counted and isinstance(loop.target, ast.Tuple) else loop.target


def picks(part, loop):
    """Whether a loop over places takes the value at its place, or works it out: ``lam = values[i]``, ``lam = 10**i``."""
    index = getattr(part.value, "slice", part.value)
    names = {item.id for item in every(index, ast.Name)}
    return isinstance(part.value, (ast.Subscript, ast.BinOp)) and bool(names) and names <= stored(loop.target)


def trains(loop):
    """Whether the body of a loop fits or trains something."""
    words = [called(call).lower() for call in calls_in(ast.Module(loop.body, []))]
    return any(
        re.search(r"train|fit|descent|optimi[sz]e|sgd|learn|model|kmeans|run|network|regress", word) for word in words
    )


def counts_passes(loop, name):
    """Whether the loop counts the passes of one training: by its name, or a ``range(50)`` over a single letter."""
    whole = isinstance(loop.iter, ast.Call) and called(loop.iter) == "range" and len(loop.iter.args) == 1
    return bool(re.match(r"^(epochs?|iters?|iterations?|steps?|i)$", name)) or (whole and len(name) == 1)


def several_values(loop):
    return isinstance(loop.iter, (ast.List, ast.Tuple))


def literals_given(source, loop, name):
    """What the calls in the loop get for this parameter instead."""
    for call in calls_in(ast.Module(loop.body, [])):
        for key, value in inner_arguments(source, call).items():
            if (key == name or (RATE.match(key) and RATE.match(name))) and literal(value) is not None:
                yield f"; {called(call)} gets {key}={ast.unparse(value)}"
