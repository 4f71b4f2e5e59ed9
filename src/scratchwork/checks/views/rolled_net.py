"""A network behind a cost function whose parameters are rolled into one vector (or passed as matrices), as a ``network.Net``.

While the cost is computed once at random parameters, arrays come up that are pieces of theta: they are the weights, in the author's
own layout. Columns for the intercepts are taken apart, so that the probes of a network see weights and biases.
"""

import contextlib
import dataclasses

import numpy as np

from scratchwork.checks.findings import CannotCheck
from scratchwork.checks.recognising import identify
from scratchwork.checks.views import network, reference, rolled_parts
from scratchwork.checks.views.network_build import N, probe_data
from scratchwork.checks.watching import drivers, round_reading
from scratchwork.checks.watching.round_net import TINY, _signed
from scratchwork.checks.watching.tape import Tape
from scratchwork.numerics import numerical_gradient

ENDS = round_reading.ENDS


class RolledNet(network.Net):
    """Cost, gradient and training of one theta; ``ways`` maps "loss", "backward", "train", "predict" to a Way."""

    def __init__(self, ways, namespace, caller, nodes):
        first = ways.get("loss") or ways.get("backward") or ways["train"]
        self.first, self.ways, self.data = first, ways, first.form
        super().__init__(first.name, caller, {}, {}, namespace, nodes, {}, functional=True)
        self.layout = rolled_parts.Layout(first)
        self.n_in, self.n_out, self.by_role, self.across = self.data.width, self.data.outputs, {}, None
        self._settle()
        self.form = "one-hot" if self.n_out > 1 else "(n, 1)"
        self.root = {label: np.array(item) for label, item in self.point_of().items()}
        self.paths = [(label,) for label in self.root]
        self.point = {(label,): item for label, item in self.root.items()}
        begun = next((way.call for role, way in ways.items() if way.call.optimised or role == "train"), None)
        self.start = None if begun is None else self.layout.flat(begun.given)
        self.starter = begun and begun.within
        self.extras = {"given": True, "line": first.call.function.__code__.co_firstlineno}
        self._give_roles()

    # what the cost shows --------------------------------------------------------------------------------------------

    def _settle(self):
        """Run the cost once at random parameters, find the pieces of theta, the output, the layers."""
        X, labels = probe_data(n=N, d=self.n_in, n_out=self.n_out)
        theta = self.layout.random(7)
        tape = Tape(self.namespace)
        target = network.target_matrix(labels, self.n_out)
        self.call(self.first, X, target, self.layout.arguments(theta), run=tape.run)
        self.layout.find(theta, tape.sights)
        self.spec, self.output = None, None
        for rows, ones in ((X, True), *([(self._with_ones(X), False)] if self.data.ones is not None else [])):
            found = self._recognised(rows, tape.sights, theta)
            if found is not None:
                self._keep(found, ones)
                return
        if self.n_out == 1 and len(self.layout.parts) == 1 and self.layout.size - self.n_in in (0, 1):
            self.spec = self._supposed(X, target, theta)

    def _with_ones(self, X):
        return np.insert(X, 0 if self.data.ones == 0 else X.shape[1], 1.0, axis=1)

    def _recognised(self, X, sights, theta):
        """(rank, spec, place) of the best output that layers of these pieces explain."""
        values = {(part.label,): part.shaped(theta) for part in self.layout.parts}
        best, tried = None, set()
        for sight in reversed(sights):
            if sight.value.dtype.kind != "f" or sight.value.ndim > 2 or sight.value.tobytes() in tried:
                continue
            tried.add(sight.value.tobytes())
            for n_out, P in round_reading._as_outputs(sight.value, N):
                spec = identify.network(values, X, P) if np.isfinite(P).all() else None
                used = {path for layer in spec.layers for path in (layer.weight, layer.bias)} if spec else set()
                if spec is None or not set(values) <= used:
                    continue
                rank = ENDS.get(spec.layers[-1].activation, 0)
                if best is None or rank > best[0]:
                    best = (rank, spec, sight, n_out)
        return best and self._crossed(best, sights)

    def _supposed(self, X, Y, theta):
        """One layer with or without a sigmoid, where the gradient, the training or the cost has the slope of its usual loss."""
        part = self.layout.parts[0]
        ones = None if self.layout.size == self.n_in else self.data.ones or 0
        for name, loss in (("linear", "half squared error"), ("sigmoid", "binary cross-entropy")):
            layer = reference.Layer((part.label,), None, len(part.shape) == 2 and part.shape[0] == 1, ones, name)
            spec = reference.Spec([layer])
            pairs = spec.weights({(part.label,): part.shaped(theta)})
            trace = reference.forward(pairs, [name], X)
            delta = reference.output_deltas(trace[-1][2], trace[-1][1], Y, name)[loss]
            wanted = spec.whole(layer, (trace[0][0].T @ delta, delta.sum(axis=0))).ravel()
            if any(reference.fitted_factor(got, wanted)[1] < 1e-4 for got in self._slopes(X, Y, theta)):
                return self.layout.split(spec)
        return None

    def _slopes(self, X, Y, theta):
        """What the functions say of the slope at theta, as flat arrays."""
        for role, sign in (("backward", 1.0), ("train", -1.0)):
            with contextlib.suppress(CannotCheck):
                if role in self.ways:
                    way, arguments = self.ways[role], self.layout.arguments(theta)
                    value = self.call(way, X, Y, arguments, lr=TINY, epochs=1)
                    yield (self.layout.gathered(value, way.name) - (theta if sign < 0 else 0)) * sign
        with contextlib.suppress(CannotCheck, IndexError):
            cost = self.ways.get("loss")
            yield numerical_gradient(lambda moved: rolled_parts.scalars(self.call(cost, X, Y, self.layout.arguments(moved)))[-1], theta, 1e-5) if cost else np.zeros(0)  # fmt: skip

    def _crossed(self, best, sights):
        """Where what follows the last layer is a softmax over the samples, it is noted."""
        Z = best[2].value
        if best[1].layers[-1].activation == "linear" and best[3] > 1:
            axis = 0 if Z.shape[0] == N else 1
            E = np.exp(Z - Z.max())
            for sight in sights:
                if sight.value.shape == Z.shape and any(np.allclose(sight.value, E / total, rtol=1e-6) for total in (E.sum(axis=axis, keepdims=True), E.sum())):  # fmt: skip
                    self.across = sight.function
        return best

    def _keep(self, found, ones):
        _, spec, sight, self.n_out = found
        self.output = sight.function
        if not ones:
            self.n_in += 1
            self.data = dataclasses.replace(self.data, width=self.n_in, ones=None)
            for way in self.ways.values():
                way.form = way.form and dataclasses.replace(way.form, width=way.form.width + 1, ones=None)
        self.spec = self.layout.split(spec)
        for way in self.ways.values():
            if way.form is not None and way.form.outputs != self.n_out:
                if "one-hot" in way.form.labels:
                    raise CannotCheck(f"{way.name} has {self.n_out} outputs for {way.form.outputs} wanted")
                way.form = dataclasses.replace(
                    way.form, outputs=self.n_out, base=way.form.base if self.n_out > 1 else 0
                )

    def point_of(self):
        """{label: random value} of the pieces, the intercepts on their own."""
        return self.layout.pieces(self.layout.random(7))

    # calling ---------------------------------------------------------------------------------------------------------

    def call(self, way, X, Y, arguments, run=None, **known):
        """Call a function of the user; ``known`` gives penalty, rate and epochs by meaning."""
        given, n = dict(way.call.given), len(X)
        form = way.form or self.data
        names = dict(zip(way.params, arguments.values()))
        rows = way.form.rows if way.form else self.data.rows
        given = {key: n if type(item) in (int, np.int64) and item == rows else item for key, item in given.items()}
        given |= names | {way.X: form.data(X)} | ({way.y: form.targets(Y)} if way.y else {})
        for word, value in {"lambda": 0.0, **known}.items():
            name = way.takes(*(("lr", "alpha") if word == "lr" else (word,)))
            if name is not None and name not in (way.X, way.y):
                given[name] = value
        unbound = set(self.namespace.get("__unbound__", ()))
        around = {key: n if type(item) is int and item == rows else item for key, item in way.call.around.items() if key in unbound}  # fmt: skip
        with drivers._restored(self.namespace):
            self.namespace.update(around)
            if run is not None:
                return self.caller(run, way.call.function, **given)
            return self.caller(way.call.function, **given)

    def _value(self, role, X, y, params, **known):
        Y = np.asarray(y, dtype=float).reshape(len(X), -1)
        return self.call(self.ways[role], X, Y, self.layout.arguments(self.layout.joined(params)), **known)

    def _forward(self, X, y, **params):
        pairs = self.spec.weights({(label,): np.asarray(item) for label, item in params.items()})
        return reference.forward(pairs, [layer.activation for layer in self.spec.layers], X)[-1][2]

    def _loss(self, X, y, lam=0.0, **params):
        found = rolled_parts.scalars(self._value("loss", X, y, params, **{"lambda": lam}))
        if not found:
            raise CannotCheck(f"{self.ways['loss'].name} gives no number")
        return found[-1]

    def _gradient(self, X, y, lam=0.0, **params):
        value = self._value("backward", X, y, params, **{"lambda": lam})
        return self.layout.pieces(self.layout.gathered(value, self.ways["backward"].name))

    def _train(self, X, y, lr=TINY, lam=0.0, epochs=1, **params):
        value = self._value("train", X, y, params, **{"lambda": lam, "lr": lr, "epochs": epochs})
        return self.layout.pieces(self.layout.gathered(value, self.ways["train"].name))

    def _predict(self, X, y, **params):
        """The labels that the author's prediction gives, counted from 0."""
        way, flat = self.ways["predict"], self.layout.joined(params)
        whole = self.layout.arguments(flat)
        if len(way.params) == len(self.layout.parts) != len(whole):
            whole = {part.label: part.taken(flat) for part in self.layout.parts}
        if len(way.params) != len(whole):
            raise CannotCheck(f"what {way.name} takes as parameters is not known")
        value = self.call(way, X, None, whole)
        numbers = np.asarray(value[0] if isinstance(value, tuple) else value)
        if numbers.dtype.kind == "f" and not np.array_equal(numbers, np.round(numbers)):
            raise CannotCheck(f"{way.name} gives no labels")
        base = self.ways["loss"].form.base if "loss" in self.ways else self.data.base
        return numbers - base if numbers.dtype.kind in "iuf" and self.n_out > 1 else numbers

    def _give_roles(self):
        names, stages = list(self.root), {}
        if self.spec is not None:
            taken = {way.name for way in self.ways.values()}
            place = self.output if self.output and self.output not in taken else f"the output of {self.first.name}"
            stages["forward"] = (place, _signed(self._forward, ("X", "y"), names))
        made = {"loss": self._loss, "backward": self._gradient, "train": self._train, "predict": self._predict}
        for role, way in self.ways.items():
            settings = [word for word, meant in (("lr", ("lr", "alpha")), ("lam", ("lambda",)), ("epochs", ("epochs",))) if way.takes(*meant)]  # fmt: skip
            settings = settings if role == "train" else [word for word in settings if word == "lam"]
            stages[role] = (way.name, _signed(made[role], ("X", "y"), names, settings))
        self.by_role, self.roles = stages, {role: name for role, (name, _) in stages.items()}

    def function(self, root, role):
        """(name as the user knows it, callable) of a role, or None."""
        return self.by_role.get(role)

    def names_of(self, name):
        """Nothing: what comes back is labelled already."""
        return None, None
