"""One view of an autograd class: numbers in, expressions by its own operators, gradients out, each beside central differences."""

import ast
import dataclasses
import functools
import inspect
import operator
import re
import textwrap

import numpy as np

from scratchwork.checks.findings import CannotCheck
from scratchwork.checks.recognising import binding
from scratchwork.numerics import numerical_gradient

DATA = ("data", "value", "val", "_data", "_value", "v", "item", "array", "output", "x")
GRAD = ("grad", "gradient", "_grad", "g", "derivative", "adjoint", "_gradient", "dx")
BACKWARD = ("backward", "backprop", "backpropagate", "back", "backward_pass", "compute_gradients", "run_backward")
BINARY = {
    "__add__": operator.add, "__sub__": operator.sub, "__mul__": operator.mul, "__truediv__": operator.truediv,
    "__matmul__": operator.matmul,
}  # fmt: skip
BINARY_METHODS = (
    "add",
    "sub",
    "mul",
    "div",
    "dot",
    "matmul",
    "mm",
    "mul_elementwise",
    "multiply",
    "divide",
    "subtract",
)
WITH_NUMBER = {
    "__radd__": lambda x: 1.7 + x, "__rsub__": lambda x: 1.7 - x, "__rmul__": lambda x: 1.7 * x, "__rtruediv__": lambda x: 1.7 / x,
    "__pow__": lambda x: x**3, "__neg__": lambda x: -x, "__rpow__": lambda x: 1.7**x,
}  # fmt: skip
NOT_OPERATIONS = r"(zero|back|set|reset|step|item|numpy|detach|copy|clone|parameters|topo|build|draw|show|print|repr|rand|ones|eye|full|from|init|clear|update|train|eval|no_|require|lift|ensure|cast)"
LOSSES = r".*(entropy|loss|mse|nll|bce|squared_err|error).*"
SHAPE = (3, 4)


def is_engine(kind):
    """Whether a class is an autograd engine's value: it has arithmetic of its own and a way to send gradients back."""
    own = {name for base in kind.__mro__[:-1] for name in vars(base)}
    computes = set(BINARY) & own or len({*BINARY_METHODS, "relu", "sigmoid", "tanh", "exp", "log", "sum"} & own) >= 3
    return bool(computes) and bool(backward_of(kind)) and not {"forward", "fit", "predict"} & own


def backward_of(kind):
    """The name of the method that sends gradients back: a usual one, else one that takes nothing and speaks of it."""
    own = {name: item for base in kind.__mro__[-2::-1] for name, item in vars(base).items() if inspect.isfunction(item)}
    said = [name for name in own if re.search("(?i)back_?(w|prop)", name) and len(inspect.signature(own[name]).parameters) == 1]  # fmt: skip
    return next((name for name in (*BACKWARD, *said) if name in own), None)


@dataclasses.dataclass
class Operation:
    """One operation: its method's name, a function of engine objects, and the shapes of what goes in."""

    name: str
    function: object
    shapes: tuple
    broadcast: bool = False


class Engine:
    """Builds values, runs expressions, and reads gradients."""

    def __init__(self, kind, name, caller):
        self.kind, self.name, self.caller = kind, name, caller
        self.backward_name = backward_of(kind)
        probe = self.make(np.array(1.5))
        names = [key for key in DATA if _number(getattr(probe, key, None)) is not None]
        if not names:
            raise CannotCheck("where its value stands is not known")
        self.data_name = names[0]
        self.tensor = self._takes_arrays()
        own = {name for base in kind.__mro__[:-1] for name in vars(base)}
        self.weighs = "__mul__" in own and (not self.tensor or "sum" in own)  # else a gradient of ones is sent back
        self.shape = SHAPE if self.tensor else ()
        self.grad_name = self._grad_name()

    def make(self, value):
        """A new leaf."""
        value = value if getattr(self, "tensor", False) or np.ndim(value) else float(value)
        entries = binding.parameters(self.kind)
        wants = {entry.name: True for entry in entries if re.match(r"requires_?grad|trainable|track", entry.name)}
        return self.caller(self.kind, value, **wants)

    def data(self, made):
        """The value of an object as an array."""
        return np.asarray(getattr(made, self.data_name), dtype=float)

    def grad(self, made):
        """The gradient of an object, zero where none came back."""
        found = getattr(made, self.grad_name, None)
        found = getattr(found, self.data_name, found)  # a gradient that is an object of the engine itself
        return np.zeros(self.data(made).shape) if found is None else np.asarray(found, dtype=float)

    def _takes_arrays(self):
        try:
            made = self.make(np.ones(SHAPE))
            if not isinstance(getattr(made, self.data_name), np.ndarray):
                return False
            text = inspect.getsource(self.kind)
        except (CannotCheck, OSError, TypeError):
            return False
        return bool(re.search(r"\bnp\.|numpy", text)) and not re.search(r"\bmath\.", text)

    def _grad_name(self):
        x = self.make(np.full(self.shape, 1.5))
        self._back(self.doubled(x))
        names = [key for key in GRAD if hasattr(x, key) and not callable(getattr(x, key))]
        if not names:
            raise CannotCheck("where its gradient stands is not known")
        return names[0]

    def doubled(self, x):
        """Some value that depends on x and is more than x itself."""
        own = {name for base in self.kind.__mro__[:-1] for name in vars(base)}
        if self.weighs:
            product = x * self.make(np.full(self.shape, 2.0))
            return product.sum() if self.tensor else product
        name = next((name for name in ("__add__", "add", "__mul__", "__sub__", "mul") if name in own), None)
        if name is None:
            raise CannotCheck("it has no operation of two values that is known")
        return self.caller.raw(getattr(x, name), self.make(np.full(self.shape, 2.0)))

    def _back(self, made):
        method = getattr(made, self.backward_name)
        entries = [entry for entry in binding.parameters(method) if entry.default is entry.empty]
        self.caller.raw(method, *([np.ones(np.shape(getattr(made, self.data_name)))] if entries else []))

    def ends(self, value, weights):
        """A scalar made of an operation's value: the sum of the entries times ``weights``."""
        if not self.weighs:
            return value
        if not self.tensor:
            return value * float(weights.ravel()[0])
        weighted = value * self.make(
            np.broadcast_to(weights.ravel()[0], self.data(value).shape) + _tilt(self.data(value).shape)
        )
        return weighted.sum() if self.data(weighted).size > 1 or self.data(weighted).ndim else weighted

    def gradients(self, function, values, weights):
        """([gradient of each input], the loss) of ``ends(function(inputs))``."""
        made = [self.make(value) for value in values]
        loss = self.caller.raw(lambda: self.ends(function(*made), weights))
        self._back(loss)
        return [self.grad(item) for item in made]

    def numeric(self, function, values, weights, h=1e-5):
        """Central differences of the same through the engine's own forward pass."""
        found = []
        for number, value in enumerate(values):

            def loss(moved, number=number):
                items = [moved if place == number else np.array(item, dtype=float) for place, item in enumerate(values)]
                made = [self.make(item) for item in items]
                return float(self.data(self.caller.raw(lambda: self.ends(function(*made), weights))).sum())

            found.append(numerical_gradient(loss, value, h))
        return found

    def operations(self):
        """Everything the class can compute, what makes a node of its own before what is put together from others."""
        found = [*self._operations(), *losses(self)]
        first = {"__mul__": 0, "sum": 1}  # with these two every other one is asked
        return sorted(found, key=lambda item: (not self.basic(item.name), first.get(item.name, 2)))

    def basic(self, name):
        """Whether a method makes its node itself: it holds the function that sends the gradient back."""
        if not hasattr(self, "_basic"):
            self._basic = {}
        if name not in self._basic:
            try:
                text = textwrap.dedent(inspect.getsource(getattr(self.kind, name)))
                inner = [node for node in ast.walk(ast.parse(text)) if isinstance(node, (ast.FunctionDef, ast.Lambda))]
                self._basic[name] = len(inner) > 1
            except (OSError, TypeError, SyntaxError):
                self._basic[name] = True
        return self._basic[name]

    def _operations(self):
        own = {name for base in self.kind.__mro__[:-1] for name in vars(base)}
        shape = SHAPE if self.tensor else ()
        for name, function in BINARY.items():
            if name in own:
                shapes = (SHAPE, SHAPE[::-1]) if name == "__matmul__" else (shape, shape)
                if name != "__matmul__" or self.tensor:
                    yield Operation(name, function, shapes)
                if self.tensor and name != "__matmul__":
                    yield Operation(name, function, (SHAPE, SHAPE[1:]), True)
                    yield Operation(name, function, ((SHAPE[0], 1), SHAPE), True)
        for name, function in WITH_NUMBER.items():
            if name in own:
                yield Operation(name, function, (shape,))
        for name in sorted(own):
            yield from self._method(name, shape)

    def _method(self, name, shape):
        item = inspect.getattr_static(self.kind, name)
        if name.startswith("_") or not inspect.isfunction(item) or re.match(NOT_OPERATIONS, name):
            return
        entries = binding.parameters(item)[1:]
        needed = [entry for entry in entries if entry.default is entry.empty]
        if not needed:
            yield Operation(name, lambda x: getattr(x, name)(), (shape,))
            if self.tensor and any(entry.name == "axis" for entry in entries):
                yield Operation(name, lambda x: getattr(x, name)(axis=0), (shape,))
                yield Operation(name, lambda x: getattr(x, name)(axis=1), (shape,))
        elif len(needed) == 1 and name in BINARY_METHODS:
            square = name in ("dot", "matmul", "mm")
            yield Operation(name, lambda x, y: getattr(x, name)(y), (SHAPE, SHAPE[::-1]) if square else (shape, shape))


def losses(engine):
    """Methods of a value and a target: mean cross-entropy of scores and ids, of rows one-hot, squared errors."""
    if not engine.tensor:
        return
    ids = np.arange(SHAPE[0]) % SHAPE[1]
    hot = np.eye(SHAPE[1])[ids]
    for name in sorted({name for base in engine.kind.__mro__[:-1] for name in vars(base)}):
        item = inspect.getattr_static(engine.kind, name)
        if name.startswith("_") or not inspect.isfunction(item):
            continue
        needed = [entry for entry in binding.parameters(item)[1:] if entry.default is entry.empty]
        if len(needed) != 1 or not re.match(LOSSES, name) or name in BINARY_METHODS:
            continue
        for target in (ids, hot, engine.make(hot)):
            function = functools.partial(lambda x, name, target: getattr(x, name)(target), name=name, target=target)
            try:
                engine.caller.raw(function, engine.make(hot * 0.3 + 0.2))
            except CannotCheck:
                continue
            yield Operation(name, function, (SHAPE,))
            break


def _number(value):
    try:
        return float(value) if np.ndim(value) == 0 and not callable(value) else None
    except (TypeError, ValueError):
        return None


def _tilt(shape):
    """Weights that differ from entry to entry, so that a sum or a softmax shows its slope."""
    return 0.31 * np.arange(int(np.prod(shape)), dtype=float).reshape(shape)
