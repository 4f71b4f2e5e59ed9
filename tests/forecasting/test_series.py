"""From tables to series: steps of every kind, gaps, repeats, disorder, and irregular moments."""

import numpy as np
import pandas as pd
import pytest

from scratchwork.errors import DataError
from scratchwork.forecasting.axis import find_axis
from scratchwork.forecasting.baselines import drift, mean, seasonal_naive
from scratchwork.forecasting.season import carried, find_season, find_trend, grows_with_level
from scratchwork.forecasting.series import read_series

N = 60


def read(folder, moments, values=None):
    path = folder / "s.csv"
    values = np.arange(len(moments)) * 1.5 if values is None else values
    pd.DataFrame({"t": moments, "y": values}).to_csv(path, index=False)
    return read_series(path, "t", "y")


@pytest.mark.parametrize(
    ("moments", "step", "following"),
    [
        (pd.date_range("2020-01-06", periods=N), "1 day", ["2020-03-06", "2020-03-07"]),
        (pd.bdate_range("2020-01-06", periods=N), "1 business day", ["2020-03-30", "2020-03-31"]),
        (pd.date_range("2020-01-05", periods=N, freq="W"), "1 week", ["2021-02-28", "2021-03-07"]),
        (pd.date_range("2020-01-31", periods=N, freq="ME"), "1 month", ["2025-01-31", "2025-02-28"]),
        (pd.date_range("2020-01-15", periods=1).repeat(1).append(pd.DatetimeIndex([f"2020-{m:02d}-15" for m in range(2, 13)])), "1 month", ["2021-01-15", "2021-02-15"]),
        (pd.date_range("2020-01-01", periods=N, freq="QS"), "1 quarter", ["2035-01-01", "2035-04-01"]),
        (pd.date_range("1950-07-01", periods=N, freq=pd.DateOffset(years=1)), "1 year", ["2010-07-01", "2011-07-01"]),
        (pd.date_range("2020-01-01", periods=N, freq="15min"), "15 minutes", ["2020-01-01T15:00:00", "2020-01-01T15:15:00"]),
        (np.arange(1871, 1871 + N), "1", [1931, 1932]),
        (np.arange(1871, 1871 + 2 * N, 2), "2", [1991, 1993]),
        ((1949 + np.arange(N) / 12).round(6), "1/12", [1954.0, 1954.083333]),
        ((1960 + np.arange(N) / 4), "1/4", [1975.0, 1975.25]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_steps(tmp_path, moments, step, following):
    series = read(tmp_path, moments)
    assert series.axis.words == step
    assert series.n_gaps == 0
    assert [series.axis.moment(len(moments) + j) for j in range(2)] == following
    assert series.notes[-2:] == [f"The moments are regular: one step is {step}.", "No step is missing."]


def test_gaps_stay_gaps(tmp_path):
    days = pd.date_range("2020-01-06", periods=N).delete([10, 11, 40])
    series = read(tmp_path, days)
    assert np.flatnonzero(np.isnan(series.values)).tolist() == [10, 11, 40]
    assert series.notes[-1].startswith("3 steps of 60 without a value (2020-01-16 to 2020-01-17, 2020-02-15).")


def test_missing_values_are_gaps(tmp_path):
    values = np.arange(N) * 1.5
    values[[7, 59]] = np.nan
    series = read(tmp_path, pd.date_range("2020-01-06", periods=N), values)
    assert len(series.values) == 59
    assert np.flatnonzero(np.isnan(series.values)).tolist() == [7]
    assert (
        "2 rows without a value of 'y': a gap, not a zero; the forecast begins after the last known value."
        in series.notes
    )


def test_order_and_repeats(tmp_path, rng):
    days = np.concatenate([pd.date_range("2020-01-06", periods=N).to_numpy()] * 2)
    values = np.concatenate([np.arange(N) * 1.0, np.arange(N) * 1.0 + 2])
    order = rng.permutation(2 * N)
    series = read(tmp_path, days[order], values[order])
    np.testing.assert_allclose(series.values, np.arange(N) + 1)
    assert "The rows were not in the order of time; they were sorted." in series.notes
    assert any(
        note.startswith("60 moments with more than one row (120 rows): the mean was taken. So many")
        for note in series.notes
    )


def test_irregular_moments_are_resampled_and_said_so(tmp_path, rng):
    seconds = np.sort(rng.choice(400 * 86400, 300, replace=False))
    moments = pd.Timestamp("2015-01-01") + pd.to_timedelta(seconds, "s")
    series = read(tmp_path, moments, np.ones(300))
    assert series.axis.words == "1 week"
    assert series.notes[0].startswith(
        "The distances between the moments are irregular; the 300 values were resampled to the mean of each week"
    )
    assert np.nanmax(series.values) == np.nanmin(series.values) == 1


def test_resampling_takes_means(tmp_path):
    """Business month ends have no common day: each month is one step."""
    series = read(tmp_path, pd.date_range("2010-01-31", periods=N, freq="BME"))
    np.testing.assert_allclose(series.values, np.arange(N) * 1.5)
    assert series.axis.words == "1 month"


def test_hours_that_are_a_little_late(tmp_path, rng):
    moments = pd.date_range("2020-01-01", periods=N, freq="h") + pd.to_timedelta(rng.integers(0, 200, N), "s")
    series = read(tmp_path, moments)
    assert series.axis.words == "1 hour"
    assert series.n_gaps == 0


def test_flags_codes_and_constants_of_figures_are_numbers(tmp_path):
    days = pd.date_range("2020-01-06", periods=N)
    for values in ([0, 1] * 30, [7] * N, np.arange(1001, 1001 + N)):
        np.testing.assert_array_equal(read(tmp_path, days, values).values, values)


def test_unreadable_times_are_counted(tmp_path):
    days = [str(day.date()) for day in pd.date_range("2020-01-06", periods=N)]
    days[5] = "soon"
    series = read(tmp_path, days)
    assert series.notes[0] == "1 row without a readable 't' left out."
    assert np.flatnonzero(np.isnan(series.values)).tolist() == [5]


@pytest.mark.parametrize("moments", [["2020-01-01"] * 30, [7] * 30])
def test_one_moment_is_no_series(tmp_path, moments):
    with pytest.raises(DataError, match="1 moments of 'y' are too few to forecast; at least 15 are needed."):
        read(tmp_path, moments)


def test_numbers_too_large_to_square(tmp_path):
    with pytest.raises(DataError, match="values above 1e100 cannot be squared. Use a larger unit."):
        read(tmp_path, np.arange(1900, 1900 + N), np.arange(N) * 1e200)


def test_moments_without_a_common_step():
    assert find_axis(np.array([0.0, 1.0, 1.37, 4.2, 4.9])) is None


def test_baselines_over_gaps():
    past = np.array([1.0, 2.0, 3.0, np.nan, 5.0, np.nan])
    assert seasonal_naive(past, 3, 4).tolist() == [1, 5, 3, 1]
    assert seasonal_naive(past, 1, 2).tolist() == [5, 5]
    assert drift(past, 1, 2).tolist() == [7, 8]
    assert mean(past, 1, 1).tolist() == [2.75]


def test_carried_takes_from_the_past_alone(rng):
    values = rng.normal(size=50)
    values[rng.choice(50, 15, replace=False)] = np.nan
    values[0] = 1.0
    whole = carried(values, 7)
    for end in range(8, 50):
        np.testing.assert_array_equal(carried(values[:end], 7), whole[:end])
    np.testing.assert_array_equal(whole[np.isfinite(values)], values[np.isfinite(values)])


@pytest.mark.parametrize("season", [2, 3, 5, 7, 12, 24])
def test_seasons_are_found_over_a_trend(rng, season):
    t = np.arange(season * 8)
    values = np.tile(rng.normal(size=season) * 5, 8) + 0.1 * t + rng.normal(size=len(t)) * 0.5
    assert find_season(values) == season
    values[rng.choice(len(t), len(t) // 10, replace=False)] = np.nan
    assert find_season(values) == season


def test_chance_is_no_season():
    found = [find_season(np.random.default_rng(seed).normal(size=100)) for seed in range(60)]
    walks = [find_season(np.random.default_rng(seed).normal(size=100).cumsum()) for seed in range(60)]
    assert sum(season > 1 for season in found + walks) <= 2


def test_trend_is_not_claimed_for_random_walks():
    sure = sum(find_trend(np.random.default_rng(seed).normal(size=120).cumsum(), 1).sure for seed in range(100))
    assert sure <= 12
    assert find_trend(np.arange(120.0) + np.sin(np.arange(120)), 1).sure


def test_spread_that_grows_with_the_level(rng):
    t = np.arange(120)
    steady = 100 + t + rng.normal(size=120)
    assert not grows_with_level(steady, 1)
    assert grows_with_level(np.exp(0.03 * t + 0.1 * rng.normal(size=120)), 1)
    assert not grows_with_level(steady - 150, 1)
