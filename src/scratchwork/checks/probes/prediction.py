"""Prediction: alone as among others, twice the same, the right shape, the labels that came in, probabilities that are some."""

import ast
import copy
import re

import numpy as np

from scratchwork.checks.findings import CallFailed, CannotCheck, find
from scratchwork.checks.probes.said_classes import beyond_the_classes, keeps_running_averages
from scratchwork.checks.recognising import binding
from scratchwork.checks.registry import probe
from scratchwork.checks.running import data, state
from scratchwork.checks.views import estimator, gradient_places
from scratchwork.checks.views.model import CLASSIFIERS, Model, modelled

CLASSES = ("logistic", "linear", "knn", "kmeans", "mlp", "estimator")


def fitted(target, call):
    """(model, fitted object), made once; a network that nothing fits is asked with the weights that it starts with."""
    try:
        model = modelled(target, call)
    except CannotCheck:
        model = Model(target, call, untrained=True)
    if "fitted" not in target.namespace:
        target.namespace["fitted"] = model.fit()
    return model, target.namespace["fitted"]


def close(a, b, share=0.0):
    """Whether two answers agree: exactly for labels, nearly for numbers, up to a ``share`` of the largest."""
    a, b = np.asarray(a), np.asarray(b)
    if a.shape != b.shape:
        return False
    if not {a.dtype.kind, b.dtype.kind} <= set("fiub"):
        return bool((a == b).all())
    largest = np.abs(b[np.isfinite(b)]).max(initial=0.0) if share else 0.0
    return bool(np.allclose(a, b, rtol=1e-6, atol=1e-8 + share * largest, equal_nan=True))


@probe("SW-T20", "SW-P3", "SW-P2", roles=CLASSES)
def an_answer_does_not_depend_on_other_questions(target, call):
    """Asked twice the answer is the same; asked alone as among others; asking changes nothing."""
    model, made = fitted(target, call)
    where, n = model.answer_name(), len(model.X)
    before, held = _kept(model, made, n), _shapes(made)
    first = model.answer(made, seed_=1)
    if np.shape(first)[:1] != (n,):
        raise CannotCheck(f"{where} does not answer for each row")
    kept, second = _kept(model, made, n), model.answer(made, seed_=2)
    fits = re.search(r"fit|ajust|train|trein|entren|lern|apprend", where or "", re.I)
    if fits:
        raise CannotCheck(f"{where} learns, as its name says")
    if not close(first, second):
        observed = f"Two calls of {where} with the same {n} rows differ in {_off(first, second)}"
        yield _differ(target, model, made, {**kept, **before}, observed)
        return
    learnt = _learns(model, made, first, where, n, held)
    if learnt:
        target.namespace.pop("fitted")
        yield find("SW-P3", learnt, function=where)
        return
    try:
        alone = np.array([np.ravel(model.answer(made, model.X[i : i + 1]))[0] for i in range(0, n, 4)])
    except (CallFailed, IndexError):
        return
    among = np.array([np.ravel(first[i])[0] for i in range(0, n, 4)]) if first.size == n else alone
    if not close(alone, among, 1e-5):  # of float32 numbers, added up in another order
        observed = f"{where} of a single row differs from {where} of all {n} rows in {_off(among, alone)}."
        yield find("SW-T20" if keeps_running_averages(target) else "SW-P2", observed, function=where)


def _differ(target, model, made, before, observed):
    """The finding for two answers to one question: P3 where asking has changed what was learnt, T20 else."""
    again, where = _kept(model, made, len(model.X)), model.answer_name()
    moved = [path for path in before if path in again and not _equal(before[path], again[path])]
    if moved and model.net is None:
        target.namespace.pop("fitted")
        return find("SW-P3", f"{observed}, and what was learnt changes ({_name(moved[0])}).", function=where)
    return find("SW-T20", f"{observed}.", function=where)


def _shapes(made):
    """The shapes of the tables that an object holds."""
    return {path: item.shape for path, item in state.snapshot(made).items() if item.ndim == 2}


def _learns(model, made, first, where, n, held):
    """The words, if asking about other rows changes what was learnt or answered; else None."""
    others, before = np.vstack([model.X[:6] * 3.0 + 4.0, -model.X[:7]]), _kept(model, made, n)
    model.answer(made, others)
    again = model.answer(made)
    if not close(first, again):
        return f"After {where} of 13 other rows, {where} of the first {n} rows differs in {_off(first, again)}."
    model.answer(made, others)
    after = _kept(model, made, n)
    lost = [path for path, shape in held.items() if shape[0] == n and _shapes(made).get(path, shape)[0] == 13]
    if lost and model.kind == "knn":
        return (
            f"{where} of 13 other rows replaces the {n} rows of {_name(lost[0])} that it was fitted with by those 13."
        )
    moved = [path for path in before if path in after and not _equal(before[path], after[path])]
    moved = [path for path in moved if model.kind in ("kmeans", "pca", "knn") or _is_heard(model, made, path)]
    if moved and model.net is None:
        old, new = before[moved[0]].ravel()[0], after[moved[0]].ravel()[0]
        return (
            f"{where} of 13 other rows changes what was learnt: {_name(moved[0])} held {old:.5g} and holds {new:.5g}."
        )
    return None


def _is_heard(model, made, path):
    """Whether the answers depend on an array at all: what the last call has left behind they do not."""
    tried, value = copy.deepcopy(made), np.array(state.get(made, path))
    try:
        state.put(tried, path, value + (1 if value.dtype.kind in "iu" else 0.37))
        return not close(model.answer(copy.deepcopy(made)), model.answer(tried))
    except (CannotCheck, CallFailed, TypeError):
        return True


def _equal(a, b):
    return a.shape == b.shape and np.allclose(a, b, equal_nan=True)


def _kept(model, made, n):
    """What was learnt, without what merely echoes the rows of the last call."""
    return {
        path: item
        for path, item in model.learnt(made).items()
        if n not in item.shape and 13 not in item.shape and item.size > 1
    }


def _name(path):
    return state.text(path) if any(str(step).startswith(".") for step in path) else str(path[0])


def _off(a, b):
    differ = np.array([not np.array_equal(x, y) for x, y in zip(a, b)])
    return f"{int(differ.sum())} of {len(differ)} rows"


@probe("SW-P8", "SW-P5", roles=("logistic", "linear", "mlp", "estimator"))
def one_answer_for_each_row(target, call):
    """predict returns (n,)."""
    model, made = fitted(target, call)
    where, n = model.answer_name(), len(model.X)
    if not binding.parameters(getattr(made, where or "", len)):
        raise CannotCheck("it is not told which rows to answer for")
    try:
        got = model.answer(made)
    except CallFailed as failure:
        yield from beyond_the_classes(model, made, failure)
        raise
    if got.shape == (n,):
        return
    if got.ndim == 0 and got.dtype.kind == "O":
        raise CannotCheck("its answer is an object of another class")
    if got.shape == model.X.shape[1:] and model.net is not None and model.net.columns:
        raise CannotCheck("whether it takes samples as rows or as columns is not known")
    if gradient_places.handed_singly(target.namespace["namespace"].get("__tree__"), {where}):
        raise CannotCheck("it is asked for one row at a time")
    classes = max(model.classes, 2)
    if got.shape in ((n, 1), (1, n)) and np.ndim(model.shaped(model.X, model.y)[1]) == 2 and model.net is None:
        return  # it takes the target in that shape
    if got.shape in ((n, 1), (1, n)):
        yield find("SW-P8", f"{where} of {n} rows has shape {got.shape}.", function=where)
    elif got.shape in ((classes,), (classes, 1)) or got.ndim == 0 or (got.ndim == 1 and got.size not in (n, n * classes)):  # fmt: skip
        shape = f"shape {got.shape}" if got.ndim else "one number"
        said = f"{where} of {n} rows of {classes} classes gives {shape}: {np.ravel(got)[:3].tolist()}."
        yield find("SW-P5", said, function=where)


@probe("SW-P7", roles=CLASSIFIERS)
def probabilities_are_some(target, call):
    """What predict_proba says lies in [0, 1] and sums to 1 over the classes."""
    model, made = fitted(target, call)
    name = model.maker.find(PROBABILITIES, "predict_proba")
    if name is None:
        raise CannotCheck("there is no predict_proba")
    shown, _ = model.shaped(model.X * 2, None)
    said = binding.call_by_meaning(call, getattr(made, name), {"X": shown, "k": 3}, order=("X",), override={"X"})
    got, n = np.asarray(estimator.as_array(said), dtype=float), len(model.X)
    if not np.isfinite(got).all():
        observed = f"{name} of {n} rows holds {int((~np.isfinite(got)).sum())} values that are not finite."
        yield find("SW-P7", observed, function=name)
    elif got.min() < -1e-9 or got.max() > 1 + 1e-6:
        yield find("SW-P7", f"{name} gives values from {got.min():.4g} to {got.max():.4g}.", function=name)
    elif got.ndim == 2 and got.shape == (n, max(model.classes, 2)) and not _one_by_one(model):
        sums = got.sum(axis=1)
        if np.abs(sums - 1).max() > 1e-4:
            across = np.allclose(got.sum(axis=0), 1, atol=1e-4) or np.isclose(got.sum(), 1, atol=1e-4)
            observed = f"{name}: the probabilities of one row sum to {sums[0]:.4g}, of another to {sums[1]:.4g}."
            yield find("SW-N3" if across else "SW-P7", observed, function=_softmax_of(target, name) if across else name,
                       severity="error" if across or model.kind == "mlp" else "warning")  # fmt: skip


def _softmax_of(target, name):
    """The function that normalises, where one is named after it."""
    names = [
        key.split(".")[-1]
        for key in target.namespace.get("nodes", {})
        if "." not in key or key.startswith(f"{target.name}.")
    ]
    return next((other for other in names if "softmax" in other.lower() and "grad" not in other.lower()), name)


PROBABILITIES = ("predict_proba", "predict_probability", "predict_probabilities", "predict_prob", "predict_probs")
COUNTED = r"\.(shape|size)|\)*( (==|!=|<=|in|not in) |, |\.issubset\()(np\.array\()?[\[({]-?\d"  # or said to be 0, 1


def _one_by_one(model):
    """Whether the outputs are sigmoids, one for each class, that need not sum to 1."""
    return bool(model.net and model.net.spec and model.net.spec.layers[-1].activation == "sigmoid")


@probe("SW-P6", "SW-P4", roles=("logistic", "estimator"))
def labels_come_back_as_they_went_in(target, call):
    """Labels such as -1/1, 3/7 or words are learnt and predicted as such."""
    model = modelled(target, call)
    where = model.answer_name()
    if where is None:
        raise CannotCheck("there is no predict")
    made = model.fit(epochs=200)
    plain = np.ravel(model.answer(made))
    if plain.dtype.kind == "f" and set(plain.tolist()) - {0.0, 1.0, -1.0}:
        raise CannotCheck("predict gives numbers, not labels")
    keeps = _keeps_labels(target)
    for words, classes in (("3 and 7", np.array([3, 7])), ("'no' and 'yes'", np.array(["no", "yes"]))):
        try:
            got = np.ravel(model.answer(model.fit(model.X, classes[model.y], epochs=200)))
        except CallFailed as failure:
            text = f"With the labels {words} it fails: {failure}."
            yield find("SW-P6", text, function=where, severity="warning" if keeps and "'" not in words else "remark")
            return
        other = sorted({str(item) for item in got.tolist()} - {str(item) for item in classes.tolist()})
        if other:
            yield find(
                "SW-P6",
                f"With the labels {words} it predicts {', '.join(other[:3])}.",
                function=where,
                severity="error" if keeps else "remark",
                weight=None if keeps else 14,
            )
            return


def _keeps_labels(target):
    """Whether the class looks for the labels of its rows (``classes_``); one that does not is for 0 and 1, or -1 and 1, alone."""
    nodes = target.namespace.get("nodes", {})
    text = " ".join(ast.unparse(node) for key, node in nodes.items() if key.startswith(f"{target.name}."))
    return bool(re.search(rf"(?<!len\()(?<!len\(np\.)\b(np\.)?unique\((?![^()]*\)({COUNTED}))|classes_", text))


@probe("SW-P4", "SW-P5", "SW-P6", roles=("logistic", "mlp", "estimator"))
def every_class_can_be_predicted(target, call):
    """With three well separated classes, all three are predicted, by the label of the largest probability."""
    model = modelled(target, call)
    where = model.answer_name()
    if where is None or (model.net and model.net.n_out == 1):
        raise CannotCheck("there is no predict, or one output only")
    X, y = data.blobs(60, model.X.shape[1], 3, seed=9)
    y = y % model.net.n_out if model.net else y
    try:
        made = model.fit(X, y, epochs=300)
        got = model.answer(made, X)
    except CallFailed as failure:
        raise CannotCheck(f"three classes are refused: {failure}") from None
    proba = _probabilities(model, made, X, call)
    if got.size != 60 or proba is None or proba.shape != (60, 3):
        return
    said, best = set(np.ravel(got).tolist()), proba.argmax(axis=1)
    if len(set(best.tolist())) < 3:
        return
    off = min((np.ravel(got) != best).mean(), (np.ravel(got) != np.unique(y)[best]).mean())
    if said <= {0, 1} and len(said) < 3:
        named = f"Of three classes only {sorted(map(int, said))} are predicted"
        yield find("SW-P4", f"{named}, while the largest probability names all three.", function=where)
    elif off > 0.05:
        observed = f"{100 * off:.0f} % of 60 predictions are not the class with the largest probability."
        yield find("SW-P5", observed, function=where)


def _probabilities(model, made, X, call):
    name = model.maker.find(estimator.PROBA, "predict_proba")
    if model.net:
        name = model.net.roles.get("forward", name)
    if name is None:
        return None
    shown, _ = model.shaped(X, None)
    try:
        method = getattr(made, name)
        got = estimator.as_array(binding.call_by_meaning(call, method, {"X": shown}, order=("X",), override={"X"}))
    except CannotCheck:
        return None
    got = got.T if got.shape == (3, len(X)) else got
    return got if got.ndim == 2 else None
