"""Folds for cross-validation: each row is kept aside once, and is not among the rows trained on at that time."""

import itertools
import re

import numpy as np

from scratchwork.checks.findings import CallFailed, CannotCheck, find
from scratchwork.checks.probes.preparation import (
    FORMS,
    NAMES,
    NUMBERED,
    ROWS,
    ids_of,
    is_rows,
    leaves,
    misplaced,
    parts_of,
)
from scratchwork.checks.recognising import binding, vocabulary
from scratchwork.checks.registry import probe

WORDS = (
    (r"n|m|n_?samples|num_?samples|size|length|n_?rows|n_?examples", ROWS),
    (r"x|d|data|dataset|samples|features|rows", NUMBERED),
    (r"y|l|labels?|targets?", NAMES),
    (r"k|n_?splits|n_?folds|num_?folds|folds|k_?folds|splits", 5),
    (r"seed|random_?(state|seed)", 3), (r"shuffle", True), (r"rng|generator", np.random.default_rng(3)),
)  # fmt: skip


@probe("SW-D3", "SW-D8", "SW-D90", roles=("preparation:folds",))
def folds_keep_their_rows_aside(target, call):
    """The rows of a fold that are kept aside are not among those to train on."""
    why = None
    for rows, names in FORMS:
        try:
            made = _folds(target, call, rows, names)
            whole = [(*(ids_of(leaf) for leaf in leaves(fold) if is_rows(leaf)),) for fold in made]
        except (CallFailed, CannotCheck) as failure:
            why = why or failure
            continue
        if not any(whole) and any(np.ndim(leaf) == 2 for fold in made for leaf in leaves(fold)):
            why = why or CannotCheck("its folds hold other rows than it was given")
            continue
        if not any(whole) or sum(len(ids) for fold in whole for ids in fold) > ROWS / 2:
            try:
                yield from _judged(target, made, names)
                return
            except CannotCheck as failure:
                why = why or failure  # each class divided by itself, and every label a class of its own
    raise why or CannotCheck("its folds hold few of the rows")


def _folds(target, call, rows, names):
    """The folds that a function yields or returns for these rows and labels."""
    given = {}
    for entry in binding.parameters(target.value):
        value = next((v for words, v in WORDS if re.fullmatch(words, vocabulary.plain(entry.name))), None)
        value = rows if value is NUMBERED else names if value is NAMES else value
        if value is not None and (entry.default is entry.empty or not isinstance(value, int)):
            given[entry.name] = value
        elif entry.default is entry.empty:
            raise CannotCheck(f"what to pass for its parameter {entry.name!r} is not known")

    def collected(**settings):
        return [tuple(pair) for pair in itertools.islice(target.value(**settings), 20)]

    collected.__name__ = target.name
    return call(collected, **given)


def _judged(target, made, names):
    if len(made) == 2 and all(len(parts) > 2 for parts in made):
        yield from lists_of_parts(target, made, names)
        return
    if made and all(any(is_rows(leaf) for leaf in leaves(parts)) for parts in made):
        yield from folds_of_rows(target, made, names)
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


def lists_of_parts(target, made, names):
    """A list of the rows of each part and a list of their labels."""
    rows, labels = parts_of(tuple(made))
    known = [ids_of(item) for item in rows]
    yield from misplaced(target, known, labels, names)
    yield from parts_are_apart(target, known)


def folds_of_rows(target, made, names):
    """Folds that hold the rows and labels themselves: X_train, X_test, y_train, y_test in any order, nested or not."""
    for number, parts in enumerate(made, 1):
        rows, labels = parts_of(parts)
        if len(rows) != 2:
            raise CannotCheck("its folds are no rows with labels")
        ids = [ids_of(item) for item in rows]
        wrong = list(misplaced(target, ids, labels, names))
        if wrong:
            yield wrong[0]
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
