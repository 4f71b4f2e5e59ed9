"""The forms in which a k-means of the user wants its rows: an array, lists of lists, lists of tuples, an image, a frame."""

import re
import sys

import numpy as np

SCALE = 1000.0  # pixels are rounded to whole numbers by many, so an image has large ones
IMAGE = re.compile(r"^(im(g|age)?s?|pic(ture)?|pixels?|photo|bild)(_\w+)?$|_im(g|age)$", re.IGNORECASE)


class Laid:
    """A caller that hands over rows, centres and labels in a form, and reads what comes back."""

    def __init__(self, caller, form):
        self.caller, self.form = caller, form

    def __getattr__(self, name):
        return getattr(self.caller, name)

    def __call__(self, function, *args, **kwargs):
        return self._ask(self.caller, function, args, kwargs)

    def raw(self, function, *args, **kwargs):
        """The same with the very arguments."""
        return self._ask(self.caller.raw, function, args, kwargs)

    def _ask(self, call, function, args, kwargs):
        if self.form == "arrays":
            return call(function, *args, **kwargs)
        if self.form == "columns":
            return turned(call(function, *map(turned, args), **{name: turned(item) for name, item in kwargs.items()}))
        given = {name: shaped(value, self.form, name) for name, value in kwargs.items()}
        value = call(function, *[shaped(item, self.form, "") for item in args], **given)
        return value if self.form != "image" else _back(value)


def turned(value):
    """Tables with their rows and columns exchanged, in a tuple or a dict too."""
    if isinstance(value, dict):
        return {key: turned(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return tuple(map(turned, value))
    return value.T if isinstance(value, np.ndarray) and value.ndim == 2 else value


def shaped(value, form, name):
    """An argument in a form; what is neither rows nor labels stays as it is."""
    if not isinstance(value, np.ndarray) or value.dtype.kind not in "fiu":
        return value
    if form == "image":
        large = value * SCALE if value.dtype.kind == "f" else value
        return large[None] if IMAGE.search(name) and value.ndim == 2 else large if value.ndim == 2 else value
    if form == "frame":
        return _frame(value, name)
    if value.ndim == 2 and form == "tuples":
        return [tuple(row) for row in value.tolist()]
    return value.tolist()


def _frame(value, name):
    """Rows as a frame with columns of its own; centres and labels stay arrays."""
    import pandas

    if value.ndim != 2 or re.search(r"cent|mean|init|^mu|^c$", name.lower()):
        return value
    return pandas.DataFrame(value, columns=[f"x{j}" for j in range(value.shape[1])])


def _back(value):
    """Centres that came back of an image, in the scale of the rows."""
    if isinstance(value, tuple):
        return tuple(_back(item) for item in value)
    if isinstance(value, np.ndarray) and value.ndim == 3 and value.shape[0] == 1:
        value = value[0]
    if (
        isinstance(value, np.ndarray)
        and value.ndim == 2
        and value.shape[1] > 1
        and value.size
        and value.dtype.kind in "fiu"
    ):
        return value / SCALE
    return value


def forms_for(functions):
    """The forms to be tried for some functions, the plain one first."""
    from scratchwork.checks.recognising import binding

    names = [entry.name for function in functions for entry in binding.parameters(function)]
    image = any(IMAGE.search(name) for name in names)
    frames = ("frame",) if "pandas" in sys.modules else ()
    others = ("lists", "tuples", *frames, "columns")
    return ("arrays", "image", *others) if image else ("arrays", *others)
