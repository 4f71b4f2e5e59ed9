"""Choosing and reporting: which part of the data chose, and which part reports."""

import ast
import re

from scratchwork.checks.files.names import tokens
from scratchwork.checks.files.syntax import every, stored
from scratchwork.checks.findings import find
from scratchwork.checks.flow.statements import trace_of
from scratchwork.checks.registry import rule

NEIGHBOURS = {"k", "neighbors", "neighbours", "ks", "kval", "kvalue"}
EPOCHS = {"epoch", "epochs", "iteration", "iter", "step", "t", "it", "i"}


@rule("SW-K7", "SW-D5")
def nothing_is_chosen_on_the_part_that_reports(source):
    """A setting, an epoch or a threshold chosen by a score on a part that then reports: too optimistic."""
    events = trace_of(source)
    seen = set()
    for place, event in enumerate(events):
        chosen = selection(event)
        if chosen is None or chosen.part not in ("train", "test", "val"):
            continue
        key = (event.function, chosen.part, event.line)
        if key in seen or cut_anew(events[:place], event, chosen):
            continue
        seen.add(key)
        inner = chosen.loop if chosen.loop is not None and chosen.loop not in event.loops else None
        loop = inner or (event.loops or (None,))[-1]
        compared = is_announced(source, event) and any(
            loop in other.loops and selection(other) is not None and selection(other).part in ("val", "cv")
            for other in events[:place]
        )  # what each of the methods reaches, once its settings are chosen
        if candidate(loop) and not compared:  # a loop that repeats the same tries nothing out
            yield from judged(source, event, chosen, candidate(loop), events[place + 1 :], inner)


def cut_anew(earlier, event, chosen):
    """Whether the part that chooses is cut anew in each round of a loop that is over when the choice is made: by folds."""
    rounds = [loop for loop in rounds_of(earlier, chosen.part) if loop not in event.loops]
    return any(loop is not chosen.loop or isinstance(getattr(loop, "target", None), ast.Tuple) for loop in rounds)


def rounds_of(earlier, part):
    """The loops in which a part of the data was cut last; none where it was cut once."""
    cuts = [event.loops for event in earlier if event.kind in ("split", "fold") and part in event.what["parts"]]
    return cuts[-1] if cuts else ()


def is_announced(source, event):
    """Whether the best is named in a line that is printed, and goes nowhere else."""
    said = (part for part in every(source.tree, ast.Call) if getattr(part.func, "id", "") == "print")
    return any(event.node in ast.walk(part) for part in said if part.lineno <= event.line <= part.end_lineno)


def selection(event):
    """The score by which an event selects, or None."""
    if event.kind == "select":
        return event.scores
    if event.kind == "if" and event.loops:
        return best_so_far(event)
    return None


def best_so_far(event):
    """``if score > best: best = score; ...`` in a loop: the score, found among what the test compares."""
    test = event.node.test
    compared = every(test, ast.Compare)
    kept = {name for statement in event.node.body for name in stored(statement)}
    for part in compared:
        sides = [part.left, *part.comparators]
        names = {name.id for side in sides for name in every(side, ast.Name)}
        ordered = isinstance(part.ops[0], (ast.Gt, ast.GtE, ast.Lt, ast.LtE))
        if ordered and names & kept:
            return event.what.get("scores", {}).get(id(part))
    return None


def candidate(loop):
    """The name of what a loop tries out; empty where it only repeats the same."""
    if isinstance(loop, ast.For):
        name, body = ast.unparse(loop.target), ast.Module(loop.body, [])
        read = {part.id for part in every(body, ast.Name)} & stored(loop.target)
        return name if read or set(tokens(name)) & EPOCHS else ""
    if isinstance(loop, ast.While):
        steps = {ast.unparse(part.target) for part in every(loop, ast.AugAssign)}
        given = {ast.unparse(part) for call in every(loop, ast.Call) for part in call.args}
        return next(iter(sorted(steps & given)), "")
    if isinstance(loop, (ast.ListComp, ast.GeneratorExp, ast.DictComp)):
        return ast.unparse(loop.generators[0].target)
    return "the setting" if loop is None else ""


def judged(source, event, chosen, name, later, inner):
    """A finding, unless another part reports in the end."""
    words = set(tokens(name))
    neighbours = bool(words & NEIGHBOURS) and re.search(r"knn|neighbo|nearest", source.text, re.IGNORECASE)
    around = event.loops if inner is not None else ()  # a choice made anew for each method, each reported in its turn
    reports = [
        other for other in later
        if other.kind == "score" and other.loops[: len(around)] == around and (around or not other.loops) and inner not in other.loops and other.part in ("test", "val", "train")
    ]  # fmt: skip
    fresh = [other for other in reports if other.part not in (chosen.part, "train")]
    code = "SW-K7" if neighbours else "SW-D5"
    if chosen.part == "train":
        if neighbours and not any(other.part in ("test", "val") for other in reports) and not chosen.picked:
            said = (
                f"{name} is chosen by the score on the training rows (line {event.line}), where k = 1 always scores 1."
            )
            yield find(code, said, line=event.line, function=event.function, severity="error")
        return
    if fresh:
        return
    if chosen.part == "val" and event.function and not any(other.part == "val" for other in reports):
        return  # a function that stops early on a validation part: what is reported is its caller's choice
    named = {"test": "test", "val": "validation"}[chosen.part]
    said = f"{name} is chosen by the score on the {named} part (line {event.line})"
    again = [other for other in reports if other.part == chosen.part]
    said += f", and line {again[0].line} reports that part." if again else ", and no other part reports."
    certain = chosen.part == "test" or bool(again)
    epochs = bool(words & EPOCHS) and not words & NEIGHBOURS
    severity = "error" if certain and not (epochs and chosen.part == "val") else "warning"
    yield find(code, said, line=event.line, function=event.function, severity=severity)


@rule("SW-K7")
def a_sweep_over_k_is_not_scored_on_the_test_part(source):
    """A curve of test accuracies over k invites to choose k on the test part; no other part is there to choose on."""
    if not re.search(r"knn|neighbo|nearest", source.text, re.IGNORECASE):
        return
    events = trace_of(source)
    if any(event.kind in ("score", "part") and event.what.get("part") in ("val", "cv") for event in events):
        return
    if any(event.kind == "crossval" for event in events):
        return
    for place, event in enumerate(events):
        loops = [loop for loop in event.loops if isinstance(loop, (ast.For, ast.ListComp))]
        if event.kind == "score" and event.part == "test" and loops and not rounds_of(events[:place], "test"):
            name = candidate(loops[-1])
            if set(tokens(name)) & NEIGHBOURS:
                said = f"{name} is tried out on the test part (line {event.line}); no validation part exists."
                yield find("SW-K7", said, line=event.line, function=event.function, severity="warning")
                return
