"""Metric functions: each fault is found in code of different make, and every usual convention passes."""

import numpy as np
import pytest
from sklearn import metrics

from scratchwork.checks.findings import CannotCheck
from scratchwork.checks.probes import counts
from scratchwork.checks.probes import metrics as probe_metrics
from scratchwork.checks.probing import load_probes
from scratchwork.checks.recognising.recognise_metrics import role_of_function
from scratchwork.checks.registry import PROBES, Target
from scratchwork.checks.running.call import Caller

load_probes()


def found(function, name=None):
    """(code, severity) of all findings of the probes that apply to a metric function."""
    name = name or function.__name__
    role = role_of_function(name, function, None)
    assert role, name
    others = {"precision_score": function, "recall_score": function, name: function}
    target = Target(function, name, role, None, None, {"namespace": others, "lines": {name: 1}})
    results = set()
    for probe in PROBES:
        if probe.applies(role):
            try:
                results |= {(finding.code, finding.severity) for finding in probe.function(target, Caller())}
            except CannotCheck:
                continue
    return results


def codes(function, name=None, severities=("error", "warning")):
    return {code for code, severity in found(function, name) if severity in severities}


def accuracy(y_true, y_pred):
    return np.mean(np.ravel(y_true) == np.ravel(y_pred))


def accuracy_in_percent(targets, predictions):
    right = 0
    for a, b in zip(list(targets), list(predictions)):
        right += np.ravel(a)[0] == np.ravel(b)[0]
    return 100 * right / len(targets)


def precision_binary(y_true, y_pred):
    y_true, y_pred = np.ravel(y_true), np.ravel(y_pred)
    tp = np.sum((y_true == 1) & (y_pred == 1))
    fp = np.sum((y_true != 1) & (y_pred == 1))
    return tp / (tp + fp) if tp + fp else 0.0


def recall_macro(labels, predictions):
    labels, predictions = np.ravel(labels), np.ravel(predictions)
    values = []
    for c in np.unique(labels):
        values.append(np.sum((labels == c) & (predictions == c)) / np.sum(labels == c))
    return float(np.mean(values))


def f1_micro(y, y_hat):
    return float(np.mean(np.ravel(y) == np.ravel(y_hat)))


def f1_with_epsilon(y_true, y_pred):
    y_true, y_pred = np.ravel(y_true), np.ravel(y_pred)
    tp = np.sum((y_true == 1) & (y_pred == 1))
    p = tp / (np.sum(y_pred == 1) + 1e-8)
    r = tp / (np.sum(y_true == 1) + 1e-8)
    return 2 * p * r / (p + r + 1e-8)


@pytest.mark.parametrize(
    ("function", "name"),
    [
        (accuracy, "accuracy"),
        (accuracy_in_percent, "accuracy_score"),
        (recall_macro, "recall_macro"),
        (f1_micro, "f1_score"),
        (metrics.accuracy_score, "accuracy_score"),
        (lambda a, b: metrics.precision_score(np.ravel(a), np.ravel(b), average="weighted", zero_division=0), "precision"),
        (lambda a, b: metrics.f1_score(np.ravel(a), np.ravel(b), average="macro", zero_division=0), "f1"),
        (lambda y_pred, y_true: float(np.mean(y_pred == y_true)) if np.shape(y_pred) == np.shape(y_true) else float("shapes differ"), "accuracy"),
    ],
)  # fmt: skip
def test_every_usual_convention_passes(function, name):
    assert not found(function, name)


def test_a_binary_metric_is_no_error():
    assert not codes(precision_binary, "precision", ("error",))
    assert not codes(f1_with_epsilon, "f1_score", ("error",))


def test_broadcasting():
    assert "SW-E1" in codes(lambda y_true, y_pred: np.sum(y_true == y_pred) / len(y_true), "accuracy")
    assert "SW-E1" in codes(lambda y_true, y_pred: np.mean((y_true - y_pred) ** 2), "mse_score")
    assert "SW-E1" not in codes(accuracy)


def test_broadcasting_is_a_remark_beside_a_model():
    def accuracy_score(y_true, y_pred):
        return np.mean(y_true == y_pred)

    lines = {"accuracy_score": 1, "train": 5, "forward": 9}
    target = Target(accuracy_score, "accuracy_score", "metric:accuracy", None, None, {"namespace": {}, "lines": lines})
    finding = next(probe_metrics.metric_minds_the_shape(target, Caller()))
    assert (finding.code, finding.severity) == ("SW-E1", "remark")


def test_swapped_ratios():
    def precision(y_true, y_pred):
        tp = np.sum((y_true == 1) & (y_pred == 1))
        return tp / max(np.sum(y_true == 1), 1)

    def recall(actual, predicted):
        tp = sum(1 for a, p in zip(actual, predicted) if a == 1 and p == 1)
        return tp / max(sum(1 for p in predicted if p == 1), 1)

    assert ("SW-E7", "error") in found(precision)
    assert ("SW-E7", "error") in found(recall)


def test_wrong_formulas():
    def f1_score(y_true, y_pred):
        tp = np.sum((y_true == 1) & (y_pred == 1))
        p, r = tp / max(np.sum(y_pred == 1), 1), tp / max(np.sum(y_true == 1), 1)
        return p * r / (p + r) if p + r else 0.0

    assert ("SW-E7", "error") in found(f1_score)
    assert ("SW-E90", "error") in found(lambda y_true, y_pred: np.sum(y_true == y_pred), "accuracy")
    assert ("SW-E90", "error") in found(lambda y_true, y_pred: np.mean(np.abs(y_true - y_pred)), "rmse")
    assert ("SW-E90", "error") in found(lambda y_true, y_pred: np.sum((y_true - y_pred) ** 2), "mse_score")


def test_one_class_of_several():
    def recall_score(y_true, y_pred, average="macro"):
        return np.sum((y_true == 1) & (y_pred == 1)) / max(np.sum(y_true == 1), 1)

    assert ("SW-E2", "error") in found(recall_score)
    assert ("SW-E2", "warning") in found(precision_binary, "precision")


def test_division_by_zero():
    def precision(y_true, y_pred):
        tp = sum(1 for a, p in zip(y_true, y_pred) if a == p == 1)
        return tp / sum(1 for p in y_pred if p == 1)

    def recall(y_true, y_pred):
        return np.sum((y_true == 1) & (y_pred == 1)) / np.sum(y_true == 1)

    assert "SW-E3" in codes(precision)
    assert "SW-E3" in codes(recall)


def test_absent_classes():
    def f1_score(y_true, y_pred):
        values = []
        for c in range(max(y_true.max(), y_pred.max()) + 1):
            tp = np.sum((y_true == c) & (y_pred == c))
            total = np.sum(y_true == c) + np.sum(y_pred == c)
            values.append(2 * tp / total if total else 0.0)
        return np.mean(values)

    assert "SW-E12" in codes(f1_score)


def confusion(truth, guess, k=3):
    table = np.zeros((k, k), dtype=int)
    for a, b in zip(np.ravel(truth), np.ravel(guess)):
        table[a, b] += 1
    return table


def test_confusion_matrices():
    def confusion_matrix(y_true, y_pred):
        """Rows are the true classes."""
        return confusion(y_pred, y_true)

    def conf_matrix(y_true, y_pred):
        return confusion(y_pred, y_true)

    def compute_confusion_matrix(y_true, y_pred):
        """Rows: predicted classes, columns: actual classes."""
        return confusion(y_pred, y_true)

    def build_confusion(y_true, y_pred):
        return confusion(y_true, y_pred)

    def digits_confusion(y_true, y_pred, n=10):
        return confusion(y_pred, y_true, n)

    assert found(digits_confusion) == {("SW-E8", "warning")}
    assert found(confusion_matrix) == {("SW-E8", "warning")}
    assert found(conf_matrix) == {("SW-E8", "warning")}
    assert not found(compute_confusion_matrix)
    assert not found(build_confusion)


def test_reports():
    def classification_metrics(y_true, y_pred):
        p = precision_binary(y_true, y_pred)
        r = precision_binary(y_pred, y_true)
        return {"accuracy": accuracy(y_true, y_pred), "precision": p, "recall": r, "f1": (p + r) / 2}

    def precision_recall(y_true, y_pred):
        return precision_binary(y_pred, y_true), precision_binary(y_true, y_pred)

    def evaluate_metrics(y_true, y_pred):
        return {"acc": accuracy(y_true, y_pred), "precision": precision_binary(y_true, y_pred)}

    assert ("SW-E7", "error") in found(classification_metrics)
    assert ("SW-E7", "error") in found(precision_recall)
    assert not codes(evaluate_metrics)


def test_regression_metrics():
    def r2_score(y_true, y_pred):
        return 1 - np.sum((y_true - y_pred) ** 2) / np.sum((y_pred - y_pred.mean()) ** 2)

    def r_squared(predictions, targets):
        predictions, targets = np.ravel(predictions), np.ravel(targets)
        return 1 - np.sum((targets - predictions) ** 2) / np.sum((targets - targets.mean()) ** 2)

    assert ("SW-E7", "error") in found(r2_score)
    assert found(r_squared) == {("SW-E3", "remark")}  # of a constant target
    assert not codes(lambda a, b: np.corrcoef(np.ravel(a), np.ravel(b))[0, 1] ** 2, "r2")
    assert not found(metrics.r2_score, "r2_score")


def test_clusters_scored_by_number():
    assert ("SW-M9", "error") in found(lambda y_true, y_pred: np.mean(y_true == y_pred), "cluster_accuracy")
    assert not found(metrics.adjusted_rand_score, "adjusted_rand_score")

    def purity(found_labels, truth):
        return sum(np.bincount(truth[found_labels == j]).max() for j in np.unique(found_labels)) / len(truth)

    assert not found(purity)


def grid_auc(y_true, scores, thresholds):
    tpr = [np.mean(scores[y_true == 1] >= t) for t in thresholds]
    fpr = [np.mean(scores[y_true == 0] >= t) for t in thresholds]
    order = np.argsort(fpr)
    return np.trapezoid(np.array(tpr)[order], np.array(fpr)[order])


def test_areas_under_the_curve():
    def roc_auc_score(y_true, y_score):
        return grid_auc(y_true, y_score, np.linspace(1, 0, 11))

    def auc(labels, probs):
        return max(metrics.roc_auc_score(labels, probs), 1 - metrics.roc_auc_score(labels, probs))

    def compute_auc(y_true, y_prob):
        return metrics.roc_auc_score(y_true, (y_prob >= 0.5).astype(int))

    def auc_score(y_true, scores):
        positive, negative = scores[y_true == 1], scores[y_true == 0]
        return np.mean(positive[:, None] > negative)

    assert ("SW-E4", "error") in found(roc_auc_score)
    assert ("SW-E4", "error") in found(auc)
    assert ("SW-E5", "error") in found(compute_auc)
    assert found(auc_score) == {("SW-E4", "warning")}  # equal scores count nothing
    assert not found(metrics.roc_auc_score, "roc_auc_score")


def test_curves():
    def roc_curve(y_true, scores):
        grid = np.linspace(0.9, 0.1, 9)
        return (np.array([np.mean(scores[y_true == 0] >= t) for t in grid]),
                np.array([np.mean(scores[y_true == 1] >= t) for t in grid]))  # fmt: skip

    def compute_roc(y_true, y_prob):
        grid = np.r_[np.inf, np.sort(y_prob)[::-1]]
        return ([np.mean(y_prob[y_true == 0] >= t) for t in grid], [np.mean(y_prob[y_true == 1] >= t) for t in grid])

    assert ("SW-E4", "error") in found(roc_curve)
    assert not found(compute_roc)
    assert not found(metrics.roc_curve, "roc_curve")

    def roc_curve_and_auc(truth, scores):
        fpr, tpr, _ = metrics.roc_curve(truth, scores)
        return fpr, tpr, np.trapezoid(tpr, fpr)

    def rounded(truth, scores):
        return roc_curve_and_auc(truth, np.round(scores, 1))

    assert not found(roc_curve_and_auc)
    assert ("SW-E4", "error") in found(rounded, "roc_curve_and_auc")


def test_a_function_that_needs_a_model_is_no_metric():
    assert role_of_function("accuracy", lambda params, X, y: 0, None) is None
    assert role_of_function("accuracy", lambda y_true, y_pred: 0, None) == "metric:accuracy"


def test_a_report_by_class_of_a_table_rounded_to_three_places():
    def confusion_matrix(truth, guess, classes=3):
        return confusion(truth, guess, classes)

    def of_rows(first, second):
        def report(cm):
            told = {}
            for i in range(len(cm)):
                sums = {0: cm[:, i].sum(), 1: cm[i].sum()}
                told[i] = {"precision": round(cm[i, i] / sums[first], 3), "recall": round(cm[i, i] / sums[second], 3)}
            return told

        return report

    def said(function):
        space = {"namespace": {"confusion_matrix": confusion_matrix}, "lines": {}}
        target = Target(function, "precision_recall", "counts:report", None, None, space)
        return {finding.code for finding in counts.metric_of_counts_has_its_value(target, Caller())}

    assert said(of_rows(0, 1)) == set()
    assert said(of_rows(1, 0)) == {"SW-E7"}


CLASSWISE = """
def prec(y_true, y_pred, cls):
    tp = np.sum((y_pred == cls) & (y_true == cls))
    fp = np.sum((y_pred == cls) & (y_true != cls))
    return tp / (tp + fp) if tp + fp else 0.0


def confusion(y_true, y_pred, n):
    m = np.zeros((n, n), dtype=int)
    for t, p in zip(y_true, y_pred):
        m[t, p] += 1
    return m
"""


@pytest.mark.parametrize(
    ("name", "old", "new", "wrong"),
    [
        ("prec", "", "", set()),
        ("prec", "fp = np.sum((y_pred == cls) & (y_true != cls))", "fp = np.sum((y_pred != cls) & (y_true == cls))", {"SW-E7"}),
        ("confusion", "", "", set()),
        ("confusion", "m[t, p]", "m[p, t]", {"SW-E8"}),
    ],
)  # fmt: skip
def test_parameters_beside_labels_are_known_by_their_use(name, old, new, wrong):
    import ast

    text = CLASSWISE.replace(old, new) if old else CLASSWISE
    space = {"np": np}
    exec(text, space)
    nodes = {node.name: node for node in ast.parse(text).body}
    role = role_of_function(name, space[name], None)
    target = Target(space[name], name, role, None, None, {"namespace": space, "lines": {}, "nodes": nodes})
    said = set()
    for probe in PROBES:
        if probe.applies(role):
            try:
                said |= {item.code for item in probe.function(target, Caller()) if item.code != "SW-E1"}
            except CannotCheck:
                continue
    assert said == wrong


def test_every_prediction_beside_every_label_is_named():
    def error_rate(y, guess):
        return float(np.mean(np.reshape(y, (-1, 1)) != np.ravel(guess)))

    assert ("SW-E1", "error") in found(error_rate)


def test_a_report_may_print_its_numbers_without_colons():
    def report(y, p):
        tp, fp, fn = (int(np.sum((p == a) & (y == b))) for a, b in ((1, 1), (1, 0), (0, 1)))
        print(f"accuracy {np.mean(y == p):.3f} precision {tp / (tp + fp):.3f} recall {tp / (tp + fn):.3f}")
        return tp

    assert "SW-E3" in codes(report)
