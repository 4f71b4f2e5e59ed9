"""What a forecast says, in sentences that the page and the terminal share. Each holds its numbers."""

import numpy as np

from scratchwork.forecasting.backtest import MODEL, needed
from scratchwork.forecasting.intervals import NOMINAL

NAMES = {MODEL: "ridge regression on lagged values", "seasonal naive": "the seasonal naive forecast",
         "drift": "the drift line", "mean": "the mean of the past"}  # fmt: skip


def shown(value):
    """Four significant digits, without an exponent for common sizes.

    >>> shown(1234.56), shown(0.0123456), shown(-3.0), shown(123456.0)
    ('1,235', '0.01235', '-3', '123,456')
    """
    if value is None or not np.isfinite(value):
        return "–"
    size = abs(value)
    if size == 0 or 1e-4 <= size < 1e12:
        digits = 0 if size >= 1000 else max(0, 3 - int(np.floor(np.log10(size)))) if size else 0
        text = f"{value:,.{digits}f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    return f"{value:.3e}"


def sentences(found):
    """The summary: the verdict, the forecast, how sure it is, season and trend, what is wrong with the data."""
    return [verdict_words(found), forecast_words(found), coverage_words(found), season_words(found), trend_words(found)]


def verdict_words(found):
    """Whether the model beats the best baseline, and what was done about it."""
    v = found.verdict
    ours, theirs = shown(found.backtest.mae(MODEL)), shown(found.backtest.mae(v.baseline))
    errors = f"mean absolute error {ours} against {theirs} at {len(found.backtest.origins)} origins of the past"
    if found.constant:
        return (
            "The series never changes: the forecast is the same value again, and there is nothing for a model to learn."
        )
    if v.beats:
        return f"The model beats the best baseline, {NAMES[v.baseline]}: {errors}, {v.gain:.0%} less (p {v.p:.3f})."
    told = (
        f"p {v.p:.2f}, in {v.stretches} stretches"
        if v.p is not None
        else "too few separate stretches of the past to tell"
    )
    return (
        f"The model cannot be shown to beat the best baseline, {NAMES[v.baseline]}: {errors} ({told}). "
        "The forecast given here is therefore the baseline's."
    )


def forecast_words(found):
    """First and last value to come."""
    first, last = found.moments[0], found.moments[-1]
    text = f"Forecast of {found.series.target} by {NAMES[found.used]}: {value_words(found, 0)} at {first}"
    return text + (f", {value_words(found, -1)} at {last}." if found.horizon > 1 else ".")


def value_words(found, j):
    span = f" ({shown(found.low[j])} to {shown(found.high[j])})" if np.isfinite(found.low[j]) else ""
    return shown(found.values[j]) + span


def coverage_words(found):
    """The nominal and the measured coverage."""
    if not np.isfinite(found.low).all():
        return "Too few errors are known for an interval."
    c = found.coverage
    if c.share is None:
        return f"The intervals are meant to hold {NOMINAL:.0%} of the values; the past is too short to measure whether they do."
    narrow = " They were too narrow: expect more surprises than the intervals admit." if c.share < 0.9 else ""
    return (
        f"The intervals are meant to hold {NOMINAL:.0%} of the values. Made on the past from what was known then, they held "
        f"{c.share:.1%} of {c.n:,} values, which overlap, from {c.origins} origin{'s' if c.origins > 1 else ''}.{narrow}"
    )


def season_words(found):
    """What repeats."""
    seasons, step = found.outlook.seasons, found.series.axis.words
    if not seasons:
        return "No season was found: the seasonal naive forecast repeats the last value."
    named = " and ".join(str(season) for season in seasons)
    scale = "; the spread grows with the level, so logarithms were learnt from" if found.outlook.logged else ""
    return f"The changes repeat every {named} steps (one step is {step}){scale}."


def trend_words(found):
    """The mean change of a step."""
    trend = found.trend
    if trend is None:
        return "The series is too short to tell a trend."
    span = f"(95 % interval {shown(trend.low)} to {shown(trend.high)})"
    if trend.sure:
        return f"Over the whole series the change was {shown(trend.slope)} a step {span}."
    return f"No lasting trend can be told from chance: {shown(trend.slope)} a step {span}."


def model_words(found):
    """Which features the model uses."""
    fitted = found.outlook.fitted
    if fitted is None:
        return "too short to fit"
    d = fitted.design
    what = {0: "the value", 1: "the change since the step before"}.get(
        d.anchor, f"the change since {d.anchor} steps before"
    )
    lags = f"lags {d.lags.min()} to {d.lags.max()}" if len(d.lags) > 1 else f"lag {d.lags[0]}"
    waves = f", waves of {' and '.join(map(str, d.seasons))} steps" if d.seasons else ""
    return f"{what}{' of the logarithm' if found.outlook.logged else ''}, from {lags}{waves}; penalty {d.alpha:g} a row"


def need_words(found):
    return f"{needed(found.horizon)} values are the least for this horizon."
