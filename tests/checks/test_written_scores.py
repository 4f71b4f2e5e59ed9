"""Scores as they are written: worked out on rows that are known, under whatever name they are shown."""

import pytest

from scratchwork.checks.files.source import load_source
from scratchwork.checks.rules import ratios, scores


def told(tmp_path, text, rule=ratios.a_ratio_bears_its_name):
    path = tmp_path / "program.py"
    path.write_text(text)
    return [finding.code for finding in rule(load_source(path))]


def test_a_number_of_rows_that_is_written_down_is_not_ours(tmp_path):
    text = "kept = {}\nsame = sum(pred == y_test)\naccuracy = same / {}\n"
    assert not told(tmp_path, text.format(200, "kept"))
    assert told(tmp_path, text.format(200, "sum(y_test)"))


RIGHT_AND_WRONG = [
    (
        "for k in range(3):\n    precision[k] = np.sum((guess == k) & (y_test == k)) / max(np.sum(guess == k), 1)\n",
        "max(np.sum(guess == k), 1)",
        "max(np.sum(y_test == k), 1)",
    ),
    (
        "def show(y, pred, c):\n    print('  recall %.2f' % np.mean(pred[y == c] == c))\n",
        "pred[y == c] == c",
        "y[pred == c] == c",
    ),
    (
        "hits = sum(1 for t, p in zip(labels, preds) if t == 'spam' and p == 'spam')\n"
        "recall = hits / sum(t == 'spam' for t in labels)\n",
        "sum(t == 'spam' for t in labels)",
        "sum(p == 'spam' for p in preds)",
    ),
    (
        "rows.append(('specificity', ((y_true == 0) & (y_hat == 0)).sum() / (y_true == 0).sum()))\n",
        "/ (y_true == 0).sum()",
        "/ (y_hat == 0).sum()",
    ),
    (
        "alarm = score > cut\nprecision = (alarm & (y == 1)).sum() / alarm.sum()\n",
        "/ alarm.sum()",
        "/ (y == 1).sum()",
    ),
    (
        "print(f'accuracy {np.mean(model.predict(X_test) == y_test):.3f}')\nf1 = 2 * p * r / (p + r)\n"
        "fpr = np.sum((pred == 1) & (y == 0)) / np.sum(y == 0)\n",
        "/ np.sum(y == 0)",
        "/ np.sum(pred == 1)",
    ),
    (
        "resid = y_test - y_pred\nrmse = np.sqrt(np.mean(resid ** 2))\n",
        "np.sqrt(np.mean(resid ** 2))",
        "np.mean(resid ** 2)",
    ),
]


@pytest.mark.parametrize(("text", "old", "new"), RIGHT_AND_WRONG)
def test_a_score_is_worked_out(tmp_path, text, old, new):
    assert old in text
    assert not told(tmp_path, text)
    assert told(tmp_path, text.replace(old, new))


@pytest.mark.parametrize(
    "text",
    [
        "accuracy = np.sum(pred == y)\n",
        "print('accuracy of always no', np.mean(y == 0))\n",
        "accuracy = np.mean(np.abs(pred - y) < tolerance)\n",
        "precision = np.sum((clusters == 1) & (labels == 1)) / np.sum(clusters == 1)\n",
        "recall = np.mean(pred[y == 'ill'] == 'ill')\nother = np.mean(pred[y == 'well'] == 'well')\n",
        "recall = sum(p == t for p, t in zip(preds, labels) if t == 0) / sum(t == 0 for t in labels)\n",
        "tpr = np.sum((y_binary == positive_label) & (scores >= threshold)) / pos\n",
    ],
)
def test_what_is_right_or_unclear_is_silent(tmp_path, text):
    assert not told(tmp_path, text)


def test_scores_and_not_labels_make_a_curve(tmp_path):
    text = "area = auc_by_ranks(y[test], X[test] @ w)\n"
    rule = scores.a_roc_curve_gets_scores
    assert not told(tmp_path, text, rule)
    assert told(tmp_path, text.replace("X[test] @ w", "(X[test] @ w > 0).astype(int)"), rule) == ["SW-E5"]


def test_places_made_of_labels_are_no_class_that_is_asked_about(tmp_path):
    text = "def judge(probs, labels, names):\n    places = np.array([names.index(t) for t in labels])\n    return {'accuracy': np.mean(probs.argmax(axis=1) == places)}\n"
    assert not told(tmp_path, text)
    micro = "def micro_f1(table):\n    tp = np.trace(table)\n    fp = table.sum() - tp\n    return 2 * tp / (2 * tp + 2 * fp)\n"
    assert not told(tmp_path, micro)
    assert told(tmp_path, micro.replace("micro_f1", "f1"))
