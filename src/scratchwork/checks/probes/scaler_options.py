"""Settings of scalers: the range that is asked for is reached, and statistics handed from one function to the next are used."""

import ast
import inspect
import re

import numpy as np

from scratchwork.checks.findings import CallFailed, CannotCheck, find
from scratchwork.checks.probes.scalers import NEW, X
from scratchwork.checks.recognising import binding, vocabulary
from scratchwork.checks.registry import probe
from scratchwork.checks.views import returned


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


@probe("SW-N9", "SW-D91", "SW-P13", roles=("preparation:scale",))
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
    """N9 where the deviation or range of a constant column, as it is learnt, makes 1e6 of a new value or infinity."""
    constant = X.copy()
    constant[:, 1] = 7.0
    value = call(target.value, constant)
    flat = [np.asarray(item, dtype=float).ravel() for item in value] if isinstance(value, tuple) else []
    if len(flat) != 2 or any(item.shape != (3,) for item in flat):
        raise CannotCheck("it returns no statistics")
    use = next((item for name, item in target.namespace.get("namespace", {}).items() if applies(name, item)), None)
    if use is None:
        raise CannotCheck("no function that uses them is in the file")
    later = NEW.copy()
    later[:, 1] = 8.0
    try:
        made = np.asarray(call(use, later, *value), dtype=float)
    except CallFailed:
        return
    if made.shape == later.shape and (not np.isfinite(made).all() or np.abs(made[:, 1]).max() > 1e6):
        said = f"the column is 7 throughout; a new value of 8 becomes {made[0, 1]:.3g} by {use.__name__}."
        yield find("SW-N9", said, severity="warning", weight=None if np.isfinite(made).all() else 8)


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


def applies(name, item):
    """Whether a function takes an array and two statistics, and scales by its name."""
    from scratchwork.checks.recognising.recognise_metrics import role_of_function

    required = (
        [entry for entry in binding.parameters(item) if entry.default is entry.empty]
        if inspect.isfunction(item)
        else []
    )
    return len(required) == 3 and role_of_function(name, item, None) == "preparation:scale"


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
