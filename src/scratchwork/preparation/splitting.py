"""Rows for training and rows for the test, drawn once, before anything is learnt."""

from typing import NamedTuple

import numpy as np

from scratchwork.arrays import check_choice, check_number
from scratchwork.errors import DataError

STRATA = 10


class Split(NamedTuple):
    """Positions of the training rows and of the test rows, each in rising order, and what is to be told."""

    train: np.ndarray
    test: np.ndarray
    notes: tuple


def split_rows(y, *, test_share=0.2, seed=0, task, groups=None):
    """(train, test): index arrays of a seeded, stratified split.

    Parameters
    ----------
    y : array (n,)
        The target, without missing values.
    test_share : float
        Part of the rows that goes to the test, in (0, 1).
    seed : int
    task : {'classification', 'regression'}
        Classes keep their shares in both parts; numbers are dealt within tenths of their range of ranks.
    groups : array (n,) or None
        Rows of one group never part: equal rows, or rows of one person.

    Returns
    -------
    train, test : ndarrays of int
        A class with a single row goes to the training part.

    Examples
    --------
    >>> train, test = split_rows(np.repeat(["a", "b"], 10), test_share=0.2, task="classification")
    >>> len(train), len(test), sorted(np.repeat(["a", "b"], 10)[test].tolist())
    (16, 4, ['a', 'a', 'b', 'b'])
    """
    return split(y, test_share=test_share, seed=seed, task=task, groups=groups)[:2]


def split(y, *, test_share=0.2, seed=0, task, groups=None):
    """As `split_rows`, with the remarks: ``Split(train, test, notes)``."""
    check_number("test_share", test_share, above=0, below=1)
    check_number("seed", seed, integer=True, at_least=0)
    check_choice("task", task, ("classification", "regression"))
    y = np.asarray(y)
    if len(y) < 2:
        raise DataError(
            f"{len(y)} row{'s' if len(y) != 1 else ''} cannot be split into training and test; at least 2 are needed."
        )
    rng = np.random.default_rng(seed)
    members, first = units(len(y), groups)
    strata, notes = strata_of(y[first], task)
    chosen = deal(strata, np.bincount(members), test_share, rng)
    test = np.flatnonzero(chosen[members])
    train = np.flatnonzero(~chosen[members])
    if not len(test) or not len(train):
        order = rng.permutation(len(first))
        chosen = np.isin(np.arange(len(first)), order[: max(1, round(test_share * len(first)))])
        test, train = np.flatnonzero(chosen[members]), np.flatnonzero(~chosen[members])
    if not len(test) or not len(train):
        raise DataError("All rows are of one group; they cannot be split into training and test.")
    return Split(train, test, tuple(notes))


def units(n, groups):
    """(unit of each row, a row of each unit): a unit is a group, or a row of its own."""
    if groups is None:
        return np.arange(n), np.arange(n)
    _, first, members = np.unique(np.asarray(groups), return_index=True, return_inverse=True)
    return members.ravel(), first


def strata_of(y, task):
    """(stratum of each unit, remarks): its class, or the tenth in which its number ranks; -1 stays in training."""
    if task == "regression":
        ranks = np.argsort(np.argsort(y.astype(float), kind="stable"), kind="stable")
        count = max(1, min(STRATA, len(y) // STRATA))
        return ranks * count // len(y), []
    labels, strata, counts = np.unique(
        y.astype(str) if y.dtype == object else y, return_inverse=True, return_counts=True
    )
    strata = strata.ravel().copy()
    alone = np.flatnonzero(counts == 1)
    strata[np.isin(strata, alone)] = -1
    notes = [
        f"The class {label!s} has one row (or one group of equal rows); it is in the training part only."
        for label in labels[alone]
    ]
    return strata, notes


def deal(strata, sizes, share, rng):
    """Which units go to the test: in each stratum a share of them, rounded so that the whole comes out right.

    The largest remainders are rounded up (Hamilton's method); each stratum keeps one unit for training.
    """
    names, positions = np.unique(strata[strata >= 0], return_inverse=True)
    counts = np.bincount(positions.ravel(), minlength=len(names))
    wanted = counts * share
    taken = np.floor(wanted).astype(int)
    short = round(share * int((strata >= 0).sum())) - taken.sum()
    order = np.argsort(-(wanted - taken) + 1e-9 * rng.random(len(names)), kind="stable")
    for index in order[: max(short, 0)]:
        taken[index] += 1
    taken = np.minimum(taken, counts - 1)
    chosen = np.zeros(len(strata), dtype=bool)
    for name, count in zip(names, taken):
        unit = rng.permutation(np.flatnonzero(strata == name))
        chosen[unit[:count]] = True
    return chosen
