"""The rule for clusters without points.

An empty cluster takes the point farthest from its centre. Its old centre owned nothing, so nothing is lost; where the
point stood away from its centre, the inertia falls.

Letters as in ``kmeans``: X (n, d), centers (k, d), labels (n,), distances (n,) squared and to the own centre, w (n,)
sample weights; size (k,) the weight of each cluster.
"""

import numpy as np

from scratchwork.models._kmeans_common import data_order
from scratchwork.models._kmeans_distances import squared_distances, tie


def fill_empty_clusters(X, centers, size, distances, w):
    """Place each centre of size 0 on the point farthest from all centres before it, the first of equals in
    ``data_order``. When every point lies on a centre there is nothing left to own: repeat a centre that has points."""
    for j in np.flatnonzero(size == 0):
        if lie_on_centers(X, distances, w):
            centers[j] = centers[np.argmax(size > 0)]
            continue
        distances = np.where(w > 0, distances, 0)
        farthest = np.flatnonzero(distances == distances.max())
        centers[j] = X[farthest[data_order(X[farthest])[0][0]]]
        distances = np.minimum(distances, squared_distances(X, centers[j : j + 1])[:, 0])


def lie_on_centers(X, distances, w):
    """Whether no distance is more than rounding (the mean of 0.1, 0.1 and 0.1 is not 0.1)."""
    return not np.any((np.sqrt(distances) > tie(X)) & (w > 0))


def settled(X, labels, distances, n_clusters, w):
    """Whether every cluster owns a point, or no point is left that an empty one could take."""
    return bool(np.bincount(labels, w, minlength=n_clusters).all()) or lie_on_centers(X, distances, w)
