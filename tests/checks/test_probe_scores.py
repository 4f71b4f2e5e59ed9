"""Metrics in every place they stand in: methods, classes, tuples, prints, functions of counts, scores of a model."""

import numpy as np

from scratchwork.checks import check


def codes(thing):
    return {finding.code for finding in check(thing).findings if finding.severity != "remark"}


def rates_printed(y_true, y_pred):
    tp = np.sum((y_true == 1) & (y_pred == 1))
    print(f"Precision: {tp / np.sum(y_pred == 1):.4f}, recall: {tp / np.sum(y_true == 1):.4f}")


def rates_printed_wrong(y_true, y_pred):
    tp = np.sum((y_true == 1) & (y_pred == 1))
    print(f"Precision: {tp / np.sum(y_true == 1):.4f}, recall: {tp / np.sum(y_pred == 1):.4f}")


def prec_rec(truth, guess):
    tp = np.sum((truth == 1) & (guess == 1))
    precision, recall = tp / max(np.sum(guess == 1), 1), tp / max(np.sum(truth == 1), 1)
    return precision, recall


def prec_rec_wrong(truth, guess):
    tp = np.sum((truth == 1) & (guess == 1))
    precision, recall = tp / max(np.sum(truth == 1), 1), tp / max(np.sum(guess == 1), 1)
    return precision, recall


def f_score(precision, recall):
    return 2 * precision * recall / (precision + recall)


def f_score_wrong(precision, recall):
    return precision * recall / (precision + recall)


class Line:
    def fit(self, X, y):
        self.w = np.linalg.lstsq(X, y, rcond=None)[0]
        return self

    def predict(self, X):
        return X @ self.w

    def score(self, X, y):
        return 1 - np.sum((y - self.predict(X)) ** 2) / np.sum((y - np.mean(y)) ** 2)


class LineWrong(Line):
    def score(self, X, y):
        guess = self.predict(X)
        return 1 - np.sum((y - guess) ** 2) / np.sum((guess - np.mean(guess)) ** 2)


def root_mean_sq_err(y, y_hat):
    return np.sqrt(np.mean((y - y_hat) ** 2))


def root_mean_sq_err_wrong(y, y_hat):
    return np.sqrt(np.mean((y - y_hat) ** 2)) / len(y)


class Told:
    def __init__(self, y_true, y_pred):
        self.table = np.zeros((3, 3))
        np.add.at(self.table, (np.asarray(y_true), np.asarray(y_pred)), 1)

    def precision(self, average="macro"):
        held = np.diag(self.table) / np.maximum(self.table.sum(axis=0), 1)
        return held.mean() if average == "macro" else held


class ToldWrong(Told):
    def precision(self, average="macro"):
        held = np.diag(self.table) / np.maximum(self.table.sum(axis=1), 1)
        return held.mean() if average == "macro" else held


def evaluate_accuracy(model, X, y):
    return np.mean(model.predict(X) == y)


def evaluate_accuracy_wrong(model, X, y):
    return np.mean(model.predict(X) != y)


def test_each_metric_is_found_wrong_by_one_changed_line():
    for right, wrong, code in (
        (rates_printed, rates_printed_wrong, "SW-E7"),
        (prec_rec, prec_rec_wrong, "SW-E7"),
        (f_score, f_score_wrong, "SW-E7"),
        (Line, LineWrong, "SW-E7"),
        (root_mean_sq_err, root_mean_sq_err_wrong, "SW-E90"),
        (Told, ToldWrong, "SW-E7"),
        (evaluate_accuracy, evaluate_accuracy_wrong, "SW-E90"),
    ):
        assert code not in codes(right), right
        assert code in codes(wrong), wrong


def kfold_indices(n, k=5):
    parts = np.array_split(np.arange(n), k)
    for i in range(k):
        yield np.concatenate(parts[:i] + parts[i + 1 :]), parts[i]


def kfold_indices_wrong(n, k=5):
    parts = np.array_split(np.arange(n), k)
    for i in range(k):
        yield np.concatenate(parts), parts[i]


def recall(y, y_hat, pos_label=1):
    return np.sum((y == pos_label) & (y_hat == pos_label)) / max(np.sum(y == pos_label), 1)


def recall_wrong(y, y_hat, pos_label=1):
    return np.sum((y == 1) & (y_hat == 1)) / max(np.sum(y == pos_label), 1)


def test_folds_and_the_positive_label():
    assert not codes(kfold_indices) & {"SW-D3"}
    assert "SW-D3" in codes(kfold_indices_wrong)
    assert "SW-E2" not in codes(recall)
    recall_wrong.__name__ = "recall"
    found = {(item.code, item.severity) for item in check(recall_wrong).findings}
    assert ("SW-E2", "error") in found


GUARDED = """
import numpy as np

class Line:
    def __init__(self):
        self.weights = None

    def predict(self, X):
        return X @ self.weights

    def evaluate(self, X, t):
        if self.weights is None:
            raise ValueError("fit first")
        y_pred = self.predict(X)
        middle = np.mean(t)
        return 1 - np.sum((t - y_pred) ** 2) / np.sum((t - middle) ** 2)
"""


def test_a_score_that_wants_a_fitted_model(tmp_path):
    from scratchwork.checks.engine import check_here
    from scratchwork.checks.files.source import source_from_text
    from scratchwork.checks.reading import read_source

    wrong = GUARDED.replace("np.mean(t)", "np.mean(y_pred)").replace("(t - middle)", "(y_pred - middle)")
    assert "SW-E7" in {finding.code for finding in read_source(source_from_text(wrong))}
    for text, wanted in ((GUARDED, set()), (wrong, {"SW-E7"})):
        path = tmp_path / "theirs.py"
        path.write_text(text)
        assert {item.code for item in check_here(path).findings if item.severity == "error"} == wanted
