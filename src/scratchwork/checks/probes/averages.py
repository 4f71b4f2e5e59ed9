"""Averages over the classes: weighted by the labels, every class counted, one scale in the whole file."""

import re

import numpy as np

from scratchwork.checks.findings import CallFailed, CannotCheck, find
from scratchwork.checks.probes.metrics import promises_an_average
from scratchwork.checks.recognising import vocabulary
from scratchwork.checks.registry import probe
from scratchwork.checks.views.metric_blame import blame, blamed, blamed_elsewhere, source_of
from scratchwork.checks.views.metric_call import Metric, close, is_metrics_file
from scratchwork.checks.views.metric_cases import P2, P3, Y2, Y3
from scratchwork.checks.views.metric_place import helper_with
from scratchwork.checks.views.metric_values import conventions, per_class

RATIOS = {"precision": 0, "recall": 1, "f1": 2}
# class 2 is there and predicted, and never rightly: its precision and recall are 0
Y0 = np.array([0, 0, 0, 1, 1, 2, 2, 1, 0, 0, 1])
P0 = np.array([0, 1, 0, 1, 1, 0, 1, 2, 0, 2, 0])
FEW = (r"average|avg|mode", r"macro|weighted")


def ways(metric, name):
    """[(the average that is asked for, keyword arguments)]: by the function's option, or by its name."""
    option = next((entry for entry in metric.options if re.fullmatch(FEW[0], entry)), None)
    if option:
        return [(word, {option: word}) for word in ("macro", "weighted")]
    named = re.search(FEW[1], vocabulary.plain(name.rpartition(".")[2]))
    return [(named.group(0), {})] if named else []


def averages(kind, truth, guess):
    """{way: the values that count as right}."""
    table = per_class(truth, guess)
    values, there = table[:, RATIOS[kind]], table[:, 3]
    macro = [values.mean(), values[there > 0].mean()]
    if kind == "f1":
        p, r = table[:, 0].mean(), table[:, 1].mean()
        macro.append(2 * p * r / (p + r))
    return {"macro": macro, "weighted": [np.average(values, weights=there)]}


@probe("SW-E12", "SW-E2", "SW-E7", roles=tuple(f"metric:{kind}" for kind in RATIOS))
def averages_are_what_they_are_called(target, call):
    """macro and weighted give the average of that name, classes with the score 0 included."""
    metric = Metric(target, call)
    asked = ways(metric, target.name)
    if not asked or target.name.rpartition(".")[2] in blamed(target):
        raise CannotCheck("it speaks of no average")
    for truth, guess in ((Y3, P3), (Y0, P0)):
        right = averages(metric.kind, truth, guess)
        for way, options in asked:
            try:
                value = metric.ask(truth, guess, **options)
            except (CallFailed, CannotCheck):
                continue
            if not any(close(value, wanted) for wanted in right[way]) and value == value:
                yield from wrong_average(target, metric.kind, way, value, (truth, guess))
                return


def wrong_average(target, kind, way, value, rows):
    """Which average it is instead."""
    truth, guess = rows
    wanted = averages(kind, truth, guess)[way][0]
    said = f"the {way} {kind} of three classes is {wanted:.4f}, {target.name} gives {value:.4f}"
    weight = 20 if blamed_elsewhere(target) else 82
    blame(target)
    left_out = left_out_or_weighted(kind, value, truth, guess)
    single = conventions(kind, (truth == 1).astype(int), (guess == 1).astype(int))[0]
    others = [name for name in RATIOS if name != kind]
    other = next((name for name in others if any(close(value, item) for item in averages(name, truth, guess)[way])), "")
    if not left_out and (close(value, single) or close(value, 3 * single)):
        yield find("SW-E2", f"{said}, that of class 1 alone.", severity="error", weight=weight)
    elif other and not left_out:
        yield find("SW-E7", f"{said}: that is the {other}.", weight=weight)
    elif "weights" in left_out and way == "weighted":
        yield find("SW-E7", f"{said}{left_out}.", weight=weight, severity="warning")
    else:
        where = helper_with(target, r"\b(mean|average|nanmean)\(")
        yield find("SW-E12", f"{said}{left_out}.", weight=weight, severity="warning", function=where)


def left_out_or_weighted(kind, value, truth, guess):
    """In words, which classes or which weights make the value; empty where neither does."""
    table = per_class(truth, guess)
    values, predicted = table[:, RATIOS[kind]], [np.sum(guess == label) for label in np.unique([truth, guess])]
    if values.min() == 0 and close(value, values[values > 0].mean()):
        return f": the class whose {kind} is 0 is left out"
    return (
        ": the weights are the predictions of each class" if close(value, np.average(values, weights=predicted)) else ""
    )


@probe("SW-E12", roles=("metric:report", *(f"metric:{kind}" for kind in RATIOS)))
def absent_classes_do_not_count(target, call):
    """Labels 0, 2 and 3: the mean goes over three classes, not over four."""
    metric = Metric(target, call)
    names = np.array([0, 2, 3])
    truth, guess = names[Y3], names[P3]
    sized = metric.counting is not None and metric.counting.sized
    if metric.rest or (sized and not re.search(r"(?i)seen|present|occur|appear", source_of(target))):
        raise CannotCheck("the number of classes is given by the caller")
    for kind, value in metric.read(truth, guess).items():
        if kind not in RATIOS or np.ndim(value):
            continue
        right = conventions(kind, truth, guess, several=True)
        if any(close(value, wanted) for wanted in right):
            continue
        if any(close(value, wanted * 3 / 4, 1e-3) for wanted in (right[0], right[-1])):
            said = f"with labels 0, 2 and 3 {target.name} gives {value:.4f}, an average over four classes; over the three that occur it is {right[0]:.4f}."
            yield find("SW-E12", said, weight=20 if blamed_elsewhere(target) else None)
            blame(target)
            return
        if value != value and promises_an_average(target):
            yield find("SW-E12", f"with labels 0, 2 and 3 {target.name} gives NaN.")
            return


@probe("SW-E10", roles=tuple(f"metric:{kind}" for kind in ("accuracy", *RATIOS)))
def metrics_of_a_file_have_one_scale(target, call):
    """A file whose precision is a fraction does not give the accuracy in percent."""
    metric = Metric(target, call)
    value = metric.ask(Y2, P2)
    right = conventions(metric.kind, Y2, P2)[0]
    scale = next(
        (words for words, factor in (("fraction", 1), ("percent", 100)) if abs(value - factor * right) < 1e-3 * factor),
        None,
    )
    text = f"{target.name} {source_of(target)}".lower()
    if scale is None or not is_metrics_file(target) or "percent" in text or "%" in text or "pct" in text:
        return
    scales = target.namespace.get("namespace", {}).setdefault("__scales__", {})
    scales[target.name] = (scale, value)
    other = next((name for name, (word, _) in scales.items() if word != scale), None)
    if other and len({word for word, _ in scales.values()}) == 2 and "__mixed__" not in scales:
        percent, fraction = (target.name, other) if scale == "percent" else (other, target.name)
        said = f"{percent} gives {scales[percent][1]:.4g}, in percent; {fraction} gives {scales[fraction][1]:.4g}, a fraction."
        scales["__mixed__"] = (None, None)
        yield find("SW-E10", said, function=percent)
