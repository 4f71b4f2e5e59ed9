"""ROC curves and their area: the ranks alone decide."""

import numpy as np

from scratchwork.checks.findings import CallFailed, CannotCheck, find
from scratchwork.checks.recognising import binding
from scratchwork.checks.registry import probe
from scratchwork.checks.views import returned
from scratchwork.checks.views.metric_call import Metric, number
from scratchwork.checks.views.metric_place import callees
from scratchwork.checks.views.metric_values import exact_auc

LABELS = np.array([0, 1, 0, 1, 1, 0, 1, 0, 0, 1, 1, 0, 1, 0, 0, 1, 0, 1, 1, 0, 0, 1, 0])
SCORES = np.array([
    0.12, 0.81, 0.3101, 0.56, 0.3105, 0.47, 0.9032, 0.62, 0.033, 0.71, 0.2203, 0.5201, 0.5205, 0.4102, 0.27, 0.951, 0.77,
    0.4108, 0.64, 0.09, 0.9035, 0.88, 0.153,
])  # fmt: skip


def close(value, wanted):
    return abs(value - wanted) < 1e-6 or abs(value - 100 * wanted) < 1e-4


@probe("SW-E4", "SW-E5", roles=("metric:roc_auc",))
def area_is_that_of_the_scores(target, call):
    """The area equals the share of pairs in the right order; a monotone change of the scores leaves it, reversing mirrors it."""
    names = {entry.name.lower() for entry in binding.parameters(target.value)}
    if names & {"fpr", "tpr", "fprs", "tprs", "false_positive_rate", "xs"}:
        raise CannotCheck("it takes a curve, not scores")
    metric = Metric(target, call)
    right = exact_auc(LABELS, SCORES)
    value = area_in(metric.raw(LABELS, SCORES))
    if metric.order == "unknown" and not close(value, right):
        swapped = area_in(metric.raw(SCORES, LABELS))
        if close(swapped, right):
            return
    shown = f"for 23 rows {target.name} gives {value:.5f}"
    if close(value, right):
        yield from monotone(target, metric, right)
        yield from tied(target, metric)
    elif close(value, exact_auc(LABELS, (SCORES >= 0.5).astype(float))):
        yield find(
            "SW-E5", f"{shown}, the area of the predictions at threshold 0.5; that of the scores is {right:.5f}."
        )
    else:
        said = f"{shown}; {right:.5f} of the pairs are in the right order."
        yield find("SW-E4", said, weight=86, function=curve_at_fault(target, metric, LABELS, SCORES))


def area_in(value):
    """The one number that is returned, alone or beside the curve."""
    items = list(value.values()) if isinstance(value, dict) else value
    alone = [item for item in items if np.ndim(item) == 0] if isinstance(items, (tuple, list)) else []
    return number(alone[0] if len(alone) == 1 else value)


def monotone(target, metric, right):
    """The same scores on another scale, and in reverse."""
    try:
        stretched = area_in(metric.raw(LABELS, 10 * SCORES - 3))
        backward = area_in(metric.raw(LABELS, 1 - SCORES))
    except (CallFailed, CannotCheck):
        return
    if not close(backward, 1 - right):
        said = f"{target.name} gives {right:.4f}, and {backward:.4f} for the reversed scores; it should be {1 - right:.4f}."
        yield find("SW-E4", said, weight=86)
    elif not close(stretched, right):
        said = f"{target.name} gives {right:.4f}, and {stretched:.4f} when every score s becomes 10 s - 3, which changes no rank."
        yield find("SW-E4", said, weight=86, severity="warning")


TIED = np.array([0.9, 0.9, 0.9, 0.7, 0.7, 0.4, 0.4, 0.4, 0.2, 0.2, 0.1])
THERE = np.array([0, 1, 1, 1, 0, 1, 0, 0, 1, 0, 0])


def tied(target, metric):
    """Rows with equal scores count half, whatever their order; an error where the area depends on it."""
    right = exact_auc(THERE, TIED)
    try:
        values = [area_in(metric.raw(THERE[order], TIED[order])) for order in (np.arange(11), np.arange(11)[::-1])]
    except (CallFailed, CannotCheck):
        return
    if all(close(value, right) for value in values):
        return
    where = curve_at_fault(target, metric, THERE, TIED)
    if close(values[0], values[1]):
        said = f"where scores are equal {target.name} gives {values[0]:.4f}; with ties counted half the area is {right:.4f}."
    else:
        said = f"{target.name} gives {values[0]:.4f}, and {values[1]:.4f} for the same rows in reverse: with ties counted half the area is {right:.4f}."
    yield find("SW-E4", said, weight=50, severity="warning", function=where)


def curve_at_fault(target, metric, truth, scores):
    """The name of the file's own function of labels and scores whose curve is already wrong, or None."""
    nodes, space = callees(target), target.namespace.get("namespace", {})
    for name in nodes:
        helper = space.get(name)
        try:
            made = metric.call(helper, *((truth, scores) if metric.order != "guess first" else (scores, truth)))
            curves = [np.asarray(item, dtype=float) for item in made if np.ndim(item) == 1][:2]
        except (CallFailed, CannotCheck, TypeError, ValueError):
            continue
        if len(curves) == 2 and len(curves[0]) == len(curves[1]) > 1 and curves[0].max() > 0 < curves[1].max():
            right, (one, other) = exact_auc(truth, scores), [curve / curve.max() for curve in curves]
            words = returned.names_returned(nodes[name]) or [""]
            ways = [(one, other)] if str(words[0]).startswith("f") else [(other, one)]
            ways = ways if words[0] else [(one, other), (other, one)]
            if not any(abs(area(*way) - right) < 1e-6 for way in ways):
                return name
    return None


@probe("SW-E4", roles=("metric:roc_curve",))
def curve_runs_from_corner_to_corner(target, call):
    """The curve goes from (0, 0) to (1, 1) through every score, and its area is exact."""
    metric = Metric(target, call)
    value = metric.raw(LABELS, SCORES)
    if isinstance(value, dict):
        value = list(value.values())
    if (
        not isinstance(value, (tuple, list))
        or len(value) < 2
        or np.ndim(value[0]) != 1
        or len(value[0]) != len(value[1])
    ):
        raise CannotCheck("it returns no two arrays")
    fpr, tpr = np.asarray(value[0], dtype=float), np.asarray(value[1], dtype=float)
    right = exact_auc(LABELS, SCORES)
    areas = [area(fpr, tpr), area(tpr, fpr)]
    if any(abs(found - right) < 1e-6 for found in areas):
        lost = [corner for corner in (0, 1) if not np.isclose([fpr, tpr], corner).all(axis=0).any()]
        if lost:
            said = f"none of the {len(fpr)} points of {target.name} is the corner ({lost[0]}, {lost[0]}); the first is ({fpr[0]:.3g}, {tpr[0]:.3g})."
            yield find("SW-E4", said, severity="warning")
        return
    ends = bool(np.isclose(fpr.min(), 0) and np.isclose(fpr.max(), 1))
    said = f"the area under the {len(fpr)} points of {target.name} is {areas[0]:.5f}; {right:.5f} of the pairs are in the right order"
    said += "." if ends else f", and the false positive rate runs from {fpr.min():.3g} to {fpr.max():.3g}."
    yield find("SW-E4", said)


def area(x, y):
    """The area under the points in the order of x, by trapezes."""
    order = np.lexsort((y, x))
    return float(np.sum(np.diff(x[order]) * (y[order][1:] + y[order][:-1]) / 2))
