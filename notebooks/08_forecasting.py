# %% [markdown]
# # Forecasting: what comes next, and how sure is that?
#
# A forecast is worth as much as its test. We take one series apart into what repeats, what grows and what is left; beat, or
# fail to beat, forecasts that any fool can make; test on the past without ever looking ahead; and give each forecast an
# interval whose promise is measured.
#
# **To run it.** In a copy of the repository: `pip install ".[notebooks]"`, then `jupyter lab notebooks`. Or
# `./run notebooks forecasting`, which makes its own environment. Run the cells from top to bottom; afterwards change what
# you like and run any cell again.

# %%
import tempfile

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from IPython.display import Markdown, display

from scratchwork.forecasting import forecast_file
from scratchwork.forecasting.backtest import MODEL
from scratchwork.forecasting.baselines import drift, mean, seasonal_naive
from scratchwork.forecasting.season import find_season, grows_with_level
from scratchwork.forecasting.words import sentences
from scratchwork.plots.style import COLOURS

plt.rcParams.update({"axes.spines.top": False, "axes.spines.right": False, "font.size": 9, "figure.dpi": 80})
pd.options.display.float_format = "{:.4g}".format

# %% [markdown]
# ## The series
#
# We make it ourselves, so that the truth is known: monthly visitors over 24 years, with growth, a yearly rhythm that grows
# with the level, and noise. The last year is kept away from everything until the end. Put your own table in its
# place: a column of dates, a column of numbers. With half as many years there are too few stretches of the past to show
# that a model is better than a simple rule; try `years = 12`.

# %%
years, horizon = 24, 12
months = pd.date_range("2000-01-01", periods=12 * years, freq="MS")
position = np.arange(len(months))
rng = np.random.default_rng(4)
rhythm = 0.25 * np.sin(2 * np.pi * position / 12) + 0.1 * np.cos(4 * np.pi * position / 12)
visitors = np.round(
    1000
    * np.exp(
        0.006 * position + rhythm + np.cumsum(rng.normal(0, 0.012, len(months))) + rng.normal(0, 0.03, len(months))
    )
)
known, future = visitors[:-horizon], visitors[-horizon:]
table = pd.DataFrame({"month": months[:-horizon].strftime("%Y-%m-%d"), "visitors": known.astype(int)})
display(table.head())
fig, axis = plt.subplots(figsize=(8, 2.8))
axis.plot(months[:-horizon], known, color=COLOURS[0])
axis.set(ylabel="visitors", title="What is known")
plt.show()

# %% [markdown]
# ## What repeats, what grows
#
# The changes from month to month have no trend. If they are alike at the same place of every period, that period is a
# season. And where changes are larger when the level is larger, logarithms are the better scale: growth in per cent.

# %%
changes = np.diff(np.log(known))
season = find_season(np.log(known))
by_place = pd.Series(changes).groupby(np.arange(1, len(known)) % 12).agg(["mean", "std"])
explained = 1 - (by_place["std"] ** 2).mean() / changes.var(ddof=1)
display(
    Markdown(
        f"The season found is {season} steps. The month alone explains {explained:.0%} of the variance of the changes. "
        f"Do changes grow with the level? {'Yes: logarithms are used.' if grows_with_level(known, 1) else 'No.'}"
    )
)
fig, axis = plt.subplots(figsize=(6, 2.4))
axis.errorbar(by_place.index + 1, 100 * by_place["mean"], 100 * by_place["std"], fmt="o", color=COLOURS[0], capsize=3)
axis.axhline(0, color="grey", linestyle=":")
axis.set(xlabel="month of the year", ylabel="change to this month, %", xticks=range(1, 13))
plt.show()

# %% [markdown]
# ## Forecasts that any fool can make
#
# The same month of last year; a straight line through the first and the last value; the mean. A model that does not beat
# them is not worth its keep.

# %%
fools = {
    "seasonal naive": seasonal_naive(known, season, horizon),
    "drift": drift(known, season, horizon),
    "mean": mean(known, season, horizon),
}
expected = np.array([known[len(known) - season + j % season] for j in range(horizon)])
np.testing.assert_array_equal(fools["seasonal naive"], expected)  # the last season again, and again

# %% [markdown]
# ## Test on the past
#
# Shuffling rows, as in other problems, would train on tomorrow to predict yesterday. Instead we go back to many origins,
# pretend that nothing later is known, choose and fit everything anew, and compare with what came.

# %%
with tempfile.TemporaryDirectory() as folder:
    path = f"{folder}/visitors.csv"
    table.to_csv(path, index=False)
    found = forecast_file(path, time="month", target="visitors", horizon=horizon)
scores = pd.DataFrame(
    {
        name: {
            "mean absolute error": found.backtest.mae(name),
            "root mean square error": found.backtest.rmse(name),
            "MASE": found.mase(name),
        }
        for name in found.backtest.forecasts
    }
).T.sort_values("mean absolute error")
display(scores)
verdict = found.verdict
sure = (
    "too few stretches of the past for a test"
    if verdict.p is None
    else f"p = {verdict.p:.2g} from {verdict.stretches} stretches of the past"
)
display(
    Markdown(
        f"{len(found.backtest.origins)} origins, {horizon} steps each. Against the best baseline, {verdict.baseline}, the model "
        f"saves {verdict.gain:.0%} of the error ({sure}{'' if verdict.beats else '; not enough to prefer it'}). The forecast is "
        f"therefore made by: **{found.used}**."
    )
)

# %%
fig, axis = plt.subplots(figsize=(6, 2.8))
for i, name in enumerate(scores.index):
    axis.plot(
        np.arange(1, horizon + 1),
        np.nanmean(np.abs(found.backtest.errors(name)), axis=0),
        color=COLOURS[i],
        label=name,
        linestyle=("-", "--", ":", "-.")[i % 4],
    )
axis.set(xlabel="months ahead", ylabel="mean absolute error", title="The farther ahead, the harder")
axis.legend(frameon=False)
plt.show()

# %% [markdown]
# ## The forecast, and the promise of its interval
#
# The interval comes from the errors of the backtest, so it needs no assumption about their shape. Whether such intervals
# held on the past is counted as well. And now the year that was kept away:

# %%
fig, axis = plt.subplots(figsize=(8.5, 3.2))
axis.plot(months[-horizon - 48 : -horizon], known[-48:], color=COLOURS[0], label="known")
axis.fill_between(
    months[-horizon:],
    found.low,
    found.high,
    color=COLOURS[1],
    alpha=0.25,
    linewidth=0,
    label="95 % interval of each month",
)
axis.plot(months[-horizon:], found.values, color=COLOURS[1], label=f"forecast ({found.used})")
axis.plot(months[-horizon:], future, color=COLOURS[7], linestyle="none", marker="o", markersize=3, label="what came")
axis.set(ylabel="visitors")
axis.legend(frameon=False, loc="upper left")
plt.show()
inside = int(np.sum((future >= found.low) & (future <= found.high)))
error, fool = np.abs(future - found.values).mean(), np.abs(future - fools[verdict.baseline]).mean()
display(
    Markdown(
        f"{inside} of the {horizon} values that came lie inside. On the past, {found.coverage.share:.0%} of {found.coverage.n} did. The mean absolute "
        f"error on that year is {error:,.0f}; that of {verdict.baseline} would have been {fool:,.0f}."
    )
)
display(
    Markdown(
        "In the words of `scratchwork forecast`:\n\n" + "\n".join(f"- {sentence}" for sentence in sentences(found))
    )
)

# %% [markdown]
# ## What shuffling would have claimed
#
# The same series, judged the wrong way: predict each month from its two neighbours, with rows dealt at random into
# training and test. It looks wonderful, and it is no forecast: tomorrow's neighbour is the day after tomorrow.

# %%
shuffled = np.random.default_rng(0).permutation(np.arange(1, len(known) - 1))
held_out = shuffled[: len(shuffled) // 5]
leak = np.abs(known[held_out] - (known[held_out - 1] + known[held_out + 1]) / 2).mean()
ahead = np.nanmean(np.abs(found.backtest.errors(found.used)[:, -1]))
display(
    Markdown(
        f"Mean absolute error between neighbours: {leak:,.0f}. Of an honest forecast {horizon} months ahead: {ahead:,.0f}. The first number "
        "answers a question nobody asked."
    )
)
assert MODEL in found.backtest.forecasts
