"""One view of a layer object with a forward and a backward method, whatever their names."""

import copy
import dataclasses
import re

import numpy as np

from scratchwork.checks.findings import CannotCheck
from scratchwork.checks.recognising import binding
from scratchwork.checks.running import state
from scratchwork.checks.views import estimator

SHAPES = ((11, 5), (5, 11), (1, 5), (5, 1), (5,))

FORWARD = (
    "forward",
    "forward_pass",
    "forward_propagation",
    "feedforward",
    "call",
    "__call__",
    "fwd",
    "fprop",
    "propagate",
)
BACKWARD = ("backward", "backward_pass", "backward_propagation", "backprop", "bwd", "bprop", "backpropagate", "back")
BUILDS = re.compile(r"_*(build|initiali[sz]e|init|set_?up|create)(_(weights|params|parameters|layer))?$")
TRAINING = re.compile(r"(is_?)?train(ing|_mode|_flg|_flag)?(_phase)?$")


INPUTS, OUTPUTS = {"x", "z", "input", "inputs", "inp"}, {"a", "out", "output", "outputs", "activation"}


@dataclasses.dataclass
class Seen:
    """A layer that a program uses, as it is before it is used; the names of its passes, the shape of its input."""

    proto: object
    forward_name: str
    backward_name: str
    shape: tuple


class Layer:
    """A layer of the user, built for 5 inputs and 3 outputs, with an input shape on which it runs; or one that was seen."""

    def __init__(self, value, name, caller):
        self.name, self.caller = name, caller
        if isinstance(value, Seen):
            self.proto, self.besides, shapes = copy.deepcopy(value.proto), [], (value.shape,)
            self.forward_name, self.backward_name = value.forward_name, value.backward_name
            self.shape, self.out = self._settle(shapes)
            return
        self.proto = value if not isinstance(value, type) else self._build(value, name, caller)
        self.forward_name, self.backward_name, self.besides = _passes(binding.methods(self.proto))
        if self.forward_name is None or self.backward_name is None:
            raise CannotCheck("it has no pair of forward and backward")
        self.shape, self.out = self._settle(SHAPES)

    @staticmethod
    def _build(value, name, caller):
        maker = estimator.Estimator(value, name, caller)
        for extra in ({}, {"activation": np.tanh, "derivative": lambda z: 1 - np.tanh(z) ** 2}):
            known = {"n_in": 5, "n_out": 3, "n_hidden": 3, "k": 3, "sizes": (5,), "seed": 0, "dropout": 0.0, **extra}
            try:
                made = binding.call_by_meaning(caller, value, estimator.settle(known) | known, order=("n_in", "n_out"))
                _grown(made, caller, estimator.settle(known) | known)
                return made
            except CannotCheck as failure:
                why = failure
        raise why or CannotCheck(f"{maker.name} could not be built")

    def _settle(self, shapes):
        why = None
        arrays = state.float_arrays(self.proto).values()
        widths = {size for item in arrays if item.ndim == 2 for size in item.shape} - {5}
        for shape in (*shapes, *((11, size) for size in sorted(widths)[:3])):
            try:
                out = self.forward(copy.deepcopy(self.proto), np.random.default_rng(1).normal(size=shape))
                if out.ndim == len(shape) and out.size:
                    self.single = out.dtype == np.float32
                    return shape, out.shape
            except CannotCheck as failure:
                why = why or failure
        raise why or CannotCheck("its forward pass ran on no probe")

    def forward(self, made, x):
        """The output for x."""
        method = getattr(made, self.forward_name)
        flags = {entry.name: True for entry in binding.parameters(method) if entry.default is entry.empty and TRAINING.match(entry.name.lower())}  # fmt: skip
        value = binding.call_by_meaning(
            self.caller, method, {"X": x, "yhat": x}, flags, order=("X",), override={"X"}, raw=True
        )
        if value is None:
            value = next(
                (vars(made)[key] for key in ("output", "out", "y", "a", "activation_output") if key in vars(made)), None
            )
        self.cache = value[1] if isinstance(value, tuple) and len(value) == 2 else None
        value = value[0] if isinstance(value, tuple) else value
        if not isinstance(value, np.ndarray):
            raise CannotCheck("its forward pass gives no array")
        return value

    def pairs(self, x, grad):
        """The pairs of arguments that a backward pass of two may want; none for one that needs only one."""
        required = [
            entry
            for entry in binding.parameters(getattr(self.proto, self.backward_name))
            if entry.default is entry.empty
        ]
        if len(required) != 2 or any(binding.vocabulary.meaning(entry.name) in ("lr", "lambda") for entry in required):
            return []
        out = self.forward(copy.deepcopy(self.proto), x.copy())
        names = {binding.vocabulary.plain(entry.name) for entry in required}
        others = [item for words, item in ((INPUTS, x), (OUTPUTS, out)) if names & words] or [x, out]
        others = others if self.cache is None else [self.cache]
        return [pair for item in others for pair in ((grad, item), (item, grad))]

    def backward_of(self, made, *given):
        """What backward returns for these arguments, and what others return that are asked for the gradients besides."""
        for name in self.besides:
            self._keep(made, self.caller.raw(getattr(made, name), *copy.deepcopy(given)))
        return self.caller.raw(getattr(made, self.backward_name), *copy.deepcopy(given))

    @staticmethod
    def _keep(made, told):
        """Keep with the layer what a method beside the backward pass returned."""
        made.told_besides = list(told) if isinstance(told, (list, tuple)) else told

    def backward(self, made, grad, lr):
        """What backward returns (or leaves in ``dinputs``)."""
        known = {"grads": grad, "X": grad, "yhat": grad, "y": grad, "lr": lr, "lambda": 0.0}
        for name in self.besides:
            method = getattr(made, name)
            self._keep(made, binding.call_by_meaning(self.caller, method, known, order=("grads", "lr"), raw=True))
        value = binding.call_by_meaning(
            self.caller, getattr(made, self.backward_name), known, order=("grads", "lr"), override={"lr"}, raw=True
        )
        if value is None:
            value = next(
                (
                    vars(made)[key]
                    for key in ("dinputs", "dx", "dX", "grad_input", "input_grad", "d_input", "dinput")
                    if key in vars(made)
                ),
                None,
            )
        return value


def _passes(have):
    """(forward, backward, others that give gradients) by name; the shortest name that is a backward pass's counts."""
    roles = {key: binding.vocabulary.role_of_name(key) for key in have if not key.startswith("_")}
    forward = next((key for key in (*FORWARD, *(key for key in roles if roles[key] == "forward")) if key in have), None)
    backs = sorted((key for key in roles if roles[key] == "backward"), key=lambda key: (_of_weights(key), len(key)))
    named = [key for key in backs if re.search("back|bprop|bwd", key.lower())]  # a ``gradient`` alone is a slope
    backward = next((key for key in (*BACKWARD, *named) if key in have), None)
    if backward is None:
        return forward, None, []
    same = [key for key in backs if key != backward and _of_weights(key) and _asks(have[key]) == _asks(have[backward])]
    return forward, backward, same


def _asks(method):
    """What a method must be given."""
    return {entry.name for entry in binding.parameters(method) if entry.default is entry.empty} - {"self"}


def _of_weights(name):
    """Whether a method's name speaks of the layer's own gradients (``backward_update_gradient``, ``get_gradients``)."""
    return bool(re.search("grad|param|weight|update", binding.vocabulary.plain(name)))


def _grown(made, caller, known):
    """Let a layer make its weights where it does so later: ``build(n_in, rng)``, ``initialize(optimizer)``."""
    for name, method in binding.methods(made).items():
        if BUILDS.match(binding.vocabulary.plain(name)) and not any(
            item.ndim > 1 for item in state.float_arrays(made).values()
        ):
            needed = [entry.name for entry in binding.parameters(method) if entry.default is entry.empty]
            exact = {key: Plain() for key in needed if re.match("opt|solver|updater", key.lower())}
            binding.call_by_meaning(
                caller, method, known | {"activation": None}, exact, ("n_in", "activation"), raw=True
            )


class Plain:
    """An optimiser that takes plain steps, for layers that are handed one."""

    learning_rate = lr = 1e-6

    def update(self, weights, gradient, *_):
        """The weights after a step."""
        return weights - self.lr * gradient

    __call__ = step = apply = get_update = update
