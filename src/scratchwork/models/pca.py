"""PCA: the few directions in which the data vary most, and the data seen along them.

Objective: orthonormal rows v_1 .. v_m of V (m, d) that keep as much of the variance as possible,

    maximise  sum_j v_j' S v_j     where S = (X - mean)'(X - mean) / (n - 1) is the covariance, (d, d).

The maximum of v'Sv over unit vectors is the largest eigenvalue of S, taken at its eigenvector; the next direction,
orthogonal to it, is the next eigenvector. So the steps are: centre, covariance, eigenvectors in falling order of
variance, signs. The eigenvalues are the variances.

V V' = I (m, m) says that the directions are orthonormal. V' V (d, d) is the projection: it takes a centred row to the
nearest point of the plane that the directions span, and it is the identity only when m = d.

Wide data (d > n) have a cheaper route. With Z = X - mean, Z Z' (n, n) has the same eigenvalues as Z'Z, up to zeros, and
Z Z' u = s u gives Z'Z (Z'u) = s (Z'u): the directions are the Z'u, made orthonormal.

Letters: n samples, d features, m components; X (n, d), mean (d,), V (m, d) the components, variances (m,).

Not here: sparse input, randomised and incremental solvers. The covariance of many rows is summed in blocks in
``_pca_gram``, and a few leading directions out of many are found by themselves in ``_pca_leading``, with the same result.

Sources: K. Pearson, On lines and planes of closest fit to systems of points in space, Phil. Mag. 2 (1901);
C. Bishop, Pattern Recognition and Machine Learning (2006), sections 12.1.1 and 12.1.4 (high-dimensional data).
"""

import numbers

import numpy as np
from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.utils.validation import check_array, check_is_fitted, validate_data

from scratchwork.arrays import check_number
from scratchwork.blocks import map_blocks, row_blocks, single_threaded_blas
from scratchwork.errors import InvalidArgumentError
from scratchwork.models._checked_input import checked_rows
from scratchwork.models._pca_gram import blocked_covariance
from scratchwork.models._pca_leading import leading_directions
from scratchwork.models._squares import check_entries

LARGE = 2**20  # numbers in X from which the covariance is summed in blocks
MANY = 400  # features from which a few leading directions of float32 rows are found without the others
FEW = 10  # few: at most this part of the features


def covariance(X):
    """Mean (d,) and covariance (d, d) of the rows, in float64.

    >>> covariance(np.array([[0.0, 0.0], [2.0, 4.0]]))
    (array([1., 2.]), array([[2., 4.],
           [4., 8.]]))
    """
    mean = X.mean(axis=0, dtype=np.float64)
    centred = X - mean
    return mean, centred.T @ centred / (len(X) - 1)


def tall_directions(cov):
    """Eigenvalues (d,) of a covariance (d, d) in falling order and their eigenvectors as rows (d, d)."""
    variances, vectors = np.linalg.eigh(cov)
    return variances[::-1], vectors[:, ::-1].T


def wide_directions(centred, wanted=None):
    """The same from the centred rows Z (n, d) with d > n: variances (n,) and the ``wanted`` first directions (m, d).

    The Z'u are orthogonal already, but those of vanishing variance are rounding alone; the Householder QR keeps the
    leading ones as they are and completes them.
    """
    variances, vectors = np.linalg.eigh(centred @ centred.T / (len(centred) - 1))
    directions, _ = np.linalg.qr(centred.T @ vectors[:, ::-1][:, :wanted])
    return variances[::-1], directions.T


def principal_directions(X, wanted=None):
    """By the cheaper route: mean (d,), variances and directions in falling order, and the total variance.

    All directions, or at least the first ``wanted``.
    """
    if X.shape[1] > len(X):
        mean = X.mean(axis=0, dtype=np.float64)
        variances, directions = wide_directions(X - mean, wanted)
        return mean, variances, directions, float(variances.sum())
    if X.size < LARGE:
        mean, cov = covariance(X)
        return mean, *tall_directions(cov), float(np.trace(cov))
    mean, cov = blocked_covariance(X)
    with single_threaded_blas():  # an eigensolve gains little from a second thread, and loses much where cores are busy
        few = wanted is not None and wanted * FEW <= len(cov) >= MANY and X.dtype == np.float32
        leading = leading_directions(cov, wanted) if few else None
        return mean, *(leading or tall_directions(cov)), float(np.trace(cov))


def fix_signs(directions):
    """Each row with the sign that makes its largest entry positive; of entries equal to 1e-6 the first decides.

    v and -v span the same line. A rule makes the answer the same on every machine.

    >>> fix_signs(np.array([[-3.0, 1.0], [0.6, -0.6]]))
    array([[ 3. , -1. ],
           [ 0.6, -0.6]])
    """
    size = np.abs(directions)
    first = np.argmax(size >= size.max(axis=1, keepdims=True) * (1 - 1e-6), axis=1)
    return directions * np.where(directions[np.arange(len(directions)), first] < 0, -1.0, 1.0)[:, None]


def components_for_share(ratios, share):
    """The smallest number of components whose shares of the variance sum to at least ``share``, up to rounding.

    >>> components_for_share(np.array([0.6, 0.3, 0.1]), 0.9)
    2
    """
    enough = np.cumsum(ratios) >= share * (1 - 1e-12)
    return int(np.argmax(enough)) + 1 if enough.any() else len(ratios)


class PCA(ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseEstimator):
    """Principal component analysis.

    Parameters
    ----------
    n_components : int, float or None, default=None
        How many: an integer from 1 to min(n_samples, n_features); or the share of the variance to keep, a float above 0
        and at most 1; or None for all.
    whiten : bool, default=False
        Whether ``transform`` divides each component by its standard deviation.

    Attributes
    ----------
    components_ : ndarray of shape (n_components_, n_features)
        Orthonormal directions in falling order of variance. The largest entry of each is positive.
    explained_variance_, explained_variance_ratio_ : ndarray of shape (n_components_,)
        Variance along each direction (divisor n - 1), and its share of the whole. Below about 1e-16 of the largest
        (1e-7 in float32 with blocks), a variance is rounding.
    singular_values_ : ndarray of shape (n_components_,)
        Of the centred data: sqrt((n - 1) * explained_variance_).
    mean_ : ndarray of shape (n_features,)
    n_components_ : int
    noise_variance_ : float
        Mean variance of the directions left out; 0 when none is.

    Examples
    --------
    >>> X = np.array([[1.0, 2.0], [2.0, 4.0], [3.0, 6.0]])
    >>> pca = PCA(n_components=1).fit(X)
    >>> pca.components_.round(3), pca.explained_variance_ratio_.round(3)
    (array([[0.447, 0.894]]), array([1.]))
    >>> pca.inverse_transform(pca.transform(X)).round(3).tolist()
    [[1.0, 2.0], [2.0, 4.0], [3.0, 6.0]]
    """

    def __init__(self, n_components=None, *, whiten=False):
        self.n_components = n_components
        self.whiten = whiten

    def fit(self, X, y=None):
        """Find the directions of X (n_samples, n_features), at least two rows; ``y`` is ignored. Returns self."""
        X = validate_data(
            self, X, dtype=[np.float64, np.float32], order="C", ensure_min_samples=2, ensure_all_finite=False
        )
        self._check_n_components(X.shape)
        if X.shape[1] > len(X) or X.size < LARGE:  # else the sums in blocks tell
            check_entries(X, "PCA")
        wanted = int(self.n_components) if isinstance(self.n_components, numbers.Integral) else None
        mean, variances, directions, total = principal_directions(X, wanted)
        variances = np.maximum(variances, 0)  # of no variance, the eigenvalue may come out slightly negative
        ratios = variances / total if total > 0 else np.zeros_like(variances)
        m = self._number_of_components(ratios)
        self.n_components_ = m
        self.mean_ = mean.astype(X.dtype)
        self.components_ = fix_signs(directions[:m]).astype(X.dtype)
        self.explained_variance_ = variances[:m].astype(X.dtype)
        self.explained_variance_ratio_ = ratios[:m].astype(X.dtype)
        self.singular_values_ = np.sqrt((len(X) - 1) * variances[:m]).astype(X.dtype)
        left = min(X.shape) - m
        self.noise_variance_ = float(max(total - variances[:m].sum(), 0) / left) if left else 0.0
        return self

    def transform(self, X):
        """The rows of X along the directions, (n, n_components_). Learns nothing."""
        X = checked_rows(self, X)
        scores = np.empty((len(X), self.n_components_), dtype=X.dtype)

        def partial(rows):
            scores[rows] = (X[rows] - self.mean_) @ self.components_.T

        map_blocks(partial, row_blocks(len(X), max(1, LARGE // X.shape[1])))
        return scores / self._scale().astype(X.dtype) if self.whiten else scores

    def inverse_transform(self, X):
        """Back from scores (n, n_components_) to rows (n, n_features): the nearest ones the components can express."""
        check_is_fitted(self)
        scores = check_array(X, dtype=[np.float64, np.float32], input_name="X")
        if scores.shape[1] != self.n_components_:
            raise InvalidArgumentError(
                f"X has {scores.shape[1]} columns, but must have one for each component, {self.n_components_}."
            )
        if self.whiten:
            scores = scores * self._scale()
        return (scores @ self.components_ + self.mean_).astype(scores.dtype, copy=False)

    def _scale(self):
        """Standard deviations, and 1 where the variance is rounding alone: what is 0 stays 0."""
        variances = self.explained_variance_
        rounding = np.finfo(variances.dtype).eps * max(self.components_.shape) * variances[0]
        return np.sqrt(np.where(variances > rounding, variances, 1))

    def _check_n_components(self, shape):
        wanted, most = self.n_components, min(shape)
        if wanted is None:
            return
        if isinstance(wanted, numbers.Integral):
            check_number("n_components", wanted, integer=True, at_least=1)
            if wanted > most:
                raise InvalidArgumentError(
                    f"n_components={wanted} must be at most min(n_samples, n_features) = {most} for X of shape {shape}."
                )
        else:
            check_number("n_components", wanted, above=0, at_most=1)

    def _number_of_components(self, ratios):
        if self.n_components is None:
            return len(ratios)
        if isinstance(self.n_components, numbers.Integral):
            return int(self.n_components)
        return components_for_share(ratios, self.n_components)

    @property
    def _n_features_out(self):
        return self.n_components_

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags
