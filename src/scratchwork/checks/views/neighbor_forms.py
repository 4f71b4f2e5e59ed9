"""The forms in which nearest neighbours are given rows, labels and queries, and what of their answer is a label."""

import numpy as np

from scratchwork.checks.findings import CannotCheck

LAYOUTS = {
    3: {
        "arrays": ("many", "array", "list"),
        "lists": ("list", "many lists", "array"),
        "arrays and a series": ("many", "array"),
        "frame": ("frame", "series", "array"),
    },
    2: {
        "rows that end in the label": ("padded", "many padded", "list", "array", "many lists"),
        "array that ends in the label": ("padded array", "array", "many padded array", "many"),
        "pairs": ("list", "array", "many lists"),
        "pairs of arrays": ("array", "many"),
        "groups": ("list", "array", "many lists"),
        "frame with labels": ("series", "array", "list", "frame", "padded series"),
    },
}


def laid(layout, X, y):
    """(rows, labels) or (table, None) in a layout."""
    labels = np.asarray(y).tolist()
    rows = X.tolist()
    if layout == "arrays":
        return X, np.asarray(y)
    if layout == "lists":
        return rows, labels
    if layout == "rows that end in the label":
        return [[*row, label] for row, label in zip(rows, labels)], None
    if layout == "array that ends in the label":
        if np.asarray(y).dtype.kind not in "iuf":
            raise CannotCheck("its table holds numbers only")
        return np.column_stack([X, y]), None
    if layout == "pairs":
        return list(zip(rows, labels)), None
    if layout == "pairs of arrays":
        return list(zip(X, labels)), None
    if layout == "groups":
        return {
            label: [row for row, other in zip(rows, labels) if other == label] for label in dict.fromkeys(labels)
        }, None
    return _frames(layout, X, labels)


def _frames(layout, X, labels):
    import pandas

    if layout == "arrays and a series":
        return X, pandas.Series(labels)
    frame = pandas.DataFrame(X, columns=[f"x{j}" for j in range(X.shape[1])])
    if layout == "frame":
        return frame, pandas.Series(labels)
    return frame.assign(label=labels), None


def shaped(form, q):
    """The query, or all queries, in a form."""
    q = np.asarray(q)
    if form in ("many", "array"):
        return q
    if form in ("list", "many lists"):
        return q.tolist()
    if form in ("padded", "many padded"):
        return [*q.tolist(), None] if q.ndim == 1 else [[*row, None] for row in q.tolist()]
    if form in ("padded array", "many padded array"):
        return np.append(q, np.nan) if q.ndim == 1 else np.column_stack([q, np.full(len(q), np.nan)])
    import pandas

    names = [f"x{j}" for j in range(q.shape[-1])]
    if form == "frame":
        return pandas.DataFrame(np.atleast_2d(q), columns=names)
    series = pandas.Series(q, index=names)
    return series if form == "series" else pandas.Series([*q, None], index=[*names, "label"])


def answer(value, allowed, count, values=False):
    """Labels (count,) in whatever came back: one label, a label with its share, a list of labels, a tuple that holds them."""
    items = value if isinstance(value, tuple) or (isinstance(value, list) and count == 1 and len(value) == 2) else ()
    for item in (value, *items):
        found = np.asarray(item) if _plain(item) else None
        if found is None or found.size != count or found.dtype == object:
            continue
        found = found.ravel()
        if values or all(label in allowed for label in found.tolist()):
            return found
    raise CannotCheck("no label came back for each query")


def _plain(item):
    """Whether a value is a label, or a list, array or column of as many labels as it has entries."""
    if isinstance(item, (list, tuple)):
        return not any(isinstance(entry, (list, tuple, dict)) or np.size(entry) != 1 for entry in item)
    return isinstance(item, (str, int, float, np.generic, np.ndarray)) or hasattr(item, "iloc")
