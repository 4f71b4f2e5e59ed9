"""What each inner function of a k-means did while it ran: it measured, assigned, moved or summed, whatever its name.

A call is known by what went in and what came out: k rows of d numbers are centres, n numbers below k are labels (or k lists
of row numbers, or of rows), one number for two rows is a distance.
"""

import copy
import dataclasses

import numpy as np

from scratchwork.checks.findings import CannotCheck
from scratchwork.checks.recognising import binding


@dataclasses.dataclass
class Deed:
    """One inner call: what it did, and the numbers before and after."""

    kind: str  # "assign", "choose", "move", "mean", "distance"
    function: str
    call: object
    centers: np.ndarray | None = None
    labels: np.ndarray | None = None
    row: np.ndarray | None = None
    given: object = None  # (name, value, held) of the labels that a move got
    result: object = None


def as_centers(value, k, d):
    """(k, d) from an array either way round, a list of rows, a dict of rows; or None."""
    if isinstance(value, dict):
        if len(value) != k or not all(shape_of(item) == (d,) for item in value.values()):
            return None
        value = [value[key] for key in sorted(value, key=str)]
    if not isinstance(value, (np.ndarray, list, tuple)):
        return None
    try:
        array = np.asarray(value)
    except ValueError:
        return None
    if array.dtype.kind not in "fiu" or array.ndim != 2:
        return None
    return array.astype(float) if array.shape == (k, d) else array.T.astype(float) if array.shape == (d, k) else None


def shape_of(value):
    """The shape of an array or a list; None where the list is ragged."""
    try:
        return np.shape(value)
    except ValueError:
        return None


def as_labels(value, X, k):
    """Labels (n,) from numbers below k, lists of row numbers, or lists of rows; or None."""
    n = len(X)
    if isinstance(value, np.ndarray) or (isinstance(value, (list, tuple)) and len(value) == n):
        try:
            array = np.asarray(value)
        except ValueError:
            return None
        whole = array.dtype.kind in "iuf" and array.shape in ((n,), (n, 1), (1, n)) and (array == np.floor(array)).all()
        if not whole or array.min() < 0 or array.max() > k or (array.max() == k and array.min() < 1):
            return None
        return array.ravel().astype(int) - (array.max() == k)
    groups = in_order(value) if isinstance(value, dict) else list(value) if isinstance(value, (list, tuple)) else []
    if len(groups) != k or not all(isinstance(group, (list, np.ndarray)) for group in groups):
        return None
    return _of_groups(groups, X)


def in_order(table):
    """The values of a table of groups, by the numbers of the groups where these are its keys.

    >>> in_order({1: "b", 0: "a"}), in_order({"right": 1, "left": 2})
    (['a', 'b'], [1, 2])
    """
    numbers = all(isinstance(key, (int, float, np.number)) for key in table)
    return [table[key] for key in (sorted(table) if numbers else table)]


def _of_groups(groups, X):
    labels = np.full(len(X), -1)
    for number, group in enumerate(groups):
        for item in group:
            if isinstance(item, (int, np.integer)) and 0 <= item < len(X):
                labels[int(item)] = number
            elif shape_of(item) == X.shape[1:]:
                off = np.abs(X - np.asarray(item, dtype=float)).sum(axis=1)
                labels[off == off.min()] = number  # equal rows go together
            else:
                return None
    return labels if (labels >= 0).all() else None


def deeds_of(calls, X, k):
    """What inner calls did, in order; calls that fit no kind are left out."""
    found = []
    for call in calls:
        if call.done:
            deed = _distance(call, X.shape[1]) or _table(call, X, k) or _choice(call, X, k)
            deed = deed or _assignment(call, X, k) or _move(call, X, k) or _mean(call, X.shape[1])
            if deed:
                found.append(deed)
    return found


def _pool(call):
    """(name, value, held) of everything a call could see, its arguments first, what is old last."""
    given = [(name, value, False) for name, value in call.given.items()]
    held = [(name, value, True) for name, value in call.held.items()]
    return sorted(given + held, key=lambda entry: any(word in entry[0].lower() for word in ("old", "prev", "init")))


def _distance(call, d):
    rows = [value for value in call.given.values() if isinstance(value, (np.ndarray, list)) and shape_of(value) == (d,)]
    if len(rows) == 2 and isinstance(call.returned, (float, np.floating)) and len(call.given) <= 3:
        pair = [np.asarray(row, dtype=float) for row in rows]
        return Deed("distance", call.function, call, row=pair, result=float(call.returned))
    return None


def _mean(call, d):
    """One row on the way to the mean of several that were given, and of nothing else."""
    groups = [np.asarray(item) for item in call.given.values() if len(shape_of(item) or ()) == 2 and len(item) > 1]
    if len(groups) != 1 or len(call.given) != 1 or shape_of(call.returned) != (d,) or groups[0].shape[1] != d:
        return None
    middle, got = groups[0].mean(axis=0), np.asarray(call.returned, dtype=float)
    along = abs(middle @ got) > (1 - 1e-9) * np.linalg.norm(middle) * np.linalg.norm(got)
    return Deed("mean", call.function, call, row=middle, result=got) if along else None


def _table(call, X, k):
    """The distances of all rows to all centres, or of all rows to one point."""
    value = call.returned
    if (
        not isinstance(value, np.ndarray)
        or value.dtype.kind != "f"
        or value.shape not in ((len(X), k), (k, len(X)), (len(X),))
    ):
        return None
    if value.ndim == 1:
        rows = [np.asarray(item, dtype=float) for item in call.given.values() if shape_of(item) == X.shape[1:]]
        return (
            Deed("table", call.function, call, rows[0][None], result=value[:, None])
            if len(rows) == 1 and len(call.given) <= 3
            else None
        )
    centers = next(
        (found for _, item, _ in _pool(call) if (found := as_centers(item, k, X.shape[1])) is not None), None
    )
    value = value.T if value.shape == (k, len(X)) else value
    return (
        None
        if centers is None or value.min() < 0 or value.max() <= 1
        else Deed("table", call.function, call, centers, result=value)
    )


def _choice(call, X, k):
    """One row's centre chosen."""
    if (
        not isinstance(call.returned, (int, np.integer))
        or isinstance(call.returned, bool)
        or not 0 <= call.returned < k
    ):
        return None
    rows = [value for value in call.given.values() if shape_of(value) == X.shape[1:]]
    centers = next(
        (found for _, value, _ in _pool(call) if (found := as_centers(value, k, X.shape[1])) is not None), None
    )
    if len(rows) != 1 or centers is None:
        return None
    return Deed("choose", call.function, call, centers, row=np.asarray(rows[0], dtype=float), result=int(call.returned))


def _outputs(call):
    """Values that came out: what was returned, and attributes that changed."""
    items = list(call.returned) if isinstance(call.returned, tuple) else [call.returned]
    for name, value in call.after.items():
        before = call.held.get(name)
        if before is None or not _equal(before, value):
            items.append(value)
    return [item for item in items if item is not None]


def _equal(a, b):
    try:
        return np.array_equal(np.asarray(a), np.asarray(b))
    except ValueError:
        return repr(a) == repr(b)


def _assignment(call, X, k):
    labels = next((found for item in _outputs(call) if (found := as_labels(item, X, k)) is not None), None)
    d = X.shape[1]
    moved = [item for item in _outputs(call) if as_centers(item, k, d) is not None]
    if labels is None or moved or _translated(call, labels, X, k):
        return None
    centers = next((found for _, value, _ in _pool(call) if (found := as_centers(value, k, d)) is not None), None)
    return None if centers is None else Deed("assign", call.function, call, centers, labels)


def _translated(call, labels, X, k):
    """Whether the labels were there already, given or held, in this or another form: then nothing was assigned."""
    kept = [value for key, value in call.held.items() if key in call.after and _equal(call.after[key], value)]
    given = (as_labels(value, X, k) for value in (*call.given.values(), *kept))
    return any(value is not None and np.array_equal(value, labels) for value in given)


def _move(call, X, k):
    d = X.shape[1]
    if any(shape_of(value) == (d,) for value in call.given.values()):
        return None  # one row is measured against the centres
    centers = next((found for item in _outputs(call) if (found := as_centers(item, k, d)) is not None), None)
    numbers = next((item for item in _outputs(call) if _only_numbers(item, k)), None) if centers is None else None
    if (centers is None and numbers is None) or any(as_labels(item, X, k) is not None for item in _outputs(call)):
        return None
    for entry in _pool(call):
        labels = as_labels(entry[1], X, k)
        read = not entry[2] or entry[0] in getattr(call.code, "co_names", (entry[0],))
        if (
            labels is not None and read
        ):  # a new start has the labels of the last one in its object, and does not read them
            return Deed("move", call.function, call, centers, labels, given=entry, result=numbers)
    return None


def _only_numbers(value, k):
    """Whether what should be k centres is k single numbers."""
    return (
        isinstance(value, (list, np.ndarray))
        and len(value) == k
        and all(isinstance(item, (float, np.floating)) for item in value)
    )


def without_members(deed, X, k, caller):
    """The centres that a move gives when cluster 0 has lost its members, or the failure; None where it cannot be replayed."""
    name, value, held = deed.given
    emptied = _emptied(value)
    function, owner = _replayable(deed.call)
    known = {*deed.call.given, name}
    if (
        emptied is None
        or function is None
        or not known >= {e.name for e in binding.parameters(function) if e.default is e.empty}
    ):
        return None
    if held:
        setattr(owner, name, emptied)
    arguments = {key: copy.deepcopy(item) for key, item in deed.call.given.items()} | ({} if held else {name: emptied})
    try:
        got = caller(function, **arguments)
    except CannotCheck as failure:
        return failure
    for item in (got, *(got if isinstance(got, tuple) else ()), *(vars(owner).values() if owner is not None else ())):
        found = as_centers(item, k, X.shape[1])
        if found is not None:
            return found
    return None


def _emptied(value):
    """Labels or groups of which cluster 0 has no member."""
    if isinstance(value, np.ndarray):
        moved = value.copy()
        moved[moved == 0] = 1
        return moved
    if isinstance(value, dict):
        keys = list(value)
        return {**copy.deepcopy(value), keys[0]: [], keys[1]: [*value[keys[1]], *value[keys[0]]]}
    if isinstance(value, list) and value and isinstance(value[0], (list, np.ndarray)):
        return [[], [*value[1], *value[0]], *copy.deepcopy(value[2:])]
    return [1 if item == 0 else item for item in value] if isinstance(value, list) else None


def _replayable(call):
    """(function, the object as it was), ready to be called again; (None, None) where it is out of reach."""
    if call.owner is None or call.function not in binding.methods(call.owner):
        return call.within, None
    owner = copy.copy(call.owner)
    for name, item in call.held.items():
        setattr(owner, name, copy.deepcopy(item))
    return getattr(owner, call.function), owner
