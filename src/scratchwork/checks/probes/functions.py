"""Activation functions, their derivatives, and loss functions, called by themselves."""

import numpy as np

from scratchwork.checks.findings import CallFailed, CannotCheck, find
from scratchwork.checks.recognising import binding, vocabulary
from scratchwork.checks.recognising.activation_names import which
from scratchwork.checks.registry import probe
from scratchwork.checks.views import reference

BASE = {"sigmoid": "sigmoid", "tanh": "tanh", "relu": "relu", "softplus": "softplus", "swish": "swish", "elu": "ELU"}
Z = np.array([-2.3, -1.1, -0.6, 0.4, 0.9, 1.7, 2.9])


def called(call, function, value):
    """The function of one array (further required parameters as by their meaning)."""
    known = {"X": value, "alpha": 0.01, "lr": 0.01, "eps": 1e-8, "yhat": value, "y": value}
    names = [entry.name for entry in binding.parameters(function) if entry.default is entry.empty]
    if len(names) == 1:
        return np.asarray(call(function, value.copy()))
    if not names:
        raise CannotCheck(f"{function.__name__} takes no argument")
    return np.asarray(call(function, value.copy(), **binding_rest(function, names[1:], known)))


def of_each(call, function, value):
    """What ``called`` gives; of a function of one number, entry by entry."""
    try:
        return called(call, function, value)
    except CallFailed:
        return np.array([float(called(call, function, entry)) for entry in np.asarray(value, dtype=float)])


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
    far = of_each(call, target.value, np.array([-1000.0, 0.0, 1000.0]))
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
    got = np.asarray(of_each(call, target.value, Z), dtype=float)
    wanted = reference.ACTIVATIONS[BASE[name]][0](Z)
    if _returns_slope_too(target, call, wanted) or got.shape != wanted.shape:
        raise CannotCheck("it returns something else than one value for each entry")
    if np.allclose(got, wanted, atol=1e-5):
        return
    other = next((word for word, (f, df) in reference.ACTIVATIONS.items() if np.allclose(got, f(Z), atol=1e-6)), None)
    if other and other.startswith("leaky") and name == "relu":
        return
    slopes = (reference.ACTIVATIONS[BASE[name]][1](Z), Z * (1 - Z), 1 - Z**2, (Z > 0) * 1.0)
    itself = target.name.split(".")[-1].lower() in (name, "logistic", "silu")
    if not itself and any(np.allclose(got, item) for item in slopes):
        raise CannotCheck("it is the slope of the activation whose name it carries")
    index = int(np.argmax(np.abs(got - wanted)))
    observed = f"{target.name}({Z[index]}) is {got[index]:.5g}; {name} gives {wanted[index]:.5g}"
    certain = abs(got[index] - wanted[index]) > 1e-3 and not _may_be_meant(target, name, got, other)
    yield find("SW-G91", observed + (f": it is {other}." if other else "."), severity="error" if certain else "warning")


def _is_a_scaled_tanh(got):
    """Whether the values are a tanh(b z) for some a, b: LeCun's 1.7159 tanh(2 z / 3) is one."""
    slopes = (*np.linspace(0.1, 2.0, 39), 2 / 3, 1 / 3)
    return any(reference.fitted_factor(got, np.tanh(slope * Z))[1] < 1e-3 for slope in slopes)


def _may_be_meant(target, name, got, other):
    """Whether the author may want another member of the family: a parameter of his own, tanh as "the sigmoid", a scaled tanh."""
    own = [
        entry
        for entry in binding.parameters(target.value)
        if isinstance(entry.default, (int, float)) and entry.default is not False
    ]
    return bool(own) or (name, other) == ("sigmoid", "tanh") or (name in ("sigmoid", "tanh") and _is_a_scaled_tanh(got))


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
    logarithm = "log" in vocabulary.plain(target.name.split(".")[-1])
    if got.shape == batch.shape:
        yield from _sums(target, np.exp(got) if logarithm else got, batch)
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
        yield from softmax_slope(target, call)
        return
    if any(meaning in ("yhat", "y", "grads") for meaning in list(binding.meanings_of(target.value).values())[1:]):
        raise CannotCheck("it takes more than one array")
    first = next(iter(binding.parameters(target.value)), None)
    if first is not None and first.name.lower().startswith(("da", "dout", "grad", "dvalues", "up")):
        raise CannotCheck("it is a backward step, not a derivative")
    f, slope = _activation_of(name, target, call)
    right = slope(Z)
    at_z = np.asarray(of_each(call, target.value, Z), dtype=float)
    at_a = np.asarray(of_each(call, target.value, f(Z)), dtype=float)
    if at_z.shape != Z.shape:
        raise CannotCheck("it does not work entry by entry")
    usual = reference.ACTIVATIONS[BASE[name]][1](Z) if name in BASE else right
    if np.allclose(at_z, right, atol=1e-5) or np.allclose(at_z, usual, atol=1e-5):
        return
    written = of_each(call, target.value, reference.ACTIVATIONS[BASE[name]][0](Z)) if name in BASE else at_a
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
    """The user's own activation of that name if the file or the class has one, with its numeric slope; else ours."""
    owner = getattr(target.value, "__self__", None)
    beside = binding.methods(owner) if owner is not None else {}
    for key, item in (target.namespace.get("namespace", {}) | beside).items():
        if (
            callable(item)
            and hasattr(item, "__code__")
            and vocabulary.role_of_name(key) == "activation"
            and which(key) == name
        ):
            try:
                values = of_each(call, item, Z)
                if values.shape == Z.shape:
                    slope = (of_each(call, item, Z + 1e-6) - of_each(call, item, Z - 1e-6)) / 2e-6
                    return lambda z, item=item: np.asarray(
                        of_each(call, item, z), dtype=float
                    ), lambda z, slope=slope: slope
            except CannotCheck:
                continue
    if name == "leaky":
        raise CannotCheck("the slope of its leaky part is not known")
    return reference.ACTIVATIONS[BASE[name]]


def _wrong_slope(target, name, f, right, at_z, at_a):
    for other, (_, dg) in reference.ACTIVATIONS.items():
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


class Like:
    """A stand-in for a target: another function, under a name to report."""

    def __init__(self, value, name):
        self.value, self.name = value, name


def softmax_slope(target, call, function=None):
    """The Jacobian of softmax, or why what is returned is none."""
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
            yield find("SW-G17", observed, function=function, severity="error" if square else "warning")
            return
    square = [item for item in results if item.shape == (3, 3)]
    if square:
        yield find(
            "SW-G17",
            f"{target.name} is not diag(p) - p p': entry (0, 1) is {square[0][0, 1]:.4g}, should be {right[0, 1]:.4g}.",
            function=function,
        )


# losses ---------------------------------------------------------------------------------------------------------
