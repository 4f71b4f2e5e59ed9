"""What a table's chosen model has learnt: probabilities, importances, odds ratios, errors by group, clusters of rows."""

import warnings
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from scratchwork.evaluation.importance import errors_by_group, permutation_importance
from scratchwork.evaluation.probabilities import calibration, precision_recall, roc, threshold_table
from scratchwork.evaluation.scores import r_squared
from scratchwork.experiments.structure import sample_rows

JUDGED_ROWS = 1000
CLUSTERED_ROWS = 2000


class OddsRatio(NamedTuple):
    """exp(coefficient) of a prepared feature: by how much the odds are multiplied per standard deviation (or for a level)."""

    feature: str
    ratio: float
    low: float
    high: float


@dataclass(frozen=True)
class Insight:
    """What was learnt about a table; an empty field where it does not apply.

    Attributes
    ----------
    chosen : ModelRun
        The model of ours with the best cross-validated score: the one that is saved and explained.
    curves : dict
        "roc" and "precision-recall" with their exact areas, for two classes.
    positive : str
        The class those curves are about.
    calibration, thresholds, importances, groups, odds_ratios : list
    odds_note : str
        How the odds ratios were made.
    clusters : list of str
        Clusters of the rows, in words.
    cluster_note : str
    """

    chosen: Any
    curves: dict = field(default_factory=dict)
    positive: str = ""
    calibration: list = field(default_factory=list)
    thresholds: list = field(default_factory=list)
    importances: list = field(default_factory=list)
    groups: list = field(default_factory=list)
    odds_ratios: list = field(default_factory=list)
    odds_note: str = ""
    clusters: list = field(default_factory=list)
    cluster_note: str = ""


def best_chosen(choices, runs):
    """Our run of the model with the best cross-validated score; without scores, the first of ours."""
    means = {choice.model: float(np.max(choice.curve.mean)) for choice, _ in choices if choice.curve is not None}
    ours = [run for run in runs if run.implementation == "scratchwork"]
    return max(ours, key=lambda run: means.get(run.model, -np.inf))


def explain(chosen, split, frame_test, features, kinds, task, *, seed=0):
    """Everything an `Insight` holds.

    Parameters
    ----------
    chosen : ModelRun
    split : Split
        Its ``preparation`` turns ``frame_test`` into the model's input.
    frame_test : DataFrame
        The test rows, as the preparation takes them.
    features : list of str
    kinds : dict
    task : str
    seed : int
    """
    parts = {"chosen": chosen, "importances": importances(chosen, split, frame_test, features, task, seed)}
    if task == "classification":
        categories = [name for name in features if kinds.get(name) in ("category", "ordered", "boolean")]
        parts["groups"] = errors_by_group(frame_test, categories, chosen.predictions == split.y_test)
        if len(chosen.classes) == 2:
            parts |= two_classes(chosen, split) | odds_ratios(split)
    parts["clusters"], parts["cluster_note"] = row_clusters(split, seed)
    return Insight(**parts)


def importances(chosen, split, frame_test, features, task, seed):
    rows = sample_rows(len(frame_test), JUDGED_ROWS, seed)
    frame, y = frame_test.iloc[rows], split.y_test[rows]

    def score(predictions):
        if task == "classification":
            return float(np.mean(predictions == y))
        value = r_squared(y, predictions)
        return 0.0 if value is None else value

    def predict(table):
        return split.unscaled(chosen.estimator.predict(split.preparation.transform(table)))

    return permutation_importance(predict, score, frame, features, seed=seed)


def two_classes(chosen, split):
    """Curves, calibration and thresholds for the rarer of the two classes."""
    labels, counts = np.unique(split.y_train, return_counts=True)
    positive = int(np.argmin(counts)) if counts[0] != counts[1] else 1
    truth = split.y_test == labels[positive]
    found = {"positive": str(labels[positive])}
    if truth.all() or not truth.any():
        return found
    p = chosen.probabilities[:, positive]
    found["curves"] = {"roc": roc(truth, p), "precision-recall": precision_recall(truth, p)}
    return found | {"calibration": calibration(truth, p), "thresholds": threshold_table(truth, p)}


def odds_ratios(split, most_features=40):
    """Odds ratios of a logistic regression on the training part, with intervals from the curvature at the optimum."""
    from scratchwork.models.logistic_regression import LogisticRegression, coefficient_covariance

    if split.X_train.shape[1] > most_features or len(split.X_train) < 4 * split.X_train.shape[1]:
        return {"odds_note": f"{split.X_train.shape[1]} features for {len(split.X_train)} rows are too many."}
    for C, note in (
        (np.inf, "without penalty"),
        (1.0, "with the penalty C = 1, as without it there is no finite optimum"),
    ):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            try:
                model = LogisticRegression(C=C).fit(split.X_train, split.y_train)
                error = np.sqrt(np.diag(coefficient_covariance(model, split.X_train)))[:-1]
            except (Warning, np.linalg.LinAlgError, ValueError, ArithmeticError):
                continue
        slopes = model.coef_[0]
        if np.all(np.isfinite(error)) and error.max() < 100:
            return {"odds_ratios": _ratios(split.feature_names, slopes, error), "odds_note": note}
    return {"odds_note": "The curvature at the optimum is flat: some features cannot be told apart."}


def _ratios(names, slopes, error):
    rows = [
        OddsRatio(str(name), float(np.exp(b)), float(np.exp(b - 1.96 * e)), float(np.exp(b + 1.96 * e)))
        for name, b, e in zip(names, slopes, error)
    ]
    return sorted(rows, key=lambda row: -abs(np.log(row.ratio)))


def row_clusters(split, seed):
    """Clusters of the training rows, as many as give the best silhouette, in words."""
    from scratchwork.evaluation.cluster_shapes import kmeans_fit_verdict
    from scratchwork.evaluation.clusters import describe_clusters, judge_counts
    from scratchwork.experiments.structure import fit_kmeans

    rows = sample_rows(len(split.X_train), CLUSTERED_ROWS, seed)
    X = np.ascontiguousarray(split.X_train[rows], dtype=np.float64)
    distinct = len(np.unique(X, axis=0))
    counts = [k for k in (2, 3, 4, 5, 6) if k < distinct / 2]
    if not counts or X.shape[1] < 2:
        return [], "The rows are too few, or too much alike, to be put into clusters."
    judged = judge_counts(X, lambda k, s: fit_kmeans(X, k, s), counts, seeds=range(seed, seed + 2))
    best = max(judged, key=lambda count: -1 if count.silhouette is None else count.silhouette)
    fitted = fit_kmeans(X, best.n_clusters, seed)
    again = {"fit": lambda cloud: fit_kmeans(cloud, best.n_clusters, seed), "random_state": seed}
    verdict = kmeans_fit_verdict(X, fitted.labels_, fitted.cluster_centers_, **again)
    words = [row.words for row in describe_clusters(X, fitted.labels_, split.feature_names)]
    return words, f"{best.n_clusters} clusters give the best silhouette, {best.silhouette:.2f}. {verdict.words}"
