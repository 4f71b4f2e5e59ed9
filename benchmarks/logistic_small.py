"""Binary logistic regression of 100 rows and 2 features: one fit, where the calls cost more than the arithmetic."""

import numpy as np

from benchmarks._harness import Claim, Contender, Row

TOLERANCE = 1e-8


def setup():
    rng = np.random.default_rng(0)
    X = rng.standard_normal((100, 2))
    y = (X @ [1.0, -2.0] + 0.3 + rng.standard_normal(100) > 0).astype(int)
    return X, y


def coefficients(model):
    return np.append(model.coef_, model.intercept_)


def ours(data):
    from scratchwork import LogisticRegression

    return coefficients(LogisticRegression(tol=TOLERANCE).fit(*data))


def scikit_learn(solver):
    def run(data):
        from sklearn.linear_model import LogisticRegression

        return coefficients(LogisticRegression(solver=solver, tol=TOLERANCE).fit(*data))

    return run


def check(data, results):
    for name, found in results.items():
        difference = np.abs(found - results["scratchwork"]).max()
        assert difference < 1e-6, f"{name} differs by {difference}"
    return "coefficients and intercept equal to 1e-6, at tol = 1e-8 for all."


def fitted_models():
    """(ours, scikit-learn's, one row to predict)."""
    from sklearn.linear_model import LogisticRegression as Peer

    from scratchwork import LogisticRegression

    X, y = setup()
    return LogisticRegression().fit(X, y), Peer().fit(X, y), X[:1]


def check_predictions(data, results):
    assert results["scratchwork"] == results["scikit-learn"]
    return "the predicted class is the same."


IMPORTS = ("sklearn.linear_model",)
ROWS = [
    Row(
        name="logistic_small",
        work="binary logistic regression, 100 x 2, one fit",
        setup=setup,
        contenders={
            "scratchwork": Contender(ours, "1", imports=("scratchwork.models.logistic_regression",)),
            "scikit-learn lbfgs": Contender(scikit_learn("lbfgs"), "BLAS default", IMPORTS),
            "scikit-learn newton-cholesky": Contender(scikit_learn("newton-cholesky"), "BLAS default", IMPORTS),
            "scikit-learn newton-cg": Contender(scikit_learn("newton-cg"), "BLAS default", IMPORTS),
        },
        check=check,
        claims=(
            Claim(
                against=("scikit-learn lbfgs", "scikit-learn newton-cholesky", "scikit-learn newton-cg"), must=5, aim=8
            ),
        ),
        calls=100,
    ),
    Row(
        name="predict_one_row",
        work="predict one row with a fitted binary logistic regression",
        setup=fitted_models,
        contenders={
            "scratchwork": Contender(lambda data: data[0].predict(data[2]), "1"),
            "scikit-learn": Contender(lambda data: data[1].predict(data[2]), "1", IMPORTS),
        },
        check=check_predictions,
        claims=(Claim(against=("scikit-learn",), must=5, aim=5),),
        calls=1000,
    ),
]
