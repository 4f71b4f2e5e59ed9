"""k nearest neighbours: against brute force, by itself, and with odd data."""

import inspect
import itertools
import re

import numpy as np

from scratchwork.checks import binding, data, estimator
from scratchwork.checks.findings import CannotCheck, find
from scratchwork.checks.neighbor_blame import _guilty, held_rows
from scratchwork.checks.neighbor_scaling import doubted, scaled_tables, votes_after_scaling
from scratchwork.checks.neighbors import (
    CHOICES,
    DISTANCES,
    UNSORTED,
    VOTES,
    WRONG_DISTANCES,
    WRONG_VOTES,
    Neighbors,
    brute,
)
from scratchwork.checks.registry import probe

KINDS = ("knn", "knn functions")
OTHER_MEASURES = (
    "hamming|mahalan|jaccard|dtw|warp|havers|levens|edit|canberra|bray|correl|wasser|weighted|kernel|similar"
)


def viewed(target, call):
    """The Neighbors view of a target, made once."""
    if "view" not in target.namespace:
        value = target.value.factory if hasattr(target.value, "factory") else target.value
        if isinstance(value, dict):
            value = {**value, **_beside(target)}
        target.namespace["view"] = Neighbors(value, target.name, call, getattr(target.value, "roles", None))
    return target.namespace["view"]


def _beside(target):
    """The other functions of the module that could answer a question: of three arguments or more."""
    namespace = target.namespace.get("namespace", {})
    found = {
        name: item for name, item in namespace.items() if inspect.isfunction(item) and item.__module__ == "user_module"
    }
    return {
        name: item for name, item in found.items() if len(binding.parameters(item)) >= 3 and name not in target.value
    }


def plain_data():
    """Training rows, labels of three overlapping classes, queries; distances all different."""
    X, y = data.overlapping(n=61, d=3, classes=2, seed=8)
    Q, _ = data.overlapping(n=53, d=3, classes=2, seed=9)
    return X + 2.0, y, Q + 2.0


def matches(view, k, X, y, Q, got, combos):
    """The first combination of ingredients whose votes equal ``got``."""
    for (a, distance), (b, choice), (c, vote) in combos:
        if (brute(X, y, Q, k, distance, choice, vote) == got).all():
            return a, b, c
    return None


def pairs(*tables):
    """All combinations of several tables of (name, function)."""
    return itertools.product(*[table.items() for table in tables])


@probe("SW-K1", "SW-K2", "SW-K5", "SW-K90", "SW-P90", roles=KINDS)
def the_nearest_rows_vote(target, call):
    """Predictions equal those of brute force with some usual distance and some usual vote."""
    view = viewed(target, call)
    X, y, Q = plain_data()
    near = {"nearest": CHOICES["nearest"]}
    got = {k: view.predict(X, y, Q, k) for k in (1, 5, 7)}
    if any(len(item) != len(Q) for item in got.values()):
        raise CannotCheck("it does not give one label for each query")
    got = {k: _numbers(item) for k, item in got.items()}
    if _regression(target, got):
        for finding in _means(target, X, y, Q, got):
            yield doubted(finding, view, X, y, Q, got)
        return
    if all(matches(view, k, X, y, Q, got[k], pairs(DISTANCES, near, VOTES)) for k in got):
        return
    if not votes_after_scaling(X, y, Q, got):
        yield doubted(_named(target, view, X, y, Q, got), view, X, y, Q, got)


def _distances_right(target, call):
    """Whether some function measures distances, and all that do measure a usual one."""
    found = []
    for name, function in _distances(target, call):
        A, B = plain_data()[0][:7], plain_data()[2][:5]
        if _pairwise(function, call, A, B)[0] is not None:
            found += list(_distance_of(name, function, call, False)) or [None]
        else:
            found += list(held_rows(name, function, call, *plain_data())) or [None]
    return bool(found) and all(item is None for item in found)


def _regression(target, got):
    """Whether it averages values instead of voting."""
    return "regress" in target.name.lower() or any(set(np.unique(item)) - {0.0, 1.0} for item in got.values())


def _means(target, X, y, Q, got):
    """The average of the nearest values, plain or weighted by 1/d."""
    if all(np.array_equal(got[1], item) for item in got.values()):
        observed = f"k = 1, 5 and 7 give the same {len(Q)} values."
        yield find("SW-T2", observed, function=_guilty(target, "SW-K90"))
        return
    for (rows, asked), distance in itertools.product([(X, Q), *scaled_tables(X, Q)], DISTANCES.values()):
        tables = [np.array([distance(rows, q) for q in asked])]
        order = np.argsort(tables[0], axis=1, kind="stable")
        fits = []
        for k, item in got.items():
            near = order[:, :k]
            weights = 1 / (np.take_along_axis(tables[0], near, axis=1) + 1e-12)
            wanted = [y[near].mean(axis=1), (weights * y[near]).sum(axis=1) / weights.sum(axis=1)]
            fits.append(any(np.allclose(item, values, atol=1e-6) for values in wanted))
        if all(fits):
            return
    near = np.argsort([DISTANCES["euclidean"](X, q) for q in Q], axis=1)[:, :5]
    wrong = int((~np.isclose(got[5], y[near].mean(axis=1))).sum())
    observed = f"Of {len(Q)} predictions with k = 5, {wrong} are not the mean of the five nearest values."
    yield find("SW-K2", observed, function=_guilty(target, "SW-K2"))


def _numbers(item):
    try:
        return np.asarray(item, dtype=float)
    except (TypeError, ValueError):
        raise CannotCheck("its labels are no numbers although it was given numbers") from None


def _named(target, view, X, y, Q, got):
    """The finding: which wrong ingredient gives exactly these votes."""
    k = 7
    right = brute(X, y, Q, k, DISTANCES["euclidean"], CHOICES["nearest"], VOTES["majority"])
    agree = f"Of {len(Q)} queries {int((got[k] == right).sum())} get the label that brute force gives with k = {k}"
    code, shown = _ingredient(X, y, Q, got)
    alike = all((got[1] == item).all() for item in got.values())
    if alike and len(set(got[1].tolist())) == 1 and _distances_right(target, view.caller):
        code, shown = ("SW-K5", f"class {got[1][0]:g} whatever the query, though the distances are right")
    elif alike and len(set(got[1].tolist())) == 1 and code in (None, "SW-K90"):
        code, shown = "SW-K1", f"one kind, {got[1][0]:g}, whatever the query: the distances do not decide"
    elif alike and code == "SW-K90":
        code = None
    if alike and code is None:
        changed = f"brute force changes {int((right != got[1]).sum())} with k = 7"
        observed = f"k = 1, 5 and 7 give the same {len(Q)} labels; {changed}."
        return find("SW-T2", observed, function=_guilty(target, "SW-K90"))
    if code:
        return find(code, f"{agree}; all get the label of {shown}.", function=_guilty(target, code))
    near = {"nearest": CHOICES["nearest"]}
    right_one = brute(X, y, Q, 1, DISTANCES["euclidean"], CHOICES["nearest"], VOTES["majority"])
    plain = {"majority": VOTES["majority"]}
    if (got[1] == right_one).all() or matches(view, 1, X, y, Q, got[1], pairs(DISTANCES, near, plain)):
        observed = f"{agree}, although with k = 1 all of them do: the vote goes wrong."
        return find("SW-K5", observed, function=_guilty(target, "SW-K5"))
    observed = f"{agree}, and no usual distance and vote explains the others."
    return find("SW-K2", observed, function=_guilty(target, "SW-K2"))


def _ingredient(X, y, Q, got):
    """(code, words) of the wrong choice, vote or distance that gives exactly these labels, or (None, None)."""
    near, wrong = {"nearest": CHOICES["nearest"]}, {name: item for name, item in CHOICES.items() if name != "nearest"}
    groups = (
        (pairs(DISTANCES, wrong, VOTES), None),
        (pairs(DISTANCES, near, WRONG_VOTES), "SW-K5"),
        (pairs(WRONG_DISTANCES, near, VOTES), "SW-K2"),
        (pairs(WRONG_DISTANCES, {"farthest": CHOICES["farthest"]}, {"majority": VOTES["majority"]}), "SW-K2"),
    )
    if len(set(got[7].tolist())) == 1:  # one label for all: a wrong distance or vote explains it better than a choice
        groups = (groups[2], groups[3], groups[1], groups[0])
    for combos, code in groups:
        for combination in combos:
            names = tuple(name for name, _ in combination)
            functions = [function for _, function in combination]
            if all((brute(X, y, Q, k, *functions) == got[k]).all() for k in (5, 7)):
                sorting = names[1].startswith("farthest") or names[1] in UNSORTED
                code = code or ("SW-K1" if sorting else "SW-K90")
                return code, {"SW-K2": names[0], "SW-K5": names[2]}.get(code, f"{names[1]} rows")
    return None, None


@probe("SW-P8", roles=KINDS)
def one_label_for_each_query(target, call):
    """predict of many queries gives (n,), whatever k is."""
    view = viewed(target, call)
    X, y, Q = plain_data()
    for k in (1, 3):
        view.predict(X, y, Q, k)
        if view.shape != (len(Q),):
            where = view.estimator.find(estimator.PREDICT, "predict") if view.estimator else None
            observed = f"With k = {k}, predict of {len(Q)} rows has shape {view.shape}."
            yield find("SW-P8", observed, function=where or _guilty(target, "SW-K5"))
            return


@probe("SW-K2", "SW-N10", roles=("knn functions", "knn"))
def distances_are_distances(target, call):
    """A function called a distance gives the distance: of two vectors, or of every pair of rows."""
    for name, function in _distances(target, call):
        wrong = {"SW-K1", "SW-K2", "SW-K5", "SW-K90"} & target.namespace.get("found", set())
        yield from _distance_of(name, function, call, isinstance(target.value, dict) and not wrong)


def _distances(target, call):
    if isinstance(target.value, dict):
        for name, function in target.value.items():
            if re.search("dist|euclid|manhattan|minkowski", name.lower()) and not re.search(
                OTHER_MEASURES, name.lower()
            ):
                yield name, function
        return
    made = None
    for name in binding.methods(target.value.factory):
        if re.search("dist|euclid|manhattan", name.lower()) and not re.search(f"^__|{OTHER_MEASURES}", name.lower()):
            try:
                made = made or _fitted(target, call)
                yield name, getattr(made, name)
            except CannotCheck:
                return


def _fitted(target, call):
    X, y, _ = plain_data()
    return viewed(target, call).fit(X, y, 3).object


def _distance_of(name, function, call, votes_right):
    low = name.lower()
    kinds = (
        ["manhattan"]
        if "manhattan" in low or "l1" in low
        else ["euclidean"]
        if "euclid" in low or "l2" in low
        else list(DISTANCES)
    )
    A, B = plain_data()[0][:7], plain_data()[2][:5]
    got, paired = _pairwise(function, call, A, B)
    if got is None:
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
        yield find("SW-K2", observed, function=name)
        return
    yield from _same_row(name, function, call, paired)


def _pairwise(function, call, A, B):
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
