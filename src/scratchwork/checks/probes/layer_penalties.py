"""Layers that keep a strength of a penalty: what it adds to their gradients."""

import ast
import copy
import re

import numpy as np

from scratchwork.checks.findings import CannotCheck, find
from scratchwork.checks.probes import layers
from scratchwork.checks.recognising import binding
from scratchwork.checks.registry import probe
from scratchwork.checks.running import state
from scratchwork.checks.views import reference
from scratchwork.checks.views.layer import Layer

STRENGTH = 0.3
PENALTY = re.compile(r"(?i)(^|_)(l1|l2|lambda|lambd?|reg(ulari[sz](er|ation))?\w*|weight_decay|decay|penalty)(_|$)")
ADDED = re.compile(
    r"\+= [^\n]*\b(lr|rate|eta|alpha|learning_rate|step_size)\b"
)  # deltas that point from the answer to the target


@probe("SW-G2", "SW-G3", "SW-G4", roles=("layer",))
def a_layers_penalty_pulls_towards_zero(target, call):
    """With its strength above zero, an L2 penalty adds a positive multiple of the weights to their gradient, an L1 penalty
    one of their signs; of the biases only where it is named after them."""
    layer = Layer(target.value, target.name, call)
    rng = np.random.default_rng(2)
    x, R = rng.normal(size=layer.shape), rng.normal(size=layer.out)
    layers._demand_the_same_twice(layer, x)
    params = layers._parameters(layer, x)
    tree = target.namespace.get("namespace", {}).get("__tree__")
    if tree is not None and ADDED.search(ast.unparse(tree)):
        raise CannotCheck("what it calls gradients may be added, so that a penalty is taken away from them")
    numbers = {key: item for key, item in vars(layer.proto).items() if type(item) in (int, float)}
    keys = [key for key in numbers if "lambda" in binding.vocabulary.meanings(key) or PENALTY.search(key)]
    if not keys or not params:
        raise CannotCheck("it keeps no strength of a penalty")
    for path in params:
        state.put(layer.proto, path, rng.normal(size=np.shape(state.get(layer.proto, path))))
    values = {path: np.array(state.get(layer.proto, path), dtype=float) for path in params}
    plain = _gradients(layer, x, R, values, dict.fromkeys(keys, 0.0))
    main = layers._largest(params)
    for key in keys:
        more = _gradients(layer, x, R, values, {**dict.fromkeys(keys, 0.0), key: STRENGTH})
        yield from _judged(key, main, values, plain, more, (*layer.besides, layer.backward_name)[0])


def _gradients(layer, x, R, values, strengths):
    """{path: gradient} with these strengths."""
    made = copy.deepcopy(layer.proto)
    for key, strength in strengths.items():
        setattr(made, key, strength)
    layers._tune(layer, made, x, 1e-6)
    layer.forward(made, x.copy())
    held = {path: np.array(item) for path, item in state.float_arrays(made).items()}
    made, value = layers._asked(layer, made, x, R, 1e-6)
    return layers._claims(layer, made, value, values, held, 1e-6)


def _judged(key, main, values, plain, more, where):
    """The finding for what one strength adds to each gradient."""
    for path in plain.keys() & more.keys():
        if np.shape(plain[path]) != values[path].shape or np.shape(more[path]) != values[path].shape:
            continue
        added, name = more[path] - plain[path], state.text(path)
        if np.abs(added).max() < 1e-6:
            continue
        fits = [reference.fitted_factor(added, item) for item in (values[path], np.sign(values[path]))]
        factor, residual = min(fits, key=lambda fit: fit[1])
        times, rest = reference.fitted_factor(added, plain[path])
        if residual < 1e-3 and factor < 0:
            said = f"{key} = {STRENGTH} adds {factor:.4g} times {name} to its gradient: it pushes away from zero."
            yield find("SW-G2", said, function=where)
        elif residual > 1e-3 and rest < 1e-3 and values[path].size > 3:
            said = f"{key} = {STRENGTH} adds to the gradient of {name} {times:.4g} times itself, and nothing of {name}."
            yield find("SW-G3", said, function=where)
        elif path != main and not re.search(r"(?i)(^|_)b(ias(es)?)?(_|$)", key) and residual < 1e-3:
            said = f"{key} = {STRENGTH} adds {factor:.4g} times {name} to the gradient of {name}, a bias."
            yield find("SW-G4", said, function=where, severity="warning")
