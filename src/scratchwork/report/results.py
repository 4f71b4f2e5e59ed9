"""The results of a study as one JSON document and as one tidy table."""

import dataclasses

SCORES = (
    "accuracy", "accuracy_low", "accuracy_high", "precision", "recall", "f1", "log_loss", "r2", "rmse", "mae",
)  # fmt: skip


def results_document(studies, report_path):
    """What ``--json`` prints: one object; null where a score does not apply or is not finite.

    Parameters
    ----------
    studies : list of Study
        The document is the first one's; further ones stand under "also".
    report_path : Path

    Returns
    -------
    dict
    """
    first, *others = (study_document(study) for study in studies)
    return first | {"report": str(report_path.resolve())} | ({"also": others} if others else {})


def study_document(study):
    """One study without the report's path."""
    n_train, n_test = len(study.split.y_train), len(study.split.y_test)
    return {
        "dataset": study.name,
        "task": study.task,
        "quick": study.quick,
        "n_used": n_train + n_test,
        "n_train": n_train,
        "n_test": n_test,
        "seed": study.seed,
        "models": [model_row(run, scores) for run, scores in zip(study.runs, study.scores)],
    }


def model_row(run, scores):
    """One model's scores and the seconds of its fit."""
    values = dataclasses.asdict(scores)
    return {
        "model": run.model,
        "implementation": run.implementation,
        **{name: finite(values[name]) for name in SCORES},
        "fit_seconds": run.fit_seconds,
    }


def finite(value):
    """JSON knows no infinity and no NaN: both become null.

    >>> finite(0.5), finite(float("inf"))
    (0.5, None)
    """
    if value is None or value != value or value in (float("inf"), float("-inf")):
        return None
    return float(value)
