"""Nearest neighbours that bring the columns to one scale by themselves: then the scaled rows are what counts."""

import ast
import dataclasses
import re

import numpy as np

from scratchwork.checks.findings import CannotCheck
from scratchwork.checks.probes.scalers import scaled_forms
from scratchwork.checks.views.neighbors import CHOICES, DISTANCES, VOTES, brute, matches, pairs


def scaled_tables(X, Q):
    """(X, Q) in every usual scaling with the statistics of X, or of each row, but as they are."""
    rows, by_training = scaled_forms(Q), scaled_forms(Q, X)
    for name, table in scaled_forms(X).items():
        asked = by_training.get(name, rows[name])
        if name not in ("as it is", "by 255") and np.isfinite(table).all() and np.isfinite(asked).all():
            yield table, asked


def votes_after_scaling(X, y, Q, got):
    """Whether brute force on one usual scaling, with a usual distance and vote, gives all the labels."""
    nearest = CHOICES["nearest"]
    for table, asked in scaled_tables(X, Q):
        for distance in DISTANCES.values():
            for vote in VOTES.values():
                if all((brute(table, y, asked, k, distance, nearest, vote) == item).all() for k, item in got.items()):
                    return True
    return False


def scales_by_itself(target):
    """Whether the source of a program of neighbours takes deviations or ranges."""
    texts = (ast.unparse(node) for node in target.namespace.get("nodes", {}).values())
    return any(re.search(r"\bstd\(|ptp\(|np\.max\(|np\.min\(|\.max\(|scale", text) for text in texts)


def mistaken_scaling(X, y, Q, got):
    """(code, words) of a usual mistake of neighbours that scale their rows: the labels are exactly those that it gives."""
    alone = (Q - Q.mean(axis=1, keepdims=True)) / Q.std(axis=1, keepdims=True)
    near, far = CHOICES["nearest"], CHOICES["farthest"]
    for name, table in scaled_forms(X).items():
        if name not in ("standardised 0 columns", "standardised 1 columns", "min-max columns"):
            continue
        asked = scaled_forms(Q, X)[name]
        cases = (("SW-K1", "the farthest of the scaled rows", asked, far), ("SW-P11", "rows that are scaled, for a query that is not", Q, near),
                 ("SW-P2", "scaled rows, for a query scaled by its own numbers", alone, near))  # fmt: skip
        for code, words, query, choice in cases:
            votes = (brute(table, y, query, k, DISTANCES["euclidean"], choice, VOTES["majority"]) for k in got)
            if all((vote == item).all() for vote, item in zip(votes, got.values())):
                return code, words
    return None, None


def as_it_measures(X, y, Q, k, got):
    """[(X, Q, distance)] with which a plain vote gives the labels ``got``: the rows as they are first, then scaled."""
    found = [
        (rows, asked, distance)
        for rows, asked in ((X, Q), *scaled_tables(X, Q))
        for distance in DISTANCES.values()
        if (brute(rows, y, asked, k, distance, CHOICES["nearest"], VOTES["majority"]) == got).all()
    ]
    as_they_are = [entry for entry in found if entry[0] is X]
    return as_they_are or found or [(X, Q, DISTANCES["euclidean"])]


def heeds_no_scale(view, X, y, Q, got):
    """Whether the answers stay when every column is stretched and shifted: the program scales, in whatever way."""
    stretch, shift = np.array([40.0, 0.03, 1.7])[: X.shape[1]], np.array([5.0, -0.2, 30.0])[: X.shape[1]]
    try:
        return all(
            np.allclose(np.asarray(view.predict(X * stretch + shift, y, Q * stretch + shift, k), dtype=float), item)
            for k, item in got.items()
            if k > 1
        )
    except (CannotCheck, TypeError, ValueError):
        return False


def doubted(finding, view, X, y, Q, got):
    """The finding, a warning where the answers heed no scale of the columns: another measure stands behind them."""
    scaled = (
        finding.code == "SW-K2" and "all get the label" not in finding.observed and heeds_no_scale(view, X, y, Q, got)
    )
    return dataclasses.replace(finding, severity="warning") if scaled else finding


def counts_what_differs(view):
    """Whether it measures by the number of entries that differ: on rows of a few values it votes as brute force does then."""
    rng = np.random.default_rng(4)
    X, Q = (rng.integers(0, 4, size=(n, 7)).astype(float) for n in (61, 23))
    y, near = (X.sum(axis=1) > 10).astype(int), {"nearest": CHOICES["nearest"]}
    differing = {"differing entries": lambda X, q: (q != X).sum(axis=1)}
    try:
        got = {k: np.asarray(view.predict(X, y, Q, k), dtype=float) for k in (1, 5)}
    except (CannotCheck, TypeError, ValueError):
        return False
    return all(matches(view, k, X, y, Q, got[k], pairs(differing, near, VOTES)) for k in got)
