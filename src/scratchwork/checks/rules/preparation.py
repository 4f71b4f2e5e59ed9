"""Preparation and the split: what was learnt from which rows. Read from the data flow, not from the names alone."""

import ast
import re

from scratchwork.checks.files.code_shape import place_at
from scratchwork.checks.files.names import counterpart, part_of
from scratchwork.checks.files.syntax import every, walk
from scratchwork.checks.findings import find
from scratchwork.checks.flow.statements import trace_of
from scratchwork.checks.flow.values import common_frame
from scratchwork.checks.recognising.metric_words import kinds_in_name
from scratchwork.checks.registry import rule

OWN_STATISTIC = re.compile(r"(mean|std|var|min|max|ptp|median)\(")
INSIDE_A_MODEL = {"predict", "predict_proba", "transform", "forward", "__call__", "decision_function", "classify"}


@rule("SW-D1")
def preparation_is_learnt_after_the_split(source):
    """Data that goes into a split must not carry a statistic of all its rows: the test rows would shape the rest."""
    seen = set()
    for event in trace_of(source):
        if event.kind == "split":
            yield from leaks_at_split(event, seen)
        elif event.kind == "crossval" and event.data.leaks and event.data.part is None:
            leak = event.data.leaks[0]
            function, line, at = common_frame(leak.stack, event.stack)
            if leak.line not in seen:
                seen.add(leak.line)
                said = f"{leak.how} in line {line} has seen all rows; the folds are cut in line {at}."
                yield find("SW-D1", said, line=line, function=function, severity="warning")
        elif event.kind in ("fit", "predict") and event.data.part in ("train", "test", "val"):
            yield from leaks_after_split(event, seen)
        elif event.kind == "scale" and event.data.part in ("train", "test", "val") and event.data.kind == "data":
            joint = [entry for entry in event.statistics if entry[1] in (None, "both") and entry[2]]
            if (joint or holds_the_fold(event)) and event.line not in seen:
                seen.add(event.line)
                rows = "all rows" if joint else "rows that it is among"
                said = f"Line {event.line} prepares the {event.data.part} part with statistics of {rows} ({event.how})."
                yield find(
                    "SW-D1",
                    said,
                    line=event.stack[-1][1],
                    function=event.function,
                    severity=None if joint else "warning",
                )


def holds_the_fold(event):
    """Whether rows kept aside of the training part are scaled by statistics of that whole part: they are among its rows."""
    paths = [entry[3] for entry in event.statistics if entry[1] == "train" and entry[2] and entry[0] & event.data.roots]
    own = event.data.path
    return event.data.part in ("test", "val") and any(path and path == own[: len(path)] != own for path in paths)


@rule("SW-D1")
def no_part_ends_with_a_leak(source):
    """What is left at the end as a training or test part must not carry a statistic of all rows either."""
    events = trace_of(source)
    if any(event.kind in ("fit", "predict") and event.data.leaks for event in events):
        return  # said where it was used
    cut = frozenset().union(*(value.roots for event in events if event.kind == "split" for value in event.values))
    for event in events:
        if event.kind != "end":
            continue
        for name, value in event.names.items():
            if "self" in event.names and not value.roots & cut:  # what a method is given is all training rows
                continue
            if value.part in ("train", "test", "val") and value.kind == "data" and value.leaks and value.roots:
                leak = value.leaks[0]
                severity = "error" if leak.strong else "warning"
                said = f"Line {leak.line} prepares {name} with statistics of all rows ({leak.how})."
                yield find("SW-D1", said, line=leak.line, function=leak.stack[-1][0], severity=severity)
                return


def leaks_at_split(event, seen):
    """A value with a leak is split here."""
    for value in event.values:
        for leak in value.leaks:
            if leak.line in seen or value.kind == "labels":
                continue
            seen.add(leak.line)
            function, line, at = common_frame(leak.stack, event.stack)
            severity = "error" if leak.strong and line != at else "warning"
            said = f"Line {line} prepares with statistics of all rows ({leak.how}); the split comes in line {at}."
            yield find("SW-D1", said, line=line, function=function, severity=severity)


def leaks_after_split(event, seen):
    """A part is used that was prepared with statistics of all rows, though the split came first."""
    for leak in event.data.leaks:
        if leak.line in seen or event.data.kind == "labels" or (leak.stack[-1][0] == "fit" and "self." in leak.how):
            continue  # what fit is given is all there is to learn from
        seen.add(leak.line)
        severity = "error" if leak.strong else "warning"
        said = f"Line {leak.line} prepares the {event.data.part} part with statistics of all rows ({leak.how})."
        yield find("SW-D1", said, line=leak.line, function=leak.stack[-1][0], severity=severity)


@rule("SW-D2", "SW-P2")
def test_data_is_scaled_by_training_statistics(source):
    """Nothing may be learnt from the test part: no fit, no mean and no deviation of it."""
    seen = set()
    for event in trace_of(source):
        if event.line in seen:
            continue
        if event.kind == "scale" and event.data.part in ("test", "val"):
            own = [
                entry
                for entry in event.statistics
                if entry[1] in ("test", "val") and entry[0] <= event.data.roots  # of these rows, not of them and others
            ]
            if own and event.data.kind in ("data", "") and not kinds_in_name(event.function or ""):
                seen.add(event.line)
                yield own_statistics(
                    source, event, f"{event.how} uses the mean or spread of the {event.data.part} part itself"
                )
        elif event.kind == "scale" and answers_by_itself(event):
            seen.add(event.line)
            said = f"{event.how} uses the mean or spread of the rows that it is asked about (line {event.line})."
            yield find("SW-P2", said, line=event.stack[-1][1], function=event.function, severity="warning")
        elif event.kind == "fit" and fits_on_test(event):
            seen.add(event.line)
            name = event.data.name or f"the {event.data.part} part"
            yield own_statistics(source, event, f"{event.estimator.name} is fitted on {name}")


def answers_by_itself(event):
    """Whether a prediction scales the rows it is given by statistics of these rows alone."""
    frames = {str(frame[0]) for frame in event.stack}
    inside = event.function in INSIDE_A_MODEL - {"forward", "__call__"}
    inside = inside and (OWN_STATISTIC.search(event.how) or not any("fit" in name for name in frames))
    asked = (
        "self." not in event.how
        and event.data.kind == "data"
        and event.data.part is None
        and len(event.data.roots) == 1
    )
    return bool(inside) and asked and any(entry[2] and entry[0] == event.data.roots for entry in event.statistics)


def fits_on_test(event):
    """Whether a transformer learns from rows that are to be tested."""
    return event.estimator.kind == "scaler" and event.data.part in ("test", "val") and event.data.kind != "labels"


def own_statistics(source, event, said):
    """D2, or P2 where it stands in the prediction of a model."""
    function, line = event.stack[-1][0], event.line
    code = "SW-P2" if function in INSIDE_A_MODEL else "SW-D2"
    own = any(
        isinstance(part, ast.Name) and part.id == event.data.name and part_of(part.id) for part in walk(event.node)
    )
    if code == "SW-D2" and len(event.stack) > 1 and not own:  # a helper that scales by itself: the fault is its call
        function, line = event.stack[-2]
    severity = "warning" if handed_or_made(source, event) else None
    return find(code, f"{said} (line {event.line}).", line=line, function=function, severity=severity)


def handed_or_made(source, event):
    """Whether the function makes statistics only where none are handed in: ``if stats is None``."""
    inside = [node for node in every(source.tree, ast.FunctionDef) if node.name == event.function]
    return any(
        isinstance(part, ast.Compare)
        and isinstance(part.ops[0], ast.Is)
        and isinstance(part.left, ast.Name)
        and part.left.id in {item.arg for item in node.args.args}
        for node in inside
        for part in walk(node)
    )


def first_line(event, name):
    """The last line that assigns a name, within the node of the event."""
    lines = [part.lineno for part in every(event.node, ast.Name) if part.id == name and isinstance(part.ctx, ast.Store)]
    return max(lines, default=event.line)


@rule("SW-D3")
def parts_do_not_share_rows(source):
    """Rows multiplied before the split, and slices that overlap, put the same rows on both sides."""
    seen, slices = set(), {}
    for event in trace_of(source):
        if event.kind == "split":
            for value in event.values:
                for line in value.resampled:
                    if line not in seen:
                        seen.add(line)
                        said = f"Rows are multiplied in line {line}; the split comes in line {event.line}."
                        yield find("SW-D3", said, **place_at(source, line))
        elif event.kind == "part" and event.value.kind != "labels" and event.value.part is None:
            yield from overlap(event, slices)
        elif event.kind == "end":
            yield from whole_and_part(event)


def whole_and_part(event):
    """All rows under the name of the training part, and some of the same rows as the test part."""
    for name, value in event.names.items():
        twin = event.names.get(counterpart(name) or "")
        if twin is None or value.part not in ("test", "val") or value.kind == "labels" or not value.roots & twin.roots:
            continue
        if value.cut and not twin.cut and not twin.resampled and twin.kind == value.kind and twin.source != "split":
            line = first_line(event, name)
            if not read_after(event, counterpart(name), line) or loses(event.node, counterpart(name)):
                continue  # the name that all rows had before; a copy of which rows are taken out
            yield find(
                "SW-D3", f"{twin.name} holds all rows, and {name} some of them.", line=line, function=event.function
            )
            return


def loses(node, name):
    """Whether rows are taken out of a list: ``train.remove(row)``, ``train.pop(i)``, ``del train[i]``."""
    return bool(re.search(rf"\b{name}\.(remove|pop|drop)\(|\bdel {name}\[", ast.unparse(node)))


def read_after(event, name, line):
    """Whether a name is read below a line."""
    return any(isinstance(part, ast.Name) and part.id == name and isinstance(part.ctx, ast.Load) and part.lineno > line
               for part in walk(event.node))  # fmt: skip


def overlap(event, slices):
    """A slice with literal bounds that reaches into the slice of the other part."""
    value = event.value
    column = value.cols if value.cols is not None and value.cols[0] in ("at", "pick") else None
    key = value.roots, event.function, value.perm, column  # x_train = data[:, 0], x_test = data[:, 2]: other numbers
    bounds = value.bounds if value.bounds is not None else (None if value.cut else (None, None))
    shared = list(same_end(event, slices.setdefault((key, "spans"), []))) if value.span is not None else []
    yield from shared
    if shared or bounds is None or bounds == ("unpacked",):
        return
    for other_part, other_bounds, name in slices.get(key, []):
        if other_part != event.part and "train" in (other_part, event.part) and meets(bounds, other_bounds):
            said = f"{name}[{words(other_bounds)}] and {event.name}[{words(bounds)}] are slices of the same rows."
            yield find("SW-D3", said, line=event.line, function=event.function)
            return
    slices.setdefault(key, []).append((event.part, bounds, event.name))


def same_end(event, spans):
    """Slices with named bounds that begin at the same row, or that both run to an end."""
    mine = tuple(bound if bound != "0" else None for bound in event.value.span)
    for part, other, name in spans:
        start = mine[0] == other[0] and mine[1] != other[1]
        end = mine[1] == other[1] and mine[0] != other[0]
        if part != event.part and (start or end or reaches_back(mine, other) or reaches_back(other, mine)):
            said = f"{name}[{plain(other)}] and {event.name}[{plain(mine)}] are slices of the same rows."
            yield find("SW-D3", said, line=event.line, function=event.function)
            return
    spans.append((event.part, mine, event.name))


def reaches_back(later, first):
    """Whether a slice starts some rows before the end of the other: ``X[:n]`` and ``X[n - 20:]``."""
    return bool(first[1] and later[0] and re.fullmatch(rf"{re.escape(first[1])} - \d+", later[0]))


def plain(span):
    return ":".join(bound or "" for bound in span)


def meets(first, second):
    """Whether two literal slices share rows of any array that is long enough: [:-50] and [-100:] do, [24:800] and [-200:] need not.

    >>> meets((None, -50), (-100, None)), meets((24, 800), (-200, None)), meets((None, -20), (-20, None))
    (True, False, False)
    """
    far = 10**9
    (low, high), (lower, higher) = (slice(*bounds).indices(far)[:2] for bounds in (first, second))
    return max(low, lower) < min(high, higher)


def words(bounds):
    return ":".join("" if bound is None else str(bound) for bound in bounds)
