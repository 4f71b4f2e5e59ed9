"""Which models a study of a table fits: ours and their counterparts, each main parameter chosen inside the training part."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from scratchwork.errors import has_extra
from scratchwork.experiments.contenders import TORCH_MISSING, baseline, describe
from scratchwork.experiments.structure import sample_rows
from scratchwork.records import Contender

SELECTION_ROWS = 2000
UPDATES = 3000


@dataclass(frozen=True)
class Choice:
    """A model whose main parameter was chosen by cross-validation: the curve, and all parameters with the chosen one."""

    model: str
    parameters: dict
    curve: Any


def network_parameters(n_rows, quick=False):
    """A small network whose budget is a number of updates, so that large tables take fewer epochs."""
    batch = min(200, n_rows)
    epochs = int(np.clip(UPDATES // -(-n_rows // batch), 10, 200))
    return {
        "hidden_layer_sizes": (32,),
        "activation": "relu",
        "solver": "adam",
        "learning_rate_init": 0.005,
        "batch_size": batch,
        "max_iter": min(epochs, 40) if quick else epochs,
        "alpha": 1e-4,
        "n_iter_no_change": 1000,
    }


def candidates(task, n_rows, quick):
    """(model, class name, parameters, the main parameter, its values, which end is simpler) of each kind of model."""
    network = network_parameters(n_rows, quick)
    penalties = (1e-3, 1.0, 10.0, 100.0)
    counts = tuple(k for k in (1, 3, 5, 10, 20, 40) if k <= max(1, n_rows // 3))
    if task == "classification":
        linear = ("logistic", "LogisticRegression", {}, "C", (0.01, 0.1, 1.0, 10.0), "smaller")
        kinds = ("MLPClassifier", "KNeighborsClassifier")
    else:
        linear = ("linear", "LinearRegression", {}, "alpha", (0.0, 1.0, 10.0, 100.0, 1000.0), "larger")
        kinds = ("MLPRegressor", "KNeighborsRegressor")
    return [
        linear,
        ("mlp", kinds[0], network, "alpha", penalties, "larger"),
        ("knn", kinds[1], {}, "n_neighbors", counts, "larger"),
    ]


def make_model(name, parameters, random_state=None):
    """One of our estimators by its class name; ``random_state`` is given where the class has one."""
    import scratchwork

    model = getattr(scratchwork, name)(**parameters)
    return model.set_params(random_state=random_state) if "random_state" in model.get_params() else model


def choose_models(X, y, task, *, seed=0, quick=False, progress=None):
    """Choose each model's main parameter by cross-validation on (at most 2,000 rows of) the training part.

    Returns
    -------
    (list of (Choice, class name), list of str)
        The choices, and notes on what could not be chosen.
    """
    from scratchwork.evaluation.validation_curve import validation_curve

    rows = sample_rows(len(y), SELECTION_ROWS, seed)
    X_some, y_some = X[rows], y[rows]
    folds = number_of_folds(y_some, task)
    notes = [] if folds >= 2 else ["A class has a single row: parameters keep their defaults, nothing was chosen."]
    chosen = []
    for i, (model, name, parameters, parameter, values, simpler) in enumerate(candidates(task, len(rows), quick)):
        if progress:
            progress(i, 3, f"choosing {parameter} of {model}")
        full = dict(parameters)
        if model == "mlp":
            full = network_parameters(len(y), quick)
        curve = None
        if folds >= 2:
            make = make_model(name, parameters, seed)
            curve = validation_curve(
                make, parameter, values, X_some, y_some, n_splits=folds, seed=seed, simpler=simpler
            )
            full[parameter] = curve.best
        elif model == "knn":
            full["n_neighbors"] = min(5, len(y))
        chosen.append((Choice(model, full, curve), name))
    return chosen, notes


def number_of_folds(y, task, most=3):
    """Three folds, or as many as the smallest class has rows."""
    if task == "regression":
        return min(most, len(y) // 5) if len(y) >= 10 else 0
    return int(min(most, np.unique(y, return_counts=True)[1].min()))


def table_contenders(choices, task):
    """Baseline, then each chosen model in every implementation."""
    found = [baseline(task)]
    for choice, name in choices:
        found += implementations(choice, name)
    return found


def implementations(choice, name):
    """Ours, PyTorch's for networks, scikit-learn's: the same settings."""
    settings = describe(choice.parameters)

    def ours(random_state):
        return make_model(name, choice.parameters, random_state)

    def in_torch(random_state):
        from scratchwork.counterparts import torch_mlp

        tiny = getattr(torch_mlp, f"Torch{name}")((2,), max_iter=1, random_state=0)
        tiny.fit([[0.0], [1.0]], [0, 1])  # torch loads half of itself at its first update
        return getattr(torch_mlp, f"Torch{name}")(**choice.parameters, random_state=random_state)

    def in_scikit_learn(random_state):
        from scratchwork.counterparts.sklearn_models import sklearn_counterpart

        return sklearn_counterpart(ours(random_state))

    found = [Contender(choice.model, "scratchwork", ours, settings)]
    if choice.model == "mlp":
        found.append(Contender("mlp", "pytorch", in_torch, settings, "" if has_extra("torch") else TORCH_MISSING))
    return [*found, Contender(choice.model, "scikit-learn", in_scikit_learn, settings)]
