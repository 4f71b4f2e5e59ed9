"""A parameter that takes an object of settings (``cfg: Config``) read as those settings, one by one.

class Net:
    def __init__(self, n_in, cfg: Config): ...      ->   parameters n_in, lr, epochs, hidden, with the defaults of Config
"""

import copy
import dataclasses
import inspect
import re

NAMES = r"_*(c|cfg|conf(ig)?|configuration|hparams?|hyper_?(params?|parameters)|settings?|opts?|options?|args?|arguments|hp)_*"
CLASSES = r"(?i)config|settings|h(yper)?_?param|options|args|arguments|^params$"
BUILTIN = {"int", "float", "str", "bool", "ndarray", "np.ndarray", "list", "dict", "tuple"}
PLAIN = (int, float, str, bool, type(None), tuple, list)


def of(entry, function):
    """A fresh object of the settings that a parameter takes, or None."""
    if type(entry.default).__module__ == "user_module":
        return entry.default if _is_table(entry.default) else None
    told = entry.annotation if isinstance(entry.annotation, str) else getattr(entry.annotation, "__name__", "")
    by_name = (entry.default is None or entry.default is entry.empty) and re.fullmatch(NAMES, entry.name)
    if not by_name and (entry.annotation is entry.empty or told in BUILTIN):
        return None
    kinds = {
        name: item
        for name, item in _space(function).items()
        if inspect.isclass(item) and item.__module__ == "user_module"
    }
    named = [item for name, item in kinds.items() if re.search(rf"\b{re.escape(name)}\b", told)]
    if not named and by_name:
        named = [item for name, item in kinds.items() if re.search(CLASSES, name)]
    return _made(named[0]) if len(named) == 1 else None


def _space(function):
    """The globals of a user's function, method or class."""
    function = inspect.unwrap(getattr(function, "__func__", function))
    routines = vars(function).values() if inspect.isclass(function) else [function]
    spaces = (getattr(item, "__globals__", {}) for item in routines)
    return next((space for space in spaces if "__tree__" in space), {})


def _made(kind):
    """An object of a class that holds nothing but plain values and needs none, or None."""
    own = [
        name for name in vars(kind) if inspect.isfunction(vars(kind)[name]) and (name == "__call__" or name[:2] != "__")
    ]
    entries = inspect.signature(kind).parameters.values()
    if own or any(entry.default is entry.empty and entry.kind not in (2, 4) for entry in entries):
        return None
    try:
        made = kind()
    except Exception:  # whatever the user's constructor raises: then it is no plain table of settings
        return None
    return made if _is_table(made) else None


def _is_table(made):
    """Whether an object holds nothing but plain values."""
    found = fields(made)
    return bool(found) and all(isinstance(item, PLAIN) for item in found.values())


def fields(made):
    """{name: value} of what an object of settings holds."""
    if hasattr(made, "_asdict"):
        return made._asdict()
    shared = {
        name: item for name, item in vars(type(made)).items() if not name.startswith("__") and isinstance(item, PLAIN)
    }
    return {**shared, **getattr(made, "__dict__", {})}


def changed(made, values):
    """The object with some of its values exchanged."""
    if hasattr(made, "_replace"):
        return made._replace(**values)
    if dataclasses.is_dataclass(made):
        return dataclasses.replace(made, **values)
    made = copy.copy(made)
    for name, item in values.items():
        setattr(made, name, item)
    return made
