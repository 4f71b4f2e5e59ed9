"""Ratios of counts written out: tp / (tp + fn) under the name of precision."""

import ast
import itertools
import re

import numpy as np

from scratchwork.checks.files.code_shape import called, place_at, routines
from scratchwork.checks.findings import find
from scratchwork.checks.recognising.metric_words import is_relative, kind_of_word, kinds_in_name
from scratchwork.checks.registry import rule
from scratchwork.checks.views.metric_cases import P2, PR, Y2, YR
from scratchwork.checks.views.metric_exchange import exchanged_counts
from scratchwork.checks.views.metric_values import conventions, of_counts, regression_values
from scratchwork.checks.views.written_scores import FOUR, RATIOS, Reader, UnclearError

OF_ALL_ROWS = ({"tp", "tn"}, {"truth", "guess"})
OF_ALL, OF_NUMBERS = ("accuracy", "error_rate"), ("rmse", "mae")


@rule("SW-E7", "SW-E90")
def a_ratio_bears_its_name(source):
    """precision = tp / (tp + fn) is the recall; where it is assigned, printed, returned or put into a dict."""
    if not re.search(r"(?i)tp|fp|fn|tn|pos|neg|precision|recall|hits|miss|acc|r2|r_sq|rmse|specif|sensit", source.text):
        return
    for told, label, node, nodes in labelled(source):
        reader = Reader(nodes, numbers=told in OF_NUMBERS)
        try:
            value = reader.value(node)
        except UnclearError:
            continue
        if np.ndim(value) or not np.isfinite(value):
            continue
        found = _of_numbers(told, float(value)) if told in OF_NUMBERS else _of_classes(told, float(value), reader.used)
        if found and (told not in OF_NUMBERS or {"truth", "guess"} <= reader.used):
            code, words, severity = found
            severity = "warning" if reader.used & {"truth", "guess"} else severity
            said = f"Line {node.lineno} gives {ast.unparse(node)[:80]} as {label}{words}"
            yield find(code, said, severity=severity, **place_at(source, node.lineno))
            return


def _of_classes(told, value, used):
    """(code, words, severity) where the value of a ratio is not the one of its name, or None."""
    right = [of_counts(told, *FOUR.values())]
    rows = bool(used & {"truth", "guess"})
    if rows:
        right += [of_counts(told, *(FOUR[name] for name in ("tn", "fn", "fp", "tp"))), *conventions(told, Y2, P2)]
    whole = rows and abs(value - round(value)) < 1e-9 and value > 1
    clear = len(used - {"perhaps", told}) > 1 and (told not in OF_ALL or any(used >= pair for pair in OF_ALL_ROWS))
    if whole or not clear or min(min(abs(value - one), abs(value / 100 - one)) for one in right) < 1e-3:
        return None
    value = value / 100 if value > 2.5 else value
    instead = exchanged_counts(told, value, FOUR)
    if instead:
        return "SW-E7", f": that is {instead}.", "error"
    told_of = f": of 4 hits, 3 false alarms, 1 miss and 5 correct rejections {value:.4f}; the {told} is {right[0]:.4f}."
    return "SW-E90", told_of, "warning"


def _of_numbers(told, value):
    """The same of an error of regression: a mistake that is known."""
    squares, signed = regression_values(YR, PR)["mse"], abs(float(np.mean(YR - PR)))
    other, words = {
        "rmse": (squares, "the mean of the squares, without its root"),
        "mae": (signed, "the mean of the errors, signs and all"),
    }[told]
    return ("SW-E90", f": that is {words}.", "warning") if abs(abs(value) - other) < 1e-6 else None


def labelled(source):
    """(kind, label, expression, the nodes of the function or module it stands in) of every expression with the name of a score."""
    for owner in [source.tree, *(entry.node for entry in routines(source))]:
        kinds = kinds_in_name(owner.name) if isinstance(owner, ast.FunctionDef) else []
        nodes = list(own(owner))
        for part in nodes:
            pairs = list(named(part))
            if isinstance(part, ast.Return) and part.value is not None and len(kinds) == 1:
                pairs.append((owner.name, part.value))
            for label, node in pairs:
                told = kind_of_word(label)
                relative = (
                    is_relative(re.sub(r"\W+", "_", label)) or "micro" in label.lower()
                )  # FP and FN are one number
                if told in (*RATIOS, *OF_NUMBERS) and not relative and not isinstance(node, (ast.Constant, ast.Name)):
                    yield told, label.strip(" :="), node, nodes


def own(owner):
    """The nodes of a function or module, those of inner functions left out."""
    ahead = list(owner.body)
    while ahead:
        node = ahead.pop(0)
        yield node
        if not isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.Lambda)):
            ahead[:0] = ast.iter_child_nodes(node)


def named(part):
    """(label, expression) of an assignment, dict entries, pairs, and what follows a word in a print."""
    if isinstance(part, ast.Assign) and len(part.targets) == 1:
        target = part.targets[0]
        pairs = [(target, part.value)]
        if isinstance(target, ast.Tuple) and isinstance(part.value, ast.Tuple):
            pairs = zip(target.elts, part.value.elts)
        yield from ((_label(name), value) for name, value in pairs)
    elif isinstance(part, ast.Dict):
        yield from (
            (str(key.value), value) for key, value in zip(part.keys, part.values) if isinstance(key, ast.Constant)
        )
    elif isinstance(part, ast.Call) and called(part) == "print":
        yield from told_in(part.args)
    elif isinstance(part, ast.Call) and called(part) in ("dict", "append"):
        yield from ((entry.arg, entry.value) for entry in part.keywords if entry.arg)
        holder = part.func.value if isinstance(part.func, ast.Attribute) else None
        yield from ((_label(holder), value) for value in part.args[:1] if holder is not None)
    elif isinstance(part, ast.JoinedStr):
        yield from told_in([item.value if isinstance(item, ast.FormattedValue) else item for item in part.values])
    elif isinstance(part, ast.Tuple) and len(part.elts) == 2:
        yield from told_in(part.elts)
    else:
        yield from _formatted(part)


def _label(target):
    """The word of a target: a name, an attribute, the key of an entry, else what holds the entry."""
    if not isinstance(target, ast.Subscript):
        return ast.unparse(target).rpartition(".")[2]
    key = target.slice.value if isinstance(target.slice, ast.Constant) else None
    return key if isinstance(key, str) else ast.unparse(target.value).rpartition(".")[2]


def _formatted(part):
    """(label, expression) of ``"recall %.3f" % value`` and ``"recall {:.3f}".format(value)``."""
    text, values, holes = None, [], r"%[-+ #0-9.*]*[a-zA-Z]"
    if isinstance(part, ast.BinOp) and isinstance(part.op, ast.Mod):
        text, values = part.left, part.right.elts if isinstance(part.right, ast.Tuple) else [part.right]
    elif isinstance(part, ast.Call) and called(part) == "format" and isinstance(part.func, ast.Attribute):
        text, values, holes = part.func.value, part.args, r"\{[^{}]*\}"
    if isinstance(text, ast.Constant) and isinstance(text.value, str):
        pieces = re.split(holes, text.value.replace("%%", ""))
        yield from ((words[-1], value) for piece, value in zip(pieces, values) if (words := re.findall(WORD, piece)))


WORD = r"[A-Za-z_]\w*"


def told_in(parts):
    """(word, expression) of neighbours in a print or an f-string."""
    for before, node in itertools.pairwise(parts):
        if isinstance(before, ast.Constant) and isinstance(before.value, str) and not isinstance(node, ast.Constant):
            words = re.findall(WORD, before.value)
            if words:
                yield words[-1], node
