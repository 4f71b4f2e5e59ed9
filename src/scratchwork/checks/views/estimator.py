"""One view of anything that is fitted and asked: a class with any method names, or a function that does it in one call.

``Estimator.fit(X, y, **settings)`` gives a ``Fitted`` with ``predict``, ``proba``, ``transform``, ``inverse`` where the
user's code offers them. Settings are meanings (``k=3``, ``lr=0.1``, ``epochs=50``), passed to the constructor or to fit,
wherever a parameter with that meaning stands; what has no such parameter is not passed.
"""

import ast
import dataclasses
import inspect
import re

import numpy as np

from scratchwork.checks.files import uses
from scratchwork.checks.findings import CallFailed, CannotCheck
from scratchwork.checks.recognising import binding, makings, own_calls
from scratchwork.checks.running import state
from scratchwork.checks.views import one_row

FIT = ("fit", "train", "learn", "run", "cluster", "compute", "build", "estimate", "optimize", "solve", "start", "execute",
       "gradient_descent", "fit_model", "train_model", "fitting", "training", "find_clusters", "kmeans", "lloyd", "fit_data",
       "perform", "process", "calculate", "decompose", "do_pca", "fit_gd", "fit_normal_equation", "SGD", "model", "main")  # fmt: skip
PREDICT = ("predict", "classify", "pred", "predict_label", "predict_labels", "predict_class", "predict_classes", "predictions", "assign",
           "get_labels", "get_predictions", "infer", "predict_all", "label", "assign_clusters", "predict_batch", "query",
           "assign_labels", "inference", "evaluate_model", "transform_labels", "make_predictions", "predict_one", "predict_single", "predict_point", "predict_sample", "predict_instance", "knn_predict", "predict_knn",
           "make_prediction", "knn", "__call__", "get_cluster", "test")  # fmt: skip
PROBA = ("predict_proba", "predict_probability", "predict_probabilities", "predict_prob", "proba", "probability", "probabilities",
         "predict_probs", "prob", "get_probabilities", "hypothesis", "forward", "feedforward", "feed_forward", "_forward", "predict_raw")  # fmt: skip
TRANSFORM = (
    "transform", "project", "reduce", "encode", "apply", "embed", "compress", "get_scores", "transform_data",
    "project_data",
)  # fmt: skip
INVERSE = (
    "inverse_transform", "reconstruct", "inverse", "decode", "recover", "reconstruction", "inverse_project",
    "decompress", "restore",
)  # fmt: skip
FIT_PREDICT = (
    "fit_predict", "cluster", "fit_cluster", "run", "fit_and_predict", "fit_transform_labels", "k_means", "kmeans",
    "predict", "__call__",
)  # fmt: skip
ONE_ROUND = re.compile(
    r"(do_|run_|one_|single_|make_|next_|perform_)*(step|iterate|iteration|round|tick|advance)(_once)?"
)
FIT_TRANSFORM = ("fit_transform", "pca", "run", "reduce", "compute", "transform", "project", "__call__")

FALLBACKS = {
    "lr": 0.1, "epochs": 50, "k": 3, "n_in": 5, "n_hidden": 7, "n_out": 3, "sizes": [5, 7, 3], "seed": 0, "lambda": 0.0,
    "momentum": 0.0, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8, "tol": 1e-6, "batch_size": 11, "verbose": False, "n_init": 1,
    "params": np.zeros((6, 1)), "dropout": 0.0, "keep": 1.0, "threshold": 0.5, "n_samples": 11, "n_classes": 3, "C": 1.0, "patience": 10,
}  # fmt: skip


def settle(settings):
    """Settings with a generator where the user's code wants one instead of a seed."""
    known = {**FALLBACKS, **settings}
    known["rng"] = np.random.default_rng(known["seed"] if known["seed"] is not None else None)
    return known


def drawn_by(settings):
    """The seed of the global generators as well, for code that takes none."""
    return {"seed_": settings["seed"]} if type(settings.get("seed")) is int else {}


def hidden_forms(words, n_in, hidden, n_out):
    """The hidden size as a number, a list, a tuple; and all sizes, where no other parameter holds those of the ends."""
    if not {"n_hidden", "sizes"} & set(words):
        return [hidden]
    forms = [hidden, [hidden], (hidden,)]
    return forms if {"n_in", "n_out", "sizes"} & set(words) else [*forms, [n_in, hidden, n_out]]


@dataclasses.dataclass
class Estimator:
    """A class of the user, ready to be built and fitted with settings by meaning."""

    factory: object
    name: str
    caller: object
    roles: dict = dataclasses.field(default_factory=dict)

    def has_inverse_penalty(self):
        """Whether the constructor takes a C by which the class divides, as the inverse of a penalty's strength."""
        entries = binding.parameters(self.factory) if inspect.isclass(self.factory) else ()
        taken = any(entry.name == "C" and type(entry.default) in (int, float) for entry in entries)
        tree = getattr(getattr(self.factory, "__init__", None), "__globals__", {}).get("__tree__") if taken else None
        owner = uses.definition(self.factory, tree)[1] if tree is not None else None
        return owner is not None and bool(re.search(r"/ ?\(?(self\.)?_?C\b", ast.unparse(owner)))

    def build(self, exact=None, **settings):
        """A new object; ``exact`` sets parameters by their very name, the settings by their meaning."""
        if not inspect.isclass(self.factory):
            return self._adjusted(settings, exact or {})
        if "lambda" in settings and self.has_inverse_penalty():
            settings["C"] = 1 / max(settings["lambda"], 1e-9)
        known, made = settle(settings), makings.arguments(self.factory, n_out=settings.get("n_out", 3))
        made, exact = {**made, **self._count_of_groups(settings)}, exact or {}
        if "eps" not in settings and {"sizes", "n_in"} & {*binding.meanings_of(self.factory).values()}:
            known["eps"] = 0.5  # one that must be given to a network is the width of its start, no small number
        try:
            return binding.call_by_meaning(
                self.caller, self.factory, known, made | exact, ("k", "lr"), set(settings) | {"verbose"}
            )
        except (CallFailed, binding.CannotBind):
            return self._built_again(known, made, exact, set(settings) - {"tol", "verbose"})

    def _built_again(self, known, made, exact, kept):
        """With fewer settings; and where that does not do either, with what the file's own program gives."""
        own = own_calls.arguments(self.factory, known)
        *trials, last = [(given, names) for given in ({}, own)[: 1 + bool(own)] for names in (kept, kept - {"seed"})]
        for given, names in trials:
            try:
                return binding.call_by_meaning(
                    self.caller, self.factory, known, made | given | exact, ("k", "lr"), names
                )
            except (CallFailed, binding.CannotBind):
                continue
        given, names = last
        return binding.call_by_meaning(self.caller, self.factory, known, made | given | exact, ("k", "lr"), names)

    def _count_of_groups(self, settings):
        """{parameter: k} where the only number that must be given to the constructor is called by another meaning."""
        words = binding.meanings_of(self.factory)
        needed = [entry.name for entry in binding.parameters(self.factory) if entry.default is entry.empty]
        if "k" not in settings or "k" in words.values() or "X" in words.values() or len(needed) != 1:
            return {}
        return {needed[0]: settings["k"]} if words[needed[0]] in ("n_samples", "n_classes", "n_out") else {}

    def _adjusted(self, settings, exact):
        """A copy of a live object with those of its attributes set that a setting means."""
        import copy

        made = copy.deepcopy(self.factory)
        if hasattr(made, "get_params") and hasattr(made, "set_params"):
            names = {name: binding.vocabulary.meaning(name) for name in made.get_params(deep=False)}
            wanted = {name: settings[word] for name, word in names.items() if word in settings}
            wanted |= exact
            return self.caller.raw(made.set_params, **wanted) if wanted else made
        for name in list(vars(made)):
            word = binding.vocabulary.meaning(name)
            if word in settings and isinstance(getattr(made, name), (int, float, type(None))):
                setattr(made, name, settings[word])
        return made

    def methods(self):
        """The methods of the class or object."""
        return binding.methods(self.factory)

    def find(self, names, role=None):
        """The first of ``names`` that the class has (a role given by the user wins), or None."""
        have = self.methods()
        if role in self.roles and self.roles[role] in have:
            return self.roles[role]
        plain = {binding.vocabulary.plain(name): name for name in reversed(list(have)) if not name.startswith("_")}
        found = [name for name in names if name in have] + [plain[name] for name in names if name in plain]
        if not found and names in (TRANSFORM, INVERSE):  # reduce_dimensionality, reconstruct_images
            found = [item for name in names for word, item in plain.items() if word.startswith(f"{name}_")]
        return found[0] if found else None

    def settings(self):
        """Every (meaning -> parameter name) of constructor and fit."""
        found = {}
        fit = self.find(FIT, "fit")
        for function in [self.factory] * inspect.isclass(self.factory) + ([self.methods()[fit]] if fit else []):
            skip = () if function is self.factory else ("X", "y")
            found |= {word: name for name, word in binding.meanings_of(function).items() if word and word not in skip}
        if not inspect.isclass(self.factory):
            names = (
                list(self.factory.get_params(deep=False))
                if hasattr(self.factory, "get_params")
                else list(vars(self.factory))
            )
            found |= {binding.vocabulary.meaning(name): name for name in names if binding.vocabulary.meaning(name)}
        return found

    def defaults(self):
        """The default value of each setting that has one, by meaning."""
        fits = [method for name, method in self.methods().items() if name in FIT]
        return binding.defaults_of([self.factory] * inspect.isclass(self.factory) + fits)

    def fit(self, X, y=None, raw=False, exact=None, spare=None, **settings):
        """Build and fit; data goes to the constructor where that is where it is wanted. ``spare``: labels, if it must have some."""
        known = settle(settings) | {"X": X} | ({} if y is None and spare is None else {"y": spare if y is None else y})
        in_constructor = inspect.isclass(self.factory) and binding.takes(self.factory, "X")
        data = {"X": X} | ({} if y is None else {"y": y})
        made = self.build(exact, **settings, **(data if in_constructor else {}))
        name = self.find(FIT, "fit")
        if name is None:
            if in_constructor:
                return Fitted(made, self, None)
            raise CannotCheck(f"{self.name} has no method that fits (fit, train, ...)")
        method = getattr(made, name)
        order = ("X",) if y is None else ("X", "y")
        order += ("k",) if "k" in settings and "k" not in self.settings() else ()
        if not in_constructor and y is not None and set_before(made, method, self.caller, known, raw):
            order = ()
        override = set(settings) | {"X"} | ({"y"} if y is not None else set())
        bound = binding.bind(method, known, order=order, override=override - {"k"} if in_constructor else override)
        args, kwargs = binding.positional(method, bound)
        returned = (self.caller.raw if raw else self.caller)(method, *args, **kwargs)
        return Fitted(made, self, returned)


@dataclasses.dataclass
class Fitted:
    """A fitted object of the user."""

    object: object
    estimator: Estimator
    returned: object = None

    def ask(self, names, X, role=None, known=None):
        """Call the first of ``names`` that exists with X; raises CannotCheck where there is none."""
        name = self.estimator.find(names, role)
        if name is None:
            raise CannotCheck(f"{self.estimator.name} has none of the methods {', '.join(names[:3])}, ...")
        method = getattr(self.object, name)

        def once(rows):
            given = {"X": rows, **(known or {})}
            return binding.call_by_meaning(self.estimator.caller, method, given, order=("X",), override={"X"})

        return (
            once(X)
            if np.ndim(X) != 2 or not {name} & {*TRANSFORM, *INVERSE}
            else one_row.whole_or_by_rows(once, X, method)
        )

    def predict(self, X):
        """What predict says, as an array."""
        return as_array(self.ask(PREDICT, X, "predict"))

    def proba(self, X):
        """What predict_proba (or the forward pass) says."""
        return as_array(self.ask(PROBA, X, "predict_proba"))

    def transform(self, X):
        """The scores."""
        return as_array(self.ask(TRANSFORM, X, "transform"))

    def inverse(self, Z):
        """Scores back to data."""
        return as_array(self.ask(INVERSE, Z, "inverse"))

    def arrays(self):
        """Float arrays in reach, by path."""
        return state.float_arrays(self.object, numbers=True)


def set_before(made, method, caller, known, raw=False):
    """Hand the data to the method that keeps them (``set_training_data(x, y)``) where the one that fits wants none; whether one does."""
    if binding.parameters(method):
        return False
    for name, keeps in binding.methods(made).items():
        if re.match(r"_?(set|load|give|feed|add|put|prepare|assign)|.*data", name) and binding.takes(keeps, "X"):
            bound = binding.bind(keeps := getattr(made, name), known, None, ("X", "y"), {"X", "y"})
            caller.raw(keeps, seed_=None, **(bound if raw else {key: np.copy(item) for key, item in bound.items()}))
            return True
    return False


def rounds_on(caller, method, args, kwargs, value, rounds):
    """What the last call gave of a method that does one round each time, until nothing changes or the rounds are over."""
    for _ in range(1, min(rounds, 100)):
        before, kept = state.snapshot(method.__self__), value
        value = caller(method, *args, **kwargs)
        after = state.snapshot(method.__self__)
        if before.keys() == after.keys() and all(np.array_equal(before[path], after[path]) for path in before):
            return kept if value is None else value
    return value


def as_array(value):
    """Lists, frames and tensors as arrays."""
    if isinstance(value, dict):
        raise CannotCheck("the returned value is a dict")
    if isinstance(value, tuple) and len(value) and not np.isscalar(value[0]):
        value = value[0]
    if hasattr(value, "detach"):
        value = value.detach().numpy()
    try:
        return np.asarray(value)
    except ValueError as error:
        raise CannotCheck(f"the returned value is no array: {error}") from None
