# %% [markdown]
# # How machine learning code goes wrong
#
# Most faults in hand-written machine learning raise no error. The loss falls, an accuracy is printed, a curve is drawn, and
# something is wrong all the same. Here are a dozen faults, each in a few lines. For each we look at what one *sees*, which is
# often nothing, and then at what the checker says: `scratchwork check FILE` on the command line.
#
# **To run it.** In a copy of the repository: `pip install ".[notebooks]"`, then `jupyter lab notebooks`. Or
# `./run notebooks wrong`, which makes its own environment. Run the cells from top to bottom; afterwards change a snippet,
# repair it, and run its cell again.

# %%
import contextlib
import io
import pathlib
import tempfile

import numpy as np
import pandas as pd
from IPython.display import Markdown, display

from scratchwork import check, load_digits
from scratchwork.checks.catalogue import row

pd.options.display.max_colwidth = 90
seen = {}


def run(code):
    """The names that a snippet defines, and what it prints."""
    names, printed = {"__name__": "snippet"}, io.StringIO()
    with contextlib.redirect_stdout(printed), np.errstate(all="ignore"):
        exec(code, names)
    return names, printed.getvalue()


def examine(title, code, expected, file="snippet.py"):
    """Write the snippet to a file, let the checker look at it, and show its first finding with the expected code."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / file
        path.write_text(code, encoding="utf-8")
        result = check(path, fast=True)
    codes = [finding.code for finding in result.findings]
    seen[title] = {"expected": expected, "found": ", ".join(dict.fromkeys(codes)) or "nothing"}
    for finding in result.findings[:2]:
        words = {"seen": finding.observed, "means": finding.means, "cause": finding.cause, "try": finding.try_}
        told = "\n".join(f"  - *{label}*: {text}" for label, text in words.items() if text)
        display(
            Markdown(f"**{finding.severity} {finding.code}, {row(finding.code).title}** (line {finding.line})\n{told}")
        )
    if not result.findings:
        display(Markdown("The checker found nothing."))


# A small problem for the snippets: two classes, three features, far from perfectly separable.
rng = np.random.default_rng(0)
X = rng.normal(size=(200, 3))
y = (X @ np.array([1.5, -1.0, 0.5]) + rng.logistic(size=200) > 0).astype(float)

# %% [markdown]
# ## 1. A gradient that is not the gradient
#
# The derivative of the sigmoid, $p(1-p)$, cancels in the gradient of the cross-entropy. Here it was multiplied in once more.

# %%
gradient_fault = """
import numpy as np

def sigmoid(z):
    return np.where(z >= 0, 1 / (1 + np.exp(-np.abs(z))), np.exp(-np.abs(z)) / (1 + np.exp(-np.abs(z))))

def cost(theta, X, y):
    z = X @ theta
    return np.mean(np.logaddexp(0, z) - y * z)

def gradient(theta, X, y):
    p = sigmoid(X @ theta)
    return X.T @ ((p - y) * p * (1 - p)) / len(y)
"""


def descend(code, steps=200):
    """The costs along ``steps`` steps of gradient descent with a snippet's cost and gradient, and where they end."""
    names, _ = run(code)
    theta, costs = np.zeros(3), []
    for _ in range(steps):
        costs.append(names["cost"](theta, X, y))
        theta = theta - names["gradient"](theta, X, y)
    return costs, theta


costs, theta = descend(gradient_fault)
right, optimum = descend(gradient_fault.replace("((p - y) * p * (1 - p))", "(p - y)"))
display(
    Markdown(
        f"What one sees: the cost falls from {costs[0]:.3f} to {costs[-1]:.3f}, and the accuracy is "
        f"{np.mean((X @ theta > 0) == y):.0%}. Nothing looks wrong. What one does not see: it "
        f"settles at the coefficients {theta.round(2).tolist()}, where the cost has its minimum at {optimum.round(2).tolist()}."
    )
)
examine("a gradient that is not the gradient", gradient_fault, "SW-G1")

# %% [markdown]
# ## 2. The penalty with the wrong sign
#
# The loss adds $\frac{\lambda}{2}|\theta|^2$; the gradient takes it away. The penalty now *rewards* large coefficients.

# %%
penalty_fault = """
import numpy as np

def sigmoid(z):
    return np.where(z >= 0, 1 / (1 + np.exp(-np.abs(z))), np.exp(-np.abs(z)) / (1 + np.exp(-np.abs(z))))

def cost(theta, X, y, lam):
    z = X @ theta
    return np.mean(np.logaddexp(0, z) - y * z) + lam / (2 * len(y)) * np.sum(theta[1:] ** 2)

def gradient(theta, X, y, lam):
    g = X.T @ (sigmoid(X @ theta) - y) / len(y)
    g[1:] -= lam / len(y) * theta[1:]
    return g
"""
names, _ = run(penalty_fault)
sizes = {}
for lam in (0.0, 5.0, 10.0):
    theta = np.zeros(3)
    for _ in range(500):
        theta = theta - 0.5 * names["gradient"](theta, X, y, lam)
    sizes[lam] = float(np.linalg.norm(theta[1:]))
display(
    Markdown(
        "What one sees: the size of the coefficients is "
        + ", ".join(f"{size:.2f} for lambda = {lam:g}" for lam, size in sizes.items())
        + ". More penalty, larger coefficients: visible only to those who look."
    )
)
examine("the penalty with the wrong sign", penalty_fault, "SW-G2")

# %% [markdown]
# ## 3. A constant inside the logarithm
#
# To be safe from $\log 0$, a small number is added, and the cost is no longer the cost.

# %%
epsilon_fault = """
import numpy as np

def binary_cross_entropy(y_true, y_pred):
    eps = 1e-5
    return -np.mean(y_true * np.log(y_pred + eps) + (1 - y_true) * np.log(1 - y_pred + eps))
"""
names, _ = run(epsilon_fault)
at_half = names["binary_cross_entropy"](y, np.full(len(y), 0.5))
display(
    Markdown(
        f"What one sees: with p = 1/2 for everybody the cost must be ln 2 = {np.log(2):.10f}. It is {at_half:.10f}."
    )
)
examine("a constant inside the logarithm", epsilon_fault, "SW-N6")

# %% [markdown]
# ## 4. A sigmoid that overflows
#
# `1 / (1 + exp(-z))` is the definition, and for $z = -1000$ it computes $e^{1000}$.

# %%
overflow_fault = """
import numpy as np

def sigmoid(z):
    return np.exp(z) / (1 + np.exp(z))
"""
names, _ = run(overflow_fault)
with np.errstate(all="ignore"):
    values = names["sigmoid"](np.array([-5.0, 5.0, 1000.0]))
display(
    Markdown(
        f"What one sees: sigmoid(-5), sigmoid(5), sigmoid(1000) = {values.round(4).tolist()}. Until a score gets large, all is well."
    )
)
examine("a sigmoid that overflows", overflow_fault, "SW-N1")

# %% [markdown]
# ## 5. An accuracy of another shape
#
# A column (n, 1) compared with a row (n,) gives a table (n, n): every prediction is compared with every label.

# %%
shape_fault = """
import numpy as np

def accuracy(y_true, y_pred):
    return np.sum(y_true == y_pred) / len(y_true)
"""
names, _ = run(shape_fault)
column = y[:, None]
display(
    Markdown(
        f"What one sees: perfect predictions in a column have the accuracy {names['accuracy'](y, column):.2f}, which should be 1."
    )
)
examine("an accuracy of another shape", shape_fault, "SW-E1")

# %% [markdown]
# ## 6. A learning rate that is never used
#
# The parameter is there, the sweep is drawn, and all its curves are the same run.

# %%
rate_fault = """
import numpy as np

class LogisticRegression:
    def __init__(self, learning_rate=0.1, n_iterations=300):
        self.learning_rate = learning_rate
        self.n_iterations = n_iterations

    def fit(self, X, y):
        X = np.asarray(X, dtype=float)
        self.weights = np.zeros(X.shape[1])
        self.bias = 0.0
        for _ in range(self.n_iterations):
            error = self.predict_proba(X) - y
            self.weights -= 0.1 * X.T @ error / len(y)
            self.bias -= 0.1 * error.mean()
        return self

    def predict_proba(self, X):
        return 0.5 * (1 + np.tanh((X @ self.weights + self.bias) / 2))

    def predict(self, X):
        return (self.predict_proba(X) > 0.5).astype(int)
"""
names, _ = run(rate_fault)
norms = {
    rate: np.linalg.norm(names["LogisticRegression"](learning_rate=rate).fit(X, y).weights)
    for rate in (0.001, 0.01, 0.1, 1.0)
}
display(
    Markdown(
        "What one sees: the size of the weights is "
        + ", ".join(f"{size:.6f} for the rate {rate:g}" for rate, size in norms.items())
        + "."
    )
)
examine("a learning rate that is never used", rate_fault, "SW-T1")

# %% [markdown]
# ## 7. An inertia of distances, not of squares
#
# k-means lowers the sum of *squared* distances. Report another sum, and it may rise along the way; the elbow moves too.

# %%
inertia_fault = """
import numpy as np

def assign_clusters(X, centroids):
    return ((X[:, None] - centroids) ** 2).sum(axis=2).argmin(axis=1)

def update_centroids(X, labels, centroids):
    return np.array([X[labels == j].mean(axis=0) if (labels == j).any() else c for j, c in enumerate(centroids)])

def compute_inertia(X, labels, centroids):
    return np.sum(np.sqrt(((X - centroids[labels]) ** 2).sum(axis=1)))
"""
names, _ = run(inertia_fault)
line, centers = np.array([[0.0], [1.0], [1.0], [10.0], [30.0]]), np.array([[1.0], [30.0]])
labels = names["assign_clusters"](line, centers)
before = names["compute_inertia"](line, labels, centers)
after = names["compute_inertia"](line, labels, names["update_centroids"](line, labels, centers))
display(
    Markdown(
        f'What one sees: one move of the centres takes the "inertia" from {before:.2f} to {after:.2f}. It must never rise.'
    )
)
examine("an inertia of distances, not of squares", inertia_fault, "SW-M6")

# %% [markdown]
# ## 8. The farthest neighbours
#
# Sorted the wrong way round. With two classes and a large k, the answers may even look plausible.

# %%
neighbor_fault = """
import numpy as np

class KNNClassifier:
    def __init__(self, k=5):
        self.k = k

    def fit(self, X, y):
        self.X, self.y = np.asarray(X, dtype=float), np.asarray(y)
        return self

    def predict(self, X):
        answers = []
        for x in np.asarray(X, dtype=float):
            order = np.argsort(((self.X - x) ** 2).sum(axis=1))[::-1]
            values, votes = np.unique(self.y[order[: self.k]], return_counts=True)
            answers.append(values[votes.argmax()])
        return np.array(answers)
"""
names, _ = run(neighbor_fault)
shares = {k: np.mean(names["KNNClassifier"](k).fit(X[:150], y[:150]).predict(X[150:]) == y[150:]) for k in (1, 5, 149)}
display(
    Markdown(
        "What one sees: accuracy "
        + ", ".join(f"{share:.0%} for k = {k}" for k, share in shares.items())
        + ". Below one half for two classes: look twice. With nearly all rows as neighbours the fault hides."
    )
)
examine("the farthest neighbours", neighbor_fault, "SW-K1")

# %% [markdown]
# ## 9. PCA without centring
#
# Without the mean taken away, the first direction points from the origin to the middle of the data.

# %%
centring_fault = """
import numpy as np

class PCA:
    def __init__(self, n_components):
        self.n_components = n_components

    def fit(self, X):
        values, vectors = np.linalg.eigh(X.T @ X / len(X))
        order = np.argsort(values)[::-1][: self.n_components]
        self.components = vectors[:, order].T
        return self

    def transform(self, X):
        return X @ self.components.T
"""
names, _ = run(centring_fault)
pixels = load_digits().X
fitted = names["PCA"](2).fit(pixels)
middle = pixels.mean(axis=0) / np.linalg.norm(pixels.mean(axis=0))
display(
    Markdown(
        f"What one sees: two components of Digits, and a picture that looks fine. The cosine between the first one and "
        f"the mean image is {abs(fitted.components[0] @ middle):.4f}: it *is* the mean image."
    )
)
examine("PCA without centring", centring_fault, "SW-C1")

# %% [markdown]
# ## 10. Scaled before the split
#
# The mean and the spread of the test rows slip into the training data. Here it changes little; with feature selection or
# imputation in its place the same order of lines invents a skill that is not there.

# %%
leak_fault = """
import numpy as np
from sklearn.datasets import load_breast_cancer

X, y = load_breast_cancer(return_X_y=True)
X = (X - X.mean(axis=0)) / X.std(axis=0)
order = np.random.default_rng(0).permutation(len(y))
X_train, X_test = X[order[:400]], X[order[400:]]
y_train, y_test = y[order[:400]], y[order[400:]]
center = [X_train[y_train == c].mean(axis=0) for c in (0, 1)]
predicted = np.argmin([((X_test - c) ** 2).sum(axis=1) for c in center], axis=0)
print("test accuracy", round(np.mean(predicted == y_test), 3))
"""
_, printed = run(leak_fault)


def noise_accuracy(repeat, look_at_all):
    """Nearest class mean on coin tosses: 10 of 500 random columns are chosen, with the test rows or without them."""
    draw = np.random.default_rng(repeat)
    noise, coin = draw.normal(size=(60, 500)), draw.integers(0, 2, 60)
    rows = np.arange(60 if look_at_all else 40)
    gap = noise[rows][coin[rows] == 1].mean(axis=0) - noise[rows][coin[rows] == 0].mean(axis=0)
    columns = np.argsort(-np.abs(gap))[:10]
    train, test = noise[:40][:, columns], noise[40:][:, columns]
    middle = [train[coin[:40] == c].mean(axis=0) for c in (0, 1)]
    return np.mean(np.argmin([((test - m) ** 2).sum(axis=1) for m in middle], axis=0) == coin[40:])


leaked, clean = (np.mean([noise_accuracy(repeat, look) for repeat in range(100)]) for look in (True, False))
display(
    Markdown(
        f"What one sees: {printed.strip()}. And the same order of lines with a selection of columns, on pure noise and coin "
        f"tosses, mean of 100 repeats: {leaked:.0%} where all rows chose the columns, {clean:.0%} where only the training "
        "rows did. Chance is 50 %."
    )
)
examine("scaled before the split", leak_fault, "SW-D1")

# %% [markdown]
# ## 11. The test set chooses k
#
# The best of many test scores is reported as *the* test score. The maximum of noisy numbers is too high.

# %%
selection_fault = """
import numpy as np
from sklearn.datasets import load_wine

X, y = load_wine(return_X_y=True)
order = np.random.default_rng(0).permutation(len(y))
X_train, X_test, y_train, y_test = X[order[:120]], X[order[120:]], y[order[:120]], y[order[120:]]
spread = X_train.std(axis=0)
X_train, X_test = X_train / spread, X_test / spread

def knn(X_train, y_train, X, k):
    near = y_train[np.argsort(((X[:, None] - X_train) ** 2).sum(axis=2), axis=1)[:, :k]]
    return np.array([np.bincount(row).argmax() for row in near])

best_k, best_accuracy = None, 0.0
for k in [1, 3, 5, 7, 9, 11, 13, 15]:
    accuracy = np.mean(knn(X_train, y_train, X_test, k) == y_test)
    if accuracy > best_accuracy:
        best_k, best_accuracy = k, accuracy
print("best k", best_k, "test accuracy", round(best_accuracy, 3))
"""
_, printed = run(selection_fault)
tosses = np.random.default_rng(3).binomial(58, 0.9, size=(5000, 8)) / 58
display(
    Markdown(
        f"What one sees: {printed.strip()}. How much that flatters: of eight equal models of true accuracy 90 %, judged on "
        f"58 rows each, the best looks like {tosses.max(axis=1).mean():.1%} on average."
    )
)
examine("the test set chooses k", selection_fault, "SW-K7")

# %% [markdown]
# ## 12. Ten classes, one unit
#
# The labels 0 to 9 as the target of a single sigmoid unit, whose output can never exceed 1.

# %%
unit_fault = """
import numpy as np
from sklearn.datasets import load_digits

def sigmoid(z):
    return 0.5 * (1 + np.tanh(z / 2))

def initialize_weights(n_inputs, n_hidden, n_outputs, seed=1):
    rng = np.random.default_rng(seed)
    return rng.normal(0, 0.1, (n_inputs, n_hidden)), rng.normal(0, 0.1, (n_hidden, n_outputs))

def train_model(X, y, n_hidden=32, epochs=100, learning_rate=0.5):
    W1, W2 = initialize_weights(X.shape[1], n_hidden, 1)
    for epoch in range(epochs):
        hidden = sigmoid(X @ W1)
        output = sigmoid(hidden @ W2)
        delta = (output - y) / len(y)
        W1, W2 = W1 - learning_rate * X.T @ (delta @ W2.T * hidden * (1 - hidden)), W2 - learning_rate * hidden.T @ delta
    return W1, W2

X, y = load_digits(return_X_y=True)
order = np.random.default_rng(0).permutation(len(y))
X_train, X_test = X[order[:1400]] / 16, X[order[1400:]] / 16
y_train, y_test = y[order[:1400]].reshape(-1, 1), y[order[1400:]].reshape(-1, 1)
W1, W2 = train_model(X_train, y_train)
output = sigmoid(sigmoid(X_test @ W1) @ W2)
print("accuracy", np.mean(np.round(output) == y_test).round(3))
"""
names, printed = run(unit_fault)
display(
    Markdown(
        f"What one sees: {printed.strip()}, and outputs between {names['output'].min():.3f} and {names['output'].max():.3f}. The digits 2 to 9 "
        f"cannot be said at all; the share of the digit 1 in the test rows is {np.mean(names['y_test'] == 1):.3f}."
    )
)
examine("ten classes, one unit", unit_fault, "SW-G20")

# %% [markdown]
# ## All of them

# %%
table = pd.DataFrame(seen).T
table["title"] = [row(code).title for code in table["expected"]]
display(table)
missed = [title for title, entry in seen.items() if entry["expected"] not in entry["found"].split(", ")]
assert not missed, f"not found: {missed}"
display(Markdown(f"All {len(seen)} faults were named. None of the snippets raised an error when it ran."))

# %% [markdown]
# ## And code that is right?
#
# A checker that always finds something is worth nothing. The first snippet, repaired:

# %%
repaired = gradient_fault.replace("((p - y) * p * (1 - p))", "(p - y)")
assert repaired != gradient_fault
with tempfile.TemporaryDirectory() as folder:
    path = pathlib.Path(folder) / "repaired.py"
    path.write_text(repaired, encoding="utf-8")
    result = check(path, fast=True)
errors = [finding.code for finding in result.findings if finding.severity == "error"]
assert not errors, errors
display(Markdown(f"{len(result.findings)} findings; passed: {', '.join(result.passed)}."))

# %% [markdown]
# Three habits would have caught most of these: compare every gradient with differences of the loss; compute one case by
# hand (p = 1/2, perfect predictions, two points); and before believing a score, ask what the dumbest model would get.
# The checker does the same, and it does not get tired.
