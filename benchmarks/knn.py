"""Exact k nearest neighbours among 60,000 images, against faiss and scikit-learn, fit included."""

import numpy as np

from benchmarks._data import fashion_mnist
from benchmarks._harness import Claim, Contender, Row

K = 5


def setup():
    X, y, Q, _ = fashion_mnist()
    return X, y, Q, K


def ours(data):
    from scratchwork.models.nearest_neighbors import KNeighborsClassifier

    X, y, Q, k = data
    return KNeighborsClassifier(k).fit(X, y).kneighbors(Q)


def faiss_flat(data):
    import faiss

    X, _, Q, k = data
    index = faiss.IndexFlatL2(X.shape[1])
    index.add(X)
    squared, indices = index.search(Q, k)
    return np.sqrt(np.maximum(squared, 0)), indices


def scikit_learn_brute(data):
    from sklearn.neighbors import KNeighborsClassifier

    X, y, Q, k = data
    return KNeighborsClassifier(k, algorithm="brute").fit(X, y).kneighbors(Q)


def products_alone(data):
    """The matrix products of brute force and nothing else: what no exact search by brute force can undercut."""
    X, _, Q, _ = data
    out = np.empty((128, len(X)), np.float32)
    for start in range(0, len(Q) - 127, 128):
        np.dot(Q[start : start + 128], X.T, out=out)


def check(data, results):
    D, I = results["scratchwork"]
    for name in ("faiss IndexFlatL2", "scikit-learn brute"):
        other_D, other_I = results[name]
        np.testing.assert_allclose(D, other_D, rtol=1e-4, atol=1e-3)
        same = (np.sort(I, axis=1) == np.sort(other_I, axis=1)).all(axis=1).mean()
        assert same > 0.999, f"{name} has other neighbours for {1 - same:.2%} of the queries"
    their_I = results["scikit-learn brute"][1]
    y = data[1]
    votes, theirs = (np.apply_along_axis(np.bincount, 1, y[i], minlength=10).argmax(axis=1) for i in (I, their_I))
    assert (votes == theirs).all()
    return "distances within 1e-4, the same neighbours up to ties, the same 10,000 predictions as scikit-learn"


OURS = Contender(ours, "2 threads, BLAS 1", imports=("scratchwork.models.nearest_neighbors",))
FAISS = Contender(faiss_flat, "OpenMP, all cores", imports=("faiss",))
BRUTE = Contender(scikit_learn_brute, "OpenMP, all cores", imports=("sklearn.neighbors",))

ROWS = [
    Row(
        name="knn_exact",
        work="exact k-NN, Fashion-MNIST 60,000 x 784, 10,000 queries, k = 5, fit included",
        setup=setup,
        contenders={
            "scratchwork": OURS,
            "faiss IndexFlatL2": FAISS,
            "scikit-learn brute": BRUTE,
            "matrix products alone": Contender(products_alone, "BLAS, all cores"),
        },
        check=check,
        claims=(
            Claim(against=("faiss IndexFlatL2",), must=1.6, aim=2.5),
            Claim(against=("scikit-learn brute",), must=6, aim=12),
            Claim(against=("matrix products alone",), must=1.0, aim=0.5, at_most=True),
        ),
    )
]
