"""Classes that count labels and predictions as they come: in whatever batches, and from nothing after a reset."""

import re

import numpy as np

from scratchwork.checks.findings import CannotCheck, find
from scratchwork.checks.registry import probe
from scratchwork.checks.views import metric_answer
from scratchwork.checks.views.metric_call import close
from scratchwork.checks.views.metric_cases import P3, Y3

RESET = re.compile(
    r"(reset|clear|restart|zero|start_over|flush|empty|init)(_?(states?|counts?|metrics?|all|table|matrix))?"
)


def _counted(target):
    counted = getattr(target.value, "counted", None)
    if counted is None:
        raise CannotCheck("it does not count along")
    return counted, target.name.rpartition(".")[2]


def _said(counted, call, method, before):
    """{kind: number or numbers of the classes} of an object, after ``before(object)`` has been done to it."""

    def ask():
        made = counted.made(Y3, P3)
        before(made)
        return counted.answer(made, method, Y3, P3)

    value = call(ask)
    if value is None:
        raise CannotCheck("it returns nothing")
    found = metric_answer.readings(value, None, method)
    number = metric_answer.plain_number(value) if not found and not isinstance(value, (tuple, dict)) else None
    return found if number is None else {"value": number}


def _differ(one, other):
    return [kind for kind in one if kind in other and not _alike(one[kind], other[kind])]


def _alike(one, other):
    pairs = zip(np.ravel(one), np.ravel(other))
    return np.shape(one) == np.shape(other) and all(close(a, b) or (a != a and b != b) for a, b in pairs)


@probe("SW-P12", roles=("metric",))
def a_reset_forgets_what_was_counted(target, call):
    """What is counted after a reset is what a new object counts."""
    counted, method = _counted(target)
    name = next(
        (name for name in dir(counted.kind) if RESET.fullmatch(name.strip("_")) and not name.startswith("__")), None
    )
    if name is None:
        raise CannotCheck("it has no reset")

    def again(made):
        counted.tell(made, Y3, Y3)
        getattr(made, name)()
        counted.tell(made, Y3, P3)

    fresh = _said(counted, call, method, lambda made: counted.tell(made, Y3, P3))
    used = _said(counted, call, method, again)
    for kind in _differ(fresh, used):
        said = f"After {name} the {kind} of 17 rows is {metric_answer.shown(used[kind])}; of a new object it is {metric_answer.shown(fresh[kind])}."
        yield find("SW-P12", said, function=name)
        return


@probe("SW-E12", "SW-P12", roles=("metric",))
def batches_do_not_matter(target, call):
    """Rows that come in a long and a short batch count as those that come at once."""
    counted, method = _counted(target)
    if counted.one_by_one:
        raise CannotCheck("it is told one pair at a time")

    def parts(made):
        for rows in (slice(0, 12), slice(12, 17)):
            counted.tell(made, Y3[rows], P3[rows])

    whole = _said(counted, call, method, lambda made: counted.tell(made, Y3, P3))
    parted, last = (
        _said(counted, call, method, parts),
        _said(counted, call, method, lambda made: counted.tell(made, Y3[12:], P3[12:])),
    )
    for kind in _differ(whole, parted):
        words = f"The {kind} of 17 rows is {metric_answer.shown(whole[kind])}, and {metric_answer.shown(parted[kind])} where they come as 12 and 5"
        if kind in last and _alike(parted[kind], last[kind]):
            yield find(
                "SW-P12", f"{words}: that of the last batch alone.", function=counted.telling, severity="warning"
            )
        else:
            yield find(
                "SW-E12",
                f"{words}: short batches weigh as much as long ones.",
                function=counted.telling,
                severity="warning",
            )
        return
