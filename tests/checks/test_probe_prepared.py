"""Imputers, options of scalers and folds: each fires on one changed line and is silent without it."""

import textwrap

import pytest
from sklearn import impute, preprocessing

from scratchwork.checks import check
from scratchwork.checks.engine import check_here


def loud(tmp_path, text, *changes):
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path = tmp_path / "prepare.py"
    path.write_text(textwrap.dedent(text))
    return [(item.code, item.object, item.function) for item in check_here(path).findings if item.severity != "remark"]


CLASSES = """
    import numpy as np

    class GapFiller:
        def __init__(self, strategy="mean"):
            self.strategy = strategy

        def fit(self, X):
            how = {"mean": np.nanmean, "median": np.nanmedian}[self.strategy]
            self.fill_ = how(X, axis=0)
            return self

        def transform(self, X):
            X = np.array(X, dtype=float)
            rows, cols = np.where(np.isnan(X))
            X[rows, cols] = self.fill_[cols]
            return X

    class Codes:
        def fit(self, y):
            self.classes_ = np.unique(y)
            return self

        def transform(self, y):
            return np.searchsorted(self.classes_, y)

        def inverse_transform(self, codes):
            return self.classes_[codes]

    class Dummies:
        def fit(self, X):
            self.levels_ = [np.unique(column) for column in X.T]
            return self

        def transform(self, X):
            return np.hstack([(column[:, None] == levels).astype(int) for column, levels in zip(X.T, self.levels_)])

    class Squeeze:
        def __init__(self, feature_range=(0, 1)):
            self.feature_range = feature_range

        def fit(self, X):
            self.low_, self.high_ = X.min(axis=0), X.max(axis=0)
            return self

        def transform(self, X):
            a, b = self.feature_range
            span = np.where(self.high_ > self.low_, self.high_ - self.low_, 1)
            return a + (X - self.low_) / span * (b - a)
"""


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (("np.nanmean, ", "np.mean, "), ("SW-D10", "GapFiller", "fit")),
        (("self.fill_[cols]", "np.nanmean(X, axis=0)[cols]"), ("SW-D2", "GapFiller", "transform")),
        (("X = np.array(X, dtype=float)\n            rows", "rows"), ("SW-P13", "GapFiller", "transform")),
        (("[self.strategy]", "['mean']"), ("SW-T2", "GapFiller", "fit")),
        (("np.where(self.high_ > self.low_, self.high_ - self.low_, 1)", "self.high_ - self.low_"), ("SW-N9", "Squeeze", "transform")),
    ],
)  # fmt: skip
def test_classes_that_prepare(tmp_path, change, expected):
    assert not loud(tmp_path, CLASSES)
    assert loud(tmp_path, CLASSES, change)[0] == expected


FUNCTIONS = """
    import numpy as np

    def shuffled(X, y, seed=None):
        order = np.random.RandomState(seed).permutation(len(X))
        return X[order], y[order]

    def train_test_split(X, y, test_size=0.25, seed=None):
        X, y = shuffled(X, y, seed)
        cut = len(X) - int(test_size * len(X))
        return X[:cut], X[cut:], y[:cut], y[cut:]

    def impute_mean(X_train, X_test):
        X_train, X_test = np.array(X_train, dtype=float), np.array(X_test, dtype=float)
        fill = np.nanmean(X_train, axis=0)
        for X in (X_train, X_test):
            rows, cols = np.where(np.isnan(X))
            X[rows, cols] = fill[cols]
        return X_train, X_test

    def k_fold_sets(X, y, k):
        rows, labels = np.array_split(X, k), np.array_split(y, k)
        sets = []
        for i in range(k):
            X_train = np.concatenate(rows[:i] + rows[i + 1:])
            y_train = np.concatenate(labels[:i] + labels[i + 1:])
            sets.append((X_train, rows[i], y_train, labels[i]))
        return sets

    def standardize_fit(X):
        std = X.std(axis=0)
        return X.mean(axis=0), np.where(std == 0, 1.0, std)

    def standardize_apply(X, mean, std):
        return (X - mean) / std

    def pick_examples(X, n=3, seed=None):
        return X[np.random.default_rng(seed).choice(len(X), n, replace=False)]

    def normalize(X, axis=-1):
        return X / np.expand_dims(np.linalg.norm(X, 2, axis), axis)
"""


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (("RandomState(seed)", "RandomState(seed or None)"), ("SW-P14", "shuffled")),
        (("fill[cols]", "np.nanmean(X, axis=0)[cols]"), ("SW-D2", "impute_mean")),
        (("np.array(X_train, dtype=float), np.array(X_test", "np.asarray(X_train, dtype=float), np.asarray(X_test"), ("SW-P13", "impute_mean")),
        (("np.concatenate(rows[:i] + rows[i + 1:])", "np.concatenate(rows)"), ("SW-D8", "k_fold_sets")),
        (("rows[:i] + rows[i + 1:])\n", "rows)\n"), ("SW-D8", "k_fold_sets")),
        (("np.where(std == 0, 1.0, std)", "std + 1e-15"), ("SW-N9", "standardize_fit")),
        (("np.linalg.norm(X, 2, axis)", "np.atleast_1d(np.linalg.norm(X))"), ("SW-P2", "normalize")),
    ],
)  # fmt: skip
def test_functions_that_prepare(tmp_path, change, expected):
    assert not loud(tmp_path, FUNCTIONS)
    code, _, function = loud(tmp_path, FUNCTIONS, change)[0]
    assert (code, function) == expected


def test_a_fold_that_stays_in_its_training_part(tmp_path):
    change = ("rows[:i] + rows[i + 1:]", "rows"), ("labels[:i] + labels[i + 1:]", "labels")
    assert loud(tmp_path, FUNCTIONS, *change)[0][::2] == ("SW-D3", "k_fold_sets")


@pytest.mark.parametrize(
    "kind", [preprocessing.OneHotEncoder, preprocessing.LabelEncoder, preprocessing.MinMaxScaler, impute.SimpleImputer]
)
def test_scikit_learn_prepares_well(kind):
    assert not [item for item in check(kind, kind="preparation").findings if item.severity != "remark"]


PAIR = """
    import numpy as np

    def fit_scaler(table):
        low = np.nanmin(table, axis=0)
        span = np.nanmax(table, axis=0) - low
        return {"low": low, "span": np.where(span > 0, span, 1.0)}

    def apply_scaler(rows, kept):
        return (rows - kept["low"]) / kept["span"]

    class ListScaler:
        def fit(self, rows):
            if not rows:
                return self
            columns = list(zip(*rows))
            self.means = [sum(c) / len(c) for c in columns]
            spreads = [(sum((v - m) ** 2 for v in c) / len(c)) ** 0.5 for c, m in zip(columns, self.means)]
            self.spreads = [s if s > 1e-12 else 1.0 for s in spreads]
            return self

        def transform(self, rows):
            return [[(v - self.means[j]) / self.spreads[j] for j, v in enumerate(row)] for row in rows]
"""


def test_statistics_are_learnt_by_one_function_and_used_by_another_or_kept_in_lists(tmp_path):
    assert not loud(tmp_path, PAIR)
    assert ("SW-N9", None, "fit_scaler") in loud(tmp_path, PAIR, ("np.where(span > 0, span, 1.0)", "span + 1e-9"))
    own = ('(rows - kept["low"])', "(rows - rows.min(axis=0))"), ('/ kept["span"]', "/ np.ptp(rows, axis=0)")
    assert "SW-D2" in [code for code, _, _ in loud(tmp_path, PAIR, *own)]
    assert ("SW-N9", "ListScaler", "fit") in loud(tmp_path, PAIR, ("s if s > 1e-12 else 1.0", "s + 1e-12"))
