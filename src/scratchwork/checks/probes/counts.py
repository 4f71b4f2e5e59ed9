"""Metrics given the counts themselves: ``precision(tp, fp)``, ``f1(precision, recall)``, ``accuracy(confusion)``."""

import contextlib
import re

import numpy as np

from scratchwork.checks.findings import CallFailed, CannotCheck, find
from scratchwork.checks.recognising import binding, metric_words, vocabulary
from scratchwork.checks.recognising.recognise_metrics import TABLE
from scratchwork.checks.registry import probe
from scratchwork.checks.views import metric_answer
from scratchwork.checks.views.metric_answer import shown
from scratchwork.checks.views.metric_blame import blame, blamed_elsewhere
from scratchwork.checks.views.metric_call import close, is_metrics_file, order_of
from scratchwork.checks.views.metric_cases import P2, P3, Y2, Y3, counts
from scratchwork.checks.views.metric_exchange import exchanged_counts
from scratchwork.checks.views.metric_judge import OTHER, is_right, of_classes
from scratchwork.checks.views.metric_values import conventions, four_counts, of_counts

RATIOS = ("precision", "recall", "f1", "specificity")
FOUR = dict(zip(("tp", "fp", "fn", "tn"), four_counts(Y2 == 1, P2 == 1)))
RATIO = {"precision": FOUR["tp"] / (FOUR["tp"] + FOUR["fp"]), "recall": FOUR["tp"] / (FOUR["tp"] + FOUR["fn"])}


@probe("SW-E3", roles=("counts",))
def a_class_may_never_be_predicted(target, call):
    """Of a confusion matrix with an empty row or column every number is finite: 0 by convention."""
    if not target.role.endswith(":report"):
        raise CannotCheck("it takes no confusion matrix")
    node = target.namespace.get("nodes", {}).get(target.name)
    never = counts(Y3, np.where(P3 == 2, 0, P3), 3).astype(int)
    for table, words in ((never, "column"), (never.T, "row")):
        found = metric_answer.readings(call(target.value, table), node, target.name)
        bad = [kind for kind, value in found.items() if kind in RATIOS and not np.isfinite(value).all()]
        if bad:
            said = f"of a table with an empty {words} {target.name} gives {bad[0]} = {shown(found[bad[0]])}."
            yield find("SW-E3", said, severity="warning" if is_metrics_file(target) else "remark")
            return


@probe("SW-E7", "SW-E90", roles=("counts",))
def metric_of_counts_has_its_value(target, call):
    """4 hits, 3 false alarms, 1 miss and 5 correct rejections give the ratio of the name."""
    kind = target.role.split(":")[1]
    required = [entry.name for entry in binding.parameters(target.value) if entry.default is entry.empty]
    if kind == "report":
        yield from each_of_table(target, call)
        return
    if len(required) == 1 and TABLE.match(vocabulary.plain(required[0])):
        yield from of_table(target, call, kind)
        return
    value = metric_answer.plain_number(call(target.value, **{name: given(name) for name in required}))
    right = of_counts(kind, *FOUR.values())
    if value is None or np.ndim(value) or close(value, right):
        return
    yield from wrong(target, kind, value, right)


def given(name):
    """The count, or the ratio, that a parameter's name stands for."""
    kind = metric_words.kind_of_word(name) or metric_words.SHORT.get(name.lower())
    return FOUR[kind] if kind in FOUR else RATIO[kind]


def wrong(target, kind, value, right):
    """Which other ratio the number is, if any."""
    weight = 20 if blamed_elsewhere(target) else None
    blame(target)
    instead = exchanged_counts(kind, value, FOUR)
    said = f"for TP = {FOUR['tp']}, FP = {FOUR['fp']}, FN = {FOUR['fn']}, TN = {FOUR['tn']} {target.name} gives {shown(value)}"
    if instead:
        yield find("SW-E7", f"{said}: that is {instead}; the {kind} is {right:.4f}.", weight=weight)
    else:
        yield find("SW-E90", f"{said}; the {kind} is {right:.4f}.", weight=weight)


def of_table(target, call, kind):
    """Of a confusion matrix, made by the file's own function where it has one: then rows are what that function makes them."""
    own = own_table(target, call)
    if own is None and (two := own_table(target, call, Y2, P2)) is not None:
        yield from of_two(target, call, kind, two)
        return
    tables = [own] if own is not None else [counts(Y3, P3, 3), counts(Y3, P3, 3).T]
    said = [metric_answer.plain_number(call(target.value, item)) for item in tables]
    if any(value is None for value in said):
        raise CannotCheck("it returns no number")
    pairs = [(Y3, P3), (P3, Y3)]
    if any(
        is_right(kind, value, truth, guess, several=True)
        for value in said
        for truth, guess in pairs[: 1 if own is not None else 2]
    ):
        return
    value, right = said[0], conventions(kind, Y3, P3, several=True)[:1]
    if own is not None and kind in ("precision", "recall") and is_right(kind, value, P3, Y3, several=True):
        weight = 20 if blamed_elsewhere(target) else None
        yield find(
            "SW-E7",
            f"of the file's own table {target.name} gives {shown(value)}, which is the other of precision and recall.",
            weight=weight,
        )
    elif np.ndim(value) == 0 and right:
        yield find(
            "SW-E90",
            f"of a table of 17 rows {target.name} gives {value:.4f}; the {kind} is {right[0]:.4f}.",
            severity="warning",
        )


def of_two(target, call, kind, table):
    """Of the file's own table of two classes. Where both precision and recall are exchanged, the table is to blame."""
    value = metric_answer.plain_number(call(target.value, table))
    if kind in OTHER and is_right(OTHER[kind], value, Y2, P2) and read_as(target, call, table) != "exchanged":
        said = f"of the file's own table {target.name} gives {shown(value)}, which is the {OTHER[kind]}."
        yield find("SW-E7", said)
    elif np.ndim(value) == 0 and value is not None and not is_right(kind, value, Y2, P2) and kind not in OTHER:
        right = conventions(kind, Y2, P2)[0]
        said = f"of the file's own table {target.name} gives {value:.4f}; the {kind} is {right:.4f}."
        yield find("SW-E90", said, severity="warning")


def read_as(target, call, table):
    """How precision and recall of the file read its table of Y2 and P2: "right", "exchanged" both, or ""."""
    said = set()
    for name, item in target.namespace.get("namespace", {}).items():
        kind = metric_words.kind_of_word(name) if callable(item) else None
        entries = binding.parameters(item) if kind in ("precision", "recall") else ()
        if len(entries) == 1 and TABLE.match(vocabulary.plain(entries[0].name)):
            with contextlib.suppress(CallFailed, CannotCheck):
                value = metric_answer.plain_number(call(item, table))
                said.add(
                    "right"
                    if is_right(kind, value, Y2, P2)
                    else "exchanged"
                    if is_right(OTHER[kind], value, Y2, P2)
                    else ""
                )
    return said.pop() if len(said) == 1 else ""


def each_of_table(target, call):
    """Each of several metrics of a confusion matrix: right for the file's own table, or for one of the two ways round."""
    node, own = target.namespace.get("nodes", {}).get(target.name), own_table(target, call)
    tables = [own] if own is not None else [counts(Y3, P3, 3), counts(Y3, P3, 3).T]
    said = [metric_answer.readings(call(target.value, table), node, target.name) for table in tables]
    wrong = [
        [kind for kind, value in found.items() if not is_right(kind, value, Y3, P3, several=True)] for found in said
    ]
    if not any(said):
        raise CannotCheck("which of its numbers is which is not known")
    if not all(wrong) or of_two_classes(target, call, node):
        return
    kind, value = wrong[0][0], said[0][wrong[0][0]]
    shown_right = (
        f"the {kind} of the classes is {shown(of_classes(kind, Y3, P3))}"
        if np.ndim(value)
        else f"the {kind} is another"
    )
    other = OTHER.get(kind) and is_right(OTHER[kind], value, Y3, P3, several=True)
    words = f": that is the {OTHER[kind]}" if other else ""
    observed = f"of a table of 17 rows {target.name} gives {kind} = {shown(value)}{words}; {shown_right}."
    transposed = own is not None and np.array_equal(own, counts(Y3, P3, 3).T)  # which is said of the table
    sure = "error" if other and own is not None and not transposed else "warning"
    yield find("SW-E7" if other else "SW-E90", observed, severity=sure)


def of_two_classes(target, call, node):
    """Whether all its numbers are right of a table of two classes, where it was written for two."""
    own, three = own_table(target, call, Y2, P2), own_table(target, call)
    ways = [counts(Y2, P2, 2), counts(Y2, P2, 2).T]
    if three is not None:  # the file's own is for three classes; it tells which way round
        ways = [way for way, of in zip(ways, (counts(Y3, P3, 3), counts(Y3, P3, 3).T)) if np.array_equal(of, three)]
    for table in [own] if own is not None else ways:
        with contextlib.suppress(CallFailed):
            found = metric_answer.readings(call(target.value, table), node, target.name)
            if found and all(is_right(kind, value, Y2, P2) for kind, value in found.items()):
                return True
    return False


COUNT = re.compile(
    r"^(n|k|num|nr|number)_?(of_)?(class|label|cat)|^(classes|num|size)$|class\w*(count|num)|^[knc]$", re.I
)


def own_table(target, call, truth=Y3, guess=P3):
    """The confusion matrix that the file itself makes of known labels, or None."""
    classes = int(truth.max()) + 1
    for name, item in target.namespace.get("namespace", {}).items():
        if callable(item) and re.search("confus|conf_?mat", name.lower()) and len(binding.parameters(item)) >= 2:
            sized = {entry.name: classes for entry in binding.parameters(item)[2:] if COUNT.search(entry.name)}
            plain = [vocabulary.plain(entry.name) for entry in binding.parameters(item)[:2]]
            try:
                pair = (guess, truth) if order_of(plain) == "guess first" else (truth, guess)
                made = np.asarray(call(item, *pair, **sized), dtype=float)
            except (CannotCheck, TypeError, ValueError):
                continue
            if made.shape == (classes, classes):
                return made
    return None
