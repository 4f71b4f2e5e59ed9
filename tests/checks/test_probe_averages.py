"""Averages, four counts, exchanged counts, scales and ties: each fires on one changed line and is silent without it."""

import textwrap

import pytest

from scratchwork.checks.engine import check_here


def findings(tmp_path, text, *changes):
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path = tmp_path / "metrics_own.py"
    path.write_text(textwrap.dedent(text))
    found = [item for item in check_here(path).findings if item.severity != "remark"]
    return [(item.code, item.severity, item.function) for item in found if item.code not in ("SW-E1", "SW-E2")]


COUNTS = """
    import numpy as np

    def confusion_counts(y_true, y_pred):
        y_true, y_pred = np.ravel(y_true), np.ravel(y_pred)
        tp = np.sum((y_true == 1) & (y_pred == 1))
        tn = np.sum((y_true == 0) & (y_pred == 0))
        fp = np.sum((y_true == 0) & (y_pred == 1))
        fn = np.sum((y_true == 1) & (y_pred == 0))
        return tp, tn, fp, fn

    def accuracy_score(y_true, y_pred):
        return np.mean(np.ravel(y_true) == np.ravel(y_pred))

    def precision_score(y_true, y_pred):
        tp, _, fp, _ = confusion_counts(y_true, y_pred)
        return ratio(tp, tp + fp)

    def recall_score(y_true, y_pred):
        tp, tn, fp, fn = confusion_counts(y_true, y_pred)
        return ratio(tp, tp + fn)

    def ratio(above, below):
        return above / below if below else 0.0

    def f1_score(y_true, y_pred):
        tp, tn, fp, fn = confusion_counts(y_true, y_pred)
        return ratio(2 * tp, 2 * tp + fp + fn)
"""


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (("return ratio(tp, tp + fp)", "return ratio(fp, tp + fp)"), ("SW-E7", "error", "precision_score")),
        (("return ratio(tp, tp + fn)", "return ratio(tp, tp + tn)"), ("SW-E7", "error", "recall_score")),
        (("above / below if below else 0.0", "above / below"), ("SW-E3", "warning", "ratio")),
        (("== np.ravel(y_pred))", "== np.ravel(y_pred)) * 100"), ("SW-E10", "warning", "accuracy_score")),
    ],
)
def test_counts_and_what_is_made_of_them(tmp_path, change, expected):
    assert not findings(tmp_path, COUNTS)
    assert findings(tmp_path, COUNTS, change)[0] == expected


AVERAGES = """
    import numpy as np

    def mean_of(values, weights, average):
        if average == "weighted":
            return np.sum(values * weights) / np.sum(weights)
        return values.mean()

    def recall(y_true, y_pred, average="macro"):
        classes = np.unique(np.concatenate([y_true, y_pred]))
        hits = np.array([np.sum((y_true == c) & (y_pred == c)) for c in classes])
        there = np.array([np.sum(y_true == c) for c in classes])
        return mean_of(hits / np.maximum(there, 1), there, average)

    def f1_score_weighted(y, y_hat, labels):
        total = 0.0
        for c in labels:
            hits = np.sum((y == c) & (y_hat == c))
            total += 2 * hits / max(np.sum(y == c) + np.sum(y_hat == c), 1) * np.sum(y == c)
        return total / len(y)
"""


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (("return values.mean()", "return values[values > 0].mean()"), ("SW-E12", "warning", "mean_of")),
        ((", 1) * np.sum(y == c)", ", 1) * np.sum(y_hat == c)"), ("SW-E7", "warning", "f1_score_weighted")),
        (("return total / len(y)", "return total / len(labels)"), ("SW-E12", "warning", "f1_score_weighted")),
    ],
)
def test_averages(tmp_path, change, expected):
    assert not findings(tmp_path, AVERAGES)
    assert findings(tmp_path, AVERAGES, change)[0] == expected


CURVE = """
    import numpy as np

    def curve(y_true, y_score):
        order = np.argsort(-y_score, kind="stable")
        y_true, y_score = y_true[order], y_score[order]
        last = np.append(np.flatnonzero(np.diff(y_score)), len(y_true) - 1)
        tps = np.cumsum(y_true)[last]
        fps = 1 + last - tps
        tps, fps = np.append(0, tps), np.append(0, fps)
        return fps / fps[-1], tps / tps[-1]

    def roc_auc(y_true, y_score):
        fpr, tpr = curve(y_true, y_score)
        return np.sum(np.diff(fpr) * (tpr[1:] + tpr[:-1]) / 2)
"""


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (("np.flatnonzero(np.diff(y_score))", "np.arange(len(y_true) - 1)"), ("SW-E4", "warning", "curve")),
        (("(tpr[1:] + tpr[:-1]) / 2", "tpr[:-1]"), ("SW-E4", "warning", "roc_auc")),
        (("np.argsort(-y_score", "np.argsort(y_score"), ("SW-E4", "error", None)),
    ],
)
def test_areas_and_ties(tmp_path, change, expected):
    assert not findings(tmp_path, CURVE)
    found = findings(tmp_path, CURVE, change)[0]
    assert found[:2] == expected[:2]
    assert expected[2] in (None, found[2])
