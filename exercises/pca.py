"""Exercise: principal component analysis.

Find the few directions in which the data vary most: the eigenvectors of the covariance, in falling order of their
eigenvalues, which are the variances.

Fill in the steps in their order. Everything else is given: the imports, which the model's own solution uses and yours
need not, and the class at the end, which only calls your steps. Feedback, as often as you like, from the top folder:

    python -m doctest exercises/pca.py             the small examples in the docstrings
    scratchwork check exercises/pca.py --hints 1   what is wrong; 2 also says where, 3 also what to try
    python exercises/hint.py pca STEP --level 1    a question that helps; levels 2 and 3 say more

The solution is the model itself, src/scratchwork/models/pca.py; ``python exercises/solve.py pca`` pastes it in.

Letters: n samples, d features, m components; X (n, d), mean (d,), directions (m, d) in rows, variances (m,).
"""

# ruff: noqa: F401

import numpy as np

from scratchwork.blocks import single_threaded_blas
from scratchwork.models._pca_gram import blocked_covariance
from scratchwork.models._pca_leading import leading_directions

# Sizes from which the model takes a faster route; you may leave these cases out.
LARGE = 2**20  # numbers in X from which the covariance is summed in blocks
MANY = 400  # features from which a few leading directions of float32 rows are found without the others
FEW = 10  # few: at most this part of the features


def covariance(X):
    """Mean (d,) and covariance (d, d) of the rows, in float64.

    >>> covariance(np.array([[0.0, 0.0], [2.0, 4.0]]))
    (array([1., 2.]), array([[2., 4.],
           [4., 8.]]))
    """
    raise NotImplementedError("step 1: covariance")


def tall_directions(cov):
    """Eigenvalues (d,) of a covariance (d, d) in falling order and their eigenvectors as rows (d, d)."""
    raise NotImplementedError("step 2: tall_directions")


def wide_directions(centred, wanted=None):
    """The same from the centred rows Z (n, d) with d > n: variances (n,) and the ``wanted`` first directions (m, d).

    The Z'u are orthogonal already, but those of vanishing variance are rounding alone; the Householder QR keeps the
    leading ones as they are and completes them.
    """
    raise NotImplementedError("step 3: wide_directions")


def principal_directions(X, wanted=None):
    """By the cheaper route: mean (d,), variances and directions in falling order, and the total variance.

    All directions, or at least the first ``wanted``.
    """
    raise NotImplementedError("step 4: principal_directions")


def fix_signs(directions):
    """Each row with the sign that makes its largest entry positive; of entries equal to 1e-6 the first decides.

    v and -v span the same line. A rule makes the answer the same on every machine.

    >>> fix_signs(np.array([[-3.0, 1.0], [0.6, -0.6]]))
    array([[ 3. , -1. ],
           [ 0.6, -0.6]])
    """
    raise NotImplementedError("step 5: fix_signs")


def components_for_share(ratios, share):
    """The smallest number of components whose shares of the variance sum to at least ``share``, up to rounding.

    >>> components_for_share(np.array([0.6, 0.3, 0.1]), 0.9)
    2
    """
    raise NotImplementedError("step 6: components_for_share")


class PCA:
    """Given: keeps what your steps find, and looks at data along it."""

    def __init__(self, n_components=2):
        self.n_components = n_components

    def fit(self, X):
        self.mean_, variances, directions, total = principal_directions(np.array(X, dtype=np.float64))
        self.components_ = fix_signs(directions[: self.n_components])
        self.explained_variance_ = np.maximum(variances[: self.n_components], 0)
        self.explained_variance_ratio_ = self.explained_variance_ / total
        return self

    def transform(self, X):
        return (np.asarray(X, dtype=np.float64) - self.mean_) @ self.components_.T

    def inverse_transform(self, scores):
        return np.asarray(scores) @ self.components_ + self.mean_
