"""Ratios of counts written out: tp / (tp + fn) under the name of precision, and counts under each other's names."""

import ast
import itertools
import operator
import re

from scratchwork.checks.files.code_shape import called, place_at, routines
from scratchwork.checks.files.names import kind_of
from scratchwork.checks.files.syntax import dotted, walk
from scratchwork.checks.findings import find
from scratchwork.checks.recognising.metric_words import kind_of_word, kinds_in_name
from scratchwork.checks.registry import rule
from scratchwork.checks.views.metric_exchange import exchanged_counts
from scratchwork.checks.views.metric_values import of_counts

FOUR = {"tp": 4, "fp": 3, "fn": 1, "tn": 5}
RATIOS = ("precision", "recall", "specificity", "npv", "fpr", "fnr", "f1", "accuracy", "error_rate", "jaccard")
ARITHMETIC = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}
SAME = {
    "float",
    "int",
    "round",
    "sum",
    "mean",
    "nanmean",
    "average",
    "nan_to_num",
    "asarray",
    "array",
    "item",
    "float64",
    "abs",
}


class UnclearError(Exception):
    """An expression holds something that is neither a count nor arithmetic."""


@rule("SW-E7", "SW-E90")
def a_ratio_bears_its_name(source):
    """precision = tp / (tp + fn) is the recall; where it is assigned, printed, returned or put into a dict."""
    if not re.search(r"(?i)tp|fp|fn|tn|pos|neg|precision|recall|hits|miss", source.text):
        return
    for told, label, node, owner in labelled(source):
        used = set()
        try:
            value = value_of(node, owner, used)
        except (UnclearError, ArithmeticError):
            continue
        value, right = float(value), of_counts(told, *FOUR.values())
        all_four = told not in ("accuracy", "error_rate") or used >= {"tp", "tn"}
        if len(used) < 2 or not all_four or min(abs(value - right), abs(value / 100 - right)) < 1e-3:
            continue
        value = value / 100 if value > 2.5 else value
        instead = exchanged_counts(told, value, FOUR)
        said = f"Line {node.lineno} gives {ast.unparse(node)[:60]} as {label}"
        if instead:
            said += f": that is {instead}."
            yield find("SW-E7", said, severity="error", **place_at(source, node.lineno))
            return
        said += f": of 4 hits, 3 false alarms, 1 miss and 5 correct rejections {value:.4f}; the {told} is {right:.4f}."
        yield find("SW-E90", said, severity="warning", **place_at(source, node.lineno))
        return


def labelled(source):
    """(kind, label, expression, the function or module it stands in) of every expression with the name of a ratio."""
    for owner in [source.tree, *(entry.node for entry in routines(source))]:
        kinds = kinds_in_name(owner.name) if isinstance(owner, ast.FunctionDef) else []
        for part in own(owner):
            pairs = list(named(part))
            if isinstance(part, ast.Return) and part.value is not None and len(kinds) == 1:
                pairs.append((owner.name, part.value))
            for label, node in pairs:
                told = kind_of_word(label)
                if told in RATIOS and not isinstance(node, (ast.Constant, ast.Name)):
                    yield told, label.strip(" :="), node, owner


def own(owner):
    """The nodes of a function or module, those of inner functions left out."""
    ahead = list(owner.body)
    while ahead:
        node = ahead.pop(0)
        yield node
        if not isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.Lambda)):
            ahead[:0] = ast.iter_child_nodes(node)


def named(part):
    """(label, expression) of an assignment, dict entries, and what follows a word in a print."""
    if isinstance(part, ast.Assign) and len(part.targets) == 1:
        target = part.targets[0]
        pairs = [(target, part.value)]
        if isinstance(target, ast.Tuple) and isinstance(part.value, ast.Tuple):
            pairs = zip(target.elts, part.value.elts)
        yield from ((ast.unparse(name).rpartition(".")[2], value) for name, value in pairs)
    elif isinstance(part, ast.Dict):
        yield from (
            (str(key.value), value) for key, value in zip(part.keys, part.values) if isinstance(key, ast.Constant)
        )
    elif isinstance(part, ast.Call) and called(part) == "print":
        yield from told_in(part.args)
    elif isinstance(part, ast.JoinedStr):
        yield from told_in([item.value if isinstance(item, ast.FormattedValue) else item for item in part.values])


def told_in(parts):
    """(word, expression) of neighbours in a print or an f-string."""
    for before, node in itertools.pairwise(parts):
        if isinstance(before, ast.Constant) and isinstance(before.value, str) and not isinstance(node, ast.Constant):
            words = re.findall(r"[A-Za-z_]+", before.value)
            if words:
                yield words[-1], node


def value_of(node, owner, used, depth=0):
    """The number of an expression in counts of 4 hits, 3 false alarms, 1 miss and 5 correct rejections; ``used`` gets what it reads."""
    if depth > 12:
        raise UnclearError
    again = lambda inner: value_of(inner, owner, used, depth + 1)  # noqa: E731
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        return node.value
    if isinstance(node, ast.BinOp) and type(node.op) in ARITHMETIC:
        return ARITHMETIC[type(node.op)](again(node.left), again(node.right))
    if isinstance(node, ast.IfExp):
        return again(node.orelse if isinstance(node.body, ast.Constant) else node.body)
    if isinstance(node, ast.Call):
        return of_call(node, again, used)
    if isinstance(node, ast.Subscript):
        key = node.slice.value if isinstance(node.slice, ast.Constant) else ""
        return known(str(key), used) or known(dotted(node.value), used) or again(None)
    if not isinstance(node, (ast.Name, ast.Attribute)):
        raise UnclearError
    name = dotted(node)
    found = known(name, used)
    if found is not None:
        return found
    if re.match(r"eps|smooth|tiny", name.rpartition(".")[2], re.IGNORECASE):
        return 1e-9
    values = [
        part.value
        for part in own(owner)
        if isinstance(part, ast.Assign) and [dotted(t) for t in part.targets] == [name]
    ]
    if len(values) != 1 or not name:
        raise UnclearError
    return again(values[0])


def known(name, used):
    """The count or ratio of a name, or None."""
    kind = kind_of_word(name.rpartition(".")[2]) if name else None
    if kind in FOUR or kind in RATIOS:
        used.add(kind)
        return of_counts(kind, *FOUR.values())
    return None


def of_call(node, again, used):
    """A call: of a function named after a count, of one that divides, or of one that leaves the number as it is."""
    last, args = called(node), node.args
    found = known(last, used) if last not in SAME else None
    if found is not None:
        return found
    if re.search(r"div|ratio", last, re.IGNORECASE) and len(args) >= 2:
        return again(args[0]) / again(args[1])
    if last in ("max", "maximum") and len(args) == 2:
        return max(again(args[0]), again(args[1]))
    if last in SAME:
        module = not isinstance(node.func, ast.Attribute) or dotted(node.func.value) in ("np", "numpy")
        return again(args[0] if module and args else getattr(node.func, "value", None))
    raise UnclearError


@rule("SW-E7", "SW-D8")
def what_is_returned_is_unpacked_in_its_order(source):
    """``return tp, fn, fp`` and ``tp, fp, fn = counts()``: two of the numbers change their names."""
    bodies = {entry.name: entry for entry in routines(source)}
    for part in walk(source.tree):
        call = part.value if isinstance(part, ast.Assign) and isinstance(part.value, ast.Call) else None
        entry = bodies.get(called(call)) if call is not None else None
        target = part.targets[0] if call is not None else None
        if entry is None or not isinstance(target, ast.Tuple):
            continue
        wanted = [dotted(item).lower() for item in target.elts]
        for back in (item.value for item in own(entry.node) if isinstance(item, ast.Return)):
            given = [dotted(item).lower() for item in back.elts] if isinstance(back, ast.Tuple) else []
            if (
                given != wanted
                and sorted(given) == sorted(wanted)
                and len(set(given)) == len(given)
                and "" not in given
            ):
                moved = [name for name, other in zip(given, wanted) if name != other]
                code = "SW-E7" if all(kind_of_word(name) in FOUR for name in moved) else "SW-D8"
                if code == "SW-E7" or all(kind_of(name) in ("data", "labels") for name in moved):
                    said = f"{entry.name} returns {', '.join(given)}, line {part.lineno} unpacks {', '.join(wanted)}."
                    yield find(code, said, severity="error", **(entry.place | {"line": back.lineno}))
                    return


GUESSED = re.compile(r"pred|guess|calc|estim|output|hat|assigned|answer", re.IGNORECASE)


@rule("SW-E7")
def a_false_alarm_is_one_of_the_class_that_was_said(source):
    """Of a wrong answer the class that was said gets the false alarm, the class that was there the miss."""
    for entry in routines(source):
        booked = {}
        for part in walk(entry.node):
            if isinstance(part, ast.AugAssign) and isinstance(part.target, ast.Subscript):
                count, whose = _booking(part.target)
                booked.setdefault(count, set()).add(whose)
        if booked.get("fp") == {"there"} and booked.get("fn") == {"said"}:
            said = f"{entry.name} books the false alarm on the class that was there, and the miss on the class that was said."
            yield find("SW-E7", said, severity="error", **entry.place)


def _booking(target):
    """(count, "said" or "there") of ``table[predicted]["FP"] += 1`` or ``fp[predicted] += 1``."""
    names = [part for part in ast.walk(target) if isinstance(part, (ast.Name, ast.Attribute))]
    keys = [part.value for part in ast.walk(target) if isinstance(part, ast.Constant) and isinstance(part.value, str)]
    words = [*keys, *(dotted(part).rpartition(".")[2] for part in names)]
    count = next((kind for kind in map(kind_of_word, words) if kind in FOUR), None)
    indices = [dotted(part.slice) for part in ast.walk(target) if isinstance(part, ast.Subscript)]
    said = any(GUESSED.search(name) for name in indices)
    there = any(kind_of(name) == "labels" or re.search("actual|true|real", name) for name in indices)
    return count, "said" if said and not there else "there" if there and not said else None
