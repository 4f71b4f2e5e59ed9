"""Rows and labels: do they belong together, are they of one kind, does each metric get what it expects?"""

import ast
import re

from scratchwork.checks.findings import find
from scratchwork.checks.flow.statements import trace_of
from scratchwork.checks.registry import rule


@rule("SW-D8", "SW-T11")
def rows_keep_their_labels(source):
    """One permutation for rows and labels; rows of one part with labels of the same part; a split unpacked in order."""
    seen = set()
    shuffles = []
    for event in trace_of(source):
        if event.kind == "shuffle":
            shuffles.append(event.function)
        if event.line in seen:
            continue
        lost = event.kind == "misaligned" and event.data.perm is None and not event.data.name  # a call has made them
        if event.kind == "misaligned" and not is_permutation_test(event) and not lost:
            seen.add(event.line)
            yield misaligned(event, shuffles)
        elif event.kind == "mixed":
            seen.add(event.line)
            said = (
                f"{event.data.name or 'rows'} of the {event.data.part} part meet labels of the {event.labels.part} part"
            )
            said = f"{said} (line {event.line})."
            yield find("SW-D8", said, line=event.line, function=event.function, severity=sureness(event))
        elif event.kind == "swapped":
            seen.add(event.line)
            said = f"The split returns {words(event.item)} where line {event.line} names it {event.name}."
            yield find("SW-D8", said, line=event.line, function=event.function)


@rule("SW-D8")
def heads_and_tails_are_not_mixed(source):
    """X[:n] with y[-n:]: the rows of the one end with the labels of the other."""
    for event in trace_of(source):
        if event.kind != "end":
            continue
        cuts = [value for value in event.names.values() if value.span and value.part and value.name]
        rows, labels = ([value for value in cuts if value.kind == kind] for kind in ("data", "labels"))
        for one, other in ((one, other) for one in rows for other in labels):
            if one.part == other.part and opposite(one.span, other.span):
                (a, b), (c, d) = ((low or "", high or "") for low, high in (one.span, other.span))
                said = f"{one.name} is [{a}:{b}] of its rows, {other.name} is [{c}:{d}] of its own."
                yield find("SW-D8", said, line=event.line, function=event.function)
                return


def opposite(rows, labels):
    """Whether one slice is the first n rows and the other the last n; a series and its next values are not."""
    return any(
        one[0] is None and one[1] and not one[1].startswith("-") and other == (f"-{one[1]}", None)
        for one, other in ((rows, labels), (labels, rows))
    )


def words(item):
    return f"the {'labels' if item.kind == 'labels' else 'rows'} of the {item.part} part"


def is_permutation_test(event):
    """Labels that are shuffled on purpose, and called so: a score to compare with."""
    return event.labels.perm is not None and bool(re.search(r"perm|null|random|shuf", event.labels.name))


def sureness(event):
    """An error where the names say it too: ``X_train`` with ``y_test``."""
    kept_apart = [bool(re.search(r"test|val|dev|hold", name or "")) for name in (event.data.name, event.labels.name)]
    return None if kept_apart[0] != kept_apart[1] else "warning"


def misaligned(event, shuffles):
    """T11 within training, D8 in the preparation; placed in the function that shuffles."""
    rows, labels = event.data.name or "the rows", event.labels.name or "the labels"
    moved = rows if event.data.perm is not None else labels
    stays = labels if moved == rows else rows
    both = event.data.perm is not None and event.labels.perm is not None
    how = f"{rows} and {labels} are permuted differently" if both else f"{moved} is reordered and {stays} is not"
    trains = bool(event.loops) or (event.function or "").lower().startswith(("fit", "train", "shuffle", "sgd"))
    inside = "epoch" in "".join(ast.unparse(loop.target) for loop in event.loops if isinstance(loop, ast.For))
    code = "SW-T11" if trains or inside else "SW-D8"
    frames = [frame for frame in event.stack if frame[0] in shuffles]
    function, line = frames[-1] if frames else (event.function, event.line)
    known = all(re.search(r"(^|[._])(x|y|t|labels?|targets?|data|features?)", name, re.I) for name in (rows, labels))
    known = known and not (
        event.labels.cut and event.labels.bounds == ("unpacked",)
    )  # a call may have made them of the rows
    said = f"{how} before line {event.line}, where they meet."
    return find(code, said, line=line, function=function, severity=None if both or known else "warning")


@rule("SW-D6")
def text_labels_are_not_compared_with_numbers(source):
    """Labels loaded as text (fetch_openml) equal no number."""
    for event in trace_of(source):
        if event.kind == "compare":
            sides = (event.left, event.right)
            text = [value for value in sides if value.text and value.kind == "labels"]
            others = [value for value in sides if not value.text]
            number = others and (
                (others[0].kind == "number" and isinstance(others[0].const, (int, float))) or others[0].hard
            )
            if text and number:
                said = f"Line {event.line} compares text labels ({text[0].source or text[0].name}) with numbers."
                yield find("SW-D6", said, line=event.line, function=event.function)
                return
