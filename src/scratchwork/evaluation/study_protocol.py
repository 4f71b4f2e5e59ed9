"""The protocol guard on a study of models."""

from scratchwork.evaluation.protocol import Looks, RunRecord, review


def review_study(study):
    """The guard on a `Study`: its flags, and the sentence on how often the test part was looked at.

    Returns
    -------
    (list of Flag, str)
    """
    records = [record_of_run(run, study) for run in study.runs]
    reasons = [f"{len(records)} scores, one for each model"]
    if any("validation_nll" in run.history or "validation_mse" in run.history for run in study.runs):
        reasons.append("loss curves that were watched, by which nothing was chosen")
    looks = Looks(reasons=reasons[:1])
    words = f"The test part gave {'; and '.join(reasons)}."
    return review(records, looks=looks, varied=("rows",), chosen_by_score=True), words


def record_of_run(run, study):
    """The record of one run of a study."""
    has = hasattr(run.estimator, "get_params")
    parameters = run.estimator.get_params(deep=False) if has and run.model != run.implementation else {}
    scales = {"train_nll": "mean negative log-likelihood", "train_mse": "mean squared error"}
    scale = next((text for name, text in scales.items() if name in run.history), None)
    return RunRecord(
        name=run.label, model=run.model, implementation=run.implementation, parameters=parameters,
        data=study.name, rows=len(study.split.y_train), split=f"seed {study.seed}",
        preparation=type(study.split.preparation).__name__, seeds=(study.seed,), score_name=study.task,
        reported_on="test part", learnt_before_split=False, curve_scale=scale,
    )  # fmt: skip
