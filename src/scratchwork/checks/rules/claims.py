"""What a score is called: one of the training rows is no test score, and does not stand for one."""

import ast
import re

from scratchwork.checks.files.names import PARTS, SPOKEN, part_of, spoken, tokens
from scratchwork.checks.files.syntax import dotted, every
from scratchwork.checks.findings import find
from scratchwork.checks.flow.statements import trace_of
from scratchwork.checks.flow.tables import METRICS
from scratchwork.checks.registry import rule

KEPT = {"test", "testing", "tst", "val", "valid", "validation", "holdout", "unseen"}


@rule("SW-E9")
def a_training_score_is_called_one(source):
    """A score on the rows that were fitted, printed as test score, or as the only score though a test part exists."""
    events = trace_of(source)
    tested = any(event.kind == "score" and event.part in ("test", "val", "cv") for event in events)
    split = [event for event in events if event.kind == "split"]
    divided = frozenset().union(*(value.roots for event in split for value in event.values))
    for asked in (event.data for event in events if event.kind in ("crossval", "predict")):
        tested = tested or asked.part in ("test", "val") or (asked.part is None and bool(asked.roots & divided))
    seen, heading = set(), {}
    for event in events:
        if event.kind != "print":
            continue
        text = printed_words(event.node)
        if not any(value.items or value.kind != "string" for value in event.args) and spoken(text, *SPOKEN):
            heading[event.function] = text
        text = text if spoken(text, *SPOKEN) else f"{heading.get(event.function, '')} {text}"
        yield from claimed_piece(event, seen)
        for value in scores_in(event.args):
            if value.part != "train" or is_loss(value, text) or event.line in seen:
                continue
            if claims(text):
                seen.add(event.line)
                said = f"Line {event.line} prints a score of the training rows as {text.strip()!r}."
                certain = claims(printed_words(event.node))
                severity = "error" if certain else "warning"
                yield find("SW-E9", said, line=event.line, function=event.function, severity=severity)
            elif split and not tested and not spoken(text, "train") and not event.loops:
                seen.add(event.line)
                said = f"Line {event.line} reports a score of the training rows ({text.strip()!r})"
                said += "; the test part is never scored."
                yield find("SW-E9", said, line=event.line, function=event.function)


def claims(text):
    """Whether words say that a number is of rows that were kept aside."""
    return spoken(text, "test", "val") and not spoken(text, "train")


def claimed_piece(event, seen):
    """``f"train {a:.2f}  test {b:.2f}"`` where b is a score of the training rows: each value by the words before it."""
    for text, value in pieces(event):
        last = re.split(r"[,;|/(]|\s{2,}|\n", text.rstrip(" :=([\t"))[-1]
        score = value.part == "train" and value.kind in ("score", "hits") and event.line not in seen
        if score and claims(last):
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
    return " ".join(part.value for part in every(node, ast.Constant) if isinstance(part.value, str))


@rule("SW-E9")
def a_name_promises_no_more(source):
    """``test_error`` is of rows that were kept aside, and no score of the training rows; ``val_error`` none of test rows."""
    events = trace_of(source)
    three = {part_of(part.id) for part in every(source.tree, ast.Name)} >= {"val", "test"}
    for event in events:
        words = tokens(event.name) if event.kind == "named" else ()
        kept = {PARTS[word] for word in words if word in PARTS}
        if not set(words) & KEPT or "train" in kept or ("val" in words[1:] or words == ("val",)):  # a value
            continue
        if event.value.part == "train" or (three and (event.value.part, kept) == ("test", {"val"})):
            said = f"{event.name} is a score of the {event.value.part} rows (line {event.line})."
            code = "SW-E9" if event.value.part == "train" else "SW-D5"
            yield find(code, said, line=event.line, function=event.function, severity="warning")
            return


@rule("SW-E9")
def like_is_compared_with_like(source):
    """One model, or one metric, is scored on the training rows, where all others are on the test rows."""
    scores = [event for event in trace_of(source) if event.kind == "score" and not event.loops and model_of(event)]
    for event in scores:
        if event.part != "train" or is_honest(source, event):
            continue
        same = [other for other in scores if (metric_of(other), model_of(other)) == (metric_of(event), model_of(event))]
        cost = event.value.source == "loss"
        others = [other for other in scores if other.part == "test"
                  and (metric_of(other) == metric_of(event) if model_of(other) != model_of(event) else not cost)]  # fmt: skip
        if others and all(other.part == "train" for other in same):
            said = f"Line {event.line} scores {model_of(event)} on the training rows ({event.name}), line {others[0].line} {model_of(others[0])} on the test rows ({others[0].name})."
            yield find("SW-E9", said, line=event.line, function=event.function, severity="warning")
            return


def metric_of(event):
    """The metric that a score is of, by the word for it in the name of what is called."""
    words = [{"acc": "accuracy"}.get(word, word) for word in tokens(event.name)]
    return next((word for word in words if word in METRICS | {"auc"}), event.name)


def model_of(event):
    """What a score is of: the model whose predictions are compared, or the parameters that a cost is given."""
    if event.value.source not in ("", "loss", "split"):
        return event.value.source
    pairs = zip(getattr(event.node, "args", ()), event.args)
    return " ".join(ast.unparse(node) for node, value in pairs if not value.roots and not value.part)


def is_honest(source, event):
    """Whether the words near a score say that it is of the training rows, or that nothing is learnt yet."""
    lines = source.lines[max(0, event.line - 4) : event.line + 2]
    near = " ".join(re.findall(r"""#.*|"[^"]*"|'[^']*'""", "\n".join(lines)))
    near += "".join(re.findall(r"^[\w\s,.]+=(?!=)", source.lines[event.line - 1]))
    return spoken(near.replace("_", " "), "train") or bool(re.search(r"init|zero|start|0$", model_of(event)))


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
        if fitted is None or not fitted.roots or fitted.name != event.value.name or fitted.span != event.value.span:
            continue
        if fitted.span:
            yield from judged_on_a_slice(source, event)
            return
        said = f"Line {event.line} scores {event.value.name or 'the rows'} that were fitted; no rows were kept aside."
        yield find("SW-E9", said, line=event.line, function=event.function, severity="remark")
        return


def judged_on_a_slice(source, event):
    """fit(X[:80]) and score(X[:80]), where nothing asks for the rest of X."""
    name, used = event.value.name, f"{event.value.name}[{':'.join(bound or '' for bound in event.value.span)}]"
    cuts = {ast.unparse(part) for part in every(source.tree, ast.Subscript) if dotted(part.value) == name}  # fmt: skip
    if cuts == {used}:
        said = f"Line {event.line} scores {used}, the rows that were fitted; the rest of {name} is never asked."
        yield find("SW-E9", said, line=event.line, function=event.function, severity="warning")
