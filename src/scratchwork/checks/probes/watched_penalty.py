"""The penalty and the reported cost in a taped training: what lambda adds to a step, and to the number that is reported."""

import numpy as np

from scratchwork.checks.findings import CannotCheck, find
from scratchwork.checks.probes import losses as probe_losses
from scratchwork.checks.probes.watched import ROLES, _at, _place
from scratchwork.checks.probes.watched_loop import maker_of, moves, run_again, seen_training, told
from scratchwork.checks.recognising import binding, vocabulary
from scratchwork.checks.registry import probe
from scratchwork.checks.views import estimator, loss_values, reference
from scratchwork.checks.watching import trainings

LAMBDA = 0.7


@probe("SW-G2", "SW-G3", "SW-G4", "SW-G5", "SW-G8", roles=ROLES)
def the_penalty_of_a_training_pulls_towards_zero(target, call):
    """A penalty adds a multiple of the weights to each step, and its half square to the reported cost."""
    if told(target, "SW-G2", "SW-G3", "SW-G4", "SW-G5"):
        return
    training = seen_training(target, call)
    if training.verdict.best[2] > trainings.FITS:
        raise CannotCheck("its steps are not along a usual gradient")
    names = _penalties(target)
    if not names:
        raise CannotCheck("it has no penalty")
    for name in names:
        try:
            other = run_again(target, training, call, exact={name: LAMBDA})
        except CannotCheck:
            continue
        yield from judge(training, other, name)


def _penalties(target):
    """Names of the parameters that weigh a penalty."""
    maker, found = maker_of(target), []
    functions = (
        [target.value]
        if maker is None
        else [maker.factory, *map(maker.methods().get, [maker.find(estimator.FIT, "fit")])]
    )
    for function in filter(callable, functions):
        entries = binding.parameters(function)
        for entry in entries:
            plain = vocabulary.plain(entry.name)
            number = entry.default is entry.empty or (
                isinstance(entry.default, (int, float)) and not isinstance(entry.default, bool)
            )
            if number and (binding.meaning_in(entry, entries) == "lambda" or plain in ("l1", "l1_reg", "l1_lambda")):
                found.append(entry.name)
    return found


def _split(training, moves):
    """({weights: move}, {biases: move}) with the bias of an augmented matrix on its own, and the values in the same form."""
    weights, biases = {}, {}
    for layer in training.watched.spec.layers:
        if layer.bias is not None:
            biases[layer.bias] = moves[layer.bias]
        item = moves[layer.weight]
        if layer.ones is not None:
            axis = 1 if layer.transposed else 0
            biases[(*layer.weight, "[:, 0]" if layer.transposed else "[0]")] = np.take(item, layer.ones, axis=axis)
            item = np.delete(item, layer.ones, axis=axis)
        weights[layer.weight] = item
    return weights, biases


def judge(training, other, name):
    """What a strength adds to the first step and to the cost, of two runs with and without it."""
    factor = training.verdict.best[1]
    renamed = dict(zip(other.watched.paths, training.watched.paths))
    plain, more = moves(training), {renamed[path]: item for path, item in moves(other).items()}
    added = [
        {path: (b - a) / factor for (path, a), b in zip(one.items(), two.values())}
        for one, two in zip(_split(training, plain), _split(training, more))
    ]
    values = _split(training, training.steps[0].before)
    moved = [{path: item / factor for path, item in part.items()} for part in _split(training, plain)]
    if not _is_penalty(added, moved, values):
        return
    place = _at(_place(other))
    if not any(np.any(item) for item in values[0].values()):
        return  # nothing is added to weights of zero, and the costs that change are those of another model
    size = max(float(np.abs(item).max()) for item in added[0].values())
    cost = _cost_of_penalty(training, other)
    if size < 1e-10:
        if cost and any(item.any() for item in values[0].values()):  # of zero weights there is nothing to pull
            where, much = cost
            of = f"what {where} returns" if where else "the cost"
            observed = f"{name} = {LAMBDA} adds {much:.4g} to {of} and leaves the first step as it was."
            yield find("SW-G5", observed, **place)
        return
    wrong = _wrong(training, other, name, added, values, moved)
    if wrong:
        yield wrong.at(**place)
    elif cost is not None:
        yield from _of_one_size(training, added, values, cost, name)


def _wrong(training, other, name, added, values, moved):
    """The finding for a penalty of the wrong sign, of the gradient itself, or on the intercepts; or None."""
    verdict, run = _Stand(), _Stand()
    verdict.point, run.gradient = values[0] | values[1], moved[0] | moved[1]
    wrong = probe_losses.wrong_penalty(verdict, run, added[0] | added[1], list(values[0]), list(values[1]), None)
    both = None if wrong else _on_the_bias(training, other, name)
    if both is not None and abs(both[0]) > 1e-3 * abs(both[1]):
        words = f"{name} = {LAMBDA} adds {both[0]:.4g} b to the gradient of the intercepts"
        return find("SW-G4", f"{words}, {both[1]:.4g} W to that of the weights.")
    return wrong


def _is_penalty(added, moved, values):
    """Whether what is added is made of weights, of intercepts, or of the step of the weights alone: no other rate."""
    weights, biases = (
        [np.concatenate([*map(np.ravel, part.values()), np.zeros(0)]) for part in parts]
        for parts in zip(added, moved, values)
    )
    empty, none = np.zeros(weights[0].size), np.zeros(biases[0].size)
    columns = [
        np.concatenate(pair)
        for pair in ((weights[2], none), (np.sign(weights[2]), none), (empty, biases[2]), (weights[1], none))
    ]
    if not biases[0].size:
        columns.pop()
    seen = np.concatenate([weights[0], biases[0]])
    found, *_ = np.linalg.lstsq(np.stack(columns, axis=1), seen, rcond=None)
    return bool(np.linalg.norm(seen - np.stack(columns, axis=1) @ found) <= 1e-3 * np.linalg.norm(seen) + 1e-12)


def _on_the_bias(training, other, name):
    """The share of the intercepts in a later step with the penalty: at the start they are mostly zero. None where unseen."""
    watched = other.watched
    for step in other.steps[:0:-1]:
        verdict = trainings.verdict_of(watched, other.case, step)
        wanted = verdict.wanted.get(training.verdict.best[0])
        if wanted is None:
            continue
        values, steep, moved = (_split(other, item) for item in (step.before, wanted, verdict.run.gradient))
        W, b = (np.concatenate([*map(np.ravel, part.values()), np.zeros(0)]) for part in values)
        if not np.abs(b).max(initial=0.0) > 1e-6:
            continue
        g, m = (np.concatenate([item.ravel() for part in parts for item in part.values()]) for parts in (steep, moved))
        none, empty = np.zeros(b.size), np.zeros(W.size)
        columns = np.stack([g, np.r_[W, none], np.r_[np.sign(W), none], np.r_[empty, b]], axis=1)
        found, *_ = np.linalg.lstsq(columns, m, rcond=None)
        if np.linalg.norm(m - columns @ found) <= 1e-6 * np.linalg.norm(m) and abs(found[1]) > 1e-6:
            return float(found[3] / found[0]), float(found[1] / found[0])
    return None


class _Stand:
    """Two attributes, in the form that the penalty's judge takes."""


def _costs(training):
    """[(function, value)] of the numbers that functions with a cost's name return before the first step ends."""
    step = training.steps[0]
    sights = training.watched.tape.between(0, step.end)
    found = [
        (sight.function, float(sight.value.ravel()[0]))
        for sight in sights
        if sight.returned and sight.value.size == 1 and vocabulary.role_of_name(sight.function.split(".")[-1]) == "loss"
    ]
    return found


def _cost_of_penalty(training, other):
    """(function that gives it, what the penalty adds to the cost); () where nothing is added; None where no cost is seen."""
    pairs = list(zip(_costs(training), _costs(other)))
    if not pairs:
        grown = [b - a for a, b in zip(_named_costs(training), _named_costs(other)) if abs(b - a) > 1e-12]
        return (None, grown[0]) if grown else None
    grown = [b[1] - a[1] for a, b in pairs if a[0] == b[0] and abs(b[1] - a[1]) > 1e-12]
    if not grown:
        return None if _named_costs(training) != _named_costs(other) else ()
    first = next((a for a, b in zip(_numbers(training), _numbers(other)) if a[0] == b[0] and a[1] != b[1]), None)
    return (first or pairs[0][0])[0], grown[0]


def _named_costs(training):
    """The numbers that stand under a cost's name before the first step ends: the cost may be put together outside its function."""
    sights = training.watched.tape.between(0, training.steps[0].end)
    named = [item for item in sights if item.value.size == 1 and vocabulary.role_of_name(item.label.split(".")[-1]) == "loss"]  # fmt: skip
    return [float(item.value.ravel()[0]) for item in named]


def _numbers(training):
    """[(function, value)] of every number that a function returns before the first step ends."""
    sights = training.watched.tape.between(0, training.steps[0].end)
    return [(item.function, float(item.value.ravel()[0])) for item in sights if item.returned and item.value.size == 1]


def _of_one_size(training, added, values, cost, name):
    """The penalty in the cost against that in the step, each relative to its data's part."""
    if cost == ():
        observed = f"{name} = {LAMBDA} changes the first step; the costs that are computed do not change."
        yield find("SW-G5", observed, severity="warning", weight=45, **_at(training.steps[0].function))
    if not cost or cost[0] is None:
        return
    point = _point(training, training.steps[0].before, training.steps[0].batch, _costs(training)[0][1])
    known = loss_values.identify([point])
    if known is None or known[0] != training.verdict.best[0]:
        return
    scale = point.value / loss_values.usual(point)[known[0]]
    weights = np.concatenate([item.ravel() for item in values[0].values()])
    pull = np.concatenate([item.ravel() for item in added[0].values()])
    for wanted, size in ((weights, 0.5 * float(weights @ weights)), (np.sign(weights), float(np.abs(weights).sum()))):
        share, rest = reference.fitted_factor(pull, wanted)
        if rest < 1e-3:
            times = scale * share * size / cost[1]
            if abs(times - 1) > 1e-2 and 0.05 < times < 20:
                observed = f"The penalty of {name} in the step is {times:.4g} times that in the cost, each relative to its data's part."
                yield find("SW-G8", observed, severity="warning", **_at(cost[0]))
            return


def _point(training, values, batch, value):
    """A value of the cost with the outputs and targets it belongs to."""
    watched, case = training.watched, training.case
    P = watched._output(watched.spec.weights(values), batch.values)
    if watched.spec.layers[-1].activation == "linear" and training.verdict.best[0] != "half squared error":
        P = reference.softmax(P, axis=1) if watched.n_out > 1 else reference.sigmoid(P)
    return loss_values.Point(value, P, case.targets[watched.n_out][list(batch.rows)])


@probe("SW-G9", "SW-G1", "SW-G7", roles=ROLES)
def the_reported_cost_is_the_one_that_is_followed(target, call):
    """The cost that a training reports is, up to one factor, the loss whose gradient it follows."""
    if told(target, "SW-G9", "SW-G1", "SW-G7"):
        return
    training = seen_training(target, call)
    name, _, residual = training.verdict.best
    if residual > trainings.FITS:
        raise CannotCheck("its steps are not along a usual gradient")
    for where, points in _reported(training).items():
        found = loss_values.identify(points)
        if len(points) < 2 or found is None or found[0].startswith(name):
            continue
        last = training.watched.spec.layers[-1].activation
        if found[0] == "cross-entropy" and name == "binary cross-entropy" and last == "sigmoid":
            observed = f"The steps follow the binary cross-entropy; the reported cost, first {points[0].value:.4g}, is -sum y log(p) alone: predicting 1 for every class costs nothing."
            yield find("SW-G9", observed, **_at(where))
        elif "entropy" in found[0] or found[0] in ("half squared error", "signed error"):
            observed = f"The steps follow the gradient of the {name}; the reported cost, first {points[0].value:.4g}, is the {found[0]}."
            crossed = found[0].startswith(
                ("half of", "wrong sign", "signed", "cross-entropy of", "binary cross-entropy of")
            )
            yield find("SW-G1", observed, severity="error" if crossed else "warning", weight=60, **_at(where))


def _reported(training):
    """{function of a cost: points} of the numbers it gave, each with the outputs of the pass before it."""
    watched, found = training.watched, {}
    whole, ends = _whole(training), watched.passes[-1][0] if watched.passes else 0
    for sight in watched.tape.between(0, ends):
        word = vocabulary.role_of_name(sight.function.split(".")[-1])
        if not sight.returned or sight.value.size != 1 or word != "loss" or not np.any(sight.value):
            continue
        before = [entry for entry in watched.passes if entry[0] <= sight.time]
        if not before or len(found.get(sight.function, ())) >= 6:
            continue
        _, batch, values = before[-1]
        batch = whole if whole is not None and training.steps[0].batch is training.steps[0].gathered else batch
        found.setdefault(sight.function, []).append(_point(training, values, batch, float(sight.value.ravel()[0])))
    return found


def _whole(training):
    """All samples as one batch, where the first step used them all."""
    batch = training.steps[0].batch
    return batch if len(batch.rows) == len(training.case.X) else None
