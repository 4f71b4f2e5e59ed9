"""Parameters, networks, training loops, plots and names: rules that read how a file is written."""

import textwrap

import pytest

from scratchwork.checks.files.source import source_from_text
from scratchwork.checks.reading import read_source


def found(text):
    """(code, severity, object, function) of every finding in a script."""
    source = source_from_text(textwrap.dedent(text))
    assert source.problem is None, source.problem
    return [(item.code, item.severity, item.object, item.function) for item in read_source(source)]


def codes(text, severities=("error", "warning")):
    return {code for code, severity, *_ in found(text) if severity in severities}


@pytest.mark.parametrize(
    ("code", "function", "text"),
    [
        (
            "SW-T1",
            "train",
            """
            def train(X, y, lr, epochs):
                for _ in range(epochs):
                    w = w - 0.01 * grad(w, X, y)
                return w
            """,
        ),
        (
            "SW-T1",
            "train_model",
            """
            def backward(X, y, W, learning_rate):
                return W - learning_rate * X
            def train_model(X, y, learning_rate, epochs):
                for i in range(epochs):
                    W = backward(X, y, W, 0.01)
                return W
            """,
        ),
        (
            "SW-T1",
            "fit",
            """
            def fit(X, y, alpha=0.1):
                alpha = 0.5
                return X * alpha
            """,
        ),
        (
            "SW-T1",
            "update",
            """
            class Net:
                def __init__(self, n, lr=0.1):
                    self.W = n
                    self.lr = lr
                def update(self, g):
                    self.W -= 0.05 * g
            """,
        ),
        (
            "SW-T1",
            "sweep",
            """
            def sweep(X, y):
                for lr in [0.1, 0.01, 0.001]:
                    model = train(X, y, 100)
                    plt.plot(model.losses, label=f"lr={lr}")
            """,
        ),
        (
            "SW-T2",
            "__init__",
            """
            class LogReg:
                def __init__(self, n_iters=100, tol=1e-4):
                    self.n_iters = 1000
                    self.tol = tol
                def fit(self, X):
                    return self.n_iters * self.tol
            """,
        ),
        (
            "SW-T2",
            "fit",
            """
            class LogReg:
                def __init__(self, lr=0.1, reg_lambda=1.0):
                    self.lr = lr
                    self.reg_lambda = reg_lambda
                def fit(self, X):
                    return X * self.lr
            """,
        ),
        (
            "SW-T2",
            "predict",
            """
            class Knn:
                def __init__(self, k=5):
                    self.k = k
                def fit(self, X, y):
                    self.tree = KDTree(X)
                def predict(self, X):
                    d, i = self.tree.query(X, k=3)
                    return i
            """,
        ),
    ],
)
def test_parameters_that_do_nothing(code, function, text):
    assert (code, function) in {(code, function) for code, _, _, function in found(text)}


@pytest.mark.parametrize(
    "text",
    [
        """
        class Layer:
            def backward(self, grad, lr):
                raise NotImplementedError
        class Dense(Layer):
            def backward(self, grad, lr):
                self.W -= lr * grad
        class ReLU(Layer):
            def backward(self, grad, lr):
                return grad * (self.x > 0)
        """,
        """
        class KMeans:
            def __init__(self, k, max_iter=100, random_state=None):
                self.k, self.max_iter, self.random_state = k, max_iter, random_state
            def fit(self, X, y=None):
                rng = np.random.default_rng(self.random_state)
                for _ in range(self.max_iter):
                    X = X[rng.permutation(len(X))[:self.k]]
                return self
        """,
        """
        class Net(nn.Module):
            def __init__(self, hidden):
                super().__init__()
                self.hidden = nn.Linear(4, hidden)
            def forward(self, x):
                return self.hidden(x)
        """,
        """
        def schedule(epoch, lr):
            return lr * 0.5 ** epoch
        callback = LearningRateScheduler(schedule)
        for lr in [0.1, 0.01]:
            model = train(X, y, lr)
            print(lr, model)
        """,
        """
        class Model:
            def __init__(self, lr=0.1, epochs=5):
                self.__dict__.update(locals())
            def fit(self, X):
                return X * self.lr * self.epochs
        """,
        """
        def objective(theta, X, y, lam):
            def inner(t):
                return lam * t
            return inner(theta)
        """,
    ],
)
def test_parameters_that_are_used_are_silent(text):
    assert not codes(text) & {"SW-T1", "SW-T2"}


@pytest.mark.parametrize(
    ("code", "text"),
    [
        (
            "SW-P1",
            """
            class Net:
                def forward(self, X):
                    self.a1 = sigmoid(X @ self.W1 + self.b1)
                    return sigmoid(self.a1 @ self.W2 + self.b2)
                def predict(self, X):
                    a1 = np.tanh(X @ self.W1 + self.b1)
                    return sigmoid(a1 @ self.W2 + self.b2) > 0.5
            """,
        ),
        (
            "SW-P1",
            """
            def forward_propagation(X, p):
                A1 = np.maximum(0, np.dot(p["W1"], X) + p["b1"])
                return softmax(np.dot(p["W2"], A1) + p["b2"])
            def evaluate_model(X, y, p):
                A1 = 1 / (1 + np.exp(-(np.dot(p["W1"], X) + p["b1"])))
                A2 = softmax(np.dot(p["W2"], A1) + p["b2"])
                return np.mean(A2.argmax(0) == y)
            """,
        ),
        (
            "SW-P1",
            """
            def forward(X, W1, W2, keep_prob):
                A1 = np.tanh(X @ W1)
                mask = np.random.rand(*A1.shape) < keep_prob
                return sigmoid((A1 * mask) @ W2)
            """,
        ),
        (
            "SW-G11",
            """
            def forward(X, W1, W2):
                H = np.maximum(0, X @ W1)
                return H, softmax(H @ W2)
            def backward(X, Y, H, P, W2):
                d2 = P - Y
                d1 = (d2 @ W2.T) * H * (1 - H)
                return X.T @ d1, H.T @ d2
            """,
        ),
        (
            "SW-G11",
            """
            class MLP:
                def feedforward(self, x):
                    self.a = np.tanh(np.dot(x, self.w1))
                    return sigmoid(np.dot(self.a, self.w2))
                def backprop(self, x, y):
                    d2 = self.out - y
                    d1 = np.dot(d2, self.w2.T) * sigmoid_derivative(self.a)
                    return np.dot(x.T, d1)
            """,
        ),
        ("SW-N1", "def sigmoid(z):\n    return 1 / (1 + np.exp(-z))"),
        ("SW-N1", "class A:\n    def act(self, t):\n        return 1.0 / (1.0 + np.exp(-1 * t))"),
        (
            "SW-G20",
            """
            X, y = load_digits(return_X_y=True)
            n_output = 1
            def sigmoid(z):
                return 0.5 * (1 + np.tanh(z / 2))
            W = np.random.randn(64, n_output)
            out = sigmoid(X @ W)
            """,
        ),
        (
            "SW-G20",
            """
            digits = load_digits()
            T = digits.target
            y = T.reshape(-1, 1)
            out = sigmoid(X @ W)
            loss = -np.mean(y * np.log(out) + (1 - y) * np.log(1 - out))
            """,
        ),
        (
            "SW-G16",
            """
            import torch
            class Net(torch.nn.Module):
                def forward(self, x):
                    return F.softmax(self.fc(x), dim=1)
            criterion = torch.nn.CrossEntropyLoss()
            """,
        ),
        (
            "SW-G16",
            """
            import torch.nn as nn
            class Net(nn.Module):
                def forward(self, x):
                    x = self.fc(x)
                    out = self.softmax(x)
                    return out
            loss_fn = nn.NLLLoss()
            """,
        ),
        (
            "SW-T12",
            """
            def train(X, y, w, lr, epochs, batch):
                for epoch in range(epochs):
                    for i in range(0, len(X), batch):
                        xb, yb = X[i:i + batch], y[i:i + batch]
                        w -= lr * xb.T @ (xb @ w - yb)
                return w
            """,
        ),
        ("SW-T12", "train_loader = DataLoader(train_set, batch_size=64)"),
        (
            "SW-T9",
            """
            def fit(X, y, w, lr):
                best_loss = 1e9
                for t in range(100):
                    w -= lr * grad(w, X, y)
                    loss = cost(w, X, y)
                    if loss < best_loss:
                        best_loss, best = loss, 0
                        best_w = w
                return best_w
            """,
        ),
        (
            "SW-T9",
            """
            def train(model):
                best_acc = 0
                for epoch in range(5):
                    acc = validate(model)
                    if acc > best_acc:
                        best_acc = acc
                        best_state = model.state_dict()
                model.load_state_dict(best_state)
            """,
        ),
        ("SW-T7", "learning_rate = 50.0\nw = w - learning_rate * grad"),
        ("SW-T7", "model = Net(lr=100)"),
        (
            "SW-T16",
            """
            X, y = rng.uniform(30, 100, (99, 2)), rng.integers(0, 2, 99)
            for i in range(1000):
                gradient = X.T @ (sigmoid(X @ theta) - y) / len(y)
                theta = theta - 0.01 * gradient
            """,
        ),
        (
            "SW-T16",
            """
            X, y = load_wine(return_X_y=True)
            def train(X, y, w, lr):
                for _ in range(100):
                    grad = X.T @ (X @ w - y)
                    w -= lr * grad
                return w
            """,
        ),
    ],
)
def test_networks_and_training(code, text):
    assert code in codes(text)


@pytest.mark.parametrize(
    "text",
    [
        """
        class Net:
            def forward(self, X):
                self.a1 = np.tanh(X @ self.W1 + self.b1)
                return softmax(self.a1 @ self.W2 + self.b2)
            def predict(self, X):
                a1 = np.tanh(X @ self.W1 + self.b1)
                return np.argmax(a1 @ self.W2 + self.b2, axis=1)
            def backward(self, X, Y, P):
                d2 = P - Y
                d1 = (d2 @ self.W2.T) * (1 - self.a1 ** 2)
                return X.T @ d1
        """,
        """
        def forward(X, W1, W2):
            H = np.maximum(0, X @ W1)
            return H, sigmoid(H @ W2)
        def backward(X, Y, H, P, W2):
            d2 = (P - Y) * P * (1 - P)
            d1 = (d2 @ W2.T) * (H > 0)
            return X.T @ d1, H.T @ d2
        """,
        """
        def forward(X, W1, W2, keep_prob):
            A1 = np.tanh(X @ W1)
            mask = (np.random.rand(*A1.shape) < keep_prob) / keep_prob
            return sigmoid((A1 * mask) @ W2)
        """,
        "def tanh_derivative(a):\n    return 1 - a ** 2",
        "def sigmoid_derivative(x):\n    s = 0.5 * (1 + np.tanh(x / 2))\n    return s * (1 - s)",
        "def sigmoid(z):\n    z = np.clip(z, -500, 500)\n    return 1 / (1 + np.exp(-z))",
        """
        import torch
        class Net(torch.nn.Module):
            def forward(self, x):
                return F.log_softmax(self.fc(x), dim=1)
        criterion = torch.nn.NLLLoss()
        """,
        """
        X, y = load_digits(return_X_y=True)
        y = (y == 3).astype(int)
        n_output = 1
        out = sigmoid(X / 16 @ np.random.randn(64, n_output))
        """,
        """
        def train(X, y, w, lr, epochs, batch):
            for epoch in range(epochs):
                order = np.random.permutation(len(X))
                for i in range(0, len(X), batch):
                    rows = order[i:i + batch]
                    w -= lr * X[rows].T @ (X[rows] @ w - y[rows])
            return w
        """,
        """
        def train(X, y, w, lr, epochs):
            for epoch in range(epochs):
                w = w - lr * X.T @ (X @ w - y) / len(X)
            return w
        """,
        """
        def fit(X, y, w, lr):
            best_loss, best_w = 1e9, w.copy()
            for t in range(100):
                w -= lr * grad(w, X, y)
                loss = cost(w, X, y)
                if loss < best_loss:
                    best_loss, best_w = loss, w.copy()
            return best_w
        """,
        """
        data = np.loadtxt("ex2data1.txt", delimiter=",")
        X, y = data[:, :2], data[:, 2]
        X = (X - X.mean(axis=0)) / X.std(axis=0)
        for i in range(1000):
            theta = theta - 0.01 * X.T @ (sigmoid(X @ theta) - y) / len(y)
        """,
        """
        X, y = fetch_openml("mnist_784", return_X_y=True)
        X = np.divide(X, 255.0)
        for i in range(1000):
            theta = theta - 0.01 * X.T @ (sigmoid(X @ theta) - y) / len(y)
        """,
        """
        X, y = load_wine(return_X_y=True)
        mitte, breite = X.mean(axis=0), X.std(axis=0)
        X = (X - mitte) / breite
        for i in range(1000):
            theta = theta - 0.01 * X.T @ (sigmoid(X @ theta) - y) / len(y)
        """,
        """
        def patients(n, rng):
            X = rng.normal(size=(n, 3))
            return X, rng.random(n) < 1 / (1 + np.exp(-X @ np.array([1.0, -2.0, 0.5])))
        """,
        """
        def patients(n, rng):
            X = rng.normal(size=(n, 3))
            chance = 1 / (1 + np.exp(-X[:, 0]))
            return X, rng.binomial(1, chance)
        """,
    ],
)
def test_right_networks_are_silent(text):
    silent = {"SW-P1", "SW-G11", "SW-N1", "SW-G16", "SW-G20", "SW-T12", "SW-T9", "SW-T16", "SW-T7"}
    assert not codes(text) & silent


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("SW-B8", "plt.plot(ks, costs)\nplt.xlabel('cost')\nplt.ylabel('number of clusters')"),
        ("SW-B8", "plt.plot(fpr, tpr)\nplt.xlabel('True positive rate')\nplt.ylabel('False positive rate')"),
        ("SW-B8", "plt.plot(train_losses, label='validation loss')\nplt.plot(val_losses, label='training loss')"),
        ("SW-B8", "plt.plot(train_acc)\nplt.plot(test_acc)\nplt.legend(['test', 'train'])"),
        ("SW-B6", "df = pd.read_csv('C:/Users/anna/data.csv')"),
        ("SW-B6", "from google.colab import drive\ndrive.mount('/content/drive')"),
        ("SW-B6", "X = np.load('/home/anna/x.npy')"),
        ("SW-B2", "sum = 0\nfor x in xs:\n    sum = sum + x\nprint(sum(xs))"),
        ("SW-B2", "def grad(a, b):\n    return a\ndef grad(a, b, lam):\n    return lam"),
        ("SW-B2", "list = [1, 2]\nprint(list(range(3)))"),
        ("SW-B7", "# needs Python 3.7 or later\nauc = np.trapezoid(tpr, fpr)"),
        ("SW-B7", "y = y.astype(np.int)"),
        ("SW-E10", 'X_train, X_test, y_train, y_test = load()\nacc = np.mean(model.predict(X_test) == y_test)\nprint(f"Accuracy: {acc:.2f}%")'),
        ("SW-E10", 'X_train, X_test, y_train, y_test = load()\nacc = np.mean(model.predict(X_test) == y_test) * 100\nprint(f"Accuracy: {acc:.1%}")'),
    ],
)  # fmt: skip
def test_plots_paths_and_names(code, text):
    assert code in codes(text)


@pytest.mark.parametrize(
    "text",
    [
        "plt.plot(ks, costs)\nplt.xlabel('number of clusters')\nplt.ylabel('cost')",
        "plt.plot(train_losses, label='training loss')\nplt.plot(val_losses, label='validation loss')",
        "plt.plot(train_acc)\nplt.plot(test_acc)\nplt.legend(['train', 'test'])",
        "plt.scatter(X[:, 0], X[:, 1], c=y, cmap='viridis')",
        "df = pd.read_csv('data/train.csv')\nurl = 'https://example.org/home/x.csv'",
        "total = 0\ndef grad(a, b):\n    return a\ndef grad_reg(a, b, lam):\n    return lam",
        "auc = np.trapezoid(tpr, fpr)",
        "trapezoid = getattr(np, 'trapezoid', None) or np.trapz\n# Python 3.7 and NumPy 1.x are fine",
        'X_train, X_test, y_train, y_test = load()\nacc = np.mean(model.predict(X_test) == y_test)\nprint(f"Accuracy: {acc:.2%}")',
        'X_train, X_test, y_train, y_test = load()\nacc = np.mean(model.predict(X_test) == y_test)\nprint(f"Accuracy: {100 * acc:.2f}%")',
        'X_train, X_test, y_train, y_test = load()\nacc = 100 * np.mean(model.predict(X_test) == y_test)\nprint(f"Accuracy: {acc:.2f} %")',
    ],
)  # fmt: skip
def test_right_plots_paths_and_names_are_silent(text):
    assert not codes(text) & {"SW-B8", "SW-B6", "SW-B2", "SW-B7", "SW-E10"}


def test_a_promise_that_the_code_does_not_hold():
    text = '"""Titanic with cross-validation and a confusion matrix."""\nX = load()\nprint(X)\n'
    assert ("SW-B10", "remark") in {(code, severity) for code, severity, *_ in found(text)}
    assert not found('"""Titanic. No cross-validation yet."""\nprint(1)\n')


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("SW-C6", "mean_face = faces.mean(0)\ndef pca_reconstruction(Z, V):\n    return Z @ V.T + mean_face"),
        ("SW-C6", "mu = X.mean(axis=0)\ndef recover_data(Z, U, K):\n    return Z.dot(U[:, :K].T) + mu"),
        ("SW-M10", "X, _ = make_moons(200)\nlabels = kmeans(X, 4)"),
        ("SW-M10", "A, B = load()\nfor k in range(1, 9):\n    cost = kmeans(A, k)\nlabels = kmeans(B, 3)"),
    ],
)
def test_globals_and_other_data(code, text):
    assert code in codes(text, ("error", "warning", "remark"))


@pytest.mark.parametrize(
    "text",
    [
        "X_test = load()\ndef evaluate(model, X):\n    return model.predict(X)",
        "X = load()\ndef plot(model):\n    show(model.predict(X))",
        "def recover_data(Z, U, mu):\n    return Z @ U.T + mu",
        "X, _ = make_moons(200)\nlabels = kmeans(X, 2)",
        "A = load()\nfor k in range(1, 9):\n    cost = kmeans(A, k)\nlabels = kmeans(A, 3)",
    ],
)
def test_own_arguments_and_own_data_are_silent(text):
    assert not codes(text, ("error", "warning", "remark")) & {"SW-B92", "SW-C6", "SW-M10"}


STOPPING = """
    def descend(step, cost_of, w, tol):
        previous = float("inf")
        for _ in range(1000):
            w = step(w)
            cost = cost_of(w)
            if abs(previous - cost) < tol:
                break
            previous = cost
        return w
"""


@pytest.mark.parametrize(
    "change",
    [
        ("            previous = cost\n", ""),
        ("            cost = cost_of(w)\n", "            cost = cost_of(w)\n            previous = cost\n"),
        ("abs(previous - cost)", "cost - previous"),
    ],
)
def test_a_stop_test_compares_with_the_round_before(change):
    assert "SW-T13" not in codes(STOPPING)
    assert "SW-T13" not in codes(STOPPING.replace("abs(previous - cost)", "previous - cost"))
    assert "SW-T13" in codes(STOPPING.replace(*change))


SWEEPS = """
    import numpy as np

    def coordinate_descent(X, y, lam, tol=1e-8):
        w = np.zeros(X.shape[1])
        for _ in range(1000):
            w_old = w.copy()
            for j in range(len(w)):
                rho = X[:, j] @ (y - X @ w + X[:, j] * w[j])
                w[j] = np.sign(rho) * max(abs(rho) - lam, 0) / (X[:, j] @ X[:, j])
            moved = np.max(np.abs(w - w_old))
            if moved < tol:
                break
        return w
"""


def test_the_round_before_is_a_copy():
    assert "SW-T13" not in codes(SWEEPS)
    assert "SW-T13" in codes(SWEEPS.replace("w.copy()", "w"))


def test_a_derivative_may_be_asked_for_by_a_flag():
    text = """
    class Net:
        def forward(self, x):
            self.z = self.W @ x
            self.a = self.relu(self.z)
            return self.softmax(self.V @ self.a)
        def backward(self, x, y):
            d = self.entropy_softmax_derivative(self.p, y)
            return (self.V.T @ d) * self.relu(self.z, derivative=True) @ x.T
    """
    assert "SW-G11" not in codes(text)
    assert "SW-G11" in codes(text.replace("self.relu(self.z, d", "self.sigmoid(self.z, d"))
