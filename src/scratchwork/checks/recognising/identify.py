"""From arrays and outputs to a recognised network: the chain of layers by their shapes, the activations by their numbers."""

import itertools

import numpy as np

from scratchwork.checks.views import reference
from scratchwork.checks.views.reference import Layer, Spec

CLOSE = 1e-6


def chain(values, n_in, n_out=None):
    """Every way to chain the weight matrices from ``n_in`` inputs, in the order in which they stand; a list of Spec.

    Biases are matched by their size, the first unused one after (or before) the weight.
    """
    matrices = [
        path for path, item in values.items() if item.ndim == 2 and min(item.shape) >= 1 and not _bias_like(path, item)
    ]
    found = []
    for chosen in dict.fromkeys((tuple(matrices), tuple(_alternating(matrices, values)))):
        vectors = [path for path, item in values.items() if path not in chosen and item.size >= 1]
        found += _chains(list(chosen), vectors, values, n_in, n_out)
    if not matrices:
        found = _single_vector(values, n_in)
    return found


def _alternating(matrices, values):
    """The matrices without rows and columns that follow a weight whose width is theirs: nameless biases in a tuple."""
    kept, free = [], False
    for path in matrices:
        item = values[path]
        if free and min(item.shape) == 1 and item.size in values[kept[-1]].shape:
            free = False
            continue
        kept.append(path)
        free = True
    return kept


def _chains(matrices, vectors, values, n_in, n_out):
    """Every way to chain these weight matrices, each with its biases; a list of Spec."""
    found = []
    orders = [matrices] + (
        [list(order) for order in itertools.permutations(matrices)] if len(matrices) in (2, 3) else []
    )
    for order in orders:
        for spec in _orientations(order, values, n_in):
            if spec is not None and (n_out is None or _outputs(spec, values) == n_out):
                _give_biases(spec, vectors, values)
                found.append(spec)
        if found:
            break
    return found


def _bias_like(path, item):
    """A row or column whose name says bias (``b1`` of shape (1, 7))."""
    name = str(path[-1]).lstrip(".").lower()
    named = name.startswith(("b", "intercept")) or any("bias" in str(step).lower() for step in path)
    return min(item.shape) == 1 and named


def _orientations(order, values, n_in):
    def walk(rest, width, done):
        if not rest:
            yield Spec(list(done))
            return
        shape = values[rest[0]].shape
        for transposed in (False, True):
            inputs, outputs = shape[::-1] if transposed else shape
            if inputs == width and not (transposed and shape[0] == shape[1] and len(order) == 1):
                yield from walk(rest[1:], outputs, [*done, Layer(rest[0], None, transposed)])
            for ones in (0, -1) if inputs == width + 1 > 2 else ():
                yield from walk(rest[1:], outputs, [*done, Layer(rest[0], None, transposed, ones)])

    return list(walk(order, n_in, [])) if order else []


def _outputs(spec, values):
    last = spec.layers[-1]
    return values[last.weight].shape[0 if last.transposed else 1]


def _give_biases(spec, vectors, values):
    free = list(vectors)
    for layer in spec.layers:
        if layer.ones is not None:
            continue
        width = values[layer.weight].shape[0 if layer.transposed else 1]
        fitting = [path for path in free if values[path].size == width]
        named = [path for path in fitting if _kin(path, layer.weight)]
        if fitting:
            layer.bias = (named or fitting)[0]
            free.remove(layer.bias)


def _kin(bias, weight):
    """Whether a bias belongs to a weight by its place: the same object, the same index, the same number."""
    digits = [step for step in bias if isinstance(step, int)] or "".join(filter(str.isdigit, str(bias[-1])))
    others = [step for step in weight if isinstance(step, int)] or "".join(filter(str.isdigit, str(weight[-1])))
    return digits == others


def _single_vector(values, n_in):
    """One weight vector and perhaps a scalar bias: linear and logistic regression."""
    vectors = [path for path, item in values.items() if item.size == n_in]
    found = []
    for path in vectors:
        scalars = [other for other, item in values.items() if item.size == 1 and other != path]
        found.append(Spec([Layer(path, scalars[0] if scalars else None, False)]))
    return found


def activations_of(spec, values, X, output, exhaustive=True):
    """The activations with which our own forward pass gives the user's ``output`` (n, C), or None.

    Hidden layers are first assumed to share one activation, then tried one by one.
    """
    pairs, depth = spec.weights(values), len(spec.layers)
    hidden = list(reference.ACTIVATIONS)
    uniform = [[name] * (depth - 1) for name in hidden] if depth > 1 else [[]]
    mixed = itertools.product(hidden[:5], repeat=depth - 1) if depth > 2 and exhaustive else []
    for names in itertools.chain(uniform, map(list, mixed)):
        with np.errstate(all="ignore"):
            trace = reference.forward(pairs, [*names, "linear"], X)
            for last in reference.OUTPUTS:
                guess = reference.activate(last, trace[-1][1])
                if guess.shape == output.shape and _same(guess, output):
                    return [*names, last]
    return None


def _same(a, b):
    scale = max(float(np.abs(b).max()), 1e-12)
    return bool(np.isfinite(b).all() and np.abs(a - b).max() <= CLOSE * scale + 1e-9)


def network(values, X, output):
    """The recognised Spec with its activations, or None. ``output`` is (n, C)."""
    for spec in chain(values, X.shape[1], output.shape[1]):
        names = activations_of(spec, values, X, output)
        if names is None:
            names = _without_bias(spec, values, X, output)
        if names is not None:
            for layer, name in zip(spec.layers, names):
                layer.activation = name
            return spec
    return None


def _without_bias(spec, values, X, output):
    """Try again with biases left out where nobody adds them."""
    kept = [layer.bias for layer in spec.layers]
    if not any(kept):
        return None
    for layer in spec.layers:
        layer.bias = None
    names = activations_of(spec, values, X, output)
    if names is None:
        for layer, bias in zip(spec.layers, kept):
            layer.bias = bias
    return names
