"""A program of ours in the making: an object of the user's class, the calls of a round, and what each may be given."""

import ast
import copy
import re

import numpy as np

from scratchwork.checks.findings import CannotCheck
from scratchwork.checks.recognising import binding, makings, vocabulary
from scratchwork.checks.running import state
from scratchwork.checks.views import returned
from scratchwork.checks.views.network_build import N, probe_data

EPOCHS = 3
BATCH = r"(mini_?)?batch(es)?(_?data)?|(training|train)_?(data|set|examples|pairs)?|data(_?set)?|samples|pairs|examples"
GRADIENT = r"d_?(out|a|y|l|z|loss|output|values?|h|error|x|inputs?|score)s?\w*|.*grad\w*|delta|err(or)?s?|upstream\w*|dl_?d\w+|accum_grad|loss_?(deriv|prime)\w*"
STEPPING = ("step", "update", "apply", "update_params", "update_parameters", "apply_gradients", "optimize")
FIRST = ("forward", "predict_proba", "predict")


class Sketch:
    """A program in the making: its lines, the namespace after them, and what may be passed on."""

    def __init__(self, kind, name, namespace, caller, layout, made):
        self.kind, self.name, self.caller, self.layout = kind, name, caller, layout
        self.space = dict(namespace)
        self.space |= {"X": probe_data(n_out=layout.n_out)[0], "y": layout.y.copy()}
        self.before = [*layout.before, f"model = {made}"]
        self.lines, self.count = [], 0
        for line in self.before:
            self.run(line)
        self.more = _layers_added(self)
        self.helper = _optimiser_beside(self)
        self.start = dict(self.space)

    def run(self, text):
        """Execute statements; CannotCheck where they fail."""
        self.caller.raw(exec, compile(text, "sketch", "exec"), self.space, limit_=1.0)

    def again(self):
        """A sketch with a fresh object, and no round."""
        made = copy.copy(self)
        kept = {key: self.start[key] for key in ("model", "opt") if key in self.start}
        made.space = {**self.start, **self.caller.raw(copy.deepcopy, kept)}
        made.lines, made.count, made.names = [], 0, {}
        made.known = makings.KNOWN | {
            "n_out": str(self.layout.n_out),
            "lr": "0.1",
            "epochs": "1",
            "sizes": f"[5, 7, {self.layout.n_out}]",
        }
        made.known |= self.layout.known
        if self.layout.head:
            made.run(self.layout.head + "\n    break")
        return made

    def call(self, method):
        """Call a method with what its parameters mean and add the line."""
        owner, _, name = method.rpartition(".")
        owner = owner or "model"
        function = getattr(self.space[owner], name)
        exact = self._exact(function)
        text = makings.call_text(f"{owner}.{name}", function, self.known, exact, n_out=self.layout.n_out)
        self.count += 1
        line = f"out{self.count} = {text}"
        self.run(line)
        self.lines.append(line)
        self._remember(f"out{self.count}", self.space[f"out{self.count}"], method, function)
        return self.space[f"out{self.count}"]

    def set_rate(self, rate):
        """Set the rate that calls are given, and those that the objects keep; whether one is kept."""
        self.known["lr"] = self.known["alpha"] = str(rate)
        held = False
        for owner in (self.space["model"], self.space.get("opt")):
            for key, item in list(vars(owner).items()) if hasattr(owner, "__dict__") else ():
                if type(item) is float and vocabulary.meaning(key) in ("lr", "alpha"):
                    setattr(owner, key, rate)
                    held = True
        return held

    def _exact(self, function):
        """{parameter: expression} by the very name, of batches, of gradients that come from above."""
        exact, entries = {}, binding.parameters(function)
        words = {entry.name: binding.meaning_in(entry, entries) for entry in entries}
        for entry in entries:
            plain = vocabulary.plain(entry.name)
            if entry.name in self.names:
                exact[entry.name] = self.names[entry.name]
            elif "batch" in self.known:
                if entry.default is entry.empty and re.fullmatch(BATCH, plain) and "batch" not in exact.values():
                    exact[entry.name] = self.known["batch"]
            elif (
                entry.default is entry.empty
                and re.fullmatch(GRADIENT, plain)
                and "yhat" in self.known
                and words[entry.name] not in ("X", "y", "yhat")
            ):
                exact[entry.name] = self.known.get("grads") or f"({self.known['yhat']} - {self.known['y']})"
        return exact

    def _remember(self, name, value, method, function):
        role, node = vocabulary.role_of_name(method), returned_names(self, method)
        for place, label in enumerate(node if isinstance(value, tuple) and node and len(node) == len(value) else ()):
            if label:
                self.names[label] = f"{name}[{place}]"
        if role in FIRST and "batch" not in self.known:
            found = self._output(name, value)
            if found:
                self.known["yhat"] = found
                self.known["cache"] = name if not isinstance(value, np.ndarray) else "model"
        elif role == "backward" and value is not None:
            self.known["grads"] = name
        elif role == "loss" and isinstance(value, tuple) and len(value) > 1:
            self.known["grads"] = f"{name}[1]"

    def _output(self, name, value):
        """The expression of the outputs among what a forward pass gave, or left in an attribute."""
        size = self.layout.n_out * (1 if self.layout.head else N)
        for root, thing in ((name, value), ("model", self.space["model"])):
            fitting = [path for path, item in state.float_arrays(thing).items() if item.size == size]
            if thing is value and isinstance(value, float) and size == 1:
                return name
            if fitting:
                return root + "".join(
                    step if isinstance(step, str) and step.startswith(".") else f"[{step!r}]" for step in fitting[-1]
                )
        return None

    def weights(self):
        """The arrays of the object that could be weights, copied."""
        found = state.float_arrays(self.space["model"])
        return {path: np.array(item) for path, item in found.items() if N not in item.shape and item.ndim}

    def text(self):
        """The whole program, its data left out."""
        inner = self.lines
        if self.layout.head:
            inner = [self.layout.head, *(f"    {line}" for line in inner)]
        rounds = [f"for epoch in range({EPOCHS}):", *(f"    {line}" for line in inner)]
        return "\n".join([*self.before, *self.more, *rounds])


def returned_names(sketch, method):
    """The names of what a method returns, by its own return statement."""
    tree = sketch.space.get("__tree__")
    for node in ast.walk(tree) if tree is not None else ():
        if isinstance(node, ast.FunctionDef) and node.name == method:
            return returned.names_returned(node)
    return None


def _layers_added(sketch):
    """Lines that add layers to an object that starts with none (``model.add(Dense(5, 7))``)."""
    model, lines = sketch.space["model"], []
    adds = next(
        (key for key in binding.methods(model) if re.fullmatch(r"add(_?layer)?|append|push", key.lower())), None
    )
    held = [item for item in vars(model).values() if isinstance(item, list)] if hasattr(model, "__dict__") else []
    if adds is None or not held or any(held):
        return lines
    for text in makings.layer_lists(sketch.space, sketch.layout.n_out):
        body = ast.parse(text, mode="eval").body
        lines = [f"model.{adds}({ast.unparse(item)})" for item in body.elts]
        break
    for line in lines:
        sketch.run(line)
    return lines


def _optimiser_beside(sketch):
    """The step of an optimiser object that is given the model or its parameters, as ``opt.step``; None where there is none."""
    model = sketch.space["model"]
    for name, kind in makings.classes(sketch.space).items():
        step = next((key for key in STEPPING if key in binding.methods(kind)), None)
        if step is None or not re.search("optim|adam|sgd|momentum|rms|descent", name.lower()):
            continue
        exact = {}
        for entry in binding.parameters(kind):
            plain = vocabulary.plain(entry.name)
            if re.fullmatch(r"model|net(work)?|nn|mlp", plain):
                exact[entry.name] = "model"
            elif re.fullmatch(r"params?|parameters|weights|layers", plain):
                held = next(
                    (key for key in ("parameters", "params", "layers", "weights") if hasattr(model, key)), "params"
                )
                exact[entry.name] = f"model.{held}" + "()" * callable(getattr(model, held, None))
        if exact:
            try:
                line = f"opt = {makings.call_text(name, kind, makings.KNOWN, exact)}"
                sketch.run(line)
            except CannotCheck:
                continue
            sketch.more.append(line)
            return f"opt.{step}"
    return None
