"""Forecast: future values of one series from its past, with measured uncertainty, beside baselines that any fool can use.

    read_series -> find_season -> forecast_ridge -> rolling_backtest -> compare, widths -> Forecast

Each step is in a file of its own: the moments (`axis`), table to series (`series`), what repeats (`season`), the model
(`ridge`), what it has to beat (`baselines`), the test on the past (`backtest`), how sure (`intervals`), all together
(`forecast`). Nothing is shuffled, and every forecast of the backtest is computed from values before its origin alone.

Not here: other columns as causes, several series at once, holidays.
"""

_HOME = {"forecast_file": "forecast", "forecast_table": "forecast", "forecast_document": "forecast"}

__all__ = list(_HOME)


def __getattr__(name):
    if name not in _HOME:
        raise AttributeError(f"module 'scratchwork.forecasting' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"scratchwork.forecasting.{_HOME[name]}"), name)
