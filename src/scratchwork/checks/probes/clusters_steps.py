"""The steps of k-means one by one: the move, its end, and a cluster without members."""

import numpy as np

from scratchwork.checks.findings import CallFailed, CannotCheck, find
from scratchwork.checks.probes.clusters import KINDS, clouds, guilty, viewed
from scratchwork.checks.recognising import binding
from scratchwork.checks.registry import probe
from scratchwork.checks.views import cluster_parts
from scratchwork.checks.views.cluster_parts import means, nearest


@probe("SW-M1", roles=KINDS)
def an_empty_cluster_stays_finite(target, call):
    """Three distinct points and five centres: no centre becomes NaN, nothing crashes. A warning: ordinary rows may never ask for it."""
    if "SW-M1" in target.namespace.get("found", set()):
        raise CannotCheck("a centre without members was seen to become NaN already")
    view = viewed(target, call)
    X = np.repeat(np.array([[0.0, 0, 0], [4, 0, 1], [0, 5, 2]]), 6, axis=0)
    failures, seen = [], 0
    for seed in (0, 1, 2):
        start = np.vstack([X[[0, 6, 12]], [[90.0, 90, 90], [-80, 70, 60]]])
        for init in (None, start):
            try:
                found = view.fit(X, 5, init=init, seed=seed)
            except CallFailed as failure:
                failures.append(failure)
                continue
            except CannotCheck as lost:
                if fewer := getattr(lost, "fewer", 0):
                    yield _vanishes(fewer, 5, guilty(target, "move") or guilty(target, "fit"))
                    return
                continue
            seen += 1
            if np.isnan(np.asarray(found.centers, dtype=float)).any():
                observed = f"With 3 distinct points and k = 5, {int(np.isnan(np.asarray(found.centers, dtype=float)).any(axis=1).sum())} centres are NaN."
                yield find("SW-M1", observed, function=guilty(target, "move"), severity="warning", weight=95)
                return
    if view.functions and "move" in view.step:
        yield from _move_without_members(target, view, X)
        return
    if not seen:
        view.fit(clouds()[:, :3], 5)  # what fails on ordinary rows too says nothing of few points
        yield from _fails(target, failures)


def _vanishes(left, k, function):
    observed = f"Of {k} clusters one loses its members, and {left} centres are left: it vanishes."
    return find("SW-M1", observed, function=function, severity="warning", weight=60)


def _fails(target, failures):
    """The finding where few distinct points make it fail; to refuse them in words is no fault, and leaves nothing to ask."""
    if not failures:
        raise CannotCheck("no run of it gave centres")
    if isinstance(failures[0].cause, ValueError):
        raise CannotCheck(f"it refuses fewer distinct points than clusters: {failures[0]}")
    yield find("SW-M1", f"With 3 distinct points and k = 5 it fails: {failures[0]}.", function=guilty(target, "move"))


def _move_without_members(target, view, X):
    labels = np.arange(len(X)) % 2
    try:
        centers = view.move(X, labels, 3, X[[0, 6, 12]].astype(float))
    except CallFailed:
        return
    where = view.step["move"]
    if np.isnan(centers).any():
        yield find(
            "SW-M1", "A cluster without members gets the centre NaN.", function=where, severity="warning", weight=95
        )
    elif centers.ndim == 2 and len(centers) < 3:
        yield _vanishes(len(centers), 3, where)


@probe("SW-M5", roles=("kmeans functions",))
def the_move_takes_means(target, call):
    """The move step returns, for each cluster, the mean of its members along each column."""
    view, X = viewed(target, call), clouds()
    if "move" not in view.step:
        raise CannotCheck("no function moves the centres")
    labels, _ = nearest(X, X[:3])
    if len(binding.parameters(view.functions[view.step["move"]])) < 2:
        raise CannotCheck("the function that should move the centres takes no labels")
    got, wanted = view.move(X, labels, 3, X[:3].astype(float)), means(X, labels, 3)
    if got.ndim == 1 and got.size == X.shape[1]:
        raise CannotCheck("it gives the centre of one cluster")
    if got.shape != wanted.shape:
        yield find(
            "SW-M5",
            f"For 3 clusters in 5 dimensions it returns shape {got.shape} instead of (3, 5).",
            function=view.step["move"],
        )
    elif not np.allclose(got, wanted, rtol=1e-5, atol=1e-6):
        yield find(
            "SW-M5",
            f"It returns a first centre of {np.round(got[0], 3).tolist()}; the mean of its members is {np.round(wanted[0], 3).tolist()}.",
            function=view.step["move"],
            severity="warning",  # it may weigh or scale
        )


@probe("SW-M6", roles=("cost:clusters",))
def what_is_called_a_cost_of_clusters_is_one(target, call):
    """A function of rows and labels that is called inertia or distortion gives the sum of squares around the means."""
    X, given = clouds(), {}
    labels = nearest(X, X[:3])[0]
    known = {"labels": labels, "centers": means(X, labels, 3), None: X}
    for entry in binding.parameters(target.value):
        if entry.default is entry.empty:
            given[entry.name] = known.pop(cluster_parts.part_of(entry.name), None)
    if any(item is None for item in given.values()):
        raise CannotCheck("what its parameters are given is not known")
    value, own = call(target.value, **given), X - means(X, labels, 3)[labels]
    squares, n = (own**2).sum(axis=1), len(X)
    if np.ndim(value) or value is None:
        raise CannotCheck("it gives no number")
    if any(np.isclose(value, squares.sum() / part, rtol=1e-6, atol=0) for part in (1, n, 2, 2 * n, 3)):
        return
    wrong = {"the sum of the distances, not squared": np.sqrt(squares).sum(), "their mean, not squared": np.sqrt(squares).mean(),
             "the sum of the absolute differences": np.abs(own).sum(), "the root of the sum": np.sqrt(squares.sum())}  # fmt: skip
    words = next((f": it is {words}" for words, item in wrong.items() if np.isclose(value, item, rtol=1e-6)), "")
    said = f"{target.name} gives {float(value):.6g}; the sum of squares is {squares.sum():.6g}{words}."
    yield find("SW-M6", said, severity="error" if words and "mean" not in words else "warning")


@probe("SW-T13", roles=KINDS)
def on_noise_it_ends_where_nothing_moves(target, call):
    """On data without clusters, allowed to run for long, the centres end as the means of their rows."""
    if {"SW-M4", "SW-M5", "SW-K1", "SW-K2", "SW-T13", "SW-T15"} & target.namespace.get("found", set()):
        raise CannotCheck("its steps are wrong already")
    view, far = viewed(target, call), []
    for seed in (41, 42, 43):
        X = np.random.default_rng(seed).uniform(size=(151, 5))
        found = view.fit(X, 7, seed=3, epochs=300)
        if np.shape(found.centers) != (7, 5) or not np.isfinite(found.centers).all():
            raise CannotCheck("it does not give the centres")
        off = np.abs(means(X, nearest(X, found.centers)[0], 7) - found.centers)
        far.append(float(np.nanmax(off)))
    if sorted(far)[1] > 0.015:
        observed = f"On 151 rows without clusters a centre ends {max(far):.2g} away from the mean of its rows, whose spread is 0.29: it stops while others still move."
        yield find("SW-T13", observed, function=guilty(target, "fit"), severity="warning")
