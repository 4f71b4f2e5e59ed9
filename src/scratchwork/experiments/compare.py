"""Fit every contender on the same training part and let each judge the same test part."""

import time
import warnings

import numpy as np

from scratchwork.evaluation.differences import compare_pairs
from scratchwork.evaluation.scores import classification_scores, regression_scores
from scratchwork.records import ModelRun


def fit_contenders(contenders, split, *, seed=0, progress=None, validate=True):
    """Fit all contenders that are installed.

    Parameters
    ----------
    contenders : list of Contender
    split : Split
    seed : int
        The random state of each estimator.
    progress : callable, optional
        Called as ``progress(done, total, label)`` before each fit and at the end.
    validate : bool
        Give the test part to estimators whose ``fit`` takes ``validation_data``, so that their history holds its
        loss for each epoch. It is only watched: nothing is chosen by it.

    Returns
    -------
    list of ModelRun
    """
    present = [contender for contender in contenders if not contender.missing]
    runs = []
    for done, contender in enumerate(present):
        if progress:
            progress(done, len(present), f"{contender.model} ({contender.implementation})")
        runs.append(fit_one(contender, split, seed, validate))
    if progress:
        progress(len(present), len(present), "")
    return runs


def fit_one(contender, split, seed, validate=True):
    """One contender, fitted and timed; what it warns of is kept, not shown."""
    estimator = contender.make(seed)
    options = {}
    if validate and takes_validation_set(estimator):
        options = {"validation_data": (split.X_test, split.y_test)}
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        started = time.perf_counter()
        estimator.fit(split.X_train, split.fitted_target, **options)
        seconds = time.perf_counter() - started
    probabilities = estimator.predict_proba(split.X_test) if hasattr(estimator, "predict_proba") else None
    return ModelRun(
        model=contender.model,
        implementation=contender.implementation,
        settings=contender.settings,
        estimator=estimator,
        predictions=split.unscaled(np.asarray(estimator.predict(split.X_test))),
        probabilities=probabilities,
        classes=getattr(estimator, "classes_", None),
        fit_seconds=seconds,
        history=history_of(estimator),
        warnings=tuple(dict.fromkeys(str(warning.message) for warning in caught)),
    )


def takes_validation_set(estimator):
    """Whether ``fit`` takes a given validation set."""
    from inspect import signature

    return "validation_data" in signature(estimator.fit).parameters


def history_of(estimator):
    """The curves an estimator keeps: our ``history_``, or scikit-learn's ``loss_curve_``; else nothing."""
    if getattr(estimator, "history_", None):
        return {name: list(values) for name, values in estimator.history_.items()}
    if getattr(estimator, "loss_curve_", None):
        return {"loss": [float(value) for value in estimator.loss_curve_]}
    return {}


def score_runs(runs, y_test, task, *, seed=0):
    """The scores of each run, in their order."""
    if task == "regression":
        return [regression_scores(y_test, run.predictions, seed=seed) for run in runs]
    return [classification_scores(y_test, run.predictions, run.probabilities, run.classes) for run in runs]


def differences(runs, y_test):
    """For each pair of classifiers, whether the difference can be told from chance."""
    return compare_pairs(y_test, {run.label: run.predictions for run in runs})
