"""Multinomial logistic regression on Fashion-MNIST, to the objective that scikit-learn has after 100 and 300 iterations.

scikit-learn runs that many iterations of its lbfgs, ours the few that it needs to be at least as low, which is checked
before anything is timed. Both minimise the same objective (C = 1) on the same float32 data.
"""

import functools
import warnings

import numpy as np

from benchmarks._data import fashion_mnist
from benchmarks._harness import Claim, Contender, Row


def mean_objective(data, model):
    """The mean log-loss plus |coef|^2 / (2 n), in float64, computed here and not by either contender."""
    X, y = data["X"], data["y"]
    total = 0.0
    for start in range(0, len(X), 8192):
        Z = X[start : start + 8192].astype(np.float64) @ model.coef_.T.astype(np.float64) + model.intercept_
        Z -= Z.max(axis=1, keepdims=True)
        total += (np.log(np.exp(Z).sum(axis=1)) - Z[np.arange(len(Z)), y[start : start + 8192]]).sum()
    return float(total / len(X) + (model.coef_.astype(np.float64) ** 2).sum() / (2 * len(X)))


def fitted(model, data):
    with warnings.catch_warnings():
        # Both stop before they have converged: that is the point of the row.
        warnings.simplefilter("ignore")
        return model.fit(data["X"], data["y"])


def scikit_learn(data, iterations):
    from sklearn.linear_model import LogisticRegression

    return fitted(LogisticRegression(max_iter=iterations, tol=1e-12), data)


def ours(data, iterations):
    from scratchwork import LogisticRegression

    return fitted(LogisticRegression(max_iter=data["needed"][iterations]), data)


def setup():
    X, y, _, _ = fashion_mnist()
    return {"X": X, "y": y, "needed": NEEDED}


# Iterations of ours that reach what scikit-learn reaches in so many; ``check`` fails if they do not.
NEEDED = {100: 9, 300: 16}


def check(data, results):
    low, high = (mean_objective(data, results[name]) for name in ("scratchwork", "scikit-learn lbfgs"))
    assert low <= high, f"the objective {low} is above scikit-learn's {high}"
    return f"the mean objective is {low:.6f}, not above scikit-learn's {high:.6f}."


def row(iterations, must, aim):
    return Row(
        name=f"logistic_multinomial_{iterations}",
        work=f"multinomial logistic regression to scikit-learn's objective after {iterations} iterations",
        setup=setup,
        contenders={
            "scratchwork": Contender(
                functools.partial(ours, iterations=iterations),
                "one for each core, BLAS 1",
                imports=("scratchwork.models.logistic_regression",),
            ),
            "scikit-learn lbfgs": Contender(
                functools.partial(scikit_learn, iterations=iterations),
                "BLAS default, one for each core",
                imports=("sklearn.linear_model",),
            ),
        },
        check=check,
        claims=(Claim(against=("scikit-learn lbfgs",), must=must, aim=aim),),
    )


ROWS = [row(100, must=6, aim=10), row(300, must=10, aim=20)]
