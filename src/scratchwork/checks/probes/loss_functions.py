"""Loss functions by themselves: known values, extremes, and the derivative of the same name."""

import re

import numpy as np

from scratchwork.checks.findings import CallFailed, CannotCheck, find
from scratchwork.checks.probes import functions as probe_functions
from scratchwork.checks.recognising import binding, vocabulary
from scratchwork.checks.registry import probe
from scratchwork.checks.views import loss_values, reference
from scratchwork.checks.views.metric_blame import source_of

SLOPES = {"grad", "gradient", "gradients", "derivative", "deriv", "prime"}


def loss_caller(target, call):
    """(function of (P, labels) -> number, form name) for a loss function of two arrays, in the order and form it wants."""
    function = target.value
    if set(vocabulary.plain(target.name).split("_")) & SLOPES:
        raise CannotCheck("its name is that of a derivative")
    required = [entry.name for entry in binding.parameters(function) if entry.default is entry.empty]
    if not 2 <= len(required) <= 3:
        raise CannotCheck("it does not take just a prediction and a target")
    meant = binding.meanings_of(function)
    if any(meant[name] in ("params", "w", "b", "X", "k", "sizes", "lr", "cache", "lambda") for name in required):
        raise CannotCheck("it takes parameters or data, and is checked with its model")
    text = getattr(getattr(target, "source", None), "text", "")
    first, shared = _first_is_target(meant, required), re.search("(?i)soft_?max", text)
    if meant[required[0]] == meant[required[1]]:
        first = _bends_along_the_second(call, function, required)

    def ask(P, y):
        arguments = (y, P) if first else (P, y)
        extra = [len(P)] * (len(required) - 2)
        try:
            value = call(function, *arguments, *extra)
        except CallFailed:
            if extra or (P.ndim > 1 and not (shared and np.shape(y) == P.shape)):
                raise
            pairs = zip(*arguments) if P.ndim > 1 else (map(float, pair) for pair in zip(*arguments))
            value = [call(function, *pair) for pair in pairs]  # of one prediction, or one row of shares, and its target
        item = np.asarray(without_slope(value), dtype=float)
        if item.size > 1 and item.shape == P.shape == np.shape(y) and np.allclose(np.abs(item), np.abs(P - y)):
            raise CannotCheck("it gives the error of each entry, and no loss")
        if item.ndim == 2 and item.shape == P.shape:  # entry by entry: summed over outputs, of which there are fewer
            return float(item.sum() / max(P.shape))
        return float(item.mean()) if item.size > 1 else float(item.ravel()[0])

    return ask


def without_slope(value):
    """The loss alone, where it came with its slope: (number, array)."""
    pair = isinstance(value, tuple) and len(value) == 2 and np.ndim(value[0]) == 0 < np.ndim(value[1])
    return value[0] if pair else value


def _first_is_target(meant, required):
    if meant[required[0]] == "yhat" or meant[required[1]] == "y":
        return meant[required[0]] != "yhat" and meant[required[1]] != "y"
    return meant[required[0]] == "y" or meant[required[1]] == "yhat"


def _bends_along_the_second(call, function, required):
    """Whether a loss of ``(y, Y)`` is a straight line along its first argument and not along its second: then that is the target."""
    if len(required) != 2:
        return False
    fixed, steps = np.full((3, 1), 0.4), [np.full((3, 1), share) for share in (0.2, 0.5, 0.8)]
    try:
        values = [[np.sum(call(function, *pair)) for pair in pairs] for pairs in ([(step, fixed) for step in steps], [(fixed, step) for step in steps])]  # fmt: skip
    except (CallFailed, TypeError):
        return False
    along = [abs(float(low - 2 * middle + high)) for low, middle, high in values]
    return bool(along[0] < 1e-9 < along[1])


def loss_points(ask, C, form):
    """Points at two sizes for one label form, or CannotCheck."""
    points = []
    for n, seed in ((11, 1), (7, 2), (13, 3)):
        P, labels = loss_values.probabilities(n, C, seed)
        Y = labels.reshape(-1, 1).astype(float) if C == 1 else np.eye(C)[labels]
        shown = {"one-hot": (P, Y), "transposed": (P.T, Y.T), "ids": (P, labels), "flat": (P.ravel(), Y.ravel()),
                 "outputs in columns": (P.T, Y)}[form]  # fmt: skip
        points.append(loss_values.Point(ask(*shown), P, Y))
    return points


RELATIVES = "smooth|focal|weighted|symmetric|tversky|balanced|squared_log|log_error|sle|cosh"  # of the usual losses


@probe("SW-G7", "SW-G9", "SW-G1", "SW-N5", "SW-N6", roles=("loss",))
def loss_has_its_values(target, call):
    """The loss of chosen predictions is known in advance: ln C for a uniform one, growing at the wrong extreme."""
    ask = loss_caller(target, call)
    plain = vocabulary.plain(target.name)
    if re.search(RELATIVES, plain):
        raise CannotCheck("its name speaks of a relative of the usual loss")
    crossed = any(word in plain for word in ("entropy", "log", "nll", "bce", "cce", "likelihood"))
    squared = any(word in plain for word in ("mse", "squared", "quadratic", "l2", "rss", "sse"))
    readings, failure = _readings(ask)
    if any(word in plain for word in ("binary", "bce")) and any(entry[0] == 1 for entry in readings):
        readings = [entry for entry in readings if entry[0] == 1]
    if "softmax" in plain and all(entry[0] == 1 for entry in readings):
        readings = []  # it turns the logits of several classes into probabilities
    if not readings:
        raise failure or CannotCheck("it runs on no form of prediction and target")
    yield from judge_readings(target, readings, crossed, squared)
    if crossed or any(found and "entropy" in found[0] for *_, found in readings):
        yield from _extremes(target, ask, readings)


def _readings(ask):
    """[(classes, label form, points, what it was identified as)] of a loss in every form that runs, and why others do not."""
    readings, failure = [], None
    for C, forms in (
        (3, ("one-hot", "ids", "transposed", "outputs in columns")),
        (1, ("flat", "one-hot", "transposed")),
    ):
        for form in forms:
            try:
                points = loss_points(ask, C, form)
            except CallFailed as problem:
                failure = failure or problem
                continue
            readings.append((C, form, points, loss_values.identify(points)))
    return readings, failure


def judge_readings(target, readings, crossed, squared):
    """Findings from what the loss was identified as under each reading; the most favourable one counts."""
    if any(entry[3] and _sound(entry, crossed) for entry in readings):
        return
    several = any("softmax" in name.lower() for name in target.namespace.get("nodes", ()))
    if not several and any(word in vocabulary.plain(target.name) for word in ("log_loss", "logloss", "logistic")):
        readings = sorted(readings, key=lambda entry: entry[0])  # most often a loss of one probability a row
    for C, _, points, found in readings:
        named = _named_loss(C, points[0], found) if found else None
        if named:
            yield named
            return
    if crossed or squared:
        C, _, points, _ = readings[0]
        table = loss_values.usual(points[0])
        name = "cross-entropy" if C > 1 and crossed else "binary cross-entropy" if crossed else "half squared error"
        observed = (
            f"The loss of {len(points[0].P)} predictions is {points[0].value:.5g}; the usual one is {table[name]:.5g}, "
            "or a constant times that."
        )
        means = "It is no constant times the loss that its name promises; the gradient of that loss does not fit it."
        yield find("SW-G1", observed, severity="warning", means=means)


def _named_loss(C, point, found):
    """The finding for a loss that was identified and is none to report, or None."""
    name, words, _ = found
    n = len(point.P)
    value = f"The loss of {n} predictions is {point.value:.4g}"
    if name == "cross-entropy" and C == 1:
        observed = f"For y = 0 the loss is 0 whatever is predicted: {n} predictions cost {point.value:.4g}, the value of -y log(p) alone."
        return find("SW-G9", observed)
    if name == "half of the cross-entropy":
        return find("SW-G9", f"{value}: {name}.")
    if name == "wrong sign of the second half":
        return find("SW-G1", f"{value}: {name}.")
    if name == "signed error":
        observed = f"{value}, the mean of the signed errors: they cancel."
        return find("SW-G1", observed, severity="warning")  # or the slope of the intercept, taken for a loss
    wrong = ("1/n", "n/C", "1/(n C)", "C")
    share = {"1/C": 1 / C, "1/n": 1 / n, "n/C": n / C, "C": C}.get(words, 1 / (n * C))
    if name == "cross-entropy" and words in ("1/C", *wrong):
        cost = f"costs {np.log(C) * share:.4g}; it should cost ln {C} = {np.log(C):.4g}"
        # One constant factor on a number that may only be shown: no error by itself.
        return find("SW-G7", f"A uniform prediction over {C} classes and {n} samples {cost}.", severity="warning")
    if name == "binary cross-entropy" and words in wrong:
        half = C * np.log(2)
        cost = f"costs {half * share:.4g}; it should cost {half:.4g}"
        observed = f"A prediction of 1/2 for {n} samples and {C} output(s) {cost}: the mean is over the wrong axis."
        return find("SW-G7", observed, severity="warning")
    return None


def _sound(entry, crossed):
    """Whether the loss is one that a correct implementation may report under this reading."""
    C, _, _, (name, words, scale) = entry
    if scale == -1.0:
        return False
    if name == "cross-entropy":
        return C > 1 and words in ("1", "n")
    if name in (
        "binary cross-entropy",
        "cross-entropy of softmax",
        "binary cross-entropy of sigmoid",
        "absolute error",
    ):
        return words in ("1", "n", "1/C")
    if name in ("half squared error", "root of the squared error"):
        return not crossed
    return False


def _extremes(target, ask, readings):
    """The loss at predictions of exactly 0 and 1."""
    C, form, _, _ = readings[0]
    labels = np.array([0, 1, 2, 0, 1]) if C > 1 else np.array([0, 1, 1, 0, 1])
    Y = np.eye(C)[labels] if C > 1 else labels.reshape(-1, 1).astype(float)
    shapes = {"one-hot": lambda P: (P, Y), "transposed": lambda P: (P.T, Y.T), "ids": lambda P: (P, labels),
              "flat": lambda P: (P.ravel(), Y.ravel()), "outputs in columns": lambda P: (P.T, Y)}  # fmt: skip
    perfect = ask(*shapes[form](Y.copy()))
    worst = ask(*shapes[form](np.roll(Y, 1, axis=1) if C > 1 else 1 - Y))
    if np.isfinite(perfect) and "nan_to_num" in source_of(target):
        return  # the largest numbers stand in for what is not finite, and their sum may be none
    if not np.isfinite(perfect) or not np.isfinite(worst):
        yield find(
            "SW-N5", f"A perfect prediction of exactly 0 and 1 costs {perfect:.4g}, a wholly wrong one {worst:.4g}."
        )
    elif -1e-3 < perfect < -1e-12:
        yield find(
            "SW-N6", f"A perfect prediction costs {perfect:.3g}, less than 0: an epsilon stands inside the logarithm."
        )


@probe("SW-G8", "SW-G1", roles=("loss_derivative",))
def loss_derivative_is_the_slope(target, call):
    """The derivative of a loss equals central differences of the loss of the same name in the file, up to a factor."""
    loss = _loss_of(target)
    ask = loss_caller(probe_functions.Like(loss[1], loss[0]), call)
    required = [entry.name for entry in binding.parameters(target.value) if entry.default is entry.empty]
    if len(required) != 2:
        raise CannotCheck("it does not take just a prediction and a target")
    first = _first_is_target(binding.meanings_of(target.value), required)
    readings = [item for C in (1, 3) for item in _slopes(target, call, ask, C, first)]
    if not readings:
        raise CannotCheck("it does not return one value for each prediction")
    got, numeric, P, Y = min(readings, key=lambda item: reference.fitted_factor(*item[:2])[1] > 1e-4)
    factor, residual = reference.fitted_factor(got, numeric)
    if residual > 1e-4:
        index = np.unravel_index(int(np.argmax(np.abs(got - numeric))), P.shape)
        observed = f"At p = {P[index]:.3f}, y = {Y[index]:.0f} it is {got[index]:.4g}; central differences of {loss[0]} give {numeric[index]:.4g}."
        yield find("SW-G1", observed, severity="error" if residual > 0.01 else "warning")
    elif factor < 0:
        yield find(
            "SW-G1", f"It is {factor:.4g} times the slope of {loss[0]}: the sign is reversed.", severity="warning"
        )
    elif abs(factor - 1) > 1e-3:
        yield find("SW-G8", f"It is {factor:.4g} times the slope of {loss[0]}.")


def _slopes(target, call, ask, C, first):
    """(what the derivative gives, central differences of the loss, P, Y): by the prediction, and by what goes into its softmax or sigmoid."""
    P, labels = loss_values.probabilities(5, C, 4)
    Y = np.eye(C)[labels] if C > 1 else labels.reshape(-1, 1).astype(float)
    logits, squash = (np.log(P), lambda Z: reference.softmax(Z, axis=1)) if C > 1 else (np.log(P / (1 - P)), reference.sigmoid)  # fmt: skip
    try:
        got = np.asarray(call(target.value, *((Y, P) if first else (P, Y))), dtype=float)
        for start, shown in ((P, lambda Z: Z), (logits, squash)):
            numeric = np.empty_like(P)
            for index in np.ndindex(P.shape):
                moved = np.zeros_like(P)
                moved[index] = 1e-6
                numeric[index] = (ask(shown(start + moved), Y) - ask(shown(start - moved), Y)) / 2e-6
            if got.shape == P.shape:
                yield got, numeric, P, Y
    except CallFailed:
        return


def _loss_of(target):
    plain = vocabulary.plain(target.name)
    namespace = target.namespace.get("namespace", {})
    for key, item in namespace.items():
        if hasattr(item, "__code__") and vocabulary.role_of_name(key) == "loss" and vocabulary.plain(key) in plain:
            return key, item
    raise CannotCheck("the loss that it belongs to is not in the file")
