"""Layer objects one by one: what backward returns and stores equals central differences of forward."""

import copy
import re

import numpy as np

from scratchwork.checks.findings import CallFailed, CannotCheck, find
from scratchwork.checks.recognising import binding
from scratchwork.checks.registry import probe
from scratchwork.checks.running import state
from scratchwork.checks.views import reference, returned, rightful, told_slopes
from scratchwork.checks.views.layer import Layer
from scratchwork.numerics import numerical_gradient

KINDS = ("layer", "activation class")
DIFFERENCE = re.compile(
    r"return\W*(self\.)?(y_?|p_?|a_?|out|pred|prob|soft|hat)\w* ?- ?(self\.)?(y|t|target|label|true|truth|one_?hot)\w*\)?( / [\w.()\[\]]+)?$",
    re.MULTILINE,
)
NOTHING = 1e-7  # of a gradient beside outputs of size 1: a bias before batch normalisation


@probe("SW-G1", "SW-G10", "SW-G11", "SW-G12", "SW-G13", "SW-G15", roles=KINDS)
def backward_is_the_slope_of_forward(target, call):
    """For a random weighting R of the outputs, backward(R) is the gradient of sum(R * forward(x))."""
    layer = Layer(target.value, target.name, call)
    rng = np.random.default_rng(2)
    x, R = rng.normal(size=layer.shape), rng.normal(size=layer.out)
    _demand_the_same_twice(layer, x)
    params = _parameters(layer, x)
    for path, item in params.items():
        if item.size and not item.any():
            state.put(layer.proto, path, 0.3 * rng.normal(size=item.shape))
    params = {path: np.array(state.get(layer.proto, path), dtype=float) for path in params}
    lr = 1e-6
    made = copy.deepcopy(layer.proto)
    _tune(layer, made, x, lr)
    layer.forward(made, x.copy())
    held = {path: np.array(item) for path, item in state.float_arrays(made).items()}
    made, value = _asked(layer, made, x, R, lr)
    dx = _handed_down(value)
    if isinstance(dx, np.ndarray):
        yield from _input_gradient(target, layer, x, R, dx)
        yield from _after_update(layer, x, R, params)
    claims = _claims(layer, made, value, params, held, lr)
    yield from _parameter_gradients(layer, x, R, params, claims)


def _handed_down(value):
    return value[0] if isinstance(value, tuple) else value


def _asked(layer, made, x, R, lr):
    """(object after its backward pass, what that returned), under the reading of its arguments that serves it best.

    ``backward(grad)``, ``backward(grad, cache)``, ``backward(input, grad)`` and ``backward(output, grad)`` look alike.
    """
    pairs, first, failed, wanted = layer.pairs(x, R), None, None, None
    for given in (*pairs, None):
        after = copy.deepcopy(made)
        try:
            value = layer.backward(after, R.copy(), lr) if given is None else layer.backward_of(after, *given)
        except (CannotCheck, CallFailed) as failure:
            failed = failed or failure
            continue
        first, dx = first or (after, value), _handed_down(value)
        if not pairs:
            break
        if isinstance(dx, np.ndarray) and dx.shape == x.shape:
            wanted = _numeric(layer, x, R) if wanted is None else wanted
            if reference.fitted_factor(dx, wanted)[1] < (1e-2 if layer.single else 1e-4):
                return after, value
    if first is None:
        raise failed
    return first


def _parameters(layer, x):
    """Arrays of the layer on which its output depends."""
    base = layer.forward(copy.deepcopy(layer.proto), x)
    found = {}
    for path, item in state.float_arrays(layer.proto).items():
        if item.ndim > 2 or item.shape == x.shape:
            continue
        made = copy.deepcopy(layer.proto)
        state.put(made, path, item + 0.3 * np.random.default_rng(3).normal(size=item.shape))
        if not np.array_equal(base, layer.forward(made, x)):
            found[path] = np.array(item, dtype=float)
    return found


def _tune(layer, made, x, lr):
    """Set the learning rate that a layer keeps; what changes its output (a dropout's ``rate``) is none."""
    for key, item in list(vars(made).items()):
        if binding.vocabulary.meaning(key) == "lr" and isinstance(item, (int, float)):
            tried = copy.deepcopy(layer.proto)
            setattr(tried, key, lr)
            if np.array_equal(layer.forward(tried, x), layer.forward(copy.deepcopy(layer.proto), x)):
                setattr(made, key, lr)


def _demand_the_same_twice(layer, x):
    """CannotCheck unless two forward passes of equal objects give the same."""
    first, second = (layer.forward(copy.deepcopy(layer.proto), x.copy()) for _ in range(2))
    if not np.array_equal(first, second, equal_nan=True):
        raise CannotCheck("two forward passes of the same object differ")


def _numeric(layer, x, R, path=None):
    """Central differences with respect to x, or to the array at ``path``; wider where the layer computes in float32."""
    h = 1e-2 if layer.single else 1e-6
    base = x if path is None else np.array(state.get(layer.proto, path), dtype=float)

    def weighted(moved):
        made = copy.deepcopy(layer.proto)
        if path is not None:
            state.put(made, path, moved)
        return float((R * layer.forward(made, moved if path is None else x.copy())).sum())

    return numerical_gradient(weighted, base, h)


def _input_gradient(target, layer, x, R, dx):
    wanted = _numeric(layer, x, R)
    if dx.shape != wanted.shape:
        yield find(
            "SW-G15",
            f"For an input of shape {x.shape} it returns a gradient of shape {dx.shape}.",
            function=layer.backward_name,
        )
        return
    factor, residual = reference.fitted_factor(dx, wanted)
    if residual < (1e-2 if layer.single else 1e-4):
        yield from _input_factor(layer, dx, wanted, factor)
        return
    index = np.unravel_index(int(np.argmax(np.abs(dx - wanted))), dx.shape)
    numbers = f"entry {tuple(map(int, index))} is {dx[index]:.5g}, central differences give {wanted[index]:.5g}"
    code, words = _which_slope(layer, x, R, dx)
    yield find(
        code,
        f"The gradient that backward returns is not that of forward: {numbers}{words}.",
        function=layer.backward_name,
        severity=_doubt(target, layer, x, R, dx) or ("warning" if dx[index] == 0 else None),  # a kink or a mask
    )


def _doubt(target, layer, x, R, dx):
    """How bad it is to hand the gradient on as it came: right where the file's loss gives the difference p - y."""
    if not _handed_on(layer, x, R, dx):
        return None
    return "remark" if target.source is not None and DIFFERENCE.search(target.source.text) else "warning"


def _handed_on(layer, x, R, dx):
    """Whether a softmax or sigmoid hands the gradient on as it came: that of the loss holds both derivatives then."""
    out = layer.forward(copy.deepcopy(layer.proto), x)
    sigmoid = reference.ACTIVATIONS["sigmoid"][0]
    return (
        out.shape == dx.shape
        and np.array_equal(dx, R)
        and (told_slopes.is_softmax(out) or np.allclose(out, sigmoid(x)))
    )


def _input_factor(layer, dx, wanted, factor):
    """What is handed down is the gradient itself: a factor would grow with every layer."""
    if abs(factor - 1) > 1e-3:
        number = f"entry 0 is {dx.ravel()[0]:.5g}, central differences give {wanted.ravel()[0]:.5g}"
        words = "the layers below get it, those above do not"
        observed = f"The gradient that backward hands down is {factor:.4g} times that of forward ({number}): {words}."
        yield find("SW-G18" if abs(factor + 1) < 1e-3 else "SW-G1", observed, function=layer.backward_name)


def _which_slope(layer, x, R, dx):
    """A wrong elementwise slope by name: of the same activation at the wrong place, or of another one."""
    out = layer.forward(copy.deepcopy(layer.proto), x)
    if out.shape != x.shape:
        return "SW-G1", ""
    mine = next((name for name, (f, _) in reference.ACTIVATIONS.items() if np.allclose(f(x), out, atol=1e-7)), None)
    if told_slopes.is_softmax(out) and np.allclose(dx, R * out * (1 - out), atol=1e-6):
        return "SW-G17", ": only the diagonal of the Jacobian is used"
    if told_slopes.is_softmax(out) and np.array_equal(dx, R):
        return "SW-G17", ": it is handed on as it came, which is right only below a loss that gives p - y"
    for name, (_, slope) in reference.ACTIVATIONS.items():
        for place, value in (("x", x), ("its own output", out), ("the incoming gradient", R)):
            if np.allclose(dx, R * slope(value), atol=1e-6):
                code = "SW-G10" if name == mine else "SW-G11" if mine or name != "linear" else "SW-G1"
                return code, f": it is the slope of {name} at {place}"
    for words, slope in (("z (1 - z)", x * (1 - x)), ("1 - z^2", 1 - x**2)):
        if np.allclose(dx, R * slope, atol=1e-6):
            return "SW-G10", f": it is {words}, written for the output and given the input"
    for words, slope in (
        ("a (1 - a)", out * (1 - out)),
        ("1 - a^2", 1 - out**2),
        ("1 - a", 1 - out),
        ("the output itself", out),
        ("nothing", np.ones_like(x)),
        ("out >= 0", (out >= 0) * 1.0),
    ):
        if np.allclose(dx, R * slope, atol=1e-6):
            return "SW-G11" if mine or words != "nothing" else "SW-G1", f": the factor is {words}"
    return ("SW-G11", "") if mine else ("SW-G1", "")


def _after_update(layer, x, R, params):
    """With a large rate the gradient for the layer below is still that of the weights of the forward pass."""
    if not params or "lr" not in binding.meanings_of(getattr(layer.proto, layer.backward_name)).values():
        return
    results = []
    for lr in (1e-9, 0.5):
        made = copy.deepcopy(layer.proto)
        layer.forward(made, x.copy())
        value = layer.backward(made, R.copy(), lr)
        results.append(np.asarray(value[0] if isinstance(value, tuple) else value, dtype=float))
    off = float(np.abs(results[0] - results[1]).max())
    if off > 1e-6 * np.abs(results[0]).max():
        yield find(
            "SW-G12",
            f"With rate 0.5 the gradient for the layer below differs by up to {off:.3g} from that with rate 1e-9: it goes through the updated weights.",
            function=layer.backward_name,
        )


def _claims(layer, made, value, params, held, lr):
    """{path: gradient} of the layer's parameters: by update, stored, or returned."""
    now = {path: np.array(state.get(made, path), dtype=float) for path in params}
    if any(not np.array_equal(now[path], params[path]) for path in params):
        return {
            path: (params[path] - now[path]) / lr if now[path].shape == params[path].shape else now[path]
            for path in params
        }
    new = [
        (state.text(path), item)
        for path, item in state.float_arrays(made).items()
        if path not in params
        and (path not in held or held[path].shape != item.shape or not np.array_equal(held[path], item))
    ]
    if isinstance(value, tuple):
        new = returned.labelled(value[1:]) + new
    new = [
        (label, item)
        for label, item in new
        if item.shape != layer.shape or any(item.shape == p.shape for p in params.values())
    ]
    return returned.match(new, params)


def _parameter_gradients(layer, x, R, params, claims):
    fits, main, where = {}, _largest(params) if params else None, (*layer.besides, layer.backward_name)[0]
    for path, claimed in claims.items():
        wanted = _numeric(layer, x, R, path)
        claimed = np.asarray(claimed, dtype=float)
        if claimed.size != wanted.size:
            observed = f"The gradient of {state.text(path)} has shape {claimed.shape}, the array {wanted.shape}."
            yield find("SW-G15" if path == main else "SW-G13", observed, function=where)
            return
        if max(np.abs(claimed).max(), np.abs(wanted).max()) < NOTHING or rightful.entries_held(claimed, wanted):
            continue  # an array that the output does not hear, and rounding; or one whose entries are kept below a limit
        if claimed.size > 3 and np.ptp(np.abs(claimed)) < 1e-3 * np.abs(claimed).max() < np.ptp(np.abs(wanted)):
            raise CannotCheck("its first step tells the signs of the gradient alone, as with Adam")
        fits[path] = (*reference.fitted_factor(claimed, wanted), claimed.ravel(), wanted.ravel())
    for path, (factor, residual, got, wanted) in fits.items():
        index = int(np.argmax(np.abs(got - wanted)))
        name = state.text(path)
        numbers = (
            f"entry {index} of the gradient of {name} is {got[index]:.5g}, central differences give {wanted[index]:.5g}"
        )
        bias = path != main and params[path].size < params[main].size
        if residual > (1e-2 if layer.single else 1e-3):
            yield find("SW-G13" if bias else "SW-G1", f"{numbers[0].upper()}{numbers[1:]}.", function=where)
        elif bias and main in fits and fits[main][1] < 1e-3 and abs(factor / fits[main][0] - 1) > 1e-2:
            beside = f"{factor / fits[main][0]:.4g} times what it should be beside that of {state.text(main)}"
            yield find("SW-G13", f"The gradient of {name} is {beside}: {numbers}.", function=where)


def _largest(params):
    return max(params, key=lambda path: params[path].size)
