"""Where k-means starts: how often, from which centres, fast; and the warning when there are more of them than points."""

import warnings

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils.validation import check_array

from scratchwork.arrays import check_number
from scratchwork.blocks import map_blocks, row_blocks, single_threaded_blas
from scratchwork.errors import InvalidArgumentError
from scratchwork.models._kmeans_common import data_order, draw
from scratchwork.models._kmeans_distances import distances_to
from scratchwork.models._kmeans_screen import Screen
from scratchwork.models._kmeans_sketch import sketch_of

BLOCK = 4096  # rows of one task


def number_of_starts(n_init, init):
    """``n_init`` as a number: "auto" is 10 for random centres, else 1.

    >>> number_of_starts("auto", "random"), number_of_starts("auto", "k-means++"), number_of_starts(3, "k-means++")
    (10, 1, 3)
    """
    if isinstance(n_init, str) and n_init == "auto":
        return 10 if isinstance(init, str) and init == "random" else 1
    check_number("n_init", n_init, integer=True, at_least=1)
    if not isinstance(init, str) and n_init > 1:
        raise InvalidArgumentError(
            f"n_init={n_init} must be 1 or 'auto' when init holds the starting centres: every start would be the same."
        )
    return n_init


def given_centers(init, n_clusters, X):
    """A copy of the centres that the caller gives, of the type of X, once their shape is right."""
    centers = check_array(init, dtype=X.dtype, order="C", copy=True, input_name="init")
    wanted = (n_clusters, X.shape[1])
    if centers.shape != wanted:
        raise InvalidArgumentError(
            f"init of shape {centers.shape} must be of shape (n_clusters, n_features), {wanted}."
        )
    return centers


def random_centers(X, n_clusters, rng, sample_weight=None):
    """Starting centres (k, d): points drawn by weight, each place once while places are left, then the first again.

    >>> random_centers(np.array([[5.0], [5.0]]), 2, np.random.default_rng(0)).tolist()
    [[5.0], [5.0]]
    """
    w = np.ones(len(X)) if sample_weight is None else sample_weight.copy()
    order, place = data_order(X)
    chosen = []
    for uniform in rng.random(n_clusters):
        if not np.any(w):
            break
        chosen.append(draw(w, order, uniform))
        w[place == place[chosen[-1]]] = 0
    return X[chosen + chosen[:1] * (n_clusters - len(chosen))]


def warn_of_surplus(X, w, labels, n_clusters):
    """Say so when clusters own no point because there are fewer distinct points than clusters."""
    if len(np.unique(labels)) == n_clusters:
        return
    _, place = data_order(X)
    distinct = len(np.unique(place if w is None else place[w > 0]))
    if distinct < n_clusters:
        warnings.warn(
            f"n_clusters={n_clusters} is more than the number of distinct points, {distinct}: the surplus centres "
            "repeat others and own no point. Lower n_clusters.",
            ConvergenceWarning,
            stacklevel=4,
        )


def screened_plus_plus_centers(X, n_clusters, rng, sample_weight=None):
    """The centres of ``kmeans.plus_plus_centers``, with most distances known only as well as they need to be.

    A candidate matters to the few rows that it is nearer to than every centre so far. Bounds from a few numbers of each
    row (``_kmeans_sketch``) leave out most of the others; one product for all candidates (``_kmeans_screen``) finds those
    rows, and what each candidate would leave, up to a known error. Only for the winner, and where the error leaves the
    choice open, are the distances of those rows computed from the differences.
    """
    w = np.ones(len(X)) if sample_weight is None else sample_weight
    order, _ = data_order(X)
    centers = X[draw(w, order, rng.random(1))].repeat(n_clusters, axis=0)
    screen = Screen(X, centers[:1])  # its origin is the first centre, so its squares are the distances to it
    sketch, nearest = sketch_of(screen), screen.squares.copy()
    with single_threaded_blas():
        for j in range(1, n_clusters):
            uniform = rng.random(2 + int(np.log(n_clusters)))
            if not np.any(w * nearest):
                break
            drawn = draw(w * nearest, order, uniform)
            candidates = drawn[np.sort(np.unique(drawn, return_index=True)[1])]  # each once, in the order of drawing
            best, rows, distances = best_candidate(screen, sketch, X[candidates], nearest, w)
            centers[j], nearest[rows] = X[candidates[best]], distances
    return centers


def best_candidate(screen, sketch, candidates, nearest, w):
    """The candidate that leaves the least, the rows that it may be nearer to, and their distances with it."""
    nearer, gained, error = what_is_gained(screen, sketch, candidates, nearest, w)
    gains = {}
    for c in np.flatnonzero(gained + error >= np.max(gained - error)):
        rows = nearer[c]
        gains[c] = rows, np.minimum(nearest[rows], distances_to(screen.X, rows, candidates[c]))
    exact = np.array([w[rows] @ (distances - nearest[rows]) for rows, distances in gains.values()]) + w @ nearest
    best = list(gains)[np.argmax(exact <= exact.min() * (1 + 1e-12))]
    return best, *gains[best]


def what_is_gained(screen, sketch, candidates, nearest, w):
    """For each candidate (c, d): the rows it may be nearer to than any centre, a list; by how much it would lower the
    inertia, (c,); and how far that may be off, (c,)."""
    screen.aim(candidates)
    if sketch:
        sketch.aim()

    def partial(part):
        rows, Z = part, screen.Z[part]
        if sketch:
            rows = part.start + np.flatnonzero((sketch.least_squares(part) < nearest[part]).any(axis=0))
            Z = screen.Z.take(rows, axis=0)
        slack, before, weights = screen.slack(rows), nearest[rows], w[rows]
        gains = before + slack - screen.distances(rows, Z).T  # (c, r)
        nearer = gains > 0
        gains -= slack
        gained = np.maximum(gains, 0, out=gains) @ weights
        found = [np.flatnonzero(line) for line in nearer]
        error = np.array([np.sum((weights * slack)[line]) for line in found])
        return [rows[line] if sketch else part.start + line for line in found], gained, error

    nearer, gained, error = zip(*map_blocks(partial, row_blocks(len(nearest), BLOCK)))
    gained = np.sum(gained, axis=0)
    return [np.concatenate(rows) for rows in zip(*nearer)], gained, np.sum(error, axis=0) + 1e-12 * (w @ nearest)
