"""A gradient that is wrong, explained: which of the usual mistakes gives exactly these numbers?

Each array of the claim is compared with our own gradient of the same network under one mistake after another; an array
is explained when it equals the mistaken one up to one factor. The output layer is explained first, then the hidden ones.
"""

import dataclasses

import numpy as np

from scratchwork.checks.views import reference

EXPLAINED = 2e-4

OUTPUT_MISTAKES = {
    "diagonal": ("SW-G17", "the squared error's gradient with only the diagonal p (1 - p) of softmax's Jacobian"),
    "naive": ("SW-G17", "the cross-entropy's gradient -y / p times only the diagonal p (1 - p) of softmax's Jacobian"),
    "twice": ("SW-G16", "the cross-entropy of softmax(softmax(z))"),
    "twice straight": ("SW-G16", "softmax(softmax(z)) - y"),
    "no output slope": ("SW-G1", "p - y without the slope of the output's activation"),
}


@dataclasses.dataclass
class Explanation:
    """A named mistake and the arrays that it explains."""

    code: str
    words: str
    paths: list
    factor: float = 1.0


def explain(net, verdict):
    """The mistakes found, the output layer's first; an empty list where no usual one fits."""
    if net.spec is None:
        return []
    spec, names = net.spec, [layer.activation for layer in net.spec.layers]
    pairs = spec.weights(verdict.point)
    trace = reference.forward(pairs, names, verdict.X)
    deltas = reference.output_deltas(trace[-1][2], trace[-1][1], verdict.Y, names[-1])
    name, factor, residual = _output(net, verdict, pairs, trace, deltas)
    if residual > EXPLAINED:
        return _bias_only(net, verdict, pairs, trace, deltas, names)
    found = []
    if name not in ("cross-entropy", "binary cross-entropy", "half squared error"):
        found.append(_output_mistake(name, names[-1], net, factor))
    delta = deltas[name]
    found += _hidden(net, verdict, pairs, trace, delta, names, factor)
    found += biases(net, verdict, pairs, trace, delta, names, factor)
    return found


def output_residual(net, verdict):
    """How far the last weights' gradient is from that of the nearest usual loss or mistake."""
    pairs, names = net.spec.weights(verdict.point), [layer.activation for layer in net.spec.layers]
    trace = reference.forward(pairs, names, verdict.X)
    deltas = reference.output_deltas(trace[-1][2], trace[-1][1], verdict.Y, names[-1])
    return _output(net, verdict, pairs, trace, deltas)[2]


def claimed(verdict, path):
    """The user's gradient of one array, or None."""
    return verdict.run.gradient.get(path)


def _match(net, verdict, path, wanted):
    """(factor, residual) of one array against a wanted gradient of our orientation already in the user's shape."""
    got = claimed(verdict, path)
    if got is None:
        return float("nan"), float("inf")
    got = np.asarray(got, dtype=np.float64)
    if got.size != wanted.size or (
        got.ndim == 2 and wanted.ndim == 2 and got.shape != wanted.shape and min(got.shape) > 1
    ):
        return float("nan"), float("inf")
    return reference.fitted_factor(got, wanted)


def _output(net, verdict, pairs, trace, deltas):
    """The delta at the output that gives the claimed gradient of the last weights."""
    layer, best = net.spec.layers[-1], (None, float("nan"), float("inf"))
    for name, delta in deltas.items():
        wanted = net.spec.whole(layer, (trace[-1][0].T @ delta, delta.sum(axis=0)))
        wanted = net.spec.as_user(layer, wanted, "W", verdict.point[layer.weight].shape)
        factor, residual = _match(net, verdict, layer.weight, wanted)
        if residual < best[2] * 0.5 and not (residual > EXPLAINED and best[2] <= EXPLAINED):
            best = (name, factor, residual)
        if best[2] <= EXPLAINED and name in ("cross-entropy", "binary cross-entropy", "half squared error"):
            break
    return best


def _output_mistake(name, activation, net, factor):
    path = [net.spec.layers[-1].weight]
    if name in OUTPUT_MISTAKES:
        code, words = OUTPUT_MISTAKES[name]
        return Explanation(code, words, path, factor)
    if name.startswith("written"):
        other, place = name.removeprefix("written for a: ").rsplit(" at ", 1)
        form = {"sigmoid": f"{place} (1 - {place})", "tanh": f"1 - {place}^2"}[other]
        words = f"(p - y) times {form}, the slope of {other} as it is written for its output a"
        return Explanation("SW-G10" if other == activation else "SW-G11", words, path, factor)
    other = name.removeprefix("slope of ").rsplit(" at ", 1)
    same = other[0] == activation
    place = "its output a instead of its input z" if other[1] == "a" else "z"
    words = f"(p - y) times the slope of {other[0]} taken at {place}"
    return Explanation("SW-G10" if same else "SW-G11", words, path, factor)


def _as_rows(share, verdict):
    """Words for a factor that is the number of rows, or one over it."""
    n = verdict.n or 0
    if n > 1 and abs(share - n) < 1e-6 * n:
        return f" (there are {n} rows: the division by the number of rows is missing)"
    if n > 1 and abs(share * n - 1) < 1e-6:
        return f" (there are {n} rows: it is divided by their number once too often)"
    return ""


def _hidden(net, verdict, pairs, trace, delta, names, factor):
    """The mistake in the hidden layers' slopes, or in the weights that the error is sent back through."""
    layers = net.spec.layers
    if len(layers) < 2:
        return []
    right = reference.backward(pairs, trace, delta, reference.right_slopes(names))
    wrong = [l for l in range(len(layers) - 1) if not _fits(net, verdict, l, right[l], factor)]
    if not wrong:
        return []
    paths = [layers[l].weight for l in wrong]
    for words, (code, slopes) in reference.slope_hypotheses(names).items():
        for at in (None, wrong[-1]) if len(names) > 2 else (None,):
            mistaken = reference.backward(pairs, trace, delta, _only_at(at, slopes, reference.right_slopes(names)))
            if all(_fits(net, verdict, l, mistaken[l], factor) for l in wrong):
                return [Explanation(code, words, paths, factor)]
    scaled = [_match(net, verdict, layers[l].weight, _ours(net, verdict, l, right[l])) for l in wrong]
    if all(np.isfinite(times) and residual <= EXPLAINED for times, residual in scaled):
        share = scaled[0][0] / factor
        code = "SW-G18" if share < 0 else "SW-G1"
        told = f"the right one times {share:.4g}{_as_rows(share, verdict)} in the hidden layers only"
        return [Explanation(code, told, paths, factor)]
    return _through(net, verdict, pairs, trace, delta, names, wrong, factor)


def _only_at(place, slopes, right):
    """Mistaken slopes at one hidden layer, the right ones elsewhere; everywhere for None."""
    return slopes if place is None else lambda l, Z, A: (slopes if l == place else right)(l, Z, A)


def _through(net, verdict, pairs, trace, delta, names, wrong, factor):
    layers, slopes = net.spec.layers, reference.right_slopes(names)
    paths = [layers[l].weight for l in wrong]
    if verdict.run.after is not None and "lr" not in net.extras.get("attributes", ()):
        after = {path: np.asarray(item).reshape(verdict.point[path].shape) for path, item in verdict.run.after.items()}
        mistaken = reference.backward(pairs, trace, delta, slopes, through=net.spec.weights(after))
        if all(_fits(net, verdict, l, mistaken[l], factor) for l in wrong):
            return [Explanation("SW-G12", "sent back through the output weights after their update", paths, factor)]
    square = [(W.T if W.shape[0] == W.shape[1] else W, b) for W, b in pairs]
    mistaken = reference.backward(pairs, trace, delta, slopes, through=square)
    if any(W.shape[0] == W.shape[1] for W, _ in pairs) and all(
        _fits(net, verdict, l, mistaken[l], factor) for l in wrong
    ):
        return [Explanation("SW-G15", "the error is sent back through W instead of its transpose", paths, factor)]
    return []


def _ours(net, verdict, l, gradients):
    layer = net.spec.layers[l]
    return net.spec.as_user(layer, net.spec.whole(layer, gradients), "W", verdict.point[layer.weight].shape)


def _fits(net, verdict, l, gradients, factor):
    """Whether the claim for the weights of layer l is (dW, db) times the factor."""
    got, residual = _match(net, verdict, net.spec.layers[l].weight, _ours(net, verdict, l, gradients))
    return residual <= EXPLAINED and abs(got / factor - 1) <= 1e-3


def biases(net, verdict, pairs, trace, delta, names, factor):
    """Mistakes in the bias gradients alone: a scalar for all units, one row for each sample, another factor."""
    found, slopes = [], reference.right_slopes(names)
    deltas = [delta]
    for l in range(len(pairs) - 1, 0, -1):
        deltas.insert(0, (deltas[0] @ pairs[l][0].T) * slopes(l - 1, trace[l - 1][1], trace[l - 1][2]))
    for layer, wanted in zip(net.spec.layers, deltas):
        if layer.bias is None or claimed(verdict, layer.bias) is None:
            continue
        got = np.asarray(claimed(verdict, layer.bias), dtype=np.float64)
        explanation = _bias_mistake(got, wanted, factor)
        if explanation:
            found.append(Explanation("SW-G13", explanation, [layer.bias], factor))
    return found


def _bias_mistake(got, wanted, factor):
    """What is wrong with a bias gradient ``got``, whose samples contribute ``wanted`` (n, units), or None."""
    units, n = wanted.shape[1], len(wanted)
    right = wanted.sum(axis=0)
    if got.size == units and np.allclose(got.ravel(), factor * right, rtol=1e-3, atol=1e-9 * abs(factor)):
        return None
    if got.size in (1, units) and units > 1 and np.allclose(got, got.ravel()[0]):
        total = factor * wanted.sum()
        for words, value in (
            ("sum", total),
            ("mean", total / units),
            ("mean", total / wanted.size),
            ("mean", total / n),
        ):
            if np.isclose(got.ravel()[0], value, rtol=1e-3):
                return f"one number, {got.ravel()[0]:.4g}, the {words} over all units and samples, for {units} units"
    if got.size == wanted.size and units > 1 and n > 1:
        return f"an array of shape {got.shape}: one row for each of {n} samples instead of their sum"
    if got.size == n and n != units:
        return f"an array of {n} entries, one for each sample, instead of {units}, one for each unit"
    return None


def _bias_only(net, verdict, pairs, trace, deltas, names):
    """The last weights are not explained by any delta: perhaps a shape is wrong."""
    layer = net.spec.layers[-1]
    got = claimed(verdict, layer.weight)
    if got is not None and np.asarray(got).shape != verdict.point[layer.weight].shape and np.asarray(got).size > 1:
        words = f"an array of shape {np.asarray(got).shape} for weights of shape {verdict.point[layer.weight].shape}"
        return [Explanation("SW-G15", words, [layer.weight])]
    return []
