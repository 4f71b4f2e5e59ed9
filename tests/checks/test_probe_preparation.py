"""Preparation: splits, shuffles, batches, encodings and scalers, faulty and right."""

# ruff: noqa: NPY002  (as users write it, with the global generator)
import numpy as np
import pytest
from sklearn import preprocessing

from scratchwork.checks.findings import CannotCheck
from scratchwork.checks.probes import folds, preparation, scaler_options, scalers  # noqa: F401  (they register)
from scratchwork.checks.recognising.recognise_metrics import role_of_function
from scratchwork.checks.registry import PROBES, Target
from scratchwork.checks.running.call import Caller


def found(value, name=None, role=None):
    """(code, severity) of all findings of the probes that apply."""
    name = name or value.__name__
    role = role or role_of_function(name, value, None)
    assert role, name
    results = set()
    for probe in PROBES:
        if probe.applies(role):
            try:
                target = Target(value, name, role, None, None, {"namespace": {}, "lines": {}})
                results |= {(finding.code, finding.severity) for finding in probe.function(target, Caller())}
            except CannotCheck:
                continue
    return results


def loud(value, name=None, role=None):
    return {code for code, severity in found(value, name, role) if severity != "remark"}


def split_right(X, y, test_size=0.25, seed=0):
    order = np.random.default_rng(seed).permutation(len(X))
    k = int(len(X) * (1 - test_size))
    return X[order[:k]], X[order[k:]], y[order[:k]], y[order[k:]]


def test_splits():
    def train_test_split(X, y, test_size=0.2, random_state=None):
        if random_state:
            np.random.seed(random_state)
        p = np.random.permutation(len(X))
        k = int(len(X) * (1 - test_size))
        return X[p[:k]], X[p[k:]], y[:k], y[k:]

    def split_data(X, y, ratio):
        k = int(len(X) * ratio)
        return (X[:k], y[:k]), (X[k - 2 :], y[k - 2 :])

    def train_val_split(X, y, val_size=0.2):
        k = int(len(X) * (1 - val_size))
        return X[:k], y[:k], X[k + 1 :], y[k + 1 :]

    def split_seed(X, y, test_size=0.2, seed=None):
        rng = np.random.default_rng(seed) if seed else np.random.default_rng()
        p = rng.permutation(len(X))
        return X[p[:18]], X[p[18:]], y[p[:18]], y[p[18:]]

    assert "SW-D8" in loud(train_test_split)
    assert "SW-D3" in loud(split_data)
    assert "SW-D90" in loud(train_val_split)
    assert "SW-P14" in loud(split_seed, "train_test_split")
    assert not found(split_right, "train_test_split")


def test_shuffles():
    def shuffle_data(X, y):
        return X[np.random.permutation(len(X))], y[np.random.permutation(len(y))]

    def shuffle(X, y):
        np.random.shuffle(X)
        return X, y

    def unison_shuffle(a, b):
        p = np.random.permutation(len(a))
        return a[p], b[p]

    assert ("SW-T11", "error") in found(shuffle_data)
    assert ("SW-T11", "error") in found(shuffle)
    assert not found(unison_shuffle)


def test_batches():
    def get_batches(X, y, batch_size):
        for i in range(len(X) // batch_size):
            yield X[i * batch_size : (i + 1) * batch_size], y[i * batch_size : (i + 1) * batch_size]

    def iterate_minibatches(X, y, batch_size, shuffle=True):
        p = np.random.permutation(len(X))
        for i in range(0, len(X), batch_size):
            yield X[p[i : i + batch_size]], y[i : i + batch_size]

    def random_mini_batches(X, Y, mini_batch_size=64, seed=0):
        p = np.random.RandomState(seed).permutation(X.shape[1])
        X, Y = X[:, p], Y[:, p]
        return [(X[:, i : i + 5], Y[:, i : i + 5]) for i in range(0, X.shape[1], 5)]

    def create_batches(X, y, batch_size):
        return [(X[i : i + batch_size], y[i : i + batch_size]) for i in range(0, len(X), batch_size)]

    assert "SW-D90" in loud(get_batches)
    assert "SW-T11" in loud(iterate_minibatches)
    assert not found(random_mini_batches)
    assert not found(create_batches)


@pytest.mark.parametrize(
    ("function", "name"),
    [
        (lambda X: (X - X.mean(axis=0)) / np.where(X.std(axis=0) == 0, 1, X.std(axis=0)), "standardize"),
        (lambda X: (X - X.mean(0)) / (X.std(0, ddof=1) + 1e-12), "z_score"),
        (lambda X: (X - X.min(0)) / np.maximum(X.max(0) - X.min(0), 1e-12), "min_max_scale"),
        (lambda X: X / np.linalg.norm(X, axis=1, keepdims=True), "normalize"),
        (lambda X: X / 255.0, "normalize_images"),
        (
            lambda X: np.column_stack([X[:, 0], (X[:, 1:] - X[:, 1:].mean(0)) / X[:, 1:].std(0).clip(1e-9)]),
            "standardize",
        ),
        (lambda X: ((X - X.mean(0)) / (X.std(0) + 1e-8), X.mean(0), X.std(0)), "feature_normalize"),
    ],
)
def test_scalings_that_are_right(function, name):
    assert not found(function, name)


def test_scalings_that_are_wrong():
    def standardize(X):
        return (X - X.mean(axis=0)) / (X.var(axis=0) + 1e-9)

    def normalize(X):
        X -= X.mean(axis=0)
        X /= X.std(axis=0) + 1e-9
        return X

    def min_max_scale(X):
        return (X - X.min(axis=0)) / X.max(axis=0)

    def scale_features(X_train, X_test):
        return (X_train - X_train.mean(0)) / X_train.std(0), (X_test - X_test.mean(0)) / X_test.std(0)

    def scale_rows(X):
        low = X.min(axis=0)
        span = X.max(axis=0) - low
        return (X * 2 - low) / (span + 1e-9)

    assert ("SW-D91", "error") in found(standardize)
    assert ("SW-P13", "error") in found(normalize)
    assert ("SW-D91", "error") in found(min_max_scale)
    assert ("SW-D2", "error") in found(scale_features)
    assert "SW-N8" in loud(scale_rows)
    assert ("SW-N9", "remark") in found(lambda X: (X - X.mean(0)) / X.std(0), "standardise")


class Right:
    def fit(self, X):
        self.mean = X.mean(axis=0)
        self.std = np.where(X.std(axis=0) == 0, 1.0, X.std(axis=0))
        return self

    def transform(self, X):
        return (X - self.mean) / self.std

    def inverse_transform(self, Z):
        return Z * self.std + self.mean


class OwnStatistics(Right):
    def transform(self, X):
        return (X - X.mean(axis=0)) / self.std


class LearnsAgain(Right):
    def transform(self, X):
        self.fit(X)
        return (X - self.mean) / self.std


class TinyEpsilon(Right):
    def fit(self, X):
        self.mean, self.std = X.mean(axis=0), X.std(axis=0) + 1e-15
        return self


class InPlace(Right):
    def transform(self, X):
        X -= self.mean
        X /= self.std
        return X


class Forgetful(Right):
    def inverse_transform(self, Z):
        return Z * self.std


class Accumulates(Right):
    def __init__(self):
        self.seen = np.zeros((0, 3))

    def fit(self, X):
        self.seen = np.vstack([self.seen, X])
        return super().fit(self.seen)


@pytest.mark.parametrize(
    ("scaler", "code"),
    [(OwnStatistics, "SW-P2"), (LearnsAgain, "SW-P3"), (TinyEpsilon, "SW-N9"), (InPlace, "SW-P13"),
     (Forgetful, "SW-D91"), (Accumulates, "SW-P12")],
)  # fmt: skip
def test_scaler_classes_that_are_wrong(scaler, code):
    assert code in loud(scaler, scaler.__name__, "preparation")


@pytest.mark.parametrize(
    "scaler", [Right, preprocessing.StandardScaler, preprocessing.MinMaxScaler, preprocessing.RobustScaler]
)
def test_scaler_classes_that_are_right(scaler):
    assert not loud(scaler, scaler.__name__, "preparation")


def test_splits_by_a_rate_by_a_fold_and_of_one_table():
    def valid_split(X, y, rate=0.0):
        held = np.random.choice(np.arange(len(X)), size=int(rate * len(X)), replace=False)
        rest = np.setdiff1d(np.arange(len(X)), held)
        return X[rest], y[rest], X[held], y[held]

    def valid_split_overlaps(X, y, rate=0.0):
        held = np.random.choice(np.arange(len(X)), size=int(rate * len(X)), replace=False)
        rest = np.arange(len(X))
        return X[rest], y[rest], X[held], y[held]

    def split_rows(fits):
        def split_data(data, num_folds, fold):
            rest, held = [], []
            for i in range(num_folds):
                piece = data[i * len(data) // num_folds : (i + 1) * len(data) // num_folds]
                if i == fold:
                    held.extend(piece)
                if i != fold or not fits:
                    rest.extend(piece)
            return held, rest

        return split_data

    assert "SW-D3" not in loud(valid_split)
    assert "SW-D3" in loud(valid_split_overlaps)
    assert not loud(split_rows(True))
    assert loud(split_rows(False)) == {"SW-D3"}


def test_folds_of_the_labels_alone():
    def dealt(fits):
        def k_fold_indices(y, k=5):
            held = [[] for _ in range(k)]
            for label in np.unique(y):
                for place, row in enumerate(np.flatnonzero(y == label)):
                    held[place % k].append(row)
            for i in range(k):
                yield np.concatenate([held[j] for j in range(k) if j != i or not fits]), np.array(held[i])

        return k_fold_indices

    assert not loud(dealt(True))
    assert loud(dealt(False)) == {"SW-D3"}


SPLIT_OF_ROWS = """
import random
{more}

def split(rows, part=0.7, seed=3):
    rows = rows[:]
    random.Random(seed).shuffle(rows)
    cut = int(part * len(rows))
    return rows[:cut], rows[{start}:]
"""


@pytest.mark.parametrize(("more", "start", "wrong"), [("", "cut", set()), ("", "cut - 2", {"SW-D3"}), ("import numpy as np", "cut", {"SW-D3", "SW-D90"})])  # fmt: skip
def test_a_split_of_a_file_without_arrays_is_given_lists(more, start, wrong):
    space = {}
    exec(SPLIT_OF_ROWS.format(more=more, start=start), space)
    assert loud(space["split"], "train_test_split", "preparation:split") == wrong


def test_the_spread_that_is_returned_of_a_constant_column():
    def standardize(rows, least=1e-15):
        spread = np.where(rows.std(axis=0) == 0, least, rows.std(axis=0))
        return (rows - rows.mean(axis=0)) / spread, rows.mean(axis=0), spread

    assert ("SW-N9", "warning") in found(standardize)
    assert ("SW-N9", "warning") not in found(lambda rows: standardize(rows, 1.0), "standardize")
