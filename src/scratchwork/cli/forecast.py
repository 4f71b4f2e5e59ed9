"""`scratchwork forecast`: future values of a series."""

import json as json_format
import pathlib

import click


@click.command()
@click.argument("data")
@click.option("--time", required=True, metavar="COLUMN", help="The column of dates, years or other moments.")
@click.option("--target", required=True, metavar="COLUMN", help="The column of numbers to forecast.")
@click.option("--horizon", required=True, type=int, metavar="N", help="How many steps ahead.")
@click.option("--out", type=click.Path(file_okay=False), help="Folder for the report and the forecast as a table.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Taken for uniformity; nothing is drawn.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document on stdout.")
def forecast(data, time, target, horizon, out, seed, as_json):
    """Forecast the column --target of the table DATA, say how sure that is, and whether it beats simple baselines.

    In the JSON, backtest holds mean absolute errors in the unit of the target. The values are the model's if
    beats_baseline is true, else the baseline's; low and high bound a 95 % interval.
    """
    from scratchwork.cli import _terminal
    from scratchwork.forecasting.forecast import forecast_document, forecast_file
    from scratchwork.report.forecast import write_forecast_report
    from scratchwork.study import check_folder

    folder = pathlib.Path(out or f"scratchwork-forecast-{pathlib.Path(data).name.split('.')[0]}")
    with _terminal.progress_bar() as progress:
        found = forecast_file(data, time=time, target=target, horizon=horizon, seed=seed, progress=progress)
    check_folder(folder)
    path = write_forecast_report(found, folder).resolve()
    if as_json:
        click.echo(json_format.dumps(forecast_document(found, path), indent=2, allow_nan=False))
        return
    show(found)
    click.echo(f"Report: {path}")


def show(found):
    """Sentences, scores and the values to come on stdout."""
    from rich import box
    from rich.console import Console
    from rich.table import Table

    from scratchwork.forecasting.words import sentences, shown

    console = Console()
    for text in [*sentences(found), *found.series.notes]:
        console.print(text, markup=False, highlight=False)
    scores = Table("method", "MAE", "MASE", title="On the past", box=box.SIMPLE_HEAD, title_justify="left")
    for name in found.backtest.forecasts:
        scores.add_row(name, shown(found.backtest.mae(name)), shown(found.mase(name)))
    console.print(scores)
    table = Table(found.series.time, "forecast", "low", "high", title=f"Forecast ({found.used})", box=box.SIMPLE_HEAD, title_justify="left")  # fmt: skip
    for moment, *values in list(zip(found.moments, found.values, found.low, found.high))[:50]:
        table.add_row(str(moment), *map(shown, values))
    console.print(table)
    if found.horizon > 50:
        console.print(f"The first 50 of {found.horizon} steps; all of them are in forecast.csv.", highlight=False)
