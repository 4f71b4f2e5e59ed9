"""Centres, labels and cost found among what a k-means gave, and the exact steps to compare with."""

import contextlib
import re

import numpy as np

from scratchwork.checks.findings import CannotCheck
from scratchwork.checks.recognising import vocabulary
from scratchwork.checks.watching import seen_clusters


def _public(made):
    return dict(vars(made).items()) if hasattr(made, "__dict__") else {}


def _pool(value):
    """What came back, by name or by place."""
    if isinstance(value, dict) and value and all(isinstance(key, str) for key in value):
        return value
    if hasattr(value, "__dict__") and not isinstance(value, type) and not hasattr(value, "__code__"):
        return dict(_public(value))  # a record of its own kind
    return dict(enumerate(value if isinstance(value, tuple) else (value,)))


def _as_labels(value, n):
    """Labels (n,) from an array, a tuple that holds one, or a list of index lists."""
    for item in (value, *(value if isinstance(value, tuple) else ())):
        try:
            array = np.asarray(item)
        except ValueError:
            array = np.empty(0)
        if array.size == n and array.dtype.kind in "iuf" and array.ndim <= 2:
            return array.ravel().astype(int)
        groups = _groups(item)
        if groups is not None and sum(map(len, groups)) == n:
            labels = np.empty(n, dtype=int)
            for number, group in enumerate(groups):
                labels[list(group)] = number
            return labels
    return None


def _groups(item):
    """A list (or dict) of lists of row numbers, or None."""
    values = seen_clusters.in_order(item) if isinstance(item, dict) else item
    if (
        isinstance(values, list)
        and values
        and all(isinstance(group, (list, np.ndarray)) and np.ndim(group) <= 1 for group in values)
    ):
        flat = [number for group in values for number in group]
        if (
            flat
            and all(isinstance(number, (int, np.integer)) for number in flat)
            and sorted(flat) == list(range(len(flat)))
        ):
            return values
    return None


def _pick(pool, n, k, d, X=None):
    """(centers, labels, cost) among named values, by shape first and name second."""
    centers, labels, cost = [], [], []
    for key, item in pool.items():
        plain, array = vocabulary.plain(str(key)), _array(item)
        shape = None if array is None else array.shape
        if shape == (k, d) and array.dtype.kind in "iuf":
            present = not re.search("old|prev|init", plain)
            centers.append(("cent" in plain or "mean" in plain, present, array))
        elif shape == (d, k) and k != d:
            centers.append((False, False, array.T))
        elif shape == (n,) and array.dtype.kind in "iu":
            labels.append((bool(re.search("label|assign|cluster", plain)), array))
        elif isinstance(item, (float, np.floating)) and re.search(COSTS, plain):
            cost.append(float(item))
        elif not labels and _groups(item) is not None:
            labels.append((True, _as_labels(item, n)))
        elif (
            not labels
            and shape in ((n, 1), (n,))
            and array.dtype.kind == "f"
            and set(np.unique(array)) <= set(range(k))
        ):
            labels.append((False, array.ravel().astype(int)))
        elif X is not None and not labels and isinstance(item, (list, dict)):
            grouped = seen_clusters.as_labels(item, X, k)
            labels += [] if grouped is None else [(True, grouped)]
    best = max(centers, key=lambda entry: entry[:2])[2] if centers else None
    chosen = max(labels, key=lambda entry: entry[0])[1] if labels else None
    return best, chosen, cost[0] if cost else None


COSTS = r"iner[tcz]|cust|blad|fehler|erreur|cost|sse|wcss|distortion|loss|error|objective|returned|^\d$"


CENTERS = r"(old_?|current_?|prev\w*_?|new_?|final_?)?(k_?)?(cent\w*|mus?|means?|c|m)"
LABELS = r"(cluster_?)?(labels?|labs?|lbls?|which|owners?|assign\w*|idx|ind\w*|memberships?|c|clusters?|group\w*|y|y_?(hat|pred)\w*|closest\w*|cluster_?ids?|ids|z|a|point_clusters?)(_?idx)?"


def part_of(name):
    """What a parameter of a step is given: "centers", "labels", or None.

    >>> part_of("cluster_group"), part_of("lab"), part_of("new_centroids"), part_of("X")
    ('labels', 'labels', 'centers', None)
    """
    plain = vocabulary.plain(name)
    return "centers" if re.fullmatch(CENTERS, plain) else "labels" if re.fullmatch(LABELS, plain) else None


def _array(item):
    if isinstance(item, dict) and item and all(isinstance(key, (int, np.integer)) for key in item):
        item = [item[key] for key in sorted(item)]
    if isinstance(item, (list, tuple, np.ndarray)):
        try:
            array = np.asarray(item)
            return array if array.dtype != object else None
        except ValueError:
            return None
    return None


def nearest(X, centers):
    """(labels, squared distances (n, k)) by brute force."""
    table = ((X[:, None, :].astype(float) - np.asarray(centers, dtype=float)[None]) ** 2).sum(axis=2)
    return table.argmin(axis=1), table


def in_turn(ask, X, labels, k, good=lambda value: True):
    """What a step says that is given labels, or the rows of each cluster in a list or a table: the first that is good."""
    rows = [X[labels == j].tolist() for j in range(k)]
    for said in (labels, rows, dict(enumerate(rows)), {j: group for j, group in enumerate(rows) if group}):
        with contextlib.suppress(CannotCheck, ValueError):
            value = ask(labels=said)
            if good(value):
                return value
    return ask(labels=labels)


def means(X, labels, k):
    """Means of the members; NaN where there are none."""
    return np.array(
        [X[labels == j].mean(axis=0) if (labels == j).any() else np.full(X.shape[1], np.nan) for j in range(k)]
    )


def of_medians(X, labels, centers):
    """Whether the centres are the medians of their rows, and not the means."""
    groups = [X[labels == j] for j in range(len(centers))]
    return all(len(rows) for rows in groups) and all(
        np.allclose(np.median(rows, axis=0), center) and not np.allclose(rows.mean(axis=0), center)
        for rows, center in zip(groups, centers)
        if len(rows) > 2
    )


def are_medians(X, centers):
    """Whether the centres are the medians of the rows that are nearest by the sum of absolute differences."""
    own = np.abs(X[:, None] - centers[None]).sum(axis=2).argmin(axis=1)
    return all(np.allclose(np.median(X[own == j], axis=0), centers[j]) for j in range(len(centers)) if (own == j).any())


def nearest_by(distance, X, centers):
    """Labels (n,) by a distance of rows and one point."""
    return np.array([distance(centers, row).argmin() for row in X])
