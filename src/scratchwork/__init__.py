"""Machine learning with the working shown.

The path, and the room of each step::

    load      scratchwork.datasets        analyse   scratchwork.statistics
    clean     scratchwork.cleaning        prepare   scratchwork.preparation
    fit       scratchwork.models          elsewhere scratchwork.counterparts
    evaluate  scratchwork.evaluation      compare   scratchwork.experiments
    plot      scratchwork.plots           report    scratchwork.report
    judge     scratchwork.checks          all       scratchwork.study

``import scratchwork`` loads the standard library only; each name below is imported when it is first used.
"""

__version__ = "0.1.0"

_HOME = {
    "LogisticRegression": "models.logistic_regression",
    "MLPClassifier": "models.mlp",
    "MLPRegressor": "models.mlp",
    "KNeighborsClassifier": "models.nearest_neighbors",
    "KNeighborsRegressor": "models.nearest_neighbors",
    "KMeans": "models.kmeans",
    "PCA": "models.pca",
    "LinearRegression": "models.linear_regression",
    "TorchMLPClassifier": "counterparts.torch_mlp",
    "load_digits": "datasets",
    "load_medical_admissions": "datasets",
    "load_berkeley_admissions": "datasets",
    "fetch_mnist": "datasets",
    "fetch_fashion_mnist": "datasets",
    "read_table": "datasets",
    "run_study": "study",
    "run_sweep": "experiments.sweep",
    "check": "checks",
    "check_gradient": "checks",
}

__all__ = ["__version__", *_HOME]


def __getattr__(name):
    if name not in _HOME:
        raise AttributeError(f"module 'scratchwork' has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(f"scratchwork.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__():
    return sorted(__all__)
