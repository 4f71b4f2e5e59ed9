"""The test on the past: from many origins, forecast with what was known then, and compare with what came.

At each origin the whole procedure runs again on the values before it: the season is found, the scale and the design
are chosen, the coefficients fitted. A later value cannot reach an earlier forecast.
"""

from typing import NamedTuple

import numpy as np
from scipy.special import stdtr

from scratchwork.errors import DataError
from scratchwork.forecasting.baselines import BASELINES
from scratchwork.forecasting.ridge import forecast_ridge
from scratchwork.forecasting.season import find_seasons, grows_with_level

FIRST = 10
FEWEST_ORIGINS = 5
MOST_ORIGINS = 40
MODEL = "ridge"


class Outlook(NamedTuple):
    """Forecasts (horizon,) by the name of the method, and what was found in the past they were made from."""

    forecasts: dict
    seasons: list
    logged: bool
    fitted: object


def outlook(past, horizon, block=1):
    """The forecasts of the model and of every baseline from one past (n,)."""
    logged = grows_with_level(past, 1)
    with_spread = np.log(past) if logged else past
    seasons = find_seasons(with_spread, block)
    season = seasons[0] if seasons else 1
    forecasts = {name: make(past, season, horizon) for name, make in BASELINES.items()}
    values, fitted = forecast_ridge(past, seasons, horizon, logged)
    return Outlook({MODEL: values, **forecasts}, seasons, logged, fitted)


class Backtest(NamedTuple):
    """The forecasts of the past.

    ``origins`` (K,) positions of the first forecast step; ``actual`` (K, horizon); ``forecasts`` {method: (K, horizon)};
    ``logged`` (K,) whether the spread grew with the level before each origin.
    """

    origins: np.ndarray
    actual: np.ndarray
    forecasts: dict
    logged: np.ndarray

    def errors(self, method):
        """(K, horizon), actual less forecast, NaN in gaps."""
        return self.actual - self.forecasts[method]

    def mae(self, method):
        """Mean absolute error over all steps and origins."""
        return float(np.nanmean(np.abs(self.errors(method))))

    def rmse(self, method):
        return float(np.sqrt(np.nanmean(self.errors(method) ** 2)))


def needed(horizon):
    """How many steps a series needs for this horizon.

    >>> needed(12)
    26
    """
    return FIRST + horizon + FEWEST_ORIGINS - 1


def plan_origins(values, horizon):
    """(K,) at most 40 origins over the second half of the steps, the last one ``horizon`` before the end.

    Before each at least ten values are known, after each at least one within the horizon.
    """
    n, known = len(values), np.isfinite(values)
    first = max(FIRST, min(n // 2, n - horizon - FEWEST_ORIGINS + 1))
    before, every = np.concatenate([[0], np.cumsum(known)]), np.arange(first, n - horizon + 1)
    usable = every[(before[every] >= FIRST) & (before[every + horizon] > before[every])]
    return usable[:: -max(1, -(-len(usable) // MOST_ORIGINS))][::-1]


def rolling_backtest(values, horizon, block=1, progress=None):
    """Forecast from each origin; ``values`` (n,) has NaN in gaps."""
    known = int(np.isfinite(values).sum())
    if known < needed(horizon):
        raise DataError(
            f"{known} values are too few to forecast {horizon} steps: {needed(horizon)} are needed to test the forecast on the "
            f"past. " + (f"A horizon of {known - needed(0)} would do." if known > needed(0) else "Bring more history.")
        )
    origins = plan_origins(values, horizon)
    if not len(origins):
        raise DataError("Too few values of the second half of the series are known to test the forecast on the past.")
    made = []
    for k, origin in enumerate(origins):
        if progress:
            progress(k, len(origins), "forecasting the past")
        made.append(outlook(values[:origin], horizon, block))
    actual = values[origins[:, None] + np.arange(horizon)]
    if progress:
        progress(len(origins), len(origins), "")
    forecasts = {name: np.array([one.forecasts[name] for one in made]) for name in made[0].forecasts}
    return Backtest(origins, actual, forecasts, np.array([one.logged for one in made]))


class Verdict(NamedTuple):
    """Whether the model beats the best baseline: ``gain`` is the share of its error that is saved, ``p`` one-sided."""

    baseline: str
    gain: float
    p: float | None
    stretches: int
    beats: bool


def compare(backtest):
    """The model against the baseline with the least error.

    Forecasts from neighbouring origins share most of their errors, so the origins are put together into at most ten
    stretches, each at least a horizon long, and a t test is made of one difference for each stretch.
    """
    baseline = min(BASELINES, key=backtest.mae)
    ours, theirs = backtest.mae(MODEL), backtest.mae(baseline)
    gain = 1 - ours / theirs if theirs > 0 else 0.0
    saved = np.abs(backtest.errors(baseline)) - np.abs(backtest.errors(MODEL))
    scored = np.isfinite(saved).any(axis=1)
    saved, origins = np.nanmean(saved[scored], axis=1), backtest.origins[scored]
    stretches = int(min(10, (origins[-1] - origins[0]) // backtest.actual.shape[1] + 1, len(origins)))
    if stretches < 3:
        return Verdict(baseline, gain, None, stretches, False)
    parts = np.array([part.mean() for part in np.array_split(saved, stretches)])
    p = t_test(parts)
    # Rounding may favour either of two forecasts that are the same.
    return Verdict(baseline, gain, p, stretches, bool(p < 0.05 and gain > 1e-9))


def t_test(parts):
    """One-sided p that the mean of ``parts`` is above 0.

    >>> round(t_test(np.array([1.0, 2.0, 3.0, 4.0])), 4)
    0.0152
    """
    error = parts.std(ddof=1) / np.sqrt(len(parts))
    if error == 0:
        return 0.0 if parts.mean() > 0 else 1.0
    return float(1 - stdtr(len(parts) - 1, parts.mean() / error))
