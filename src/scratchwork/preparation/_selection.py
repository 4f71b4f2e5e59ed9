"""Which columns of a design matrix go with the target: one test each, corrected for their number.

Classes: the F test of one-way analysis of variance. Numbers: the t test of Pearson's correlation. The p values are corrected by
Benjamini and Hochberg (1995), so that of the columns kept about ``alpha`` are there by chance.
"""

import numpy as np


def univariate_p(X, y, classes):
    """p of each column of X (n, p) against y: ANOVA F for class codes, Pearson's t for numbers.

    >>> X = np.array([[0.0, 1], [0, -1], [1, 1], [1, -1]])
    >>> univariate_p(X, np.array([0.1, 0.0, 1.0, 1.1]), classes=False).round(3)
    array([0.005, 1.   ])
    """
    return anova_p(X, y) if classes else pearson_p(X, y)


def pearson_p(X, y):
    """Two-sided p of the correlation r: t = r sqrt((n - 2) / (1 - r**2)) has n - 2 degrees of freedom."""
    from scipy.special import stdtr

    n = len(y)
    centred, y = X - X.mean(axis=0), y - y.mean()
    scale = np.sqrt(np.sum(centred**2, axis=0) * np.sum(y**2))
    r = np.divide(centred.T @ y, scale, out=np.zeros(X.shape[1]), where=scale > 0)
    if n < 3:
        return np.ones(X.shape[1])
    t = np.abs(r) * np.sqrt((n - 2) / np.maximum(1 - r**2, 1e-300))
    return np.clip(2 * stdtr(n - 2, -t), 0, 1)


def anova_p(X, y):
    """p of F: the variance between the classes over the variance within them."""
    from scipy.special import fdtrc

    n, k = len(y), int(y.max()) + 1
    if k < 2 or n <= k:
        return np.ones(X.shape[1])
    counts = np.bincount(y, minlength=k).astype(float)
    centred = X - X.mean(axis=0)
    membership = np.zeros((k, n))
    membership[y, np.arange(n)] = 1.0
    means = (membership @ centred) / counts[:, None]
    between = counts @ means**2
    within = np.maximum(np.sum(centred**2, axis=0) - between, 0.0)
    F = np.divide(between / (k - 1), within / (n - k), out=np.full(X.shape[1], np.inf), where=within > 0)
    return np.where(between > 0, fdtrc(k - 1, n - k, F), 1.0)


def chosen(p_values, alpha):
    """Positions that pass the Benjamini-Hochberg procedure at ``alpha``; the single best when none does.

    >>> chosen(np.array([0.001, 0.5, 0.02]), 0.05).tolist(), chosen(np.array([0.9, 0.8]), 0.05).tolist()
    ([0, 2], [1])
    """
    order = np.argsort(p_values, kind="stable")
    passed = p_values[order] <= alpha * np.arange(1, len(order) + 1) / len(order)
    last = int(np.max(np.flatnonzero(passed))) if passed.any() else 0
    return np.sort(order[: last + 1])
