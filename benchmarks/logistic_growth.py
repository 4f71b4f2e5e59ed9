"""How the time of logistic regression grows with rows, features and classes, at 20 iterations of either lbfgs."""

import warnings

import numpy as np

from benchmarks._growth import Growth
from benchmarks._harness import Contender

ITERATIONS = 20


def random_classes(rows, features, classes):
    """Gaussian features and labels drawn from a linear model, float32."""
    rng = np.random.default_rng(0)
    X = rng.standard_normal((rows, features), dtype=np.float32)
    Z = X @ rng.standard_normal((features, classes), dtype=np.float32) / features**0.5
    y = (Z + rng.gumbel(size=Z.shape)).argmax(axis=1)
    y[:classes] = np.arange(classes)
    return X, y


def fit(data, module):
    with warnings.catch_warnings():
        # The number of iterations is fixed, so that sizes compare; neither side converges.
        warnings.simplefilter("ignore")
        return module.LogisticRegression(solver="lbfgs", max_iter=ITERATIONS, tol=1e-30).fit(*data)


def ours(data):
    from scratchwork.models import logistic_regression

    return fit(data, logistic_regression)


def peer(data):
    from sklearn import linear_model

    return fit(data, linear_model)


CONTENDERS = {
    "scratchwork": Contender(ours, "one for each core, BLAS 1", imports=("scratchwork.models.logistic_regression",)),
    "scikit-learn": Contender(peer, "BLAS default", imports=("sklearn.linear_model",)),
}


def growth(axis, sizes, **others):
    fixed = ", ".join(f"{name} {value}" for name, value in others.items())
    return Growth(
        name=f"growth_logistic_{axis}",
        work=f"logistic regression, {ITERATIONS} iterations; {fixed}",
        axis=axis,
        sizes=sizes,
        setup=lambda size: random_classes(**{axis: size}, **others),
        contenders=CONTENDERS,
    )


GROWTHS = [
    growth("rows", (600, 2_000, 6_000, 20_000, 60_000), features=100, classes=10),
    growth("features", (10, 30, 100, 300, 1_000), rows=5_000, classes=10),
    growth("classes", (3, 10, 30, 100, 300), rows=5_000, features=50),
]
