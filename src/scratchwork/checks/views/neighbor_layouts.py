"""How bare functions of nearest neighbours want their rows, labels and query: every usual layout is tried on a small problem.

A way counts where labels come back; of several the one that agrees best with brute force is kept, so that code is read in
its own favour. Two functions, one that finds the rows and one that lets them vote, are put together.
"""

import collections
import dataclasses
import functools
import itertools
import re

import numpy as np

from scratchwork.checks.files import options
from scratchwork.checks.findings import CannotCheck
from scratchwork.checks.recognising import binding, vocabulary
from scratchwork.checks.views.neighbor_forms import LAYOUTS, answer, laid, shaped

HINTS = {
    "rows": r"^x|train|app|data|feat|exam|points|ent|muest|amost|sample|group",
    "table": r"train|data|set|points|rows|label|neigh|df|frame|exam|^x|group|muest|amost",
    "labels": r"^y|lab|targ|class|etiq|clas|kat|rot",
    "query": r"test|query|^q|new|point|predict|inst|unk|val|in_?x|^x$|target|row|sample|pru|tes|novo|nuev|neu|obs|input|vector",
    "truth": r"(test|val|te)_?(y|lab|targ)|y_?(test|val|te)|actual|true",
}
OTHERS = r"plot|load|split|read|main|draw|show|accuracy|score|evaluat|valid|normal|scale|create|generate|visual"
DISTANCE = r"(\w*_)?(dist(ance)?s?|metric|measure|norm)(_?(f|fn|func|function|metric|measure|type))?"
VOTE = r"(choice|vote|aggregat\w*|mode|combine|voting)(_?(f|fn|func|function))?"
WIDTH = r"(\w*_)?(length|width|dims?|n_?feat\w*|num_feat\w*|n_?cols?|d)"
TRIED = 7


@dataclasses.dataclass
class Way:
    """One way to ask: which function, what each of its parameters is given, how rows and query are laid out."""

    function: object
    places: dict  # parameter -> "rows", "labels", "table", "query", "k", or ("as is", value)
    layout: str
    form: str
    second: object = None  # the function that lets the rows vote which the first one found
    passed: tuple = ()  # the parameters of the second function: "near", "labels", "k"

    @property
    def has_k(self):
        """Whether the number of neighbours can be set."""
        return "k" in self.places.values() or "k" in self.passed

    def exact(self, given, allowed):
        """The arguments of the function by name."""
        return {
            name: word[1](allowed) if isinstance(word, tuple) else given[word] for name, word in self.places.items()
        }

    def ask(self, call, X, y, Q, k):
        """Labels (n,) for the queries."""
        allowed = np.unique(y).tolist()
        rows, labels = laid(self.layout, X, y)
        if self.form.startswith("many") or self.form == "frame":
            return self._labels(call, rows, labels, shaped(self.form, Q), k, allowed, len(Q))
        return np.array([
            self._labels(call, rows, labels, shaped(self.form, q), k, allowed, 1)[0] for q in Q
        ])  # fmt: skip

    def _labels(self, call, rows, labels, query, k, allowed, count):
        given = {"rows": rows, "table": rows, "labels": labels, "query": query, "k": k}
        given["truth"] = np.full(count, allowed[0]) if count > 1 else allowed[0]
        value = call(self.function, **self.exact(given, allowed))
        if self.second is not None:
            given["near"] = value
            value = call(self.second, *[given[word] for word in self.passed])
        values = bool(re.search("regress", self.function.__name__.lower()))
        return answer(value, allowed, count, values)


def found(functions, call, pandas=True):
    """The Way of some functions that agrees best with brute force; None where no way gives labels."""
    best, heard = None, []
    for way in ways(functions, call, pandas):
        good = _agreement(way, call, problem(), heard)
        if good is not None and (best is None or (way.has_k, good) > best[0]):
            best = (way.has_k, good), way
            if good == 1.0:
                break
    if best is None:
        best = next((((True, 0.0), way) for way in _together(functions, call, problem(), pandas, heard)), None)
    domain = next((words for words in heard if "math domain" in words), None)
    if best is None and domain:
        raise CannotCheck(domain)
    return best[1] if best else None


def beside(functions, call, way, pandas=True):
    """The best Way of each other function that answers by itself: several votes may stand in one file."""
    best = {way.function: (1.0, way)}
    for other in ways(functions, call, pandas):
        kept = best.get(other.function, (-1.0, None))
        if other.layout == way.layout and other.has_k and kept[0] < 1.0:
            good = _agreement(other, call, problem())
            if good is not None and good > kept[0]:
                best[other.function] = good, other
    return [other for _, other in list(best.values())[1:]]


def problem():
    """(rows, labels 3 and 7, queries), small enough to try every layout on it."""
    rng = np.random.default_rng(2)
    X, Q = rng.normal(size=(13, 3)) + 1.0, rng.normal(size=(TRIED, 3)) + 1.0
    return X, np.array([3, 7])[rng.permutation(np.arange(13) % 2)], Q


def _agreement(way, call, problem, heard=None):
    """The share of labels that brute force gives too; None where it does not run, with the reason put into ``heard``."""
    X, y, Q = problem
    right = 0
    for k in (1, 3):
        try:
            way.ask(call, X, y, Q[:1], k)
            got = way.ask(call, X, y, Q, k)
        except CannotCheck as failure:
            if heard is not None:
                heard.append(str(failure))
            return None
        near = np.argsort(((X[None] - Q[:, None]) ** 2).sum(axis=2), axis=1)[:, :k]
        right += int((got == np.where((y[near] == 3).sum(axis=1) > k / 2, 3, 7)).sum())
    return right / (2 * len(Q))


def ways(functions, call, pandas=True):
    """Every Way that the functions' parameters allow, the likeliest first."""
    names = [name for name in functions if not re.search(OTHERS, name.lower())]
    names.sort(
        key=lambda name: (
            not re.search("predict|classif", name.lower()),
            not re.search("knn|near|neigh|vote", name.lower()),
        )
    )
    for name in names:
        for places in placed(functions[name], functions):
            size = 2 if "table" in places.values() else 3
            for layout, forms in LAYOUTS[size].items():
                if pandas or not re.search("frame|series", layout):
                    yield from (Way(functions[name], places, layout, form) for form in forms)


def placed(function, functions):
    """{parameter: what it is given} for each order in which the data may be wanted."""
    fixed, extras = {}, {}
    meant, words = binding.meanings_of(function), options.words_of(function)
    required = [entry.name for entry in binding.parameters(function) if entry.default is entry.empty]
    for name in meant:
        if meant[name] == "k":
            fixed[name] = "k"
        elif name in required and name in words:
            fixed[name] = ("as is", functools.partial(_first, options.preferred(words[name])))
        elif name in required:
            extras[name] = _extras(vocabulary.plain(name), functions) or [None]
    for chosen in itertools.islice(itertools.product(*extras.values()), 6):
        given = {name: ("as is", item) for name, item in zip(extras, chosen) if item is not None}
        yield from _orders(fixed | given, [name for name, item in zip(extras, chosen) if item is None])


def _orders(fixed, names):
    """The orders in which data may go to the parameters that are left, the likeliest first."""
    orders = {2: ("table", "query"), 3: ("rows", "labels", "query"), 4: ("rows", "labels", "query", "truth")}
    wanted = itertools.permutations(orders.get(len(names), ()))
    for order in sorted(wanted, key=lambda order: -likely(names, order))[:6]:
        if order:
            yield fixed | dict(zip(names, order))


def _first(value, _):
    return value


def _extras(plain, functions):
    """What to pass for a parameter that is neither data nor k, as functions of the labels; None stands for data."""
    if plain == "p":
        return [lambda _: 2, None]
    if re.fullmatch(WIDTH, plain):
        return [lambda _: 3]
    if re.fullmatch(r"n_?class(es)?|num_?class(es)?", plain):
        return [len]
    if plain.startswith(("class", "categ")):
        return [lambda allowed: {label: label for label in allowed}, list]
    if re.fullmatch(r"verbose|debug|print\w*", plain):
        return [lambda _: False]
    if re.fullmatch(VOTE, plain):
        votes = [item for name, item in functions.items() if re.search("mode|vote|major|common", name.lower())]
        return [lambda _: votes[0] if votes else lambda labels: collections.Counter(labels).most_common(1)[0][0]]
    if re.fullmatch(DISTANCE, plain):
        own = [item for name, item in functions.items() if re.search("dist|euclid|minkow|manhat", name.lower())]
        return [lambda _: own[0] if own else lambda a, b: float(np.linalg.norm(np.asarray(a) - np.asarray(b)))]
    return []


def likely(names, order):
    """How well the names of parameters suit what they would be given."""
    return sum(bool(re.search(HINTS[role], name.lower())) for name, role in zip(names, order))


def _together(functions, call, problem, pandas, heard):
    """Ways of two functions: the k rows, or the distances, that the first finds, and the label on which the second decides."""
    X, y, Q = problem
    seconds = list(_voters(functions))
    for way in (*_measuring(functions), *ways(functions, call, pandas)):
        if not _measures(way) and (not way.has_k or way.form.startswith("many")):
            continue
        rows, labels = laid(way.layout, X, y)
        asked = Q if way.form.startswith("many") else Q[0]
        given = {"rows": rows, "table": rows, "labels": labels, "query": shaped(way.form, asked), "k": 3}
        try:
            near = call(way.function, **way.exact(given, [3, 7]))
        except CannotCheck as failure:
            heard.append(str(failure))
            continue
        except KeyError:
            continue
        if not hasattr(near, "__len__"):
            continue
        for second, passed in seconds:
            made = dataclasses.replace(way, second=second, passed=passed)
            if second is not way.function and made.has_k and _agreement(made, call, problem) is not None:
                yield made


def _measures(way):
    return set(way.places.values()) == {"rows", "query"}


def _measuring(functions):
    """The ways to ask functions that give the distances of all queries, or of one, to all rows."""
    for name, function in functions.items():
        needed = [entry.name for entry in binding.parameters(function) if entry.default is entry.empty]
        if re.search("dist|euclid", name.lower()) and len(needed) == 2:
            for places in (dict(zip(needed, ("query", "rows"))), dict(zip(needed, ("rows", "query")))):
                yield from (Way(function, places, "arrays", form) for form in ("many", "array"))


def _voters(functions):
    """(function, what it is given) of functions that may decide on a label."""
    for name, function in functions.items():
        if re.search(OTHERS.replace("|score", "") + "|dist|euclid", name.lower()):
            continue
        entries = [entry for entry in binding.parameters(function) if entry.default is entry.empty]
        words = ["k" if binding.meanings_of(function)[entry.name] == "k" else None for entry in entries]
        if len(words) == 1:
            yield function, ("near",)
        elif words.count(None) == 1:
            yield function, tuple(word or "near" for word in words)
        elif words.count(None) == 2:
            for pair in (["near", "labels"], ["labels", "near"]):
                yield function, tuple(word or pair.pop(0) for word in words)
