"""Metric functions, called by themselves: their values, all pairs of shapes, swapped arguments, empty classes."""

import inspect
import re

import numpy as np

from scratchwork.checks.findings import CallFailed, CannotCheck, find
from scratchwork.checks.metric_call import Metric, close, is_metrics_file, number
from scratchwork.checks.metric_values import conventions, regression_values
from scratchwork.checks.registry import probe

# 4 true positives, 3 false positives, 1 false negative, 5 true negatives: every ratio is another number
Y2 = np.array([1, 0, 1, 0, 0, 1, 0, 1, 0, 0, 1, 0, 0])
P2 = np.array([1, 1, 1, 0, 1, 0, 0, 1, 0, 1, 1, 0, 0])
Y3 = np.array([0, 1, 2, 2, 1, 0, 2, 1, 0, 0, 2, 2, 0, 1, 0, 2, 0])
P3 = np.array([0, 2, 2, 2, 1, 0, 1, 1, 0, 2, 2, 0, 0, 1, 1, 2, 0])
CLASSIFICATION = ("accuracy", "error_rate", "precision", "recall", "f1", "specificity", "balanced_accuracy")
OTHER = {"precision": "recall", "recall": "precision"}


def kind_of(target):
    return target.role.split(":")[1]


@probe("SW-E90", "SW-E7", "SW-E2", roles=tuple(f"metric:{kind}" for kind in CLASSIFICATION))
def metric_has_its_value(target, call):
    """Precision, recall, F1 and accuracy equal one of their usual definitions: binary, macro, micro or weighted."""
    metric, kind = Metric(target, call), kind_of(target)
    right = conventions(kind, Y2, P2)
    value = metric.settle(Y2, P2, right)
    if not any(close(value, wanted) for wanted in right):
        yield from wrong_value(target, metric, kind, value, Y2, P2)
        return
    if kind in ("accuracy", "error_rate", "specificity"):
        return
    yield from of_several_classes(target, metric, kind)


def wrong_value(target, metric, kind, value, truth, guess):
    """The value is that of a swapped metric, or of none."""
    right = conventions(kind, truth, guess)
    swapped = kind in OTHER and any(close(value, wanted) for wanted in conventions(OTHER[kind], truth, guess))
    if swapped and metric.order == "unknown":
        return
    shown = f"for 4 hits, 3 false alarms, 1 miss and 5 correct rejections {target.name} gives {value:.4f}"
    weight = None if not blamed_elsewhere(target) else 20
    if swapped:
        yield find("SW-E7", f"{shown}: that is the {OTHER[kind]}; the {kind} is {right[0]:.4f}.", weight=weight)
    elif value == value:
        yield find("SW-E90", f"{shown}; the {kind} is {right[0]:.4f}.", weight=weight)
    else:
        yield find("SW-E90", f"{shown}, which is no number; the {kind} is {right[0]:.4f}.", weight=weight)


def blamed_elsewhere(target):
    """Whether the function builds on a confusion matrix of the file: that one is judged by itself."""
    text = source_of(target)
    own = target.namespace.get("lines", {})
    return any(
        re.search(rf"\b{name}\(", text) for name in own if re.search("confus|matrix", name) and name != target.name
    ) and _transposed(target)


def _transposed(target):
    """Whether the file's own confusion matrix is transposed."""
    for name, item in target.namespace.get("namespace", {}).items():
        if re.search("confus", name.lower()) and inspect.isfunction(item):
            try:
                table = np.asarray(item(Y3, P3), dtype=float)
            except Exception:
                return False
            return table.shape == (3, 3) and np.allclose(table, counts(Y3, P3, 3).T)
    return False


def source_of(target):
    """The text of the function, docstring included."""
    try:
        return inspect.getsource(target.value)
    except (OSError, TypeError):
        node = target.namespace.get("nodes", {}).get(target.name)
        if node is None:
            return ""
        import ast

        return ast.unparse(node)


def of_several_classes(target, metric, kind):
    """Three classes: any average is right, class 1 alone is worth a word."""
    try:
        value = metric.ask(Y3, P3)
    except CallFailed:
        return  # a metric for two classes may refuse three
    right = conventions(kind, Y3, P3, several=True)
    if any(close(value, wanted) for wanted in right):
        return
    single = conventions(kind, (Y3 == 1).astype(int), (P3 == 1).astype(int))[0]
    text = source_of(target)
    promised = bool(re.search(r"macro|micro|weighted|average|n_class|num_class|multi", text, re.IGNORECASE))
    if close(value, single) or loosely_one(value, kind):
        severity = "error" if promised else ("warning" if is_metrics_file(target) else "remark")
        said = f"for three classes {target.name} gives {value:.4f}, the {kind} of class 1 alone; the macro average is {right[0]:.4f}."
        yield find("SW-E2", said, severity=severity, weight=84 if promised else 30)
    elif promised:
        swapped = kind in OTHER and any(close(value, w) for w in conventions(OTHER[kind], Y3, P3, several=True))
        weight = 20 if blamed_elsewhere(target) else None
        if swapped:
            said = f"for three classes {target.name} gives {value:.4f}, which is the {OTHER[kind]}; the {kind} is {right[0]:.4f}."
            yield find("SW-E7", said, weight=weight)
        else:
            said = f"for three classes {target.name} gives {value:.4f}; macro, weighted and micro {kind} are "
            yield find("SW-E90", said + ", ".join(f"{wanted:.4f}" for wanted in right[:3]) + ".", weight=weight)


def loosely_one(value, kind):
    """Whether the value counts class 1 against class 0 and leaves class 2 out."""
    tp = np.sum((Y3 == 1) & (P3 == 1))
    fp, fn = np.sum((Y3 == 0) & (P3 == 1)), np.sum((Y3 == 1) & (P3 == 0))
    values = {"precision": tp / (tp + fp), "recall": tp / (tp + fn), "f1": 2 * tp / (2 * tp + fp + fn)}
    return kind in values and close(value, values[kind])


@probe("SW-E1", roles=tuple(f"metric:{kind}" for kind in (*CLASSIFICATION, "mse", "rmse", "mae", "r2")))
def metric_minds_the_shape(target, call):
    """(n,), (n, 1) and both mixed give one value, or an error; not a table of n x n."""
    metric, kind = Metric(target, call), kind_of(target)
    truth, guess = (Y2, P2) if kind in CLASSIFICATION else (YR, PR)
    base = number(metric.raw(truth, guess))
    worst = None
    for one, other in ((truth[:, None], guess), (truth, guess[:, None])):
        try:
            value = number(metric.raw(one, other))
        except (CallFailed, CannotCheck):
            continue
        if not close(value, base) and (worst is None or value > worst[0]):
            worst = (value, one.shape, other.shape)
    if worst:
        value, one, other = worst
        impossible = kind in CLASSIFICATION and value > 1.0001 and base <= 1
        severity = "warning" if is_metrics_file(target) else "remark"
        said = f"{target.name} gives {base:.4f} for shapes {truth.shape} and {truth.shape}, and {value:.4f} for {one} and {other}."
        yield find("SW-E1", said, severity=severity, weight=70 if impossible else 60)


@probe("SW-E3", roles=("metric:precision", "metric:recall", "metric:f1"))
def metric_survives_an_empty_class(target, call):
    """No positive predicted, or none there: 0 by convention, not NaN and no ZeroDivisionError."""
    metric = Metric(target, call)
    metric.settle(Y2, P2, conventions(kind_of(target), Y2, P2))
    cases = [
        ("no row is predicted positive", np.array([1, 0, 1, 0]), np.zeros(4, dtype=int)),
        ("no row is positive", np.zeros(4, dtype=int), np.array([1, 0, 1, 0])),
        ("class 2 is predicted and never there", np.array([0, 0, 1, 1, 0]), np.array([0, 2, 1, 1, 0])),
        ("class 2 is there and never predicted", np.array([0, 2, 1, 1, 0]), np.array([0, 0, 1, 1, 0])),
    ]
    for words, truth, guess in cases:
        said = None
        try:
            value = metric.ask(truth, guess)
            if value != value or np.isinf(value):
                said = f"where {words}, {target.name} gives {value}."
        except CallFailed as failure:
            if "ZeroDivision" in str(failure) or "divide" in str(failure):
                said = f"where {words}, {failure}."
        if said:
            severity = "warning" if is_metrics_file(target) else "remark"
            yield find("SW-E3", said, severity=severity)
            return


@probe("SW-E12", roles=("metric:precision", "metric:recall", "metric:f1"))
def absent_classes_do_not_count(target, call):
    """Labels 0, 2 and 3: the mean goes over three classes, not over four."""
    metric, kind = Metric(target, call), kind_of(target)
    names = np.array([0, 2, 3])
    truth, guess = names[Y3], names[P3]
    if metric.rest:
        raise CannotCheck("the number of classes is given by the caller")
    value = metric.ask(truth, guess)
    right = conventions(kind, truth, guess, several=True)
    macro = right[0]
    if any(close(value, wanted) for wanted in right):
        return
    if close(value, macro * 3 / 4, 1e-3):
        said = f"with labels 0, 2 and 3 {target.name} gives {value:.4f}, an average over four classes; over the three that occur it is {macro:.4f}."
        yield find("SW-E12", said)
    elif value != value:
        yield find("SW-E12", f"with labels 0, 2 and 3 {target.name} gives NaN.")


def counts(truth, guess, classes):
    """The confusion matrix: rows true, columns predicted."""
    table = np.zeros((classes, classes))
    np.add.at(table, (truth, guess), 1)
    return table


YR = np.array([3.1, -0.5, 2.2, 7.4, 4.3, 0.9, -1.7, 5.5, 2.9, 6.1, 1.3])
PR = np.array([2.5, 0.3, 2.0, 8.6, 3.1, 1.4, -2.9, 6.8, 2.2, 4.7, 0.2])


@probe("SW-E90", "SW-E7", roles=("metric:r2", "metric:mse", "metric:rmse", "metric:mae"))
def regression_metric_has_its_value(target, call):
    """R2, MSE, RMSE and MAE on eleven numbers."""
    metric, kind = Metric(target, call), kind_of(target)
    right = regression_values(YR, PR)[kind]
    value = metric.settle(YR, PR, [right])
    others = regression_values(PR, YR)[kind]
    squared_correlation = np.corrcoef(YR, PR)[0, 1] ** 2
    if abs(value - right) < 1e-6 * max(1, abs(right)) or (kind == "r2" and close(value, squared_correlation, 1e-6)):
        return
    if kind == "r2" and abs(value - others) < 1e-6:
        if metric.order != "unknown":
            said = f"{target.name} gives {value:.4f}, the R2 with labels and predictions exchanged; it is {right:.4f}."
            yield find("SW-E7", said)
        return
    spread = 1 - np.sum((YR - PR) ** 2) / np.sum((PR - PR.mean()) ** 2)
    if kind == "r2" and abs(value - spread) < 1e-6:
        yield find(
            "SW-E7", f"{target.name} gives {value:.4f}: it divides by the spread of the predictions; R2 is {right:.4f}."
        )
        return
    ratio = value / right if right else np.nan
    factor = (
        f", {ratio:.4g} times that"
        if np.isfinite(ratio) and any(abs(ratio - known) < 1e-6 for known in (0.5, 2, 11, 1 / 11))
        else ""
    )
    severity = "warning" if abs(ratio - 0.5) < 1e-6 else "error"
    yield find("SW-E90", f"{target.name} gives {value:.4f}{factor}; the {kind} is {right:.4f}.", severity=severity)


@probe("SW-M9", roles=("metric:clusters",))
def cluster_scores_do_not_mind_the_numbering(target, call):
    """Renumbering the clusters must not change how well they fit the classes."""
    metric = Metric(target, call)
    renamed = np.array([2, 0, 1])[P3]
    first, second = metric.ask(Y3, P3), metric.ask(Y3, renamed)
    swapped = metric.ask(P3, Y3) if metric.order == "unknown" else first
    if not close(first, second, 1e-9) and not close(swapped, second, 1e-9):
        said = f"{target.name} gives {first:.4f}, and {second:.4f} when the same clusters are numbered differently."
        yield find("SW-M9", said)
