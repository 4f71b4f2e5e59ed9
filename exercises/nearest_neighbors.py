"""Exercise: k nearest neighbours.

Answer as the closest known points answer: look for the k training rows nearest to the query, and let them vote
(classification) or average their targets (regression).

Fill in the steps in their order. Everything else is given: the imports, which the model's own solution uses and yours
need not, and the class at the end, which only calls your steps. Feedback, as often as you like, from the top folder:

    python -m doctest exercises/nearest_neighbors.py             the small examples in the docstrings
    scratchwork check exercises/nearest_neighbors.py --hints 1   what is wrong; 2 also says where, 3 also what to try
    python exercises/hint.py nearest_neighbors STEP --level 1    a question that helps; levels 2 and 3 say more

The solution is the model itself, src/scratchwork/models/nearest_neighbors.py; ``python exercises/solve.py nearest_neighbors`` pastes it in.

Letters: n training rows X (n, d) with d features, m queries Q (m, d), k neighbours, K classes.
"""

# ruff: noqa: F401

import numpy as np

from scratchwork.arrays import check_choice, check_number
from scratchwork.models._nearest_neighbors_bounds import METRICS, paired_distances, unit_rows


def distances(Q, X, metric="euclidean"):
    """The distance of every query to every row, from the differences themselves.

    |q - x|^2 = |q|^2 - 2 q.x + |x|^2 would be one matrix product, but far from the origin it subtracts large numbers
    that agree in nearly all their digits. The difference q - x is exact to rounding there, and d(x, x) is exactly 0.

    Parameters
    ----------
    Q : ndarray of shape (m, d)
    X : ndarray of shape (n, d)
    metric : {"euclidean", "manhattan", "cosine"}
        sqrt(sum (q - x)^2); sum |q - x|; 1 - cos of the angle, which is |u - v|^2 / 2 of the unit vectors u, v.

    Returns
    -------
    ndarray of shape (m, n), float64

    Examples
    --------
    >>> distances(np.array([[0.0, 0.0]]), np.array([[3.0, 4.0], [0.0, 0.0]]))
    array([[5., 0.]])
    >>> distances(np.array([[0.0, 0.0]]), np.array([[3.0, 4.0], [0.0, 0.0]]), metric="manhattan")
    array([[7., 0.]])
    """
    raise NotImplementedError("step 1: distances")


def nearest(D, k):
    """The k smallest entries of each row, nearest first; the stable sort puts equal distances in order of index.

    Parameters
    ----------
    D : ndarray of shape (m, n)
    k : int, 1 to n

    Returns
    -------
    distances, indices : ndarray of shape (m, k)

    Examples
    --------
    >>> nearest(np.array([[2.0, 1.0, 2.0, 0.5]]), 3)
    (array([[0.5, 1. , 2. ]]), array([[3, 1, 0]]))
    """
    raise NotImplementedError("step 2: nearest")


def neighbor_weights(D, weights="uniform"):
    """What each neighbour's voice counts, (m, k): 1, or in proportion to 1 / distance.

    Only proportions matter, so a row is d_nearest / d, which cannot overflow however close the neighbours are. Where a
    query coincides with training rows, these alone are heard, equally: the limit of 1 / d.

    >>> neighbor_weights(np.array([[1.0, 2.0], [0.0, 2.0]]), "distance")
    array([[1. , 0.5],
           [1. , 0. ]])
    """
    raise NotImplementedError("step 3: neighbor_weights")


def vote(codes, W, n_classes):
    """The share of the votes of each class.

    Parameters
    ----------
    codes : ndarray of shape (m, k), int
        The neighbours' classes as 0..n_classes-1.
    W : ndarray of shape (m, k)
        Their weights.
    n_classes : int

    Returns
    -------
    ndarray of shape (m, n_classes); each row sums to 1. Its first maximum is the winner: the smaller class of a tie.

    Examples
    --------
    >>> vote(np.array([[0, 1, 1, 2]]), np.ones((1, 4)), 3)
    array([[0.25, 0.5 , 0.25]])
    """
    raise NotImplementedError("step 4: vote")


def average(targets, W):
    """The weighted mean of the neighbours' targets, (m, k) -> (m,).

    >>> average(np.array([[1.0, 4.0]]), np.array([[2.0, 1.0]]))
    array([2.])
    """
    raise NotImplementedError("step 5: average")


class KNeighborsClassifier:
    """Given: keeps the training rows and asks your steps."""

    def __init__(self, n_neighbors=5, weights="uniform", metric="euclidean"):
        self.n_neighbors = n_neighbors
        self.weights = weights
        self.metric = metric

    def fit(self, X, y):
        self.X_ = np.array(X, dtype=np.float64)
        if not np.isfinite(self.X_).all():
            raise ValueError(
                "X must be finite: every comparison with NaN is false, so NaN would be nearest to anything."
            )
        self.classes_, self.y_ = np.unique(y, return_inverse=True)
        return self

    def predict_proba(self, X):
        D, I = nearest(distances(np.asarray(X, dtype=np.float64), self.X_, self.metric), self.n_neighbors)
        return vote(self.y_[I], neighbor_weights(D, self.weights), len(self.classes_))

    def predict(self, X):
        return self.classes_[self.predict_proba(X).argmax(axis=1)]


class KNeighborsRegressor:
    """Given: the same with means in place of votes."""

    def __init__(self, n_neighbors=5, weights="uniform", metric="euclidean"):
        self.n_neighbors = n_neighbors
        self.weights = weights
        self.metric = metric

    def fit(self, X, y):
        self.X_, self.y_ = np.array(X, dtype=np.float64), np.array(y, dtype=np.float64)
        if not np.isfinite(self.X_).all():
            raise ValueError(
                "X must be finite: every comparison with NaN is false, so NaN would be nearest to anything."
            )
        return self

    def predict(self, X):
        D, I = nearest(distances(np.asarray(X, dtype=np.float64), self.X_, self.metric), self.n_neighbors)
        return average(self.y_[I], neighbor_weights(D, self.weights))
