"""Right programs in manners that were once taken for faults: each with the one line that makes it wrong."""

import textwrap

import pytest

from scratchwork.checks import check

pytestmark = pytest.mark.slow  # whole checks of whole programs

SUBSETS = """
    import numpy as np

    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(90, 3)), rng.integers(0, 2, 90)
    parts = {"train": [], "test": []}
    for label in (0, 1):
        own = rng.permutation(np.flatnonzero(y == label))
        for name, piece in zip(parts, (own[:30], own[30:])):
            parts[name].append(piece)
    parts = {name: np.concatenate(rows) for name, rows in parts.items()}
    mu, sd = X[parts["train"]].mean(axis=0), X[parts["train"]].std(axis=0)
    X = (X - mu) / sd
    X_train, X_test, y_train, y_test = (
        X[parts["train"]], X[parts["test"]], y[parts["train"]], y[parts["test"]]
    )
    w = np.linalg.lstsq(X_train, y_train, rcond=None)[0]
    print(np.mean((X_test @ w > 0.5) == y_test))
    """

CALLED_SCALE = """
    import numpy as np

    class Shift:
        def fit(self, X):
            self.mean = X.mean(axis=0)
            return self

        def __call__(self, X):
            return X - self.mean

    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(90, 3)), rng.normal(size=90)
    X_train, X_test, y_train, y_test = X[:60], X[60:], y[:60], y[60:]
    scale = Shift().fit(X_train)
    w = np.linalg.lstsq(scale(X_train), y_train, rcond=None)[0]
    print(np.mean((scale(X_test) @ w - y_test) ** 2))
    """

ONE_BY_ONE = """
    import numpy as np
    from sklearn.datasets import load_digits

    def one_pass(w, rows, labels, gen):
        for i in gen.permutation(len(labels)):
            w = w - 0.01 * (1 / (1 + np.exp(-np.dot(w, rows[i]))) - labels[i]) * rows[i]
        return w

    X, digits = load_digits(return_X_y=True)
    gen = np.random.default_rng(0)
    order = gen.permutation(len(digits))
    rows, labels = (X / 16.0)[order], (digits % 2)[order]
    w = np.zeros(X.shape[1])
    for _ in range(3):
        w = one_pass(w, rows[:1200], labels[:1200], gen)
    print(np.mean((rows[1200:] @ w > 0) == labels[1200:]))
    """

SENSITIVITY = """
    import numpy as np

    def sensitivity(y_true, y_guess, sick=4):
        ill = y_true == sick
        return np.mean(y_guess[ill] == sick) if ill.any() else float("nan")

    def threshold_for_recall(score, y, wanted=0.8):
        sick = np.sort(score[y == 1])[::-1]
        return sick[int(np.ceil(wanted * len(sick))) - 1]
    """

ROUNDED = """
    import numpy as np
    from sklearn.datasets import load_breast_cancer
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import roc_auc_score
    from sklearn.model_selection import train_test_split

    X, y = load_breast_cancer(return_X_y=True)
    X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0, stratify=y)
    p = LogisticRegression(max_iter=5000).fit(X_train, y_train).predict_proba(X_test)[:, 1]
    print(roc_auc_score(y_test, np.round(p, 3)))
    """

LLOYD = """
    import numpy as np
    from sklearn.datasets import load_iris

    def lloyd(rows, groups=3, rounds=50):
        middle = rows[np.random.default_rng(1).choice(len(rows), groups, replace=False)]
        before_labels = np.zeros(rows.shape[0])
        for _ in range(rounds):
            labels = np.argmin(((rows[:, None] - middle) ** 2).sum(axis=2), axis=1)
            if np.all(labels == before_labels):
                break
            before_labels = labels
            for j in np.unique(labels):
                middle[j] = rows[labels == j].mean(axis=0)
        return labels

    X, y = load_iris(return_X_y=True)
    print(np.bincount(lloyd(X)))
    """

OF_TWO = """
    def shares(cm):
        hit, false, missed = cm[1, 1], cm[0, 1], cm[1, 0]
        precision = hit / (hit + false + 1e-12)
        recall = hit / (hit + missed + 1e-12)
        return precision, recall
    """

STEP = """
    import numpy as np

    class Unit:
        def __init__(self, rate=0.1, n_iter=10):
            self.rate, self.n_iter = rate, n_iter

        def fit(self, X, y):
            self.w = np.zeros(X.shape[1] + 1)
            for _ in range(self.n_iter):
                for row, target in zip(X, y):
                    change = self.rate * (target - self.predict(row))
                    self.w += change * np.append(row, 1.0)
            return self

        def predict(self, X):
            return np.where(np.dot(X, self.w[:-1]) + self.w[-1] >= 0, 1, -1)
    """

OUT = """
    import numpy as np

    class Softmax:
        def forward(self, z):
            e = np.exp(z - z.max(axis=1, keepdims=True))
            self.p = e / e.sum(axis=1, keepdims=True)
            return self.p

        def backward(self, grad):
            return self.p * (grad - (grad * self.p).sum(axis=1, keepdims=True))
    """


@pytest.mark.parametrize(
    ("text", "right", "wrong", "code"),
    [
        (SUBSETS, 'mu, sd = X[parts["train"]].mean(axis=0), X[parts["train"]].std(axis=0)', "mu, sd = X.mean(axis=0), X.std(axis=0)", "SW-D1"),
        (CALLED_SCALE, "scale(X_test) @ w", "(X_test - X_test.mean(axis=0)) @ w", "SW-D2"),
        pytest.param(ONE_BY_ONE, "(digits % 2)[order]", "digits % 2", "SW-T11", marks=pytest.mark.slow),
        (SENSITIVITY, "y_guess[ill] == sick)", "y_true[y_guess == sick] == sick)", "SW-E7"),
        pytest.param(ROUNDED, "np.round(p, 3)", "np.round(p)", "SW-E5", marks=pytest.mark.slow),
        (LLOYD, "np.bincount(lloyd(X))", "np.mean(lloyd(X) == y)", "SW-M9"),
        (OF_TWO, "hit / (hit + false + 1e-12)", "hit / (hit + false + missed)", "SW-E90"),
        (STEP, "np.append(row, 1.0)\n        ", "np.append(row, 1.0)\n            break\n        ", "SW-T13"),
        (OUT, "self.p * (grad - (grad * self.p).sum(axis=1, keepdims=True))", "grad", "SW-G17"),
    ],
    ids=["subsets", "an object called scale", "parameters moved by rows", "a label of its own", "some decimals",
         "the labels of the round before", "a table of two classes", "all rows are right", "a softmax hands on"],
)  # fmt: skip
def test_no_error_where_it_is_right_and_a_finding_where_it_is_not(tmp_path, text, right, wrong, code):
    path, text = tmp_path / "program.py", textwrap.dedent(text)
    path.write_text(text)
    found = check(path).findings
    assert [entry.observed for entry in found if entry.severity == "error" or entry.code == code] == []
    assert right in text
    path.write_text(text.replace(right, wrong))
    assert code in {entry.code for entry in check(path).findings}


VOTES = """
import numpy as np
def distances(a, b):
    return np.sqrt(((a[:, None, :] - b[None, :, :]) ** 2).sum(axis=2))
def knn_predict(X_train, y_train, X_test, k):
    nearest = np.argsort(distances(X_test, X_train), axis=1)[:, :k]
    return np.array([np.bincount(y_train[row]).argmax() for row in nearest])
"""
USES = """
if __name__ == "__main__":
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(50, 3))
    print(knn_predict(rows[:40], (rows[:40, 0] > 0).astype(bool) * 1, rows[40:], 3))
"""


def test_small_integers_matter_where_a_program_speaks_of_them(judge):
    def severities(text):
        return {item.severity for item in judge(text).findings if item.code == "SW-N8"}

    assert severities(VOTES) <= {"remark"}
    assert severities(VOTES + USES.replace("rng.normal(size=(50, 3))", "rng.integers(0, 99, (50, 3)).astype(np.uint8)")) == {"warning"}  # fmt: skip


TWO_PAIRS = """
    import numpy as np

    def fit_error(y, tx, w):
        return 0.5 * np.mean((y - tx @ w) ** 2)

    def fit_grad(y, tx, w):
        return -tx.T @ (y - tx @ w) / len(y)

    def compute_logloss(y, tx, w):
        z = tx @ w
        return np.mean(np.logaddexp(0, z) - y * z)

    def compute_loggrad(y, tx, w):
        return tx.T @ (1 / (1 + np.exp(-np.clip(tx @ w, -50, 50))) - y) / len(y)

    def compute_part_grad(y, tx, w):
        return -tx.T @ (y - tx @ w) / len(y)

    def reg_logistic_regression(y, tx, lambda_, initial_w, max_iters, gamma):
        w, losses = initial_w, []
        for _ in range(max_iters):
            losses.append(compute_logloss(y, tx, w) + 0.5 * lambda_ * w @ w)
            w = w - gamma * (compute_loggrad(y, tx, w) + lambda_ * w)
        return w, losses[-1]
    """


@pytest.mark.parametrize(
    ("right", "wrong", "code"),
    [
        ("-50, 50))) - y)", "-50, 50))) + y)", "SW-G1"),
        ("return -tx.T @ (y - tx @ w) / len(y)\n\n    def compute_logloss", "return tx.T @ (y - tx @ w) / len(y)\n\n    def compute_logloss", "SW-G18"),
    ],
)  # fmt: skip
def test_a_gradient_is_judged_beside_its_own_cost(tmp_path, right, wrong, code):
    path = tmp_path / "program.py"
    path.write_text(textwrap.dedent(TWO_PAIRS))
    assert {entry.code for entry in check(path).findings if entry.severity != "remark"} <= {"SW-G4"}
    assert right in TWO_PAIRS
    path.write_text(textwrap.dedent(TWO_PAIRS.replace(right, wrong)))
    assert code in {entry.code for entry in check(path).findings}


SINGLE = """
    import numpy as np

    def error(X, y, w, b):
        return float(np.mean((X @ w + b - y) ** 2))

    def slopes(X, y, w, b):
        residual = X @ w + b - y
        return 2.0 * X.T @ residual / len(X), 2.0 * residual.mean()

    def gradient_descent(X, y, w, b, steps=200, lr=0.1):
        w, b = np.array(w, dtype=np.float32), np.array(b, dtype=np.float32)
        for _ in range(steps):
            grad_w, grad_b = slopes(X, y, w, b)
            w -= lr * grad_w.astype(np.float32)
            b -= np.float32(lr * grad_b)
        return w, float(b)
    """


def test_a_step_in_single_precision_is_no_wrong_step(tmp_path):
    path = tmp_path / "program.py"
    path.write_text(textwrap.dedent(SINGLE))
    assert [entry.observed for entry in check(path).findings if entry.severity == "error"] == []
    path.write_text(textwrap.dedent(SINGLE.replace("b -= np.float32(lr * grad_b)", "b += np.float32(lr * grad_b)")))
    assert {"SW-G1", "SW-G18"} & {entry.code for entry in check(path).findings}


COUNTED = """
    import numpy as np
    import pandas as pd

    table = np.array(pd.read_csv("digits.csv"))
    samples, n = table.shape
    X_train, Y_train = table[:, 1:].T / 255.0, table[:, 0]

    def start():
        return np.random.rand(10, 784) - 0.5, np.random.rand(10, 1) - 0.5, np.random.rand(10, 10) - 0.5, np.random.rand(10, 1) - 0.5

    def softmax(Z):
        e = np.exp(Z - Z.max(axis=0))
        return e / e.sum(axis=0)

    def one_hot(Y):
        made = np.zeros((Y.size, Y.max() + 1))
        made[np.arange(Y.size), Y] = 1
        return made.T

    def forward_prop(W1, b1, W2, b2, X):
        Z1 = W1.dot(X) + b1
        A1 = np.maximum(Z1, 0)
        return Z1, A1, softmax(W2.dot(A1) + b2)

    def backward_prop(Z1, A1, A2, W2, X, Y):
        dZ2 = A2 - one_hot(Y)
        dZ1 = W2.T.dot(dZ2) * (Z1 > 0)
        return 1 / samples * dZ1.dot(X.T), 1 / samples * np.sum(dZ1, axis=1, keepdims=True), 1 / samples * dZ2.dot(A1.T), 1 / samples * np.sum(dZ2, axis=1, keepdims=True)

    def gradient_descent(X, Y, alpha, iterations):
        W1, b1, W2, b2 = start()
        for _ in range(iterations):
            Z1, A1, A2 = forward_prop(W1, b1, W2, b2, X)
            dW1, db1, dW2, db2 = backward_prop(Z1, A1, A2, W2, X, Y)
            W1, b1, W2, b2 = W1 - alpha * dW1, b1 - alpha * db1, W2 - alpha * dW2, b2 - alpha * db2
        return W1, b1, W2, b2

    weights = gradient_descent(X_train, Y_train, 0.1, 500)
    """


def test_a_number_of_samples_may_be_called_samples(tmp_path):
    path = tmp_path / "program.py"
    path.write_text(textwrap.dedent(COUNTED))
    assert [entry.observed for entry in check(path).findings if entry.severity == "error"] == []
    path.write_text(textwrap.dedent(COUNTED.replace("np.sum(dZ1, axis=1, keepdims=True)", "np.sum(dZ1)")))
    assert "SW-G13" in {entry.code for entry in check(path).findings}


LARGE_EPS = """
    import numpy as np

    def guess(W, X):
        return 1 / (1 + np.exp(-np.clip(X.dot(W), -50, 50)))

    def cost(W, X, Y, eps=0.01):
        p = guess(W, X)
        return -(Y * np.log(p + eps) + (1 - Y) * np.log(1 - p + eps)).mean()

    def gradient_step(W, X, Y, learning_rate=0.01):
        return W - learning_rate * X.T.dot(guess(W, X) - Y) / len(Y)
    """


def test_an_epsilon_that_is_a_setting_makes_no_other_loss(tmp_path):
    path = tmp_path / "program.py"
    path.write_text(textwrap.dedent(LARGE_EPS))
    assert [entry.observed for entry in check(path).findings if entry.severity == "error"] == []
    path.write_text(textwrap.dedent(LARGE_EPS.replace("guess(W, X) - Y", "guess(W, X) - Y * guess(W, X)")))
    assert "SW-G1" in {entry.code for entry in check(path).findings}


OBJECTS = """
    import numpy as np

    class StandardScaler:
        def fit(self, X):
            X = np.array(X).astype(float)
            self.mean, self.spread = np.nanmean(X, axis=0), np.nanstd(X, axis=0)
            self.spread = np.where(self.spread == 0, 1.0, self.spread)
            return self

        def transform(self, X):
            made = (np.array(X).astype(float) - self.mean) / self.spread
            return np.where(np.isnan(made), None, made)
    """


def test_a_scaler_that_gives_objects_is_read_as_numbers(tmp_path):
    path = tmp_path / "program.py"
    path.write_text(textwrap.dedent(OBJECTS))
    assert check(path).findings == []
    path.write_text(textwrap.dedent(OBJECTS.replace("np.where(self.spread == 0, 1.0, self.spread)", "self.spread")))
    assert "SW-N9" in {entry.code for entry in check(path).findings}
