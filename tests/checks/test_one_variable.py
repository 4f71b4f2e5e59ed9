"""Forms of rows and labels that linear models want: one variable, two columns, one-hot labels, one step a call."""

import pytest

LINE = """
    import numpy as np

    class SimpleLinearRegression:
        def __init__(self, rate=0.01, iterations=1000):
            self.rate, self.iterations, self.m, self.c = rate, iterations, 0.0, 0.0

        def fit(self, x, y):
            n, self.m, self.c = len(x), 0.0, 0.0
            for _ in range(self.iterations):
                guess = self.m * x + self.c
                dm = (-2 / n) * np.sum(x * (y - guess))
                dc = (-2 / n) * np.sum(y - guess)
                self.m -= self.rate * dm
                self.c -= self.rate * dc
            return self

        def predict(self, x):
            return self.m * x + self.c
"""
HANDED = """
    import numpy as np

    def compute_cost(x, y, w, b):
        m, cost = x.shape[0], 0.0
        for i in range(m):
            cost += (w * x[i] + b - y[i]) ** 2
        return cost / (2 * m)

    def compute_gradient(x, y, w, b):
        m, dj_dw, dj_db = x.shape[0], 0.0, 0.0
        for i in range(m):
            error = w * x[i] + b - y[i]
            dj_dw += error * x[i]
            dj_db += error
        return dj_dw / m, dj_db / m

    def gradient_descent(x, y, w_in, b_in, alpha, num_iters, cost_function, gradient_function):
        w, b, history = w_in, b_in, []
        for i in range(num_iters):
            dj_dw, dj_db = gradient_function(x, y, w, b)
            b = b - alpha * dj_db
            w = w - alpha * dj_dw
            history.append(cost_function(x, y, w, b))
        return w, b, history
"""
FIXED = """
    import numpy as np

    def fit_line(x, y):
        a0, a1 = 0.0, 0.0
        for step in range(3000):
            gap = y - (a0 + a1 * x)
            a0 += 0.05 * np.mean(gap)
            a1 += 0.05 * np.mean(gap * x)
        return a0, a1
"""
SCALED = FIXED.replace("a0, a1 = 0.0, 0.0", "x, a0, a1 = (x - np.mean(x)) / np.std(x), 0.0, 0.0")
CASES = [
    (FIXED, ("np.mean(gap * x)", "np.mean(gap)"), {"SW-G1"}),
    (FIXED, ("+= 0.05", "-= 0.05"), {"SW-G18"}),
    (FIXED, ("np.mean(gap * x)", "np.mean((y - a0 - a1 * x) * x)"), {"SW-G12"}),
    (LINE, ("self.m -= self.rate * dm", "self.m += self.rate * dm"), {"SW-G18", "SW-G13"}),
    (LINE, ("dc = (-2 / n) * np.sum(y - guess)", "dc = -2 * np.mean(guess)"), {"SW-G1", "SW-G13", "SW-T15"}),
    (LINE, ("return self.m * x + self.c", "return self.m * x"), {"SW-P10", "SW-P1"}),
    (LINE, ("self.rate * d", "0.01 * d"), {"SW-T1", "SW-T2"}),
    (HANDED, ("dj_dw += error * x[i]", "dj_dw += error"), {"SW-G1"}),
    (HANDED, ("dj_dw / m, dj_db / m", "dj_dw / m, dj_db"), {"SW-G1", "SW-G13"}),
    (HANDED, ("cost / (2 * m)", "cost / m - b"), {"SW-G1"}),
    (HANDED, ("w - alpha * dj_dw", "w + alpha * dj_dw"), {"SW-G18", "SW-G13"}),
    (HANDED, ("- alpha * dj", "- 0.01 * dj"), {"SW-T1"}),
]


@pytest.mark.parametrize(("text", "change", "codes"), CASES, ids=[f"{number}" for number in range(len(CASES))])
def test_what_is_wrong_is_found(judge, text, change, codes):
    """Each changed line is named."""
    assert change[0] in text
    found = {finding.code for finding in judge(text.replace(*change)).findings if finding.severity != "remark"}
    assert found & codes, found


@pytest.mark.parametrize("text", [FIXED, SCALED, LINE, HANDED, LINE.replace("x * (y", "x.ravel() * (y")])
def test_nothing_is_wrong_in_the_right_one(judge, text):
    """Nothing but remarks."""
    assert [finding.observed for finding in judge(text).findings if finding.severity != "remark"] == []


KEPT_FIRST = """
import numpy as np

class Model:
    def __init__(self):
        self.x = self.t = None
        self.slope, self.height, self.mean, self.std = 0.0, 0.0, 0.0, 1.0

    def set_data(self, x, y):
        self.x, self.t = x, y

    def scaled(self, x):
        return (x - self.mean) / self.std

    def train(self):
        if self.x is None:
            raise ValueError("no data")
        self.slope = self.height = 0.0
        for _ in range(60):
            off = self.slope * self.x + self.height - self.t
            self.slope -= 0.05 * np.mean(off * self.x)
            self.height -= 0.05 * off.mean()

    def predict(self, x):
        return self.slope * self.scaled(x) + self.height
"""


def test_data_that_are_kept_before_the_training(judge):
    assert not [item for item in judge(KEPT_FIRST).findings if item.severity != "remark"]
    uphill = judge(KEPT_FIRST.replace("self.slope -= 0.05", "self.slope += 0.05"))
    assert {"SW-G18", "SW-T15"} & {item.code for item in uphill.findings}


TWO_MEASURES = """
import numpy as np

class Classifier:
    def __init__(self):
        self.weights = np.zeros(2)
        self.bias = 0

    def forward(self, x):
        return 1 / (1 + np.exp(-np.clip(x @ self.weights + self.bias, -500, 500)))

    def slopes(self, x, y):
        off = self.forward(x) - y
        return np.mean(x.T * off, 1), np.mean(off)

    def train(self, epochs, lr, x_train, y_train, x_val, y_val):
        watched = []
        for _ in range(epochs):
            watched.append(np.mean((self.predict(x_val) == y_val)))
            dw, db = self.slopes(x_train, y_train)
            self.weights -= lr * dw
            self.bias -= lr * db
        return watched

    def predict(self, x):
        return (self.forward(x) > 0.5).astype(float)


class CurveRegression:
    def __init__(self, degree, strength):
        self.degree, self.strength, self.w = degree, strength, np.zeros(degree + 1)

    def powers(self, x):
        return np.vander(x, self.degree + 1, increasing=True)

    def fit(self, x, y):
        A, pull = self.powers(x), np.eye(self.degree + 1)
        pull[0, 0] = 0
        self.w = np.linalg.solve(A.T @ A + self.strength * pull, A.T @ y)

    def forward(self, x):
        return self.powers(x) @ self.w
"""
LATER = (
    "-= lr * dw\n            self.bias -= lr * db",
    "-= lr * dw\n            self.bias -= lr * self.slopes(x_train, y_train)[1]",
)


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        (("np.zeros(2)", "np.zeros(2)"), set()),
        (LATER, {"SW-G12"}),
        (("self.forward(x) > 0.5", "x @ self.weights > 0"), {"SW-P1"}),
        (("pull[0, 0] = 0", "pass"), {"SW-G4"}),
    ],
)
def test_models_of_so_many_columns_as_the_author_has(judge, change, codes):
    """A classifier with two weights, and a polynomial of one variable whose answers are its forward pass."""
    assert change[0] in TWO_MEASURES
    found = judge(TWO_MEASURES.replace(*change)).findings
    assert {item.code for item in found if item.severity != "remark"} == codes


ONE_STEP = """
import numpy as np

class SoftmaxModel:
    def __init__(self, num_inputs, num_outputs, rate=0.1):
        self.theta, self.offset, self.rate = np.zeros((num_outputs, num_inputs)), np.zeros(num_outputs), rate

    def probabilities(self, rows):
        scores = rows @ self.theta.T + self.offset
        grown = np.exp(scores - scores.max(axis=1, keepdims=True))
        return grown / grown.sum(axis=1, keepdims=True)

    def train_on_rows(self, rows, targets):
        gap = (self.probabilities(rows) - targets) / len(rows)
        self.theta -= self.rate * gap.T @ rows
        self.offset -= self.rate * gap.sum(axis=0)

    def predict(self, rows):
        return self.probabilities(rows).argmax(axis=1)
"""


@pytest.mark.parametrize(
    ("change", "code"), [(("", ""), None), (("gap.sum(axis=0)", "gap.sum()"), "SW-G13"), (("x(axis=1)", "x(axis=0)"), "SW-P5")]
)  # fmt: skip
def test_a_class_that_makes_one_step_a_call(judge, change, code):
    """It must be told how many columns and classes there are, and wants its labels one-hot."""
    found = {item.code for item in judge(ONE_STEP.replace(*change)).findings if item.severity != "remark"}
    assert code in found if code else not found


WATCHES = """
import numpy as np

class LinearFit:
    def fit(self, X, y, X_val=None, y_val=None, lr=0.1, epochs=30):
        self.w, self.b, self.lowest, self.best = np.zeros(X.shape[1]), 0.0, np.inf, None
        for turn in range(epochs):
            off = X @ self.w + self.b - y
            self.w -= lr * X.T @ off / len(y)
            self.b -= lr * off.mean()
            now = np.inf if X_val is None else np.mean((self.predict(X_val) - y_val) ** 2)
            if turn % 10 == 0 and now < self.lowest:
                self.lowest = now
                self.best = self.w.copy(), self.b
        if self.best is not None:
            self.w, self.b = self.best

    def predict(self, X):
        return X @ self.w + self.b
"""


def test_a_second_fit_is_watched_like_the_first(judge):
    """The lowest loss of the first fit holds in the second one where it is kept."""
    old = "self.lowest, self.best = np.zeros(X.shape[1]), 0.0, np.inf, None"
    kept = WATCHES.replace(old, old.replace("np.inf", 'getattr(self, "lowest", np.inf)'))
    assert "SW-P12" not in {item.code for item in judge(WATCHES).findings}
    assert "SW-P12" in {item.code for item in judge(kept).findings}


TELLS = """
import numpy as np

def hypothesis(X, theta):
    return 1.0 / (1.0 + np.exp(-np.clip(X @ theta, -60, 60)))

def descend(X, y, theta, rate, rounds):
    costs, m = np.zeros((rounds, 1)), len(y)
    for i in range(rounds):
        h = hypothesis(X, theta)
        theta = theta - rate * X.T @ (h - y) / m
        h = hypothesis(X, theta)
        costs[i] = -(np.log(h) @ y + np.log(1 - h) @ (1 - y)) / m
    return theta, costs

def row_by_row(X, Y, k, tau, eta):
    beta, before = np.zeros(X.shape[1]), np.inf
    for _ in range(k):
        p = hypothesis(X, beta)
        last = -np.mean(Y * np.log(p) + (1 - Y) * np.log(1 - p))
        beta = beta - eta * X.T @ (p - Y) / len(Y)
        if abs(before - last) < tau:
            break
        before = last
    return beta, last

def stochastic(X, y, lr=0.05, l2=0.0, epochs=20, seed=3):
    rng, w, b = np.random.RandomState(seed), np.zeros(X.shape[1]), 0.0
    for _ in range(epochs):
        for j in rng.permutation(len(X)):
            p = hypothesis(X[j], w) if b is None else 1 / (1 + np.exp(-np.clip(X[j] @ w + b, -60, 60)))
            w = w - lr * ((p - y[j]) * X[j] + l2 * w)
            b = b - lr * (p - y[j])
    return w, b
"""


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        (("", ""), set()),
        (("(np.log(h) @ y + np.log(1 - h) @ (1 - y)) / m", "np.log(h) @ y / m"), {"SW-G9"}),
        (("Y * np.log(p) + (1 - Y) * np.log(1 - p)", "Y * np.log(p)"), {"SW-G9"}),
        (("+ l2 * w", "- l2 * w"), {"SW-G2"}),
    ],
)
def test_what_a_function_tells_beside_its_weights(judge, change, codes):
    """Costs in a column, the last cost alone, and the length of weights under a penalty, row by row."""
    assert {item.code for item in judge(TELLS.replace(*change)).findings if item.severity != "remark"} == codes


LISTS = """
def average(v):
    return sum(v) / len(v)


class LinearRegression:
    def __init__(self, rate=0.1, epochs=400):
        self.rate = rate
        self.epochs = epochs
        self.weights = []
        self.bias = 0.0

    def fit(self, rows, targets):
        if rows == [] or not targets:
            return self
        self.centre = [average(col) for col in zip(*rows)]
        self.weights = [0.0 for _ in rows[0]]
        self.bias = 0.0
        for _ in range(self.epochs):
            slopes, slope0 = [0.0] * len(self.weights), 0.0
            for row, t in zip(rows, targets):
                off = self.value(row) - t
                slope0 += off
                for j, v in enumerate(row):
                    slopes[j] += off * (v - self.centre[j])
            self.weights = [w - self.rate * s / len(rows) for w, s in zip(self.weights, slopes)]
            self.bias -= self.rate * slope0 / len(rows)
        return self

    def value(self, row):
        return self.bias + sum(w * (v - c) for w, v, c in zip(self.weights, row, self.centre))

    def predict(self, rows):
        return [self.value(row) for row in rows]
"""


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        (("", ""), set()),
        (("[self.value(row) for", "[self.bias + sum(w * v for w, v in zip(self.weights, row)) for"), {"SW-P1"}),
    ],
)  # fmt: skip
def test_a_class_that_knows_lists_alone(judge, change, codes):
    """``rows == []`` fails for an array; the rows are centred in training."""
    assert change[0] in LISTS
    found = {item.code for item in judge(LISTS.replace(*change)).findings if item.severity != "remark"}
    assert found == codes


MISTAKES = """
import numpy as np

def says(row, w):
    return 1.0 if w[0] + row[:-1] @ w[1:] >= 0.0 else 0.0

def train_weights(train, l_rate, n_epoch):
    w = np.zeros(len(train[0]))
    for epoch in range(n_epoch):
        for row in train:
            off = row[-1] - says(row, w)
            w[0] += l_rate * off
            w[1:] += l_rate * off * row[:-1]
    return w
"""


def test_a_perceptron_follows_no_gradient(judge):
    assert not [item.observed for item in judge(MISTAKES).findings if item.severity != "remark"]
