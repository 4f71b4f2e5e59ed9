"""What is wrong with one step of a k-means that was seen at work: the code and the words."""

import numpy as np

from scratchwork.checks.views.cluster_parts import means, nearest


def judged(deed, X, k):
    """(code, words) of what is wrong with a deed, or None; it is judged by the rows that the call was given."""
    X = next((rows for item in deed.call.given.values() if (rows := _rows(item, X)) is not None), X)
    if deed.kind == "move" and deed.centers is None:
        return "SW-M5", f"it gives {k} single numbers, {_row(deed.result)}, for centres of {X.shape[1]} coordinates"
    if deed.kind == "mean" and not np.allclose(deed.result, deed.row):
        return "SW-M5", f"it gives {_row(deed.result)} for rows whose mean is {_row(deed.row)}"
    if deed.kind == "table":
        return _wrong_table(deed, X)
    if deed.kind == "move":
        return _wrong_move(deed, X, k)
    if deed.kind == "assign":
        right, table = nearest(X, deed.centers)
        wrong = int((deed.labels != right).sum())
        if wrong and not (deed.labels - deed.labels.min() == right - right.min()).all():
            return _worded(deed.labels, table, f"{wrong} of {len(X)} labels are not the nearest centre")
    if deed.kind == "choose":
        squares = ((deed.centers - deed.row) ** 2).sum(axis=1)
        if squares[deed.result] > squares.min() * (1 + 1e-9) + 1e-12:
            return _worded(
                np.array([deed.result]),
                squares[None],
                f"for a row at the distances {_row(np.sqrt(squares))} it chooses centre {deed.result}",
            )
    return None


def _wrong_move(deed, X, k):
    """The fault of centres that are no means of their members."""
    wanted = means(X, deed.labels, k)
    full = np.isfinite(wanted).all(axis=1)
    if np.abs(wanted - deed.centers)[full].max(initial=0.0) <= 1e-6 * np.abs(X).max():
        return None
    if np.allclose(deed.centers[full], np.trunc(wanted[full])):
        return "SW-N8", f"it gives the centre {_row(deed.centers[0])} for members whose mean is {_row(wanted[0])}"
    j = int(np.argmax(np.where(full, np.abs(wanted - deed.centers).max(axis=1), 0)))
    return "SW-M5", f"it gives the centre {_row(deed.centers[j])}; the mean of its members is {_row(wanted[j])}"


def _rows(item, X):
    """An argument that holds as many rows and columns as the data, which may have been moved or scaled; or None."""
    same = isinstance(item, np.ndarray) and item.shape == X.shape and item.dtype.kind == "f"
    return item if same and np.isfinite(item).all() else None


def _wrong_table(deed, X):
    """The fault of a table of distances that no usual distance gives."""
    squares = nearest(X, deed.centers)[1]
    plain = np.abs(X[:, None] - deed.centers[None])
    usual = (squares, np.sqrt(squares), plain.sum(axis=2), plain.max(axis=2), squares / X.shape[1], squares / 2)
    if any(np.allclose(deed.result, table, rtol=2e-2, atol=1e-6) for table in usual):
        return None
    if (deed.result.argsort(axis=1) == squares.argsort(axis=1)).all() and deed.result.shape[1] > 1:
        return None  # any rising function of the distance serves
    i, j = np.unravel_index(int(np.argmax(np.abs(deed.result - np.sqrt(squares)))), squares.shape)
    words = f"it gives {deed.result[i, j]:.5g} where the Euclidean distance is {np.sqrt(squares[i, j]):.5g} and its square {squares[i, j]:.5g}"
    return "SW-K2", words


def _worded(labels, table, words):
    far = (labels == table.argmax(axis=1)).mean() > 0.9
    return ("SW-K1", f"{words}: the farthest") if far else ("SW-K2", words)


def _row(values):
    return "[" + ", ".join(f"{value:.3g}" for value in values) + "]"
