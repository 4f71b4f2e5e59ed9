"""Networks that show nothing but their training: each step of a taped run beside the gradient of the usual losses."""

import ast

import numpy as np

from scratchwork.checks.findings import CannotCheck, find
from scratchwork.checks.probes.gradient import GRADIENT_CODES, _flipped, _follows_signs, judged
from scratchwork.checks.probes.nudged import at as _at
from scratchwork.checks.registry import once, probe
from scratchwork.checks.running import replay
from scratchwork.checks.views import claims, diagnose, network
from scratchwork.checks.watching import trainings

ROLES = ("mlp", "estimator", "network functions", "training run")
FITS = 2e-4


def training_of(target, call):
    """The taped training of a target, made once; CannotCheck where the file's network has been judged already."""
    return once(target.namespace, "training", lambda: _deep_training(target, call))


def _deep_training(target, call):
    training = _train(target, call)
    if len(training.watched.spec.layers) < 2:
        raise CannotCheck("a network of one layer is followed by probes of its own")
    if training.watched.wrong_output or training.verdict.best[2] <= FITS or _with_penalty(training) is not None:
        space = target.namespace["namespace"]
        space["__judged__"] = True
        space["__doubts__"] = [entry for entry in space.get("__doubts__", ()) if entry[1].name != target.name]
    return training


def _train(target, call):
    space, value = target.namespace["namespace"], target.value
    if isinstance(value, network.Net):
        if _told(value):
            space["__judged__"] = True
            raise CannotCheck("its gradient is seen without its training")
        if value.functional:
            raise CannotCheck("its functions are followed one by one")
        value = value.extras["maker"]
    if target.role == "training run" and space.get("__judged__"):
        raise CannotCheck("the network of the file has been judged already")
    if isinstance(value, replay.Program):
        return trainings.replayed(target.name, value.statements, space["__tree__"], call, space)
    if target.role == "training run":
        return trainings.trained(target.name, lambda case: trainings.runs_of_function(value, call, space, case))
    return trainings.trained(target.name, lambda case: trainings.runs_of_class(value, call, space, case))


def _told(net):
    try:
        judged(net)
        return not net.extras.get("unsure")
    except CannotCheck:
        return False


@probe(*GRADIENT_CODES, "SW-G2", "SW-G4", "SW-G18", "SW-G12", "SW-T11", "SW-N3", roles=ROLES)
def steps_of_training_follow_the_gradient(target, call):
    """Each step of a training moves the parameters against the gradient of a usual loss, all by one factor."""
    training = training_of(target, call)
    watched, verdict = training.watched, training.verdict
    if watched.wrong_output:
        yield from _wrong_output(watched)
        return
    name, factor, residual = verdict.best
    if residual <= FITS:
        if factor < 0:
            observed = (
                f"The first step moves the parameters by {-factor:+.4g} times the gradient of the {name}: uphill."
            )
            alone = np.size(verdict.Y) == 1  # of one output of one sample every loss has this slope, but for its size
            yield find("SW-G18", observed, severity="warning" if alone else None, **_at(_place(training)))
        return
    if _with_penalty(training) is not None:
        yield from _penalty_sign(training)
        return
    if _follows_signs(watched, verdict):
        raise CannotCheck("its first step tells the signs of the gradient alone, as with Adam")
    if _other_step_fits(training):
        return
    row = _labels_of_other_rows(training)
    if row:
        yield find("SW-T11", row, **_at(training.steps[0].function))
        return
    yield from _explained(target, training)


def _with_penalty(training):
    """(a, c, d) where the step is a times a usual gradient plus c times the weights plus d times their signs, or None."""
    verdict, paths = training.verdict, training.watched.paths
    moved = claims.flat(verdict.run.gradient, paths, verdict.point)
    weights = {layer.weight for layer in training.watched.spec.layers}
    own = np.concatenate([(verdict.point[path] * (path in weights)).ravel() for path in paths])
    parts = [own, np.sign(own), _intercepts_of(training, own)]
    for wanted in verdict.wanted.values():
        columns = np.stack([claims.flat(wanted, paths, verdict.point), *parts], axis=1)
        found, *_ = np.linalg.lstsq(columns, moved, rcond=None)
        if np.linalg.norm(moved - columns @ found) <= FITS * np.linalg.norm(moved) and found[0]:
            return found
    return None


def _intercepts_of(training, own):
    """The entries of ``own`` that are weights of a column of ones: a penalty may leave them out."""
    parts, before = [], training.steps[0].before
    rows = {layer.weight: layer for layer in training.watched.spec.layers if layer.ones is not None}
    for path in training.watched.paths:
        mask = np.zeros(before[path].shape)
        if path in rows:
            mask[(slice(None), rows[path].ones) if rows[path].transposed else rows[path].ones] = 1.0
        parts.append(mask.ravel())
    return np.concatenate(parts) * own


def _penalty_sign(training):
    found = _with_penalty(training)
    if found is not None and found[1] / found[0] < -1e-9:
        observed = f"Beside the gradient each step adds {-found[1] / found[0]:.4g} times the weights: the penalty lets them grow."
        yield find("SW-G2", observed, **_at(training.steps[0].function))


def _other_step_fits(training):
    """Whether a later step is that of a usual loss: then the first was of another kind, and nothing is said."""
    for step in training.steps[1:3]:
        if trainings.verdict_of(training.watched, training.case, step).best[2] <= FITS:
            return True
    return False


def _labels_of_other_rows(training):
    """The words, where the step fits the labels of other rows than those of its samples."""
    watched, case, step = training.watched, training.case, training.steps[0]
    Y, n = case.targets[watched.n_out], len(step.batch.rows)
    if n < 2:
        return None
    guesses = [Y[start : start + n] for start in range(len(Y) - n + 1)]
    for sight in watched.tape.between(0, step.end):
        guesses += _as_targets(sight.value, n, watched.n_out, set(np.unique(Y)))
    for guess in guesses:
        if trainings.verdict_of(watched, case, step, targets=guess).best[2] <= FITS:
            wrong = (guess != Y[list(step.batch.rows)]).any(axis=1)
            off = int(wrong.sum())
            _, which, often = np.unique(step.batch.values, axis=0, return_inverse=True, return_counts=True)
            if (often[which.ravel()[wrong]] > 1).all():
                return None  # rows that are equal may bear different labels
            return f"The first step is the gradient for the labels of other rows: {off} of {n} samples have another's label."
    return None


def _as_targets(value, n, n_out, allowed):
    if value.size == n * n_out and value.ndim <= 2 and set(np.unique(value)) <= allowed:
        shaped = value.T if value.shape == (n_out, n) and n_out > 1 else value.reshape(n, n_out)
        return [np.asarray(shaped, dtype=float)]
    if value.size == n and n_out > 1 and set(np.unique(value)) <= set(range(n_out)):
        return [np.eye(n_out)[value.ravel().astype(int)]]
    return []


def _explained(target, training):
    """The mistakes by name where one fits exactly; else the arrays that are off, each with the function that made them."""
    watched, verdict, step = training.watched, training.verdict, training.steps[0]
    name, _, residual = verdict.best
    explained = diagnose.explain(watched, verdict)
    for entry in explained:
        arrays = ", ".join(shown(path) for path in entry.paths)
        scales = (trainings.RATE, entry.factor, entry.factor / verdict.n)
        place = watched.where_first(step, verdict.run.gradient[entry.paths[0]], scales)
        yield find(entry.code, f"The step of {arrays} is {entry.words}.", **_at(place or _place(training)))
    if explained:
        return
    flipped = _flipped(watched, verdict)
    if flipped:
        words = ", ".join(map(shown, flipped))
        yield find("SW-G18", f"The step moves {words} up the slope, the others down.", **_at(step.function))
        return
    if any(watched.tape.index(path, step.start) > 1 for path in watched.paths):
        raise CannotCheck("its first step is not seen, and later ones may hold a velocity")
    tree = target.namespace["namespace"].get("__tree__")
    if tree is not None and _in_lists(tree, {str(path[-1])[1:] for path in watched.paths}):
        raise CannotCheck("its weights stand in lists, whose entries move one after the other")
    path, words = _worst(training, name)
    place = watched.where_first(step, verdict.run.gradient[path])
    observed = f"The first step of training is not along the gradient of any usual loss, relative difference {min(residual, 99):.2g}: {words}."
    finding = find("SW-G1", observed, severity="warning", **_at(place or step.function))
    target.namespace["namespace"].setdefault("__doubts__", []).append((finding, target))
    raise CannotCheck("its first step is along the gradient of no usual loss, as far as its layers are recognised")


def _in_lists(tree, names):
    """Whether attributes of these names are set to lists of plain numbers."""
    stores = (part for part in ast.walk(tree) if isinstance(part, ast.Assign) and isinstance(part.value, ast.ListComp))
    return any(getattr(one, "attr", None) in names for part in stores for one in part.targets)


def _worst(training, name):
    """The first array, from the output down, that is off beside the last weights, and a pair of numbers."""
    verdict, layers = training.verdict, training.watched.spec.layers
    wanted = verdict.wanted[name]
    _, factor, _ = verdict.best
    for layer in reversed(layers):
        for path in filter(None, (layer.weight, layer.bias)):
            got, right = verdict.run.gradient[path].ravel(), factor * wanted[path].ravel()
            if np.linalg.norm(got - right) > 1e-3 * np.linalg.norm(right):
                index = int(np.argmax(np.abs(got - right)))
                return (
                    path,
                    f"entry {index} of {shown(path)} moves by {-got[index]:.5g}, along the gradient it would be {-right[index]:.5g}",
                )
    return layers[-1].weight, "all arrays are off"


def shown(path):
    """A cell as the user would write it."""
    from scratchwork.checks.running import state

    return state.text(path[1:])


def _wrong_output(watched):
    code = "SW-G16" if watched.wrong_output == "softmax twice" else "SW-N3"
    place = watched.output_place.function
    observed = f"In training the outputs are {watched.wrong_output}: the first sample's sum to {_row_sum(watched):.4g}."
    yield find(code, observed, **_at(place))


def _row_sum(watched):
    P = watched.output_place.value
    n = P.size // watched.n_out
    return float((P if P.shape == (n, watched.n_out) else P.T)[0].sum())


def _place(training):
    """The function in which the step's gradient of the last weights first appears, up to a factor."""
    wanted = training.verdict.run.gradient[training.watched.spec.layers[-1].weight]
    return training.watched.where_first(training.steps[0], wanted) or training.steps[0].function
