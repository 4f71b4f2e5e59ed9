"""Principal axes as they are written: which rows they are taken of, which end is kept, which way round they are used."""

import ast
import re

from scratchwork.checks.files.code_shape import place_at
from scratchwork.checks.findings import find
from scratchwork.checks.flow.dims_walk import walk_of
from scratchwork.checks.registry import rule
from scratchwork.checks.views.component_axes import MEANS

RESTORES = re.compile(
    r"inver|recon|recov|restor|decod|back|deproj|decompr|denois|rebuil|approx|unproj|expand", re.IGNORECASE
)


@rule("SW-C2", "SW-C4", "SW-C6", "SW-P5", "SW-P2")
def numbers_of_axes_are_no_entries(source):
    """The numbered axes of a decomposition and the entries of its vectors are never taken for each other; the largest are kept."""
    notes = walk_of(source).notes
    crossed = any(code == "SW-C4" for code, *_ in notes)
    for code, line, _, words in notes:
        if crossed and code == "SW-C2":
            continue  # what is taken for an order is none then
        yield find(code, f"Line {line}: {words}.", severity="warning", **place_at(source, line))


@rule("SW-C1", "SW-P2")
def what_is_projected_is_centred_as_the_axes_are(source):
    """Axes are those of centred rows, and the rows that are projected on them are centred by the same mean."""
    walk = walk_of(source)
    for entry in walk.projections:
        found = _centring(walk, entry)
        if found:
            code, line, words = found
            yield find(code, f"Line {line}: {words}.", severity="warning", **place_at(source, line))


def _centring(walk, entry):
    """(code, line, words) of rows and axes that are centred in two ways, or None."""
    base, rows, deco = entry.deco.base, entry.rows, entry.deco
    by_columns = [mean for mean in rows.minus if mean[1] != "all"]
    if base.role != "cov" and base.minus and all(over == "all" for _, over in base.minus):
        return (
            "SW-C1",
            deco.line,
            f"{deco.kind} is asked about rows less one number, the mean of them all: they are not centred",
        )
    if base.role != "cov" and not base.minus and by_columns and base.root in walk.averaged:
        said = (
            f"{deco.kind} is asked about rows that are not centred, and line {entry.line} projects rows less their mean"
        )
        return "SW-C1", deco.line, said
    if not rows.minus and base.minus and (rows.root == base.root or entry.owned):
        said = f"rows are projected as they are on the axes of centred rows ({deco.kind} in line {deco.line})"
        return "SW-C1", entry.line, said
    if base.role != "cov" and not base.minus and not rows.minus and None is not rows.root == base.root in walk.averaged:
        said = f"{deco.kind} is asked about rows whose mean is worked out, and not taken off"
        return "SW-C1", deco.line, said
    own = any(root == rows.root for root, _ in by_columns)
    if own and rows.root != base.root and (base.minus or base.role == "cov"):
        said = f"rows less their own mean are projected on axes that were learnt from others ({deco.kind} in line {deco.line})"
        return "SW-P2", entry.line, said
    return None


@rule("SW-C6")
def the_mean_is_put_back(source):
    """Rows that are put together from scores of centred rows get the mean back that was taken off."""
    walk = walk_of(source)
    closed = {root for root, _ in walk.closed}
    kept = {function for value, _, function in walk.backs if value.root in closed}
    for value, line, function in walk.backs:
        if value.role == "unscaled":
            if function not in kept and any(
                value.root[1] == root for root, other in walk.standardised if other != function
            ):
                said = "rows are multiplied by the spread that was divided out, and the mean that was taken off is not added"
                yield find("SW-C6", f"Line {line}: {said}.", severity="warning", **place_at(source, line))
            continue
        base = value.deco.base
        if any(root == base.root and other != value.deco.function for root, other in walk.standardised):
            continue  # rows of one spread are what it was given, and what it gives back
        taken = any(entry.rows.minus and entry.deco is value.deco for entry in walk.projections)
        if function and function not in kept and RESTORES.search(function) and (taken or base.minus):
            said = "rows are put together from scores, and the mean that was taken off is not added"
            yield find("SW-C6", f"Line {line}: {said}.", severity="warning", **place_at(source, line))


def come_centred(target):
    """Whether the functions that decompose rows take no mean off them, and are only called with rows less their mean."""
    decos = walk_of(target.source).decos if target.source is not None and isinstance(target.value, dict) else ()
    nodes = target.namespace.get("nodes", {})
    own = [MEANS.search(ast.unparse(nodes[deco.function])) for deco in decos if deco.function in nodes]
    less = all(deco.base.role == "data" and any(over != "all" for _, over in deco.base.minus) for deco in decos)
    return bool(own) and not any(own) and less
