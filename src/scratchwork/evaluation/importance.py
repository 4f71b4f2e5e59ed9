"""Which columns a fitted model leans on, and where it is wrong more often: measured on rows it has not seen."""

from typing import NamedTuple

import numpy as np

from scratchwork.evaluation.scores import wilson_interval


class Importance(NamedTuple):
    """How far the score falls when one column is shuffled: the mean over the repeats, the smallest and the largest."""

    column: str
    drop: float
    low: float
    high: float


class GroupError(NamedTuple):
    """The accuracy within one group of the judged rows, with its 95 % Wilson interval."""

    column: str
    group: str
    n: int
    accuracy: float
    low: float
    high: float


def permutation_importance(predict, score, frame, columns, *, repeats=5, seed=0):
    """Shuffle one column at a time and see how far the score falls.

    A column that shares its information with another one looks less important than it is.

    Parameters
    ----------
    predict : callable
        Takes a frame like ``frame``, returns predictions.
    score : callable
        Takes predictions, returns a number; larger is better.
    frame : DataFrame
        Rows the model was not fitted on. It is not changed.
    columns : sequence of str
    repeats, seed : int

    Returns
    -------
    list of Importance
        The largest drop first.

    References
    ----------
    L. Breiman, Random forests, Machine Learning 45 (2001), 5-32.
    """
    rng = np.random.default_rng(seed)
    whole = score(predict(frame))
    found = []
    for column in columns:
        drops = []
        for _ in range(repeats):
            shuffled = frame.copy(deep=False)
            shuffled[column] = frame[column].iloc[rng.permutation(len(frame))].set_axis(frame.index)
            drops.append(whole - score(predict(shuffled)))
        found.append(Importance(column, float(np.mean(drops)), float(min(drops)), float(max(drops))))
    return sorted(found, key=lambda row: (-row.drop, row.column))


def errors_by_group(frame, columns, right, *, smallest=10, most_groups=8):
    """The accuracy within the groups of each column.

    Parameters
    ----------
    frame : DataFrame
    columns : sequence of str
        Categories.
    right : ndarray (n,) of bool
        Whether each row was predicted rightly.
    smallest, most_groups : int
        Groups of fewer rows, and columns of more groups, are left out.

    Returns
    -------
    list of GroupError
    """
    right = np.asarray(right, dtype=bool)
    found = []
    for column in columns:
        values = frame[column].astype(str).where(frame[column].notna(), "missing").to_numpy()
        names, counts = np.unique(values, return_counts=True)
        names = [name for name, count in zip(names, counts) if count >= smallest]
        if not 2 <= len(names) <= most_groups:
            continue
        for name in names:
            inside = right[values == name]
            low, high = wilson_interval(int(inside.sum()), len(inside))
            found.append(GroupError(column, str(name), len(inside), float(inside.mean()), low, high))
    return found
