"""Classes that turn labels and categories into numbers: the codes of fit hold for every later call."""

import inspect
import re

import numpy as np

from scratchwork.checks.findings import CallFailed, CannotCheck, find
from scratchwork.checks.recognising import binding
from scratchwork.checks.registry import probe

WORDS = np.array(["oak", "ash", "elm", "ash", "oak", "fir", "elm", "ash"])
NUMBERS = np.array([30, 7, 12, 7, 30, 3, 12, 7])
TABLE = np.array(
    [["red", "S"], ["blue", "L"], ["green", "S"], ["blue", "M"], ["red", "L"], ["green", "M"]], dtype=object
)
CODES = np.array([[2, 0], [0, 5], [1, 0], [0, 3], [2, 5], [1, 3]])


class Encoder:
    """A class with fit and transform, and the labels or the table that it takes."""

    def __init__(self, target, call, choices):
        value = target.value
        self.factory, self.call = getattr(value, "factory", value), call
        have = binding.methods(self.factory)
        if not {"fit", "transform"} <= set(have) or not inspect.isclass(self.factory):
            raise CannotCheck("it has no fit and transform")
        self.inverse = next((name for name in ("inverse_transform", "inverse", "decode") if name in have), None)
        self.data, self.codes = None, None
        for data in choices:
            try:
                codes = dense(self.call(self.fitted(data).transform, data))
            except (CallFailed, CannotCheck, TypeError, ValueError):
                continue
            if codes.dtype.kind in "iufb" and len(codes) == len(data):
                self.data, self.codes = data, codes
                return
        raise CannotCheck("it takes no labels and no table of categories")

    def fitted(self, data):
        made = self.call(self.factory)
        self.call(made.fit, data)
        return made


def dense(value):
    """An array of what was returned, sparse matrices too."""
    return np.asarray(value.toarray() if hasattr(value, "toarray") else value)


@probe("SW-P3", "SW-P6", "SW-D91", roles=("preparation!",))
def codes_of_labels_stay(target, call):
    """A label has the code that it had at fit, alone or among others; different labels have different codes; they come back."""
    encoder = Encoder(target, call, (WORDS, NUMBERS))
    if encoder.codes.ndim != 1 or not np.array_equal(encoder.codes, np.round(encoder.codes)):
        raise CannotCheck("it gives no one code for each label")
    if encoder.data is NUMBERS and not re.search(
        "encod|label|categ|class|ordinal|index|map|vocab", target.name.lower()
    ):
        raise CannotCheck("it takes numbers, and may be a scaler")
    codes, labels = encoder.codes, encoder.data
    pairs = {(label, code) for label, code in zip(labels.tolist(), codes.tolist())}
    if not len(pairs) == len({code for _, code in pairs}) == len(set(labels.tolist())):
        said = f"transform of {labels.tolist()} gives {codes.tolist()}: not one code for each label."
        yield find("SW-D91", said, function="transform")
        return
    yield from stays(encoder, codes)
    if encoder.inverse:
        back = np.asarray(call(getattr(encoder.fitted(labels), encoder.inverse), codes))
        if back.shape == labels.shape and (back != labels).any():
            said = f"{encoder.inverse} of {codes.tolist()} gives {back.tolist()}, the labels were {labels.tolist()}."
            yield find("SW-P6", said, severity="error", function=encoder.inverse)


@probe("SW-P3", "SW-D91", roles=("preparation!",))
def columns_of_categories_stay(target, call):
    """Every category of each column has its own column of 0 and 1, the same for a row alone."""
    encoder = Encoder(target, call, (TABLE, CODES, TABLE[:, :1], WORDS, NUMBERS))
    if encoder.codes.ndim != 2 or not np.isin(encoder.codes, (0, 1)).all():
        raise CannotCheck("it gives no columns of 0 and 1")
    columns = encoder.data.shape[1] if encoder.data.ndim == 2 else 1
    sums, kinds = encoder.codes.sum(axis=1), len({tuple(row) for row in encoder.codes.tolist()})
    rows = {tuple(np.atleast_1d(row)) for row in encoder.data.tolist()}
    if kinds < len(rows) and re.search("hot|dummy|dummies|categor", target.name.lower()):
        said = f"{len(rows)} different rows of categories come out as {kinds} different rows."
        yield find("SW-D91", said, function="transform")
        return
    if kinds < len(rows):
        raise CannotCheck("it does not keep categories apart")
    if (sums > columns).any():
        yield find(
            "SW-D91", f"a row of {columns} categories comes out with {int(sums.max())} ones.", function="transform"
        )
        return
    yield from stays(encoder, encoder.codes)


def stays(encoder, codes):
    """P3 where a part of the rows comes out otherwise than among all of them."""
    later = encoder.fitted(encoder.data)
    for part in (slice(3, 6), slice(1, 2)):
        try:
            made = dense(encoder.call(later.transform, encoder.data[part]))
        except CallFailed:
            return
        if made.shape != codes[part].shape or not np.array_equal(made, codes[part]):
            shown = encoder.data[part][0]
            said = f"{shown!r} comes out as {codes[part][0].tolist()} among all rows, and as {made[0].tolist()} among {len(made)}."
            yield find("SW-P3", said, function="transform")
            return
