"""Metric functions, called by themselves: their values, all pairs of shapes, swapped arguments, empty classes."""

import dis
import re

import numpy as np

from scratchwork.checks.findings import CallFailed, CannotCheck, find
from scratchwork.checks.registry import probe
from scratchwork.checks.views.metric_answer import shown
from scratchwork.checks.views.metric_blame import blame, blamed, blamed_elsewhere, source_of
from scratchwork.checks.views.metric_call import Metric, close, is_metrics_file, number
from scratchwork.checks.views.metric_cases import P2, P3, PR, Y2, Y3, YR
from scratchwork.checks.views.metric_exchange import exchanged
from scratchwork.checks.views.metric_judge import (
    OTHER,
    REGRESSION,
    is_other,
    is_right,
    right_values,
    wrong_in,
)
from scratchwork.checks.views.metric_place import failing_in
from scratchwork.checks.views.metric_values import COUNTED, conventions

CLASSIFICATION = ("accuracy", "error_rate", "precision", "recall", "f1", "balanced_accuracy", *COUNTED)
RATIOS = ("precision", "recall", "f1")


@probe("SW-E90", "SW-E7", "SW-E2", roles=("metric:report", *(f"metric:{kind}" for kind in CLASSIFICATION)))
def metric_has_its_value(target, call):
    """Each number of the answer equals one of the usual definitions of its name: binary, macro, micro or weighted."""
    metric = Metric(target, call)
    if target.name.rpartition(".")[2] in blamed(target):
        raise CannotCheck("its averages are wrong already")
    if stands_for_others(target.value):
        raise CannotCheck("it gives one number without looking at what it is given")
    said = metric.settle(Y2, P2, wrong_in(Y2, P2))
    if said and set(said) <= set(REGRESSION):
        raise CannotCheck("it is a report on numbers, not on classes")
    yield from percents(target, metric, said)
    wrong = [kind for kind in said if kind not in REGRESSION and not is_right(kind, said[kind], Y2, P2)]
    if wrong:
        yield from wrong_value(target, metric, wrong[0], said)
        return
    yield from the_label_counts(target, metric)
    yield from more_weight_on_recall(target, metric)
    for kind in said:
        if kind in (*RATIOS, "accuracy"):
            yield from of_several_classes(target, metric, kind)


def stands_for_others(function):
    """Whether a function does nothing but return a constant, as in a base class: it stands for those of its heirs."""
    code = getattr(function, "__code__", None)
    done = {entry.opname for entry in dis.get_instructions(code)} if code else {"CALL"}
    return done <= {"RESUME", "NOP", "LOAD_CONST", "RETURN_VALUE", "RETURN_CONST"}


def the_label_counts(target, metric):
    """E2 where the class that the caller asks for is not the one that is counted."""
    name = next((name for name in metric.options if re.fullmatch(r"pos(itive)?(_?label|_?class)?", name)), None)
    if name is None or metric.kind not in ("precision", "recall") or name in metric.rest:
        return
    try:
        value = metric.ask(Y2, P2, **{name: 0})
    except (CallFailed, CannotCheck):
        return
    wanted = right_values(metric.kind, 1 - Y2, 1 - P2)[0]
    if not close(value, wanted):
        said = f"with {name}=0 {target.name} gives {value:.4f}; the {metric.kind} of class 0 is {wanted:.4f}."
        yield find("SW-E2", said, severity="error")


def percents(target, metric, said):
    """E10 where a fraction is printed with the sign of a percentage."""
    for kind, value in list(said.items()):
        signed = (
            kind in (*RATIOS, "accuracy")
            and np.ndim(value) == 0
            and re.search(rf"\b{value:.6g}0*\s*%", metric.call.text)
        )
        right = right_values(kind, Y2, P2)[0] if signed else 0
        if signed and abs(value - right) < 0.06:
            words = f"of labels whose {kind} is {right:.4f}, {100 * right:.1f} %, {target.name} prints {value:g} %."
            yield find("SW-E10", words, severity="error")
            del said[kind]


def more_weight_on_recall(target, metric):
    """E7 where a larger ``beta`` draws the F-score to the precision, not to the recall."""
    if metric.kind != "f1" or "beta" not in metric.options:
        return
    p, r = (right_values(kind, Y2, P2)[0] for kind in ("precision", "recall"))
    value, right, turned = metric.ask(Y2, P2, beta=2), 5 * p * r / (4 * p + r), 5 * p * r / (p + 4 * r)
    if close(value, turned):
        said = f"with beta = 2 {target.name} gives {value:.4f}, the F-score of precision and recall exchanged; it is {right:.4f}."
        yield find("SW-E7", said)


def wrong_value(target, metric, kind, said):
    """The value is that of a swapped metric, or of none."""
    value, right = said[kind], right_values(kind, Y2, P2)
    swapped = is_other(kind, value, Y2, P2)
    if swapped and metric.order == "unknown":
        return
    weight = 20 if blamed_elsewhere(target) else None
    blame(target)
    every = {"accuracy": float(np.mean(Y2[:, None] == P2)), "error_rate": float(np.mean(Y2[:, None] != P2))}.get(kind)
    named = "" if metric.kind else f"{kind} = "
    said = f"for 4 hits, 3 false alarms, 1 miss and 5 correct rejections {target.name} gives {named}{shown(value)}"
    instead = None if swapped or np.ndim(value) else exchanged(kind, value, Y2, P2)
    if every is not None and value != round(value) and close(value, every):
        yield find(
            "SW-E1",
            f"{said}, that of every prediction beside every label; the {kind} is {right[0]:.4f}.",
            severity="error",
        )
    elif swapped or instead:
        words = instead or f"the {OTHER[kind]}"
        yield find("SW-E7", f"{said}: that is {words}; the {kind} is {right[0]:.4f}.", weight=weight)
    elif np.all(value == value):
        sure = "error" if knows_perfection(metric, kind, value) else "warning"
        if re.search("score|prob", metric.guess) and is_right(kind, 1 - value, Y2, P2):
            raise CannotCheck("it takes scores, and which class the high ones speak for is not known")
        yield find("SW-E90", f"{said}; the {kind} is {right[0]:.4f}.", weight=weight, severity=sure)
    else:
        yield find("SW-E90", f"{said}, which is no number; the {kind} is {right[0]:.4f}.", weight=weight)


def knows_perfection(metric, kind, value):
    """Whether predictions that are the labels get more, or exactly nothing: else it may want another form than it was given."""
    try:
        perfect = metric.read(Y2, Y2).get(kind)
    except (CallFailed, CannotCheck):
        return False
    if perfect is None or np.ndim(perfect) or np.ndim(value):
        return perfect is not None
    turned = perfect == 0 and is_right(kind, 1 - value, Y2, P2)
    return bool(turned or (perfect < value if kind in LESS else perfect > value))


LESS = ("error_rate", "fpr", "fnr", "fp", "fn")


def of_several_classes(target, metric, kind):
    """Three classes: any average is right, class 1 alone is worth a word."""
    if metric.counting is not None and metric.counting.of_two:
        return
    try:
        value = metric.read(Y3, P3).get(kind)
    except (CallFailed, CannotCheck):
        return  # a metric for two classes may refuse three
    if value is None or is_right(kind, value, Y3, P3, several=True) or np.ndim(value) or metric.asks_for_a_class():
        return
    right = conventions(kind, Y3, P3, several=True)
    if kind == "accuracy":
        yield from of_one_class(target, value, right[0])
        return
    single = conventions(kind, (Y3 == 1).astype(int), (P3 == 1).astype(int))[0]
    promised = promises_an_average(target)
    if close(value, single) or loosely_one(value, kind):
        stated = any(re.search(r"pos|target|label|cls|class", name.lower()) for name in metric.options)
        told = metric.kind and is_metrics_file(target) and not stated
        told = told and _speaks_of(SEVERAL, target)
        averages = promised and any("average" in name.lower() for name in metric.options)
        severity = (
            "error" if averages else "warning" if told or promised else "remark"
        )  # else it may be for two classes
        said = f"for three classes {target.name} gives {value:.4f}, the {kind} of class 1 alone; the macro average is {right[0]:.4f}."
        yield find("SW-E2", said, severity=severity, weight=84 if promised else 30)
    elif promised:
        yield from no_average(target, kind, value, right)


SEVERAL = re.compile(r"(?i)macro|micro|weighted|average|n_?class|num_class|unique\(|union1d")
FLAT = re.compile(r"\w\.(ravel|flatten|squeeze)\(|ravel\(\w|array\([^()]*\)\.(ravel|flatten)|reshape\(-1\)|_flat")


def _speaks_of(words, target):
    """Whether the file itself speaks of something: what it never promises, it need not hold."""
    return target.source is None or bool(words.search(target.source.text))


def of_one_class(target, value, right):
    """E2 where the accuracy of three classes is that of one of them against the rest."""
    alone = {label: float(np.mean((label == Y3) == (label == P3))) for label in (0, 1, 2)}
    label = next((label for label, wanted in alone.items() if close(value, wanted)), None)
    if label is not None:
        said = f"for three classes {target.name} gives {value:.4f}, the share of right answers to whether a row is of class {label}"
        yield find("SW-E2", f"{said}; {right:.4f} of the rows are right.", severity="warning")


def promises_an_average(target):
    """Whether the function speaks of several classes, and is not of two unless it is told."""
    if re.search(r"""average\s*(:\s*\w+\s*)?=\s*['"]binary""", source_of(target)):
        return False
    text = re.sub(r"\bn_class\w*|['\"]weighted['\"]", "multi", source_of(target))
    return bool(re.search(r"macro|micro|weighted|average|n_class|num_class|multi", text, re.IGNORECASE))


def no_average(target, kind, value, right):
    """The number is no average of the classes at all."""
    weight = 20 if blamed_elsewhere(target) else None
    blame(target)
    if is_other(kind, value, Y3, P3, several=True):
        said = f"for three classes {target.name} gives {value:.4f}, which is the {OTHER[kind]}; the {kind} is {right[0]:.4f}."
        yield find("SW-E7", said, weight=weight)
    else:
        said = f"for three classes {target.name} gives {value:.4f}; macro, weighted and micro {kind} are "
        yield find("SW-E90", said + ", ".join(f"{wanted:.4f}" for wanted in right[:3]) + ".", weight=weight)


def loosely_one(value, kind):
    """Whether the value counts class 1 against class 0 and leaves class 2 out."""
    tp = np.sum((Y3 == 1) & (P3 == 1))
    fp, fn = np.sum((Y3 == 0) & (P3 == 1)), np.sum((Y3 == 1) & (P3 == 0))
    values = {"precision": tp / (tp + fp), "recall": tp / (tp + fn), "f1": 2 * tp / (2 * tp + fp + fn)}
    return kind in values and close(value, values[kind])


@probe("SW-E1", roles=tuple(f"metric:{kind}" for kind in (*CLASSIFICATION, *REGRESSION)))
def metric_minds_the_shape(target, call):
    """(n,), (n, 1) and both mixed give one value, or an error; not a table of n x n."""
    metric, kind = Metric(target, call), target.role.split(":")[1]
    truth, guess = (YR, PR) if kind in REGRESSION else (Y2, P2)
    base = number(metric.raw(truth, guess))
    worst = None
    for one, other in ((truth[:, None], guess), (truth, guess[:, None])):
        try:
            value = number(metric.raw(one, other))
        except (CallFailed, CannotCheck):
            continue
        if not close(value, base) and (worst is None or value > worst[0]):
            worst = (value, one.shape, other.shape)
    if worst:
        value, one, other = worst
        impossible = kind in CLASSIFICATION and value > 1.0001 and base <= 1
        severity = "warning" if is_metrics_file(target) and _speaks_of(FLAT, target) else "remark"
        said = f"{target.name} gives {base:.4f} for shapes {truth.shape} and {truth.shape}, and {value:.4f} for {one} and {other}."
        yield find("SW-E1", said, severity=severity, weight=38 if impossible else 36)


EMPTY = [
    ("no row is predicted positive", np.array([1, 0, 1, 0]), np.zeros(4, dtype=int)),
    ("no row is positive", np.zeros(4, dtype=int), np.array([1, 0, 1, 0])),
    ("class 2 is predicted and never there", np.array([0, 0, 1, 1, 0]), np.array([0, 2, 1, 1, 0])),
    ("class 2 is there and never predicted", np.array([0, 2, 1, 1, 0]), np.array([0, 0, 1, 1, 0])),
]


@probe("SW-E3", roles=("metric:report", *(f"metric:{kind}" for kind in RATIOS)))
def metric_survives_an_empty_class(target, call):
    """No positive predicted, or none there: 0 by convention, not NaN and no ZeroDivisionError."""
    metric = Metric(target, call)
    settled = metric.settle(Y2, P2, wrong_in(Y2, P2))
    for words, truth, guess in EMPTY:
        said = None
        try:
            values = metric.read(truth, guess)
            bad = [
                kind
                for kind, value in values.items()
                if kind in settled and kind in RATIOS and not np.isfinite(value).all()
            ]
            if bad:
                said = f"where {words}, {target.name} gives {bad[0]} = {values[bad[0]]}."
        except CannotCheck as failure:
            if "ZeroDivision" in str(failure) or "divide" in str(failure):
                said = f"where {words}, {failure}."
        if said:
            below = blamed_elsewhere(target)
            blame(target)
            report = metric.kind is None or is_metrics_file(target)
            severity = "warning" if report or is_of_several(metric) else "remark"
            where = failing_in(target.value, call, **metric.given(truth, guess))
            yield find("SW-E3", said, severity=severity, weight=20 if below else None, function=where)
            return


def is_of_several(metric):
    """Whether it is right for three classes too: then one class that is never predicted spoils its average."""
    try:
        said = metric.read(Y3, P3)
    except CannotCheck:
        return False
    return any(kind in RATIOS and is_right(kind, value, Y3, P3, several=True) for kind, value in said.items())


@probe("SW-M9", roles=("metric:clusters",))
def cluster_scores_do_not_mind_the_numbering(target, call):
    """Renumbering the clusters must not change how well they fit the classes."""
    metric = Metric(target, call)
    renamed = np.array([2, 0, 1])[P3]
    first, second = metric.ask(Y3, P3), metric.ask(Y3, renamed)
    swapped = metric.ask(P3, Y3) if metric.order == "unknown" else first
    if not close(first, second, 1e-9) and not close(swapped, second, 1e-9):
        said = f"{target.name} gives {first:.4f}, and {second:.4f} when the same clusters are numbered differently."
        yield find("SW-M9", said)
