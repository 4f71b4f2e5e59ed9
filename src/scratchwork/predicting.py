"""Predict new rows with a study's saved model: the same reading, the same preparation, nothing learnt anew."""

import pathlib

from scratchwork.errors import DataError


def predict_table(run_dir, path):
    """Predictions for every row of a table.

    Parameters
    ----------
    run_dir : path
        The folder that a study of a table wrote: it holds ``model.safetensors``.
    path : path
        A table with the columns that the model was fitted on; others are ignored and named.

    Returns
    -------
    (DataFrame, list of str)
        One row for each row of the table (``line``, ``prediction``, and for classes ``probability of LABEL``), and
        remarks on what is new in the table. A row's prediction depends on that row alone.

    Raises
    ------
    DataError
        When the folder holds no model, or the table lacks a column or has one of another type.
    """
    from scratchwork.datasets import read_table
    from scratchwork.datasets.from_csv import column_names, find_column
    from scratchwork.persistence import load_model

    folder = pathlib.Path(run_dir)
    if not (folder / "model.safetensors").is_file():
        raise DataError(
            f"{folder} holds no model.safetensors. Name the folder that scratchwork study wrote for a table."
        )
    saved = load_model(folder / "model.safetensors")
    if saved.preparation is None:
        raise DataError(f"{folder} holds a model without a table's preparation; predict needs the model of a table.")
    kinds = known_kinds(column_names(path), saved.about["kinds"], find_column)
    table = read_table(path, types=kinds, decimal=saved.about["decimal"], day_first=saved.about["day_first"])
    frame, remarks = saved.preparation.align(table.frame)
    return as_frame(saved, frame, table.lines), remarks


def known_kinds(names, kinds, find_column):
    """The kinds of the study for the columns that the new table has, so that a short table is read like a long one."""
    found = {}
    for column, kind in kinds.items():
        try:
            found[find_column(column, names, names, "column")] = kind
        except DataError:
            continue
    return found


def as_frame(saved, frame, lines):
    """Line, prediction, and the probability of each class."""
    import pandas as pd

    X = saved.preparation.transform(frame)
    predicted = saved.estimator.predict(X)
    if saved.about["task"] == "regression":
        predicted = predicted * saved.about["target_scale"] + saved.about["target_center"]
    columns = {"line": lines, "prediction": predicted}
    if hasattr(saved.estimator, "predict_proba"):
        probabilities = saved.estimator.predict_proba(X)
        for label, column in zip(saved.estimator.classes_, probabilities.T):
            columns[f"probability of {label}"] = column.round(6)
    return pd.DataFrame(columns)
