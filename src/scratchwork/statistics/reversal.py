"""Associations that change sign or vanish within the groups of a third column (Simpson's paradox).

For a feature and a target, the direction over all rows is compared with the direction inside each group of every
candidate third column. "Direction" is the difference of the target's mean (for a class, its share) between the two
most frequent values of a category, or Spearman's correlation for a number.

References
----------
E. H. Simpson, The interpretation of interaction in contingency tables, JRSS B 13 (1951), 238-241;
P. J. Bickel, E. A. Hammel, J. W. O'Connell, Sex bias in graduate admissions, Science 187 (1975), 398-403.
"""

from dataclasses import dataclass

import numpy as np

SMALLEST_GROUP = 20
MOST_GROUPS = 20


@dataclass(frozen=True)
class Reversal:
    """An association that looks different within groups.

    ``overall`` and ``within`` are differences (or correlations) with the same sign convention; ``within`` is the mean
    over the groups, weighted by their rows. ``against`` counts the groups whose direction is opposite to the overall.
    """

    feature: str
    target: str
    third: str
    measure: str
    overall: float
    within: float
    groups: tuple
    against: int
    kind: str

    @property
    def sentence(self):
        """What was found, in words."""
        verb = "changes sign" if self.kind == "reversed" else "nearly vanishes"
        return (
            f"Over all rows, {self.measure} is {self.overall:+.3f}. Within the groups of {self.third} it {verb}: "
            f"{self.within:+.3f} on average, and opposite to the overall direction in {self.against} of "
            f"{len(self.groups)} groups."
        )


def find_reversals(frame, target, features, thirds):
    """All reversals among the features.

    Parameters
    ----------
    frame : DataFrame
    target : Series
        Numbers; for classes, 1 for the class of interest and 0 otherwise.
    features : dict of str to {"number", "category"}
    thirds : sequence of str
        Columns whose groups are looked into: categories.

    Returns
    -------
    list of Reversal
        The strongest overall association first.
    """
    y = target.to_numpy(dtype=np.float64)
    found = []
    for feature, kind in features.items():
        score, measure = _direction_of(frame[feature], kind, target.name)
        overall = np.nan if score is None else _direction(score, y)
        if not abs(overall) >= _smallest_worth(score, y):
            continue
        for third in thirds:
            if third != feature:
                result = _compare(feature, third, frame[third], score, y, overall, measure, target.name)
                found += [result] if result else []
    return sorted(found, key=lambda r: -abs(r.overall))


def _direction_of(column, kind, target_name):
    """The feature as numbers (NaN where left out), and what a direction means in words."""
    if kind == "number":
        return column.to_numpy(dtype=np.float64), f"the rank correlation of {column.name} and {target_name}"
    counts = column.astype(str).where(column.notna()).value_counts()
    if len(counts) < 2:
        return None, ""
    first, second = sorted(counts.index, key=lambda value: (-counts[value], value))[:2]
    text = column.astype(str)
    score = np.where(text == first, 1.0, np.where(text == second, 0.0, np.nan))
    return score, f"the mean of {target_name} for {column.name} = {first} less that for {second}"


def _direction(score, y):
    """Difference of means between score 1 and score 0, or Spearman's correlation; NaN where there is none."""
    known = np.isfinite(score) & np.isfinite(y)
    score, y = score[known], y[known]
    values = np.unique(score)
    if len(values) < 2 or len(np.unique(y)) < 2:
        return np.nan
    if set(values) == {0.0, 1.0}:
        return float(y[score == 1].mean() - y[score == 0].mean())
    from scipy.stats import spearmanr

    return float(spearmanr(score, y).statistic)


def _smallest_worth(score, y):
    """Two standard errors: a smaller overall association is not worth a reversal."""
    if score is None:
        return np.inf
    known = np.isfinite(score) & np.isfinite(y)
    values = np.unique(score[known])
    if set(values) == {0.0, 1.0}:
        ones, zeros = y[known][score[known] == 1], y[known][score[known] == 0]
        return 2 * float(np.sqrt(ones.var() / len(ones) + zeros.var() / len(zeros)))
    return 2 / np.sqrt(max(known.sum(), 1))


def _compare(feature, third, column, score, y, overall, measure, target_name):
    names = column.astype(str).to_numpy()
    groups = []
    for name in sorted(set(names[column.notna().to_numpy()])):
        rows = names == name
        direction = _direction(score[rows], y[rows])
        if rows.sum() >= SMALLEST_GROUP and np.isfinite(direction):
            groups.append((name, int(rows.sum()), direction))
    if not 2 <= len(groups) <= MOST_GROUPS:
        return None
    weights = np.array([count for _, count, _ in groups], dtype=np.float64)
    directions = np.array([direction for _, _, direction in groups])
    within = float(weights @ directions / weights.sum())
    against = int(np.sum(directions * overall < 0))
    if within * overall < 0 and against >= len(groups) / 2:
        kind = "reversed"
    elif abs(within) < 0.25 * abs(overall):
        kind = "vanished"
    else:
        return None
    return Reversal(feature, str(target_name), third, measure, overall, within, tuple(groups), against, kind)
