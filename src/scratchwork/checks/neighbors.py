"""One view of k nearest neighbours, and the brute-force votes with which it is compared."""

import collections
import itertools
import re

import numpy as np

from scratchwork.checks import binding, estimator, vocabulary
from scratchwork.checks.findings import CannotCheck

QUERY = {"x_test", "test", "test_row", "query", "x_new", "new_point", "point", "x", "sample", "test_data", "xq", "target", "test_instance",
         "test_point", "new_x", "x_query", "q", "input", "test_sample", "instance", "x_val", "unknown", "row", "query_point", "predict",
         "testing", "new_data", "inputs", "xte", "x_te", "test_x", "test_features", "test_set", "queries", "new_example", "example"}  # fmt: skip
PREDICTORS = r"predict|classif|knn|nearest|vote"


class Neighbors:
    """``predict(X, y, Q, k)`` over a class or over functions of the user."""

    def __init__(self, value, name, caller, roles=None):
        self.caller, self.name, self.roles = caller, name, roles or {}
        self.functions, self.plans = value if isinstance(value, dict) else None, {}
        self.estimator = None if self.functions else estimator.Estimator(value, name, caller, self.roles)

    def predict(self, X, y, Q, k, raw=False, **settings):
        """Labels (n_queries,) for the queries Q."""
        if self.functions:
            return self._by_functions(X, y, Q, k)
        fitted = self.fit(X, y, k, raw, **settings)
        return self.ask(fitted, Q, k)

    def fit(self, X, y, k, raw=False, **settings):
        """The fitted object. A required exponent p of the distance is 2, the Euclidean one."""
        needed = [entry.name for entry in binding.parameters(self.estimator.factory) if entry.default is entry.empty]
        if "p" in needed:
            settings["exact"] = {"p": 2} | settings.get("exact", {})
        return self.estimator.fit(X, y, raw=raw, k=k, **settings)

    def ask(self, fitted, Q, k):
        """Predictions of a fitted object; row by row where it takes one row only."""
        name = self.estimator.find(estimator.PREDICT, "predict")
        if name is None:
            raise CannotCheck(f"{self.name} has no method that predicts")
        method = getattr(fitted.object, name)

        def once(value):
            known = {"X": value, "k": k}
            return binding.call_by_meaning(self.caller, method, known, order=("X",), override={"X", "k"})

        return self._rows(once, Q)

    def _rows(self, once, Q):
        try:
            got = once(Q)
            got = np.asarray(got) if got is not None else None
            if got is not None and got.size == len(Q):
                self.shape = got.shape
                return got.reshape(len(Q))
        except CannotCheck as failure:
            if getattr(failure, "kind", "") in ("time", "exit"):
                raise
        self.shape = (len(Q),)
        return np.array([_scalar(once(row)) for row in Q])

    # functions -------------------------------------------------------------------------------------------------

    def _by_functions(self, X, y, Q, k):
        failure = None
        names = sorted(self.functions, key=lambda name: ("predict" not in name.lower(), "knn" not in name.lower()))
        for name in names:
            if not re.search(PREDICTORS, name.lower()) or re.search(
                "dist|euclid|neighbo[u]?rs$|get_neigh|find_neigh", name.lower()
            ):
                continue
            try:
                return self._rows(lambda value, function=self.functions[name]: self._call(function, X, y, value, k), Q)
            except CannotCheck as problem:
                failure = failure or problem
        for function in self.functions.values():
            plan = self._plan(function)
            if plan:
                return self._rows(lambda value, f=function, p=plan: self._planned(f, p, X, y, value, k), Q)
        raise failure or CannotCheck("no function among them predicts")

    def _plan(self, function):
        """{parameter: role} of a function that answers a small question with labels, found by trying; or None."""
        if function.__name__ not in self.plans:
            self.plans[function.__name__] = self._tried(function)
        return self.plans[function.__name__]

    def _tried(self, function):
        meant = binding.meanings_of(function)
        entries = [
            entry for entry in binding.parameters(function) if entry.default is entry.empty and meant[entry.name] != "k"
        ]
        names = [entry.name for entry in entries if not entry.name.lower().startswith(("class", "categ"))]
        if len(names) != 3:
            return None
        rng = np.random.default_rng(2)
        X, y, Q = rng.normal(size=(11, 3)), np.array([3, 7] * 5 + [3]), rng.normal(size=(4, 3))
        orders = sorted(itertools.permutations(("X", "y", "q")), key=lambda order: -_likely(names, order))
        for order, value in itertools.product(orders[:4], (Q, Q[0])):
            plan = dict(zip(names, order))
            try:
                got = np.asarray(self._planned(function, plan, X, y, value, 3))
            except CannotCheck:
                continue
            if (
                got.size == (4 if value is Q else 1)
                and got.dtype.kind in "iuf"
                and set(np.ravel(got).tolist()) <= {3, 7}
            ):
                return plan
        return None

    def _planned(self, function, plan, X, y, value, k):
        data = {"X": X, "y": y, "q": value}
        exact = {name: data[role] for name, role in plan.items()}
        meant = binding.meanings_of(function)
        exact |= {name: k for name, word in meant.items() if word == "k" and name not in exact}
        others = [
            entry.name
            for entry in binding.parameters(function)
            if entry.default is entry.empty and entry.name not in exact
        ]
        if others:  # names of the classes, by number
            exact |= {name: {label: label for label in np.unique(y).tolist()} for name in others}
        return self.caller(function, **exact)

    def _call(self, function, X, y, q, k):
        """One call: data, labels, query and k by the parameters' names; tables with labels in the last column too."""
        entries = list(binding.parameters(function))
        meant = binding.meanings_of(function)
        plain = {entry.name: vocabulary.plain(entry.name) for entry in entries}
        queries = [entry.name for entry in entries if plain[entry.name] in QUERY]
        data = [entry.name for entry in entries if entry.name not in queries and "X" in vocabulary.meanings(entry.name)]
        data += [
            entry.name for entry in entries if plain[entry.name] in ("train", "training") and entry.name not in data
        ]
        if len(queries) > 1 and not data:
            data, queries = queries[:1], queries[1:]
        labels = [entry.name for entry in entries if meant[entry.name] == "y" and entry.name not in queries + data]
        if len(data) > 1 and not queries:
            queries = data[1:]
        if not data or not queries:
            raise CannotCheck(f"{function.__name__} does not take training rows and a query")
        asked = {name: k for name in meant if meant[name] == "k"}
        if labels:
            return self._bound(function, {data[0]: X, queries[0]: q, labels[0]: y, **asked}, k)
        rows = list(zip(X.tolist(), y.tolist()))
        tables = (([[*row, label] for row, label in rows], [*np.atleast_1d(q).tolist(), None]), ([[*row, label] for row, label in rows], q),
                  (rows, q), (rows, np.asarray(q).tolist()), ([(np.array(row), label) for row, label in rows], q))  # fmt: skip
        failure = None
        for table, query in tables:
            try:
                got = self._bound(function, {data[0]: table, queries[0]: query, **asked}, k)
                if np.size(np.asarray(got)) == (len(q) if np.ndim(q) == 2 else 1):
                    return got
            except CannotCheck as problem:
                failure = failure or problem
        raise failure or CannotCheck(f"{function.__name__} takes no usual table of rows with their labels")

    def _bound(self, function, exact, k):
        args, kwargs = binding.positional(
            function, binding.bind(function, {"k": k}, exact, order=("k",), override={"k"})
        )
        return self.caller(function, *args, **kwargs)


def _likely(names, order):
    """How well the names of three parameters suit the roles X, y, q."""
    hints = {
        "X": r"^x|train|app|data|feat|exam|points|ent",
        "y": r"^y|lab|targ|class|etiq|clas",
        "q": r"test|query|^q|new|point|sample|pru|row|unk|val",
    }
    return sum(bool(re.search(hints[role], name.lower())) for name, role in zip(names, order))


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
}
WRONG_VOTES = {
    "the rarest label": lambda labels, d: (lambda v: min(v, key=v.get))(_tally(labels, np.ones(len(labels)))),
    "weighted by d": lambda labels, d: (lambda v: max(v, key=v.get))(_tally(labels, d)),
    "the last neighbour's label": lambda labels, d: labels[-1],
    "the nearest neighbour's label": lambda labels, d: labels[0],
    "the largest label": lambda labels, d: max(labels),
    "the smallest label": lambda labels, d: min(labels),
    "the last label seen first": lambda labels, d: list(dict.fromkeys(labels))[-1],
    "the largest label by smallest weight": lambda labels, d: (lambda v: min(v, key=v.get))(
        _tally(labels, 1 / (d + 1e-12))
    ),
}


def brute(X, y, Q, k, distance, choice, vote):
    """Labels by brute force with the three ingredients given as functions."""
    found = []
    for q in Q:
        d = distance(X, q)
        picked = choice(np.argsort(d, kind="stable"), k)
        found.append(vote(list(y[picked]), d[picked]) if len(picked) else y[0])
    return np.array(found)
