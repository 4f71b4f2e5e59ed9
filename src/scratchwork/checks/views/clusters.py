"""One view of k-means: a class with any method names, one function, or the functions of its steps."""

import dataclasses
import functools
import re

import numpy as np

from scratchwork.checks.findings import CallFailed, CannotCheck
from scratchwork.checks.recognising import binding, vocabulary
from scratchwork.checks.views import cluster_forms, estimator
from scratchwork.checks.views.cluster_parts import LABELS, _as_labels, _pick, _pool, _public, in_turn, part_of
from scratchwork.checks.watching import seen_clusters
from scratchwork.checks.watching.watch import Watching

STEPS = {
    "init": r"\w*init\w*|random_?(centroids?|centers?)\w*|choose\w*|\w*seed_?(centers|centroids)|(pick|select|sample|plus_?plus|kpp)\w*|k_?means_?(pp|plus_?plus)",
    "assign": r"(find_?)?(closest|nearest)\w*|\w*assign\w*|(get|compute|make|create|form)_?(labels?|clusters?|assignments?)|label_points|expectation\w*|e_step|predict\w*|classify\w*|update_(labels?|assignments?|clusters)|cluster_assignment\w*|allocate\w*",
    "move": r"(compute|update|calc\w*|new|recalculate|recompute|move|get|find|mean)_?(the_)?(new_)?(centroids?|centers?|means?)\w*|maximi[sz]ation\w*|m_step|move|update_means|centroids?_from\w*",
    "cost": r"(?!plot|show|draw|print)\w*(inertia|cost|wcss|distortion|(?<![a-z])sse|objective|loss|potential|within_cluster\w*|heterogen\w*)\w*",
    "run": r"((my|own|custom|simple|basic|naive|do|plain)_?)?k_?means?\w*|run\w*|lloyd\w*|fit\w*|cluster\w*|train\w*",
}  # fmt: skip
DISTANCES = r"(sq\w*_?|min_?|nearest_?|own_?)*(d2|d|dists?|distances?)(_sq\w*)?"
START = (
    r"((initial|init|start\w*|first)_?)?(centroids?|centers?|centres?|means|centra|centros?|centroides?|mittel\w*|seeds)(_init|0|_0)?|"
    r"init(ial)?|start|c0|mus?0?|inicial(es)?|anfang"
)


class OutOfReach(CannotCheck):
    """Nothing that came back or is kept holds the centres; ``fewer``: how many are there instead of k."""

    def __init__(self, words, pool, k, d):
        super().__init__(words)
        self.fewer = next((m for m in range(2, k) if _pick(pool, 0, m, d)[0] is not None), 0)


@dataclasses.dataclass
class Clustering:
    """A result: centers (k, d), labels (n,), the reported cost, and the object that holds them."""

    centers: np.ndarray
    labels: np.ndarray | None
    cost: float | None
    object: object = None
    raw_centers: object = None
    cost_name: str | None = None


def step_of(name):
    """The step of k-means that a name speaks of, or None."""
    plain = vocabulary.plain(name)
    return next((step for step, pattern in STEPS.items() if re.fullmatch(pattern, plain)), None)


class Clusters:
    """``fit(X, k)`` gives a Clustering, whatever the interface."""

    def __init__(self, value, name, caller, roles=None):
        self.caller, self.name, self.roles, self.labels_will_do = caller, name, roles or {}, False
        self.functions = value if isinstance(value, dict) else None
        self.estimator = None if self.functions else estimator.Estimator(value, name, caller, self.roles)
        self.step, self.whole = {}, []
        for key, function in (self.functions or {}).items():
            step = "run" if step_of(key) in ("move", "assign") and binding.takes(function, "epochs") else step_of(key)
            self.whole += [key] if step == "run" else []
            self.step.setdefault(step, key)
        self.forms = cluster_forms.forms_for(self.functions.values() if self.functions else [value])
        self.forms = self.forms if self.functions else self.forms[:-1]  # of functions some have samples in columns

    def fit(self, X, k, init=None, raw=False, exact=None, **settings):
        """Run to the end, in the first form of rows that the code takes; centres that are kept nowhere are those last seen inside."""
        kept, maker, failure = self.caller, self.estimator, None
        for form in self.forms:
            if failure is not None and (isinstance(kept, Watching) or (not isinstance(failure, CallFailed) and form != "columns")):  # fmt: skip
                continue  # what is watched is judged in the form that is known to be meant; what gives something else, in columns
            try:
                self.caller = cluster_forms.Laid(kept, form)
                if maker:
                    maker.caller = self.caller
                try:
                    found = self._fit(X, k, init, raw, exact, settings)
                except OutOfReach as lost:
                    if lost.fewer:
                        raise
                    found = self._seen(X, k, init, raw, exact, settings)
                self.forms = (form,)
                return found
            except CannotCheck as problem:
                if not isinstance(problem, CallFailed) and "columns" not in self.forms:
                    raise
                failure = problem if getattr(problem, "fewer", 0) else failure or problem
            finally:
                self.caller = kept
                if maker:
                    maker.caller = kept
        raise failure

    def ask(self, function, *args, raw=False, **kwargs):
        """One call of a step, in the form of rows that the whole takes."""
        caller = cluster_forms.Laid(self.caller, self.forms[0])
        return (caller.raw if raw else caller)(function, *args, **kwargs)

    def _fit(self, X, k, init, raw, exact, settings):
        if self.functions:
            return self._by_functions(X, k, init, raw, settings)
        return self._by_class(X, k, init, raw, exact, settings)

    def _seen(self, X, k, init, raw, exact, settings):
        """The labels that came back, with the centres that were last seen in a watched run."""
        kept, maker = self.caller, self.estimator
        self.caller = cluster_forms.Laid(Watching(kept.caller, deep=True), kept.form)
        try:
            if maker:
                maker.caller = self.caller
            self.labels_will_do = True
            found = self._fit(X, k, init, raw, exact, settings)
            calls = [entry for record in self.caller.records for entry in record.calls]
        finally:
            self.caller, self.labels_will_do = kept, False
            if maker:
                maker.caller = kept
        inside = [
            deed for deed in seen_clusters.deeds_of(calls, X, k) if deed.centers is not None and deed.centers.ndim == 2
        ]
        if not inside:
            raise CannotCheck(f"no array of {k} centres is within reach of {self.name}")
        moves = [deed for deed in inside if deed.kind == "move"]
        found.centers = found.raw_centers = (moves or inside)[-1].centers
        return found

    def takes(self, *meanings):
        """Whether some parameter of constructor or fit has one of the meanings."""
        if self.functions:
            return any(binding.takes(self.functions[name], *meanings) for name in self._in_order(self.whole)[:1])
        return any(word in self.estimator.settings() for word in meanings)

    def _in_order(self, names):
        return sorted(names, key=lambda key: ("mean" not in key.lower(), len(key)))  # the likeliest first

    def init_parameter(self, function):
        """The parameter of ``function`` that takes starting centres, or None."""
        names = [entry.name for entry in binding.parameters(function)]
        return next((name for name in names if name == "C" or re.fullmatch(START, vocabulary.plain(name))), None)

    def start_is_given(self):
        """Whether a class is always handed its starting centres."""
        if self.functions:
            return False
        name = self.estimator.find(estimator.FIT, "fit") or self.estimator.find(estimator.FIT_PREDICT, "fit_predict")
        method = getattr(self.estimator.factory, name) if name else None
        start = self.init_parameter(method) if method else None
        return bool(start) and self._required(method, start)

    # classes ---------------------------------------------------------------------------------------------------

    def _by_class(self, X, k, init, raw, exact, settings):
        maker, exact = self.estimator, dict(exact or {})
        name = maker.find(estimator.FIT, "fit") or maker.find(estimator.FIT_PREDICT, "fit_predict")
        if name is None and not binding.takes(maker.factory, "X"):
            raise CannotCheck(f"{self.name} has no method that clusters (fit, fit_predict, ...)")
        known = estimator.settle(settings) | {"X": X, "k": k}
        made = maker.build(exact, k=k, **settings, **({"X": X} if self._data_first() else {}))
        value = None
        if name is not None:
            method = getattr(made, name)
            start = self.init_parameter(method)
            wanted = start and (init is not None or self._required(method, start))
            given = {start: init if init is not None else X[:k].astype(float)} if wanted else {}
            bound = binding.bind(method, known, given, ("X", "k"), set(settings) | {"X", "k"})
            args, kwargs = binding.positional(method, bound)
            value = (self.caller.raw if raw else self.caller)(method, *args, **estimator.drawn_by(settings), **kwargs)
            if estimator.ONE_ROUND.fullmatch(name):
                value = estimator.rounds_on(self.caller, method, args, kwargs, value, settings.get("epochs", 100))
        return self._read(made, value, X, k)

    def _data_first(self):
        built = isinstance(self.estimator.factory, type) or not hasattr(self.estimator.factory, "__dict__")
        return built and binding.takes(self.estimator.factory, "X")

    @staticmethod
    def _required(method, name):
        return any(entry.name == name and entry.default is entry.empty for entry in binding.parameters(method))

    def _read(self, made, value, X, k):
        """Centres, labels and cost from attributes and the returned value."""
        returned = enumerate(value if isinstance(value, tuple) else (value,))
        pool = dict(_public(made)) | {f"returned {i}": item for i, item in returned}
        found = Clustering(*_pick(pool, len(X), k, X.shape[1], X), object=made)
        if found.labels is None:
            name = self.estimator.find(("predict", "assign", "classify", "get_labels", "assign_clusters"), "predict")
            if name:
                got = binding.call_by_meaning(self.caller, getattr(made, name), {"X": X}, order=("X",), override={"X"})
                found.labels = _as_labels(got, len(X))
                again = _pick(_public(made), len(X), k, X.shape[1])[0]  # it may cluster when it is asked
                found.centers = again if found.centers is None else found.centers
        if found.centers is None and not self.labels_will_do:
            raise OutOfReach(f"no array of {k} centres is within reach of {self.name}", pool, k, X.shape[1])
        found.raw_centers = found.centers
        return found

    # functions -------------------------------------------------------------------------------------------------

    def _by_functions(self, X, k, init, raw, settings):
        names, failure = self.whole or self._perhaps_whole(), None
        for name in self._in_order(names):
            function = self.functions[name]
            start = self.init_parameter(function)
            needed = start and (init is not None or self._required(function, start))
            given = {start: X[:k].astype(float).copy() if init is None else init} if needed else {}
            known = estimator.settle(settings) | {"X": X, "k": k}
            try:
                bound = binding.bind(function, known, given, ("X", "k"), set(settings) | {"X", "k"})
                args, kwargs = binding.positional(function, bound)
                value = (self.caller.raw if raw else self.caller)(
                    function, *args, **estimator.drawn_by(settings), **kwargs
                )
                found = Clustering(*_pick(_pool(value), len(X), k, X.shape[1], X))
                if not self.whole and (found.labels is None or (given and found.centers is None)):
                    continue  # it may have drawn the first centres, or assigned rows to those it was given
                if found.centers is not None or (found.labels is not None and self.labels_will_do):
                    return found
                lost = OutOfReach(f"{name} returns labels and no centres", _pool(value), k, X.shape[1])
                if found.labels is not None or lost.fewer:
                    failure = failure or lost
            except CallFailed as problem:
                failure = failure or problem
        if isinstance(failure, OutOfReach):
            raise failure
        if {"assign", "move"} <= set(self.step):
            return self._by_steps(X, k, init)
        raise failure or CannotCheck("no function runs k-means as a whole")

    def _perhaps_whole(self):
        """Functions of an unknown name that take rows and k, or rows and centres."""
        return [
            key
            for key, function in self.functions.items()
            if step_of(key) is None
            and binding.takes(function, "X")
            and (binding.takes(function, "k") or self.init_parameter(function))
        ]

    def _by_steps(self, X, k, init):
        """Our own loop over the user's steps."""
        centers = np.array(X[:k] if init is None else init, dtype=float)
        for _ in range(100):
            labels = self.assign(X, centers)
            moved = self.move(X, labels, k, centers)
            if moved.shape != centers.shape or np.allclose(moved, centers):
                break
            centers = moved
        return Clustering(centers, self.assign(X, centers), None)

    def assign(self, X, centers):
        """The user's assignment step: labels (n,)."""
        return _as_labels(self._step(self.functions[self.step["assign"]], X, centers=centers), len(X))

    def move(self, X, labels, k, centers=None):
        """The user's move step: centers (k, d)."""
        ask = functools.partial(self._step, self.functions[self.step["move"]], X, k=k, centers=centers)
        still = np.zeros(0) if centers is None else centers  # no cluster was seen to have rows
        moved = in_turn(ask, X, labels, k, lambda value: np.ndim(value) == 2 and not np.array_equal(value, still))
        got = np.asarray(moved)
        if got.shape == np.shape(labels) and got.dtype.kind in "iu":
            raise CannotCheck(f"{self.step['move']} gives labels, whatever its name says")
        return got.astype(float)

    def cost(self, X, labels, centers):
        """The user's cost; one that takes distances gets them squared or plain, whichever it means."""
        function = self.functions[self.step["cost"]]
        squared = ((np.asarray(X, dtype=float) - centers[labels]) ** 2).sum(axis=1)
        found = []
        taken = any(re.fullmatch(DISTANCES, vocabulary.plain(one.name)) for one in binding.parameters(function))
        for distances in (squared, np.sqrt(squared)) if taken else (squared,):
            given = {"k": len(centers), "centers": centers, "distances": distances}
            ask = functools.partial(self._step, function, X, **given)
            value = in_turn(ask, X, labels, len(centers))
            found.append(float(np.asarray(value if not isinstance(value, tuple) else value[0]).squeeze()))
        return min(found, key=lambda cost: abs(cost - squared.sum()))

    def init(self, X, k, seed=0):
        """The user's initial centres."""
        function = self.functions[self.step["init"]]
        known = estimator.settle({"seed": seed}) | {"X": X, "k": k}
        bound = binding.bind(function, known, {}, ("X", "k"), {"X", "k", "seed"})
        return np.asarray(self.ask(function, **bound, seed_=seed, raw=True))

    def _step(self, function, X, labels=None, centers=None, k=None, distances=None):
        exact = {}
        for entry in binding.parameters(function):
            plain = vocabulary.plain(entry.name)
            ways = ((re.fullmatch(DISTANCES, plain), distances), (part_of(plain) == "centers", centers))
            for fits, item in (*ways, (part_of(plain) and re.fullmatch(LABELS, plain), labels)):
                if fits and item is not None:
                    exact.setdefault(entry.name, item.copy())
        known = {"X": X, "k": k if k is not None else len(centers), "n_samples": len(X)}
        bound = binding.bind(function, known, exact, ("X", "k"), {"X", "k"})
        args, kwargs = binding.positional(function, bound)
        return self.ask(function, *args, **kwargs)
