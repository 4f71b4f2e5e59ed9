"""The cost that a linear model reports is that of its weights; and its answers are those of its weights."""

import numpy as np

from scratchwork.checks.findings import CannotCheck, find
from scratchwork.checks.probes.prediction import PROBABILITIES
from scratchwork.checks.recognising import binding
from scratchwork.checks.registry import probe
from scratchwork.checks.views import estimator, reference
from scratchwork.checks.views.linear_path import Path, followed, gradient, steps
from scratchwork.checks.views.model import modelled
from scratchwork.checks.watching import linear_history
from scratchwork.checks.watching.linear_trail import trailed

KINDS = ("logistic", "linear")


@probe("SW-G9", "SW-T14", "SW-G8", "SW-G5", roles=KINDS)
def the_cost_that_is_reported_is_that_of_the_weights(target, call):
    """What is recorded or returned as the cost follows the cost of the weights, up to one constant factor."""
    trail = trailed(target, call)
    seen = linear_history.values_seen(trail)
    if not seen:
        raise CannotCheck("no cost is reported while it trains")
    path = linear_history.path_of(trail)
    A, T, link = linear_history.design(trail)
    right, wrong = linear_history.costs(trail, A, T, link)
    factors = {name: _first(entries, path, right) for name, entries in seen.items()}
    well = {seen[name][-1][1] for name, factor in factors.items() if factor is not None}
    for name, entries in seen.items():
        where = entries[-1][1]
        if np.ptp([value for value, _ in entries]) == 0:
            words = (
                f"{_said(name)} is {entries[0][0]:.6g} in each of {len(entries)} iterations, while the weights move."
            )
            yield find("SW-T14", words, function=where)
            return
        if factors[name] is not None:
            yield from _factor(name, where, factors[name], len(A))
        for words, (code, cost) in wrong.items() if where not in well else ():
            if linear_history.ratio(entries, path, cost) is not None:
                yield find(
                    code, f"{_said(name)} is {words}: {entries[1][0]:.6g} in the second iteration.", function=where
                )
                return


def _first(entries, path, right):
    """The factor between what is reported and the first usual cost that it follows; or None."""
    return next((found for cost in right.values() if (found := linear_history.ratio(entries, path, cost))), None)


def _said(name):
    return f"What {name} gives" if name.endswith("()") else f"What {name.split(':')[-1]} holds"


def _factor(name, where, factor, n):
    """A cost that is neither the mean nor the sum over the rows."""
    if any(abs(factor - wanted) < 1e-4 * wanted for wanted in (n * n, n * n / 2, 1 / n, 0.5 / n, 1 / n**2)):
        observed = (
            f"{_said(name)} is {factor:.4g} times the mean cost of {n} rows, which is neither their mean nor their sum."
        )
        yield find("SW-G8", observed, function=where, severity="warning", weight=60)


@probe("SW-G5", roles=KINDS)
def the_penalty_is_in_the_cost_too(target, call):
    """Where the steps hold a penalty, the reported cost holds it as well."""
    model = modelled(target, call)
    if not model.takes("lambda") or {"SW-G1", "SW-G5", "SW-G9", "SW-T14"} & target.namespace.get("found", set()):
        raise CannotCheck("it has no penalty that can be set, or its cost is wrong without one")
    trail = trailed(target, call, 0.5)
    seen, path = linear_history.values_seen(trail), linear_history.path_of(trail)
    A, T, link = linear_history.design(trail)
    from scratchwork.checks.watching.linear_steps import fitted

    step = max((fitted(trail, point) for point in trail.points[1:]), key=lambda step: step.decay)
    right, _ = linear_history.costs(trail, A, T, link)
    plain = {name: next((words for words, cost in right.items() if linear_history.ratio(entries, path, cost)), None)
             for name, entries in seen.items()}  # fmt: skip
    if None in plain.values():
        return  # something else is reported too, most likely with the penalty in it
    for name, entries in seen.items():
        bare = plain[name]
        if (
            bare in ("mean squared error", "cross-entropy")
            and step.decay > 1e-6
            and step.decay / (2 * step.rate) * (path[-1][0] ** 2).sum() > 1e-4 * abs(right[bare](*path[-1]))
            and not _score_like(f"{name} {entries[-1][1]}")
        ):
            observed = f"With a penalty of 0.5 each step shrinks the weights, and what {name.split(':')[-1]} gives is the {bare} alone."
            yield find("SW-G5", observed, function=entries[-1][1], severity="warning", weight=60)
            return


def _score_like(name):
    """Whether a number is named after the error itself, which has no penalty in it."""
    return any(word in name.lower() for word in ("mse", "error", "rmse", "entropy", "likelihood", "val_", "valid"))


@probe("SW-P10", "SW-P1", roles=KINDS)
def the_answer_is_that_of_the_weights(target, call):
    """predict says what weights and intercept say: the intercept counts, and a probability is compared with 1/2."""
    model = modelled(target, call)
    if "SW-P7" in target.namespace.get("found", set()):
        raise CannotCheck("its probabilities are none")
    path = Path(model, 2)
    X = path.X + 1.5 if model.kind == "linear" else path.X
    y = path.y if model.kind == "linear" else (np.arange(len(X)) % 4 > 0).astype(int)
    made = model.fit(X, y, epochs=200, **({"lambda": 0.0} if model.takes("lambda") else {}))
    held = path.read(made)
    if held.b is None or held.w.shape[1] != 1 or abs(float(held.b[0])) < 1e-3:
        raise CannotCheck("no intercept was learnt apart from the weights")
    got = np.ravel(model.answer(made, X))
    bare, bias, where = (X @ held.w).ravel(), float(held.b[0]), model.answer_name()
    if got.dtype.kind not in "iufb" or len(got) != len(X):
        raise CannotCheck("its answers are no numbers")
    if model.kind == "linear":
        if np.allclose(got, bare) and not np.allclose(got, bare + bias):
            observed = f"{where} gives X w; the intercept of {bias:.4g} that was learnt is left out."
            yield find("SW-P10", observed, function=where)
        return
    classes = np.unique(model.shaped(X, y)[1])
    if len(classes) != 2 or not set(np.unique(got)) <= set(classes.tolist()):
        raise CannotCheck("its answers are not the labels that went in")
    yield from _threshold(got == classes[1], bare, bias, where)


def _threshold(said, bare, bias, where):
    whole = bare + bias
    if (said == (whole >= 0)).mean() > 0.97:
        return
    others = (
        ("SW-P10", bare >= 0, f"as if the intercept of {bias:.4g} were zero"),
        ("SW-P1", whole > 0.5, "as if the score, and not its sigmoid, were compared with 1/2"),
        ("SW-P1", whole < 0, "with the two classes exchanged"),
    )
    for code, labels, words in others:
        if (said == labels).all():
            off = int((said != (whole >= 0)).sum())
            yield find(code, f"{where} answers {words}: {off} of {len(said)} labels change.", function=where)
            return


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
