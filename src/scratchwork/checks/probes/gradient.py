"""Gradient checks of networks: against the reported loss, then against the usual ones, then by name of the mistake."""

import numpy as np

from scratchwork.checks.findings import CannotCheck, find
from scratchwork.checks.registry import once, probe
from scratchwork.checks.views import claims, diagnose, gradient_places, linear_path, network, reference, rightful
from scratchwork.checks.views.network_build import N
from scratchwork.checks.watching import linear_steps

NETWORKS = ("mlp", "network functions")
WITH_NETS = (*NETWORKS, "logistic", "linear")
ALONE = 0.98  # relative difference from which two arrays have nothing in common: perhaps one was taken for another
GRADIENT_CODES = ("SW-T11", "SW-G1", "SW-G10", "SW-G11", "SW-G13", "SW-G15", "SW-G16", "SW-G17")


def net_of(target):
    """The Net of a target: it is one, or the class of a linear model is read as a network of one layer."""
    if isinstance(target.value, network.Net):
        return target.value
    return once(target.namespace, "net", lambda: _one_layer(target))


def _one_layer(target):
    from scratchwork.checks.views import network_build

    value, spaces = target.value, target.namespace
    made = value.factory, target.name, value.caller, spaces["nodes"], spaces["namespace"], value.roles
    net = network_build.from_class(*made)
    if not {"backward", "update"} & set(net.roles) and not linear_path.is_one_step(target, net.roles.get("train")):
        raise CannotCheck("its gradient is inside fit, and is checked by following its path")
    return net


def judged(net):
    """The verdict on a network's gradient, computed once; CannotCheck where no gradient shows."""
    return once(net.extras, "verdict", lambda: _judge(net))


def _judge(net):
    found, why, one = [], None, gradient_places.one_by_one(net)
    ways = {"steps": claims.steps} if net.extras.get("lazy") else {"steps": claims.steps, "training": claims.training}
    for way in ways.values():
        net.extras["way"] = way
        for n in (1, N) if one else (N, 1):
            if n == 1 and found and not one and not gradient_places.misshapen(net, found[-1][0]):
                continue
            try:
                verdict = claims.verdicts(net, n=n)[0]
            except CannotCheck as failure:
                why = why or failure
                continue
            found.append((verdict, way))
            if verdict.best[2] <= verdict.tolerance:
                return _settled(net, verdict, way)
            if rightful.stepped_by_an_optimiser(net, verdict):
                raise CannotCheck("its steps are those of an optimiser that is handed the cost, or of Newton's method")
            if n == N and gradient_places.of_one_row(net, verdict):
                raise CannotCheck("each step sees one row, and is the gradient of a usual loss of that row")
        if found and way is claims.steps:
            break
    if not found:
        raise why
    one = one or any(gradient_places.misshapen(net, verdict) for verdict, _ in found)
    verdict, way = min(found, key=lambda pair: (pair[0].n == 1 and not one, one and pair[0].run.via == "update", pair[0].best[2]))  # fmt: skip
    return _settled(net, verdict, way)


def _settled(net, verdict, way):
    net.form, net.extras["way"] = verdict.form, way
    gradient_places.note_seen(net)
    return verdict


@probe(*GRADIENT_CODES, "SW-G8", "SW-G6", "SW-T1", "SW-P1", roles=WITH_NETS)
def gradient_is_that_of_the_loss(target, call):
    """The gradient that the code follows equals central differences of the loss that it reports, up to one factor."""
    net = net_of(target)
    verdict = judged(net)
    name, factor, residual = verdict.best
    if residual <= verdict.tolerance:
        if name == "own":
            yield from _factor(net, verdict, factor)
        return
    if _adaptive(net, verdict):
        gradient_places.note_seen(net, False)  # its class may be driven, and the arrays on the way compared
        net.extras["unsure"] = True
        raise CannotCheck("its first step tells the signs of the gradient alone, as with Adam")
    if rightful.in_two_modes(net) and residual > 0.01:
        net.extras["unsure"] = True
        raise CannotCheck("its forward pass has two modes, and the gradient is that of the other perhaps")
    if rightful.clipped(net, verdict):
        raise CannotCheck("its gradient is held at a limit")
    if target.role in ("logistic", "linear") and linear_steps.known_right(target, call):
        return
    if name != "own" and any(rightful.with_decay(net, verdict, right) > 0 for right in verdict.wanted.values()):
        raise CannotCheck("it is that of a usual loss, with a penalty besides")
    yield from (
        _misaligned(net, verdict, residual)
        or gradient_places.elsewhere(target, net, call)
        or _wrong(net, verdict, name, residual)
    )


def _misaligned(net, verdict, residual):
    """The finding, in a list, that rows are shuffled without their labels; else an empty list."""
    if "shuffled" not in net.extras or not net.extras["shuffled"](net, verdict):
        return []
    observed = f"The gradient is that of the shuffled rows with the labels in their old order: relative difference {residual:.2g} from that of the rows with their own labels."
    return [find("SW-T11", observed, function=net.roles.get("train"))]


def _factor(net, verdict, factor):
    """One constant factor between loss and gradient: a remark that says it."""
    if verdict.run.via == "update" or abs(abs(factor) - 1) < 1e-3:
        return
    known = {verdict.n: "the number of samples", 1 / verdict.n: "1 / the number of samples", net.n_out: "the number of outputs",
             1 / net.n_out: "1 / the number of outputs", 2: "2", 0.5: "1/2", net.n_out / 2: "half the number of outputs"}  # fmt: skip
    word = next((words for value, words in known.items() if np.isclose(abs(factor), value, rtol=1e-3)), None)
    observed = f"The gradient is {abs(factor):.4g} times that of the reported loss" + (f": {word}." if word else ".")
    yield find("SW-G8", observed, function=verdict.run.where)
    if word == "the number of samples":
        summed = f"The gradient is summed over the {verdict.n} samples, the loss is their mean."
        yield find("SW-G6", summed, function=verdict.run.where)


def _adaptive(net, verdict):
    """Adam and its kin: the first step is the learning rate times the sign of the gradient."""
    if verdict.run.via != "update" or not verdict.wanted:
        return False
    if _follows_signs(net, verdict):
        return True
    others = set(network.label_forms(np.arange(verdict.n) % max(net.n_out, 2), net.n_out)) - {verdict.form}
    kept, net.form = net.form, None
    try:
        return any(_follows_signs(net, entry) for form in others for entry in _read_as(net, verdict, form))
    finally:
        net.form = kept


def _read_as(net, verdict, form):
    """The verdict under another form of the labels, if the code runs with it."""
    net.form = form
    try:
        return claims.verdicts(net, n=verdict.n)[:1]
    except CannotCheck:
        return []


def _follows_signs(net, verdict):
    """Whether each entry moves by the rate, along the sign of the gradient of some loss."""
    claimed = claims.flat(verdict.run.gradient, net.paths, verdict.point)
    sizes = np.abs(claimed[np.isfinite(claimed) & (claimed != 0)])
    if len(sizes) < len(claimed) / 2 or sizes.max() > 1.2 * np.median(sizes):
        return False
    for wanted in verdict.wanted.values():
        right = claims.flat(wanted, net.paths, verdict.point)
        clear = np.abs(right) > 1e-4 * np.abs(right).max()
        if (np.sign(right[clear]) == np.sign(claimed[clear])).mean() > 0.999:
            net.extras["adaptive"] = True
            return True
    return False


def _wrong(net, verdict, name, residual):
    """Name the mistake where one fits exactly; else say which arrays are off, with both numbers."""
    where = net.extras["blame"](net, verdict) if "blame" in net.extras else None
    step, where = where or verdict.run.where, where or gradient_places.inner_place(net, verdict.run.where)
    stepped = _wrong_step(net, verdict, step) if verdict.run.via == "update" else []
    if stepped:
        yield from stepped
        return
    explained = diagnose.explain(net, verdict)
    net.extras["explained"] = [entry.code for entry in explained]
    for entry in explained:
        arrays = ", ".join(label(path) for path in entry.paths)
        off = _difference(net, verdict, name, entry.paths[0], entry.factor if verdict.run.via == "update" else 1.0)
        observed = f"The gradient of {arrays} is {entry.words}{off}."
        mismatched = entry.code == "SW-G15" and verdict.run.via == "returned"  # such a step would raise: perhaps ours
        yield find(entry.code, observed, function=where, severity="warning" if mismatched else None)
    if explained:
        return
    arrays, numbers = _worst(net, verdict, name)
    loss = "the reported loss" if name == "own" else f"the {name}" if name else "any usual loss"
    observed = (
        f"The gradient of {arrays} is not that of {loss}: {numbers}. Relative difference {min(residual, 99):.2g} in norm after "
        f"the best common factor, where rounding allows {verdict.tolerance:.0e}."
    )
    yield find("SW-G1", observed, function=where, severity=_sureness(net, verdict, name))


def _wrong_step(net, verdict, where):
    """The finding, in a list, where the gradient is right and the step is not: deaf to the rate, or up the slope."""
    deaf = gradient_places.deaf_arrays(net, verdict)
    if deaf:
        observed = f"With half the rate {', '.join(map(label, deaf))} moves by the same numbers; the other arrays move by half."
        return [find("SW-T1", observed, function=where)]
    flipped = _flipped(net, verdict)
    if not flipped:
        return []
    observed = f"The update moves {', '.join(map(label, flipped))} up the slope and the other arrays down, all by the same factor."
    first = f" The first entry of {label(flipped[0])} moves by {_first_step(verdict, flipped[0])}."
    return [find("SW-G18", observed + first, function=where)]


def _sureness(net, verdict, name):
    """A warning where some other loss may stand behind it, or where the loss, as it is asked here, misses an array
    altogether, or, read off a watched run, has little in common with the step."""
    wanted = _wanted(verdict, name) or {}
    if rightful.of_another_loss(net, verdict) or rightful.not_of_its_own_labels(net) or rightful.drawn(net, verdict):
        return "warning"
    if any(rightful.with_decay(net, verdict, right) for right in verdict.wanted.values()):
        return "warning"
    if verdict.run.via == "update" and not np.isfinite(verdict.own[1]):
        return "warning"  # its own loss is not in reach: it may be another than the usual ones
    if verdict.best[2] > ALONE or ("blame" in net.extras and name == "own" and verdict.best[2] > 0.5):
        return "warning"
    if name != "own" and len(net.paths) == 1 and verdict.best[2] < 0.25:
        return (
            "warning"  # one array, and nearly the slope of a usual loss: weights, a prior or a penalty may stand behind
        )
    return "error" if all(np.any(item) for item in wanted.values()) else "warning"


def _flipped(net, verdict):
    """The arrays whose sign alone is wrong, where every array is plus or minus one factor times a wanted gradient."""
    for wanted in verdict.wanted.values():
        fits = {
            path: reference.fitted_factor(verdict.run.gradient.get(path, np.zeros(1)), wanted[path])
            for path in net.paths
        }
        factors = np.array([factor for factor, _ in fits.values()])
        if (
            all(residual <= verdict.tolerance for _, residual in fits.values())
            and np.ptp(np.abs(factors)) <= 1e-3 * np.abs(factors).max()
        ):
            return [path for path, (factor, _) in fits.items() if factor < 0]
    return []


def _first_step(verdict, path):
    claimed = float(np.ravel(verdict.run.gradient[path])[0])
    return f"{-claimed:.4g} times the rate"


def label(path):
    """A path of the parameters as the user would write it."""
    from scratchwork.checks.running import state

    return state.text(path) if len(path) > 1 or str(path[0]).startswith(".") else str(path[0])


def _wanted(verdict, name):
    return verdict.wanted.get(name) or next(iter(verdict.wanted.values()), None)


def _difference(net, verdict, name, path, scale=1.0):
    """`` (first entry -0.12, should be 0.31)``: one pair of numbers to look at."""
    wanted = _wanted(verdict, name)
    if wanted is None or path not in verdict.run.gradient:
        return ""
    got = np.asarray(verdict.run.gradient[path], dtype=float).ravel() / (scale if np.isfinite(scale) and scale else 1.0)
    right = np.asarray(wanted[path]).ravel()
    if got.size != right.size:
        return f" (shape {np.shape(verdict.run.gradient[path])}, the parameter's is {verdict.point[path].shape})"
    index = int(np.argmax(np.abs(got - right)))
    place = tuple(map(int, np.unravel_index(index, np.shape(wanted[path]))))
    shown = f"[{', '.join(map(str, place))}]" if place else f" {index}"
    return f" (entry {shown} is {got[index]:.4g}, central differences give {right[index]:.4g})"


def _worst(net, verdict, name):
    """The arrays that are off, and one pair of numbers of the worst."""
    wanted = _wanted(verdict, name)
    if wanted is None:
        return "the parameters", "no loss to compare with"
    _, factor, _ = verdict.best
    factor = factor if np.isfinite(factor) and factor != 0 else 1.0
    off = {}
    for path in net.paths:
        got = np.asarray(verdict.run.gradient.get(path, np.zeros(verdict.point[path].shape)), dtype=float)
        right = factor * wanted[path]
        off[path] = (
            np.inf
            if got.size != right.size
            else np.linalg.norm(got.ravel() - right.ravel()) / (np.linalg.norm(right) + 1e-12)
        )
    bad = [path for path in net.paths if off[path] > verdict.tolerance * 10] or net.paths[:1]
    worst = max(bad, key=lambda path: off[path])
    return ", ".join(label(path) for path in bad), label(worst) + _difference(net, verdict, name, worst)
