"""One view of an objective: functions (or methods) of parameters, data and labels that give a cost, a gradient, or both.

``cost_function(theta, X, y)`` and ``gradient(theta, X, y)``; ``nll(theta, X, y, C) -> (cost, gradient)``;
``cost(W, b, X, Y)``; ``model._cost_and_grad(X, codes, W, b)``. Shapes are found by trying, the best fit counts.
"""

import ast
import contextlib
import copy
import dataclasses
import itertools

import numpy as np

from scratchwork.checks.findings import CallFailed, CannotCheck
from scratchwork.checks.recognising import binding, outside, vocabulary
from scratchwork.checks.running import taking_lists
from scratchwork.checks.views import cost_pairs, network, one_variable, reference, returned
from scratchwork.numerics import numerical_gradient

N, D, C = 11, 5, 3


def _wide(entry):
    """Whether a parameter keeps a logarithm from zero by so much that the cost has another slope: 0.01 by default."""
    return vocabulary.meaning(entry.name) == "eps" and isinstance(entry.default, float) and entry.default > 1e-6


def _more_than(point, value):
    """Whether a tuple holds more than a gradient for each parameter: the number in (dw, db) is no cost."""
    return len(value) > len(point) or any(isinstance(item, (dict, list, tuple)) for item in value)


def parameter_names(function):
    """Names of the parameters that stand for weights, with their kind ``"w"`` or ``"b"``; required ones only."""
    found = {}
    for entry in binding.parameters(function):
        words = vocabulary.meanings(entry.name)
        plain = vocabulary.plain(entry.name)
        weight = (
            "w" in words or "params" in words or plain in ("beta", "betas", "coef", "phi", "w0", "coeffs", "weights")
        )
        if "b" in words:
            found[entry.name] = "b"
        elif weight and "X" not in words[:1] and "cache" not in words:
            found[entry.name] = "w"
    return found


def is_objective(function):
    """Whether a function takes parameters, data and labels, and nothing that a forward pass must give first."""
    words = [word for entry in binding.parameters(function) for word in vocabulary.meanings(entry.name)[:1]]
    names = parameter_names(function)
    meant = binding.meanings_of(function)
    data = [name for name in meant if "X" in vocabulary.meanings(name) and name not in names]
    labels = [name for name in meant if "y" in vocabulary.meanings(name) and name not in names and name not in data[:1]]
    return bool(names) and bool(data) and bool(labels) and "yhat" not in words and "cache" not in words


@dataclasses.dataclass
class Setting:
    """The shapes with which the user's functions run."""

    point: dict  # parameter name -> array
    X: np.ndarray  # (n, d), our own orientation
    shown: np.ndarray  # as the user wants it
    y: np.ndarray
    Y: np.ndarray  # (n, C) targets
    columns: bool
    intercept: tuple | None  # (name, index) of the intercept inside a weight vector


def settings_for(names):
    """Settings to try: binary with one vector, then several classes with a matrix."""
    rng = np.random.default_rng(51)
    labels = {1: rng.permutation(np.arange(N) % 2), C: rng.permutation(np.arange(N) % C)}
    weights, biases = [n for n, k in names.items() if k == "w"], [n for n, k in names.items() if k == "b"]
    if len(weights) != 1 or len(biases) > 1:
        return
    for outputs in (1, C):
        shapes = [(D,), (D, 1), (D + 1,), (1, D)] if outputs == 1 else [(D, C), (C, D), (D + 1, C)]
        bias_shapes = {1: [(), (1,), (1, 1)], C: [(C,), (1, C), (C, 1)]}[outputs] if biases else [None]
        for shape, bias, columns in itertools.product(shapes, bias_shapes, (False, True)):
            for y in network.label_forms(labels[outputs], outputs).values():
                X = rng.normal(size=(N, D))
                if not biases and D in shape:
                    X[:, 0] = 1.0
                point = {weights[0]: 0.5 * rng.normal(size=shape)}
                if bias is not None:
                    point[biases[0]] = float(rng.normal()) if bias == () else 0.5 * rng.normal(size=bias)
                inside = None if biases or outputs > 1 else ((weights[0], 0) if D in shape else (weights[0], D))
                shown = np.ascontiguousarray(X.T) if columns else X
                yield Setting(point, X, shown, y, network.target_matrix(labels[outputs], outputs), columns, inside)


class Objective:
    """Cost and gradient of one set of functions."""

    def __init__(self, functions, caller, nodes=None, owner=None):
        self.caller, self.nodes, self.owner = caller, nodes or {}, owner
        self.functions = functions
        chosen = {name: item for name, item in functions.items() if is_objective(item)}
        roles = {name: self._role(name) for name in chosen}
        self.cost_name = next((name for name, role in roles.items() if role in ("loss", "both")), None)
        self.gradient_name = next((name for name, role in roles.items() if role == "backward"), None)
        both = next((name for name, role in roles.items() if role == "both"), None)
        self.gradient_name = self.gradient_name or both or self.cost_name  # a cost may return its gradient too
        self.train_name = self._training(roles)
        self.cost_name = self.cost_name or next((name for name in chosen if roles[name] is None), None)
        if self.cost_name is None and self.gradient_name is None and self.train_name is None:
            raise CannotCheck("no function takes parameters, data and labels")
        self.anchor = self.functions[self.cost_name or self.gradient_name or self.train_name]
        self.setting = self._settle()
        self._look_again()

    def _training(self, roles):
        """The first function that trains; where others than this pair are costs, it must not call those instead."""
        found = [name for name, role in roles.items() if role in ("train", "update")]
        own = {self.cost_name, self.gradient_name}
        others = {name for name, role in roles.items() if role in ("loss", "both", "backward")} - own
        strange = [name for name in found if cost_pairs.called_in(self.functions[name], others) and not cost_pairs.called_in(self.functions[name], own)]  # fmt: skip
        return next((name for name in found if name not in strange), None)

    def _look_again(self):
        """What is called a gradient may give its own cost too, or the parameters after a step: it stands still at a rate of 0."""
        name, setting = self.gradient_name, self.setting
        if name is None or name == self.cost_name:
            return
        value, still = self.call(name, setting), self.gradient(setting, lr=0.0)
        if still is None:
            return
        if isinstance(value, tuple) and _more_than(setting.point, value) and np.ndim(value[cost_place(value)]) == 0:
            self.cost_name = name
            self.setting = self._settle()
        elif all(np.array_equal(still[key], item) for key, item in setting.point.items()):
            self.gradient_name = None
            self.train_name = self.train_name or (name if binding.takes(self.functions[name], "lr") else None)

    def _role(self, name):
        plain = vocabulary.plain(name)
        if (
            "grad" in plain
            and any(word in plain for word in ("loss", "cost", "nll", "objective"))
            and ("and" in plain or "_grad" not in plain)
        ):
            return "both"
        role = vocabulary.role_of_name(name)
        return {"loss_derivative": "backward", "derivative": "backward", "forward": "both"}.get(role, role)

    def _settle(self):
        names = parameter_names(self.anchor)
        best, why = self._best(names)
        if best is None and self.gradient_name == self.cost_name:
            self.gradient_name = None  # the cost does not return its gradient
            best, why = self._best(names)
        if best is None:
            raise why or CannotCheck("no shapes of parameters make it run")
        return best[1]

    def _best(self, names):
        """((score, setting) of the shapes under which the gradient fits best, first failure)."""
        best, why, lists = {}, None, taking_lists.knows_lists_alone(self.anchor)
        for setting in itertools.chain(settings_for(names), one_variable.settings(names, N, Setting)):
            if lists and (setting.columns or max(map(np.ndim, (setting.y, *setting.point.values()))) > 1):
                continue  # loops over lists run with any shape, and tell nothing of it
            if best and np.ndim(setting.shown) == 1:
                break
            try:
                score = self._score(setting)
            except CannotCheck as failure:
                why = why or failure
                if isinstance(failure, CallFailed) and failure.kind != "error":
                    raise
                continue
            outputs = setting.Y.shape[1]
            if outputs not in best or score < best[outputs][0]:
                best[outputs] = (score, setting)
            if score <= 1e-5:
                return (score, setting), why
        texts = [ast.unparse(node) for node in self.nodes.values()]
        many = any("softmax" in text or ("exp(" in text and "keepdims" in text) for text in texts)
        return (best.get(C if many else 1) or next(iter(best.values()), None)), why

    def _score(self, setting):
        """How well the gradient fits under these shapes; 0 where there is nothing to compare."""
        value = self.cost(setting) if self.cost_name else 0.0
        if value is None or not np.isfinite(value):
            raise CannotCheck("the cost is no finite number")
        if self.gradient_name is None and self.train_name is None:
            return 0.0
        gradient = self.gradient(setting) if self.gradient_name else None
        if gradient is None and self.gradient_name:
            raise CannotCheck("the gradient does not have the parameters' shapes")
        if gradient is None:
            moved = self.step(setting, lr=1e-6)
            if moved is None:
                raise CannotCheck("the training function does not return the parameters")
            gradient = {name: -moved[name] for name in moved}
        if self.cost_name is None:
            return 0.0
        return reference.fitted_factor(join(gradient, setting), join(self.numeric(setting), setting))[1]

    def call(self, name, setting, known=None, override=(), raw=False, point=None):
        """Call one of the functions at a point."""
        function = self.functions[name]
        point = setting.point if point is None else point
        given = dict(point)
        mine = parameter_names(function)
        names = {kind: key for key, kind in parameter_names(self.anchor).items()}
        exact = {key: point[names[kind]] for key, kind in mine.items() if kind in names and names[kind] in given}
        exact |= {entry.name: 1e-12 for entry in binding.parameters(function) if _wide(entry)}
        bag = {"X": setting.shown, "y": setting.y, "lambda": 0.0, "lr": 0.01, "epochs": 1, "n_samples": N, "C": 1.0, "verbose": False, "tol": 0.0,
               "batch_size": N, "seed": 0, **(known or {})}  # fmt: skip
        bound = binding.bind(function, bag, exact, ("X", "y"), {"lambda", *override, *(known or {})})
        args, kwargs = binding.positional(function, bound)
        return returned.packed((self.caller.raw if raw else self.caller)(function, *args, **kwargs))

    def cost(self, setting, point=None, lam=0.0, **known):
        """The cost as a float, or None."""
        value = self.call(self.cost_name, setting, {"lambda": lam, **known}, point=point)
        if isinstance(value, tuple):
            value = value[cost_place(value)]
        if isinstance(value, (dict, list, tuple)):
            return None
        item = np.asarray(value, dtype=float)
        return float(item.ravel()[0]) if item.size == 1 else None

    def gradient(self, setting, point=None, lam=0.0, **known):
        """{parameter: gradient}, or None where the returned arrays do not fit."""
        value = self.call(self.gradient_name, setting, {"lambda": lam, **known}, point=point)
        if self.gradient_name == self.cost_name:
            if not isinstance(value, tuple):
                return None
            spot = cost_place(value)
            rest = value[:spot] + value[spot + 1 :]
            value = rest if len(rest) > 1 else rest[0]
        paths = {(name,): np.asarray(item) for name, item in setting.point.items()}
        found = returned.match(returned.labelled(value), paths)
        if len(found) < len(paths) or any(np.size(item) != paths[path].size for path, item in found.items()):
            return None
        return {path[0]: np.asarray(item, dtype=float).reshape(paths[path].shape) for path, item in found.items()}

    def numeric(self, setting, lam=0.0, h=1e-5, **known):
        """Central differences of the cost."""
        found = {}
        for name, item in setting.point.items():

            def cost(moved, name=name):
                moved = float(moved) if moved.ndim == 0 else moved
                return self.cost(setting, {**setting.point, name: moved}, lam, **known)

            found[name] = numerical_gradient(cost, item, h)
        return found

    def cost_of(self, slope, functions):
        """(name, factor) of another of these functions that is a cost with this slope but for a factor, or None."""
        twin = copy.copy(self)
        twin.functions = functions
        for twin.cost_name in [
            name for name, item in functions.items() if name != self.cost_name and is_objective(item)
        ]:
            with contextlib.suppress(CannotCheck, TypeError, ValueError, IndexError):
                factor, residual = reference.fitted_factor(slope, join(twin.numeric(self.setting), self.setting))
                if residual < 1e-4:
                    return twin.cost_name, factor
        return None

    def step(self, setting, lr, lam=0.0, epochs=1, point=None):
        """{parameter: what training for some epochs adds, divided by the rate}, or None."""
        function, known = self.functions[self.train_name], {"lr": lr, "lambda": lam, "epochs": epochs}
        with outside.one_step(function, self.nodes.get(self.train_name), known):
            value = self.call(self.train_name, setting, known, {"lr", "epochs", "batch_size"}, point=point)
        paths = {(name,): np.asarray(item, dtype=float) for name, item in (point or setting.point).items()}
        found = returned.match(returned.labelled(value), paths)
        if len(found) < len(paths) or any(np.size(item) != paths[path].size for path, item in found.items()):
            return None
        return {
            path[0]: (np.asarray(item, dtype=float).reshape(paths[path].shape) - paths[path]) / lr
            for path, item in found.items()
        }


def cost_place(value):
    """Where the cost stands in a tuple such as (cost, gradient) or (gradients, cost): at one of its ends."""
    last = value[-1]
    first_is_number = not isinstance(value[0], (dict, list, tuple)) and np.size(value[0]) == 1
    return 0 if first_is_number or isinstance(last, (dict, list, tuple)) or np.size(last) != 1 else len(value) - 1


def join(parts, setting):
    """All arrays of a dict as one vector, in the order of the parameters."""
    return np.concatenate([np.ravel(np.asarray(parts[name], dtype=float)) for name in setting.point])
