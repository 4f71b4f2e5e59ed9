"""Small functions between the encoded columns and the matrix that a model sees."""

import numpy as np
import pandas as pd

from scratchwork.datasets.from_csv import find_column
from scratchwork.errors import DataError
from scratchwork.preparation.standardize import center_and_scale

FEW_LEVELS = 50


def joined(names, columns):
    """The name of a product: "age^2", "age x income"."""
    if columns:
        return " x ".join(dict.fromkeys(names))
    return " x ".join(f"{name}^{names.count(name)}" if names.count(name) > 1 else name for name in dict.fromkeys(names))


def kind_of(series):
    """The kind of a column by its dtype."""
    if isinstance(series.dtype, pd.CategoricalDtype):
        return "ordered" if series.cat.ordered else "category"
    if pd.api.types.is_bool_dtype(series):
        return "category"
    if pd.api.types.is_numeric_dtype(series):
        return "number"
    if pd.api.types.is_datetime64_any_dtype(series):
        return "date"
    distinct = series.nunique()
    return "text" if distinct > FEW_LEVELS and distinct > 0.5 * len(series) else "category"


def scaling(encoded, flags):
    """(center, scale): mean and deviation where ``flags`` says a number, 0 and 1 elsewhere."""
    center, scale = np.zeros(encoded.shape[1]), np.ones(encoded.shape[1])
    numeric = np.flatnonzero(flags)
    if len(numeric):
        center[numeric], scale[numeric] = center_and_scale(encoded[:, numeric])
    return center, scale


def products(encoded, terms):
    """(n, len(terms)): for each term the product of its encoded columns."""
    if all(len(term) == 1 for term in terms):
        return encoded[:, [term[0] for term in terms]]
    return np.column_stack([np.prod(encoded[:, list(term)], axis=1) for term in terms])


def aligned(X, fitted, used):
    """(frame, remarks): the columns that were ``fitted``, in their order; those that were ``used`` must be there."""
    names = [str(name) for name in X.columns]
    renamed, lacking = {}, []
    for name in (name for name in fitted if name not in names):
        try:
            renamed[find_column(name, names, names, "column")] = name
        except DataError:
            lacking.append(name)
    if used & set(lacking):
        listed = ", ".join(repr(name) for name in lacking if name in used)
        has = ", ".join(map(repr, names[:12]))
        raise DataError(f"The table lacks {listed}, which the model was fitted on. It has {has}.")
    frame = X.set_axis(names, axis=1).rename(columns=renamed)
    remarks = [f"column {old!r} is taken for {new!r}." for old, new in renamed.items()]
    extra = [name for name in frame.columns if name not in set(fitted)]
    if extra:
        shown = ", ".join(map(repr, extra[:8]))
        remarks.append(f"{len(extra)} column{'s' if len(extra) > 1 else ''} not seen in training left out: {shown}.")
    return frame.reindex(columns=fitted), remarks
