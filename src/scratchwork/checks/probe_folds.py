"""Folds for cross-validation: each row is kept aside once, and is not among the rows trained on at that time."""

import itertools
import re

import numpy as np

from scratchwork.checks import binding, vocabulary
from scratchwork.checks.findings import CannotCheck, find
from scratchwork.checks.registry import probe

ROWS = 23
WORDS = (
    (r"n|m|n_?samples|num_?samples|size|length|n_?rows|n_?examples", ROWS),
    (r"x|data|dataset|samples|features", np.column_stack([np.arange(ROWS), 100 + np.arange(ROWS)])),
    (r"y|labels?|targets?", np.arange(ROWS) % 2),
    (r"k|n_?splits|n_?folds|num_?folds|folds|k_?folds|splits", 5),
    (r"seed|random_?(state|seed)", 3), (r"shuffle", True), (r"rng|generator", np.random.default_rng(3)),
)  # fmt: skip


@probe("SW-D3", roles=("preparation:folds",))
def folds_keep_their_rows_aside(target, call):
    """The rows of a fold that are kept aside are not among those to train on."""
    given = {}
    for entry in binding.parameters(target.value):
        value = next((v for words, v in WORDS if re.fullmatch(words, vocabulary.plain(entry.name))), None)
        if value is not None and (entry.default is entry.empty or not isinstance(value, int)):
            given[entry.name] = value
        elif entry.default is entry.empty:
            raise CannotCheck(f"what to pass for its parameter {entry.name!r} is not known")

    def collected(**settings):
        return [tuple(pair) for pair in itertools.islice(target.value(**settings), 20)]

    collected.__name__ = target.name
    for number, pair in enumerate(call(collected, **given), 1):
        if len(pair) != 2 or any(np.ndim(part) != 1 or np.asarray(part).dtype.kind not in "iu" for part in pair):
            raise CannotCheck("its folds are no pairs of row numbers")
        shared = np.intersect1d(*pair)
        if len(shared):
            said = f"in fold {number} of {target.name} {len(shared)} of the {len(pair[1])} rows kept aside are among those to train on."
            yield find("SW-D3", said)
            return
