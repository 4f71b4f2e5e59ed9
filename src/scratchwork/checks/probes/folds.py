"""Folds for cross-validation: each row is kept aside once, and is not among the rows trained on at that time."""

import itertools
import re

import numpy as np

from scratchwork.checks.findings import CannotCheck, find
from scratchwork.checks.probes.preparation import NAMES, NUMBERED, ROWS, ids_of, is_labels, is_rows, labels_of
from scratchwork.checks.recognising import binding, vocabulary
from scratchwork.checks.registry import probe

WORDS = (
    (r"n|m|n_?samples|num_?samples|size|length|n_?rows|n_?examples", ROWS),
    (r"x|data|dataset|samples|features", NUMBERED),
    (r"y|labels?|targets?", NAMES),
    (r"k|n_?splits|n_?folds|num_?folds|folds|k_?folds|splits", 5),
    (r"seed|random_?(state|seed)", 3), (r"shuffle", True), (r"rng|generator", np.random.default_rng(3)),
)  # fmt: skip


@probe("SW-D3", "SW-D8", "SW-D90", roles=("preparation:folds",))
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
    made = call(collected, **given)
    if made and all(len(parts) == 4 for parts in made):
        yield from folds_of_rows(target, made)
        return
    if made and all(np.asarray(part).dtype.kind in "iu" for parts in made for part in parts) and is_parts(made):
        yield from parts_are_apart(target, made)
        return
    for number, pair in enumerate(made, 1):
        if len(pair) != 2 or any(np.ndim(part) != 1 or np.asarray(part).dtype.kind not in "iu" for part in pair):
            raise CannotCheck("its folds are no pairs of row numbers")
        shared = np.intersect1d(*pair)
        if len(shared):
            said = f"in fold {number} of {target.name} {len(shared)} of the {len(pair[1])} rows kept aside are among those to train on."
            yield find("SW-D3", said)
            return


def folds_of_rows(target, made):
    """Folds that hold the rows and labels themselves: X_train, X_test, y_train, y_test in any order."""
    for number, parts in enumerate(made, 1):
        rows, labels = [item for item in parts if is_rows(item)], [item for item in parts if is_labels(item)]
        if len(rows) != 2 or len(labels) != 2:
            raise CannotCheck("its folds are no rows with labels")
        ids = [ids_of(item) for item in rows]
        for one, names in zip(ids, labels):
            told = labels_of(names)
            if len(told) != len(one) or (told != one).any():
                yield find("SW-D8", f"in fold {number} of {target.name} rows have the labels of other rows.")
                return
        shared = np.intersect1d(*ids)
        if len(shared):
            few = min(map(len, ids))
            yield find(
                "SW-D3",
                f"in fold {number} of {target.name} {len(shared)} of the {few} rows kept aside are also in the other part.",
            )
            return


def is_parts(made):
    """Whether each item is one list of row numbers: a fold by itself."""
    return len(made) == 5 and all(np.ndim(part) == 0 for parts in made for part in parts)


def parts_are_apart(target, made):
    """Folds that are lists of row numbers: no row in two of them, none in no fold."""
    flat = np.concatenate([np.asarray(part) for part in made])
    lost = ROWS - len(set(flat.tolist()))
    if len(flat) > len(set(flat.tolist())):
        yield find("SW-D3", f"{len(flat) - len(set(flat.tolist()))} rows are in more than one fold of {target.name}.")
    elif lost:
        yield find("SW-D90", f"of {ROWS} rows {lost} are in no fold of {target.name}.", severity="warning")
