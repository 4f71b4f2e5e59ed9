"""k nearest neighbours: answer as the closest known points answer.

Nothing is fitted: the training rows are kept, and a prediction looks for the k of them that are nearest to the query,

    N(q) = the k indices i with the smallest d(q, x_i),

then lets them vote (classification) or averages their targets (regression), each with weight 1 or 1 / d(q, x_i).

The steps, in the order they run: ``distances``, ``nearest``, ``neighbor_weights``, and ``vote`` or ``average``.

Ties. Of two points at the same distance (as computed in float64) the one with the smaller training index is nearer. Of
two classes with equally many votes the smaller one wins. So an answer depends on the data alone.

Letters: n training rows X (n, d) with d features, m queries Q (m, d), k neighbours, K classes.

The functions are the whole algorithm, exact and slow: every query against every row. The classes ask ``Search`` in
``_nearest_neighbors_search.py``, which finds the same neighbours and the same distances with less work;
``_nearest_neighbors_estimator.py`` holds the checks of the input and ``kneighbors``.

Not here: approximate search, other metrics, radius neighbours, sparse input, several targets at once.

Sources: Fix and Hodges 1951; Cover and Hart, "Nearest neighbor pattern classification", IEEE Trans. Inf. Theory 1967;
Dudani, "The distance-weighted k-nearest-neighbor rule", IEEE Trans. SMC 1976.
"""

import numpy as np
from sklearn.base import ClassifierMixin, RegressorMixin
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import validate_data

from scratchwork.arrays import check_choice, check_number
from scratchwork.models._nearest_neighbors_bounds import METRICS, paired_distances, unit_rows
from scratchwork.models._nearest_neighbors_estimator import DTYPES, NeighborsEstimator


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
    check_choice("metric", metric, METRICS)
    if metric == "cosine":
        Q, X = unit_rows(Q, "Q"), unit_rows(X, "X")
    return np.stack([paired_distances(X, q[None], metric) for q in Q])


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
    check_number("k", k, integer=True, at_least=1, at_most=D.shape[1])
    indices = np.argsort(D, axis=1, kind="stable")[:, :k]
    return np.take_along_axis(D, indices, axis=1), indices


def neighbor_weights(D, weights="uniform"):
    """What each neighbour's voice counts, (m, k): 1, or in proportion to 1 / distance.

    Only proportions matter, so a row is d_nearest / d, which cannot overflow however close the neighbours are. Where a
    query coincides with training rows, these alone are heard, equally: the limit of 1 / d.

    >>> neighbor_weights(np.array([[1.0, 2.0], [0.0, 2.0]]), "distance")
    array([[1. , 0.5],
           [1. , 0. ]])
    """
    if weights == "uniform":
        return np.ones(D.shape)
    closest = D[:, :1]
    return np.where(closest == 0, D == 0, closest / np.where(D == 0, 1, D)).astype(np.float64)


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
    m = len(codes)
    ballot = np.arange(m)[:, None] * n_classes + codes  # one box for each query and class
    votes = np.bincount(ballot.ravel(), W.ravel(), minlength=m * n_classes).reshape(m, n_classes)
    return votes / votes.sum(axis=1, keepdims=True)


def average(targets, W):
    """The weighted mean of the neighbours' targets, (m, k) -> (m,).

    >>> average(np.array([[1.0, 4.0]]), np.array([[2.0, 1.0]]))
    array([2.])
    """
    return (targets * W).sum(axis=1) / W.sum(axis=1)


class KNeighborsClassifier(ClassifierMixin, NeighborsEstimator):
    """Classification by the vote of the k nearest training rows.

    Parameters
    ----------
    n_neighbors : int, default 5
        k. Odd numbers avoid ties between two classes.
    weights : {"uniform", "distance"}, default "uniform"
        One voice each, or one in proportion to 1 / distance.
    metric : {"euclidean", "manhattan", "cosine"}, default "euclidean"

    Attributes
    ----------
    classes_ : ndarray of shape (K,)
        The labels, sorted.
    X_ : ndarray of shape (n, d)
        The training rows; of length 1 under the cosine metric.
    y_ : ndarray of shape (n,)
        Their classes as positions in ``classes_``.
    n_samples_fit_, n_features_in_ : int

    Examples
    --------
    >>> model = KNeighborsClassifier(n_neighbors=3).fit([[0.0], [1.0], [2.0], [9.0]], ["low", "low", "high", "high"])
    >>> model.predict([[0.5]]).tolist(), model.predict_proba([[0.5]]).round(2).tolist()
    (['low'], [[0.33, 0.67]])

    References
    ----------
    Cover and Hart, "Nearest neighbor pattern classification", IEEE Trans. Information Theory 13, 1967.
    """

    def fit(self, X, y):
        """Keep the rows ``X`` (n, d) and their labels ``y`` (n,); return self."""
        X, y = validate_data(self, X, y, dtype=DTYPES, order="C")
        check_classification_targets(y)
        self._keep(X)
        self.classes_, self.y_ = np.unique(y, return_inverse=True)
        return self

    def predict_proba(self, X):
        """The share of the votes of each class, (m, K), columns in the order of ``classes_``."""
        shares = [self._shares(D, I) for D, I in self._neighbors_in_blocks(X)]
        return np.concatenate(shares).astype(self._distance_dtype, copy=False)

    def predict(self, X):
        """The class with the most votes, (m,); the smaller one of a tie."""
        return np.concatenate([self.predict_from(D, I) for D, I in self._neighbors_in_blocks(X)])

    def predict_from(self, D, I):
        """The prediction from neighbours already found: ``distances`` and ``indices`` (m, k) of ``kneighbors``.

        Leaving out the last columns gives the answers of smaller k without another search.
        """
        return self.classes_[self._shares(D, I).argmax(axis=1)]

    def _shares(self, D, I):
        return vote(self.y_[I], neighbor_weights(D, self.weights), len(self.classes_))


class KNeighborsRegressor(RegressorMixin, NeighborsEstimator):
    """Regression by the mean target of the k nearest training rows.

    Parameters
    ----------
    n_neighbors : int, default 5
        k. More neighbours give a smoother answer.
    weights : {"uniform", "distance"}, default "uniform"
        The plain mean, or one weighted in proportion to 1 / distance.
    metric : {"euclidean", "manhattan", "cosine"}, default "euclidean"

    Attributes
    ----------
    X_ : ndarray of shape (n, d)
        The training rows; of length 1 under the cosine metric.
    y_ : ndarray of shape (n,)
        Their targets.
    n_samples_fit_, n_features_in_ : int

    Examples
    --------
    >>> model = KNeighborsRegressor(n_neighbors=2).fit([[0.0], [1.0], [2.0], [9.0]], [0.0, 1.0, 4.0, 81.0])
    >>> model.predict([[1.2]]).tolist()
    [2.5]
    """

    def fit(self, X, y):
        """Keep the rows ``X`` (n, d) and their targets ``y`` (n,); return self."""
        X, y = validate_data(self, X, y, dtype=DTYPES, order="C", y_numeric=True)
        self._keep(X)
        self.y_ = np.array(y, dtype=y.dtype if y.dtype == np.float32 else np.float64)
        return self

    def predict(self, X):
        """The mean target of the neighbours, (m,), in the type of the targets."""
        return np.concatenate([self.predict_from(D, I) for D, I in self._neighbors_in_blocks(X)])

    def predict_from(self, D, I):
        """The prediction from neighbours already found: ``distances`` and ``indices`` (m, k) of ``kneighbors``."""
        means = average(self.y_[I], neighbor_weights(D, self.weights))
        return means.astype(self.y_.dtype, copy=False)
