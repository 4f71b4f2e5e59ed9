"""Judge an implementation, ours or yours: point it at code, and it says what is wrong, where, and with which numbers.

>>> import numpy as np
>>> from scratchwork.checks import check_gradient
>>> check_gradient(lambda w: float((w**2).sum()), lambda w: w, np.array([1.0, 2.0])).findings[0].code
'SW-G8'
"""

_HOME = {"check": "engine", "check_gradient": "gradient", "Finding": "findings", "Result": "findings"}

__all__ = sorted(_HOME)


def __getattr__(name):
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
