"""The reported loss of a network or a linear model: is it one of the usual ones, and does the penalty stand in both places?"""

import contextlib
import inspect

import numpy as np

from scratchwork.checks.findings import CannotCheck, find
from scratchwork.checks.probes.gradient import WITH_NETS, judged, label, net_of
from scratchwork.checks.probes.loss_functions import judge_readings
from scratchwork.checks.recognising import binding, vocabulary
from scratchwork.checks.registry import probe
from scratchwork.checks.views import claims, loss_values, network, passes, reference
from scratchwork.checks.views.network_build import generic, probe_data
from scratchwork.checks.watching import linear_steps


def identified(net, form):
    """(points, what the reported loss is by them), for one output in the form of labels that it knows: a column beside what is
    flat is no usual loss."""
    points = points_of(net, form)
    found = loss_values.identify(points)
    for other in network.label_forms(np.zeros(2, int), 1) if net.n_out == 1 and not found else ():
        with contextlib.suppress(CannotCheck):
            more = points_of(net, other)
            found = loss_values.identify(more)
            if found:
                return more, found
    return points, found


def points_of(net, form):
    """Values of the reported loss at three random points, as loss_values.Point; CannotCheck where it cannot be had."""
    found, rng = [], np.random.default_rng(41)
    for n, seed in ((11, 1), (7, 2), (13, 3)):
        n += net.n_out if n < net.n_out else 0  # every class is there
        X, labels = probe_data(n=n, d=net.n_in, seed=seed, n_out=net.n_out)
        values = {path: generic(rng, item.shape, 0.4) for path, item in net.point.items()}
        y = network.label_forms(labels, net.n_out)[form]
        made = passes.Pass(net, values, X, y, claims.TINY)
        P = made.forward()
        value = made.loss()
        if value is None:
            raise CannotCheck("the loss function returns no number")
        found.append(loss_values.Point(value, P, network.target_matrix(labels, net.n_out)))
    return found


@probe("SW-G7", "SW-G9", "SW-G1", "SW-T14", "SW-N7", roles=WITH_NETS)
def the_reported_loss_is_a_usual_one(target, call):
    """The loss of the network's own output is cross-entropy or squared error, up to a constant; a uniform one costs ln C."""
    net = net_of(target)
    if "loss" not in net.roles or net.roles["loss"] == net.roles.get("forward"):
        raise CannotCheck("there is no loss function beside the forward pass")
    verdict = judged(net)
    points, found = identified(net, verdict.form)
    where = net.roles["loss"]
    last = net.spec.layers[-1].activation if net.spec else ""
    if any(not np.isfinite(point.value) for point in points):
        low = min(float(point.P.min()) for point in points)
        code = "SW-G21" if low < 0 or max(float(point.P.max()) for point in points) > 1 else "SW-X97"
        observed = f"The loss is not finite for outputs of {last or 'its output'} from {low:.3g} to {max(float(p.P.max()) for p in points):.3g}."
        yield find("SW-N7" if code == "SW-G21" else code, observed, function=where)
        return
    if found and found[0] == "signed error" and vocabulary.role_of_name(where.rpartition(".")[2]) != "loss":
        raise CannotCheck("what is taken for its loss is the slope of the intercept")
    crossed = last in ("softmax", "sigmoid") and bool(found) and "entropy" in found[0]
    if last == "sigmoid" and found and found[0] == "cross-entropy" and net.n_out > 1:
        ones = "Predicting 1 for every class costs nothing"
        yield find(
            "SW-G9",
            f"{ones}: the loss of {len(points[0].P)} samples, {points[0].value:.4g}, is -sum y log(p) over sigmoid outputs.",
            function=where,
            severity="error" if verdict.standard.get("binary cross-entropy", (0, 1))[1] < 1e-3 else "warning",
        )
        return
    if found:
        for finding in judge_readings(target, [(net.n_out, "", points, found)], crossed, False):
            yield finding.at(function=where)
    yield from _other_than_trained(net, verdict, found, where)


def _other_than_trained(net, verdict, found, where):
    """The update follows a usual loss exactly, and the reported one is another."""
    name, _, residual = verdict.best
    if residual > verdict.tolerance or name == "own" or not np.isfinite(verdict.own[1]):
        return
    if where in net.namespace.get("__followed__", ()):
        return  # its own slope is the gradient, where it is handed all of its parameters
    if found and found[0].startswith(name):
        return  # the same loss, taken of the logits
    if not found and verdict.own[1] < 5e-3:
        return  # the same loss, with an epsilon in its logarithm
    if (
        found
        and found[0] in ("cross-entropy", "binary cross-entropy")
        and name in ("cross-entropy", "binary cross-entropy")
    ):
        return  # already said by judge_readings
    shown = found[0] if found else "none of the usual ones"
    observed = (
        f"The update is right, the reported loss is not: the gradient is that of the {name} to {residual:.0e}, the reported loss is "
        f"{shown} (its own gradient differs by {verdict.own[1]:.2g})."
    )
    crossed = bool(found) and "entropy" in found[0]
    derivative = (net.roles.get("loss_derivative") or verdict.run.where) if found else where
    yield find("SW-G1", observed, function=derivative, severity="error" if crossed else "warning", weight=60)


# penalty ----------------------------------------------------------------------------------------------------------

LAMBDA = 0.7
STEERING = ("backward", "update", "train", "derivative", "loss_derivative")


@probe("SW-G2", "SW-G3", "SW-G4", "SW-G5", roles=WITH_NETS)
def the_penalty_pulls_towards_zero(target, call):
    """With lambda > 0 the gradient gains a positive multiple of the weights, not of the biases, and the loss its half square."""
    if target.role in ("logistic", "linear") and linear_steps.known_right(target, call, 0.5):
        raise CannotCheck("the steps with a penalty are right, seen from inside")
    net = net_of(target)
    verdict = judged(net)
    plain = claims.claim(net, verdict.X, verdict.y, claims.TINY)
    penalised = claims.claim(net, verdict.X, verdict.y, claims.TINY, **{"lambda": LAMBDA})
    if plain.gradient is None or penalised.gradient is None or not _takes_lambda(net):
        raise CannotCheck("it has no penalty")
    in_loss, added = _in_loss(net, verdict), _added(net, plain.gradient, penalised.gradient)
    if in_loss is None and all(np.abs(item).max() < 1e-12 for item in added.values()):
        return
    yield from _judge_penalty(net, verdict, plain, added, in_loss)


def _takes_lambda(net):
    root = net.fresh()
    for role in ("loss", "backward", "update", "train"):
        found = net.function(root, role)
        if found and binding.takes(found[1], "lambda"):
            return True
    return "lambda" in net.extras.get("attributes", ())


def _in_loss(net, verdict):
    """What lambda adds to the reported loss, as {path: its gradient}; None where there is no loss; {} where nothing."""
    if "loss" not in net.roles:
        return None
    a = claims.own_loss(net, verdict.point, verdict.X, verdict.y)
    b = claims.own_loss(net, verdict.point, verdict.X, verdict.y, **{"lambda": LAMBDA})
    if a is None or b is None:
        return None
    if abs(a - b) < 1e-12:
        return {}
    base = claims.own_gradient(net, verdict)
    more = claims.own_gradient(net, verdict, **{"lambda": LAMBDA})
    return {path: more[path] - base[path] for path in net.paths} if base and more else None


def _added(net, plain, penalised):
    found = {}
    for path in net.paths:
        a, b = np.asarray(plain.get(path, 0.0), dtype=float), np.asarray(penalised.get(path, 0.0), dtype=float)
        found[path] = b - a if a.shape == b.shape else np.zeros(1)
    return found


def split(net):
    """(weight paths, bias paths)."""
    if net.spec:
        first = 0 if net.extras.get("ones") is None else 1
        biases = [layer.bias for layer in net.spec.layers[first:] if layer.bias is not None]
        return [layer.weight for layer in net.spec.layers], biases
    weights = [path for path in net.paths if net.point[path].ndim == 2 and min(net.point[path].shape) > 1]
    return weights or net.paths[:1], [path for path in net.paths if path not in weights]


def _judge_penalty(net, verdict, plain, added, in_loss):
    weights, biases = split(net)
    where = verdict.run.where
    size = max(np.abs(added[path]).max() for path in weights)
    scale = max(np.abs(verdict.point[path]).max() for path in weights)
    if size < 1e-10 * scale:
        if _added_elsewhere(net, where):
            raise CannotCheck(f"{where} takes no penalty; another function may add it")
        if in_loss:
            observed = f"lambda = {LAMBDA} changes the reported loss and leaves every gradient as it was."
            yield find("SW-G5", observed, function=where)
        elif in_loss == {}:
            yield find("SW-T2", f"lambda = {LAMBDA} changes neither the loss nor the gradient.", function=where)
        return
    wrong = wrong_penalty(verdict, plain, added, weights, biases, where)
    if wrong:
        yield wrong
    elif in_loss == {}:
        observed = f"lambda = {LAMBDA} adds up to {size:.4g} to the gradient; the reported loss does not change."
        yield find("SW-G5", observed, function=net.roles.get("loss"), severity="warning", weight=45)
    elif in_loss:
        yield from _loss_and_gradient(net, added, in_loss, weights, biases, where)


def _added_elsewhere(net, where):
    """Whether the function that gives the gradient takes no penalty, and another that gives gradients or steps does."""
    held = net.namespace if net.functional else binding.methods(net.fresh())
    own = held.get(where)
    if own is None or binding.takes(own, "lambda"):
        return False
    others = [
        item
        for name, item in held.items()
        if inspect.isroutine(item) and (vocabulary.role_of_name(name) in STEERING or where in _names_in(item))
    ]
    return any(binding.takes(item, "lambda") for item in others)


def _names_in(function):
    return getattr(getattr(function, "__code__", None), "co_names", ())


def wrong_penalty(verdict, plain, added, weights, biases, where):
    """The finding for what lambda adds to the gradient: of the wrong sign, the gradient itself, or on the bias; or None."""
    path = max(weights, key=lambda item: np.abs(added[item]).max())
    for item in (path, *weights):
        factor, residual = reference.fitted_factor(added[item], verdict.point[item])
        if residual < 1e-3 and factor < 0:
            words = f"adds {factor:.4g} W to the gradient of {label(item)}: it pushes the weights away from zero"
            return find("SW-G2", f"lambda = {LAMBDA} {words}.", function=where)
    for item in (path, *weights):
        _, residual = reference.fitted_factor(added[item], verdict.point[item])
        times, rest = reference.fitted_factor(added[item], plain.gradient[item])
        if residual > 1e-3 and rest < 1e-3 and (item == path or np.size(added[item]) > 3):
            words = f"adds to the gradient of {label(item)} {times:.4g} times itself, and nothing that depends on the weights"
            return find("SW-G3", f"lambda = {LAMBDA} {words}.", function=where)
    bias = max(biases, key=lambda item: np.abs(added[item]).max(), default=None)
    if bias is not None and np.abs(added[bias]).max() > 1e-8:
        share, _ = reference.fitted_factor(added[bias], verdict.point[bias])
        if abs(share) < 1e-3 * LAMBDA:
            return None
        return find("SW-G4", f"lambda = {LAMBDA} adds {share:.4g} b to the gradient of the bias.", function=where)
    return None


def _loss_and_gradient(net, added, in_loss, weights, biases, where):
    """The penalty of the loss and that of the gradient belong together, and leave out the bias in both."""
    path = max(weights, key=lambda item: np.abs(in_loss[item]).max())
    bias = max(biases, key=lambda item: np.abs(in_loss[item]).max(), default=None)
    if bias is not None and np.abs(in_loss[bias]).max() > 1e-6:
        yield find(
            "SW-G4", "The reported loss penalises the bias; the gradient does not.", function=net.roles.get("loss")
        )
        return
    factor, residual = reference.fitted_factor(added[path], in_loss[path])
    own = verdict_factor(net)
    if residual < 1e-3 and own and abs(factor / own - 1) > 1e-2:
        observed = f"The gradient's penalty is {factor / own:.4g} times that of the loss, relative to the data's part."
        yield find("SW-G8", observed, function=where)
    missing = [item for item in weights if np.abs(added[item]).max() < 1e-12 < np.abs(in_loss[item]).max()]
    if missing:
        yield find(
            "SW-G5",
            f"The penalty of {len(missing)} of {len(weights)} weight arrays stands in the loss and not in the gradient.",
            function=where,
        )


def verdict_factor(net):
    """The factor between gradient and loss without a penalty, or None."""
    verdict = net.extras["verdict"]
    return verdict.own[0] if verdict.own[1] <= verdict.tolerance else None
