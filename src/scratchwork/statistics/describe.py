"""One column in numbers."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Description:
    """A column in numbers; None where a number does not apply to its kind.

    ``top`` holds the most frequent values with their counts, at most five. Quantiles are linear interpolations.
    """

    name: str
    kind: str
    n: int
    missing: int
    distinct: int
    mean: float | None = None
    deviation: float | None = None
    minimum: float | None = None
    quartile_1: float | None = None
    median: float | None = None
    quartile_3: float | None = None
    maximum: float | None = None
    skewness: float | None = None
    top: tuple = ()


def describe_column(name, values, kind):
    """Describe one column.

    Parameters
    ----------
    name : str
    values : Series
    kind : str
        "number", or anything else for counts of values.

    Returns
    -------
    Description

    >>> import pandas as pd
    >>> describe_column("age", pd.Series([1.0, 2.0, 3.0, None]), "number").median
    2.0
    """
    from scratchwork.statistics.association import skewness

    present = values.dropna()
    common = {
        "name": name,
        "kind": kind,
        "n": len(values),
        "missing": len(values) - len(present),
        "distinct": int(present.nunique()),
    }
    if kind != "number" or len(present) == 0:
        counts = present.astype(str).value_counts()
        order = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:5]
        return Description(**common, top=tuple((label, int(count)) for label, count in order))
    numbers = present.to_numpy(dtype=np.float64)
    low, q1, median, q3, high = np.percentile(numbers, [0, 25, 50, 75, 100])
    return Description(
        **common,
        mean=float(numbers.mean()),
        deviation=float(numbers.std(ddof=1)) if len(numbers) > 1 else None,
        minimum=float(low),
        quartile_1=float(q1),
        median=float(median),
        quartile_3=float(q3),
        maximum=float(high),
        skewness=skewness(numbers),
    )
