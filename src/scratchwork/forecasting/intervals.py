"""How sure: intervals from the errors that the same procedure made on the past, and how often they held.

The errors of each step ahead are divided by their usual size at that step; of all of them together the 95 % quantile is
taken (split conformal prediction). Exact when errors to come are like those of the past, in any order; a series may
change, so the coverage is measured as well.

Source: Vovk, Gammerman and Shafer, Algorithmic Learning in a Random World (2005), section 4.1.
"""

from typing import NamedTuple

import numpy as np
from sklearn.isotonic import isotonic_regression

NOMINAL = 0.95
FEWEST = 20


def step_sizes(errors):
    """(horizon,) the mean absolute error of each step, never smaller than that of a nearer step.

    ``errors`` (K, horizon) with NaN where nothing was measured.
    """
    known = np.isfinite(errors)
    counts = known.sum(axis=0)
    means = np.where(known, np.abs(errors), 0).sum(axis=0) / np.maximum(counts, 1)
    return isotonic_regression(means, sample_weight=np.maximum(counts, 1e-6))


def half_widths(errors):
    """(horizon,) how far the interval reaches to either side; None with fewer errors than 20."""
    known = np.isfinite(errors)
    n = int(known.sum())
    if n < FEWEST:
        return None
    sizes = step_sizes(errors)
    ratios = np.divide(np.abs(errors), sizes, out=np.zeros_like(errors), where=known & (sizes > 0))[known]
    # The (n + 1) 0.95-th smallest: one of the n + 1 ratios, the new one among them, is as likely the largest as any other.
    place = min(int(np.ceil((n + 1) * NOMINAL)), n) - 1
    return np.sort(ratios)[place] * sizes


class Coverage(NamedTuple):
    """Share of ``n`` past values that lay within intervals made before them, at ``origins`` origins; None if none was."""

    share: float | None
    n: int
    origins: int


def measured_coverage(amounts, shares, backtest):
    """How often the intervals held on the past: those at each origin are made of errors already known at that time.

    ``amounts`` and ``shares`` (K, horizon) are the errors as they are and on the scale of logarithms; each origin uses
    the scale that its past asked for. An error of step j from origin o is known once position o + j is past.
    """
    inside, n, used = 0, 0, 0
    due = backtest.origins[:, None] + np.arange(amounts.shape[1])
    for k, origin in enumerate(backtest.origins):
        errors = shares if backtest.logged[k] else amounts
        known = np.where(due < origin, errors, np.nan)
        reach = half_widths(known)
        # Steps that no earlier forecast has reached yet have no size of their own, and are not counted.
        scored = np.isfinite(errors[k]) & np.isfinite(known).any(axis=0)
        if reach is None or not scored.any():
            continue
        inside += int((np.abs(errors[k]) <= reach)[scored].sum())
        n += int(scored.sum())
        used += 1
    return Coverage(inside / n if n else None, n, used)
