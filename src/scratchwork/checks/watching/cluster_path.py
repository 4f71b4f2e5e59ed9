"""The centres of a k-means from round to round, seen from inside one run, whatever its functions are called.

Every array of k centres that a name holds while it runs, in order; each is compared with what one right round makes of the one
before: the nearest centre for each row, then the mean of its rows.
"""

import dataclasses

import numpy as np

from scratchwork.checks.findings import CannotCheck
from scratchwork.checks.views.cluster_parts import means, nearest
from scratchwork.checks.watching.seen_clusters import as_centers
from scratchwork.checks.watching.watch import Watching

N, K = 19, 3


@dataclasses.dataclass
class Rounds:
    """What was seen of the rounds: how many right ones followed each other, and whether they led to the result."""

    right: int
    kept: bool  # the centres that came back are among those of the right rounds
    fixed: bool  # the centres that came back are the means of their rows
    moved: bool  # the centres that came back are not those of the start
    found: object  # the Clustering
    off: float  # how far a centre is from the mean of its rows


def rows(seed=57):
    """X (19, 5) without clear clouds, so that k-means takes several rounds."""
    return np.random.default_rng(seed).uniform(-1, 1, size=(N, 5))


def watched(view, X, k, **settings):
    """(result, values in order) of one run whose names are watched."""
    found, changes = _changes(view, X, k, settings)
    if isinstance(found, CannotCheck):
        raise found
    held = [(change.name, as_centers(change.after, k, X.shape[1]), np.ndim(change.after)) for change in changes]
    others = {name for name, centers, axes in held if centers is None and axes == 2}  # the members of a cluster perhaps
    return found, [centers for name, centers, _ in held if centers is not None and name not in others]


def _changes(view, X, k, settings):
    """(result, or the CannotCheck that it ended with; what its names came to hold) of one run."""
    kept, maker = view.caller, view.estimator
    watching = Watching(kept, changes=True, calls=False, deep=True)
    try:
        view.caller = watching
        if maker:
            maker.caller = watching
        found = view.fit(X, k, **settings)
    except CannotCheck as failure:
        found = failure
    finally:
        view.caller = kept
        if maker:
            maker.caller = kept
    return found, [change for record in watching.records for change in record.changes]


def collapsed(view):
    """(name, what it held) where a run fails after the k centres became k single numbers, each the mean of whole rows; or None."""
    X = rows()
    found, changes = _changes(view, X, K, {"seed": 3, "epochs": 4})
    if not isinstance(found, CannotCheck):
        return None
    seen = [centers for change in changes if (centers := as_centers(change.after, K, X.shape[1])) is not None]
    for centers in seen:
        wanted = _next(centers, X)
        numbers = None if wanted is None else wanted.mean(axis=1)
        for change in changes if numbers is not None else ():
            if np.shape(change.after) == (K,) and np.allclose(np.asarray(change.after, dtype=float), numbers):
                return change
    return None


def rounds_of(view, seed=3, data=57, **settings):
    """The Rounds of one run."""
    X = rows(data)
    found, seen = watched(view, X, K, seed=seed, **settings)
    final = np.asarray(found.centers, dtype=float)
    if not seen or not np.isfinite(final).all() or final.shape != (K, X.shape[1]):
        raise CannotCheck("no array of centres was seen while it ran")
    labels, _ = nearest(X, final)
    off = np.abs(means(X, labels, K) - final)
    off = float(np.nanmax(off)) if np.isfinite(off).any() else np.inf
    start = next((i for i, item in enumerate(seen) if _are_rows(item, X)), None)
    if start is None:  # centres drawn from anywhere, perhaps one number after another
        start = max(range(min(len(seen), 20)), key=lambda i: len(_followed(seen[i:], X)))
    path = _followed(seen[start:], X)
    kept = any(np.allclose(_in_order(item), _in_order(final)) for item in path)
    return Rounds(len(path) - 1, kept, off < 1e-6, not np.allclose(seen[start], final), found, off)


def _in_order(centers):
    """The centres in an order that does not mind their numbering."""
    return centers[np.lexsort(centers.T)]


def _are_rows(centers, X):
    """Whether all centres are different rows of the data."""
    table = np.abs(X[:, None] - centers[None]).max(axis=2)
    picked = table.argmin(axis=0)
    return bool(np.allclose(table.min(axis=0), 0)) and len(set(picked.tolist())) == len(centers)


def _followed(seen, X):
    """The centres of right rounds that follow each other among those that were seen."""
    path, place = [seen[0]], 0
    while True:
        wanted = _next(path[-1], X)
        if wanted is None or np.allclose(wanted, path[-1]):
            return path
        later = next((i for i in range(place + 1, len(seen)) if np.allclose(seen[i], wanted)), None)
        if later is None:
            return path
        path.append(wanted)
        place = later


def of_earlier_centers(view, X, labels, k, **settings):
    """Whether labels are those of centres that were seen before the last ones."""
    try:
        found, seen = watched(view, X, k, **settings)
    except CannotCheck:
        return False
    if found.labels is None or not np.array_equal(found.labels, labels):
        return False
    return any(np.array_equal(nearest(X, item)[0], labels) for item in seen if np.isfinite(item).all())


def goes_on(view):
    """Whether more rounds are run where more are allowed, by the calls of inner functions."""
    counts = []
    for epochs in (3, 30):
        kept, maker = view.caller, view.estimator
        watching = Watching(kept, deep=True)
        try:
            view.caller = watching
            if maker:
                maker.caller = watching
            view.fit(rows(), K, seed=3, epochs=epochs)
        except CannotCheck:
            return False
        finally:
            view.caller = kept
            if maker:
                maker.caller = kept
        counts.append(sum(len(record.calls) for record in watching.records))
    return counts[1] > 4 * counts[0]


def _next(centers, X):
    """The centres after one right round; a centre without rows stays; None where rows are as near to two."""
    labels, table = nearest(X, centers)
    if not np.isfinite(table).all():
        return None
    moved = means(X, labels, len(centers))
    return np.where(np.isfinite(moved), moved, centers)


def with_centers(view, rows):
    """The view; CannotCheck where nothing in its reach can be the centres: then no probe has anything to ask.

    A run that does not end, or that breaks off after it has drawn its centres, can still be watched.
    """
    failures = []
    for X in (rows, rows[:, :2]):
        try:
            view.fit(X, 3, seed=1)
            return view
        except CannotCheck as failure:
            broken = getattr(failure, "kind", "") == "error" and _starts_from_rows(view, X)
            if "did not return" in str(failure) or broken:
                return view
            failures.append(failure)
    raise failures[0]


def _starts_from_rows(view, X):
    """Whether a run that breaks off was seen to hold three rows of the data as centres."""
    _, changes = _changes(view, X, K, {"seed": 1, "epochs": 3})
    seen = (as_centers(change.after, K, X.shape[1]) for change in changes)
    return any(centers is not None and _are_rows(centers, X) for centers in seen)
