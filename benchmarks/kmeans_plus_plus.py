"""The k-means++ start, with the same number of candidates for each centre, against scikit-learn."""

import numpy as np

from benchmarks._data import fashion_mnist
from benchmarks._harness import Claim, Contender, Row

K = 100


def setup():
    return fashion_mnist()[0]


def ours(X):
    """As ``KMeans.fit`` calls it: 2 + ln k candidates."""
    from scratchwork.models._kmeans_start import screened_plus_plus_centers

    return screened_plus_plus_centers(X, K, np.random.default_rng(0))


def scikit_learn(X):
    """Its default: 2 + ln k candidates as well."""
    from sklearn.cluster import kmeans_plusplus

    return kmeans_plusplus(X, K, random_state=0)[0]


def inertia_of(X, centers):
    from scratchwork.models._kmeans_distances import own_distances
    from scratchwork.models._kmeans_screen import nearest

    return float(own_distances(X, centers, nearest(X, centers)).sum())


def check(X, results):
    """Two random starts are never equal; they must be equally good, and ours the one of the plain function."""
    from scratchwork.models._kmeans_start import screened_plus_plus_centers
    from scratchwork.models.kmeans import plus_plus_centers

    ours, theirs = (inertia_of(X, centers) for centers in (results["scratchwork"], results["scikit-learn"]))
    assert abs(ours / theirs - 1) < 0.05, f"the starting inertias are {ours:.0f} and {theirs:.0f}"
    part = X[::10]
    fast, plain = (
        function(part, 20, np.random.default_rng(0)) for function in (screened_plus_plus_centers, plus_plus_centers)
    )
    assert np.array_equal(fast, plain)
    return "starting inertias within 5 %; on every tenth row, k = 20, the centres of the plain function"


ROWS = [
    Row(
        name="kmeans_plus_plus",
        work=f"k-means++ start, Fashion-MNIST 60,000 x 784, k = {K}",
        setup=setup,
        contenders={
            "scratchwork": Contender(ours, "2 threads, BLAS 1", imports=("scratchwork.models.kmeans",)),
            "scikit-learn": Contender(scikit_learn, "BLAS, all cores", imports=("sklearn.cluster",)),
        },
        check=check,
        claims=(Claim(against=("scikit-learn",), must=2.5, aim=4.0),),
    )
]
