"""A forecast and everything that was found on the way, as one record and as one document."""

from typing import NamedTuple

import numpy as np

from scratchwork.arrays import check_number, random_generator
from scratchwork.forecasting.backtest import MODEL, Backtest, Outlook, Verdict, compare, outlook, rolling_backtest
from scratchwork.forecasting.intervals import Coverage, half_widths, measured_coverage
from scratchwork.forecasting.season import Trend, find_trend
from scratchwork.forecasting.series import Series, read_series, series_of

BLOCKS = {"1 day": 7, "1 hour": 24, "1 business day": 5, "1 minute": 60}


class Forecast(NamedTuple):
    """What `forecast_file` finds.

    Attributes
    ----------
    series : Series
    horizon : int
    outlook : Outlook
        From the whole series: forecasts by every method, seasons, scale.
    backtest : Backtest
    verdict : Verdict
    used : str
        The method whose values are given: the model if it beats the best baseline, else that baseline.
    values, low, high : ndarray (horizon,)
        ``low`` and ``high`` are NaN where too few errors are known for an interval.
    logged_errors : bool
        Whether the intervals are shares of the level rather than amounts.
    coverage : Coverage
    trend : Trend or None
    mase_scale : float
        Mean absolute change over one season: what MASE divides by.
    constant : bool
    """

    series: Series
    horizon: int
    outlook: Outlook
    backtest: Backtest
    verdict: Verdict
    used: str
    values: np.ndarray
    low: np.ndarray
    high: np.ndarray
    logged_errors: bool
    coverage: Coverage
    trend: Trend | None
    mase_scale: float
    constant: bool

    @property
    def season(self):
        """The shortest season, or 1."""
        return self.outlook.seasons[0] if self.outlook.seasons else 1

    @property
    def moments(self):
        """The moments to come."""
        n = len(self.series.values)
        return [self.series.axis.moment(n + j) for j in range(self.horizon)]

    def mase(self, method):
        """Mean absolute scaled error in the backtest; below 1 is better than a seasonal naive forecast of one step."""
        return self.backtest.mae(method) / self.mase_scale if self.mase_scale > 0 else None


def forecast_file(path, *, time, target, horizon, seed=0, progress=None):
    """Forecast a column of a table.

    Parameters
    ----------
    path : str or path
        A table, as `read_table` takes it.
    time, target : str
        Columns: dates or numbers, and numbers.
    horizon : int
        How many steps.
    seed : int
        Accepted like everywhere; nothing here is drawn at random.
    progress : callable, optional
        Called as ``progress(done, total, label)``.

    Returns
    -------
    Forecast

    Raises
    ------
    DataError
        When a column is missing or of the wrong kind, or the series too short.
    """
    check_number("horizon", horizon, integer=True, at_least=1)
    random_generator(seed)
    return forecast_series(read_series(path, time, target), horizon, progress=progress)


def forecast_table(table, *, time, target, horizon, progress=None):
    """The same for a typed Table whose ``time`` is of the kind date or number, and ``target`` a number."""
    check_number("horizon", horizon, integer=True, at_least=1)
    return forecast_series(series_of(table, time, target), horizon, progress=progress)


def forecast_series(series, horizon, *, progress=None):
    """Test on the past, compare, forecast, and say how sure that is."""
    values, block = series.values, BLOCKS.get(series.axis.words, 1)
    backtest = rolling_backtest(values, horizon, block, progress)
    now = outlook(values, horizon, block)
    verdict = compare(backtest)
    used = MODEL if verdict.beats else verdict.baseline
    # The interval of each origin has the form that its own past asks for, so the coverage is measured without looking ahead.
    logged = now.logged and bool(np.nanmin(backtest.actual) > 0)
    amounts, shares = (scaled_errors(backtest, used, scale) for scale in (False, logged))
    reach = half_widths(shares)
    low, high = bounds(now.forecasts[used], reach, logged)
    season = now.seasons[0] if now.seasons else 1
    return Forecast(
        series, horizon, now, backtest, verdict, used, now.forecasts[used], low, high, logged,
        measured_coverage(amounts, shares, backtest), find_trend(values, season),
        float(np.nanmean(np.abs(values[season:] - values[:-season]))), bool(np.nanmax(values) == np.nanmin(values)),
    )  # fmt: skip


def scaled_errors(backtest, method, logged):
    """Errors (K, horizon): amounts, or differences of logarithms; a forecast below 0 counts as a thousandth of the least value."""
    if not logged:
        return backtest.errors(method)
    floor = np.nanmin(backtest.actual) / 1000
    return np.log(backtest.actual) - np.log(np.maximum(backtest.forecasts[method], floor))


def bounds(values, reach, logged):
    """(low, high) around the forecasts; NaN without a known reach."""
    if reach is None:
        return np.full(len(values), np.nan), np.full(len(values), np.nan)
    if logged:
        factor = np.exp(reach)
        return np.minimum(values / factor, values), np.maximum(values * factor, values)
    return values - reach, values + reach


def forecast_document(found, report):
    """The findings as plain numbers and texts. ``backtest`` holds mean absolute errors, in the unit of the target."""
    rows = zip(found.moments, found.values, found.low, found.high)
    return {
        "horizon": int(found.horizon),
        "model": MODEL,
        "baseline": found.verdict.baseline,
        "beats_baseline": found.verdict.beats,
        "backtest": {"model": found.backtest.mae(MODEL), "baseline": found.backtest.mae(found.verdict.baseline)},
        "forecast": [
            {"time": moment, "value": float(value), "low": plain(low), "high": plain(high)}
            for moment, value, low, high in rows
        ],
        "report": str(report),
    }


def plain(value):
    """A float, or None for NaN."""
    return float(value) if np.isfinite(value) else None
