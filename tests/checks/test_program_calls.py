"""Functions asked as their own program asks them, and functions that learn beside the functions that predict."""

import pytest

PROGRAM = """
    import numpy as np

    rng = np.random.default_rng(1)
    rows = rng.normal(size=(40, 2)) + 50.0
    wet = (rows[:, :1] + rows[:, 1:] > 100.0).astype(float)
    span = np.array([60.0, 60.0])
    scaled = rows / span

    def squash(z):
        return 1 / (1 + np.exp(-np.clip(z, -30, 30)))

    def entrenar(tasa, epocas):
        w, b = np.full((2, 1), 0.1), 0.0
        for _ in range(epocas):
            off = (squash(scaled @ w + b) - wet) / len(scaled)
            step = tasa
            w = w - step * scaled.T @ off
            b = b - step * off.sum()
        return w, b

    def predecir(values, w, b):
        return squash((values / span) @ w + b)

    def clasificar(values, w, b, umbral=0.5):
        return (predecir(values, w, b) > umbral).astype(int)

    w, b = entrenar(0.5, 3000)
    print(np.mean(clasificar(rows, w, b) == wet), predecir(rows, w, b)[:3])
"""

BESIDE = """
    import numpy as np

    def add_ones(X):
        return np.c_[np.ones(len(X)), X]

    def softmax(Z):
        E = np.exp(Z - Z.max(axis=1, keepdims=True))
        return E / E.sum(axis=1, keepdims=True)

    def fit_many(X, y, lr=0.1, n_iter=300, tol=1e-9):
        A, Y = add_ones(X), np.eye(int(y.max()) + 1)[y]
        W, before = np.zeros((A.shape[1], Y.shape[1])), None
        for _ in range(n_iter):
            P = softmax(A @ W)
            W = W - lr * A.T @ (P - Y) / len(A)
            cost = -np.mean(np.sum(Y * np.log(P + 1e-12), axis=1))
            if before is not None and abs(before - cost) < tol:
                break
            before = cost
        return W

    def predict_many(X, W):
        return softmax(add_ones(X) @ W).argmax(axis=1)
"""

TABLES = """
    import numpy as np

    dice = np.random.default_rng(2)
    signs = dice.normal(size=(60, 4))
    wanted = np.eye(3)[np.argmax(signs[:, :3], axis=1)]
    W = dice.normal(size=(4, 3)) * 0.1

    def shares(A):
        E = np.exp(A - A.max(axis=1, keepdims=True))
        return E / E.sum(axis=1, keepdims=True)

    def hits(out, goal):
        a, b = np.argmax(out, 1), np.argmax(goal, 1)
        return np.sum(a == b) / float(len(a))

    for turn in range(300):
        W -= 0.5 * signs.T @ (shares(signs @ W) - wanted) / len(signs)
    print("hits", hits(shares(signs @ W), wanted))
"""

GRADIENT = """
    import numpy as np

    def cost(X, y, w, b):
        return np.mean((X @ w + b - y) ** 2) / 2

    def slopes(X, y, w, b):
        off = X @ w + b - y
        return X.T @ off / len(y), off.mean()

    rng = np.random.default_rng(0)
    X = rng.normal(size=(50, 3))
    y = X @ np.array([1.0, -2.0, 0.5]) + 3.0
    w, b = np.zeros(3), 0.0
    for step in range(200):
        dw, db = slopes(X, y, w, b)
        w = w - 0.1 * dw
        b = b - 0.1 * db
        if step % 50 == 0:
            print(cost(X, y, w, b))
"""


FROM_THE_SAME_START = """
    import numpy as np

    rng = np.random.default_rng(4)
    M = rng.normal(size=(30, 4))
    goal = M @ np.array([1.0, 2.0, -1.0, 0.5])

    def energy(v):
        off = M @ v - goal
        return 0.5 * off @ off / len(goal)

    def denergy(v):
        return M.T @ (M @ v - goal) / len(goal)

    def walk(v0, count, pace):
        v, seen = v0.copy(), [energy(v0)]
        for _ in range(count):
            v -= pace * denergy(v)
            seen.append(energy(v))
        return v, seen

    first = rng.normal(size=4)
    for pace in (0.01, 0.1):
        end, seen = walk(first, 50, pace)
        print(pace, seen[-1], end)
"""

WITH_A_CACHE = """
    import numpy as np

    class Ridge3:
        def __init__(self, d, decay=0.0, seed=1):
            self.par = {"V": np.random.default_rng(seed).normal(0, 0.1, (1, d)), "off": np.zeros((1, 1))}
            self.decay = decay

        def value(self, rows, wanted):
            rest = self.par["V"] @ rows + self.par["off"] - wanted
            return 0.5 * np.sum(rest ** 2) / rows.shape[1] + 0.5 * self.decay * np.sum(self.par["V"] ** 2)

        def slope(self, rows, wanted):
            rest = self.par["V"] @ rows + self.par["off"] - wanted
            return {"V": rest @ rows.T / rows.shape[1] + self.decay * self.par["V"], "off": rest.mean(axis=1, keepdims=True)}

        def learn(self, rows, wanted, rounds=40):
            story = []
            for _ in range(rounds):
                steps = self.slope(rows, wanted)
                for key in steps:
                    self.par[key] = self.par[key] - 0.1 * steps[key]
                story.append(self.value(rows, wanted))
            return story

    dice = np.random.default_rng(0)
    rows = dice.normal(size=(3, 60))
    wanted = np.array([[1.0, -2.0, 0.5]]) @ rows + 2.0
    for decay in (0.0, 0.1):
        print(Ridge3(3, decay).learn(rows, wanted)[-1])
"""

THROUGH_PREDICTIONS = """
    import numpy as np

    def answer(par, rows):
        hidden = np.tanh(rows @ par["A"])
        return 1 / (1 + np.exp(-hidden @ par["B"])), hidden

    def bit_loss(p, targets):
        return -np.mean(targets * np.log(p) + (1 - targets) * np.log(1 - p))

    def pull(par, p, hidden, rows, targets):
        off = (p - targets) / len(rows)
        return {"A": rows.T @ (off @ par["B"].T * (1 - hidden ** 2)), "B": hidden.T @ off}

    dice = np.random.default_rng(0)
    rows = dice.normal(size=(50, 2))
    targets = (rows[:, :1] * rows[:, 1:] > 0).astype(float)
    par = {"A": dice.normal(size=(2, 6)), "B": dice.normal(size=(6, 1))}
    for epoch in range(40):
        p, hidden = answer(par, rows)
        loss = bit_loss(p, targets)
        steps = pull(par, p, hidden, rows, targets)
        par = {key: par[key] - 0.5 * steps[key] for key in par}
        if epoch % 10 == 0:
            print(epoch, loss)
"""


PIECES = """
    import numpy as np

    class Bend:
        def run(self, z):
            self.a = np.tanh(z)
            return self.a

        def back(self, g):
            return g * (1 - self.a ** 2)

    class Mix:
        def __init__(self, a, b, dice):
            self.M, self.v = dice.normal(0, 0.4, (b, a)), np.zeros(b)

        def run(self, a):
            self.a = a
            return a @ self.M.T + self.v

        def back(self, g):
            self.gM, self.gv = g.T @ self.a, g.sum(axis=0)
            return g @ self.M

        def step(self, pace):
            self.M, self.v = self.M - pace * self.gM, self.v - pace * self.gv

    class Shares:
        def run(self, z):
            e = np.exp(z - z.max(axis=1, keepdims=True))
            self.p = e / e.sum(axis=1, keepdims=True)
            return self.p

        def back(self, g):
            return self.p * (g - (g * self.p).sum(axis=1, keepdims=True))

    dice = np.random.default_rng(1)
    rows = dice.normal(size=(60, 2))
    marks = np.eye(3)[(rows[:, 0] > 0).astype(int) + (rows[:, 1] > 0.5)]
    pieces = [Mix(2, 6, dice), Bend(), Mix(6, 3, dice), Shares()]
    for epoch in range(30):
        value = rows
        for piece in pieces:
            value = piece.run(value)
        g = -marks / (value + 1e-12) / len(rows)
        for piece in reversed(pieces):
            g = piece.back(g)
        for piece in pieces:
            if hasattr(piece, "step"):
                piece.step(0.3)
    print(value[:2])
"""


def worse(text, old, new):
    assert text.count(old) == 1
    return text.replace(old, new)


@pytest.mark.parametrize(
    "text", [PROGRAM, BESIDE, GRADIENT, FROM_THE_SAME_START, WITH_A_CACHE, THROUGH_PREDICTIONS, PIECES]
)
def test_the_right_programs_are_clean(judge, text):
    result = judge(text)
    assert [(entry.code, entry.observed) for entry in result.findings if entry.severity == "error"] == []


@pytest.mark.parametrize(
    ("text", "old", "new", "codes"),
    [
        (PROGRAM, "step = tasa", "step = min(tasa, 0.1) * 0 + 0.5", {"SW-T1"}),
        (PROGRAM, "(values / span)", "(values / values.max(axis=0))", {"SW-P2"}),
        (PROGRAM, "> umbral)", "> 0.5 + 0 * umbral)", {"SW-T2"}),
        (TABLES, "np.argmax(out, 1), np.argmax(goal, 1)", "np.argmax(out, 0), np.argmax(goal, 0)", {"SW-P5"}),
        (BESIDE, "abs(before - cost) < tol", "cost - before < tol", {"SW-T13"}),
        (BESIDE, "P - Y) / len(A)", "Y - P) / len(A)", {"SW-G18"}),
        (BESIDE, "return softmax(add_ones(X) @ W).argmax(axis=1)", "return softmax(np.c_[X, np.ones(len(X))] @ W).argmax(axis=1)", {"SW-P10", "SW-P1"}),
        (GRADIENT, "off.mean()\n", "-off.mean()\n", {"SW-G13"}),
        (GRADIENT, "return X.T @ off / len(y)", "return np.abs(X).T @ off / len(y)", {"SW-G1"}),
        (FROM_THE_SAME_START, "v0.copy()", "v0", {"SW-T8"}),
        (FROM_THE_SAME_START, "return M.T @ (M @ v - goal)", "return M.T @ np.abs(M @ v - goal)", {"SW-G1"}),
        (FROM_THE_SAME_START, "return 0.5 * off @ off / len(goal)", "return np.sqrt(off @ off / len(goal))", {"SW-G1"}),
        (WITH_A_CACHE, "shape[1] + self.decay * self.par[\"V\"],", "shape[1],", {"SW-G5"}),
        (WITH_A_CACHE, "shape[1] + self.decay * self.par[\"V\"],", "shape[1] - self.decay * self.par[\"V\"],", {"SW-G2"}),
        (WITH_A_CACHE, "rest.mean(axis=1, keepdims=True)}", "rest.mean(axis=1, keepdims=True) + self.decay * self.par[\"off\"]}", {"SW-G4"}),
        (WITH_A_CACHE, "steps = self.slope(rows, wanted)", "steps = {key: -item for key, item in self.slope(rows, wanted).items()}", {"SW-G18"}),
        (THROUGH_PREDICTIONS, "targets * np.log(p) + (1 - targets) * np.log(1 - p)", "targets * np.log(p)", {"SW-G9"}),
        (THROUGH_PREDICTIONS, "(1 - hidden ** 2)", "hidden * (1 - hidden)", {"SW-G1", "SW-G11"}),
        (PIECES, "return g * (1 - self.a ** 2)", "return g * self.a * (1 - self.a)", {"SW-G11"}),
        (PIECES, "(g - (g * self.p).sum(axis=1, keepdims=True))", "(1 - self.p) * g", {"SW-G17"}),
        (PIECES, "g.sum(axis=0)", "np.full(len(self.v), g.sum())", {"SW-G13"}),
    ],
)  # fmt: skip
def test_one_changed_line_is_seen(judge, text, old, new, codes):
    found = {entry.code for entry in judge(worse(text, old, new)).findings if entry.severity != "remark"}
    assert codes & found, found


RIGHT = {
    "a gradient that is a step": """
        import numpy as np

        def coste(X, Y, Theta):
            return ((X @ Theta - Y) ** 2).sum() / (2 * len(X))

        def gradiente(X, Y, Theta, alpha):
            return Theta - alpha / len(X) * X.T @ (X @ Theta - Y)
        """,
    "a score beside cost and gradient": """
        import numpy as np

        def ridge_cost_gradient(X, y, w, alpha):
            off = X @ w - y
            return (off @ off + alpha * w @ w) / (2 * len(y)), (X.T @ off + alpha * w) / len(y)

        def calculate_RMSE(w, X, y):
            return np.sqrt(np.mean((X @ w - y) ** 2))
        """,
    "two ways to fit": """
        import numpy as np

        class LinearModel:
            def __init__(self, learning_rate=0.05, epochs=400):
                self.lr, self.epochs = learning_rate, epochs

            def fit_gradient_descent(self, X, y):
                self.w, self.b = np.zeros(X.shape[1]), 0.0
                for _ in range(self.epochs):
                    off = X @ self.w + self.b - y
                    self.w = self.w - self.lr * X.T @ off / len(y)
                    self.b = self.b - self.lr * off.mean()

            def fit_normal_equation(self, X, y):
                found = np.linalg.lstsq(np.c_[np.ones(len(X)), X], y, rcond=None)[0]
                self.b, self.w = found[0], found[1:]

            def predict(self, X):
                return X @ self.w + self.b
        """,
    "a rate for sums over rows": """
        import numpy as np

        class PoissonRegression:
            def fit(self, X, y, n_iter=1000, lr=0.00001):
                self.A = np.c_[np.ones(len(X)), X]
                beta = np.zeros(self.A.shape[1])
                for _ in range(n_iter):
                    beta -= lr * self.A.T @ (np.exp(self.A @ beta) - y)
                self.beta = beta

            def predict(self, X):
                return np.exp(np.c_[np.ones(len(X)), X] @ self.beta)
        """,
    "a penalty that another function adds": """
        import numpy as np

        def sigmoid(z):
            return np.exp(-np.logaddexp(0, -z))

        def cost_logistic(theta, X, y, reg=0):
            p = sigmoid(X @ theta)
            return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p)) + reg / 2 * np.sum(theta[1:] ** 2)

        def gradient_plain(theta, X, y):
            return X.T @ (sigmoid(X @ theta) - y) / len(y)

        def gradient_logistic(theta, X, y, reg):
            return gradient_plain(theta, X, y) + reg * np.r_[0, theta[1:]]
        """,
}


@pytest.mark.parametrize("name", RIGHT)
def test_what_is_right_gets_no_error(judge, name):
    result = judge(RIGHT[name])
    assert [(entry.code, entry.observed) for entry in result.findings if entry.severity == "error"] == []


def test_a_class_gets_as_many_columns_and_classes_as_the_data_have(judge):
    text = """
        import numpy as np

        class SoftmaxRegression:
            def __init__(self, num_classes=26, learning_rate=0.05, num_iterations=500):
                self.num_classes, self.learning_rate, self.num_iterations = num_classes, learning_rate, num_iterations
                self.weights, self.bias = np.array([]), np.array([])

            def softmax(self, Z):
                E = np.exp(Z - Z.max(axis=1, keepdims=True))
                return E / E.sum(axis=1, keepdims=True)

            def fit(self, X, y):
                self.weights, self.bias = np.zeros((X.shape[1], self.num_classes)), np.zeros(self.num_classes)
                Y = np.eye(self.num_classes)[y]
                for _ in range(self.num_iterations):
                    off = self.softmax(X @ self.weights + self.bias) - Y
                    self.weights -= self.learning_rate * X.T @ off / len(X)
                    self.bias -= self.learning_rate * off.mean(axis=0)
                return self

            def predict(self, X):
                if self.weights.size == 0:
                    raise RuntimeError("not fitted")
                return (X @ self.weights + self.bias).argmax(axis=1)
        """
    assert "SW-G1" in judge(text).passed
    wrong = judge(worse(text, "X.T @ off / len(X)", "X.T @ (off ** 3) / len(X)"))
    assert "SW-G1" in {entry.code for entry in wrong.findings}


def test_of_y_and_t_the_second_is_the_target(judge):
    text = """
        import numpy as np

        class SoftmaxRegression:
            def __init__(self, n_in=5, n_out=3):
                self.W, self.b = 0.01 * np.random.default_rng(0).normal(size=(n_in, n_out)), np.zeros(n_out)

            def forward(self, x):
                Z = x @ self.W + self.b
                E = np.exp(Z - Z.max(axis=1, keepdims=True))
                return E / E.sum(axis=1, keepdims=True)

            def gradient(self, x, y, t):
                return {"W": x.T @ (y - t) / len(x), "b": (y - t).mean(axis=0)}

            def loss(self, y, t):
                return -np.sum(t * np.log(y + 1e-10)) / len(y)

            def train(self, x, t, eps=0.1):
                grads = self.gradient(x, self.forward(x), t)
                self.W, self.b = self.W - eps * grads["W"], self.b - eps * grads["b"]
        """
    assert [entry.observed for entry in judge(text).findings if entry.severity == "error"] == []


RAGGED = """
import numpy as np


class Boundary:
    def fit(self, X, y):
        self.w = np.linalg.lstsq(X, 2.0 * y - 1, rcond=None)[0]
        return self

    def predict(self, X, shown):
        return (X @ self.w > 0).astype(int){fault}


rng = np.random.default_rng(0)
X = rng.normal(size=(60, 3))
y = (X[:, 0] > 0).astype(int)
model = Boundary().fit(X, y)
print(np.mean(model.predict(X, [[0, 1], [2]]) == y))
"""


@pytest.mark.parametrize(("fault", "code"), [("", None), (" * (np.argsort(X[:, 0]) > 5)", "SW-P2")])
def test_a_list_of_lists_of_other_lengths_beside_the_rows_keeps_nobody_from_asking(judge, fault, code):
    result = judge(RAGGED.replace("{fault}", fault))
    assert not [why for _, why in result.not_checked if "check itself" in why]
    assert code is None or code in [finding.code for finding in result.findings]


def test_an_argument_that_is_bound_anew_is_meant_to_change(judge):
    text = worse(FROM_THE_SAME_START, "v0.copy()", "v0")
    text = worse(text, "end, seen = walk(first, 50, pace)", "first, seen = walk(first, 50, pace)")
    result = judge(worse(text, "seen[-1], end)", "seen[-1], first)"))
    assert "SW-T8" not in {entry.code for entry in result.findings}
