"""The contenders of a comparison: ours and their counterparts, with equal settings.

A contender is a name, and a function that makes a fresh estimator from a random state.
"""

from scratchwork.errors import has_extra
from scratchwork.records import Contender

TORCH_MISSING = 'PyTorch is not installed: pip install "scratchwork[torch]"'


def classification_contenders(*, network, logistic, n_neighbors):
    """Baseline, logistic regression, network and k-NN, each in every implementation there is.

    Parameters
    ----------
    network, logistic : dict
        Parameters in scikit-learn's names (the network's ``initialization`` is ours).
    n_neighbors : int

    Returns
    -------
    list of Contender
    """
    return [
        baseline("classification"),
        *logistic_contenders(logistic),
        *network_contenders(network),
        *neighbor_contenders({"n_neighbors": n_neighbors}),
    ]


def baseline(task):
    """The model that does nothing: it always says the most frequent class, or the mean."""

    def make(random_state):
        from sklearn.dummy import DummyClassifier, DummyRegressor

        return DummyClassifier(strategy="prior") if task == "classification" else DummyRegressor()

    words = "always the most frequent class" if task == "classification" else "always the mean"
    return Contender("baseline", "baseline", make, words)


def _pair(model, make, settings, budget=None):
    """Ours and scikit-learn's with the same settings; ``budget`` limits scikit-learn's iterations where it would take minutes."""

    def counterpart(random_state):
        from scratchwork.counterparts.sklearn_models import sklearn_counterpart

        return sklearn_counterpart(make(random_state)).set_params(**(budget or {}))

    if budget:
        theirs = f"{settings}; {describe(budget)}"
        return [Contender(model, "scratchwork", make, settings), Contender(model, "scikit-learn", counterpart, theirs)]
    return [Contender(model, "scratchwork", make, settings), Contender(model, "scikit-learn", counterpart, settings)]


def logistic_contenders(parameters):
    def make(random_state):
        from scratchwork.models.logistic_regression import LogisticRegression

        return LogisticRegression(**parameters)

    budget = {"max_iter": 100} if parameters.get("solver") == "lbfgs" else None
    return _pair("logistic", make, describe(parameters), budget)


def neighbor_contenders(parameters):
    def make(random_state):
        from scratchwork.models.nearest_neighbors import KNeighborsClassifier

        return KNeighborsClassifier(**parameters)

    return _pair("knn", make, describe(parameters))


def network_contenders(parameters):
    """The network in NumPy, in PyTorch from the same initial weights and batches, and scikit-learn's."""
    settings = describe(parameters)

    def ours(random_state):
        from scratchwork.models.mlp import MLPClassifier

        return MLPClassifier(**parameters, random_state=random_state)

    def in_torch(random_state):
        from scratchwork.counterparts.torch_mlp import TorchMLPClassifier

        # torch loads half of itself at its first update: that is not the time of a fit.
        TorchMLPClassifier((2,), max_iter=1, random_state=0).fit([[0.0], [1.0]], [0, 1])
        return TorchMLPClassifier(**parameters, random_state=random_state)

    first, last = _pair("mlp", ours, settings)
    missing = "" if has_extra("torch") else TORCH_MISSING
    return [first, Contender("mlp", "pytorch", in_torch, settings, missing), last]


def describe(parameters):
    """``{"C": 1.0}`` as "C = 1.0".

    >>> describe({"n_neighbors": 3, "weights": "uniform"})
    'n_neighbors = 3, weights = uniform'
    """
    return ", ".join(f"{name} = {value}" for name, value in parameters.items())
