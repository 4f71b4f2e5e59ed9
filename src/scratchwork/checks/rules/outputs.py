"""Saved outputs: numbers that cannot be, numbers that contradict each other, warnings nobody read."""

import ast
import itertools
import math
import re

from scratchwork.checks.files.code_shape import called, calls_in
from scratchwork.checks.files.printed import BOUNDED, readings, series
from scratchwork.checks.files.syntax import every
from scratchwork.checks.findings import find
from scratchwork.checks.registry import rule

MAJORITY = {
    "load_digits": 0.102, "mnist": 0.114, "fashion": 0.1, "load_iris": 0.334, "load_wine": 0.399, "cifar": 0.1,
    "load_breast_cancer": 0.628, "svhn": 0.196,
}  # fmt: skip
WARNINGS = (
    ("SW-N1", r"overflow encountered in (exp|scalar power|square|multiply|power)", "warning"),
    ("SW-N5", r"divide by zero encountered in log", "warning"),
    ("SW-N7", r"invalid value encountered in log", "warning"),
    (
        "SW-B8",
        r"No data for colormapping|cmap' will be ignored|No artists with labels|No handles with labels",
        "warning",
    ),
    ("SW-T15", r"ConvergenceWarning|failed to converge|hasn't converged", "warning"),
    ("SW-E3", r"ill-defined and being set to 0", "warning"),
    ("SW-E1", r"column-vector y was passed", "remark"),
    ("SW-M1", r"Mean of empty slice|number of distinct clusters", "warning"),
)


@rule("SW-E1", "SW-E10")
def printed_scores_are_possible(source):
    """An accuracy above 1 that is not a percentage, above 100, or below 0, cannot come from a correct metric."""
    seen = set()
    for reading in readings(source):
        if reading.metric not in BOUNDED or reading.cell.index in seen or math.isnan(reading.value):
            continue
        top = 100 if reading.percent or in_percent(source, reading) else 1
        if reading.value < 0 or reading.value > top * 1.0001:
            seen.add(reading.cell.index)
            certain = reading.value > 100 or reading.value < 0 or is_a_share(source)
            said = f"The saved output says {reading.line[:80]!r}: {reading.metric} {reading.value:g} is not between 0 and {top}."
            yield find("SW-E1", said, line=reading.cell.first_line, severity="error" if certain else "warning")
        elif reading.percent and 0 < reading.value <= 1 and not_all_tiny(source):
            seen.add(reading.cell.index)
            said = f"The saved output says {reading.line[:80]!r}: a fraction with a per cent sign."
            yield find("SW-E10", said, line=reading.cell.first_line)
    yield from mixed_units(source)


LIBRARIES = {"numpy", "sklearn", "pandas", "matplotlib", "seaborn", "scipy", "torch", "math", "random", "time", "os", "sys", "collections",
             "itertools", "functools", "typing", "dataclasses", "copy", "json", "csv", "warnings", "__future__"}  # fmt: skip
HUNDRED = re.compile(r"\*\s*100\b|\b100\.?0?\s*\*|/\s*total\s*\*|percent")


def in_percent(source, reading):
    """Whether the cell, or any other code of the notebook, multiplies by 100."""
    return bool(HUNDRED.search(reading.cell.source)) or multiplies_by_hundred(source)


def multiplies_by_hundred(source):
    """Whether any code multiplies by 100."""
    if "_hundred" not in source.__dict__:
        source.__dict__["_hundred"] = bool(re.search(r"\*\s*100\b|\b100\.?0?\s*\*", source.text))
    return source.__dict__["_hundred"]


def is_a_share(source):
    """Whether nothing in the file speaks of hundredths, nor comes from a file that is not in sight and may do so."""
    loaded = every(source.tree, ast.Import, ast.ImportFrom)
    modules = {getattr(part, "module", None) or (part.names[0].name if part.names else "") for part in loaded}
    return no_percent_anywhere(source) and all(module.split(".")[0] in LIBRARIES for module in modules)


def no_percent_anywhere(source):
    return not re.search(r"\b100(\.0*)?\b", source.text)


def not_all_tiny(source):
    """Whether some score is large, so that 0.9 % is not meant as it stands."""
    return any(reading.fraction > 0.3 for reading in readings(source) if reading.metric in BOUNDED)


def mixed_units(source):
    """One accuracy as 97.3 without a sign, another as 0.96."""
    plain = [reading for reading in readings(source) if reading.metric == "accuracy" and not reading.percent]
    large = [reading for reading in plain if 1.5 < reading.value <= 100]
    small = [reading for reading in plain if 0.2 < reading.value <= 1]
    if large and small and not no_percent_anywhere(source):
        said = f"Saved outputs say {small[0].line[:50]!r} and {large[0].line[:50]!r}: fraction and percentage."
        yield find("SW-E10", said, line=large[0].cell.first_line)


@rule("SW-E2", "SW-R6")
def printed_scores_agree_with_each_other(source):
    """Precision p and recall r of a two-class problem bound its accuracy from below by 1 / (1/p + 1/r - 1)."""
    for _, group in itertools.groupby(readings(source), key=lambda reading: reading.cell.index):
        group = list(group)
        scores = {}
        for reading in group:
            if reading.metric in BOUNDED and 0 <= reading.fraction <= 1:
                scores.setdefault(reading.metric, reading.fraction)
        counts = [
            sum(reading.metric == metric for reading in group) for metric in ("precision", "recall", "accuracy", "f1")
        ]
        if max(counts) > 1:  # several models in one table: which belongs to which is not known
            continue
        yield from contradictions(source, scores, group[0].cell)
    yield from across_cells(source)


def across_cells(source):
    """The same, where each metric is printed once in the notebook, in cells of its own."""
    found = {}
    for reading in readings(source):
        if reading.metric in ("accuracy", "precision", "recall", "f1"):
            found.setdefault(reading.metric, []).append(reading)
    if all(len(group) == 1 for group in found.values()) and len({g[0].cell.index for g in found.values()}) > 1:
        scores = {metric: group[0].fraction for metric, group in found.items()}
        yield from contradictions(source, scores, list(found.values())[-1][0].cell)


def contradictions(source, scores, cell):
    """Findings for scores of one model that cannot stand together."""
    p, r, f1, accuracy = (scores.get(key) for key in ("precision", "recall", "f1", "accuracy"))
    if p and r and accuracy is not None:
        least = 1 / (1 / p + 1 / r - 1)
        if accuracy < least - 0.1:
            said = f"Precision {p:.3g} and recall {r:.3g} allow no accuracy below {least:.3g}; the output says {accuracy:.3g}."
            severity = "error" if accuracy < least - 0.3 and "average=" not in source.text else "warning"
            yield find("SW-E2", said, line=cell.first_line, severity=severity)
    averages = averages_of(source)
    if p and r and f1 is not None and f1 > (p + r) / 2 + 0.011 and len(averages) < 2:
        said = f"F1 {f1:.3g} is above the mean of precision {p:.3g} and recall {r:.3g}; averaged alike, it cannot be."
        yield find("SW-R6", said, line=cell.first_line, severity="error" if averages else "warning")


def averages_of(source):
    """The kinds of average that the calls of the library's precision, recall and F1 ask for."""
    calls = [part for part in calls_in(source.tree) if called(part) in ("precision_score", "recall_score", "f1_score")]
    given = [[ast.unparse(part.value) for part in call.keywords if part.arg == "average"] for call in calls]
    return {words[0] if words else "binary" for words in given}


@rule("SW-E7")
def a_printed_r2_is_at_most_one(source):
    """R2 is 1 minus a quotient of two sums of squares: no correct one is above 1."""
    for reading in readings(source):
        if reading.metric != "r2" or not reading.value > 1.0001 or math.isinf(reading.value):
            continue
        hundred = reading.percent or in_percent(source, reading)
        if hundred and reading.value <= 100.01:
            continue
        sure = not hundred and re.search(
            r"score|ss_|r2_|r_squared|\*\* ?2|determin", reading.line + reading.cell.source, re.IGNORECASE
        )
        said = f"The saved output says {reading.line[:80]!r}: R2 cannot be above 1."
        yield find("SW-E7", said, line=reading.cell.first_line, severity="error" if sure else "warning")


@rule("SW-T21", "SW-X97")
def printed_numbers_are_numbers(source):
    """A NaN among the printed losses: training went on without one."""
    for reading in readings(source):
        if math.isnan(reading.value) or math.isinf(reading.value):
            said = f"The saved output says {reading.line[:80]!r}."
            severity = "warning" if tried_on_purpose(reading) else "error"
            yield find("SW-T21", said, line=reading.cell.first_line, severity=severity)
            return
    for cell in source.code_cells:
        if bare_nan(cell):
            said = "Among the numbers that the cell prints one after the other is nan."
            yield find("SW-T21", said, line=cell.first_line, severity="error")
            return
        if re.search(r"\[\s*(array\()?nan,?\s+nan|\bnan, nan, nan", cell.printed):
            told = re.search(r"loss|cost|hist|error|weight|theta|accur", cell.source, re.IGNORECASE)
            severity = "error" if told else "warning"  # gaps in a table look alike
            yield find("SW-T21", "The saved output is a list of NaN.", line=cell.first_line, severity=severity)
            return


def bare_nan(cell):
    """Whether a cell that prints nothing but the values of a loss, line by line, prints a nan among them."""
    lines = [line.strip() for line in cell.printed.split("\n") if line.strip()]
    values = [line for line in lines if re.fullmatch(r"[-+]?(\d+\.?\d*(e[-+]?\d+)?|nan|inf)", line, re.IGNORECASE)]
    told = re.search(r"print\([^\n]*(loss|cost|error|mse|sse)\w*", cell.source, re.IGNORECASE)
    swept = re.search(r"for \w+(, \w+)* in .*(rate|lr|eta|alpha|scale|std|init|\[)", cell.source)
    numbers = [line for line in values if line.lower() != "nan"]
    return bool(told) and not swept and len(values) == len(lines) and len(numbers) >= 2 and len(numbers) < len(values)


def tried_on_purpose(reading):
    """Whether a NaN is one result of a sweep over settings, some too large on purpose, or stands in a table."""
    swept = r"\b(lr|eta|alpha|rate|learning.?rate|scale|std|init|sigma|momentum)\b\s*[=:]?\s*[\d.]"
    loops = r"for \w+(, \w+)* in .*(rate|lr|eta|alpha|scale|std|init|\[|\()"
    table = "print" not in reading.cell.source and not re.search("[:=]", reading.line)
    return table or bool(re.search(swept, reading.line, re.IGNORECASE) or re.search(loops, reading.cell.source))


@rule(*(code for code, _, _ in WARNINGS))
def saved_warnings_are_read(source):
    """Warnings in the saved outputs that name a fault."""
    seen = set()
    for cell in source.code_cells:
        text = cell.warned + "\n".join(out.text for out in cell.outputs if out.kind == "stream")
        for code, pattern, severity in WARNINGS:
            found = re.search(pattern, text)
            if found and code not in seen:
                seen.add(code)
                shown = next(line for line in text.split("\n") if found.group() in line).strip()[-90:]
                yield find(code, f"The saved output warns: {shown!r}.", line=cell.first_line, severity=severity)


@rule("SW-E11")
def accuracy_beats_the_majority(source):
    """An accuracy at the share of the largest class: the model says the same for all rows, or guesses."""
    if re.search(r"majority|baseline|chance|always predict|dummy|most frequent", whole(source), re.IGNORECASE):
        return
    share = majority(source)
    if share is None:
        return
    margin = 0.1 if share < 0.25 else 0.03
    found = [reading for reading in readings(source) if reading.metric == "accuracy" and reading.part != "train"]
    final = [reading for reading in found if 0 <= reading.fraction <= 1]
    if final and max(reading.fraction for reading in final) < share + margin:
        best = max(final, key=lambda reading: reading.fraction)
        said = f"The saved output says {best.line[:70]!r}; always naming the largest class gives {share:.3f}."
        yield find("SW-E11", said, line=best.cell.first_line)


def whole(source):
    return "\n".join(cell.source for cell in source.cells)


def majority(source):
    """The share of the largest class, of a data set known by its name, or printed by the notebook."""
    text = source.text.lower()
    for name, share in MAJORITY.items():
        if name in text and not re.search(r"y\s*==\s*\d|target\s*==\s*\d|y\s*%\s*2|target\s*>\s*", text):
            return share
    return None


@rule("SW-T7")
def printed_losses_fall(source):
    """Losses that were printed while training rise, jump up and down, or do not move."""
    for cell, group in series(source, {"loss", "cost"}):
        values = [reading.value for reading in group if math.isfinite(reading.value)]
        if len(values) < 4 or re.search(r"for \w+ in .*(rate|lr|lambda|reg|hidden|ks?\b)", cell.source):
            continue
        first, last = values[0], values[-1]
        turns = sum((b - a) * (c - b) < 0 for a, b, c in zip(values, values[1:], values[2:]))
        jumps = max(abs(b - a) for a, b in itertools.pairwise(values))
        if last > first * 1.1 and first > 0:
            said = f"The printed losses rise from {first:g} to {last:g}."
        elif turns >= 0.6 * (len(values) - 2) and jumps > 0.5 * abs(first) and last > 0.5 * first:
            said = f"The printed losses jump up and down: {', '.join(f'{value:g}' for value in values[:6])}."
        else:
            continue
        yield find("SW-T7", said, line=cell.first_line, severity="warning")
        return


@rule("SW-M8")
def printed_inertia_falls_with_k(source):
    """The best inertia cannot rise with the number of clusters."""
    for cell in source.code_cells:
        pairs = re.findall(
            r"\bk\w*\s*[=:]?\s*(\d+)\b[^\d\n]{1,40}?[=:\s]\s*(\d+\.?\d*(?:e[+-]?\d+)?)",
            cell.printed, re.IGNORECASE,
        )  # fmt: skip
        costs = [(int(k), float(cost)) for k, cost in pairs]
        words = re.search(r"cost|inertia|sse|wcss|distortion|elbow", cell.printed + cell.source, re.IGNORECASE)
        if len(costs) < 3 or not words or re.search(r"silhouette|accuracy|score", cell.printed, re.IGNORECASE):
            continue
        costs.sort()
        for (k, cost), (more, higher) in itertools.pairwise(costs):
            if more > k and higher > cost * 1.001:
                said = f"The saved output says {cost:g} for k = {k} and {higher:g} for k = {more}."
                yield find("SW-M8", said, line=cell.first_line, severity="warning")
                return
