"""From a training loop, wherever it stands and whatever it passes around, to a ``Net``: each of its stages is one watched round."""

import ast
import inspect

import numpy as np

from scratchwork.checks.findings import CannotCheck
from scratchwork.checks.recognising import binding, vocabulary
from scratchwork.checks.views import network
from scratchwork.checks.watching import round_blame
from scratchwork.checks.watching.round_reading import at, output_of

TINY, QUIET = 1e-6, 1e-9  # rates: of a step that is looked at, of one that is to change nothing
LOOP = "training_loop"


class RoundNet(network.Net):
    """A network whose functions are read off one round of its training loop."""

    def __init__(self, driver, reading, nodes, space, source):
        self.driver, self.reading, self.space = driver, reading, space
        self.label = _labels(reading.point)
        self.path_of = {label: path for path, label in self.label.items()}
        root = {label: _plain(reading.start[path]) for path, label in self.label.items()}
        super().__init__(driver.name, driver.caller, root, {}, source, nodes, {}, functional=True)
        self.paths = [(label,) for label in self.path_of]
        self.point = {(self.label[path],): item for path, item in reading.point.items()}
        self.spec, self.n_out = _renamed(reading.spec, self.label), reading.n_out
        self.n_in = space.n_in
        self.form = space.form
        self.by_role = {}
        self.extras = {
            "line": driver.line,
            "driver": driver,
            "blame": round_blame.of_gradient,
            "mover": round_blame.of_step,
        }
        if reading.seen:
            self.extras["shuffled"] = round_blame.rows_without_labels
        self._give_roles()
        every = [reading.output, reading.seen, reading.loss, *(reading.gradient or {}).values()]
        names = {place[1][0] if place[0] == "left" else place[1] for place in every if place}
        driver.wanted = names | {path[0] for path in reading.point}
        self.last = (None, None)

    def _give_roles(self):
        names, penalty = self.path_of, ("lam",) if "lambda" in self.driver.words() else ()
        loop = self.driver.name or LOOP
        stages = {"forward": (self.reading.forward or loop, _signed(self._forward, ("X", "y"), names))}
        if self.reading.loss:
            stages["loss"] = (self.reading.loss_name or loop, _signed(self._loss, ("X", "y"), names, penalty))
        if self.reading.gradient:
            stages["backward"] = (
                self.reading.gradient_name or loop,
                _signed(self._gradient, ("X", "y"), names, penalty),
            )
        stages["train"] = (loop, _signed(self._train, ("X", "y"), names, self._settings()))
        self.predicting = (
            None if getattr(self.space, "paths", ()) and hasattr(self.driver, "statement") else self._predictor()
        )
        if self.predicting:
            stages["predict"] = (self.predicting, _signed(self._predict, ("X", "y"), names))
        self.by_role = stages
        self.roles = {role: name for role, (name, _) in stages.items()}

    def _settings(self):
        words = self.driver.words()
        found = ["lr"] if {"lr", "alpha"} & words else []
        return (*found, *(["lam"] if "lambda" in words else []), *(["epochs"] if "epochs" in words else []))

    def function(self, root, role):
        """(name as the user knows it, callable) of a role, or None."""
        return self.by_role.get(role)

    def names_of(self, name):
        """Nothing: what comes back is labelled already."""
        return None, None

    def _round(self, X, y, params, lr=QUIET, lam=None, epochs=1):
        key = (
            X.tobytes(),
            np.asarray(y).tobytes(),
            tuple(np.asarray(item).tobytes() for item in params.values()),
            lr,
            lam,
            epochs,
        )
        if self.last[0] != key:
            inject = {self.path_of[name]: np.asarray(item) for name, item in params.items()}
            known = {} if lam is None else {"lambda": lam}
            self.last = (key, self.space.run(X, y, inject, lr=lr, epochs=epochs, **known))
        return self.last[1]

    def watched(self, verdict):
        """The round at a verdict's parameters and data with every call kept."""
        kept, self.driver.wanted = self.driver.wanted, None
        try:
            inject = {path: verdict.point[(label,)] for path, label in self.label.items()}
            return self.space.run(verdict.X, verdict.y, inject, lr=QUIET)
        finally:
            self.driver.wanted = kept

    def _forward(self, X, y, **params):
        return output_of(self.reading, self._round(X, y, params), X)

    def _loss(self, X, y, lam=None, **params):
        item = at(self._round(X, y, params, lam=lam), self.reading.loss)
        if item is None:
            raise CannotCheck("the loss did not come up in this round")
        return self.reading.sign * float(item.ravel()[0])

    def gradients(self, verdict, rounds):
        """The gradients of the last of some rounds at parameters that hardly move."""
        params = {label: verdict.point[(label,)] for label in self.path_of}
        found = self._gradient(verdict.X, verdict.y, epochs=rounds, **params)
        return {(label,): item for label, item in found.items()}

    def _gradient(self, X, y, lam=None, epochs=1, **params):
        watch = self._round(X, y, params, lam=lam, epochs=epochs)
        found = {self.label[path]: at(watch, place) for path, place in self.reading.gradient.items()}
        if any(item is None for item in found.values()):
            raise CannotCheck("the gradient did not come up in this round")
        return found

    def gradient_at_rate(self, verdict, rate):
        """The gradient that comes up in a round whose steps are as large as that."""
        params = {label: verdict.point[(label,)] for label in self.path_of}
        watch = self._round(verdict.X, verdict.y, params, rate)
        return {(self.label[path],): at(watch, place) for path, place in self.reading.gradient.items()}

    def _predictor(self):
        """The name of the function that predicts from data and what the loop passes around, or None."""
        for name, item in self.driver.namespace.items():
            mine = inspect.isfunction(item) and getattr(item, "__module__", None) == "user_module"
            if (
                mine
                and vocabulary.role_of_name(name) == "predict"
                and name != self.reading.forward
                and binding.takes(item, "X")
            ):
                return name
        return None

    def _predict(self, X, y, **params):
        """What the author's own prediction says, given what the loop leaves."""
        watch = self._round(X, y, params)
        shown = np.ascontiguousarray(X.T) if getattr(self.driver, "columns", False) else X
        steps = list(dict.fromkeys(path[0] for path in self.reading.point))
        main = watch.live[steps[0]] if len(steps) == 1 else returned_table(self, watch) or tuple(watch.live[path[0]] for path in self.reading.point)  # fmt: skip
        words = ("X", "y", "yhat", "lr", "epochs", "validation")
        inner = {key: item for key, item in watch.live.items() if vocabulary.meaning(key) not in words}
        known = {"X": shown, "params": main, "threshold": 0.5, "n_samples": len(X)}
        function = self.driver.namespace[self.predicting]
        said = binding.call_by_meaning(self.caller, function, known, inner, ("X", "params"), {"X"})
        numbers = np.asarray(said[0] if isinstance(said, tuple) else said)
        if numbers.dtype.kind == "f" and not np.array_equal(numbers, np.round(numbers)):
            raise CannotCheck(f"{self.predicting} gives no labels")
        return said

    def _train(self, X, y, lr=TINY, lam=None, epochs=1, **params):
        watch = self._round(X, y, params, lr, lam, epochs)
        return {self.label[path]: watch.left[path] for path in self.reading.point}


def returned_table(net, watch):
    """What the function that trains would hand back of a round, where it is a dict of names; else None."""
    tree = net.driver.namespace.get("__tree__") or ast.Module([], [])
    own = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name == net.driver.name)
    tables = [part.value for node in own for part in ast.walk(node) if isinstance(part, ast.Return) and isinstance(part.value, ast.Dict)]  # fmt: skip
    pairs = list(zip(tables[-1].keys, tables[-1].values)) if tables else []
    return {key.value: watch.live[item.id] for key, item in pairs
            if isinstance(key, ast.Constant) and isinstance(item, ast.Name) and item.id in watch.live} or None  # fmt: skip


def _plain(item):
    return float(item) if np.ndim(item) == 0 else np.array(item)


def _labels(point):
    """{path: a name that a keyword can have}: the last step where that is enough."""
    last = {path: str(path[-1]).lstrip(".") for path in point}
    plain = all(name.isidentifier() for name in last.values()) and len(set(last.values())) == len(last)
    if plain:
        return last
    return {
        path: "".join(c if c.isalnum() else "_" for c in "_".join(str(step).lstrip(".") for step in path))
        for path in point
    }


def _renamed(spec, label):
    if spec is None:
        return None
    for layer in spec.layers:
        layer.weight = (label[layer.weight],)
        layer.bias = None if layer.bias is None else (label[layer.bias],)
    return spec


WORDS = {"lam": "lambda"}


def _signed(function, data, names, settings=()):
    """The function with the parameters' names in its signature, so that they are bound by name."""
    kinds = inspect.Parameter.POSITIONAL_OR_KEYWORD

    def called(**given):
        return function(**{"lam" if key == "lambda_" else key: item for key, item in given.items()})

    shown = ["lambda_" if name == "lam" else name for name in settings]
    called.__signature__ = inspect.Signature([inspect.Parameter(name, kinds) for name in (*data, *shown, *names)])
    return called
