"""Penalties of layers and of scikit-learn-like networks, an optimiser's biases, options of a decomposition, one label for all."""

import pytest

from scratchwork.checks.files.source import load_source
from scratchwork.checks.reading import read_source

LAYERS = """
import numpy as np


class Affine:
    def __init__(self, n_in, n_out, reg=0.0):
        rng = np.random.default_rng(4)
        self.w = rng.normal(size=(n_in, n_out)) / np.sqrt(n_in)
        self.b = np.zeros(n_out)
        self.reg = reg

    def forward(self, x):
        self.x = x
        return x @ self.w + self.b

    def backward(self, grad):
        self.dw = self.x.T @ grad + self.reg * self.w
        self.db = grad.sum(axis=0)
        return grad @ self.w.T


class RMSProp:
    def __init__(self, lr=0.01, rho=0.9, eps=1e-8):
        self.lr, self.rho, self.eps, self.cache = lr, rho, eps, {}

    def update(self, layer):
        if not hasattr(layer, "sw"):
            layer.sw, layer.sb = np.zeros_like(layer.w), np.zeros_like(layer.b)
        layer.sw = self.rho * layer.sw + (1 - self.rho) * layer.dw**2
        layer.sb = self.rho * layer.sb + (1 - self.rho) * layer.db**2
        layer.w -= self.lr * layer.dw / (np.sqrt(layer.sw) + self.eps)
        layer.b -= self.lr * layer.db / (np.sqrt(layer.sb) + self.eps)
"""
ESTIMATOR = """
import numpy as np


class Perceptrons:
    def __init__(self, width=6, alpha=1e-3, learning_rate=0.2, n_epochs=40, random_state=0):
        self.width, self.alpha, self.learning_rate = width, alpha, learning_rate
        self.n_epochs, self.random_state = n_epochs, random_state

    def _forward(self, X):
        hidden = np.tanh(X @ self.coefs_[0] + self.intercepts_[0])
        scores = hidden @ self.coefs_[1] + self.intercepts_[1]
        scores = np.exp(scores - scores.max(axis=1, keepdims=True))
        return hidden, scores / scores.sum(axis=1, keepdims=True)

    def _cost_grad(self, X, T):
        hidden, p = self._forward(X)
        cost = -np.sum(T * np.log(p)) / len(X) + 0.5 * self.alpha * sum((W**2).sum() for W in self.coefs_)
        delta = (p - T) / len(X)
        back = (delta @ self.coefs_[1].T) * (1 - hidden**2)
        dW = [X.T @ back + self.alpha * self.coefs_[0], hidden.T @ delta + self.alpha * self.coefs_[1]]
        return cost, dW, [back.sum(axis=0), delta.sum(axis=0)]

    def fit(self, X, y):
        rng = np.random.default_rng(self.random_state)
        self.classes_ = np.unique(y)
        T = (np.asarray(y)[:, None] == self.classes_).astype(float)
        sizes = [X.shape[1], self.width, len(self.classes_)]
        self.coefs_ = [rng.normal(size=pair) / np.sqrt(pair[0]) for pair in zip(sizes, sizes[1:])]
        self.intercepts_ = [np.zeros(n) for n in sizes[1:]]
        for _ in range(self.n_epochs):
            cost, dW, db = self._cost_grad(X, T)
            for j in range(2):
                self.coefs_[j] = self.coefs_[j] - self.learning_rate * dW[j]
                self.intercepts_[j] = self.intercepts_[j] - self.learning_rate * db[j]
        return self

    def predict(self, X):
        return self.classes_[self._forward(X)[1].argmax(axis=1)]
"""
FLAT_LABELS = """
import numpy as np


class TwoLayers:
    def __init__(self, n_in, n_hidden, seed=0):
        rng = np.random.default_rng(seed)
        self.W1, self.b1 = rng.normal(size=(n_hidden, n_in)) / np.sqrt(n_in), np.zeros((n_hidden, 1))
        self.W2, self.b2 = rng.normal(size=(1, n_hidden)) / np.sqrt(n_hidden), np.zeros((1, 1))

    def forward(self, X):
        self.A0 = X.T
        self.A1 = np.tanh(self.W1 @ self.A0 + self.b1)
        self.A2 = 1 / (1 + np.exp(-np.clip(self.W2 @ self.A1 + self.b2, -500, 500)))
        return self.A2

    def cost(self, y):
        p = self.A2.ravel()
        return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))

    def step(self, y, rate):
        back = self.A2 - y.reshape(1, -1)
        inner = (self.W2.T @ back) * (1 - self.A1**2)
        self.W2 -= rate * back @ self.A1.T / y.size
        self.b2 -= rate * back.mean(axis=1, keepdims=True)
        self.W1 -= rate * inner @ self.A0.T / y.size
        self.b1 -= rate * inner.mean(axis=1, keepdims=True)

    def fit(self, X, y, rate=0.5, epochs=100):
        for _ in range(epochs):
            self.forward(X)
            self.step(y, rate)

    def predict(self, X):
        return (self.forward(X).ravel() > 0.5).astype(int)
"""
AXES = """
import numpy as np


class Axes:
    def __init__(self, n_components=2, scale=False):
        self.n_components, self.scale = n_components, scale

    def fit(self, X):
        self.mean_ = X.mean(axis=0)
        _, s, Vt = np.linalg.svd(X - self.mean_, full_matrices=False)
        self.components_ = Vt[: self.n_components]
        self.sd_ = s[: self.n_components] / np.sqrt(len(X) - 1)
        return self

    def transform(self, X):
        scores = (X - self.mean_) @ self.components_.T
        return scores / self.sd_ if self.scale else scores

    def inverse_transform(self, scores):
        scores = scores * self.sd_ if self.scale else scores
        return scores @ self.components_ + self.mean_
"""
COUNTS = """
import numpy as np


class Report:
    def __init__(self, y_true, y_pred):
        self.y_true, self.y_pred = np.asarray(y_true), np.asarray(y_pred)
        self.names = np.unique(np.concatenate([self.y_true, self.y_pred]))

    def confusion_matrix(self):
        table = np.zeros((len(self.names), len(self.names)), dtype=int)
        place = {name: j for j, name in enumerate(self.names)}
        for t, p in zip(self.y_true, self.y_pred):
            table[place[t], place[p]] += 1
        return table

    def precision(self):
        table = self.confusion_matrix()
        return np.diag(table) / np.maximum(table.sum(axis=0), 1)

    def micro_f1(self):
        table = self.confusion_matrix()
        tp = np.trace(table)
        return 2 * tp / (2 * tp + 2 * (table.sum() - tp))
"""


@pytest.mark.parametrize("text", [LAYERS, ESTIMATOR, FLAT_LABELS, AXES, COUNTS])
def test_the_right_ones_get_no_warning(judge, text):
    assert not [item for item in judge(text).findings if item.severity != "remark"]


@pytest.mark.parametrize(
    ("text", "old", "new", "code", "function"),
    [
        (LAYERS, "+ self.reg * self.w", "- self.reg * self.w", "SW-G2", "backward"),
        (LAYERS, "+ self.reg * self.w", "* (1 + self.reg)", "SW-G3", "backward"),
        (LAYERS, "grad.sum(axis=0)", "grad.sum(axis=0) + self.reg * self.b", "SW-G4", "backward"),
        (LAYERS, "layer.b -=", "layer.b +=", "SW-G18", "update"),
        (ESTIMATOR, "back.sum(axis=0), ", "back.sum(axis=0) + self.alpha * self.intercepts_[0], ", "SW-G4", "_cost_grad"),
        (ESTIMATOR, "(1 - hidden**2)", "hidden * (1 - hidden)", "SW-G11", "_cost_grad"),
        (FLAT_LABELS, " + (1 - y) * np.log(1 - p)", "", "SW-G9", "cost"),
        (FLAT_LABELS, "> 0.5", "> 0", "SW-P4", "predict"),
        (AXES, "scores * self.sd_ if self.scale else scores", "scores", "SW-C6", "inverse_transform"),
        (COUNTS, "table[place[t], place[p]]", "table[place[p], place[t]]", "SW-E8", "confusion_matrix"),
    ],
)  # fmt: skip
def test_one_changed_line_is_named_first(judge, text, old, new, code, function):
    assert old in text
    first = judge(text.replace(old, new)).findings[0]
    assert (first.code, first.function) == (code, function)
    assert first.severity != "remark"


DEFLATED = """
import numpy as np


def centred(X):
    middle = X.mean(axis=0)
    return X - middle, middle


def leading(X, rounds=400):
    v = np.random.default_rng(0).normal(size=X.shape[1])
    for _ in range(rounds):
        v = X.T @ (X @ v)
        v /= np.linalg.norm(v)
    return v


def pca(X, n_components):
    rest, middle = centred(X)
    axes, spread = [], []
    for _ in range(n_components):
        v = leading(rest)
        axes.append(v)
        spread.append(np.var(rest @ v, ddof=1))
        rest = rest - np.outer(rest @ v, v)
    return np.array(axes), np.array(spread), middle


def scores(X, axes, middle):
    return (X - middle) @ axes.T


def restored(Z, axes, middle):
    return Z @ axes + middle


def explained(X, variances):
    return variances / np.var(X, axis=0, ddof=1).sum()
"""
NORMED_FIRST = """
import numpy as np


def normalize(X):
    middle, spread = X.mean(axis=0), X.std(axis=0)
    return (X - middle) / spread, middle, spread


def pca(X):
    U, S, _ = np.linalg.svd(X.T @ X / len(X))
    return U, S


def project(X, U, k):
    return X @ U[:, :k]


def main():
    X = np.loadtxt("points.csv", delimiter=",")
    Xn, middle, spread = normalize(X)
    U, S = pca(Xn)
    print(project(Xn, U, 1)[:3])


main()
"""
RIDGED = """
import numpy as np


class Logit:
    def __init__(self, C=1.0, lr=0.3, n_iter=200, fit_intercept=True, penalty="l2"):
        self.C, self.lr, self.n_iter, self.fit_intercept, self.penalty = C, lr, n_iter, fit_intercept, penalty

    def fit(self, X, y):
        self.w, self.b, self.losses = np.zeros(X.shape[1]), 0.0, []
        for _ in range(self.n_iter):
            z = X @ self.w + self.b
            self.losses.append(np.mean(np.logaddexp(0, z) - y * z))
            wrong = 1 / (1 + np.exp(-np.clip(z, -60, 60))) - y
            pull = np.sign(self.w) if self.penalty == "l1" else self.w
            self.w = self.w - self.lr * (X.T @ wrong + pull / self.C) / len(y)
            if self.fit_intercept:
                self.b -= self.lr * wrong.mean()
        return self

    def predict(self, X):
        return (X @ self.w + self.b > 0).astype(int)
"""


@pytest.mark.parametrize("text", [DEFLATED, NORMED_FIRST, RIDGED])
def test_these_get_no_warning_either(judge, text):
    assert not [item for item in judge(text).findings if item.severity != "remark"]


@pytest.mark.parametrize(
    ("text", "old", "new", "code", "function"),
    [
        (DEFLATED, "(X - middle) @ axes.T", "X @ axes.T", "SW-C1", "scores"),
        (DEFLATED, "Z @ axes + middle", "Z @ axes", "SW-C6", "restored"),
        (DEFLATED, "np.var(X, axis=0, ddof=1).sum()", "variances.sum()", "SW-C90", "explained"),
        (RIDGED, "+ pull / self.C", "- pull / self.C", "SW-G2", "fit"),
        (RIDGED, "wrong.mean()", "wrong.sum()", "SW-G13", "fit"),
        (RIDGED, "- y * z", "+ y * z", "SW-T14", "fit"),
    ],
)
def test_what_goes_from_hand_to_hand_is_asked(judge, text, old, new, code, function):
    assert old in text
    first = judge(text.replace(old, new)).findings[0]
    assert (first.code, first.function) == (code, function)


def test_a_flag_that_nobody_reads_is_said(tmp_path):
    path = tmp_path / "logit.py"
    path.write_text(RIDGED)
    assert not [item for item in read_source(load_source(path)) if item.code == "SW-T2"]
    path.write_text(RIDGED.replace("if self.fit_intercept:", "if True:"))
    assert [item.function for item in read_source(load_source(path)) if item.code == "SW-T2"] == ["fit"]


STARTS = """
import random
import numpy as np


def k_means(X, k, restarts=5, max_iter=60):
    best = (np.inf, None, None)
    for _ in range(restarts):
        centers = X[random.sample(range(len(X)), k)].astype(float)
        for _ in range(max_iter):
            labels = ((X[:, None] - centers) ** 2).sum(axis=2).argmin(axis=1)
            moved = np.array([X[labels == j].mean(axis=0) if (labels == j).any() else centers[j] for j in range(k)])
            if np.allclose(moved, centers):
                break
            centers = moved
        labels = ((X[:, None] - centers) ** 2).sum(axis=2).argmin(axis=1)
        cost = ((X - centers[labels]) ** 2).sum()
        if cost < best[0]:
            best = (cost, labels, centers)
    return best
"""
AVERAGED = """
import numpy as np


class NeighbourMean:
    def __init__(self, n_neighbors=5, metric="euclidean"):
        self.n_neighbors, self.metric = n_neighbors, metric

    def fit(self, X, y):
        self.X, self.y = np.array(X, dtype=float), np.array(y, dtype=float)
        return self

    def predict(self, Q):
        far = np.asarray(Q, dtype=float)[:, None] - self.X[None]
        far = np.abs(far).sum(axis=2) if self.metric == "manhattan" else np.sqrt((far**2).sum(axis=2))
        return self.y[np.argsort(far, axis=1, kind="stable")[:, : self.n_neighbors]].mean(axis=1)
"""
ERRORS = """
import numpy as np


def root_mean_squared_error(y_true, y_pred):
    return np.sqrt(np.mean((np.ravel(y_true) - np.ravel(y_pred)) ** 2))


def mean_absolute_error(y_true, y_pred):
    return np.mean(np.abs(np.ravel(y_true) - np.ravel(y_pred)))
"""


@pytest.mark.parametrize(
    ("text", "old", "new", "code", "function"),
    [
        (STARTS, "cost < best[0]", "cost > best[0] or best[1] is None", "SW-T9", "k_means"),
        (AVERAGED, "np.abs(far).sum(axis=2)", "np.abs(far.sum(axis=2))", "SW-K2", "predict"),
        (ERRORS, "np.sqrt(np.mean(", "(np.mean(", "SW-E90", "root_mean_squared_error"),
        (ERRORS, "np.mean(np.abs(", "np.abs(np.mean(", "SW-E90", "mean_absolute_error"),
    ],
)
def test_what_draws_or_averages_by_an_option(judge, text, old, new, code, function):
    assert old in text
    assert not [item for item in judge(text).findings if item.severity != "remark"]
    first = judge(text.replace(old, new)).findings[0]
    assert (first.code, first.function) == (code, function)


NORMED = """
import numpy as np


class NormedNet:
    def __init__(self, n_in, n_hidden, n_out, seed=0):
        rng = np.random.default_rng(seed)
        self.W1, self.W2 = rng.normal(size=(n_in, n_hidden)) / np.sqrt(n_in), rng.normal(size=(n_hidden, n_out)) / 3
        self.b2 = np.zeros(n_out)
        self.running_mean, self.running_var = np.zeros(n_hidden), np.ones(n_hidden)

    def forward(self, X, training=False):
        Z = X @ self.W1
        if training:
            mean, var = Z.mean(axis=0), Z.var(axis=0)
            self.running_mean = 0.9 * self.running_mean + 0.1 * mean
            self.running_var = 0.9 * self.running_var + 0.1 * var
        else:
            mean, var = self.running_mean, self.running_var
        self.sd = np.sqrt(var + 1e-5)
        self.N = (Z - mean) / self.sd
        self.A = np.maximum(self.N, 0)
        S = self.A @ self.W2 + self.b2
        E = np.exp(S - S.max(axis=1, keepdims=True))
        return E / E.sum(axis=1, keepdims=True)

    def fit(self, X, y, epochs=30, lr=0.1):
        T = np.eye(len(self.b2))[y]
        for _ in range(epochs):
            D = (self.forward(X, training=True) - T) / len(X)
            dN = (D @ self.W2.T) * (self.A > 0)
            dZ = (dN - dN.mean(axis=0) - self.N * (dN * self.N).mean(axis=0)) / self.sd
            self.W2 -= lr * self.A.T @ D
            self.b2 -= lr * D.sum(axis=0)
            self.W1 -= lr * X.T @ dZ
        return self

    def predict(self, X):
        return self.forward(X).argmax(axis=1)
"""


def test_averages_that_are_kept_and_not_used_for_answers(judge):
    assert not [item for item in judge(NORMED).findings if item.severity != "remark"]
    first = judge(NORMED.replace("self.forward(X).argmax", "self.forward(X, training=True).argmax")).findings[0]
    assert (first.code, first.function, first.severity) == ("SW-T20", "predict", "error")


ADALINE = """
import numpy as np


class Adaline:
    def __init__(self, eta=0.01, n_iter=20, random_state=1):
        self.eta, self.n_iter, self.random_state = eta, n_iter, random_state

    def fit(self, X, y):
        draw = np.random.RandomState(self.random_state)
        self.w_ = draw.normal(scale=0.01, size=X.shape[1])
        self.b_ = np.float64(0.0)
        for _ in range(self.n_iter):
            for i in draw.permutation(len(y)):
                error = y[i] - self.net_input(X[i])
                self.w_ += self.eta * 2.0 * X[i] * error
                self.b_ += self.eta * 2.0 * error
        return self

    def net_input(self, X):
        return np.dot(X, self.w_) + self.b_

    def predict(self, X):
        return np.where(self.net_input(X) >= 0.5, 1, 0)
"""


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("y[i] - self.net_input(X[i])", "self.net_input(X[i]) - y[i]", "SW-G18"),
        ("                self.b_ += self.eta * 2.0 * error\n", "", "SW-G13"),
    ],
)
def test_a_unit_that_is_no_regression_by_name(judge, old, new, code):
    assert old in ADALINE
    assert not [item for item in judge(ADALINE).findings if item.severity != "remark"]
    assert judge(ADALINE.replace(old, new)).findings[0].code == code
