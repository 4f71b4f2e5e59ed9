"""One pass through the user's network: forward, loss, backward, update, each called with what its parameters mean."""

import contextlib
import copy

import numpy as np

from scratchwork.checks.findings import CannotCheck, NotWritten, OutOfTime
from scratchwork.checks.recognising import binding, outside
from scratchwork.checks.running import state
from scratchwork.checks.running.call import SEED
from scratchwork.checks.views import network, returned


class Pass:
    """One pass through a copy of the network: the environment grows with every call."""

    def __init__(self, net, values, X, y, lr=0.01, **known):
        self.net, self.root = net, net.fresh(values)
        n = len(X)
        self.n, self.run = n, network.Run()
        shown = net.lay(X)
        self.known = {"X": shown, "y": y, "lr": lr, "n_samples": n, "n_classes": net.n_out, "epochs": 1, "batch_size": n,
                      "lambda": 0.0, "verbose": False, "dropout": 0.0, "keep": 1.0, "threshold": 0.5, "momentum": 0.0,
                      "eps": 1e-12, "seed": 0, "n_in": net.n_in, "n_out": net.n_out, "tol": 0.0, "beta1": 0.9, "beta2": 0.999,
                      "k": net.n_out}  # fmt: skip
        self.known |= (net.extras["fresh"]() if "fresh" in net.extras else {}) | known
        self.exact, self.seed = {}, net.extras.get("seed", SEED)
        if net.functional:
            self.exact = {key: item for key, item in self.root.items() if isinstance(key, str)}
            self.known["params"] = self.main_structure()
            for item in self.root.values():
                self._spread(item)
        for path, word in net.extras.get("holds", {}).items():
            network.put(self.root, path, self.known[word])
        if not net.functional:
            self.tune()
            self.hold()
        self.fill_globals(shown, y)

    def tune(self):
        """Set rates, penalties and numbers of epochs that the object keeps as attributes, its optimiser's too."""
        inner = [item for item in vars(self.root).values() if hasattr(item, "__dict__") and not callable(item)]
        least = 1 if "maker" in self.net.extras and "epochs" in self.net.extras["maker"].settings() else 2
        for holder in (self.root, *inner):
            kept = list(vars(holder).items()) if hasattr(holder, "__dict__") else []
            names = {key.strip("_") for key, _ in kept}
            has_rate = "alpha" in names and any("rate" in key for key in names) and self.net.squares_alpha()
            for key, item in kept:
                word = "lambda" if has_rate and key.strip("_") == "alpha" else binding.vocabulary.meaning(key)
                if word in ("lr", "lambda") and isinstance(item, (int, float)) and not isinstance(item, bool):
                    state.set_attribute(holder, key, float(self.known[word]))
                    self.net.extras.setdefault("attributes", set()).add(word)
                elif word == "epochs" and type(item) is int and item >= least:
                    state.set_attribute(holder, key, self.known["epochs"])

    def hold(self):
        """Tables of arrays that the object keeps go to parameters of their name: ``self.forward(X, self.parameters)``."""
        for key, item in vars(self.root).items() if hasattr(self.root, "__dict__") else ():
            if isinstance(item, (dict, list)) and item and state.float_arrays(item) and key not in ("X", "y"):
                self.exact[key] = item
                if binding.vocabulary.meaning(key) == "params":
                    self.known["params"] = item

    def main_structure(self):
        """What stands for "the parameters" as one argument."""
        root = self.root
        return next(iter(root.values())) if len(root) == 1 else tuple(root.values())

    def _spread(self, item):
        if isinstance(item, dict):
            self.exact.update({key: leaf for key, leaf in item.items() if isinstance(key, str)})

    def fill_globals(self, X, y):
        """Set module globals that functions expect from a script (``m``, ``X_train``)."""
        for name in self.net.extras.get("globals", ()):
            for word in binding.words_of_global(name, self.net.namespace):
                if word in self.known:
                    self.net.namespace[name] = self.known[word]
                    break

    def call(self, role, order=(), override=(), **extra):
        """Call the function of a role with what its parameters mean; (name, value). CannotCheck if it does not exist."""
        found = self.net.function(self.root, role)
        if found is None:
            raise CannotCheck(f"{self.net.name} has no function in the role {role}")
        name, function = found
        exact = {**self.exact, **extra}
        wanted = binding.wants_pairs(function) or self._pairs_as_its_steps_take(role, function)
        if wanted:
            exact.setdefault(wanted, self.pairs())
            order = [*(word for word in order if word not in ("X", "y", "yhat")), "n_samples"]
        args, kwargs = binding.positional(function, binding.bind(function, self.known, exact, order, override))
        value = self.net.caller.raw(function, *args, seed_=self.seed, **kwargs)
        self.record(name, value)
        return name, value

    def _pairs_as_its_steps_take(self, role, function):
        """The parameter of a loss that takes its samples as pairs, as training does; None where it takes them apart."""
        meant = binding.meanings_of(function) if role == "loss" else {}
        steps = [self.net.function(self.root, other) for other in ("update", "train") if meant]
        alone = not {"y", "yhat"} & set(meant.values()) and any(step and binding.wants_pairs(step[1]) for step in steps)
        return next((name for name, word in meant.items() if alone and word in ("X", "training_data")), None)

    def pairs(self):
        """The samples as [(x, y)], columns where they stand in columns."""
        X, y = self.known["X"], np.asarray(self.known["y"])
        if not self.net.columns:
            return list(zip(X, y))
        y = y if y.ndim == 1 or y.shape[1] == X.shape[1] else y.T
        return [(X[:, [i]], y[:, [i]] if y.ndim == 2 else y[i]) for i in range(X.shape[1])]

    def record(self, name, value):
        """Keep what a function returned under the names that it and its callers use."""
        for names in self.net.names_of(name):
            if names and len(names) == 1 and names[0]:
                self.exact[names[0]] = value
            elif names and isinstance(value, tuple) and len(names) == len(value):
                self.exact |= {label: item for label, item in zip(names, value) if label}
        if isinstance(value, dict):
            self._spread(value)
        elif isinstance(value, tuple):
            for item in value:
                self._spread(item)

    # the four stages -------------------------------------------------------------------------------------------

    def forward(self):
        """Run the forward pass; fills ``run.output``."""
        before = set(map(id, state.float_arrays(self.root).values()))
        name, value = self.call("forward", order=("X",), override={"X", *self.net.extras.get("override", ())})
        names = self.net.names_of(name)[0]
        self.run.raw_output = value
        output = returned.pick_output(value, names, self.n, self.net.n_out) if value is not None else None
        elsewhere = isinstance(value, np.ndarray) and self.n in value.shape  # it returned outputs, of another width
        if output is None and not self.net.functional and not elsewhere:
            new = {path: item for path, item in state.float_arrays(self.root).items() if id(item) not in before}
            output = returned.pick_output(new, None, self.n, self.net.n_out)
        if output is None:
            raise CannotCheck(f"{name} returned nothing of {self.n} samples by {self.net.n_out} outputs")
        self.run.output = np.array(output, dtype=np.float64)
        self.remember_output(name, value)
        return self.run.output

    def output_of(self, value):
        """The output (n, C) in what a forward pass returned, or None."""
        output = returned.pick_output(value, self.net.names_of(self.net.roles["forward"])[0], self.n, self.net.n_out)
        return None if output is None else np.array(output, dtype=np.float64)

    @contextlib.contextmanager
    def overheard(self, role):
        """A list of what the function of a role returns to others of the file meanwhile."""
        heard, (name, function) = [], self.net.function(self.root, role)
        holder = self.net.namespace if self.net.functional else getattr(self.root, "__dict__", {})
        before = holder.get(name, holder)
        asked = before if callable(before) else function  # a stage of a watched loop has another signature

        def listening(*args, **kwargs):
            value = asked(*args, **kwargs)
            heard.append(copy.deepcopy(value))
            return value

        holder[name] = listening
        try:
            yield heard
        finally:
            if before is holder:
                del holder[name]
            else:
                holder[name] = before

    def remember_output(self, name, value):
        """Make the output and the rest of a tuple known to later functions."""
        whole = value if isinstance(value, np.ndarray) else None
        if isinstance(value, tuple):
            fitting = [item for item in value if isinstance(item, np.ndarray) and item.size == self.n * self.net.n_out]
            whole = (fitting[0] if not isinstance(value[-1], np.ndarray) else fitting[-1]) if fitting else None
            rest = [item for item in value if isinstance(item, (dict, list, tuple))]
            self.known["cache"] = rest[-1] if rest else value
        elif isinstance(value, (list, dict)):
            self.known["cache"] = value
            arrays = [item for item in state.float_arrays(value).values() if item.size == self.n * self.net.n_out]
            whole = arrays[-1] if arrays else None
        shown = self.run.output.T if self.net.columns else self.run.output
        self.known["yhat"] = shown if whole is None else whole

    def loss(self):
        """Run the loss; fills ``run.loss``."""
        name, value = self.call("loss", order=("y", "yhat"), override={"lambda", "y"})
        alone = returned.of_all(value, self.net.values())  # gradients, whatever the function is called
        self.run.loss, self.run.elementwise = (None, False) if alone else returned.pick_loss(value)
        if isinstance(value, tuple) and self.run.gradient is None:  # loss(X, y) -> (loss, gradients)
            found = returned.match(returned.labelled(value if alone else value[1:]), self.net.values())
            if self._enough(found, self.net.values()):
                self.run.gradient, self.run.via, self.run.where = found, "returned", name
                self.known["grads"] = value if alone else value[1]
        return self.run.loss

    def backward(self):
        """Run the backward pass (and the update where only that shows); fills ``run.gradient``."""
        before = self.net.values(self.root)
        held = {path: np.array(item) for path, item in state.float_arrays(self.root).items()}
        name, value = self.call("backward", order=("X", "y", "yhat"), override={"lr", "lambda"})
        self.run.where = name
        after = self.net.values(self.root)
        if any(not np.array_equal(before[path], after[path]) for path in before):
            self._from_update(before, after)
            return
        items = returned.labelled(value, self.net.names_of(name)[0]) if value is not None else []
        found = returned.match(items, before)
        if self._enough(found, before):
            self._returned(found, before, value)
            return
        if not self.net.functional:
            self._stored(held, before)

    def _enough(self, found, before):
        weights = [path for path in before if before[path].ndim == 2 or len(before) <= 2]
        return bool(found) and all(path in found for path in weights)

    def _returned(self, found, before, value):
        """Returned arrays shaped like the parameters: gradients, or the parameters already updated?"""
        sizes = [np.abs(found[path] - before[path]).max() / (np.abs(before[path]).max() + 1e-12)
                 for path in found if found[path].shape == before[path].shape and before[path].any()]  # fmt: skip
        if (
            sizes
            and max(sizes) < 50 * self.known["lr"]
            and "lr" in binding.meanings_of(self.net.function(self.root, "backward")[1]).values()
        ):
            self._from_update(before, {**before, **{path: found[path] for path in found}})
            return
        self.run.gradient, self.run.via = found, "returned"
        self.known["grads"] = value

    def _stored(self, held, before):
        new = state.float_arrays(self.root)
        items = [
            (state.text(path), item)
            for path, item in new.items()
            if path not in before
            and (path not in held or held[path].shape != item.shape or not np.array_equal(held[path], item))
        ]
        found = returned.match(items, before)
        if self._enough(found, before):
            self.run.gradient, self.run.via = found, "stored"

    def _from_update(self, before, after):
        lr = self.known["lr"]
        self.run.after, self.run.via = after, "update"
        self.run.gradient = {path: (before[path] - after[path].reshape(before[path].shape)) / lr
                             if after[path].size == before[path].size else after[path] for path in before}  # fmt: skip

    def update(self):
        """Run the update after backward; fills ``run.after``."""
        before = self.net.values(self.root)
        _, value = self.call("update", order=("params", "grads", "lr"), override={"lr", "lambda"})
        after = self.net.values(self.root)
        if all(np.array_equal(before[path], after[path]) for path in before) and value is not None:
            name = self.net.roles["update"]
            found = returned.match(returned.labelled(value, self.net.names_of(name)[0]), before)
            after = {**before, **found}
        if all(np.array_equal(before[path], after[path]) for path in before):
            raise CannotCheck(f"{self.net.roles['update']} moved no parameter")
        self.run.after = after
        if self.run.gradient is None:
            self._from_update(before, after)
            self.run.where = self.net.roles["update"]

    def train(self, **settings):
        """One epoch on all samples; fills ``run.after`` and the gradient that it implies."""
        before = self.net.values(self.root)
        self.known |= settings
        name, function = self.net.function(self.root, "train") or (None, None)
        alone = self.net.functional and getattr(function, "__module__", "") == "user_module"  # no round of a loop
        with outside.one_step(function, self.net.node(name), self.known) if alone else contextlib.nullcontext():
            override = {"lr", "epochs", "batch_size", "verbose", "lambda"}
            name, value = self.call("train", order=("X", "y", "epochs", "lr"), override=override)
        after = self.net.values(self.root)
        if self.net.functional or all(np.array_equal(before[path], after[path]) for path in before):
            found = (
                returned.match(returned.labelled(value, self.net.names_of(name)[0]), before)
                if value is not None
                else {}
            )
            after = {**before, **found}
        self._from_update(before, after)
        self.run.where = name
        self.run.returned = value


def attempt(stage, run):
    """Run a stage; whether it worked. A failure is kept under the stage's name."""
    try:
        stage()
        return True
    except (OutOfTime, NotWritten):
        raise
    except CannotCheck as failure:
        run.failures[stage.__name__] = failure
        return False
