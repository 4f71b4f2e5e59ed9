"""One block per column: what is learnt from its training part, and how its cells become numbers.

A block is a plain dictionary of strings, numbers and lists, so that it can be written as JSON. ``learn_<kind>`` makes it from the
training part; ``encode_<kind>`` turns any cells into a matrix, row by row: a row's numbers depend on the block and the row alone.
``tell`` collects remarks on cells that the training part had not shown.
"""

import math

import numpy as np
import pandas as pd

from scratchwork.datasets._csv_words import is_missing, level_key, truth_of
from scratchwork.datasets.from_csv import cell_text
from scratchwork.errors import DataError
from scratchwork.preparation._dates import encode_date, learn_date
from scratchwork.preparation._gaps import has_gaps, several, with_gap

MISSING = "(missing)"
OTHER = "(other)"


def numbers_in(series, name, tell):
    """A column as float64; words in it are missing and told, and an error when most are words."""
    if pd.api.types.is_numeric_dtype(series) or pd.api.types.is_bool_dtype(series):
        values = series.to_numpy(dtype=np.float64, na_value=np.nan)
    else:
        values = words_as_numbers(series, name, tell)
    infinite = np.isinf(values)
    if infinite.any():
        tell.append(f"column {name!r}: {several(infinite.sum(), 'infinite value')} treated as missing.")
        values = np.where(infinite, np.nan, values)
    return values


def words_as_numbers(series, name, tell):
    """Numbers from a column of other things."""
    values = pd.to_numeric(series.astype(object), errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    given = ~series.isna().to_numpy() & ~np.array(
        [isinstance(cell, str) and is_missing(cell.strip()) for cell in series]
    )
    bad = np.flatnonzero(given & np.isnan(values))
    if len(bad) > 0.5 * max(given.sum(), 1):
        raise DataError(
            f"column {name!r} was a number when the preparation was fitted; now {len(bad):,} of its {given.sum():,} cells are not, "
            f"the first of them {series.iloc[bad[0]]!r} in row {bad[0] + 1}."
        )
    if len(bad):
        tell.append(
            f"column {name!r}: {several(len(bad), 'cell')} without a number, such as {series.iloc[bad[0]]!r}; treated as missing."
        )
    return values


def learn_number(name, series, options):
    """The median that fills gaps, and whether a gap is told to the model."""
    codes = [float(code) for code in (options["missing_codes"] or {}).get(name, ())]
    values = without_codes(numbers_in(series, name, []), codes)
    known = values[~np.isnan(values)]
    block = {"kind": "number", "column": name, "codes": codes, "fill": float(np.median(known)) if len(known) else 0.0}
    block["gap"] = has_gaps(np.isnan(values))
    block["names"] = [name] + ([f"{name} is missing"] if block["gap"] else [])
    block["scaled"] = [True] + [False] * block["gap"]
    return block


def encode_number(block, series, tell):
    """The value, filled, and the mark of a gap."""
    return with_gap(block, without_codes(numbers_in(series, block["column"], tell), block["codes"]), tell)


def without_codes(values, codes):
    """The values with the numbers that stand for "missing" made missing."""
    return np.where(np.isin(values, codes), np.nan, values) if codes else values


def keys_in(series):
    """(codes, texts): a column of levels as codes into its distinct cells as texts; -1 is missing."""
    if isinstance(series.dtype, pd.CategoricalDtype):
        return series.cat.codes.to_numpy().astype(np.int64), [cell_text(level) for level in series.cat.categories]
    codes, distinct = pd.factorize(series.to_numpy(dtype=object))
    texts = [cell_text(level).strip() for level in distinct]
    gone = np.array([is_missing(text) for text in texts], dtype=bool)
    return np.where(gone[codes] & (codes >= 0), -1, codes) if len(texts) else codes, texts


def finder(levels):
    """A function from a text to the position of its level: as written, else without regard to capitals, else by yes and no."""
    exact = {level: index for index, level in enumerate(levels)}
    loose = {}
    for index, level in enumerate(levels):
        loose.setdefault(level_key(level), index)
    truth = truth_of(loose) if len(levels) == 2 else None

    def find(text):
        key = level_key(text)
        if text in exact or key in loose:
            return exact.get(text, loose.get(key))
        both = truth_of([key, *loose]) if truth else None
        return next((loose[level] for level in loose if both[level] == both[key]), None) if both else None

    return find


def learn_category(name, series, options):
    """The levels that occur often enough, the commonest as reference; the others together; gaps as a level of their own."""
    codes, texts = keys_in(series)
    counts = np.bincount(codes[codes >= 0], minlength=len(texts))
    least = max(options["rare_rows"], math.ceil(options["rare_share"] * len(series)))
    order = [int(index) for index in np.argsort(-counts, kind="stable") if counts[index] > 0]
    kept = [index for index in order if counts[index] >= least][: options["max_levels"]]
    kept = kept or order[:1]
    rest = [texts[index] for index in order if index not in set(kept)]
    levels = [texts[index] for index in kept]
    pooled = bool(rest) and int(counts.sum() - counts[kept].sum()) >= options["rare_rows"]
    block = {
        "kind": "category",
        "column": name,
        "levels": levels,
        "rare": rest,
        "pooled": pooled,
        "gap": has_gaps(codes < 0),
    }
    names = (
        [f"{name}={level}" for level in levels[1:]]
        + [f"{name}={OTHER}"] * pooled
        + [f"{name}={MISSING}"] * block["gap"]
    )
    block["names"], block["scaled"] = names, [False] * len(names)
    return block


def encode_category(block, series, tell):
    """One column per level but the reference, which is all zeros; an unseen level counts as a rare one."""
    codes, texts = keys_in(series)
    levels, find = block["levels"], finder(block["levels"])
    rare = {level_key(text) for text in block["rare"]}
    other = len(levels) if block["pooled"] else 0
    gap = len(levels) + block["pooled"] if block["gap"] else 0
    places, unseen = [], []
    present = set(np.unique(codes).tolist())
    for index, text in enumerate(texts):
        place = find(text) if index in present else 0
        if place is None and level_key(text) not in rare:
            unseen.append(text)
        places.append(other if place is None else place)
    if unseen:
        counts = "the rare levels" if block["pooled"] else f"the commonest, {levels[0]!r}" if levels else "missing"
        shown = ", ".join(map(repr, unseen[:5])) + (", ..." if len(unseen) > 5 else "")
        how = "counts" if len(unseen) == 1 else "count"
        tell.append(
            f"column {block['column']!r}: {several(len(unseen), 'level')} not seen in training ({shown}) {how} as {counts}."
        )
    chosen = np.array([*places, gap])[codes]
    result = np.zeros((len(codes), 1 + len(block["names"])))
    result[np.arange(len(codes)), chosen] = 1.0
    return result[:, 1:]


def learn_ordered(name, series, options):
    """The levels in their order; a cell becomes its rank."""
    _, texts = keys_in(series)
    levels = texts if isinstance(series.dtype, pd.CategoricalDtype) else sorted(texts)
    block = {"kind": "ordered", "column": name, "levels": levels, "fill": 0.0, "gap": False}
    ranks = ranks_in(block, series, [])
    block["fill"] = float(np.nanmedian(ranks)) if np.isfinite(ranks).any() else 0.0
    block["gap"] = has_gaps(np.isnan(ranks))
    block["names"] = [name] + ([f"{name} is missing"] if block["gap"] else [])
    block["scaled"] = [True] + [False] * block["gap"]
    return block


def ranks_in(block, series, tell):
    """The rank of each cell, NaN where it is missing or of no known level."""
    codes, texts = keys_in(series)
    find, present = finder(block["levels"]), set(np.unique(codes).tolist())
    places = [find(text) for text in texts]
    unseen = [text for index, text in enumerate(texts) if places[index] is None and index in present]
    if unseen:
        tell.append(f"column {block['column']!r}: level {unseen[0]!r} was not seen in training; treated as missing.")
    table = np.array([np.nan if place is None else float(place) for place in places] + [np.nan])
    return table[codes]


def encode_ordered(block, series, tell):
    """The rank, filled, and the mark of a gap."""
    return with_gap(block, ranks_in(block, series, tell), tell)


def learn_text(name, series, options):
    """The lengths of a text, in characters and words."""
    return {"kind": "text", "column": name, "names": [f"{name} characters", f"{name} words"], "scaled": [True, True]}


def encode_text(block, series, tell):
    """Two numbers per text; a missing one has none of either."""
    texts = ["" if gone else str(cell) for cell, gone in zip(series, series.isna())]
    return np.array([[len(text), len(text.split())] for text in texts], dtype=np.float64).reshape(-1, 2)


LEARN = {
    "number": learn_number,
    "category": learn_category,
    "ordered": learn_ordered,
    "date": learn_date,
    "text": learn_text,
}
ENCODE = {
    "number": encode_number,
    "category": encode_category,
    "ordered": encode_ordered,
    "date": encode_date,
    "text": encode_text,
}
