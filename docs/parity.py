"""How exactly our models equal PyTorch's and scikit-learn's, measured: docs/parity.json.

    .venv/bin/python docs/parity.py

Each row fits both on the same numbers, from the same start where there is one, and states the largest difference of what
is compared, relative to the largest of the numbers. Double precision throughout.
"""

import itertools
import json
import pathlib

import numpy as np

STORE = pathlib.Path(__file__).with_name("parity.json")
UPDATES = 20


def largest_difference(ours, theirs):
    """max |a - b| / max |b| over two lists of arrays."""
    gap = max(float(np.abs(np.asarray(a) - np.asarray(b)).max()) for a, b in zip(ours, theirs, strict=True))
    return gap / max(float(np.abs(np.asarray(b)).max()) for b in theirs)


def digits_data(n=400):
    from scratchwork import load_digits

    X, y = load_digits(return_X_y=True)
    return X[:n] / 16, y[:n]


def networks():
    """Our network and PyTorch's in lock-step: the weights after each of 20 updates."""
    from scratchwork import MLPClassifier, TorchMLPClassifier

    X, y = digits_data()
    solvers = {
        "SGD": {"solver": "sgd", "learning_rate_init": 0.1},
        "SGD, momentum 0.9": {
            "solver": "sgd", "learning_rate_init": 0.1, "momentum": 0.9, "nesterovs_momentum": False,
        },
        "SGD, Nesterov's momentum 0.9": {"solver": "sgd", "learning_rate_init": 0.1, "momentum": 0.9},
        "Adam": {"solver": "adam", "learning_rate_init": 0.01},
    }  # fmt: skip
    for name, solver in solvers.items():
        settings = {"hidden_layer_sizes": (32, 16), "batch_size": 32, "random_state": 0, **solver}
        ours, theirs = MLPClassifier(**settings), TorchMLPClassifier(**settings)
        worst = 0.0
        steps = zip(ours.update_steps(X, y), theirs.update_steps(X, y), strict=True)
        for _ in itertools.islice(steps, UPDATES):
            gap = largest_difference(ours.coefs_ + ours.intercepts_, theirs.coefs_ + theirs.intercepts_)
            worst = max(worst, gap)
        what = f"weights and biases after each of {UPDATES} updates, 64-32-16-10, ReLU"
        yield f"MLPClassifier, {name}", "PyTorch, autograd and torch.optim", what, worst


def logistic_regression():
    import sklearn.linear_model

    from scratchwork import LogisticRegression

    X, y = digits_data()
    for name, rows in (("two classes", y < 2), ("ten classes", y >= 0)):
        ours = LogisticRegression(solver="newton", tol=1e-10).fit(X[rows], y[rows])
        theirs = sklearn.linear_model.LogisticRegression(solver="newton-cholesky", tol=1e-12, max_iter=1000)
        theirs.fit(X[rows], y[rows])
        gap = largest_difference([ours.predict_proba(X)], [theirs.predict_proba(X)])
        yield f"LogisticRegression, {name}", "scikit-learn, newton-cholesky", "probabilities of 400 digits", gap


def logistic_gradient():
    import torch

    from scratchwork.arrays import one_hot
    from scratchwork.models.logistic_regression import gradient

    X, y = digits_data()
    W = np.random.default_rng(0).normal(size=(65, 10))
    s = np.full(len(X), 1 / len(X))
    w = torch.tensor(W, requires_grad=True)
    Z = torch.tensor(X) @ w[:64] + w[64]
    loss = torch.nn.functional.cross_entropy(Z, torch.tensor(y)) + 0.05 * (w[:64] ** 2).sum()
    loss.backward()
    gap = largest_difference([gradient(X, one_hot(y, 10), W, s, 0.1)], [w.grad.numpy()])
    yield "LogisticRegression, the gradient", "PyTorch, autograd", "65 x 10 slopes at random coefficients", gap


def linear_regression():
    import sklearn.linear_model
    from sklearn.datasets import load_diabetes

    from scratchwork import LinearRegression

    X, y = load_diabetes(return_X_y=True)
    for alpha, theirs in ((0.0, sklearn.linear_model.LinearRegression()), (2.0, sklearn.linear_model.Ridge(alpha=2.0))):
        ours = LinearRegression(alpha=alpha).fit(X, y)
        gap = largest_difference([ours.coef_, ours.intercept_], [theirs.fit(X, y).coef_, theirs.intercept_])
        name = f"scikit-learn, {type(theirs).__name__}"
        yield f"LinearRegression, alpha = {alpha:g}", name, "coefficients and intercept, diabetes, 442 x 10", gap


def neighbors():
    import sklearn.neighbors

    from scratchwork import KNeighborsClassifier

    X, y = digits_data(1797)
    for metric in ("euclidean", "cosine"):
        ours = KNeighborsClassifier(5, metric=metric).fit(X[:1400], y[:1400])
        theirs = sklearn.neighbors.KNeighborsClassifier(5, metric=metric, algorithm="brute").fit(X[:1400], y[:1400])
        gap = largest_difference([ours.kneighbors(X[1400:])[0]], [theirs.kneighbors(X[1400:])[0]])
        alike = int((ours.predict(X[1400:]) == theirs.predict(X[1400:])).sum())
        what = f"distances to 5 neighbours; {alike} of {len(X) - 1400} predictions equal"
        yield f"KNeighborsClassifier, {metric}", "scikit-learn, brute", what, gap


def clusters():
    import sklearn.cluster

    from scratchwork import KMeans

    X, _ = digits_data(1797)
    for k in (10, 40):
        start = X[np.random.default_rng(k).choice(len(X), k, replace=False)]
        start = start + 1e-3 * np.random.default_rng(0).normal(size=start.shape)
        ours = KMeans(k, init=start, tol=0).fit(X)
        theirs = sklearn.cluster.KMeans(k, init=start, n_init=1, tol=0, algorithm="lloyd").fit(X)
        alike = int((ours.labels_ == theirs.labels_).sum())
        gap = largest_difference([ours.cluster_centers_], [theirs.cluster_centers_])
        what = f"centres from the same start; {alike} of {len(X)} labels equal"
        yield f"KMeans, k = {k}", "scikit-learn, lloyd", what, gap


def components():
    import sklearn.decomposition

    from scratchwork import PCA

    X, _ = digits_data(1797)
    ours, theirs = PCA(20).fit(X), sklearn.decomposition.PCA(20, svd_solver="full").fit(X)
    signs = np.sign((ours.components_ * theirs.components_).sum(axis=1, keepdims=True))
    gap = largest_difference([ours.components_ * signs], [theirs.components_])
    yield "PCA, 20 components", "scikit-learn, full", "directions, up to their sign", gap
    gap = largest_difference([ours.explained_variance_], [theirs.explained_variance_])
    yield "PCA, 20 components", "scikit-learn, full", "variances", gap


PARTS = (networks, logistic_gradient, logistic_regression, linear_regression, neighbors, clusters, components)


def rows():
    """Every row as (ours, against, what is compared, largest relative difference)."""
    return [row for part in PARTS for row in part()]


def versions():
    """The versions that were compared."""
    import sklearn
    import torch

    return {"NumPy": np.__version__, "scikit-learn": sklearn.__version__, "PyTorch": torch.__version__}


def main():
    names = ("ours", "against", "compared", "difference")
    document = {"versions": versions(), "rows": [dict(zip(names, row)) for row in rows()]}
    STORE.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    for row in document["rows"]:
        print(f"{row['ours']:45} {row['against']:36} {row['difference']:.1e}  {row['compared']}")


if __name__ == "__main__":
    main()
