"""Standardise plain arrays with the mean and the deviation of the training part."""

import numpy as np
from sklearn.base import BaseEstimator, OneToOneFeatureMixin, TransformerMixin
from sklearn.utils.validation import check_is_fitted, validate_data


class Standardize(OneToOneFeatureMixin, TransformerMixin, BaseEstimator):
    """Subtract the mean of each column and divide by its standard deviation, both learnt in ``fit``.

    A constant column is only centred: its deviation counts as 1. Sums are in float64 whatever the input.

    Attributes
    ----------
    mean_, scale_ : ndarrays (n_features,)

    Examples
    --------
    >>> Standardize().fit([[0.0], [4.0]]).transform([[0.0], [4.0], [2.0]]).ravel().tolist()
    [-1.0, 1.0, 0.0]
    """

    def fit(self, X, y=None):
        """Learn mean and deviation of each column of X (n_samples, n_features)."""
        X = validate_data(self, X, dtype=[np.float64, np.float32])
        self.mean_, self.scale_ = center_and_scale(X)
        return self

    def transform(self, X):
        """X, centred and scaled; float32 stays float32."""
        check_is_fitted(self)
        X = validate_data(self, X, dtype=[np.float64, np.float32], reset=False)
        return ((X - self.mean_) / self.scale_).astype(X.dtype, copy=False)

    def inverse_transform(self, X):
        """Back to the units of the data."""
        check_is_fitted(self)
        X = validate_data(self, X, dtype=[np.float64, np.float32], reset=False)
        return (X * self.scale_ + self.mean_).astype(X.dtype, copy=False)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags


def center_and_scale(X):
    """Mean and standard deviation of each column in float64; 1 for a column whose deviation is only rounding.

    >>> center_and_scale(np.array([[1.0, 5.0], [3.0, 5.0]]))
    (array([2., 5.]), array([1., 1.]))
    """
    X = np.asarray(X)
    mean = X.mean(axis=0, dtype=np.float64)
    deviation = np.sqrt(np.mean((X - mean) ** 2, axis=0, dtype=np.float64))
    # The rounding of the mean itself is up to eps |mean| per column; a deviation of that size is none.
    noise = 10 * np.finfo(X.dtype).eps * np.abs(mean) if np.issubdtype(X.dtype, np.floating) else 0.0
    return mean, np.where(deviation > noise, deviation, 1.0)
