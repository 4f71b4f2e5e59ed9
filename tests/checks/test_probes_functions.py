"""Activations, losses, objectives, layers and optimisers by themselves."""

import pytest

FUNCTIONS = """
    import numpy as np

    def sigmoid(z):
        return np.exp(-np.logaddexp(0, -z))

    def sigmoid_derivative(a):
        return a * (1 - a)

    def softmax(z):
        e = np.exp(z - z.max(axis=-1, keepdims=True))
        return e / e.sum(axis=-1, keepdims=True)

    def relu(z):
        return np.maximum(0, z)

    def relu_derivative(z):
        return (z > 0).astype(float)

    def binary_cross_entropy(y_true, y_pred):
        p = np.clip(y_pred, 1e-12, 1 - 1e-12)
        return -np.mean(y_true * np.log(p) + (1 - y_true) * np.log(1 - p))

    def categorical_cross_entropy(y_true, y_pred):
        return -np.sum(y_true * np.log(np.clip(y_pred, 1e-12, 1))) / len(y_true)
"""

FAULTS = [
    (("np.exp(-np.logaddexp(0, -z))", "1 / (1 + np.exp(-z))"), "SW-N1", "warning"),
    (("np.exp(-np.logaddexp(0, -z))", "1 / (1 + np.exp(z))"), "SW-G91", "error"),
    (("a * (1 - a)", "a * (1 + a)"), "SW-G11", "error"),
    (("e / e.sum(axis=-1, keepdims=True)", "e / e.sum()"), "SW-N3", "warning"),
    (("e / e.sum(axis=-1, keepdims=True)", "e / (1 + e)"), "SW-N3", "error"),
    ((" - z.max(axis=-1, keepdims=True)", ""), "SW-N2", "remark"),
    (("(z > 0).astype(float)", "np.where(z > 0, z, 0)"), "SW-G11", "error"),
    ((" + (1 - y_true) * np.log(1 - p)", ""), "SW-G9", "error"),
    (("np.clip(y_pred, 1e-12, 1 - 1e-12)", "y_pred"), "SW-N5", "warning"),
    (("/ len(y_true)", "/ y_true.size"), "SW-G7", "warning"),
    (("np.clip(y_pred, 1e-12, 1))", "y_pred + 1e-9)"), "SW-N6", "remark"),
]  # fmt: skip


def test_correct_functions_are_clean(judge):
    assert judge(FUNCTIONS).findings == []


@pytest.mark.parametrize(("change", "code", "severity"), FAULTS, ids=lambda item: str(item)[:28])
def test_a_changed_function(judge, change, code, severity):
    assert change[0] in FUNCTIONS
    result = judge(FUNCTIONS.replace(*change))
    assert (code, severity) in [(entry.code, entry.severity) for entry in result.findings]
    assert [entry.code for entry in result.findings if entry.severity == "error"] == (
        [code] if severity == "error" else []
    )


OBJECTIVE = """
    import numpy as np

    def sigmoid(z):
        return np.exp(-np.logaddexp(0, -z))

    def cost(theta, X, y, lam=0.0):
        z = X @ theta
        return np.mean(np.logaddexp(0, z) - y * z) + lam / (2 * len(y)) * np.sum(theta[1:] ** 2)

    def gradient(theta, X, y, lam=0.0):
        g = X.T @ (sigmoid(X @ theta) - y) / len(y)
        g[1:] += lam / len(y) * theta[1:]
        return g

    def gradient_descent(theta, X, y, alpha=0.1, num_iters=100, lam=0.0):
        theta = theta.copy()
        history = []
        for _ in range(num_iters):
            theta -= alpha * gradient(theta, X, y, lam)
            history.append(cost(theta, X, y, lam))
        return theta, history
"""

OBJECTIVE_FAULTS = [
    (("g[1:] += lam / len(y) * theta[1:]", "g += lam / len(y) * theta"), "SW-G4", "gradient"),
    (("g[1:] += lam", "g[1:] -= lam"), "SW-G2", "gradient"),
    (("lam / len(y) * theta[1:]", "lam / len(y) * g[1:]"), "SW-G3", "gradient"),
    (("g[1:] += lam / len(y) * theta[1:]", "pass"), "SW-G5", "gradient"),
    (("+ lam / (2 * len(y)) * np.sum(theta[1:] ** 2)", ""), "SW-G5", "cost"),
    (("(sigmoid(X @ theta) - y)", "(X @ theta - y)"), "SW-G1", "gradient"),
    (("theta = theta.copy()", "pass"), "SW-T8", "gradient_descent"),
    (("theta -= alpha *", "theta -= 0.1 *"), "SW-T1", "gradient_descent"),
    (("theta -= alpha *", "theta += alpha *"), "SW-G18", "gradient_descent"),
    (("history.append(cost(theta, X, y, lam))", "history.append(np.mean((sigmoid(X @ theta) - y) ** 2))"), "SW-T14", "gradient_descent"),
]  # fmt: skip


def test_a_correct_objective_is_clean(judge):
    result = judge(OBJECTIVE)
    assert result.findings == []
    assert {"SW-G1", "SW-G2", "SW-G4", "SW-G5", "SW-T1", "SW-T8", "SW-T14"} <= set(result.passed)


@pytest.mark.parametrize(("change", "code", "function"), OBJECTIVE_FAULTS, ids=lambda item: str(item)[:28])
def test_a_changed_objective(judge, change, code, function):
    assert change[0] in OBJECTIVE
    result = judge(OBJECTIVE.replace(*change))
    shown = [(entry.code, entry.function, entry.observed) for entry in result.findings]
    assert (result.findings[0].code, result.findings[0].function) == (code, function), shown


MOMENTUM = """
    import numpy as np

    class Momentum:
        def __init__(self, lr=0.01, momentum=0.9):
            self.lr, self.momentum, self.v = lr, momentum, None

        def update(self, w, grad):
            if self.v is None:
                self.v = np.zeros_like(w)
            self.v = self.momentum * self.v + grad
            return w - self.lr * self.v
"""


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (("w - self.lr * self.v", "w + self.lr * self.v"), "SW-G18"),
        (("self.momentum * self.v + grad", "self.momentum * self.v + self.lr * grad"), "SW-T3"),
    ],
    ids=lambda item: str(item)[:28],
)
def test_a_changed_optimiser(judge, change, code):
    assert judge(MOMENTUM).findings == []
    assert change[0] in MOMENTUM
    codes = [entry.code for entry in judge(MOMENTUM.replace(*change)).findings]
    assert code in codes


def test_averaging_momentum_is_a_remark(judge):
    averaged = MOMENTUM.replace("self.momentum * self.v + grad", "self.momentum * self.v + (1 - self.momentum) * grad")
    assert [(entry.code, entry.severity) for entry in judge(averaged).findings] == [("SW-T4", "remark")]


NORMAL = """
    import numpy as np

    def solve(X, y, ridge=0.0):
        return np.linalg.solve(X.T @ X + ridge * np.eye(X.shape[1]), X.T @ y)

    def objective(w, X, y, ridge=0.0):
        r = X @ w - y
        return r @ r + ridge * (w @ w)
"""


def test_the_normal_equations(judge):
    assert judge(NORMAL).findings == []
    codes = {
        ("+ ridge * np.eye", "- ridge * np.eye"): "SW-G2",
        ("ridge * np.eye(X.shape[1])", "0 * np.eye(X.shape[1])"): "SW-T2",
        ("X.T @ y)", "X.T @ (y - 1))"): "SW-P90",
    }
    for change, code in codes.items():
        assert change[0] in NORMAL
        assert judge(NORMAL.replace(*change)).findings[0].code == code


COURSERA_LOGISTIC = """
    import numpy as np

    def propagate(w, b, X, Y):
        m = X.shape[1]
        A = 1 / (1 + np.exp(-(np.dot(w.T, X) + b)))
        cost = -1 / m * np.sum(Y * np.log(A) + (1 - Y) * np.log(1 - A))
        grads = {"dw": 1 / m * np.dot(X, (A - Y).T), "db": 1 / m * np.sum(A - Y)}
        return grads, np.squeeze(cost)
"""


def test_gradients_before_the_cost_in_one_tuple(judge, errors):
    assert errors(judge(COURSERA_LOGISTIC)) == []
    wrong = judge(COURSERA_LOGISTIC.replace('"db": 1 / m * np.sum(A - Y)', '"db": np.sum(A - Y)'))
    assert (wrong.findings[0].code, wrong.findings[0].function) == ("SW-G1", "propagate")
    half = judge(COURSERA_LOGISTIC.replace(" + (1 - Y) * np.log(1 - A)", ""))
    assert "SW-G9" in errors(half)


def test_rows_that_carry_their_label_in_the_last_column(judge, errors):
    text = """
        def euclidean_distance(row1, row2):
            return sum((row1[i] - row2[i]) ** 2 for i in range(len(row1) - 1)) ** 0.5

        def get_neighbors(train, test_row, num_neighbors):
            return sorted(train, key=lambda row: euclidean_distance(test_row, row))[:num_neighbors]

        def predict_classification(train, test_row, num_neighbors):
            labels = [row[-1] for row in get_neighbors(train, test_row, num_neighbors)]
            return max(set(labels), key=labels.count)
    """
    assert errors(judge(text)) == []
    assert (
        errors(judge(text.replace("euclidean_distance(test_row, row))[:", "-euclidean_distance(test_row, row))[:")))[0]
        == "SW-K1"
    )
