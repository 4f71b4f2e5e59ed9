"""Functions that prepare data: splits, shuffles, batches."""

import numpy as np

from scratchwork.checks.findings import CallFailed, CannotCheck, find
from scratchwork.checks.registry import probe
from scratchwork.checks.running.call import copied
from scratchwork.checks.views.metric_place import helper_with
from scratchwork.checks.views.preparation_call import Preparation

ROWS = 23
NUMBERED = np.column_stack([np.arange(ROWS), 100 + np.arange(ROWS), -np.arange(ROWS)]).astype(float)
NAMES = np.arange(ROWS) * 10 % 230  # the label of row i tells i


def ids_of(rows):
    """The row numbers in an array of numbered rows (samples in rows or in columns)."""
    rows = np.asarray(rows, dtype=float)
    if rows.ndim != 2 or 3 not in rows.shape:
        raise CannotCheck("it returns other rows than it was given")
    rows = rows if rows.shape[1] == 3 and np.allclose(rows[:, 1] - rows[:, 0], 100) else rows.T
    if rows.shape[1] != 3 or not np.allclose(rows[:, 1] - rows[:, 0], 100):
        raise CannotCheck("it changes the rows it is given")
    return rows[:, 0].astype(int)


def labels_of(labels):
    """The row numbers that labels stand for."""
    return (np.asarray(labels, dtype=float).ravel() / 10).astype(int)


def is_rows(item):
    try:
        return np.ndim(item) == 2 and 3 in np.shape(item)
    except ValueError:  # rows of several lengths
        return False


def is_labels(item):
    return np.size(item) > 0 and (np.ndim(item) == 1 or (np.ndim(item) == 2 and 1 in np.shape(item)))


@probe("SW-D8", "SW-D3", "SW-D90", "SW-P14", roles=("preparation:split",))
def split_keeps_rows_and_labels_together(target, call):
    """Each row goes to one part, with its label; no row is lost or in both."""
    function = Preparation(target, call)
    settings = {"test_size": 0.25, "train_size": 0.75, "seed": 3, "rng": np.random.default_rng(3), "fold": 1, "folds": 4}  # fmt: skip
    known, labels, names = divided(function, **settings)
    yield from misplaced(target, known, labels, names)
    flat = np.concatenate(known)
    twice = sorted({int(row) for row in flat if np.sum(flat == row) > 1})
    lost = ROWS - len(set(flat.tolist()))
    if twice:
        said = f"of {ROWS} rows {target.name} puts {len(twice)} into more than one part (row {twice[0]} for one)."
        yield find("SW-D3", said)
    if lost:
        few = lost == 1 or (lost < 4 and function.takes("folds"))  # parts of one size
        said = f"of {ROWS} rows {target.name} leaves out {lost}."
        yield find("SW-D90", said, severity="warning" if few else "error")
    if len(known) == 2 and len(known[1]) > len(known[0]) and "te" in (function.takes("test_size") or ""):
        said = (
            f"with {function.takes('test_size')}=0.25 {target.name} returns {len(known[0])} and {len(known[1])} rows."
        )
        yield find("SW-D91", said, severity="remark")
    yield from zero_is_a_seed(target, function)


FEW = np.arange(ROWS) % 3  # for what divides each class by itself
FORMS = ((NUMBERED, NAMES), (NUMBERED, FEW), (NUMBERED.T, NAMES), (NUMBERED.T, FEW))
TABLES = ((NUMBERED,), (NUMBERED.tolist(),))  # for what divides a table


def divided(function, **settings):
    """(row numbers of each part, labels of each part, the label of every row) of a split, in the first form that it takes."""
    why = None
    single = function.takes_one_table()
    tables = TABLES if function.knows_arrays() else TABLES[::-1]  # random.shuffle does not exchange rows of an array
    for form in tables if single else FORMS:
        try:
            made = function.run(*form, **settings)
            parts, labels = (tables_of(made), []) if single else parts_of(made)
            known = [ids_of(item) for item in parts]
        except (CallFailed, CannotCheck) as failure:
            why = why or failure
            continue
        if sum(map(len, known)) > ROWS / 2:
            return known, labels, form[-1]
    raise why or CannotCheck("it returns few of the rows it is given")


def tables_of(made):
    """The two tables that a split of one table returns."""
    parts = [np.asarray(item) for item in made if is_rows(item)] if isinstance(made, (tuple, list)) else []
    if len(parts) != 2 or len(made) > 3:
        raise CannotCheck("it does not return two tables")
    return parts


def leaves(value):
    """The arrays in whatever a split hands back: tuples in tuples, lists of arrays, a dict."""
    if isinstance(value, dict):
        value = tuple(value.values())
    if isinstance(value, (tuple, list)) and any(isinstance(item, (tuple, list, dict, np.ndarray)) for item in value):
        return [leaf for item in value for leaf in leaves(item)]
    return [value]


def parts_of(parts):
    """(arrays of rows, arrays of labels) of what a split returns."""
    flat = leaves(parts) if isinstance(parts, (tuple, list, dict)) else []
    rows, labels = [item for item in flat if is_rows(item)], [item for item in flat if is_labels(item)]
    if len(rows) < 2 or len(rows) != len(labels):
        raise CannotCheck("it does not return rows and labels of each part")
    return rows, labels


def misplaced(target, known, labels, names):
    """D8 where a label is not that of its row."""
    for ids, told in zip(known, map(np.ravel, labels)):
        if len(told) != len(ids):
            said = f"{target.name} returns {len(ids)} rows with {len(told)} labels."
            yield find("SW-D8", said)
            return
        wrong = np.flatnonzero(told != names[ids])
        if len(wrong):
            other = f"the label of row {int(told[wrong[0]] // 10)}" if names is NAMES else f"the label {told[wrong[0]]}"
            said = f"{target.name} gives row {ids[wrong[0]]} {other}; {len(wrong)} of {len(ids)} are wrong."
            yield find("SW-D8", said)
            return


def zero_is_a_seed(target, function):
    """P14: seed 0 repeats, as seed 3 does."""
    if not function.takes("seed"):
        return
    form = FORMS[0] if not function.takes_one_table() else TABLES[1]

    def first_part(seed):
        settings = {"test_size": 0.25, "train_size": 0.75, "seed": seed}
        made = function.call.raw(function.function, seed_=None, **function.bound(copied(form), settings))
        return ids_of(tables_of(made)[0] if len(form) == 1 else parts_of(made)[0][0])

    try:
        runs = [first_part(seed) for seed in (0, 0, 3, 3)]
    except CallFailed:
        return
    if not np.array_equal(runs[0], runs[1]) and np.array_equal(runs[2], runs[3]):
        said = f"{target.name} with seed 0 gives two different splits, with seed 3 the same twice."
        yield find("SW-P14", said, function=helper_with(target, r"RandomState\(|default_rng\(|\bseed\(|Random\("))


@probe("SW-T11", "SW-D90", roles=("preparation:shuffle",))
def shuffle_moves_rows_with_their_labels(target, call):
    """After the shuffle each row has the label it had."""
    function = Preparation(target, call)
    if len([entry for entry in function.entries if not function.is_setting(entry)]) < 2:
        raise CannotCheck("it takes one array")
    rows, names = NUMBERED.copy(), NAMES.copy()
    made = function.call.raw(
        function.function, **function.bound((rows, names), {"seed": 3, "rng": np.random.default_rng(3)})
    )
    made = (rows, names) if made is None else made
    if not isinstance(made, (tuple, list)) or len(made) < 2 or not is_rows(made[0]) or not is_labels(made[1]):
        raise CannotCheck("it does not return rows and labels")
    ids, told = ids_of(made[0]), labels_of(made[1])
    wrong = int(np.sum(ids != told)) if len(ids) == len(told) else len(ids)
    if wrong:
        yield find("SW-T11", f"after {target.name} {wrong} of {len(ids)} rows have the label of another row.")
    elif len(set(ids.tolist())) != ROWS:
        yield find(
            "SW-D90",
            f"after {target.name} {ROWS - len(set(ids.tolist()))} of {ROWS} rows are gone, others are there twice.",
        )


@probe("SW-T11", "SW-D90", roles=("preparation:batches",))
def batches_hold_every_row_once(target, call):
    """One pass over the batches: every row once, with its label; the last batch may be short."""
    batches = batches_of(Preparation(target, call))
    ids, told = [ids_of(rows) for rows, _ in batches], [labels_of(labels) for _, labels in batches]
    wrong = sum(int(np.sum(a != b)) if len(a) == len(b) else len(a) for a, b in zip(ids, told))
    flat = np.concatenate(ids)
    lost = ROWS - len(set(flat.tolist()))
    if wrong:
        said = f"in the batches of {target.name} {wrong} of {len(flat)} rows have the label of another row."
        yield find("SW-T11", said)
    elif lost:
        drawn = len(flat) > len(set(flat.tolist()))
        severity = "remark" if drawn or len(batches) == 1 else "warning"
        said = f"{ROWS} rows in batches of 5: {target.name} gives {len(flat)} rows in {len(batches)} batches"
        yield find("SW-D90", f"{said}, {lost} never come.", severity=severity)
    elif len(flat) > ROWS and len(batches) < 40:
        said = f"one pass of {target.name} gives {len(flat)} rows of {ROWS}: some come twice."
        yield find("SW-D90", said, severity="warning")


def batches_of(function):
    """[(rows, labels)] of one pass; samples in rows or in columns."""
    settings = {"batch_size": 5, "seed": 3, "rng": np.random.default_rng(3), "shuffle": True}
    found, why = [], None
    for rows, labels in ((NUMBERED, NAMES), (NUMBERED.T, NAMES), (NUMBERED.T, NAMES[None, :])):
        try:
            found.append([pair_of(batch) for batch in function.collected(rows, labels, **settings)])
        except (CallFailed, CannotCheck, ValueError) as failure:
            why = why or failure
    if not found:
        raise why if isinstance(why, CannotCheck) else CannotCheck(str(why))
    return next((batches for batches in found if _whole(batches)), found[0])


def _whole(batches):
    """Whether every row comes, each with one label: then the layout is the one that is meant."""
    try:
        ids = [ids_of(rows) for rows, _ in batches]
        told = [labels_of(labels) for _, labels in batches]
    except CannotCheck:
        return False
    same = [len(a) for a in ids] == [len(b) for b in told]
    return bool(ids) and same and len(set(np.concatenate(ids).tolist())) == ROWS


def pair_of(batch):
    """(rows, labels) of one batch."""
    if not isinstance(batch, (tuple, list)) or len(batch) < 2 or not is_rows(batch[0]) or not is_labels(batch[1]):
        raise CannotCheck("its batches are no pairs of rows and labels")
    return batch[0], batch[1]
