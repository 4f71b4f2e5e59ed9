"""Rounds of a k-means that are wrong in a usual way: what each round would make of the centres with one mistake in it.

No inner function is needed: the centres are followed while the code runs, as a class, a function, or a flat program.
"""

import numpy as np

from scratchwork.checks.findings import CannotCheck
from scratchwork.checks.views.cluster_parts import means, nearest, nearest_by
from scratchwork.checks.views.neighbors import DISTANCES, WRONG_DISTANCES
from scratchwork.checks.watching import cluster_path


def _moved(X, labels, centers):
    found = means(X, labels, len(centers))
    return np.where(np.isfinite(found), found, centers)


def _by(distance):
    return lambda X, centers: _moved(X, nearest_by(distance, X, centers), centers)


def _groups(made):
    """The rule that moves each centre to what ``made`` gives for its members."""

    def rule(X, centers):
        labels = nearest(X, centers)[0]
        groups = [X[labels == j] for j in range(len(centers))]
        return np.array(
            [made(rows, X) + np.zeros(X.shape[1]) if len(rows) else center for rows, center in zip(groups, centers)]
        )

    return rule


ASSIGNMENTS = {
    "each row goes to the farthest centre": ("SW-K1", lambda X, C: _moved(X, nearest(X, C)[1].argmax(axis=1), C)),
    "every row goes to the last centre": ("SW-K1", lambda X, C: _moved(X, np.full(len(X), len(C) - 1), C)),
    "every row goes to the first centre": ("SW-K1", lambda X, C: _moved(X, np.zeros(len(X), int), C)),
    **{f"a row's centre is the nearest by {words}": ("SW-K2", _by(f)) for words, f in WRONG_DISTANCES.items()},
}
MOVES = {
    "each centre is the mean of all numbers of its rows": lambda rows, X: rows.mean(),
    "each centre is the sum of its rows": lambda rows, X: rows.sum(axis=0),
    "each centre is the sum of its rows over the number of all rows": lambda rows, X: rows.sum(axis=0) / len(X),
    "each centre is the sum of all numbers of its rows over their count": lambda rows, X: rows.sum() / len(rows),
    "each centre has the first coordinate's mean in all places": lambda rows, X: rows[:, 0].mean(),
    "each centre has the last coordinate's mean in all places": lambda rows, X: rows[:, -1].mean(),
    "each centre is the sum of its rows over their number and one": lambda rows, X: rows.sum(axis=0) / (len(rows) + 1),
    "each centre is the sum of its rows over their number less one": lambda rows, X: (
        rows.sum(axis=0) / max(len(rows) - 1, 1)
    ),
    "each centre is the sum of its rows over the number of columns": lambda rows, X: rows.sum(axis=0) / X.shape[1],
    "each centre is the mean of all rows": lambda rows, X: X.mean(axis=0),
    "each centre is the first of its rows": lambda rows, X: rows[0],
    "each centre is the last of its rows": lambda rows, X: rows[-1],
    "each centre is the largest of its rows": lambda rows, X: rows.max(axis=0),
}
RULES = ASSIGNMENTS | {words: ("SW-M5", _groups(made)) for words, made in MOVES.items()}


def own_measure(X, centers):
    """CannotCheck where the centres have one length, or are the means of their rows in X scaled in a usual way."""
    from scratchwork.checks.probes.scalers import scaled_forms

    lengths = np.linalg.norm(centers, axis=1)
    if len(centers) > 1 and np.ptp(lengths) <= 1e-6 * lengths.max():
        raise CannotCheck("its centres all have one length: it goes by directions")
    for name, scaled in scaled_forms(X).items():
        if name != "as it is" and np.isfinite(scaled).all():
            wanted = means(scaled, nearest(scaled, centers)[0], len(centers))
            if np.allclose(wanted, centers, atol=1e-3 * scaled.std()):
                raise CannotCheck(f"its centres are those of the rows after a scaling: {name}")


def named(view, seed=3):
    """(code, words) of the mistake that the rounds which were seen have in common; None where one is right, or none fits."""
    X = cluster_path.rows()
    try:
        _, seen = cluster_path.watched(view, X, cluster_path.K, seed=seed, epochs=4)
    except CannotCheck:
        return None
    starts = [i for i, item in enumerate(seen) if cluster_path._are_rows(item, X)][:1]
    starts = starts or [i for i, item in enumerate(seen[:20]) if np.isfinite(item).all() and np.ptp(item, axis=0).all()]
    usual = [lambda X, C: cluster_path._next(C, X), *(_by(f) for name, f in DISTANCES.items() if name != "euclidean")]
    if not starts or any(_follows(seen, i, rule, X) for i in starts for rule in usual):
        return None
    return next(
        ((code, words) for words, (code, rule) in RULES.items() if any(_follows(seen, i, rule, X) for i in starts)),
        None,
    )


def _follows(seen, start, rule, X):
    """Whether what a rule makes of the first centres is seen after them."""
    wanted = rule(X, seen[start])
    if wanted is None or np.allclose(wanted, seen[start]):
        return False
    return any(np.allclose(item, wanted) for item in seen[start + 1 :])
