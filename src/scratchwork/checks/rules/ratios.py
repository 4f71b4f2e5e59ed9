"""Ratios of counts written out: tp / (tp + fn) under the name of precision, and counts under each other's names."""

import ast
import itertools
import re

from scratchwork.checks.files.code_shape import called, place_at
from scratchwork.checks.files.syntax import walk
from scratchwork.checks.findings import find
from scratchwork.checks.recognising.metric_words import kind_of_word
from scratchwork.checks.registry import rule

MEANS = {("tp", "fp"): "precision", ("tp", "fn"): "recall", ("tn", "fp"): "specificity", ("tn", "fn"): "npv"}


@rule("SW-E7")
def a_ratio_bears_its_name(source):
    """precision = tp / (tp + fn) is the recall; where it is assigned, printed or put into a dict."""
    for label, node in labelled(source.tree):
        told, is_kind = kind_of_word(label), ratio(node)
        if told in ("precision", "recall", "specificity", "npv") and is_kind and told != is_kind:
            said = f"Line {node.lineno} gives {ast.unparse(node)[:50]} as {label.strip(' :=')}: that is the {is_kind}."
            yield find("SW-E7", said, severity="error", **place_at(source, node.lineno))
            return


def labelled(tree):
    """(label, expression) of assignments, dict entries, keywords, and what follows a word in a print."""
    for part in walk(tree):
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


def ratio(node):
    """Which ratio of counts an expression is by the names in it, or None."""
    while isinstance(node, ast.Call) and node.args:
        node = node.args[0]
    while isinstance(node, ast.IfExp):
        node = node.body
    if not isinstance(node, ast.BinOp) or not isinstance(node.op, ast.Div):
        return None
    above, below = (
        count_of(node.left),
        {count_of(part) for part in walk(node.right) if isinstance(part, (ast.Name, ast.Attribute))},
    )
    below -= {None}
    other = below - {above}
    return MEANS.get((above, other.pop())) if above in below and len(below) == 2 else None


def count_of(node):
    """tp, fp, fn or tn by the name of an expression."""
    if not isinstance(node, (ast.Name, ast.Attribute)):
        return None
    kind = kind_of_word(ast.unparse(node).rpartition(".")[2])
    return kind if kind in ("tp", "fp", "fn", "tn") else None
