"""One view of an optimiser, whatever its interface, and the usual update rules with which it is compared.

Letters: w parameters, g gradients, lr rate, mu momentum, b1 b2 Adam's decays, rho RMSProp's.
"""

import dataclasses
import re
import types

import numpy as np

from scratchwork.checks.files import uses
from scratchwork.checks.findings import CannotCheck
from scratchwork.checks.recognising import binding, vocabulary
from scratchwork.checks.views import estimator, optimizer_forms
from scratchwork.checks.views.optimizer_forms import Rates, right_rules

STEP = (
    "step",
    "update",
    "update_params",
    "update_parameters",
    "apply",
    "apply_gradients",
    "optimize",
    "__call__",
    "minimize_step",
    "get_update",
    "update_weights",
)


LAYER = {
    "weight": ("weights", r"w(eights?)?"),
    "bias": ("biases", r"b(ias(es)?)?"),
    "weight slope": ("dweights", r"d_?w(eights?)?|w(eights?)?_grad(ients?)?|grad(ients?)?_w(eights?)?"),
    "bias slope": ("dbiases", r"d_?b(ias(es)?)?|b(ias(es)?)?_grad(ients?)?|grad(ients?)?_b(ias(es)?)?"),
}
KEPT = r"_?(data|val|value|w|weights?|theta|array)", r"_?(grads?|gradients?|dw|dweights?)"


class _Held(types.SimpleNamespace):
    """A model of one layer, with the attributes that are asked of it."""

    def __init__(self, attributes):
        super().__init__(**attributes)

    def __len__(self):
        return 1


class Optimizer:
    """``run(w, gradients)`` gives w after each step."""

    def __init__(self, factory, name, caller):
        self.factory, self.name, self.caller = factory, name, caller
        have = binding.methods(factory)
        self.step_name = next((key for key in STEP if key in have), None)
        self.told_name = getattr(factory, "step_of", self.step_name)  # the function that was made a class
        if self.step_name is None:
            raise CannotCheck("it has no method that makes a step")
        self.of_biases = None

    def run(self, w, gradients, **settings):
        """[w after 1, 2, ... steps]; the settings go to the constructor by meaning."""
        why = None
        for way in (self._modelled, self._holding, self._pair, self._lists, self._dicts, self._layer, self._kept):
            try:
                return way(w.copy(), gradients, settings)
            except CannotCheck as failure:
                why = why or failure
        raise why

    def _build(self, settings, **given):
        known = estimator.settle(settings)
        exact = {}
        for entry in binding.parameters(self.factory):
            plain = vocabulary.plain(entry.name)
            if re.fullmatch(r"(model_?)?(params?|parameters|weights|variables)", plain) and "params" in given:
                exact[entry.name] = given["params"]
        if given and not exact:
            raise CannotCheck("its constructor takes no parameters")
        for entry in binding.parameters(self.factory):
            if entry.name in settings.get("exact", {}):
                exact[entry.name] = settings["exact"][entry.name]
        override = set(settings) - {"exact"}
        bound = binding.bind(self.factory, known, exact, ("lr",), override)
        args, kwargs = binding.positional(self.factory, bound)
        made = self.caller.raw(self.factory, *args, **kwargs)
        self.made = made
        return made

    def _modelled(self, w, gradients, settings):
        """A model in the constructor whose weights and biases the step moves."""
        owner = next((entry for entry in binding.parameters(self.factory) if entry.default is entry.empty
                      and re.fullmatch(r"(the_)?(model|net(work)?|nn|mlp)", vocabulary.plain(entry.name))), None)  # fmt: skip
        space = getattr(getattr(self.factory, "__init__", None), "__globals__", {})
        names = uses.use_of(owner.name, self.factory, space).attributes if owner and "__tree__" in space else set()
        weights = [name for name in sorted(names) if re.match(r"w|theta|coef", vocabulary.plain(name))]
        if not weights:
            raise CannotCheck("its constructor takes no model whose weights are known")
        why = None
        for form in (lambda g: [(g, np.ones((1, 3)))], lambda g: ([g], [np.ones((1, 3))]), lambda g: [g]):
            model = _Held({name: [w.copy()] if name in weights else [np.zeros((1, 3))] for name in names})
            try:
                made, found = self._build({**settings, "exact": {**settings.get("exact", {}), owner.name: model}}), []
                for g in gradients:
                    self.caller.raw(getattr(made, self.step_name), form(g.copy()))
                    found.append(np.array(getattr(model, weights[0])[0]))
                return found
            except CannotCheck as failure:
                why = failure
        raise why

    def _holding(self, w, gradients, settings):
        """Parameters in the constructor, step(gradients)."""
        arrays = [np.ones(4), w]  # a second array shows a step count that is raised for every array
        made = self._build(settings, params=arrays)
        found = []
        for g in gradients:
            self.caller.raw(getattr(made, self.step_name), [np.ones(4), g.copy()])
            found.append(self._now(made, arrays).copy())
        return found

    @staticmethod
    def _now(made, arrays):
        """The second array as the optimiser holds it now."""
        for key, item in vars(made).items():
            if key in ("params", "parameters", "weights") and isinstance(item, list) and len(item) == 2:
                return item[1]
        return arrays[1]

    def _two(self, made, first, second):
        """Call the step with the two things in the order that its names say."""
        method = getattr(made, self.step_name)
        entries = [entry for entry in binding.parameters(method) if entry.default is entry.empty]
        if len(entries) < 2:
            raise CannotCheck("its step takes one argument")
        swapped = bool(re.search("grad|^g$|^d", vocabulary.plain(entries[0].name))) and not re.search(
            "grad|^g$|^dw", vocabulary.plain(entries[1].name)
        )
        pair = (second, first) if swapped else (first, second)
        rest = [self._extra(entry) for entry in entries[2:]]
        return self.caller.raw(method, *pair, *rest)

    def _extra(self, entry):
        self.count = getattr(self, "count", 0) + 1
        word = vocabulary.meaning(entry.name)
        return (
            self.count
            if vocabulary.plain(entry.name) in ("t", "step", "iteration", "i", "epoch")
            else estimator.FALLBACKS.get(word, "w")
        )

    def _pair(self, w, gradients, settings):
        made, found, self.count = self._build(settings), [], 0
        for g in gradients:
            value = self._two(made, w, g.copy())
            w = np.array(value if isinstance(value, np.ndarray) and value.shape == w.shape else w, dtype=float)
            found.append(w.copy())
        return found

    def _lists(self, w, gradients, settings):
        made, arrays, found, self.count = self._build(settings), [np.ones(4), w], [], 0
        for g in gradients:
            value = self._two(made, arrays, [np.ones(4), g.copy()])
            arrays = list(value) if isinstance(value, (list, tuple)) and len(value) == 2 else arrays
            found.append(np.array(arrays[1]))
        return found

    def _dicts(self, w, gradients, settings):
        why = None
        for key in ("W1", "dW1"):
            made, params, found, self.count = self._build(settings), {"b1": np.ones(4), "W1": w.copy()}, [], 0
            other = key.replace("W", "b")
            try:
                for g in gradients:
                    value = self._two(made, params, {other: np.ones(4), key: g.copy()})
                    params = value if isinstance(value, dict) and "W1" in value else params
                    found.append(np.array(params["W1"]))
                return found
            except CannotCheck as failure:
                why = failure
        raise why

    def _layer(self, w, gradients, settings, moved="weight"):
        """``update_params(layer)`` with weights, biases and their slopes, by the names that it reads; what is moved is asked."""
        made, found = self._build(settings), []
        step, have = getattr(self.factory, self.step_name), binding.methods(self.factory)
        space, first = (
            getattr(step, "__globals__", {}),
            next(iter(binding.parameters(getattr(made, self.step_name))), None),
        )
        told = uses.use_of(first.name, step, space).attributes if first and "__tree__" in space else set()
        of = {role: next((name for name in sorted(told) if re.fullmatch(words, vocabulary.plain(name))), usual) for role, (usual, words) in LAYER.items()}  # fmt: skip
        layer = types.SimpleNamespace(**{name: np.zeros_like(w) for name in of.values()})
        setattr(layer, of[moved], w)
        around = [[name for name in have if name.strip("_").startswith(word) and not binding.parameters(getattr(made, name))] for word in ("pre", "post")]  # fmt: skip
        for g in gradients:
            setattr(layer, of[f"{moved} slope"], g.copy())
            for name in (*around[0], self.step_name, *around[1]):
                self.caller.raw(getattr(made, name), *([layer] if name == self.step_name else []))
            found.append(np.array(getattr(layer, of[moved])))
        self.of_biases = lambda w, gradients: self._layer(w.copy(), gradients, settings, "bias")
        return found

    def _kept(self, w, gradients, settings):
        """step() of nothing: what it moves stands in objects given to the constructor, or in a table of its own, beside the slopes."""
        step = getattr(self.factory, self.step_name)
        if any(entry.default is entry.empty for entry in binding.parameters(step) if entry.name != "self"):
            raise CannotCheck("its step takes what it moves")
        told = [word for word in (*step.__code__.co_consts, *step.__code__.co_names) if isinstance(word, str)]
        weight, slope = (next((word for word in told if re.fullmatch(names, word)), None) for names in KEPT)
        if not weight or not slope:
            raise CannotCheck("nothing is seen of what its step moves")
        held, found = [{weight: np.ones(4), slope: np.ones(4)}, {weight: w}], []
        try:
            made = self._build(settings, params=(given := [types.SimpleNamespace(**table) for table in held]))
            held = [vars(item) for item in given]
        except CannotCheck:
            made = self._build(settings)
            held = [item for item in vars(made).values() if type(item) is dict][:1] or [{}]
            held[0][weight] = w
        for g in gradients:
            held[-1][slope] = g.copy()
            self.caller.raw(getattr(made, self.step_name))
            found.append(np.array(held[-1][weight]))
        return found

    def number(self, *words, default=None):
        """A hyperparameter that the built object keeps, by the meaning of the attribute's name."""
        for key, item in vars(self.made).items():
            if (
                isinstance(item, (int, float))
                and not isinstance(item, bool)
                and (vocabulary.meaning(key) in words or vocabulary.plain(key) in words)
            ):
                return float(item)
        return default


def follow(rule, w, gradients):
    """w after each step of ``rule(state, g, t) -> step``."""
    state, found = {}, []
    for t, g in enumerate(gradients, 1):
        w = w + rule(state, g, t)
        found.append(w.copy())
    return found


def wrong_rules(r, pairs=False):
    """{name: (family, code, rule)} of the usual mistakes, one at a time or two."""
    numbers = dataclasses.asdict(r)
    found = {words: (family, code, rule) for family, code, words, rule in optimizer_forms.wrong(numbers, pairs)}
    forgets = ("momentum", "SW-T2", lambda s, g, t: -r.lr * (1 + r.mu * (t > 1)) * g)
    return found | {"momentum whose velocity forgets": forgets}


def rules(lr, mu, b1, b2, rho, eps, pairs=False):
    """All rules, right and wrong, for these hyperparameters."""
    rates = Rates(lr, mu, b1, b2, rho, eps)
    return {**right_rules(rates), **wrong_rules(rates, pairs)}
