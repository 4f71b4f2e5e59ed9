"""All of it for a table: every column described, every association tested and corrected, reversals looked for."""

import itertools
from dataclasses import dataclass

import numpy as np

from scratchwork.statistics.association import CATEGORICAL, associate
from scratchwork.statistics.describe import describe_column
from scratchwork.statistics.reversal import find_reversals

PAIR_ROWS = 10_000
MOST_PAIRS = 1_500
STRONGEST = 10


@dataclass(frozen=True)
class Analysis:
    """What the statistics say of a table.

    Attributes
    ----------
    descriptions : list of Description
    with_target : list of Association
        Each feature with the target, smallest corrected p first.
    between_features : list of Association
        Pairs of features, smallest corrected p first.
    reversals : list of Reversal
    notes : list of str
        What was left out or sampled.
    """

    descriptions: list
    with_target: list
    between_features: list
    reversals: list
    notes: list


def analyse(frame, kinds, target, *, seed=0):
    """Describe and test a table.

    Parameters
    ----------
    frame : DataFrame
    kinds : dict of str to str
        The kind of each column: "number", "category", "ordered", "boolean"; other kinds are described, not tested.
    target : str
    seed : int
        Of samples, permutations and bootstraps.

    Returns
    -------
    Analysis
    """
    notes = []
    descriptions = [describe_column(name, frame[name], kinds.get(name, "text")) for name in frame.columns]
    usable = {name: kind for name, kind in kinds.items() if kind == "number" or kind in CATEGORICAL}
    usable = {name: kind for name, kind in usable.items() if name in frame and _few_enough_levels(frame, name, kind)}
    left_out = [name for name in frame.columns if name not in usable and name != target]
    if left_out:
        notes.append(f"Not tested, as neither numbers nor categories with few levels: {', '.join(map(str, left_out))}.")
    features = [name for name in usable if name != target]
    rows = []
    if target in usable:
        rows = [
            associate(
                name, target, frame[name], frame[target], usable[name], usable[target], seed=seed, bootstrap=False
            )
            for name in features
        ]
    with_target = correct(rows)
    with_target = _add_intervals(with_target, frame, usable, seed)
    between = _between(frame, features, usable, seed, notes)
    return Analysis(descriptions, with_target, between, _reversals(frame, usable, target, features), notes)


def _few_enough_levels(frame, name, kind):
    return kind == "number" or frame[name].nunique() <= max(20, int(np.sqrt(len(frame))))


def correct(rows):
    """Benjamini and Hochberg's correction over all rows of one family, smallest first; None rows are dropped."""
    from scipy.stats import false_discovery_control

    rows = [row for row in rows if row is not None]
    if not rows:
        return []
    corrected = false_discovery_control([row.p for row in rows])
    rows = [row.with_correction(p) for row, p in zip(rows, corrected)]
    return sorted(rows, key=lambda row: (row.p_corrected, row.p, row.first, row.second))


def _add_intervals(rows, frame, kinds, seed):
    """Bootstrap the intervals that have no closed form: of every row in small tables, else of the strongest ten."""
    finished = []
    for i, row in enumerate(rows):
        if row.effect.interval == "none" and (len(frame) <= 5000 or i < STRONGEST):
            sample = frame if len(frame) <= 5000 else frame.sample(5000, random_state=seed)
            x, y = sample[row.first], sample[row.second]
            again = associate(row.first, row.second, x, y, kinds[row.first], kinds[row.second], seed=seed)
            if again is not None and again.effect.name == row.effect.name:
                effect = row.effect._replace(
                    low=again.effect.low, high=again.effect.high, interval=again.effect.interval
                )
                row = type(row)(**{**vars(row), "effect": effect}).with_correction(row.p_corrected)
        finished.append(row)
    return finished


def _between(frame, features, kinds, seed, notes):
    pairs = list(itertools.combinations(features, 2))
    sample = frame
    if len(frame) > PAIR_ROWS:
        sample = frame.sample(PAIR_ROWS, random_state=seed)
        notes.append(f"Pairs of features were tested on {PAIR_ROWS:,} random rows.")
    if len(pairs) > MOST_PAIRS:
        notes.append(f"Of {len(pairs):,} pairs of features the first {MOST_PAIRS:,} were tested.")
    return correct([
        associate(a, b, sample[a], sample[b], kinds[a], kinds[b], seed=seed, bootstrap=False)
        for a, b in pairs[:MOST_PAIRS]
    ])  # fmt: skip


def _reversals(frame, kinds, target, features):
    if target not in kinds:
        return []
    y = frame[target]
    if kinds[target] != "number":
        levels = sorted(y.dropna().astype(str).unique())
        if len(levels) != 2:
            return []
        y = (y.astype(str) == levels[0]).astype(float).where(y.notna())
        y.name = f"({target} is {levels[0]})"
    tested = {name: "number" if kinds[name] == "number" else "category" for name in features}
    thirds = [name for name in features if kinds[name] != "number"]
    return find_reversals(frame, y, tested, thirds)
