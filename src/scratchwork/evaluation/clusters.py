"""How good is a clustering, how many clusters, and what sets each apart? Whether k-means fits the data at all is judged
in ``cluster_shapes``.

Nothing here knows how the clusters were found: functions take labels and centres, or a ``fit(k, seed)`` that returns
anything with ``labels_`` and ``inertia_``.

Letters: n rows, d features, k clusters; X (n, d), labels (n,), centers (k, d).
"""

import itertools
from typing import NamedTuple

import numpy as np

from scratchwork.errors import InvalidArgumentError
from scratchwork.evaluation.cluster_shapes import sample_rows


class ClusterCount(NamedTuple):
    """What one number of clusters gives. ``stability`` is the mean adjusted Rand index between pairs of seeds,
    ``adjusted_rand`` that between the clusters and given labels, or None without labels."""

    n_clusters: int
    inertia: float
    silhouette: float | None
    stability: float
    adjusted_rand: float | None


class ClusterDescription(NamedTuple):
    """One cluster: its rows, and the features that set it apart as (name, mean inside, mean elsewhere, difference in
    standard deviations), the largest first."""

    cluster: int
    size: int
    share: float
    features: tuple
    words: str


def silhouette(X, labels, *, rows=2000, random_state=0):
    """Mean of (b - a) / max(a, b): a the mean distance of a row to its own cluster, b to the nearest other one.

    1 for tight and distant clusters, about 0 where they touch; None for a single cluster. Of more than ``rows`` rows,
    a sample.

    References
    ----------
    P. Rousseeuw, Silhouettes, J. Computational and Applied Mathematics 20 (1987), 53-65.

    >>> round(silhouette(np.array([[0.0], [1.0], [9.0], [10.0]]), np.array([0, 0, 1, 1])), 3)
    0.889
    """
    from sklearn.metrics import silhouette_score

    X, labels = np.asarray(X), np.asarray(labels)
    chosen = sample_rows(len(X), rows, random_state)
    if not 2 <= len(np.unique(labels[chosen])) < len(chosen):
        return None
    return float(silhouette_score(X[chosen], labels[chosen]))


def stability(labelings):
    """Mean adjusted Rand index over all pairs of labelings of the same rows: 1 when they agree up to the numbering.

    >>> stability([[0, 0, 1, 1], [1, 1, 0, 0], [1, 1, 0, 0]])
    1.0
    """
    from sklearn.metrics import adjusted_rand_score

    pairs = list(itertools.combinations(labelings, 2))
    if not pairs:
        raise InvalidArgumentError(f"stability needs at least 2 labelings; got {len(labelings)}.")
    return float(np.mean([adjusted_rand_score(one, other) for one, other in pairs]))


def judge_counts(X, fit, counts, *, seeds=range(5), y=None, rows=2000):
    """Fit each number of clusters with each seed and judge it.

    Parameters
    ----------
    X : ndarray (n, d)
    fit : callable
        ``fit(k, seed)`` returns an object with ``labels_`` and ``inertia_``.
    counts : iterable of int
    seeds : iterable of int
        At least two. Of the fits, the one with the lowest inertia is judged; all of them tell the stability.
    y : ndarray (n,), optional
        Labels to compare with. They are looked at only here, never by ``fit``.

    Returns
    -------
    list of ClusterCount
    """
    from sklearn.metrics import adjusted_rand_score

    judged = []
    for k in counts:
        fits = [fit(k, seed) for seed in seeds]
        best = min(fits, key=lambda fitted: fitted.inertia_)
        agreement = None if y is None else float(adjusted_rand_score(y, best.labels_))
        steadiness = stability([fitted.labels_ for fitted in fits])
        judged.append(
            ClusterCount(k, float(best.inertia_), silhouette(X, best.labels_, rows=rows), steadiness, agreement)
        )
    return judged


def elbow(counts, inertias):
    """The count at the bend of the curve: farthest below the line from its first point to its last, or None.

    Both axes are scaled to 0..1 first. A straight curve has no bend; then, and for fewer than three points, None.

    References
    ----------
    V. Satopaa and others, Finding a "Kneedle" in a Haystack, ICDCS Workshops 2011.

    >>> elbow([1, 2, 3, 4, 5], [100.0, 40.0, 10.0, 8.0, 6.0])
    3
    """
    counts, inertias = np.asarray(counts, dtype=np.float64), np.asarray(inertias, dtype=np.float64)
    if len(counts) < 3 or inertias[0] <= inertias[-1]:
        return None
    across = (counts - counts[0]) / (counts[-1] - counts[0])
    down = (inertias - inertias[-1]) / (inertias[0] - inertias[-1])
    below = 1 - across - down
    return int(counts[np.argmax(below)]) if below.max() > 0.05 else None


def describe_clusters(X, labels, feature_names, *, most=3, at_least=0.5):
    """Each cluster in words, by the features whose mean inside differs most from the mean of the other rows.

    The difference is counted in standard deviations of the feature over all rows.

    Parameters
    ----------
    X : ndarray (n, d)
    labels : ndarray (n,) of int
    feature_names : sequence of str
    most : int
        How many features are named.
    at_least : float
        The difference from which a feature is named.

    Returns
    -------
    list of ClusterDescription

    >>> X = np.array([[1.0, 5.0], [1.2, 6.0], [3.0, 5.0], [3.2, 6.0]])
    >>> print(describe_clusters(X, np.array([0, 0, 1, 1]), ["width", "age"])[0].words)
    Cluster 0, 2 of 4 rows (50 %): width is low (1.1, elsewhere 3.1: -2.0 standard deviations).
    """
    X, labels = np.asarray(X, dtype=np.float64), np.asarray(labels)
    if len(feature_names) != X.shape[1]:
        raise InvalidArgumentError(f"There are {len(feature_names)} feature_names for the {X.shape[1]} columns of X.")
    spread = X.std(axis=0)
    described = []
    for cluster in np.unique(labels):
        inside = labels == cluster
        mean, elsewhere = X[inside].mean(axis=0), (X[~inside] if (~inside).any() else X).mean(axis=0)
        difference = np.divide(mean - elsewhere, spread, out=np.zeros_like(spread), where=spread > 1e-12 * np.abs(mean))
        order = np.argsort(-np.abs(difference), kind="stable")[:most]
        features = tuple(
            (str(feature_names[f]), float(mean[f]), float(elsewhere[f]), float(difference[f]))
            for f in order
            if abs(difference[f]) >= at_least
        )
        size, share = int(inside.sum()), float(inside.mean())
        words = description(int(cluster), size, len(X), features, at_least)
        described.append(ClusterDescription(int(cluster), size, share, features, words))
    return described


def description(cluster, size, n, features, at_least):
    """The sentence of one cluster."""
    told = [
        f"{name} is {'high' if by > 0 else 'low'} ({mean:.3g}, elsewhere {rest:.3g}: {by:+.1f} standard deviations)"
        for name, mean, rest, by in features
    ]
    apart = "; ".join(told) or f"no feature differs from the other rows by {at_least:g} standard deviations"
    return f"Cluster {cluster}, {size} of {n} rows ({size / n:.0%}): {apart}.".replace("%)", " %)")
