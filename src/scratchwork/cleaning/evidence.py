"""How well one column alone tells the target: the measure behind every suspicion of a leak.

The column is cut into groups (its levels, or up to 50 bins of equal size; missing is a group of its own). In five folds, each
row is predicted from the rows of the other folds in its group. Classes are scored by balanced accuracy (chance is one over
the number of classes), numbers by the share of the variance that is explained (chance is 0).
"""

import numpy as np
import pandas as pd

FOLDS = 5
BINS = 50
ROWS_PER_BIN = 8


def groups_of(column):
    """Codes 0..k-1 of a column's groups; missing is the last group.

    >>> groups_of(pd.Series(["b", None, "a", "b"])).tolist()
    [0, 2, 1, 0]
    """
    if isinstance(column.dtype, pd.CategoricalDtype):
        codes = column.cat.codes.to_numpy().astype(np.int64)
    elif pd.api.types.is_numeric_dtype(column) or pd.api.types.is_datetime64_any_dtype(column):
        codes = bins_of(column)
    else:
        codes = pd.factorize(column)[0]
    return np.where(codes < 0, codes.max(initial=-1) + 1, codes)


def bins_of(column):
    """Codes of bins of about equal size, -1 where missing; each different value is a bin when there are few."""
    values = numbers_of(column)
    known = np.isfinite(values)
    distinct = np.unique(values[known])
    count = int(np.clip(known.sum() // ROWS_PER_BIN, 2, BINS))
    if len(distinct) > count:
        distinct = np.unique(np.quantile(values[known], np.linspace(0, 1, count + 1)[1:-1]))
        return np.where(known, np.searchsorted(distinct, values, side="right"), -1)
    return np.where(known, np.searchsorted(distinct, values), -1)


def numbers_of(column):
    """A numeric or date column as float64; dates in days."""
    if pd.api.types.is_datetime64_any_dtype(column):
        values = column.to_numpy().astype("datetime64[us]").astype(np.int64).astype(np.float64)
        return np.where(column.isna().to_numpy(), np.nan, values / 86_400e6)
    return column.to_numpy(dtype=np.float64, na_value=np.nan)


def folds_of(n, seed=0):
    """A fold 0..4 for each row, at random but always the same."""
    return np.random.default_rng(seed).permutation(n) % FOLDS


def class_score(groups, classes, folds):
    """Balanced accuracy of telling ``classes`` (codes) from ``groups`` out of fold.

    >>> classes = np.arange(40) % 2
    >>> class_score(classes, classes, folds_of(40)), class_score(np.zeros(40, int), classes, folds_of(40))
    (1.0, 0.5)
    """
    n_groups, n_classes = groups.max() + 1, classes.max() + 1
    shape = (FOLDS, n_groups, n_classes)
    cube = np.bincount(np.ravel_multi_index((folds, groups, classes), shape), minlength=np.prod(shape)).reshape(shape)
    others = cube.sum(0) - cube
    # Dividing by the class sizes makes the guess the class most over-represented in the group: balanced accuracy asks for it.
    weighted = others / np.maximum(others.sum(1, keepdims=True), 1)
    guess = np.where(others.sum(2) > 0, weighted.argmax(2), others.sum(1).argmax(1)[:, None])
    right = guess[folds, groups] == classes
    return float(np.mean([right[classes == label].mean() for label in range(n_classes) if np.any(classes == label)]))


def number_score(groups, target, folds):
    """Share of the variance of a numeric ``target`` explained by ``groups`` out of fold; at least 0."""
    n_groups = groups.max() + 1
    index = folds * n_groups + groups
    counts = np.bincount(index, minlength=FOLDS * n_groups).reshape(FOLDS, n_groups)
    sums = np.bincount(index, weights=target, minlength=FOLDS * n_groups).reshape(FOLDS, n_groups)
    count, total = counts.sum(0) - counts, sums.sum(0) - sums
    mean = np.where(count > 0, total / np.maximum(count, 1), (total.sum(1) / np.maximum(count.sum(1), 1))[:, None])
    residual = target - mean[folds, groups]
    spread = np.sum((target - target.mean()) ** 2)
    return float(max(0.0, 1 - np.sum(residual**2) / spread)) if spread > 0 else 0.0


def best_threshold(values, classes):
    """Balanced accuracy of the best single cut of a numeric column between two classes; 0.5 when there are not two.

    >>> best_threshold(np.array([1.0, 2, 3, 4]), np.array([0, 0, 1, 1]))
    1.0
    """
    known = np.isfinite(values)
    values, classes = values[known], classes[known]
    n_one, n_zero = int(np.sum(classes == 1)), int(np.sum(classes == 0))
    if classes.max(initial=0) != 1 or min(n_one, n_zero) == 0:
        return 0.5
    order = np.argsort(values, kind="stable")
    ones, zeros = np.cumsum(classes[order] == 1), np.cumsum(classes[order] == 0)
    cuts = np.flatnonzero(np.diff(values[order]) > 0)
    if not len(cuts):
        return 0.5
    gain = zeros[cuts] / n_zero - ones[cuts] / n_one
    return float(0.5 + 0.5 * np.max(np.abs(gain)))
