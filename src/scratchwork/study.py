"""The path, written once: load -> clean -> analyse -> split and scale -> fit -> evaluate -> compare -> plot -> report."""

import pathlib

from scratchwork.experiments.compare import differences, fit_contenders, score_runs
from scratchwork.experiments.contenders import classification_contenders
from scratchwork.experiments.plans import plan_for
from scratchwork.experiments.structure import choose_neighbors, explore_structure
from scratchwork.preparation.pictures import sample_dataset, split_and_scale
from scratchwork.records import Study
from scratchwork.report.pictures import write_picture_report

LOADERS = {
    "digits": ("load_digits", {}),
    "mnist": ("fetch_mnist", {"subset": "train"}),
    "fashion-mnist": ("fetch_fashion_mnist", {"subset": "train"}),
}


def load(name):
    """The data set of a name in ``LOADERS``."""
    from scratchwork import datasets

    function, options = LOADERS[name]
    return getattr(datasets, function)(**options)


def study_pictures(name, *, out=None, seed=0, quick=False, progress=None):
    """Study a data set of pictures, and write its report.

    Parameters
    ----------
    name : {"digits", "mnist", "fashion-mnist"}
        For the last two, the official training part of 60,000; the official test part stays untouched.
    out : path, optional
        The folder for the report; by default ``scratchwork-NAME`` in the current one.
    seed : int
        Of the split and of every model.
    quick : bool
        Use a sample, and say so.
    progress : callable, optional
        Called as ``progress(done, total, label)``.

    Returns
    -------
    (Study, Path)
        What was found, and where the report is.
    """
    plan = plan_for(name)
    whole = load(name)
    data = sample_dataset(whole, plan.quick_rows, seed) if quick else whole
    split = split_and_scale(data, scaling=plan.scaling, seed=seed, n_available=len(whole.y))
    selection = choose_neighbors(split, plan, seed=seed)
    contenders = classification_contenders(
        network=plan.network_settings(quick), logistic=plan.logistic, n_neighbors=int(selection.best)
    )
    runs = fit_contenders(contenders, split, seed=seed, progress=progress)
    study = Study(
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
    return study, write_picture_report(study, pathlib.Path(out or f"scratchwork-{name}"))


def run_study(data="digits", *, target=None, types=None, out=None, seed=0, quick=False, progress=None):
    """Study a data set of pictures, the two admissions tables, or any table.

    Parameters
    ----------
    data : str or path
        "digits", "mnist", "fashion-mnist", "admissions", or the path of a table.
    target : str, optional
        The column to predict; a table needs it.
    types : dict of str to str, optional
        Types of columns that override the recognised ones.
    out, seed, quick, progress
        As in `study_pictures`.

    Returns
    -------
    (Study, Path)
    """
    if str(data) in LOADERS:
        return study_pictures(str(data), out=out, seed=seed, quick=quick, progress=progress)
    raise NotImplementedError
