"""k-means: how it starts, restarts, and treats types and seeds."""

import inspect
import time

import numpy as np

from scratchwork.checks.findings import CallFailed, CannotCheck, find
from scratchwork.checks.probes.clusters import KINDS, clouds, guilty, viewed
from scratchwork.checks.probes.interface import of_bytes
from scratchwork.checks.recognising import binding
from scratchwork.checks.registry import probe
from scratchwork.checks.views import clusters, estimator
from scratchwork.checks.views.cluster_parts import means, nearest
from scratchwork.checks.watching import cluster_blame, seen_clusters


def initial(view, target, call, X, k, seed):
    """Initial centres from the function or method that makes them, or None."""
    if view.functions:
        return view.init(X, k, seed) if "init" in view.step else _first_seen(target, call, X, k, seed)
    names = [name for name in view.estimator.methods() if clusters.step_of(name) == "init"]
    if not names:
        return _first_seen(target, call, X, k, seed)
    made = view.estimator.build(k=k, seed=seed, **({"X": X} if view._data_first() else {}))
    before = dict(vars(made))
    known = estimator.settle({"seed": seed}) | {"X": X, "k": k}
    args, kwargs = binding.positional(made, binding.bind(getattr(made, names[0]), known, {}, ("X", "k"), {"X", "k"}))
    value = call.raw(getattr(made, names[0]), *args, **kwargs, seed_=seed)
    if value is None:
        value = next(
            (
                item
                for key, item in vars(made).items()
                if np.shape(item) == (k, X.shape[1]) and item is not before.get(key)
            ),
            None,
        )
    return None if value is None or np.shape(value) != (k, X.shape[1]) else np.asarray(value)


def _first_seen(target, call, X, k, seed):
    """The centres with which the first assignment of a watched run works, or None."""
    from scratchwork.checks.probes.seen_clusters import run_watched
    from scratchwork.checks.views.model import _Seeded

    view = viewed(target, call)
    if view.functions and not any(binding.takes(view.functions[name], "X") for name in view.whole):
        return None  # the steps are called by us, from a start of ours
    try:
        calls = run_watched(target, _Seeded(call, seed), X, k, seed=seed, epochs=1)[1]
    except CannotCheck:
        return None
    inside = [deed for deed in seen_clusters.deeds_of(calls, X, k) if deed.kind in ("assign", "choose")]
    return inside[0].centers if inside else None


@probe("SW-M2", "SW-P15", "SW-N8", roles=KINDS)
def the_start_takes_distinct_rows(target, call):
    """Initial centres drawn from the rows are k different rows, others for other seeds, and not truncated to integers."""
    view = viewed(target, call)
    if view.start_is_given():
        raise CannotCheck("the starting centres come from the caller")
    X = np.random.default_rng(31).normal(size=(7, 5)) * 3
    starts = [initial(view, target, call, X, 5, seed) for seed in range(12)]
    where = guilty(target, "init")
    if any(start is None for start in starts):
        yield from _start_from_outside(target, view, X)
        return
    rows = [[int(np.abs(X - center).sum(axis=1).argmin()) for center in start] for start in starts]
    are_rows = [all(np.allclose(X[i], center) for i, center in zip(row, start)) for row, start in zip(rows, starts)]
    if not any(are_rows):
        if all(_cut(X, start) for start in starts) and np.isfinite(starts[0]).all():
            observed = f"The initial centres are rows with their decimals cut off: {starts[0][0].tolist()}."
            yield find("SW-N8", observed, function=where)
            return
        raise CannotCheck("its starting centres are no rows of the data")
    twice = next((row for row, whole in zip(rows, are_rows) if whole and len(set(row)) < len(row)), None)
    if twice is not None:
        observed = f"Of 7 distinct rows the same one was drawn twice for 5 centres: rows {twice}."
        yield find("SW-M2", observed, function=where, severity="error")
    elif all(row == rows[0] for row in rows) and rows[0] == list(range(5)):
        observed = (
            "The initial centres are the first 5 rows for 12 of 12 seeds: the result depends on the order of the rows."
        )
        yield find("SW-P15", observed, function=where, severity="warning")


def _cut(X, start):
    """Whether the centres are rows with their decimals cut off."""
    whole = np.trunc(X)
    return np.allclose(start, [whole[np.abs(whole - center).sum(axis=1).argmin()] for center in start])


def _start_from_outside(target, view, X):
    """No function for the start is in reach: with as many centres as rows, distinct rows would leave no cost at all."""
    costs = [_cost(view.fit(X, len(X), seed=seed), X) for seed in range(4)]
    left = sum(not np.isfinite(cost) or cost > 1e-9 for cost in costs)
    if left >= 3 and _draws_with_replacement(target):
        observed = f"With 7 distinct rows and 7 centres, {left} of 4 seeds leave a cost ({costs[0]:.4g}, {costs[1]:.4g}, ...): the same row was drawn twice."
        yield find("SW-M2", observed, function=guilty(target, "init"))


def _draws_with_replacement(target):
    """Whether the source draws row numbers by ``randint``, ``choice`` or ``choices`` without ruling out repetition."""
    import ast
    import re

    text = " ".join(ast.unparse(node) for node in target.namespace.get("nodes", {}).values())
    return bool(re.search(r"randint\(|integers\(|choices\(", text)) or (
        "choice(" in text and "replace=False" not in text
    )


@probe("SW-P14", roles=("kmeans functions",))
def zero_is_a_seed_like_any_other(target, call):
    """A function that takes a seed draws the same for seed 0 whatever was drawn before, as it does for seed 1."""
    view = viewed(target, call)
    takers = [name for name, item in view.functions.items() if binding.takes(item, "seed") and binding.takes(item, "X")]
    if not takers:
        raise CannotCheck("no function takes a seed")
    for name in takers:
        zero, one = ([_drawn(view, name, seed, state) for state in (5, 6)] for seed in (0, 1))
        if _differ(*zero) and not _differ(*one):
            observed = (
                f"{name} with seed 0 gives {_short(zero[0])} and then {_short(zero[1])}; with seed 1 it repeats itself."
            )
            yield find("SW-P14", observed, function=name, severity="error")


def _drawn(view, name, seed, state):
    """What a function gives with a seed, after the global generators were set to a state."""
    function, X = view.functions[name], np.random.default_rng(31).normal(size=(17, 5)) * 3
    start = view.init_parameter(function)
    known = estimator.settle({"seed": seed}) | {"X": X, "k": 4}
    bound = binding.bind(function, known, {start: X[:4].copy()} if start else {}, ("X", "k"), {"X", "k", "seed"})
    return view.ask(function, **bound, seed_=state, raw=True)


def _differ(a, b):
    return repr(a) != repr(b)


def _short(value):
    return np.array2string(np.ravel(value[0] if isinstance(value, tuple) else value)[:3], precision=3)


@probe("SW-N8", roles=KINDS)
def integers_do_not_stay_integers(target, call):
    """The same numbers as integers, or as small unsigned ones, give the same centres."""
    view = viewed(target, call)
    X = np.random.default_rng(32).integers(0, 256, size=(53, 3))
    start = X[[0, 9, 20, 30]]
    wanted = view.fit(X.astype(float), 4, init=start.astype(float), seed=3)
    for kind, words in ((np.int64, "int64"), (np.uint8, "uint8")):
        try:
            got = view.fit(X.astype(kind), 4, init=start.astype(kind), seed=3)
        except CallFailed as failure:
            observed, where = f"As {words} it fails: {failure}.", cluster_blame.door(target, True)
            yield find("SW-N8", observed, function=where, severity=of_bytes(target, kind))
            return
        off = float(np.nanmax(np.abs(np.asarray(got.centers, dtype=float) - wanted.centers)))
        if off > 1e-6 * 256:
            whole = np.allclose(got.centers, np.round(got.centers)) and not np.allclose(
                wanted.centers, np.round(wanted.centers)
            )
            extra = ", whole numbers" if whole else ""
            observed = f"The same numbers as {words} instead of float give centres up to {off:.3g} away{extra}."
            yield find(
                "SW-N8",
                observed,
                function=cluster_blame.door(target, whole),
                severity=of_bytes(target, kind),
                weight=None if words == "int64" else 12,  # bytes wrap in most code that was written for floats
            )
            return


@probe("SW-T9", "SW-T2", roles=KINDS)
def the_best_start_is_kept(target, call):
    """With several starts the result is never worse than that of the first one."""
    view, where = _starting(target, call)
    X, ends = _islands(), time.process_time() + STARTS_SECONDS
    single, several = [], []
    for seed in range(14):
        single.append(_cost(view.fit(X, 7, seed=seed, n_init=1), X))
        several.append(_cost(view.fit(X, 7, seed=seed, n_init=9), X))
        if seed >= 5 and time.process_time() > ends:
            break
    again = [_cost(view.fit(X, 7, seed=seed, n_init=1), X) for seed in range(min(6, len(single)))]
    if not np.allclose(again, single[: len(again)], rtol=1e-9):
        raise CannotCheck("its starts are drawn anew at each run, so that they cannot be compared")
    single, several = np.array(single), np.array(several)
    worse = int((several > single * (1 + 1e-6)).sum())
    if np.allclose(single, several, rtol=1e-9) and np.ptp(single) > 1e-6 * single.mean():
        said = f"n_init = 1 and n_init = 9 give the same cost for {len(single)} seeds ({single[0]:.5g}, {single[1]:.5g}, ...)."
        yield find("SW-T2", said, function=where)
    elif worse >= 2:
        worst = int(np.argmax(several - single))
        observed = f"Nine starts end with a cost of {several[worst]:.5g}, one start with the same seed with {single[worst]:.5g}; in {worse} of {len(single)} seeds more is worse."
        yield find("SW-T9", observed, function=where)


STARTS_SECONDS = 4.0


def _starting(target, call):
    """(a view that takes the number of starts, the name of the function that makes them): whatever that function is called."""
    view = viewed(target, call)
    if view.takes("n_init"):
        fit = None if view.functions else view.estimator.find(estimator.FIT, "fit")
        return view, fit or _caller_of_starts(target)
    for name, item in target.namespace.get("namespace", {}).items() if view.functions else ():
        own = inspect.isfunction(item) and item.__module__ == "user_module"
        if own and all(binding.takes(item, word) for word in ("X", "k", "n_init")):
            made = clusters.Clusters({name: item}, name, call)
            made.whole = [name]
            return made, name
    raise CannotCheck("the number of starts cannot be set")


def _caller_of_starts(target):
    names = [
        name.split(".")[-1]
        for name in target.namespace.get("nodes", {})
        if isinstance(target.value, dict) or name.startswith(f"{target.name}.")
    ]
    return next(
        (name for name in ("fit", "kmeans", "k_means", "run", "fit_predict") if name in names), guilty(target, "fit")
    )


def _islands():
    rng = np.random.default_rng(33)
    centers = rng.uniform(-10, 10, size=(7, 2))
    return np.repeat(centers, 9, axis=0) + 0.3 * rng.normal(size=(63, 2))


def _cost(found, X):
    return float(nearest(X, found.centers)[1].min(axis=1).sum())


@probe("SW-P15", roles=KINDS)
def shifting_the_data_shifts_the_centers(target, call):
    """From given centres, adding a vector to every row adds it to every centre."""
    view, X = viewed(target, call), clouds()
    shift = np.array([3.0, -2.0, 5.0, 1.0, -4.0])
    a = view.fit(X, 3, init=X[:3].copy(), seed=5)
    b = view.fit(X + shift, 3, init=X[:3] + shift, seed=5)
    if _cost(b, X + shift) > 1.5 * _cost(a, X) and not _fixed(b, X + shift):
        yield find(
            "SW-P15",
            f"The cost of the shifted data is {_cost(b, X + shift):.4g} instead of {_cost(a, X):.4g}.",
            function=guilty(target, "fit"),
            severity="warning",
        )


def _fixed(found, X):
    labels, _ = nearest(X, found.centers)
    moved = means(X, labels, len(found.centers))
    return bool(np.nanmax(np.abs(moved - found.centers)) < 1e-2)
