"""The functions of a nearest-neighbours program that measure: against the usual distances, and on rows far from the origin."""

import inspect
import re

import numpy as np

from scratchwork.checks.findings import CannotCheck, find
from scratchwork.checks.recognising import binding
from scratchwork.checks.views.neighbor_blame import held_rows, reached
from scratchwork.checks.views.neighbors import DISTANCES, WRONG_DISTANCES, plain_data

OTHER_MEASURES = "hamming|mahalan|jaccard|dtw|warp|havers|levens|edit|canberra|bray|correl|wasser|weighted|kernel|similar|gauss|normal_|prob"


MEASURES = r"dist(?!rib|ort|inct|ill)|e[uv]k?c?lid|oklid|eucl|manhattan|minkowski|uzaklik|mesafe|jarak|abstand|afstand|avstand|odleglosc|rasst|vzdal|tavolsag|l[12]_norm"


def measures(name):
    """Whether a function is called a usual distance, in whatever language.

    >>> measures("oklid_uzaklik"), measures("hamming_distance"), measures("euclidian")
    (True, False, True)
    """
    return bool(re.search(MEASURES, name.lower())) and not re.search(OTHER_MEASURES, name.lower())


def measuring(target, call):
    """(name, function) of what is called a usual distance."""
    if isinstance(target.value, dict):
        yield from (
            (name, function) for name, function in {**target.value, **_beside(target)}.items() if measures(name)
        )
        return
    made = None
    for name in binding.methods(target.value.factory):
        if measures(name) and not name.startswith("__"):
            try:
                made = made or _fitted(target, call)
                yield name, getattr(made, name)
            except CannotCheck:
                return


def _beside(target):
    """The functions of the file that those of the target call."""
    nodes, space = target.namespace.get("nodes", {}), target.namespace.get("namespace", {})
    names = set().union(*(reached(nodes, name) for name in target.value)) if target.value else set()
    return {name: space[name] for name in names if inspect.isfunction(space.get(name))}


def _fitted(target, call):
    X, y, _ = plain_data()
    return target.namespace["view"].fit(X, y, 3).object


def distance_of(name, function, call, votes_right):
    """The finding where a function that is called a distance gives another number, or fails, or is not 0 of a row and itself."""
    low = name.lower()
    kinds = (
        ["manhattan"]
        if "manhattan" in low or "l1" in low
        else ["euclidean"]
        if re.search("e[uv]k?c?lid|eucl|oklid|l2", low)
        else list(DISTANCES)
    )
    A, B = plain_data()[0][:7], plain_data()[2][:5]
    got, paired = pairwise(function, call, A, B)
    if got is None:
        yield from _negative_root(name, function, call, A, B)
        yield from held_rows(name, function, call, *plain_data())
        return
    tables = {kind: np.array([DISTANCES[kind](B, a) for a in A]) for kind in kinds}
    tables |= {"squared euclidean": np.array([((B - a) ** 2).sum(axis=1) for a in A])}
    close = [kind for kind, table in tables.items() if np.allclose(got, table, rtol=1e-5, atol=1e-6)]
    if not close:
        wanted = tables[kinds[0]]
        index = np.unravel_index(int(np.argmax(np.abs(got - wanted))), got.shape)
        other = [word for word, f in {**DISTANCES, **WRONG_DISTANCES}.items() if np.allclose(got, [f(B, a) for a in A])]
        if other and "without the last" in other[0] and votes_right:
            return  # rows that carry their label in the last column
        words = f": it is {other[0]}" if other else ""
        observed = f"{name} of two rows is {got[index]:.5g}, the {kinds[0]} distance is {wanted[index]:.5g}{words}."
        sure = other or len(kinds) == 1  # its name says which distance it is
        yield find("SW-K2", observed, function=name, severity="error" if sure else "warning")
        return
    yield from _same_row(name, function, call, paired)


def _negative_root(name, function, call, A, B):
    """A root that fails for some rows: what stands under it is no sum of squares."""
    required = [entry for entry in binding.parameters(function) if entry.default is entry.empty]
    if len(required) not in (2, 3):
        return
    for a, b in zip(A[:5], B[:5]):
        try:
            call(function, *[a.tolist(), b.tolist(), A.shape[1]][: len(required)])
        except CannotCheck as failure:
            if "math domain" in str(failure) or "nonnegative" in str(failure):
                observed = f"{name} fails for rows of plain numbers ({failure}): the differences under its root are not squared."
                yield find("SW-K2", observed, function=name, severity="error")
                return


def pairwise(function, call, A, B):
    """(table of distances (len A, len B), whether the function gives tables), or (None, None)."""
    try:
        table = np.asarray(call(function, A, B), dtype=float)
        if table.shape == (len(B), len(A)):
            table = table.T
        if table.shape == (len(A), len(B)):
            return table, True
    except (CannotCheck, TypeError, ValueError):
        pass
    try:
        table = np.array([np.asarray(call(function, B, a), dtype=float) for a in A])  # all rows and one
        if table.shape == (len(A), len(B)):
            return table, False
    except (CannotCheck, TypeError, ValueError):
        pass
    try:
        table = np.array([[float(np.asarray(call(function, a, b)).squeeze()) for b in B] for a in A])
        return table, False
    except (CannotCheck, TypeError, ValueError):
        return None, None


def _same_row(name, function, call, paired):
    """The distance of a row to itself is 0, and never NaN, far from the origin too."""
    A = plain_data()[0][:30] * 1.0 + 1e5
    if not paired:
        return
    table = np.asarray(call(function, A, A.copy()), dtype=float)
    if np.isnan(table).any():
        observed = f"{name} of rows near 1e5 to themselves gives {int(np.isnan(table).sum())} NaN of {table.size}: small negative squares under the root."
        yield find("SW-N10", observed, function=name, severity="error")
        return
    own = np.diag(table)
    if own.max() > 1e-1:
        yield find("SW-N10", f"{name} of a row near 1e5 to itself is {own.max():.3g} instead of 0.", function=name)
