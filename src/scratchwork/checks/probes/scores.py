"""``score(X, y)`` of models: the metric must be that of the model's own predictions, whatever the model says."""

import numpy as np

from scratchwork.checks.findings import CallFailed, CannotCheck, find
from scratchwork.checks.probes import prediction
from scratchwork.checks.recognising import binding
from scratchwork.checks.registry import probe
from scratchwork.checks.views.metric_call import close, number
from scratchwork.checks.views.metric_cases import P2, P3, PR, Y2, Y3, YR
from scratchwork.checks.views.metric_judge import REGRESSION, is_other, is_right, right_values
from scratchwork.checks.views.metric_values import conventions, regression_values
from scratchwork.checks.views.scoring import FORMS, Scoring, data_of, kind_of_name

KNOWN = ("error_rate", "precision", "recall", "f1")


@probe("SW-E7", "SW-E90", "SW-E1", "SW-E2", roles=("scoring",))
def score_is_the_metric_of_the_predictions(target, call):
    """A score, asked of a model that says what we know, is the metric of its name."""
    scoring, kind = Scoring(target, call), target.role.split(":")[1]
    if kind in REGRESSION:
        yield from of_numbers(target, values(scoring, YR, PR), kind)
        return
    said = values(scoring, Y3, P3) if kind in ("accuracy", "error_rate") else []
    truth, guess = (Y3, P3) if said else (Y2, P2)
    said = said or values(scoring, truth, guess)
    if kind == "score":
        yield from of_any(target, scoring, said)
        return
    if any(is_right(kind, value, truth, guess) for _, value in said):
        return
    said2 = values(scoring, Y2, P2)  # a model of two classes
    if any(is_right(kind, value, Y2, P2) for _, value in said2):
        return
    yield from wrong(target, kind, said2 or said, *((Y2, P2) if said2 else (truth, guess)))


def values(scoring, truth, guess):
    """[(form, number)] for every form of predictions that it takes."""
    found, failed = [], None
    for form in FORMS:
        try:
            found.append((form, number(scoring.ask(truth, guess, form))))
        except (CallFailed, CannotCheck) as failure:
            failed = failed or failure
        except (TypeError, ValueError):
            continue
    if not found and failed is not None:
        raise failed
    return found


def wrong(target, kind, said, truth, guess):
    """E90 or the name of what it is instead; only where the number is known, as the form of the model's answer is a guess."""
    right = right_values(kind, truth, guess)[0]
    for _, value in said:
        other = next(
            (name for name in KNOWN if name != kind and close(value, conventions(name, truth, guess)[0])), None
        )
        if other and not close(value, right):
            code = "SW-E2" if kind == "accuracy" and other in ("precision", "recall") else "SW-E90"
            yield find(
                code, f"of a model whose {kind} is {right:.4f} {target.name} says {value:.4f}, which is its {other}."
            )
            return
    form, value = said[0]
    known = {"counts the right ones without dividing": right * len(truth), "divides by something else": None}
    if form == "flat" and np.isfinite(value) and abs(value) > 1e-9:
        why = next((words for words, wanted in known.items() if wanted and abs(value - wanted) < 1e-6), None)
        shown = f"of a model whose {kind} is {right:.4f} {target.name} says {value:.4f}"
        yield find("SW-E90", f"{shown}: it {why}." if why else f"{shown}.", severity="warning", weight=30)


def of_numbers(target, said, kind):
    """R2 and the errors of a regression."""
    right = regression_values(YR, PR)[kind]
    if not said or any(is_right(kind, value, YR, PR) or abs(value + right) < 1e-9 for _, value in said):
        return
    for _, value in said:
        if is_swapped(value):
            shown = f"of a model whose {kind} is {right:.4f} {target.name} says {value:.4f}"
            yield find("SW-E7", f"{shown}: it divides by the spread of the predictions, not of the labels.")
            return
    _, value = said[0]
    yield find("SW-E90", f"of a model whose {kind} is {right:.4f} {target.name} says {value:.4f}.", severity="warning")


def is_swapped(value):
    """Whether an R2 has labels and predictions in each other's place, in whole or in its denominator."""
    spread = 1 - np.sum((YR - PR) ** 2) / np.sum((PR - PR.mean()) ** 2)
    return is_other("r2", value, YR, PR) or abs(value - spread) < 1e-6


def of_any(target, scoring, said):
    """``score`` may be any metric; one that is R2 with its arguments exchanged is none."""
    try:
        numbers = values(scoring, YR, PR)
    except (CallFailed, CannotCheck):
        return
    if any(is_right(kind, value, YR, PR) for kind in REGRESSION for _, value in numbers):
        return
    if any(is_swapped(value) for _, value in numbers):
        yield from of_numbers(target, numbers, "r2")


@probe("SW-E1", roles=("logistic", "knn", "mlp", "estimator"))
def a_score_sets_each_answer_against_its_own_label(target, call):
    """The score of the rows that were learnt is not that of every answer beside every label."""
    model, made = prediction.fitted(target, call)
    name = next((key for key, method in model.maker.methods().items() if kind_of_name(key) in ("accuracy", "score")
                 and data_of(binding.parameters(method))), None)  # fmt: skip
    said, X = np.asarray(model.answer(made)), model.shaped(model.X, model.y)[0]
    if name is None or said.shape != np.shape(model.y):
        raise CannotCheck("it has no score of rows and labels, or answers in another shape")
    labels = np.ravel(model.y)
    right, every = np.mean(said == labels), np.mean(said[:, None] == labels)
    crossed = [
        number(call(getattr(made, name), X, y)) for y in (labels, labels[:, None])
    ]  # labels may be meant flat or as a column
    if not close(every, right) and all(
        any(close(value, share * every) for share in (1, 100, len(said))) for value in crossed
    ):
        words = f"{name} of {len(said)} rows is {crossed[0]:.5g}: every answer beside every label. Of the answers {right:.1%} are right."
        yield find("SW-E1", words, function=name)
