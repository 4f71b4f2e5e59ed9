"""The usual losses of an output and a target, their slopes by the output, and the usual mistakes in these slopes."""

import dataclasses
from collections.abc import Callable

import numpy as np

from scratchwork.checks.views import reference


@dataclasses.dataclass(frozen=True)
class Kind:
    """``error``: the slope by Z of one row's loss; ``loss``: that loss; ``code``: set where it is a mistake by name."""

    name: str
    error: Callable
    loss: Callable | None = None
    code: str | None = None


def _sigmoid(Z):
    return reference.sigmoid(Z)


def _softmax(Z):
    return reference.softmax(Z, axis=1)


def _set(T):
    """Targets as zeros and ones."""
    return (T > 0.5 if T.min() >= 0 else T > 0).astype(float)


def _signs(T):
    return 2 * _set(T) - 1


SQUARES = Kind("squared error", lambda Z, T: Z - T, lambda Z, T: (Z - T) ** 2 / 2)
LOGISTIC = Kind(
    "cross-entropy of the sigmoid", lambda Z, T: _sigmoid(Z) - _set(T), lambda Z, T: np.logaddexp(0, Z) - _set(T) * Z
)
ONE_SIDED = Kind("cross-entropy of the ones alone", None, lambda Z, T: _set(T) * np.logaddexp(0, -Z))
OTHER_SIDE = Kind("cross-entropy of the zeros alone", None, lambda Z, T: (1 - _set(T)) * np.logaddexp(0, Z))
SOFTMAX = Kind(
    "cross-entropy of the softmax",
    lambda Z, T: _softmax(Z) - T,
    lambda Z, T: T * (np.logaddexp.reduce(Z, axis=1, keepdims=True) - Z),
)
HINGE = Kind("hinge loss", lambda Z, T: -_signs(T) * (_signs(T) * Z < 1), lambda Z, T: np.maximum(0, 1 - _signs(T) * Z))
TWO = (
    LOGISTIC,
    HINGE,
    Kind("perceptron's error", lambda Z, T: (Z >= 0) - _set(T)),
    Kind("perceptron's error", lambda Z, T: -_signs(T) * (_signs(T) * Z <= 0)),
    Kind("squared error of the sigmoid", lambda Z, T: (_sigmoid(Z) - _set(T)) * _sigmoid(Z) * (1 - _sigmoid(Z)),
         lambda Z, T: (_sigmoid(Z) - _set(T)) ** 2 / 2),
    Kind("squared hinge loss", lambda Z, T: -_signs(T) * np.maximum(0, 1 - _signs(T) * Z),
         lambda Z, T: np.maximum(0, 1 - _signs(T) * Z) ** 2 / 2),
    Kind("squared error of tanh", lambda Z, T: (np.tanh(Z) - T) * (1 - np.tanh(Z) ** 2), lambda Z, T: (np.tanh(Z) - T) ** 2 / 2),
    Kind("the sigmoid of the margin with the wrong sign", lambda Z, T: np.where(_set(T) > 0, -_sigmoid(Z), 1 - _sigmoid(Z)), code="SW-G1"),
    Kind("the error of the rows of one class alone", lambda Z, T: _set(T) * (_sigmoid(Z) - 1), code="SW-G9"),
    Kind("the error of the sigmoid by half of its slope", lambda Z, T: (_sigmoid(Z) - _set(T)) * _sigmoid(Z), code="SW-G10"),
)  # fmt: skip
MANY = (
    SQUARES,
    Kind("absolute error", lambda Z, T: np.sign(Z - T), lambda Z, T: np.abs(Z - T)),
    Kind("Poisson loss", lambda Z, T: np.exp(Z) - T, lambda Z, T: np.exp(Z) - T * Z),
    Kind("the absolute residual, which has no sign", lambda Z, T: np.abs(Z - T), code="SW-G1"),
    Kind("the squared residual, and not the residual", lambda Z, T: (Z - T) ** 2, code="SW-G1"),
    Kind("the sum of output and target, and not their difference", lambda Z, T: Z + T, code="SW-G1"),
)
CLASSES = (
    SOFTMAX,
    LOGISTIC,
    SQUARES,
    Kind("the softmax over the rows", lambda Z, T: reference.softmax(Z, axis=0) - T, code="SW-N3"),
    Kind("the softmax of the softmax", lambda Z, T: _softmax(_softmax(Z)) - T, code="SW-G16"),
)


def kinds(T):
    """The Kinds that targets (n, C) of all steps may have."""
    values = np.unique(T)
    if len(values) < 2 or not np.isfinite(values).all():
        return ()
    if T.shape[1] > 1:
        return CLASSES if set(values) <= {0.0, 1.0} else MANY
    two = len(values) == 2 and set(values) in ({0.0, 1.0}, {-1.0, 1.0})
    return (*TWO, SQUARES) if two else MANY
