"""What repeats, what grows: the length of the season, whether the spread grows with the level, and the trend.

Every function here takes the past only, values (n,) with NaN in gaps.
"""

from typing import NamedTuple

import numpy as np
from scipy.special import fdtrc, stdtrit

LONGEST = 400
LONGEST_MEMORY = 4000
SURE = 1e-3


def find_season(values):
    """The number of steps after which the changes repeat, or 1.

    The changes from step to step have no trend. For each length the share of their variance is computed that lies between
    the phases, less what chance would give; c cycles count (1 - 1/c) of it, for few prove little. Of the lengths nearly as good as the best the shortest is meant, for with 12
    come 24 and 36. It counts when an analysis of variance says so: p below 0.001 after correction for all lengths tried.

    >>> find_season(np.tile([1.0, 5.0, 2.0, 7.0, 3.0, 3.0, 9.0], 8) + np.arange(56) % 5)
    7
    """
    changes = np.diff(values[-LONGEST_MEMORY:])
    size = np.abs(changes[np.isfinite(changes)]).max(initial=0)
    longest = min(LONGEST, len(values) // 3)
    if longest < 2 or np.isfinite(changes).sum() < 12 or size == 0:
        return 1
    found = {m: phase_variance(changes / size, m) for m in range(2, longest + 1)}
    found = {m: (share * (1 - m / len(values)), p) for m, (share, p) in found.items()}
    best = max(share for share, _ in found.values())
    if best <= 0:
        return 1
    first = next(m for m in found if found[m][0] >= 0.9 * best)
    # Neighbours of a length share its merit when there are few seasons: the best of them is meant.
    near = [m for m in found if abs(m - first) <= max(1, first // 8)]
    season = max(near, key=lambda m: found[m][0])
    return season if found[season][1] * longest < SURE else 1


def phase_variance(changes, season):
    """(adjusted share of variance between the phases of a season, p value of the F test)."""
    known = np.flatnonzero(np.isfinite(changes))
    x, phase = changes[known] - changes[known].mean(), known % season
    counts = np.bincount(phase, minlength=season)
    groups = int((counts > 0).sum())
    freedom = len(x) - groups
    total = float(x @ x)
    if groups < 2 or freedom < 1 or total == 0:
        return 0.0, 1.0
    between = float((np.bincount(phase, weights=x, minlength=season) ** 2 / np.maximum(counts, 1)).sum())
    within = max(total - between, 0.0)
    share = 1 - (within / freedom) / (total / (len(x) - 1))
    if within <= 1e-12 * total:
        return share, 0.0
    return share, float(fdtrc(groups - 1, freedom, between / (groups - 1) / (within / freedom)))


def find_seasons(values, block=1):
    """The seasons, shortest first: those of the steps, then those of the means of whole seasons (days, then years).

    ``block`` is how many steps to average for the longer one where the steps show none.
    """
    first = find_season(values)
    width = first if first > 1 else block
    if width < 2 or len(values) < 9 * width:
        return [first] if first > 1 else []
    n_blocks = len(values) // width
    parts = values[len(values) - n_blocks * width :].reshape(n_blocks, width)
    known = np.isfinite(parts)
    sums = np.where(known, parts, 0).sum(axis=1)
    means = np.divide(sums, known.sum(axis=1), out=np.full(n_blocks, np.nan), where=known.any(axis=1))
    second = find_season(means) * width
    return [season for season, found in ((first, first > 1), (second, second > width)) if found]


def grows_with_level(values, season):
    """Whether changes are larger where the values are: then logarithms are the better scale.

    Windows of one or more seasons are compared: mean against root mean square change, both as logarithms; a slope above
    1/2 says that the spread is nearer to a share of the level than to an amount.
    """
    known = values[np.isfinite(values)]
    if len(known) < 24 or known.min() <= 0 or known.max() < 1.5 * known.min():
        return False
    width = max(season, 6)
    parts = np.array_split(known, min(max(len(known) // width, 1), 24))
    level = np.array([np.mean(part) for part in parts])
    spread = np.array([np.sqrt(np.mean(np.diff(part) ** 2)) for part in parts])
    if len(parts) < 4 or spread.min() <= 0 or level.max() < 1.3 * level.min():
        return False
    x, y = np.log(level) - np.log(level).mean(), np.log(spread) - np.log(spread).mean()
    correlation = (x @ y) / np.sqrt((x @ x) * (y @ y)) if y @ y > 0 else 0.0
    return bool((x @ y) / (x @ x) > 0.5 and correlation > 0.6)


class Trend(NamedTuple):
    """Mean change of a step with a 95 % interval; ``sure`` if that leaves out 0."""

    slope: float
    low: float
    high: float

    @property
    def sure(self):
        return self.low > 0 or self.high < 0


def find_trend(values, season):
    """The trend from the means of up to 12 stretches of whole seasons: a random walk without drift shows none.

    The changes between neighbouring means count, not the values: those of a random walk are nearly independent.
    None where fewer than four stretches fit.
    """
    n = len(values)
    width = max(season, 1) * max(1, round(n / 12 / max(season, 1)))
    n_parts = n // width
    if n_parts < 4:
        return None
    parts = values[n - n_parts * width :].reshape(n_parts, width)
    parts = parts[np.isfinite(parts).any(axis=1)]
    if len(parts) < 4:
        return None
    changes = np.diff(np.nanmean(parts, axis=1)) / width
    mean, error = float(changes.mean()), float(changes.std(ddof=1) / np.sqrt(len(changes)))
    reach = float(stdtrit(len(changes) - 1, 0.975)) * error
    return Trend(mean, mean - reach, mean + reach)


def carried(values, season):
    """The values with each gap filled from its past: the value one season before, else the last known one.

    >>> carried(np.array([1.0, 2.0, np.nan, np.nan, 5.0]), 2).tolist()
    [1.0, 2.0, 1.0, 2.0, 5.0]
    """
    filled = np.array(values, dtype=np.float64)
    if not np.isfinite(filled[0]):
        filled[0] = filled[np.isfinite(filled)][0] if np.isfinite(filled).any() else 0.0
    for t in np.flatnonzero(~np.isfinite(filled)):
        filled[t] = filled[t - season] if season > 1 and t >= season else filled[t - 1]
    return filled
