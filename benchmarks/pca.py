"""Fifty principal components of 60,000 images, against the solvers of scikit-learn; how the time grows."""

import functools

import numpy as np

from benchmarks._data import fashion_mnist
from benchmarks._growth import Growth
from benchmarks._harness import Claim, Contender, Row

COMPONENTS = 50


def setup():
    """The images, and the answer in float64."""
    X = fashion_mnist()[0]
    mean, gram = X.mean(axis=0, dtype=np.float64), np.zeros((X.shape[1],) * 2)
    for first in range(0, len(X), 4096):
        block = X[first : first + 4096] - mean
        gram += block.T @ block
    variances, vectors = np.linalg.eigh(gram / (len(X) - 1))
    return X, variances[::-1][:COMPONENTS], vectors[:, ::-1][:, :COMPONENTS]


def ours(data):
    from scratchwork.models.pca import PCA

    return PCA(COMPONENTS).fit(data[0])


def scikit_learn(solver, data):
    from sklearn.decomposition import PCA

    return PCA(COMPONENTS, svd_solver=solver, random_state=0).fit(data[0])


def products_alone(data):
    return data[0].T @ data[0]


def errors(model, data):
    """Largest relative error of a variance, and the sine of the largest angle to the true components' space."""
    _, variances, vectors = data
    kept = np.linalg.svd(model.components_.astype(np.float64) @ vectors, compute_uv=False)
    relative = np.abs(model.explained_variance_.astype(np.float64) / variances - 1).max()
    return float(relative), float(np.sqrt(max(0.0, 1 - kept.min() ** 2)))


def check(data, results):
    ours, theirs = errors(results["scratchwork"], data), errors(results["scikit-learn covariance_eigh"], data)
    assert ours[0] < theirs[0], f"our variances are off by {ours[0]:.1e}, those of scikit-learn by {theirs[0]:.1e}"
    assert ours[1] < max(1e-3, theirs[1])
    return f"largest relative error of a variance {ours[0]:.0e}, of scikit-learn's covariance_eigh {theirs[0]:.0e}"


def wide(n=200, d=4_000):
    return (np.random.default_rng(0).normal(size=(n, d)).astype(np.float32),)


def tall(n=20_000, d=100):
    rng = np.random.default_rng(0)
    return ((rng.normal(size=(n, d)) @ rng.normal(size=(d, d))).astype(np.float32),)


OURS = Contender(ours, "2 threads, BLAS 1; eigenvalues BLAS, all cores", imports=("scratchwork.models.pca",))
ROWS = [
    Row(
        name="pca",
        work=f"PCA, Fashion-MNIST 60,000 x 784, {COMPONENTS} components, at smaller error",
        setup=setup,
        contenders={
            "scratchwork": OURS,
            **{
                f"scikit-learn {solver}": Contender(
                    functools.partial(scikit_learn, solver), "BLAS, all cores", imports=("sklearn.decomposition",)
                )
                for solver in ("covariance_eigh", "randomized")
            },
            "matrix product alone": Contender(products_alone, "BLAS, all cores"),
        },
        check=check,
        claims=(Claim(against=("scikit-learn covariance_eigh",), must=1.0, aim=1.3),),
    )
]


def ten_components(data):
    from scratchwork.models.pca import PCA

    return PCA(10).fit(data[0])


def ten_components_scikit_learn(data):
    from sklearn.decomposition import PCA

    return PCA(10, svd_solver="auto", random_state=0).fit(data[0])


GROWTHS = [
    Growth(
        name=f"pca_growth_{name}",
        work=f"PCA, 10 components, {fixed}, float32",
        axis=axis,
        sizes=sizes,
        setup=lambda size, make=make, axis=axis: make(**{axis: size}),
        contenders={
            "scratchwork": Contender(ten_components, "all cores", imports=("scratchwork.models.pca",)),
            "scikit-learn": Contender(
                ten_components_scikit_learn, "BLAS, all cores", imports=("sklearn.decomposition",)
            ),
        },
    )
    for name, make, axis, sizes, fixed in (
        ("tall", tall, "n", (1_000, 3_000, 10_000, 30_000, 100_000), "d = 100"),
        ("tall_by_features", tall, "d", (10, 30, 100, 300, 1_000), "n = 20,000"),
        ("wide", wide, "d", (500, 1_500, 5_000, 15_000, 50_000), "n = 200"),
    )
]
