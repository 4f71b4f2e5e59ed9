"""Does k-means fit the data? It can only cut space by straight borders halfway between its centres.

That is right for groups that are round, of similar width, and apart. Two measurements tell when it is not:

- *borders*: between separate groups the data are thin halfway between the centres. Where they are as dense there as at
  the centres, k-means cuts through something that hangs together;
- *groups*: rows joined to their nearest neighbours form groups of any shape. When a cluster holds parts of two groups
  and a border runs through one of them, the groups are not of a shape that k-means can find.

With few rows and many features, k-means makes borders look thin by choosing them, even in pure noise. Given a ``fit``,
a border must also be less than half as dense as those that the same k-means makes in one cloud of the same covariance.

Letters: n rows, d features, k clusters; X (n, d), labels (n,), centers (k, d).
"""

import itertools
from typing import NamedTuple

import numpy as np

from scratchwork.arrays import random_generator
from scratchwork.errors import InvalidArgumentError

NEIGHBOURS = 10  # in the neighbourhood graph
SMALL = 0.05  # share of the rows below which a connected part is not called a group
PART = 0.1  # share of a group or a cluster from which a part of it counts
THIN = 0.6  # density on a border, over that at the thinner of its two centres, below which the border is a gap
CLOUDS = 3  # single clouds that say how thin a border k-means makes where there is no gap


class Border(NamedTuple):
    """Two clusters with rows that are neighbours. ``density`` is that halfway between the centres, along the line that
    joins them, over that at the thinner centre: near 0 between separate groups, 1 or more inside one group."""

    first: int
    second: int
    density: float


class Verdict(NamedTuple):
    """Whether k-means fits. ``kind`` is "fits", "in part", "no gap", "shape", "too many" or "too few"; ``borders`` are
    the densest first, and below ``gap`` one counts as a gap; ``n_groups`` is the number of connected groups."""

    fits: bool
    kind: str
    words: str
    borders: tuple
    gap: float
    n_groups: int


def sample_rows(n, rows, random_state):
    """At most ``rows`` row numbers of n, in order."""
    return np.arange(n) if n <= rows else np.sort(random_generator(random_state).choice(n, rows, replace=False))


def connected_groups(X, n_neighbors=NEIGHBOURS):
    """Groups that the data form by themselves: the connected parts of the graph that joins two rows when each is among
    the ``n_neighbors`` nearest of the other.

    Returns
    -------
    groups : ndarray (n,) of int
        Their numbers, and -1 for the rows of parts too small to count.
    neighbours : ndarray (n, n_neighbors) of int
    """
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components
    from sklearn.neighbors import NearestNeighbors

    n, m = len(X), min(n_neighbors, len(X) - 1)
    neighbours = NearestNeighbors(n_neighbors=m).fit(X).kneighbors(return_distance=False)
    graph = csr_array((np.ones(n * m), (np.repeat(np.arange(n), m), neighbours.ravel())), shape=(n, n))
    _, parts = connected_components(graph.minimum(graph.T), directed=False)
    large = np.bincount(parts) >= SMALL * n
    numbers = np.where(large, np.cumsum(large) - 1, -1)
    return numbers[parts], neighbours


def cluster_borders(X, labels, centers, neighbours):
    """A ``Border`` for each two clusters with neighbouring rows, the densest border first.

    The rows of both clusters are projected on the line through the two centres, at 0 and 1; k-means puts its border at
    1/2. The density along the line is estimated with Gaussians (Silverman's width of the spread inside the clusters).
    """
    borders = []
    for i, j in itertools.combinations(range(len(centers)), 2):
        axis = np.asarray(centers[j] - centers[i], dtype=np.float64)
        touch = np.any(labels[neighbours[labels == i]] == j) or np.any(labels[neighbours[labels == j]] == i)
        if not touch or not axis @ axis > 0:
            continue
        both = (labels == i) | (labels == j)
        along = (X[both] - centers[i]) @ axis / (axis @ axis)
        width = 1.06 * np.sqrt(np.mean((along - (labels[both] == j)) ** 2)) * len(along) ** -0.2
        at = np.array([0.0, 0.5, 1.0])[:, None]
        density = np.exp(-0.5 * ((along - at) / max(width, 1e-6)) ** 2).mean(axis=1)
        borders.append(Border(i, j, float(density[1] / max(min(density[0], density[2]), 1e-12))))
    return sorted(borders, key=lambda border: -border.density)


def parts_of_groups(labels, groups, n_clusters):
    """Whether cluster and group share a substantial part: bool (k, n_groups) of ``PART`` of the group, and of
    ``PART`` of the cluster."""
    table = np.zeros((n_clusters, max(int(groups.max()) + 1, 0)))
    counted = groups >= 0
    np.add.at(table, (labels[counted], groups[counted]), 1)
    of_group = table / np.maximum(table.sum(axis=0), 1)
    of_cluster = table / np.maximum(table.sum(axis=1, keepdims=True), 1)
    return of_group >= PART, of_cluster >= PART


def density_in_one_cloud(X, fit, rng):
    """The median border density where ``fit`` cuts one Gaussian cloud of the mean, covariance and size of X."""
    densities = []
    for _ in range(CLOUDS):
        cloud = rng.multivariate_normal(X.mean(axis=0), np.atleast_2d(np.cov(X, rowvar=False)), size=len(X))
        fitted = fit(cloud)
        _, neighbours = connected_groups(cloud)
        borders = cluster_borders(cloud, fitted.labels_, fitted.cluster_centers_, neighbours)
        densities += [border.density for border in borders]
    return float(np.median(densities)) if densities else 1.0


def kmeans_fit_verdict(X, labels, centers, *, fit=None, rows=2000, random_state=0):
    """Say whether these clusters are ones that k-means can find, and if not, why.

    Parameters
    ----------
    X : ndarray (n, d)
    labels : ndarray (n,) of int
        The nearest of ``centers``, 0 to k - 1.
    centers : ndarray (k, d)
    fit : callable, optional
        ``fit(X)`` clusters other rows in the same way and returns an object with ``labels_`` and ``cluster_centers_``.
        Needed where the rows of a cluster are not many times the features; without it noise may pass for groups there.
    rows : int
        Of more rows than these a sample is judged.
    random_state : int or Generator
        For that sample and the single clouds.

    Returns
    -------
    Verdict

    >>> X = np.concatenate([np.linspace(0, 1, 20), np.linspace(8, 9, 20)])[:, None]
    >>> verdict = kmeans_fit_verdict(X, np.repeat([0, 1], 20), np.array([[0.5], [8.5]]))
    >>> verdict.fits, verdict.words
    (True, 'k-means fits: no rows of different clusters are neighbours.')
    """
    X, labels, centers = np.asarray(X, dtype=np.float64), np.asarray(labels), np.asarray(centers, dtype=np.float64)
    if len(labels) != len(X):
        raise InvalidArgumentError(f"There are {len(labels)} labels for the {len(X)} rows of X.")
    if len(X) < 3:
        raise InvalidArgumentError(f"X has {len(X)} rows; at least 3 are needed to speak of neighbours.")
    rng = random_generator(random_state)
    chosen = sample_rows(len(X), rows, rng)
    X, labels = X[chosen], labels[chosen]
    groups, neighbours = connected_groups(X)
    borders = cluster_borders(X, labels, centers, neighbours)
    limit = min(THIN, 0.5 * density_in_one_cloud(X, fit, rng)) if fit and borders else THIN
    of_group, of_cluster = parts_of_groups(labels, groups, len(centers))
    kind, words = judge(borders, limit, of_group, of_cluster)
    return Verdict(kind == "fits", kind, words, tuple(borders), limit, of_group.shape[1])


def judge(borders, limit, of_group, of_cluster):
    """The kind of the verdict and its sentence."""
    k, n_groups = of_group.shape
    mixed = np.flatnonzero((of_group & of_cluster).sum(axis=1) > 1)
    dense = [border for border in borders if border.density >= limit]
    holds = f"cluster {mixed[0]} holds parts of {of_cluster[mixed[0]].sum()} of them" if len(mixed) else ""
    if not dense and not holds:
        return "fits", "k-means fits: " + border_words(borders, limit)
    if not dense:
        return "too few", f"{k} clusters are too few: the rows form {n_groups} connected groups, and {holds}."
    i, j, density = dense[0]
    where = f"the rows are {density:.2f} times as dense on the border between clusters {i} and {j} as at their centres"
    cut = n_groups > 1 and np.any(of_group[i] & of_group[j])
    if cut and holds:
        return "shape", (
            f"k-means does not fit: the rows form {n_groups} connected groups, but {holds}, and a border runs through "
            f"a group: {where}. The groups are not round. Use a method that follows neighbours, or other features."
        )
    if len(dense) < 0.25 * len(borders):
        gaps = len(borders) - len(dense)
        return "in part", f"k-means fits in part: {gaps} of {len(borders)} borders are gaps, but {where}."
    if cut and k > n_groups:
        return "too many", (
            f"{k} clusters are too many: the rows form {n_groups} connected groups, and {where}, inside one of them."
        )
    return "no gap", (
        f"k-means does not fit: {where}; a gap has less than {limit:.2f}. Either the rows form no groups and the "
        "clusters cut one cloud into pieces, or the groups are long, curved or overlap."
    )


def border_words(borders, limit):
    """The densest border of a clustering that fits."""
    if not borders:
        return "no rows of different clusters are neighbours."
    i, j, density = borders[0]
    return (
        f"the densest border, between clusters {i} and {j}, has {density:.2f} of the density at their centres; "
        f"below {limit:.2f} it counts as a gap."
    )
