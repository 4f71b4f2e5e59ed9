"""Gaps: how many are worth a mark of their own, and how they are filled."""

import numpy as np

GAP_SHARE = 0.01
GAP_ROWS = 5


def several(n, noun):
    """'1 cell' or '1,234 cells'."""
    return f"{n:,} {noun}{'s' if n != 1 else ''}"


def has_gaps(absent):
    """Whether gaps are many enough to be learnt from, and few enough to leave something else."""
    count = int(absent.sum())
    return bool(max(GAP_ROWS, GAP_SHARE * len(absent)) <= count < len(absent))


def with_gap(block, values, tell):
    """(n, 1) or (n, 2): the values with gaps filled, and 1 where there was one."""
    absent = np.isnan(values)
    if absent.any() and not block["gap"]:
        tell.append(
            f"column {block['column']!r}: {several(absent.sum(), 'missing cell')} filled with the training median."
        )
    columns = [np.where(absent, block["fill"], values)]
    return np.column_stack(columns + [absent] * block["gap"]).astype(np.float64)
