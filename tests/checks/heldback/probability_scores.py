"""How good are predicted probabilities?  log loss, Brier score, calibration, lift.

y      true labels, 0 or 1
p      predicted probability of 1
"""
from __future__ import annotations

from typing import NamedTuple

import numpy as np


class Bin(NamedTuple):
    low: float
    high: float
    count: int
    mean_p: float
    share: float


def _clean(y, p):
    y = np.asarray(y, dtype=float).ravel()
    p = np.asarray(p, dtype=float).ravel()
    if y.shape != p.shape:
        raise ValueError("y and p must have the same length")
    if not np.isin(y, (0.0, 1.0)).all():
        raise ValueError("labels must be 0 or 1")
    if np.isnan(p).any() or (p < 0).any() or (p > 1).any():
        raise ValueError("probabilities must lie between 0 and 1")
    return y, p


def log_loss(y, p, eps=1e-15):
    y, p = _clean(y, p)
    p = np.clip(p, eps, 1 - eps)
    return float(-(y * np.log(p) + (1 - y) * np.log(1 - p)).mean())


def brier(y, p):
    y, p = _clean(y, p)
    return float(np.mean((p - y) ** 2))


def brier_skill(y, p):
    """1 is perfect, 0 is as good as always saying the base rate."""
    y, p = _clean(y, p)
    reference = brier(y, np.full_like(p, y.mean()))
    return 1 - brier(y, p) / reference if reference > 0 else 0.0


def calibration(y, p, bins=10) -> list[Bin]:
    y, p = _clean(y, p)
    edges = np.linspace(0, 1, bins + 1)
    which = np.minimum((p * bins).astype(int), bins - 1)
    table = []
    for k in range(bins):
        here = which == k
        if here.any():
            table.append(Bin(edges[k], edges[k + 1], int(here.sum()), float(p[here].mean()), float(y[here].mean())))
    return table


def expected_calibration_error(y, p, bins=10):
    table = calibration(y, p, bins)
    n = sum(b.count for b in table)
    return sum(b.count * abs(b.mean_p - b.share) for b in table) / n


def lift(y, p, fraction=0.1):
    """How many times more ones among the highest `fraction` of p than on average."""
    y, p = _clean(y, p)
    if y.sum() == 0:
        return 0.0
    top = max(1, int(round(fraction * len(y))))
    best = np.argsort(-p, kind="stable")[:top]
    return float(y[best].mean() / y.mean())


def confusion(y, p, threshold=0.5):
    """[[TN, FP], [FN, TP]]"""
    y, p = _clean(y, p)
    said = p >= threshold
    true = y == 1
    return np.array([[np.sum(~said & ~true), np.sum(said & ~true)],
                     [np.sum(~said & true), np.sum(said & true)]])


def f1_curve(y, p):
    """F1 for each distinct probability used as threshold."""
    cuts = np.unique(p)
    scores = np.zeros(len(cuts))
    for i, c in enumerate(cuts):
        (tn, fp), (fn, tp) = confusion(y, p, c)
        scores[i] = 2 * tp / (2 * tp + fp + fn) if tp + fp + fn > 0 else 0.0
    return cuts, scores


if __name__ == "__main__":
    rng = np.random.default_rng(77)
    risk = rng.beta(1.2, 4, 3000)
    outcome = (rng.random(3000) < risk).astype(int)
    for name, p in {"true risk": risk, "too sure": risk ** 2 / (risk ** 2 + (1 - risk) ** 2),
                    "base rate": np.full(3000, outcome.mean())}.items():
        print(f"{name:10s} log loss {log_loss(outcome, p):.4f}  Brier {brier(outcome, p):.4f}  "
              f"skill {brier_skill(outcome, p):+.3f}  ECE {expected_calibration_error(outcome, p):.4f}  "
              f"lift {lift(outcome, p):.2f}")
    cuts, f1 = f1_curve(outcome, risk)
    print("best F1 %.3f at threshold %.3f" % (f1.max(), cuts[f1.argmax()]))
    print(confusion(outcome, risk, 0.3))
