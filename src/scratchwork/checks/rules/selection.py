"""Choosing and reporting: which part of the data chose, and which part reports."""

import ast
import re

from scratchwork.checks.files.names import tokens
from scratchwork.checks.files.syntax import stored, walk
from scratchwork.checks.findings import find
from scratchwork.checks.flow.statements import trace_of
from scratchwork.checks.registry import rule

NEIGHBOURS = {"k", "neighbors", "neighbours", "ks", "kval", "kvalue"}
EPOCHS = {"epoch", "epochs", "iteration", "iter", "step", "t", "it", "i"}
HONEST = re.compile(r"train|fit|in.sample|seen|resubst", re.IGNORECASE)
CLAIMS = re.compile(r"\btest|valid|generali[sz]|unseen|held.?out|hold.?out|new data", re.IGNORECASE)


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
        if key in seen:
            continue
        seen.add(key)
        loop = (event.loops or ((chosen.loop,) if chosen.loop is not None else (None,)))[-1]
        if candidate(loop):  # a loop that repeats the same tries nothing out
            yield from judged(source, event, chosen, candidate(loop), events[place + 1 :])


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
    compared = [part for part in walk(test) if isinstance(part, ast.Compare)]
    kept = {name for statement in event.node.body for name in stored(statement)}
    for part in compared:
        sides = [part.left, *part.comparators]
        names = {name.id for side in sides for name in walk(side) if isinstance(name, ast.Name)}
        ordered = isinstance(part.ops[0], (ast.Gt, ast.GtE, ast.Lt, ast.LtE))
        if ordered and names & kept:
            return event.what.get("scores", {}).get(id(part))
    return None


def candidate(loop):
    """The name of what a loop tries out; empty where it only repeats the same."""
    if isinstance(loop, ast.For):
        name, body = ast.unparse(loop.target), ast.Module(loop.body, [])
        read = {part.id for part in walk(body) if isinstance(part, ast.Name)} & stored(loop.target)
        return name if read or set(tokens(name)) & EPOCHS else ""
    if isinstance(loop, ast.While):
        steps = {ast.unparse(part.target) for part in walk(loop) if isinstance(part, ast.AugAssign)}
        given = {ast.unparse(part) for call in walk(loop) if isinstance(call, ast.Call) for part in call.args}
        return next(iter(sorted(steps & given)), "")
    if isinstance(loop, (ast.ListComp, ast.GeneratorExp, ast.DictComp)):
        return ast.unparse(loop.generators[0].target)
    return "the setting" if loop is None else ""


def judged(source, event, chosen, name, later):
    """A finding, unless another part reports in the end."""
    words = set(tokens(name))
    neighbours = bool(words & NEIGHBOURS) and re.search(r"knn|neighbo|nearest", source.text, re.IGNORECASE)
    reports = [
        other for other in later if other.kind == "score" and not other.loops and other.part in ("test", "val", "train")
    ]
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
    for event in events:
        loops = [loop for loop in event.loops if isinstance(loop, (ast.For, ast.ListComp))]
        if event.kind == "score" and event.part == "test" and loops:
            name = candidate(loops[-1])
            if set(tokens(name)) & NEIGHBOURS:
                said = f"{name} is tried out on the test part (line {event.line}); no validation part exists."
                yield find("SW-K7", said, line=event.line, function=event.function, severity="warning")
                return


@rule("SW-E9")
def a_training_score_is_called_one(source):
    """A score on the rows that were fitted, printed as test score, or as the only score though a test part exists."""
    events = trace_of(source)
    tested = any(event.kind == "score" and event.part in ("test", "val", "cv") for event in events)
    tested = tested or any(event.kind in ("crossval", "predict") and event.data.part in (None, "test", "val")
                           for event in events if event.kind in ("crossval", "predict"))  # fmt: skip
    split = [event for event in events if event.kind == "split"]
    seen = set()
    for event in events:
        if event.kind != "print":
            continue
        text = printed_words(event.node)
        yield from claimed_piece(event, seen)
        for value in scores_in(event.args):
            if value.part != "train" or is_loss(value, text) or event.line in seen:
                continue
            if CLAIMS.search(text) and not HONEST.search(text):
                seen.add(event.line)
                said = f"Line {event.line} prints a score of the training rows as {text.strip()!r}."
                yield find("SW-E9", said, line=event.line, function=event.function, severity="error")
            elif split and not tested and not HONEST.search(text) and not event.loops:
                seen.add(event.line)
                said = f"Line {event.line} reports a score of the training rows ({text.strip()!r})"
                said += "; the test part is never scored."
                yield find("SW-E9", said, line=event.line, function=event.function)


def claimed_piece(event, seen):
    """``f"train {a:.2f}  test {b:.2f}"`` where b is a score of the training rows: each value by the words before it."""
    for text, value in pieces(event):
        last = re.split(r"[,;|/(]|\s{2,}|\n", text.rstrip(" :=([\t"))[-1]
        score = value.part == "train" and value.kind in ("score", "hits") and event.line not in seen
        if score and CLAIMS.search(last) and not HONEST.search(last):
            seen.add(event.line)
            said = f"Line {event.line} prints a score of the training rows as {last.strip()!r}."
            severity = "warning" if is_loss(value, last) else "error"
            yield find("SW-E9", said, line=event.line, function=event.function, severity=severity)


def pieces(event):
    """[(the text right before a printed value, the value)] of a print with an f-string or with values between texts."""
    node = event.node
    for place, argument in enumerate(getattr(node, "args", ())):
        if isinstance(argument, ast.JoinedStr) and place < len(event.args):
            values, text = list(event.args[place].items or ()), ""
            for part in argument.values:
                if isinstance(part, ast.Constant):
                    text = str(part.value)
                elif values:
                    yield text, values.pop(0)
                    text = ""
        elif place and isinstance(node.args[place - 1], ast.Constant) and place < len(event.args):
            yield str(node.args[place - 1].value), event.args[place]


def is_loss(value, text):
    """Whether a printed score is the objective of the training, which nobody takes for a performance."""
    return value.source == "loss" or bool(re.search(r"loss|cost|epoch|iter", text, re.IGNORECASE))


def scores_in(values):
    """The scores among printed values, inside f-strings too."""
    for value in values:
        if value.kind in ("score", "hits"):
            yield value
        for item in value.items or ():
            if item.kind in ("score", "hits"):
                yield item


def printed_words(node):
    """All text that a print call spells."""
    return " ".join(part.value for part in walk(node) if isinstance(part, ast.Constant) and isinstance(part.value, str))


@rule("SW-E9")
def a_model_is_not_judged_on_what_it_was_fitted(source):
    """fit(X, y) and score(X, y) with the same rows, and nothing else is scored."""
    events = trace_of(source)
    if any(event.kind == "split" for event in events):
        return
    for event in events:
        if event.kind != "score" or event.loops or event.part is not None:
            continue
        fitted = event.what.get("fitted")
        if fitted is None or not fitted.roots or fitted.name != event.value.name:
            continue
        said = f"Line {event.line} scores {event.value.name or 'the rows'} that were fitted; no rows were kept aside."
        yield find("SW-E9", said, line=event.line, function=event.function, severity="remark")
        return
