"""The derivative that stands beside a function is that function's."""

import inspect

import numpy as np

from scratchwork.checks.findings import CannotCheck, find
from scratchwork.checks.probes import functions as probe_functions
from scratchwork.checks.recognising import binding
from scratchwork.checks.registry import probe
from scratchwork.checks.views import reference, slope_pairs, told_slopes

Z = np.array([[-2.3, -1.1, -0.6], [0.4, 0.9, 1.7]])
CLOSE = 1e-3  # of a slope, which may be float32
CLEAR = 1e-2  # residual from which no epsilon, clip or float32 explains the difference


def _softmax(z):
    """Of each row, where there are rows of several; of a single output the sigmoid."""
    return reference.softmax(z, axis=1) if z.ndim == 2 and z.shape[1] > 1 else reference.sigmoid(z)


def _softmax_of_column(z):
    return reference.softmax(z, axis=0) if z.ndim == 2 and z.shape[1] == 1 else _softmax(z)


PLAIN = (("sigmoid", reference.sigmoid), ("softmax", _softmax), ("softmax of a column", _softmax_of_column))
SHAPED = (("tanh", np.tanh), ("linear", lambda z: z + 0.0))


@probe("SW-G1", "SW-G10", "SW-G11", "SW-G17", roles=("activation pair",))
def the_slope_is_that_of_the_activation(target, call):
    """The derivative in an activation's class, or behind its flag, is the slope, written for z or for a = f(z)."""
    pair = target.value
    if pair.extra == 0 and told_slopes.is_softmax(slope_pairs.number_table(call, pair.f, Z)):
        yield from probe_functions.softmax_slope(probe_functions.Like(pair.g, _name(pair)), call, pair.g_name)
        return
    penalty = list(slope_pairs.number_readings(pair, call, (Z.ravel(), Z)))
    if penalty:
        yield from _gradient_of_a_number(pair, min(penalty, key=lambda reading: reading[0]))
        return
    readings = list(slope_pairs.activation_readings(pair, call))
    if not readings:
        raise CannotCheck("its derivative runs on no probe")
    if not any(numeric.any() for _, numeric, _ in readings):
        raise CannotCheck("it is flat: what is taken for its slope stands in for one")
    claimed, numeric, _ = min(readings, key=lambda reading: np.abs(reading[0] - reading[1]).max())
    if np.abs(claimed - numeric).max() < CLOSE:
        yield from _other_convention(pair, call)
        return
    index = np.unravel_index(int(np.argmax(np.abs(claimed - numeric))), numeric.shape)
    observed = (
        f"{_name(pair)} gives {claimed[index]:.4g} where central differences of {pair.f_name} give {numeric[index]:.4g}"
    )
    code, of = _whose(pair, call)
    told = None if pair.holder or pair.f_name == pair.g_name else "warning"  # its name alone says whose slope it is
    observed = f"{observed}, whether it is asked with z or with a = f(z){of}."
    yield find(code, observed, function=pair.g_name, severity=told)


def _gradient_of_a_number(pair, reading):
    """The finding where what gives one number, as a penalty does, has another gradient than the one beside it."""
    residual, claimed, numeric = reading
    if residual > CLEAR:
        index = np.unravel_index(int(np.argmax(np.abs(claimed - numeric))), numeric.shape)
        observed = f"{_name(pair)} gives {claimed[index]:.4g} where central differences of {pair.f_name} give {numeric[index]:.4g}"
        words = f"{observed}; no constant factor takes one to the other: {residual:.2g} of it is left."
        yield find("SW-G1", words, function=pair.f_name, severity="warning")


def _other_convention(pair, call):
    """Two or more derivatives of the file are written for the other argument, and none for this one."""
    own = slope_pairs.conventions(pair, call)
    others = [slope_pairs.conventions(other, call) for other in pair.beside if other is not pair]
    clear = [next(iter(found)) for found in others if len(found) == 1]
    if len(own) == 1 and len(clear) >= 2 and len(set(clear)) == 1 and not own & set(clear):
        observed = f"{_name(pair)} is the slope where it gets {own.pop()}; the {len(clear)} other derivatives here want {clear[0]}."
        yield find("SW-G10", observed, function=pair.g_name, severity="warning")


def _whose(pair, call):
    """Whose slope it is instead, of the activations that we know."""
    if pair.extra:
        return "SW-G11", ""
    got, f = slope_pairs.number_table(call, pair.g, Z), slope_pairs.number_table(call, pair.f, Z)
    for name, (own, slope) in reference.ACTIVATIONS.items():
        for point in (Z, own(Z), f):
            if got.shape == Z.shape and np.allclose(got, slope(point), atol=1e-6) and name != "linear":
                return ("SW-G10" if np.allclose(f, own(Z), atol=1e-6) else "SW-G11"), f": it is the slope of {name}"
    return "SW-G11", ""


def _name(pair):
    if pair.f_name == pair.g_name and pair.arrays == 2:
        return f"The gradient that {pair.holder + '.' if pair.holder else ''}{pair.g_name} returns"
    plain = pair.g_name if pair.f_name != pair.g_name else f"{pair.g_name} with its flag"
    return f"{pair.holder}.{pair.g_name}" if pair.holder else plain


@probe("SW-G1", "SW-G9", roles=("cost pair",))
def the_gradient_is_that_of_the_cost(target, call):
    """The gradient in a cost's class is the derivative by the prediction, or by the logit behind it, up to one factor."""
    pair = target.value
    readings = list(slope_pairs.cost_readings(pair, call, PLAIN))
    found = slope_pairs.best(readings)
    if found is None or found[0] > slope_pairs.ALIKE:
        more = slope_pairs.best(slope_pairs.cost_readings(pair, call, [*SHAPED, *_own(target, call)]))
        found = more if found is None or (more and more[0] <= CLEAR) else found
    if found and found[0] <= slope_pairs.ALIKE:
        found = _worse_elsewhere(pair, call, readings, found)
    if found is None:
        raise CannotCheck("cost and gradient run on no form of prediction and target")
    residual, factor, claimed, numeric, words = found
    if residual > CLEAR and _blame_the_cost(target, call):
        yield from _blame_the_cost(target, call)
    elif residual > CLEAR:
        index = np.unravel_index(int(np.argmax(np.abs(claimed - numeric))), numeric.shape)
        observed = (
            f"{_name(pair)} gives {claimed[index]:.4g} where central differences of {pair.f_name} give {numeric[index]:.4g} "
            f"({words}); no constant factor takes one to the other: {residual:.2g} of it is left."
        )
        yield find("SW-G1", observed, function=pair.g_name)
    elif residual <= slope_pairs.ALIKE and factor < 0:
        observed = f"{_name(pair)} is {factor:.4g} times the derivative of {pair.f_name}: its sign is reversed."
        yield find("SW-G1", observed, function=pair.g_name, severity="warning")
    elif pair.extra and words.endswith("its prediction"):
        observed = (
            f"{_name(pair)} takes z besides, and is the derivative by a, not by z: the slope of the output is missing."
        )
        yield find("SW-G1", observed, function=pair.g_name, severity="warning")


def _worse_elsewhere(pair, call, readings, found):
    """The reading where the same pair is asked in another form of labels that its cost takes, or far from the target, and fails
    there; else ``found``."""
    if found[1] < 0:
        return found
    form, _, rest = found[4].partition(", ")
    other = {"rows": "ids", "ids": "rows"}.get(form)
    same = [reading for reading in readings if reading[2] == f"{other}, {rest}"]
    if same and slope_pairs.forms_alike(pair, call):
        worse = slope_pairs.best(same)
        return worse if worse and worse[0] > CLEAR else found
    if pair.extra or not found[4].endswith(("its prediction", "column, its logit")):
        return found
    far = slope_pairs.best(slope_pairs.wide_readings(pair, call))
    return far if far and far[0] > CLEAR else found


def _blame_the_cost(target, call):
    """The finding where the gradient is that of the binary cross-entropy and the cost is something else; at most one."""
    pair = target.value
    usual = slope_pairs.SlopePair(pair.holder, _binary(pair), pair.g, pair.f_name, pair.g_name, 2, pair.extra)
    found = slope_pairs.best(slope_pairs.cost_readings(usual, call, PLAIN[:1]))
    if found is None or found[0] > slope_pairs.ALIKE or found[1] < 0 or any(slope_pairs.wide_readings(pair, call)):
        return []
    P, Y = np.full((4, 1), 0.3), np.zeros((4, 1))
    values = [slope_pairs.number_table(call, pair.f, *order).sum() for order in ((P, Y), (Y, P))]
    if min(map(abs, values)) < 1e-6:
        observed = f"With y = 0 {pair.f_name} is 0 whatever is predicted; {pair.g_name} is the gradient of the whole cross-entropy."
        return [find("SW-G9", observed, function=pair.f_name)]
    observed = f"{pair.g_name} is the gradient of the binary cross-entropy; {pair.f_name} is not that: {float(values[0]):.4g} for 4 predictions of 0.3 at y = 0."
    return [find("SW-G1", observed, function=pair.f_name, severity="warning")]


def _binary(pair):
    """The binary cross-entropy with the parameters of the user's cost, so that they are bound alike."""
    names = slope_pairs.names_of(pair.f)
    first = _target_first(pair)

    def cost(a, b):
        y, p = (a, b) if first else (b, a)
        return -(y * np.log(p) + (1 - y) * np.log(1 - p))

    cost.__signature__ = inspect.Signature(
        [inspect.Parameter(name, inspect.Parameter.POSITIONAL_OR_KEYWORD) for name in names]
    )
    return cost


def _target_first(pair):
    meant = [binding.meanings_of(pair.f)[name] for name in slope_pairs.names_of(pair.f)]
    return meant[0] == "y" or meant[1] == "yhat"


def _own(target, call):
    """The file's own functions of one array that work entry by entry: its activations, whatever their names."""
    for name, item in target.namespace.get("namespace", {}).items():
        if (
            getattr(item, "__module__", None) == "user_module"
            and hasattr(item, "__code__")
            and len(slope_pairs.names_of(item)) == 1
        ):
            try:
                if slope_pairs.number_table(call, item, np.zeros((2, 3))).shape == (2, 3):
                    yield name, lambda z, item=item: slope_pairs.number_table(call, item, z)
            except CannotCheck:
                continue
