"""The public door: arguments are checked here once, and trusted inside.

Arrays are checked by scikit-learn's ``validate_data``; this file adds the checks of single parameters, in one wording,
and the few array forms that several rooms share.
"""

import difflib
import numbers

import numpy as np

from scratchwork.errors import InvalidArgumentError, InvalidTypeError


def check_number(name, value, *, integer=False, at_least=None, above=None, at_most=None, below=None):
    """Return ``value`` if it is a number within the bounds, else say which bound it breaks.

    >>> check_number("C", 1.0, above=0)
    1.0
    >>> check_number("n_clusters", 0, integer=True, at_least=1)
    Traceback (most recent call last):
    ...
    scratchwork.errors.InvalidArgumentError: n_clusters=0 must be an integer of at least 1.
    """
    of_kind = isinstance(value, numbers.Integral if integer else numbers.Real)
    if not of_kind or isinstance(value, (bool, np.bool_)):
        rule = number_rule(integer, at_least, above, at_most, below)
        raise InvalidTypeError(f"{name}={value!r} must be {rule}; it is of type {type(value).__name__}.")
    outside = (
        value != value
        or (at_least is not None and value < at_least)
        or (above is not None and value <= above)
        or (at_most is not None and value > at_most)
        or (below is not None and value >= below)
    )
    if outside:
        raise InvalidArgumentError(f"{name}={value!r} must be {number_rule(integer, at_least, above, at_most, below)}.")
    return value


def number_rule(integer, at_least, above, at_most, below):
    """The rule of ``check_number`` in words.

    >>> number_rule(False, None, 0, None, None), number_rule(True, 1, None, 9, None)
    ('a number above 0', 'an integer of at least 1 and at most 9')
    """
    bounds = (("at least", at_least), ("above", above), ("at most", at_most), ("below", below))
    stated = " and ".join(f"{word} {bound}" for word, bound in bounds if bound is not None)
    rule = ("an integer" if integer else "a number") + (f" of {stated}" if stated.startswith("at") else "")
    return rule + (f" {stated}" if stated and not stated.startswith("at") else "")


def check_choice(name, value, options):
    """Return ``value`` if it is one of ``options``, else list them and name the nearest.

    >>> check_choice("solver", "newtn", ("newton", "lbfgs"))
    Traceback (most recent call last):
    ...
    scratchwork.errors.InvalidArgumentError: solver='newtn' must be one of 'newton', 'lbfgs'. Did you mean 'newton'?
    """
    options = tuple(options)
    if isinstance(value, str) and value in options:
        return value
    near = difflib.get_close_matches(value, options, n=1) if isinstance(value, str) else []
    hint = f" Did you mean {near[0]!r}?" if near else ""
    raise InvalidArgumentError(f"{name}={value!r} must be one of {', '.join(map(repr, options))}.{hint}")


def random_generator(random_state):
    """One generator of randomness from None, a seed (0 is a seed), a Generator or a RandomState.

    >>> bool(random_generator(0).random() == random_generator(0).random())
    True
    """
    if random_state is None or isinstance(random_state, (np.random.Generator, np.random.SeedSequence)):
        return np.random.default_rng(random_state)
    if isinstance(random_state, np.random.RandomState):
        return np.random.default_rng(random_state.randint(2**31 - 1))
    check_number("random_state", random_state, integer=True, at_least=0)
    return np.random.default_rng(int(random_state))


def one_hot(indices, n_classes, dtype=np.float64):
    """Rows of the identity: ``indices`` (n,) of classes 0..n_classes-1 become (n, n_classes).

    >>> one_hot(np.array([1, 0]), 3)
    array([[0., 1., 0.],
           [1., 0., 0.]])
    """
    encoded = np.zeros((len(indices), n_classes), dtype=dtype)
    encoded[np.arange(len(indices)), indices] = 1
    return encoded
