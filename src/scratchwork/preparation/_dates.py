"""Dates as numbers: the days since the first, and the year, the week and the day as circles."""

import datetime

import numpy as np
import pandas as pd

from scratchwork.datasets._csv_dates import read_dates
from scratchwork.datasets._csv_words import is_missing
from scratchwork.errors import DataError
from scratchwork.preparation._gaps import has_gaps, several

DAY = 86_400.0
EPOCH = datetime.datetime(1970, 1, 1)
CYCLES = {"month": 12.0, "weekday": 7.0, "hour": 24.0}


def dates_in(series, name, tell):
    """A column as seconds since 1970 in float64, NaN where missing."""
    if not pd.api.types.is_datetime64_any_dtype(series):
        texts = ["" if gone else str(cell).strip() for cell, gone in zip(series, series.isna())]
        values, _ = read_dates(texts, False)
        bad = [text for text, value in zip(texts, values) if value is None and not is_missing(text)]
        if len(bad) > 0.5 * max(sum(text != "" for text in texts), 1):
            raise DataError(
                f"column {name!r} was a date when the preparation was fitted; now it holds cells such as {bad[0]!r}."
            )
        if bad:
            tell.append(
                f"column {name!r}: {several(len(bad), 'cell')} without a date, such as {bad[0]!r}; treated as missing."
            )
        return np.array(
            [np.nan if value is None else (value - EPOCH).total_seconds() for value in values], dtype=np.float64
        )
    if getattr(series.dtype, "tz", None) is not None:
        series = series.dt.tz_convert("UTC").dt.tz_localize(None)
    micro = series.to_numpy().astype("datetime64[us]").astype(np.int64).astype(np.float64)
    return np.where(series.isna().to_numpy(), np.nan, micro / 1e6)


def learn_date(name, series, options):
    """Which parts of the dates vary in training: the day itself, the season, the day of the week, the hour."""
    seconds = dates_in(series, name, [])
    known = seconds[~np.isnan(seconds)]
    block = {
        "kind": "date",
        "column": name,
        "fill": float(np.median(known)) if len(known) else 0.0,
        "gap": has_gaps(np.isnan(seconds)),
    }
    block["origin"] = float(known.min()) if len(known) else 0.0
    parts = calendar(known) if options["date_parts"] and len(known) else {}
    block["parts"] = [part for part, values in parts.items() if len(np.unique(np.floor(values))) > 1]
    names = [f"{name} in days", *(f"{name} {part} {wave}" for part in block["parts"] for wave in ("sin", "cos"))]
    block["names"] = names + [f"{name} is missing"] * block["gap"]
    block["scaled"] = [True] + [False] * (2 * len(block["parts"]) + block["gap"])
    return block


def calendar(seconds):
    """{part: values} of seconds since 1970: the month with its fraction, the weekday (Monday is 0), the hour."""
    days = np.floor(seconds / DAY)
    dates = days.astype("int64").astype("datetime64[D]")
    months = dates.astype("datetime64[M]")
    day = (dates - months.astype("datetime64[D]")).astype(np.float64)
    month = months.astype("int64") % 12
    return {"month": month + day / 31.0, "weekday": (days + 3) % 7, "hour": (seconds - days * DAY) / 3600.0}


def encode_date(block, series, tell):
    """Days since the first training date, and each cycle as a point on a circle, so that December is beside January."""
    seconds = dates_in(series, block["column"], tell)
    absent = np.isnan(seconds)
    filled = np.where(absent, block["fill"], seconds)
    parts = calendar(filled)
    columns = [(filled - block["origin"]) / DAY]
    for part in block["parts"]:
        angle = 2 * np.pi * parts[part] / CYCLES[part]
        columns += [np.sin(angle), np.cos(angle)]
    return np.column_stack(columns + [absent] * block["gap"]).astype(np.float64)
