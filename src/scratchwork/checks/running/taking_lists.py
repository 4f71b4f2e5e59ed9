"""Code that knows lists alone is given them: ``if not rows`` and ``rows == []`` have no answer for an array."""

import numpy as np

ARRAYS = ("numpy", "pandas", "torch")


def as_lists(value):
    """The value with its arrays as lists."""
    if isinstance(value, np.ndarray):
        return value.tolist()
    return type(value)(map(as_lists, value)) if type(value) in (list, tuple) else value


def knows_lists_alone(function):
    """Whether a function stands in a file without NumPy, such as ``if not rows`` or ``rows == []`` where an array fails."""
    inner = getattr(function, "__func__", function.__init__ if isinstance(function, type) else function)
    space = getattr(inner, "__globals__", {})
    return space.get("__name__") == "user_module" and not any(
        str(getattr(item, word, "")).split(".")[0] in ARRAYS
        for item in space.values()
        for word in ("__name__", "__module__")
    )


def called(function, args, kwargs):
    """What a function gives; where it is written for lists, of its arrays as lists."""
    try:
        return function(*args, **kwargs)
    except (ValueError, TypeError, AttributeError) as first:
        if not knows_lists_alone(function):
            raise
        try:
            return function(*map(as_lists, args), **{name: as_lists(item) for name, item in kwargs.items()})
        except (ValueError, TypeError, AttributeError):
            raise first from None
