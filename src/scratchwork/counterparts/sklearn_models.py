"""scikit-learn's own estimator with the same settings as one of ours.

    sklearn_counterpart(MLPClassifier(50, max_iter=200))  ->  sklearn.neural_network.MLPClassifier(...)

What is mapped, and what cannot be:

- LogisticRegression: C, fit_intercept, class_weight, random_state. The solver "newton" becomes "newton-cholesky" with the
  same tol and max_iter; any other becomes "lbfgs" with scikit-learn's tol and at least 1,000 iterations: the optimum is
  the same.
- LinearRegression: fit_intercept; with alpha above 0 it becomes Ridge.
- MLPClassifier, MLPRegressor: the parameters of the same names; "sigmoid" becomes "logistic". The objective is the same,
  the penalty included, and so is the momentum, 0 too. Not the same are the initial weights (there always Glorot's) and
  what early stopping watches (there the score, here the loss).
- KNeighborsClassifier, KNeighborsRegressor: n_neighbors, weights, metric.
- KMeans: n_clusters, init, n_init, max_iter, tol, random_state; by Lloyd's algorithm.
- PCA: n_components, whiten; by the full decomposition.

A setting that scikit-learn has no word for (dropout, ...) is an error, not left out silently.
"""

from importlib import import_module

from scratchwork.errors import InvalidArgumentError, InvalidTypeError

SHARED_BY_NETWORKS = (
    "hidden_layer_sizes", "solver", "alpha", "batch_size", "learning_rate", "learning_rate_init", "power_t", "max_iter",
    "shuffle", "random_state", "tol", "warm_start", "momentum", "nesterovs_momentum", "early_stopping",
    "validation_fraction", "beta_1", "beta_2", "epsilon", "n_iter_no_change",
)  # fmt: skip


def sklearn_counterpart(estimator, *, n_samples=None):
    """scikit-learn's estimator, not fitted, with the settings of ours (the list at the top of this file).

    Parameters
    ----------
    estimator : LogisticRegression, LinearRegression, MLPClassifier, MLPRegressor, KNeighborsClassifier,
        KNeighborsRegressor, KMeans or PCA of this package, or a PyTorch counterpart
    n_samples : int, optional
        How many samples it will be fitted on: needed for a network with ``batch_size="full"``.

    Raises
    ------
    scratchwork.errors.InvalidArgumentError
        For a setting without a word in scikit-learn.
    scratchwork.errors.InvalidTypeError
        For anything else than the estimators above.

    Examples
    --------
    >>> from scratchwork.models.mlp import MLPClassifier
    >>> theirs = sklearn_counterpart(MLPClassifier(50, "sigmoid", random_state=0))
    >>> theirs.activation, theirs.momentum, theirs.hidden_layer_sizes
    ('logistic', 0.0, 50)
    """
    name = type(estimator).__name__.removeprefix("Torch")
    if name not in MAPPINGS or not type(estimator).__module__.startswith("scratchwork."):
        raise InvalidTypeError(f"{estimator!r} has no counterpart in scikit-learn; these have: {', '.join(MAPPINGS)}.")
    settings = estimator.get_params(deep=False)
    if name.startswith("MLP"):
        settings["n_samples"] = n_samples
    return MAPPINGS[name](name, settings)


def _refuse(setting, value, why):
    raise InvalidArgumentError(f"{setting}={value!r} has no counterpart in scikit-learn: {why}.")


def _make(module, name, **settings):
    return getattr(import_module(f"sklearn.{module}"), name)(**settings)


def _pick(settings, *names):
    return {name: settings[name] for name in names}


def _logistic(name, settings):
    same = _pick(settings, "C", "fit_intercept", "class_weight", "random_state")
    if settings["solver"] == "newton":
        same |= {"solver": "newton-cholesky"} | _pick(settings, "tol", "max_iter")
    else:
        same |= {"solver": "lbfgs", "max_iter": max(1000, settings["max_iter"])}
    return _make("linear_model", name, **same)


def _linear(name, settings):
    same = _pick(settings, "fit_intercept")
    alpha = settings.get("alpha", 0)
    return _make("linear_model", "Ridge", alpha=alpha, **same) if alpha else _make("linear_model", name, **same)


def _network(name, settings):
    activation, batch_size = settings["activation"], settings["batch_size"]
    if not isinstance(activation, str):
        if len(set(activation)) != 1:
            _refuse("activation", activation, "it has one activation for all layers")
        activation = next(iter(activation))
    if settings["dropout"]:
        _refuse("dropout", settings["dropout"], "its networks have no dropout")
    if settings.get("class_weight") is not None:
        _refuse("class_weight", settings["class_weight"], "its networks take sample_weight only")
    if settings["learning_rate"] == "cosine":
        _refuse("learning_rate", "cosine", "it has 'constant', 'invscaling' and 'adaptive'")
    if settings["solver"] == "adam" and settings["learning_rate"] != "constant":
        _refuse("learning_rate", settings["learning_rate"], "it changes the rate of 'sgd' only")
    if batch_size == "full":
        if settings["n_samples"] is None:
            _refuse("batch_size", "full", "it needs a number; give n_samples")
        batch_size = settings["n_samples"]
    same = _pick(settings, *SHARED_BY_NETWORKS) | {"batch_size": batch_size}
    return _make("neural_network", name, activation="logistic" if activation == "sigmoid" else activation, **same)


def _neighbors(name, settings):
    return _make("neighbors", name, **_pick(settings, "n_neighbors", "weights", "metric"))


def _kmeans(name, settings):
    same = _pick(settings, "n_clusters", "init", "n_init", "max_iter", "tol", "random_state")
    return _make("cluster", name, algorithm="lloyd", **same)


def _pca(name, settings):
    return _make("decomposition", name, svd_solver="full", **_pick(settings, "n_components", "whiten"))


MAPPINGS = {
    "LogisticRegression": _logistic, "LinearRegression": _linear, "MLPClassifier": _network, "MLPRegressor": _network,
    "KNeighborsClassifier": _neighbors, "KNeighborsRegressor": _neighbors, "KMeans": _kmeans, "PCA": _pca,
}  # fmt: skip
