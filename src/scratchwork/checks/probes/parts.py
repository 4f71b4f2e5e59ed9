"""The parts of the data as a program makes them, by their numbers: no rows in two parts, and nothing learnt from those of the test."""

import re

import numpy as np

from scratchwork.checks.files.code_shape import place_at
from scratchwork.checks.files.names import counterpart, tokens
from scratchwork.checks.findings import CannotCheck, find
from scratchwork.checks.probes.nudged import at
from scratchwork.checks.registry import once, probe
from scratchwork.checks.running import replay, stand_in_files
from scratchwork.checks.watching import moved_rows, parts_seen, recorded

EXACT, NEAR = 1e-9, 1e-5
ROLE = "program"
READS = re.compile(r"\b(?:load|read|open|genfromtxt|fetch)\w*\(")
FEATURES = {"x", "features", "feats", "inputs", "xs", "images"}  # a table called train may hold its labels


def read(target, call):
    """(tape, pairs) of the program; CannotCheck where it has no two parts of one kind."""
    return once(target.namespace["namespace"], f"__parts of {target.name}__", lambda: _read(target, call))


def _read(target, call):
    space = target.namespace["namespace"]
    if isinstance(target.value, replay.Program):
        tape = recorded.of_program(target.value, call, space)
    else:
        known = space.get("__parts of the program__")
        if isinstance(known, tuple) and any(pair.other.function == target.name for pair in known[1]):
            raise CannotCheck("it is seen in the run of the program")
        tape = recorded.of_function(parts_seen.statement(target.value, space), call, space)
    return tape, parts_seen.pairs(tape)


def _told(sight):
    return sight.label or f"what {sight.function} returns"


@probe("SW-D3", roles=(ROLE,))
def no_row_is_in_two_parts(target, call):
    """The rows of the test part are not among those of the training part."""
    tape, pairs = read(target, call)
    numbers = list(parts_seen.indices(tape))
    if not pairs and not numbers:
        raise CannotCheck("no training and test part are seen in its run")
    if stand_in_files.SERVED and len(READS.findall(getattr(target.source, "text", ""))) > 1:
        raise CannotCheck("its files are not here, and those that stand in for them hold the same rows")
    trained = {pair.trained.label for pair in pairs}
    for pair in pairs:
        own = counterpart(pair.other.label)
        shared = _shared(pair) if own == pair.trained.label or own not in trained else 0
        if shared and not _elsewhere(pairs, pair):
            said = f"{shared} of the {len(pair.S)} rows of {_told(pair.other)} are among the {len(pair.T)} of {_told(pair.trained)}."
            yield find("SW-D3", said, severity="warning", **at(parts_seen.maker(tape, pair)))
            return
    for trained, _, other in numbers:
        shared = len(np.intersect1d(trained.value, other.value))
        if shared > 0.05 * other.value.size:
            said = (
                f"{shared} of the {other.value.size} row numbers of {_told(other)} are among those of {_told(trained)}."
            )
            yield find("SW-D3", said, severity="warning", **at(other.function))
            return


def _shared(pair):
    """How many rows of the other part are among those of training, where that is no accident of rows that repeat; else 0."""
    known, asked = parts_seen.keys(pair.T), parts_seen.keys(pair.S)
    every, once_ = len(known) + len(asked), set(known)
    shared = sum(key in once_ for key in asked)
    repeated = len(known) - len(once_) + len(asked) - len(set(asked))
    few = shared <= max(0.05 * len(asked), 1) or repeated > 0.1 * every
    return 0 if few else shared


def _elsewhere(pairs, pair):
    """Whether another training part leaves these rows out: the one at hand may be what both were cut from."""
    asked = set(parts_seen.keys(pair.S))
    return any(
        other.T.shape[1] == pair.T.shape[1] and len(other.T) < len(pair.T) and not asked & set(parts_seen.keys(other.T))
        for other in pairs
    )


@probe("SW-D1", "SW-D2", roles=(ROLE,))
def parts_are_prepared_by_training_statistics(target, call):
    """Columns that are centred or spread exactly over all rows, or over those of the test part, were prepared by those."""
    tape, pairs = read(target, call)
    if not pairs:
        raise CannotCheck("no training and test part are seen in its run")
    for pair in pairs:
        live = np.isfinite(pair.T).all(axis=0) & np.isfinite(pair.S).all(axis=0)
        live &= (pair.T.std(axis=0) > 1e-12) & (pair.S.std(axis=0) > 1e-12)
        if not live.any() or len(pair.S) < 8:
            continue
        found = _by_itself(tape, pair, live) or _by_all(tape, pair, live)
        if found:
            yield find(found[0], found[1], severity="warning", **at(parts_seen.maker(tape, pair)))
            return


@probe("SW-D1", "SW-D2", roles=(ROLE,))
def rows_stay_where_others_are_moved(target, call):
    """The rows to train on come out the same where rows that are kept aside are others, and so do the rest of these."""
    space = target.namespace["namespace"]
    if not isinstance(target.value, replay.Program) or space.get("__found__", set()) & {"SW-D1", "SW-D2"}:
        raise CannotCheck("it is no program, or is known to do so")
    try:
        told = moved_rows.learnt(target.value.statements, call, space, target.name)
    except ValueError:
        raise CannotCheck("no rows are seen to be kept aside") from None
    if told:
        code, held, words = told
        yield find(code, words, severity="warning", **place_at(target.source, held.line))


def _by_itself(tape, pair, live):
    """(code, words) where the other part is centred and spread by itself, as the training part is by itself."""
    how = _prepared(pair.S[:, live]) & _prepared(pair.T[:, live])
    ranged = (_ranged(pair.S[:, live]) & _ranged(pair.T[:, live])).all() and live.sum() > 1
    if (how.any() and not _evenly(pair.S[:, live][:, how])) or ranged:
        place = np.flatnonzero(live)[np.argmax(how)]
        column = pair.S[:, place]
        words = f"mean {column.mean():.1g} and deviation {column.std():.4g}" if how.any() else "minimum 0 and maximum 1"
        return (
            "SW-D2",
            f"Column {place} of {_told(pair.other)} has {words} exactly, as if it had been scaled by itself.",
        )
    return None


def _ranged(X):
    """Which columns of numbers that hardly repeat go from 0 to 1 exactly."""
    ends = (np.abs(X.min(axis=0)) < EXACT) & (np.abs(X.max(axis=0) - 1) < EXACT)
    return ends & (np.array([len(np.unique(column)) for column in X.T]) > 0.3 * len(X))


def _prepared(X):
    """Which columns have mean 0 and deviation 1 to the last digits; two values alone may have the same share in two parts."""
    spread = np.minimum(np.abs(X.std(axis=0) - 1), np.abs(X.std(axis=0, ddof=1) - 1))
    several = ((X - X.min(axis=0) > EXACT) & (X.max(axis=0) - X > EXACT)).any(axis=0)
    return (np.abs(X.mean(axis=0)) < EXACT) & (spread < NEAR) & several


def _evenly(X):
    """Whether all columns are evenly spaced numbers: their mean tells nothing."""
    return bool((np.ptp(np.diff(np.sort(X, axis=0), axis=0), axis=0) < EXACT).all())


def _by_all(tape, pair, live):
    """(code, words) where columns are centred exactly over all rows and not over those of training, and were not so at first."""
    whole = parts_seen.wholes(tape, pair)
    for rows in (np.vstack([pair.T, pair.S, *pair.rest]), np.vstack([pair.T, pair.S])):
        off = np.abs(pair.T.mean(axis=0)) > 1e-6 * pair.T.std(axis=0)
        centred = (np.abs(rows.mean(axis=0)) < EXACT * np.maximum(rows.std(axis=0), 1e-12)) & off & live
        if not centred.any() or not (_prepared(rows)[centred].any() or centred[live].all()):
            continue
        if any(map(_uncentred, whole)):
            return "SW-D1", _words(pair, rows, centred)
    return None


def _words(pair, rows, centred):
    place = np.argmax(centred)
    means = f"{rows[:, place].mean():.1g} over all {len(rows)} rows and {pair.T[:, place].mean():.2g} over those of {_told(pair.trained)}"
    return f"Column {place} has mean {means}: all rows have prepared it."


def _uncentred(table):
    """Whether no column of a table is centred: such are the data before they are prepared."""
    live = table[:, table.std(axis=0) > 1e-12]
    return bool(live.size) and bool((np.abs(live.mean(axis=0)) > 1e-6 * live.std(axis=0)).all())


@probe("SW-P10", roles=(ROLE,))
def the_intercept_is_there_in_both_parts(target, call):
    """The column of ones of the training part is one of ones in the other part, too."""
    _, pairs = read(target, call)
    for pair in pairs:
        ones = (pair.T == 1).all(axis=0) & (pair.S == 0).all(axis=0)
        if ones.any() and not np.isin(pair.T, (0, 1)).all():
            said = f"Column {np.argmax(ones)} of {_told(pair.trained)} holds ones alone, that of {_told(pair.other)} zeros alone: the intercept is left out."
            yield find("SW-P10", said, severity="warning", **at(pair.other.function))
            return
    if not pairs:
        raise CannotCheck("no training and test part are seen in its run")


@probe("SW-D9", roles=(ROLE,))
def no_column_is_the_target(target, call):
    """No column of the features holds the labels of its rows, number by number, in training and in the test."""
    tape, pairs = read(target, call)
    asked = False
    for pair in pairs:
        y, z = (parts_seen.labels_of(tape, pair, sight) for sight in (pair.trained, pair.other))
        if (
            not set(tokens(_told(pair.trained))) & FEATURES
            or y is None
            or z is None
            or pair.T.shape[1] < 3
            or not 2 <= len(np.unique(y)) <= 30
        ):
            continue
        asked = True
        held = [
            place for place in range(pair.T.shape[1]) if _one_of_the_other(pair.T[:, place], y, pair.S[:, place], z)
        ]
        if held:
            said = f"Column {held[0]} of {_told(pair.trained)} and of {_told(pair.other)} tells the label of every row."
            yield find("SW-D9", said, severity="warning", **at(parts_seen.maker(tape, pair, True)))
            return
    if not asked:
        raise CannotCheck("no labels of classes are seen beside its parts")


def _one_of_the_other(column, y, other, z):
    """Whether a column is the labels under other numbers, the same numbers in both parts."""
    names = dict(zip(y.tolist(), column.tolist()))
    told = len(set(names.values())) == len(names) > 1 and set(z.tolist()) <= set(names)
    return told and all(
        np.allclose([names[label] for label in labels.tolist()], values) for labels, values in ((y, column), (z, other))
    )


@probe("SW-D8", roles=(ROLE,))
def rows_of_a_part_have_their_own_labels(target, call):
    """The labels beside a part are those that its rows had in the table they were cut from."""
    tape, pairs = read(target, call)
    asked = False
    for pair in pairs:
        for sight, rows, beside in ((pair.trained, pair.T, pair.S), (pair.other, pair.S, pair.T)):
            labels = parts_seen.labels_of(tape, pair, sight)
            found = parts_seen.source_of(tape, rows, sight.time) if labels is not None else None
            if found is None:
                continue
            places, n, until = found
            whole = [
                y for y in parts_seen.whole_labels(tape, n, until) if not np.array_equal(y[places], y[: len(places)])
            ]
            asked = asked or bool(whole)
            other = parts_seen.source_of(tape, beside, pair.moment)
            words = _other_rows(labels, whole, places, len(beside), other[0] if other else places)
            if words:
                said = f"The labels beside {_told(sight)} are those of {words}, and not those of its {len(rows)} rows."
                yield find("SW-D8", said, severity="warning", **at(sight.function))
                return
    if not asked:
        raise CannotCheck("the labels of its rows are not seen before they are cut")


def _other_rows(labels, whole, places, other, beside):
    """Words for the rows whose labels stand beside a part, where none of the right ones do and just those of others do; or ""."""
    if not whole or any(_same(labels, y[places]) for y in whole):
        return ""
    k, n = len(places), len(whole[0])
    wrong = {"the same rows in rising order": np.sort(places)}
    wrong |= (
        {"rows of the other part": beside[:k], "the last rows of the other part": beside[-k:]}
        if len(beside) >= k
        else {}
    )
    wrong |= {
        f"the rows {start} to {start + k}": np.arange(start, start + k) for start in (0, other, n - k) if start + k <= n
    }
    return next((words for words, order in wrong.items() if any(_same(labels, y[order]) for y in whole)), "")


def _same(labels, others):
    """Whether two arrays name the same classes of the same rows, under whatever numbers."""
    pairs = set(zip(labels.tolist(), others.tolist()))
    return len(pairs) == len({one for one, _ in pairs}) == len({other for _, other in pairs}) > 1
