"""Parameters for functions whose start nobody makes: random arrays in the shapes that the names of the arguments suggest."""

import contextlib
import inspect
import itertools
import re

import numpy as np

from scratchwork.checks.findings import CannotCheck
from scratchwork.checks.recognising import binding, vocabulary
from scratchwork.checks.running import state

N, N_IN, N_HIDDEN, N_OUT = 11, 5, 7, 3  # samples, inputs, hidden units, outputs: pairwise different primes


def parameters_for(forward):
    """Containers of random parameters shaped after the names of the forward pass's arguments (W1, b1, theta, w, b)."""
    names = [entry.name for entry in binding.parameters(forward)]
    meant = binding.meanings_of(forward)
    weights = [
        name
        for name in names
        if re.match(r"(w|weights?|theta|coef\w*|syn)_?\w?\d?$", name, re.I) and meant[name] not in ("X", "y")
    ]
    biases = [name for name in names if re.match(r"(b|bias|intercept)_?\w?\d?$", name, re.I)]
    rng = np.random.default_rng(3)
    if not weights:
        return
    if len(weights) == 1:
        for n_out, shapes in ((1, [(N_IN,), (N_IN, 1), (1, N_IN)]), (N_OUT, [(N_IN, N_OUT), (N_OUT, N_IN)])):
            for shape in shapes:
                bias_shapes = [(), (1, n_out), (n_out, 1)] if n_out == 1 else [(n_out,), (1, n_out), (n_out, 1)]
                for bias in bias_shapes if biases else [()]:
                    yield {weights[0]: rng.normal(size=shape), **{name: _normal(rng, bias) for name in biases}}
        return
    for n_out in (N_OUT, 1):
        widths = [N_IN, *([N_HIDDEN, 13, 17][: len(weights) - 1]), n_out]
        for transposed in (False, True):
            for kind in ("flat", "row", "column"):
                shapes = [pair[::-1] if transposed else pair for pair in itertools.pairwise(widths)]
                sizes = [{"flat": (w,), "row": (1, w), "column": (w, 1)}[kind] for w in widths[1:]]
                root = {name: rng.normal(size=shape) * 0.7 for name, shape in zip(weights, shapes)}
                root |= {name: rng.normal(size=size) * 0.3 for name, size in zip(biases, sizes)}
                yield {name: root[name] for name in names if name in root}  # in their order, for ``f(X, *params)``
    if not biases:
        yield from _with_ones(weights, forward, rng)


def _with_ones(weights, forward, rng):
    """Matrices for code that puts a row of ones under its layers: all of them, or all but the first, have one input more.

    The width of a hidden layer may be a number in the code.
    """
    inner = [item for item in forward.__globals__.values() if inspect.isfunction(item) and item.__module__ == "user_module"]  # fmt: skip
    said = {k - 1 for item in inner for k in item.__code__.co_consts if type(k) is int and 2 < k <= 64}
    for n_out, hidden in itertools.product((N_OUT, 1), [N_HIDDEN, *sorted(said)[:4]]):
        rest = [13, 17, 19] if hidden == N_HIDDEN else [hidden] * 3
        widths = [N_IN, *[hidden, *rest][: len(weights) - 1], n_out]
        for first, transposed in itertools.product((0, 1), (True, False)):
            pairs = [(a + (first if place == 0 else 1), b) for place, (a, b) in enumerate(itertools.pairwise(widths))]
            shapes = [pair[::-1] if transposed else pair for pair in pairs]
            yield {name: rng.normal(size=shape) * 0.7 for name, shape in zip(weights, shapes)}


def _normal(rng, shape):
    return float(rng.normal()) if shape == () else rng.normal(size=shape)


def started(function, known, caller):
    """The parameters that a function wants to begin with, as the file's own function makes them."""
    entries, found = binding.parameters(function), {}
    wanted = [entry for entry in entries if entry.default is entry.empty and binding.meaning_in(entry, entries) == "params"]  # fmt: skip
    space = getattr(inspect.unwrap(function), "__globals__", {})
    makers = [item for name, item in space.items() if inspect.isfunction(item) and vocabulary.role_of_name(name) == "init"]  # fmt: skip
    for maker in makers if len(wanted) == 1 else ():
        with contextlib.suppress(CannotCheck):
            sizes = {word for word in binding.meanings_of(maker).values() if word} - {"X", "y", "seed"}
            made = binding.call_by_meaning(caller, maker, known, {}, (), sizes)
            if state.float_arrays(made):
                found[wanted[0].name] = made
                break
    return found
