"""A linear model reads its weights in its answers as in its training."""

import numpy as np

from scratchwork.checks.findings import CannotCheck, find
from scratchwork.checks.probes.prediction import PROBABILITIES
from scratchwork.checks.recognising import binding
from scratchwork.checks.registry import probe
from scratchwork.checks.views import estimator, reference
from scratchwork.checks.views.linear_path import followed, gradient, steps

KINDS = ("logistic", "linear")


@probe("SW-P10", "SW-P1", roles=KINDS)
def training_and_answers_read_the_weights_alike(target, call):
    """Where each step is along the gradient of X w + b, the answers are those of X w + b as well."""
    path = followed(target, call)
    if {"SW-P10", "SW-P1", "SW-P2", "SW-P7"} & target.namespace.get("found", set()):
        raise CannotCheck("its answers are wrong already")
    if any(reference.fitted_factor(step, gradient(path, before))[1] > 1e-3 for before, step in steps(path)):
        raise CannotCheck("its steps are not along the gradient of these weights")
    model, plain = path.model, {"lambda": 0.0, "momentum": 0.0, "tol": 0.0, "batch_size": len(path.X)}
    made = model.fit(path.X, path.y, epochs=40, lr=path.lr, **plain)
    held = path.read(made)
    where, got = _said_of(model, made, path.X)
    b = 0.0 if held.b is None else held.b
    if _agree(path, got, path.X @ held.w + b):
        return
    others = [("without the intercept", path.X @ held.w)] if held.b is not None else []
    if held.inside is not None:
        whole = np.insert(held.w, 0 if held.inside == 0 else len(held.w), held.b, axis=0)
        turned = (whole[:-1], whole[-1]) if held.inside == 0 else (whole[1:], whole[0])
        others.append(("with the column of ones at the other end", path.X @ turned[0] + turned[1]))
        others.append(("with the weights cut off at the wrong end", path.X @ turned[0]))
    words = next((words for words, scores in others if _agree(path, got, scores)), None)
    if words:
        observed = f"{where} answers {words}; each step of the training is along the gradient of X w + b."
        yield find("SW-P10", observed, function=where)
    else:
        observed = f"Each step of the training is along the gradient of X w + b; what {where} says of {len(path.X)} rows is not what these weights say (the first: {np.ravel(got)[0]:.4g})."
        yield find("SW-P1", observed, function=where, severity="warning")


def _said_of(model, made, X):
    """(the method asked, what it says): probabilities where it gives some, else labels or values."""
    name = None if model.kind == "linear" else model.maker.find(PROBABILITIES, "predict_proba")
    if name is None:
        return model.answer_name(), np.asarray(model.answer(made, X))
    said = binding.call_by_meaning(model.caller, getattr(made, name), {"X": X}, order=("X",), override={"X"})
    return name, np.asarray(estimator.as_array(said))


def _agree(path, got, scores):
    """Whether answers are those of scores, as values, as probabilities or as labels; labels near the border may differ."""
    if got.dtype.kind not in "iufb":
        return True
    if path.model.kind == "linear":
        return got.size == scores.size and np.allclose(got.ravel(), scores.ravel(), rtol=1e-4, atol=1e-6)
    P = reference.softmax(scores, axis=1) if path.C > 1 else reference.sigmoid(scores)
    whole = P if path.C > 1 else np.hstack([1 - P, P])
    for wanted in (P, whole, scores):
        if got.size == wanted.size and np.allclose(got.ravel(), wanted.ravel(), rtol=1e-3, atol=1e-4):
            return True
    if got.size != len(P) or len(np.unique(got)) > whole.shape[1]:
        return False
    sure = np.sort(whole, axis=1)[:, -1] - np.sort(whole, axis=1)[:, -2] > 0.1
    labels = np.unique(path.model.shaped(path.X, path.y)[1])
    best = whole.argmax(axis=1)
    said = got.ravel()
    return (
        len(labels) != whole.shape[1]
        or (said == labels[best])[sure].mean() > 0.95
        or (said == best)[sure].mean() > 0.95
    )
