"""Classes that count labels and predictions as they come: no object holds what another was given, and the table is kept as it is read."""

import contextlib

import numpy as np

from scratchwork.checks.findings import CannotCheck, find
from scratchwork.checks.recognising.counting_classes import of_one_class
from scratchwork.checks.registry import probe
from scratchwork.checks.views.metric_blame import blame
from scratchwork.checks.views.metric_cases import P2, P3, Y2, Y3, counts


@probe("SW-P12", roles=("counting",))
def a_new_object_starts_from_nothing(target, call):
    """What an object tells of its labels does not hold those that another was given before."""
    counting = target.value
    for _, key, function in counting.of_methods():
        with contextlib.suppress(CannotCheck):
            first, _, second = (
                repr(call(function, *pair, **of_one_class(function))) for pair in ((Y3, P3), (Y3[::-1], P3), (Y3, P3))
            )
            if first != second:
                counting.shared = True
                said = f"{key} of a new object gives {second[:60]} after another was given other labels; of the first object with these labels it was {first[:60]}."
                yield find("SW-P12", said, severity="error", function="__init__")
                return


@probe("SW-E8", roles=("counting",))
def the_table_is_kept_as_it_is_read(target, call):
    """Where precision and recall have each other's value, the table that the object keeps has its true classes in columns."""
    key, asked = target.value.table()
    table = np.asarray(call(asked, Y2, P2), dtype=float)
    if np.array_equal(table, counts(Y2, P2, 2).T) and target.value.reads(call) == "exchanged":
        blame(target)
        said = f"{key}[0, 1] is {table[0, 1]:.0f} where {table[1, 0]:.0f} rows of class 0 were predicted as class 1: the table is transposed for the methods that read it."
        yield find("SW-E8", said, severity="warning", weight=86, function=target.value.feed)
