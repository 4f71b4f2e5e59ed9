"""Confusion matrices: the right counts, in the places that the function speaks of."""

import contextlib
import re

import numpy as np

from scratchwork.checks.findings import CallFailed, CannotCheck, find
from scratchwork.checks.probes.counts import read_as
from scratchwork.checks.registry import probe
from scratchwork.checks.views.metric_blame import source_of
from scratchwork.checks.views.metric_call import Metric
from scratchwork.checks.views.metric_cases import P2, P3, Y2, Y3, counts


@probe("SW-E8", "SW-E90", roles=("metric:confusion",))
def confusion_matrix_is_as_it_says(target, call):
    """Rows are true classes, columns predicted ones, unless the function says otherwise."""
    metric = Metric(target, call)
    truth, guess, classes = Y3, P3, 3
    try:
        got = as_table(metric.raw(truth, guess))
    except (CallFailed, CannotCheck):
        got = np.empty((0, 0))
    if got.shape != (3, 3):
        truth, guess, classes = Y2, P2, 2
        got = as_table(metric.raw(truth, guess))
    right = counts(truth, guess, classes)
    if got.shape != right.shape:
        raise CannotCheck(f"it returns an array of shape {got.shape}")
    read = _read(target, call, metric)
    if read and (np.allclose(got, right) or np.allclose(got, right.T)):
        if read == "exchanged":
            said = f"of what {target.name} counts, precision and recall of this file give each other's value: the table is transposed for those who read it."
            yield find("SW-E8", said, severity="warning")
        return
    share = got.sum() < 1.0001 * classes and not np.allclose(got.sum(), right.sum())
    if np.allclose(got, right) or share:
        return
    text = source_of(target).lower()
    if np.allclose(got, right.T):
        yield from transposed(target, metric, text, got, right)
    elif classes == 3 or sorted(got.ravel()) != sorted(right.ravel()):
        said = f"{target.name} counts {int(got.sum())} pairs as {got.astype(int).tolist()}; the table is {right.astype(int).tolist()}."
        yield find("SW-E90", said, severity="error" if classes == 3 else "warning")


def _read(target, call, metric):
    """How the file's own precision and recall read its table of two classes, where both can be asked."""
    with contextlib.suppress(CallFailed, CannotCheck):
        return read_as(target, call, as_table(metric.raw(Y2, P2)))
    return ""


@probe("SW-E12", roles=("metric:confusion",))
def every_pair_of_classes_is_counted(target, call):
    """A class that is predicted and never there, or there and never predicted, has its place: no pair is lost, and nothing fails."""
    metric = Metric(target, call)
    if metric.rest or as_table(metric.raw(Y3, P3)).sum() != len(Y3):
        raise CannotCheck("its classes are given, or it counts shares")
    predicted, there = "predicted and never there", "there and never predicted"
    for words, truth, guess in ((predicted, np.where(Y3 == 2, 0, Y3), P3), (there, Y3, np.where(P3 == 2, 0, P3))):
        try:
            counted = as_table(metric.raw(truth, guess)).sum()
        except CallFailed as failure:
            said = f"where class 2 is {words}, {failure}."
            yield find("SW-E12", said, severity="warning", weight=34)
            return
        if len(truth) - counted > 0.5:
            said = f"where class 2 is {words}, {target.name} counts {counted:.0f} of {len(truth)} pairs."
            yield find("SW-E12", said, severity="warning", weight=34)
            return


def as_table(value):
    """The table among what a function returns."""
    if isinstance(value, tuple) and len(value) and np.ndim(value[0]) == 2:
        value = value[0]
    if isinstance(value, (dict, tuple)) or np.ndim(value) != 2:
        raise CannotCheck("it returns no table")
    table = np.asarray(value, dtype=float)
    spare = len(table) > 3 and not table[3:].any() and not table[:, 3:].any()  # of ten classes, say, by default
    return table[:3, :3] if spare else table


def transposed(target, metric, text, got, right):
    """E8: an error where the function says that its rows are the true classes."""
    along = re.search(r"rows?\b[^.\n]{0,40}?\b(pred|true|actual|label|real)", text)
    along = along or re.search(r"\b(pred|true|actual|real)\w*[^.\n]{0,20}?\b(in|as|along)\s+(the\s+)?rows?", text)
    if (along and along.group(1) == "pred") or metric.order == "unknown":
        return
    row, column = np.argwhere(got != right)[0]
    said = f"entry ({row}, {column}) of {target.name} is {got[row, column]:.0f}; {right[row, column]:.0f} rows of class {row} were predicted as class {column}: the table is transposed."
    yield find("SW-E8", said, severity="warning")
