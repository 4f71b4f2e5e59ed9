"""The inner functions of a k-means, watched while it runs: its labels, its cost, its empty clusters."""

import contextlib
import re

import numpy as np

from scratchwork.checks.findings import CannotCheck, find
from scratchwork.checks.probes.clusters import KINDS, clouds, guilty, same_partition, viewed
from scratchwork.checks.recognising import binding
from scratchwork.checks.registry import once, probe
from scratchwork.checks.views.cluster_parts import nearest, part_of
from scratchwork.checks.views.neighbors import DISTANCES, WRONG_DISTANCES
from scratchwork.checks.watching import seen_clusters, seen_judged
from scratchwork.checks.watching.cluster_blame import ends_by_itself
from scratchwork.checks.watching.watch import Watching

K, ENOUGH = 4, 100  # clusters; iterations after which nothing moves any more
COSTLY = r"inert|cost|wcss|distort|sse|objective|loss|err|energy|potential|heterogen|within|inerc|cust|cout|blad|bled|fehler|summe|soma|somme|suma"


def run_watched(target, call, X, k, **settings):
    """(result or None, inner calls) of one run that was watched from the constructor on."""
    view, found = viewed(target, call), None
    if len(view.forms) > 1:
        with contextlib.suppress(CannotCheck):
            view.fit(X, k, **{"seed": 1, "epochs": 3, **settings})
    kept, maker = view.caller, view.estimator
    watching = Watching(call, deep=True)
    try:
        view.caller = watching
        if maker:
            maker.caller = watching
        found = view.fit(X, k, **{"seed": 1, "epochs": 60, **settings})
    except CannotCheck:
        if not watching.records:
            raise
    finally:
        view.caller = kept
        if maker:
            maker.caller = kept
    return found, [entry for record in watching.records for entry in record.calls]


def seen(target, call):
    """(result, deeds, X), made once."""
    return once(target.namespace, "deeds", lambda: _deeds(target, call, clouds()))


def _deeds(target, call, X):
    """(result, deeds, X); of rows with two columns only where those with more make it fail."""
    found, calls = run_watched(target, call, X, K)
    if found is None and X.shape[1] > 2:
        narrow = run_watched(target, call, X[:, :2], K)
        if narrow[0] is not None:
            (found, calls), X = narrow, X[:, :2]
    return found, seen_clusters.deeds_of(calls, X, K), X


def inner_fault(target, call):
    """The finding for the innermost step that was wrong while k-means ran, or None."""
    try:
        _, deeds, X = seen(target, call)
    except CannotCheck:
        return None
    wrong = _distance(deeds)
    if wrong:
        return wrong
    order = {"table": 0, "choose": 1, "assign": 2, "mean": 3, "move": 4}
    for deed in sorted(
        (deed for deed in deeds if deed.kind != "distance"), key=lambda entry: (order[entry.kind], -entry.call.depth)
    ):
        fault = seen_judged.judged(deed, X, K)
        if fault and not (fault[0] == "SW-K2" and _other_distance(deed, X)):
            sure = "warning" if deed.kind == "table" else "error"  # a table may be of some other, rightful distance
            said = f"While it ran, {deed.function} was wrong: {fault[1]}."
            return find(fault[0], said, function=deed.function, severity=sure)
    return None


def steps_right(target, call):
    """Whether moving and assigning were both seen, and never wrong."""
    try:
        kinds = {deed.kind for deed in seen(target, call)[1]}
    except CannotCheck:
        return False
    return "move" in kinds and bool({"assign", "choose"} & kinds) and inner_fault(target, call) is None


def _distance(deeds):
    """The finding for a function of two rows that is no distance, or None."""
    pairs = [deed for deed in deeds if deed.kind == "distance"][:40]
    for name in dict.fromkeys(deed.function for deed in pairs):
        mine = [deed for deed in pairs if deed.function == name and np.abs(deed.row[0] - deed.row[1]).max() > 0][:12]
        if (
            len(mine) < 3
            or any(_fits(mine, f) for f in DISTANCES.values())
            or _fits(mine, _squared)
            or _fits(mine, _halved)
        ):
            continue
        a, b = mine[0].row
        wanted = float(np.sqrt(((a - b) ** 2).sum()))
        other = next((words for words, f in WRONG_DISTANCES.items() if _fits(mine, f)), None)
        if other or re.search("dist|euclid|norm", name.lower()):
            extra = f": it is {other}" if other else ""
            observed = f"{name} of two rows gave {mine[0].result:.5g}; the Euclidean distance is {wanted:.5g}{extra}."
            return find("SW-K2", observed, function=name)
    return None


def _fits(deeds, function):
    return all(np.isclose(deed.result, function(deed.row[0][None], deed.row[1])[0], rtol=1e-6) for deed in deeds)


def _squared(X, q):
    return ((X - q) ** 2).sum(axis=1)


def _halved(X, q):
    return ((X - q) ** 2).mean(axis=1)


def _other_distance(deed, X):
    """Whether an assignment is that of another usual distance."""
    if deed.kind != "assign":
        return False
    return any(
        (np.array([f(deed.centers, row).argmin() for row in X]) == deed.labels).all()
        for name, f in DISTANCES.items()
        if name != "euclidean"
    )


@probe("SW-M1", roles=KINDS)
def a_cluster_that_loses_its_members_stays_finite(target, call):
    """The step that moves the centres, given a cluster without members, returns no NaN and does not fail."""
    _, deeds, X = seen(target, call)
    moves = [deed for deed in deeds if deed.kind == "move" and deed.centers is not None]
    if not moves or "SW-M1" in target.namespace.get("found", set()):
        raise CannotCheck("no inner function moves the centres, or it was seen already")
    deed = max(moves, key=lambda entry: entry.call.depth)
    got = seen_clusters.without_members(deed, X, K, call)
    if isinstance(got, np.ndarray) and np.isnan(got).any():
        observed = f"Given labels of which cluster 0 has none, {deed.function} gives a centre of NaN."
        yield find("SW-M1", observed, function=deed.function, severity="warning", weight=95)
    elif isinstance(got, CannotCheck) and getattr(got, "kind", "") == "error":
        observed = f"Given labels of which cluster 0 has none, {deed.function} fails: {got}."
        yield find("SW-M1", observed, function=deed.function, severity="warning", weight=18)


@probe("SW-M6", roles=KINDS)
def what_it_calls_its_cost_is_one(target, call):
    """A method without arguments that gives one number and is named after a cost gives the sum of squared distances."""
    found, _, X = seen(target, call)
    if found is None or found.object is None or "SW-M6" in target.namespace.get("found", set()):
        raise CannotCheck("there is no object to ask")
    squares = nearest(X, found.centers)[1].min(axis=1)
    right = [squares.sum(), squares.mean(), squares.sum() / 2, squares.sum() / K]
    wrong = {"the sum of the distances, not squared": np.sqrt(squares).sum(), "the mean of the distances, not squared": np.sqrt(squares).mean(),
             "the root of the sum": np.sqrt(squares.sum()), "the sum of the absolute differences, not squared": _plain(X, found.centers), "the sum over all centres": nearest(X, found.centers)[1].sum()}  # fmt: skip
    for name in binding.methods(found.object):
        if not re.search(COSTLY, name.lower()):
            continue
        value = _asked(call, found, name, X)
        if value is None or any(np.isclose(value, item, rtol=1e-6) for item in right):
            continue
        words = next((words for words, item in wrong.items() if np.isclose(value, item, rtol=1e-6)), None)
        if words is None and re.search(r"inert|wcss|distort|^sse|within", name.lower()):
            said = f"{name} gives {value:.6g}; the sum of squared distances is {squares.sum():.6g}."
            yield find("SW-M6", said, function=name, severity="warning")
        if words:
            observed = f"{name} gives {value:.6g}; the sum of squared distances is {squares.sum():.6g}: it is {words}."
            yield find("SW-M6", observed, function=name, severity="warning" if "mean" in words else "error")
            return


def _plain(X, centers):
    """The sum of the absolute differences between the rows and their nearest centres."""
    return np.abs(X - centers[nearest(X, centers)[0]]).sum()


def _asked(call, found, name, X):
    """The number that a method of the fitted object gives, with the data or without; or None."""
    method = getattr(found.object, name)
    entries = [entry for entry in binding.parameters(method) if entry.default is entry.empty]
    known = {"X": X, "k": K}
    try:
        parts = {entry.name: part_of(entry.name) for entry in entries}
        exact = {
            name: np.copy(found.labels if part == "labels" else found.centers) for name, part in parts.items() if part
        }
        value = binding.call_by_meaning(call, method, known, exact, ("X",), {"X"})
        return float(value) if np.ndim(value) == 0 and value is not None else None
    except (CannotCheck, TypeError, ValueError):
        return None


@probe("SW-M4", "SW-T13", roles=KINDS)
def on_noise_it_ends_with_its_own_labels(target, call):
    """On data without clusters, with its own number of iterations, the labels still are those of the final centres."""
    if {"SW-M4", "SW-M5", "SW-K1", "SW-K2", "SW-T13"} & target.namespace.get("found", set()):
        raise CannotCheck("its steps are wrong already")
    view = viewed(target, call)
    X = np.random.default_rng(41).uniform(size=(151, 5))
    found = view.fit(X, 7, seed=3)
    if found.labels is None or not np.isfinite(found.centers).all():
        raise CannotCheck("it gives no labels")
    right = nearest(X, found.centers)[0]
    wrong = int((found.labels != right).sum())
    if 0 < wrong < len(X) / 3 and len(set(found.labels.tolist())) > 1:
        observed = f"On 151 rows without clusters {wrong} labels are not the nearest of the 7 final centres"
        if ends_by_itself(target):
            said = f"{observed}, though no number of rounds ends its loop: it stops while others still move."
            yield find("SW-T13", said, function=guilty(target, "fit"), severity="warning")
            return
        said = f"{observed}: they belong to the centres before the last move."
        yield find("SW-M4", said, function=guilty(target, "fit"), severity="warning", weight=18)


def _own_settings(view):
    """The defaults of the code's own settings, by meaning."""
    whole = [view.functions[name] for name in view.whole] if view.functions else []
    return binding.defaults_of(whole) if view.functions else view.estimator.defaults()


@probe("SW-M4", roles=KINDS)
def labels_and_cost_belong_to_the_final_centers(target, call):
    """Stopped after a few iterations, labels and cost still are those of the centres that are returned."""
    view, X = viewed(target, call), clouds()
    if not view.takes("epochs"):
        raise CannotCheck("the number of iterations cannot be set")
    settles = (_own_settings(view).get("epochs") or 0) >= ENOUGH  # then it shows only where somebody stops it early
    for k, seed, rounds in ((3, 1, 1), (4, 2, 2), (5, 3, 1), (5, 4, 2)):
        found = view.fit(X, k, seed=seed, epochs=rounds)
        if found.labels is None or not np.isfinite(found.centers).all():
            continue
        right, table = nearest(X, found.centers)
        if not same_partition(found.labels, right):
            observed = f"Stopped after {rounds} iteration(s), {int((found.labels != right).sum())} of {len(X)} labels are not the nearest centre: they belong to the centres before the last move."
            alone = found.cost is None  # a cost of old labels is told to whoever sets the number of rounds
            yield find(
                "SW-M4", observed, function=guilty(target, "fit"), severity="remark" if settles and alone else "warning"
            )
            return
        if found.cost is not None and found.cost > 0:
            own = table[np.arange(len(X)), right].sum()
            roots = np.sqrt(table.min(axis=1))
            near = [own, own / len(X), roots.sum(), roots.mean(), np.sqrt(own), own / 2]
            if not any(abs(found.cost - value) <= 1e-4 * value for value in near):
                observed = f"Stopped after {rounds} iteration(s) it reports the cost {found.cost:.6g}; that of its labels and centres is {own:.6g}."
                sure = "warning" if settles else "error"
                yield find("SW-M4", observed, function=guilty(target, "fit"), severity=sure)
                return
