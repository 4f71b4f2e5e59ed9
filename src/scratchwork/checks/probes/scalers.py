"""Scaling: functions and classes that standardise, normalise or squeeze columns."""

import ast
import contextlib
import inspect
import re
import sys

import numpy as np

from scratchwork.checks.findings import CallFailed, CannotCheck, find
from scratchwork.checks.recognising import binding
from scratchwork.checks.registry import probe
from scratchwork.checks.views.preparation_call import Preparation, first_array
from scratchwork.checks.watching.odd_calls import tiny_spread
from scratchwork.checks.watching.program_calls import numbers_in

X = np.array([
    [2.0, 310.0, -4.0], [3.5, 120.0, -9.5], [1.2, 250.0, -3.1], [4.8, 90.0, -7.7], [2.9, 205.0, -5.2], [0.7, 330.0, -8.8],
    [5.1, 160.0, -6.4], [3.3, 280.0, -2.6], [1.9, 140.0, -7.1], [4.2, 225.0, -4.9], [2.4, 185.0, -9.9],
])  # fmt: skip
NEW = np.array([[2.2, 150.0, -6.0], [6.3, 400.0, -1.0], [0.1, 100.0, -12.0], [3.0, 200.0, -5.0]])
KEPT = re.compile(r"self\._?(x_?)?(mean|mu|std|sigma|min|max|scale|range|sd|average)")


def scaled_forms(data, by=None):
    """Every usual scaling of ``data`` with the statistics of ``by``: name -> array."""
    by = data if by is None else by
    found = {"by 255": data / 255, "as it is": data}
    for where, axis in (("columns", 0), ("all", None), ("rows", 1)):
        if axis != 1 or by is data:
            found |= {f"{name} {where}": made for name, made in forms_along(data, by, axis).items()}
    return found


def forms_along(data, by, axis):
    """The scalings whose statistics are taken along one axis."""
    keep = {"axis": axis, "keepdims": True} if axis is not None else {}
    mean, low, high = by.mean(**keep), by.min(**keep), by.max(**keep)
    found = {
        "min-max": (data - low) / (high - low),
        "min-max to -1..1": 2 * (data - low) / (high - low) - 1,
        "mean-range": (data - mean) / (high - low),
        "centred": data - mean,
        "by the largest": data / np.abs(by).max(**keep),
        "by the maximum": data / high,
    }
    for ddof in (0, 1):
        found[f"standardised {ddof}"] = (data - mean) / by.std(ddof=ddof, **keep)
    if axis is not None:
        for order in (1, 2):
            found[f"unit length {order}"] = data / np.linalg.norm(by, order, axis=axis, keepdims=True)
        quartiles = np.percentile(by, [25, 75], axis=axis, keepdims=True)
        found["robust"] = (data - np.median(by, **keep)) / (quartiles[1] - quartiles[0])
    return found


def form_of(made, data, by=None):
    """The name of the scaling that an array is, or None."""
    return next((name for name, wanted in scaled_forms(data, by).items() if np.allclose(made, wanted, atol=1e-4)), None)


def of_function(target, call):
    """The function as ``scale(data) -> array``."""
    function = Preparation(target, call)

    def scale(data, raw=False):
        bound = function.bound((data,), {"axis": 0, "eps": 1e-8, "low": 0, "high": 1, "range": (0, 1)})
        return function.call.raw(function.function, **bound) if raw else function.call(function.function, **bound)

    return function, scale


@probe("SW-D91", "SW-N8", "SW-N9", "SW-P13", "SW-D2", roles=("preparation:scale",))
def scaling_does_what_it_says(target, call):
    """Columns come out with the mean and spread the name promises, for bytes too, and the caller's array stays."""
    function, scale = of_function(target, call)
    required = [entry for entry in function.entries if entry.default is entry.empty]
    if len(required) >= 2:
        yield from scaling_of_two(target, function)
        return
    data = X.copy()
    value = scale(data, raw=True)
    changed = not np.array_equal(data, X)
    made = data if value is None else first_array(value, X)
    if made is None or made.shape != X.shape:
        raise CannotCheck("it returns no array like the one it is given")
    if function.takes("axis"):
        yield from row_by_row(target, function)
    yield from promised(target, made, form_of(np.asarray(made, dtype=float), X))
    if changed and value is not None:
        said = f"{target.name} changes the array it is given, and returns one: {X[0, 0]} became {data[0, 0]:.4g}."
        yield find("SW-P13", said)
    yield from bytes_and_constants(target, scale)


def row_by_row(target, function):
    """P2: scaled along its own axis, a row comes out the same alone and among others."""
    try:
        every = [first_array(function.call(function.function, X[rows], **{function.takes("axis"): 1}), X[rows])
                 for rows in (slice(0, 1), slice(None))]  # fmt: skip
    except CallFailed:
        return
    if every[0] is None or every[0].shape != (1, 3) or every[1].shape != X.shape or not np.isfinite(every[1]).all():
        return
    if not np.allclose(every[0], every[1][:1]):
        one, other = (np.round(part[0], 4).tolist() for part in every)
        said = f"along axis 1 {target.name} gives {one} for a row alone and {other} among {len(X)} rows."
        yield find("SW-P2", said, weight=86)


def promised(target, made, form):
    """D91 where the values are no scaling at all, or not the one that the name says."""
    made, name = np.asarray(made, dtype=float), target.name.lower()
    own = ast.unparse(target.namespace.get("nodes", {}).get(target.name) or ast.Pass())
    if form in (None, "as it is") and KEPT.search(own):
        return  # by what its object has learnt, and this one has learnt nothing
    kept = np.isclose(made, X).all(axis=0)
    if form is None and kept.any() and not kept.all() and form_of(made[:, ~kept], X[:, ~kept]) is not None:
        return  # some columns are left as they are: a number of the row, a column of ones
    if form is None:
        mean, spread = made.mean(axis=0), made.std(axis=0)
        said = f"after {target.name} the columns have mean {np.round(mean, 3).tolist()}, deviation {np.round(spread, 3).tolist()}"
        said += f" and range {np.round(made.min(axis=0), 3).tolist()} to {np.round(made.max(axis=0), 3).tolist()}."
        certain = any(word in name for word in ("standard", "z_score", "zscore", "min_max", "minmax"))
        yield find("SW-D91", said, severity="error" if certain else "warning")
    elif form == "as it is":
        yield find("SW-D91", f"{target.name} returns the values it is given.", severity="warning")
    elif "rows" in form and any(word in name for word in ("standard", "z_score", "min_max", "minmax")):
        yield find("SW-D91", f"{target.name} scales each row by itself ({form}), not the columns.", severity="warning")


def scaling_of_two(target, function):
    """``scale(X_train, X_test)``: the test part by the statistics of the training part."""
    names = [entry.name.lower() for entry in function.entries[:2]]
    if not re.search("te|val|new|other|rest|hold|dev|query", names[1]) and not re.search("train|^x?_?tr", names[0]):
        raise CannotCheck("it takes more than one array")
    value = function.run(X, NEW)
    items = value if isinstance(value, tuple) else ()
    second = next((np.asarray(item) for item in items if np.shape(item) == NEW.shape), None)
    if second is None:
        raise CannotCheck("it does not return both parts")
    if form_of(second, NEW, X) is None and form_of(second, NEW) is not None:
        said = f"{target.name} scales the test part by its own statistics ({form_of(second, NEW)}): its first value is {second[0, 0]:.4f}"
        yield find(
            "SW-D2",
            f"{said}, by those of the training part {scaled_forms(NEW, X)['standardised 0 columns'][0, 0]:.4f}.",
        )
    elif form_of(second, NEW, X) is None and form_of(second, np.vstack([X, NEW])[-4:], np.vstack([X, NEW])):
        yield find("SW-D1", f"{target.name} scales both parts by the statistics of both together.")


def bytes_and_constants(target, scale):
    """N8: bytes come out as floats do; N9: a constant column gives no NaN."""
    whole = np.round(np.abs(X) % 200)
    try:
        as_float = first_array(scale(whole), whole)
        as_bytes = first_array(scale(whole.astype(np.uint8)), whole)
    except CallFailed:
        as_float = as_bytes = None
    if as_float is not None and as_bytes is not None and not np.allclose(as_float, as_bytes, atol=1e-3, equal_nan=True):
        place = np.unravel_index(np.argmax(np.abs(np.nan_to_num(as_float - as_bytes))), whole.shape)
        said = f"{target.name} gives {as_bytes[place]:.4g} for bytes and {as_float[place]:.4g} for the same values as floats."
        floats = target.source is not None and "float" in target.source.text
        yield find("SW-N8", said, severity="remark" if floats else None)  # its rows are made floats before
    constant = np.where(np.arange(3) == 1, 7.0, X)
    try:
        value = scale(constant)
        made, tiny = first_array(value, constant), tiny_spread(numbers_in(scale(X)), numbers_in(value), X, 1)
    except CallFailed:
        return
    if tiny:
        said = f"for a constant column {target.name} gives {tiny:.3g} as its spread, and new rows are divided by that."
        yield find("SW-N9", said, severity="warning")
    elif made is not None and not np.isfinite(np.asarray(made, dtype=float)).all():
        said = f"for a constant column {target.name} gives {np.asarray(made)[0, 1]}."
        yield find("SW-N9", said, severity="remark")  # without a guard most people's do, and it is seen at once


# classes --------------------------------------------------------------------------------------------------------

FIT = ("fit", "learn", "compute", "train")
TRANSFORM = ("transform", "scale", "apply", "normalize", "normalise", "standardize", "standardise")
INVERSE = ("inverse_transform", "inverse", "unscale", "denormalize", "undo")


class Scaler:
    """A class with fit and transform, as two functions."""

    def __init__(self, target, call):
        value = target.value
        self.factory, self.call, self.name = getattr(value, "factory", value), call, target.name
        have = binding.methods(self.factory)
        self.fit_name = next((name for name in FIT if name in have), None)
        self.transform_name = next((name for name in TRANSFORM if name in have), None)
        self.inverse_name = next((name for name in INVERSE if name in have), None)
        if self.fit_name is None or self.transform_name is None:
            raise CannotCheck("it has no fit and transform")

    def made(self):
        """A new object."""
        return self.call(self.factory) if inspect.isclass(self.factory) else self.factory

    def fitted(self, data):
        scaler = self.made()
        self.asked(getattr(scaler, self.fit_name), data)
        return scaler

    def asked(self, method, data):
        """What a method gives for rows, or for lists of them where it takes no array."""
        try:
            return self.call(method, data)
        except CallFailed:
            if "ambiguous" not in str(sys.exception()):
                raise
            return self.call(method, data.tolist())

    def transform(self, scaler, data):
        made = self.asked(getattr(scaler, self.transform_name), data)
        made = np.asarray(made.toarray() if hasattr(made, "toarray") else made)
        with contextlib.suppress(TypeError, ValueError):
            return made.astype(float) if made.dtype == object else made  # numbers beside a None for what is missing
        return made


def differs(before, after):
    """Whether an attribute was changed: another value, another shape, or gone."""
    return after is None or before.shape != after.shape or not np.allclose(before, after, equal_nan=True)


def state_of(scaler):
    """The numbers that an object holds, by attribute."""
    held = {name: np.array(value) for name, value in vars(scaler).items() if isinstance(value, (np.ndarray, float))}
    return {name: value for name, value in held.items() if value.dtype.kind in "fiu" and value.size}


@probe("SW-D91", "SW-P2", "SW-P3", "SW-P12", roles=("preparation!",))
def scaler_keeps_what_it_learnt(target, call):
    """transform uses the statistics of fit: a row alone or among others, now or later, comes out the same."""
    scaler = Scaler(target, call)
    fitted = scaler.fitted(X)
    first, learnt = scaler.transform(fitted, X), state_of(fitted)
    new, after = scaler.transform(fitted, NEW), state_of(fitted)
    if new.shape != NEW.shape or new.dtype.kind not in "fiu":
        raise CannotCheck("it does not return an array like the one it is given")
    alone, method = scaler.transform(fitted, NEW[:1]), scaler.transform_name
    changed = [name for name in learnt if differs(learnt[name], after.get(name))]
    if changed:
        name = changed[0]
        said = (
            f"{method} of other rows changes {name} from {learnt[name].ravel()[0]:.4f} to {after[name].ravel()[0]:.4f}."
        )
        yield find("SW-P3", said, function=method)
        return
    if not np.allclose(alone, new[:1], equal_nan=True):
        said = f"the row {NEW[0].tolist()} comes out as {np.round(new[0], 4).tolist()} among 4 rows and as {np.round(alone[0], 4).tolist()} alone."
        yield find("SW-P2", said, function=method)
        return
    yield from of_its_kind(scaler, fitted, first, new)


def of_its_kind(scaler, fitted, first, new):
    """D91 where the values are no scaling at all; P12 where a second fit is not like a first."""
    method = scaler.transform_name
    named = any(word in scaler.name.lower() for word in ("scal", "norm", "standard", "minmax"))
    if named and form_of(first, X) is None and form_of(new, NEW, X) is None:
        mean, spread = np.round(first.mean(axis=0), 3).tolist(), np.round(first.std(axis=0), 3).tolist()
        said = f"after {method} the columns have mean {mean} and deviation {spread}."
        yield find("SW-D91", said, severity="warning", function=method)
    scaler.asked(getattr(fitted, scaler.fit_name), NEW)
    if not np.allclose(scaler.transform(fitted, NEW), scaler.transform(scaler.fitted(NEW), NEW), equal_nan=True):
        yield find(
            "SW-P12", "fitted a second time, it gives other values than one fitted once.", function=scaler.fit_name
        )


@probe("SW-N9", "SW-N8", "SW-P13", "SW-D91", roles=("preparation!",))
def scaler_survives_odd_columns(target, call):
    """A constant column, bytes, the caller's array, and the way back."""
    from scratchwork.checks.probes import scaler_options as probe_scaler_options

    scaler = Scaler(target, call)
    constant, strange = X.copy(), NEW.copy()
    constant[:, 1], strange[:, 1] = 7.0, 8.0
    fitted = scaler.fitted(constant)
    made = scaler.transform(fitted, strange)
    if made.shape == NEW.shape and (not np.isfinite(made).all() or np.abs(made[:, 1]).max() > 1e6):
        said = f"the column is 7 throughout; a new value of 8 becomes {made[0, 1]:.3g}."
        weight = None if np.isfinite(made).all() else 8  # without a guard most people's scalers give inf
        where = probe_scaler_options.made_in(target, scaler.fit_name, scaler.transform_name)
        yield find("SW-N9", said, function=where, severity="warning", weight=weight)
    kept = X.copy()
    fresh = scaler.made()
    call.raw(getattr(fresh, scaler.fit_name), kept)
    result = call.raw(getattr(fresh, scaler.transform_name), kept)
    if not np.array_equal(kept, X) and result is not None:
        said = f"{scaler.transform_name} changes the array it is given: {X[0, 0]} became {kept[0, 0]:.4g}."
        yield find("SW-P13", said, function=scaler.transform_name)
    yield from probe_scaler_options.bytes_of(scaler)
    yield from probe_scaler_options.way_back(scaler)
