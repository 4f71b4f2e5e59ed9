"""Whether a wrong ratio is one in which one of the four counts stands in another's place."""

import itertools

from scratchwork.checks.views.metric_values import four_counts

WORDS = {"tp": "hits", "fp": "false alarms", "fn": "misses", "tn": "correct rejections"}
RATIOS = {
    "precision": ("tp", "tp", "fp"), "recall": ("tp", "tp", "fn"), "specificity": ("tn", "tn", "fp"), "npv": ("tn", "tn", "fn"),
    "fpr": ("fp", "fp", "tn"), "fnr": ("fn", "fn", "tp"),
}  # fmt: skip


def exchanged(kind, value, truth, guess):
    """What a value of two classes is instead of the metric of its name, in words, or None.

    >>> import numpy as np
    >>> from scratchwork.checks.views.metric_cases import P2, Y2
    >>> exchanged("precision", 3 / 7, Y2, P2)
    'FP / (TP + FP)'
    """
    counts = dict(zip(("tp", "fp", "fn", "tn"), four_counts(truth == 1, guess == 1)))
    return exchanged_counts(kind, value, counts)


def exchanged_counts(kind, value, counts):
    """The same of given counts.

    >>> exchanged_counts("f1", 2 * 4 / 7 * 4 / 9 / (4 / 7 + 4 / 9), {"tp": 4, "fp": 3, "fn": 1, "tn": 5})
    'the F1 of a recall that is TP / (TP + TN)'
    """
    if kind == "f1":
        return put_together(value, counts) or of_parts(value, counts)
    for words, ratio in [*variants(kind, counts), *others(kind, counts)] if kind in RATIOS else ():
        if abs(value - ratio) < 1e-4:
            return words
    return None


def others(kind, counts):
    """[(words, value)] of ratios in which two or three of the counts are replaced, or that divide by all rows."""
    for above in counts:
        yield f"{above} / all rows".upper(), counts[above] / sum(counts.values())
        for one, other in itertools.combinations(counts, 2):
            if counts[one] + counts[other] and (above, {one, other}) != (RATIOS[kind][0], {*RATIOS[kind][1:]}):
                yield f"{above} / ({one} + {other})".upper(), counts[above] / (counts[one] + counts[other])


def put_together(value, counts):
    """What precision and recall were made into instead of their harmonic mean, in words, or None."""
    p, r = counts["tp"] / (counts["tp"] + counts["fp"]), counts["tp"] / (counts["tp"] + counts["fn"])
    made = {
        "their arithmetic mean, (P + R) / 2": (p + r) / 2, "P R / (P + R), without the factor 2": p * r / (p + r),
        "their geometric mean": (p * r) ** 0.5, "2 P R, without the division": 2 * p * r, "their sum": p + r,
        "their product": p * r, "2 (P + R) / (P R)": 2 * (p + r) / (p * r), "2 P R / (P R)": 2.0,
    }  # fmt: skip
    return next((words for words, number in made.items() if abs(value - number) < 1e-4), None)


def variants(kind, counts):
    """[(words, value)] of the ratio with one of its three counts replaced by another."""
    right = RATIOS[kind]
    for place, name in itertools.product(range(3), counts):
        made = tuple(name if spot == place else old for spot, old in enumerate(right))
        above, one, other = made
        below = counts[one] + counts[other]
        if made != right and one != other and below:
            yield f"{above} / ({one} + {other})".upper(), counts[above] / below


def of_parts(value, counts):
    """The same of F1: of its precision or its recall."""
    p, r = counts["tp"] / (counts["tp"] + counts["fp"]), counts["tp"] / (counts["tp"] + counts["fn"])
    for kind, kept in (("precision", r), ("recall", p)):
        for words, ratio in variants(kind, counts):
            if ratio + kept and abs(value - 2 * ratio * kept / (ratio + kept)) < 1e-4:
                return f"the F1 of a {kind} that is {words}"
    return None
