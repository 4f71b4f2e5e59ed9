"""k-means: split n points into k groups so that the points lie close to the centre of their own group.

Objective, the inertia:   J = sum_i  w_i |x_i - c_{l_i}|^2   over the labels l and the centres c.

Two steps alternate, and neither can raise J:

1. ``assign``: with the centres fixed, the nearest centre is the best label of each point;
2. ``move``: with the labels fixed, the mean of its points is the best place for each centre.

There are finitely many labellings, so this ends; where depends on the start, hence k-means++ and ``n_init`` starts.

Letters: n points, d features, k clusters; X (n, d), centers (k, d), labels (n,), distances (n,) are squared and to the
own centre, sample_weight (n,) or None says how often each row is meant.

Not here: mini-batches; sparse input. From ``LARGE`` on, the fast routes give the same answers: one product for all
distances (``_kmeans_screen``), bounds that skip most of them (``_kmeans_bounds``), and the start (``_kmeans_start``).

Sources: S. Lloyd, Least squares quantization in PCM, IEEE Trans. Inf. Theory 28 (1982), the two steps; D. Arthur and
S. Vassilvitskii, k-means++: the advantages of careful seeding, SODA 2007, the start.
"""

import numpy as np
from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, ClusterMixin, TransformerMixin
from sklearn.utils.validation import _check_sample_weight, validate_data

from scratchwork.arrays import check_choice, check_number, random_generator
from scratchwork.blocks import single_threaded_blas
from scratchwork.errors import InvalidArgumentError
from scratchwork.models import _kmeans_start as beginnings
from scratchwork.models._checked_input import checked_rows
from scratchwork.models._kmeans_bounds import bounded_lloyd
from scratchwork.models._kmeans_common import LARGE, LARGER, Step, data_order, draw
from scratchwork.models._kmeans_distances import mean_variance, nearest_of, own_distances, squared_distances
from scratchwork.models._kmeans_empty import fill_empty_clusters, settled
from scratchwork.models._kmeans_screen import nearest
from scratchwork.models._squares import check_entries

SAME = 1e-9  # runs whose inertias differ relatively by less found the same optimum, and the first of them is kept


def plus_plus_centers(X, n_clusters, rng, sample_weight=None):
    """Starting centres (k, d): each next one drawn with probability proportional to weight * distance so far.

    Of 2 + ln k candidates the one that leaves the smallest inertia is kept. Once every point lies on a centre, the
    centres that are left repeat the first.

    >>> X = np.array([[0.0], [0.0], [9.0]])
    >>> sorted(plus_plus_centers(X, 2, np.random.default_rng(0)).ravel().tolist())
    [0.0, 9.0]
    """
    w = np.ones(len(X)) if sample_weight is None else sample_weight
    order, _ = data_order(X)
    centers = X[draw(w, order, rng.random(1))].repeat(n_clusters, axis=0)
    nearest = squared_distances(X, centers[:1])[:, 0]
    for j in range(1, n_clusters):
        uniform = rng.random(2 + int(np.log(n_clusters)))
        if not np.any(w * nearest):
            break
        candidates = draw(w * nearest, order, uniform)
        distances = np.minimum(nearest[:, None], squared_distances(X, X[candidates]))  # (n, candidates)
        left = w @ distances
        best = np.argmax(left <= left.min() * (1 + 1e-12))  # the first of equals, whatever the rounding of the sums
        centers[j], nearest = X[candidates[best]], distances[:, best]
    return centers


def assign(X, centers):
    """The nearest centre of each point, the lowest index on a tie: labels (n,) and squared distances (n,).

    Distances that differ by no more than rounding (``_kmeans_distances.tie``) are a tie.

    >>> assign(np.array([[0.0], [1.0], [9.0]]), np.array([[0.0], [2.0]]))
    (array([0, 0, 1], dtype=int32), array([ 0.,  1., 49.]))
    """
    distances = squared_distances(X, centers)  # (n, k)
    labels = nearest_of(distances, centers)
    return labels.astype(np.int32), distances[np.arange(len(X)), labels]


def inertia(distances, sample_weight=None):
    """J from the squared distances (n,) that ``assign`` returns."""
    return float(distances.sum() if sample_weight is None else sample_weight @ distances)


def move(X, labels, distances, n_clusters, sample_weight=None):
    """Centres (k, d) at the mean of their points; a cluster without points takes the point farthest from its centre.

    The mean minimises the sum of squares of its points, so J does not rise. A centre that owns no point adds nothing to
    J wherever it stands, so moving it onto a point does not raise J either.

    >>> X = np.array([[0.0], [1.0], [8.0]])
    >>> move(X, np.array([0, 0, 0]), np.array([0.0, 1.0, 64.0]), n_clusters=2).tolist()
    [[3.0], [8.0]]
    """
    w = np.ones(len(X)) if sample_weight is None else sample_weight
    size = np.bincount(labels, w, minlength=n_clusters)
    centers = np.empty((n_clusters, X.shape[1]), dtype=X.dtype)
    for j in np.flatnonzero(size):
        own = labels == j
        centers[j] = (w[own] @ X[own].astype(np.float64)) / size[j]
    fill_empty_clusters(X, centers, size, distances, w)
    return centers


def lloyd(X, centers, sample_weight=None, max_iter=300, tol=0.0):
    """Assign and move in turn: one ``Step`` for the given centres, and one after each move.

    Ends when no label changes and every cluster owns a point (or none is left to own); when the squared movements of
    all centres sum to at most ``tol``; or after ``max_iter`` moves.
    """
    w = np.ones(len(X)) if sample_weight is None else sample_weight
    labels, moved = np.full(len(X), -1, dtype=np.int32), np.inf
    for iteration in range(max_iter + 1):
        before, (labels, distances) = labels, assign(X, centers)
        changed = int(np.count_nonzero(labels != before))
        yield Step(iteration, inertia(distances, w), changed, centers, labels)
        if moved <= tol or (not changed and settled(X, labels, distances, len(centers), w)):
            return
        before, centers = centers, move(X, labels, distances, len(centers), w)
        moved = float(np.sum(np.subtract(centers, before, dtype=np.float64) ** 2))


class KMeans(TransformerMixin, ClassNamePrefixFeaturesOutMixin, ClusterMixin, BaseEstimator):
    """Clusters around means.

    Parameters
    ----------
    n_clusters : int, default=8
        How many clusters, 1 to n_samples. More clusters than distinct points give a ``ConvergenceWarning``: the
        surplus centres repeat others and own no point.
    init : {"k-means++", "random"} or array of shape (n_clusters, n_features), default="k-means++"
        How the starting centres are found, or the centres themselves.
    n_init : int or "auto", default="auto"
        How many starts; the lowest inertia is kept, the first of equals. "auto" is 10 for "random", else 1.
    max_iter : int, default=300
        Most moves of the centres in one run.
    tol : float, default=1e-4
        A run also ends when the squared movements of the centres sum to at most ``tol`` times the features' mean
        variance. With 0 it ends when no label changes.
    random_state : int, Generator or None
        The source of the random starts.
    keep_steps : bool, default=False
        Whether ``history_`` also holds the centres and labels of every iteration.

    Attributes
    ----------
    cluster_centers_ : ndarray of shape (n_clusters, n_features)
    labels_ : ndarray of shape (n_samples,)
        The nearest of them for each row.
    inertia_ : float
        The weighted sum of the squared distances to them.
    n_iter_ : int
        Moves of the centres in the run that was kept.
    history_ : dict
        Of that run, for the start and after each move: ``inertia``, ``changed`` labels; on request ``centers``, ``labels``.

    Examples
    --------
    >>> model = KMeans(n_clusters=2, random_state=0).fit([[1, 2], [1, 4], [10, 2], [10, 4]])
    >>> sorted(model.cluster_centers_.tolist()), model.inertia_
    ([[1.0, 3.0], [10.0, 3.0]], 4.0)
    """

    def __init__(
        self, n_clusters=8, *, init="k-means++", n_init="auto", max_iter=300, tol=1e-4,
        random_state=None, keep_steps=False,
    ):  # fmt: skip
        self.n_clusters = n_clusters
        self.init = init
        self.n_init = n_init
        self.max_iter = max_iter
        self.tol = tol
        self.random_state = random_state
        self.keep_steps = keep_steps

    def fit(self, X, y=None, sample_weight=None):
        """Find the clusters of the rows of X; ``y`` is ignored. Returns self."""
        with single_threaded_blas():  # once, not in each iteration
            for _ in self.fit_steps(X, y, sample_weight):
                pass
        return self

    def fit_steps(self, X, y=None, sample_weight=None):
        """Fit as a stream of ``Step``; ``restart`` counts the starts. The attributes hold the best run so far."""
        X, w = self._check(X, sample_weight)
        return self._steps(X, w, beginnings.number_of_starts(self.n_init, self.init))

    def _steps(self, X, w, n_starts):
        rng, tol = random_generator(self.random_state), self.tol and self.tol * mean_variance(X, w)
        run = bounded_lloyd if X.size * self.n_clusters >= LARGE else lloyd
        best, kept = np.inf, 0
        for restart in range(n_starts):
            history = {"inertia": [], "changed": []} | ({"centers": [], "labels": []} if self.keep_steps else {})
            for step in run(X, self._start(X, rng, w), w, self.max_iter, tol):
                for name, values in history.items():
                    values.append(getattr(step, name))
                if restart == kept or step.inertia < best * (1 - SAME):
                    best, kept = step.inertia, restart
                    self.cluster_centers_, self.labels_, self.inertia_ = step.centers, step.labels, step.inertia
                    self.n_iter_, self.history_ = step.iteration, history
                yield step._replace(restart=restart)
        beginnings.warn_of_surplus(X, w, self.labels_, self.n_clusters)

    def _check(self, X, sample_weight):
        check_number("n_clusters", self.n_clusters, integer=True, at_least=1)
        check_number("max_iter", self.max_iter, integer=True, at_least=1)
        check_number("tol", self.tol, at_least=0)
        X = validate_data(self, X, dtype=[np.float64, np.float32], order="C", ensure_all_finite=False)
        check_entries(X, "KMeans")
        if self.n_clusters > len(X):
            raise InvalidArgumentError(
                f"n_clusters={self.n_clusters} must be at most the number of samples, n_samples={len(X)}."
            )
        if sample_weight is None:
            return X, None
        return X, _check_sample_weight(sample_weight, X, dtype=np.float64, ensure_non_negative=True)

    def _start(self, X, rng, w):
        if not isinstance(self.init, str):
            return beginnings.given_centers(self.init, self.n_clusters, X)
        plus_plus = beginnings.screened_plus_plus_centers if X.size * self.n_clusters >= LARGER else plus_plus_centers
        starts = {"k-means++": plus_plus, "random": beginnings.random_centers}
        return starts[check_choice("init", self.init, starts)](X, self.n_clusters, rng, w)

    def predict(self, X):
        """The nearest centre of each row of X: int (n,)."""
        return nearest(self._check_new(X), self.cluster_centers_)

    def transform(self, X):
        """The distance of each row of X to each centre, (n, n_clusters)."""
        X = self._check_new(X)
        return np.sqrt(squared_distances(X, self.cluster_centers_)).astype(X.dtype, copy=False)

    def score(self, X, y=None, sample_weight=None):
        """Minus the inertia of X around the centres, so that more is better; ``y`` is ignored."""
        X = self._check_new(X)
        w = None if sample_weight is None else _check_sample_weight(sample_weight, X, dtype=np.float64)
        return -inertia(own_distances(X, self.cluster_centers_, nearest(X, self.cluster_centers_)), w)

    def _check_new(self, X):
        return np.ascontiguousarray(checked_rows(self, X))

    @property
    def _n_features_out(self):
        return self.n_clusters

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags
