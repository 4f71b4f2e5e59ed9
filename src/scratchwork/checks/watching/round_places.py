"""Where the loss and the gradient come up in a watched round, and in which form the targets stand before it."""

import re

import numpy as np

from scratchwork.checks.recognising import vocabulary
from scratchwork.checks.views import loss_values, network, returned
from scratchwork.checks.watching.round_reading import at, output_of


def find_loss(reading, base, reach, X, Y, with_penalties):
    """Fill in where the loss comes up: a number that a loss function gave, or that carries a loss's name.

    ``with_penalties()``: rounds of several strengths of the penalty, if there is one. Of a loss, and the same with its penalty
    added, the latter is what is reported.
    """
    P = output_of(reading, base, X)
    options = []
    for place, paths in reach.items():
        item = at(base, place)
        if item is None or item.size != 1 or not set(paths) & set(reading.point):
            continue
        name, mine = _said_by(place)
        if vocabulary.role_of_name(name) == "loss" and not re.search("valid|val_|test|dev|_val", name, re.I):
            usual = loss_values.identify([loss_values.Point(float(item.ravel()[0]), P, Y)])
            options.append((usual is None, place, mine, -1.0 if usual and usual[2] < 0 else 1.0))
    options.sort(key=lambda entry: entry[0])
    rounds = with_penalties() if sum(not other for other, *_ in options) > 1 else ()
    if rounds:
        options.sort(key=lambda entry: (entry[0], len({_number(at(one, entry[1])) for one in rounds}) == 1))
    if options and (not options[0][0] or _still(reading, base)):
        _, reading.loss, reading.loss_name, reading.sign = options[0]


def _number(item):
    return None if item is None else float(item.ravel()[0])


def _still(reading, base):
    """Whether the round hardly moved the parameters: then a loss taken after the step is that before it."""
    return all(
        np.abs(base.left[path] - item).max() <= 1e-3 * np.abs(item).max() for path, item in reading.point.items()
    )


def _said_by(place):
    """(the word that may say loss, the function that the number comes from)."""
    if place[0] == "call":
        if place[3] == "value":
            return (str(place[4][-1]) if place[4] and isinstance(place[4][-1], str) else place[1]), place[1]
        return str(place[4][0]), place[1]
    return str(place[1][0]), None


def find_gradient(reading, base, reach):
    """Fill in where the gradient comes up: what a function returned, else names such as dW1 beside the parameters."""
    values = dict(reading.point)
    best = None
    for kind in ("value", "local"):
        count = {}
        for call in base.calls:
            number = count[call.name] = count.get(call.name, -1) + 1
            arrays = call.value if kind == "value" else call.local
            found = _gradients(arrays, values, ("call", call.name, number, kind), reading, base, kind == "value")
            role = vocabulary.role_of_name(call.name)
            if (
                found
                and role not in ("update", "activation", "derivative")
                and (best is None or role == "backward" or best[2] != "backward")
            ):
                best = (found, call.name, role)
        if best:
            break
    if best is None:
        found = _gradients(base.left, values, ("left",), reading, base, False)
        best = (found, None, None) if found else None
    if best:
        reading.gradient, reading.gradient_name = best[:2]


def _gradients(arrays, values, place, reading, base, by_shape):
    """{path: place} where the arrays hold one for each parameter, none of them a parameter before or after the round."""
    old = [*reading.point.values(), *(base.left[path] for path in values)]
    items = []
    for path, item in arrays.items():
        spoilt = item.dtype.kind != "f" or any(
            item.shape == other.shape and np.allclose(item, other, atol=1e-4 if item.size > 1 else 1e-7)
            for other in old
        )
        if not spoilt and path not in values:
            items.append((path, item))
    labels = [("_".join(str(step).lstrip(".") for step in _named_part(path)), np.asarray(item)) for path, item in items]
    named = {path: _likeliest(path, values[path], items, labels) for path in values}
    if all(index is not None for index in named.values()):
        return {path: (*place, items[index][0]) for path, index in named.items()}
    if not by_shape or len(items) < len(values):
        return None
    return _by_shape(items, values, place) or _in_order(items, values, place)


def _likeliest(path, value, items, labels):
    """The number of the array that bears a parameter's name, the one in its very letters first: ``dU`` and ``du`` are two."""
    found = [i for i, entry in enumerate(labels) if _of_parameter(items[i][0], entry, path, value)]
    return min(found, key=lambda i: not labels[i][0].endswith(str(path[-1]).strip(".")), default=None)


def _named_part(path):
    """A path without the place in a tuple that it begins with, where a name follows: ``(4, "dW1")``."""
    return path[1:] if len(path) > 1 and type(path[0]) is int and isinstance(path[1], str) else path


def _of_parameter(where, entry, path, value):
    """Whether an array is a parameter's gradient by its name, or by its place beside it (``p.value``, ``p.grad``)."""
    beside = len(path) > 1 and where[:-1] == path[:-1] and "grad" in str(where[-1]).lower()
    return _named(entry[0], path, entry[1], value) if not beside else entry[1].shape == value.shape


def _named(label, path, item, value):
    return (
        returned.same_name(label, path)
        and label != str(path[-1])
        and (item.size == value.size or item.ndim <= value.ndim)
    )


def _by_shape(items, values, place):
    free, found = list(items), {}
    for path, value in values.items():
        index = next((i for i, (_, item) in enumerate(free) if item.shape == value.shape), None)
        if index is None:
            return None
        found[path] = (*place, free.pop(index)[0])
    return found if len(values) > 1 or len(items) == 1 else None


def _in_order(items, values, place):
    """One array for each parameter, in their order, some of them of a wrong shape."""
    good = sum(item.shape == value.shape for (_, item), value in zip(items, values.values()))
    if len(items) != len(values) or place[0] != "call" or vocabulary.role_of_name(place[1]) != "backward" or not good:
        return None
    return {path: (*place, item[0]) for path, item in zip(values, items)}


def forms_of(array, n):
    """(form, labels, outputs) of an array of targets at the loop's entry: every way to read it."""
    shape = {(n,): "(n,)", (n, 1): "(n, 1)", (1, n): "(1, n)"}.get(array.shape)
    whole = array.dtype.kind in "iu" or np.array_equal(array, np.round(array))
    most = int(array.max()) + 1 if whole and array.size else 1
    for n_out in sorted({1, most, *(size for size in array.shape if size != n)}):
        labels = _labels(array, n, n_out)
        if labels is None or n_out > 50 or labels.max() >= max(n_out, 2):
            continue
        for form, made in network.label_forms(labels, n_out).items():
            if made.shape == array.shape and np.array_equal(made, array) and made.dtype.kind == array.dtype.kind:
                yield form, labels, n_out
                break
    if shape and (not whole or most > 2 or array.min() < 0):
        yield shape + (" ids" if array.dtype.kind in "iu" and shape != "(1, n)" else ""), array.ravel(), 1


def _labels(array, n, n_out):
    flat = array.ravel()
    if array.size == n and np.array_equal(flat, np.round(flat)) and flat.min() >= 0:
        return flat.astype(int)
    if n_out > 1 and array.shape in ((n, n_out), (n_out, n)):
        return (array if array.shape == (n, n_out) else array.T).argmax(axis=1)
    return None
