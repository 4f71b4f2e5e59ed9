"""Columns that should not know the target but do: it in other words, its consequences, dates after it, ids.

A suspicion is never about the name alone; each one carries the number that raised it. The surest are left out of the
features; a name can be kept by ``keep=``.
"""

import re

import numpy as np
import pandas as pd

from scratchwork.cleaning.evidence import best_threshold, class_score, folds_of, groups_of, number_score, numbers_of
from scratchwork.cleaning.log import Finding

ALONE = 0.98
NEARLY = 0.95
ALONE_NUMBER = 0.99
ABSENCE = 0.95
ENOUGH_ROWS = 20
LINEAR = 0.9999
RISING = 0.999
OUTCOME = re.compile(
    r"end|closed?|closing|exit|leave|left|leaving|cancel\w*|churn\w*|discharged?|death|died|dod|resol\w+|paid|payment|return\w*|deliver\w*|complet\w+|"
    r"finish\w*|settle\w*|terminat\w*|outcome|result|decision|decided|default\w*|recover\w*|refund\w*|conver\w+|quit|final|last",
    re.IGNORECASE,
)


def find_leaks(frame, kinds, target, task):
    """Findings of severity "leak" (left out) and "warning" (told), for every column but the target.

    Parameters
    ----------
    frame : DataFrame
        Rows with a target only.
    kinds : dict
        {column: kind}.
    target : str
    task : {'classification', 'regression'}
    """
    truth = truth_of_target(frame[target], task)
    folds = folds_of(len(frame))
    found = []
    for name in frame.columns:
        if name == target or kinds[name] == "constant":
            continue
        found += column_leaks(name, frame, kinds, target, task, truth, folds)
    if task == "regression":
        found += sums(frame, kinds, target, {finding.column for finding in found})
    return easy_data(found, frame, kinds)


def truth_of_target(column, task):
    """Class codes, or the target as float64."""
    return pd.factorize(column, sort=True)[0] if task == "classification" else numbers_of(column)


def column_leaks(name, frame, kinds, target, task, truth, folds):
    """The strongest suspicion about one column, or none."""
    column, kind = frame[name], kinds[name]
    if kind == "id":
        return [id_finding(name, column, task, truth, folds)]
    if kind == "text" and column.nunique() > 0.5 * len(column):
        return []
    tests = (same_words, same_number, after_the_event, absence, alone)
    for test in tests:
        finding = test(name, column, frame, kinds, target, task, truth, folds)
        if finding is not None:
            return [finding]
    return []


def id_finding(name, column, task, truth, folds):
    """An id: it names the row, and must not be learnt from; how much it (or the order of the rows) tells is the number."""
    numbers = pd.to_numeric(column, errors="coerce").to_numpy(dtype=float)
    if np.isfinite(numbers).mean() < 0.9:
        numbers = np.arange(len(column), dtype=float)
    groups = groups_of(pd.Series(numbers))
    score = class_score(groups, truth, folds) if task == "classification" else number_score(groups, truth, folds)
    chance = 1 / (int(truth.max()) + 1) if task == "classification" else 0.0
    tells = score > chance + 0.5 * (1 - chance) and len(column) >= ENOUGH_ROWS
    message = (
        f"{name!r} is an id: {column.nunique():,} different values in {len(column):,} rows. It is not learnt from."
    )
    if tells:
        message += f" Its order alone tells the target ({measure(task)} {score:.3f}): the rows are sorted by it."
    numbers = {"distinct": int(column.nunique()), "rows": len(column), "score_alone": score, "chance": chance}
    return Finding("leak_id", name, "leak" if tells else "remark", int(column.nunique()), message, numbers)


def measure(task):
    """The name of the score of one column alone."""
    return "balanced accuracy" if task == "classification" else "explained variance"


def same_words(name, column, frame, kinds, target, task, truth, folds):
    """The target in other words: each of its classes has one level of the column, and each level one class."""
    if task != "classification" or kinds[name] == "text" or len(column) < 8:
        return None
    known = column.notna().to_numpy()
    levels = pd.factorize(column[known])[0]
    if known.mean() < 0.9 or levels.max(initial=0) != truth.max():
        return None
    counts = pd.crosstab(levels, truth[known]).to_numpy()
    share = float(counts.max(axis=1).sum() / counts.sum())
    paired = len(set(counts.argmax(axis=1))) == len(counts)
    chance = float(np.bincount(truth).max() / len(truth))
    if not paired or share < max(0.98, 0.5 * (1 + chance)):
        return None
    levels_first = ", ".join(f"{a} = {b}" for a, b in pairs(column[known], frame[target][known]))
    message = f"{name!r} is {target!r} in other words: they agree in {share:.1%} of the rows ({levels_first})."
    return Finding("leak_same", name, "leak", int(known.sum()), message, {"agreement": share, "chance": chance})


def pairs(column, target):
    """The commonest class of each level, the first three."""
    table = pd.crosstab(column, target)
    return [(level, table.loc[level].idxmax()) for level in table.index[:3]]


def same_number(name, column, frame, kinds, target, task, truth, folds):
    """The target in another unit (a straight line), or the target cut into bands."""
    if task != "regression" or len(column) < 8:
        return None
    if kinds[name] in ("category", "ordered"):
        return bands(name, column, target, truth)
    if kinds[name] != "number":
        return None
    values = numbers_of(column)
    known = np.isfinite(values)
    if known.sum() < 8 or np.std(values[known]) == 0:
        return None
    r = float(np.corrcoef(values[known], truth[known])[0, 1])
    ranks = [pd.Series(array[known]).rank().to_numpy() for array in (values, truth)]
    rising = float(np.corrcoef(*ranks)[0, 1])
    if abs(r) < LINEAR and (abs(rising) < RISING or known.sum() < ENOUGH_ROWS):
        return None
    how = (
        f"their correlation is {r:.6f}"
        if abs(r) >= LINEAR
        else f"one rises with the other, their rank correlation is {rising:.6f}"
    )
    message = f"{name!r} is {target!r} in another unit or on another scale: {how}."
    return Finding("leak_same", name, "leak", int(known.sum()), message, {"correlation": r, "rank_correlation": rising})


def bands(name, column, target, truth):
    """Levels that divide the target's range among them without overlap."""
    groups = pd.Series(truth).groupby(column.to_numpy(), observed=True)
    if groups.ngroups < 2 or groups.size().min() < 3 or column.isna().mean() > 0.1:
        return None
    ends = groups.agg(["min", "max"]).sort_values("min").to_numpy()
    if np.any(ends[1:, 0] < ends[:-1, 1]):
        return None
    message = f"{name!r} is {target!r} cut into {len(ends)} bands: their ranges do not overlap."
    return Finding("leak_same", name, "leak", len(column), message, {"bands": len(ends), "overlap": 0.0})


def after_the_event(name, column, frame, kinds, target, task, truth, folds):
    """A date of what came after: filled only for some classes, named after the target or an outcome and always later."""
    if kinds[name] != "date":
        return None
    absent = column.isna().to_numpy()
    stem = re.sub(r"[^a-z]", "", target.casefold())[:5]
    named = len(stem) >= 4 and stem in re.sub(r"[^a-z]", "", name.casefold())
    outcome = any(OUTCOME.fullmatch(word) for word in re.split(r"[^A-Za-z]+|(?<=[a-z])(?=[A-Z])", name))
    score = absence_score(absent, task, truth, folds)
    later, gap, other = later_than(name, column, frame, kinds)
    numbers = {"absence_score": score, "later": later, "median_days_later": gap}
    tells = score >= (0.9 if task == "classification" else 0.5)
    if not (tells or ((named or outcome) and other)):
        return None
    parts = []
    if other:
        parts.append(f"it is later than {other!r} in {later:.1%} of the rows (by {gap:g} days in the middle)")
    if tells:
        parts.append(f"whether it is there tells the target ({measure(task)} {score:.3f})")
    message = f"{name!r} looks like a date after the event: {' and '.join(parts)}. It was not known before."
    return Finding("leak_date", name, "leak", int((~absent).sum()), message, numbers)


def later_than(name, column, frame, kinds):
    """(share of rows in which the date is later, median days, the other column): the other date column it follows most."""
    best = (0.0, 0.0, None)
    for other in frame.columns:
        if other == name or kinds[other] != "date":
            continue
        days = numbers_of(column) - numbers_of(frame[other])
        days = days[np.isfinite(days)]
        if len(days) >= 5 and np.mean(days >= 0) >= 0.99 and np.median(days) > 0 and np.mean(days > 0) > best[0]:
            best = (float(np.mean(days > 0)), float(np.median(days)), other)
    return best


def absence_score(absent, task, truth, folds):
    """How well it tells the target whether the cell is empty."""
    if absent.all() or not absent.any():
        return 0.0
    codes = absent.astype(np.int64)
    return class_score(codes, truth, folds) if task == "classification" else number_score(codes, truth, folds)


def absence(name, column, frame, kinds, target, task, truth, folds):
    """A column that is filled in only once the outcome is known."""
    score = absence_score(column.isna().to_numpy(), task, truth, folds)
    if score < ABSENCE or len(column) < ENOUGH_ROWS or (task == "classification" and truth.max() > 1):
        return None
    message = f"whether {name!r} is filled in tells {target!r} almost alone ({measure(task)} {score:.3f}): it was filled in afterwards."
    return Finding("leak_absence", name, "leak", int(column.isna().sum()), message, {"absence_score": score})


def alone(name, column, frame, kinds, target, task, truth, folds):
    """A column that predicts the target almost alone."""
    if len(column) < ENOUGH_ROWS:
        return None
    groups = groups_of(column)
    if task == "classification":
        score = class_score(groups, truth, folds)
        if kinds[name] in ("number", "date"):
            score = max(score, best_threshold(numbers_of(column), truth))
    else:
        score = number_score(groups, truth, folds)
    if score < NEARLY:
        return None
    severity = "leak" if score >= (ALONE if task == "classification" else ALONE_NUMBER) else "warning"
    message = f"{name!r} predicts {target!r} almost alone ({measure(task)} {score:.3f} out of 1). Was it known before {target!r} was?"
    return Finding("leak_alone", name, severity, len(column), message, {"score_alone": score})


def sums(frame, kinds, target, told):
    """Two columns whose sum or difference is a numeric target."""
    names = [name for name in frame.columns if kinds[name] == "number" and name != target and name not in told]
    rows = np.random.default_rng(0).permutation(len(frame))[:500]
    matrix = frame[names].to_numpy(dtype=float)[rows]
    y = frame[target].to_numpy(dtype=float)[rows]
    found = []
    for i in range(len(names)):
        for sign, word in ((1, "plus"), (-1, "minus")):
            made = matrix[:, [i]] + sign * matrix[:, i + 1 :] if sign > 0 else matrix[:, [i]] - matrix
            equal = np.mean(np.isclose(made, y[:, None], rtol=1e-6, atol=1e-9), axis=0)
            equal = np.where(np.nanstd(made, axis=0) > 0, equal, 0) if made.size else equal
            for j in np.flatnonzero(equal >= 0.98):
                other = names[i + 1 + j] if sign > 0 else names[j]
                message = f"{names[i]!r} {word} {other!r} is {target!r} in {equal[j]:.1%} of the rows: together they are the target."
                found += [
                    Finding("leak_sum", name, "leak", len(frame), message, {"agreement": float(equal[j])})
                    for name in (names[i], other)
                ]
    return list({finding.column: finding for finding in found}.values())[:10]


def easy_data(found, frame, kinds):
    """When many columns each tell the target alone, the data are easy and not leaky: then they are told and kept."""
    alone_now = [finding for finding in found if finding.kind == "leak_alone" and finding.severity == "leak"]
    usable = sum(kind not in ("id", "constant", "text") for kind in kinds.values()) - 1
    if len(alone_now) > max(1, 0.25 * usable):
        note = " Many columns do, so it is kept."
        found = [f._replace(severity="warning", message=f.message + note) if f in alone_now else f for f in found]
    return found
