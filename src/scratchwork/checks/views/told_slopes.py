"""Gradients of costs that a call leaves behind or gives beside the cost, as functions of prediction and target."""

import copy
import inspect
import re

import numpy as np

from scratchwork.checks.recognising import binding
from scratchwork.checks.running import state

SECOND = re.compile(
    r"(grad\w*|deriv\w*|prime|diff|d)_?(2|ii|two)(_|$)|second|double|(^|_)(d2|dd|hess\w*|laplac\w*)(_|$)"
)
SHAPES = {"column": (9, 1), "flat": (9,), "rows": (4, 3), "one column": (5, 1), "one row": (5,)}


def handed_on(function, slopes):
    """Whether a function gives what one of ``slopes``, methods of its object, gives."""
    return bool({*slopes} & {*getattr(getattr(function, "__code__", None), "co_names", ())})


def cost_points(activation):
    """(form, Z, P, Y): predictions P = activation(Z) and targets in the forms in which costs take them."""
    rng = np.random.default_rng(4)
    for form, shape in SHAPES.items():
        Z = rng.normal(size=shape)
        labels = rng.permutation(np.arange(shape[0])) % (shape[1] if form == "rows" else 2)
        Y = np.eye(3)[labels] if form == "rows" else (labels * 1.0).reshape(shape)
        Y = np.eye(5)[:, 2].reshape(shape) if form.startswith("one") else Y
        yield form, Z, activation(Z), Y
        if form == "rows":
            yield "ids", Z, activation(Z), labels


def kept(made, value, slope):
    """What a backward pass gives that comes after the cost of the same object: returned, or left behind as ``dinputs``."""
    cost = getattr(made, value)

    def gradient(*given):
        fresh = copy.deepcopy(made)
        told = getattr(fresh, value)(*given)
        if np.ndim(told[0] if isinstance(told, tuple) else told) > 1:
            raise TypeError("it gives no cost")
        before = {path: np.array(item) for path, item in state.float_arrays(fresh).items()}
        backward = getattr(fresh, slope)
        needed, cache = names_of(backward), 1.0
        if isinstance(told, tuple) and (np.ndim(told[-1]) or isinstance(told[-1], dict)):
            cache = told[-1]
        named = dict(zip(names_of(cost), given))
        if len(needed) == 2:
            given = [named[name] for name in needed] if set(needed) == set(named) else given
        found = backward(*(given if len(needed) == 2 else [cache] * len(needed)))
        if found is not None:
            return found
        after = state.float_arrays(fresh)
        new = [item for path, item in after.items() if path not in before or before[path].tobytes() != item.tobytes()]
        return next(iter(new), None)

    gradient.__signature__ = inspect.signature(cost)
    return gradient


def both(function):
    """(cost, gradient) of a function that returns the two together, as functions of their own."""

    def part(place):
        def one(*given):
            told = function(*given)
            if not (isinstance(told, tuple) and len(told) == 2 and np.ndim(told[0]) == 0):
                raise TypeError("it does not return a number and its gradient")
            if isinstance(told[1], (tuple, dict)) or is_softmax(told[1]):
                raise TypeError("what it keeps, or its predictions, are no gradient")
            return told[place]

        one.__signature__ = inspect.signature(function)
        return one

    return part(0), part(1)


def is_softmax(values):
    """Whether rows or columns sum to 1."""
    return np.ndim(values) == 2 and any(np.allclose(np.sum(values, axis=axis), 1) for axis in (0, 1))


def names_of(function):
    """Names of the required parameters."""
    return [entry.name for entry in binding.parameters(function) if entry.default is entry.empty]
