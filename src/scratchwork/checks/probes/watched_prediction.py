"""What a trained network predicts, beside the forward pass of its taped training."""

import itertools

import numpy as np

from scratchwork.checks.findings import CannotCheck, find
from scratchwork.checks.probes.said_classes import judged_prediction
from scratchwork.checks.probes.watched import ROLES
from scratchwork.checks.probes.watched_loop import seen_training, told
from scratchwork.checks.recognising import binding, vocabulary
from scratchwork.checks.registry import probe
from scratchwork.checks.running import state
from scratchwork.checks.views import estimator
from scratchwork.checks.watching.tape import Tape

N_ASKED, MOST_SETS = 97, 16


@probe("SW-P1", "SW-P4", "SW-P5", "SW-P10", "SW-T20", roles=ROLES)
def prediction_is_the_forward_pass_of_training(target, call):
    """What the fitted object predicts for new samples is what the forward pass of its training gives with its weights."""
    if told(target, "SW-P1", "SW-P4", "SW-P5", "SW-P10"):
        return
    training = seen_training(target, call)
    if training.watched.wrong_output or len(training.watched.spec.layers) < 2:
        raise CannotCheck("its layers are not those of a usual network")
    found = _asked(target, training, call)
    if found is None:
        raise CannotCheck("what is trained has no method that predicts")
    method, said, again, X, outputs = found
    where = method.__name__
    if not np.isfinite(said).all():
        raise CannotCheck("its predictions are not finite")
    if again is not None and said.shape == again.shape and not np.array_equal(said, again):
        off = int((said != again).sum())
        observed = f"Two calls of {where} with the same {len(X)} samples differ in {off} of {said.size} values."
        yield find("SW-T20", observed, function=where)
        return
    more = _elsewhere(training, method, X, call) if np.ptp(said) == 0 or outputs[0].shape[1] == 1 else []
    yield from _no_threshold(more, where)
    if np.ptp(said) == 0 and more:
        said, outputs = more[0][0], [more[0][1]]
    answers = [list(judged_prediction(P, said, where)) for P in outputs]
    if not all(answers):
        return
    first = answers[0][0]
    if first.code == "SW-P1":
        first = first.at(function=_inner_place(target, training, method, X, outputs, call) or where)
        yield from _named(training, said, X, first)
        return
    yield first


def _asked(target, training, call):
    """(method, what it says, what it says again, new samples, their outputs); None where nothing can be asked."""
    watched, case = training.watched, training.case
    X = np.random.default_rng(6).normal(size=(N_ASKED, case.X.shape[1])) * 1.5
    for thing, name in _who_predicts(target, training):
        laid = np.ascontiguousarray(X.T) if case.columns else X
        answers = [_answer(getattr(thing, name), laid, case, call, seed) for seed in (1, 2)]
        if answers[0] is not None:
            kept = [watched._output(watched.spec.weights(values), X) for values in _held(training, thing)]
            return getattr(thing, name), answers[0], answers[1], X, kept
    return None


def _elsewhere(training, method, X, call):
    """[(what the method says, outputs)] with other weights in their places: those of the training may give one answer to all."""
    watched, rng, found = training.watched, np.random.default_rng(12), []
    if any(path[0][0] != "object" for path in watched.paths):
        return []
    kept, laid = watched.values(watched.tape.clock + 1), np.ascontiguousarray(X.T) if training.case.columns else X
    for width in (1.0, 0.3, 3.0, 1.0, 2.0, 0.6):
        values = {path: width * rng.normal(size=item.shape) for path, item in kept.items()}
        _put(watched, values)
        said = _answer(method, laid, training.case, call, 1)
        _put(watched, kept)
        if said is not None and np.ptp(said) > 0:
            found.append((said, watched._output(watched.spec.weights(values), X)))
    return found


def _no_threshold(pairs, where):
    """The finding, in a list, where no one threshold takes the one output to the two answers for all weights."""
    low, high = -np.inf, np.inf
    for said, P in pairs:
        values = np.unique(said)
        if P.shape[1] != 1 or said.size != len(P) or len(values) != 2:
            return []
        one = said.ravel() == values[1]
        low, high = max(low, float(P[~one].max())), min(high, float(P[one].min()))
    if low <= high + 1e-9:
        return []
    observed = f"{where} says {values[0]:g} for outputs up to {low:.4g} of the forward pass and {values[1]:g} for outputs from {high:.4g}: it is not that output that it cuts."
    return [find("SW-P1", observed, function=where)]


def _put(watched, values):
    for path, item in values.items():
        state.put(watched.tape.kept[path[0][1]], path[1:], item)


def _held(training, thing):
    """Sets of parameters that the object may predict with: those of the tape's end, and its own of the same shapes."""
    watched = training.watched
    last = watched.values(watched.tape.clock + 1)
    if training.live is None:
        return [last]
    own = [np.asarray(item, dtype=float) for item in state.float_arrays(thing).values()]
    choices = [
        [last[path], *(item for item in own if item.shape == last[path].shape and not np.array_equal(item, last[path]))]
        for path in watched.paths
    ]
    sets = itertools.islice(itertools.product(*[reversed(group) for group in choices]), MOST_SETS)
    return [last, *(dict(zip(watched.paths, group)) for group in sets)]


def _inner_place(target, training, method, X, outputs, call):
    """The innermost function that, while the method runs, returns outputs which are not those of training."""
    tape = Tape(target.namespace["namespace"], 0.5)
    laid = np.ascontiguousarray(X.T) if training.case.columns else X
    try:
        call(tape.run, _call, method, laid, call, 1)
    except CannotCheck:
        return None
    for sight in tape.sights:
        name = sight.function.split(".")[-1]
        role = vocabulary.role_of_name(name)
        if sight.returned and sight.value.size == outputs[0].size and role not in ("activation", "predict"):
            return name
    return None


def _named(training, said, X, finding):
    """The same finding, as P10 where the prediction is that of samples with one column of ones too many."""
    watched = training.watched
    values = watched.spec.weights(watched.values(watched.tape.clock + 1))
    shifted = np.c_[np.ones(len(X)), X][:, : X.shape[1]]
    if not list(judged_prediction(watched._output(values, shifted), said, finding.function)):
        words = "It is the prediction for samples that begin with a second column of ones, their last column cut off."
        finding = find("SW-P10", f"{finding.observed} {words}", function=finding.function)
    yield finding


def _shapes(thing):
    return {np.shape(item) for item in state.float_arrays(thing, numbers=True).values()}


def _who_predicts(target, training):
    """(object, method name) of what was trained and can predict."""
    things = [training.live] if training.live is not None else list(training.watched.tape.kept.values())[:40]
    last = training.watched.values(training.watched.tape.clock + 1)
    for thing in things:
        if training.live is None and not {item.shape for item in last.values()} <= _shapes(thing):
            continue  # another model of the program
        have = binding.methods(thing)
        plain = {vocabulary.plain(name): name for name in reversed(list(have))}
        for word in estimator.PREDICT:
            if word in plain and word not in ("test", "__call__", "evaluate_model"):
                yield thing, plain[word]
                break


def _answer(method, X, case, call, seed):
    """What a method says of all samples, asked at once or one by one; None where neither runs."""
    for ask in (_at_once, _one_by_one):
        try:
            return np.asarray(ask(method, X, case, call, seed), dtype=float)
        except (CannotCheck, ValueError, TypeError):
            continue
    return None


def _call(method, X, call, seed):
    bound = binding.bind(method, {"X": X}, order=("X",), override={"X"})
    args, kwargs = binding.positional(method, bound)
    value = call.raw(method, *args, seed_=seed, **kwargs)
    return np.asarray(value[0] if isinstance(value, tuple) and not np.isscalar(value[0]) else value, dtype=float)


def _at_once(method, X, case, call, seed):
    value = _call(method, X, call, seed)
    if value.ndim == 2 and case.columns and value.shape[1] == N_ASKED:
        value = value.T
    if N_ASKED not in value.shape and value.size not in (2, 3, case.classes):
        raise CannotCheck("it gives another number of answers")
    return value


def _one_by_one(method, X, case, call, seed):
    if case.columns:
        X = X.T
    rows = [row.reshape(-1, 1) if case.columns else row for row in X]
    try:
        return np.array([np.ravel(_call(method, row, call, seed)) for row in rows]).reshape(N_ASKED, -1)
    except CannotCheck:
        return np.array([np.ravel(_call(method, row.reshape(1, -1), call, seed)) for row in rows]).reshape(N_ASKED, -1)
