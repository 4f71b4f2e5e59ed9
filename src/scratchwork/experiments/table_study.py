"""The steps of a study of a table, each one call of a room: read, clean, analyse, split and prepare, choose, fit, explain."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from scratchwork.errors import DataError
from scratchwork.experiments.compare import differences, fit_contenders, score_runs
from scratchwork.experiments.structure import sample_rows
from scratchwork.experiments.table_insight import best_chosen, explain
from scratchwork.experiments.table_models import choose_models, table_contenders
from scratchwork.records import Dataset, Split, Study

QUICK_ROWS = 3000
FEWEST_ROWS = 10


@dataclass(frozen=True)
class TableFindings:
    """What reading, cleaning, analysing and explaining a table found; `Study.table`.

    Attributes
    ----------
    cleaned : Cleaned
    analysis : Analysis
    choices : list of Choice
    insight : Insight
    notes : list of str
        What the split and the choice had to leave out.
    predictions : DataFrame or None
        Predictions for the rows without a target.
    """

    cleaned: Any
    analysis: Any
    choices: list
    insight: Any
    notes: list
    predictions: Any = None


def labels_of(series, task):
    """The target as an array: float64 for numbers; for classes whole numbers as int64, everything else as text.

    >>> import pandas as pd
    >>> labels_of(pd.Series([1.0, 0.0]), "classification").tolist()
    [1, 0]
    """
    import pandas as pd

    if task == "regression":
        return series.to_numpy(dtype=np.float64)
    if pd.api.types.is_numeric_dtype(series) and not pd.api.types.is_bool_dtype(series):
        values = series.to_numpy(dtype=np.float64)
        return values.astype(np.int64) if np.all(values == np.round(values)) else values
    return series.astype(str).to_numpy(dtype=object)


def study_table(table, target, *, name, seed=0, quick=False, keep=(), progress=None):
    """Everything from a typed table to a `Study`.

    Parameters
    ----------
    table : Table
    target : str
    name : str
        What the study is called.
    seed : int
    quick : bool
        At most 3,000 rows.
    keep : sequence of str
        Columns to learn from whatever the suspicion.
    progress : callable, optional

    Returns
    -------
    Study
    """
    from scratchwork.cleaning import clean
    from scratchwork.statistics.analysis import analyse

    tell = progress or (lambda done, total, label: None)
    tell(0, 4, "cleaning")
    cleaned = clean(table, target=target, keep=keep)
    whole = len(cleaned.table.frame)
    frame = cleaned.table.frame.iloc[sample_rows(whole, QUICK_ROWS if quick else whole, seed)]
    check_learnable(frame, cleaned)
    task = cleaned.task.name
    tell(1, 4, "testing associations")
    kinds = cleaned.table.kinds | {cleaned.target: "category" if task == "classification" else "number"}
    shown = frame[[*cleaned.features, cleaned.target]]
    analysis = analyse(shown, kinds, cleaned.target, seed=seed)
    tell(2, 4, "preparing")
    y = labels_of(frame[cleaned.target], task)
    split, notes, frame_test = split_table(frame, y, cleaned, task, seed, whole)
    choices, more = choose_models(split.X_train, split.fitted_target, task, seed=seed, quick=quick, progress=progress)
    contenders = table_contenders(choices, task)
    runs = fit_contenders(contenders, split, seed=seed, progress=progress, validate=False)
    tell(3, 4, "explaining")
    chosen = best_chosen(choices, runs)
    insight = explain(chosen, split, frame_test, cleaned.features, kinds, task, seed=seed)
    predictions = predict_unlabelled(chosen, split, cleaned)
    findings = TableFindings(cleaned, analysis, [c for c, _ in choices], insight, notes + more, predictions)
    data, scores = as_dataset(name, frame, y, cleaned, task), score_runs(runs, split.y_test, task, seed=seed)
    pairs = differences(runs, split.y_test) if task == "classification" else []
    return Study(name, task, quick, seed, data, split, contenders, runs, scores, pairs, table=findings)


def check_learnable(frame, cleaned):
    """Say plainly when there is nothing to learn from."""
    if len(frame) < FEWEST_ROWS:
        raise DataError(
            f"{len(frame)} rows have a value in {cleaned.target!r}; a study needs at least {FEWEST_ROWS}. "
            "Add rows, or choose another --target."
        )
    if frame[cleaned.target].nunique() < 2:
        raise DataError(
            f"Every row has the same {cleaned.target!r}; there is nothing to learn. Choose another --target."
        )
    if not cleaned.features:
        reasons = "; ".join(f"{name}: {why}" for name, why in cleaned.left_out.items())
        raise DataError(f"No column is left to learn from. {reasons}")


def split_table(frame, y, cleaned, task, seed, n_available):
    """Training and test part, prepared by what the training part taught."""
    from scratchwork.preparation import TablePreparation, split

    features = frame[cleaned.features]
    parts = split(y, seed=seed, task=task, groups=groups_of_equal_rows(features))
    kinds = {name: kind for name, kind in cleaned.table.kinds.items() if name in features}
    train, test = features.iloc[parts.train], features.iloc[parts.test]
    preparation = TablePreparation(kinds=kinds, missing_codes=cleaned.missing_codes)
    X_train = preparation.fit_transform(train, y[parts.train])
    if X_train.shape[1] == 0:
        reasons = "; ".join(f"{name}: {why}" for name, why in preparation.dropped_.items())
        raise DataError(f"No column is left to learn from after preparation. {reasons}")
    made = Split(
        X_train=X_train,
        X_test=preparation.transform(test),
        y_train=y[parts.train],
        y_test=y[parts.test],
        train_rows=parts.train,
        test_rows=parts.test,
        feature_names=tuple(preparation.get_feature_names_out()),
        preparation=preparation,
        n_available=n_available,
        **target_units(y[parts.train], task),
    )
    return made, list(parts.notes), test


def target_units(y_train, task):
    """Centre and scale of a numeric target, from the training part."""
    if task == "classification":
        return {}
    scale = float(y_train.std())
    return {"target_center": float(y_train.mean()), "target_scale": scale if scale > 0 else 1.0}


def groups_of_equal_rows(features):
    """Equal rows as one group, so that copies never stand in both parts; None where equal rows are the rule."""
    import pandas as pd

    hashed = pd.util.hash_pandas_object(features.astype(str), index=False).to_numpy()
    distinct = len(np.unique(hashed))
    return hashed if 0.8 * len(hashed) <= distinct < len(hashed) else None


def predict_unlabelled(chosen, split, cleaned):
    """Predictions of the chosen model for the rows that had no target."""
    if len(cleaned.unlabelled) == 0:
        return None
    frame, _ = split.preparation.align(cleaned.unlabelled[cleaned.features])
    predicted = split.unscaled(chosen.estimator.predict(split.preparation.transform(frame)))
    lines = cleaned.table.lines[cleaned.unlabelled.index.to_numpy()]
    return cleaned.unlabelled[[]].assign(line=lines, predicted=predicted).reset_index(drop=True)


def as_dataset(name, frame, y, cleaned, task):
    names = tuple(str(label) for label in np.unique(y)) if task == "classification" else ()
    return Dataset(
        name=name,
        X=frame[cleaned.features],
        y=y,
        feature_names=tuple(cleaned.features),
        class_names=names,
        target_name=str(cleaned.target),
        source=cleaned.table.path.rsplit("/", 1)[-1],
        description=f"{len(frame):,} rows, {len(cleaned.features)} columns to learn from, target {cleaned.target}.",
    )
