"""The weights that a model's answers imply: its score of the origin and of each axis, whatever the weights are called.

A linear model says ``f(x) = w'x + b``; so ``b = f(0)`` and ``w_j = f(e_j) - f(0)``. Where it gives probabilities, f is their
logit. A right fit makes the gradient of the loss vanish there, up to a multiple of the weights (a penalty of any strength).
"""

import dataclasses

import numpy as np

from scratchwork.checks.findings import CannotCheck
from scratchwork.checks.recognising import binding
from scratchwork.checks.views import estimator, reference

SMALL = 0.25


@dataclasses.dataclass
class Map:
    """What a fitted model says: score = X w + b."""

    w: np.ndarray
    b: float
    asked: str  # the method


def implied(model, made):
    """The Map of a fitted model; raises CannotCheck where its answers are not those of a plane."""
    d = model.X.shape[1]
    rng = np.random.default_rng(4)
    rows = np.vstack([np.zeros(d), SMALL * np.eye(d), SMALL * rng.normal(size=(4, d))])
    score, name = _scores(model, made, rows)
    b, w = score[0], (score[1 : d + 1] - score[0]) / SMALL
    rest = rows[d + 1 :] @ w + b
    if not np.isfinite(score).all() or np.abs(rest - score[d + 1 :]).max() > 1e-5 * (np.abs(score).max() + 1e-9):
        raise CannotCheck("its answers are not linear in the data")
    return Map(w, float(b), name)


def _scores(model, made, rows):
    """(scores of rows, the method asked): values, logits of probabilities, or what a decision function says."""
    if model.kind == "linear":
        got = np.asarray(model.answer(made, rows), dtype=float)
        return _flat(got, rows), model.answer_name()
    for name in dict.fromkeys((model.maker.find(estimator.PROBA, "predict_proba"), *DECISIONS)):
        if name is None or name not in model.maker.methods():
            continue
        try:
            got = estimator.as_array(
                binding.call_by_meaning(
                    model.caller, getattr(made, name), {"X": model.laid(rows)}, order=("X",), override={"X"}
                )
            )
            got = np.asarray(got, dtype=float)
        except (CannotCheck, TypeError, ValueError):
            continue
        if got.shape == (len(rows), 2):
            got = got[:, 1]
        if got.size == len(rows):
            flat = got.ravel()
            if name in DECISIONS:
                return flat, name
            if flat.min() > 0 and flat.max() < 1:
                return np.log(flat / (1 - flat)), name
    raise CannotCheck("nothing gives a score or a probability for each row")


DECISIONS = ("decision_function", "decision", "score_samples", "net_input", "linear", "_net_input", "_linear", "logits")


def _flat(got, rows):
    if got.size != len(rows):
        raise CannotCheck("it does not give one value for each row")
    return got.ravel()


def rest(kind, X, y, w, b, most=2.0):
    """How far weights are from the optimum, 0 to 1: the gradient left after the best penalty up to ``most``."""
    t = np.asarray(y, dtype=float)
    z = X @ w + b
    e = z - t if kind == "linear" else reference.sigmoid(z) - t
    start = (t.mean() if kind == "linear" else 0.5) - t
    g, g0 = X.T @ e / len(X), np.append(X.T @ start / len(X), 0.0 if kind == "linear" else start.mean())
    pull = min(most, max(0.0, -float(g @ w) / (float(w @ w) + 1e-300)))
    own = e.mean() + pull * b  # the intercept may be penalised as well
    off = np.linalg.norm(np.append(g + pull * w, min(abs(e.mean()), abs(own))))
    return float(off / (np.linalg.norm(g0) + 1e-300))


def slopes(kind, X, y, w, b):
    """(gradient of the mean loss by the weights, by the intercept)."""
    z = X @ w + b
    e = (z if kind == "linear" else reference.sigmoid(z)) - np.asarray(y, dtype=float)
    return X.T @ e / len(X), float(e.mean())
