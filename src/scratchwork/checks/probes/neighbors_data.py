"""k nearest neighbours: odd labels, odd numbers, and what the options do."""

import functools
import itertools
import re

import numpy as np

from scratchwork.checks.files import options
from scratchwork.checks.findings import CallFailed, CannotCheck, find
from scratchwork.checks.probes.interface import of_bytes
from scratchwork.checks.probes.neighbors import KINDS, _guilty, _numbers, _regression, plain_data, viewed
from scratchwork.checks.recognising import binding
from scratchwork.checks.registry import probe
from scratchwork.checks.views import estimator
from scratchwork.checks.views.neighbor_scaling import as_it_measures
from scratchwork.checks.views.neighbors import CHOICES, DISTANCES, VOTES, WRONG_VOTES, brute

HOLES = re.compile(r"(?i)\bis_?na|nan_|\bnan\b|dropna|null|missing|impute|def _*(check|valid)")


@probe("SW-K3", "SW-P6", roles=KINDS)
def labels_of_any_kind_are_voted_on(target, call):
    """Text, negative and far-apart labels come back as they went in."""
    view = viewed(target, call)
    X, y, Q = plain_data()
    numbers = view.predict(X, y, Q, 5)
    if _regression(target, {5: np.asarray(numbers, dtype=float)}):
        raise CannotCheck("it averages values and has no labels")
    for words, classes in (("-3 and 7", np.array([-3, 7])), ("'no' and 'yes'", np.array(["no", "yes"]))):
        try:
            got = view.predict(X, classes[y], Q, 5)
        except CallFailed as failure:
            code = _label_code(target)
            yield find(code, f"With the labels {words} it fails: {failure}.", function=_guilty(target, "SW-K5"))
            return
        right = classes[np.asarray(numbers, dtype=int)]
        if not (np.asarray(got).astype(right.dtype) == right).all():
            wrong = np.asarray(got)[np.asarray(got).astype(right.dtype) != right][0]
            observed = f"With the labels {words} it predicts {wrong!r} and the like: {int((np.asarray(got).astype(right.dtype) != right).sum())} of {len(Q)} labels are others than with 0 and 1."
            fixed = set(np.unique(got).tolist()) <= {0, 1}  # an answer of yes or no, whatever the labels are called
            severity = "error" if "yes" not in words and not fixed else "warning"
            yield find(_label_code(target), observed, function=_guilty(target, "SW-K5"), severity=severity)
            return


def _label_code(target):
    """K3 where the vote counts with bincount, P6 else."""
    import ast

    nodes = target.namespace.get("nodes", {})
    return "SW-K3" if any("bincount" in ast.unparse(node) for node in nodes.values()) else "SW-P6"


@probe("SW-N8", roles=KINDS)
def small_integers_do_not_wrap(target, call):
    """Pixels as uint8 give the labels that the same numbers give as floats."""
    view = viewed(target, call)
    rng = np.random.default_rng(12)
    X = rng.integers(0, 256, size=(47, 5))
    y, Q = (X[:, 0] > 120).astype(int), rng.integers(0, 256, size=(29, 5))
    wanted = view.predict(X.astype(float), y, Q.astype(float), 3)
    got = view.predict(X.astype(np.uint8), y, Q.astype(np.uint8), 3)
    off = int((np.asarray(got) != np.asarray(wanted)).sum())
    if off:
        asked = re.search(r"\bu?int(8|16|32|64)\b|astype\(int|dtype\s*=\s*int", _text(target))
        observed = f"As uint8, {off} of {len(Q)} labels differ from those of the same numbers as floats."
        yield find(
            "SW-N8",
            observed,
            function=_guilty(target, "SW-K2"),
            severity=of_bytes(target),
            weight=60 if asked else 12,
        )


def _text(target):
    """Source of the distance functions: whether they speak of integer types."""
    import ast

    name = _guilty(target, "SW-K2")
    node = target.namespace.get("nodes", {}).get(name) or target.namespace.get("nodes", {}).get(f"{target.name}.{name}")
    return ast.unparse(node) if node is not None else ""


OPTIONS = {
    "weights": ("distance", "distances", "inverse", "weighted", True),
    "metric": ("manhattan", "l1", "cityblock", "chebyshev", "cosine"),
    "distance": ("manhattan", "l1", "cityblock"),
    "distance_metric": ("manhattan", "l1", "cityblock"),
    "p": (1, 3),
    "weighted": (True,),
    "vote": ("weighted", "distance"),
}
MEANT = (
    ("manhattan", r"manh|l1$|city|taxi|block"), ("euclidean", r"eu[ck]|l2$"), ("chebyshev", r"[ct]*cheb|l_?inf|max"), ("cosine", r"[ck]os"),
    ("weighted", r"dist|inv|weig|pond|gewicht|peso"), ("majority", r"uni|maj|plain|none|equal"),
)  # fmt: skip


def meant(value):
    """The distance or vote that an option's value stands for, in whatever spelling; None where it tells nothing.

    >>> meant("Manhattan"), meant("gewichtet"), meant(3), meant("red")
    ('manhattan', 'weighted', 'minkowski (p = 3)', None)
    """
    if value is True:
        return "weighted"
    if not isinstance(value, str):
        return {1: "manhattan", 2: "euclidean", 3: "minkowski (p = 3)"}.get(value)
    return next((word for word, pattern in MEANT if re.match(pattern, value.lower())), None)


def _chosen(target, view):
    """(parameter, whether the constructor takes it, default, values, whether the code names them) of each option."""
    words = options.words_of(target.value.factory)
    asking = view.estimator.find(estimator.PREDICT, "predict")
    method = getattr(target.value.factory, asking) if asking else None
    for built, function in ((True, target.value.factory), (False, method)):
        for entry in binding.parameters(function) if function is not None else ():
            spelt = [word for word in words.get(entry.name.strip("_"), ()) if meant(word)]
            usual = OPTIONS.get(entry.name, ()) or _exponents(entry)
            named = bool(spelt) and len(words.get(entry.name.strip("_"), ())) > 1
            if usual or named:
                plain = (
                    entry.default if entry.default is not entry.empty else options.preferred(spelt) if spelt else None
                )
                values = spelt if named else [*spelt, *usual]
                yield entry.name, built, plain, [(value, value in spelt or not spelt) for value in values], named


@probe("SW-T2", "SW-K5", "SW-K2", roles=("knn",))
def options_do_what_they_say(target, call):
    """weights="distance" weighs the votes, metric="manhattan" measures differently, whatever language they are in."""
    view = viewed(target, call)
    X, y, Q = plain_data()
    if {"SW-K1", "SW-K2", "SW-K5", "SW-K90"} & target.namespace.get("found", set()):
        raise CannotCheck("the plain vote is already wrong")
    chosen = list(_chosen(target, view))
    if any("metric" in entry[0] or "dist" in entry[0] for entry in chosen):
        chosen = [entry for entry in chosen if entry[0] != "p"]  # it belongs to one of the distances
    if not chosen:
        raise CannotCheck("it has no option for weights or metric")
    usual = np.asarray(view.predict(X, y, Q, 7))
    if _regression(target, {7: _numbers(usual)}):
        raise CannotCheck("it averages values")
    for name, built, default, values, named in chosen:
        seen = set()
        for value, known in values:
            other = meant(value)
            if other is None or other == meant(default) or other in seen:
                continue
            got = _with_option(view, name, value, built, X, y, Q)
            if got is not None:
                seen.add(other)
                alike = other == "weighted" and (got == usual).all()
                if alike and _weighs_nothing(view, functools.partial(_with_option, view, name, value, built)):
                    said = f"With {name}={value!r} rows far away outvote the one that all but touches."
                    yield find("SW-T2", said, function=_guilty(target, "SW-K5"))
                    return
                yield from _option(target, name, value, got, usual, (X, y, Q), known)
                if not named:
                    break  # the code itself names no other


def _weighs_nothing(view, ask):
    """Whether rows that all but touch another one get what the plain majority says, though the next ones are far away."""
    X, y, _ = plain_data()
    X, Q = 100 * X, 100 * X[:53] + 1e-3
    plain = np.asarray(view.predict(X, y, Q, 7))
    got = ask(X, y, Q)
    return got is not None and (got == plain).all() and (plain != y[:53]).sum() >= 3


def _exponents(entry):
    """The exponents to try for a parameter that holds that of the Euclidean distance, whatever it is called."""
    told = re.search("metric|norm|minkow|power|expon|order|dist", entry.name.lower())
    return (1, 3) if told and type(entry.default) in (int, float) and entry.default == 2 else ()


def _with_option(view, name, value, built, X, y, Q):
    """The labels with an option of the constructor or of the method that predicts; None where it does not run."""
    try:
        view.asked_with = {} if built or not name else {name: value}
        return np.asarray(view.predict(X, y, Q, 7, **({"exact": {name: value}} if built else {})))
    except CannotCheck:
        return None
    finally:
        view.asked_with = {}


def _option(target, name, value, got, usual, asked_of, known):
    """The finding for the labels with one value of an option; one that the code does not know may give any distance."""
    (X, y, Q), near, other = asked_of, CHOICES["nearest"], meant(value)
    votes, measures = {words: f for words, f in VOTES.items() if words != "majority"}, [None]
    if other == "majority":
        votes, measures = {"majority": VOTES["majority"]}, DISTANCES.values()
    elif other != "weighted":
        measures = [DISTANCES[other]] if known else DISTANCES.values()
        votes = {"majority": VOTES["majority"]}
    wanted = {
        (words, number): brute(rows, y, asked, 7, measure or distance, near, vote)
        for number, ((rows, asked, distance), measure) in enumerate(
            itertools.product(as_it_measures(X, y, Q, 7, usual), measures)
        )
        for words, vote in votes.items()
    }
    near_ties = int(other == "weighted" and not (got == usual).all())  # sums of weights that differ by rounding
    if any((labels != got).sum() <= near_ties for labels in wanted.values()):
        return
    code = "SW-K5" if other in ("weighted", "majority") else "SW-K2"
    if (got == usual).all():
        observed = f"{name}={value!r} gives the same {len(Q)} labels as the default; brute force changes {int((next(iter(wanted.values())) != usual).sum())}."
        code = "SW-T2" if name != "weights" else code
        yield find(code, observed, function=_guilty(target, "SW-K2" if code == "SW-T2" else "SW-K5"))
        return
    off = min(int((labels != got).sum()) for labels in wanted.values())
    observed = f"With {name}={value!r}, {off} of {len(Q)} labels are not those of brute force with k = 7"
    yield _named(target, observed, got, usual, asked_of, other, code)


def _named(target, observed, got, usual, asked_of, other, code):
    """The finding for other labels, with the usual mistake that gives them in words."""
    X, y, Q = asked_of
    if other in DISTANCES:
        place = next((one for one in target.namespace.get("nodes", {}) if other in one.lower()), _guilty(target, code))
        far = brute(X, y, Q, 7, DISTANCES[other], CHOICES["farthest"], VOTES["majority"])
        if (far != got).mean() < 0.05:
            return find("SW-K1", f"{observed}, but those of the farthest rows.", function=place.split(".")[-1])
    words = _wrong_vote(got, usual, X, y, Q)
    said = f"{observed}: all get the label of {words}." if words else f"{observed}."
    severity = "error" if words or other != "weighted" else "warning"  # there are more ways to weigh than we know
    return find(code, said, function=_guilty(target, code), severity=severity)


def _wrong_vote(got, usual, X, y, Q):
    """In words, the usual mistake in a vote that gives all these labels; None where none does."""
    rows, asked, distance = as_it_measures(X, y, Q, 7, usual)[0]
    near = CHOICES["nearest"]
    tried = ((words, brute(rows, y, asked, 7, distance, near, vote)) for words, vote in WRONG_VOTES.items())
    return next((words for words, labels in tried if (labels == got).all()), None)


@probe("SW-N10", roles=("knn",))
def rows_asked_themselves_give_no_nan(target, call):
    """The training rows as queries have the distance 0: no root of a negative number, no vote of NaN."""
    view = viewed(target, call)
    X, y, _ = plain_data()
    chosen = [
        (name, value, built)
        for name, built, _, values, _ in _chosen(target, view)
        for value, _ in values
        if meant(value)
    ]
    for name, value, built in [(None, None, False), *chosen]:
        if _with_option(view, name, value, built, X, y, X) is None:
            continue
        if call.said("invalid value encountered in sqrt"):
            shown = f" with {name}={value!r}" if name else ""
            observed = f"Asked about its own training rows{shown} it takes the root of negative numbers: rounding leaves distances below 0."
            yield find("SW-N10", observed, function=_guilty(target, "SW-K2"), severity="warning", weight=40)
            return


@probe("SW-D10", roles=KINDS)
def missing_values_are_refused(target, call):
    """A NaN among the training rows is refused or handled, not voted on as if it were far away."""
    view = viewed(target, call)
    X, y, Q = plain_data()
    broken = X.copy()
    broken[:, 1] = np.nan
    try:
        got = view.predict(broken, y, Q, 3)
    except CallFailed:
        return
    observed = (
        f"With a column of NaN it raises nothing and predicts {sorted(map(str, set(np.asarray(got).tolist())))[:3]}."
    )
    yield find(
        "SW-D10",
        observed,
        severity="warning" if target.source is None or HOLES.search(target.source.text) else "remark",
        weight=15,
        function="fit" if not isinstance(target.value, dict) else None,
    )
