"""Activation functions, their derivatives, and loss functions, called by themselves."""

import numpy as np

from scratchwork.checks import binding, loss_values, reference, vocabulary
from scratchwork.checks.findings import CallFailed, CannotCheck, find
from scratchwork.checks.registry import probe

KNOWN = ("softmax", "leaky", "sigmoid", "tanh", "relu", "softplus", "swish", "elu")
BASE = {"sigmoid": "sigmoid", "tanh": "tanh", "relu": "relu", "softplus": "softplus", "swish": "swish", "elu": "ELU"}
Z = np.array([-2.3, -1.1, -0.6, 0.4, 0.9, 1.7, 2.9])


def which(name):
    """The activation that a function's name speaks of, or None."""
    plain = vocabulary.plain(name.split(".")[-1]).replace("hyperbolic_tangent", "tanh").replace("logistic", "sigmoid")
    plain = plain.replace("silu", "swish").replace("lrelu", "leaky").replace("expit", "sigmoid")
    if plain in ("sig", "d_sig", "sig_prime", "sig_deriv", "sig_derivative"):
        return "sigmoid"
    return next((word for word in KNOWN if word in plain), None)


def called(call, function, value):
    """The function of one array (further required parameters as by their meaning)."""
    known = {"X": value, "alpha": 0.01, "lr": 0.01, "eps": 1e-8, "yhat": value, "y": value}
    names = [entry.name for entry in binding.parameters(function) if entry.default is entry.empty]
    if len(names) == 1:
        return np.asarray(call(function, value.copy()))
    if not names:
        raise CannotCheck(f"{function.__name__} takes no argument")
    return np.asarray(call(function, value.copy(), **binding_rest(function, names[1:], known)))


def binding_rest(function, names, known):
    """Keywords for the parameters after the first one."""
    meant = binding.meanings_of(function)
    found = {}
    for name in names:
        if meant[name] not in known:
            raise binding.CannotBind(function, name)
        found[name] = known[meant[name]]
    return found


@probe("SW-N1", roles=("activation",))
def sigmoid_stays_finite_and_silent(target, call):
    """sigmoid(-1000) is 0 and sigmoid(1000) is 1, without a warning."""
    if which(target.name) != "sigmoid":
        raise CannotCheck("it is no sigmoid")
    far = called(call, target.value, np.array([-1000.0, 0.0, 1000.0]))
    overflowed = call.said("overflow", "invalid")
    if not np.isfinite(np.asarray(far, dtype=float)).all():
        yield find("SW-N1", f"sigmoid([-1000, 0, 1000]) is {np.round(far, 4).tolist()}.", severity="error")
    elif overflowed:
        yield find("SW-N1", "sigmoid(-1000) overflows in exp: RuntimeWarning; the value itself comes out as 0.")


@probe("SW-G91", roles=("activation",))
def activation_has_its_values(target, call):
    """A function called sigmoid, tanh or ReLU gives those numbers."""
    name = which(target.name)
    if name is None or name in ("softmax", "leaky", "swish", "elu"):
        raise CannotCheck("its formula is not fixed by its name")
    got = np.asarray(called(call, target.value, Z), dtype=float)
    wanted = reference.ACTIVATIONS[BASE[name]][0](Z)
    if _returns_slope_too(target, call, wanted) or got.shape != wanted.shape:
        raise CannotCheck("it returns something else than one value for each entry")
    if not np.allclose(got, wanted, atol=1e-5):
        other = next(
            (word for word, (f, df) in reference.ACTIVATIONS.items() if np.allclose(got, f(Z), atol=1e-6)), None
        )
        if other and other.startswith("leaky") and name == "relu":
            return
        index = int(np.argmax(np.abs(got - wanted)))
        observed = f"{target.name}({Z[index]}) is {got[index]:.5g}; {name} gives {wanted[index]:.5g}" + (
            f": it is {other}." if other else "."
        )
        yield find("SW-G91", observed, severity="error" if abs(got[index] - wanted[index]) > 1e-3 else "warning")


def _returns_slope_too(target, call, wanted):
    return bool({"deriv", "derivative", "grad", "prime", "der"} & set(binding.meanings_of(target.value)))


@probe("SW-N2", "SW-N3", roles=("activation",))
def softmax_sums_to_one(target, call):
    """The probabilities of one sample sum to 1, whatever the size of the logits."""
    if which(target.name) != "softmax":
        raise CannotCheck("it is no softmax")
    batch = np.random.default_rng(2).normal(size=(5, 3)) * 2
    try:
        got = np.asarray(called(call, target.value, batch), dtype=float)
    except CallFailed:
        got = np.asarray(called(call, target.value, batch[0]), dtype=float)[None]
    if got.shape == batch.shape:
        yield from _sums(target, got, batch)
    try:
        large = np.asarray(called(call, target.value, np.array([[1000.0, 0.0, -5.0], [0.0, 1000.0, 3.0]])), dtype=float)
    except CallFailed:
        large = np.asarray(called(call, target.value, np.array([1000.0, 0.0, -5.0])), dtype=float)
    if not np.isfinite(large).all():
        yield find(
            "SW-N2",
            f"softmax([1000, 0, -5]) holds {'NaN' if np.isnan(large).any() else 'infinity'}: exp(1000) overflows.",
        )


def _sums(target, got, batch):
    rows, columns, whole = got.sum(axis=1), got.sum(axis=0), got.sum()
    if np.allclose(rows, 1, atol=1e-5) or np.allclose(columns, 1, atol=1e-5):
        return
    alone = "network functions" in target.namespace.get("kinds", ()) or "mlp" in target.namespace.get("kinds", ())
    if np.isclose(whole, 1, atol=1e-5):
        if not alone:
            observed = (
                f"For a batch of 5 samples all 15 probabilities together sum to {whole:.4g}; each sample's should."
            )
            yield find("SW-N3", observed, severity="warning")
        return
    shown = ", ".join(f"{value:.3g}" for value in rows[:3])
    yield find(
        "SW-N3",
        f"For 5 samples of 3 logits the rows sum to {shown}, ..., the columns to {columns[0]:.3g}, ...: neither is 1.",
    )


@probe("SW-G10", "SW-G11", "SW-G17", "SW-G91", roles=("derivative",))
def derivative_is_the_slope(target, call):
    """A derivative equals the slope of its activation, written for z or for a = f(z)."""
    name = which(target.name)
    if name is None:
        raise CannotCheck("its name does not tell whose derivative it is")
    if name == "softmax":
        yield from _softmax_slope(target, call)
        return
    if any(meaning in ("yhat", "y", "grads") for meaning in list(binding.meanings_of(target.value).values())[1:]):
        raise CannotCheck("it takes more than one array")
    first = next(iter(binding.parameters(target.value)), None)
    if first is not None and first.name.lower().startswith(("da", "dout", "grad", "dvalues", "up")):
        raise CannotCheck("it is a backward step, not a derivative")
    f, slope = _activation_of(name, target, call)
    right = slope(Z)
    at_z = np.asarray(called(call, target.value, Z), dtype=float)
    at_a = np.asarray(called(call, target.value, f(Z)), dtype=float)
    if at_z.shape != Z.shape:
        raise CannotCheck("it does not work entry by entry")
    usual = reference.ACTIVATIONS[BASE[name]][1](Z) if name in BASE else right
    if np.allclose(at_z, right, atol=1e-5) or np.allclose(at_z, usual, atol=1e-5):
        return
    written = called(call, target.value, reference.ACTIVATIONS[BASE[name]][0](Z)) if name in BASE else at_a
    if np.allclose(at_a, right, atol=1e-5) or np.allclose(written, usual, atol=1e-5):
        yield from _mixed(target, call, name, at_z, right)
        return
    yield _wrong_slope(target, name, f, right, at_z, at_a)


def _mixed(target, call, name, at_z, right):
    """Written for a, in a file whose other derivatives are written for z and that has no network to tell: two conventions."""
    kinds = target.namespace.get("kinds", ())
    if {"network functions", "mlp", "layer", "linear", "logistic"} & set(kinds) or name == "relu":
        return
    for key, item in target.namespace.get("namespace", {}).items():
        other = which(key)
        if (
            not hasattr(item, "__code__")
            or item is target.value
            or vocabulary.role_of_name(key) != "derivative"
            or other not in BASE
        ):
            continue
        slope = reference.ACTIVATIONS[BASE[other]][1](Z)
        if other != "relu" and np.allclose(called(call, item, Z), slope, atol=1e-5):
            parameter = next(iter(binding.parameters(target.value))).name
            observed = (
                f"{target.name} at z = {Z[0]} is {at_z[0]:.4g}, the slope of {name} there is {right[0]:.4g}: it expects a = {name}(z), "
                f"while {key} in the same file expects z."
            )
            yield find("SW-G10", observed, severity="error" if parameter == "z" else "warning")
            return


def _activation_of(name, target, call):
    """The user's own activation of that name if the file has one, with its numeric slope; else ours."""
    namespace = target.namespace.get("namespace", {})
    for key, item in namespace.items():
        if (
            callable(item)
            and hasattr(item, "__code__")
            and vocabulary.role_of_name(key) == "activation"
            and which(key) == name
        ):
            try:
                h = 1e-6
                ahead, behind = called(call, item, Z + h), called(call, item, Z - h)
                values = called(call, item, Z)
                if values.shape == Z.shape:
                    return (lambda z, item=item: np.asarray(called(call, item, z), dtype=float)), (
                        lambda z: (ahead - behind) / (2 * h)
                    )
            except CannotCheck:
                continue
    if name == "leaky":
        raise CannotCheck("the slope of its leaky part is not known")
    return reference.ACTIVATIONS[BASE[name]]


def _wrong_slope(target, name, f, right, at_z, at_a):
    for other, (g, dg) in reference.ACTIVATIONS.items():
        if np.allclose(at_z, dg(Z), atol=1e-6) or np.allclose(at_z, dg(f(Z)), atol=1e-6):
            code = "SW-G10" if other == BASE.get(name) else "SW-G11"
            return find(
                code,
                f"{target.name} returns the slope of {other}: at z = {Z[0]} it is {at_z[0]:.4g}, {name} has {right[0]:.4g}.",
            )
    index = int(np.argmax(np.abs(at_z - right)))
    observed = (
        f"{target.name} at z = {Z[index]} is {at_z[index]:.4g}, at a = {name}(z) it is {at_a[index]:.4g}; central differences of "
        f"{name} give {right[index]:.4g}."
    )
    return find("SW-G11", observed)


def _softmax_slope(target, call):
    p = reference.softmax(np.array([0.3, -0.4, 1.1]))
    logits = np.array([0.3, -0.4, 1.1])
    right = np.diag(p) - np.outer(p, p)
    results = []
    for value in (p, logits, p[None], logits[None], p[:, None], logits[:, None]):
        try:
            results.append(np.asarray(called(call, target.value, value), dtype=float).squeeze())
        except CallFailed:
            continue
    if not results:
        raise CannotCheck("it runs on no vector of probabilities or logits")
    if any(item.shape == (3, 3) and np.allclose(item, right, atol=1e-6) for item in results):
        return
    diagonal = p * (1 - p)
    for item in results:
        square = item.shape == (3, 3)
        if (square and np.allclose(item, np.diag(diagonal), atol=1e-6)) or (
            item.shape == (3,) and np.allclose(item, diagonal, atol=1e-6)
        ):
            observed = f"{target.name} of 3 probabilities has only the diagonal {np.round(diagonal, 4).tolist()}; entry (0, 1) of the Jacobian is {right[0, 1]:.4f}."
            yield find("SW-G17", observed, severity="error" if square else "warning")
            return
    square = [item for item in results if item.shape == (3, 3)]
    if square:
        yield find(
            "SW-G17",
            f"{target.name} is not diag(p) - p p': entry (0, 1) is {square[0][0, 1]:.4g}, should be {right[0, 1]:.4g}.",
        )


# losses ---------------------------------------------------------------------------------------------------------


def loss_caller(target, call):
    """(function of (P, labels) -> number, form name) for a loss function of two arrays, in the order and form it wants."""
    function = target.value
    required = [entry.name for entry in binding.parameters(function) if entry.default is entry.empty]
    if not 2 <= len(required) <= 3:
        raise CannotCheck("it does not take just a prediction and a target")
    meant = binding.meanings_of(function)
    if any(meant[name] in ("params", "w", "b", "X", "k", "sizes", "lr", "cache", "lambda") for name in required):
        raise CannotCheck("it takes parameters or data, and is checked with its model")
    first = _first_is_target(meant, required)

    def ask(P, y):
        arguments = (y, P) if first else (P, y)
        extra = [len(P)] * (len(required) - 2)
        value = call(function, *arguments, *extra)
        item = np.asarray(value, dtype=float)
        return float(item.mean()) if item.size > 1 else float(item.ravel()[0])

    return ask


def _first_is_target(meant, required):
    if meant[required[0]] == "yhat" or meant[required[1]] == "y":
        return meant[required[0]] != "yhat" and meant[required[1]] != "y"
    return meant[required[0]] == "y" or meant[required[1]] == "yhat"


def loss_points(ask, C, form):
    """Points at two sizes for one label form, or CannotCheck."""
    points = []
    for n, seed in ((11, 1), (7, 2), (13, 3)):
        P, labels = loss_values.probabilities(n, C, seed)
        Y = labels.reshape(-1, 1).astype(float) if C == 1 else np.eye(C)[labels]
        shown = {"one-hot": (P, Y), "transposed": (P.T, Y.T), "ids": (P, labels), "flat": (P.ravel(), Y.ravel())}[form]
        points.append(loss_values.Point(ask(*shown), P, Y))
    return points


@probe("SW-G7", "SW-G9", "SW-G1", "SW-N5", "SW-N6", roles=("loss",))
def loss_has_its_values(target, call):
    """The loss of chosen predictions is known in advance: ln C for a uniform one, growing at the wrong extreme."""
    ask = loss_caller(target, call)
    plain = vocabulary.plain(target.name)
    crossed = any(word in plain for word in ("entropy", "log", "nll", "bce", "cce", "likelihood"))
    squared = any(word in plain for word in ("mse", "squared", "quadratic", "l2", "rss", "sse"))
    readings, failure = [], None
    for C, forms in ((3, ("one-hot", "ids", "transposed")), (1, ("flat", "one-hot", "transposed"))):
        for form in forms:
            try:
                points = loss_points(ask, C, form)
            except CallFailed as problem:
                failure = failure or problem
                continue
            readings.append((C, form, points, loss_values.identify(points)))
    if any(word in plain for word in ("binary", "bce")) and any(entry[0] == 1 for entry in readings):
        readings = [entry for entry in readings if entry[0] == 1]
    if not readings:
        raise failure or CannotCheck("it runs on no form of prediction and target")
    yield from judge_readings(target, readings, crossed, squared)
    if crossed or any(found and "entropy" in found[0] for *_, found in readings):
        yield from _extremes(ask, readings)


def judge_readings(target, readings, crossed, squared):
    """Findings from what the loss was identified as under each reading; the most favourable one counts."""
    good = [entry for entry in readings if entry[3] and _sound(entry, crossed)]
    if good:
        return
    known = [entry for entry in readings if entry[3]]
    for C, form, points, found in known:
        name, words, scale = found
        point = points[0]
        n = len(point.P)
        if name == "cross-entropy" and C == 1:
            yield find(
                "SW-G9",
                f"For y = 0 the loss is 0 whatever is predicted: {n} predictions cost {point.value:.4g}, the value of -y log(p) alone.",
            )
            return
        if name in ("half of the cross-entropy", "wrong sign of the second half"):
            yield find(
                "SW-G9" if name.startswith("half") else "SW-G1",
                f"The loss of {n} predictions is {point.value:.4g}: {name}.",
            )
            return
        if name == "cross-entropy" and words in ("1/C", "1/n", "n/C", "1/(n C)", "C"):
            uniform = np.log(C) * {"1/C": 1 / C, "1/n": 1 / n, "n/C": n / C, "C": C}.get(words, 1 / (n * C))
            yield find(
                "SW-G7",
                f"A uniform prediction over {C} classes and {n} samples costs {uniform:.4g}; it should cost ln {C} = {np.log(C):.4g}.",
            )
            return
        if name == "binary cross-entropy" and words in ("1/n", "n/C", "1/(n C)", "C"):
            half = C * np.log(2)
            uniform = half * {"1/n": 1 / n, "n/C": n / C, "C": C}.get(words, 1 / (n * C))
            observed = f"A prediction of 1/2 for {n} samples and {C} output(s) costs {uniform:.4g}; it should cost {half:.4g}: the mean is taken over the wrong axis."
            yield find("SW-G7", observed)
            return
        if name == "signed error":
            yield find(
                "SW-G1",
                f"The loss of {n} predictions is {point.value:.4g}, the mean of the signed errors: they cancel.",
            )
            return
    if crossed or squared:
        C, form, points, _ = readings[0]
        table = loss_values.usual(points[0])
        wanted = table[
            "cross-entropy" if C > 1 and crossed else "binary cross-entropy" if crossed else "half squared error"
        ]
        observed = f"The loss of {len(points[0].P)} predictions is {points[0].value:.5g}; the usual one is {wanted:.5g}, or a constant times that."
        yield find("SW-G1", observed, severity="warning")


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


def _extremes(ask, readings):
    """The loss at predictions of exactly 0 and 1."""
    C, form, _, _ = readings[0]
    labels = np.array([0, 1, 2, 0, 1]) if C > 1 else np.array([0, 1, 1, 0, 1])
    Y = np.eye(C)[labels] if C > 1 else labels.reshape(-1, 1).astype(float)
    shapes = {"one-hot": lambda P: (P, Y), "transposed": lambda P: (P.T, Y.T), "ids": lambda P: (P, labels),
              "flat": lambda P: (P.ravel(), Y.ravel())}  # fmt: skip
    perfect = ask(*shapes[form](Y.copy()))
    worst = ask(*shapes[form](np.roll(Y, 1, axis=1) if C > 1 else 1 - Y))
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
    ask = loss_caller(_Like(loss[1], loss[0], target.namespace), call)
    required = [entry.name for entry in binding.parameters(target.value) if entry.default is entry.empty]
    if len(required) != 2:
        raise CannotCheck("it does not take just a prediction and a target")
    first = _first_is_target(binding.meanings_of(target.value), required)
    P, labels = loss_values.probabilities(5, 1, 4)
    Y = labels[:5].reshape(-1, 1).astype(float)
    got = np.asarray(call(target.value, *((Y, P) if first else (P, Y))), dtype=float)
    numeric = np.empty_like(P)
    for index in range(len(P)):
        ahead, behind = P.copy(), P.copy()
        ahead[index] += 1e-6
        behind[index] -= 1e-6
        numeric[index] = (ask(ahead, Y) - ask(behind, Y)) / 2e-6
    if got.shape != P.shape:
        raise CannotCheck("it does not return one value for each prediction")
    factor, residual = reference.fitted_factor(got, numeric)
    if residual > 1e-4:
        index = int(np.argmax(np.abs(got - numeric)))
        observed = f"At p = {P.ravel()[index]:.3f}, y = {Y.ravel()[index]:.0f} it is {got.ravel()[index]:.4g}; central differences of {loss[0]} give {numeric.ravel()[index]:.4g}."
        yield find("SW-G1", observed, severity="error" if residual > 0.01 else "warning")
    elif factor < 0:
        yield find(
            "SW-G1", f"It is {factor:.4g} times the slope of {loss[0]}: the sign is reversed.", severity="warning"
        )
    elif abs(factor - 1) > 1e-3:
        yield find("SW-G8", f"It is {factor:.4g} times the slope of {loss[0]}.")


class _Like:
    """A stand-in for a target: another function of the same file."""

    def __init__(self, value, name, namespace):
        self.value, self.name, self.namespace = value, name, namespace


def _loss_of(target):
    plain = vocabulary.plain(target.name)
    namespace = target.namespace.get("namespace", {})
    for key, item in namespace.items():
        if hasattr(item, "__code__") and vocabulary.role_of_name(key) == "loss" and vocabulary.plain(key) in plain:
            return key, item
    raise CannotCheck("the loss that it belongs to is not in the file")
