"""k-means from the same centres to the same result, against scikit-learn and faiss; how its time grows."""

import functools

import numpy as np

from benchmarks._data import fashion_mnist
from benchmarks._growth import Growth
from benchmarks._harness import Claim, Contender, Row

MAX_ITER = 100


def setup(k):
    """The images, k of them as starting centres, and the iterations that ours takes, which faiss has to be told."""
    from scratchwork.models.kmeans import KMeans

    X = fashion_mnist()[0]
    start = X[np.random.default_rng(0).choice(len(X), k, replace=False)].copy()
    moves = KMeans(k, init=start, tol=0, max_iter=MAX_ITER).fit(X).n_iter_
    return X, start, moves


def ours(data):
    from scratchwork.models.kmeans import KMeans

    X, start, _ = data
    return KMeans(len(start), init=start, tol=0, max_iter=MAX_ITER).fit(X)


def scikit_learn(algorithm, data):
    from sklearn.cluster import KMeans

    X, start, _ = data
    return KMeans(len(start), init=start, n_init=1, algorithm=algorithm, tol=0, max_iter=MAX_ITER).fit(X)


def faiss_kmeans(data):
    import faiss

    X, start, moves = data
    model = faiss.Kmeans(X.shape[1], len(start), niter=moves, max_points_per_centroid=10**7, min_points_per_centroid=1)
    model.train(X, init_centroids=start)
    return model.centroids, model.index.search(X, 1)[1][:, 0]


def products_alone(data):
    """The products of every row with every centre, in each iteration, and nothing else."""
    X, start, moves = data
    out = np.empty((4096, len(start)), np.float32)
    for _ in range(moves):
        for first in range(0, len(X) - 4095, 4096):
            np.dot(X[first : first + 4096], start.T, out=out)


def inertia_of(X, centers, labels):
    blocks = range(0, len(X), 4096)
    return sum(float(np.sum((X[b : b + 4096] - centers[labels[b : b + 4096]].astype(float)) ** 2)) for b in blocks)


def check(data, results):
    """Rounding decides a few labels early, and with many centres the paths part: the inertia must agree."""
    X, start, _ = data
    ours = results["scratchwork"]
    tolerance = 1e-5 if len(start) <= 10 else 1e-3
    worst = 0.0
    for name in ("scikit-learn lloyd", "scikit-learn elkan", "faiss"):
        other = results[name]
        theirs = inertia_of(X, *other) if name == "faiss" else other.inertia_
        worst = max(worst, abs(theirs / ours.inertia_ - 1))
    assert worst < tolerance, f"the inertias differ by {worst:.1e}"
    return f"inertias within {tolerance:g} of each other"


CONTENDERS = {
    "scratchwork": Contender(ours, "2 threads, BLAS 1", imports=("scratchwork.models.kmeans",)),
    "scikit-learn lloyd": Contender(
        functools.partial(scikit_learn, "lloyd"), "OpenMP, all cores", imports=("sklearn.cluster",)
    ),
    "scikit-learn elkan": Contender(
        functools.partial(scikit_learn, "elkan"), "OpenMP, all cores", imports=("sklearn.cluster",)
    ),
    "faiss": Contender(faiss_kmeans, "OpenMP, all cores", imports=("faiss",)),
}
PEERS = ("scikit-learn lloyd", "scikit-learn elkan", "faiss")


def row(k, must, aim):
    return Row(
        name=f"kmeans_{k}",
        work=f"k-means to the same result, Fashion-MNIST 60,000 x 784, k = {k}, at most {MAX_ITER} iterations",
        setup=functools.partial(setup, k),
        contenders=CONTENDERS | {"matrix products alone": Contender(products_alone, "BLAS, all cores")},
        check=check,
        claims=(Claim(against=PEERS, must=must, aim=aim),),
    )


ROWS = [row(10, must=1.4, aim=2.0), row(100, must=1.8, aim=2.5), row(256, must=1.4, aim=2.0)]


def blobs(n=10_000, d=20, k=20):
    """Overlapping groups, so that the runs take more than a few iterations; 20 moves at most."""
    rng = np.random.default_rng(0)
    X = (rng.normal(size=(n, d)) + 1.5 * rng.normal(size=(k, d))[rng.integers(k, size=n)]).astype(np.float32)
    return X, X[:k].copy(), 20


def twenty_moves(data):
    from scratchwork.models.kmeans import KMeans

    return KMeans(len(data[1]), init=data[1], tol=0, max_iter=data[2]).fit(data[0])


def twenty_moves_scikit_learn(data):
    import warnings

    from sklearn.cluster import KMeans

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return KMeans(len(data[1]), init=data[1], n_init=1, tol=0, max_iter=data[2]).fit(data[0])


GROWTHS = [
    Growth(
        name=f"kmeans_growth_{axis}",
        work="k-means, 20 moves at most, groups that overlap, float32",
        axis=axis,
        sizes=sizes,
        setup=lambda size, axis=axis: blobs(**{axis: size}),
        contenders={
            "scratchwork": Contender(twenty_moves, "2 threads, BLAS 1", imports=("scratchwork.models.kmeans",)),
            "scikit-learn": Contender(twenty_moves_scikit_learn, "OpenMP, all cores", imports=("sklearn.cluster",)),
        },
    )
    for axis, sizes in {
        "n": (1_000, 3_000, 10_000, 30_000, 100_000),
        "d": (5, 15, 50, 150, 500),
        "k": (4, 12, 40, 120, 400),
    }.items()
]
