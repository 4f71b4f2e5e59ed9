"""Rows and labels: do they belong together, are they of one kind, does each metric get what it expects?"""

import ast
import itertools
import re

from scratchwork.checks.files.code_shape import called, place_at
from scratchwork.checks.files.names import kind_of, part_of, tokens
from scratchwork.checks.files.syntax import dotted, every
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
            shuffles.append(event)
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
def a_part_has_its_rows_and_labels_in_one_order(source):
    """X = data[order] and y as it came, both cut into the same parts: each row has the label of another."""
    for event in trace_of(source):
        names = event.names if event.kind == "end" else {}
        for name, rows in names.items():
            labels = names.get(re.sub("(?i)x", "y", name, count=1)) if re.match(r"(?i)x_", name) else None
            known = labels is not None and rows.kind == "data" and labels.kind == "labels" and rows.part
            if (
                known
                and rows.part == labels.part
                and rows.roots == labels.roots
                and (rows.perm is None) != (labels.perm is None)
            ):
                said = f"{name} and {labels.name} are parts of the same data, and only one of them was reordered."
                line = max((part.lineno for part in every(event.node, ast.Name) if part.id == name
                            and isinstance(part.ctx, ast.Store)), default=event.line)  # fmt: skip
                yield find("SW-D8", said, line=line, function=event.function, severity="warning")
                return


@rule("SW-D8")
def rows_and_labels_are_joined_in_one_order(source):
    """vstack([X_a, X_b]) and hstack([y_b, y_a]), X[rows] and y[sort(rows)]: the rows of the one, the labels of the other."""
    for owner in [source.tree, *every(source.tree, ast.FunctionDef)]:
        joins = []
        for part in every(owner, ast.Assign):
            kind, pieces = kind_of(dotted(part.targets[0]) or ""), joined_pieces(part.value)
            if pieces and kind in ("data", "labels"):
                joins.append((kind, pieces, part))
            picks = [
                ast.unparse(item.slice) for item in getattr(part.value, "elts", ()) if isinstance(item, ast.Subscript)
            ]
            one, other = sorted(picks, key=len) if len(picks) == len(getattr(part.value, "elts", ())) == 2 else ("", "")
            if (
                one != other
                and one in other
                and re.search(r"sort|shuffle|permut|::-1|flip|roll", other.replace(one, ""))
            ):
                said = f"Line {part.lineno} takes the rows {one} of the one and {other} of the other."
                yield find("SW-D8", said, **place_at(source, part.lineno))
                return
        for (one, rows, _), (other, labels, second) in itertools.pairwise(joins):
            if {one, other} == {"data", "labels"} and rows != labels and sorted(rows) == sorted(labels):
                said = f"Line {second.lineno} joins its pieces in another order than the line of the {'labels' if one == 'labels' else 'rows'} before."
                yield find("SW-D8", said, **place_at(source, second.lineno))
                return


def joined_pieces(node):
    """What is joined: of each piece its slice, and its name without the word for rows or labels; [] for all else."""
    if not isinstance(node, ast.Call) or called(node) not in (
        "concatenate",
        "vstack",
        "hstack",
        "concat",
        "append",
        "r_",
    ):
        return []
    first = node.args[0] if node.args else None
    parts = first.elts if isinstance(first, (ast.List, ast.Tuple)) else node.args[:2]
    found = []
    for part in parts:
        base = part.value if isinstance(part, ast.Subscript) else part
        words = [word for word in tokens(dotted(base) or "?") if not kind_of(word) or part_of(word)]
        found.append(f"{' '.join(words)} {ast.unparse(part.slice) if isinstance(part, ast.Subscript) else ''}")
    return found if len(set(found)) > 1 else []


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
    loops = any(shuffle.loops for shuffle in shuffles) if shuffles else bool(event.loops)
    trains = loops or re.match("(?i)fit|train|shuffle|sgd|.*(batch|iter|epoch)", event.function or "")
    inside = "epoch" in "".join(ast.unparse(loop.target) for loop in event.loops if isinstance(loop, ast.For))
    code = "SW-T11" if trains or inside else "SW-D8"
    within = {shuffle.function for shuffle in shuffles}
    frames = [frame for frame in event.stack if frame[0] in within]
    function, line = frames[-1] if frames else (event.function, event.line)
    known = all(re.search(r"(^|[._])(x|y|t|labels?|targets?|data|features?)", name, re.I) for name in (rows, labels))
    known = known and not any(re.search(r"hat|pred|prob|out|score", name, re.I) for name in (rows, labels))
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
