"""Layers as pairs of functions: ``affine_forward(x, w, b) -> out, cache`` with ``affine_backward(dout, cache)``; losses that
give their gradient with them."""

import contextlib
import inspect
import re

import numpy as np

from scratchwork.checks.findings import CannotCheck, find
from scratchwork.checks.recognising import binding, vocabulary
from scratchwork.checks.registry import probe
from scratchwork.checks.views import reference
from scratchwork.numerics import numerical_gradient

TABLE = {"mode": "train", "p": 0.4, "dropout": 0.4, "eps": 1e-5, "momentum": 0.9, "seed": 3}
WRONG, EXACT = 1e-3, 1e-4


def layer_pairs(functions):
    """[(name, forward, backward)] of functions whose backward pass takes a gradient and what the forward pass kept."""
    found = []
    for name, forward in functions.items():
        other = functions.get(re.sub("forward", "backward", name))
        if "forward" not in name or other is None:
            continue
        required = [entry for entry in binding.parameters(other) if entry.default is entry.empty]
        if len(required) == 2 and "cache" in vocabulary.meanings(required[1].name):
            found.append((name, forward, other))
    return found


def stand_alone(functions):
    """Whether the passes stand in pairs, each layer with its own, and no function of the file trains."""
    trains = any(vocabulary.role_of_name(name) in ("train", "update", "init") for name in functions)
    return bool(layer_pairs(functions)) and not trains


@probe("SW-G1", "SW-G9", "SW-G13", "SW-G15", roles=("layer functions",))
def each_pair_of_passes_agrees(target, call):
    """For a random weighting R of the outputs, backward(R, cache) gives the gradients of sum(R * out)."""
    for name, forward, backward in layer_pairs(target.value):
        for labels in (None, np.arange(11) % 5, np.eye(5)[np.arange(11) % 5]):
            with contextlib.suppress(CannotCheck):
                yield from _of_pair(call, name, forward, backward, labels)
                break


def _of_pair(call, name, forward, backward, labels):
    """The findings of one pair; a loss, whose forward pass gives a number, is asked with labels."""
    arguments, rng = _arguments(forward, labels), np.random.default_rng(4)
    out, cache = _passed(call, forward, arguments)
    if labels is not None and not np.isfinite(out):  # it wants shares
        arguments |= {next(iter(arguments)): rng.uniform(0.1, 0.9, size=(11, 5))}
        out, cache = _passed(call, forward, arguments)
    if (np.ndim(out) == 0) != (labels is not None) or not np.isfinite(out).all():
        raise CannotCheck("its forward pass gives no output with what it keeps")
    R = rng.normal(size=np.shape(out)) if labels is None else 1.0
    value = call(backward, np.copy(R) if labels is None else R, cache)
    given = value if isinstance(value, tuple) else (value,)
    arrays = [key for key, item in arguments.items() if isinstance(item, np.ndarray) and item is not labels]
    if len(given) == len(arrays) and all(isinstance(item, (np.ndarray, float)) for item in given):
        yield from _compared(call, name, forward, backward, arguments, dict(zip(arrays, given)), R)


def _arguments(forward, labels):
    """Arrays, labels and settings for the required parameters; CannotCheck where one is not known."""
    rng, found = np.random.default_rng(2), {}
    for entry in binding.parameters(forward):
        plain = vocabulary.plain(entry.name)
        if entry.default is not entry.empty:
            continue
        if not found:
            found[entry.name] = rng.normal(size=(11, 5))
        elif labels is not None and vocabulary.meaning(entry.name) == "y":
            found[entry.name] = labels
        elif re.fullmatch(r"w\d?|weights?|theta|kernel", plain):
            found[entry.name] = rng.normal(size=(5, 3))
        elif re.fullmatch(r"b\d?|bias(es)?", plain):
            found[entry.name] = rng.normal(size=3)
        elif re.fullmatch(r"gamma|beta|scale|shift", plain):
            found[entry.name] = rng.normal(size=5)
        elif re.fullmatch(r"p|keep\w*|drop\w*|rate|prob", plain):
            found[entry.name] = 0.4
        elif "param" in plain or "config" in plain:
            found[entry.name] = dict(TABLE)
        else:
            raise CannotCheck(f"what to pass for {entry.name} of {forward.__name__} is not known")
    return found


def _passed(call, forward, arguments):
    """(out, cache) of a forward pass."""
    value = call(forward, **arguments)
    if not isinstance(value, tuple) or len(value) != 2 or not isinstance(value[0], (np.ndarray, float)):
        raise CannotCheck("its forward pass gives no output with what it keeps")
    return value


def _compared(call, name, forward, backward, arguments, given, R):
    """A finding for each gradient that is not the one of central differences."""
    place = backward.__name__
    for key, got in given.items():
        wanted = numerical_gradient(lambda moved, key=key: float((R * _passed(call, forward, arguments | {key: moved})[0]).sum()), arguments[key], 1e-6)  # fmt: skip
        got = np.asarray(got, dtype=float)
        bias = arguments[key].ndim == 1
        if got.size != wanted.size:
            said = f"For {key} of shape {wanted.shape} {place} gives a gradient of shape {got.shape}."
            yield find("SW-G13" if bias else "SW-G15", said, function=place, severity="warning")
            continue
        factor, rest = reference.fitted_factor(got, wanted)
        off = int(np.argmax(np.abs(got.ravel() - wanted.ravel())))
        numbers = f"entry {off} is {got.ravel()[off]:.5g}, central differences of {name} give {wanted.ravel()[off]:.5g}"
        told, loss = wanted != 0, np.ndim(R) == 0
        if loss and rest > WRONG and told.any() and reference.fitted_factor(got[told], wanted[told])[1] < EXACT:
            said = f"It says nothing of the labels that are 0: {place} gives the gradient of the whole loss, {numbers}."
            yield find("SW-G9", said, function=name, severity="warning")
        elif rest > WRONG:
            yield find("SW-G13" if bias else "SW-G1", f"The gradient of {key} is not that of the forward pass: {numbers}.", function=place, severity="warning")  # fmt: skip
        elif abs(factor - 1) > WRONG:
            yield find("SW-G1", f"The gradient of {key} is {factor:.4g} times that of the forward pass: {numbers}.", function=place, severity="warning")  # fmt: skip


@probe("SW-G1", "SW-G8", roles=("layer functions",))
def a_loss_gives_its_own_gradient(target, call):
    """A function that returns (loss, gradient by the scores) returns the gradient of that loss."""
    for name, function in target.value.items():
        required = [entry for entry in binding.parameters(function) if entry.default is inspect.Parameter.empty]
        if len(required) != 2 or vocabulary.role_of_name(name) != "loss":
            continue
        scores, ids = np.random.default_rng(6).normal(size=(11, 3)), np.arange(11) % 3
        for y in (ids, np.eye(3)[ids]):
            try:
                value = call(function, scores.copy(), y)
                if not _loss_and_gradient(value, scores):
                    break
                wanted = numerical_gradient(lambda moved, f=function, y=y: float(call(f, moved, y)[0]), scores, 1e-6)
            except CannotCheck:
                continue
            yield from _judged(name, np.asarray(value[1], dtype=float), wanted)
            break


def _loss_and_gradient(value, scores):
    return (
        isinstance(value, tuple) and len(value) == 2 and np.ndim(value[0]) == 0 and np.shape(value[1]) == scores.shape
    )


def _judged(name, got, wanted):
    factor, rest = reference.fitted_factor(got, wanted)
    off = int(np.argmax(np.abs(got - wanted)))
    numbers = f"entry {off} is {got.ravel()[off]:.5g}, central differences of the loss give {wanted.ravel()[off]:.5g}"
    if rest > WRONG:
        yield find(
            "SW-G1", f"The gradient that {name} returns with the loss is not its gradient: {numbers}.", function=name
        )
    elif abs(factor - 1) > WRONG:
        said = f"The gradient that {name} returns with the loss is {factor:.4g} times its gradient: {numbers}."
        yield find("SW-G1", said, function=name, severity="warning")
