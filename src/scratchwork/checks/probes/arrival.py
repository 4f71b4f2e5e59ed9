"""Where a linear model ends: what it answers is what it learnt, the optimum is reached, and unscaled columns do no harm."""

import ast
import contextlib
import re

import numpy as np

from scratchwork.checks.findings import CannotCheck, find
from scratchwork.checks.probes.linear import _iterations, leaving
from scratchwork.checks.recognising import binding
from scratchwork.checks.registry import probe
from scratchwork.checks.running import state
from scratchwork.checks.views import estimator
from scratchwork.checks.views.linear_implied import implied, rest, slopes
from scratchwork.checks.views.linear_path import holds_back, is_one_step
from scratchwork.checks.views.model import modelled
from scratchwork.checks.watching.linear_steps import designs
from scratchwork.checks.watching.linear_trail import trail_data, trailed

KINDS = ("logistic", "linear")
LONG = 1200


@probe("SW-P10", "SW-P1", "SW-P4", roles=KINDS)
def its_answers_are_those_of_what_it_learnt(target, call):
    """Where the fit has arrived, the answers belong to the optimum too; else they use other columns, scales or weights."""
    model = modelled(target, call)
    if {"SW-P2", "SW-P3", "SW-P7"} & target.namespace.get("found", set()):
        raise CannotCheck("its answers are wrong already")
    X, y = trail_data(model)
    settings = {"epochs": LONG, "lambda": 0.0, "tol": 0.0} | ({"lr": 0.1} if model.takes("lr", "alpha") else {})
    settings = {word: item if model.takes(word) else ... for word, item in settings.items()}
    made = model.fit(X, y, **settings)
    try:
        said = implied(model, made)
    except CannotCheck:
        yield from _labels_of_weights(target, model, made, X, y)
        return
    left, where = rest(model.kind, X, y, said.w, said.b), _answering(target, said.asked)
    if left < 0.05 or not np.isfinite(left):
        yield from _off_by_a_constant(model, X, y, settings, where) if model.kind == "linear" else ()
        return
    for words, w, b in _readings(made, X.shape[1]):
        if rest(model.kind, X, y, w, b) < 0.02:
            observed = f"With {words} the gradient of the loss vanishes; {said.asked} answers with the intercept {said.b:.4g} and a first weight of {said.w[0]:.4g}, where {100 * left:.0f} % of it is left."
            yield find("SW-P10", observed, function=where)
            return
    trained = _rest_inside(target, call, model, made)
    if trained is not None and trained < 0.02:
        observed = f"On the data as fit uses it the gradient has vanished ({100 * trained:.2g} % is left); for what {said.asked} answers {100 * left:.0f} % of it is left."
        yield find("SW-P1", observed, function=where)


def _off_by_a_constant(model, X, y, settings, where):
    """On rows far from the origin the slopes are those of least squares, and the answers are all off by one number."""
    X = X + 0.7
    said = implied(model, model.fit(X, y, **settings))
    free = float(np.mean(y - X @ said.w))
    if rest("linear", X, y, said.w, free) < 1e-3 and rest("linear", X, y, said.w, said.b) > 0.05:
        observed = f"The slopes are those of least squares, whose intercept is {free:.4g}; {said.asked} answers with {said.b:.4g}."
        yield find("SW-P1", observed, function=where)


@probe("SW-G2", "SW-G4", roles=KINDS)
def the_penalty_ends_where_it_should(target, call):
    """At the end the gradient of the loss is minus a positive multiple of the weights, and none of the intercept."""
    model = modelled(target, call)
    if {"SW-G2", "SW-G4", "SW-P1", "SW-P10", "SW-G18"} & target.namespace.get("found", set()):
        raise CannotCheck("the penalty or the answers are wrong already")
    X, y = trail_data(model)
    settings = {"epochs": LONG, "lambda": 0.5, "tol": 0.0} | ({"lr": 0.1} if model.takes("lr", "alpha") else {})
    made = model.fit(X, y, **{word: item if model.takes(word) else ... for word, item in settings.items()})
    said = implied(model, made)
    if said.w.size < 2:
        raise CannotCheck("of a single weight any rest of the gradient is a multiple")
    g, mean = slopes(model.kind, X, y, said.w, said.b)
    pull = -float(g @ said.w) / float(said.w @ said.w)
    if np.linalg.norm(g + pull * said.w) > 1e-3 * np.linalg.norm(g) or np.linalg.norm(g) < 1e-6:
        raise CannotCheck("it has not arrived, or has no penalty")
    where = model.fit_name
    if pull < 0:
        observed = f"At the end the gradient is {-pull:+.4g} times the weights: they are larger than without a penalty."
        yield find("SW-G2", observed, function=where)
    elif abs(mean) > 1e-5 and abs(mean + pull * said.b) < 1e-3 * abs(mean):
        observed = f"At the end the mean error is {mean:.4g} instead of 0, {pull:.4g} times minus the intercept {said.b:.4g}: it is penalised as the weights are."
        yield find("SW-G4", observed, function=where)


def _labels_of_weights(target, model, made, X, y):
    """Where only labels are given: they change where the score of the weights that were learnt is zero."""
    good = [entry for entry in _readings(made, X.shape[1]) if rest(model.kind, X, y, *entry[1:]) < 0.05]
    if not good or model.kind != "logistic":
        raise CannotCheck("its answers are not linear in the data, and no weights at the optimum are within reach")
    rows = _beside(*good[0][1:], np.random.default_rng(6).normal(size=(211, X.shape[1])) + 0.3)
    got = np.ravel(model.answer(made, rows))
    if len(np.unique(got)) > 2:
        raise CannotCheck("its answers are no labels")
    high = np.unique(np.ravel(model.shaped(X, y)[1]))[-1]
    shares = {words: float(np.mean((got == high) == (rows @ w + b > 0))) for words, w, b in good}
    words, w, b = good[0]
    if got.size == len(rows) and max(shares.values()) < 0.97:
        without = float(np.mean((got == high) == (rows @ w > 0))) if abs(b) > 1e-3 else 0.0
        observed = f"The gradient of the loss vanishes with {words}, and {100 * (1 - max(shares.values())):.0f} % of 211 labels are not those of its score"
        how = "; without the intercept nearly all are" if without > 0.97 else ""
        code = "SW-P10" if how else "SW-P4" if _moved_threshold(rows @ w + b, got == high) else "SW-P1"
        yield find(code, f"{observed}{how}.", function=_answering(target, model.answer_name()))


def _beside(w, b, rows):
    """Rows moved next to the plane on which the score is zero, half of them on each side, nearer to it than the origin is."""
    aim = np.where(np.arange(len(rows)) % 2, 0.5, -0.5) * max(abs(b), 0.05 * np.linalg.norm(w))
    return rows - np.outer((rows @ w + b - aim) / (w @ w), w)


def _moved_threshold(score, high):
    """Whether the labels follow the score, with a threshold elsewhere."""
    return bool(high.any() and not high.all() and score[high].min() > score[~high].max() - 1e-9) or bool(
        high.all() or not high.any()
    )


@probe("SW-P4", "SW-P1", roles=("logistic", "estimator"))
def the_label_is_the_likelier_one(target, call):
    """Of two classes the label is the one whose probability exceeds one half."""
    model = modelled(target, call)
    name = model.maker.find(estimator.PROBA, "predict_proba")
    threshold = model.maker.defaults().get("threshold", 0.5)
    if name is None or model.answer_name() is None or threshold != 0.5 or "SW-P7" in target.namespace.get("found", ()):
        raise CannotCheck("there are not both probabilities and labels")
    X, y = trail_data(model)
    made, labels = model.fit(X, y, epochs=60), np.unique(np.ravel(model.shaped(X, y)[1]))
    said = None
    with contextlib.suppress(CannotCheck):
        said = implied(model, made)
        X = _beside(said.w, said.b, np.random.default_rng(6).normal(size=(211, X.shape[1])) + 0.3)
    got, p = np.ravel(model.answer(made, X)), _second(model, made, X, name)
    if p is None or len(labels) != 2 or got.size != len(X) or not set(got.tolist()) <= set(labels.tolist()):
        raise CannotCheck("the probabilities are not those of two classes")
    off = (got == labels[1]) != (p > 0.5)
    off &= np.abs(p - 0.5) > 1e-6
    if off.sum() > 1:
        i = int(np.argmax(off))
        observed = f"{int(off.sum())} of {len(X)} labels are not the likelier one: row {i} has the probability {p[i]:.3g} and gets {got[i]}"
        bare = said is not None and np.mean((got == labels[1]) == (X @ said.w > 0)) > 0.97
        how = "; without the intercept nearly all are" if bare else ""
        yield find("SW-P1" if bare else "SW-P4", f"{observed}{how}.", function=model.answer_name())


def _second(model, made, X, name):
    """The probability of the second class for each row, or None."""
    got = binding.call_by_meaning(model.caller, getattr(made, name), {"X": X}, order=("X",), override={"X"})
    got = estimator.as_array(got)
    if got.dtype.kind not in "fiu":
        return None  # such as a dict with an array for each class
    got = got[:, 1] if got.shape == (len(X), 2) else got.ravel()
    return got if got.size == len(X) and got.min() >= 0 and got.max() <= 1 else None


def _readings(made, d):
    """(words, w, b) of the ways in which the held numbers may be meant."""
    arrays = {path: np.ravel(item) for path, item in state.snapshot(made).items()}
    for key, item in vars(made).items() if hasattr(made, "__dict__") else ():
        if isinstance(item, list) and len(item) in (d, d + 1) and all(isinstance(x, float) for x in item):
            arrays[f".{key}",] = np.array(item)
    numbers = [float(item[0]) for item in arrays.values() if item.size == 1]
    apart = [float(item[1] - item[0]) for item in arrays.values() if item.size == 2]  # intercepts of two classes
    for path, item in state.snapshot(made).items():  # one row, or one column, for each of two classes
        if item.ndim == 2 and 2 in item.shape and item.size in (2 * d, 2 * (d + 1)):
            first, second = item if item.shape[0] == 2 else item.T
            arrays |= {(*path, "second"): second, (*path, "second less first"): second - first}
    for path, item in arrays.items():
        name = state.text(path)
        if item.size == d + 1:
            yield f"{name}[0] as the intercept", item[1:], float(item[0])
            yield f"{name}[-1] as the intercept", item[:-1], float(item[-1])
        elif item.size == d:
            for number in apart if apart and path[-1] == "second less first" else [*numbers, 0.0]:
                yield f"{name} and the intercept {number:.4g}", item, number


def _rest_inside(target, call, model, made):
    """What is left of the gradient on the data as fit uses it, or None."""
    try:
        trail = trailed(target, call)
    except CannotCheck:
        return None
    last = trail.record.values(trail.key)[-1]
    paths = [
        path
        for path, item in state.snapshot(trail.made).items()
        if item.size == np.size(last) and np.allclose(np.ravel(item), np.ravel(last))
    ]
    if not paths:
        return None
    w, found = np.ravel(state.get(made, paths[0])).astype(float), []
    for A, T in designs(trail, trail.points[0]):
        if len(A) == len(trail.X) and T.shape[1] == 1 and w.size <= A.shape[1] + 1:
            T = T[:, 0]
            A = np.hstack([A, np.ones((len(A), 1))]) if len(w) == trail.X.shape[1] else A
            numbers = [float(np.ravel(item)[0]) for item in state.snapshot(made).values() if np.size(item) == 1]
            for b in [*numbers, 0.0] if A.shape[1] > len(w) else [None]:
                whole = w if b is None else np.append(w, b)
                found.append(rest(model.kind, A, T, whole, 0.0))
    return min(found, default=None)


DESIGN = r"ones|stack|insert|c_\[|append|concatenate"


def _answering(target, asked):
    """The method asked, or the one that it calls to build a design, or for all that it says."""
    texts = {name: ast.unparse(node) for name, node in target.methods().items()}
    called = re.findall(r"self\.(\w+)\(", texts.get(asked, ""))
    inner = [name for name in called if re.search(DESIGN, texts.get(name, ""))]
    alone = [name for name in called if name in texts and sum(f".{name}(" in text for text in texts.values()) == 1]
    if not inner and len(alone) == len(called) == 1 and not re.search(r"[@*]|dot|sum|matmul", texts[asked]):
        return alone[0]
    return asked if not inner or re.search(DESIGN, texts[asked]) else inner[0]


@probe("SW-T13", roles=KINDS)
def it_does_not_stop_at_once(target, call):
    """With twelve iterations and no tolerance the weights change more than twice, unless the optimum is reached."""
    model = modelled(target, call)
    if not model.takes("epochs"):
        raise CannotCheck("the number of iterations cannot be set")
    places = [*leaving(target, model)] if target.reached(model.fit_name) else [model.fit_name]
    if not places:
        raise CannotCheck("no loop of it can be left before its end")
    X, y = trail_data(model)
    lr = {"lr": 0.05} if model.takes("lr", "alpha") else {}
    ends = [implied(model, model.fit(X, y, epochs=count, **lr)) for count in (3, 40)]
    left = rest(model.kind, X, y, ends[1].w, ends[1].b)
    if np.allclose(ends[0].w, ends[1].w, rtol=1e-12, atol=0) and left > 0.2 and ends[0].w.any():
        observed = f"3 and 40 iterations give the same weights, where {100 * left:.0f} % of the gradient is left: it stops at once."
        yield find("SW-T13", observed, function=places[0])


@probe("SW-T15", "SW-T13", roles=KINDS)
def its_own_settings_reach_the_optimum(target, call):
    """With its own settings, on standardised data, it ends where the gradient has vanished."""
    model = modelled(target, call)
    if model.takes("lr") and is_one_step(target, model.fit_name):
        raise CannotCheck(f"{model.fit_name} makes one step")
    X, y = trail_data(model)
    X = (X - X.mean(axis=0)) / X.std(axis=0)
    free = model.takes("lambda")
    made = model.fit(X, y, epochs=..., seed=..., **({"lambda": 0.0} if free else {}))
    said = implied(model, made)
    if model.kind == "linear" and said.b == 0:
        y = y - np.mean(y - X @ said.w)  # it has no intercept, and wants a target that is centred
    left, taken = rest(model.kind, X, y, said.w, said.b, 0.0 if free else 1.0), _iterations(made)
    most = model.maker.defaults().get("epochs")
    if not left > 0.1 or {"SW-P1", "SW-P10"} & target.namespace.get("found", set()) or holds_back(target):
        return
    early = taken is not None and isinstance(most, int) and taken < most
    how = f"It stops by itself after {taken} of {most} iterations" if early else "With its own settings it ends"
    observed = f"{how} where {100 * left:.0f} % of the gradient is left."
    yield find(
        "SW-T15",
        observed,
        function=model.fit_name,
        severity="warning" if early else "remark",
        weight=60 if early else None,
    )


@probe("SW-T16", roles=KINDS)
def one_large_column_does_not_break_it(target, call):
    """With its own settings and one column 300 times as large the result stays finite."""
    model = modelled(target, call)
    X, y = trail_data(model)
    if X.shape[1] == 1:
        raise CannotCheck("it learns from one variable")
    large = X * np.array([1.0, 300.0, 1.0, 1.0, 1.0])[: X.shape[1]]
    before, made = model.fit(X, y, epochs=..., seed=...), None
    if not _finite(before):
        raise CannotCheck("it does not stay finite on plain data either")
    made = model.fit(large, y, epochs=..., seed=...)
    if not _finite(made):
        observed = (
            f"With one of {X.shape[1]} columns 300 times as large as the others the fitted weights are not finite."
        )
        yield find("SW-T16", observed, function=model.fit_name, weight=15)


def _finite(made):
    return all(np.isfinite(item).all() for item in state.snapshot(made).values() if np.size(item))
