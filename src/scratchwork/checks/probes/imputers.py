"""Filling gaps: functions and classes that replace NaN, by what each column's known values say."""

import ast
import inspect
import re

import numpy as np

from scratchwork.checks.findings import CallFailed, CannotCheck, find
from scratchwork.checks.recognising import binding
from scratchwork.checks.registry import probe

N = np.nan
GAPS = np.array([
    [2.0, 310.0, -4.0], [3.5, N, -9.5], [1.2, 250.0, N], [3.5, 90.0, -7.7], [N, 205.0, -5.2], [0.7, 90.0, -8.8], [5.1, 160.0, -5.2],
])  # fmt: skip
LATER = np.array([[N, 150.0, -6.0], [6.3, N, -1.0], [0.1, 100.0, N], [4.4, 700.0, -5.0]])
FILLS = {"mean": np.nanmean, "median": np.nanmedian}


def mode(data, axis=0):
    """The most frequent value of each column, the least of those that tie."""
    columns = [np.unique(column[~np.isnan(column)], return_counts=True) for column in data.T]
    return np.array([values[np.argmax(counts)] for values, counts in columns])


def fill_of(made, data, by=None):
    """By which statistic of the columns of ``by`` the gaps of ``data`` were filled, or None."""
    by, gaps = data if by is None else by, np.isnan(data)
    known = {name: function(by, axis=0) for name, function in FILLS.items()} | {"most_frequent": mode(by)}
    for name, values in known.items():
        if np.allclose(made[gaps], np.broadcast_to(values, data.shape)[gaps]):
            return name
    return None


def judged(name, made, data, by=None):
    """The finding for filled rows, or None: gaps that are left, known values that changed, statistics of the wrong rows."""
    made = np.asarray(made, dtype=float)
    if made.shape != data.shape:
        return None
    gaps = np.isnan(data)
    if np.isnan(made).any():
        left = int(np.isnan(made).sum())
        said = f"of {int(gaps.sum())} gaps in {len(data)} rows {left} are NaN after {name}."
        return find("SW-D10", said, severity="error", weight=80)
    if not np.allclose(made[~gaps], data[~gaps]):
        return find("SW-D91", f"{name} changes values that were known.")
    if by is None or fill_of(made, data, by):
        return None
    column = int(np.flatnonzero(gaps[0])[0])
    own, both = fill_of(made, data), fill_of(made, data, np.vstack([by, data]))
    said = f"{name} fills the gap in column {column} of the later rows with {made[0, column]:.4f}"
    if own:
        right = FILLS.get(own, mode)(by, axis=0)[column]
        return find("SW-D2", f"{said}, their own {own}; that of the rows learnt from is {right:.4f}.")
    if both:
        return find("SW-D1", f"{said}, the {both} of both parts together.")
    return None


@probe("SW-D10", "SW-D91", "SW-D2", "SW-D1", "SW-P13", roles=("preparation:impute",))
def gaps_are_filled(target, call):
    """No NaN is left, known values stay, the caller's array stays, later rows are filled by the statistics of the first."""
    required = [entry for entry in binding.parameters(target.value) if entry.default is entry.empty]
    if len(required) > 2:
        raise CannotCheck("it takes more than two arrays")
    given = [GAPS.copy(), LATER.copy()][: len(required)]
    if len(required) == 2 and not any(word in required[1].name.lower() for word in ("te", "val", "new", "b")):
        raise CannotCheck("its second parameter is no second array")
    value = call.raw(target.value, *given)
    parts = [item for item in (value if isinstance(value, tuple) else (value,)) if np.ndim(item) == 2]
    for made, data, by in zip(parts, (GAPS, LATER), (None, GAPS)):
        found = judged(target.name, made, data, by)
        if found:
            yield found
            return
    if parts and any(not np.array_equal(one, other, equal_nan=True) for one, other in zip(given, (GAPS, LATER))):
        yield find("SW-P13", f"{target.name} fills the array of its caller, and returns one: {gap_in(given[0])}.")


def gap_in(changed):
    """What the first gap became in the caller's array."""
    row, column = next(iter(np.argwhere(np.isnan(GAPS))))
    return f"entry ({row}, {column}) was NaN and became {changed[row, column]:.4g}"


def class_text(target):
    """The text of all methods of a class."""
    nodes = target.namespace.get("nodes", {})
    return " ".join(ast.unparse(node) for name, node in nodes.items() if name.startswith(f"{target.name}."))


class Imputer:
    """A class with fit and transform that fills gaps, made with a strategy or without."""

    def __init__(self, target, call):
        value = target.value
        self.factory, self.call = getattr(value, "factory", value), call
        have = binding.methods(self.factory)
        if not {"fit", "transform"} <= set(have) or not inspect.isclass(self.factory):
            raise CannotCheck("it has no fit and transform")
        names = [entry.name for entry in binding.parameters(self.factory)]
        self.option = next(
            (name for name in names if name.lower() in ("strategy", "method", "how", "mode", "kind")), None
        )
        self.fitted = self.learnt()
        made = np.asarray(call(self.fitted.transform, GAPS), dtype=float)
        known = ~np.isnan(GAPS)
        named = any(word in target.name.lower() for word in ("nan", "imput", "missing", "fill", "gap"))
        speaks = named or re.search(r"\b(isnan|nanmean|nanmedian|isnull|isna|fillna)\(", class_text(target))
        if not speaks or made.shape != GAPS.shape or not np.allclose(made[known], GAPS[known]):
            raise CannotCheck("it does not fill gaps")

    def learnt(self, **options):
        made = self.call(self.factory, **options)
        self.call(made.fit, GAPS)
        return made

    def strategies(self):
        """[(name, a fitted object)] of the strategies that it takes."""
        if self.option is None:
            return []
        found = []
        for name in ("mean", "median", "most_frequent"):
            try:
                found.append((name, self.learnt(**{self.option: name})))
            except CannotCheck:
                continue
        return found


@probe("SW-D10", "SW-D2", "SW-D1", "SW-P13", "SW-T2", roles=("preparation!",))
def imputer_fills_by_what_it_learnt(target, call):
    """Gaps of later rows get the statistics of the rows that were fitted, by the strategy asked for; the array stays."""
    imputer = Imputer(target, call)
    for data in (GAPS, LATER):
        found = judged("transform", call(imputer.fitted.transform, data), data, GAPS)
        if found:
            yield found.at(function="fit" if found.code == "SW-D10" and all_gone(imputer) else "transform")
            return
    kept = LATER.copy()
    if call.raw(imputer.fitted.transform, kept) is not None and not np.array_equal(kept, LATER, equal_nan=True):
        said = f"transform fills the array it is given: entry (0, 0) was NaN and became {kept[0, 0]:.4g}."
        yield find("SW-P13", said, function="transform")
    for name, made in imputer.strategies():
        how = fill_of(np.asarray(call(made.transform, LATER), dtype=float), LATER, GAPS)
        if how and how != name:
            yield find("SW-T2", f"with {imputer.option}={name!r} the gaps are filled with the {how}.", function="fit")
            return


def all_gone(imputer):
    """Whether the statistics that it learnt hold NaN themselves."""
    held = [item for item in vars(imputer.fitted).values() if isinstance(item, np.ndarray) and item.dtype.kind == "f"]
    return any(np.isnan(item).any() for item in held)


@probe("SW-D10", roles=("preparation!",))
def nan_does_not_spread(target, call):
    """One NaN makes a scaler's whole column NaN: a remark, as many leave gaps to an imputer."""
    value = target.value
    made = call(getattr(value, "factory", value))
    whole = np.arange(21.0).reshape(7, 3) ** 1.5
    holed = whole.copy()
    holed[2, 1] = np.nan
    try:
        before = np.asarray(call(fitted(made, whole, call), whole), dtype=float)
        after = np.asarray(call(fitted(made, holed, call), holed), dtype=float)
    except (CallFailed, AttributeError, TypeError, ValueError):
        return
    if before.shape == after.shape == whole.shape and not np.isnan(before).any() and np.isnan(after[:, 1]).all():
        said = "one NaN among 7 values of a column makes all 7 NaN, without a word."
        yield find("SW-D10", said, severity="remark", weight=9, function="fit")


def fitted(made, data, call):
    """The transform of an object that has seen the data."""
    call(made.fit, data)
    return made.transform
