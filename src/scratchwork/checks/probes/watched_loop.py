"""What else a taped training shows: units that stay alike."""

import numpy as np

from scratchwork.checks.findings import CannotCheck, find
from scratchwork.checks.probes.training import names_with
from scratchwork.checks.probes.watched import ROLES, _at, training_of
from scratchwork.checks.registry import once, probe
from scratchwork.checks.running import replay
from scratchwork.checks.views import estimator, network
from scratchwork.checks.watching import trainings


def seen_training(target, call):
    """The taped training of a target, of a class also where its gradient was judged without it; made once."""
    return once(target.namespace, "seen", lambda: _seen(target, call))


def told(target, *codes):
    """Whether one of these was found already, here or in another object of the file."""
    found = target.namespace["namespace"].get("__found__", set()) | set(target.namespace.get("found", ()))
    return bool(set(codes) & found)


def _seen(target, call):
    maker, globals_ = maker_of(target), target.namespace["namespace"]
    if target.role == "training run" and not isinstance(target.value, replay.Program):
        return trainings.trained(
            target.name, lambda case: trainings.runs_of_function(target.value, call, globals_, case)
        )
    if maker is None or not isinstance(target.value, network.Net):
        return training_of(target, call)
    return trainings.trained(target.name, lambda case: trainings.runs_of_class(maker, call, globals_, case))


def maker_of(target):
    """The Estimator of a class that trains, or None for functions and programs."""
    value = target.value
    if isinstance(value, network.Net):
        return None if value.functional else value.extras.get("maker")
    return value if isinstance(value, estimator.Estimator) else None


# the start ------------------------------------------------------------------------------------------------------------


@probe("SW-T17", roles=ROLES)
def units_do_not_stay_alike(target, call):
    """After the steps of a training the units of a hidden layer differ."""
    training = seen_training(target, call)
    watched = training.watched
    if told(target, "SW-T17") or len(training.steps) < 2:
        raise CannotCheck("fewer than two steps are seen")
    last = watched.spec.weights(training.steps[-1].after)
    first = watched.spec.weights(training.steps[0].before)
    for number, (W, b) in enumerate(last[:-1]):  # below a layer that moves none stays at nought
        alike = W.shape[1] > 1 and W.any() and np.ptp(W, axis=1).max() < 1e-10 and (b is None or np.ptp(b) < 1e-10)
        if alike and np.abs(last[-1][0] - first[-1][0]).max() > 1e-12:
            layer = watched.spec.layers[number]
            observed = f"After {len(training.steps)} steps all {W.shape[1]} units of hidden layer {number + 1} have the same weights (the first: {W[0, 0]:.4g})."
            place = _maker_of_start(watched, layer.weight)
            if place is None:  # it was there before the training: made by the constructor, or by what that calls
                made = r"random|randn|zeros|full\(|ones\(|uniform|normal"
                place = f"{target.name}.{names_with(target, made, '__init__')}"
            yield find("SW-T17", observed, **_at(place))
            return


def _maker_of_start(watched, path):
    """The function in which the first value of a place was made; None where the training found it there."""
    first = watched.tape.cells[path][0]
    for sight in watched.tape.between(-1, first.time):
        same = sight.value.shape == first.value.shape and np.array_equal(sight.value, first.value)
        long = sight.value.ndim == 1 and sight.value.size > first.value.size  # one vector of all, rolled later
        if same or (long and _holds(sight.value, first.value.ravel())):
            return sight.function if sight.time > 2 else None
    return first.function


def _holds(long, short):
    """Whether a vector holds another one, in one piece."""
    places = np.flatnonzero(long[: len(long) - len(short) + 1] == short[0])
    return any(np.array_equal(long[place : place + len(short)], short) for place in places[:50])


# the settings ---------------------------------------------------------------------------------------------------------


def run_again(target, training, call, exact=None, **settings):
    """The same training with other settings: (Training, its first step), or CannotCheck where it starts elsewhere."""
    maker, space = maker_of(target), target.namespace["namespace"]
    if maker is None and isinstance(target.value, replay.Program):
        raise CannotCheck("the settings of a program stand in its text")
    if maker is not None:
        runs = trainings.runs_of_class(maker, call, space, training.case, exact, **settings)
    else:
        runs = trainings.runs_of_function(target.value, call, space, training.case, exact, **settings)
    for run in runs:
        if isinstance(run, Exception):
            continue
        other = trainings._recognised(target.name, run, training.case)
        before, after = training.steps[0].before, other.steps[0].before
        names = [[_tail(path) for path in item.watched.paths] for item in (training, other)]
        if names[0] == names[1] and all(
            np.array_equal(before[a], after[b]) for a, b in zip(training.watched.paths, other.watched.paths)
        ):
            return other
    raise CannotCheck("with other settings it starts from other weights")


def _tail(path):
    return path[1:]


def moves(training):
    """{place without its owner: how the first step moves it, downwards positive}."""
    step = training.steps[0]
    return {path: step.before[path] - step.after[path] for path in training.watched.paths}
