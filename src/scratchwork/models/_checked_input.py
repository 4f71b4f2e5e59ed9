"""The public door of a model: scikit-learn's checks, and a shortcut past them that accepts nothing they would refuse.

``validate_data`` takes about 100 microseconds, more than a small fit or the prediction of one row. A plain, finite,
two-dimensional float array passes every one of its checks unchanged; recognising one takes a tenth of that time.
"""

import math

import numpy as np
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

from scratchwork.blocks import map_blocks, row_blocks
from scratchwork.errors import InvalidArgumentError

FLOATS = (np.float64, np.float32)
MANY = 2**20  # numbers from which a sum is worth a second thread


def is_plain(X):
    """Whether ``X`` is a non-empty finite matrix of float64 or float32: what ``validate_data`` returns as it is."""
    if type(X) is not np.ndarray or X.ndim != 2 or X.dtype not in FLOATS or not X.size:
        return False
    # A sum is finite only if all of its terms are; one that overflows sends good data to the long way, no harm done.
    with np.errstate(over="ignore", invalid="ignore"):
        if X.size < MANY:
            return math.isfinite(X.sum())
        return all(
            map_blocks(lambda rows: math.isfinite(X[rows].sum()), row_blocks(len(X), max(1, MANY // X.shape[1])))
        )


def checked_training_set(estimator, X, y):
    """(X, y) for a classifier's ``fit``: X float64 or float32 (n, d), y (n,) of labels; sets ``n_features_in_``."""
    plain_labels = type(y) is np.ndarray and y.ndim == 1 and y.dtype.kind in "biuU"
    if plain_labels and is_plain(X) and len(X) == len(y) and not hasattr(estimator, "feature_names_in_"):
        estimator.n_features_in_ = X.shape[1]
        return X, y
    X, y = validate_data(estimator, X, y, dtype=FLOATS)
    check_classification_targets(y)
    return X, y


def checked_rows(estimator, X):
    """X float64 or float32 (n, d) for ``predict``, of as many features as the fitted ``estimator`` has seen."""
    check_is_fitted(estimator)
    if is_plain(X) and estimator.n_features_in_ == X.shape[1] and not hasattr(estimator, "feature_names_in_"):
        return X
    return validate_data(estimator, X, dtype=FLOATS, reset=False)


def checked_weights(sample_weight, n):
    """``sample_weight`` as a float64 array (n,) of numbers that are finite, not negative and not all zero."""
    if sample_weight is None:
        return np.ones(n)
    weights = np.asarray(sample_weight, dtype=np.float64)
    if weights.ndim == 0:
        weights = np.full(n, float(weights))
    if weights.shape != (n,):
        raise InvalidArgumentError(
            f"sample_weight has shape {weights.shape}; it must be ({n},), one weight for each row."
        )
    if not np.isfinite(weights).all() or (weights < 0).any():
        raise InvalidArgumentError("sample_weight must hold finite numbers of at least 0.")
    if not weights.any():
        raise InvalidArgumentError("sample_weight is zero for every row; some must be positive.")
    return weights
