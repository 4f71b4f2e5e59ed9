"""Which function of a watched round is the first to give something wrong: the innermost one that holds the fault.

Calls end in the order in which they are seen, the inner before the outer; the first whose result no right network has is
the one. Right are: what the layers hold, the errors sent back, the slopes, and their products, each up to one factor.
"""

import dataclasses

import numpy as np

from scratchwork.checks.findings import CannotCheck
from scratchwork.checks.views import claims, diagnose, network, reference
from scratchwork.checks.watching.round_reading import at

CLOSE = 1e-5


def of_gradient(net, verdict):
    """The function whose result is the first wrong one behind a wrong gradient, or None."""
    try:
        watch = net.watched(verdict)
    except CannotCheck:
        return None
    if net.spec is None or not watch.calls:
        return None
    right = _right(net, _as_seen(net, verdict, watch))
    layer = next((l for l in reversed(range(len(net.spec.layers))) if _off(net, verdict, l, right)), None)
    if layer is None:
        return None
    delta = right["deltas"][layer]
    seen = any(_same(item, delta) for call in watch.calls for item in (*call.value.values(), *call.local.values()))
    if not seen:
        name = _first_wrong(watch, [item for items in right["good"] for item in items], delta.shape)
        if name:
            return name
    return _producer(net, verdict, watch, layer)


def _as_seen(net, verdict, watch):
    """The verdict with its rows in the order in which a round that shuffles them saw them."""
    rows, X = at(watch, net.reading.seen) if net.reading.seen else None, verdict.X
    rows = rows.T if rows is not None and rows.shape == X.shape[::-1] != X.shape else rows
    if rows is None or rows.shape != X.shape:
        return verdict
    order = np.array([np.abs(X - row).sum(axis=1).argmin() for row in rows])
    if len(set(order.tolist())) < len(X) or not np.allclose(X[order], rows):
        return verdict
    return dataclasses.replace(verdict, X=X[order], Y=verdict.Y[order])


def of_step(net, verdict):
    """The function that moves the parameters, or None."""
    try:
        watch = net.watched(verdict)
    except CannotCheck:
        return None
    after = [
        watch.left[path] for path in net.reading.point if not np.array_equal(watch.left[path], net.reading.point[path])
    ]
    for call in watch.calls:
        for item in (*call.value.values(), *call.local.values()):
            if item.size > 1 and any(item.shape == other.shape and np.array_equal(item, other) for other in after):
                return call.name
    return None


def rows_without_labels(net, verdict):
    """Whether the gradient is that of shuffled rows with the labels left in their old order."""
    watch = net.watched(verdict)
    rows = at(watch, net.reading.seen)
    if rows is None or net.spec is None:
        return False
    rows = rows if rows.shape == verdict.X.shape else rows.T
    wanted = claims.standard_gradients(net, dataclasses.replace(verdict, X=rows)).values()
    labels = verdict.Y.argmax(axis=1) if net.n_out > 1 else verdict.Y.ravel().astype(int)
    for y in network.label_forms(labels, net.n_out).values():
        run = claims.claim(net, verdict.X, y)
        claimed = claims.flat(run.gradient, net.paths, verdict.point) if run.gradient is not None else None
        fits = (claims.flat(item, net.paths, verdict.point) for item in wanted if claimed is not None)
        if any(reference.fitted_factor(claimed, item)[1] <= verdict.tolerance for item in fits):
            return True
    return False


def _right(net, verdict):
    """Everything of shape (n, units) that a right network has, by layer; and the right gradients."""
    names = [layer.activation for layer in net.spec.layers]
    pairs = net.spec.weights(verdict.point)
    trace = reference.forward(pairs, names, verdict.X)
    table = reference.output_deltas(trace[-1][2], trace[-1][1], verdict.Y, names[-1])
    usual = {
        name: item
        for name, item in table.items()
        if name in ("cross-entropy", "binary cross-entropy", "half squared error")
    }
    chosen = diagnose._output(net, verdict, pairs, trace, table)
    delta = table[chosen[0]] if chosen[2] <= diagnose.EXPLAINED and chosen[0] in usual else next(iter(usual.values()))
    if names[-1] == "sigmoid":
        delta = delta if chosen[0] in usual and chosen[2] <= diagnose.EXPLAINED else usual["binary cross-entropy"]
    slopes, deltas, good = reference.right_slopes(names), [delta], [list(usual.values())]
    for l in range(len(pairs) - 1, 0, -1):
        back = deltas[0] @ pairs[l][0].T
        slope = slopes(l - 1, trace[l - 1][1], trace[l - 1][2])
        deltas.insert(0, back * slope)
        good.insert(0, [back, slope, back * slope])
    for l, (_, Z, A) in enumerate(trace):
        good[l] += [Z, A, verdict.Y if l == len(trace) - 1 else A]
    return {"deltas": deltas, "good": good, "trace": trace, "factor": chosen[1]}


def _off(net, verdict, l, right):
    """Whether a layer's claimed gradient is not the right one, up to a factor."""
    layer, delta = net.spec.layers[l], right["deltas"][l]
    wanted = net.spec.as_user(layer, right["trace"][l][0].T @ delta, "W", verdict.point[layer.weight].shape)
    if diagnose._match(net, verdict, layer.weight, wanted)[1] > diagnose.EXPLAINED:
        return True
    got = diagnose.claimed(verdict, layer.bias) if layer.bias is not None else None
    if got is None:
        return False
    return (
        np.size(got) != delta.shape[1]
        or reference.fitted_factor(np.ravel(got), delta.sum(axis=0))[1] > diagnose.EXPLAINED
    )


def _same(item, wanted):
    """Whether an array is the wanted one, in either layout, up to a factor."""
    for made in (item, item.T):
        if made.shape == wanted.shape and item.dtype.kind in "fb":
            return reference.fitted_factor(made, wanted)[1] <= CLOSE
    return False


def _first_wrong(watch, good, shape):
    """The first call that returns something of this layer's shape that a right network does not have."""
    names = []
    for call in watch.calls:
        for item in call.value.values():
            if (
                item.shape in (shape, shape[::-1])
                and item.dtype.kind == "f"
                and not any(_same(item, other) for other in good)
            ):
                names.append(call.name)
    return names[0] if names else None


def _producer(net, verdict, watch, layer):
    """The first call that returns the wrong gradient itself."""
    mine = net.spec.layers[layer]
    for path in (mine.weight, mine.bias):
        got = np.asarray(verdict.run.gradient.get(path, np.zeros(0)), dtype=float) if path is not None else np.zeros(0)
        for call in watch.calls if got.size else ():
            for item in call.value.values():
                if item.size == got.size > 1 and reference.fitted_factor(np.ravel(item), got.ravel())[1] <= 1e-4:
                    return call.name
    return None
