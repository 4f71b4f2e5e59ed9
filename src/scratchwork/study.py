"""The path, written once: load -> clean -> analyse -> split and scale -> fit -> evaluate -> compare -> plot -> report."""

import os
import pathlib

from scratchwork.errors import DataError

LOADERS = {
    "digits": ("load_digits", {}),
    "mnist": ("fetch_mnist", {"subset": "train"}),
    "fashion-mnist": ("fetch_fashion_mnist", {"subset": "train"}),
}


def run_study(data="digits", *, target=None, types=None, keep=(), out=None, seed=0, quick=False, progress=None):
    """Study a data set of pictures, the two admissions tables, or any table, and write one report.

    Parameters
    ----------
    data : str or path
        "digits", "mnist", "fashion-mnist", "admissions", or the path of a table.
    target : str, optional
        The column to predict; a table needs it.
    types : dict of str to str, optional
        Kinds of columns that override the recognised ones.
    keep : sequence of str
        Columns of a table to learn from although they were taken for leaks or ids.
    out : path, optional
        The folder for the report and what belongs to it; by default ``scratchwork-NAME`` in the current one.
    seed : int
        Of the split and of every model.
    quick : bool
        Use a sample, and say so.
    progress : callable, optional
        Called as ``progress(done, total, label)``.

    Returns
    -------
    (list of Study, Path)
        What was found, one study for each table, and where the report is.

    Raises
    ------
    DataError
        When the data cannot be read or hold nothing to learn.
    """
    options = {"seed": seed, "quick": quick, "progress": progress}
    if str(data) in LOADERS:
        folder = pathlib.Path(out or f"scratchwork-{data}")
        check_folder(folder)
        return study_pictures(str(data), folder, **options)
    if str(data) == "admissions":
        folder = pathlib.Path(out or "scratchwork-admissions")
        check_folder(folder)
        return study_admissions(folder, **options)
    path = pathlib.Path(data)
    if target is None:
        raise DataError(
            f"{data}: which column is to be predicted? Name it with --target COLUMN. "
            f"Without a table, data is one of {', '.join([*LOADERS, 'admissions'])}."
        )
    folder = pathlib.Path(out or f"scratchwork-{path.name.split('.')[0]}")
    check_folder(folder)
    return study_file(path, target, folder, types=types, keep=keep, **options)


def check_folder(folder):
    """Fail before the work, not after it, when nothing can be written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DataError(f"{folder} cannot be made ({error.strerror}). Choose another folder with --out.") from error
    if not os.access(folder, os.W_OK):
        raise DataError(f"{folder} cannot be written to. Choose another folder with --out.")


def study_pictures(name, folder, *, seed, quick, progress):
    """Pictures: load, split and scale, choose k, fit and compare, look for structure, report."""
    from scratchwork import datasets
    from scratchwork.experiments.picture_study import study_dataset
    from scratchwork.experiments.plans import plan_for
    from scratchwork.report.pictures import write_picture_report

    loader, options = LOADERS[name]
    data = getattr(datasets, loader)(**options)
    study = study_dataset(data, plan_for(name), name=name, seed=seed, quick=quick, progress=progress)
    return [study], write_picture_report(study, folder)


def study_file(path, target, folder, *, types=None, keep=(), seed, quick, progress):
    """A table: read, clean, analyse, split and prepare, choose, fit and compare, explain, save the model, report."""
    from scratchwork.datasets import read_table
    from scratchwork.experiments.table_study import study_table
    from scratchwork.report.table import write_table_report

    table = read_table(path, target=target, types=types)
    study = study_table(table, target, name=path.name, seed=seed, quick=quick, keep=keep, progress=progress)
    save_chosen(study, folder)
    return [study], write_table_report([study], folder)


def study_admissions(folder, *, seed, quick, progress):
    """The case study: medical applicants (with a leak to be caught) and Berkeley (with a reversal to be found)."""
    from scratchwork.datasets import admissions, load_berkeley_admissions, read_table
    from scratchwork.datasets.from_csv import table_from_frame
    from scratchwork.experiments.table_study import study_table
    from scratchwork.report.table import write_table_report

    options = {"seed": seed, "quick": quick, "progress": progress}
    medical = read_table(admissions.TABLES / "medical_admissions.csv", target="Acceptance")
    berkeley = load_berkeley_admissions()
    counted = table_from_frame(berkeley.X.assign(Admit=berkeley.y), target="Admit", name="berkeley_admissions.csv")
    studies = [
        study_table(medical, "Acceptance", name="admissions", **options),
        study_table(counted, "Admit", name="Berkeley", **options),
    ]
    save_chosen(studies[0], folder)
    return studies, write_table_report(
        studies, folder, title="Who is admitted? Two real tables, from raw data to advice"
    )


def save_chosen(study, folder):
    """The chosen model with its preparation, for `scratchwork predict`."""
    from scratchwork.persistence import save_model
    from scratchwork.report.table import about_model

    chosen = study.table.insight.chosen
    save_model(
        folder / "model.safetensors", chosen.estimator, preparation=study.split.preparation, about=about_model(study)
    )
