"""What a forecast has to beat: the last season again, the line from the first value to the last, the mean.

Each takes the past (n,) with NaN in gaps, the season (1 for none) and the number of steps, and returns (horizon,).
"""

import numpy as np

from scratchwork.forecasting.season import carried


def seasonal_naive(past, season, horizon):
    """The value one season before; without a season the last value.

    >>> seasonal_naive(np.array([9.0, 1.0, 2.0, 3.0]), 3, 5).tolist()
    [1.0, 2.0, 3.0, 1.0, 2.0]
    """
    season = min(max(season, 1), len(past))
    return carried(past, season)[len(past) - season + np.arange(horizon) % season]


def drift(past, season, horizon):
    """The straight line through the first and the last known value.

    >>> drift(np.array([1.0, 5.0, 3.0]), 1, 2).tolist()
    [4.0, 5.0]
    """
    known = np.flatnonzero(np.isfinite(past))
    slope = (past[known[-1]] - past[known[0]]) / max(known[-1] - known[0], 1)
    ahead = len(past) - 1 - known[-1] + np.arange(1, horizon + 1)
    return past[known[-1]] + slope * ahead


def mean(past, season, horizon):
    """The mean of the past.

    >>> mean(np.array([1.0, np.nan, 3.0]), 1, 2).tolist()
    [2.0, 2.0]
    """
    return np.full(horizon, np.nanmean(past))


BASELINES = {"seasonal naive": seasonal_naive, "drift": drift, "mean": mean}
