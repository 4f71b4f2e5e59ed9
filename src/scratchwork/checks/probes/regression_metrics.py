"""Metrics of regression, called by themselves: their values, exchanged arguments, a target that is constant, percent."""

import numpy as np

from scratchwork.checks.findings import CallFailed, CannotCheck, find
from scratchwork.checks.registry import probe
from scratchwork.checks.views.metric_call import Metric
from scratchwork.checks.views.metric_cases import PR, YR
from scratchwork.checks.views.metric_judge import REGRESSION, is_other, is_right, wrong_in
from scratchwork.checks.views.metric_place import failing_in
from scratchwork.checks.views.metric_values import regression_values


@probe("SW-E90", "SW-E7", roles=("metric:report", *(f"metric:{kind}" for kind in REGRESSION)))
def regression_metric_has_its_value(target, call):
    """R2, MSE, RMSE, MAE and MAPE on eleven numbers."""
    metric = Metric(target, call)
    said = metric.settle(YR, PR, wrong_in(YR, PR))
    if not said or not set(said) <= set(REGRESSION):
        raise CannotCheck("it is no report on numbers")
    for kind, value in said.items():
        if not is_right(kind, value, YR, PR) and np.ndim(value) == 0:
            yield from wrong_number(target, metric, kind, value)
            return


def wrong_number(target, metric, kind, value):
    """Which mistake gives this number."""
    right = regression_values(YR, PR)[kind]
    named = f"{target.name} gives {value:.4f}" if metric.kind else f"{target.name} gives {kind} = {value:.4f}"
    if is_other(kind, value, YR, PR):
        if metric.order != "unknown":
            yield find("SW-E7", f"{named}, the {kind} with labels and predictions exchanged; it is {right:.4f}.")
        return
    spread = 1 - np.sum((YR - PR) ** 2) / np.sum((PR - PR.mean()) ** 2)
    if kind == "r2" and abs(value - spread) < 1e-6:
        yield find("SW-E7", f"{named}: it divides by the spread of the predictions; R2 is {right:.4f}.")
        return
    turned = {"the unexplained share, 1 - R2": 1 - right, "1 - SS_tot / SS_res": 1 - 1 / (1 - right)}
    words = next((words for words, number in turned.items() if kind == "r2" and abs(value - number) < 1e-6), None)
    if words:
        yield find("SW-E7", f"{named}: that is {words}; R2 is {right:.4f}.")
        return
    ratio = value / right if right else np.nan
    known = np.isfinite(ratio) and any(abs(ratio - factor) < 1e-6 for factor in (0.5, 2, 11, 1 / 11))
    factor = f", {ratio:.4g} times that" if known else ""
    severity = "warning" if abs(ratio - 0.5) < 1e-6 else "error"
    yield find("SW-E90", f"{named}{factor}; the {kind} is {right:.4f}.", severity=severity)


@probe("SW-E3", roles=("metric:r2",))
def a_constant_target_is_no_division_by_zero(target, call):
    """R2 of a target that is constant is 0 or 1 by convention, not NaN, minus infinity or a failure."""
    metric = Metric(target, call)
    metric.settle(YR, PR, wrong_in(YR, PR))
    flat, said = np.full(len(YR), 2.0), None
    try:
        value = metric.read(flat, PR).get("r2", 0.0)
        if not np.isfinite(value).all():
            said = f"where all targets are 2, {target.name} gives {value}."
    except CallFailed as failure:
        if isinstance(failure.cause, ZeroDivisionError):
            said = f"where all targets are 2, {failure}."
    if said:
        where = failing_in(target.value, call, **metric.given(flat, PR))
        yield find("SW-E3", said, severity="remark", weight=20, function=where)
