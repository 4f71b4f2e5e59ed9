"""k-means: its result is a fixed point of its own two steps, and survives odd data."""

import dataclasses

import numpy as np

from scratchwork.checks.findings import CannotCheck, find
from scratchwork.checks.recognising import binding
from scratchwork.checks.registry import once, probe
from scratchwork.checks.running import data
from scratchwork.checks.views import cluster_mistakes, clusters
from scratchwork.checks.views.cluster_parts import are_medians, means, nearest, of_medians
from scratchwork.checks.views.clusters import Clusters
from scratchwork.checks.watching import cluster_path
from scratchwork.checks.watching.cluster_blame import giver, guilty

KINDS = ("kmeans", "kmeans functions")


def viewed(target, call):
    """The Clusters view of a target, made once."""
    return once(target.namespace, "view", lambda: _view(target, call))


def _view(target, call):
    value = target.value.factory if hasattr(target.value, "factory") else target.value
    if isinstance(value, dict):
        namespace = target.namespace.get("namespace", {})
        own = {k: f for k, f in namespace.items() if getattr(f, "__module__", "") == "user_module"}
        steps = {key: item for key, item in own.items() if hasattr(item, "__code__") and clusters.step_of(key)}
        value = {**value, **steps}
    view = Clusters(value, target.name, call, getattr(target.value, "roles", None))
    return view if view.functions else cluster_path.with_centers(view, clouds())


def clouds():
    """X (59, 5) in three clouds that touch."""
    return data.blobs(n=59, d=5, classes=3, seed=21, spread=0.9, distance=2.2)[0]


@probe("SW-K1", "SW-K2", "SW-M4", "SW-M5", roles=KINDS)
def the_result_is_a_fixed_point(target, call):
    """Labels are the nearest centres, and centres the means of their members."""
    view, X, k = viewed(target, call), clouds(), 3
    if view.functions and not (view.whole or view._perhaps_whole()) and not {"assign", "move"} <= set(view.step):
        raise CannotCheck("there is no function that runs k-means as a whole")
    from scratchwork.checks.probes.seen_clusters import inner_fault

    wrong = inner_fault(target, call) or _mistake(target, view)
    if wrong:
        yield wrong
        return
    found = view.fit(X, k, seed=1, epochs=200)
    centers, labels = np.asarray(found.centers, dtype=float), found.labels
    if not np.isfinite(centers).all():
        observed = f"On {len(X)} points in 3 clouds a centre is not finite: {np.round(centers, 2).tolist()}."
        yield find("SW-M1", observed, severity="error", function=guilty(target, "move"))
        return
    yield from _not_fixed(target, call, view, X, k, centers, labels)


def _mistake(target, view):
    """The finding for rounds that all have one usual mistake, or that fail under a root; or None."""
    try:
        named = cluster_mistakes.named(view)
        if named is None:
            view.fit(clouds(), 3, seed=1, epochs=3)
    except CannotCheck as failure:
        if "math domain" not in str(failure):
            return _collapsed(target, view, failure)
        observed = f"{failure}: the differences under a root are not squared."
        return find("SW-K2", observed, function=guilty(target, "distance"), severity="error")
    if named is None:
        return None
    where = guilty(target, "move" if named[0] == "SW-M5" else "assign")
    return find(named[0], f"In the first round on 19 rows {named[1]}.", function=where, severity="error")


def _collapsed(target, view, failure):
    """The finding where a run fails since the centres became single numbers; else the failure is passed on."""
    lost = cluster_path.collapsed(view)
    if lost is None:
        raise failure
    shown = ", ".join(f"{number:.3g}" for number in np.ravel(lost.after))
    observed = f"In the first round the 3 centres of 19 rows become the numbers {shown}: the mean goes over all columns"
    return find("SW-M5", f"{observed}, and the next round fails.", function=lost.function, severity="error")


def _not_fixed(target, call, view, X, k, centers, labels):
    """The finding where labels are not the nearest centres, or centres not the means of their members."""
    from scratchwork.checks.probes.seen_clusters import steps_right

    right, table = nearest(X, centers)
    moved = means(X, right, k)
    off = np.nanmax(np.abs(moved - centers)) if np.isfinite(moved).any() else np.inf
    if off > 1e-2 * X.std():
        cluster_mistakes.own_measure(X, centers)
        early = _ended_early(target, view)
        if early:
            yield early
            return
    if off > 1e-2 * X.std() and steps_right(target, call):
        observed = f"Each step is right, and it ends with a centre {off:.3g} away from the mean of its members: it stops too early"
        yield find("SW-T13", f"{observed}, after 200 iterations allowed.", function=guilty(target, "fit"))
        return
    if labels is not None and not same_partition(labels, right):
        yield _labels_off(target, view, X, centers, labels, right, table)
        return
    if off > 1e-2 * X.std() and "mean" not in target.name.lower() and are_medians(X, centers):
        raise CannotCheck("its centres are medians: it is no k-means")
    if off > 1e-2 * X.std():
        yield _centers_off(target, view, X, k, off)


def _ended_early(target, view, data=57, **settings):
    """The finding where each round that was seen is right, and the last one is not the end; or None."""
    try:
        seen = cluster_path.rounds_of(view, data=data, epochs=200, **settings)
    except CannotCheck:
        return None
    if seen.off < 0.05 or seen.right < 1 or not seen.kept:
        return None
    if seen.right >= 2 and view.takes("epochs") and _deaf_to_epochs(view, seen, data, settings):
        observed = f"With 1 and with 200 iterations allowed it runs {seen.right} rounds and ends with the same centres"
        return find("SW-T2", f"{observed}.", function=guilty(target, "fit"), severity="error")
    where, far = guilty(target, "fit"), f"with a centre {seen.off:.3g} away from the mean of its rows"
    if seen.right == 1 and cluster_path.goes_on(view):
        observed = f"It works out the centres of the second round rightly, again and again, and ends {far}"
        return find("SW-T15", f"{observed}: no round starts from what the one before gave.", function=where,
                    severity="error", weight=90)  # fmt: skip
    if not seen.moved:
        observed = f"It works out the centres of the next round rightly, and ends with those of the start, {far}"
        return find("SW-T13", f"{observed}.", function=where, severity="error")
    few = seen.right < 4 or view.takes("epochs")
    observed = f"{seen.right} round{'s are' if seen.right != 1 else ' is'} right, then it stops, {far}; 200 iterations were allowed"
    return find("SW-T13", f"{observed}.", function=where, severity="error" if few else "warning")


def _deaf_to_epochs(view, seen, data, settings):
    """Whether one iteration gives what 200 give."""
    try:
        single = view.fit(cluster_path.rows(data), cluster_path.K, epochs=1, **{"seed": 3, **settings})
    except CannotCheck:
        return False
    return np.shape(single.centers) == np.shape(seen.found.centers) and np.allclose(single.centers, seen.found.centers)


def same_partition(labels, right):
    """Whether two labelings agree, numbers and all, or from 1 instead of 0."""
    return bool((labels == right).all() or (labels - labels.min() == right - right.min()).all())


def _labels_off(target, view, X, centers, labels, right, table):
    wrong = int((labels != right).sum())
    observed = f"{wrong} of {len(X)} labels are not the nearest centre"
    if (labels == table.argmax(axis=1)).mean() > 0.9:
        return find("SW-K1", f"{observed}: they are the farthest one.", function=guilty(target, "assign"))
    if cluster_path.of_earlier_centers(view, X, labels, len(centers), seed=1, epochs=200):
        observed = f"{observed}; the centres were moved after the last assignment."
        return find("SW-M4", observed, function=guilty(target, "fit"), severity="error")
    said = f"{observed} by the Euclidean distance."
    return find("SW-K2", said, function=guilty(target, "assign"), severity="warning")


def _centers_off(target, view, X, k, off):
    observed = f"A centre is {off:.3g} away from the mean of its members (the data's spread is {X.std():.2g})"
    again = view.fit(X, k, seed=2, epochs=1000)
    right, _ = nearest(X, again.centers)
    if np.nanmax(np.abs(means(X, right, k) - again.centers)) < 1e-2 * X.std():
        said = f"{observed}: it stopped before the two steps agreed."
        return find("SW-T13", said, function=guilty(target, "fit"), severity="warning")
    said = f"{observed}, after 200 and after 1000 iterations."
    return find(
        "SW-M5", said, function=guilty(target, "move"), severity="error" if _no_right_round(view) else "warning"
    )


def _no_right_round(view):
    """Whether the rounds were seen, and not one of them moved the centres to the means of their rows."""
    try:
        seen = cluster_path.rounds_of(view, epochs=200)
    except CannotCheck:
        return False
    return seen.right == 0 and not seen.fixed


def _cost_giver(target, view, X, k):
    """The innermost function that was seen to give the number that is reported as the cost, or None."""
    from scratchwork.checks.probes.seen_clusters import run_watched

    try:
        found, calls = run_watched(target, view.caller, X, k, seed=1, epochs=300)
    except CannotCheck:
        return None
    return None if found is None or found.cost is None else giver(calls, found.cost)


@probe("SW-M6", roles=KINDS)
def the_cost_is_the_sum_of_squares(target, call):
    """The reported inertia is the sum (or the mean) of squared distances to the nearest centre."""
    view, X, k = viewed(target, call), clouds(), 3
    if view.functions and "cost" in view.step and binding.parameters(view.functions[view.step["cost"]]):
        centers = X[:3] + 0.1
        labels, table = nearest(X, centers)
        value, where = view.cost(X, labels, centers), view.step["cost"]
    else:
        found = view.fit(X, k, seed=1, epochs=300)
        if found.cost is None:
            raise CannotCheck("no cost or inertia is reported")
        labels, table = nearest(X, found.centers)
        value, where = found.cost, _cost_giver(target, view, X, k) or guilty(target, "cost")
        if of_medians(X, labels, found.centers):
            raise CannotCheck("its centres are medians: it is not k-means")
    squares, n = table[np.arange(len(X)), labels], len(X)
    if any(np.isclose(value, squares.sum() / part, rtol=1e-4, atol=0) for part in (1, n, 2, 2 * n)):
        return
    words = ""
    for name, wanted in (("the sum of the distances, not squared", np.sqrt(squares).sum()), ("the mean of the distances, not squared", np.sqrt(squares).mean()),
                         ("the root of the sum", np.sqrt(squares.sum())), ("the sum over all centres", table.sum()),
                         ("the sum of fourth powers", (squares**2).sum()), ("divided by k", squares.sum() / k)):  # fmt: skip
        if abs(value - wanted) <= 1e-4 * abs(wanted):
            words = f": it is {name}"
    yield find(
        "SW-M6",
        f"The reported cost of {n} points is {value:.6g}; the sum of squared distances is {squares.sum():.6g}{words}.",
        function=where,
        severity="error" if words and "mean" not in words else "warning",  # a mean distance may be meant
    )


@probe("SW-T13", "SW-T15", "SW-T2", roles=KINDS)
def it_ends_where_nothing_moves(target, call):
    """On rows without clouds each run ends where the centres are the means of their rows, or is allowed no more rounds."""
    view = viewed(target, call)
    if {"SW-M4", "SW-M5", "SW-K1", "SW-K2", "SW-T13", "SW-T15"} & target.namespace.get("found", set()):
        raise CannotCheck("its steps are wrong already")
    cluster_path.rounds_of(view, epochs=200, seed=0, n_init=1)
    once_early = None
    for seed in range(6):
        early = _ended_early(target, view, seed=seed, n_init=1, data=57 + seed)
        if early and (once_early or seed == 0 or early.code != "SW-T13"):
            yield early
            return
        once_early = once_early or early
    if once_early:
        yield dataclasses.replace(once_early, severity="warning")
