"""What the two k-NN estimators share: the checks of what comes in, the rows they keep, and ``kneighbors``."""

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted, validate_data

from scratchwork.arrays import check_choice, check_number
from scratchwork.blocks import row_blocks
from scratchwork.errors import InvalidArgumentError
from scratchwork.models._nearest_neighbors_bounds import METRICS, check_size, unit_rows
from scratchwork.models._nearest_neighbors_search import Search

WEIGHTS = ("uniform", "distance")
DTYPES = [np.float64, np.float32, np.uint8, np.int8, np.uint16, np.int16]  # the small integers are exact in float32
QUERY_ROWS = 16384  # queries answered at a time, so that memory does not grow with their number


def without_self(D, I):
    """Of the k+1 neighbours of each training row, (n, k+1), all but the row itself, (n, k).

    Where more than k rows of smaller index coincide with it, the row is not in the list, and the last is left out.
    """
    keep = np.arange(len(I))[:, None] != I
    keep[keep.all(axis=1), -1] = False
    return D[keep].reshape(len(D), -1), I[keep].reshape(len(I), -1)


class NeighborsEstimator(BaseEstimator):
    """What both estimators share: they keep the rows, and find the nearest."""

    def __init__(self, n_neighbors=5, *, weights="uniform", metric="euclidean"):
        self.n_neighbors = n_neighbors
        self.weights = weights
        self.metric = metric

    def _keep(self, X):
        """Keep a copy of the checked rows, so that later changes of the caller's array change no answer."""
        check_choice("weights", self.weights, WEIGHTS)
        check_choice("metric", self.metric, METRICS)
        self._check_k(self.n_neighbors, len(X))
        check_size(X)
        self._distance_dtype = np.float32 if X.dtype == np.float32 else np.float64
        X = np.array(X, dtype=np.float64 if X.dtype == np.float64 else np.float32, order="C")
        self.X_ = unit_rows(X, "X") if self.metric == "cosine" else X
        self.n_samples_fit_ = len(X)
        self._prepare()

    def _prepare(self):
        """What can be made again from ``X_`` and the metric, for example after loading."""
        self._search = Search(self.X_, self.metric)

    @staticmethod
    def _check_k(k, n, alone=False):
        if type(k) is int and 0 < k < n:
            return
        check_number("n_neighbors", k, integer=True, at_least=1)
        if alone and k >= n:
            rule = f"the number of samples other than the query itself, {n - 1}"
            raise InvalidArgumentError(f"n_neighbors={k} must be at most {rule}.")
        if k > n:
            raise InvalidArgumentError(f"n_neighbors={k} must be at most the number of samples, n_samples={n}.")

    def _queries(self, X):
        """Checked queries. A plain array of the right form passes by a short cut: one dot product finds NaN and inf."""
        if not hasattr(self, "X_"):
            check_is_fitted(self, "X_")  # says so
        plain = type(X) is np.ndarray and X.dtype in (np.float32, np.float64) and not hasattr(self, "feature_names_in_")
        if not (plain and X.shape[1:] == self.X_.shape[1:] and len(X) and np.isfinite(np.vdot(X, X))):
            X = check_size(validate_data(self, X, reset=False, dtype=DTYPES))
        X = X if X.dtype == np.float64 else X.astype(np.float32, copy=False)
        return unit_rows(X, "X") if self._search.metric == "cosine" else X

    def _nearest(self, queries, k):
        """(distances, indices); distances are of float32 only if the rows and the queries came as float32."""
        D, I = self._search.nearest(queries, k)
        return D.astype(self._distance_dtype if queries.dtype == np.float32 else np.float64, copy=False), I

    def kneighbors(self, X=None, n_neighbors=None, return_distance=True):
        """The nearest training rows, nearest first.

        Parameters
        ----------
        X : array-like of shape (m, d), optional
            The queries. Without it every training row is a query, and is not its own neighbour.
        n_neighbors : int, optional
            How many; the estimator's ``n_neighbors`` if not given.
        return_distance : bool

        Returns
        -------
        distances : ndarray of shape (m, n_neighbors), only with ``return_distance``
        indices : ndarray of shape (m, n_neighbors)
        """
        queries = self.X_ if X is None else self._queries(X)
        k = self.n_neighbors if n_neighbors is None else n_neighbors
        self._check_k(k, self.n_samples_fit_, alone=X is None)
        D, I = self._nearest(queries, k + (X is None))
        if X is None:
            D, I = without_self(D, I)
        return (D, I) if return_distance else I

    def _neighbors_in_blocks(self, X):
        """(distances, indices) of the neighbours, (m, k) each, for a bounded number of queries at a time."""
        queries = self._queries(X)
        check_choice("weights", self.weights, WEIGHTS)
        self._check_k(self.n_neighbors, self.n_samples_fit_)
        for rows in row_blocks(len(queries), QUERY_ROWS):
            yield self._nearest(queries[rows], self.n_neighbors)
