"""One view of k nearest neighbours, and the brute-force votes with which it is compared."""

import collections
import functools
import itertools
import re
import sys

import numpy as np

from scratchwork.checks.findings import CallFailed, CannotCheck
from scratchwork.checks.recognising import binding
from scratchwork.checks.running import data
from scratchwork.checks.views import estimator, neighbor_layouts

OTHER_ANSWERS = r"prob|one|single|point|row|sample|regress|score|loop|label$"
FORMS = {"arrays": ("many", "array"), "lists": ("many lists", "list"), "frame": ("frame", "series")}


class Neighbors:
    """``predict(X, y, Q, k)`` over a class or over functions of the user."""

    def __init__(self, value, name, caller, roles=None):
        self.caller, self.name, self.roles = caller, name, roles or {}
        self.functions, self.way = value if isinstance(value, dict) else None, None
        self.asked_with = {}  # values of parameters of the method that predicts, by name
        self.pandas = "pandas" in sys.modules
        self.forms = ("arrays", "lists", "frame") if self.pandas else ("arrays", "lists")
        self.estimator = None if self.functions else estimator.Estimator(value, name, caller, self.roles)
        self.has_k = self.estimator is None or not isinstance(value, type) or self._takes_k()

    def _takes_k(self):
        """Whether the constructor or some method of a class takes the number of neighbours under a name that is known."""
        routines = [self.estimator.factory, *self.estimator.methods().values()]
        return any("k" in binding.meanings_of(one).values() for one in routines)

    def predict(self, X, y, Q, k, raw=False, **settings):
        """Labels (n_queries,) for the queries Q."""
        if self.functions:
            return self._by_functions(X, y, Q, k)
        if self._without_labels():
            raise CannotCheck(f"{self.name} is given no labels")
        failure = None
        for form in self.forms:
            try:
                got = self.ask(self.fit(X, y, k, raw, form, **settings), Q, k, form)
                self.forms = (form,)
                return got
            except CallFailed as problem:
                failure = failure or problem
        raise failure

    def _without_labels(self):
        """Whether it learns from rows alone: outliers, and no classes."""
        name = self.estimator.find(estimator.FIT, "fit")
        asking = self.estimator.find(estimator.PREDICT, "predict")
        routines = [getattr(self.estimator.factory, key, None) for key in (name, asking) if key]
        words = [word for one in (self.estimator.factory, *routines) for word in binding.meanings_of(one).values()]
        return name is not None and len(binding.parameters(routines[0])) <= 2 and "y" not in words

    def _wanted_at_once(self):
        """{parameter: rows, labels or query} of a method that predicts from all three; {} where there is one that learns."""
        name = self.estimator.find(estimator.PREDICT, "predict")
        given_before = {"X", "y"} & set(binding.meanings_of(self.estimator.factory).values())
        if self.estimator.find(estimator.FIT, "fit") or name is None or given_before:
            return {}
        entries = binding.parameters(getattr(self.estimator.factory, name))
        names = [entry.name for entry in entries if entry.default is entry.empty and entry.name != "self"]
        orders = itertools.permutations(("rows", "labels", "query")) if len(names) == 3 else ()
        return dict(zip(names, max(orders, key=lambda order: neighbor_layouts.likely(names, order), default=())))

    def fit(self, X, y, k, raw=False, form=None, **settings):
        """The fitted object. A required exponent p of the distance is 2, the Euclidean one."""
        needed = [entry.name for entry in binding.parameters(self.estimator.factory) if entry.default is entry.empty]
        if "p" in needed:
            settings["exact"] = {"p": 2} | settings.get("exact", {})
        form = form or self.forms[0]
        X, y = (X, y) if form == "arrays" else neighbor_layouts.laid(form, np.asarray(X), y)
        self.held = (X, y) if self._wanted_at_once() else None
        if self.held:
            return estimator.Fitted(self.estimator.build(settings.pop("exact", None), k=k, **settings), self.estimator)
        return self.estimator.fit(X, y, raw=raw, k=k, **settings)

    def ask(self, fitted, Q, k, form=None):
        """Predictions of a fitted object; row by row where it takes one row only."""
        name = self.estimator.find(estimator.PREDICT, "predict")
        if name is None:
            raise CannotCheck(f"{self.name} has no method that predicts")
        method, known, places = getattr(fitted.object, name), estimator.settle({"k": k}), self._wanted_at_once()

        def once(value):
            if places:
                given = dict(zip(("rows", "labels", "query"), (*self.held, value)))
                return self.caller(method, **{key: given[word] for key, word in places.items()})
            return binding.call_by_meaning(self.caller, method, known | {"X": value}, order=("X",), override={"X", "k"})

        whole, single = FORMS[form or self.forms[0]]
        return self._rows(once, neighbor_layouts.shaped(whole, Q), [neighbor_layouts.shaped(single, q) for q in Q])

    def others(self):
        """[(name, ask(X, y, Q, k))] of what answers beside the function or method that was asked first."""
        if self.functions:
            found = neighbor_layouts.beside(self.functions, self.caller, self.way, self.pandas)
            return [(way.function.__name__, functools.partial(way.ask, self.caller)) for way in found]
        main = self.estimator.find(estimator.PREDICT, "predict")
        names = [name for name in self.estimator.methods() if re.match(r"(predict|classify)_", name) and name != main]
        names = [name for name in names if not re.search(OTHER_ANSWERS, name) and not self._of_distances(name)]
        return [(name, ask) for name in names if (ask := self._answering(name)) is not None]

    def _of_distances(self, name):
        """Whether a method is given distances in place of rows."""
        needed = [
            entry.name
            for entry in binding.parameters(getattr(self.estimator.factory, name))
            if entry.default is entry.empty
        ]
        return any(re.match("dist|dst", word.lower()) for word in needed)

    def _answering(self, name):
        """ask(X, y, Q, k) by a method that gives one of the labels for each query; None where it gives something else."""

        def ask(X, y, Q, k):
            made = self.fit(X, y, k, form="arrays").object
            known = estimator.settle({"k": k}) | {"X": Q}
            return np.ravel(
                binding.call_by_meaning(self.caller, getattr(made, name), known, order=("X",), override={"X", "k"})
            )

        X, y, Q = neighbor_layouts.problem()
        try:
            got = ask(X, y, Q, 3)
            return ask if len(got) == len(Q) and set(got.tolist()) <= {3, 7} else None
        except (CannotCheck, TypeError, ValueError):
            return None

    def _rows(self, once, whole, rows):
        try:
            got = once(whole)
            got = np.asarray(got) if got is not None else None
            if got is not None and got.size == len(rows):
                self.shape = got.shape
                return got.reshape(len(rows))
        except CannotCheck as failure:
            if getattr(failure, "kind", "") in ("time", "exit"):
                raise
        self.shape = (len(rows),)
        return np.array([_scalar(once(row)) for row in rows])

    def _by_functions(self, X, y, Q, k):
        """Labels by the way in which the functions were found to want their data."""
        if self.way is None:
            self.way = neighbor_layouts.found(self.functions, self.caller, self.pandas) or False
        if not self.way:
            raise CannotCheck("no function among them gives labels for rows, labels, a query and k in a usual layout")
        self.has_k, self.shape = self.way.has_k, (len(Q),)
        return self.way.ask(self.caller, np.asarray(X), np.asarray(y), np.asarray(Q), k)


def _scalar(value):
    """The label in whatever came back for one row."""
    if isinstance(value, (tuple, list)) and len(value) == 1:
        value = value[0]
    if isinstance(value, tuple):
        value = value[0]
    item = np.asarray(value)
    if item.size != 1:
        raise CannotCheck(f"one query gave {item.size} values")
    return item.ravel()[0]


# brute force ------------------------------------------------------------------------------------------------------

DISTANCES = {
    "euclidean": lambda X, q: np.sqrt(((X - q) ** 2).sum(axis=1)),
    "manhattan": lambda X, q: np.abs(X - q).sum(axis=1),
    "chebyshev": lambda X, q: np.abs(X - q).max(axis=1),
    "cosine": lambda X, q: 1 - X @ q / (np.linalg.norm(X, axis=1) * np.linalg.norm(q)),
    "minkowski (p = 3)": lambda X, q: (np.abs(X - q) ** 3).sum(axis=1) ** (1 / 3),
}
WRONG_DISTANCES = {
    "the sum of the differences, signs and all": lambda X, q: (X - q).sum(axis=1),
    "the sum of the differences, query minus row": lambda X, q: (q - X).sum(axis=1),
    "the absolute value of the summed differences": lambda X, q: np.abs((X - q).sum(axis=1)),
    "the first coordinate only": lambda X, q: np.abs(X - q)[:, 0],
    "the distance without the last coordinate": lambda X, q: np.sqrt(((X - q)[:, :-1] ** 2).sum(axis=1)),
    "the distance without the first coordinate": lambda X, q: np.sqrt(((X - q)[:, 1:] ** 2).sum(axis=1)),
    "the last coordinate only": lambda X, q: np.abs(X - q)[:, -1],
    "the difference of the norms": lambda X, q: np.abs((X**2).sum(axis=1) - (q**2).sum()),
    "|a + b| instead of |a - b|": lambda X, q: np.sqrt(((X + q) ** 2).sum(axis=1)),
    "the inner product": lambda X, q: X @ q,
    "|a|^2 + |b|^2 + 2ab": lambda X, q: (X**2).sum(axis=1) + (q**2).sum() + 2 * X @ q,
    "|a|^2 + |b|^2 - ab": lambda X, q: (X**2).sum(axis=1) + (q**2).sum() - X @ q,
    "|a|^2 - 2ab with the root of only a part": lambda X, q: np.sqrt((X**2).sum(axis=1)) - 2 * X @ q,
    "the sum of the cubes": lambda X, q: ((X - q) ** 3).sum(axis=1),
}
CHOICES = {
    "nearest": lambda order, k: order[:k],
    "farthest": lambda order, k: order[-k:],
    "farthest first": lambda order, k: order[::-1][:k],
    "all but the nearest": lambda order, k: order[1 : k + 1],
    "one too many": lambda order, k: order[: k + 1],
    "one too few": lambda order, k: order[: k - 1],
    "the nearest alone": lambda order, k: order[:1],
    "all rows": lambda order, k: order,
    "the first five": lambda order, k: order[:5],
    "the first three": lambda order, k: order[:3],
    "the first k as they stand, unsorted": lambda order, k: np.arange(min(k, len(order))),
    "the last k as they stand, unsorted": lambda order, k: np.arange(len(order))[-k:],
}
UNSORTED = ("the first k as they stand, unsorted", "the last k as they stand, unsorted")


def _tally(labels, weights):
    votes = collections.defaultdict(float)
    for label, weight in zip(labels, weights):
        votes[label] += weight
    return votes


def _ranks(d):
    return np.arange(len(d)) / len(d)


def majority(labels, d):
    """The most frequent label, the nearer one in a tie."""
    votes = _tally(labels, np.ones(len(labels)))
    return max(votes, key=votes.get)


VOTES = {
    "majority": majority,
    "weighted by 1/d": lambda labels, d: (lambda v: max(v, key=v.get))(_tally(labels, 1 / (d + 1e-12))),
    "weighted by 1/d^2": lambda labels, d: (lambda v: max(v, key=v.get))(_tally(labels, 1 / (d**2 + 1e-12))),
    "weighted by exp(-d)": lambda labels, d: (lambda v: max(v, key=v.get))(_tally(labels, np.exp(-d))),
    "weighted by 1/(1+d)": lambda labels, d: (lambda v: max(v, key=v.get))(_tally(labels, 1 / (1 + d))),
    "weighted by rank": lambda labels, d: (lambda v: max(v, key=v.get))(_tally(labels, 1 - _ranks(d))),
    "weighted by 1/rank": lambda labels, d: (lambda v: max(v, key=v.get))(_tally(labels, 1 / (1 + np.arange(len(d))))),
}
WRONG_VOTES = {
    "the rarest label": lambda labels, d: (lambda v: min(v, key=v.get))(_tally(labels, np.ones(len(labels)))),
    "weighted by d": lambda labels, d: (lambda v: max(v, key=v.get))(_tally(labels, d)),
    "weighted by a rank that grows with d": lambda labels, d: (lambda v: max(v, key=v.get))(_tally(labels, _ranks(d))),
    "the last neighbour's label": lambda labels, d: labels[-1],
    "the nearest neighbour's label": lambda labels, d: labels[0],
    "the largest label": lambda labels, d: max(labels),
    "the smallest label": lambda labels, d: min(labels),
    "the last label seen first": lambda labels, d: list(dict.fromkeys(labels))[-1],
    "the largest label by smallest weight": lambda labels, d: (lambda v: min(v, key=v.get))(
        _tally(labels, 1 / (d + 1e-12))
    ),
}


AVERAGES = {
    "mean": lambda values, d: np.mean(values),
    "weighted by 1/d": lambda values, d: np.average(values, weights=1 / (d + 1e-12)),
    "weighted by 1/d^2": lambda values, d: np.average(values, weights=1 / (d**2 + 1e-12)),
    "weighted by exp(-d)": lambda values, d: np.average(values, weights=np.exp(-d)),
    "weighted by 1/(1+d)": lambda values, d: np.average(values, weights=1 / (1 + d)),
    "median": lambda values, d: np.median(values),
}
WRONG_AVERAGES = {
    "a mean weighted by d": lambda values, d: np.average(values, weights=d),
    "the sum of the values": lambda values, d: np.sum(values),
    "the nearest value alone": lambda values, d: values[0],
    "the farthest of them alone": lambda values, d: values[-1],
    "the sum weighted by 1/d, divided by k": lambda values, d: np.sum(np.asarray(values) / (d + 1e-12)) / len(d),
    "the sum weighted by 1/d": lambda values, d: np.sum(np.asarray(values) / (d + 1e-12)),
}


def brute(X, y, Q, k, distance, choice, vote):
    """Labels by brute force with the three ingredients given as functions."""
    found = []
    for q in Q:
        d = distance(X, q)
        picked = choice(np.argsort(d, kind="stable"), k)
        found.append(vote(list(y[picked]), d[picked]) if len(picked) else y[0])
    return np.array(found)


def plain_data():
    """Training rows, labels of three overlapping classes, queries; distances all different."""
    X, y = data.overlapping(n=61, d=3, classes=2, seed=8)
    Q, _ = data.overlapping(n=53, d=3, classes=2, seed=9)
    return X + 2.0, y, Q + 2.0


def matches(view, k, X, y, Q, got, combos):
    """The first combination of ingredients whose votes equal ``got``."""
    for (a, distance), (b, choice), (c, vote) in combos:
        if (brute(X, y, Q, k, distance, choice, vote) == got).all():
            return a, b, c
    return None


def pairs(*tables):
    """All combinations of several tables of (name, function)."""
    return itertools.product(*[table.items() for table in tables])
