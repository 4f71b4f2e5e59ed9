"""The numbers that steer a training loop: which of them is its rate, which its penalty, wherever they are kept.

A rate is a parameter, a name beside the loop, or a constant of a class; where no name tells, it is the number of which
the step is a multiple.
"""

import contextlib
import inspect

import numpy as np

from scratchwork.checks.findings import CannotCheck
from scratchwork.checks.recognising import binding, vocabulary

RATES = ("lr", "alpha")
MOST = 14


def put_at_entry(visible, lr, known):
    """{path: value} of the numbers at the loop's entry that are a rate or a penalty by their names (a rate may be 1)."""
    numbers = {key for key, item in visible.items() if type(item) is int or isinstance(item, (float, np.floating))}
    found, words = {}, {key: vocabulary.meaning(key) for key in numbers}
    rate = next((word for word in RATES if word in words.values()), None)
    for key, word in words.items():
        if word == rate and word is not None and lr is not None:
            found[(key,)] = lr
        elif word == "lambda":
            found[(key,)] = known.get("lambda", 0.0)
    return found


def constants(namespace):
    """(class, attribute, value) of the floats that classes of the file hold."""
    for item in list(namespace.values()):
        if inspect.isclass(item) and getattr(item, "__module__", "") == "user_module":
            for key, value in list(vars(item).items()):
                if type(value) is float:
                    yield item, key, value


@contextlib.contextmanager
def constants_set(namespace, lr, known, knob=None):
    """Rates and penalties that classes hold are set, and the ``knob`` if it is one of them; afterwards they are back."""
    kept = list(constants(namespace))
    try:
        for owner, key, _ in kept:
            word = vocabulary.meaning(key)
            if word == "lambda":
                setattr(owner, key, known.get("lambda", 0.0))
            elif lr is not None and (word == "lr" or knob == ("class", owner, key)):
                setattr(owner, key, lr)
        yield
    finally:
        for owner, key, value in kept:
            setattr(owner, key, value)


def knobs(driver, watch):
    """The numbers that may be the rate, the likeliest first: defaults, constants of classes, names beside the loop."""
    if driver.name and hasattr(driver, "statement"):
        for entry in binding.parameters(driver.namespace[driver.name]):
            if type(entry.default) is float and entry.default > 0:
                yield ("param", entry.name), entry.default
    for owner, key, value in constants(driver.namespace):
        yield ("class", owner, key), value
    for path, item in watch.entered.items():
        if item.ndim == 0 and item.dtype.kind == "f" and len(path) == 1 and item > 0:
            yield ("entry", path[0]), float(item)


def find(driver, run):
    """The knob that is the rate where no name tells, or None. ``run(knob, value)`` gives a round."""
    first = run(None, None)
    for knob, value in list(knobs(driver, first))[:MOST]:
        try:
            steps = [_steps(run(knob, value * share)) for share in (1.0, 1e-3)]
        except CannotCheck:
            continue
        if any(path in steps[1] and _scaled(step, steps[1][path]) for path, step in steps[0].items()):
            return knob
    return None


def _scaled(step, small):
    return (
        step.shape == small.shape
        and bool(step.any())
        and np.allclose(small * 1e3, step, rtol=1e-2, atol=1e-9 * np.abs(step).max())
    )


def _steps(watch):
    """{path: what a round adds} of the arrays that stood before it."""
    return {
        path: watch.left[path] - item
        for path, item in watch.entered.items()
        if item.dtype.kind == "f" and item.size > 1 and path in watch.left and watch.left[path].shape == item.shape
    }
