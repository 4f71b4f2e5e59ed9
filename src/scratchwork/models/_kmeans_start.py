"""Where k-means starts: how often, from which centres; and the warning when there are more of them than points."""

import warnings

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils.validation import check_array

from scratchwork.arrays import check_number
from scratchwork.errors import InvalidArgumentError
from scratchwork.models._kmeans_common import data_order, draw


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
