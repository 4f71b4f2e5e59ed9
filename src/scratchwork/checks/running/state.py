"""The arrays within reach of an object: found, named by their path, snapshotted, set.

A path is a tuple of steps from the object: ``(".layers", 0, ".W")`` is ``object.layers[0].W``. Reach goes through
attributes, lists, tuples, dicts and objects of the user's own classes.
"""

import dataclasses
import functools
import math

import numpy as np

MAX_DEPTH, MAX_ITEMS = 5, 60
LARGE, PLACES = 8000, 1000


def _own(value):
    """Whether the value is an object with attributes to look into (not a module, class, function or library thing)."""
    kind = type(value)
    foreign = kind.__module__.split(".")[0] in {
        "builtins",
        "numpy",
        "scipy",
        "pandas",
        "random",
        "collections",
        "functools",
    }
    return hasattr(value, "__dict__") and not foreign and not isinstance(value, type) and not callable_only(value)


def callable_only(value):
    """Whether the value is a plain function or method."""
    return hasattr(value, "__code__") or hasattr(value, "__func__") or type(value).__name__ == "module"


def _children(value):
    if isinstance(value, dict):
        return [(key, item) for key, item in list(value.items())[:MAX_ITEMS]]
    if isinstance(value, (list, tuple)):
        return list(enumerate(value[:MAX_ITEMS]))
    if isinstance(value, np.ndarray) and value.dtype == object and value.size <= MAX_ITEMS:
        return list(enumerate(value.ravel()))
    if _own(value):
        return [(f".{key}", item) for key, item in list(vars(value).items())[:MAX_ITEMS]]
    return []


def leaves(value, path=(), seen=None, depth=0, numbers=False):
    """All (path, array) in reach; with ``numbers`` Python and NumPy floats as well."""
    seen = set() if seen is None else seen
    if isinstance(value, np.ndarray) and value.dtype != object:
        yield path, value
        return
    if numbers and isinstance(value, (float, np.floating)):
        yield path, value
        return
    if depth >= MAX_DEPTH or id(value) in seen:
        return
    if not isinstance(value, (int, float, str, bytes)) and value is not None:
        seen.add(id(value))
    for step, item in _children(value):
        yield from leaves(item, (*path, step), seen, depth + 1, numbers)


def float_arrays(value, numbers=False):
    """The float arrays in reach as ``{path: array}`` (the arrays themselves, not copies)."""
    found = {}
    for path, item in leaves(value, numbers=numbers):
        if isinstance(item, (float, np.floating)) or np.issubdtype(item.dtype, np.floating):
            found[path] = item
    return found


def get(value, path):
    """What stands at ``path``."""
    for step in path:
        value = getattr(value, step[1:]) if isinstance(step, str) and step.startswith(".") else value[step]
    return value


def set_attribute(holder, name, value):
    """Set an attribute, of a frozen dataclass too."""
    try:
        setattr(holder, name, value)
    except dataclasses.FrozenInstanceError:
        object.__setattr__(holder, name, value)


def put(value, path, item):
    """Set what stands at ``path``; a tuple on the way is rebuilt. Returns the (possibly new) root."""
    if not path:
        return item
    step, rest = path[0], path[1:]
    attribute = isinstance(step, str) and step.startswith(".")
    inner = getattr(value, step[1:]) if attribute else value[step]
    changed = put(inner, rest, item)
    if attribute:
        set_attribute(value, step[1:], changed)
    elif isinstance(value, tuple):
        parts = [*value[:step], changed, *value[step + 1 :]]
        value = type(value)(*parts) if hasattr(value, "_fields") else type(value)(parts)
    else:
        value[step] = changed
    return value


def text(path):
    """A path as the user would write it: ``layers[0].W``."""
    if (
        len(path) > 1 and isinstance(path[0], tuple) and path[0][:1] == ("calls",)
    ):  # an argument of the function named there
        path = (f".{path[1]}", *path[2:])
    words = ""
    for step in path:
        words += step if isinstance(step, str) and step.startswith(".") else f"[{step!r}]"
    return words.lstrip(".")


def snapshot(value):
    """Copies of the float arrays in reach, by path."""
    return {path: np.array(item) for path, item in float_arrays(value, numbers=True).items()}


def changed(before, after):
    """The paths whose arrays differ in shape or value between two snapshots (both hold them)."""
    return [
        path
        for path, item in before.items()
        if path in after and (item.shape != after[path].shape or not np.array_equal(item, after[path], equal_nan=True))
    ]


def same_numbers(last, value):
    """Whether an array holds the numbers of an earlier copy; of a large one some thousand places all over it are looked at.

    >>> table = np.arange(20000.0).reshape(200, 100)
    >>> same_numbers(table.copy(), table), same_numbers(table - 1e-9 * table, table), same_numbers(table, table.T)
    (True, False, False)
    """
    if last.shape != value.shape:
        return False
    if last.flags.f_contiguous and value.flags.f_contiguous:
        last, value = last.T, value.T
    if not (last.flags.c_contiguous and value.flags.c_contiguous):
        return bool((last == value).all())
    if value.size > LARGE:
        step = _step(value.shape)
        last, value = last.reshape(-1)[::step], value.reshape(-1)[::step]
    alike = last.dtype == value.dtype and last.tobytes() == value.tobytes()
    return alike or bool((last == value).all())


@functools.lru_cache(maxsize=256)
def _step(shape):
    """A step through an array that meets every row and column of it in turn."""
    step = math.prod(shape) // PLACES
    while math.gcd(step, math.prod(shape)) > 1:
        step += 1
    return step
