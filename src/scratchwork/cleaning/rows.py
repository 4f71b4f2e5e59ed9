"""Rows that repeat, contradict each other, or lack the target."""

import numpy as np
import pandas as pd

from scratchwork.cleaning import describe
from scratchwork.cleaning.log import Finding

SURE = 0.05


def row_keys(frame):
    """One 64-bit number per row, equal for equal rows (missing equals missing)."""
    if frame.shape[1] == 0:
        return np.zeros(len(frame), dtype=np.uint64)
    return pd.util.hash_pandas_object(frame, index=False).to_numpy()


def copies(frame):
    """Positions of the rows that repeat an earlier row in every cell."""
    return np.flatnonzero(pd.Series(row_keys(frame)).duplicated().to_numpy())


def expected_copies(frame):
    """How many pairs of equal rows chance alone would give, were the columns independent of each other.

    Two rows agree in a column with probability sum(p**2) over its values; in all columns, with the product.

    >>> expected_copies(pd.DataFrame({"a": [0, 1, 0, 1]}))
    3.0
    """
    n = len(frame)
    chance = 1.0
    for _, column in frame.items():
        shares = column.value_counts(normalize=True, dropna=False).to_numpy()
        chance *= float(np.sum(shares**2))
    return n * (n - 1) / 2 * chance


def copies_to_drop(frame, has_id):
    """(positions of repeated rows, whether they are surely copies, the number expected by chance).

    Equal rows are copies when they agree in an id too, or when chance would hardly give a single such pair.
    """
    positions = copies(frame)
    if not len(positions):
        return positions, False, 0.0
    expected = expected_copies(frame)
    return positions, has_id or (expected < SURE * len(positions) and frame.shape[1] > 1), expected


def conflicts(features, target):
    """Positions of rows that agree in every feature with another row and disagree with it in the target."""
    if features.shape[1] == 0:
        return np.array([], dtype=int)
    keys = pd.Series(row_keys(features))
    codes = pd.Series(pd.factorize(target)[0])
    first = codes.groupby(keys).transform("min")
    last = codes.groupby(keys).transform("max")
    return np.flatnonzero((first != last).to_numpy())


def text_of(frame, position):
    """One row as a text, for the log."""
    row = frame.iloc[position]
    return " | ".join(
        "" if pd.isna(value) else f"{value:g}" if isinstance(value, float) else str(value) for value in row
    )


def conflict_findings(frame, kinds, target, lines):
    """Rows alike in every feature whose classes differ: the part that no model can learn."""
    features = frame[[name for name in frame.columns if name != target and kinds[name] not in ("id", "constant")]]
    rows = conflicts(features, frame[target])
    if not len(rows):
        return []
    message = f"{len(rows):,} rows agree with another in every feature and differ from it in {target!r}: no model can get them all right."
    return [
        Finding(
            "conflicting_labels",
            target,
            "warning",
            len(rows),
            message,
            {"share": len(rows) / len(frame)},
            describe.lines_of(lines, rows),
        )
    ]
