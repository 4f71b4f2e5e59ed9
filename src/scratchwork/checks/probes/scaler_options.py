"""Settings of scalers: the range that is asked for is reached, and statistics handed from one function to the next are used."""

import ast
import contextlib
import inspect
import re

import numpy as np

from scratchwork.checks.findings import CallFailed, CannotCheck, find
from scratchwork.checks.probes.scalers import NEW, X, form_of
from scratchwork.checks.recognising import binding, vocabulary
from scratchwork.checks.registry import probe
from scratchwork.checks.views import returned
from scratchwork.checks.views.preparation_call import first_array


def made_in(target, fit, transform):
    """Which method holds the denominator: transform where it is computed there, else fit."""
    node = target.namespace.get("nodes", {}).get(f"{target.name}.{transform}")
    for item in ast.walk(node) if node is not None else ():
        if isinstance(item, ast.BinOp) and isinstance(item.op, ast.Div):
            inner = {type(part) for part in ast.walk(item.right)}
            names = {part.id for part in ast.walk(item.right) if isinstance(part, ast.Name)} - {"self", "np", "numpy"}
            if ast.Sub in {type(part.op) for part in ast.walk(item.right) if isinstance(part, ast.BinOp)}:
                return transform
            if names and ast.Attribute not in inner:
                return transform
    return fit


@probe("SW-N9", "SW-D91", "SW-D2", "SW-P13", roles=("preparation:scale",))
def statistics_are_learnt_and_used(target, call):
    """mean, std = learn(X) and apply(X, mean, std): (x - mean) / std, and a constant column stays small."""
    entries = [entry for entry in binding.parameters(target.value) if entry.default is entry.empty]
    if len(entries) == 1:
        yield from learns(target, call)
        return
    if len(entries) != 3:
        raise CannotCheck("it takes no statistics")
    names = [entry.name.lower() for entry in entries]
    if not any(word in names[1] for word in ("mean", "mu", "avg", "min", "lo")):
        raise CannotCheck("what its statistics are is not known")
    kept, centred = NEW.copy(), any(word in names[1] for word in ("mean", "mu", "avg"))
    statistics = (X.mean(axis=0), X.std(axis=0)) if centred else (X.min(axis=0), X.max(axis=0))
    value = call.raw(target.value, kept, *statistics)
    if value is not None and np.shape(value) == NEW.shape and not np.array_equal(kept, NEW):
        yield find("SW-P13", f"{target.name} changes the array it is given, and returns one.")
    elif np.shape(value) == NEW.shape and centred:
        wanted = (NEW - X.mean(axis=0)) / X.std(axis=0)
        if not np.allclose(value, wanted, rtol=1e-4) and not np.allclose(value, NEW * X.std(axis=0) + X.mean(axis=0)):
            said = f"{target.name} of {NEW[0].tolist()} gives {np.round(value[0], 4).tolist()}; (x - mean) / std is {np.round(wanted[0], 4).tolist()}."
            yield find("SW-D91", said, severity="warning")


def learns(target, call):
    """N9 where what is learnt of a constant column makes 1e6 of a new value or infinity; D2 where it is not used."""
    constant, later = X.copy(), NEW.copy()
    constant[:, 1], later[:, 1] = 7.0, 8.0
    value = call(target.value, constant)
    if value is None or first_array(value, X) is not None:
        raise CannotCheck("it returns no statistics")
    for use in target.namespace.get("namespace", {}).values():
        with contextlib.suppress(CallFailed, ValueError, TypeError):
            made = [used(use, rows, call(target.value, data), call) for rows, data in ((later, constant), (NEW, X))]
            if any(item is None or item.shape != NEW.shape for item in made):
                continue
            if not np.isfinite(made[0]).all() or np.abs(made[0][:, 1]).max() > 1e6:
                said = f"the column is 7 throughout; a new value of 8 becomes {made[0][0, 1]:.3g} by {use.__name__}."
                yield find("SW-N9", said, severity="warning", weight=None if np.isfinite(made[0]).all() else 8)
            if form_of(made[1], NEW, X) is None and form_of(made[1], NEW) not in (None, "as it is", "by 255"):
                said = f"{use.__name__} scales new rows by their own statistics ({form_of(made[1], NEW)})."
                yield find("SW-D2", said, function=use.__name__)
            return
    raise CannotCheck("no function that uses them is in the file")


def used(use, rows, value, call):
    """Rows after a function that is given them and what was learnt, as one thing or one by one; None where it is none."""
    from scratchwork.checks.recognising.recognise_metrics import role_of_function

    if not inspect.isfunction(use) or role_of_function(use.__name__, use, None) != "preparation:scale":
        return None
    wanted = sum(entry.default is entry.empty for entry in binding.parameters(use)) - 1
    several = (
        list(value.values() if isinstance(value, dict) else value) if isinstance(value, (tuple, list, dict)) else []
    )
    given = several if wanted > 1 and wanted == len(several) else [value] if wanted == 1 else None
    return None if given is None else np.asarray(call(use, rows, *given), dtype=float)


UNDOES = re.compile(
    r"^(un|de|inv\w*_|undo_?|revers\w*_|restor\w*_|recover_)_?(normal|standard|scal|featur|z_?score|min_?max)"
)


@probe("SW-C6", "SW-D91", roles=("preparation:scale",))
def the_way_back_leads_back(target, call):
    """A function that is named after undoing the scaling, given what that returned, gives the rows back."""
    space = target.namespace.get("namespace", {})
    named = [item for name, item in space.items() if inspect.isfunction(item) and UNDOES.search(vocabulary.plain(name))]
    undo = named[0] if named else None
    if undo is None or undo is target.value:
        raise CannotCheck("no function undoes it")
    value = call(target.value, X)
    held = value if isinstance(value, tuple) else (value,)
    entries = [entry.name for entry in binding.parameters(undo) if entry.default is entry.empty]
    node = target.namespace.get("nodes", {}).get(target.name)
    names = (returned.names_returned(node) if node is not None else None) or []
    if len(held) != len(entries) or np.shape(held[0]) != X.shape:
        raise CannotCheck("what the function that undoes it wants is not known")
    named = dict(zip(names, held)) if set(entries[1:]) <= set(names[1:]) and len(names) == len(held) else {}
    back = call(undo, held[0], *(named.get(name, item) for name, item in zip(entries[1:], held[1:])))
    if np.shape(back) != X.shape or np.allclose(back, X, rtol=1e-5):
        return
    parts = (("mean", X.mean(axis=0)), ("minimum", X.min(axis=0)))
    lost = next((words for words, part in parts if np.allclose(back + part, X)), None)
    said = f"{undo.__name__} of what {target.name} returned gives {np.round(back[0], 3).tolist()} for {X[0].tolist()}"
    if lost:
        yield find("SW-C6", f"{said}: the {lost} is not added back.", function=undo.__name__)
    else:
        yield find("SW-D91", f"{said}.", function=undo.__name__, severity="warning")


def way_back(scaler):
    if scaler.inverse_name is None:
        return
    fitted = scaler.fitted(X)
    made = scaler.transform(fitted, X)
    if made.shape != X.shape or any(abs(np.corrcoef(a, b)[0, 1]) < 1 - 1e-9 for a, b in zip(made.T, X.T)):
        return  # bins and ranks have no exact way back
    back = np.asarray(scaler.call(getattr(fitted, scaler.inverse_name), made))
    if back.shape == X.shape and not np.allclose(back, X, rtol=1e-5):
        said = (
            f"{scaler.inverse_name} of the transformed rows gives {np.round(back[0], 3).tolist()} for {X[0].tolist()}."
        )
        yield find("SW-D91", said, function=scaler.inverse_name)


def bytes_of(scaler):
    whole = np.round(np.abs(X) % 200)
    try:
        floats = scaler.transform(scaler.fitted(whole), whole)
        small = scaler.transform(scaler.fitted(whole.astype(np.uint8)), whole.astype(np.uint8))
    except CallFailed:
        return
    if floats.shape == small.shape and not np.allclose(floats, small, atol=1e-3, equal_nan=True):
        place = np.unravel_index(np.argmax(np.abs(np.nan_to_num(floats - small))), floats.shape)
        said = f"bytes come out as {small[place]:.4g}, the same values as floats as {floats[place]:.4g}."
        yield find("SW-N8", said, function=scaler.transform_name)
