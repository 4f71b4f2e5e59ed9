"""Right programs of a rarer kind bring no error; the same with one line changed brings the fault's own."""

import pathlib

import pytest

from scratchwork.checks import check
from scratchwork.checks.recognising.metric_words import kinds_in_name
from scratchwork.checks.recognising.vocabulary import role_of_name

ITEMS = pathlib.Path(__file__).parent / "collection"
ACTIVATIONS = """
import numpy as np

class Activations:
    @staticmethod
    def leaky_relu(x):
        return np.where(x > 0, x, 0.01 * x)

    @staticmethod
    def relu(x):
        return np.maximum(0, x)

    @staticmethod
    def relu_gradient(x):
        return (x > 0).astype(float)

    @staticmethod
    def leaky_relu_gradient(x):
        return np.where(x > 0, 1, 0.01)
"""
BATCHES = """
import random
import numpy as np

def batch_train(images, labels, size):
    start = random.randint(0, 60000 - 1 - size)
    return images[start:start + size] / 255, labels[start:start + size]

def batch_test(images, labels, size):
    start = random.randint(0, 10000 - 1 - size)
    return images[start:start + size] / 255, labels[start:start + size]
"""
IN_PLACE = """
import numpy as np

def cost(theta, X, y):
    return ((X @ theta - y) ** 2).sum() / (2 * len(y))

def gradient(theta, X, y):
    return X.T @ (X @ theta - y) / len(y)

def gradient_descent(theta, X, y, alpha, num_iters):
    for _ in range(num_iters):
        theta -= alpha * gradient(theta, X, y)
"""
OLD_LABELS = """
import copy
import numpy as np

class KMeans:
    def __init__(self, k=3, seed=0):
        self.k, self.rng = k, np.random.default_rng(seed)

    def keep_old(self):
        self.old = copy.deepcopy(self.labels)

    def update_labels(self, X):
        self.labels = ((X[:, None] - self.means[None]) ** 2).sum(axis=2).argmin(axis=1)

    def update_means(self, X):
        for j in range(self.k):
            if (self.labels == j).any():
                self.means[j] = X[self.labels == j].mean(axis=0)

    def fit(self, X):
        self.means = X[self.rng.choice(len(X), self.k, replace=False)].copy()
        self.update_labels(X)
        while True:
            self.update_means(X)
            self.keep_old()
            self.update_labels(X)
            if (self.old == self.labels).all():
                return self

    def predict(self, X):
        return ((X[:, None] - self.means[None]) ** 2).sum(axis=2).argmin(axis=1)
"""
ONE_CENTRE = """
import numpy as np

def square_distance(a, b):
    return ((a - b) ** 2).sum()

def nearest(C, x):
    return int(np.argmin([square_distance(c, x) for c in C]))

def calc_centroid(X, labels, i):
    return X[labels == i].mean(axis=0) if (labels == i).any() else X[i]

def kmeans(X, labels, k):
    while True:
        C = np.array([calc_centroid(X, labels, i) for i in range(k)])
        new = np.array([nearest(C, x) for x in X])
        if (new == labels).all():
            return C, labels
        labels = new
"""
SELECTION = """
import numpy as np

class ForwardSelection:
    def __init__(self):
        self.coef_, self.intercept_ = None, 0.0

    def fit(self, X, y):
        left, taken = list(range(X.shape[1])), []
        while left:
            costs = [self._solved(X[:, taken + [j]], y)[1] for j in left]
            taken.append(left.pop(int(np.argmin(costs))))
        beta, _ = self._solved(X[:, taken], y)
        self.taken_, self.intercept_, self.coef_ = taken, beta[0], beta[1:]
        return self

    @staticmethod
    def _solved(X, y):
        A = np.c_[np.ones(len(X)), X]
        beta = np.linalg.lstsq(A, y, rcond=None)[0]
        return beta, ((A @ beta - y) ** 2).sum()

    def predict(self, X):
        return X[:, self.taken_] @ self.coef_ + self.intercept_
"""
KNN_MEANS = """
import numpy as np

class KNNRegressor:
    def __init__(self, n_neighbors=5):
        self.n_neighbors = n_neighbors

    def _scale(self, X):
        return (X - self.mean_) / self.spread_

    def fit(self, X, y):
        self.mean_, self.spread_ = X.mean(axis=0), X.std(axis=0)
        self.rows_, self.values_ = self._scale(X), y
        return self

    def predict(self, X):
        d = ((self._scale(X)[:, None] - self.rows_[None]) ** 2).sum(axis=2)
        return self.values_[np.argsort(d, axis=1)[:, :self.n_neighbors]].mean(axis=1)
"""
TEXTS = {
    "activations of one class": (ACTIVATIONS, ("(x > 0).astype(float)", "(x >= 0.5).astype(float)"), "SW-G11"),
    "rows counted": (BATCHES, None, None),
    "in place by design": (IN_PLACE, ("gradient(theta, X, y)\n", "gradient(theta, X, y)\n    return theta\n"), "SW-T8"),
    "labels that are kept": (OLD_LABELS, ("axis=2).argmin(axis=1)\n\n    def update_means", "axis=2).argmax(axis=1)\n\n    def update_means"),
                             "SW-K1"),
    "one centre at a time": (ONE_CENTRE, None, None),
    "columns selected": (SELECTION, ("beta[1:]", "-beta[1:]"), "SW-P90"),
    "means of scaled neighbours": (KNN_MEANS, ("np.argsort(d,", "np.argsort(-d,"), "SW-K2"),
}  # fmt: skip
FILES = {
    "entry_clipped_net": ("(D @ self.weights[i].T) * (self.outs[i] > 0)", "(D @ self.weights[i].T)", "SW-G1"),
    "weighted_bce": ("(1 - H**2)", "(1 - H)", "SW-G1"),
    "dropout_default_on": ("* mask * (1 - H**2)", "* (1 - H**2) * H", "SW-G1"),
    "huber_net": ("return self.forward(X)[0]", "return self.forward(-X)[0]", "SW-P1"),
    "scaled_neighbours": ("np.argsort(d,", "np.argsort(-d,", "SW-K1"),
    "early_linear": ("c = c - self.eta * error.mean()", "c = c + self.eta * error.mean()", "SW-G1"),
}  # fmt: skip


def codes(text, tmp_path, errors):
    path = tmp_path / "work.py"
    path.write_text(text, encoding="utf-8")
    return {finding.code for finding in check(path).findings if finding.severity == "error" or not errors}


def once(text, old, new):
    assert text.count(old) == 1
    return text.replace(old, new)


@pytest.mark.parametrize("text", [entry[0] for entry in TEXTS.values()], ids=list(TEXTS))
def test_no_error_on_what_is_right(text, tmp_path):
    assert not codes(text, tmp_path, errors=True)


@pytest.mark.parametrize(
    ("text", "change", "code"),
    [
        pytest.param(*entry, id=name, marks=[pytest.mark.slow] if name == "labels that are kept" else [])
        for name, entry in TEXTS.items()
        if entry[1]
    ],
)
def test_one_changed_line_is_found(text, change, code, tmp_path):
    assert code in codes(once(text, *change), tmp_path, errors=False)


@pytest.mark.parametrize("name", FILES)
def test_no_error_on_right_files(name, tmp_path):
    assert not codes((ITEMS / f"{name}.py").read_text(encoding="utf-8"), tmp_path, errors=True)


@pytest.mark.parametrize("name", FILES)
def test_one_changed_line_of_a_file_is_found(name, tmp_path):
    old, new, code = FILES[name]
    text = (ITEMS / f"{name}.py").read_text(encoding="utf-8")
    assert code in codes(once(text, old, new), tmp_path, errors=False)


@pytest.mark.parametrize(("name", "kinds"), [("top_k_accuracy", []), ("avg_precision_score", []), ("precision_at_k", []),
                                             ("macro_precision_score", ["precision"])])  # fmt: skip
def test_metrics_of_rankings_are_no_metrics_of_labels(name, kinds):
    assert kinds_in_name(name) == kinds


RANDOM_ROWS = """
import numpy as np

def prob(X, w):
    return 1.0 / (1 + np.exp(-np.dot(X, w)))

def compute_loss(X, w, y):
    p = prob(X, w)
    return -np.sum(y * np.log(p + 1e-9) + (1 - y) * np.log(1 - p + 1e-9)) / len(X)

def compute_grad(X, w, y):
    return np.dot(prob(X, w) - y, X) / len(X)

rng = np.random.default_rng(0)
X = rng.normal(size=(40, 3))
y = (X[:, 0] > 0).astype(float)
np.random.seed(42)
w = np.zeros(X.shape[1])
losses = np.zeros(50)
for i in range(50):
    rows = np.random.choice(X.shape[0], 4)
    losses[i] = compute_loss(X, w, y)
    w = w - 0.1 * compute_grad(X[rows, :], w, y[rows])
"""
TOLD_THE_ERROR = """
import numpy as np

def sigmoid(x):
    return 1 / (1 + np.exp(-x))

def forward(bias, weight, neuron):
    return bias + weight @ neuron

def back(weight, bias, rate, delta, neuron):
    weight += -rate * delta @ np.transpose(neuron)
    bias += -rate * delta

def layer_error(weight, previous_error, neuron):
    return np.transpose(weight) @ previous_error * (neuron * (1 - neuron))
"""
SLOPE_BESIDE = """
import numpy as np

def sigmoid(x):
    return 1 / (1 + np.exp(-x))

def sigmoid_(x):
    return x * (1 - x)
"""


@pytest.mark.parametrize("text", [RANDOM_ROWS, TOLD_THE_ERROR, SLOPE_BESIDE], ids=["rows drawn", "told", "slope"])
def test_what_is_guessed_brings_no_error(text, tmp_path):
    assert not codes(text, tmp_path, errors=True)


def test_a_sigmoid_that_is_its_slope_is_found(tmp_path):
    assert "SW-G91" in codes(once(SLOPE_BESIDE, "1 / (1 + np.exp(-x))", "x * (1 - x)"), tmp_path, errors=True)


BASE_ELSEWHERE = """
import numpy as np
from course.base import BaseModel
from course.parts import sigmoid, sigmoid_derivative

class KNNRegressor(BaseModel):
    def __init__(self, n_neighbors=5, metric="euclidean", p=2):
        self.n_neighbors, self.metric, self.p = n_neighbors, metric, p

    def fit(self, X, y):
        self.rows, self.values = self.check_x_y(X, y)

    def predict(self, X):
        X = self.check_x(X)
        found = []
        for x in X:
            if self.metric == "euclidean":
                d = np.sqrt(((self.rows - x) ** 2).sum(axis=1))
            else:
                d = (np.abs(self.rows - x) ** self.p).sum(axis=1) ** (1 / self.p)
            found.append(self.values[np.argsort(d)[:self.n_neighbors]].mean())
        return np.array(found)

class Network:
    def __init__(self, n_in, n_hidden, n_out):
        self.W1 = np.random.rand(n_in, n_hidden)
        self.W2 = np.random.rand(n_hidden, n_out)

    def forward(self, X):
        self.hidden = sigmoid(X @ self.W1)
        return sigmoid(self.hidden @ self.W2)

    def fit(self, X, y, epochs=1000, learning_rate=0.1):
        for _ in range(epochs):
            out = self.forward(X)
            d_out = (y - out) * sigmoid_derivative(out)
            d_hidden = d_out.dot(self.W2.T) * sigmoid_derivative(self.hidden)
            self.W2 += self.hidden.T.dot(d_out) * learning_rate
            self.W1 += X.T.dot(d_hidden) * learning_rate

    def predict(self, X):
        return np.round(self.forward(X))
"""


def test_parts_that_are_elsewhere_are_taken_in_the_favourable_way(tmp_path):
    assert not codes(BASE_ELSEWHERE, tmp_path, errors=True)


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("X = self.check_x(X)\n", "X = self.rows = self.check_x(X)\n", "SW-P3"),
        ("sigmoid_derivative(self.hidden)", "(1 - self.hidden**2)", "SW-G11"),
    ],
    ids=["rows replaced", "another slope"],
)
def test_faults_around_such_parts_are_found(old, new, code, tmp_path):
    assert code in codes(once(BASE_ELSEWHERE, old, new), tmp_path, errors=True)


def test_the_derivative_of_a_loss_is_no_loss():
    assert role_of_name("compute_loss_derivative") == "loss_derivative"
    assert (role_of_name("learning_rate"), role_of_name("learn_one")) == (None, "train")


OWN_SPLIT = """
import numpy as np

class LinearModel:
    def __init__(self, X, y):
        cut = int(0.7 * len(X))
        self.X_train, self.X_test, self.y_train = X[:cut], X[cut:], y[:cut]

    def weights(self):
        return np.linalg.lstsq(self.X_train, self.y_train, rcond=None)[0]

    def predictions(self):
        w = self.weights()
        return self.X_train @ w, self.X_test @ w
"""


def test_answers_for_its_own_parts_are_not_counted(tmp_path):
    assert not codes(OWN_SPLIT, tmp_path, errors=True)
