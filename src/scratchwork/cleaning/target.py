"""What is asked of the target column: a class, or a number."""

from typing import NamedTuple

import numpy as np

from scratchwork.errors import DataError

MOST_CLASSES = 10
ROWS_PER_CLASS = 5
SEVERAL = 200


class Task(NamedTuple):
    """'classification' or 'regression', and why."""

    name: str
    reason: str


def task_of(values, kind=None):
    """Which task a target is.

    Words are classes. Numbers are classes when they are whole, there are at most 10 different ones, and each stands for 5 rows
    or more on average; else they are a quantity. ``types={"column": "category"}`` (or "number") overrides this.

    Parameters
    ----------
    values : Series or array
        The target; missing values are left aside.
    kind : str or None
        Its kind in the table, if known.

    Returns
    -------
    Task

    Examples
    --------
    >>> import pandas as pd
    >>> task_of(pd.Series([1.5, 2.5, 7.25])).name, task_of(pd.Series(["a", "b", "a"])).name
    ('regression', 'classification')
    >>> task_of(pd.Series([0.0, 1.0] * 20))
    Task(name='classification', reason='2 different whole numbers in 40 rows are taken for classes')
    """
    import pandas as pd

    series = pd.Series(values).dropna()
    distinct = series.nunique()
    check_target(series, distinct, kind)
    if kind in ("category", "ordered", "text", "constant") or not pd.api.types.is_numeric_dtype(series):
        return Task("classification", f"{distinct} different words")
    if pd.api.types.is_bool_dtype(series):
        return Task("classification", "true or false")
    whole = bool(np.all(np.mod(series.to_numpy(dtype=float), 1) == 0))
    few = distinct == 2 or (distinct <= MOST_CLASSES and len(series) >= ROWS_PER_CLASS * distinct)
    if whole and few:
        return Task(
            "classification", f"{distinct} different whole numbers in {len(series):,} rows are taken for classes"
        )
    return Task("regression", f"{distinct:,} different numbers")


def check_target(series, distinct, kind):
    """A target that cannot be learnt is an error that says what to do."""
    name = series.name if series.name is not None else "the target"
    if len(series) == 0:
        raise DataError(f"target={name!r} has no value in any row; choose another column.")
    if distinct < 2:
        raise DataError(
            f"target={name!r} has the one value {series.iloc[0]!r} in every row: there is nothing to predict."
        )
    if kind == "date":
        raise DataError(f"target={name!r} is a date; predict a number of days, or use `scratchwork forecast`.")
    if (kind in ("id", "text") and distinct > max(SEVERAL, 0.5 * len(series))) or (
        kind == "id" and distinct == len(series)
    ):
        advice = f"choose another column, or say what it is with --types {name}=number or =category"
        raise DataError(
            f"target={name!r} is {'an id' if kind == 'id' else 'free text'}, different in nearly every row; {advice}."
        )
