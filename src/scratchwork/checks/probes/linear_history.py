"""The cost that a linear model reports is that of its weights; and its answers are those of its weights."""

import numpy as np

from scratchwork.checks.findings import CannotCheck, find
from scratchwork.checks.registry import probe
from scratchwork.checks.views.linear_path import Path
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

    decay = max(fitted(trail, point).decay for point in trail.points[1:])
    right, _ = linear_history.costs(trail, A, T, link)
    plain = {name: next((words for words, cost in right.items() if linear_history.ratio(entries, path, cost)), None)
             for name, entries in seen.items()}  # fmt: skip
    if None in plain.values():
        return  # something else is reported too, most likely with the penalty in it
    for name, entries in seen.items():
        bare = plain[name]
        if bare in ("mean squared error", "cross-entropy") and decay > 1e-6 and not _score_like(name):
            observed = f"With a penalty of 0.5 each step shrinks the weights, and what {name.split(':')[-1]} gives is the {bare} alone."
            yield find("SW-G5", observed, function=entries[-1][1], severity="warning", weight=60)
            return


def _score_like(name):
    """Whether a number is named after the error itself, which has no penalty in it."""
    return any(word in name.lower() for word in ("mse", "error", "rmse", "entropy", "likelihood"))


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
