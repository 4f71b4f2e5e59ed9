"""The steps of a study of pictures, each one call of a room: split and scale, choose k, fit, compare, look for structure."""

from scratchwork.experiments.compare import differences, fit_contenders, score_runs
from scratchwork.experiments.contenders import classification_contenders
from scratchwork.experiments.structure import choose_neighbors, explore_structure
from scratchwork.preparation.pictures import sample_dataset, split_and_scale
from scratchwork.records import Study


def study_dataset(whole, plan, *, name, seed=0, quick=False, progress=None):
    """Everything from a data set of pictures to a `Study`.

    Parameters
    ----------
    whole : Dataset
    plan : Plan
        The settings of the models.
    name : str
    seed : int
    quick : bool
        Use a stratified sample of ``plan.quick_rows`` rows.
    progress : callable, optional

    Returns
    -------
    Study
    """
    data = sample_dataset(whole, plan.quick_rows, seed) if quick else whole
    split = split_and_scale(data, scaling=plan.scaling, seed=seed, n_available=len(whole.y))
    selection = choose_neighbors(split, plan, seed=seed)
    contenders = classification_contenders(
        network=plan.network_settings(quick), logistic=plan.logistic, n_neighbors=int(selection.best)
    )
    runs = fit_contenders(contenders, split, seed=seed, progress=progress)
    return Study(
        name=name,
        task="classification",
        quick=quick,
        seed=seed,
        data=data,
        split=split,
        contenders=contenders,
        runs=runs,
        scores=score_runs(runs, split.y_test, "classification"),
        differences=differences(runs, split.y_test),
        selection=selection,
        structure=explore_structure(data, split, seed=seed),
    )
