"""What repeats, what grows: the length of the season, whether the spread grows with the level, and the trend.

Every function here takes the past only, values (n,) with NaN in gaps.
"""

from typing import NamedTuple

import numpy as np
from scipy.special import fdtrc, stdtrit

LONGEST = 400
SURE = 1e-3


def autocorrelations(values, longest):
    """(longest + 1,) correlations of the values with themselves so many steps earlier, over pairs that are known."""
    known = np.isfinite(values)
    centred = np.where(known, values - values[known].mean(), 0.0)
    length = 1 << int(np.ceil(np.log2(len(values) + longest + 1)))

    def shifted_products(a):
        spectrum = np.fft.rfft(a, length)
        return np.fft.irfft(spectrum * spectrum.conj(), length)[: longest + 1]

    pairs = np.maximum(np.round(shifted_products(known.astype(float))), 1)
    # Rounding leaves a trace where the values are all alike: it is no correlation.
    covariances = shifted_products(centred) / pairs
    return covariances / covariances[0] if covariances[0] > 1e-20 else np.zeros(longest + 1)


def find_season(values):
    """The number of steps after which the changes repeat, or 1.

    The changes from step to step have no trend. A candidate is a peak of their autocorrelation; of those nearly as high
    as the highest the shortest is taken, for 12 comes with 24 and 36. It counts when the mean changes of its phases
    differ by more than chance: an F test, p below 0.001 after correction for all the lengths looked at.

    >>> find_season(np.tile([1.0, 5.0, 2.0, 7.0, 3.0, 3.0, 9.0], 8) + np.arange(56) % 5)
    7
    """
    changes = np.diff(values)
    longest = min(LONGEST, len(values) // 3)
    if longest < 2 or np.isfinite(changes).sum() < 12:
        return 1
    r = autocorrelations(changes, longest + 1)
    peaks = [
        k for k in range(2, longest + 1) if r[k] > r[k - 1] and r[k] >= r[k + 1] and r[k] > 2 / np.sqrt(len(changes))
    ]
    if not peaks:
        return 1
    best = max(r[k] for k in peaks)
    peak = next(k for k in peaks if r[k] >= 0.8 * best)
    # The top of a broad peak is blurred by noise: its neighbours are asked too.
    near = range(max(2, peak - max(1, peak // 8)), min(longest, peak + max(1, peak // 8)) + 1)
    season = min(near, key=lambda k: (phase_p(changes, k), -r[k]))
    return season if phase_p(changes, season) * longest < SURE else 1


def phase_p(changes, season):
    """The p value of an analysis of variance of the changes by their phase in the season."""
    known = np.flatnonzero(np.isfinite(changes))
    x, phase = changes[known], known % season
    counts = np.bincount(phase, minlength=season)
    means = np.bincount(phase, weights=x, minlength=season) / np.maximum(counts, 1)
    within = float(((x - means[phase]) ** 2).sum())
    between = float(((means[phase] - x.mean()) ** 2).sum())
    groups = int((counts > 0).sum())
    freedom = len(x) - groups
    if groups < 2 or freedom < 1:
        return 1.0
    return (
        0.0
        if within <= 1e-20 * between
        else float(fdtrc(groups - 1, freedom, between / (groups - 1) / (within / freedom)))
    )


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
