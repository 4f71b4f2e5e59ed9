"""One view of a layer object with a forward and a backward method, whatever their names."""

import copy

import numpy as np

from scratchwork.checks.findings import CannotCheck
from scratchwork.checks.recognising import binding
from scratchwork.checks.views import estimator

SHAPES = ((11, 5), (5, 11), (1, 5), (5, 1), (5,))

FORWARD = ("forward", "forward_pass", "forward_propagation", "feedforward", "__call__", "fwd", "propagate")
BACKWARD = ("backward", "backward_pass", "backward_propagation", "backprop", "bwd", "backpropagate", "back")


INPUTS, OUTPUTS = {"x", "z", "input", "inputs", "inp"}, {"a", "out", "output", "outputs", "activation"}


class Layer:
    """A layer of the user, built for 5 inputs and 3 outputs, with an input shape on which it runs."""

    def __init__(self, value, name, caller):
        self.name, self.caller = name, caller
        self.proto = value if not isinstance(value, type) else self._build(value, name, caller)
        have = binding.methods(self.proto)
        self.forward_name = next((key for key in FORWARD if key in have), None)
        self.backward_name = next((key for key in BACKWARD if key in have), None)
        if self.forward_name is None or self.backward_name is None:
            raise CannotCheck("it has no pair of forward and backward")
        self.shape, self.out = self._settle()

    @staticmethod
    def _build(value, name, caller):
        maker = estimator.Estimator(value, name, caller)
        for extra in ({}, {"activation": np.tanh, "derivative": lambda z: 1 - np.tanh(z) ** 2}):
            known = {"n_in": 5, "n_out": 3, "n_hidden": 3, "k": 3, "sizes": (5,), "seed": 0, "dropout": 0.0, **extra}
            try:
                made = binding.call_by_meaning(caller, value, estimator.settle(known) | known, order=("n_in", "n_out"))
                if hasattr(made, "initialize"):
                    binding.call_by_meaning(
                        caller, made.initialize, {"lr": 0.1, "activation": None}, order=("activation",)
                    )
                return made
            except CannotCheck as failure:
                why = failure
        raise why or CannotCheck(f"{maker.name} could not be built")

    def _settle(self):
        why = None
        for shape in SHAPES:
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
        value = binding.call_by_meaning(
            self.caller, getattr(made, self.forward_name), {"X": x, "yhat": x}, order=("X",), override={"X"}, raw=True
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
        """What backward returns for these arguments."""
        return self.caller(getattr(made, self.backward_name), *copy.deepcopy(given))

    def backward(self, made, grad, lr):
        """What backward returns (or leaves in ``dinputs``)."""
        known = {"grads": grad, "X": grad, "yhat": grad, "y": grad, "lr": lr, "lambda": 0.0}
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
