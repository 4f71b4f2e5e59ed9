"""What a program does with its weights after the training: the same layers, on rows of the same scale, with the labels of their rows."""

import numpy as np

from scratchwork.checks.findings import CannotCheck, find
from scratchwork.checks.probes.nudged import at
from scratchwork.checks.recognising import vocabulary
from scratchwork.checks.registry import once, probe
from scratchwork.checks.running import replay, stand_in_files
from scratchwork.checks.watching import recorded, story_reading

FAR, FEW = 8.0, 5


def read(target, call):
    """(tape, weights) of the whole program; CannotCheck where it has none that trains."""
    if not isinstance(target.value, replay.Program) or hasattr(target.value, "case"):
        raise CannotCheck("it is no program that goes on after its training")
    return once(target.namespace["namespace"], "__story__", lambda: _read(target, call))


def _read(target, call):
    tape = recorded.of_program(target.value, call, target.namespace["namespace"])
    found = story_reading.weights(tape)
    if not found:
        raise CannotCheck("no weights are seen that it trains and multiplies with rows")
    return tape, found


@probe("SW-P11", roles=("training run",))
def rows_that_are_asked_about_are_scaled_as_those_of_training(target, call):
    """What the trained weights are multiplied with is of the scale of the rows that they were trained on."""
    tape, weights = read(target, call)
    for weight in weights:
        known = _whole([X for sight, X in weight.tables if _is_data(tape, sight, weights)])
        for sight, X in _later(tape, weight) if known is not None else ():
            off = _off_scale(known, X) if len(X) >= FEW or not stand_in_files.SERVED else None
            place = _used(tape, weight, X) if off else None
            if place is not None:
                said = (
                    f"{weight.label} was trained on rows {off[0]}, and is asked about rows {off[1]} ({_name(sight)})."
                )
                yield find("SW-P11", said, severity="warning", **at(_asking(place, sight)))
                return


def _asking(*sights):
    """The first function among those of some sights that is no activation and not the program itself."""
    names = [sight.function for sight in sights if sight.function != "<module>"]
    return next((name for name in names if vocabulary.role_of_name(name.split(".")[-1]) != "activation"), None)


def _name(sight):
    return sight.label or f"what {sight.function} returns"


def _is_data(tape, sight, weights):
    """Whether rows were there before any weights changed, or are taken from rows that were."""
    first = min(tape.cells[weight.cell][1].time for weight in weights)
    if sight.time < first:
        return True
    rows = {row.tobytes() for other in tape.between(0, first) for row in _rows(other.value, sight.value.shape)}
    mine = list(_rows(sight.value, sight.value.shape))
    return bool(mine) and all(row.tobytes() in rows for row in mine)


def _rows(value, shape):
    width = shape[-1]
    if value.dtype.kind not in "fiub":
        return []
    if value.ndim == 2 and value.shape[1] == width and len(value) < 3000:
        return np.ascontiguousarray(value, dtype=float)
    return [value.astype(float)] if value.shape == (width,) else []


def _whole(tables):
    """The rows of training: those of the largest table, or all that were shown one by one."""
    if not tables:
        return None
    X = np.concatenate(tables)
    X = X[np.isfinite(X).all(axis=1)]
    return X if len(X) >= FEW else None


def _later(tape, weight):
    """(sight, rows) that are first seen after the last step of training."""
    width = weight.final.shape[0]
    return story_reading.tables(tape, weight.changed, tape.clock + 1, width, weight.rows)


def _used(tape, weight, X):
    """The sight of an activation of these rows times the final weights, or None."""
    seen = story_reading.Seen(tape, weight.changed, tape.clock + 1, weight.final.shape[1], weight.rows)
    Z = X @ weight.final + (0 if weight.bias is None else weight.bias)
    return seen.any_of(weight.activations, Z) or seen.has(Z)


def _off_scale(known, X):
    """(words for the rows of training, words for the others) where nearly every column is far off, else None."""
    spread, centre = known.std(axis=0), known.mean(axis=0)
    live = spread > 1e-12
    if not live.any() or not np.any(X.std(axis=0) if len(X) > 1 else X):
        return None
    low, high = known[:, live].min(axis=0), known[:, live].max(axis=0)
    wide = np.maximum(np.abs(low), np.abs(high))
    far = np.abs(X[:, live]).mean(axis=0) > FAR * wide
    near = (np.abs(X[:, live]).max(axis=0) * FAR < np.abs(known[:, live]).mean(axis=0)) & (len(X) >= FEW)
    beyond = np.abs(X[:, live].mean(axis=0) - centre[live]) > FAR * spread[live]
    for off in (far, near, beyond & (len(X) >= FEW)):
        if off.mean() > 0.6:
            place = np.flatnonzero(live)[np.argmax(off)]
            return tuple(f"whose column {place} goes from {rows[:, place].min():.3g} to {rows[:, place].max():.3g}" for rows in (known, X))  # fmt: skip
    return None


@probe("SW-P1", roles=("training run",))
def the_layers_after_training_are_those_of_training(target, call):
    """After the training the weights go with the bias and the activation that they had in it."""
    tape, weights = read(target, call)
    asked = 0
    for weight in weights:
        seen = story_reading.Seen(tape, weight.changed, tape.clock + 1, weight.final.shape[1], weight.rows)
        for sight, X in _later(tape, weight):
            words, where = _other_layer(weight, seen, X)
            asked += words == ""
            if words:
                start = f"After the training {weight.label} is multiplied with rows and goes on {words}"
                observed = f"{start}; the first value is {where.value.ravel()[0]:.4g}."
                yield find("SW-P1", observed, severity="warning", **at(_asking(where, sight)))
                return
    if not asked:
        raise CannotCheck("nothing is seen of what it computes after its training")


def _other_layer(weight, seen, X):
    """(words, where) of a layer that is another than in training; ("", None) of the same one, (None, None) of one unseen."""
    product = X @ weight.final
    if not np.any(product):
        return None, None
    Z = product if weight.bias is None else product + weight.bias
    if "linear" in weight.activations or seen.any_of(weight.activations, Z):
        return "", None
    bare = seen.any_of(weight.activations, product) if weight.bias is not None else None
    if bare is not None:
        return "without the array that is added to it in training", bare
    others = seen.activations(Z)
    if not others:
        return None, None
    return f"through {others[0]}, in training through {weight.activations[0]}", seen.any_of(others, Z)


@probe("SW-T11", roles=("training run",))
def rows_keep_their_labels(target, call):
    """Rows that come to the weights in another order have their labels with them."""
    tape, weights = read(target, call)
    asked = False
    for weight in weights:
        for sight, X in weight.tables:
            found = _mislaid(tape, weight, sight, X)
            asked = asked or found is not None
            if found:
                yield find("SW-T11", found[0], severity="warning", **at(found[1]))
                return
    if not asked:
        raise CannotCheck("its rows come in their first order, or their labels are not seen")


def _mislaid(tape, weight, sight, X):
    """(words, function) where labels stand in the old order beside shuffled rows; False where they are shuffled with them."""
    n = len(X)
    for first in tape.sights:
        if first.time >= sight.time:
            break
        whole = story_reading.rows_of(first.value, X.shape[1], weight.rows)
        if whole is None or len(whole) < max(n, 4):
            continue
        order = _places(X, whole)
        if order is None or np.array_equal(order, np.arange(n) + order[0]):
            continue
        verdict = _labels_of(tape, weight, sight, order, len(whole), first)
        if verdict is not None:
            return verdict
    return None


def _places(X, whole):
    """For each row its one place among the others, or None."""
    index = {}
    for place, row in enumerate(whole):
        key = row.tobytes()
        if key in index:
            return None
        index[key] = place
    places = [index.get(row.tobytes()) for row in np.ascontiguousarray(X)]
    return None if None in places else np.array(places)


def _labels_of(tape, weight, sight, order, total, first):
    """What the labels of the whole say of those beside the rows: (words, function), False, or None."""
    near = [other for other in tape.between(weight.start - 400, weight.changed) if other.value.dtype.kind in "fiub"]
    for labels in tape.between(0, sight.time):
        Y = _as_labels(labels.value, total, first.value.shape)
        if Y is None or np.array_equal(Y[order], Y[: len(order)]):
            continue
        if any(_same(other.value, item) for other in near for item in (Y[order], Y[order].T)):
            return False
        words = _stale(near, Y, order)
        if words:
            return (
                f"The {len(order)} rows of {_name(sight)} come in another order than at first; {words}",
                sight.function,
            )
    return None


def _as_labels(value, total, other):
    """An array as labels of so many rows, few distinct ones; None where it is not."""
    if value.ndim not in (1, 2) or total not in value.shape or value.size > 50 * total or value.shape == other:
        return None
    return (value if len(value) == total else value.T) if 2 <= len(np.unique(value)) <= 30 else None


def _same(a, b):
    return a.shape == b.shape and np.array_equal(a, b)


def _stale(near, Y, order):
    """The words where labels in their old order stand beside the rows, or ""."""
    n = len(order)
    for other in near:
        for start in range(0, len(Y) - n + 1, n):
            old = Y[start : start + n]
            if _same(other.value, old):
                off = int((Y[order] != old).reshape(n, -1).any(axis=1).sum())
                return f"{_name(other)} beside them is in the old one: {off} rows have another's label."
    return ""
