"""The page of a forecast: what to expect, how sure, against which baselines, from which data."""

import platform

import numpy as np
from markupsafe import Markup

from scratchwork import __version__
from scratchwork.forecasting.backtest import MODEL
from scratchwork.forecasting.intervals import NOMINAL, step_sizes
from scratchwork.forecasting.words import NAMES, model_words, need_words, sentences, shown
from scratchwork.plots.forecasts import error_by_step, forecast_figure
from scratchwork.report import html
from scratchwork.report.build import render, write_aside
from scratchwork.report.html import Section

SHOWN_PAST = 1500
LISTED = 400


def write_forecast_report(found, folder):
    """Write ``forecast.csv`` and ``report.html`` into ``folder``; return the report's path."""
    sections = [summary(found), future(found), backtest(found), coverage(found), data(found), method(found)]
    steps = f"{found.horizon} step{'s' if found.horizon > 1 else ''} of {found.series.axis.words}"
    write_aside(folder / "forecast.csv", forecast_csv(found))
    path = folder / "report.html"
    write_aside(path, render(f"Forecast of {found.series.target}", f"{found.series.name}, {steps} ahead.", sections))
    return path


def forecast_csv(found):
    """The forecast as a table."""
    rows = zip(found.moments, found.values, found.low, found.high)
    lines = [f"{moment},{value:.10g},{cell(low)},{cell(high)}" for moment, value, low, high in rows]
    return "\n".join(["time,value,low,high", *lines]) + "\n"


def cell(value):
    return f"{value:.10g}" if np.isfinite(value) else ""


def summary(found):
    """The first screen; each sentence leads to its numbers."""
    anchors = ("backtest", "forecast", "coverage", "data", "data")
    items = [Markup("{} {}").format(text, html.link(anchor, "More")) for text, anchor in zip(sentences(found), anchors)]
    series = found.series
    wrong = (
        f"{series.n_gaps:,} of {len(series.values):,} steps have no value." if series.n_gaps else "No step is missing."
    )
    items.append(Markup("{} {}").format(wrong, html.link("data", "More")))
    items.append(
        "A forecast continues what the past shows. It knows no causes, and no event that has no precedent in it."
    )
    return Section("summary", "In short", html.bullets(items))


def future(found):
    """The picture and the numbers."""
    series, kept = found.series, slice(-SHOWN_PAST, None)
    past = series.moments[kept], series.values[kept]
    others = {name: values for name, values in found.outlook.forecasts.items() if name != found.used}
    ahead = (found.used, found.moments, found.values, found.low, found.high)
    drawn = forecast_figure(past, others, ahead, name="forecast", x_title=series.time, y_title=series.target)
    caption = "Known values, the forecast with its 95 % interval, and what the other methods say."
    if len(series.values) > SHOWN_PAST:
        caption += f" Of the past the last {SHOWN_PAST:,} steps are drawn."
    rows = [
        [str(moment), num(value), num(low), num(high), *(num(others[name][j]) for name in others)]
        for j, (moment, value, low, high) in enumerate(zip(found.moments, found.values, found.low, found.high))
    ]
    headings = [series.time, f"forecast ({found.used})", "low", "high", *others]
    more = f" The first {LISTED} of {len(rows)} steps; all of them are in forecast.csv." if len(rows) > LISTED else ""
    table = html.table(
        headings, rows[:LISTED], caption="The forecast of each step, and those of the other methods." + more
    )
    return Section("forecast", "What is to be expected", html.figure(drawn, caption) + table, interactive=True)


def num(value):
    return Markup(shown(value).replace("-", "−"))


def backtest(found):
    """Scores of every method on the past."""
    test = found.backtest
    rows = [
        [
            name,
            num(test.mae(name)),
            num(found.mase(name)),
            num(test.rmse(name)),
            num(float(np.nanmean(test.errors(name)))),
        ]
        for name in test.forecasts
    ]
    caption = (
        f"Errors of {int(np.isfinite(test.actual).sum()):,} forecasts from {len(test.origins)} origins. MASE: mean absolute "
        f"error over the mean absolute change of one season ({shown(found.mase_scale)}); mean error: actual less forecast."
    )
    names = list(test.forecasts)
    marked = (names.index(found.used),)
    table = html.table(["method", "MAE", "MASE", "RMSE", "mean error"], rows, caption=caption, highlight=marked)
    sizes = {name: np.array([mean_or_nan(column) for column in np.abs(test.errors(name)).T]) for name in names}
    drawn = error_by_step(sizes, name="errors", y_title="mean absolute error")
    first, last = (found.series.axis.moment(int(test.origins[i])) for i in (0, -1))
    text = html.paragraph(
        "From each origin between {} and {} the whole procedure was run again on what was known before it: season, scale, "
        "features, penalty and coefficients. Nothing was shuffled. {}", first, last, sentences(found)[0],
    )  # fmt: skip
    return Section("backtest", "Tested on the past", text + table + html.figure(drawn, "By the step ahead."), True)


def mean_or_nan(column):
    return float(np.nanmean(column)) if np.isfinite(column).any() else np.nan


def coverage(found):
    """Nominal and measured coverage, and how the intervals are made."""
    c = found.coverage
    sizes = step_sizes(found.backtest.errors(found.used))
    rows = [
        ["meant to hold", html.percent(NOMINAL)],
        ["held on the past", html.percent(c.share)],
        ["values counted", html.number(c.n)],
        ["origins", html.number(c.origins)],
        ["mean absolute error one step ahead", num(sizes[0])],
        [f"{found.horizon} steps ahead", num(sizes[-1])],
    ]
    how = "shares of the level" if found.logged_errors else "amounts"
    text = html.paragraph(
        "The intervals come from the errors of the backtest, as {}: divided by their usual size at each step, their {} "
        "quantile is taken for all steps (split conformal). They do not assume a normal distribution; they do assume that "
        "errors to come are like those of the past.", how, f"{NOMINAL:.0%}",
    )  # fmt: skip
    return Section("coverage", "How sure", text + html.table(["intervals", "value"], rows))


def data(found):
    """How the rows became a series."""
    series, trend = found.series, found.trend
    rows = [
        ["rows read", html.number(series.n_rows)],
        ["steps of the series", html.number(len(series.values))],
        ["steps without a value", html.number(series.n_gaps)],
        ["from", str(series.axis.moment(0))],
        ["to", str(series.axis.moment(len(series.values) - 1))],
        ["one step", series.axis.words],
        ["seasons found, in steps", ", ".join(map(str, found.outlook.seasons)) or "none"],
        ["spread grows with the level", "yes" if found.outlook.logged else "no"],
        ["mean change of a step", num(trend.slope) if trend else Markup("–")],
        ["its 95 % interval", f"{shown(trend.low)} to {shown(trend.high)}" if trend else "–"],
    ]
    body = html.bullets(series.notes) + html.table(["what", "value"], rows)
    return Section("data", "The series", body)


def method(found):
    """How to make this again."""
    rows = [
        ["model", f"{NAMES[MODEL]}: {model_words(found)}"],
        ["baselines", "seasonal naive (the last season again), drift (first to last value), mean"],
        ["beats", "one-sided t test of the saved absolute error, one value for each separate stretch; p below 0.05"],
        ["least history", need_words(found)],
        ["random numbers", "none: the same table gives the same forecast"],
        ["versions", f"scratchwork {__version__}, NumPy {np.__version__}, Python {platform.python_version()}"],
    ]
    return Section("method", "How this was made", html.table(["what", "value"], rows))
