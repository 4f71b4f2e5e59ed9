"""k-means: its result is a fixed point of its own two steps, and survives odd data."""

import ast
import re

import numpy as np

from scratchwork.checks import binding, clusters, data, vocabulary
from scratchwork.checks.clusters import Clusters, means, nearest
from scratchwork.checks.findings import CallFailed, CannotCheck, find
from scratchwork.checks.registry import probe

KINDS = ("kmeans", "kmeans functions")
CLUES = {
    "assign": r"argmin|argmax|norm|dist|\*\* ?2|argsort|min\(",
    "move": r"\.mean\(|np\.mean|average|/ ?count|sum\(axis",
    "init": r"choice|randint|permutation|random|uniform|sample",
    "cost": r"inertia|cost|wcss|distortion|sse",
    "fit": r"for |while ",
    "predict": r"argmin|predict",
}


def viewed(target, call):
    """The Clusters view of a target, made once."""
    if "view" not in target.namespace:
        value = target.value.factory if hasattr(target.value, "factory") else target.value
        if isinstance(value, dict):
            namespace = target.namespace.get("namespace", {})
            value = {
                **value,
                **{
                    key: item
                    for key, item in namespace.items()
                    if hasattr(item, "__code__")
                    and clusters.step_of(key)
                    and getattr(item, "__module__", "") == "user_module"
                },
            }
        target.namespace["view"] = Clusters(value, target.name, call, getattr(target.value, "roles", None))
    return target.namespace["view"]


def guilty(target, step):
    """The function in which a step sits: by its name, then by the words of its source."""
    functional = isinstance(target.value, dict)
    nodes = target.namespace.get("nodes", {})
    names = [name for name in nodes if "." not in name] if functional else list(binding.methods(target.value.factory))
    named = [
        name
        for name in names
        if re.fullmatch(clusters.STEPS.get(step, "$^"), vocabulary.plain(name))
        and name not in ("fit_predict", "predict")
    ]
    if named:
        return named[0]
    texts = {name: nodes.get(name if functional else f"{target.name}.{name}") for name in names}
    texts = {name: ast.unparse(node).lower() for name, node in texts.items() if node is not None and name != "__init__"}
    hits = {name: len(re.findall(CLUES.get(step, "$^"), text)) for name, text in texts.items()}
    best = [name for name in hits if hits[name] and not re.search("predict$|score|plot", name)]
    return (
        max(best, key=lambda name: hits[name])
        if best
        else next((name for name in ("fit", "fit_predict", "run") if name in names), None)
    )


def clouds():
    """X (59, 5) in three clouds that touch."""
    return data.blobs(n=59, d=5, classes=3, seed=21, spread=0.9, distance=2.2)[0]


@probe("SW-K1", "SW-K2", "SW-M4", "SW-M5", "SW-M91", roles=KINDS)
def the_result_is_a_fixed_point(target, call):
    """Labels are the nearest centres, and centres the means of their members."""
    view, X, k = viewed(target, call), clouds(), 3
    if target.namespace["view"].functions and not {"run"} & set(view.step) and not {"assign", "move"} <= set(view.step):
        raise CannotCheck("there is no function that runs k-means as a whole")
    found = view.fit(X, k, seed=1, epochs=200)
    centers, labels = np.asarray(found.centers, dtype=float), found.labels
    if not np.isfinite(centers).all():
        yield find(
            "SW-M1",
            f"On {len(X)} points in 3 clouds a centre is not finite: {np.round(centers, 2).tolist()}.",
            severity="error",
            function=guilty(target, "move"),
        )
        return
    right, table = nearest(X, centers)
    moved = means(X, right, k)
    if labels is not None and not _same_partition(labels, right):
        yield _labels_off(target, X, centers, labels, right, table)
        return
    off = np.nanmax(np.abs(moved - centers)) if np.isfinite(moved).any() else np.inf
    if off > 1e-2 * X.std():
        yield _centers_off(target, view, X, k, centers, moved, off)


def _same_partition(labels, right):
    """Whether two labelings agree, numbers and all, or from 1 instead of 0."""
    return bool((labels == right).all() or (labels - labels.min() == right - right.min()).all())


def _labels_off(target, X, centers, labels, right, table):
    wrong = int((labels != right).sum())
    observed = f"{wrong} of {len(X)} labels are not the nearest centre"
    if (labels == table.argmax(axis=1)).mean() > 0.9:
        return find("SW-K1", f"{observed}: they are the farthest one.", function=guilty(target, "assign"))
    if len(set(labels.tolist())) <= len(centers) and wrong < len(X) / 4:
        return find(
            "SW-M4",
            f"{observed}; the centres were moved after the last assignment.",
            function=guilty(target, "fit"),
            severity="error",
        )
    plain = np.abs(X[:, None] - centers[None]).sum(axis=2)
    if (labels == plain.argmin(axis=1)).all():
        return find(
            "SW-K2",
            f"{observed}: they are nearest by the sum of absolute differences, whose centre is no mean.",
            function=guilty(target, "assign"),
            severity="warning",
        )
    return find("SW-K2", f"{observed} by the Euclidean distance.", function=guilty(target, "assign"))


def _centers_off(target, view, X, k, centers, moved, off):
    observed = f"A centre is {off:.3g} away from the mean of its members (the data's spread is {X.std():.2g})"
    again = view.fit(X, k, seed=2, epochs=1000)
    right, _ = nearest(X, again.centers)
    if np.nanmax(np.abs(means(X, right, k) - again.centers)) < 1e-2 * X.std():
        return find(
            "SW-T13",
            f"{observed}: it stopped before the two steps agreed.",
            function=guilty(target, "fit"),
            severity="warning",
        )
    return find("SW-M5", f"{observed}, after 200 and after 1000 iterations.", function=guilty(target, "move"))


@probe("SW-M4", roles=KINDS)
def labels_and_cost_belong_to_the_final_centers(target, call):
    """Stopped after a few iterations, labels and cost still are those of the centres that are returned."""
    view, X = viewed(target, call), clouds()
    if not view.takes("epochs"):
        raise CannotCheck("the number of iterations cannot be set")
    for k, seed, rounds in ((3, 1, 1), (4, 2, 2), (5, 3, 1), (5, 4, 2)):
        found = view.fit(X, k, seed=seed, epochs=rounds)
        if found.labels is None or not np.isfinite(found.centers).all():
            continue
        right, table = nearest(X, found.centers)
        if not _same_partition(found.labels, right):
            observed = f"Stopped after {rounds} iteration(s), {int((found.labels != right).sum())} of {len(X)} labels are not the nearest centre: they belong to the centres before the last move."
            yield find("SW-M4", observed, function=guilty(target, "fit"), severity="warning")
            return
        if found.cost is not None and found.cost > 0:
            own = table[np.arange(len(X)), right].sum()
            near = [
                own,
                own / len(X),
                np.sqrt(table.min(axis=1)).sum(),
                np.sqrt(table.min(axis=1)).mean(),
                np.sqrt(own),
                own / 2,
            ]
            if not any(abs(found.cost - value) <= 1e-6 * value for value in near):
                observed = f"Stopped after {rounds} iteration(s) it reports the cost {found.cost:.6g}; that of its labels and centres is {own:.6g}."
                yield find("SW-M4", observed, function=guilty(target, "fit"))
                return


@probe("SW-M6", roles=KINDS)
def the_cost_is_the_sum_of_squares(target, call):
    """The reported inertia is the sum (or the mean) of squared distances to the nearest centre."""
    view, X, k = viewed(target, call), clouds(), 3
    if view.functions and "cost" in view.step:
        centers = X[:3] + 0.1
        labels, table = nearest(X, centers)
        value, where = view.cost(X, labels, centers), view.step["cost"]
    else:
        found = view.fit(X, k, seed=1, epochs=300)
        if found.cost is None:
            raise CannotCheck("no cost or inertia is reported")
        labels, table = nearest(X, found.centers)
        value, where = found.cost, guilty(target, "cost")
    squares, n = table[np.arange(len(X)), labels], len(X)
    if any(
        abs(value - wanted) <= 1e-6 * abs(wanted)
        for wanted in (squares.sum(), squares.mean(), squares.sum() / 2, squares.mean() / 2)
    ):
        return
    words = ""
    for name, wanted in (("the sum of the distances, not squared", np.sqrt(squares).sum()), ("the mean of the distances, not squared", np.sqrt(squares).mean()),
                         ("the root of the sum", np.sqrt(squares.sum())), ("the sum over all centres", table.sum()),
                         ("the sum of fourth powers", (squares**2).sum()), ("divided by k", squares.sum() / k)):  # fmt: skip
        if abs(value - wanted) <= 1e-6 * abs(wanted):
            words = f": it is {name}"
    yield find(
        "SW-M6",
        f"The reported cost of {n} points is {value:.6g}; the sum of squared distances is {squares.sum():.6g}{words}.",
        function=where,
    )


@probe("SW-M1", roles=KINDS)
def an_empty_cluster_stays_finite(target, call):
    """Three distinct points and five centres: no centre becomes NaN, nothing crashes."""
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
            except CannotCheck:
                continue
            seen += 1
            if np.isnan(np.asarray(found.centers, dtype=float)).any():
                observed = f"With 3 distinct points and k = 5, {int(np.isnan(np.asarray(found.centers, dtype=float)).any(axis=1).sum())} centres are NaN."
                yield find("SW-M1", observed, function=guilty(target, "move"), severity="error")
                return
    if view.functions and "move" in view.step:
        yield from _move_without_members(target, view, X)
        return
    if failures and not seen and not isinstance(failures[0].cause, ValueError):
        yield find(
            "SW-M1", f"With 3 distinct points and k = 5 it fails: {failures[0]}.", function=guilty(target, "move")
        )


def _move_without_members(target, view, X):
    labels = np.arange(len(X)) % 2
    try:
        centers = view.move(X, labels, 3, X[[0, 6, 12]].astype(float))
    except CallFailed:
        return
    if np.isnan(centers).any():
        yield find(
            "SW-M1", "A cluster without members gets the centre NaN.", function=view.step["move"], severity="error"
        )


@probe("SW-M5", roles=("kmeans functions",))
def the_move_takes_means(target, call):
    """The move step returns, for each cluster, the mean of its members along each column."""
    view, X = viewed(target, call), clouds()
    if "move" not in view.step:
        raise CannotCheck("no function moves the centres")
    labels, _ = nearest(X, X[:3])
    got, wanted = view.move(X, labels, 3, X[:3].astype(float)), means(X, labels, 3)
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
        )


@probe("SW-K1", "SW-K2", roles=("kmeans functions",))
def the_assignment_takes_the_nearest(target, call):
    """The assignment step returns the nearest centre of each point."""
    view, X = viewed(target, call), clouds()
    if "assign" not in view.step:
        raise CannotCheck("no function assigns points to centres")
    centers = X[:3] * 1.0
    right, table = nearest(X, centers)
    got = view.assign(X, centers)
    if got is None:
        raise CannotCheck(f"{view.step['assign']} does not return one label for each point")
    if not _same_partition(got, right):
        code = "SW-K1" if (got == table.argmax(axis=1)).mean() > 0.9 else "SW-K2"
        yield find(
            code,
            f"{int((got != right).sum())} of {len(X)} points are not assigned to their nearest centre.",
            function=view.step["assign"],
        )


@probe("SW-K1", "SW-K2", roles=("kmeans",))
def the_nearest_center_is_chosen(target, call):
    """A method that chooses a centre for a row, or for all rows, chooses the nearest."""
    view, X = viewed(target, call), clouds()
    centers = X[:3] + 0.05
    right, table = nearest(X, centers)
    made = view.fit(X, 3, seed=1).object
    for name in view.estimator.methods():
        if not re.search(r"closest|nearest|assign|distance_to", name.lower()):
            continue
        got = _chosen(getattr(made, name), view, X, centers)
        if got is not None and not _same_partition(got, right):
            code = "SW-K1" if (got == table.argmax(axis=1)).mean() > 0.9 else "SW-K2"
            observed = f"{int((got != right).sum())} of {len(X)} rows get another centre than the nearest"
            yield find(code, f"{observed}{': the farthest.' if code == 'SW-K1' else '.'}", function=name)
            return


def _chosen(method, view, X, centers):
    """Labels (n,) that a method gives for rows and centres, or None where it takes something else."""
    entries = binding.parameters(method)
    held = [entry.name for entry in entries if re.search(r"cent|means|^mu$", entry.name.lower())]
    others = [entry.name for entry in entries if entry.name not in held and entry.default is entry.empty]
    if len(held) != 1 or len(others) != 1:
        return None
    for rows in (X, list(X)):
        try:
            if rows is X:
                got = clusters._as_labels(view.caller(method, **{others[0]: X, held[0]: centers}), len(X))
            else:
                got = np.array([int(view.caller(method, **{others[0]: row, held[0]: centers})) for row in rows])
            if got is not None:
                return got
        except (CannotCheck, TypeError, ValueError):
            continue
    return None
