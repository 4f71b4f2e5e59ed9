"""Confusion functions that return the four counts: in the order in which the file takes them apart."""

import ast
import collections

import numpy as np

from scratchwork.checks.findings import CannotCheck, find
from scratchwork.checks.recognising import metric_words
from scratchwork.checks.registry import probe
from scratchwork.checks.views import returned
from scratchwork.checks.views.metric_blame import blame
from scratchwork.checks.views.metric_call import Metric
from scratchwork.checks.views.metric_cases import P2, Y2
from scratchwork.checks.views.metric_values import four_counts

COUNTS = ("tp", "fp", "fn", "tn")


@probe("SW-E8", "SW-E90", roles=("metric:confusion",))
def four_counts_are_in_the_order_they_are_taken(target, call):
    """Each of the four counts is what its name says: its key, or the names that most callers give the values."""
    metric = Metric(target, call)
    value = metric.raw(Y2, P2)
    labels, values = labelled(target, value)
    right = dict(zip(COUNTS, four_counts(Y2 == 1, P2 == 1)))
    said = {label: float(number) for label, number in zip(labels, values)}
    wrong = [label for label in labels if said[label] != right[label]]
    if not wrong:
        return
    if said.get("tp") == right["tn"] and metric.order == "unknown":
        raise CannotCheck("which class is the positive one is not known")
    blame(target)
    shown = ", ".join(f"{label.upper()} = {said[label]:.0f}" for label in labels)
    told = f"of 13 rows {target.name} counts {shown}; it is " + ", ".join(
        f"{label.upper()} = {right[label]}" for label in labels
    )
    if sorted(said.values()) == sorted(right[label] for label in labels):
        yield find(
            "SW-E8", f"{told}: {' and '.join(label.upper() for label in wrong)} change places.", severity="error"
        )
    else:
        yield find("SW-E90", f"{told}.")


def labelled(target, value):
    """(the four counts' names, their values) of an answer."""
    if isinstance(value, dict):
        names, values = list(value), list(value.values())
    elif isinstance(value, (tuple, list)) and len(value) == 4 and all(np.ndim(item) == 0 for item in value):
        nodes, values = target.namespace.get("nodes", {}), list(value)
        node = nodes.get(target.name)
        names = taken_as(target.name.rpartition(".")[2], nodes) or (node is not None and returned.names_returned(node))
    else:
        raise CannotCheck("it returns no four counts")
    labels = [metric_words.kind_of_word(name) if name else None for name in names or []]
    if len(labels) != 4 or sorted(map(str, labels)) != sorted(COUNTS):
        raise CannotCheck("which of its numbers is which is not known")
    return labels, values


def taken_as(name, nodes):
    """The four names under which most callers take a function's values apart; ``_`` fits everything. None without such a caller."""
    votes = collections.Counter()
    for node in nodes.values():
        for item in ast.walk(node):
            called = isinstance(item, ast.Assign) and isinstance(item.value, ast.Call) and item.value.func
            if called and getattr(called, "id", getattr(called, "attr", None)) == name:
                target = item.targets[0]
                for place, part in enumerate(
                    target.elts if isinstance(target, ast.Tuple) and len(target.elts) == 4 else ()
                ):
                    kind = metric_words.kind_of_word(getattr(part, "id", "_"))
                    if kind in COUNTS:
                        votes[place, kind] += 1
    best = [max(COUNTS, key=lambda kind: votes[place, kind]) for place in range(4)]
    told = [votes[place, best[place]] for place in range(4)]
    missing = set(COUNTS) - {best[place] for place in range(4) if told[place]}
    if sum(bool(count) for count in told) < 3 or (0 in told and len(missing) != 1):
        return None
    return [best[place] if told[place] else missing.pop() for place in range(4)]
