"""How the time of exact k nearest neighbours grows with rows, features, neighbours and queries."""

import numpy as np

from benchmarks._data import fashion_mnist
from benchmarks._growth import Growth
from benchmarks._harness import Contender
from benchmarks.knn import BRUTE, FAISS, OURS, K


def scikit_learn_auto(data):
    from sklearn.neighbors import KNeighborsClassifier

    X, y, Q, k = data
    return KNeighborsClassifier(k, n_jobs=-1).fit(X, y).kneighbors(Q)


def some(n=20_000, queries=500, d=784, k=K):
    """A part of Fashion-MNIST; fewer features are the first d of a random rotation, the same for all."""
    X, y, Q, _ = fashion_mnist()
    if d < 784:
        rotation = np.linalg.qr(np.random.default_rng(0).standard_normal((784, 784)))[0][:, :d].astype(np.float32)
        X, Q = X @ rotation, Q @ rotation
    return np.ascontiguousarray(X[:n]), y[:n], np.ascontiguousarray(Q[:queries]), k


AUTO = Contender(scikit_learn_auto, "n_jobs=-1", imports=("sklearn.neighbors",))
CONTENDERS = {"scratchwork": OURS, "faiss IndexFlatL2": FAISS, "scikit-learn brute": BRUTE, "scikit-learn auto": AUTO}

GROWTHS = [
    Growth(
        "knn_rows", "k-NN, 500 queries, d = 784, k = 5", "n", (600, 2_000, 6_000, 20_000, 60_000),
        lambda n: some(n=n), CONTENDERS,
    ),
    Growth(
        "knn_features", "k-NN, n = 20,000, 500 queries, k = 5", "d", (7, 25, 80, 250, 784),
        lambda d: some(d=d), CONTENDERS,
    ),
    Growth(
        "knn_neighbours", "k-NN, n = 20,000, d = 784, 500 queries", "k", (1, 5, 20, 100), lambda k: some(k=k), CONTENDERS
    ),
    Growth(
        "knn_queries", "k-NN, n = 20,000, d = 784, k = 5", "queries", (100, 1_000, 10_000),
        lambda queries: some(queries=queries), CONTENDERS,
    ),
]  # fmt: skip
