"""Correct code that looks like something else: relatives of a usual function, slices and names that only seem to clash."""

import textwrap

import pytest

from scratchwork.checks.files.source import load_source
from scratchwork.checks.reading import read_source

RULES = {"SW-P11", "SW-T9", "SW-D3", "SW-P1", "SW-B2"}


@pytest.fixture
def said(tmp_path):
    """``said(text)``: {code: severity} of what the static rules say."""

    def read(text):
        path = tmp_path / "theirs.py"
        path.write_text(textwrap.dedent(text))
        return {finding.code: finding.severity for finding in read_source(load_source(path))}

    return read


ACTIVATIONS = """
    import numpy as np
    def lecun_tanh(x):
        return 1.7159 * np.tanh(2 * x / 3)
    def hard_sigmoid(x):
        return np.clip(0.2 * x + 0.5, 0, 1)
    def squared_relu(x):
        return np.maximum(x, 0) ** 2
    def bipolar_sigmoid(x):
        return 2 / (1 + np.exp(-np.clip(x, -500, 500))) - 1
    def prelu(x, a=0.25):
        return np.where(x > 0, x, a * x)
    def shifted_relu(x, threshold=1.0):
        return np.where(x > threshold, x, 0.0)
    def log_sigmoid(x):
        return -np.logaddexp(0, -x)
    def sigmoid_fn(x):
        return 1 / (1 + np.exp(-np.clip(x, -500, 500)))
"""


def test_a_relative_is_not_judged_as_the_function_it_is_named_after(judge):
    assert judge(ACTIVATIONS).findings == []


@pytest.mark.parametrize(
    "name", ["sigmoid_fn", "my_sigmoid", "sigm", "sigmoid_activation", "stableSigmoid", "logistic_function"]
)
def test_every_spelling_of_a_whole_name_is_judged(judge, errors, name):
    text = ACTIVATIONS.replace("def sigmoid_fn", f"def {name}").replace(
        "return 1 / (1 + np.exp(-", "return 1 / (2 + np.exp(-"
    )
    assert errors(judge(text)) == ["SW-G91"]


LOADERS = """
    from torch.utils.data import DataLoader
    from torchvision import datasets, transforms
    import matplotlib.pyplot as plt
    def train_loader(data):
        return DataLoader(data, batch_size=64, shuffle=True)
    def test_loader(data):
        return DataLoader(data, batch_size=1000, shuffle=False)
    grey = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.13,), (0.31,))])
    colour = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.5, 0.5, 0.5), (0.5, 0.5, 0.5))])
    clothes = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.28,), (0.35,))])
    digits_train = datasets.MNIST("data", train=True, transform=grey)
    digits_test = datasets.MNIST("data", train=False, transform=grey)
    wear_train = datasets.FashionMNIST("data", train=True, transform=clothes)
    wear_test = datasets.FashionMNIST("data", train=False, transform=clothes)
    photos = datasets.CIFAR10("data", train=True, transform=colour)
    left.imshow(A, norm=plt.Normalize(0, 1))
    right.imshow(B, norm=plt.Normalize(-3, 3))
"""


def test_constants_of_other_data_are_no_skew(said):
    assert "SW-P11" not in said(LOADERS)
    other = LOADERS.replace("train=False, transform=grey", "train=False, transform=clothes")
    assert said(other)["SW-P11"] == "error"
    named = LOADERS.replace("grey =", "train_tf =").replace("clothes =", "test_tf =")
    assert said(named)["SW-P11"] == "warning"


BEST = """
    import numpy as np
    def fit(X, y, lr=0.1, epochs=200):
        w, b = np.zeros(X.shape[1]), 0.0
        best_w, best_b, best = w.copy(), b, np.inf
        for _ in range(epochs):
            r = X @ w + b - y
            w -= lr * X.T @ r / len(y)
            b -= lr * r.mean()
            loss = np.mean((X @ w + b - y) ** 2)
            if loss < best:
                best = loss
                best_w = w.copy()
                best_b = b
        return best_w, best_b
    def restarts(X, y, n_starts=5, lr=0.1, epochs=100):
        best, best_w = np.inf, None
        for seed in range(n_starts):
            w = np.random.default_rng(seed).normal(size=X.shape[1])
            for _ in range(epochs):
                w -= lr * X.T @ (X @ w - y) / len(y)
            loss = np.mean((X @ w - y) ** 2)
            if loss < best:
                best = loss
                best_w = w
        return best_w
    best_weights = None
    def train(X, y, lr=0.1):
        global best_weights
        w, best = np.zeros(X.shape[1]), np.inf
        for _ in range(100):
            r = X @ w - y
            if np.mean(r ** 2) < best:
                best = np.mean(r ** 2)
                best_weights = w.copy()
            w = w - lr * X.T @ r / len(y)
        return best
    def predict(X):
        return X @ best_weights
"""


@pytest.mark.parametrize(
    "change",
    [
        ("best_w = w.copy()", "best_w = w"),
        ("        global best_weights\n", ""),
        ("            w = np.random.default_rng(seed).normal(size=X.shape[1])\n", ""),
    ],
)
def test_the_best_is_kept_by_copy(said, change):
    assert "SW-T9" not in said(BEST)
    assert change[0] in BEST
    text = BEST.replace(*change)
    if "seed" in change[0]:
        text = text.replace("best, best_w = np.inf, None", "w, best, best_w = np.zeros(X.shape[1]), np.inf, None")
    assert said(text)["SW-T9"] == "error"


SLICES = "import numpy as np\nX = np.load('x.npy')\nX_train = X[{}]\nX_test = X[{}]\n"


@pytest.mark.parametrize(
    ("train", "test"), [("24:800", "-200:"), (":-50", "-50:"), (":800", "-200:"), ("50:", ":50"), (":-20", "-10:")]
)
def test_slices_that_need_not_meet(said, train, test):
    assert "SW-D3" not in said(SLICES.format(train, test))


@pytest.mark.parametrize(("train", "test"), [(":-50", "-100:"), (":800", "700:"), ("100:", ":-50"), ("-300:", "-100:")])
def test_slices_that_share_rows(said, train, test):
    assert said(SLICES.format(train, test))["SW-D3"] == "error"


LOGITS = """
    import numpy as np
    def relu(z): return np.maximum(z, 0)
    def sigmoid(z): return 1 / (1 + np.exp(-z))
    class Net:
        def forward(self, X):
            self.h = relu(X @ self.W1 + self.b1)
            return self.h @ self.W2 + self.b2
        def loss(self, z, y):
            return np.mean(np.maximum(z, 0) - z * y + np.log1p(np.exp(-np.abs(z))))
        def predict_proba(self, X):
            h = relu(X @ self.W1 + self.b1)
            return sigmoid(h @ self.W2 + self.b2)
"""


def test_a_forward_pass_may_return_logits(said):
    assert "SW-P1" not in said(LOGITS)
    assert said(LOGITS.replace("h = relu(X @ self.W1 + self.b1)\n            return sigmoid", "h = np.tanh(X @ self.W1 + self.b1)\n            return sigmoid"))["SW-P1"] == "error"  # fmt: skip


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        ("print(sum([1]))\nsum = 0\nsum += 1\n", "warning"),
        ("sum = 0\nprint(sum([1]))\n", "error"),
        ("def total(v):\n    return sum(v)\nprint(total([1]))\nsum = 0\n", "warning"),
        ("def total(v):\n    return sum(v)\nsum = 0\nprint(total([1]))\n", "error"),
        ("import numpy as np\nsum = np.sum\nprint(sum([1]))\n", "warning"),
        ("def f(x):\n    return x\nprint(f(3))\ndef f(x, y):\n    return x + y\nprint(f(3, 4))\n", "warning"),
        ("def f(x):\n    return x\ndef g(x):\n    return f(x)\ndef f(x, y):\n    return x + y\nprint(g(3))\n", "error"),
    ],
)
def test_a_name_with_two_meanings(said, text, severity):
    assert said(text)["SW-B2"] == severity


METRICS = """
    import numpy as np
    def counts(y, p):
        return np.sum((y == 1) & (p == 1)), np.sum((y == 0) & (p == 1)), np.sum((y == 1) & (p == 0))
    def fbeta_score(y_true, y_pred, beta=2):
        tp, fp, fn = counts(y_true, y_pred)
        return (1 + beta ** 2) * tp / ((1 + beta ** 2) * tp + beta ** 2 * fn + fp)
    def f1_score(y_true, y_pred):
        tp, fp, fn = counts(y_true, y_pred)
        return 2 * tp / (2 * tp + fp + fn)
    def rmse(y_true, y_pred):
        return np.sqrt(np.mean((y_true - y_pred) ** 2))
    def weighted_mae(y_true, y_pred):
        return np.average(np.abs(y_true - y_pred), weights=1 + np.abs(y_true))
    def normalized_rmse(y_true, y_pred):
        return rmse(y_true, y_pred) / (y_true.max() - y_true.min())
    def half_mse(y_true, y_pred):
        return 0.5 * np.sum((y_true - y_pred) ** 2)
    def adjusted_accuracy(y_true, y_pred):
        return (np.mean([np.mean(y_pred[y_true == c] == c) for c in np.unique(y_true)]) - 0.5) / 0.5
"""


def test_a_relative_of_a_metric_has_other_numbers(judge, errors):
    assert errors(judge(METRICS)) == []
    assert errors(judge(METRICS.replace("2 * tp / (2 * tp", "2 * tp / (tp"))) == ["SW-E90"]
    assert errors(judge(METRICS.replace("np.sqrt(np.mean((y_true - y_pred) ** 2))", "np.mean(y_true - y_pred)"))) == [
        "SW-E90"
    ]


POISSON = """
    import numpy as np
    class PoissonRegression:
        def __init__(self, lr=0.01, epochs=300):
            self.lr, self.epochs = lr, epochs
        def fit(self, X, y):
            self.w, self.b = np.zeros(X.shape[1]), 0.0
            for _ in range(self.epochs):
                mu = np.exp(np.clip(X @ self.w + self.b, -20, 20))
                self.w -= self.lr * X.T @ (mu - y) / len(y)
                self.b -= self.lr * (mu - y).mean()
            return self
        def predict(self, X):
            return np.exp(np.clip(X @ self.w + self.b, -20, 20))
"""
SPHERICAL = """
    import numpy as np
    class SphericalKMeans:
        def __init__(self, k=3, n_iter=20, seed=0):
            self.k, self.n_iter, self.seed = k, n_iter, seed
        def fit(self, X):
            X = X / np.maximum(np.linalg.norm(X, axis=1, keepdims=True), 1e-12)
            C = X[np.random.default_rng(self.seed).choice(len(X), self.k, replace=False)]
            for _ in range(self.n_iter):
                labels = (X @ C.T).argmax(1)
                for j in range(self.k):
                    if (labels == j).any():
                        mean = X[labels == j].sum(0)
                        C[j] = mean / max(np.linalg.norm(mean), 1e-12)
            self.centroids = C
            return self
        def predict(self, X):
            return (X @ self.centroids.T).argmax(1)
"""


MEDIANS = """
    import numpy as np
    class KMedians:
        def __init__(self, k=3, n_iter=20, seed=0):
            self.k, self.n_iter, self.seed = k, n_iter, seed
        def fit(self, X):
            C = X[np.random.default_rng(self.seed).choice(len(X), self.k, replace=False)].astype(float)
            for _ in range(self.n_iter):
                labels = np.abs(X[:, None] - C).sum(-1).argmin(1)
                C = np.array([np.median(X[labels == j], axis=0) if (labels == j).any() else C[j] for j in range(self.k)])
            self.centroids, self.labels_ = C, np.abs(X[:, None] - C).sum(-1).argmin(1)
            return self
        def predict(self, X):
            return np.abs(X[:, None] - self.centroids).sum(-1).argmin(1)
"""
SEQUENTIAL = """
    import numpy as np
    class SequentialKMeans:
        def __init__(self, k=3, seed=0):
            self.k, self.seed = k, seed
        def fit(self, X):
            rng = np.random.default_rng(self.seed)
            C, n = X[rng.choice(len(X), self.k, replace=False)].astype(float), np.ones(self.k)
            for x in X[rng.permutation(len(X))]:
                j = ((C - x) ** 2).sum(1).argmin()
                n[j] += 1
                C[j] += (x - C[j]) / n[j]
            self.centroids = C
            return self
        def predict(self, X):
            return ((X[:, None] - self.centroids) ** 2).sum(-1).argmin(1)
"""


def test_tanh_may_go_by_the_name_of_sigmoid(judge, errors):
    text = "import numpy as np\ndef sigmoid(x):\n    return np.tanh(x)\ndef dsigmoid(y):\n    return 1.0 - y ** 2\n"
    assert errors(judge(text)) == []
    assert errors(judge(text.replace("np.tanh(x)", "1 / (1 + np.exp(-x))")))[0] == "SW-G11"


@pytest.mark.parametrize("text", [POISSON, SPHERICAL, MEDIANS, SEQUENTIAL])
def test_a_relative_of_a_model_is_not_judged_as_that_model(judge, errors, text):
    assert errors(judge(text)) == []


LOSSES = """
    import numpy as np
    def smooth_cross_entropy(y, p, eps=0.1):
        y = y * (1 - eps) + eps / y.shape[1]
        return -np.mean(np.sum(y * np.log(np.clip(p, 1e-12, 1)), axis=1))
    def log_scale(X):
        return np.log1p(np.abs(X)) * np.sign(X)
"""


def test_a_smoothed_loss_and_a_logarithmic_scale_are_not_the_usual_ones(judge):
    assert judge(LOSSES).findings == []
    plain = LOSSES.replace("def smooth_cross", "def cross").replace("def log_scale", "def scale")
    assert {"SW-G1", "SW-D91"} <= {finding.code for finding in judge(plain).findings}


def test_parts_that_stand_under_names_are_not_slices_of_one_table(said):
    text = 'data = load()\nX_train, X_val = data["X_train"], data["X_val"]\n'
    assert "SW-D3" not in said(text)
    assert said("X = load()\nX_train, X_val = X[:800], X[700:]\n")["SW-D3"] == "error"
