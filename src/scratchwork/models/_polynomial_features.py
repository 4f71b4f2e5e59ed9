"""Products of features, so that a model linear in them can draw curves."""

from itertools import combinations_with_replacement

import numpy as np


def map_features(X, degree):
    """All products of up to ``degree`` features: x1, x2, x1^2, x1 x2, x2^2, x1^3, ... without the constant 1.

    X (n, d) becomes (n, (d + degree)! / (d! degree!) - 1).

    >>> map_features(np.array([[2.0, 3.0]]), degree=2)
    array([[2., 3., 4., 6., 9.]])
    """
    X = np.asarray(X)
    degrees = range(1, degree + 1)
    terms = [term for size in degrees for term in combinations_with_replacement(range(X.shape[1]), size)]
    return np.stack([X[:, term].prod(axis=1) for term in terms], axis=1)
