"""Findings about single columns: what is missing and whether that tells something, constants, outliers, levels."""

import difflib

import numpy as np
import pandas as pd

from scratchwork.cleaning.evidence import numbers_of
from scratchwork.cleaning.log import LISTED, Finding

NEAR_CONSTANT = 0.99
MANY_LEVELS = 50
FEW_ROWS = 5
RARE_SHARE = 0.05
ALPHA = 0.01


def lines_of(lines, rows):
    """The lines of the first 1,000 rows as a tuple."""
    return tuple(lines[rows[:LISTED]].tolist())


def missing_values(frame, lines):
    """One finding per column with gaps: how many and where."""
    found = []
    for name, column in frame.items():
        rows = np.flatnonzero(column.isna().to_numpy())
        if len(rows):
            share = len(rows) / len(frame)
            severity = "warning" if share > 0.4 else "remark"
            message = f"{name!r} is missing in {len(rows):,} of {len(frame):,} rows ({share:.1%})."
            found.append(
                Finding("missing", name, severity, len(rows), message, {"share": share}, lines_of(lines, rows))
            )
    return found


def telling_absence(frame, target, task):
    """Columns whose gaps go with the target: chi-square for classes, Mann-Whitney for numbers, corrected over the columns."""
    rows = []
    for name, column in frame.items():
        absent = column.isna().to_numpy()
        if name != target and min(absent.sum(), (~absent).sum()) >= FEW_ROWS:
            rows.append((name, absent, *absence_test(absent, frame[target], task)))
    found = []
    for (name, absent, p, effect, words), q in zip(rows, corrected([row[2] for row in rows])):
        if q < ALPHA:
            message = f"Whether {name!r} is missing goes with {target!r}: {words} (p = {q:.2g}, corrected for {len(rows)} columns)."
            numbers = {"p": p, "p_corrected": q, "effect": effect}
            found.append(Finding("missing_tells", name, "warning", int(absent.sum()), message, numbers))
    return found


def absence_test(absent, target, task):
    """(p, effect, words) of one column's gaps against the target."""
    from scipy import stats

    if task == "classification":
        table = pd.crosstab(absent, target.to_numpy()).to_numpy()
        statistic, p, _, _ = stats.chi2_contingency(table)
        shares = table[1] / table.sum(axis=0)
        labels = sorted(pd.unique(target.dropna()), key=str)
        top, low = int(np.argmax(shares)), int(np.argmin(shares))
        words = f"{shares[top]:.0%} are missing where it is {labels[top]}, {shares[low]:.0%} where it is {labels[low]}"
        return float(p), float(np.sqrt(statistic / (table.sum() * max(min(table.shape) - 1, 1)))), words
    y = numbers_of(target)
    with_gap, without = y[absent], y[~absent]
    u, p = stats.mannwhitneyu(with_gap, without)
    effect = float(2 * u / (len(with_gap) * len(without)) - 1)
    return (
        float(p),
        effect,
        f"its median is {np.median(with_gap):.4g} where it is missing and {np.median(without):.4g} elsewhere",
    )


def corrected(p_values):
    """Benjamini-Hochberg: the p values as shares of false discoveries.

    >>> corrected([0.01, 0.04, 0.03])
    [0.03, 0.04, 0.04]
    """
    p = np.asarray(p_values, dtype=float)
    if not len(p):
        return []
    order = np.argsort(p)[::-1]
    stepped = np.minimum.accumulate(p[order] * len(p) / np.arange(len(p), 0, -1))
    result = np.empty(len(p))
    result[order] = np.minimum(stepped, 1)
    return [float(value) for value in result]


def constants(frame, kinds):
    """Columns of one value, and columns with one value in nearly every row."""
    found = []
    for name, column in frame.items():
        counts = column.value_counts(dropna=True)
        counts = counts[counts > 0]
        ticked = kinds[name] == "category" and column.isna().any()
        if len(counts) <= 1 and not ticked:
            what = f"the one value {counts.index[0]!r}" if len(counts) else "no value at all"
            found.append(
                Finding(
                    "constant",
                    name,
                    "warning",
                    len(frame),
                    f"{name!r} has {what}; it is not learnt from.",
                    {"distinct": len(counts)},
                )
            )
        elif len(counts) and counts.iloc[0] >= NEAR_CONSTANT * len(frame):
            share = float(counts.iloc[0] / len(frame))
            message = f"{name!r} is {counts.index[0]!r} in {share:.1%} of the rows."
            found.append(
                Finding("near_constant", name, "remark", int(len(frame) - counts.iloc[0]), message, {"share": share})
            )
    return found


def outliers(frame, kinds, lines):
    """Numbers far from the others, by two methods; never changed.

    Tukey's fences: beyond 1.5 interquartile ranges from the quartiles (Tukey 1977). Modified z: 0.6745 |x - median| / MAD
    above 3.5 (Iglewicz and Hoaglin 1993), with 1.2533 times the mean absolute deviation where the MAD is 0.
    """
    found = []
    for name, column in frame.items():
        values = numbers_of(column) if kinds[name] == "number" else np.empty(0)
        known = values[np.isfinite(values)]
        if len(known) < 8 or len(np.unique(known)) < 5:
            continue
        tukey, fences = tukey_outliers(values)
        modified = modified_z_outliers(values)
        rows = np.flatnonzero(tukey | modified)
        if len(rows):
            rows = rows[np.argsort(-np.abs(values[rows] - np.median(known)), kind="stable")]
            both = int((tukey & modified).sum())
            message = (
                f"{name!r} has {tukey.sum():,} values beyond Tukey's fences ({fences[0]:.4g} to {fences[1]:.4g}) and "
                f"{modified.sum():,} with a modified z above 3.5; {both:,} by both. The farthest is {values[rows[0]]:.6g}. None is changed."
            )
            numbers = {
                "tukey": int(tukey.sum()),
                "modified_z": int(modified.sum()),
                "both": both,
                "low_fence": fences[0],
                "high_fence": fences[1],
            }
            found.append(Finding("outliers", name, "remark", len(rows), message, numbers, lines_of(lines, rows)))
    return found


def tukey_outliers(values):
    """(flags, fences): beyond 1.5 interquartile ranges from the quartiles.

    >>> tukey_outliers(np.array([1.0, 2, 3, 4, 100]))[0].tolist()
    [False, False, False, False, True]
    """
    low, high = np.nanquantile(values, [0.25, 0.75])
    fences = (float(low - 1.5 * (high - low)), float(high + 1.5 * (high - low)))
    return (values < fences[0]) | (values > fences[1]), fences


def modified_z_outliers(values):
    """Flags where 0.6745 |x - median| / MAD is above 3.5.

    >>> modified_z_outliers(np.array([1.0, 2, 3, 4, 100])).tolist()
    [False, False, False, False, True]
    """
    distance = np.abs(values - np.nanmedian(values))
    mad = np.nanmedian(distance)
    scale = mad / 0.6745 if mad > 0 else 1.253314 * np.nanmean(distance)
    return distance > 3.5 * scale if scale > 0 else np.zeros(len(values), dtype=bool)


def levels(frame, kinds, target):
    """Categories with very many levels, and levels that look like misspellings of a commoner one."""
    found = []
    for name, column in frame.items():
        if kinds[name] not in ("category", "ordered"):
            continue
        counts = column.value_counts()
        counts = counts[counts > 0]
        if len(counts) > MANY_LEVELS and name != target:
            message = f"{name!r} has {len(counts):,} levels; the rare ones are learnt from together."
            found.append(Finding("many_levels", name, "remark", len(counts), message, {"levels": len(counts)}))
        alike = look_alikes(counts)
        if alike:
            shown = ", ".join(
                f"{rare!r} ({counts[rare]:,}) beside {usual!r} ({counts[usual]:,})" for rare, usual in alike[:5]
            )
            message = f"{name!r} has levels that may be misspelt: {shown}. They are kept apart."
            found.append(Finding("look_alike", name, "warning", len(alike), message, {"pairs": len(alike)}))
    return found


def look_alikes(counts):
    """(rare level, common level) pairs that differ in a letter or two; only words of five letters or more, without digits."""
    names = [level for level in counts.index[:200] if len(level) >= 5 and not any(letter.isdigit() for letter in level)]
    found = []
    for rare in names:
        for usual in names:
            likely = counts[rare] <= 0.1 * counts[usual] and abs(len(rare) - len(usual)) <= 2
            if likely and difflib.SequenceMatcher(None, rare.casefold(), usual.casefold()).ratio() >= 0.85:
                found.append((rare, usual))
                break
    return found


def rare_classes(target):
    """Classes with too few rows to learn from or to test on, and how uneven the classes are."""
    counts = target.value_counts()
    counts = counts[counts > 0]
    found = []
    for label, count in counts.items():
        if count < 2 * FEW_ROWS:
            what = "too few to learn it or to test on it" if count < FEW_ROWS else "what is said of it is very unsure"
            message = f"The class {label!r} has {count} row{'s' if count > 1 else ''}: {what}."
            found.append(
                Finding(
                    "rare_class",
                    str(target.name),
                    "warning",
                    int(count),
                    message,
                    {"rows": int(count), "share": float(count / len(target))},
                )
            )
    share = float(counts.min() / counts.sum())
    if share < RARE_SHARE and len(counts) <= 20 and counts.min() >= 2 * FEW_ROWS:
        message = f"The class {counts.idxmin()!r} is rare: {share:.1%} of the rows. Accuracy says little then; look at balanced accuracy."
        found.append(
            Finding("uneven_classes", str(target.name), "warning", int(counts.min()), message, {"share": share})
        )
    return found
