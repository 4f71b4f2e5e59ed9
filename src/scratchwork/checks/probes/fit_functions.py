"""Functions that learn a linear model, asked what classes that do so are asked."""

from scratchwork.checks.probes import linear as probe_linear
from scratchwork.checks.probes import linear_penalty as probe_linear_penalty
from scratchwork.checks.probes import parameters as probe_parameters
from scratchwork.checks.probes import siblings as probe_siblings
from scratchwork.checks.probes import trail as probe_trail
from scratchwork.checks.registry import Target, probe
from scratchwork.checks.views import estimator, fit_functions

ROLES = ("fit function",)


def inner(target, call):
    """The function as a class, with the file's functions as its methods; made once."""
    if "inner" not in target.namespace:
        form, outer = target.value, target.namespace.get("nodes", {})
        kind = "logistic" if fit_functions.is_logistic(target.name, outer) else "linear"
        nodes = outer | {f"{target.name}.{name}": node for name, node in outer.items() if "." not in name}
        space = {**target.namespace, "nodes": nodes, "squashes": True}
        view = estimator.Estimator(fit_functions.as_class(form, kind), target.name, call)
        target.namespace["inner"] = Target(view, target.name, kind, target.line, target.source, space)
    return target.namespace["inner"]


def _asked(function, target, call):
    """The findings of a probe of classes, placed in the function where it names none of the file's."""
    own = target.namespace.get("nodes", {})
    for finding in function(inner(target, call), call):
        yield finding if finding.function in own else finding.at(function=target.name)


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


@probe("SW-T1", "SW-T2", "SW-G5", roles=ROLES)
def its_parameters_do_something(target, call):
    """Two learning rates, or two strengths of the penalty, give different weights."""
    yield from _asked(probe_parameters.every_parameter_does_something, target, call)
