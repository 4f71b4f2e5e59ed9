"""Exercise: k-means, from the starting centres to convergence.

Split n points into k groups so that the points lie close to the centre of their own group: minimise the inertia
J = sum_i w_i |x_i - c_{l_i}|^2 over the labels l and the centres c.

Fill in the steps in their order. Everything else is given: the imports, which the model's own solution uses and yours
need not, and the class at the end, which only calls your steps. Feedback, as often as you like, from the top folder:

    python -m doctest exercises/kmeans.py             the small examples in the docstrings
    scratchwork check exercises/kmeans.py --hints 1   what is wrong; 2 also says where, 3 also what to try
    python exercises/hint.py kmeans STEP --level 1    a question that helps; levels 2 and 3 say more

The solution is the model itself, src/scratchwork/models/kmeans.py; ``python exercises/solve.py kmeans`` pastes it in.

Letters: n points, d features, k clusters; X (n, d), centers (k, d), labels (n,), distances (n,) are squared and to the own
centre, sample_weight (n,) or None says how often each row is meant.
"""

# ruff: noqa: F401

import numpy as np

from scratchwork.models._kmeans_common import Step, data_order, draw
from scratchwork.models._kmeans_distances import nearest_of, squared_distances
from scratchwork.models._kmeans_empty import fill_empty_clusters, settled


def plus_plus_centers(X, n_clusters, rng, sample_weight=None):
    """Starting centres (k, d): each next one drawn with probability proportional to weight * distance so far.

    Of 2 + ln k candidates the one that leaves the smallest inertia is kept. Once every point lies on a centre, the
    centres that are left repeat the first.

    >>> X = np.array([[0.0], [0.0], [9.0]])
    >>> sorted(plus_plus_centers(X, 2, np.random.default_rng(0)).ravel().tolist())
    [0.0, 9.0]
    """
    raise NotImplementedError("step 1: plus_plus_centers")


def assign(X, centers):
    """The nearest centre of each point, the lowest index on a tie: labels (n,) and squared distances (n,).

    Distances that differ by no more than rounding (``_kmeans_distances.tie``) are a tie.

    >>> assign(np.array([[0.0], [1.0], [9.0]]), np.array([[0.0], [2.0]]))
    (array([0, 0, 1], dtype=int32), array([ 0.,  1., 49.]))
    """
    raise NotImplementedError("step 2: assign")


def inertia(distances, sample_weight=None):
    """J from the squared distances (n,) that ``assign`` returns."""
    raise NotImplementedError("step 3: inertia")


def move(X, labels, distances, n_clusters, sample_weight=None):
    """Centres (k, d) at the mean of their points; a cluster without points takes the point farthest from its centre.

    The mean minimises the sum of squares of its points, so J does not rise. A centre that owns no point adds nothing to
    J wherever it stands, so moving it onto a point does not raise J either.

    >>> X = np.array([[0.0], [1.0], [8.0]])
    >>> move(X, np.array([0, 0, 0]), np.array([0.0, 1.0, 64.0]), n_clusters=2).tolist()
    [[3.0], [8.0]]
    """
    raise NotImplementedError("step 4: move")


def lloyd(X, centers, sample_weight=None, max_iter=300, tol=0.0):
    """Assign and move in turn: one ``Step`` for the given centres, and one after each move.

    Ends when no label changes and every cluster owns a point (or none is left to own); when the squared movements of
    all centres sum to at most ``tol``; or after ``max_iter`` moves.
    """
    raise NotImplementedError("step 5: lloyd")


class KMeans:
    """Given: the best of ``n_init`` runs of your ``lloyd``."""

    def __init__(self, n_clusters=8, n_init=10, max_iter=300, random_state=None):
        self.n_clusters = n_clusters
        self.n_init = n_init
        self.max_iter = max_iter
        self.random_state = random_state

    def fit(self, X):
        X = np.array(X, dtype=np.float64)
        rng, best = np.random.default_rng(self.random_state), np.inf
        for _ in range(self.n_init):
            history = []
            for step in lloyd(X, plus_plus_centers(X, self.n_clusters, rng), max_iter=self.max_iter):
                history.append(step.inertia)
            if step.inertia < best:
                best, self.history_ = step.inertia, history
                self.cluster_centers_, self.labels_, self.inertia_ = step.centers, step.labels, step.inertia
        return self

    def predict(self, X):
        return assign(np.asarray(X, dtype=np.float64), self.cluster_centers_)[0]
