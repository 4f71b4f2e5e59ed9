"""Neighbours whose values are averaged: by every distance that can be chosen."""

import numpy as np

from scratchwork.checks.findings import CannotCheck, find
from scratchwork.checks.probes.neighbors import _guilty, _numbers, _regression, plain_data, viewed
from scratchwork.checks.probes.neighbors_data import _chosen, _with_option, meant
from scratchwork.checks.registry import probe
from scratchwork.checks.views.neighbors import AVERAGES, CHOICES, DISTANCES, brute


@probe("SW-K2", roles=("knn",))
def another_distance_averages_what_is_nearest_by_it(target, call):
    """With metric="manhattan" the answer is the mean, plain or weighted, of the values that are nearest by that distance."""
    view = viewed(target, call)
    X, y, Q = plain_data()
    usual = _numbers(np.asarray(view.predict(X, y, Q, 7)))
    if not _regression(target, {7: usual}) or "SW-K2" in target.namespace.get("found", set()):
        raise CannotCheck("it averages no values, or its own distance is wrong already")
    ways = {
        word: [brute(X, y, Q, 7, distance, CHOICES["nearest"], vote) for vote in AVERAGES.values()]
        for word, distance in DISTANCES.items()
    }
    if not any(np.allclose(usual, way) for found in ways.values() for way in found):
        raise CannotCheck("its answers are no mean of the values that are nearest by the rows as they are")
    for name, built, _, values, _ in _chosen(target, view):
        for value in [value for value, known in values if known and meant(value) in DISTANCES]:
            got = _with_option(view, name, value, built, X, y, Q)
            if got is None or np.shape(got) != (len(Q),):
                continue
            off = min(int((np.abs(got.astype(float) - way) > 1e-6).sum()) for way in ways[meant(value)])
            if off > len(Q) / 2:
                said = f"With {name}={value!r}, {off} of {len(Q)} answers are not the mean of the values that are nearest by it."
                yield find("SW-K2", said, function=_guilty(target, "SW-K2"), severity="warning")
                return
