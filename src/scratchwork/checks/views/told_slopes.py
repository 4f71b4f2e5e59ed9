"""Gradients of costs that a call leaves behind or gives beside the cost, as functions of prediction and target."""

import copy
import inspect

import numpy as np

from scratchwork.checks.recognising import binding
from scratchwork.checks.running import state


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
        needed, cache = _names(backward), 1.0
        if isinstance(told, tuple) and (np.ndim(told[-1]) or isinstance(told[-1], dict)):
            cache = told[-1]
        named = dict(zip(_names(cost), given))
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
            return told[place]

        one.__signature__ = inspect.signature(function)
        return one

    return part(0), part(1)


def _names(function):
    return [entry.name for entry in binding.parameters(function) if entry.default is entry.empty]
