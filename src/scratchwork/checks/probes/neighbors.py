"""k nearest neighbours: against brute force, by itself, and with odd data."""

import inspect
import re

import numpy as np

from scratchwork.checks.findings import CannotCheck, find
from scratchwork.checks.registry import probe
from scratchwork.checks.views import estimator
from scratchwork.checks.views.neighbor_blame import _guilty, held_rows, k_is_read, squares_are_summed
from scratchwork.checks.views.neighbor_distances import distance_of, measuring, pairwise
from scratchwork.checks.views.neighbor_scaling import (
    counts_what_differs,
    doubted,
    mistaken_scaling,
    scaled_tables,
    scales_by_itself,
    votes_after_scaling,
)
from scratchwork.checks.views.neighbors import (
    AVERAGES,
    CHOICES,
    DISTANCES,
    UNSORTED,
    VOTES,
    WRONG_AVERAGES,
    WRONG_DISTANCES,
    WRONG_VOTES,
    Neighbors,
    brute,
    matches,
    pairs,
    plain_data,
)

KINDS = ("knn", "knn functions")
OWN = (1, 3, 5, 7, 2, 4, 9, 10)


def viewed(target, call):
    """The Neighbors view of a target, made once."""
    if "view" not in target.namespace:
        value = target.value.factory if hasattr(target.value, "factory") else target.value
        if isinstance(value, dict):
            value = {**value, **_beside(target)}
        target.namespace["view"] = Neighbors(value, target.name, call, getattr(target.value, "roles", None))
    return target.namespace["view"]


def _beside(target):
    """The other functions of the module: the one that answers may be called anything."""
    namespace = target.namespace.get("namespace", {})
    return {
        name: item for name, item in namespace.items() if inspect.isfunction(item) and item.__module__ == "user_module"
    }


@probe("SW-K1", "SW-K2", "SW-K5", "SW-K90", "SW-P90", "SW-P2", "SW-P11", roles=KINDS)
def the_nearest_rows_vote(target, call):
    """Predictions equal those of brute force with some usual distance and some usual vote."""
    view = viewed(target, call)
    X, y, Q = plain_data()
    near = {"nearest": CHOICES["nearest"]}
    try:
        got = {k: view.predict(X, y, Q, k) for k in (1, 5, 7) if k == 1 or view.has_k}
    except CannotCheck as failure:
        if "math domain" not in str(failure):
            raise
        where = _guilty(target, "SW-K2")
        yield find("SW-K2", f"{failure}: the differences under its root are not squared.", function=where)
        return
    if not view.has_k:
        yield from _with_its_own_k(target, X, y, Q, _numbers(got[1]))
        return
    if any(len(item) != len(Q) for item in got.values()):
        raise CannotCheck("it does not give one label for each query")
    got = {k: _numbers(item) for k, item in got.items()}
    if _regression(target, got):
        for finding in _means(target, X, y, Q, got):
            yield doubted(finding, view, X, y, Q, got)
        return
    if all(matches(view, k, X, y, Q, got[k], pairs(DISTANCES, near, VOTES)) for k in got):
        return
    if not votes_after_scaling(X, y, Q, got) and not counts_what_differs(view):
        yield doubted(_named(target, view, X, y, Q, got), view, X, y, Q, got)


def _with_its_own_k(target, X, y, Q, got):
    """Functions that settle the number of neighbours themselves: the one that explains their labels."""
    usual = {"nearest": CHOICES["nearest"]}
    if any(matches(None, k, X, y, Q, got, pairs(DISTANCES, usual, VOTES)) for k in OWN):
        return
    for k in OWN:
        code, shown = _ingredient(X, y, Q, {k: got})
        if code:
            right = brute(X, y, Q, k, DISTANCES["euclidean"], CHOICES["nearest"], VOTES["majority"])
            agree = f"Of {len(Q)} queries {int((got == right).sum())} get the label that brute force gives with k = {k}"
            yield find(code, f"{agree}; all get the label of {shown}.", function=_guilty(target, code))
            return
    raise CannotCheck("how many neighbours it asks cannot be set")


def _distances_right(target, call):
    """Whether some function measures distances, and all that do measure a usual one."""
    found = []
    for name, function in measuring(target, call):
        A, B = plain_data()[0][:7], plain_data()[2][:5]
        if pairwise(function, call, A, B)[0] is not None:
            found += list(distance_of(name, function, call, False)) or [None]
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
    tables = [(X, Q), *scaled_tables(X, Q)]
    near = {"nearest": CHOICES["nearest"]}
    usual = list(pairs(DISTANCES, near, AVERAGES))
    if any(_gives(rows, y, asked, got, combo) for rows, asked in tables for combo in usual):
        return
    right = brute(X, y, Q, 5, DISTANCES["euclidean"], CHOICES["nearest"], AVERAGES["mean"])
    observed = f"Of {len(Q)} predictions with k = 5, {int((~np.isclose(got[5], right)).sum())} are not the mean of the five nearest values"
    others = {name: item for name, item in CHOICES.items() if name != "nearest"}
    plain = {"mean": AVERAGES["mean"], "weighted by 1/d": AVERAGES["weighted by 1/d"]}
    groups = (
        ("SW-K1", 1, pairs(DISTANCES, others, plain)),
        ("SW-K5", 2, pairs(DISTANCES, near, WRONG_AVERAGES)),
        ("SW-K2", 0, pairs(WRONG_DISTANCES, near, plain)),
    )
    for code, place, combos in groups:
        for combo in combos:
            if _gives(X, y, Q, got, combo):
                words = combo[place][0] + (" rows" if place == 1 else "")
                counted = place == 1 and not re.match("farthest|all but|.*unsorted", words)
                code = "SW-K90" if counted else code
                yield find(code, f"{observed}; all are those of {words}.", function=_guilty(target, code))
                return
    code = "SW-K1" if squares_are_summed(target) else "SW-K2"
    yield find(code, f"{observed}.", function=_guilty(target, code), severity="warning")  # no mistake is named


def _gives(X, y, Q, got, combo):
    """Whether distance, choice and average together give all the values."""
    distance, choice, average = (function for _, function in combo)
    with np.errstate(all="ignore"):
        return all(
            np.allclose(item, brute(X, y.astype(float), Q, k, distance, choice, average), atol=1e-6)
            for k, item in sorted(got.items(), reverse=True)
            if k > 1 or choice is CHOICES["nearest"]
        )


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
    code, shown = _ingredient_or_scaling(target, X, y, Q, got)
    alike = all((got[1] == item).all() for item in got.values())
    if alike and len(set(got[1].tolist())) == 1 and _distances_right(target, view.caller):
        code, shown = ("SW-K5", f"class {got[1][0]:g} whatever the query, though the distances are right")
    elif alike and len(set(got[1].tolist())) == 1 and code in (None, "SW-K90"):
        code, shown = "SW-K1", f"one kind, {got[1][0]:g}, whatever the query: the distances do not decide"
    elif alike and code == "SW-K90" and shown.startswith("the nearest alone") and k_is_read(target):
        code, shown = "SW-K5", "the nearest neighbour, though more are asked"
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
        elected = _elects(view, X, Q)
        why = "of all rows the majority wins, so that rows are missing" if elected else "the vote goes wrong"
        code = "SW-K1" if elected else "SW-K5"
        return find(code, f"{agree}, although with k = 1 all of them do: {why}.", function=_guilty(target, code))
    observed = f"{agree}, and no usual distance and vote explains the others."
    code = "SW-K1" if squares_are_summed(target) else "SW-K2"  # a distance that reads right, and other rows vote
    return find(code, observed, function=_guilty(target, code), severity="warning")


def _elects(view, X, Q):
    """Whether the vote of all rows elects the label that most of them have, be it the smaller or the larger one."""
    few = np.arange(len(X)) % 5 < 2
    try:
        return all((_numbers(view.predict(X, y, Q[:9], len(X))) == np.median(y)).all() for y in (few * 1, 1 - few))
    except CannotCheck:
        return False


def _ingredient_or_scaling(target, X, y, Q, got):
    """(code, words) of the wrong ingredient, or of a mistake with scaled rows; that first where one label comes for all."""
    one = len(set(got[7].tolist())) == 1 and scales_by_itself(target)
    steps = [lambda: mistaken_scaling(X, y, Q, got), lambda: _ingredient(X, y, Q, got)]
    tried = (step() for step in (steps if one else steps[::-1]))
    return next((found for found in tried if found[0]), (None, None))


def _ingredient(X, y, Q, got):
    """(code, words) of the wrong choice, vote or distance that gives exactly these labels, or (None, None)."""
    near, wrong = {"nearest": CHOICES["nearest"]}, {name: item for name, item in CHOICES.items() if name != "nearest"}
    groups = (
        (pairs(DISTANCES, wrong, VOTES), None),
        (pairs(DISTANCES, near, WRONG_VOTES), "SW-K5"),
        (pairs(WRONG_DISTANCES, near, VOTES), "SW-K2"),
        (pairs(WRONG_DISTANCES, {"farthest": CHOICES["farthest"]}, {"majority": VOTES["majority"]}), "SW-K2"),
    )
    several = [k for k in got if k > 1] or list(got)
    if (
        len(set(got[several[-1]].tolist())) == 1
    ):  # one label for all: a wrong distance or vote explains it better than a choice
        groups = (groups[2], groups[3], groups[1], groups[0])
    for combos, code in groups:
        for combination in combos:
            names = tuple(name for name, _ in combination)
            functions = [function for _, function in combination]
            if all((brute(X, y, Q, k, *functions) == got[k]).all() for k in several):
                sorting = names[1].startswith("farthest") or names[1] in UNSORTED
                code = code or ("SW-K1" if sorting else "SW-K90")
                return code, {"SW-K2": names[0], "SW-K5": names[2]}.get(code, f"{names[1]} rows")
    return None, None


@probe("SW-K1", "SW-K2", "SW-K5", "SW-K90", roles=KINDS)
def each_function_that_votes_is_right(target, call):
    """The other functions or methods that answer by themselves vote as brute force does, too."""
    view = viewed(target, call)
    X, y, Q = plain_data()
    view.predict(X, y, Q, 1)
    if not view.has_k or {"SW-K1", "SW-K2", "SW-K5", "SW-K90"} & target.namespace.get("found", set()):
        raise CannotCheck("the plain vote is already wrong, or its k cannot be set")
    near = {"nearest": CHOICES["nearest"]}
    for name, ask in view.others():
        got = {k: _numbers(ask(X, y, Q, k)) for k in (1, 5, 7)}
        if _regression(target, got) or all(
            matches(view, k, X, y, Q, got[k], pairs(DISTANCES, near, VOTES)) for k in got
        ):
            continue
        code, shown = _ingredient(X, y, Q, got)
        if code:
            said = f"All {len(Q)} queries to {name} get the label of {shown}."
            yield find(code, said, function=_guilty(target, code, name) if view.functions else name)


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


@probe("SW-K2", "SW-N10", roles=("distance functions",))
def what_is_called_a_distance_is_one(target, call):
    """A function called a distance, in a program of whatever kind, gives a usual distance of two vectors."""
    for name, function in measuring(target, call):
        for finding in distance_of(name, function, call, False):
            if finding.severity == "error":  # what else it may measure is not known here
                yield finding


@probe("SW-K2", "SW-N10", roles=("knn functions", "knn"))
def distances_are_distances(target, call):
    """A function called a distance gives the distance: of two vectors, or of every pair of rows."""
    for name, function in measuring(target, call):
        wrong = {"SW-K1", "SW-K2", "SW-K5", "SW-K90"} & target.namespace.get("found", set())
        tabled = getattr(viewed(target, call).way, "layout", "").find("label") > 0
        yield from distance_of(name, function, call, tabled or (isinstance(target.value, dict) and not wrong))
