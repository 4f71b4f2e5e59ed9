"""Functions that learn a linear model, asked what classes that do so are asked."""

import contextlib
import dataclasses
import re

from scratchwork.checks.findings import CannotCheck, Unseen, find
from scratchwork.checks.probes import arrival as probe_arrival
from scratchwork.checks.probes import linear as probe_linear
from scratchwork.checks.probes import linear_history as probe_history
from scratchwork.checks.probes import linear_penalty as probe_linear_penalty
from scratchwork.checks.probes import parameters as probe_parameters
from scratchwork.checks.probes import prediction as probe_prediction
from scratchwork.checks.probes import siblings as probe_siblings
from scratchwork.checks.probes import trail as probe_trail
from scratchwork.checks.registry import Target, probe
from scratchwork.checks.views import estimator, fit_functions, function_classes
from scratchwork.checks.views.linear_implied import implied, rest
from scratchwork.checks.views.model import modelled
from scratchwork.checks.watching.linear_trail import trail_data

ROLES = ("fit function",)


def inner(target, call, answered=False):
    """The function as a class, with the file's functions as its methods; ``answered``: its answers are the file's own. Made once."""
    key = "answered" if answered else "inner"
    if key not in target.namespace:
        form, outer = target.value, target.namespace.get("nodes", {})
        kind = "logistic" if fit_functions.is_logistic(target.name, outer) else "linear"
        nodes = outer | {f"{target.name}.{name}": node for name, node in outer.items() if "." not in name}
        space = {**target.namespace, "nodes": nodes, "squashes": True}
        answers = _answering(target, form, call) if answered else []
        view = estimator.Estimator(function_classes.as_class(form, kind, answers), target.name, call)
        names = [answer.function.__name__ for answer in answers]
        target.namespace["answers"] = {"predict": names[0], "predict_proba": names[-1]} if names else {}
        target.namespace[key] = Target(view, target.name, kind, target.line, target.source, space)
    return target.namespace[key]


def _answering(target, form, call):
    answers = function_classes.answering(form, target.namespace.get("namespace", {}), call)
    if not answers:
        raise Unseen("no function of the file predicts from these weights")
    return answers


def _asked(function, target, call, answered=False):
    """The findings of a probe of classes, placed in the function where it names none of the file's."""
    view, own = inner(target, call, answered), target.namespace.get("nodes", {})
    names = target.namespace["answers"] if answered else {}
    for finding in function(view, call):
        place = names.get(finding.function) or finding.function
        place = place if place in own else target.name
        observed = re.sub(r"\bpredict(_proba)?\b", lambda found: names.get(found[0], found[0]), finding.observed)
        yield dataclasses.replace(finding, function=place, observed=observed)


@probe("SW-G1", "SW-G18", "SW-P15", "SW-G13", "SW-T3", roles=ROLES)
def its_path_follows_the_gradient(target, call):
    """Each step is the rate times minus the gradient at the point before, up to one factor."""
    yield from _asked(probe_linear.the_path_follows_the_gradient, target, call)


@probe("SW-G1", "SW-G18", "SW-G2", "SW-G3", "SW-G4", "SW-G13", "SW-T1", "SW-T12", roles=ROLES)
def its_steps_follow_the_gradient(target, call):
    """The same seen from inside, where neither rate nor number of iterations can be set."""
    yield from _asked(probe_trail.the_steps_of_fit_follow_the_gradient, target, call)


@probe("SW-G1", "SW-G5", "SW-G13", "SW-G7", "SW-G8", roles=ROLES)
def its_gradient_belongs_to_its_cost(target, call):
    """What a function that it calls returns as gradient is that of the cost beside it."""
    yield from _asked(probe_siblings.the_gradient_belongs_to_the_cost, target, call)


@probe("SW-G2", "SW-G3", "SW-G4", "SW-G5", "SW-T2", roles=ROLES)
def its_penalty_shrinks_the_weights(target, call):
    """With a penalty each step draws the weights towards zero, and the intercept stays free."""
    yield from _asked(probe_linear_penalty.the_penalty_shrinks_the_weights, target, call)


@probe("SW-T14", "SW-G9", "SW-G7", roles=ROLES)
def what_it_tells_is_the_loss(target, call):
    """The costs that it gives back, or the last one, are those of the parameters before or after a step."""
    yield from _asked(probe_linear_penalty.the_history_is_the_loss, target, call)


@probe("SW-T1", "SW-T2", "SW-G5", roles=ROLES)
def its_parameters_do_something(target, call):
    """Two learning rates, or two strengths of the penalty, give different weights."""
    yield from _asked(probe_parameters.every_parameter_does_something, target, call)


@probe("SW-T13", roles=ROLES)
def it_goes_on_until_it_has_arrived(target, call):
    """More iterations change the weights, unless the optimum is reached."""
    yield from _asked(probe_arrival.it_does_not_stop_at_once, target, call)


@probe("SW-P10", "SW-P1", "SW-P4", roles=ROLES)
def the_file_answers_from_what_was_learnt(target, call):
    """The file's function that predicts belongs to the optimum as the weights do."""
    yield from _asked(probe_arrival.its_answers_are_those_of_what_it_learnt, target, call, answered=True)


@probe("SW-P10", "SW-P1", roles=ROLES)
def the_file_answers_as_it_trains(target, call):
    """Where each step is along the gradient of X w + b, the file's function that predicts says what X w + b says."""
    yield from _asked(probe_history.training_and_answers_read_the_weights_alike, target, call, answered=True)


@probe("SW-T20", "SW-P3", "SW-P2", roles=ROLES)
def the_file_answers_row_by_row(target, call):
    """Asked alone as among others, the file's function that predicts says the same."""
    yield from _asked(probe_prediction.an_answer_does_not_depend_on_other_questions, target, call, answered=True)


@probe("SW-T15", roles=ROLES)
def without_a_rate_it_arrives(target, call):
    """A logistic function that takes no rate, as Newton's method does, ends where the gradient has vanished."""
    view = inner(target, call)
    if "lr" in target.value.settings or view.role != "logistic":
        raise CannotCheck("it is no fit that needs no rate")
    model, left = modelled(view, call), []
    X, y = trail_data(model)
    X = (X - X.mean(axis=0)) / X.std(axis=0)
    for labels in (y, 2 * y - 1):
        with contextlib.suppress(CannotCheck):
            said = implied(model, model.fit(X, labels, as_is=True, epochs=..., seed=...))
            left.append(rest(model.kind, X, y, said.w, said.b))
    if not left:
        raise CannotCheck("what it learns gives no score for a row")
    if 0.1 < min(left) < 0.99:
        observed = f"With its own settings it ends where {100 * min(left):.0f} % of the gradient is left."
        yield find("SW-T15", observed, function=target.name, severity="warning", weight=60)
