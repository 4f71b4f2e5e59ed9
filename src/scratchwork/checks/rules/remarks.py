"""Remarks on k-NN and k-means: one start, an even k, columns of very different size."""

import ast
import re

from scratchwork.checks.files.code_shape import called, calls_in, place_at, routines
from scratchwork.checks.files.syntax import every, literal
from scratchwork.checks.findings import find
from scratchwork.checks.flow.statements import trace_of
from scratchwork.checks.registry import rule

CLUSTERS = re.compile(r"^_?(k_?means|lloyds?)\w*$", re.IGNORECASE)
RESTARTS = re.compile(r"n_?init|restart|n_?starts|tries|trials|attempts|runs|repeats", re.IGNORECASE)
VOTES = re.compile(r"bincount|most_common|\bmode\(|max\([^)]*key=")
NEIGHBOURS = re.compile(r"knn|k_?nearest|nearest_?neighb|k_?neighb", re.IGNORECASE)
UNEVEN = re.compile(r"load_wine|load_breast_cancer|fetch_california_housing|load_boston")


@rule("SW-M7")
def several_starts_are_tried(source):
    """k-means called once, from one start: the optimum it ends in may be a poor one."""
    if RESTARTS.search(source.text) or re.search(r"torch|KMeans\(", source.text):
        return
    looped = {
        id(call)
        for part in every(source.tree, ast.For, ast.While, ast.ListComp, ast.GeneratorExp, ast.DictComp)
        for call in calls_in(part)
    }
    own = {entry.name for entry in routines(source) if entry.owner is None and CLUSTERS.match(entry.name)}
    inside = {id(call) for entry in routines(source) if entry.name in own for call in calls_in(entry.node)}
    made = [call for call in calls_in(source.tree) if called(call) in own and id(call) not in inside]
    if len(made) == 1 and id(made[0]) not in looped:
        said = f"Line {made[0].lineno} calls {called(made[0])} once, from one start."
        yield find("SW-M7", said, **place_at(source, made[0].lineno))


@rule("SW-K4")
def an_odd_number_votes(source):
    """An even k lets two classes have the same votes; the order of labels or rows then decides."""
    if not NEIGHBOURS.search(source.text) or not VOTES.search(source.text):
        return
    for entry in routines(source):
        default = entry.defaults.get("k") or entry.defaults.get("n_neighbors")
        number = literal(default) if default is not None else None
        if isinstance(number, int) and number > 0 and number % 2 == 0:
            said = f"{entry.name} asks k = {number} neighbours; where two classes have {number // 2} votes each, their order decides."
            yield find("SW-K4", said, **entry.place)
            return


@rule("SW-K8")
def neighbours_are_measured_in_like_units(source):
    """k-NN on raw columns of very different size: the largest column alone decides."""
    if not UNEVEN.search(source.text) or not NEIGHBOURS.search(source.text):
        return
    for event in trace_of(source):
        near = event.kind == "fit" and NEIGHBOURS.search(event.estimator.name)
        if near and UNEVEN.search(event.data.source or source.text) and event.data.roots:
            scaled = (
                event.data.scale
                or event.data.leaks
                or re.search(r"scal|std\(|standard|normali|ptp\(|\.max\(", source.text)
            )
            if not scaled:
                said = f"{event.estimator.name} gets the columns of {UNEVEN.search(source.text).group()} as they are."
                yield find("SW-K8", said, line=event.line, function=event.function)
                return
